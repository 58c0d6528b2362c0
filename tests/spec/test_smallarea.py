"""What the small-area estimate does, on tables small enough to be worked out by hand."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, logit, ndtr

from geodata.errors import BadInput, CalibrationError
from geodata.estimate import probability_above
from geodata.methods import smallarea
from geodata.methods.smallarea import (
    CountMargin,
    RateModel,
    ShareMargin,
    Targets,
    analytic,
    benchmark,
    bounds,
    calibrate,
    contributions,
    draws,
    interval,
    joint_scale,
    local_draws,
    normal_points,
    outer_bounds,
    poststratify,
    principal,
    ranks,
    rates_at,
    spread,
    spree,
    stencil,
    try_spree,
    weighted_sum,
)
from geodata.methods.smallarea.bounding import _far_apart
from geodata.methods.smallarea.problems import first, listing
from geodata.methods.smallarea.rates import explain
from geodata.methods.smallarea.uncertainty import _normal, _response

# Two ages x unemployed or not: young working, young unemployed, old working, old unemployed.
YOUNG = np.array([True, True, False, False])
UNEMPLOYED = np.array([False, True, False, True])
EVERYONE = np.ones(4, dtype=bool)
COUNTRY = np.array([400.0, 100.0, 450.0, 50.0])


def targets(national=0.10, **rates):
    cells = {"young": YOUNG, "old": ~YOUNG, "unemployed": UNEMPLOYED, "working": ~UNEMPLOYED}
    return Targets(
        ("national", *rates), np.array([EVERYONE, *(cells[r] for r in rates)]), np.array([national, *rates.values()])
    )


def model(national=0.10, national_sd=0.01, log_sd=0.2, effects=None):
    """Unemployed twice the national rate; unknown: the national figure, that ratio, and two interactions."""
    effects = 0.15 * np.array([YOUNG & UNEMPLOYED, ~YOUNG & UNEMPLOYED], dtype=float) if effects is None else effects
    return RateModel(
        joint=COUNTRY,
        national=national,
        names=("unemployed",),
        cells=UNEMPLOYED[None],
        ratios=np.array([2.0]),
        scale=np.diag([national_sd / (national * (1 - national)), log_sd]),
        partition=np.array([-1]),
        offset=np.zeros(4),
        effects=effects,
    )


class TestSpree:
    """A commune's table is the wider one's, fitted to what is known of the commune."""

    def test_one_margin_scales_the_structure(self):
        """Of the country's young, 100 in 500 are unemployed. A commune with 50 young and 200 old has 50 x 100/500 = 10
        young unemployed and 200 x 50/500 = 20 old ones."""
        age = CountMargin("age", np.array([0, 0, 1, 1]), np.array([[50.0, 200.0]]))
        assert spree(COUNTRY, [age])[0] == pytest.approx([40, 10, 180, 20])

    def test_two_margins_keep_the_odds_ratio(self):
        """Whatever its margins, a fitted table keeps the odds ratio of the one it started from: here
        (400 x 50) / (100 x 450) = 0.444."""
        age = CountMargin("age", np.array([0, 0, 1, 1]), np.array([[60.0, 40.0]]))
        work = ShareMargin("unemployed", UNEMPLOYED, EVERYONE, np.array([0.25]))
        a, b, c, d = spree(COUNTRY, [age, work])[0]
        assert (a + b, c + d) == pytest.approx((60, 40))
        assert b + d == pytest.approx(25)
        assert a * d / (b * c) == pytest.approx(400 * 50 / (100 * 450))

    def test_a_share_may_speak_of_some_cells_only(self):
        """Half of the young unemployed: nothing moves among the old."""
        young = ShareMargin("unemployed young", UNEMPLOYED, YOUNG, np.array([0.5]))
        assert spree(COUNTRY, [young])[0] == pytest.approx([250, 250, 450, 50])

    def test_a_ceiling_only_binds_when_passed(self):
        """Filosofi prints 5 % for any poverty rate under it: a table at 3 % stays there, one at 15 % comes to 5 %."""
        start = np.array([[970.0, 0, 0, 30], [850, 0, 0, 150]])
        rate = ShareMargin("poverty", UNEMPLOYED, EVERYONE, np.array([0.05, 0.05]), is_ceiling=np.array([True, True]))
        assert spree(start, [rate])[:, 3] == pytest.approx([30, 50])

    def test_an_unknown_target_leaves_the_area_alone(self):
        rate = ShareMargin("unemployed", UNEMPLOYED, EVERYONE, np.array([np.nan, 0.3]))
        fitted = spree(COUNTRY, [rate])
        assert fitted[0] == pytest.approx(COUNTRY)
        assert fitted[1][UNEMPLOYED].sum() == pytest.approx(300)

    def test_structural_zeros_stay(self):
        start = np.array([400.0, 0, 450, 50])
        rate = ShareMargin("unemployed", UNEMPLOYED, EVERYONE, np.array([0.4]))
        assert spree(start, [rate])[0][1] == 0

    def test_residents_where_there_can_be_none(self):
        """100 unemployed are asked for among the young, where the starting table has none."""
        start = np.array([400.0, 0, 450, 50])
        rate = ShareMargin("young unemployed", UNEMPLOYED, YOUNG, np.array([0.2]))
        with pytest.raises(CalibrationError, match="area 0, young unemployed: residents asked for"):
            spree(start, [rate])

    def test_margins_that_contradict_each_other(self):
        """The same share of unemployed, 20 % by one source and 30 % by another: the fit would swing for ever."""
        one = ShareMargin("unemployed", UNEMPLOYED, EVERYONE, np.array([0.2]))
        other = ShareMargin("unemployed, other source", UNEMPLOYED, EVERYONE, np.array([0.3]))
        with pytest.raises(CalibrationError, match="contradict"):
            spree(COUNTRY, [one, other], max_rounds=50)

    def test_one_impossible_area_does_not_stop_the_others(self):
        """The second area asks for 20 % of nobody; the first and the third are fitted."""
        start = np.array([COUNTRY, [400.0, 0, 450, 50], COUNTRY])
        rate = ShareMargin("young unemployed", UNEMPLOYED, YOUNG, np.array([0.5, 0.2, 0.1]))
        fitted, problems = try_spree(start, [rate])
        assert list(problems) == [1] and "where there are none" in problems[1].text()
        assert fitted[[0, 2], 1] == pytest.approx([250, 50])

    def test_a_class_where_nobody_starts_is_asked_for_nobody(self):
        """Nobody is young in the second area, where one is counted; nobody is there in the third, nor counted."""
        start = np.array([COUNTRY, [0, 0, 450, 50], [0, 0, 450, 50]])
        counts = np.array([[500.0, 500], [1, 500], [0, 500]])
        fitted, problems = try_spree(start, [CountMargin("age", np.array([0, 0, 1, 1]), counts)])
        assert list(problems) == [1] and fitted[2] == pytest.approx(start[2])

    def test_everybody_may_be_asked_where_all_are_already(self):
        """Every young resident is unemployed to begin with: all of them is held, nine in ten cannot be."""
        start = np.array([0.0, 100, 450, 50])
        rate = ShareMargin("young unemployed", UNEMPLOYED, YOUNG, np.array([1.0]))
        assert spree(start, [rate])[0] == pytest.approx(start)
        with pytest.raises(CalibrationError, match="young unemployed"):
            spree(start, [replace(rate, target=np.array([0.9]))])

    def test_a_slow_fit_is_not_a_contradiction(self):
        """Odds of one to a million need many rounds: the margins hold to one in ten thousand, and that is enough."""
        start = np.array([1.0, 1e-6, 1e-6, 1.0])
        age = CountMargin("age", np.array([0, 0, 1, 1]), np.array([[50.0, 50.0]]))
        work = ShareMargin("unemployed", UNEMPLOYED, EVERYONE, np.array([0.4]))
        fitted = spree(start, [age, work], max_rounds=300)[0]
        assert fitted.sum() == pytest.approx(100, rel=1e-3)
        assert fitted[UNEMPLOYED].sum() == pytest.approx(40, rel=1e-3)

    def test_every_problem_at_once(self):
        wrong = ShareMargin("poverty", UNEMPLOYED, EVERYONE, np.array([12.0]))
        negative = CountMargin("age", np.array([0, 0, 1, 1]), np.array([[-5.0, 10]]))
        with pytest.raises(BadInput) as error:
            spree(-COUNTRY, [wrong, negative])
        assert str(error.value).startswith("These tables cannot be fitted:\n- the starting table")
        for words in ("negative or non-finite", "poverty: a share is above 1", "age: a target is negative"):
            assert words in str(error.value)

    @settings(max_examples=25)
    @given(st.integers(1, 40), st.integers(1, 7))
    def test_bytes_do_not_depend_on_the_block(self, areas, block):
        rng = np.random.default_rng(areas)
        start = rng.gamma(1, 1, (areas, 4)) + 0.01
        margins = [
            CountMargin("age", np.array([0, 0, 1, 1]), rng.gamma(2, 50, (areas, 2))),
            ShareMargin("unemployed", UNEMPLOYED, EVERYONE, rng.uniform(0.1, 0.9, areas)),
        ]
        whole, parts = spree(start, margins), spree(start, margins, block=block)
        assert whole.tobytes() == parts.tobytes()

    def test_cells_of_no_category_stay_as_they_are(self):
        some = CountMargin("age", np.array([0, 1, -1, -1]), np.array([[10.0, 20.0]]))
        assert spree(np.array([1.0, 2.0, 3.0, 4.0]), [some]).tolist() == [[10.0, 20.0, 3.0, 4.0]]

    def test_margins_of_other_numbers_of_areas_are_refused_with_both(self):
        one, two = (CountMargin("age", np.array([0, 1]), np.ones((areas, 2))) for areas in (2, 3))
        with pytest.raises(BadInput, match=r"different numbers of areas: \[2, 3\]"):
            spree(np.ones(2), [one, two])

    def test_a_share_of_one_and_a_half_is_refused(self):
        poor = ShareMargin("poverty", np.array([True, False]), np.array([True, True]), np.array([1.5]))
        with pytest.raises(BadInput, match="a share is above 1"):
            spree(np.ones(2), [poor])


class TestCalibrate:
    """Cell rates that give back every published rate."""

    def test_one_cell_is_the_benchmark(self):
        """With a single cell there is one rate, and it is the national one."""
        only = Targets(("national",), np.array([[True]]), np.array([0.117]))
        assert calibrate(np.array([1000.0]), only) == pytest.approx([0.117])

    def test_no_category_published(self):
        """Nothing but the national rate: it applies to every cell."""
        assert calibrate(COUNTRY, targets(0.117)) == pytest.approx([0.117] * 4)

    def test_rates_by_one_category(self):
        """150 residents in 1,000 are unemployed, at 20 %; 10 % nationally leaves 70 isolated among the other 850."""
        rates = calibrate(COUNTRY, targets(0.10, unemployed=0.20))
        assert rates == pytest.approx([70 / 850, 0.20, 70 / 850, 0.20])

    def test_margins_are_not_multiplied(self):
        """Young at 12 %, unemployed at 20 %: both are given back on the country's table, though they overlap."""
        rates = calibrate(COUNTRY, targets(0.10, young=0.12, unemployed=0.20))
        assert (COUNTRY * rates)[YOUNG].sum() == pytest.approx(0.12 * 500)
        assert (COUNTRY * rates)[UNEMPLOYED].sum() == pytest.approx(0.20 * 150)
        assert COUNTRY @ rates == pytest.approx(100)

    def test_a_fixed_odds_ratio_is_respected(self):
        """Odds of the old twice those of the young, at 10 % nationally."""
        rates = calibrate(COUNTRY, targets(0.10), offset=np.log(2) * ~YOUNG)
        odds = rates / (1 - rates)
        assert odds[2] / odds[0] == pytest.approx(2)
        assert COUNTRY @ rates == pytest.approx(100)

    def test_categories_that_cover_everybody_may_be_redundant(self):
        """Young at 8 % and old at 12 % give 10 % for the country of 500 and 500: three true equations, two needed."""
        assert calibrate(COUNTRY, targets(0.10, young=0.08, old=0.12)) == pytest.approx([0.08, 0.08, 0.12, 0.12])

    def test_rates_that_cannot_hold_together(self):
        """Half the country at 8 %, the other half at 8 %: the mean is 8 %, not 10 %. The message names an equation."""
        with pytest.raises(CalibrationError, match=r"national: 0.1000 is asked for, 0.0800"):
            calibrate(COUNTRY, targets(0.10, young=0.08, old=0.08))

    def test_the_nearest_rate_is_told_by_the_fewest_points_of_a_rate(self):
        """Nine in ten of the 150 unemployed are 135, where 100 in 1,000 are isolated: 13.5 % nationally would do."""
        with pytest.raises(CalibrationError, match=r"national: 0.1000 is asked for, 0.1350 is the nearest") as error:
            calibrate(1e-9 * COUNTRY, targets(0.10, unemployed=0.90))
        assert str(error.value).startswith("The published rates cannot hold together on this joint table:\n- national")
        assert "unemployed" not in str(error.value)

    def test_rates_that_ask_for_nobody_or_everybody_of_a_cell_are_all_named(self):
        """Where no rate is off, what is left is that some cell would have to be at 0 or at 1."""
        with pytest.raises(CalibrationError, match=r"with some cells at exactly 0 or 1: national, unemployed$"):
            explain(COUNTRY, targets(0.10, unemployed=0.20))

    def test_a_country_where_nobody_lives(self):
        with pytest.raises(BadInput, match=r"\n- the joint table has no resident at all\n"):
            calibrate(np.zeros(4), targets(0.10))

    def test_an_empty_category_and_a_rate_above_one(self):
        with pytest.raises(BadInput) as error:
            calibrate(np.array([500.0, 0, 500, 0]), targets(1.2, unemployed=0.2))
        assert "unemployed: no resident of the joint table is in this category" in str(error.value)
        assert "\n- national: the rate 1.2 is not between 0 and 1" in str(error.value)
        assert str(error.value).startswith("The rates cannot be calibrated:")
        for certain in (0, 1):
            with pytest.raises(BadInput, match=f"national: the rate {certain} is not between"):
                calibrate(COUNTRY, targets(certain))

    @settings(max_examples=40)
    @given(
        arrays(float, 4, elements=st.floats(1, 1000)), st.floats(0.02, 0.4), st.floats(0.7, 1.4), st.floats(0.7, 1.4)
    )
    def test_published_rates_always_come_back(self, joint, national, young, unemployed):
        wanted = targets(national, young=national * young, unemployed=national * unemployed)
        try:
            rates = calibrate(joint, wanted)
        except CalibrationError:
            return
        for cells, rate in zip(wanted.cells, wanted.rates, strict=True):
            assert joint[cells] @ rates[cells] / joint[cells].sum() == pytest.approx(rate, abs=1e-9)


