"""Classes of an observed figure: fifths of the territories shown, and a class of its own for what is not known."""

import numpy as np

BANDS = 5


def fifths(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The limits of the classes, ascending, and the class of each value: 1 (lowest) to 5, 0 where it is not known.

    Limits are the least, the quintiles and the greatest of the values known; a value on a limit is in the class above
    it. Where values repeat so much that quintiles meet there are fewer classes, none of them empty.
    """
    values = np.asarray(values, dtype=float)
    known = values[~np.isnan(values)]
    if not len(known):
        return np.array([]), np.zeros(len(values), dtype=int)
    limits = np.unique(np.quantile(known, np.linspace(0, 1, BANDS + 1), method="lower"))
    band = np.searchsorted(limits[1:-1], values, side="right") + 1
    return limits, np.where(np.isnan(values), 0, band)
