"""Cartographie nationale des lieux de médiation numérique: places where one is helped with digital tools.

Schema `lieux-de-mediation-numerique` (ANCT), one row a place, CSV or JSON: `id, nom, code_insee, latitude, longitude,
horaires, date_maj, services ...`. `horaires` follows OpenStreetMap's syntax. Telephones, e-mail addresses and free
texts are not read. The files that local producers hand in to the national map are not read either: each has its own
columns, with names of persons, and the national file holds what they say.
"""

import pandas as pd

from etl.reading import coordinates, timetables
from etl.reading.candidate import Candidate
from etl.reading.documents import (
    is_document,
    mentions,
    objects,
    read_document,
    refuse_lost_zeros,
    text_frame,
)
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from etl.reading.tables import COMMUNE, Layout
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="mediation_numerique",
    title="Lieux de médiation numérique",
    producer="ANCT, Cartographie nationale des lieux de médiation numérique",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/organizations/cartographie-nationale-des-lieux-de-mediation-numerique/",
    tier=Tier.OFFICIAL,
    description="Lieux d'accompagnement au numérique, avec leurs horaires.",
)

_REQUIRED = ("id", "nom", "code_insee", "latitude", "longitude", "services")
_OPTIONAL = ("horaires", "date_maj")
_OWN = {"modalites_accompagnement", "dispositif_programmes_nationaux", "labels_nationaux", "modalites_acces"}
"""Columns that only this schema has."""

LAYOUT = Layout(
    _REQUIRED,
    codes={"code_insee": COMMUNE},
    is_mine=lambda columns: {"id", "nom", "code_insee", "services"} <= set(columns) and bool(_OWN & set(columns)),
    wanted=_OPTIONAL.__contains__,
)


def recognises(candidate: Candidate) -> bool:
    """Whether the file follows the schema, as CSV or as JSON."""
    if candidate.kind == "json":
        is_schema = mentions(candidate, "id", "nom", "code_insee", "services")
        return is_schema and any(mentions(candidate, key) for key in _OWN)
    return LAYOUT.recognises(candidate)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The places as published, as text; only the columns this reader uses. Raises `BadInput`."""
    if is_document(snapshot):
        places = objects(read_document(snapshot), snapshot.path.name)
        raw = text_frame(places, snapshot.path.name, _REQUIRED, _OPTIONAL)
    else:
        raw = LAYOUT.read(snapshot)
    refuse_lost_zeros(raw["code_insee"], snapshot.path.name, sentence("at_key", key="code_insee"))
    coordinates.refuse_swapped(raw, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows = raw.reindex(columns=[*_REQUIRED, *_OPTIONAL], fill_value="")
    hours, unread = timetables.hours_of(rows["horaires"], timetables.openstreetmap, SOURCE.id)
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["id"],
                "name": rows["nom"],
                "code": "lieu",
                "code_insee": rows["code_insee"],
                "lon": numbers(rows["longitude"]),
                "lat": numbers(rows["latitude"]),
                "weekly_hours": hours,
                "seen_on": rows["date_maj"].str[:10],
            }
        ),
        SOURCE,
        "mediation_numerique",
    )
    return accepted, pd.concat(
        [unread, not_numbers(raw, SOURCE.id, "id", "longitude", "latitude"), rejected], ignore_index=True
    )
