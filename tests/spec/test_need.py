"""Need against services: what is within reach, what is missing, and what is not known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.estimate import Verdict
from geodata.methods import need
from geodata.response import Link, Quadrant, Response, Together

PRESENT, FAR, SCARCE, UNKNOWN = (r.value for r in Response)
WEAK = FAR
NAN = np.nan


def reach(travel_min, complete_min, minutes=20.0):
    return need.within_reach([travel_min], [complete_min], minutes=minutes)[0]


# -------------------------------------------------------------------------------------------------------- within reach


def test_a_service_exactly_at_the_limit_is_within_reach():
    assert reach(20.0, 0) == 1
    assert reach(20.01, 120) == 0


def test_a_partial_list_shows_a_service_that_is_there():
    assert reach(12.0, complete_min=0) == 1


def test_a_partial_list_never_shows_that_there_is_none():
    assert np.isnan(reach(45.0, complete_min=0))
    assert np.isnan(reach(NAN, complete_min=0))


def test_a_complete_list_shows_that_there_is_none_as_far_as_it_goes():
    """The nearest listed service is at 45 minutes, and the first place whose list is not complete at 25: within 20
    minutes there is surely none, within 30 there may be one that nobody listed."""
    assert reach(45.0, complete_min=25, minutes=20) == 0
    assert np.isnan(reach(45.0, complete_min=25, minutes=30))
    assert np.isnan(reach(45.0, complete_min=25, minutes=25))


def test_no_service_that_a_road_leads_to_is_none_where_the_list_is_complete():
    assert reach(NAN, complete_min=120) == 0


@given(st.floats(0, 100), st.floats(0, 120), st.floats(1, 59), st.floats(0, 59))
def test_more_minutes_never_take_a_service_out_of_reach(travel_min, complete_min, minutes, more):
    before, after = (reach(travel_min, complete_min, m) for m in (minutes, minutes + more))
    assert not (before == 1 and after != 1)
    assert not (np.isnan(before) and after == 0)


# ------------------------------------------------------------------------------------------------------------ response


def test_a_family_is_too_far_out_of_reach_and_too_few_in_the_lowest_quarter_of_comparable_places():
    within = np.array([1.0, 1.0, 0.0, 1.0, NAN])
    rank = np.array([0.60, 0.10, 0.60, NAN, 0.10])
    assert need.family_response(within, rank).tolist() == [PRESENT, SCARCE, FAR, PRESENT, UNKNOWN]


def test_a_rank_at_the_quarter_is_not_in_it():
    assert need.is_lowest(np.array([0.2499, 0.25, NAN])).tolist() == [True, False, False]
    assert need.is_lowest(np.array([0.25]), quarter=0.3).tolist() == [True]


def test_four_places_one_of_them_in_the_lowest_quarter():
    scores = np.array([4.0, 1.0, 3.0, 2.0])
    assert need.ranks(scores, scores).tolist() == [0.75, 0.0, 0.5, 0.25]


def test_equal_scores_have_equal_ranks_whatever_the_last_digit():
    scores = np.array([0.1 + 0.2, 0.3, 1.0])
    assert need.ranks(scores, scores).tolist() == [1 / 3, 1 / 3, 2 / 3]


def test_where_most_places_have_nothing_none_is_in_the_lowest_quarter():
    scores = np.array([0.0, 0.0, 0.0, 5.0])
    assert need.ranks(scores, scores).tolist() == [0.5, 0.5, 0.5, 0.75]
    assert not need.is_lowest(need.ranks(scores, scores)).any()


def test_two_families_present_whose_supply_nobody_compares_could_be_few():
    found = np.array([[PRESENT] * 3, [PRESENT] * 3, [WEAK, PRESENT, UNKNOWN]])
    ranked = np.array([[False, True, True], [False, True, False], [True, True, False]])
    # Perhaps scarce: two of three; none; one of three.
    assert need.could_be_few(found, ranked).tolist() == [True, False, False]


# ------------------------------------------------------------------------------------------------------------ quadrants


def few(*responses):
    return need.few(np.array([[r] for r in responses]))[0]


def test_few_responses_when_at_least_half_of_the_families_are_weak():
    assert few(WEAK, WEAK, PRESENT) == 1
    assert few(WEAK, PRESENT, PRESENT) == 0
    assert few(WEAK, PRESENT) == 1
    assert few(WEAK) == 1


def test_what_is_not_known_is_not_few_unless_the_rest_is_enough():
    assert np.isnan(few(WEAK, PRESENT, UNKNOWN))
    assert np.isnan(few(UNKNOWN, UNKNOWN, UNKNOWN))
    assert few(WEAK, WEAK, UNKNOWN) == 1
    assert few(PRESENT, PRESENT, UNKNOWN) == 0


@given(st.lists(st.sampled_from([PRESENT, WEAK, UNKNOWN]), min_size=1, max_size=3))
def test_unknown_is_never_counted_as_a_gap(responses):
    """Replacing an unknown response by either known one never contradicts what was said without it."""
    is_few = few(*responses)
    for other in (PRESENT, WEAK):
        is_few_if_known = few(*(other if r == UNKNOWN else r for r in responses))
        assert np.isnan(is_few) or is_few_if_known == is_few


def test_the_quadrants():
    verdicts = [Verdict.ABOVE, Verdict.LIKELY_ABOVE, Verdict.ABOVE, Verdict.UNDECIDED, Verdict.LIKELY_BELOW,
                Verdict.BELOW, Verdict.NOT_PUBLISHED]  # fmt: skip
    is_few = [1, 0, NAN, 1, 1, 0, 1]
    assert need.quadrant(np.array([v.value for v in verdicts]), is_few).tolist() == [
        Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN, Quadrant.UNDECIDED, Quadrant.LESS_NEED, Quadrant.LESS_NEED,
        Quadrant.NOT_PUBLISHED,
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------- larger territories


def test_a_territory_has_what_half_of_its_residents_have():
    """Three communes of 100, 300 and 600 residents: weak in the largest, 60 % of the residents."""
    shares = need.shares([PRESENT, PRESENT, WEAK], [100, 300, 600], np.zeros(3, int), 1, (WEAK, PRESENT))
    assert shares[:, 0].tolist() == [0.6, 0.4]
    assert need.of_most(shares[0], shares[1], (WEAK, PRESENT, UNKNOWN)).tolist() == [WEAK]


def test_people_are_added_up_and_minutes_are_never_averaged():
    """Communes of 900 residents at 5 minutes and of 100 at 95: 90 % are within 20 minutes, whatever the mean."""
    within = need.within_reach([5.0, 95.0], [120.0, 120.0], minutes=20)
    assert need.shares(within, [900, 100], np.zeros(2, int), 1, (1.0,))[0].tolist() == [0.9]


def test_half_and_half_with_the_rest_unknown_is_unknown():
    found = need.shares([PRESENT, WEAK, UNKNOWN], [40, 40, 20], np.zeros(3, int), 1, (WEAK, PRESENT))
    assert need.of_most(found[0], found[1], (WEAK, PRESENT, UNKNOWN)).tolist() == [UNKNOWN]


def test_a_territory_without_residents_has_no_share():
    found = need.shares([PRESENT], [NAN], np.zeros(1, int), 1, (PRESENT,))
    assert np.isnan(found).all()


# ------------------------------------------------------------------------------------------- articulation and pathways


def test_articulation_counts_the_families_within_reach_and_says_when_one_is_not_known():
    found = need.articulation(np.array([[1.0, 1, 0, 1], [1, 0, 0, NAN], [1, 1, 0, 1]]))
    assert found[:3].tolist() == [3, 2, 0]
    assert np.isnan(found[3])


def test_the_links_of_a_pathway_are_present_missing_or_unknown():
    """A nurse at 5 minutes, a day centre at 40 on a complete list, a carers' café that no list tells of."""
    within = need.within_reach([5.0, 40.0, NAN], [120.0, 120.0, 0.0], minutes=20)
    assert need.link_state(within).tolist() == [Link.PRESENT, Link.MISSING, Link.UNKNOWN]


