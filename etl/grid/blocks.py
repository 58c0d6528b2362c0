"""Access of cells by blocks: how a country is cut, and what one block needs to give the same bytes as the whole.

The two steps of a floating catchment are two rounds. First the demand around each service: a block of services with the
cells one catchment around it. Then what each cell reaches: a block of cells with the services one catchment around it,
each with its ratio. A sum is made in one place, in an order of its own points, so neither the number of blocks nor who
works them out changes a bit. Blocks are cut so that they hold as many pairs, not as much land.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from geodata.methods.access import nearest, reached_amounts
from geodata.methods.access.decay import Decay
from geodata.methods.travel import TravelModel
from geodata.minutes import MOST_MINUTES

KM_A_DEGREE = 111.0
"""A little less than a degree of latitude: a halo in degrees is then a little wider than asked."""


_ROW = 10_000_000
"""More squares than a parallel has."""

_STEPS = 4096
"""Steps of longitude or latitude among which a block is cut in two."""


@dataclass(frozen=True, eq=False)
class Piece:
    """What one task reads: the points it answers for, those around, and the amounts of these."""

    points: pd.DataFrame
    around: pd.DataFrame
    amounts: np.ndarray


def cut(points: pd.DataFrame, cost: np.ndarray, count: int) -> list[np.ndarray]:
    """Rows of `points` (lon, lat) in `count` blocks of about the same sum of `cost` (positive), none empty, in a fixed
    order; fewer where fewer places differ."""
    lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    blocks = [np.arange(len(points))] if len(points) else []
    left = [float(cost.sum())] * len(blocks)
    while len(blocks) < count and any(left):
        heaviest = int(np.argmax(left))
        rows = blocks[heaviest]
        is_first = _first_half(lon[rows], lat[rows], cost[rows])
        if is_first is None:
            # One place: it cannot be cut.
            left[heaviest] = 0.0
            continue
        blocks[heaviest : heaviest + 1] = [rows[is_first], rows[~is_first]]
        left[heaviest : heaviest + 1] = [float(cost[half].sum()) for half in blocks[heaviest : heaviest + 2]]
    return blocks


def _first_half(lon: np.ndarray, lat: np.ndarray, cost: np.ndarray) -> np.ndarray | None:
    """Which of these points lie on the first side of the line that halves their cost; None where all are one place."""
    east = np.ptp(lon) * np.cos(np.radians(lat.mean()))
    along = lon if east > np.ptp(lat) else lat
    low, extent = along.min(), np.ptp(along)
    if not extent:
        return None
    step = np.minimum((along - low) * (_STEPS / extent), _STEPS - 1).astype(np.int32)
    running = np.cumsum(np.bincount(step, cost, _STEPS))
    # The first and the last step hold a point each: neither side is empty.
    return step <= min(int(np.searchsorted(running, running[-1] / 2)), _STEPS - 2)


def pairs_near(points: pd.DataFrame, around: pd.DataFrame, km: float) -> np.ndarray:
    """About how many of `around` stand within `km` of each of `points`, and one: those of the nine squares around."""
    side = km / KM_A_DEGREE

    def square(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        lat = np.floor(frame["lat"].to_numpy(float) / side).astype("int64")
        wide = side / np.cos(np.radians(np.minimum(np.abs(lat) * side, 85.0)))
        number, squares = pd.factorize(lat * _ROW + np.floor(frame["lon"].to_numpy(float) / wide).astype("int64"))
        return number, squares

    number, squares = square(around)
    count = pd.Series(np.bincount(number, minlength=len(squares)), index=squares)
    number, squares = square(points)
    steps = (north * _ROW + east for north in (-1, 0, 1) for east in (-1, 0, 1))
    near = sum(count.reindex(squares + step, fill_value=0).to_numpy() for step in steps)
    return 1 + near[number]


def pieces(
    points: pd.DataFrame, around: pd.DataFrame, amounts: np.ndarray, blocks: Sequence[np.ndarray], km: float
) -> list[Callable[[], Piece]]:
    """One maker of a `Piece` a block, so that a block is only cut out when it is sent."""
    order = np.argsort(around["lat"].to_numpy(float), kind="stable")
    lon, lat = (around[name].to_numpy(float)[order] for name in ("lon", "lat"))

    def make(rows: np.ndarray) -> Piece:
        own = _taken(points, rows)
        halo = km / KM_A_DEGREE
        south, north = own["lat"].min() - halo, own["lat"].max() + halo
        wide = halo / np.cos(np.radians(min(max(abs(south), abs(north)), 89.0)))
        band = slice(np.searchsorted(lat, south), np.searchsorted(lat, north, side="right"))
        near = (lon[band] >= own["lon"].min() - wide) & (lon[band] <= own["lon"].max() + wide)
        near = np.sort(order[band][near])
        return Piece(own, _taken(around, near), amounts[near])

    return [partial(make, rows) for rows in blocks]


def _taken(points: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Some rows, numbered anew: their numbers would be sent for nothing."""
    return points.take(rows).reset_index(drop=True)


@dataclass(frozen=True)
class Around:
    """First round: the demand within the catchment of each service of a piece."""

    model: TravelModel
    catchment: float
    decay: Decay
    threads: int | None = None

    def __call__(self, piece: Piece) -> dict[str, np.ndarray]:
        return {"around": self.sums(piece)}

    def sums(self, piece: Piece) -> np.ndarray:
        """The sums of a piece; zero where nothing is around."""
        if piece.around.empty:
            return np.zeros(len(piece.points))
        return reached_amounts(
            piece.points, piece.around, piece.amounts, self.model, self.catchment, self.decay, "land",
            threads=self.threads,
        )  # fmt: skip


@dataclass(frozen=True)
class Reached(Around):
    """Second round: what each cell of a piece reaches, and the minutes to its nearest service, within an hour."""

    def __call__(self, piece: Piece) -> dict[str, np.ndarray]:
        minutes = np.full(len(piece.points), np.nan)
        if not piece.around.empty:
            travel = nearest(piece.points, piece.around, model=self.model, within="land")["travel_min"]
            minutes = travel.where(travel <= MOST_MINUTES).to_numpy(float)
        return {"minutes": minutes, "access": self.sums(piece)}
