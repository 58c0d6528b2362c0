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


@dataclass(frozen=True, eq=False)
class Piece:
    """What one task reads: the points it answers for, those around, and the amounts of these; rows of the first."""

    rows: np.ndarray
    points: pd.DataFrame
    around: pd.DataFrame
    amounts: np.ndarray


def cut(points: pd.DataFrame, cost: np.ndarray, count: int) -> list[np.ndarray]:
    """Rows of `points` (lon, lat) in `count` blocks of about the same sum of `cost`, none empty, in a fixed order."""
    lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    blocks = [np.arange(len(points))] if len(points) else []

    def halves(rows: np.ndarray) -> list[np.ndarray]:
        east = np.ptp(lon[rows]) * np.cos(np.radians(lat[rows].mean()))
        along = lon if east > np.ptp(lat[rows]) else lat
        ordered = rows[np.lexsort((rows, along[rows]))]
        running = np.cumsum(cost[ordered])
        middle = int(np.clip(np.searchsorted(running, running[-1] / 2) + 1, 1, len(rows) - 1))
        return [np.sort(ordered[:middle]), np.sort(ordered[middle:])]

    while len(blocks) < count:
        heaviest = max(range(len(blocks)), key=lambda i: (len(blocks[i]) > 1, cost[blocks[i]].sum()), default=None)
        if heaviest is None or len(blocks[heaviest]) < 2:
            break
        blocks[heaviest : heaviest + 1] = halves(blocks[heaviest])
    return blocks


def pairs_near(points: pd.DataFrame, around: pd.DataFrame, km: float) -> np.ndarray:
    """About how many of `around` stand within `km` of each of `points`, and one: those of the nine squares around."""
    side = km / KM_A_DEGREE

    def square(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        lat = np.floor(frame["lat"].to_numpy(float) / side).astype("int64")
        wide = side / np.cos(np.radians(np.minimum(np.abs(lat) * side, 85.0)))
        return lat, np.floor(frame["lon"].to_numpy(float) / wide).astype("int64")

    row, column = square(around)
    there, count = np.unique(row * _ROW + column, return_counts=True)
    there, count = np.append(there, np.iinfo("int64").max), np.append(count, 0)
    row, column = square(points)
    total = np.ones(len(points))
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            key = (row + north) * _ROW + column + east
            at = np.searchsorted(there, key)
            total += np.where(there[at] == key, count[at], 0)
    return total


def pieces(
    points: pd.DataFrame, around: pd.DataFrame, amounts: np.ndarray, blocks: Sequence[np.ndarray], km: float
) -> list[Callable[[], Piece]]:
    """One maker of a `Piece` a block, so that a block is only cut out when it is sent."""
    lat = around["lat"].to_numpy(float)
    order = np.argsort(lat, kind="stable")
    ordered, lon = lat[order], around["lon"].to_numpy(float)

    def make(rows: np.ndarray) -> Piece:
        own = points.iloc[rows]
        halo = km / KM_A_DEGREE
        south, north = own["lat"].min() - halo, own["lat"].max() + halo
        wide = halo / np.cos(np.radians(min(max(abs(south), abs(north)), 89.0)))
        near = order[np.searchsorted(ordered, south) : np.searchsorted(ordered, north, side="right")]
        near = near[(lon[near] >= own["lon"].min() - wide) & (lon[near] <= own["lon"].max() + wide)]
        near = np.sort(near)
        return Piece(rows, own, around.iloc[near], amounts[near])

    return [partial(make, rows) for rows in blocks]


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
