"""Small-area estimation of a rare state from survey rates and census tables.

The chain: fit a joint table to each area's known margins (`spree`), find cell rates that reproduce the published ones
(`calibrate`), average them over each area's table (`poststratify`), hold the national figure (`benchmark`), and carry
what is not known through all of it (`draws`, `analytic`, `bounds`).

Arrays in, arrays out. A *table* is residents by cell; a *rate* is the share concerned among the residents of a cell.
Sums over cells are made so that an area's bytes do not depend on the areas computed beside it (`weighted_sum`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial

import numpy as np
from scipy.optimize import linprog
from scipy.spatial.distance import cdist
from scipy.special import expit, logit, ndtri
from scipy.stats import qmc

from geodata.errors import BadInput, CalibrationError

# ---------------------------------------------------------------------------------------------- the areas' tables


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
        listed = [f"area {area}, {why}" for area, why in problems.items()]
        raise CalibrationError(_listing("The margins of these areas cannot hold together", listed))
    return fitted


def try_spree(
    joint: np.ndarray,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-9,
    max_rounds: int = 1000,
    block: int = 4096,
) -> tuple[np.ndarray, dict[int, str]]:
    """`spree` without `CalibrationError`: also the areas that could not be fitted and why (their rows mean nothing)."""
    joint = np.asarray(joint, dtype=float)
    areas = _number_of_areas(joint, margins)
    _check_margins(joint, margins)
    fitted = np.array(np.broadcast_to(joint, (areas, joint.shape[-1])))
    problems: dict[int, str] = {}
    for start in range(0, areas, block):
        _fit(fitted, np.arange(start, min(start + block, areas)), margins, tolerance, max_rounds, problems)
    return fitted, problems


CONTRADICTION = 1e-4
"""Margins that still move a table by this much (relative) after every round contradict each other; less is slowness."""


def _number_of_areas(joint, margins) -> int:
    sizes = {len(m.target) for m in margins} | ({len(joint)} if joint.ndim == 2 else set())
    if len(sizes) > 1:
        raise BadInput(f"The tables and margins speak of different numbers of areas: {sorted(sizes)}.")
    return sizes.pop() if sizes else 1


def _check_margins(joint, margins) -> None:
    problems = []
    if not np.isfinite(joint).all() or (joint < 0).any():
        problems.append("the starting table holds a negative or non-finite number")
    for m in margins:
        known = m.target[~np.isnan(m.target)]
        if not np.isfinite(known).all() or (known < 0).any():
            problems.append(f"{m.name}: a target is negative or infinite")
        if isinstance(m, ShareMargin) and (known > 1).any():
            problems.append(f"{m.name}: a share is above 1 (shares are fractions, 0.12 and not 12)")
    if problems:
        raise BadInput(_listing("These tables cannot be fitted", problems))


def _fit(fitted, active, margins, tolerance, max_rounds, problems) -> None:
    """Fit the tables of the areas `active` in place, each until it no longer moves."""
    for _ in range(max_rounds):
        table, moved = fitted[active], np.zeros(len(active))
        for margin in margins:
            (columns, scale), impossible = _factors(table, margin, active)
            for i in impossible:
                problems.setdefault(int(active[i]), f"{margin.name}: residents asked for where there are none")
            table[:, columns] *= scale
            if scale.size:
                moved = np.maximum(moved, np.abs(scale - 1).max(axis=1))
        fitted[active] = table
        goes_on = (moved > tolerance) & ~np.isin(active, list(problems))
        active, moved = active[goes_on], moved[goes_on]
        if not len(active):
            return
    for area, move in zip(active, moved, strict=True):
        if move > CONTRADICTION:
            problems[int(area)] = f"the margins contradict each other (still moving by {move:.1e})"


def _factors(table, margin, areas):
    """((columns, factor by area and column), positions of the areas where the margin cannot hold)."""
    if isinstance(margin, ShareMargin):
        return _share_factors(table, margin, areas)
    columns = np.flatnonzero(margin.category >= 0)
    columns = columns[np.argsort(margin.category[columns], kind="stable")]
    category = margin.category[columns]
    present, starts = np.unique(category, return_index=True)
    now = np.add.reduceat(table[:, columns], starts, axis=1)
    target = margin.target[areas]
    absent = np.setdiff1d(np.arange(target.shape[1]), present)
    impossible = ((now == 0) & (target[:, present] > 0)).any(axis=1) | (target[:, absent] > 0).any(axis=1)
    ratio = np.ones_like(now)
    np.divide(target[:, present], now, out=ratio, where=(now > 0) & ~np.isnan(target[:, present]))
    return (columns, ratio[:, np.searchsorted(present, category)]), np.flatnonzero(impossible)


def _share_factors(table, margin, areas):
    columns = np.flatnonzero(margin.among)
    is_yes = margin.yes[columns]
    inside = table[:, columns]
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
    return (columns, np.where(is_yes, up[:, None], down[:, None])), np.flatnonzero(impossible)


# --------------------------------------------------------------------------------------------- the cells' rates


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
    _check_targets(joint, targets)
    offset = np.broadcast_to(np.asarray(offset, dtype=float), joint.shape)
    rates, error = _solve(joint, targets.cells, targets.rates[None], offset[None])
    if error.max() > TOLERANCE:
        _explain(joint, targets)
    return rates[0]


TOLERANCE = 1e-10
"""Largest error left on a published rate."""


def _check_targets(joint, targets: Targets) -> None:
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
        raise BadInput(_listing("The rates cannot be calibrated", problems))


def _solve(joint, cells, rates, offset):
    """Newton for several right-hand sides: `rates` (draws, equations), `offset` (draws, cells) -> rates (draws, cells).

    Also returns the largest error on a published rate, by draw.
    """
    design = cells.astype(float)
    joint = joint / joint.sum()
    weight = design @ joint
    products = (design[:, None] * design[None]).reshape(-1, design.shape[1])
    beta = np.zeros_like(rates)
    beta[:, 0] = logit(rates[:, 0]) if cells[0].all() else 0.0
    size = design.shape[0]
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
    return p, worst


def _explain(joint, targets: Targets):
    """Raise the `CalibrationError` that names the equations in conflict: the smallest slacks that free the others."""
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
    raise CalibrationError(_listing("The published rates cannot hold together on this joint table", problems))


def poststratify(tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Expected share of each area: the mean of the cell rates over its residents.

    `tables` is (areas, cells) residents; `rates` (cells,) or (cells, draws). Returns (areas,) or (areas, draws).
    Raises `BadInput` listing every area without residents, negative or non-finite count, or rate outside [0, 1].
    """
    tables, rates = np.atleast_2d(np.asarray(tables, dtype=float)), np.asarray(rates, dtype=float)
    _check_tables(tables, [] if ((rates >= 0) & (rates <= 1)).all() else ["a rate is not between 0 and 1"])
    total = np.add.reduce(tables, axis=1)
    shares = weighted_sum(tables, rates if rates.ndim == 2 else rates[:, None]) / total[:, None]
    return shares if rates.ndim == 2 else shares[:, 0]


