"""Exports of statistiques-locales.insee.fr: one indicator a column, chosen by whoever made the export.

Two title lines (the second one names the mesh: « Référentiel géographique : France par commune »), BOM, `;`, decimal
point. A column is an indicator's title and its year. Percentages are published 0-100. What is not published is said in
words (`N/A - division par 0`, `N/A - résultat non disponible`). A column whose indicator this reader does not know is
refused as a whole, with one reject: add it to `INDICATORS`.
"""

import re

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    count,
    observe,
    percentage,
    places,
)
from etl.reading.tables import (
    COMMUNE,
    DEPARTEMENT,
    EPCI,
    Layout,
    refuse,
    shortened_codes,
)
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="statloc",
    title="Statistiques locales : indicateurs exportés",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://statistiques-locales.insee.fr/",
    tier=Tier.OFFICIAL,
    description="Ménages disposant d'une voiture, niveau de vie médian, population : communes, EPCI, départements.",
)

INDICATORS = {
    "Part des ménages ayant au moins 1 voiture": ("share_households_with_car", "share"),
    "Part des actifs occupés de 15 ans ou plus les transports en commun": ("share_commuting_by_transit", "share"),
    "Part des actifs occ 15 ans ou plus voiture pour travailler": ("share_commuting_by_car", "share"),
    "Part des actifs occ 15 ans ou plus vélo pour travailler": ("share_commuting_by_bike", "share"),
    "Nb de ménages fiscaux": ("tax_households", "household"),
    "Médiane du niveau de vie": ("median_income", "euro"),
    "Population municipale (historique depuis 1876)": ("population", "person"),
    "Densité de population (historique depuis 1876)": ("density", "person_per_km2"),
}
"""Titles, spaces folded, without their year; our name and our unit."""

_MESHES = {
    "commune": ("", COMMUNE),
    "arrondissement municipal": ("arrondissement", COMMUNE),
    "intercommunalité": ("epci", EPCI),
    "EPCI": ("epci", EPCI),
    "département": ("departement", DEPARTEMENT),
}
"""Mesh as the second title line names it; our level (empty: told by each code), and how its codes look."""

LAYOUT = Layout(
    ("Code", "Libellé"),
    is_mine=lambda columns: {"Code", "Libellé"} <= set(columns) and any(map(_measure, columns)),
)
recognises = LAYOUT.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Every column as text; `attrs` keep the title lines. Raises `BadInput` with every problem of the file."""
    raw = LAYOUT.read(snapshot)
    mesh = _mesh(raw)
    if mesh not in _MESHES:
        allowed = ", ".join(_MESHES)
        refuse(raw.attrs["file"], [sentence("mesh_not_allowed", mesh=mesh, allowed=allowed)])
    refuse(raw.attrs["file"], shortened_codes("Code", raw["Code"], _MESHES[mesh][1]))
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations of the mesh that the file names; and the rejects, one for each unknown indicator."""
    level, kind = _MESHES[_mesh(raw)]
    where, rejects = places(raw["Code"], SOURCE.id, kind, level or None)
    indicators = [column for column in raw.columns if column not in LAYOUT.required]
    measures = {column: measure for column in indicators if (measure := _measure(column))}
    unknown = [("", column, sentence("indicator_not_known")) for column in indicators if column not in measures]
    observations, refused = observe(raw, SOURCE.id, where, measures)
    return observations, all_rejects([reject_frame(SOURCE.id, unknown), rejects, refused])


def _mesh(raw: pd.DataFrame) -> str:
    title = raw.attrs["titles"][1] if len(raw.attrs["titles"]) > 1 else ""
    return title.partition(" par ")[2].strip("; ")


def _measure(column: str) -> Measure | None:
    match = re.fullmatch(r"(.+) (\d{4})", " ".join(column.split()))
    if not match or not (indicator := INDICATORS.get(match[1])):
        return None
    id_, unit = indicator
    return percentage(id_, match[2]) if unit == "share" else count(id_, match[2], unit)
