"""The areas' tables: a joint table fitted to what is known of each area (SPREE)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.errors import BadInput, CalibrationError
from geodata.methods.smallarea.problems import listing
from geodata.sentences import Sentence, sentence


@dataclass(frozen=True, eq=False)
class CountMargin:
    """Residents by category: cell c counts in category `category[c]` (-1: in none).

    `target` is (areas, categories), in residents; NaN where an area's count is not known.
    """

    name: str
    category: np.ndarray
    target: np.ndarray


@dataclass(frozen=True, eq=False)
class ShareMargin:
    """A share: of the residents of the cells `among`, `target` (areas,) are in the cells `yes`; NaN where not known.

    Where `is_ceiling` the target is an upper limit only (a rate printed "5 %" that means "5 % or less").
    """

    name: str
    yes: np.ndarray
    among: np.ndarray
    target: np.ndarray
    is_ceiling: np.ndarray | None = None


Margin = CountMargin | ShareMargin


def spree(
    joint: np.ndarray,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-9,
    max_rounds: int = 1000,
    block: int = 4096,
) -> np.ndarray:
    """Structure-preserving estimation: the table closest to `joint` that has every known margin.

    `joint` is (cells,), one starting table for every area, or (areas, cells). Iterative proportional fitting keeps the
    odds ratios of the starting table and its zeros (Purcell & Kish 1980, "Postcensal estimates for local areas").
    Returns (areas, cells) in the unit of the count margins, or with the starting totals when there are only shares.

    Raises `BadInput` for negative or non-finite numbers, `CalibrationError` naming areas and margins when a margin
    asks for residents where the starting table has none or when the margins contradict each other.
    """
    fitted, problems = try_spree(joint, margins, tolerance=tolerance, max_rounds=max_rounds, block=block)
    if problems:
        listed = [f"area {area}, {why.text()}" for area, why in problems.items()]
        raise CalibrationError(listing("The margins of these areas cannot hold together", listed))
    return fitted


def try_spree(
    joint: np.ndarray,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-9,
    max_rounds: int = 1000,
    block: int = 4096,
) -> tuple[np.ndarray, dict[int, Sentence]]:
    """`spree` without `CalibrationError`: also the areas that could not be fitted and why (their rows mean nothing)."""
    joint = np.asarray(joint, dtype=float)
    areas = _number_of_areas(joint, margins)
    _check_margins(joint, margins)
    fitted = np.array(np.broadcast_to(joint, (areas, joint.shape[-1])))
    problems: dict[int, Sentence] = {}
    for start in range(0, areas, block):
        _fit(fitted, np.arange(start, min(start + block, areas)), margins, tolerance, max_rounds, problems)
    return fitted, problems


CONTRADICTION = 1e-4
"""Margins that still move a table by this much (relative) after every round contradict each other; less is slowness."""


def _number_of_areas(joint: np.ndarray, margins: Sequence[Margin]) -> int:
    sizes = {len(m.target) for m in margins} | ({len(joint)} if joint.ndim == 2 else set())
    if len(sizes) > 1:
        raise BadInput(f"The tables and margins speak of different numbers of areas: {sorted(sizes)}.")
    return sizes.pop() if sizes else 1


def _check_margins(joint: np.ndarray, margins: Sequence[Margin]) -> None:
    problems = []
    if not np.isfinite(joint).all() or (joint < 0).any():
        problems.append("the starting table holds a negative or non-finite number")
    for m in margins:
        targets = m.target[~np.isnan(m.target)]
        if not np.isfinite(targets).all() or (targets < 0).any():
            problems.append(f"{m.name}: a target is negative or infinite")
        if isinstance(m, ShareMargin) and (targets > 1).any():
            problems.append(f"{m.name}: a share is above 1 (shares are fractions, 0.12 and not 12)")
    if problems:
        raise BadInput(listing("These tables cannot be fitted", problems))


def _fit(
    fitted: np.ndarray,
    active: np.ndarray,
    margins: Sequence[Margin],
    tolerance: float,
    max_rounds: int,
    problems: dict[int, Sentence],
) -> None:
    """Fit the tables of the areas `active` in place, each until it no longer moves."""
    steps = [_Count(m) if isinstance(m, CountMargin) else _Share(m) for m in margins]
    table = fitted[active]
    for _ in range(max_rounds):
        moved = np.zeros(len(active))
        for step in steps:
            factors, impossible = step.factors(table, active)
            for i in impossible:
                problems.setdefault(int(active[i]), sentence("residents_where_none", margin=step.margin.name))
            table[:, step.columns] *= np.take(factors, step.place, axis=1)
            if factors.size:
                moved = np.maximum(moved, np.abs(factors - 1).max(axis=1))
        goes_on = (moved > tolerance) & ~np.isin(active, list(problems))
        if not goes_on.all():
            fitted[active] = table
            active, moved, table = active[goes_on], moved[goes_on], table[goes_on]
        if not len(active):
            return
    fitted[active] = table
    for area, move in zip(active, moved, strict=True):
        if move > CONTRADICTION:
            problems[int(area)] = sentence("margins_contradict", move=f"{move:.1e}")


_Factors = tuple[np.ndarray, np.ndarray]
"""Factors by area and group of cells, positions of the areas where the margin cannot hold."""


class _Count:
    """A margin of counts, its cells put in the order of their categories once for all rounds: the `columns` of its
    cells, and at which `place` among the factors each has its own."""

    def __init__(self, margin: CountMargin) -> None:
        self.margin = margin
        counted = np.flatnonzero(margin.category >= 0)
        self._in_order = counted[np.argsort(margin.category[counted], kind="stable")]
        self._present, self._starts = np.unique(margin.category[self._in_order], return_index=True)
        self._absent = np.setdiff1d(np.arange(margin.target.shape[1]), self._present)
        self.place = np.searchsorted(self._present, margin.category[counted])
        # All columns are a view, some of them a copy.
        self.columns = slice(None) if len(counted) == len(margin.category) else counted

    def factors(self, table: np.ndarray, areas: np.ndarray) -> _Factors:
        now = np.add.reduceat(np.take(table, self._in_order, axis=1), self._starts, axis=1)
        target = self.margin.target[areas]
        present = target[:, self._present]
        impossible = ((now == 0) & (present > 0)).any(axis=1) | (target[:, self._absent] > 0).any(axis=1)
        ratio = np.ones_like(now)
        np.divide(present, now, out=ratio, where=(now > 0) & ~np.isnan(present))
        return ratio, np.flatnonzero(impossible)


class _Share:
    """A margin of one share: a factor of those who are not counted in it, one of those who are."""

    def __init__(self, margin: ShareMargin) -> None:
        self.margin = margin
        self.columns = np.flatnonzero(margin.among)
        self.place = margin.yes[self.columns].astype(int)

    def factors(self, table: np.ndarray, areas: np.ndarray) -> _Factors:
        margin, is_yes = self.margin, self.place == 1
        inside = table[:, self.columns]
        total = np.add.reduce(inside, axis=1)
        yes = np.add.reduce(inside[:, is_yes], axis=1)
        no = np.add.reduce(inside[:, ~is_yes], axis=1)
        target = margin.target[areas]
        wanted = ~np.isnan(target) & (total > 0)
        if margin.is_ceiling is not None:
            wanted &= ~(margin.is_ceiling[areas] & (yes <= target * total))
        impossible = wanted & (((yes == 0) & (target > 0)) | ((no == 0) & (target < 1)))
        up, down = np.ones(len(table)), np.ones(len(table))
        np.divide(target * total, yes, out=up, where=wanted & (yes > 0))
        np.divide((1 - target) * total, no, out=down, where=wanted & (no > 0))
        return np.column_stack([down, up]), np.flatnonzero(impossible)