def _check_tables(tables, problems: Sequence[str] = ()) -> None:
    problems, sound = list(problems), np.isfinite(tables) & (tables >= 0)
    if not sound.all():
        problems.append(f"negative or non-finite counts in areas {_first(np.flatnonzero(~sound.all(axis=1)))}")
    empty = np.flatnonzero(sound.all(axis=1) & (tables.sum(axis=1) == 0))
    if len(empty):
        problems.append(f"no residents in areas {_first(empty)}")
    if problems:
        raise BadInput(_listing("The areas cannot be poststratified", problems))


_TILE, _COLUMNS = 32, 128
"""Shape of the products that a sum is made of: small enough for a matrix library to do each on one thread."""


def weighted_sum(tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """`tables @ rates`, (areas, cells) x (cells, draws), in products of one shape whatever the number of areas.

    A matrix library orders its sums by the shape of what it is given, and so would move an area's last bits with the
    areas beside it.
    """
    tables, rates = np.asarray(tables, dtype=float), np.asarray(rates, dtype=float)
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
        raise BadInput(_listing("The shares cannot be benchmarked", problems))
    weight, start, step = residents / residents.sum(), logit(shares), 0.0
    for _ in range(50):
        p = expit(start + step)
        error = weight @ p - national
        if abs(error) < 1e-15:
            break
        step -= error / (weight @ (p * (1 - p)))
    return expit(start + step)


# -------------------------------------------------------------------------------------------- what is not known


@dataclass(frozen=True, eq=False)
class RateModel:
    """Everything that makes the cell rates, known and not known.

    `national` is the benchmark, in share; `names`, `cells`, `ratios` are the published categories, as ratios to the
    national rate. `scale` (1 + ratios, quantities) says how far one SD of each unknown quantity moves the logit of the
    national figure (first row) and the logarithm of each ratio: their covariance is `scale @ scale.T`, and the first
    quantity alone moves the national figure. Ratios that share a number in `partition` (ratios,) are those of
    categories that cover everybody once: they are divided by their mean over the residents, so that the categories add
    up to the country; -1 is a category on its own. `offset` (cells,) holds fixed log-odds, `effects` (effects, cells)
    log-odds known only through their SD, one row for one standard deviation.
    """

    joint: np.ndarray
    national: float
    names: tuple[str, ...]
    cells: np.ndarray
    ratios: np.ndarray
    scale: np.ndarray
    partition: np.ndarray
    offset: np.ndarray
    effects: np.ndarray

    @property
    def dimension(self) -> int:
        """Number of unknown quantities: those of `scale`, the national figure's first, then the effects."""
        return self.scale.shape[1] + len(self.effects)

    @property
    def targets(self) -> Targets:
        """The published rates at their central values, the national one first."""
        told = self.told
        names = ("national", *(self.names[i] for i in told))
        cells = np.vstack([np.ones(len(self.joint), dtype=bool), self.cells[told]])
        return Targets(names, cells, self.rates(np.zeros((1, self.scale.shape[1])))[0])

    @property
    def told(self) -> list[int]:
        """Positions of the ratios that set an equation: where categories cover everybody, the others tell the last."""
        return [i for i, group in enumerate(self.partition) if group < 0 or group in self.partition[i + 1 :]]

    def rates(self, z: np.ndarray) -> np.ndarray:
        """Rates of the targets (draws, targets) where the quantities of `scale` are `z` (draws, quantities) SDs off."""
        moved = z @ self.scale.T
        national = expit(logit(self.national) + moved[:, :1])
        ratios = self._adding_up(self.ratios * np.exp(moved[:, 1:]))
        return national * np.hstack([np.ones_like(national), ratios[:, self.told]])

    def _adding_up(self, ratios: np.ndarray) -> np.ndarray:
        weights = self.cells @ self.joint / self.joint.sum()
        for group in set(self.partition[self.partition >= 0]):
            own = self.partition == group
            mean = np.add.reduce(ratios[:, own] * weights[own], axis=1) / weights[own].sum()
            ratios[:, own] /= mean[:, None]
        return ratios


def joint_scale(covariance: np.ndarray, keep: float = 1e-6) -> np.ndarray:
    """A `scale` whose product with its transpose is `covariance` (1 + ratios, 1 + ratios), the national figure first.

    The first column is the national figure and what moves with it; the others are principal directions of the rest,
    those of less than `keep` of the largest left out (the categories of a factor leave one fewer).
    """
    covariance = np.asarray(covariance, dtype=float)
    first = covariance[:, :1] / np.sqrt(covariance[0, 0])
    size, direction = np.linalg.eigh((covariance - first @ first.T)[1:, 1:])
    kept = np.flatnonzero(size > keep * max(size.max(initial=0.0), 0.0))[::-1]
    others = direction[:, kept] * np.sqrt(size[kept])
    # A direction and its opposite are the same: the largest part is made positive, whatever the linear algebra library.
    others = others * np.where(others.max(axis=0, initial=0) < -others.min(axis=0, initial=0), -1, 1)
    return np.hstack([first, np.vstack([np.zeros(len(kept)), others])])


def rates_at(model: RateModel, z: np.ndarray) -> np.ndarray:
    """Calibrated cell rates (cells, draws) where the unknown quantities are `z` (draws, dimension) SDs off centre.

    The national figure moves on the logit scale, the ratios on the log scale; each draw is calibrated again.
    """
    z = np.atleast_2d(z)
    many = model.scale.shape[1]
    targets, rates = model.targets, model.rates(z[:, :many])
    _check_targets(model.joint, targets)
    if (rates >= 1).any():
        over = [n for n, r in zip(targets.names, rates.T, strict=True) if (r >= 1).any()]
        raise CalibrationError(_listing("These rates pass 100 % in a draw: lower their log-SD", over))
    p, error = _solve(model.joint, targets.cells, rates, model.offset + z[:, many:] @ model.effects)
    for worst in np.flatnonzero(error > TOLERANCE)[:1]:
        _explain(model.joint, replace(targets, rates=rates[worst]))
    return p.T


def principal(model: RateModel, keep: float = 0.99) -> RateModel:
    """The same model with its many small effects replaced by the few combinations of them that move rates.

    The effects are independent and of equal standing, so a rotation of them is the same law; the directions that carry
    `keep` of the residents' variance of the rates are kept.
    """
    moved = _response(model, model.effects) * (model.joint / model.joint.sum())
    rotation, size, _ = np.linalg.svd(moved, full_matrices=False)
    count = int(np.searchsorted(np.cumsum(size**2), keep * np.sum(size**2))) + 1
    return replace(model, effects=rotation[:, :count].T @ model.effects)


def _response(model: RateModel, effects: np.ndarray) -> np.ndarray:
    """Derivative of the calibrated rates (effects, cells) when each effect is added and the targets still hold."""
    design = model.targets.cells.astype(float)
    p = calibrate(model.joint, model.targets, model.offset)
    slope = p * (1 - p)
    weight = slope * model.joint / model.joint.sum()
    fit = np.linalg.lstsq((design * weight) @ design.T, (design * weight) @ effects.T, rcond=None)[0]
    return slope * (effects - fit.T @ design)


def stencil(model: RateModel) -> np.ndarray:
    """Cell rates (cells, 1 + 2 dimension): at the centre, with each unknown quantity one SD up, then one SD down."""
    one = np.eye(model.dimension)
    return rates_at(model, np.vstack([0 * one[:1], one, -one]))


def draws(model: RateModel, points: int = 256, *, seed: int = 0) -> np.ndarray:
    """Draws of the cell rates, (cells, points), from scrambled Sobol points of the unknown quantities.

    The rates are common to all areas, so their sampling error would not average out over a map: Sobol points
    (Owen scrambling) make it small with few of them. `points` must be a power of two.
    """
    if points < 2 or points & (points - 1):
        raise BadInput(
            f"{points} draws: a power of two is needed (64, 128, 256 ...), Sobol points are balanced only then."
        )
    sobol = qmc.Sobol(model.dimension, scramble=True, rng=np.random.default_rng(seed))
    # The largest uniform below 1 keeps the normal quantile finite.
    uniform = np.clip(sobol.random(points), 2**-53, 1 - 2**-53)
    return rates_at(model, ndtri(uniform))


def local_draws(first: int, last: int, points: int, *, seed: int = 0) -> np.ndarray:
    """Standard normal draws of areas `first` to `last` - 1, (areas, points).

    Counter-based (Philox, Salmon et al. 2011): area i always has the same draws, whatever the block it is asked in.
    """
    width = -(-points // 4) * 4
    bits = np.random.Philox(key=seed)
    bits.advance(first * (width // 4))
    raw = bits.random_raw((last - first) * width).reshape(last - first, width)[:, :points]
    return ndtri(((raw >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53)


@dataclass(frozen=True, eq=False)
class Moments:
    """Logit-normal law of each area's share: mean and SD on the logit scale, variance in three parts that add up."""

    mean: np.ndarray
    sd: np.ndarray
    var_common: np.ndarray
    var_model: np.ndarray
    var_local: np.ndarray


def analytic(shares: np.ndarray, log_variance: np.ndarray) -> Moments:
    """Logit-normal law of each area's share: second-order mean and variance, the latter in three parts.

    `shares` (areas, 1 + 2 dimension) are the areas' shares at the rates of `stencil`, whose first unknown quantity is
    the national figure (the common part); `log_variance` (areas,) is the variance of the logarithm of the residual of
    mean 1 that multiplies each area's share (`geodata.methods.residuals`).
    """
    shift, variance = _second_order(shares, on_logit_scale=True)
    share = shares[:, 0]
    # A residual of mean 1 on the share: second order of logit(share e^u) in u.
    curvature = share / (1 - share) ** 2
    local_shift = 0.5 * log_variance * (curvature - 1 / (1 - share))
    var_common = variance[:, 0]
    var_model = np.add.reduce(variance[:, 1:], axis=1)
    var_local = log_variance / (1 - share) ** 2 + (log_variance * curvature) ** 2 / 2
    return Moments(
        logit(share) + shift + local_shift,
        np.sqrt(var_common + var_model + var_local),
        var_common,
        var_model,
        var_local,
    )


def spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Second-order mean and SD of any quantity known at the rates of `stencil`, (areas, 1 + 2 dimension).

    A contrast between two areas is such a quantity: taken at the same rates on both sides, it loses what is common.
    """
    shift, variance = _second_order(values)
    return values[:, 0] + shift, np.sqrt(np.add.reduce(variance, axis=1))


_BLOCK = 1024
"""Areas whose stencil is looked at together: as many as a processor's cache holds."""


def _second_order(values, on_logit_scale=False):
    """Shift of the mean (areas,) and variance by unknown quantity (areas, dimension), from values on a stencil.

    Where x = x0 + a z + b z^2 / 2 and z is standard normal, the mean moves by b / 2 and the variance is a^2 + b^2 / 2.
    `on_logit_scale`: x is the logit of the values.
    """
    dimension = values.shape[1] // 2
    shift, variance = np.empty(len(values)), np.empty((len(values), dimension))
    for start in range(0, len(values), _BLOCK):
        rows = slice(start, start + _BLOCK)
        x = values[rows]
        if on_logit_scale:
            with np.errstate(divide="ignore"):
                x = np.log(x / (1 - x))
        up, down = x[:, 1 : 1 + dimension], x[:, 1 + dimension :]
        bend = up + down - 2 * x[:, :1]
        shift[rows] = 0.5 * np.add.reduce(bend, axis=1)
        variance[rows] = ((up - down) / 2) ** 2 + bend**2 / 2
    return shift, variance


def interval(mean: np.ndarray, sd: np.ndarray, level: float = 0.90) -> tuple[np.ndarray, np.ndarray]:
    """Central interval of a logit-normal law, as shares."""
    reach = ndtri(0.5 + level / 2)
    return expit(mean - reach * sd), expit(mean + reach * sd)


def bounds(tables: np.ndarray, joint: np.ndarray, targets: Targets) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest share of each area over all cell rates in [0, 1] that agree with the published rates.

    Two linear programmes an area (HiGHS, some 2 ms each): min and max of sum(w r) subject to sum(joint r) = rate x
    residents over each published category. No assumption on how factors combine, so no tighter than the data.
    `tables` is (areas, cells), `joint` (cells,). Raises `CalibrationError` naming the rates that contradict each other.
    """
    programme = _Programme(joint, targets)
    solved = [programme.solve(w) for w in _proportions(tables)]
    low, high = (np.clip(end, 0, 1) for end in zip(*((s.low, s.high) for s in solved), strict=True))
    # Where there is no room the two may cross by a rounding.
    return low, np.maximum(low, high)


def outer_bounds(
    tables: np.ndarray, joint: np.ndarray, targets: Targets, *, typical: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that contain those of `bounds`, for many areas at once.

    By weak duality the prices of any area's programme bound every other area: the programmes are solved for `typical`
    areas only, chosen far apart in composition, and each area keeps the tightest bound their prices give it.
    """
    programme, weights = _Programme(joint, targets), _proportions(tables)
    used = weights.any(axis=0)
    inside = np.ascontiguousarray(weights[:, used])
    solved = [programme.solve(weights[i]) for i in _far_apart(inside, typical)]
    low = -programme.above(inside, used, -np.array([s.low_prices for s in solved]), -1)
    return np.clip(low, 0, 1), np.clip(
        programme.above(inside, used, np.array([s.high_prices for s in solved]), 1), 0, 1
    )


@dataclass(frozen=True, eq=False)
class _Solved:
    low: float
    high: float
    low_prices: np.ndarray
    high_prices: np.ndarray


class _Programme:
    """The linear programme shared by all areas: only its objective changes from one to the next."""

    def __init__(self, joint, targets: Targets):
        _check_targets(np.asarray(joint, dtype=float), targets)
        self.targets, self.joint = targets, np.asarray(joint, dtype=float)
        self.equations = targets.cells * (self.joint / self.joint.sum())
        self.right = self.equations.sum(axis=1) * targets.rates

    def solve(self, weights) -> _Solved:
        """Both bounds of one area and the price of each published rate at them."""
        ends = [
            linprog(sign * weights, A_eq=self.equations, b_eq=self.right, bounds=(0, 1), options={"presolve": False})
            for sign in (1, -1)
        ]
        if any(end.status != 0 for end in ends):
            _explain(self.joint, self.targets)
        low, high = ends
        return _Solved(low.fun, -high.fun, low.eqlin.marginals, -high.eqlin.marginals)

    def above(self, weights, used, prices, sign) -> np.ndarray:
        """Upper bound of sum(sign w r) for every area, the least that these `prices` (sets, equations) give.

        One set of prices gives: the right side at these prices, plus what each cell yields over its cost.
        """
        cost = prices @ self.equations
        fixed = prices @ self.right + np.maximum(-cost[:, ~used], 0).sum(axis=1)
        # The positive part of x is (|x| + x) / 2.
        apart = cdist(sign * weights, cost[:, used], "cityblock")
        over = (apart + sign * weights.sum(axis=1)[:, None] - cost[:, used].sum(axis=1)) / 2
        return (fixed + over).min(axis=1)


def _proportions(tables) -> np.ndarray:
    tables = np.atleast_2d(np.asarray(tables, dtype=float))
    _check_tables(tables)
    return tables / tables.sum(axis=1, keepdims=True)


def _far_apart(points: np.ndarray, count: int) -> list[int]:
    """Positions of `count` rows, each the farthest from those before it (the first: from the mean)."""
    chosen: list[int] = []
    distance = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    for _ in range(min(count, len(points))):
        chosen.append(int(distance.argmax()))
        apart = ((points - points[chosen[-1]]) ** 2).sum(axis=1)
        distance = apart if len(chosen) == 1 else np.minimum(distance, apart)
    return chosen


# ------------------------------------------------------------------------------------------------- why here


def contributions(
    own: np.ndarray, other: np.ndarray, rates: np.ndarray, factors: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Part of each factor in the difference of share between areas and their comparators, (areas,) by factor.

    `own` and `other` are tables (areas, cells), `rates` (cells,); `factors` maps each factor to the category of every
    cell. The comparator's table is fitted to the area's margins of some factors, the factor of interest added last, and
    its effect averaged over all orders (Shapley 1953; the decomposition of Das Gupta 1993). What the margins do not
    explain is `structure`: the way factors combine. The parts add up to the difference exactly.
    """
    own, other = _proportions(own), _proportions(other)
    used = own.any(axis=0) | other.any(axis=0)
    own, other, rates = own[:, used], other[:, used], rates[used]
    margins = {}
    for name, codes in factors.items():
        belongs = (codes[used][:, None] == np.arange(codes.max() + 1)).astype(float)
        if np.abs((own - other) @ belongs).max() > 1e-12:
            margins[name] = CountMargin(name, codes[used], own @ belongs)
    names = list(margins)
    # A cell that only the area has must be reachable from the comparator's table.
    start = np.where((other == 0) & (own > 0), 1e-9, other)
    value = {}
    for size in range(len(names) + 1):
        for swapped in combinations(names, size):
            # Parts add up whether or not a fit has come to its end.
            fitted = try_spree(start, [margins[n] for n in swapped], tolerance=1e-6, max_rounds=200)[0]
            value[frozenset(swapped)] = (fitted if swapped else other) @ rates
    parts = {name: np.zeros(len(own)) for name in factors}
    for name in names:
        part = parts[name]
        others = [n for n in names if n != name]
        for size in range(len(names)):
            weight = factorial(size) * factorial(len(names) - size - 1) / factorial(len(names))
            for before in combinations(others, size):
                part += weight * (value[frozenset((*before, name))] - value[frozenset(before)])
    parts["structure"] = own @ rates - value[frozenset(names)]
    return parts


def ranks(shares: np.ndarray, level: float = 0.90) -> tuple[np.ndarray, np.ndarray]:
    """Central interval of each area's rank (1: highest share) over the draws, (areas,) each.

    `shares` is (areas, draws), the areas' own residuals included. An area whose share is NaN has a NaN rank.
    """
    known = np.flatnonzero(~np.isnan(shares).any(axis=1))
    inside = shares[known]
    rank = np.empty(inside.shape, dtype=np.int32)
    for draw, column in enumerate(inside.T):
        rank[np.argsort(-column, kind="stable"), draw] = np.arange(1, len(known) + 1)
    rank.sort(axis=1)
    tail = int((0.5 - level / 2) * rank.shape[1])
    low, high = np.full((2, len(shares)), np.nan)
    low[known], high[known] = rank[:, tail], rank[:, -1 - tail]
    return low, high


def _listing(title: str, problems: Sequence[str], most: int = 20) -> str:
    shown = "".join(f"\n- {p}" for p in problems[:most])
    return f"{title}:{shown}" + (f"\n- and {len(problems) - most} more" if len(problems) > most else "")


def _first(positions: np.ndarray, most: int = 10) -> str:
    return ", ".join(map(str, positions[:most])) + (" ..." if len(positions) > most else "")
