"""Roads of an OpenStreetMap extract (`*.osm.pbf`) that an agency supplies: a region of Geofabrik, or any part of one.

Read: ways with a `highway` that a car drives on (`geodata.methods.roads.CAR`), not closed to it by `access`,
`motor_vehicle` or `vehicle`; `oneway`, `junction=roundabout`, `maxspeed` in km/h. Not read: ferries, turn restrictions,
tracks, and speeds that are words (`FR:urban`) or miles: the speed of the class is used there.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import osmium
import shapely

from etl.reading.candidate import Candidate
from geodata.errors import BadInput
from geodata.methods.roads import CAR, RoadProfile, Ways
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="osm_roads",
    title="OpenStreetMap, réseau routier",
    producer="Contributeurs d'OpenStreetMap",
    licence=Licence.ODBL,
    page="https://download.geofabrik.de/europe/france.html",
    tier=Tier.AGENCY,
    description="Routes carrossables, vitesses et sens uniques, pour les temps de trajet.",
)

_CLOSED = {"no", "private", "agricultural", "forestry"}
_ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
_KEYS = ("access", "motor_vehicle", "vehicle")


@dataclass(frozen=True, eq=False)
class Extract:
    """`ways`; `box`: what the file says to cover (None: it does not say); `dated`: the day of its data, or empty."""

    ways: Ways
    box: shapely.Polygon | None
    dated: str


def recognises(candidate: Candidate) -> bool:
    """Whether the file is an extract of OpenStreetMap in its binary format."""
    return candidate.kind == "osm"


def read(snapshot: Snapshot, profile: RoadProfile = CAR) -> Extract:
    """The roads of an extract. Raises `BadInput` when the file is damaged or holds no road."""
    path = str(snapshot.path)
    try:
        with osmium.io.Reader(path, osmium.osm.NOTHING) as reader:
            header = reader.header()
            box, dated = header.box(), header.get("osmosis_replication_timestamp")[:10]
        node, first, kmh, direction = _ways(path, profile)
        lon, lat = _positions(path, node)
    except (RuntimeError, ValueError) as error:
        raise BadInput(sentence("roads_unreadable", file=snapshot.path.name, error=error)) from error
    if not len(first):
        raise BadInput(sentence("no_road", file=snapshot.path.name))
    corners = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) if box.valid() else None
    return Extract(Ways(node, lon, lat, first, kmh, direction), corners and shapely.box(*corners), dated)


def _ways(path: str, profile: RoadProfile) -> tuple[np.ndarray, ...]:
    node, first, kmh, direction = array("q"), array("q"), array("d"), array("b")
    driven = osmium.filter.TagFilter(*[("highway", value) for value in profile.kmh])
    ways = osmium.FileProcessor(path, osmium.osm.WAY).with_filter(driven)
    for way in cast("Iterator[osmium.osm.Way]", ways):
        tags = way.tags
        if any(tags.get(key) in _CLOSED for key in _KEYS):
            continue
        first.append(len(node))
        node.extend(point.ref for point in way.nodes)
        kmh.append(_speed(tags, profile))
        direction.append(_direction(tags))
    return (
        np.array(node, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(kmh),
        np.array(direction, dtype=np.int8),
    )


def _speed(tags: osmium.osm.TagList, profile: RoadProfile) -> float:
    limit = tags.get("maxspeed") or ""
    if limit.isdigit() and int(limit) > 0:
        return int(limit) * profile.share_of_limit
    return float(profile.kmh[tags["highway"]])


def _direction(tags: osmium.osm.TagList) -> int:
    stated = tags.get("oneway")
    if stated in _ONE_WAY:
        return _ONE_WAY[stated]
    is_one_way = tags.get("junction") == "roundabout" or tags["highway"] == "motorway"
    return int(is_one_way and stated != "no")


def _positions(path: str, node: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of each point; NaN for those that the extract does not hold."""
    wanted = np.unique(node)
    lon, lat = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    ids, x, y = array("q"), array("d"), array("d")
    points = osmium.FileProcessor(path, osmium.osm.NODE).with_filter(osmium.filter.IdFilter(wanted.tolist()))
    for point in cast("Iterator[osmium.osm.Node]", points):
        ids.append(point.id)
        x.append(point.lon)
        y.append(point.lat)
    rows = np.searchsorted(wanted, np.array(ids, dtype=np.int64))
    lon[rows], lat[rows] = x, y
    back = np.searchsorted(wanted, node)
    return lon[back], lat[back]
