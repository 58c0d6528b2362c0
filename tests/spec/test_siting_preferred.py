"""Places that a planner expects, by hand: the town beside the village, the team that serves its own département."""

import pandas as pd
import pytest

from geodata.errors import BadInput
from geodata.methods.siting import Aim, Floor, SitingRequest, mclp
from tests.spec.test_siting import chosen, pairs, people, reaching

TWO = {"demand": people(a=100, b=1), "travel": reaching(Village="ab", Town="a"), "teams": 1, "minutes": 10}
SIZE = pd.Series({"Village": 1.0, "Town": 50.0})


def proposal(**request):
    return mclp(SitingRequest(**TWO | request))


def test_the_town_takes_the_place_of_the_village_where_one_person_in_a_hundred_is_lost():
    assert chosen(proposal()) == ["Village"]
    assert chosen(proposal(size=SIZE, slack=0.005)) == ["Village"]
    plan = proposal(size=SIZE, slack=0.01)
    assert (chosen(plan), plan.reached) == (["Town"], 100)
    # What is given up is told: the bound is that of the problem without the preference.
    assert plan.bound == pytest.approx(101) and plan.gap == pytest.approx(1 / 101)
    assert [(site.second, site.second_loss) for site in plan.sites] == [("Village", -1)]


def test_all_the_moves_together_give_up_no_more_than_the_slack():
    demand = people(a=100, b=1, c=100, d=1)
    trips = reaching(V1="ab", T1="a", V2="cd", T2="c")
    size = pd.Series({"V1": 10.0, "T1": 20.0, "V2": 10.0, "T2": 500.0})
    both = {"demand": demand, "travel": trips, "teams": 2, "size": size}
    assert set(chosen(proposal(**both, slack=0.005))) == {"V1", "T2"}, "the larger of the two first"
    assert set(chosen(proposal(**both, slack=0.01))) == {"T1", "T2"}


def test_a_larger_place_elsewhere_is_no_neighbour():
    size = pd.Series({"X": 1.0, "Y": 50.0})
    assert chosen(proposal(demand=people(a=100, b=100), travel=reaching(X="a", Y="b"), size=size, slack=0.1)) == ["X"]


def test_the_town_does_not_take_the_place_that_a_floor_asks_for():
    by = pd.Series({"a": "1", "b": "2", "Village": "2", "Town": "1"})
    floor = Floor(teams=1, by=by[["b", "Village"]])
    assert chosen(proposal(size=SIZE, slack=0.5, by=by, floors=floor)) == ["Village"]


def test_situations_are_answered_with_the_same_preference():
    draws = pd.DataFrame({"one": people(a=100, b=1), "two": people(a=100, b=0)})
    plan = proposal(size=SIZE, slack=0.01, draws=draws)
    assert [(site.id, site.share_of_draws) for site in plan.sites] == [("Town", 1.0)]


def test_where_the_worst_tenth_leaves_a_choice_most_people_are_near():
    # b is the worst tenth, 30 minutes from either: P is 11 and 0 minutes from the others, Q is 10 from both.
    trips = pairs(("a", "P", 11), ("c", "P", 0), ("b", "P", 30), ("a", "Q", 10), ("c", "Q", 10), ("b", "Q", 30))
    tenth = {"demand": people(a=45, c=45, b=10), "travel": trips, "aim": Aim.WORST_TENTH}
    assert chosen(proposal(**tenth)) == ["P"]
    plan = proposal(**tenth, size=pd.Series({"P": 2.0, "Q": 1.0}), slack=0.01)
    assert (chosen(plan), plan.reached, plan.worst_tenth_min) == (["Q"], 90, 30)


def test_where_the_worst_tenth_is_the_aim_the_second_best_costs_minutes():
    at = dict(zip("abcde", range(0, 50, 10), strict=True))
    trips = pairs(*((one, other, abs(at[one] - at[other])) for one in at for other in at))
    demand = people(a=60, b=10, c=10, d=10, e=10)
    plan = proposal(demand=demand, travel=trips, aim=Aim.WORST_TENTH)
    # c is 20 minutes from both ends, its neighbours are 30 from one of them.
    assert [(site.id, site.second in "bd", site.second_min, site.second_loss) for site in plan.sites] == [
        ("c", True, pytest.approx(10), None)
    ]


BORDER = {"demand": people(a=100, b=10), "travel": reaching(Border="a", Own="b")}
ARIEGE = pd.Series(dict.fromkeys(["b", "Border", "Own"], "09"))


def test_a_team_that_serves_the_neighbours_is_not_the_departements_own():
    assert chosen(proposal(**BORDER, floors=Floor(teams=1, by=ARIEGE))) == ["Border"]
    plan = proposal(**BORDER, floors=Floor(teams=1, own_share=0.5, by=ARIEGE))
    assert chosen(plan) == ["Own"]
    assert [(kept.group, kept.teams) for kept in plan.floors] == [("09", 1)]
    # Who imposes a site knows it.
    forced = proposal(**BORDER, floors=Floor(teams=1, own_share=0.5, by=ARIEGE), forced=["Border"])
    assert chosen(forced) == ["Border"] and all(kept.is_kept for kept in forced.floors)


def test_where_no_site_serves_mostly_its_own_the_nearest_to_it_counts():
    trips = reaching(Border="ab", Far="a")
    by = pd.Series(dict.fromkeys(["b", "Border", "Far"], "09"))
    floor = Floor(teams=1, own_share=0.5, by=by)
    assert chosen(proposal(demand=people(a=100, b=10), travel=trips, floors=floor)) == ["Border"]
    both = proposal(demand=people(a=100, b=10), travel=trips, teams=2, floors=Floor(teams=2, own_share=0.5, by=by))
    assert set(chosen(both)) == {"Border", "Far"}, "as many as the floor asks for"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"size": SIZE, "slack": 1.0}, "slack=1.0"),
        ({"size": SIZE[:1], "slack": 0.1}, "size: none for the candidates Town"),
        ({"size": SIZE * 0, "slack": 0.1}, "size: zero for"),
        ({"floors": Floor(teams=1, own_share=2, by=ARIEGE)}, "own_share=2"),
        ({"floors": Floor(teams=1, by=pd.Series({"a": None, "Town": "1"}))}, "`by` puts no area in a group"),
    ],
)
def test_what_cannot_be_preferred_is_named(wrong, message):
    with pytest.raises(BadInput, match=message):
        proposal(**wrong)
