"""Waves of a survey together: errors of printed rates, laws brought up to date, and the table that was fitted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from geodata.errors import BadInput
from geodata.methods.waves import conditional_law, rounding_variance, sampling_covariance
from geodata.survey_rates import fingerprint, waves
from geodata.waves import TABLE, posterior


class TestSampling:
    def test_one_category_by_hand(self):
        """10 % of a fifth of 3,000 respondents, design effect 1.5: 1.5 x 0.1 x 0.9 / 600, an SD of 1.5 points."""
        covariance = sampling_covariance([0.10], [0.2], [[0.2]], 3000, 1.5)
        assert covariance[0, 0] == pytest.approx(1.5 * 0.09 / 600)
        assert np.sqrt(covariance[0, 0]) == pytest.approx(0.015)

    def test_disjoint_categories_share_no_error(self):
        found = sampling_covariance([0.1, 0.2], [0.3, 0.4], [[0.3, 0.0], [0.0, 0.4]], 1000)
        assert found[0, 1] == 0

    def test_a_category_and_the_country_share_its_respondents(self):
        """The country is the mean of a half at 10 % and a half at 10 %: its covariance with one half is half of that
        half's variance, which is the variance of the country."""
        covariance = sampling_covariance([0.1, 0.1], [1.0, 0.5], [[1.0, 0.5], [0.5, 0.5]], 1000, 1.0)
        assert covariance[0, 1] == pytest.approx(0.5 * covariance[1, 1]) == pytest.approx(covariance[0, 0])

    def test_a_rounded_per_cent(self):
        """Anything from 11.5 to 12.5 %: an SD of 0.29 point."""
        assert np.sqrt(rounding_variance(0.01)) == pytest.approx(0.00289, abs=1e-5)

    def test_what_cannot_be_is_refused(self):
        said = r"^Rates lie between 0 and 1, weights too; respondents and design effect are above 0\.$"
        usual = {"rates": [0.2], "weights": [0.5], "overlaps": [[0.5]], "respondents": 1, "design_effect": 0.1}
        assert sampling_covariance(**usual)[0, 0] == pytest.approx(0.1 * 0.16 / 0.5)
        wrong = {"rates": [1.0, 0.0, 1.2], "weights": [0.0, 1.5], "respondents": [0, -1], "design_effect": [0, -1]}
        for name, value in ((name, value) for name, values in wrong.items() for value in values):
            with pytest.raises(BadInput, match=said):
                sampling_covariance(**usual | {name: [value] if name in ("rates", "weights") else value})


class TestBroughtUpToDate:
    def test_two_measures_of_equal_precision_meet_halfway(self):
        mean, covariance = conditional_law([0.0], [[0.04]], [[1.0]], [0.2], 0.04)
        assert (mean[0], covariance[0, 0]) == (pytest.approx(0.1), pytest.approx(0.02))

    def test_a_value_counts_by_how_far_it_is_from_what_was_thought(self):
        """Thought to be 1, and as surely measured at 2 once, as twice itself at 4: 1.5, then 1 + 2/5 of (4 - 2)."""
        mean, _ = conditional_law([1], [[1]], [1], [2], [1])
        assert mean == pytest.approx([1.5])
        mean, covariance = conditional_law([1], [[1]], [[2]], [4], 1)
        assert (mean[0], covariance[0, 0]) == (pytest.approx(1.8), pytest.approx(1 / 5))

    def test_what_goes_with_it_moves_too(self):
        """Correlation 0.5, equal SDs: once one is known to be 0.2 above, the other is 0.1 above."""
        mean, covariance = conditional_law([0.0, 0.0], [[0.04, 0.02], [0.02, 0.04]], [[1.0, 0.0]], [0.2], 0.0)
        assert mean == pytest.approx([0.2, 0.1])
        assert covariance == pytest.approx(np.array([[0, 0], [0, 0.03]]), abs=1e-12)

    @given(st.floats(-1, 1), st.floats(0.001, 1))
    def test_knowing_more_never_makes_less_certain(self, value, variance):
        before = np.array([[0.04, 0.01], [0.01, 0.09]])
        after = conditional_law([0.0, 0.0], before, [[0.3, 0.7]], [value], variance)[1]
        assert np.linalg.eigvalsh(before - after).min() >= -1e-12


class TestTheFittedTable:
    def test_it_was_fitted_to_the_rates_as_they_are_now(self):
        """A new wave asks for `python -m benchmarks.waves`: until then the estimate would not know of it."""
        first = TABLE.read_text(encoding="utf-8").splitlines()[0]
        assert first.rpartition("; rates ")[2] == fingerprint()

    def test_its_covariance_is_one(self):
        law = posterior()
        assert law.covariance == pytest.approx(law.covariance.T)
        assert np.linalg.eigvalsh(law.covariance).min() > -1e-6
        assert len(set(law.names)) == len(law.names)

    def test_types_of_place_add_up(self):
        """Outside urban units 20.8 %, under 100,000 residents 32.2 %, over 47.0 %: their mean ratio is 1, to second
        order (the mean of a logarithm is under the logarithm of a mean)."""
        ratios = np.exp(posterior().of(["place rural", "place town", "place city"]).mean)
        assert ratios @ [0.208, 0.322, 0.470] == pytest.approx(1, abs=0.01)

    def test_figures_have_narrowed_what_was_thought_before(self):
        law = posterior()
        assert (law.sd < law.prior_sd).all()
        told = law.of(["income low", "activity unemployed", "place city"])
        assert (told.sd < told.prior_sd / 3).all()

    def test_the_level_lies_among_the_waves(self):
        rates = [wave.rate for wave in waves("five_networks")]
        assert min(rates) < expit(posterior().mean[0]) < max(rates)
