"""Verdicts from probabilities, worked by hand: the classes and their edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.estimate import Verdict, verdict_of


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (1.0, Verdict.ABOVE),
        (0.95, Verdict.ABOVE),
        (np.nextafter(0.95, 0), Verdict.LIKELY_ABOVE),
        (0.80, Verdict.LIKELY_ABOVE),
        (np.nextafter(0.80, 0), Verdict.UNDECIDED),
        (0.50, Verdict.UNDECIDED),
        (np.nextafter(0.20, 1), Verdict.UNDECIDED),
        (0.20, Verdict.LIKELY_BELOW),
        (np.nextafter(0.05, 1), Verdict.LIKELY_BELOW),
        (0.05, Verdict.BELOW),
        (0.0, Verdict.BELOW),
        (np.nan, Verdict.NOT_PUBLISHED),
    ],
)
def test_each_class_and_its_edges(probability, verdict):
    assert verdict_of(probability) == verdict


def test_shape_is_kept():
    assert verdict_of([[0.99, 0.5], [np.nan, 0.01]]).tolist() == [["above", "undecided"], ["not_published", "below"]]


MIRROR = {
    "above": "below", "likely_above": "likely_below", "undecided": "undecided",
    "likely_below": "likely_above", "below": "above",
}  # fmt: skip


@given(st.integers(0, 1000))
def test_above_and_below_are_mirror_images(thousandths):
    """P(above) = p and P(below) = 1 - p are the same knowledge."""
    up, down = verdict_of([thousandths / 1000, (1000 - thousandths) / 1000])
    assert MIRROR[up] == down