class TestPoststratify:
    """A commune's share is the mean of the cell rates over its residents."""

    def test_by_hand(self):
        """90 residents at 10 % and 10 at 20 %: 9 + 2 = 11 isolated in 100."""
        assert poststratify(np.array([[90.0, 10.0]]), np.array([0.10, 0.20])) == pytest.approx([0.11])

    @given(arrays(float, (5, 4), elements=st.floats(0.1, 1e6)), st.floats(0, 1))
    def test_equal_rates_give_equal_shares(self, tables, rate):
        assert poststratify(tables, np.full(4, rate)) == pytest.approx([rate] * 5)

    @given(arrays(float, 4, elements=st.floats(1, 1e4)), st.floats(1, 1e4))
    def test_more_people_at_a_high_rate_raise_the_share(self, table, more):
        rates = np.array([0.05, 0.10, 0.15, 0.30])
        grown = table + np.array([0, 0, 0, more])
        assert poststratify(grown, rates)[0] > poststratify(table, rates)[0]

    @given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 9))
    def test_bytes_do_not_depend_on_the_areas_beside(self, areas, points, block):
        rng = np.random.default_rng(7)
        tables, rates = rng.gamma(1, 100, (areas, 11)), rng.uniform(0, 1, (11, points))
        whole = weighted_sum(tables, rates)
        parts = np.vstack([weighted_sum(tables[i : i + block], rates) for i in range(0, areas, block)])
        backwards = weighted_sum(tables[::-1], rates)[::-1]
        assert whole.tobytes() == parts.tobytes() == np.ascontiguousarray(backwards).tobytes()

    def test_census_weights_need_not_be_whole(self):
        """Complementary counts of the census are weighted: 1.5 residents of two cells count for one half and a half."""
        assert poststratify(np.array([[0.75, 0.75]]), np.array([0.1, 0.3])) == pytest.approx(0.2)

    def test_rates_of_single_precision_are_summed_in_double(self):
        tables, rates = np.array([[90.0, 10.0]]), np.array([[0.1], [0.2]], dtype=np.float32)
        assert weighted_sum(tables.astype(np.float32), rates)[0, 0] == 90 * float(rates[0, 0]) + 10 * float(rates[1, 0])

    def test_every_bad_area_is_named(self):
        tables = np.array([[1.0, 2], [0, 0], [3, -1], [np.nan, 1]])
        with pytest.raises(BadInput) as error:
            poststratify(tables, np.array([0.1, 1.3]))
        assert str(error.value).startswith("The areas cannot be poststratified:\n- ")
        assert "negative or non-finite counts in areas 2, 3" in str(error.value)
        assert "no residents in areas 1" in str(error.value)
        assert "\n- a rate is not between 0 and 1" in str(error.value)


