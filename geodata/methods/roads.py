"""Road minutes from a network of roads: the nearest supply, and every pair within a limit.

Ways are what a map draws: points in order, a speed, a direction. `graph_of` keeps the points where roads meet and one
every `SPACING_KM` between, so that a place is joined to the network near where it stands. Minutes are those of an empty
road: no traffic, no lights, no turns.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from geodata.errors import BadInput
from geodata.methods.access import NO_POINT, NO_SUPPLY
from geodata.methods.travel import BOUNDARY_MIN, Points, by_zone, chord, demand_and_supply, great_circle_km, kilometres

SPACING_KM = 0.25
"""Between two junctions, a point of the road is kept about this often."""

MIN_PART = 50
"""Nodes of the smallest piece of network that counts: smaller ones are car parks or roads cut by the extract's edge."""

JOIN_KM = 5.0
"""A place further than this from any road is joined to none."""

JOIN_KMH = 15.0
"""Speed between a place and the road, in a straight line: that of a service road."""

NO_ROAD = "no_road"
"""Reason of `nearest_by_road`: no road near the place, or none that leads from it to a supply."""

_AT_ONCE = 20_000_000  # cells of the tables of minutes that are held at a time (160 MB)
_HERE = 1e-9  # minutes of an arc of no length: a sparse zero would be no arc at all


@dataclass(frozen=True)
class RoadProfile:
    """Speeds of a car on the roads of OpenStreetMap, as versioned data: change one, change the name.

    `kmh` by value of `highway`; `share_of_limit`: what is driven of a posted limit, which then replaces that speed.
    `against_another`: minutes over those of another engine on the same roads, between which eight trips in ten lie.
    """

    name: str
    kmh: dict[str, float]
    share_of_limit: float
    source: str
    against_another: tuple[float, float]
    validity: tuple[str, ...]


