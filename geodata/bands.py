"""Classes of an observed figure: fifths of the territories shown, natural ones, or the two sides of a line; and a class
of its own for what is not known."""

from enum import StrEnum

import jenkspy
import numpy as np

BANDS = 5


class Cut(StrEnum):
    """How the values of a map are cut into classes."""

    FIFTHS = "fifths"
    NATURAL = "natural"
    LINE = "line"


def cut(values: np.ndarray, how: Cut, line: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The limits of the classes, ascending, and the class of each value: 1 (lowest) to 5, 0 where it is not known. Of a
    line: 1 up to it, 5 above it."""
    values = np.asarray(values, dtype=float)
    present = values[~np.isnan(values)]
    if not len(present):
        return np.array([]), np.zeros(len(values), dtype=int)
    if how is Cut.LINE and line is not None:
        band = np.where(values > line, BANDS, 1)
        return np.array([present.min(), line, present.max()]), np.where(np.isnan(values), 0, band)
    return natural(values) if how is Cut.NATURAL else fifths(values)


def fifths(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The limits of the classes, ascending, and the class of each value: 1 (lowest) to 5, 0 where it is not known.

    Limits are the least, the quintiles and the greatest of the values known; a value on a limit is in the class above
    it. Where values repeat so much that quintiles meet there are fewer classes, none of them empty.
    """
    values = np.asarray(values, dtype=float)
    present = values[~np.isnan(values)]
    if not len(present):
        return np.array([]), np.zeros(len(values), dtype=int)
    return _classed(values, np.unique(np.quantile(present, np.linspace(0, 1, BANDS + 1), method="lower")))


def natural(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same with limits where values are far from one another: Fisher and Jenks."""
    values = np.asarray(values, dtype=float)
    present = np.sort(values[~np.isnan(values)])
    if len(np.unique(present)) <= BANDS:
        return fifths(values)
    # A class of `jenkspy` ends with its highest value; here it begins with its lowest.
    first, *highest, last = jenkspy.jenks_breaks(present, BANDS)
    lowest = [present[np.searchsorted(present, end, side="right")] for end in highest]
    return _classed(values, np.unique([first, *lowest, last]))


def banded(values: np.ndarray, limits: np.ndarray, how: Cut) -> np.ndarray:
    """The class of other values under the `limits` that `cut` gave: 0 where one is not known, or no limit is."""
    if not len(limits):
        return np.zeros(len(values), dtype=int)
    if how is Cut.LINE:
        return np.where(np.isnan(values), 0, np.where(values > limits[1], BANDS, 1))
    return _classed(values, limits)[1]


def _classed(values: np.ndarray, limits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    band = np.searchsorted(limits[1:-1], values, side="right") + 1
    return limits, np.where(np.isnan(values), 0, band)
