"""What several waves of a survey say together: errors of published rates, and a joint law brought up to date.

Arrays in, arrays out. The model of all waves is fitted once, outside the product (`benchmarks/waves.py`); what is here
is exact and small.
"""

import numpy as np
from numpy.typing import ArrayLike

from geodata.errors import BadInput

DESIGN_EFFECT = 1.5
"""Judgement: quota samples weighted on age, sex, region and occupation. Nobody publishes a design effect."""


def sampling_covariance(
    rates: ArrayLike, weights: ArrayLike, overlaps: ArrayLike, respondents: float, design_effect: float = DESIGN_EFFECT
) -> np.ndarray:
    """Covariance of the rates of several categories measured on one sample, (rates, rates).

    `rates` and `weights` (rates,) are the rate of each category and its share of the population (1 for everybody);
    `overlaps` (rates, rates) is the share of the population in both. Two rates share the respondents that are in both:
    `deff s_a s_b o_ab / (n w_a w_b)` with `s^2 = p (1 - p)`. On the diagonal that is `deff p (1 - p) / (n w)`.
    """
    p, w = np.asarray(rates), np.asarray(weights)
    if respondents <= 0 or design_effect <= 0 or not ((p > 0) & (p < 1) & (w > 0) & (w <= 1)).all():
        raise BadInput("Rates lie between 0 and 1, weights too; respondents and design effect are above 0.")
    sd = np.sqrt(p * (1 - p))
    return design_effect / respondents * np.outer(sd / w, sd / w) * np.asarray(overlaps)


def rounding_variance(width: ArrayLike) -> np.ndarray:
    """Variance of what a printed figure hides: uniform over an interval of this width."""
    return np.asarray(width) ** 2 / 12


def conditional_law(
    mean: ArrayLike, covariance: ArrayLike, operator: ArrayLike, values: ArrayLike, variances: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """A normal law (unknowns,) given `values` = `operator` @ unknowns + error of these `variances` (0: exactly known).

    `operator` is (values, unknowns). Returns mean and covariance; the gain of Kalman (1960).
    """
    mean, covariance, h = np.asarray(mean), np.asarray(covariance), np.atleast_2d(operator)
    across = covariance @ h.T
    gain = np.linalg.solve(h @ across + np.diag(np.broadcast_to(variances, len(h))), across.T).T
    after = covariance - gain @ across.T
    return mean + gain @ (np.asarray(values) - h @ mean), (after + after.T) / 2