CAR = RoadProfile(
    name="osm-car-1",
    kmh={
        "motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65, "primary_link": 30,
        "secondary": 55, "secondary_link": 25, "tertiary": 40, "tertiary_link": 20, "unclassified": 25,
        "residential": 25, "living_street": 10, "service": 15,
    },
    share_of_limit=0.8,
    source="Speeds by class of the car profile of OSRM, the engine of INSEE's metric-osrm, whose limits count for 80 %",
    against_another=(1.04, 1.20),  # Valhalla 3.5.1, 500 x 500 trips in Andorra
    validity=(
        "not compared with measured times, for want of an extract where some are published: another engine (Valhalla) "
        "is about a tenth faster on the same roads of Andorra and around Monaco",
        "no traffic, lights, turns, snow or tolls; forbidden turns are not read",
        "no ferry: what is across the water without a bridge is out of reach",
        "trips that would leave the extract and come back are not seen",
    ),
)  # fmt: skip
"""The profile used with every extract."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Roads as drawn: `node`, `lon`, `lat` of the points of all ways one after the other (NaN: outside of the extract),
    `first` the place of the first point of each, `kmh` its speed, `direction` 1 forward only, -1 backward only, 0 both.
    """

    node: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    first: np.ndarray
    kmh: np.ndarray
    direction: np.ndarray


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Nodes (`lon`, `lat`) and arcs from node `start` to node `end` in `minutes` (> 0); results carry its `name`."""

    name: str
    lon: np.ndarray
    lat: np.ndarray
    start: np.ndarray
    end: np.ndarray
    minutes: np.ndarray


def graph_of(ways: Ways, name: str, *, spacing_km: float = SPACING_KM, min_part: int = MIN_PART) -> RoadGraph:
    """The graph of `ways`: two ways that share a point meet there. Pieces of fewer than `min_part` nodes, from each of
    which every other can be reached, are left out. Raises `BadInput` when nothing is left.
    """
    there = ~np.isnan(ways.lon)
    if not there.any():
        raise BadInput(f"{name}: no road for cars in it.")
    way = np.repeat(np.arange(len(ways.first)), np.diff(np.append(ways.first, len(ways.node))))
    # A way that leaves the extract and comes back is two pieces of road.
    piece = (way + np.cumsum(~there))[there]
    way, node, lon, lat = way[there], ways.node[there], ways.lon[there], ways.lat[there]
    begins = np.flatnonzero(np.diff(piece, prepend=-1))
    step = np.append(0.0, great_circle_km(lon[:-1], lat[:-1], lon[1:], lat[1:]))
    step[begins] = 0.0
    along = np.cumsum(step)
    along -= np.repeat(along[begins], np.diff(np.append(begins, len(piece))))
    kept = np.flatnonzero(_is_kept(node, piece, along, spacing_km))
    one, next_ = kept[:-1], kept[1:]
    together = piece[one] == piece[next_]
    one, next_ = one[together], next_[together]
    nodes, rows = np.unique(node[np.concatenate([one, next_])], return_inverse=True)
    u, v = rows[: len(one)], rows[len(one) :]
    minutes = np.maximum((along[next_] - along[one]) / ways.kmh[way[one]] * 60, _HERE)
    ahead, back = (ways.direction[way[one]] >= 0), (ways.direction[way[one]] <= 0)
    start, end = np.concatenate([u[ahead], v[back]]), np.concatenate([v[ahead], u[back]])
    start, end, minutes = _quickest(start, end, np.concatenate([minutes[ahead], minutes[back]]))
    place = np.zeros(len(nodes), dtype=np.int64)
    place[rows] = np.concatenate([one, next_])
    graph = RoadGraph(name, lon[place], lat[place], start, end, minutes)
    return _without_small_parts(graph, min_part)


def nearest_by_road(
    demand: pd.DataFrame, supply: pd.DataFrame, graph: RoadGraph, *, within: str | None = None
) -> pd.DataFrame:
    """The supply that takes the fewest minutes by road from each demand.

    Arguments and columns are those of `geodata.methods.access.nearest`: `distance_km` stays the crow-fly distance to
    the supply chosen, `method` is the graph's name. The reason is `no_road` where the network leads to no supply.
    """
    supply = supply.sort_index()
    origins, destinations = demand_and_supply(demand, supply, within, may_miss=True)
    chosen, best = np.full(len(demand), -1), np.full(len(demand), np.inf)
    is_served = np.zeros(len(demand), dtype=bool)
    leave, arrive = _join(origins, graph), _join(destinations, graph)
    for from_rows, to_rows in by_zone(origins, destinations):
        is_served[from_rows] = True
        minutes, row = _from_supply(graph, arrive[0][to_rows], arrive[1][to_rows])
        node, last = leave[0][from_rows], leave[1][from_rows]
        total = np.where(node >= 0, minutes[node] + last, np.inf)
        reached = np.isfinite(total)
        at, to = from_rows[reached], to_rows[row[node[reached]]]
        chosen[at], best[at] = to, _never_around(total[reached], origins, destinations, at, to, leave[0], arrive[0])
    is_found = chosen >= 0
    km = np.full(len(demand), np.nan)
    km[is_found] = _km(origins, destinations, np.flatnonzero(is_found), chosen[is_found])
    reason = np.select(
        [~origins.is_located, ~is_served, ~is_found], [NO_POINT, NO_SUPPLY, NO_ROAD], default=np.array(None)
    )
    return pd.DataFrame(
        {
            supply.index.name or "supply": pd.Series(supply.index).reindex(chosen).array,
            "distance_km": km,
            "travel_min": np.where(is_found, best, np.nan),
            "method": graph.name,
            "reason": pd.array(reason, dtype="str"),
        },
        index=demand.index,
    )


def travel_by_road(
    demand: pd.DataFrame, supply: pd.DataFrame, graph: RoadGraph, *, limit_min: float, within: str | None = None
) -> pd.DataFrame:
    """Every trip from a demand to a supply that takes at most `limit_min` minutes by road (inclusive).

    Arguments and columns are those of `geodata.methods.travel.travel`. A place that no road is near has no trip.
    """
    if not limit_min >= 0:
        raise BadInput(f"limit of {limit_min} minutes: zero or more is expected.")
    origins, destinations = demand_and_supply(demand, supply, within, may_miss=False)
    leave, arrive = _join(origins, graph), _join(destinations, graph)
    forward, node = _between(graph, np.concatenate([leave[0], arrive[0]]))
    pieces = []
    for from_rows, to_rows in by_zone(origins, destinations):
        from_rows, to_rows = from_rows[leave[0][from_rows] >= 0], to_rows[arrive[0][to_rows] >= 0]
        step = max(1, _AT_ONCE // max(forward.shape[0], 1))
        for begin in range(0, len(from_rows), step):
            some = from_rows[begin : begin + step]
            minutes = dijkstra(forward, indices=node[leave[0][some]], limit=limit_min + BOUNDARY_MIN)
            total = minutes[:, node[arrive[0][to_rows]]] + leave[1][some, None] + arrive[1][None, to_rows]
            i, j = np.nonzero(np.isfinite(total))
            at, to = some[i], to_rows[j]
            time = _never_around(total[i, j], origins, destinations, at, to, leave[0], arrive[0])
            near = time <= limit_min + BOUNDARY_MIN
            pieces.append((at[near], to[near], time[near]))
    at, to, time = (np.concatenate(part) for part in zip(*pieces, strict=True)) if pieces else (np.zeros(0, int),) * 3
    order = np.lexsort((to, at))
    at, to, time = at[order], to[order], time[order]
    return pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(at, demand.index),
            "destination": pd.Categorical.from_codes(to, supply.index),
            "distance_km": _km(origins, destinations, at, to),
            "minutes": time,
            "method": pd.Categorical.from_codes(np.zeros(len(at), np.int8), [graph.name]),
        }
    )


# ------------------------------------------------------------------------------------------------------------ the graph


def _is_kept(node: np.ndarray, piece: np.ndarray, along: np.ndarray, spacing_km: float) -> np.ndarray:
    """Which points become nodes: ends of pieces, points met twice, and the first one in each `spacing_km`."""
    _, inverse, times = np.unique(node, return_inverse=True, return_counts=True)
    is_next = piece[1:] != piece[:-1]
    stretch = np.floor(along / spacing_km)
    is_first, is_last = np.append(True, is_next | (stretch[1:] != stretch[:-1])), np.append(is_next, True)
    return (times[inverse] > 1) | is_first | is_last


def _quickest(start: np.ndarray, end: np.ndarray, minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One arc for each pair of nodes, the quickest; none from a node to itself."""
    order = np.lexsort((minutes, end, start))
    start, end, minutes = start[order], end[order], minutes[order]
    is_first = np.ones(len(start), dtype=bool)
    is_first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    kept = is_first & (start != end)
    return start[kept], end[kept], minutes[kept]


