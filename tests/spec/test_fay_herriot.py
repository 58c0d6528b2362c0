"""Direct estimates of surveys beside the model's: weights, distances and what both say, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadInput
from geodata.methods.fay_herriot import combine, design_variance, model_variance
from geodata.survey import MORT_SOCIALE
from geodata.survey_rates import rates


def test_equal_precisions_meet_halfway():
    """10 % expected with an SD of 2 points, 14 % measured with 2 points: 12 %, SD 1.41, 4 / 2.83 = 1.41 SDs apart."""
    combined = combine([0.14], [0.0004], [0.10], [[0.0004]])
    assert (combined.share[0], combined.weight[0]) == (pytest.approx(0.12), pytest.approx(0.5))
    assert combined.sd[0] == pytest.approx(0.02 / np.sqrt(2))
    assert combined.z[0] == pytest.approx(np.sqrt(2))


def test_a_small_survey_weighs_little():
    """Three times the model's variance: a quarter of the way."""
    found = combine([0.14], [0.0012], [0.10], [[0.0004]])
    assert (found.weight[0], found.share[0]) == (pytest.approx(0.25), pytest.approx(0.11))


def test_an_area_without_a_survey_learns_from_a_neighbour():
    """Errors that go together by half: the first rises by 2 points, the second by 1."""
    combined = combine([0.14, np.nan], [0.0004, np.nan], [0.10, 0.10], [[0.0004, 0.0002], [0.0002, 0.0004]])
    assert combined.share == pytest.approx([0.12, 0.11])
    assert combined.weight[1] == 0 and np.isnan(combined.z[1])


def test_nothing_measured_changes_nothing():
    found = combine([np.nan], [np.nan], [0.10], [[0.0004]])
    assert (found.share[0], found.sd[0]) == (0.10, pytest.approx(0.02))


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(1e-5, 1e-2), st.floats(1e-5, 1e-2))
def test_both_lies_between_and_is_more_certain_than_each(direct, synthetic, sampling, variance):
    found = combine([direct], [sampling], [synthetic], [[variance]])
    assert min(direct, synthetic) - 1e-12 <= found.share[0] <= max(direct, synthetic) + 1e-12
    assert found.sd[0] ** 2 <= min(sampling, variance) + 1e-12


def test_sampling_is_taken_at_the_expected_share():
    """4 % expected among 158 people, design effect 1.5: 1.9 points, though 1 % was measured."""
    assert np.sqrt(design_variance(0.04, 158, 1.5)) == pytest.approx(0.0191, abs=1e-4)


@pytest.mark.parametrize(
    ("share", "respondents", "design_effect"),
    [(0.0, 100, 1.5), (1.0, 100, 1.5), (1.2, 100, 1.5), (-0.1, 100, 1.5), (0.04, 0, 1.5), (0.04, 100, 0.9)],
)
def test_a_certain_share_nobody_asked_and_a_design_better_than_chance_are_refused(share, respondents, design_effect):
    with pytest.raises(BadInput, match="Shares lie between 0 and 1"):
        design_variance(share, respondents, design_effect)


def test_one_respondent_drawn_by_chance_has_the_variance_of_one_answer():
    assert design_variance([0.2], [1], 1.0) == pytest.approx([0.16])


def test_the_variance_that_the_rates_tell():
    """Three rates 3 points off with a sampling SD of 1: 9 = A + 1, so A is 8 square points. Within a point: nothing."""
    off = np.array([0.13, 0.07, 0.13])
    assert model_variance(off, np.full(3, 1e-4), np.full(3, 0.10)) == pytest.approx(8e-4)
    assert model_variance(off, np.full(3, 1e-3), np.full(3, 0.10)) == 0
    # Barely further than sampling explains: a variance, small as it is (9 = A + 8).
    assert model_variance(off, np.full(3, 8e-4), np.full(3, 0.10)) == pytest.approx(1e-4)
    with pytest.raises(BadInput, match="three at least"):
        model_variance([0.1], [0.1], [0.1])


def test_the_three_regions_of_the_survey_of_older_people():
    """Mort sociale, 60 and over, April 2025: Grand Est 1 % (158 people), Normandie 8 % (102), PACA 2 % (168), for 4 %
    in the country. Were the model sure of 4 %, they would lie 1.6 SDs under, 1.7 over and 1.1 under. With a model error
    of 30 % of the share (SD 1.2 points) they weigh a fifth to three tenths, and end between 3.1 and 4.8 %."""
    printed = {r.category: r for r in rates(MORT_SOCIALE.id) if r.factor == "region"}
    direct = np.array([printed[code].rate for code in ("44", "28", "93")])
    sampling = design_variance(np.full(3, 0.04), [printed[code].respondents for code in ("44", "28", "93")])
    sure = combine(direct, sampling, np.full(3, 0.04), 1e-12 * np.eye(3))
    assert sure.z == pytest.approx([-1.57, 1.68, -1.08], abs=0.01)
    combined = combine(direct, sampling, np.full(3, 0.04), 0.012**2 * np.eye(3))
    assert combined.weight == pytest.approx([0.283, 0.203, 0.296], abs=2e-3)
    assert combined.share == pytest.approx([0.0315, 0.0481, 0.0341], abs=2e-4)


def test_none_in_a_table_of_surveys_is_an_area_without_one():
    """Tables hold None where nobody was asked; lists and whole numbers are as good as arrays of fractions."""
    covariance = [[0.0004, 0.0002], [0.0002, 0.0004]]
    told, asked = combine([0.14, None], [0.0004, None], [0.10, 0.10], covariance), [0.14, np.nan]
    same = combine(np.array(asked), np.array([0.0004, np.nan]), np.array([0.10, 0.10]), np.array(covariance))
    for one in ("share", "sd", "weight", "z"):
        assert getattr(told, one) == pytest.approx(getattr(same, one), nan_ok=True)
    with pytest.raises(BadInput):
        design_variance(["0.2"], ["0"])
    assert design_variance(["0.2"], ["100"], 1.0) == pytest.approx([0.0016])
    assert model_variance(["0.13", "0.07", "0.13"], ["0.0001"] * 3, ["0.10"] * 3) == pytest.approx(8e-4)


def test_an_area_without_a_survey_warns_of_nothing():
    """Neither error of it is known, or both are said to be none: no weight, no distance, and no warning."""
    with np.errstate(all="raise"):
        combined = combine([0.14, np.nan], [0.0004, 0.0], [0.10, 0.10], [[0.0004, 0.0], [0.0, 0.0]])
    assert combined.weight.tolist() == pytest.approx([0.5, 0.0]) and np.isnan(combined.z[1])


def test_a_share_of_the_model_that_is_certain_stays_where_it_is():
    """No error of the model: the survey weighs nothing, and the SD is 0, never the root of less."""
    found = combine([0.14], [0.0004], [0.10], [[0.0]])
    assert (found.share[0], found.sd[0], found.weight[0]) == (pytest.approx(0.10), 0.0, 0.0)
