"""Isolation and deaths: the attributable fraction is derivable by hand, and always a range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadInput
from geodata.methods.health import ALL_CAUSES, attributable_fraction, attributable_range


def test_published_example():
    """At 12 % isolated, 1.32 (1.26-1.39) times the risk of dying: 3.7 % of deaths (3.0-4.5)."""
    found = attributable_range(np.array([[0.12]]), ALL_CAUSES)
    assert [round(100 * float(v[0]), 1) for v in (found.value, found.low, found.high)] == [3.7, 3.0, 4.5]


def test_by_hand():
    """Half the population at twice the risk: 0.5 x 1 / (1 + 0.5 x 1) = one third of deaths."""
    assert attributable_fraction(0.5, 2.0) == pytest.approx(1 / 3)


def test_nobody_isolated_or_no_effect_gives_nothing():
    assert attributable_fraction(0.0, 1.32) == 0
    assert attributable_fraction(0.12, 1.0) == 0


def test_the_range_spans_both_age_curves():
    """Two curves give 10 % and 14 %: the low end takes 10 % with 1.26, the high end 14 % with 1.39."""
    found = attributable_range(np.array([[0.10], [0.14]]), ALL_CAUSES)
    assert found.low[0] == pytest.approx(0.026 / 1.026)
    assert found.high[0] == pytest.approx(0.14 * 0.39 / (1 + 0.14 * 0.39))
    assert found.value[0] == pytest.approx(0.032 / 1.032)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 5))
def test_more_isolation_never_means_fewer_deaths(one, other, ratio):
    low, high = sorted((one, other))
    assert attributable_fraction(low, ratio) <= attributable_fraction(high, ratio) <= 1


def test_every_problem_is_named_at_once():
    with pytest.raises(BadInput, match=r"outside 0\.\.1; a hazard ratio is below 1"):
        attributable_fraction([1.2, 0.1], [1.3, 0.8])