class TestBenchmark:
    """The communes' shares are moved together until the country's is the published one."""

    def test_the_national_figure_is_met_and_odds_move_alike(self):
        shares, residents = np.array([0.08, 0.12, 0.20]), np.array([100.0, 300, 50])
        moved = benchmark(shares, residents, 0.117)
        assert residents @ moved / residents.sum() == pytest.approx(0.117)
        assert np.ptp(logit(moved) - logit(shares)) == pytest.approx(0, abs=1e-12)

    def test_nothing_moves_when_it_holds(self):
        assert benchmark(np.array([0.1, 0.2]), np.array([1.0, 1.0]), 0.15) == pytest.approx([0.1, 0.2])

    def test_refusals(self):
        for national in (0, 1):
            with pytest.raises(BadInput, match=f"\n- the national share {national} is not between 0 and 1$"):
                benchmark(np.array([0.1]), np.ones(1), national)
        with pytest.raises(BadInput, match=r"national share 1\.2") as error:
            benchmark(np.array([0.1, 0.0]), np.array([-1.0, 1.0]), 1.2)
        assert "residents must be finite" in str(error.value)
        assert "\n- every share must be between 0 and 1" in str(error.value)
        assert str(error.value).startswith("The shares cannot be benchmarked:\n- the national share")
        for wrong in ([-1.0, 2.0], [np.nan, 1.0], [np.inf, 1.0], [0.0, 0.0]):
            with pytest.raises(BadInput, match=r"\n- residents must be finite, not negative, and not all zero$"):
                benchmark(np.array([0.1, 0.2]), np.array(wrong), 0.15)

    def test_an_area_of_half_a_resident_or_none_is_moved_with_the_others(self):
        moved = benchmark(np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.5, 0.0]), 0.2)
        assert moved[:2].mean() == pytest.approx(0.2)
        assert np.ptp(logit(moved) - logit([0.1, 0.2, 0.3])) == pytest.approx(0, abs=1e-12)

    def test_high_shares_come_down_in_few_rounds(self):
        moved = benchmark(np.array([0.95, 0.98]), np.array([1.0, 1.0]), 0.90)
        assert moved.mean() == pytest.approx(0.90, abs=1e-14)


