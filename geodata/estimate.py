"""A share never travels without its uncertainty: the estimate, its verdict and its kind."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

THRESHOLD = 0.10
"""The line of the Mutualité group's declaration on the CESE's opinion (2017): more than 10 % isolated."""

THRESHOLDS = (0.05, 0.08, 0.10, 0.12, 0.15)
"""Thresholds precomputed in exports; any other is answered from `logit_mean` and `logit_sd`."""

INTERVAL = 0.90
"""Level of every interval shown."""


class Kind(StrEnum):
    """How a figure came to be."""

    OBSERVED = "observed"
    DERIVED = "derived"
    MODELLED = "modelled"


class Verdict(StrEnum):
    """Decision class of a territory against a threshold, from the probability that its share exceeds it."""

    ABOVE = "above"
    LIKELY_ABOVE = "likely_above"
    UNDECIDED = "undecided"
    LIKELY_BELOW = "likely_below"
    BELOW = "below"
    NOT_PUBLISHED = "not_published"


class Reason(StrEnum):
    """Why nothing is published for a territory."""

    FEW_RESIDENTS = "few_residents"
    NO_RESIDENTS = "no_residents"
    NO_POPULATION_BY_AGE = "no_population_by_age"
    NO_DENSITY = "no_density"
    NO_ESTIMATED_COMMUNE = "no_estimated_commune"


LIKELY, SURE = 0.80, 0.95
"""Cut-offs on P(share > threshold) (Richardson et al. 2004 for why the undecided class is wide)."""


@dataclass(frozen=True)
class Estimate:
    """Expected share of isolated residents of one territory.

    Shares are fractions; `low`/`high` bound the 90 % interval; `p_above` is P(share > threshold) and
    `p_above_national` P(share > national share), the common part of the error cancelling. `people*` are rounded
    counts or None when they may not be printed. `share` is None when `verdict` is NOT_PUBLISHED and `reason` says why.
    """

    level: str
    code: str
    name: str
    definition: str
    scenario: str
    threshold: float
    verdict: Verdict
    kind: Kind
    residents: int | None
    share: float | None
    low: float | None
    high: float | None
    p_above: float | None
    p_above_national: float | None
    people: int | None
    people_low: int | None
    people_high: int | None
    is_extrapolated: bool
    reason: str | None


def verdict_of(probability) -> np.ndarray:
    """Verdict codes of an array of P(share > threshold); NaN gives NOT_PUBLISHED. Shape is kept."""
    p = np.asarray(probability, dtype=float)
    # 1 - 0.95 is not 0.05 in binary: the lower cut-offs are written out.
    conditions = [np.isnan(p), p >= SURE, p >= LIKELY, p <= 0.05, p <= 0.20]
    verdicts = [Verdict.NOT_PUBLISHED, Verdict.ABOVE, Verdict.LIKELY_ABOVE, Verdict.BELOW, Verdict.LIKELY_BELOW]
    return np.select(conditions, [v.value for v in verdicts], default=Verdict.UNDECIDED.value)


def national_verdict(estimate: Estimate) -> Verdict:
    """The verdict against the national share; NOT_PUBLISHED where that comparison was not computed."""
    p = estimate.p_above_national
    return Verdict(str(verdict_of(np.nan if p is None else p)))