# ------------------------------------------------------------------------------------------------------ no silent rule


def test_each_argument_changes_the_answer():
    assert need.within_reach([20.0], [120.0], minutes=15)[0] != need.within_reach([20.0], [120.0], minutes=30)[0]
    rank = np.array([0.22])
    assert need.family_response([1.0], rank, quarter=0.2) != need.family_response([1.0], rank, quarter=0.25)


@given(st.permutations(range(6)))
def test_the_order_of_places_does_not_matter(order):
    travel = np.array([5.0, 25, NAN, 19, 40, 20])
    complete = np.array([120.0, 0, 120, 0, 30, 120])
    rank = np.array([0.1, 0.5, 0.9, NAN, 0.3, 0.6])
    groups, weights = np.array([0, 0, 1, 1, 2, 2]), np.array([1.0, 2, 3, 4, 5, 6])

    def answer(rows):
        own = need.family_response(need.within_reach(travel[rows], complete[rows], minutes=20), rank[rows])
        return own, need.shares(own, weights[rows], groups[rows], 3, (WEAK, PRESENT))

    order = np.array(order)
    straight, shuffled = answer(np.arange(6)), answer(order)
    assert straight[0][order].tolist() == shuffled[0].tolist()
    assert straight[1] == pytest.approx(shuffled[1])


