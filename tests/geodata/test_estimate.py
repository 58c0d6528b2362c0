"""Verdicts from probabilities, worked by hand: the classes and their edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.estimate import Verdict, one_verdict, probability_counted, probability_higher, verdict_of


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


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        # exp(0.1) - 1 and exp(0.3) - 1 of 10 %: the ratio is 0.2 from 0, with a reach of 0.1, so 2 x 1.645 SD away.
        (0.1 * np.expm1(0.1), 0.1 * np.expm1(0.3), 0.9995),
        (0.0, 0.1 * np.expm1(0.2), 0.95),
        (0.1 * np.expm1(-0.1), 0.1 * np.expm1(0.3), 0.7946),
        (0.1 * np.expm1(-0.1), 0.1 * np.expm1(0.1), 0.5),
        (0.1 * np.expm1(-0.2), 0.0, 0.05),
        (0.0, 0.0, 0.5),
        (0.01, 0.01, 1.0),
    ],
)
def test_an_interval_of_a_difference_tells_its_probability(low, high, expected):
    # Phi(0.5 x 1.645) = Phi(0.822) = 0.7946
    assert probability_higher(0.1, low, high) == pytest.approx(expected, abs=1e-4)


def test_a_probability_that_was_not_computed_has_no_verdict():
    assert one_verdict(None) is Verdict.NOT_PUBLISHED
    assert one_verdict(0.8) is Verdict.LIKELY_ABOVE


def test_a_count_of_ten_people_exceeds_one_in_ten_when_it_finds_two():
    # 1 - 0.9^10 - 10 x 0.1 x 0.9^9 = 0.2639; exactly one in ten is not more than one in ten.
    assert probability_counted(0.1, 0.1, 10, 0.1) == pytest.approx(0.2639, abs=1e-4)


def test_a_count_of_few_is_less_sure_than_what_is_expected_of_them():
    village, city = (probability_counted(0.105, 0.16, residents, 0.1) for residents in (90, 1_000_000))
    assert city == pytest.approx(0.97, abs=0.02)
    assert 0.5 < village < 0.85


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
