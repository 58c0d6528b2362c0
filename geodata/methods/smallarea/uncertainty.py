"""What is not known: the rates as a law, and what it makes of the shares."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit, ndtri

from geodata.errors import BadInput, CalibrationError
from geodata.methods.smallarea.problems import listing
from geodata.methods.smallarea.rates import TOLERANCE, Targets, calibrate, check_targets, explain, solve


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
        equations = self.equations
        names = ("national", *(self.names[i] for i in equations))
        cells = np.vstack([np.ones(len(self.joint), dtype=bool), self.cells[equations]])
        return Targets(names, cells, self.rates(np.zeros((1, self.scale.shape[1])))[0])

    @property
    def equations(self) -> list[int]:
        """Positions of the ratios that set an equation: where categories cover everybody, the others tell the last."""
        return [i for i, group in enumerate(self.partition) if group < 0 or group in self.partition[i + 1 :]]

    def rates(self, z: np.ndarray) -> np.ndarray:
        """Rates of the targets (draws, targets) where the quantities of `scale` are `z` (draws, quantities) SDs off."""
        moved = z @ self.scale.T
        national = expit(logit(self.national) + moved[:, :1])
        ratios = self._adding_up(self.ratios * np.exp(moved[:, 1:]))
        return national * np.hstack([np.ones_like(national), ratios[:, self.equations]])

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
    check_targets(model.joint, targets)
    if (rates >= 1).any():
        over = [n for n, r in zip(targets.names, rates.T, strict=True) if (r >= 1).any()]
        raise CalibrationError(listing("These rates pass 100 % in a draw: lower their log-SD", over))
    p, error = solve(model.joint, targets.cells, rates, model.offset + z[:, many:] @ model.effects)
    for worst in np.flatnonzero(error > TOLERANCE)[:1]:
        explain(model.joint, replace(targets, rates=rates[worst]))
    return p.T


def principal(model: RateModel, keep: float = 0.99) -> RateModel:
    """The same model with its many small effects replaced by the few combinations of them that move rates.

    The effects are independent and of equal standing, so a rotation of them is the same law; the directions that carry
    `keep` of the residents' variance of the rates are kept.
    """
    moved = _response(model, model.effects) * (model.joint / model.joint.sum())
    # As many as there are effects: the cells, which are many more, need not be decomposed.
    variance, rotation = np.linalg.eigh(moved @ moved.T)
    variance, rotation = np.maximum(variance[::-1], 0), rotation[:, ::-1]
    count = int(np.searchsorted(np.cumsum(variance), keep * np.sum(variance))) + 1
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


def draws(model: RateModel, points: int, *, seed: int) -> np.ndarray:
    """Draws of the cell rates, (cells, points), from scrambled Sobol points of the unknown quantities.

    The rates are common to all areas, so their sampling error would not average out over a map: Sobol points
    (Owen scrambling) make it small with few of them. `points` must be a power of two.
    """
    if points < 2 or points & (points - 1):
        raise BadInput(
            f"{points} draws: a power of two is needed (64, 128, 256 ...), Sobol points are balanced only then."
        )
    # Imported where a build draws: it takes a seventh of the start of every process, and no page draws.
    from scipy.stats import qmc

    sobol = qmc.Sobol(model.dimension, scramble=True, rng=np.random.default_rng(seed))
    return rates_at(model, _normal(sobol.random(points)))


def normal_points(points: int, seed: int, quantities: int = 2) -> np.ndarray:
    """Quantities of unit normal law, (quantities, points), spread evenly (Latin hypercube)."""
    from scipy.stats import qmc

    return _normal(qmc.LatinHypercube(quantities, rng=np.random.default_rng(seed)).random(points)).T


def _normal(uniform: np.ndarray) -> np.ndarray:
    """Normal quantiles, finite: those of 0 and 1 are of the least number above and the largest below."""
    return ndtri(np.clip(uniform, 2**-53, 1 - 2**-53))


def local_draws(first: int, last: int, points: int, *, seed: int) -> np.ndarray:
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


def _second_order(values: np.ndarray, on_logit_scale: bool = False) -> tuple[np.ndarray, np.ndarray]:
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