class TestWhatIsNotKnown:
    """The national figure, each ratio and the interactions are drawn; each draw gives back its own published rates."""

    def test_the_centre_is_the_calibrated_rate(self):
        centre = rates_at(model(), np.zeros(4))[:, 0]
        assert centre == pytest.approx(calibrate(COUNTRY, targets(0.10, unemployed=0.20)))

    def test_every_draw_is_calibrated(self):
        """A draw one SD up on everything: logit(national) + 0.01 / (0.1 x 0.9), ratio 2 x e^0.2."""
        rates = rates_at(model(), np.ones(4))[:, 0]
        national = expit(logit(0.10) + 0.01 / 0.09)
        assert COUNTRY @ rates / 1000 == pytest.approx(national)
        assert COUNTRY[UNEMPLOYED] @ rates[UNEMPLOYED] / 150 == pytest.approx(2 * np.exp(0.2) * national)

    def test_categories_that_cover_everybody_add_up(self):
        """Young (500) and old (500) at ratios 1 and 1: one SD up on the young is e^0.2 = 1.22 against 1. Their mean is
        1.11, so that they become 1.10 and 0.90, and the country keeps its 10 %."""
        both = replace(
            model(), names=("young", "old"), cells=np.array([YOUNG, ~YOUNG]), ratios=np.ones(2),
            scale=np.array([[0.1, 0.0], [0.0, 0.2], [0.0, 0.0]]), partition=np.zeros(2, dtype=int),
        )  # fmt: skip
        rates = rates_at(both, np.array([0.0, 1.0, 0, 0]))[:, 0]
        young, old = (COUNTRY[who] @ rates[who] / 500 for who in (YOUNG, ~YOUNG))
        assert (young, old) == (pytest.approx(0.10 * 1.2214 / 1.1107, abs=1e-5), pytest.approx(0.20 - young))
        assert both.targets.names == ("national", "young"), "the old are what is left"

    def test_quantities_that_move_together(self):
        """A ratio whose error goes with that of the national figure (correlation 0.6): half of the law's first column
        is 0.6 x 0.2. The scale gives the covariance back, and the country's figure is moved by its own only."""
        covariance = np.array([[0.01, 0.012], [0.012, 0.04]])
        scale = joint_scale(covariance)
        assert scale @ scale.T == pytest.approx(covariance)
        assert scale[0] == pytest.approx([0.1, 0])
        assert scale[1] == pytest.approx([0.12, 0.16])

    def test_every_direction_that_moves_is_an_unknown(self):
        """Three ratios, none alike: one unknown each beside the national figure, the widest first."""
        covariance = np.diag([0.01, 0.04, 0.09, 0.16])
        scale = joint_scale(covariance)
        assert scale @ scale.T == pytest.approx(covariance)
        assert np.abs(scale).max(axis=0) == pytest.approx([0.1, 0.4, 0.3, 0.2])

    def test_a_direction_that_nothing_moves_is_no_unknown(self):
        """Two log-ratios that are opposite to each other are one unknown quantity, not two."""
        scale = joint_scale(np.array([[0.01, 0, 0], [0, 0.04, -0.04], [0, -0.04, 0.04]]))
        assert scale.shape == (3, 2)
        assert scale[1:, 1] == pytest.approx([0.2, -0.2]) or scale[1:, 1] == pytest.approx([-0.2, 0.2])

    def test_the_largest_part_of_every_direction_is_positive(self):
        for seed in range(12):
            factor = np.random.default_rng(seed).normal(size=(4, 4))
            others = joint_scale(factor @ factor.T)[1:, 1:]
            assert (others.max(axis=0) > -others.min(axis=0)).all()

    def test_a_national_figure_without_any_ratio(self):
        assert joint_scale(np.array([[0.04]])) == pytest.approx(np.array([[0.2]]))

    def test_same_seed_same_bytes_other_seed_other_draws(self):
        assert draws(model(), 64, seed=3).tobytes() == draws(model(), 64, seed=3).tobytes()
        assert not np.array_equal(draws(model(), 64, seed=3), draws(model(), 64, seed=4))

    def test_the_number_of_draws_is_a_power_of_two(self):
        assert draws(model(), 2, seed=0).shape == (4, 2)
        for wrong in (0, 1, 3, 100):
            with pytest.raises(BadInput, match=f"^{wrong} draws: a power of two is needed"):
                draws(model(), wrong, seed=0)

    def test_a_ratio_too_uncertain_to_stay_a_share(self):
        with pytest.raises(
            CalibrationError, match=r"^These rates pass 100 % in a draw: lower their log-SD:\n- unemployed$"
        ):
            rates_at(model(log_sd=3.0), np.array([[0, 0, 0, 0], [0, np.log(6) / 3, 0, 0]]))

    def test_rates_of_a_draw_that_cannot_hold_together_are_those_told(self):
        """Unemployed at eight times 10 % are 120 people, where 100 are isolated in all."""
        z = np.array([[0, 0, 0, 0], [0, np.log(4), 0, 0]])
        with pytest.raises(CalibrationError, match=r"national: 0.1000 is asked for, 0.1200 is the nearest"):
            rates_at(model(log_sd=1.0), z)

    def test_what_an_effect_moves_is_the_derivative_of_the_calibrated_rates(self):
        some = replace(model(), offset=np.log([1.0, 2.0, 1.5, 3.0]))
        step = 1e-4 * np.eye(4)[2:]
        moved = (rates_at(some, step) - rates_at(some, -step)).T / 2e-4
        assert _response(some, some.effects) == pytest.approx(moved, abs=1e-7)
        assert np.abs(moved).max() > 1e-3

    def test_points_of_a_normal_law_are_spread_evenly(self):
        """One in each part of equal probability, whatever the quantity; others with another seed."""
        points = normal_points(50, seed=3, quantities=3)
        assert [sorted(map(int, 50 * ndtr(one))) for one in points] == [list(range(50))] * 3
        assert points.tobytes() == normal_points(50, seed=3, quantities=3).tobytes()
        assert not np.array_equal(points, normal_points(50, seed=4, quantities=3))
        assert normal_points(50, seed=3).shape == (2, 50)
        assert np.isfinite(_normal(np.array([0.0, 1.0]))).all()

    @given(st.integers(0, 50), st.integers(1, 20), st.integers(1, 13))
    def test_an_area_has_its_own_residuals_in_any_block(self, first, areas, points):
        block = local_draws(first, first + areas, points, seed=5)
        alone = np.vstack([local_draws(i, i + 1, points, seed=5) for i in range(first, first + areas)])
        assert block.tobytes() == alone.tobytes()

    def test_residuals_are_standard_normal(self):
        z = local_draws(0, 400, 500, seed=1)
        assert z.mean() == pytest.approx(0, abs=0.01)
        assert z.std() == pytest.approx(1, abs=0.01)
        assert np.corrcoef(z[:-1].ravel(), z[1:].ravel())[0, 1] == pytest.approx(0, abs=0.01)

    def test_small_effects_are_summed_up_without_loss(self):
        """Ten copies of an effect of SD 0.1 are one effect of SD 0.1 x sqrt(10)."""
        copies = model(effects=np.repeat(0.1 * (YOUNG & UNEMPLOYED)[None].astype(float), 10, axis=0))
        short = principal(copies)
        assert len(short.effects) == 1
        assert np.abs(short.effects[0]).max() == pytest.approx(0.1 * np.sqrt(10))


