"""The two steps from coordinates, without storing the pairs.

Points are sorted by zone, band of latitude and longitude, and each band is cut in as many cells as it has points. The
points within reach of one point are then a few runs of consecutive rows; nothing is stored by pair. A weight depends
on the squared chord alone, so it is read from a table of cubics instead of computing a root, a power and an
exponential a pair; it is zero for the points of a cell that are out of reach.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geodata.errors import BadInput
from geodata.methods.access.decay import weights_at
from geodata.methods.travel import (
    BOUNDARY_MIN,
    EARTH_RADIUS_KM,
    Points,
    TravelModel,
    chord,
    demand_and_supply,
    kilometres,
)

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


def from_points(
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    amounts: tuple[np.ndarray, np.ndarray],
    model: TravelModel,
    catchment: float,
    decay: Callable[[np.ndarray], ArrayLike],
    within: str | None,
) -> np.ndarray:
    """Access of each demand (see `catchment.e2sfca`), NaN without a point; `amounts` are those of demand and supply."""
    origins, destinations = demand_and_supply(demand, supply, within, may_miss=True)
    radius, band = _reach(model, catchment)
    table = _table(model, decay, catchment)
    here, there = _grid(origins, amounts[0], band), _grid(destinations, amounts[1], band)
    around = _sums(there, here, amounts[0][here.order], table, radius, band)
    reached = _sums(here, there, ratio_of(amounts[1][there.order], around), table, radius, band)
    access = np.full(len(demand), np.nan)
    access[here.order] = reached
    return access


def reached_amounts(
    points: pd.DataFrame,
    around: pd.DataFrame,
    amounts: np.ndarray,
    model: TravelModel,
    catchment: float,
    decay: Callable[[np.ndarray], ArrayLike],
    within: str | None = None,
    *,
    threads: int | None = None,
) -> np.ndarray:
    """Sum, for each of `points`, of the `amounts` of `around` within the catchment, each by its decay: one of the two
    steps of `e2sfca`, for a part of the points.

    Frames and arguments are those of `e2sfca`; every point must be located. A sum is the same to the last bit whichever
    other points are asked for, and whatever stands beyond the catchment is given or left out. `threads` at most.
    """
    here_points, there_points = demand_and_supply(points, around, within, may_miss=False)
    radius, band = _reach(model, catchment)
    here, there = _grid(here_points, np.zeros(len(points)), band), _grid(there_points, amounts, band)
    sums = np.empty(len(points))
    table = _table(model, decay, catchment)
    sums[here.order] = _sums(here, there, amounts[there.order], table, radius, band, threads)
    return sums


def _reach(model: TravelModel, catchment: float) -> tuple[float, float]:
    """Radius of the catchment, and height of a band, in radians."""
    radius = min(float(model.radius_km(catchment + BOUNDARY_MIN)) / EARTH_RADIUS_KM, np.pi)
    return radius, max(radius / _BANDS_PER_RADIUS, _MIN_BAND)


def ratio_of(supply: np.ndarray, demand_around: np.ndarray) -> np.ndarray:
    """Supply per unit of demand around; 0 where nobody is."""
    return np.divide(supply, demand_around, out=np.zeros_like(supply), where=demand_around > 0)


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


def _table(model: TravelModel, decay: Callable[[np.ndarray], ArrayLike], catchment: float) -> _Table:
    """Tabulate the weight, with finer intervals until it is as exact as `_RELATIVE_ERROR` or as rounding allows."""

    def squared_chord(minutes: float) -> float:
        return float(chord(model.radius_km(minutes + BOUNDARY_MIN))) ** 2

    def exact(squared: np.ndarray) -> np.ndarray:
        return np.where(squared <= high, weights_at(decay, model.minutes(kilometres(np.sqrt(squared)))), 0.0)

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


def _vanishings(exact: Callable[[np.ndarray], np.ndarray], knots: np.ndarray) -> np.ndarray:
    """Where the weight falls to zero or rises from it between two knots: it jumps there (see `NEGLIGIBLE`)."""
    is_seen = exact(knots) > 0
    crossing = np.flatnonzero(is_seen[1:] != is_seen[:-1])
    low, high = knots[crossing], knots[crossing + 1]
    for _ in range(60):
        middle = (low + high) / 2
        is_left = (exact(middle) > 0) == is_seen[crossing]
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    return low


def _cubics(exact: Callable[[np.ndarray], np.ndarray], knots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def _sums(
    to: _Grid,
    source: _Grid,
    amounts: np.ndarray,
    table: _Table,
    radius: float,
    band: float,
    threads: int | None = None,
) -> np.ndarray:
    """For each point of `to`, the weighted sum of the `amounts` of `source` within reach; each sum is one thread's."""
    # Here, since the compiler takes a third of a second to import and most processes sum nothing.
    from geodata.methods.access.pairs import fill_sums

    sums = np.zeros(len(to.lon))
    starts = range(0, len(sums), _BLOCK)

    def fill(start: int) -> int:
        return fill_sums(sums[start : start + _BLOCK], start, to, source, amounts, table, radius, band, _bands(band))

    if len(source.lon) and len(sums):
        pairs = fill(0)
        if pairs * len(starts) < _SERIAL_PAIRS:
            for start in starts[1:]:
                fill(start)
        else:
            with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
                list(pool.map(fill, starts[1:]))
    return sums
