"""Isolation and deaths: the attributable fraction is derivable by hand, and always a range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadInput
from geodata.methods.health import (
    ACROSS_STUDIES,
    ALL_CAUSES,
    DEATHS,
    HazardRatio,
    attributable_fraction,
    attributable_range,
)
from geodata.survey import FIVE_NETWORKS, rates_of, scenario_of

EVERYBODY = np.array([1.0])


def test_published_example():
    """At 12 % isolated at every age, 1.32 (1.26-1.39) times the risk of dying: 3.7 % of deaths (3.0-4.5)."""
    found = attributable_range(np.array([[[0.12]]]), EVERYBODY, ALL_CAUSES)
    assert [round(100 * float(v[0]), 1) for v in (found.value, found.low, found.high)] == [3.7, 3.0, 4.5]


def test_by_hand():
    """Half the population at twice the risk: 0.5 x 1 / (1 + 0.5 x 1) = one third of deaths."""
    assert attributable_fraction(0.5, 2.0) == pytest.approx(1 / 3)


def test_nobody_isolated_or_no_effect_gives_nothing():
    assert attributable_fraction(0.0, 1.32) == 0
    assert attributable_fraction(0.12, 1.0) == 0


def test_the_range_spans_both_age_curves():
    """Two curves give 10 % and 14 %: the low end takes 10 % with 1.26, the high end 14 % with 1.39."""
    bounds = attributable_range(np.array([[[0.10]], [[0.14]]]), EVERYBODY, ALL_CAUSES)
    assert bounds.low[0] == pytest.approx(0.026 / 1.026)
    assert bounds.high[0] == pytest.approx(0.14 * 0.39 / (1 + 0.14 * 0.39))
    assert bounds.value[0] == pytest.approx(0.032 / 1.032)


def test_deaths_weigh_the_ages():
    """A quarter of deaths at an age where nobody is isolated, three quarters where half is, at twice the risk: three
    quarters of one third is a quarter of deaths, where a plain mean of the shares (25 %) would give a fifth."""
    risk = HazardRatio("all_causes", 2.0, 2.0, 2.0, "")
    bounds = attributable_range(np.array([[[0.0], [0.5]]]), np.array([0.25, 0.75]), risk)
    assert bounds.value[0] == pytest.approx(0.25)


def test_deaths_by_age_add_up():
    """11 % under 60, 12, 9 and 68 % from 75 on; what does not add up is refused."""
    assert sum(death.share for death in DEATHS) == pytest.approx(1)
    with pytest.raises(BadInput, match=r"^Deaths by age must add up to 1, one share for each age of the curves.$"):
        attributable_range(np.array([[[0.1], [0.1]]]), np.array([0.5, 0.6]), ALL_CAUSES)


def test_both_curves_over_every_study():
    """Isolated 11.3 %: under the online curve those who die are a little less isolated than the country, under the
    telephone curve half as much again. From 2.2 to 6.7 % of deaths."""
    curves = []
    for scenario in ("default", "age_telephone"):
        ratio = {r.category: r.ratio for r in rates_of(scenario_of(scenario)) if r.factor == "age"}
        curves.append([[FIVE_NETWORKS.share * ratio[death.age]] for death in DEATHS])
    bounds = attributable_range(np.array(curves), np.array([death.share for death in DEATHS]), ACROSS_STUDIES)
    assert (bounds.low[0], bounds.high[0]) == (pytest.approx(0.022, abs=1e-3), pytest.approx(0.067, abs=1e-3))
    assert (ACROSS_STUDIES.low, ACROSS_STUDIES.high) == (1.22, 1.41)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 5))
def test_more_isolation_never_means_fewer_deaths(one, other, ratio):
    low, high = sorted((one, other))
    assert attributable_fraction(low, ratio) <= attributable_fraction(high, ratio) <= 1


def test_every_problem_is_named_at_once():
    with pytest.raises(BadInput, match=r"outside 0\.\.1; a hazard ratio is below 1"):
        attributable_fraction([1.2, 0.1], [1.3, 0.8])
