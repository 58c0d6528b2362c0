"""Ministère de la Culture, addresses of public libraries (yearly survey), CSV or JSON.

Columns are matched by plain name (`Code_bib` or `code_bib`). `amplitude_horaire` is the hours open a week; only
« Bâtiment ouvert » is a place one can enter. Mobile libraries are refused: they have no fixed place. The commune code
is not in every edition: without it the point places the library. Telephones are not read.
"""

import pandas as pd

from etl.reading import coordinates
from etl.reading.candidate import Candidate
from etl.reading.documents import (
    is_document,
    mentions,
    objects,
    read_document,
    text_frame,
)
from etl.reading.headers import group_columns, plain_layout
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="bibliotheques",
    title="Adresses des bibliothèques publiques",
    producer="Ministère de la Culture",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/adresses-des-bibliotheques-publiques-2/",
    tier=Tier.OFFICIAL,
    description="Bibliothèques municipales et intercommunales, leurs heures d'ouverture.",
)

_GROUPS = {
    "code_bib": ("code_bib",),
    "name": ("nom_de_l_etablissement",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
}
_KEYS = ("code_bib", "nom_de_l_etablissement", "latitude", "longitude")
_OPTIONAL = ("code_insee_commune", "type_adresse", "amplitude_horaire", "annee")

LAYOUT = plain_layout(_GROUPS, _OPTIONAL.__contains__)


def recognises(candidate: Candidate) -> bool:
    """Whether the file lists public libraries."""
    return LAYOUT.recognises(candidate) or mentions(candidate, *_KEYS)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The libraries as published, as text, columns by plain name. Raises `BadInput`."""
    if is_document(snapshot):
        libraries = objects(read_document(snapshot), snapshot.path.name)
        raw = text_frame(libraries, snapshot.path.name, _KEYS, _OPTIONAL)
    else:
        raw = LAYOUT.read(snapshot)
    raw = group_columns(raw, _GROUPS)
    coordinates.refuse_swapped(raw, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows = raw.assign(**{column: "" for column in _OPTIONAL if column not in raw})
    is_closed = ~rows["type_adresse"].isin(["", "Bâtiment ouvert"])
    is_mobile = rows["name"].str.match(r"bibliobus|m[ée]diabus", case=False)
    refused = rows[is_closed | is_mobile]
    rejects = reject_frame(
        SOURCE.id,
        [
            (line, key, sentence("mobile_library") if is_mobile[line] else sentence("not_open_to_readers", reason=kind))
            for line, key, kind in refused[["code_bib", "type_adresse"]].itertuples()
        ],
    )
    rows = rows.drop(refused.index)
    hours = numbers(rows["amplitude_horaire"])
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["code_bib"],
                "name": rows["name"],
                "code": "bibliotheque",
                "code_insee": rows["code_insee_commune"],
                "lon": numbers(rows["longitude"]),
                "lat": numbers(rows["latitude"]),
                "weekly_hours": hours.where(hours > 0),
                "seen_on": rows["annee"],
            }
        ),
        SOURCE,
        "bibliotheques",
    )
    return accepted, pd.concat(
        [rejects, not_numbers(rows, SOURCE.id, "code_bib", "longitude", "latitude", "amplitude_horaire"), rejected],
        ignore_index=True,
    )
