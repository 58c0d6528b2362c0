"""data·inclusion, schema v1: structures and services of social inclusion, gathered from many producers.

Two tables, CSV, Parquet or JSON: structures (`reseaux_porteurs`: the networks they belong to) and services
(`thematiques`: what they do, `structure_id`). Both lists become categories, one row a category: what belongs to none is
counted in the rejects. The code lists are those of data-inclusion-schema 1.0.10. Names of contacts, e-mail addresses,
telephones and free texts are not read.

The same place may be given by several producers: `etl.duplicates` merges them.
"""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl import categories
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
from etl.reading.tables import Layout, Layouts
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="data_inclusion",
    title="data·inclusion : structures et services d'insertion",
    producer="Plateforme de l'inclusion",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/6233723c2c1e4a54af2f6b2d/",
    tier=Tier.OFFICIAL,
    description="Structures et services d'insertion et de lien social, par réseau et par thématique.",
)

_STRUCTURE = ("id", "source", "nom", "code_insee", "latitude", "longitude", "reseaux_porteurs")
_SERVICE = ("id", "source", "structure_id", "nom", "code_insee", "latitude", "longitude", "thematiques")
_MORE = ("date_maj", "horaires_accueil")

# Codes are not declared: producers' rows are checked one by one, a bad one is refused alone.
LAYOUTS = Layouts(Layout(_SERVICE, wanted=_MORE.__contains__), Layout(_STRUCTURE, wanted=_MORE.__contains__))


def recognises(candidate: Candidate) -> bool:
    """Whether the file is one of the two tables."""
    if candidate.kind == "json":
        return mentions(candidate, *_STRUCTURE) or mentions(candidate, *_SERVICE)
    return LAYOUTS.recognises(candidate)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The table as published, as text (lists are JSON); only the columns this reader uses. Raises `BadInput`."""
    name = snapshot.path.name
    if snapshot.path.suffix.lower() == ".parquet":
        raw = _text(_parquet(snapshot), name)
    elif is_document(snapshot):
        document = read_document(snapshot)
        listed = document.get("items") if isinstance(document, dict) else document
        raw = _text(objects(listed, name), name)
    else:
        raw = LAYOUTS.read(snapshot)
    refuse_lost_zeros(raw["code_insee"], name, sentence("at_column", column="code_insee"))
    coordinates.refuse_swapped(raw, "longitude", "latitude", name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows = raw.assign(**{column: "" for column in _MORE if column not in raw})
    hours, unread = timetables.hours_of(rows["horaires_accueil"], timetables.openstreetmap, SOURCE.id)
    listed = rows["thematiques" if "thematiques" in rows else "reseaux_porteurs"]
    # A list is written as JSON, as Python, or as a PostgreSQL array: its slugs are the same.
    rows = rows.assign(weekly_hours=hours, code=listed.map(lambda text: re.findall(r"[a-z0-9-]+", text)))
    rows = rows.assign(line=rows.index).explode("code")
    unknown = categories.unknown_codes(rows["code"], "data_inclusion", SOURCE.id)
    category = categories.category_of(rows["code"], "data_inclusion")
    rows = rows.assign(key=rows["id"] + "-" + category)[category.notna()]
    # Two networks of one structure may be the same category here; the same identifier on two lines is refused.
    rows = rows[~rows.duplicated(["line", "key"])]
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["key"],
                "name": rows["nom"],
                "code": rows["code"],
                "code_insee": rows["code_insee"],
                "lon": numbers(rows["longitude"]),
                "lat": numbers(rows["latitude"]),
                "weekly_hours": rows["weekly_hours"],
                "seen_on": rows["date_maj"].str[:10],
            }
        ),
        SOURCE,
        "data_inclusion",
    )
    return accepted, pd.concat(
        [unread, not_numbers(raw, SOURCE.id, "id", "longitude", "latitude"), unknown, rejected], ignore_index=True
    )


def _parquet(snapshot: Snapshot) -> list[dict]:
    wanted = {*_STRUCTURE, *_SERVICE, *_MORE}
    try:
        names = pq.read_schema(snapshot.path).names
        return pq.read_table(snapshot.path, columns=[name for name in names if name in wanted]).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(sentence("parquet_unreadable", file=snapshot.path.name, error=error)) from error


def _text(records: list[dict], name: str) -> pd.DataFrame:
    is_service = any("thematiques" in record for record in records)
    dated = [
        {
            key: value if isinstance(value, str | int | float | list | None) else str(value)
            for key, value in record.items()
        }
        for record in records
    ]
    return text_frame(dated, name, _SERVICE if is_service else _STRUCTURE, _MORE)
