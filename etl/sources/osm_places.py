"""Services of an extract of OpenStreetMap that an agency supplies, with the tags that say what each one is.

Layouts: GeoJSON (`osmium export -u type_id`, Overpass), GeoPackage (QuickOSM) or GeoParquet of features with their tags
as columns, `amenity` among them, and an identifier (`@id`, `id`, `full_id` or `osm_id`); or a CSV
`osm_id,name,class,lon,lat` whose class is one tag (`amenity=pharmacy`). Of a feature with several tags the first of
`TAGS` that names a category speaks. What is on the map is what its contributors have drawn: a place that is not there
may exist.
"""

import pandas as pd

from etl.categories import category_of
from etl.reading import coordinates
from etl.reading.candidate import Candidate, peek
from etl.reading.extracts import holds_places, read_places, service_rows
from etl.reading.numbers import not_numbers
from etl.reading.service_frame import accept
from etl.reading.tables import Layout
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="osm_places",
    title="OpenStreetMap, lieux et services",
    producer="Contributeurs d'OpenStreetMap",
    licence=Licence.ODBL,
    page="https://download.geofabrik.de/europe.html",
    tier=Tier.AGENCY,
    description="Services dessinés par les contributeurs : ce qui n'y est pas peut exister.",
)

TAGS = ("social_facility", "healthcare", "amenity", "government", "office", "club")
"""Keys that say what a place is, the most precise first."""

_IDENTIFIERS = ("@id", "id", "full_id", "osm_id")

LAYOUT = Layout(("osm_id", "name", "class", "lon", "lat"), wanted={"seen_on"}.__contains__)


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds features of OpenStreetMap with their tags."""
    return LAYOUT.recognises(candidate) or holds_places(candidate, "amenity")


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Features as published, as text, with `osm_id`, `name`, `class` (`amenity=pharmacy`), `lon` and `lat`. Raises
    `BadInput` when they have no identifier."""
    raw = read_places(snapshot, LAYOUT, ["amenity"], [*TAGS, *_IDENTIFIERS, "name", "seen_on"])
    key = next((name for name in _IDENTIFIERS if name in raw), None)
    if key is None:
        raise BadInput(sentence("places_without_identifier", file=snapshot.path.name, keys=", ".join(_IDENTIFIERS)))
    # A feature may have a tag `class` of its own (that of a waterway): only a table names the class itself.
    chosen = raw["class"] if peek(snapshot.path).kind == "text" else _class(raw)
    return raw.assign(**{"class": chosen}, osm_id=raw[key], name=raw.get("name", ""))


def _class(raw: pd.DataFrame) -> pd.Series:
    """The tag that names a category, else the first that there is; empty where a feature has none of `TAGS`."""
    written = [(tag + "=" + raw[tag]).where(raw[tag] != "", "") for tag in TAGS if tag in raw]
    chosen = pd.Series("", index=raw.index)
    for values in reversed(written):
        chosen = values.where(values != "", chosen)
    for values in reversed(written):
        chosen = values.where(category_of(values, "osm").notna(), chosen)
    return chosen


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, without codes of territories (their point tells), and the rejects."""
    rows = service_rows(raw, "osm_id", "class")
    again = _element(raw["osm_id"]).duplicated() & ~raw["osm_id"].duplicated()
    twice = reject_frame(
        SOURCE.id, [(line, raw.at[line, "osm_id"], sentence("line_and_area")) for line in raw.index[again]]
    )
    accepted, rejected = accept(rows[~again], SOURCE, "osm", land=coordinates.ANYWHERE)
    spoilt = not_numbers(raw, SOURCE.id, "osm_id", "lon", "lat")
    return accepted, pd.concat([spoilt, twice, rejected], ignore_index=True)


def _element(keys: pd.Series) -> pd.Series:
    """The element of OpenStreetMap that each identifier is of. A closed way is written as a line (`w21`) and as an area
    too, whose number is twice that of its way (`a42`), or of its relation and one (`a43` is of `r21`)."""
    number = keys.str.extract(r"^a(\d+)$", expand=False)
    areas = number.dropna().map(lambda digits: f"{'wr'[int(digits) % 2]}{int(digits) // 2}")
    return areas.reindex(keys.index).fillna(keys)
