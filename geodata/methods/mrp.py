"""Answers line by line, regressed then poststratified (MRP; Gelman & Little 1997), starting from what the model says.

logit p = what the model expects of such a person in such a place + effects of the survey, of the place and of each
category, each with a prior SD around 0. With few answers the model's share comes back; with many, the survey's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from geodata.errors import BadInput


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects (effects,) that the answers tell and their covariance (effects, effects): normal around the mode."""

    mean: np.ndarray
    covariance: np.ndarray


def effective_number(weights: ArrayLike) -> float:
    """Answers of equal weight that would tell as much: (sum w)^2 / sum w^2 (Kish 1965)."""
    w = np.asarray(weights, dtype=float)
    if not len(w) or not (np.isfinite(w) & (w > 0)).all():
        raise BadInput("Weights must be finite and above 0.")
    return float(w.sum() ** 2 / (w**2).sum())


def regress(
    isolated: ArrayLike, weights: ArrayLike, design: ArrayLike, offset: ArrayLike, prior_sd: ArrayLike
) -> Effects:
    """Effects at the mode of the penalised likelihood (Newton), with the covariance of Laplace's approximation.

    `isolated` (answers,) is 0 or 1; `weights` are scaled so that they add up to the effective number of answers;
    `design` (answers, effects) and `offset` (answers,) on the logit scale; `prior_sd` (effects,).
    """
    y, x, start = (np.asarray(v, dtype=float) for v in (isolated, design, offset))
    w = np.asarray(weights, dtype=float) * effective_number(weights) / np.sum(weights)
    precision = np.diag(1 / np.asarray(prior_sd, dtype=float) ** 2)
    beta = np.zeros(x.shape[1])
    for _ in range(100):
        p = expit(start + x @ beta)
        curvature = (x * (w * p * (1 - p))[:, None]).T @ x + precision
        step = np.linalg.solve(curvature, x.T @ (w * (y - p)) - precision @ beta)
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < 1e-10:
            break
    p = expit(start + x @ beta)
    return Effects(beta, np.linalg.inv((x * (w * p * (1 - p))[:, None]).T @ x + precision))


def poststratify(people: ArrayLike, offset: ArrayLike, design: ArrayLike, effects: Effects) -> tuple[float, float]:
    """Share of one area and its SD on the logit scale, from its residents by cell (cells,).

    `offset` (cells,) and `design` (cells, effects) as in `regress`. First order in the effects.
    """
    weight = np.asarray(people, dtype=float) / np.sum(people)
    design = np.asarray(design, dtype=float)
    p = expit(np.asarray(offset, dtype=float) + design @ effects.mean)
    share = float(weight @ p)
    slope = (weight * p * (1 - p)) @ design / (share * (1 - share))
    return share, float(np.sqrt(slope @ effects.covariance @ slope))
