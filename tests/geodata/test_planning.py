"""Requests to the invented country, whose answers can be counted by hand (see `tests.dashboard.synthetic`).

Its communes are squares some 8 km wide and 11 km high: within 3 minutes a team reaches its own commune only, within 12
minutes its neighbours to the east and west too.
"""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from geodata.errors import BadInput, Infeasible, UnknownScenario
from geodata.plan import ConflictKind, Plan
from geodata.planning import case, measure, plausible, propose, states
from geodata.request import OwnTeam, Public, Request
from geodata.store import open_store
from tests.dashboard import synthetic

ALONE = Request("R1", teams=1, minutes=3, says_none_known=True, candidates="communes")
"""A team that reaches its own commune only."""


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    return open_store(str(synthetic.write(tmp_path_factory.mktemp("planning") / "invented.gpkg")))


def request_with(**changes) -> Request:
    return Request(**{**vars(ALONE), **changes})


def plan(store, **changes) -> Plan:
    request = request_with(**changes)
    return propose(case(store, request), request)


def chosen(proposal: Plan) -> list[str]:
    return [site.id for site in proposal.sites]


def test_one_team_goes_where_most_expected_isolated_people_live(invented):
    proposal = plan(invented)
    # S1001: 20 % of 21,000; the whole région: 4200 + 525 + 945 + 127.5 + 130 + 3.6 + 94.4 + 7.8.
    assert chosen(proposal) == ["S1001"]
    assert proposal.reached == pytest.approx(4200)
    assert proposal.people == pytest.approx(6033.3)
    assert proposal.gap == 0


def test_teams_are_placed_one_after_the_other(invented):
    assert chosen(plan(invented, teams=3)) == ["S1001", "S1003", "S1002"]


def test_more_minutes_reach_the_neighbours(invented):
    found = plan(invented, minutes=12)
    assert chosen(found) == ["S1002"]  # between S1001 and S1003
    assert found.reached == pytest.approx(4200 + 525 + 945)


def test_another_aim_counts_other_people(invented):
    found = plan(invented, public=Public.RESIDENTS, teams=2)
    assert chosen(found) == ["S1001", "S1003"]
    assert found.reached == pytest.approx(21_000 + 9_000)


def test_one_departement_of_the_region(invented):
    found = plan(invented, departements=("S2",))
    assert chosen(found) == ["S2001"]
    assert found.people == pytest.approx(0.118 * 800 + 0.13 * 60)


def test_a_commune_without_estimate_is_left_out_and_named(invented):
    assert case(invented, ALONE).left_out == ("Sans-Recensement",)


def test_town_halls_as_candidates(invented):
    assert chosen(plan(invented, candidates="mairie")) == ["synthetic--mairie-S1001"]


def test_services_in_place_are_not_reached_again(invented):
    # The only association is in S1001, 2.8 km from the point of the commune.
    proposal = plan(invented, minutes=4, existing=("association",), says_none_known=False)
    assert chosen(proposal) == ["S1003"]
    assert proposal.reached_before == pytest.approx(4200)


def test_a_team_that_the_planner_knows_counts_as_in_place(invented):
    found = plan(invented, own_teams=(OwnTeam("Équipe", "S1001"),), says_none_known=False)
    assert chosen(found) == ["S1003"]
    assert found.existing == ("own--1",)


@pytest.fixture(scope="module")
def divided(tmp_path_factory):
    """The same country where the second département of R1, north of the first, is a région of its own."""
    path = synthetic.write(tmp_path_factory.mktemp("divided") / "divided.gpkg")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE territory SET region = 'R2' WHERE departement = 'S2'")
    return open_store(str(path))


def test_a_team_beyond_the_edge_of_the_region_counts_as_in_place(divided):
    # S2001 lies north of S1004 (8.5 % of 1,500) and S1005 (5 % of 2,600), which 20 minutes reach: no farther.
    proposal = plan(divided, minutes=20, own_teams=(OwnTeam("Équipe voisine", "S2001"),), says_none_known=False)
    assert proposal.reached_before == pytest.approx(0.085 * 1500 + 0.05 * 2600)
    assert {group.group for group in proposal.groups} == {"S1"}


def test_services_beyond_the_edge_count_and_whether_their_lists_are_complete_is_said(divided):
    places = case(divided, request_with(minutes=20, existing=("infirmier",), says_none_known=False))
    assert places.incomplete_lists == (("infirmier", "S2"),)
    halls = case(divided, request_with(minutes=20, existing=("mairie",), says_none_known=False))
    assert "synthetic--mairie-S2001" in halls.existing
    assert not any("974" in site for site in halls.existing)


def test_a_team_that_cannot_reach_the_region_is_refused(divided):
    with pytest.raises(BadInput, match="nor within reach of it: 97411"):
        case(divided, request_with(own_teams=(OwnTeam("Île", "97411"),), says_none_known=False))


def test_a_list_that_is_not_complete_is_said_and_a_place_that_is_unknown_is_counted(invented):
    places = case(invented, request_with(existing=("infirmier",), says_none_known=False))
    assert places.unplaced == 1
    assert places.incomplete_lists == (("infirmier", "S2"),)
    assert case(invented, request_with(existing=("mairie",))).incomplete_lists == ()


def test_forced_and_excluded_sites(invented):
    assert set(chosen(plan(invented, teams=2, forced=("S2003",)))) == {"S1001", "S2003"}
    assert chosen(plan(invented, excluded=("S1001",))) == ["S1003"]


