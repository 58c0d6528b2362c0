"""Where the residents of a territory are near services and where far, by group of squares.

A picture of one byte a square, and the groups behind it as rows: the same figures twice. What is not known stays so:
beyond the minutes up to which the commune's lists are whole, where the agency corrected a list, in a group too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.indicator import SECRET_BELOW
from geodata.memory import remembered
from geodata.methods.travel import BOUNDARY_MIN
from geodata.minutes import MOST_MINUTES
from geodata.need.reach import FAMILIES, Reach, grouped, reach_of
from geodata.question import DEFAULT_QUESTION
from geodata.square_groups import NO_DATA, unpacked
from geodata.store import Store
from geodata.territory import Level
from geodata.workspace import Correction

NOBODY, CODES = 0, 256
"""Byte of a square where nobody lives, and how many different bytes there are."""

LONGEST = int(MOST_MINUTES)

_STEPS = (1, 5, 15, 60)
"""Minutes to which the limit of a whole list is rounded down until one byte is enough."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One byte a square, rows from the north: `NOBODY`, or 1 + the number of what it stands for in `meaning`.

    `meaning` has a row a byte: `minutes` (whole minutes asked for from which the nearest known service is within reach,
    `square_groups.BEYOND`, or `NO_DATA`), `told` (whole minutes up to which an absence is certain) and `residents` of
    the groups it stands for.
    """

    squares: np.ndarray
    meaning: pd.DataFrame

    def state(self, minutes: int) -> np.ndarray:
        """For each row of `meaning`: 1 within reach, 0 out of it, NaN not known."""
        within = self.meaning["minutes"].to_numpy() <= minutes
        return np.where(within, 1.0, np.where(self.meaning["told"].to_numpy() >= minutes, 0.0, np.nan))


@dataclass(frozen=True, eq=False)
class Squares:
    """Squares of a territory in the projection `crs` (EPSG): corner `west`, `north` of the pictures, in sides of
    `side_m` metres; a picture a family, in their order.

    `people` has one byte a square as well: 0, or 1 + the row of `amounts`, residents of its group, rounded (0:
    too few to be told). `groups`: commune, x, y (middle, in sides from the corner), residents, squares, and
    `minutes_...`, `told_...` of each family (as in `Picture.meaning`); only groups large enough. `left_out`: communes
    of which no square is drawn. `withheld`: residents of groups too small. `sources`: identifiers of table `source`.
    """

    crs: int
    side_m: int
    west: int
    north: int
    pictures: tuple[Picture, ...]
    people: np.ndarray
    amounts: np.ndarray
    groups: pd.DataFrame
    left_out: tuple[str, ...]
    withheld: int
    producer: str
    sources: tuple[str, ...]
    vintage: str | None


@remembered
def squares_in(
    store: Store, version: str, level: Level, code: str, corrections: Sequence[Correction] = ()
) -> Squares | None:
    """The squares of a territory; None where none is given, or nothing is known of any family."""
    rows = store.square_groups(level, code)
    if rows.empty:
        return None
    here = grouped(reach_of(store, version, DEFAULT_QUESTION.law, tuple(corrections)), level, [code]).reach
    complete_min = np.clip(np.ceil(here.complete - BOUNDARY_MIN) - 1, 0, LONGEST).astype(int)
    complete_min = (
        pd.DataFrame(complete_min.T, index=here.communes.index).reindex(rows["code_insee"], fill_value=0).to_numpy()
    )
    is_valid = _is_valid(here, rows["code_insee"])
    # The grid of most squares; a coarser one is drawn as several of its squares where they fit.
    crs = int(rows.groupby("crs")["squares"].sum().idxmax())
    side = int(rows.loc[rows["crs"] == crs, "side_m"].min())
    is_drawn = (rows["crs"] == crs) & (rows["side_m"] % side == 0)
    parts = [_drawn(row, row.side_m // side) for row in rows[is_drawn].itertuples()]
    x, y, group = (np.concatenate(part) for part in zip(*(cells for cells, _ in parts), strict=True))
    count = [len(residents) for _, (*_, residents, _, _) in parts]
    group += np.repeat(np.cumsum([0, *count])[:-1], [len(cells[0]) for cells, _ in parts])
    owner = np.repeat(np.flatnonzero(is_drawn), count)
    names = ("x", "y", "residents", "squares")
    *columns, minutes = (np.concatenate(part, axis=-1) for part in zip(*(of for _, of in parts), strict=True))
    groups = pd.DataFrame({"commune": rows["code_insee"].to_numpy()[owner], **dict(zip(names, columns, strict=True))})
    for i, family in enumerate(FAMILIES):
        groups[f"minutes_{family}"] = np.where(is_valid[owner, i], minutes[i], NO_DATA).astype(int)
        groups[f"told_{family}"] = np.where(is_valid[owner, i], complete_min[owner, i], 0)
    if (groups[[f"minutes_{family}" for family in FAMILIES]] == NO_DATA).all(axis=None):
        return None
    west, north = int(x.min()), int(y.max()) + 1
    at = north - 1 - y, x - west
    shape = int(at[0].max()) + 1, int(at[1].max()) + 1
    is_publishable = groups["residents"] >= SECRET_BELOW
    amounts, which = np.unique(_rounded(groups["residents"].where(is_publishable, 0)), return_inverse=True)
    people = np.zeros(shape, np.uint8)
    people[at] = 1 + which[group]
    return Squares(
        crs, side, west, north,
        tuple(_picture(groups, family, is_publishable, group, at, shape) for family in FAMILIES),
        people, amounts,
        groups.assign(x=groups["x"] - west, y=north - groups["y"])[is_publishable].reset_index(drop=True),
        tuple(sorted({*here.communes.index} - {*groups["commune"]})),
        int(groups.loc[~is_publishable, "residents"].sum()),
        ", ".join(sorted(set(rows["producer"]))),
        tuple(sorted(set(rows["source"]))),
        ", ".join(sorted(set(rows["vintage"].dropna()))) or None,
    )  # fmt: skip


def _is_valid(here: Reach, communes: pd.Series) -> np.ndarray:
    """Whether the squares of each commune still say what it reaches, (communes, families): a correction undoes them."""
    if here.squares is None:
        return np.zeros((len(communes), len(FAMILIES)), bool)
    is_known = pd.DataFrame(~np.isnan(here.squares.share[..., 0]).T, index=here.communes.index)
    return is_known.reindex(communes, fill_value=False).to_numpy()


def _drawn(row: Any, times: int) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Of the squares of a commune: x, y in the grid that is drawn, group. Of its groups: x and y of the middle,
    residents, squares, minutes (families x groups)."""
    groups = unpacked(row.packed, row.squares, row.groups)
    x, y = (row.west + groups.x) * times, (row.south + groups.y) * times
    north, east = (part.ravel() for part in np.mgrid[:times, :times])
    count = np.bincount(groups.group, minlength=row.groups)
    middle = (np.bincount(groups.group, values + times / 2, row.groups) / count for values in (x, y))
    cells = (x[:, None] + east).ravel(), (y[:, None] + north).ravel(), groups.group.repeat(times**2)
    return cells, (*middle, groups.residents, count, groups.minutes)


