"""Statistical secrecy, in one place: what may not be printed, and how counts of people are rounded.

Rules: nothing for fewer than 50 residents aged 15 and over; a count of isolated people under 11 is never printed
(the threshold of French tax data); counts are rounded so that they do not promise a precision they have not.
A suppressed territory still counts in every territory above it.
"""

import numpy as np

MIN_RESIDENTS = 50

MIN_PEOPLE = 15
"""Smallest count that is printed: 11 to 14 would be rounded to 10, which secrecy forbids."""


def is_publishable(residents) -> np.ndarray:
    """Whether a territory with this many residents aged 15 and over may have a share printed (unknown: no)."""
    return np.asarray(residents, dtype=float) >= MIN_RESIDENTS


def round_people(count) -> np.ndarray:
    """Counts rounded to two significant figures (to 10 under 1,000, at least); NaN under 15 or when unknown.

    1,137 -> 1,100; 124 -> 120; 12,345 -> 12,000; 16 -> 20; 14 -> NaN.
    """
    x = np.asarray(count, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = 10 ** np.maximum(np.floor(np.log10(x)) - 1, 1)
    return np.where(x >= MIN_PEOPLE, np.round(x / step) * step, np.nan)
