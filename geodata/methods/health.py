"""Isolation and health, at département level and above: what part of deaths would be attributable, as a range.

Levin's formula with an adjusted hazard ratio is an upper-type reading that holds only if the relation is causal
(Ferguson et al. 2024). It is never given as one number, and never below a département. Isolation and loneliness are
never added: their effects overlap. Two deaths in three are of people of 75 and over, whose isolation the two age curves
tell very differently: the fraction is weighted by age at death.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geodata.errors import BadInput


@dataclass(frozen=True)
class HazardRatio:
    """Published effect of isolation on an outcome, with its 95 % interval."""

    outcome: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class DeathsAt:
    """Share of a country's deaths that are of residents of one age band."""

    age: str
    share: float


DEATHS = (DeathsAt("40-59", 0.11), DeathsAt("60-69", 0.12), DeathsAt("70-74", 0.09), DeathsAt("75+", 0.68))
"""Deaths by age, France (judgement, rounded: 15-59 counted at the isolation of 40-59, where most of these deaths are).
To be replaced by the official table."""

_WANG = "Wang et al. 2023, Nature Human Behaviour (90 cohorts)"

ALL_CAUSES = HazardRatio("all_causes", 1.32, 1.26, 1.39, _WANG)
OTHER_META_ANALYSES = (
    HazardRatio("all_causes", 1.33, 1.26, 1.41, "Naito et al. 2023, PLOS ONE (pone.0280308)"),
    HazardRatio(
        "all_causes", 1.22, 1.22, 1.22, "Meta-analysis of 50 cohorts, 2021-2022 (index page; no interval read)"
    ),
)
ACROSS_STUDIES = HazardRatio(
    "all_causes",
    ALL_CAUSES.value,
    min(ratio.low for ratio in (ALL_CAUSES, *OTHER_META_ANALYSES)),
    max(ratio.high for ratio in (ALL_CAUSES, *OTHER_META_ANALYSES)),
    _WANG,
)
"""The reference ratio, with ends that hold every meta-analysis at hand: central values from 1.22 to 1.33."""


@dataclass(frozen=True)
class Range:
    """A central value between two ends; arrays of the same shape."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def attributable_fraction(share: ArrayLike, ratio: ArrayLike) -> np.ndarray:
    """Population attributable fraction, Levin (1953): p (HR - 1) / (1 + p (HR - 1)).

    `share` (0-1) and `ratio` (>= 1) broadcast. Raises `BadInput` outside these ranges.
    """
    p, hazard = np.asarray(share, dtype=float), np.asarray(ratio, dtype=float)
    problems = []
    if ((p < 0) | (p > 1)).any():
        problems.append("a share lies outside 0..1")
    if (hazard < 1).any():
        problems.append("a hazard ratio is below 1: this reading is for a risk, not a protection")
    if problems:
        raise BadInput("; ".join(problems))
    excess = p * (hazard - 1)
    return excess / (1 + excess)


def attributable_range(shares: np.ndarray, deaths: np.ndarray, hazard: HazardRatio) -> Range:
    """Fraction of deaths over several age curves (first axis; the first is the reference) and the ratio's ends.

    `shares` (curves, ages, territories) are the isolated among residents of each age, `deaths` (ages,) the share of
    deaths at each, adding up to 1. The low end is the smallest of the curves with the lowest ratio, the high end the
    largest with the highest.
    """
    table, weights = np.asarray(shares, dtype=float), np.asarray(deaths, dtype=float)
    if table.ndim != 3 or weights.shape != (table.shape[1],) or not np.isclose(weights.sum(), 1):
        raise BadInput("Deaths by age must add up to 1, one share for each age of the curves.")

    def by_curve(ratio: float) -> np.ndarray:
        return np.add.reduce(attributable_fraction(table, ratio) * weights[:, None], axis=1)

    return Range(by_curve(hazard.value)[0], by_curve(hazard.low).min(axis=0), by_curve(hazard.high).max(axis=0))