def _without_small_parts(graph: RoadGraph, min_part: int) -> RoadGraph:
    _, part = connected_components(_matrix(graph), connection="strong")
    kept = np.bincount(part)[part] >= min_part if len(part) else np.zeros(0, dtype=bool)
    if not kept.any():
        raise BadInput(f"{graph.name}: no piece of network with {min_part} nodes or more: is it an extract with roads?")
    number = np.cumsum(kept) - 1
    arcs = kept[graph.start] & kept[graph.end]
    return RoadGraph(
        graph.name,
        graph.lon[kept],
        graph.lat[kept],
        number[graph.start[arcs]],
        number[graph.end[arcs]],
        graph.minutes[arcs],
    )


def _matrix(graph: RoadGraph) -> csr_array:
    size = len(graph.lon)
    return coo_array((graph.minutes, (graph.start, graph.end)), shape=(size, size)).tocsr()


_MOST_ROADS = 3
"""A node with so many neighbours or fewer can go: the arcs that replace its own are no more than they were."""


def _between(graph: RoadGraph, ends: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """A smaller network with the same minutes between the nodes `ends` (-1: none), and the row of each node in it.

    Nodes with few neighbours go, no two neighbours at once, and arcs over them replace their own: the first step of a
    contraction hierarchy (Geisberger et al. 2008). Rows of nodes that went are -1.
    """
    size = len(graph.lon)
    start, end, minutes = graph.start.astype(np.int64), graph.end.astype(np.int64), graph.minutes
    may_go, left = np.ones(size, bool), size
    may_go[ends[ends >= 0]] = False
    is_there = np.ones(size, bool)
    turn = np.random.Generator(np.random.Philox(0)).permutation(size)
    while True:
        one, other = np.divmod(np.unique(np.minimum(start, end) * size + np.maximum(start, end)), size)
        neighbours = np.bincount(one, minlength=size) + np.bincount(other, minlength=size)
        goes = may_go & is_there & (neighbours <= _MOST_ROADS)
        both = goes[one] & goes[other]
        goes[np.where(turn[one[both]] < turn[other[both]], other[both], one[both])] = False
        if goes.sum() <= left // 100:
            break
        start, end, minutes = _over(goes, start, end, minutes)
        is_there &= ~goes
        left -= int(goes.sum())
    row = np.where(is_there, np.cumsum(is_there) - 1, -1)
    return coo_array((minutes, (row[start], row[end])), shape=(left, left)).tocsr(), row


def _over(
    goes: np.ndarray, start: np.ndarray, end: np.ndarray, minutes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The arcs once the nodes that go (a mask, no two of them neighbours) are passed over."""
    into, out = np.flatnonzero(goes[end]), np.flatnonzero(goes[start])
    out = out[np.argsort(start[out], kind="stable")]
    count = np.bincount(start[out], minlength=len(goes))
    times = count[end[into]]
    first = np.repeat((np.cumsum(count) - count)[end[into]], times)
    into = np.repeat(into, times)
    out = out[first + np.arange(len(into)) - np.repeat(np.cumsum(times) - times, times)]
    stays = ~(goes[start] | goes[end])
    return _quickest(
        np.concatenate([start[stays], start[into]]),
        np.concatenate([end[stays], end[out]]),
        np.concatenate([minutes[stays], minutes[into] + minutes[out]]),
    )


# ----------------------------------------------------------------------------------------------------------- the places


def _join(points: Points, graph: RoadGraph) -> tuple[np.ndarray, np.ndarray]:
    """Nearest node of each point, -1 where none is within `JOIN_KM`, and the minutes to it."""
    lon, lat = np.radians(graph.lon), np.radians(graph.lat)
    tree = cKDTree(np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1))
    node, minutes = np.full(len(points.lon), -1), np.full(len(points.lon), np.inf)
    gap, row = tree.query(points.xyz[points.is_located], distance_upper_bound=chord(JOIN_KM))
    near = np.isfinite(gap)
    at = np.flatnonzero(points.is_located)[near]
    node[at], minutes[at] = row[near], kilometres(gap[near]) / JOIN_KMH * 60
    return node, minutes


def _from_supply(graph: RoadGraph, node: np.ndarray, minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minutes from each node of the graph to the supply reached first, and the row of that supply.

    One search against the arcs from all of them at once: each supply is a node of its own, joined to the road.
    """
    size, joined = len(graph.lon), np.flatnonzero(node >= 0)
    if not len(joined):
        return np.full(size, np.inf), np.full(size, -1)
    start = np.concatenate([graph.end, size + np.arange(len(joined))])
    end = np.concatenate([graph.start, node[joined]])
    weight = np.concatenate([graph.minutes, np.maximum(minutes[joined], _HERE)])
    shape = (size + len(joined),) * 2
    seconds, _, source = dijkstra(
        coo_array((weight, (start, end)), shape=shape).tocsr(),
        indices=size + np.arange(len(joined)),
        min_only=True,
        return_predecessors=True,
    )
    return seconds[:size], joined[np.where(source[:size] >= size, source[:size] - size, 0)]


def _never_around(
    total: np.ndarray,
    origins: Points,
    destinations: Points,
    at: np.ndarray,
    to: np.ndarray,
    leave: np.ndarray,
    arrive: np.ndarray,
) -> np.ndarray:
    """Minutes, straight where both ends are joined to the same node: nobody goes to the road and back."""
    straight = _km(origins, destinations, at, to) / JOIN_KMH * 60
    return np.where(leave[at] == arrive[to], np.minimum(total, straight), total)


def _km(origins: Points, destinations: Points, at: np.ndarray, to: np.ndarray) -> np.ndarray:
    return kilometres(np.sqrt(((origins.xyz[at] - destinations.xyz[to]) ** 2).sum(axis=-1)))
