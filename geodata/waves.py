"""The joint law of the national rate and of every ratio to it, from all waves of the survey: `wave_model.csv` beside.

The table is fitted once (`benchmarks/waves.py`); nothing is fitted here. Its names are `national`, `national july`,
`national telephone`, then `factor category` and `factor category telephone`.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from geodata.methods import waves

TABLE = Path(__file__).with_name("wave_model.csv")


@dataclass(frozen=True, eq=False)
class JointLaw:
    """Normal law of several quantities: the logit of the national rate, the logarithms of ratios to it.

    `prior_sd` (quantities,) is what was thought of each before any figure.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    prior_sd: np.ndarray

    def of(self, names: Sequence[str]) -> "JointLaw":
        """The law of some of the quantities, in this order. `ValueError` for a name that is not there."""
        at = [self.names.index(name) for name in names]
        return JointLaw(tuple(names), self.mean[at], self.covariance[np.ix_(at, at)], self.prior_sd[at])

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each quantity."""
        # What is exactly known may keep a variance of a rounding below zero.
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))

    def given(self, names: Sequence[str], values: ArrayLike) -> "JointLaw":
        """The law once these quantities are taken as exactly known."""
        operator = np.array([[float(own == name) for own in self.names] for name in names])
        return self.measured(operator, values, 0.0)

    def measured(self, operator: np.ndarray, values: ArrayLike, variances: ArrayLike) -> "JointLaw":
        """The law once `values` = `operator` @ quantities, with errors of these variances, are measured."""
        mean, covariance = waves.conditional_law(self.mean, self.covariance, operator, values, variances)
        return JointLaw(self.names, mean, covariance, self.prior_sd)


@cache
def posterior() -> JointLaw:
    """The law given every published figure of the five-network survey."""
    with open(TABLE, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))[1:]
    numbers = np.array([row[1:] for row in rows], dtype=float)
    return JointLaw(tuple(row[0] for row in rows), numbers[:, 0], numbers[:, 2:], numbers[:, 1])
