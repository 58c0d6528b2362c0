"""Isolation and health, at département level and above: what part of deaths would be attributable, as a range.

Levin's formula with an adjusted hazard ratio is an upper-type reading that holds only if the relation is causal
(Ferguson et al. 2024). It is never given as one number, and never below a département. Isolation and loneliness are
never added: their effects overlap.
"""

from dataclasses import dataclass

import numpy as np

from geodata.errors import BadInput


@dataclass(frozen=True)
class HazardRatio:
    """Published effect of isolation on an outcome, with its 95 % interval."""

    outcome: str
    value: float
    low: float
    high: float
    source: str


_WANG = "Wang et al. 2023, Nature Human Behaviour (90 cohorts)"
_VALTORTA = "Valtorta et al. 2016, Heart 102:13"

ALL_CAUSES = HazardRatio("all_causes", 1.32, 1.26, 1.39, _WANG)
HAZARD_RATIOS = (
    ALL_CAUSES,
    HazardRatio("cardiovascular_death", 1.34, 1.25, 1.44, _WANG),
    HazardRatio("cancer_death", 1.24, 1.19, 1.28, _WANG),
    HazardRatio("breast_cancer_death_in_patients", 1.51, 1.34, 1.70, _WANG),
    HazardRatio("coronary_disease", 1.29, 1.04, 1.59, _VALTORTA),
    HazardRatio("stroke", 1.32, 1.04, 1.68, _VALTORTA),
)


@dataclass(frozen=True)
class Range:
    """A central value between two ends; arrays of the same shape."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def attributable_fraction(share, ratio) -> np.ndarray:
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


def attributable_range(shares: np.ndarray, hazard: HazardRatio) -> Range:
    """Fraction over the shares of several age curves (first axis; the first is the reference) and the ratio's interval.

    `shares` (curves, territories). The ends are the smallest share with the lowest ratio and the largest with the
    highest.
    """
    table = np.atleast_2d(np.asarray(shares, dtype=float))
    return Range(
        attributable_fraction(table[0], hazard.value),
        attributable_fraction(table.min(axis=0), hazard.low),
        attributable_fraction(table.max(axis=0), hazard.high),
    )
