"""Fifths by hand."""

import numpy as np
import pytest

from geodata.bands import BANDS, Cut, cut, fifths, natural

NAN = np.nan


@pytest.mark.parametrize(
    ("values", "limits", "bands"),
    [
        # Ten values, two a class: the quintiles are the lower of the two at each fifth (0, 1, 3, 5, 7, 9).
        (range(10), (0, 1, 3, 5, 7, 9), (1, 2, 2, 3, 3, 4, 4, 5, 5, 5)),
        ((5.0, NAN, 5.0), (5,), (1, 0, 1)),
        ((NAN, NAN), (), (0, 0)),
        ((), (), ()),
        ((2.0, 1.0), (1, 2), (1, 1)),
    ],
)
def test_fifths_by_hand(values, limits, bands):
    found, band = fifths(np.array(list(values), dtype=float))
    assert tuple(found) == limits
    assert tuple(band) == bands


def test_no_class_is_empty_and_a_higher_value_is_never_in_a_lower_class():
    rng = np.random.default_rng(1)
    for _ in range(200):
        values = rng.integers(0, rng.integers(1, 30), rng.integers(1, 60)).astype(float)
        limits, band = fifths(values)
        assert set(band) == set(range(1, max(len(limits) - 1, 1) + 1))
        assert len(limits) - 1 <= BANDS
        assert (np.diff(band[np.argsort(values)]) >= 0).all()


def test_natural_limits_stand_in_the_gaps():
    values = np.array([1.0, 1.1, 5.0, 5.2, 9.0, 9.1, 20.0, 20.5, 40.0, 41.0, np.nan])
    limits, band = natural(values)
    assert list(band) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0]
    assert list(limits) == [1.0, 5.0, 9.0, 20.0, 40.0, 41.0]


def test_a_line_makes_two_sides_and_its_own_value_is_not_above():
    limits, band = cut(np.array([0.1, 0.2, 0.3, np.nan]), Cut.LINE, 0.2)
    assert list(band) == [1, 1, BANDS, 0] and list(limits) == [0.1, 0.2, 0.3]
    # Without a line there are the usual classes.
    assert list(cut(np.array([0.1, 0.2]), Cut.LINE, None)[1]) == list(fifths(np.array([0.1, 0.2]))[1])
