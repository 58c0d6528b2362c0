"""Direct estimates beside those of the model, and both together (Fay & Herriot 1979).

A survey that asked people of a territory gives a rate with a sampling error; the model gives a share with its own. What
both say together lies between, the nearer to the more certain of the two. The definition must be the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geodata.errors import BadInput
from geodata.methods.waves import DESIGN_EFFECT, conditional_law


@dataclass(frozen=True, eq=False)
class Combined:
    """`share` and `sd` (areas,) once both are known; `weight` of the survey in it; `z`, how far apart they were, in SDs
    of their difference."""

    share: np.ndarray
    sd: np.ndarray
    weight: np.ndarray
    z: np.ndarray


def design_variance(share: ArrayLike, respondents: ArrayLike, design_effect: float = DESIGN_EFFECT) -> np.ndarray:
    """Sampling variance of a rate, taken at the share that the model expects, (areas,).

    At the measured rate a small sample that met nobody would be certain of it.
    """
    p, n = np.asarray(share, dtype=float), np.asarray(respondents, dtype=float)
    if ((p <= 0) | (p >= 1)).any() or (n <= 0).any() or (np.asarray(design_effect) < 1).any():
        raise BadInput("Shares lie between 0 and 1, respondents are above 0 and a design effect is 1 or more.")
    return np.asarray(design_effect) * p * (1 - p) / n


def combine(direct: ArrayLike, sampling: ArrayLike, synthetic: ArrayLike, covariance: ArrayLike) -> Combined:
    """Best linear prediction of the areas' shares from both sources, all (areas,) but `covariance` (areas, areas).

    `sampling` are the variances of the direct rates, `covariance` that of the model's errors; areas whose errors go
    together learn from one another. An area without a survey has a NaN in `direct`. With independent errors the weight
    of the survey is `A / (A + sampling)`, A the model's variance.
    """
    direct, synthetic = np.asarray(direct, dtype=float), np.asarray(synthetic, dtype=float)
    sampling, covariance = np.asarray(sampling, dtype=float), np.asarray(covariance, dtype=float)
    is_known = ~np.isnan(direct)
    own = np.diag(covariance)
    share, after = synthetic, covariance
    if is_known.any():
        operator = np.eye(len(direct))[is_known]
        share, after = conditional_law(synthetic, covariance, operator, direct[is_known], sampling[is_known])
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(is_known, own / (own + sampling), 0.0)
        z = (direct - synthetic) / np.sqrt(own + sampling)
    return Combined(share, np.sqrt(np.maximum(np.diag(after), 0)), weight, z)


def model_variance(direct: ArrayLike, sampling: ArrayLike, synthetic: ArrayLike) -> float:
    """Variance of the model's error that the direct rates themselves tell: that at which their z have a variance of 1.

    Root of `sum((direct - synthetic)^2 / (A + sampling)) = areas` (Fay & Herriot 1979); 0 where sampling alone explains
    more than the distance. All (areas,), without NaN.
    """
    apart = (np.asarray(direct, dtype=float) - np.asarray(synthetic, dtype=float)) ** 2
    noise = np.asarray(sampling, dtype=float)
    if len(apart) < 3:
        raise BadInput(f"{len(apart)} direct rates tell no variance: three at least are needed.")

    def excess(variance: float) -> float:
        return float(np.sum(apart / (variance + noise))) - len(apart)

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(apart.max())
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2
