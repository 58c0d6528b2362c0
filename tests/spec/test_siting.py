"""Where new teams go: examples whose answer is found by hand, and what holds for every request."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from geodata.errors import BadInput, Infeasible
from geodata.methods.siting import Floor, SitingRequest, mclp
from geodata.methods.siting import walk as siting_walk
from geodata.methods.siting.bound import (
    Prices,
    could_better,
    relax,
    spread,
    upper_bound,
)
from geodata.methods.siting.problem import Problem, merged, undominated
from geodata.methods.siting.search import greedy, swap
from geodata.methods.siting.walk import walks
from geodata.methods.travel import TRAVEL, TravelModel, travel
from geodata.plan import BoundBy, Coverage, Deviation

MINUTE_A_KM = TravelModel("one minute a kilometre", 0.0, 1.0, 1.0, "made for these examples")


def people(**amounts):
    return pd.Series(amounts, dtype=float)


def pairs(*rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "minutes"])


def reaching(minutes=10, **sites):
    """Pairs from words: reaching(X="ab") is site X, ten minutes from areas a and b."""
    return pairs(*((area, site, minutes) for site, areas in sites.items() for area in areas))


def chosen(plan):
    return [site.id for site in plan.sites]


def timeless(plan):
    return replace(plan, seconds=0.0)


# ------------------------------------------------------------------------------------------------------ worked examples

LINE = people(a=10, b=20, c=30, d=40, e=50)
THREE = reaching(X="ab", Y="bcd", Z="de")
"""Five villages on a road: X reaches 30 people, Y 90, Z 90; Y and Z together 140, X and Z 120, X and Y 100."""


def test_one_team_goes_where_most_people_are_and_equal_sites_go_to_the_first_id():
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10))
    assert chosen(plan) == ["Y"]
    assert (plan.reached, plan.unserved, plan.people) == (90, 60, 150)
    assert plan.bound == pytest.approx(90, rel=1e-4)
    assert 0 <= plan.gap <= 1e-4


def test_two_teams_count_the_people_of_d_once():
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10))
    assert [(site.id, site.rank, site.reached, site.within, site.overlap) for site in plan.sites] == [
        ("Y", 1, 90, 90, 0),
        ("Z", 2, 50, 90, 40),
    ]
    assert (plan.reached, plan.overlap, plan.unserved) == (140, 40, 10)
    assert plan.share == pytest.approx(140 / 150)


def test_greedy_is_wrong_and_the_plan_is_not():
    # M reaches 75 and is best alone; then L or R adds 40: 115. But L and R together reach 140.
    demand = people(a=40, b=30, c=30, d=40, x=15)
    plans = []
    plan = mclp(
        SitingRequest(demand=demand, travel=reaching(L="ab", M="bcx", R="cd"), teams=2, minutes=10),
        progress=plans.append,
    )
    assert (chosen(plans[0]), plans[0].reached) == (["M", "L"], 115)
    assert (chosen(plan), plan.reached) == (["L", "R"], 140)


def test_an_existing_site_takes_no_team_and_its_people_are_not_new():
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, existing=["Z"]))
    assert chosen(plan) == ["Y"]
    assert (plan.reached_before, plan.reached, plan.overlap, plan.unserved) == (90, 50, 40, 10)
    assert plan.sites[0].within == 90
    assert plan.existing == ("Z",)


def test_a_limit_is_inclusive():
    far = pairs(("a", "X", 20.0), ("b", "X", 20.0 + 1e-6))
    assert mclp(SitingRequest(demand=people(a=1, b=2), travel=far, teams=1, minutes=20)).reached == 1
    assert mclp(SitingRequest(demand=people(a=1, b=2), travel=far, teams=1, minutes=20.1)).reached == 3


def test_a_forced_site_is_chosen_and_an_excluded_one_is_not():
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10, forced=["X"]))
    assert [(site.id, site.is_forced) for site in plan.sites] == [("Z", False), ("X", True)]
    assert plan.reached == 120
    assert plan.bound == pytest.approx(120, rel=1e-4)
    assert chosen(mclp(SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10, excluded=["Y"]))) == ["Z", "X"]


def test_the_table_by_departement_and_its_lowest_coverage():
    by = pd.Series({"a": "22", "b": "22", "c": "35", "d": "35", "e": "35", "X": "22", "Y": "35", "Z": "35"})
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, existing=["Z"], by=by))
    assert plan.groups == (Coverage("22", 30, 0, 20, 10, 0, inside=0), Coverage("35", 120, 90, 30, 0, 1, inside=120))
    assert plan.lowest.group == "22"
    assert plan.lowest.share == pytest.approx(20 / 30)
    assert plan.sites[0].group == "35"


def test_a_site_in_place_that_is_in_no_departement_is_no_departements_own():
    by = pd.Series(dict.fromkeys("ab", "22") | dict.fromkeys("cdeYZ", "35"))  # X is beyond the edge
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, existing=["X"], excluded=["Y"], by=by))
    assert [(group.group, group.reached_before, group.inside) for group in plan.groups] == [
        ("22", 30, 0),
        ("35", 0, 90),
    ]


def test_a_floor_of_teams_moves_one_to_the_departement_that_had_none():
    by = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))
    assert chosen(mclp(SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10, by=by))) == ["Y", "Z"]
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10, by=by, floors=Floor(teams=1)))
    assert (chosen(plan), plan.reached) == (["Z", "X"], 120)


def test_a_floor_of_coverage_counts_existing_sites_too():
    by = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))
    assert chosen(
        mclp(
            SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, by=by, floors=Floor(share=0.25, inside=False))
        )
    ) == ["Y"]  # 20 / 30, 70 / 120
    with pytest.raises(Infeasible, match=r"floor: no plan has 0\.7 of the people of every group reached by 1 teams"):
        mclp(
            SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, by=by, floors=Floor(share=0.7, inside=False))
        )
    plan = mclp(
        SitingRequest(
            demand=LINE, travel=THREE, teams=1, minutes=10, by=by, floors=Floor(share=0.7, inside=False), existing=["Z"]
        )
    )  # d and e: 90 / 120
    assert chosen(plan) == ["X"]


def test_a_budget_buys_two_cheap_sites_rather_than_the_largest():
    cost = people(X=1, Y=3, Z=2)
    plan = mclp(SitingRequest(demand=LINE, travel=THREE, teams=3, minutes=10, cost=cost, budget=3))
    assert (chosen(plan), plan.reached) == (["Z", "X"], 120)
    assert [site.cost for site in plan.sites] == [2, 1]
    assert plan.deviations == (Deviation.FEWER_TEAMS,)


def test_fewer_teams_when_nobody_new_is_within_reach_and_the_people_whom_no_site_reaches():
    plan = mclp(SitingRequest(demand=people(a=1, b=2, c=4), travel=reaching(X="ab", Y="b"), teams=2, minutes=10))
    assert chosen(plan) == ["X"]
    assert plan.deviations == (Deviation.FEWER_TEAMS, Deviation.UNREACHABLE)
    assert (plan.unreachable, plan.unserved, plan.bound) == (4, 4, 3)


def test_the_share_of_the_draws_that_choose_each_site_and_the_range_of_people_reached():
    demand = people(a=10, b=9)
    draws = pd.DataFrame({"one": people(a=10, b=9), "two": people(a=10, b=12), "three": people(a=20, b=1)})
    by = pd.Series("31", index=["a", "b", "X", "Y"])
    plan = mclp(SitingRequest(demand=demand, travel=reaching(X="a", Y="b"), teams=1, minutes=10, by=by, draws=draws))
    assert chosen(plan) == ["X"]
    assert plan.sites[0].share_of_draws == pytest.approx(2 / 3)
    assert (plan.reached_low, plan.reached_high) == pytest.approx((10, 19))
    (whole,) = plan.groups
    assert (whole.reached_low, whole.reached, whole.reached_high) == pytest.approx((10, 10, 19))
    assert (
        mclp(
            SitingRequest(demand=demand, travel=reaching(X="a", Y="b"), teams=1, minutes=10, forced=["Y"], draws=draws)
        )
        .sites[0]
        .share_of_draws
        == 1
    )


def test_from_points_by_the_travel_model():
    points = pd.DataFrame({"lon": 0.0, "lat": [0.0, 0.1, 0.2, 0.3]}, index=list("abcd"))  # 11.1 km apart
    trips = travel(points, points, model=MINUTE_A_KM, limit_min=30)
    plan = mclp(SitingRequest(demand=people(a=1, b=1, c=1, d=1), travel=trips, teams=1, minutes=12))
    assert (chosen(plan), plan.reached) == (["b"], 3)
    assert mclp(SitingRequest(demand=people(a=1, b=1, c=1, d=1), travel=trips, teams=1, minutes=25)).reached == 4


def test_a_square_matrix_makes_every_area_a_candidate():
    minutes = sparse.coo_array(([0, 9, 9, 0, 9, 9, 0], ([0, 0, 1, 1, 1, 2, 2], [0, 1, 0, 1, 2, 1, 2])), shape=(3, 3))
    plan = mclp(SitingRequest(demand=people(c=1, b=2, a=4), travel=minutes, teams=1, minutes=9))
    assert (chosen(plan), plan.reached) == (["b"], 7)
    assert (
        mclp(SitingRequest(demand=people(c=1, b=2, a=4), travel=minutes, teams=1, minutes=8)).reached == 4
    )  # a stored zero is the same place


# ----------------------------------------------------------------------------------------------------------- refusals


def refused(error, *words, demand=LINE, trips=THREE, **request):
    with pytest.raises(error) as raised:
        mclp(SitingRequest(demand=demand, travel=trips, **{"teams": 2, "minutes": 10} | request))
    for word in words:
        assert word in str(raised.value)


def test_every_problem_of_the_numbers_at_once():
    refused(
        BadInput,
        "teams=0",
        "minutes=nan",
        "seconds=0",
        "budget=-1",
        "share=1.5",
        "teams=-1",
        teams=0,
        minutes=math.nan,
        seconds=0,
        budget=-1,
        floors=Floor(teams=-1, share=1.5),
    )


@pytest.mark.parametrize("teams", [1.5, True, "2"])
def test_teams_are_a_whole_number(teams):
    refused(BadInput, "whole number", teams=teams)


def test_demand_that_is_negative_missing_or_repeated():
    wrong = pd.Series([1, -2, np.nan, 3, 4], index=list("abcdd"))
    refused(BadInput, "repeated ids: d", "missing, infinite or negative: b, c", demand=wrong)
    refused(BadInput, "a series of numbers", demand={"a": 1})


def test_travel_that_cannot_be_read():
    refused(BadInput, "missing columns minutes", trips=THREE[["origin", "destination"]])
    refused(BadInput, "origins that are not in demand: f", trips=reaching(X="af"))
    refused(BadInput, "missing or negative", trips=pairs(("a", "X", -1)))
    refused(BadInput, "missing or negative", trips=pairs(("a", "X", np.nan)))
    refused(BadInput, "repeated pairs: ('a', 'X')", trips=pairs(("a", "X", 1), ("a", "X", 2)))
    refused(BadInput, "a matrix of 5 x 5", trips=sparse.eye_array(4))
    refused(BadInput, "found dict", trips={})


def test_unknown_ids_and_missing_groups_and_costs_all_at_once():
    refused(
        BadInput,
        "existing: not among the destinations of travel: P",
        "forced: not among the destinations of travel: Q",
        "excluded: not among the destinations of travel: R",
        "by: no group for Z",
        "cost and budget go together",
        "draws: no row for the areas e",
        existing=["P"],
        forced=["Q"],
        excluded=["R"],
        by=pd.Series(dict.fromkeys("abcdeXY", "35")),
        budget=3,
        draws=pd.DataFrame({"one": people(a=1, b=1, c=1, d=1)}),
    )
    refused(BadInput, "cost and budget go together", cost=people(X=1, Y=1, Z=1))
    refused(BadInput, "cost: none for the candidates Z", cost=people(X=1, Y=1), budget=3)
    refused(BadInput, "cost: zero for Z", cost=people(X=1, Y=1, Z=0), budget=3)
    refused(BadInput, "floor: `by` is needed", floors=Floor(teams=1))
    refused(BadInput, "draws: missing, infinite or negative for the areas a", draws=pd.DataFrame({"one": LINE - 20}))
    refused(BadInput, "draws: a frame", draws=LINE)


def test_every_contradiction_at_once():
    refused(
        Infeasible,
        "forced and excluded: X",
        "forced where a site exists already: Y",
        "3 forced sites but 2 teams",
        "the forced sites cost 6, over the budget of 5",
        forced=["X", "Y", "Z"],
        excluded=["X"],
        existing=["Y"],
        cost=people(X=2, Y=2, Z=2),
        budget=5,
    )


def test_floors_that_cannot_be_met_name_their_group():
    by = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))
    refused(Infeasible, "floor: 2 teams in 22, which has 1 candidates", by=by, floors=Floor(teams=2), teams=4)
    refused(Infeasible, "floor: 2 teams are needed to have 1 in every group", by=by, floors=Floor(teams=1), teams=1)
    refused(
        Infeasible, "in 22, where all candidates", "0.667", by=by, floors=Floor(share=0.7, inside=False), excluded=["X"]
    )
    cheap = {"cost": people(X=5, Y=1, Z=1), "budget": 4}
    refused(Infeasible, "the cheapest sites that meet it cost 6", by=by, floors=Floor(teams=1), **cheap)


def test_nobody_to_reach_is_refused():
    refused(Infeasible, "no candidate reaches anyone new within 5 minutes", minutes=5)
    refused(Infeasible, "no candidate reaches anyone new", existing=["X", "Y", "Z"])


# --------------------------------------------------------------------------------------------- no argument is ignored

EIGHT = people(a=10, b=20, c=30, d=40, e=50, f=5, g=6, h=7)
SITES = reaching(X="ab", Y="bcd", Z="de", V="fgh", W="gh")
BY = pd.Series(dict.fromkeys("abUX", "22") | dict.fromkeys("cdeYZ", "35") | dict.fromkeys("fghVW", "56"))


@pytest.mark.parametrize(
    "change",
    [
        {"teams": 3},
        {"minutes": 5},
        {"existing": ["Z"]},
        {"forced": ["W"]},
        {"excluded": ["Y"]},
        {"by": BY},
        {"floors": Floor(teams=1)},
        {"floors": Floor(share=0.7)},
        {"cost": people(U=1, X=1, Y=2, Z=2, V=1, W=1), "budget": 3},
        {"draws": pd.DataFrame({"one": EIGHT, "two": EIGHT.iloc[::-1].to_numpy() * 1.0})},
    ],
    ids=lambda change: "+".join(change),
)
def test_every_argument_changes_the_plan(change):
    trips = pd.concat([SITES, reaching(minutes=4, U="a")], ignore_index=True)
    request = {"teams": 2, "minutes": 10}
    if "floors" in change:
        request |= {"by": BY, "teams": 3}
    before = timeless(mclp(SitingRequest(demand=EIGHT, travel=trips, **request)))
    assert timeless(mclp(SitingRequest(demand=EIGHT, travel=trips, **request | change))) != before


def test_a_search_without_time_gives_the_greedy_plan_a_bound_and_says_so():
    demand, trips = region(seed=3)
    plans = []
    plan = mclp(SitingRequest(demand=demand, travel=trips, teams=12, minutes=12, seconds=1e-9), progress=plans.append)
    assert Deviation.STOPPED_BY_CLOCK in plan.deviations
    assert plans[0].reached <= plan.reached <= plan.bound
    unhurried = mclp(SitingRequest(demand=demand, travel=trips, teams=12, minutes=12, seconds=60))
    assert Deviation.STOPPED_BY_CLOCK not in unhurried.deviations
    assert plan.reached <= unhurried.reached <= unhurried.bound <= plan.bound


def test_progress_tells_the_greedy_plan_first_then_better_ones_and_can_stop_the_search():
    demand, trips = region(seed=1)
    plans = []
    plan = mclp(SitingRequest(demand=demand, travel=trips, teams=12, minutes=12), progress=plans.append)
    assert len(plans) >= 3
    unexplained = tuple(replace(site, second=None, second_loss=None) for site in plan.sites)
    assert timeless(plans[-1]) == timeless(replace(plan, sites=unexplained))
    reached, bounds = [p.reached for p in plans], [p.bound for p in plans]
    assert reached == sorted(reached)
    assert bounds == sorted(bounds, reverse=True)

    def cancel(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mclp(SitingRequest(demand=demand, travel=trips, teams=12, minutes=12), progress=cancel)


# ---------------------------------------------------------------------------------------------------------- properties


def region(seed: int, areas: int = 150, limit: float = 15):
    """Villages scattered over 60 km x 60 km, each a candidate, with a few towns."""
    rng = np.random.default_rng(seed)
    points = pd.DataFrame(
        {"lon": rng.uniform(2, 2.8, areas), "lat": rng.uniform(46, 46.55, areas)},
        index=[f"{i:03d}" for i in range(areas)],
    )
    demand = pd.Series(np.round(rng.lognormal(4, 1.2, areas)), index=points.index)
    return demand, travel(points, points, model=TRAVEL, limit_min=limit)


@st.composite
def requests(draw):
    """Small requests of every kind, with whole people so that the best plan is told from the second best."""
    areas = draw(st.integers(1, 7))
    sites = draw(st.integers(1, 6))
    reach = draw(st.lists(st.lists(st.integers(0, 30), min_size=sites, max_size=sites), min_size=areas, max_size=areas))
    demand = pd.Series(draw(st.lists(st.integers(0, 40), min_size=areas, max_size=areas)), index=[*"abcdefg"][:areas])
    names = [*"UVWXYZ"][:sites]
    trips = pairs(
        *((demand.index[i], names[j], reach[i][j]) for i in range(areas) for j in range(sites) if reach[i][j] < 25)
    ).astype({"origin": pd.CategoricalDtype(demand.index), "destination": pd.CategoricalDtype(names)})
    request = {"teams": draw(st.integers(1, 4)), "minutes": draw(st.sampled_from([8, 15]))}
    for role in ("existing", "forced", "excluded"):
        request[role] = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if draw(st.booleans()) else ()
    if draw(st.booleans()):
        request["cost"] = pd.Series(draw(st.lists(st.integers(1, 5), min_size=sites, max_size=sites)), index=names)
        request["budget"] = draw(st.integers(0, 12))
    if draw(st.booleans()):
        groups = draw(st.lists(st.sampled_from(["22", "35"]), min_size=areas + sites, max_size=areas + sites))
        request["by"] = pd.Series(groups, index=[*demand.index, *names])
        request["floors"] = Floor(
            teams=draw(st.integers(0, 2)), share=draw(st.sampled_from([0, 0.3, 0.6, 0.9])), inside=draw(st.booleans())
        )
    return demand, trips, request


def best_by_trying_all(
    demand, trips, teams, minutes, existing, forced, excluded, cost=None, budget=0, by=None, floors=None
):
    """People newly reached by the best choice, or None when no choice keeps to the request."""
    names = trips["destination"].cat.categories
    near = trips[trips["minutes"] <= minutes]
    reached_by = {name: set(near.loc[near["destination"] == name, "origin"]) for name in names}
    before = set().union(*(reached_by[name] for name in existing))
    if set(forced) & (set(excluded) | set(existing)):
        return None
    best = None
    for k in range(teams + 1):
        for plan in combinations([n for n in names if n not in existing and n not in excluded], k):
            if not set(forced) <= set(plan) or (cost is not None and cost[list(plan)].sum() > budget):
                continue
            after = before.union(*(reached_by[name] for name in plan))
            counting = [*existing, *plan]
            if floors is not None and any(
                sum(by[name] == group for name in plan) < floors.teams
                or demand[
                    [
                        a
                        for a in demand.index
                        if by[a] == group
                        and any(a in reached_by[n] for n in counting if not floors.inside or by[n] == group)
                    ]
                ].sum()
                < floors.share * amount - 1e-9
                for group, amount in demand.groupby(by[demand.index]).sum().items()
                if amount > 0
            ):
                continue
            best = max(best or 0, int(demand[list(after - before)].sum()))
    return best


@pytest.mark.long
@settings(max_examples=300)
@given(requests())
def test_the_plan_is_the_best_of_all_and_impossible_requests_are_refused(case):
    demand, trips, request = case
    best = best_by_trying_all(demand, trips, **request)
    try:
        plan = mclp(SitingRequest(demand=demand, travel=trips, **request, seconds=math.inf))
    except Infeasible:
        assert not best  # none, or one that reaches nobody
        return
    assert best is not None
    assert plan.reached == pytest.approx(best, abs=1e-6)
    assert plan.bound >= best - 1e-6
    assert plan.gap <= 1e-4
    assert sum(site.reached for site in plan.sites) == pytest.approx(plan.reached)
    assert plan.reached_before + plan.reached + plan.unserved == pytest.approx(plan.people)
    assert len(plan.sites) <= request["teams"]


@settings(max_examples=60)
@given(requests(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_nothing_and_neither_does_progress(case, seed):
    demand, trips, request = case
    rng = np.random.default_rng(seed)
    again = {name: list(reversed(request[name])) for name in ("existing", "forced", "excluded")}
    again |= {name: request[name].sample(frac=1, random_state=rng) for name in ("cost", "by") if name in request}
    shuffled = demand.sample(frac=1, random_state=rng), trips.astype(str).astype({"minutes": float})
    shuffled = shuffled[0], shuffled[1].sample(frac=1, random_state=rng)
    trips = trips.astype({"origin": str, "destination": str})
    try:
        plan = mclp(SitingRequest(demand=demand, travel=trips, **request))
    except (BadInput, Infeasible) as error:
        with pytest.raises(type(error)):
            mclp(SitingRequest(demand=shuffled[0], travel=shuffled[1], **request | again))
        return
    assert timeless(plan) == timeless(
        mclp(SitingRequest(demand=shuffled[0], travel=shuffled[1], **request | again), progress=lambda _: None)
    )


@pytest.mark.long
def test_the_same_request_gives_the_same_plan_on_a_region():
    demand, trips = region(seed=7)
    draws = pd.DataFrame(np.random.default_rng(0).poisson(demand.to_numpy()[:, None], (len(demand), 5)), demand.index)
    request = {"teams": 15, "minutes": 12, "draws": draws, "seconds": math.inf}
    plan = mclp(SitingRequest(demand=demand, travel=trips, **request))
    assert timeless(plan) == timeless(mclp(SitingRequest(demand=demand, travel=trips, **request)))
    assert timeless(plan) == timeless(
        mclp(SitingRequest(demand=demand, travel=trips, **request), progress=lambda _: None)
    )
    assert all(0 <= site.share_of_draws <= 1 for site in plan.sites)
    assert plan.reached_low <= plan.reached_high


@pytest.mark.long
@settings(max_examples=100)
@given(requests())
def test_people_reached_never_fall_with_more_teams_minutes_or_candidates(case):
    demand, trips, _ = case
    names = trips["destination"].cat.categories

    def most(teams, minutes, excluded):
        try:
            return mclp(
                SitingRequest(demand=demand, travel=trips, teams=teams, minutes=minutes, excluded=excluded)
            ).reached
        except Infeasible:
            return 0.0

    base = most(2, 8, names[:1])
    assert most(3, 8, names[:1]) >= base - 1e-9
    assert most(2, 15, names[:1]) >= base - 1e-9
    assert most(2, 8, []) >= base - 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_no_random_plan_exceeds_the_bound_and_no_single_move_betters_the_plan(seed):
    demand, trips = region(seed)
    plan = mclp(SitingRequest(demand=demand, travel=trips, teams=10, minutes=12))
    assert plan.reached <= plan.bound
    assert plan.gap == pytest.approx(1 - plan.reached / plan.bound)
    near = trips[trips["minutes"] <= 12]
    reach = pd.crosstab(near["origin"], near["destination"]).reindex(demand.index, fill_value=0).to_numpy(bool)
    rng = np.random.default_rng(seed)
    for _ in range(300):
        some = rng.choice(reach.shape[1], 10, replace=False)
        assert demand[reach[:, some].any(axis=1)].sum() <= plan.bound
    sites = demand.index.get_indexer(chosen(plan))
    for out in range(10):
        others = reach[:, np.delete(sites, out)].any(axis=1)
        assert ((others[:, None] | reach) * demand.to_numpy()[:, None]).sum(axis=0).max() <= plan.reached + 1e-6


# ----------------------------------------------------------------------------------------------- the proof of the bound


@st.composite
def problems(draw, with_constraints=True):
    areas, sites = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    ones = np.array(draw(st.lists(st.booleans(), min_size=areas * sites, max_size=areas * sites)), float)
    numbers = st.integers(0, 9)
    constrained = with_constraints and draw(st.booleans())
    return Problem(
        reach=sparse.csr_array(ones.reshape(areas, sites)),
        demand=np.array(draw(st.lists(numbers, min_size=areas, max_size=areas)), float),
        teams=draw(st.integers(1, 3)),
        cost=np.array(draw(st.lists(st.integers(1, 4), min_size=sites, max_size=sites)), float),
        budget=float(draw(st.integers(2, 9))) if constrained else math.inf,
        area_floor=np.array(draw(st.lists(st.integers(0, 1), min_size=areas, max_size=areas))),
        counted=np.array(draw(st.lists(numbers, min_size=areas, max_size=areas)), float),
        site_group=np.array(draw(st.lists(st.integers(0, 1), min_size=sites, max_size=sites))),
        floor_teams=np.array(draw(st.lists(st.integers(0, 1), min_size=2, max_size=2)) if constrained else [0, 0]),
        floor_people=np.array(
            draw(st.lists(st.integers(0, 9), min_size=2, max_size=2)) if constrained else [0, 0], float
        ),
    )


def choices(problem):
    """Every choice that keeps to the problem."""
    sites = range(len(problem.cost))
    return [c for k in range(problem.teams + 1) for c in combinations(sites, k) if problem.holds(c)]


@settings(max_examples=300)
@given(problems(), st.integers(0, 2**32 - 1))
def test_any_prices_prove_a_bound_and_rule_out_only_what_cannot_better(problem, seed):
    rng = np.random.default_rng(seed)
    prices = Prices(
        rng.uniform(0, 10, len(problem.demand)), rng.uniform(0, 3), rng.uniform(0, 5, 2), rng.uniform(0, 2, 2)
    )
    possible = choices(problem)
    bound = upper_bound(problem, prices)
    assert all(problem.reached(choice) <= bound + 1e-9 for choice in possible)
    for value in (0.0, bound / 2, bound):
        could = could_better(problem, prices, value)
        assert all(could[list(choice)].all() for choice in possible if problem.reached(choice) > value + 1e-9)


@settings(max_examples=200)
@given(problems())
def test_a_merged_problem_without_dominated_sites_has_the_same_best(problem):
    def best(some):
        return max((some.reached(choice) for choice in choices(some)), default=None)

    kept = problem.only(undominated(problem))
    small, row_of = merged(kept)
    assert best(kept) == best(problem) == best(small)
    assert small.demand.sum() == problem.demand[row_of >= 0].sum()


def test_areas_with_the_same_sites_become_one_and_a_site_within_another_goes():
    # a and b are reached by X and Y, c by Y alone, d by nobody; X is within Y.
    reach = sparse.csr_array(np.array([[1.0, 1], [1, 1], [0, 1], [0, 0]]))
    none = np.zeros(1, int)
    problem = Problem(
        *(reach, np.array([1.0, 2, 4, 8]), 1, np.zeros(2), math.inf, np.zeros(2, int), none),
        *(np.zeros(4, int), np.zeros(4), none * 1.0),
    )
    small, row_of = merged(problem)
    assert small.reach.toarray().tolist() == [[1, 1], [0, 1]]
    assert small.demand.tolist() == [3, 4]
    assert row_of.tolist() == [0, 0, 1, -1]
    assert undominated(problem).tolist() == [False, True]


def test_people_of_no_floor_do_not_fill_the_floor_of_another_area():
    # Both areas are reached by X alone; one person of a is wanted, who counts nobody, and b has no floor: no choice.
    none = np.zeros(1, int)
    problem = Problem(
        *(sparse.csr_array(np.ones((2, 1))), np.array([1.0, 1]), 1, np.zeros(1), math.inf, none, np.zeros(2, int)),
        *(np.array([1, 0]), np.array([0.0, 1]), np.array([0.0, 1])),
    )
    small, _ = merged(problem)
    assert small.counted.tolist() == [0]
    assert not problem.holds([0]) and not small.holds([0])


def relaxed_by_linprog(problem):
    """The relaxation solved by a simplex: x then y, y <= reach x."""
    areas, sites = problem.reach.shape
    rows = [np.hstack([-problem.reach.toarray(), np.eye(areas)]), np.concatenate([np.ones(sites), np.zeros(areas)])]
    most = [np.zeros(areas), [problem.teams]]
    if problem.is_budgeted:
        rows.append(np.concatenate([problem.cost, np.zeros(areas)]))
        most.append([problem.budget])
    for group in range(2):
        rows.append(np.concatenate([-1.0 * (problem.site_group == group), np.zeros(areas)]))
        rows.append(np.concatenate([np.zeros(sites), -problem.counted * (problem.area_floor == group)]))
        most.append([-problem.floor_teams[group], -problem.floor_people[group]])
    gain = np.concatenate([np.zeros(sites), -problem.demand])
    return linprog(gain, np.vstack(rows), np.concatenate(most), bounds=(0, 1))


@settings(max_examples=100)
@given(problems())
def test_the_relaxation_is_that_of_a_simplex_and_its_prices_prove_it_on_the_whole_problem(problem):
    small, row_of = merged(problem)
    simplex = relaxed_by_linprog(problem)
    # Where nobody is to be reached the answer is known without prices, and a relative tolerance never met.
    if simplex.status != 0 or not small.demand.any():
        return
    relaxed = relax(small, [], lambda: False)
    assert relaxed.bound >= -simplex.fun * (1 - 1e-9)
    assert relaxed.bound == pytest.approx(-simplex.fun, rel=2e-3, abs=1e-6)
    assert upper_bound(problem, spread(relaxed.prices, problem, small, row_of)) == pytest.approx(relaxed.bound)


def test_the_bound_of_a_region_is_that_of_its_prices_and_the_relaxation_is_solved_to_a_ten_thousandth():
    demand, trips = region(seed=5)
    near = trips[trips["minutes"] <= 12]
    reach = sparse.csr_array(
        (np.ones(len(near)), (near["origin"].cat.codes, near["destination"].cat.codes)), shape=(150, 150)
    )
    nowhere = np.zeros(150, int)
    problem = Problem(
        *(reach, demand.to_numpy(float), 10, np.zeros(150), math.inf, nowhere, np.zeros(2, int)),
        *(nowhere, np.zeros(150), np.zeros(2)),
    )
    small, _ = merged(problem.only(undominated(problem)))
    relaxed = relax(small, [], lambda: False)
    assert relaxed.is_complete
    assert relaxed.bound == pytest.approx(-relaxed_by_linprog(problem).fun, rel=1.1e-4)
    plan = mclp(SitingRequest(demand=demand, travel=trips, teams=10, minutes=12))
    assert plan.bound <= relaxed.bound * (1 + 1e-9) or plan.bound_by == BoundBy.SEARCH


# ---------------------------------------------------------------------------------------------- greedy and one-swap


@settings(max_examples=200)
@given(problems())
def test_a_swap_keeps_to_the_problem_and_leaves_no_better_single_move(problem):
    start = greedy(problem)
    if not problem.holds(start):
        return
    sites = swap(problem, start)
    assert problem.holds(sites)
    assert problem.reached(sites) >= problem.reached(start)
    for site in sites:
        for other in set(range(len(problem.cost))) - set(sites):
            moved = [*(s for s in sites if s != site), other]
            assert not problem.holds(moved) or problem.reached(moved) <= problem.reached(sites) + 1e-9


def test_greedy_keeps_its_last_team_and_its_money_for_the_floor():
    # Two teams, money for 4; site 0 is best but leaves no money for the only site (2) of the second group.
    problem = Problem(
        reach=sparse.csr_array(np.eye(3)),
        demand=np.array([9.0, 5, 1]),
        teams=2,
        cost=np.array([3.0, 2, 2]),
        budget=4.0,
        site_group=np.array([0, 0, 1]),
        floor_teams=np.array([0, 1]),
        area_floor=np.array([0, 0, 1]),
        counted=np.zeros(3),
        floor_people=np.zeros(2),
    )
    assert sorted(greedy(problem)) == [1, 2]
    assert sorted(greedy(replace(problem, budget=5.0))) == [0, 2]
    assert sorted(greedy(replace(problem, floor_teams=np.zeros(2, int), budget=5.0))) == [0, 1]


# ------------------------------------------------------------------------------------------------- the last people


def of_region(seed: int, teams: int) -> Problem:
    """Twelve minutes around each of the 150 villages of `region`."""
    demand, trips = region(seed=seed)
    near = trips[trips["minutes"] <= 12]
    at = near["origin"].cat.codes, near["destination"].cat.codes
    reach, nowhere = sparse.csr_array((np.ones(len(near)), at), shape=(150, 150)), np.zeros(150, int)
    people = demand.to_numpy(float)
    return Problem(
        *(reach, people, teams, np.zeros(150), math.inf, nowhere, np.zeros(2, int), nowhere, np.zeros(150), np.zeros(2))
    )


@pytest.mark.parametrize("seed", [2, 5])
def test_twenty_teams_can_reach_everybody_where_moving_one_at_a_time_leaves_some_out(seed):
    problem = of_region(seed, teams=20)
    stuck = swap(problem, greedy(problem))
    assert 0.99 * problem.demand.sum() < problem.reached(stuck) < problem.demand.sum()
    found = list(walks(problem, stuck))[-1]
    assert len(found) <= 20 and problem.reached(found) == problem.demand.sum()


@settings(max_examples=30)
@given(problems(with_constraints=False))
def test_a_walk_keeps_to_the_problem_and_is_never_worse(problem):
    start = greedy(problem)
    reached = [problem.reached(start)]
    for better in walks(problem, start) if start else []:
        assert problem.holds(better)
        reached.append(problem.reached(better))
    assert reached == sorted(reached)


def test_the_compiled_walk_does_what_is_written(monkeypatch):
    problem = of_region(5, teams=20)
    start = np.array(sorted(greedy(problem)))
    written = [getattr(siting_walk, name).py_func for name in ("_weigh", "_comes_before")]
    compiled = siting_walk._walk(*siting_walk._arrays(problem), start, 150, 0.03, 50)
    for function in written:
        monkeypatch.setattr(siting_walk, function.__name__, function)
    plain = siting_walk._walk.py_func(*siting_walk._arrays(problem), start, 150, 0.03, 50)
    assert compiled.tolist() == plain.tolist()
