"""The cells' rates, made to agree with published ones, and the shares of areas that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.special import expit, logit

from geodata.errors import BadInput, CalibrationError
from geodata.methods.smallarea.problems import first, listing


@dataclass(frozen=True, eq=False)
class Targets:
    """Published rates: `rates[k]` is the share among the cells `cells[k]` (equations x cells, boolean)."""

    names: tuple[str, ...]
    cells: np.ndarray
    rates: np.ndarray


def calibrate(joint: np.ndarray, targets: Targets, offset: np.ndarray | float = 0.0) -> np.ndarray:
    """Cell rates of a main-effects logit that reproduce every published rate on the joint table.

    logit(rate) = offset + sum of the effects of the published categories the cell belongs to; an unpublished category
    has no effect of its own. The effects solve as many score equations as there are published rates (Newton on a
    concave likelihood; the solution is unique where it exists). `joint` and the result are (cells,).

    Raises `BadInput` for an empty category or a rate outside ]0, 1[, `CalibrationError` naming the equations that
    cannot hold together.
    """
    joint = np.asarray(joint, dtype=float)
    check_targets(joint, targets)
    offset = np.broadcast_to(offset, joint.shape)
    rates, error = solve(joint, targets.cells, targets.rates[None], offset[None])
    if error.max() > TOLERANCE:
        explain(joint, targets)
    return rates[0]


TOLERANCE = 1e-10
"""Largest error left on a published rate."""


def check_targets(joint: np.ndarray, targets: Targets) -> None:
    """Raises `BadInput` with every reason why these targets cannot be reached from this table."""
    problems = []
    if not np.isfinite(joint).all() or (joint < 0).any():
        problems.append("the joint table holds a negative or non-finite number")
    elif joint.sum() <= 0:
        problems.append("the joint table has no resident at all")
    for name, cells, rate in zip(targets.names, targets.cells, targets.rates, strict=True):
        if not 0 < rate < 1:
            problems.append(f"{name}: the rate {rate:g} is not between 0 and 1")
        if not joint[cells].sum() > 0:
            problems.append(f"{name}: no resident of the joint table is in this category")
    if problems:
        raise BadInput(listing("The rates cannot be calibrated", problems))


def solve(joint: np.ndarray, cells: np.ndarray, rates: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Newton for several right-hand sides: `rates` (draws, equations), `offset` (draws, cells) -> rates (draws, cells).

    Also returns the largest error on a published rate, by draw. All start from the answer to the first one, which is
    near theirs.
    """
    design, joint = cells.astype(float), joint / joint.sum()
    start = np.zeros(design.shape[0])
    start[0] = logit(rates[0, 0]) if cells[0].all() else 0.0
    if len(rates) > 1:
        start = _newton(joint, design, rates[:1], offset[:1], start)[2][0]
    return _newton(joint, design, rates, offset, start)[:2]


def _newton(
    joint: np.ndarray, design: np.ndarray, rates: np.ndarray, offset: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What `solve` returns and the effects (draws, equations), every draw from the effects `start` (equations,)."""
    size = len(design)
    weight = design @ joint
    products = (design[:, None] * design[None]).reshape(-1, design.shape[1])
    beta = np.tile(start, (len(rates), 1))
    for _ in range(60):
        p = expit(offset + beta @ design)
        error = (p * joint) @ design.T / weight - rates
        worst = np.abs(error).max(axis=1)
        if worst.max() < TOLERANCE / 100:
            break
        hessian = ((p * (1 - p) * joint) @ products.T).reshape(-1, size, size)
        # A ridge too small to be seen in the answer keeps equations that repeat each other solvable.
        ridge = 1e-12 * np.einsum("dkk->d", hessian)[:, None, None] * np.eye(size)
        step = np.linalg.solve(hessian + ridge, -(error * weight)[..., None])[..., 0]
        longest = np.abs(step @ design).max(axis=1)
        beta = beta + step * np.minimum(1, 3 / np.maximum(longest, 3))[:, None]
    return p, worst, beta


def explain(joint: np.ndarray, targets: Targets) -> NoReturn:
    """Raise the `CalibrationError` that names the equations in conflict: the smallest slacks that free the others."""
    from scipy.optimize import linprog  # here: a quarter of a second that most processes need not

    cells, count = targets.cells, len(targets.rates)
    share = joint / joint.sum()
    weight = cells @ share
    slack = np.hstack([np.diag(weight), -np.diag(weight)])
    answer = linprog(
        np.r_[np.zeros(len(share)), np.ones(2 * count)],
        A_eq=np.hstack([cells * share, slack]),
        b_eq=weight * targets.rates,
        bounds=[(0, 1)] * len(share) + [(0, None)] * (2 * count),
    )
    gap = answer.x[len(share) : len(share) + count] - answer.x[len(share) + count :]
    problems = [
        f"{name}: {rate:.4f} is asked for, {rate - g:.4f} is the nearest that leaves the others true"
        for name, rate, g in zip(targets.names, targets.rates, gap, strict=True)
        if abs(g) > 1e-9
    ]
    if not problems:
        problems = ["they can only hold with some cells at exactly 0 or 1: " + ", ".join(targets.names)]
    raise CalibrationError(listing("The published rates cannot hold together on this joint table", problems))


def poststratify(tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Expected share of each area: the mean of the cell rates over its residents.

    `tables` is (areas, cells) residents; `rates` (cells,) or (cells, draws). Returns (areas,) or (areas, draws).
    Raises `BadInput` listing every area without residents, negative or non-finite count, or rate outside [0, 1].
    """
    tables, rates = np.atleast_2d(np.asarray(tables, dtype=float)), np.asarray(rates, dtype=float)
    check_tables(tables, [] if ((rates >= 0) & (rates <= 1)).all() else ["a rate is not between 0 and 1"])
    total = np.add.reduce(tables, axis=1)
    shares = weighted_sum(tables, rates if rates.ndim == 2 else rates[:, None]) / total[:, None]
    return shares if rates.ndim == 2 else shares[:, 0]


def check_tables(tables: np.ndarray, problems: Sequence[str] = ()) -> None:
    """Raises `BadInput` with `problems` and those of the tables (areas, cells): negative, unknown or empty ones."""
    problems, sound = list(problems), np.isfinite(tables) & (tables >= 0)
    if not sound.all():
        problems.append(f"negative or non-finite counts in areas {first(np.flatnonzero(~sound.all(axis=1)))}")
    empty = np.flatnonzero(sound.all(axis=1) & (tables.sum(axis=1) == 0))
    if len(empty):
        problems.append(f"no residents in areas {first(empty)}")
    if problems:
        raise BadInput(listing("The areas cannot be poststratified", problems))


_TILE, _COLUMNS = 32, 128
"""Shape of the products that a sum is made of: small enough for a matrix library to do each on one thread."""


def weighted_sum(tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """`tables @ rates`, (areas, cells) x (cells, draws), in products of one shape whatever the number of areas.

    A matrix library orders its sums by the shape of what it is given, and so would move an area's last bits with the
    areas beside it.
    """
    rates = np.asarray(rates, dtype=float)
    out = np.empty((len(tables), rates.shape[1]))
    starts = range(0, rates.shape[1], _COLUMNS)
    parts = [(slice(k, k + _COLUMNS), np.ascontiguousarray(rates[:, k : k + _COLUMNS])) for k in starts]
    for start in range(0, len(tables), _TILE):
        tile = tables[start : start + _TILE]
        count = len(tile)
        if count < _TILE:
            tile = np.vstack([tile, np.zeros((_TILE - count, tables.shape[1]))])
        for columns, part in parts:
            out[start : start + count, columns] = (tile @ part)[:count]
    return out


def benchmark(shares: np.ndarray, residents: np.ndarray, national: float) -> np.ndarray:
    """Shares moved by one common step on the logit scale, so that the residents' mean is the national figure.

    Pfeffermann & Tiller 2006, "Small-area estimation with state-space models subject to benchmark constraints".
    `shares` and `residents` are (areas,). Raises `BadInput` when the national figure is not between 0 and 1.
    """
    shares, residents = np.asarray(shares, dtype=float), np.asarray(residents, dtype=float)
    problems = []
    if not 0 < national < 1:
        problems.append(f"the national share {national:g} is not between 0 and 1")
    if not (np.isfinite(residents) & (residents >= 0)).all() or residents.sum() <= 0:
        problems.append("residents must be finite, not negative, and not all zero")
    if not ((shares > 0) & (shares < 1)).all():
        problems.append("every share must be between 0 and 1")
    if problems:
        raise BadInput(listing("The shares cannot be benchmarked", problems))
    weight, start, step = residents / residents.sum(), logit(shares), 0.0
    for _ in range(50):
        p = expit(start + step)
        error = weight @ p - national
        if abs(error) < 1e-15:
            break
        step -= error / (weight @ (p * (1 - p)))
    return expit(start + step)


def proportions(tables: np.ndarray) -> np.ndarray:
    """Tables (areas, cells) that each add up to 1. Raises `BadInput`."""
    tables = np.atleast_2d(np.asarray(tables, dtype=float))
    check_tables(tables)
    return tables / tables.sum(axis=1, keepdims=True)