# ---------------------------------------------------------------------------------------------- functions of pathways


@pytest.mark.parametrize(
    ("present", "missing", "is_main", "state"),
    [
        # One category within reach is enough, main or not.
        ((1, 0), (0, 1), (True, False), Link.PRESENT),
        ((0, 1), (1, 0), (True, False), Link.PRESENT),
        # Complete lists of the main ones show none: missing, whatever is not known of the others.
        ((0, 0), (1, 0), (True, False), Link.MISSING),
        ((0, np.nan), (1, np.nan), (True, False), Link.MISSING),
        # One main list is not complete: not known.
        ((0, 0), (1, 0), (True, True), Link.UNKNOWN),
        ((np.nan,), (np.nan,), (True,), Link.UNKNOWN),
        # Above the commune, half of the residents decide; 30 % by one and 30 % by another may be 60 % together.
        ((0.5, 0.0), (0.5, 0.9), (True, False), Link.PRESENT),
        ((0.3, 0.3), (0.7, 0.7), (True, False), Link.UNKNOWN),
        ((0.3, 0.1), (0.7, 0.0), (True, False), Link.MISSING),
        # Nothing that could prove an absence.
        ((0,), (1,), (False,), Link.UNKNOWN),
    ],
)
def test_a_function_is_present_by_any_category_and_missing_only_by_complete_lists(present, missing, is_main, state):
    assert need.function_state(present, missing, is_main) is state


# ---------------------------------------------------------------------------------------- exactly half, place by place


def test_each_place_is_judged_by_its_own_families():
    """Two families in three places: both weak, one weak and one not known, none weak."""
    responses = np.array([[FAR, FAR, PRESENT], [SCARCE, UNKNOWN, PRESENT]])
    assert need.few(responses).tolist() == [1.0, 1.0, 0.0]
    three = np.array([[FAR, PRESENT], [UNKNOWN, PRESENT], [PRESENT, UNKNOWN]])
    assert np.isnan(need.few(three)[0]) and need.few(three)[1] == 0


def test_a_weak_family_and_one_compared_with_none_could_be_few_together():
    """Of two families one is half: the weak one is enough, though the other is compared and good."""
    compared = np.ones((2, 2), dtype=bool)
    assert need.could_be_few(np.array([[SCARCE, PRESENT], [PRESENT, PRESENT]]), compared).tolist() == [True, False]
    four = np.array([[FAR], [PRESENT], [PRESENT], [PRESENT]])
    assert not need.could_be_few(four, np.ones((4, 1), dtype=bool))[0]
    assert need.could_be_few(four, np.array([[True], [False], [True], [True]]))[0]


def test_exactly_half_is_at_least_half():
    assert need.of_most([0.5, 0.4, 0.4], [0.5, 0.5, 0.4], (FAR, PRESENT, UNKNOWN)).tolist() == [FAR, PRESENT, UNKNOWN]
    # Half surely without, a quarter by each of two other categories: they add up to half, so it may be there.
    assert need.function_state([0.0], [0.5], [True]) == Link.MISSING
    assert need.function_state([0.25, 0.25], [0.5, 0.75], [True, True]) == Link.UNKNOWN
    assert need.function_state([0.25, 0.2], [0.5, 0.75], [True, True]) == Link.MISSING


def test_a_mean_share_is_told_of_every_group_and_of_none_without_weight():
    """The last groups have nobody: no number, and no place lost."""
    found = need.mean_share([1.0, 0.0, 1.0], [0.3, 0.1, NAN], [0, 0, 1], 4)
    assert found[0] == pytest.approx(0.75) and np.isnan(found[1:]).all() and len(found) == 4


# ------------------------------------------------------------------------------------ wider territories and their words