class TestLawOfTheShare:
    """A logit-normal law with three parts of variance, from the shares at a few sets of rates."""

    areas = np.array([[400.0, 100, 450, 50], [100, 0.01, 900, 0.01], [10, 90, 10, 90]])

    def law(self, log_variance=0.0225, **options):
        shares = poststratify(self.areas, stencil(model(**options)))
        return analytic(shares, np.full(3, log_variance))

    def test_the_three_parts_add_up(self):
        m = self.law()
        assert m.var_common + m.var_model + m.var_local == pytest.approx(m.sd**2)

    def test_the_country_carries_the_national_error_only(self):
        """The country's own table: no part of the model, and the SD of the national figure on the logit scale."""
        m = self.law(log_variance=0.0)
        assert m.var_model[0] == pytest.approx(0, abs=1e-12)
        assert m.sd[0] == pytest.approx(0.01 / 0.09)

    def test_each_input_moves_its_own_part(self):
        """No part is silently ignored."""
        base = self.law()
        assert (self.law(national_sd=0.02).var_common > base.var_common).all()
        assert self.law(log_sd=0.3).var_model[2] > base.var_model[2]
        assert (self.law(log_variance=0.04).var_local > base.var_local).all()

    def test_agrees_with_many_draws(self):
        """Mean and SD on the logit scale against 4,096 draws of the rates (no residual)."""
        m = self.law(log_variance=0.0)
        x = logit(poststratify(self.areas, draws(model(), 4096, seed=1)))
        assert m.mean == pytest.approx(x.mean(axis=1), abs=0.005)
        assert m.sd == pytest.approx(x.std(axis=1), rel=0.03)

    @pytest.mark.parametrize(("share", "log_sd"), [(0.117, 0.2), (0.4, 0.1)])
    def test_the_residual_is_integrated_rather_than_drawn(self, share, log_sd):
        """A share known but for a residual of mean 1: the law of 200,000 drawn residuals."""
        m = analytic(np.full((1, 3), share), np.array([log_sd**2]))
        drawn = share * np.exp(log_sd * local_draws(0, 1, 200_000, seed=2) - log_sd**2 / 2)
        assert drawn.mean() == pytest.approx(share, rel=2e-3)
        assert m.mean[0] == pytest.approx(logit(drawn).mean(), abs=2e-3)
        assert m.sd[0] == pytest.approx(logit(drawn).std(), rel=0.01)

    def test_a_contrast_loses_what_is_common(self):
        """Two areas alike but for size differ by nothing, in every draw."""
        shares = poststratify(np.array([COUNTRY, 3 * COUNTRY]), stencil(model()))
        mean, sd = spread((shares[1] - shares[0])[None])
        assert (mean[0], sd[0]) == pytest.approx((0, 0), abs=1e-12)

    @given(st.floats(-4, 0), st.floats(0.05, 1), st.floats(0.01, 0.5), st.floats(0.01, 0.4))
    def test_p_falls_as_the_threshold_rises(self, mean, sd, threshold, step):
        assert probability_above(mean, sd, threshold) >= probability_above(mean, sd, threshold + step)

    def test_p_by_hand(self):
        """At the median it is one half; 1.645 SD above it, 5 %."""
        assert probability_above(np.array([logit(0.1)]), np.array([0.2]), 0.1) == pytest.approx([0.5])
        assert probability_above(logit(0.1), 0.2, float(expit(logit(0.1) + 1.6449 * 0.2))) == pytest.approx(
            0.05, abs=1e-4
        )

    def test_a_threshold_is_a_fraction(self):
        with pytest.raises(BadInput, match=r"write 0\.10 for 10 %"):
            probability_above(np.array([-2.0]), np.array([0.2]), 10)

    def test_the_interval_holds_nine_chances_in_ten(self):
        low, high = interval(np.array([-2.0]), np.array([0.3]))
        inside = probability_above(-2.0, 0.3, float(low[0])) - probability_above(-2.0, 0.3, float(high[0]))
        assert inside == pytest.approx(0.90)
        narrow = interval(np.array([-2.0]), np.array([0.3]), level=0.5)
        assert narrow[0] > low and narrow[1] < high


