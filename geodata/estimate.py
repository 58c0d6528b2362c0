"""A share never travels without its uncertainty: the estimate, its verdict and its kind."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, expit, logit, ndtr, ndtri

from geodata.errors import BadInput

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
    NO_SURVEY = "no_survey"


LIKELY, SURE = 0.80, 0.95
"""Cut-offs on P(share > threshold) (Richardson et al. 2004 for why the undecided class is wide)."""

UNLIKELY, SURELY_NOT = 0.20, 0.05
"""The lower cut-offs, written out: 1 - 0.95 is not 0.05 in binary."""

MISSES = (0.5, 1.0, 2.0, 3.0)
"""Costs of a miss that may be asked, in false alarms: further, what is called likely would not be."""


def cut_offs(miss: float = 1.0) -> tuple[float, float]:
    """Cut-offs of "likely above" and "likely below" where a territory missed costs `miss` false alarms.

    The classes of least expected loss: an error costs five times an answer left undecided, and each costs `miss` times
    more where the truth is above. So "likely above" needs odds x miss of 4 or more, "likely below" of 1/4 or less; 1
    gives `LIKELY` and `UNLIKELY`. "Above" and "below" speak of the probability alone and do not move. Raises `BadInput`
    for a cost that is not among `MISSES`.
    """
    if miss not in MISSES:
        raise BadInput(f"a miss costs {', '.join(f'{m:g}' for m in MISSES)} false alarms, {miss!r} is not among them.")
    ratio = LIKELY / UNLIKELY
    return ratio / (ratio + miss), 1 / (1 + ratio * miss)


@dataclass(frozen=True)
class Estimate:
    """Expected share of isolated residents of one territory.

    Shares are fractions; `low`/`high` bound the 90 % interval; `p_above` is P(share > threshold) and
    `p_above_national` P(share > national share), the common part of the error cancelling; `verdict` is the class where
    a miss costs `miss` false alarms. `people*` are rounded
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
    miss: float = 1.0


@dataclass(frozen=True)
class Total:
    """Expected people of `territories` together, and the ends between which they are 9 times in 10, rounded as every
    count; None where it may not be printed or the build does not tell the parts of the error."""

    territories: int
    people: int | None
    low: int | None
    high: int | None


def probability_above(logit_mean: ArrayLike, logit_sd: ArrayLike, threshold: ArrayLike) -> np.ndarray:
    """P(expected share > threshold) of logit-normal shares; arrays broadcast, NaN stays NaN.

    `logit_mean` and `logit_sd` are on the logit scale. An SD of zero gives 0 or 1, and 1/2 on the line itself. The
    expected share, not the share that would be counted: in a village the latter is mostly chance. Raises `BadInput`
    when a threshold is not between 0 and 1.
    """
    if not np.all((np.asarray(threshold) > 0) & (np.asarray(threshold) < 1)):
        raise BadInput(f"a threshold is a share between 0 and 1, {threshold!r} is not: write 0.10 for 10 %.")
    distance, sd = np.asarray(logit_mean, dtype=float) - logit(threshold), np.asarray(logit_sd, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ndtr(np.where((sd == 0) & (distance == 0), 0.0, distance / sd))


COUNTED_APART = 1_000
"""Under this many residents a full count may well fall on another side than the expected share, by chance alone."""


def probability_counted(low: float, high: float, residents: int, threshold: float) -> float:
    """P(share that a full count would find > threshold), each of `residents` isolated or not independently.

    `low, high` bound the 90 % interval of the expected share, logit-normal (21 Gauss-Hermite nodes).
    """
    ends, (nodes, weights) = logit([low, high]), np.polynomial.hermite_e.hermegauss(21)
    shares = expit(ends.mean() + nodes * (ends[1] - ends[0]) / 2 / ndtri(0.5 + INTERVAL / 2))
    # Just as many as the line is not more.
    more = bdtrc(np.floor(threshold * residents + 1e-9), residents, shares)
    return float(weights @ more / weights.sum())


_CODES = np.array([verdict.value for verdict in Verdict])
_NOT_PUBLISHED = len(Verdict) - 1


def verdict_of(probability: ArrayLike, miss: float = 1.0) -> np.ndarray:
    """Verdict codes of an array of P(share > threshold); NaN gives NOT_PUBLISHED. Shape is kept. `miss`: `cut_offs`."""
    return _CODES[_rank_of(probability, miss)]


def _rank_of(probability: ArrayLike, miss: float) -> np.ndarray:
    """The place of a verdict among those of `Verdict`: 0 above, 4 below, 5 not published."""
    p, (likely, unlikely) = np.asarray(probability, dtype=float), cut_offs(miss)
    conditions = [np.isnan(p), p >= SURE, p >= likely, p <= SURELY_NOT, p <= unlikely]
    return np.select(conditions, [_NOT_PUBLISHED, 0, 1, 4, 3], default=2)


def turns_of(logit_mean: ArrayLike, logit_sd: ArrayLike, lines: np.ndarray, miss: float = 1.0) -> np.ndarray:
    """Where the class of a territory turns as the line rises: shape (n, 4), counts of `lines`.

    `lines` are thresholds, ascending. Column k counts those under which the class is the k-th of `Verdict` or one
    before it, so that under `lines[i]` a territory is of the class number `(turns <= i).sum()`: comparing gives the
    verdict of `verdict_of(probability_above(...))`, which is what is asked here, by halves. 0 where nothing is
    published: nothing can be compared there.
    """
    mean, sd = np.asarray(logit_mean, dtype=float)[:, None], np.asarray(logit_sd, dtype=float)[:, None]
    classes = np.arange(_NOT_PUBLISHED - 1)
    low, high = np.zeros((len(mean), len(classes)), dtype=int), np.full((len(mean), len(classes)), len(lines))
    while (low < high).any():
        middle = np.minimum((low + high) // 2, len(lines) - 1)
        is_kept = _rank_of(probability_above(mean, sd, lines[middle]), miss) <= classes
        is_open = low < high
        low, high = np.where(is_open & is_kept, middle + 1, low), np.where(is_open & ~is_kept, middle, high)
    return low


def probability_higher(base: float, low: float, high: float) -> float:
    """P(share > `base`) from the 90 % interval `low, high` of share - base, a difference of fractions.

    The ratio of the two shares is log-normal, as where the interval was made. A difference known to be 0 gives 1/2.
    """
    ends = np.log1p(np.array([low, high]) / base)
    middle, reach = ends.mean(), (ends[1] - ends[0]) / 2
    if reach == 0:
        return float((np.sign(middle) + 1) / 2)
    return float(ndtr(ndtri(0.5 + INTERVAL / 2) * middle / reach))


def one_verdict(probability: float | None, miss: float = 1.0) -> Verdict:
    """The verdict of one probability; NOT_PUBLISHED where it was not computed."""
    return Verdict(str(verdict_of(np.nan if probability is None else probability, miss)))


def national_verdict(estimate: Estimate) -> Verdict:
    """The verdict against the national share; NOT_PUBLISHED where that comparison was not computed."""
    return one_verdict(estimate.p_above_national, estimate.miss)