@pytest.mark.parametrize(
    ("far", "scarce", "present", "response"),
    [
        (0.5, 0.3, 0.2, FAR), (0.49, 0.01, 0.5, SCARCE), (0.49, 0.0, 0.51, PRESENT), (0.2, 0.2, 0.5, PRESENT),
        (0.3, 0.19, 0.4, UNKNOWN), (0.0, 0.5, 0.5, SCARCE), (0.5, 0.0, 0.5, FAR), (NAN, NAN, NAN, UNKNOWN),
    ],
)  # fmt: skip
def test_a_wider_territory_is_what_half_of_its_residents_have_what_is_wanting_first(far, scarce, present, response):
    assert need.response_above([far], [scarce], [present]).tolist() == [response]


def test_half_is_half_whatever_the_last_digit():
    """Ten tenths of half of the residents add up to a little less than half."""
    half = sum([0.05] * 10)
    assert half < 0.5
    assert need.response_above([half], [0.0], [0.0]).tolist() == [FAR]
    assert need.response_above([0.0], [half], [0.0]).tolist() == [SCARCE]
    assert need.response_above([0.0], [0.0], [half]).tolist() == [PRESENT]
    assert need.of_most([half, 0.0], [0.0, half], (FAR, PRESENT, UNKNOWN)).tolist() == [FAR, PRESENT]
    assert need.function_state([half], [0.0], [True]) == Link.PRESENT
    assert need.function_state([0.0], [half], [True]) == Link.MISSING


def test_families_together_are_few_present_or_not_known():
    responses = np.array([[FAR, PRESENT, UNKNOWN], [SCARCE, PRESENT, PRESENT], [PRESENT, UNKNOWN, UNKNOWN]])
    assert need.together(responses).tolist() == [Together.FEW, Together.PRESENT, Together.UNKNOWN]


def test_communes_with_the_same_complete_lists_are_compared_with_one_another():
    """Of three communes the first and the last have both lists whole, the second that of nurses alone."""
    whole = pd.DataFrame({"nurse": [True, True, True], "library": [True, False, True]})
    numbers, lists = need.lists(whole)
    assert [lists[n] for n in numbers] == [("nurse", "library"), ("nurse",), ("nurse", "library")]
    assert numbers[0] == numbers[2] != numbers[1] and numbers.shape == (3,)


def test_none_in_a_table_is_not_known():
    """Tables hold None where nothing is known: it is neither a service at no distance nor the absence of one."""
    assert need.within_reach([None, 5], [120, None], minutes=20).tolist() == [0, 1]
    assert np.isnan(need.within_reach([None], [None], minutes=20)).all()
    assert need.is_lowest([None, 0.1]).tolist() == [False, True]
    assert need.family_response([None, 1], [None, None]).tolist() == [UNKNOWN, PRESENT]
    assert need.link_state([None, 1, 0]).tolist() == [Link.UNKNOWN, Link.PRESENT, Link.MISSING]
    assert need.response_above([None], [None], [0.5]).tolist() == [PRESENT]
    assert need.response_above([0.5], [None], [None]).tolist() == [FAR]
    assert need.function_state([None, 0.6], [None, None], [True, False]) == Link.PRESENT
    assert need.function_state([None], [0.6], [True]) == Link.MISSING
    above = np.array([Verdict.ABOVE.value])
    assert need.quadrant(above, [None]).tolist() == [Quadrant.UNKNOWN]
    assert np.isnan(need.articulation([[None], [1]])).all()
    assert need.mean_share([1.0, 0.0], [1, None], [0, 0], 1).tolist() == [1.0]


def test_minutes_a_hair_over_the_limit_are_within_it():
    """Times are sums of floats: 20 minutes computed as 20.0000001 are 20, for a service and for a list."""
    assert reach(20.0 + 1e-9, 0) == 1
    assert np.isnan(reach(45.0, complete_min=20.0 + 1e-9))


@pytest.mark.parametrize("quarter", [0.2, 0.25, 0.3])
def test_a_rank_of_exactly_the_quarter_is_not_in_it_whatever_the_last_digit(quarter):
    assert not need.is_lowest([quarter - 1e-15], quarter=quarter)[0]
    assert need.is_lowest([quarter - 1e-9], quarter=quarter)[0]
    assert need.family_response([1.0], [quarter - 1e-3], quarter=quarter).tolist() == [SCARCE]
