"""Spatial access: the nearest service, and the supply within reach shared between those who can reach it.

`travel` (see `geodata.methods.travel`) turns points into travel times; `nearest` and `e2sfca` answer from them. A
limit is inclusive: 60 minutes includes 60. The travel model, the decay and the catchment move the answer far more than
the arithmetic: they are named on each result.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numba import njit
from scipy import sparse
from scipy.spatial import cKDTree

from geodata.errors import BadInput
from geodata.methods.travel import (
    BOUNDARY_MIN,
    EARTH_RADIUS_KM,
    TRAVEL,
    Points,
    TravelModel,
    by_zone,
    chord,
    kilometres,
    listed,
    located,
    travel,
)

__all__ = ["TRAVEL", "Decay", "TravelModel", "drees", "e2sfca", "gaussian", "nearest", "step", "travel"]

NO_POINT = "no_point"
"""Reason of `nearest`: the demand has no coordinates, so nothing is known of it."""

NO_SUPPLY = "no_supply_in_zone"
"""Reason of `nearest`: no supply can be reached without crossing the sea."""

# ------------------------------------------------------------------------------------------------------------- nearest

_TIE_KM = 1e-9


def nearest(
    demand: pd.DataFrame, supply: pd.DataFrame, *, model: TravelModel, within: str | None = None
) -> pd.DataFrame:
    """The nearest supply of each demand, as the crow flies.

    `demand` and `supply` are frames indexed by id with `lon` and `lat` (WGS 84, degrees); `within` names a column of
    both, text codes that must be equal (the zone: no road crosses the sea). Equal distances (to a micrometre) go to the
    smallest id.

    Returns one row a demand, same index: the supply's id (column named as the index of `supply`, else `supply`),
    `distance_km`, `travel_min`, `method` (the model's name) and `reason`, missing when there is an answer. Without an
    answer the three first are missing, never zero: `no_point` when the demand has no coordinates,
    `no_supply_in_zone` when nothing is reachable. Raises `BadInput` for a supply without coordinates.
    """
    origins, destinations = located(demand, supply, within, may_miss=True)
    chosen = np.full(len(demand), -1)
    chords = np.full(len(demand), np.nan)
    rank = supply.index.argsort()
    for from_rows, to_rows in by_zone(origins, destinations):
        by_id = rank[np.isin(rank, to_rows)]
        places = by_id[~pd.DataFrame(destinations.xyz[by_id]).duplicated().to_numpy()]
        row, chords[from_rows] = _nearest_first(cKDTree(destinations.xyz[places]), origins.xyz[from_rows])
        chosen[from_rows] = places[row]
    distance_km = kilometres(chords)
    return pd.DataFrame(
        {
            supply.index.name or "supply": pd.Series(supply.index).reindex(chosen).array,
            "distance_km": distance_km,
            "travel_min": model.minutes(distance_km),
            "method": model.name,
            "reason": pd.array(
                np.select([~origins.is_located, chosen < 0], [NO_POINT, NO_SUPPLY], default=None), dtype="str"
            ),
        },
        index=demand.index,
    )


def _nearest_first(tree: cKDTree, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of the nearest place of `tree`, the first row among equally near ones, and its chord."""
    (near, second), rows = (part.T for part in tree.query(points, k=2))
    rows, tie = rows[0].copy(), _TIE_KM / EARTH_RADIUS_KM
    tied = np.flatnonzero(second - near <= tie)
    rows[tied] = [min(ball) for ball in tree.query_ball_point(points[tied], near[tied] + tie)]
    return rows, near


# --------------------------------------------------------------------------------------------------------------- decay


NEGLIGIBLE = 1e-12
"""A smaller weight is zero: else a service that one place barely reaches would be all for that place."""


@dataclass(frozen=True)
class Decay:
    """How much a service counts at so many minutes: `weight` turns an array of minutes into weights.

    1 is full weight, a weight is zero or more, and one under `NEGLIGIBLE` is zero.
    `breaks_min` are the minutes where the weight jumps or bends: they are needed to compute from coordinates, and a
    missing one is an error rather than an approximation.
    """

    name: str
    weight: Callable[[np.ndarray], np.ndarray]
    breaks_min: tuple[float, ...] = ()

    def __call__(self, minutes: np.ndarray) -> np.ndarray:
        return self.weight(minutes)


step = Decay("step", np.ones_like)
"""Everything within the catchment counts the same (the original 2SFCA of Luo & Wang 2003)."""


def gaussian(sigma_min: float) -> Decay:
    """exp(-t² / 2 sigma²), t in minutes: 1 at 0, 0.61 at `sigma_min` (> 0), 0.14 at twice that."""
    if not sigma_min > 0:
        raise BadInput(f"gaussian decay: sigma_min={sigma_min}; a positive number of minutes is expected.")
    return Decay(f"gaussian {sigma_min:g} min", lambda minutes: np.exp(-0.5 * np.square(minutes / sigma_min)))


def drees(limits_min: tuple[float, float, float] = (5, 10, 15)) -> Decay:
    """1 up to the first limit, 0.3 up to the second, 0.1 up to the third (inclusive), 0 beyond.

    Weights and default limits of the APL of general practitioners as first published (Barlet, Coldefy, Collin,
    Lucas-Gabrielli 2012, DREES, Études et recherches 124). The APL now looks 20 minutes far: pass other limits.
    """
    if not 0 <= limits_min[0] < limits_min[1] < limits_min[2]:
        raise BadInput(f"DREES decay: limits_min={limits_min}; three rising limits in minutes are expected.")
    weights = np.array([1.0, 0.3, 0.1, 0.0])
    limits = np.asarray(limits_min) + BOUNDARY_MIN
    name = "drees " + "/".join(f"{limit:g}" for limit in limits_min) + " min"
    return Decay(name, lambda minutes: weights[np.searchsorted(limits, minutes)], tuple(map(float, limits_min)))


# -------------------------------------------------------------------------------------------------------------- e2sfca


def e2sfca(
    demand: pd.Series | pd.DataFrame,
    supply: pd.Series | pd.DataFrame,
    travel: TravelModel | pd.DataFrame | sparse.sparray | sparse.spmatrix,
    *,
    catchment: float,
    decay: Callable[[np.ndarray], np.ndarray],
    within: str | None = None,
) -> pd.Series:
    """Enhanced two-step floating catchment area (Luo & Qi 2009, Health & Place 15(4)).

    1. ratio of supply j = supply_j / sum over the demand i within `catchment` of decay(t_ij) x demand_i
    2. access of demand i = sum over the supply j within `catchment` of decay(t_ij) x ratio_j

    in units of supply per unit of demand. `catchment` is in minutes and inclusive, `decay` a `Decay` or any function
    from an array of minutes to weights. `demand` and `supply` are amounts (>= 0) by id: a series, or a frame with a
    column `demand` (`supply`). `travel` is one of

    - pairs: a frame with `origin`, `destination` (ids) and `minutes`, one row a pair; a pair that is absent is out of
      reach. `geodata.methods.travel.travel` makes one, a road engine may make a better one;
    - a sparse matrix (demand x supply, in the order of both) of minutes: an entry that is not stored is out of reach, a
      stored zero is the same place;
    - a `TravelModel`: both frames also have `lon` and `lat` (WGS 84, degrees), and the sums are made from coordinates
      without storing the pairs. Weights are interpolated to 1e-10 of themselves.

    `within` names a column of both frames, text codes that must be equal (the zone: no road crosses the sea).

    Returns a series named `access` on the index of `demand`; `attrs` holds `catchment_min`, `decay` and, where known,
    `method` (name of the travel model). Supply that no demand reaches serves nobody (ratio 0), and demand that reaches
    no supply has access 0, not NaN; so access x demand adds up to the supply that somebody reaches. With coordinates, a
    demand without a point has access NaN and counts around no supply. Raises `BadInput` listing every problem.
    """
    amounts = _amounts(demand, "demand"), _amounts(supply, "supply")
    if not catchment >= 0:
        raise BadInput(f"catchment of {catchment} minutes: zero or more is expected.")
    if isinstance(travel, TravelModel):
        access = _from_points(demand, supply, amounts, travel, catchment, decay, within)
        method = travel.name
    else:
        minutes, method = _minutes(travel, demand.index, supply.index)
        access = _from_pairs(amounts, _weights(minutes, catchment, decay, _zones(demand, supply, within)))
    found = pd.Series(access, index=demand.index, name="access")
    found.attrs = {"catchment_min": catchment, "decay": getattr(decay, "name", repr(decay)), "method": method}
    return found


def _amounts(values: pd.Series | pd.DataFrame, role: str) -> np.ndarray:
    if isinstance(values, pd.DataFrame):
        if role not in values:
            raise BadInput(f"{role}: no column `{role}`; it holds the amount of each id (1 where each counts once).")
        values = values[role]
    if not isinstance(values, pd.Series) or not pd.api.types.is_numeric_dtype(values):
        raise BadInput(f"{role}: a series of numbers by id, or a frame with a column `{role}`, is expected.")
    amounts = values.to_numpy(float, na_value=np.nan)
    problems = []
    if values.index.has_duplicates:
        problems.append(f"repeated ids: {listed(values.index[values.index.duplicated()].unique())}")
    if (wrong := ~(np.isfinite(amounts) & (amounts >= 0))).any():
        problems.append(f"amounts that are missing, infinite or negative: {listed(values.index[wrong])}")
    if problems:
        raise BadInput(f"{role}: " + "; ".join(problems) + ". Decide what an unknown amount is before calling.")
    return amounts


def _weight(decay, minutes: np.ndarray) -> np.ndarray:
    weights = np.asarray(decay(minutes), float)
    if weights.shape != minutes.shape:
        raise BadInput(f"decay: {minutes.shape} minutes gave {weights.shape} weights; one weight a time is expected.")
    if (wrong := ~(np.isfinite(weights) & (weights >= 0))).any():
        raise BadInput(f"decay: weights must be zero or more; at {minutes[wrong][0]:g} minutes: {weights[wrong][0]:g}.")
    return np.where(weights < NEGLIGIBLE, 0.0, weights)


# ------------------------------------------------------------------------------------------------------ from the pairs

_PAIRS_AT_ONCE = 250_000


def _minutes(travel, demand: pd.Index, supply: pd.Index) -> tuple[sparse.csr_array, str | None]:
    """Minutes as a matrix (demand x supply), and the name of the travel model where the pairs tell it."""
    if sparse.issparse(travel):
        matrix, method = sparse.csr_array(travel), None
        if matrix.shape != (len(demand), len(supply)):
            raise BadInput(f"travel: a matrix of {len(demand)} x {len(supply)} is expected, found {matrix.shape}.")
    elif isinstance(travel, pd.DataFrame):
        matrix = _matrix(travel, demand, supply)
        method = " + ".join(sorted(map(str, travel["method"].unique()))) if "method" in travel else None
    else:
        raise BadInput(f"travel: pairs, a sparse matrix or a TravelModel is expected, found {type(travel).__name__}.")
    if not (matrix.data >= 0).all():
        raise BadInput("travel: minutes must be known and zero or more; leave out the pairs that are out of reach.")
    return matrix, method


def _matrix(pairs: pd.DataFrame, demand: pd.Index, supply: pd.Index) -> sparse.csr_array:
    if absent := [column for column in ("origin", "destination", "minutes") if column not in pairs]:
        raise BadInput(f"travel: missing columns {', '.join(absent)}; pairs have origin, destination and minutes.")
    rows, columns = _rows(pairs["origin"], demand), _rows(pairs["destination"], supply)
    problems = [
        f"{label} not in {role}: {listed(pairs.loc[found < 0, label].unique())}"
        for label, role, found in (("origin", "demand", rows), ("destination", "supply", columns))
        if (found < 0).any()
    ]
    if problems:
        raise BadInput("travel: " + "; ".join(problems) + ". Keep only the pairs between the ids given.")
    minutes = pairs["minutes"].to_numpy(float, na_value=np.nan)
    matrix = sparse.coo_array((minutes, (rows, columns)), shape=(len(demand), len(supply))).tocsr()
    if matrix.nnz < len(pairs):
        repeated = pairs.loc[pairs.duplicated(["origin", "destination"]), ["origin", "destination"]]
        raise BadInput(f"travel: repeated pairs, which would count twice: {listed(repeated.itertuples(index=False))}")
    return matrix


def _rows(labels: pd.Series, ids: pd.Index) -> np.ndarray:
    """Position in `ids` of each label, -1 where it is not there."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return np.append(ids.get_indexer(labels.cat.categories), -1).astype(np.int32)[labels.cat.codes]
    return ids.get_indexer(labels).astype(np.int32)


def _zones(demand, supply, within: str | None) -> tuple[np.ndarray, np.ndarray] | None:
    if within is None:
        return None
    for frame, role in ((demand, "demand"), (supply, "supply")):
        if not isinstance(frame, pd.DataFrame) or within not in frame or frame[within].isna().any():
            raise BadInput(f"{role}: a frame with a column `{within}`, known for every id, is expected.")
    return demand[within].to_numpy(), supply[within].to_numpy()


def _weights(minutes: sparse.csr_array, catchment: float, decay, zones) -> sparse.csr_array:
    """Decay of each stored pair, 0 beyond the catchment or across zones."""
    is_reached = np.isfinite(minutes.data) & (minutes.data <= catchment + BOUNDARY_MIN)
    if zones is not None:
        origin, destination = zones
        is_reached &= np.repeat(origin, np.diff(minutes.indptr)) == destination[minutes.indices]
    weights = np.zeros(len(minutes.data))
    for start in range(0, len(weights), _PAIRS_AT_ONCE):  # a decay makes several arrays as long as what it is given
        part = slice(start, start + _PAIRS_AT_ONCE)
        weights[part][is_reached[part]] = _weight(decay, minutes.data[part][is_reached[part]])
    return sparse.csr_array((weights, minutes.indices, minutes.indptr), shape=minutes.shape)


def _from_pairs(amounts: tuple[np.ndarray, np.ndarray], weights: sparse.csr_array) -> np.ndarray:
    demand, supply = amounts
    return weights @ _ratio(supply, weights.T @ demand)


def _ratio(supply: np.ndarray, demand_around: np.ndarray) -> np.ndarray:
    return np.divide(supply, demand_around, out=np.zeros_like(supply), where=demand_around > 0)


# ------------------------------------------------------------------------------------------------ from the coordinates
#
# Points are sorted by zone, band of latitude and longitude, and each band is cut in as many cells as it has points. The
# points within reach of one point are then a few runs of consecutive rows; nothing is stored by pair. A weight depends
# on the squared chord alone, so it is read from a table of cubics instead of computing a root, a power and an
# exponential a pair; it is zero for the points of a cell that are out of reach.

_BANDS_PER_RADIUS = 3
_MIN_BAND = 1e-5  # radians, 64 m: keeps the number of bands small when the reach is tiny
_BLOCK = 1024  # rows of one task
_SERIAL_PAIRS = 100_000  # below this, starting threads costs more than it saves
_TABLE_BITS = (8, 10, 12, 14)  # each octave of the squared chord is cut in 2 ** bits
_RELATIVE_ERROR = 1e-10
_SAME_PLACE = 1e-24  # squared chord of 6 micrometres


class _Grid(NamedTuple):
    """Located points in the order of the sums, the runs that share a zone and a band of latitude, and their cells."""

    order: np.ndarray  # row of each sorted point in the caller's frame
    lon: np.ndarray  # radians
    lat: np.ndarray  # radians from the south pole
    xyz: np.ndarray  # (3, n)
    zone: np.ndarray
    runs: np.ndarray  # zone * number of bands + band, rising
    first: np.ndarray  # first point (and first cell) of each run, and the number of points
    west: np.ndarray  # smallest longitude of each run
    cells_a_radian: np.ndarray  # of each run
    cell_first: np.ndarray  # first point of each cell, and the number of points
    south: np.ndarray  # southern edge of each run, radians from the south pole
    narrow: np.ndarray  # smallest radius of a parallel in each run, the Earth's being 1


class _Table(NamedTuple):
    """Weight by squared chord s: cubics around `middle`, on intervals found from the leading bits of s."""

    low: float  # any smaller s weighs the same
    high: float  # any larger s weighs nothing
    shift: int
    offset: int
    interval: np.ndarray
    cubics: np.ndarray  # (n, 6): end of the interval, middle, four coefficients of s - middle


def _from_points(demand, supply, amounts, model: TravelModel, catchment: float, decay, within) -> np.ndarray:
    origins, destinations = located(demand, supply, within, may_miss=True)
    radius = min(model.radius_km(catchment + BOUNDARY_MIN) / EARTH_RADIUS_KM, np.pi)
    band = max(radius / _BANDS_PER_RADIUS, _MIN_BAND)
    table = _table(model, decay, catchment)
    here, there = _grid(origins, amounts[0], band), _grid(destinations, amounts[1], band)
    around = _sums(there, here, amounts[0][here.order], table, radius, band)
    reached = _sums(here, there, _ratio(amounts[1][there.order], around), table, radius, band)
    access = np.full(len(demand), np.nan)
    access[here.order] = reached
    return access


def _bands(band: float) -> int:
    return int(np.pi / band) + 2


def _grid(points: Points, amounts: np.ndarray, band: float) -> _Grid:
    rows = np.flatnonzero(points.is_located)
    lon, lat = points.lon[rows], points.lat[rows] + np.pi / 2
    run = points.zone[rows] * _bands(band) + (lat / band).astype(np.int64)
    # The last keys make the order, hence the last digit of the sums, independent of the order of the frame.
    order = np.lexsort((amounts[rows], lat, lon, run))
    rows = rows[order]
    lon, lat, run = lon[order], lat[order], run[order]
    runs, first, size = np.unique(run, return_index=True, return_counts=True)
    extent = lon[first + size - 1] - lon[first]
    cells_a_radian = np.divide(size - 0.5, extent, out=np.zeros(len(runs)), where=extent > 0)
    cell = np.repeat(first, size) + ((lon - np.repeat(lon[first], size)) * np.repeat(cells_a_radian, size)).astype(int)
    south = (runs % _bands(band)) * band
    return _Grid(
        order=rows,
        lon=lon,
        lat=lat,
        xyz=np.ascontiguousarray(points.xyz[rows].T),
        zone=points.zone[rows],
        runs=runs,
        first=np.append(first, len(rows)),
        west=lon[first],
        cells_a_radian=cells_a_radian,
        cell_first=np.concatenate([[0], np.bincount(cell, minlength=len(rows)).cumsum()]),
        south=south,
        narrow=np.maximum(np.minimum(np.sin(south), np.sin(south + band)), 1e-300),
    )


def _table(model: TravelModel, decay, catchment: float) -> _Table:
    """Tabulate the weight, with finer intervals until it is as exact as `_RELATIVE_ERROR` or as rounding allows."""

    def squared_chord(minutes: float) -> float:
        return float(chord(model.radius_km(minutes + BOUNDARY_MIN))) ** 2

    def exact(squared: np.ndarray) -> np.ndarray:
        return np.where(squared <= high, _weight(decay, model.minutes(kilometres(np.sqrt(squared)))), 0.0)

    high = squared_chord(catchment)
    high = high if high < 4 else 4 * (1 + 1e-12)
    low = min(max(float(chord(model.radius_km(0.0))) ** 2, _SAME_PLACE), high)
    breaks = [squared_chord(b) for b in getattr(decay, "breaks_min", ()) if 0 <= b < catchment]
    breaks = [low, high, *(b for b in breaks if b > low)]
    for bits in _TABLE_BITS:
        shift = 52 - bits
        ends = np.array([low, high]).view(np.int64) >> shift
        edges = (np.arange(ends[0], ends[1] + 3) << shift).view(float)
        knots = np.union1d(edges, breaks)
        knots = np.union1d(knots, _vanishings(exact, knots))
        cubics, is_exact = _cubics(exact, knots)
        if is_exact.all():
            high_edge = float(edges[ends[1] - ends[0] + 1])
            return _Table(low, high_edge, shift, int(ends[0]), np.searchsorted(knots[:-1], edges[:-1]), cubics)
    near = model.minutes(kilometres(np.sqrt(cubics[np.argmin(is_exact), 1])))
    raise BadInput(
        f"decay: the weight jumps, bends or swings near {near:.2f} minutes; name the minutes where it does in "
        "`Decay(name, weight, breaks_min)`, or give pairs instead of a travel model."
    )


def _vanishings(exact, knots: np.ndarray) -> np.ndarray:
    """Where the weight falls to zero or rises from it between two knots: it jumps there (see `NEGLIGIBLE`)."""
    is_seen = exact(knots) > 0
    crossing = np.flatnonzero(is_seen[1:] != is_seen[:-1])
    low, high = knots[crossing], knots[crossing + 1]
    for _ in range(60):
        middle = (low + high) / 2
        is_left = (exact(middle) > 0) == is_seen[crossing]
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    return low


def _cubics(exact, knots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cubic of each interval between knots (see `_Table`), and whether it is as exact as it should."""
    left, right = knots[:-1, None], knots[1:, None]
    middle, half = (left + right) / 2, (right - left) / 2
    powers = np.arange(4)
    at = np.cos(np.pi * np.array([1, 3, 5, 7]) / 8)  # Chebyshev nodes: inside, so a jump at a knot is not seen
    unit = np.linalg.solve(at[:, None] ** powers, exact(middle + half * at).T).T
    between = np.array([-0.99, -0.7, 0.0, 0.7, 0.99])
    truth = exact(middle + half * between)
    rounding = np.abs(exact(middle * (1 + 1e-13) + half * between) - truth)
    gap = np.abs(unit @ (between[:, None] ** powers).T - truth)
    is_exact = (gap <= _RELATIVE_ERROR * truth + rounding).all(axis=1)
    return np.column_stack([right, middle, unit / half**powers]), is_exact


def _sums(to: _Grid, source: _Grid, amounts: np.ndarray, table: _Table, radius: float, band: float) -> np.ndarray:
    """For each point of `to`, the weighted sum of the `amounts` of `source` within reach; each sum is one thread's."""
    sums = np.zeros(len(to.lon))
    starts = range(0, len(sums), _BLOCK)

    def fill(start: int) -> int:
        return _fill(sums[start : start + _BLOCK], start, to, source, amounts, table, radius, band, _bands(band))

    if len(source.lon) and len(sums):
        pairs = fill(0)
        if pairs * len(starts) < _SERIAL_PAIRS:
            for start in starts[1:]:
                fill(start)
        else:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                list(threads.map(fill, starts[1:]))
    return sums


@njit(nogil=True, cache=True)
def _bisect(values, low, high, value):
    """First position of values[low:high], rising, that is not below `value`."""
    while low < high:
        half = (low + high) >> 1
        if values[half] < value:
            low = half + 1
        else:
            high = half
    return low


@njit(nogil=True, cache=True, error_model="numpy")
def _fill(sums, start, to, source, amounts, table, radius, band, bands):
    """Fill `sums` for the points of `to` from row `start`; returns the number of pairs looked at."""
    squared = np.empty(np.diff(source.first).max())
    bits = squared.view(np.int64)
    cubics = table.cubics
    haversine = np.sin(radius / 2) ** 2
    pairs = 0
    for row in range(len(sums)):
        i = start + row
        x, y, z = to.xyz[0, i], to.xyz[1, i], to.xyz[2, i]
        lon, lat = to.lon[i], to.lat[i]
        parallel = max(np.sin(lat), 1e-300)
        lowest = to.zone[i] * bands + max(int((lat - radius) / band), 0)
        highest = to.zone[i] * bands + min(int((lat + radius) / band), bands - 1)
        run = _bisect(source.runs, 0, len(source.runs), lowest)
        total = 0.0
        while run < len(source.runs) and source.runs[run] <= highest:
            # Widest difference of longitude within reach in this band (haversine formula), a hair wider for rounding.
            away = max(0.0, max(source.south[run] - lat, lat - (source.south[run] + band)))
            ratio = (haversine - np.sin(away / 2) ** 2) / parallel / source.narrow[run]
            width = 2 * np.arcsin(np.sqrt(min(max(ratio, 0.0), 1.0))) * (1 + 1e-9) + 1e-12
            first, size = source.first[run], source.first[run + 1] - source.first[run]
            b = first
            for turn in range(-1, 2):  # a reach may go over the date line
                west, east = lon - width + turn * 2 * np.pi, lon + width + turn * 2 * np.pi
                if east < -np.pi or west > np.pi:
                    continue
                from_cell = (west - source.west[run]) * source.cells_a_radian[run]
                to_cell = (east - source.west[run]) * source.cells_a_radian[run] + 1
                a = max(b, source.cell_first[first + int(min(max(from_cell, 0), size))])
                b = max(a, source.cell_first[first + int(min(max(to_cell, 0), size))])
                for j in range(a, b):
                    dx, dy, dz = source.xyz[0, j] - x, source.xyz[1, j] - y, source.xyz[2, j] - z
                    squared[j - a] = min(max(dx * dx + dy * dy + dz * dz, table.low), table.high)
                for j in range(a, b):
                    s = squared[j - a]
                    k = table.interval[(bits[j - a] >> table.shift) - table.offset]
                    while s > cubics[k, 0]:
                        k += 1
                    u = s - cubics[k, 1]
                    total += amounts[j] * (cubics[k, 2] + u * (cubics[k, 3] + u * (cubics[k, 4] + u * cubics[k, 5])))
                pairs += b - a
            run += 1
        sums[row] = total
    return pairs