class TestRanks:
    """The interval of each area's rank says how little ranks mean."""

    def test_areas_that_never_cross(self):
        shares = np.array([[0.1, 0.2], [0.3, 0.4], [0.05, 0.06]])
        low, high = ranks(shares)
        assert low.tolist() == high.tolist() == [2, 1, 3]

    def test_areas_that_may_be_anywhere(self):
        shares = np.array([[0.1, 0.3], [0.2, 0.2], [0.3, 0.1], [np.nan, np.nan]])
        low, high = ranks(shares)
        assert low.tolist()[:3] == [1, 2, 1] and high.tolist()[:3] == [3, 2, 3]
        assert np.isnan(low[3]) and np.isnan(high[3])

    def test_the_interval_leaves_out_the_same_share_of_draws_at_either_end(self):
        """Of 50 draws the interval leaves out two at either end: an order turned round in two is not told, in three it
        is; half of the draws leave out twelve."""
        for turned, level, expected in ((2, 0.90, 1), (3, 0.90, 2), (12, 0.50, 1), (13, 0.50, 2)):
            shares = np.array([[0.2] * 50, [0.1] * 50])
            shares[:, :turned] = shares[::-1, :turned]
            low, high = ranks(shares, level)
            assert (low.tolist(), high.tolist()) == ([1, 3 - expected], [expected, 2])
        assert ranks(shares[:, 10:])[1].tolist() == ranks(shares[:, 10:], 0.90)[1].tolist()

    def test_equal_shares_are_ranked_in_the_order_of_the_areas(self):
        low, high = ranks(np.tile([[0.1], [0.2]], (100, 2)))
        assert low.tolist() == high.tolist() == [rank for k in range(1, 101) for rank in (100 + k, k)]


