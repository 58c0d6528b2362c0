"""Services of an extract of Overture's theme `places` that an agency supplies.

Layouts: GeoParquet or GeoJSON as Overture publishes them (`id, geometry, names.primary, categories.primary,
confidence, operating_status`; from 2025 `basic_category` too), or a CSV `id,name,category,confidence,lon,lat`. A place
that is said closed is refused, and one of which Overture itself is less than half sure.
"""

import pandas as pd

from etl.reading import coordinates
from etl.reading.candidate import Candidate
from etl.reading.extracts import holds_places, nested, read_places, service_rows
from etl.reading.numbers import not_numbers, numbers
from etl.reading.observations import refuse_rows
from etl.reading.service_frame import accept
from etl.reading.tables import Layout
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="overture_places",
    title="Overture Maps, lieux",
    producer="Overture Maps Foundation",
    licence=Licence.CDLA_PERMISSIVE_2,
    page="https://docs.overturemaps.org/guides/places/",
    tier=Tier.AGENCY,
    description="Lieux rassemblés par des entreprises, avec leur certitude : ce qui n'y est pas peut exister.",
)

SURE = 0.5
"""Confidence under which a place may well not exist: judgement, on Overture's own scale of 0 to 1."""

LAYOUT = Layout(("id", "category", "confidence", "lon", "lat"), wanted={"name", "seen_on"}.__contains__)

_OTHERS = ("id", "names", "operating_status", "seen_on")


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds places of Overture."""
    return LAYOUT.recognises(candidate) or holds_places(candidate, "categories", "confidence")


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Places as published, as text: `id, name, category, confidence, operating_status, lon, lat`. Raises `BadInput`."""
    raw = read_places(snapshot, LAYOUT, ["categories", "confidence"], _OTHERS)
    if "id" not in raw:
        raise BadInput(sentence("places_without_identifier", file=snapshot.path.name, keys="id"))
    if "categories" in raw:
        raw = raw.assign(category=nested(raw["categories"], "primary"))
    if "names" in raw:
        raw = raw.assign(name=nested(raw["names"], "primary"))
    absent = {column: "" for column in ("name", "operating_status") if column not in raw}
    return raw.assign(**absent)


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, without codes of territories (their point tells), and the rejects."""
    rows = service_rows(raw, "id", "category")
    is_shut = raw["operating_status"].isin(["permanently_closed", "temporarily_closed"])
    sure = numbers(raw["confidence"])
    is_unsure = ~(sure >= SURE)
    reasons = {
        sentence("place_closed"): is_shut,
        sentence("place_unsure", least=f"{SURE:g}"): (sure < SURE) & ~is_shut,
        sentence("place_without_confidence"): sure.isna() & ~is_shut,
    }
    _, refused = refuse_rows(rows, SOURCE.id, raw["id"], reasons)
    accepted, rejected = accept(rows[~is_shut & ~is_unsure], SOURCE, "overture", land=coordinates.ANYWHERE)
    spoilt = not_numbers(raw, SOURCE.id, "id", "lon", "lat", "confidence")
    return accepted, pd.concat([refused, spoilt, rejected], ignore_index=True)