def test_a_floor_of_teams_in_each_departement(invented):
    assert chosen(plan(invented, teams=2, floor_teams=1)) == ["S1001", "S2001"]


def test_a_floor_of_share_in_each_departement(invented):
    found = plan(invented, teams=2, floor_share=0.5)
    assert chosen(found) == ["S1001", "S2001"]
    assert found.lowest.share >= 0.5


def test_a_budget_pays_for_fewer_teams(invented):
    found = plan(invented, teams=5, cost=40_000.0, budget=100_000.0)
    assert chosen(found) == ["S1001", "S1003"]


def test_another_definition_counts_other_people(invented):
    usual, other = (
        plan(invented),
        plan(invented, definition="loneliness", scenario="loneliness", public=Public.RESIDENTS),
    )
    assert usual.people != other.people
    with pytest.raises(UnknownScenario):
        plan(invented, scenario="moon")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"forced": ("S1001",), "excluded": ("S1001",)}, ConflictKind.FORCED_AND_EXCLUDED),
        ({"forced": ("S1001", "S1002")}, ConflictKind.FORCED_OVER_TEAMS),
        ({"floor_teams": 1}, ConflictKind.FLOOR_OVER_TEAMS),
        ({"cost": 10.0, "budget": 5.0}, ConflictKind.NOBODY_NEW),
        ({"forced": ("S1001",), "cost": 10.0, "budget": 5.0}, ConflictKind.FORCED_OVER_BUDGET),
        ({"candidates": "infirmier"}, ConflictKind.NOBODY_NEW),
        ({"floor_share": 0.9, "candidates": "association", "minutes": 4}, ConflictKind.FLOOR_OVER_REACH),
    ],
)
def test_a_request_that_contradicts_itself_names_the_conflict(invented, changes, kind):
    with pytest.raises(Infeasible) as error:
        plan(invented, **changes)
    assert kind in {conflict.kind for conflict in error.value.conflicts}
    assert all(conflict.sentence in str(error.value) for conflict in error.value.conflicts)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"departements": ("75",)}, "75"),
        ({"existing": ("moon",)}, "moon"),
        ({"candidates": "moon"}, "moon"),
        ({"own_teams": (OwnTeam("x", "31555"),)}, "31555"),
        ({"says_none_known": False}, "teams in place"),
        ({"cost": 5.0}, "cost and budget"),
        ({"minutes": 0.0}, "minutes"),
        ({"public": Public.RESIDENTS_65}, "residents_65"),
    ],
)
def test_what_cannot_be_understood_is_said(invented, changes, message):
    with pytest.raises(BadInput, match=message):
        plan(invented, **changes)


def test_the_same_request_gives_the_same_plan(invented):
    first, second = (vars(plan(invented, teams=3, minutes=12)) for _ in range(2))
    assert first | {"seconds": 0} == second | {"seconds": 0}


def test_sites_moved_by_hand_are_counted_in_the_same_way(invented):
    places = case(invented, ALONE)
    proposal = propose(places, ALONE)
    assert measure(places, ALONE, ("S1001",), proposal).reached == proposal.reached
    moved = measure(places, ALONE, ("S1003",), proposal)
    assert moved.reached == pytest.approx(945)
    assert moved.bound == proposal.bound
    assert moved.gap == pytest.approx(1 - 945 / 4200)
    both = measure(places, ALONE, ("S1001", "S1003"), proposal)
    assert both.reached == both.bound == pytest.approx(5145)
    with pytest.raises(BadInput, match="one site"):
        measure(places, ALONE, (), proposal)


def test_where_people_are_reached_from(invented):
    request = request_with(own_teams=(OwnTeam("Équipe", "S1002"),), says_none_known=False)
    places = case(invented, request)
    state = states(places, propose(places, request))
    assert state["S1001"] == "new" and state["S1002"] == "before" and state["S1003"] == "none"


def test_requests_and_plans_travel_as_json(invented):
    request = request_with(own_teams=(OwnTeam("Équipe", "S1001"),), excluded=("S1003",), public=Public.RESIDENTS)
    assert Request.from_dict(json.loads(json.dumps(request.to_dict()))) == request
    proposal = plan(invented)
    assert Plan.from_dict(json.loads(json.dumps(proposal.to_dict()))) == proposal
    with pytest.raises(BadInput, match="moon"):
        Request.from_dict({"region": "R1", "moon": 1})
    with pytest.raises(BadInput, match="valid Aim"):
        Request.from_dict({"region": "R1", "aim": "moon"})


def test_plausible_situations_have_the_variance_of_the_build(store):
    """On the artificial region, whose build tells the parts of its uncertainty."""
    region = store.territories("region")["code"].iloc[0]
    request = Request(region, teams=2, says_none_known=True, candidates="communes")
    places = case(store, request)
    draws = plausible(places, Public.ISOLATED, 4000)
    share = np.log(draws.T / (places.communes["residents"] - draws.T))
    told = places.communes[["var_common", "var_model", "var_local"]].sum(axis=1)
    big = places.communes["residents"] > 100
    ratio = share.var().loc[big] / told[big]
    assert ratio.between(0.7, 1.3).all()
    with_draws = propose(places, request, draws=10)
    assert all(0 <= site.share_of_draws <= 1 for site in with_draws.sites)
    assert with_draws.reached_low < with_draws.reached < with_draws.reached_high
    without = propose(places, request, draws=0)
    assert without.sites[0].share_of_draws is None