class TestBounds:
    """The smallest and largest share that the published rates allow, however factors combine."""

    @pytest.mark.filterwarnings("error")
    def test_by_hand(self):
        """Only the national 10 % is published. An area of young people only, half the country: at least 0, and at most
        every isolated person is young: 100 in 500, 20 %."""
        low, high = bounds(np.array([[400.0, 100, 0, 0]]), COUNTRY, targets(0.10))
        assert (low[0], high[0]) == pytest.approx((0.0, 0.20))

    def test_nobody_is_isolated_twice(self):
        """100 are isolated. An area is half old unemployed, 50 in the country, and half young unemployed, who are 100:
        all of the first may be isolated and half of the others, 75 %; rates without a ceiling would give 100 %."""
        low, high = bounds(np.array([[0.0, 100, 0, 100]]), COUNTRY, targets(0.10))
        assert (low[0], high[0]) == pytest.approx((0.0, 0.75))

    def test_the_country_itself_is_known(self):
        low, high = bounds(COUNTRY[None], COUNTRY, targets(0.117, unemployed=0.2))
        assert (low[0], high[0]) == pytest.approx((0.117, 0.117))

    @settings(max_examples=20)
    @given(arrays(float, (6, 4), elements=st.floats(0.5, 1000)))
    def test_the_estimate_lies_within_and_outer_bounds_contain(self, tables):
        published = targets(0.10, young=0.12, unemployed=0.20)
        share = poststratify(tables, calibrate(COUNTRY, published))
        low, high = bounds(tables, COUNTRY, published)
        outer_low, outer_high = outer_bounds(tables, COUNTRY, published, typical=2)
        assert (low - 1e-9 <= share).all() and (share <= high + 1e-9).all()
        assert (outer_low <= low + 1e-9).all() and (high <= outer_high + 1e-9).all()

    def test_more_typical_areas_tighten(self):
        tables = np.random.default_rng(0).gamma(1, 100, (30, 4))
        few = outer_bounds(tables, COUNTRY, targets(0.10, young=0.12), typical=1)
        many = outer_bounds(tables, COUNTRY, targets(0.10, young=0.12), typical=30)
        exact = bounds(tables, COUNTRY, targets(0.10, young=0.12))
        assert (many[1] - many[0]).mean() < (few[1] - few[0]).mean()
        assert np.array(many) == pytest.approx(np.array(exact))

    def test_bounds_of_many_hold_where_a_cell_is_full(self):
        """As by hand above; then 20 % nationally with half of the 150 unemployed: at most 50 of these 75 are old, so
        that a quarter of the young unemployed are isolated at least. Nobody is old in the two areas."""
        low, high = outer_bounds(np.array([[0.0, 100, 0, 100]]), COUNTRY, targets(0.10))
        assert (low[0], high[0]) == pytest.approx((0.0, 0.75))
        young = np.array([[0.0, 100, 0, 0], [100, 100, 0, 0]])
        low, high = outer_bounds(young, COUNTRY, targets(0.20, unemployed=0.50))
        assert low == pytest.approx([0.25, 0.125])
        assert high == pytest.approx(bounds(young, COUNTRY, targets(0.20, unemployed=0.50))[1])

    def test_bounds_of_many_stay_shares(self):
        """The prices of one area are poor for its opposite: they would let it be under none or over everybody."""
        tables = np.array([[3.0, 1, 0, 0], [0, 0, 1, 3], [0, 1, 0, 1], [1, 0, 1, 0]])
        low, high = outer_bounds(tables, COUNTRY, targets(0.10, young=0.15, unemployed=0.20), typical=1)
        assert (low == 0).sum() == 3 and (high == 1).sum() == 1
        assert (low < high).all()

    def test_the_unit_of_the_joint_table_does_not_matter(self):
        tables, published = np.array([[400.0, 100, 0, 0], [0, 0, 10, 90]]), targets(0.10, unemployed=0.20)
        expected = bounds(tables, COUNTRY, published)
        for unit in (1e-9, 1e6):
            assert np.array(bounds(tables, unit * COUNTRY, published)) == pytest.approx(np.array(expected))

    def test_typical_areas_are_each_the_farthest_from_those_before(self):
        """The mean of 0, 9, 10 and 6 is 6.25: 0 is the farthest from it, then 10 from 0, then 6 from both."""
        points = np.array([[0.0, 5], [9, 5], [10, 5], [6, 5]])
        assert _far_apart(points, 3) == [0, 2, 3]
        assert _far_apart(points, 9) == [0, 2, 3, 1]

    def test_cells_where_nobody_lives_loosen_nothing(self):
        """No area has anybody in the last two cells, the country has."""
        tables = np.random.default_rng(1).gamma(1, 100, (12, 4)) * [1, 1, 0, 0]
        outer = outer_bounds(tables, COUNTRY, targets(0.10, young=0.12), typical=12)
        assert np.array(outer) == pytest.approx(np.array(bounds(tables, COUNTRY, targets(0.10, young=0.12))))

    def test_rates_that_cannot_hold_together(self):
        with pytest.raises(CalibrationError, match="cannot hold together"):
            bounds(COUNTRY[None], COUNTRY, targets(0.10, young=0.08, old=0.08))


