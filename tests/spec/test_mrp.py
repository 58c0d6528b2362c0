"""Answers of a survey line by line, with what the model expects as their prior: worked examples by hand."""

import numpy as np
import pytest
from scipy.special import expit, logit

from geodata.errors import BadInput
from geodata.methods.mrp import Effects, effective_number, poststratify, regress

ONE = np.ones((1000, 1))
ANSWERS = np.r_[np.ones(200), np.zeros(800)]


def test_weights_cost_answers():
    """Half of the answers weigh three times the others: 1,000 tell as much as (500 x 3 + 500)^2 / (500 x 9 + 500),
    that is 800."""
    assert effective_number(np.repeat([3.0, 1.0], 500)) == pytest.approx(800)
    with pytest.raises(BadInput, match=r"^Weights must be finite and above 0.$"):
        effective_number([1.0, 0.0])


def test_with_a_loose_prior_the_survey_s_rate_comes_back():
    """200 isolated in 1,000, the model expecting 10 %: 20 %."""
    fit = regress(ANSWERS, np.ones(1000), ONE, np.full(1000, logit(0.10)), [10.0])
    share, sd = poststratify([1.0], logit([0.10]), np.ones((1, 1)), fit)
    assert share == pytest.approx(0.20, abs=1e-4)
    assert sd == pytest.approx(1 / np.sqrt(1000 * 0.2 * 0.8), abs=1e-3)


def test_with_a_certain_prior_the_model_s_share_stays():
    found = regress(ANSWERS, np.ones(1000), ONE, np.full(1000, logit(0.10)), [1e-6])
    assert poststratify([1.0], logit([0.10]), np.ones((1, 1)), found)[0] == pytest.approx(0.10)


def test_equal_precisions_meet_near_the_middle():
    """A prior as certain as the answers (SD 0.0913 at the middle): about half of the way on the logit scale."""
    fit = regress(ANSWERS, np.ones(1000), ONE, np.full(1000, logit(0.10)), [0.0913])
    assert fit.mean[0] == pytest.approx((logit(0.20) - logit(0.10)) / 2, abs=0.04)
    # Both precisions add up: what the answers tell at the middle, and the prior's.
    p = expit(logit(0.10) + fit.mean[0])
    assert fit.covariance[0, 0] == pytest.approx(1 / (1000 * p * (1 - p) + 1 / 0.0913**2))


def test_those_who_answered_are_not_those_who_live_there():
    """The young (10 % isolated) gave nine answers in ten, the old (30 %) one. The rate of the answers is 12 %; where
    half of the residents are old it is 20 %."""
    old = np.repeat([0.0, 1.0], [9000, 1000])
    isolated = np.r_[np.repeat([1.0, 0.0], [900, 8100]), np.repeat([1.0, 0.0], [300, 700])]
    design = np.column_stack([1 - old, old])
    fit = regress(isolated, np.ones(10_000), design, np.zeros(10_000), [10.0, 10.0])
    assert isolated.mean() == pytest.approx(0.12)
    assert poststratify([1.0, 1.0], np.zeros(2), np.eye(2), fit)[0] == pytest.approx(0.20, abs=1e-3)


def test_the_sd_of_a_share_is_that_of_its_effects():
    share, sd = poststratify([2.0], [0.0], np.ones((1, 1)), Effects(np.zeros(1), np.array([[0.04]])))
    assert (share, sd) == (pytest.approx(0.5), pytest.approx(0.2))
