"""Local potential accessibility (APL, Drees): what care a resident can reach, by commune.

Layouts: the workbooks of the Drees, one a profession, sheets `APL 2024` ... (the newest is read), titles, columns, then
a row of units; and a csv that a member of the Drees made of the 2018 and 2016 files (`apl_mg2018, ...`; Paris, Lyon,
Marseille and overseas départements are not in it). Consultations a year and standardised resident for general
practitioners; full-time equivalents for 100,000 standardised residents for nurses, midwives, physiotherapists and
dentists. `under_65`: counting practitioners of 65 and under only.
"""

import re
from collections.abc import Sequence

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    count,
    observe,
    places,
)
from etl.reading.tables import COMMUNE, Layout, Layouts
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="drees_apl",
    title="Accessibilité potentielle localisée (APL)",
    producer="Drees",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.drees.solidarites-sante.gouv.fr/explore/dataset/530_l-accessibilite-potentielle-localisee-apl/",
    tier=Tier.OFFICIAL,
    description="Consultations ou équivalents temps plein accessibles à chaque habitant, par commune.",
)

GP_UNIT = "consultations a year per standardised inhabitant"
OTHER_UNIT = "full-time equivalents per 100,000 standardised inhabitants"

_PROFESSIONS = {
    "médecins généralistes": ("apl_general_practitioners", GP_UNIT),
    "infirmières": ("apl_nurses", OTHER_UNIT),
    "infirmiers": ("apl_nurses", OTHER_UNIT),
    "sages-femmes": ("apl_midwives", OTHER_UNIT),
    "masseurs-kinésithérapeutes": ("apl_physiotherapists", OTHER_UNIT),
    "chirurgiens-dentistes": ("apl_dentists", OTHER_UNIT),
}
_TITLE = re.compile(r"APL aux ([\w-]+(?: généralistes)?)(?: de (\d\d) ans (?:et|ou) moins)?")
_CSV = {
    "mg": _PROFESSIONS["médecins généralistes"],
    "inf": _PROFESSIONS["infirmiers"],
    "sf": _PROFESSIONS["sages-femmes"],
    "mk": _PROFESSIONS["masseurs-kinésithérapeutes"],
}
_SHORT = re.compile(r"apl_(mg|inf|sf|mk)(\d{4})(_65)?")


def _is_workbook(columns: Sequence[str]) -> bool:
    return "Code commune INSEE" in columns and any(map(_titled, columns))


LAYOUTS = Layouts(
    Layout(
        ("Code commune INSEE", "Commune"), codes={"Code commune INSEE": COMMUNE}, is_mine=_is_workbook,
        wanted=lambda column: _titled(column) is not None, sheets=r"(?i)APL.*20\d\d.*",
    ),
    Layout(
        ("code", "lib_com", "apl_mg2018"), codes={"code": COMMUNE},
        wanted=lambda column: _short(column) is not None,
    ),
)  # fmt: skip
recognises = LAYOUTS.recognises
read = LAYOUTS.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by commune and arrondissement; and the rejects. The row of units is part of the columns."""
    key = "code" if "code" in raw else "Code commune INSEE"
    rows = raw if key == "code" else raw.drop(raw.index[:1][raw[key].iloc[:1] == ""])
    year = re.search(r"20\d\d", raw.attrs.get("sheet", "") or "")
    measures = {
        column: measure
        for column in raw.columns
        if (measure := _short(column) or _titled(column, year[0] if year else ""))
    }
    where, rejects = places(rows[key], SOURCE.id, COMMUNE)
    observations, refused = observe(rows, SOURCE.id, where, measures)
    return observations, all_rejects([rejects, refused])


def _titled(column: str, year: str = "") -> Measure | None:
    match = _TITLE.fullmatch(column.strip())
    if not match or match[1] not in _PROFESSIONS:
        return None
    id_, unit = _PROFESSIONS[match[1]]
    return Measure(id_ + f"_under_{match[2]}" * bool(match[2]), unit, year)


def _short(column: str) -> Measure | None:
    if column == "pop2016":
        return count("population", "2016")
    if column == "tx_4G_max":
        # Arcep's figure, which the third party put beside: it bears no year of its own.
        return Measure("mobile_4g_share", "share", "", high=1)
    match = _SHORT.fullmatch(column)
    if not match:
        return None
    id_, unit = _CSV[match[1]]
    return Measure(id_ + "_under_65" * bool(match[3]), unit, match[2])