class TestContributions:
    """Why a territory is above its twins: the part of each factor, adding up to the difference."""

    factors = {"age": np.array([0, 0, 1, 1]), "work": np.array([0, 1, 0, 1])}  # noqa: RUF012
    rates = np.array([0.05, 0.15, 0.10, 0.30])

    def test_one_factor_takes_all(self):
        """Same unemployment in each age, more old people: age explains the whole difference."""
        own, other = np.array([[40.0, 10, 40, 10]]), np.array([[60.0, 15, 20, 5]])
        parts = contributions(own, other, self.rates, self.factors)
        difference = poststratify(own, self.rates) - poststratify(other, self.rates)
        assert parts["age"] == pytest.approx(difference)
        assert parts["work"] == pytest.approx([0]) and parts["structure"] == pytest.approx([0], abs=1e-9)

    def test_three_factors_that_do_not_combine_keep_their_own_parts(self):
        """Half of the area is in each of three states, a fifth of its comparator; no state goes with another. They
        add 10, 20 and 30 points to the rate: each part is three tenths of that."""
        states = np.array(list(product((0, 1), repeat=3))).T
        own, other = (np.prod(np.where(states, p, 1 - p), axis=0)[None] for p in (0.5, 0.2))
        rates, factors = 0.1 + np.array([0.1, 0.2, 0.3]) @ states, dict(zip("abc", states, strict=True))
        parts = contributions(own, other, rates, factors)
        assert {name: float(part[0]) for name, part in parts.items()} == pytest.approx(
            {"a": 0.03, "b": 0.06, "c": 0.09, "structure": 0.0}, abs=1e-6
        )

    def test_people_whom_the_comparator_has_none_of(self):
        """Nobody is old in the comparator. The age of the first area explains 6.5 points with as many unemployed among
        its old, which it has not; in the second no old person is unemployed, and none is taken for it."""
        own = np.array([[40.0, 10, 40, 10], [50, 0, 50, 0]])
        other = np.array([[80.0, 20, 0, 0], [100, 0, 0, 0]])
        parts = contributions(own, other, self.rates, self.factors)
        assert parts["age"] == pytest.approx([0.065, 0.025])
        assert parts["structure"] == pytest.approx([-0.03, 0], abs=1e-9)

    @settings(max_examples=25)
    @given(arrays(float, (2, 3, 4), elements=st.floats(0.5, 500)))
    def test_parts_add_up_exactly(self, tables):
        own, other = tables
        parts = contributions(own, other, self.rates, self.factors)
        assert sum(parts.values()) == pytest.approx(poststratify(own, self.rates) - poststratify(other, self.rates))

    def test_the_order_of_the_factors_does_not_matter(self):
        own, other = np.array([[10.0, 20, 30, 40]]), np.array([[40.0, 10, 30, 20]])
        one = contributions(own, other, self.rates, self.factors)
        two = contributions(own, other, self.rates, dict(reversed(self.factors.items())))
        assert {k: float(v[0]) for k, v in one.items()} == pytest.approx({k: float(v[0]) for k, v in two.items()})


def test_the_doors_named_in_the_design_exist():
    for name in ("calibrate", "poststratify", "benchmark", "draws", "bounds"):
        assert callable(getattr(smallarea, name))


def test_second_order_moments_of_a_parabola_are_exact():
    """x = 3 + 2 z + z^2 / 2 with z standard normal: mean 3 + 1/2, variance 2^2 + 1/2."""
    mean, sd = spread(np.array([[3.0, 3 + 2 + 0.5, 3 - 2 + 0.5]]))
    assert mean[0] == pytest.approx(3.5)
    assert sd[0] ** 2 == pytest.approx(4.5)


def test_a_message_tells_its_problems_one_a_line_and_how_many_more():
    assert listing("Wrong", ["a", "b"], most=2) == "Wrong:\n- a\n- b"
    assert listing("Wrong", ["a", "b", "c", "d"], most=2) == "Wrong:\n- a\n- b\n- and 2 more"
    assert listing("Wrong", [str(i) for i in range(21)]).endswith("- 19\n- and 1 more")
    assert (first(np.arange(3), most=3), first(np.arange(4), most=3)) == ("0, 1, 2", "0, 1, 2 ...")
    assert first(np.arange(11)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 ..."
