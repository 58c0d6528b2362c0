"""What is too small to be printed, in one place, and how counts of people are rounded.

Nothing here is secret: shares are modelled from published figures and say nothing of any person, so a count that is not
printed may be worked out from a share and residents. The rules are there because such a number would be read as people
counted: nothing for fewer than 50 residents aged 15 and over, no count under 15, none that leaves a rest under 15 in a
printed total, counts rounded so that they do not promise a precision they have not. A territory left out still counts
in every territory above it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

MIN_RESIDENTS = 50

MIN_PEOPLE = 15
"""Smallest count that is printed: rounded to 10, one of 11 to 14 would be off by a third."""


def is_publishable(residents: ArrayLike) -> np.ndarray:
    """Whether a territory with this many residents aged 15 and over may have a share printed (unknown: no)."""
    return np.asarray(residents, dtype=float) >= MIN_RESIDENTS


def round_people(count: ArrayLike) -> np.ndarray:
    """Counts rounded to two significant figures (to 10 under 1,000, at least); NaN under 15 or when unknown.

    1,137 -> 1,100; 124 -> 120; 12,345 -> 12,000; 16 -> 20; 14 -> NaN.
    """
    return _rounded(count, np.round)


def round_range(low: ArrayLike, high: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Ends of a range of people, each rounded as `round_people` rounds but outward: a printed range holds the true one.

    12.5 and 24.7 -> none and 30; 145,766 and 190,100 -> 140,000 and 200,000. No low end is printed under 15.
    """
    lowest = _rounded(low, np.floor)
    return np.where(lowest >= MIN_PEOPLE, lowest, np.nan), _rounded(high, np.ceil)


def is_disclosable(count: ArrayLike, total: ArrayLike) -> np.ndarray:
    """Whether so many of a total that is told too may be told: neither they nor those left are under `MIN_PEOPLE`.

    Whoever subtracts has the rest: 16 of 22 residents aged 65 and over leave 6. Nobody left gives no handful away; a
    total that is not known gives no rest. It is the rule of secondary suppression (Hundepool et al., Statistical
    Disclosure Control, Wiley, 2012); Insee publishes these counts itself.
    """
    x, rest = np.asarray(count, dtype=float), np.subtract(total, count, dtype=float)
    return (x >= MIN_PEOPLE) & ~((rest > 0) & (rest < MIN_PEOPLE))


def _rounded(count: ArrayLike, to_whole: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    x = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = 10 ** np.maximum(np.floor(np.log10(x)) - 1, 1)
        # Sums of fractions miss a round number by a hair: 1,100.0000000002 people are 1,100, not 1,200.
        return np.where(x >= MIN_PEOPLE, to_whole(np.round(x / step, 6)) * step, np.nan)


def three_digits(count: float) -> int:
    """A count of a census, or of another file made of weights: its last digits mean nothing. 1,234,567 -> 1,230,000."""
    return int(round(count, -max(len(str(round(count))) - 3, 0)))
