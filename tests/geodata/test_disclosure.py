"""Statistical secrecy, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.disclosure import (
    MIN_PEOPLE,
    MIN_RESIDENTS,
    is_disclosable,
    is_publishable,
    round_people,
    round_range,
    three_digits,
)


@pytest.mark.parametrize(
    ("residents", "may"), [(0, False), (49, False), (49.9, False), (50, True), (51, True), (np.nan, False)]
)
def test_nothing_under_fifty_residents_nor_where_they_are_unknown(residents, may):
    assert is_publishable(residents) == may


def test_none_is_unknown():
    assert is_publishable([None, 60]).tolist() == [False, True]


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (0, None),
        (8, None),
        (10.9, None),
        (11, None),
        (14, None),
        (14.9, None),
        (15, 20),
        (16, 20),
        (94, 90),
        (99, 100),
        (124, 120),
        (996, 1000),
        (1_137, 1_100),
        (9_960, 10_000),
        (12_345, 12_000),
        (67_408_104, 67_000_000),
        (np.nan, None),
    ],
)
def test_two_figures_and_never_less_than_eleven(count, printed):
    rounded = round_people(count)
    assert np.isnan(rounded) if printed is None else rounded == printed


@pytest.mark.filterwarnings("error")
def test_none_and_nobody_are_not_printed():
    assert np.isnan(round_people([None, 0.0, -1.0])).all()


@pytest.mark.parametrize(
    ("count", "printed"),
    [(1_234_567, 1_230_000), (1_235.6, 1_240), (999.6, 1_000), (99.6, 100), (987.4, 987), (12.4, 12), (0, 0)],
)
def test_the_last_digits_of_a_count_made_of_weights_are_left_out(count, printed):
    kept = three_digits(count)
    assert kept == printed and isinstance(kept, int)


def test_the_thresholds_are_those_of_the_rules():
    assert (MIN_RESIDENTS, MIN_PEOPLE) == (50, 15)


@given(st.floats(15, 1e8))
def test_rounding_is_within_five_per_cent_or_five_people(count):
    assert abs(round_people(count) - count) <= max(5, count * 0.05) + 1e-6


@pytest.mark.parametrize(
    ("ends", "printed"),
    [
        ((12.5, 24.7), (None, 30)),
        ((16, 20), (None, 20)),
        ((20, 31), (20, 40)),
        ((145_766, 190_100), (140_000, 200_000)),
        ((5_550_000.0, 7_049_999.0), (5_500_000, 7_100_000)),
        ((1_100.0000000002, 1_199.9999999998), (1_100, 1_200)),
        ((np.nan, np.nan), (None, None)),
    ],
)
def test_the_ends_of_a_range_go_outward(ends, printed):
    assert tuple(None if np.isnan(end) else end for end in round_range(*ends)) == printed


@given(st.floats(15, 1e8), st.floats(0.5, 1), st.floats(1, 2))
def test_a_printed_range_holds_the_range_and_the_printed_count(count, down, up):
    low, high = round_range(count * down, count * up)
    assert high >= count * up * (1 - 1e-6) and high >= round_people(count)
    assert np.isnan(low) or low <= min(count * down * (1 + 1e-6), round_people(count))


@pytest.mark.parametrize(
    ("count", "total", "may_be_told"),
    [(16, 22, False), (16, 30, False), (15, 30, True), (14, 500, False), (22, 22, True), (16, np.nan, True),
     (np.nan, 500, False), (485, 500, True), (486, 500, False)],
)  # fmt: skip
def test_a_count_is_told_only_where_those_who_are_left_are_no_handful(count, total, may_be_told):
    assert bool(is_disclosable(count, total)) is may_be_told


@given(st.lists(st.floats(0, 1e7), min_size=2, max_size=20))
def test_rounding_keeps_the_order(counts):
    rounded = round_people(np.sort(counts))
    known = rounded[~np.isnan(rounded)]
    assert (np.diff(known) >= 0).all()
    assert np.isnan(rounded[: len(rounded) - len(known)]).all()


def test_shape_is_kept_and_the_input_is_not_changed():
    counts = np.array([[5.0, 124.0], [np.nan, 1137.0]])
    before = counts.copy()
    assert round_people(counts).shape == (2, 2)
    np.testing.assert_array_equal(counts, before)
