"""Verdicts from probabilities, worked by hand: the classes and their edges."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from geodata.errors import BadInput
from geodata.estimate import (
    MISSES,
    Verdict,
    cut_offs,
    national_verdict,
    one_verdict,
    probability_above,
    probability_counted,
    probability_higher,
    turns_of,
    verdict_of,
)


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


def test_one_verdict_heeds_the_cost_of_a_miss():
    # Where a miss costs three false alarms, 4 / (4 + 3) = 0.571 is likely enough.
    assert one_verdict(0.6) is Verdict.UNDECIDED
    assert one_verdict(0.6, 3.0) is Verdict.LIKELY_ABOVE


def test_the_national_verdict_is_that_of_the_national_comparison_and_of_the_same_cost():
    def against_national(p: float | None, miss: float) -> Verdict:
        return national_verdict(SimpleNamespace(p_above=0.99, p_above_national=p, miss=miss))

    assert against_national(0.6, 1.0) is Verdict.UNDECIDED
    assert against_national(0.6, 3.0) is Verdict.LIKELY_ABOVE
    assert against_national(None, 1.0) is Verdict.NOT_PUBLISHED


@pytest.mark.filterwarnings("error")
def test_a_share_known_without_error_is_on_one_side_or_on_the_line():
    on = logit(0.1)
    assert probability_above([-3.0, on, -1.0], 0.0, 0.1).tolist() == [0.0, 0.5, 1.0]
    assert probability_above(on, 0.2, 0.1) == 0.5
    assert np.isnan(probability_above([None], [0.2], 0.1)).all()
    assert np.isnan(probability_above([-2.0], [None], 0.1)).all()


@pytest.mark.parametrize("threshold", [0, 1, 1.5, -0.1])
def test_a_threshold_is_a_share(threshold):
    with pytest.raises(BadInput, match="between 0 and 1"):
        probability_above(-2.0, 0.2, threshold)


def test_nothing_known_is_not_published():
    assert verdict_of([None, 0.99]).tolist() == [Verdict.NOT_PUBLISHED, Verdict.ABOVE]
    assert turns_of([None, -2.0], [0.2, None], np.array([0.05, 0.1])).tolist() == [[0, 0, 0, 0]] * 2


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


@pytest.mark.parametrize(("miss", "likely", "unlikely"), [(0.5, 8 / 9, 1 / 3), (1.0, 0.8, 0.2), (2.0, 2 / 3, 1 / 9)])
def test_cut_offs_are_those_of_least_expected_loss(miss, likely, unlikely):
    """An undecided answer costs 1 where the truth is below and `miss` where it is above, an error five times that. At
    the cut-off either answer costs the same."""
    assert cut_offs(miss) == pytest.approx((likely, unlikely))
    for p, error in ((likely, (1 - likely) * 5), (unlikely, unlikely * 5 * miss)):
        assert error == pytest.approx((1 - p) * 1 + p * miss)


def test_a_costly_miss_keeps_more_territories_and_lets_fewer_go():
    chances = [0.03, 0.15, 0.5, 0.7, 0.96]
    assert verdict_of(chances, 1.0).tolist() == ["below", "likely_below", "undecided", "undecided", "above"]
    assert verdict_of(chances, 2.0).tolist() == ["below", "undecided", "undecided", "likely_above", "above"]


def test_a_cost_that_is_not_offered_is_refused():
    with pytest.raises(BadInput, match=r"0\.5, 1, 2, 3 false alarms, 7 is not"):
        cut_offs(7)


LINES = np.arange(10, 501) / 1000


def test_a_class_turns_at_the_lines_where_its_chances_pass_the_cut_offs():
    """Logit-normal around 10 % with an SD of 0.2: the share is over 7.4 % in 95 chances in 100 (logit -2.197 -
    1.645 x 0.2 = -2.526), over 8.6 % in 80 (-2.366), over 11.6 % in 20 (-2.029), over 13.4 % in 5 (-1.868)."""
    turns = turns_of([-2.1972246], [0.2], LINES)[0]
    assert [10 * LINES[turn - 1] for turn in turns] == pytest.approx([0.74, 0.85, 1.16, 1.33])


@given(
    mean=st.floats(-6, 2),
    sd=st.sampled_from([0.0, 1e-9, 0.05, 0.2, 1.0, 5.0]),
    miss=st.sampled_from(MISSES),
)
def test_comparing_a_line_with_its_turns_gives_the_verdict(mean, sd, miss):
    turns = turns_of([mean], [sd], LINES, miss)[0]
    compared = [list(Verdict)[int((turns <= i).sum())].value for i in range(len(LINES))]
    assert compared == verdict_of(probability_above(mean, sd, LINES), miss).tolist()


def test_nothing_turns_where_nothing_is_published():
    assert turns_of([np.nan], [np.nan], LINES).tolist() == [[0, 0, 0, 0]]