def _picture(
    groups: pd.DataFrame, family: str, is_publishable: pd.Series, group: np.ndarray, at: tuple, shape: tuple[int, int]
) -> Picture:
    minutes = groups[f"minutes_{family}"].where(is_publishable, NO_DATA)
    complete_min = groups[f"told_{family}"].where(minutes != NO_DATA, 0)
    # Where a whole list goes farther than the nearest service, nothing more is asked of it.
    complete_min = np.where(complete_min >= np.minimum(minutes, LONGEST), LONGEST, complete_min)
    for step in _STEPS:
        rounded = np.where(complete_min == LONGEST, complete_min, complete_min // step * step)
        pairs, which = np.unique(np.column_stack([minutes, rounded]), axis=0, return_inverse=True)
        if len(pairs) < CODES:
            break
    residents = np.bincount(which.ravel(), groups["residents"].where(is_publishable, 0), len(pairs)).astype(int)
    picture = np.full(shape, NOBODY, np.uint8)
    picture[at] = 1 + which.ravel()[group]
    meaning = pd.DataFrame({"minutes": pairs[:, 0], "told": pairs[:, 1], "residents": residents})
    return Picture(picture, meaning)


def _rounded(residents: pd.Series) -> np.ndarray:
    """Rounded to two figures, to one where they are thousands: less than `CODES` different numbers up to a million."""
    counts = residents.to_numpy(float)
    magnitude = np.floor(np.log10(np.maximum(counts, 1)))
    step = 10.0 ** np.where(magnitude >= 3, magnitude, np.maximum(magnitude - 1, 0))
    return (np.round(counts / step) * step).astype(int)
