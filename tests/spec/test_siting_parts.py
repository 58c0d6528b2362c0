"""Maximal covering, part by part: rows, moves, branch and bound, where every choice can be tried."""

import math
import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geodata.errors import Infeasible
from geodata.methods.siting import Aim, Floor, SitingRequest, exact, mclp, reaching
from geodata.methods.siting.bound import _at_most
from geodata.methods.siting.checks import checked
from geodata.methods.siting.covering import measured
from geodata.methods.siting.exact import meet_floors, search_parts, solve
from geodata.methods.siting.problem import Problem, rows
from geodata.methods.siting.reaching import Clock
from geodata.methods.siting.search import OpenSites, best_for_floors, greedy
from geodata.plan import BoundBy, ConflictKind
from tests.spec.test_siting import LINE, THREE, chosen, of_region, pairs, people
from tests.spec.test_siting import reaching as within


def problem_of(seed: int, areas: int = 8, sites: int = 6, teams: int = 3) -> Problem:
    """A problem at random with a budget, floors of teams and floors of people."""
    rng = np.random.default_rng(seed)
    return Problem(
        reach=sparse.csr_array((rng.random((areas, sites)) < 0.35).astype(float)),
        demand=rng.integers(0, 10, areas) * 1.0,
        teams=teams,
        cost=rng.integers(1, 4, sites) * 1.0,
        budget=float(rng.integers(5, 8)),
        site_group=rng.integers(0, 2, sites),
        floor_teams=np.array([1, 0]),
        area_floor=rng.integers(0, 2, areas),
        counted=rng.integers(0, 10, areas) * 1.0,
        floor_people=np.array([0.0, 8.0]),
    )


def every_choice(problem: Problem) -> list[tuple[int, ...]]:
    return [c for count in range(problem.teams + 2) for c in combinations(range(len(problem.cost)), count)]


SEEDS = [seed for seed in range(12) if any(problem_of(seed).holds(choice) for choice in every_choice(problem_of(seed)))]


def test_rows_say_of_every_choice_whether_it_holds():
    for seed in SEEDS:
        problem = problem_of(seed)
        kept = rows(problem)
        assert (kept.is_budgeted, kept.by_teams.tolist(), kept.by_people.tolist()) == (True, [0], [1])
        for choice in every_choice(problem):
            is_open = np.isin(np.arange(len(problem.cost)), choice)
            z = np.concatenate([is_open, problem.covered(choice)]).astype(float)
            is_kept = (kept.matrix @ z >= kept.least).all() and len(choice) <= problem.teams
            assert problem.holds(choice) == is_kept


def test_what_is_left_once_sites_are_open_holds_where_the_whole_does():
    for seed in SEEDS:
        problem = problem_of(seed)
        left = problem.after([1, 4], teams=1)
        for other in (0, 2, 3, 5):
            number = other - (other > 1) - (other > 4)
            assert left.holds([number]) == problem.holds([1, 4, other])
            assert problem.reached([1, 4]) + left.reached([number]) == problem.reached([1, 4, other])


def test_gains_are_those_of_the_sites_open_after_any_opening_and_closing():
    problem, rng = problem_of(3), np.random.default_rng(0)
    opened, held = OpenSites(problem, [2], teams_at_site=2), [2]
    for _ in range(30):
        if held and rng.random() < 0.4:
            opened.close(site := held[int(rng.integers(len(held)))])
            held.remove(site)
        else:
            opened.open(site := int(rng.integers(6)))
            held.append(site)
        covered = problem.covered(held)
        new = [problem.covered([site]) & ~covered for site in range(6)]
        assert opened.sites == held or sorted(opened.sites) == sorted(held)
        assert opened.gain.tolist() == [problem.demand[areas].sum() for areas in new]
        assert opened.gain_by_floor(np.arange(6)).tolist() == [problem.people(areas).tolist() for areas in new]
        assert opened.lacking_people().tolist() == problem.lacking(covered).tolist()
        assert opened.lacking_teams().tolist() == np.maximum(problem.floor_teams - problem.opened(held), 0).tolist()


def test_people_under_a_floor_come_first_and_a_place_that_is_not_favoured_never():
    # Place 0 reaches nine people whom no floor counts, place 1 two of the three that one asks for, place 2 one of them.
    problem = Problem(
        reach=sparse.csr_array(np.eye(3)),
        demand=np.array([9.0, 2, 1]),
        teams=1,
        cost=np.zeros(3),
        budget=math.inf,
        site_group=np.zeros(3, int),
        floor_teams=np.zeros(1, int),
        area_floor=np.array([0, 1, 1]),
        counted=np.array([0.0, 2, 1]),
        floor_people=np.array([0.0, 3]),
    )
    assert greedy(problem) == [1]
    assert greedy(replace(problem, teams=2)) == [1, 2]
    assert greedy(replace(problem, teams=3)) == [1, 2, 0]
    opened, lacking = OpenSites(problem), np.array([0.0, 3])
    for favour, best in (([1, 1, 1], 1), ([0.5, 0.5, 0.5], 1), ([1, 0.1, 1], 2), ([1, 0, 0], None), ([0, 0, 0], None)):
        most = problem.catchment @ problem.counted
        assert best_for_floors(opened, lacking, np.array(favour, float), most) == best
    assert best_for_floors(OpenSites(problem, [1, 2]), lacking, np.ones(3), problem.catchment @ problem.counted) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_branch_and_bound_finds_the_best_choice_and_proves_it(seed):
    problem = problem_of(seed)
    held = [choice for choice in every_choice(problem) if problem.holds(choice)]
    most = max(map(problem.reached, held))
    for start in (held[0], held[-1]):
        found = solve(problem, start, seconds=10, most_nodes=1000)
        assert problem.holds(found.sites) and problem.reached(found.sites) == most
        assert most <= found.bound <= most * (1 + 2e-4)
    best = max(held, key=problem.reached)
    assert solve(problem, best, seconds=10, most_nodes=1000).sites == list(best), "nothing is better"


@pytest.mark.parametrize("seed", range(6))
def test_the_choice_that_lacks_the_fewest_people_under_a_floor(seed):
    for asked in (8.0, 60.0):
        problem = replace(problem_of(seed), floor_people=np.array([3.0, asked]))
        free = replace(problem, floor_people=np.zeros(2))
        fewest = min(problem.lacking(problem.covered(c)).sum() for c in every_choice(problem) if free.holds(c))
        start = next(c for c in every_choice(problem) if free.holds(c))
        sites, lacking = meet_floors(problem, start, seconds=10.0)
        assert free.holds(sites)
        assert problem.lacking(problem.covered(sites)).sum() == pytest.approx(fewest, abs=1e-6)
        assert lacking == pytest.approx(fewest, abs=0.01) and lacking <= fewest


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_only_get_better_and_the_last_is_the_best(seed):
    problem = problem_of(seed)
    told = list(reaching.answers(None, problem, Clock(0.0, math.inf)))
    values, bounds = [problem.reached(one.sites) for one in told], [one.bound for one in told]
    most = max(problem.reached(choice) for choice in every_choice(problem) if problem.holds(choice))
    assert all(problem.holds(one.sites) for one in told)
    assert values == sorted(values) and values[-1] == most
    assert bounds == sorted(bounds, reverse=True) and most - 1e-9 <= bounds[-1] <= most * (1 + 2e-4)
    assert {one.bound_by for one in told[:-1]} <= {BoundBy.PRICES}


def test_a_clock_tells_what_is_left_of_a_share_and_remembers_that_none_was():
    clock = Clock(0.0, 60.0)
    clock.spent = lambda: 50.0
    assert (clock.left(), clock.was_over) == (10, False)
    assert (clock.left(0.5), clock.was_over) == (0, True)
    assert (clock.left(), clock.was_over) == (10, True)


TWO_GROUPS = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))


def floored(**change):
    """Six in ten of both groups of the line: X and Z reach so many, or Y and Z; X and Y miss two people of 35."""
    floor = Floor(share=0.6, inside=False, name="coverage")
    asked = {"demand": LINE, "travel": THREE, "teams": 2, "minutes": 10, "by": TWO_GROUPS, "floors": floor}
    request = checked(SitingRequest(**asked | change))
    return request, request.problem(request.demand)


def test_floors_that_greedy_does_not_meet_are_looked_for_where_the_relaxation_opens_then_everywhere():
    request, problem = floored()
    clock = Clock(time.perf_counter(), 60.0)
    assert reaching._held(request, problem, 140.0, np.ones(3), [0, 2], clock) == [0, 2], "it holds already"
    for shares in ([0, 0, 1.0], [0, 0, 0]):
        found = reaching._held(request, problem, 140.0, np.array(shares), [0, 1], clock)
        assert problem.holds(found) and 2 in found


def test_floors_that_no_choice_meets_are_refused_by_their_share(monkeypatch):
    clock = Clock(time.perf_counter(), 60.0)
    request, problem = floored(teams=1)
    for bound in (-1.0, 90.0):
        with pytest.raises(Infeasible, match=r"^siting: floor: no plan has 0\.6 of the people .* by 1 teams") as error:
            reaching._held(request, problem, bound, np.ones(3), [1], clock)
        (conflict,) = error.value.conflicts
        assert (conflict.kind, conflict.asked, conflict.places) == (ConflictKind.FLOOR_IMPOSSIBLE, 0.6, ())
    # Nothing found and nothing proved: what fell short is told.
    request, problem = floored()
    monkeypatch.setattr(reaching, "meet_floors", lambda problem, sites, seconds: ([0, 1], 0.0))
    with pytest.raises(Infeasible, match=r"was found in 60 seconds \(35 fell short\), nor a proof") as error:
        reaching._held(request, problem, 140.0, np.ones(3), [0, 1], clock)
    (conflict,) = error.value.conflicts
    assert (conflict.kind, conflict.asked, conflict.places) == (ConflictKind.FLOOR_NOT_FOUND, 0.6, ("35",))
    none = checked(SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10))
    assert reaching._share(none) == 0


def test_parts_better_a_poor_choice_and_each_keeps_to_the_problem():
    problem = of_region(5, teams=8)
    start = list(range(8))
    found = list(search_parts(problem, start, np.full(150, 0.5), lambda: 60.0))
    reached = [problem.reached(sites) for sites in [start, *found]]
    assert reached == sorted(set(reached)) and reached[-1] >= problem.reached(greedy(problem))
    assert all(problem.holds(sites) for sites in found)


def road(places: int) -> Problem:
    """Place k reaches areas k and k + 1 of a road, ten people each."""
    reach = np.eye(places + 1, places) + np.eye(places + 1, places, -1)
    none = np.zeros(places + 1, int)
    return Problem(
        *(sparse.csr_array(reach), np.full(places + 1, 10.0), 4, np.zeros(places), math.inf, np.zeros(places, int)),
        *(np.zeros(1, int), none, none * 1.0, np.zeros(1)),
    )


def test_sites_near_one_are_those_of_neighbouring_places_as_many_as_fit():
    problem = road(9)
    assert exact._neighbours(problem, [8, 4, 1, 2], 0, 1000) == [0, 1, 2, 4, 8]
    # Site 0 reaches two areas that 1 and 2 places reach: 3 entries; site 1 has 4, and so on.
    assert exact._neighbours(problem, [8, 4, 1, 2], 0, 7) == [0, 1]
    assert exact._neighbours(problem, [8, 4, 1, 2], 0, 6) == [0]
    assert exact._neighbours(problem, [8, 4, 1, 2], 0, 1) == [0]


def test_a_part_leaves_fixed_sites_open_and_frees_the_others():
    problem = road(9)
    part = exact._around(problem, [0, 4, 8], [4])
    assert (part.fixed, part.free, part.numbers.tolist()) == ([0, 8], [4], [3, 4, 5])
    assert (part.problem.teams, part.problem.demand.sum()) == (2, 40)
    undecided = exact._undecided(problem, [0, 4], np.array([0.95, 0, 0, 0.3, 0.6, 0.1, 0, 0, 0]), 4)
    assert (undecided.fixed, undecided.free) == ([0], [4])
    assert {3, 4} <= set(undecided.numbers.tolist()) and undecided.problem.reach.nnz <= 4


def test_the_nearest_point_that_adds_up_to_no_more():
    rng = np.random.default_rng(0)
    for guess in (0.0, 0.3, 50.0):
        x, step = rng.uniform(-0.5, 1.8, 20), rng.uniform(0.1, 2, 20)
        near, multiplier = _at_most(x, 4, step, guess)
        assert near == pytest.approx(np.clip(x - multiplier * step, 0, 1)) and near.sum() == pytest.approx(4)
        assert multiplier > 0
        near, multiplier = _at_most(x, 20, step, guess)
        assert near == pytest.approx(np.clip(x, 0, 1)) and multiplier == 0


# ------------------------------------------------------------------------------------------------- what sites would do


def test_sites_that_are_given_are_measured_and_nothing_is_looked_for():
    request = SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10)
    plan = measured(request, ["X", "Z"])
    assert (sorted(chosen(plan)), plan.reached, plan.team_count, plan.bound) == (["X", "Z"], 120, 2, math.inf)
    assert [(site.id, site.reached, site.is_forced) for site in plan.sites] == [("Z", 90, True), ("X", 30, True)]
    assert measured(request, []).reached == 0
    # A site in place counts as new where it is given.
    in_place = SitingRequest(demand=LINE, travel=THREE, teams=1, minutes=10, existing=["Y", "Z"])
    again = measured(in_place, ["Z"])
    assert (again.existing, again.reached_before, again.reached) == (("Y",), 90, 50)


def test_sites_that_do_not_keep_to_a_floor_are_measured_all_the_same():
    by = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))
    request = SitingRequest(demand=LINE, travel=THREE, teams=2, minutes=10, by=by, floors=Floor(teams=1))
    assert [(kept.group, kept.is_kept) for kept in measured(request, ["Z"]).floors] == [("22", False), ("35", True)]


def test_teams_given_for_the_worst_tenth_are_bounded_by_nothing():
    trips = pairs(("a", "A", 0), ("b", "A", 40), ("a", "B", 40), ("b", "B", 0))
    request = SitingRequest(demand=people(a=10, b=10), travel=trips, teams=1, minutes=10, aim=Aim.WORST_TENTH)
    assert (measured(request, ["A"]).worst_tenth_min, measured(request, ["A"]).bound) == (40, 0)
    assert measured(request, ["A", "B"]).worst_tenth_min == 0


def test_several_teams_given_at_a_site_are_all_its_teams():
    request = SitingRequest(
        demand=people(a=60, b=15), travel=within(X="a", Z="b"), teams=1, minutes=10, capacity=30, teams_at_site=2
    )
    assert checked(request).teams == 1
    plan = measured(request, ["X", "X"])
    assert [(site.id, site.teams, site.accompanied) for site in plan.sites] == [("X", 2, 60)]


def test_the_regret_of_teams_with_a_capacity_and_of_the_worst_tenth():
    draws = pd.DataFrame({"one": people(a=10, b=9), "two": people(a=5, b=10)})
    asked = {"teams": 1, "minutes": 10, "draws": draws}
    plan = mclp(SitingRequest(demand=draws["one"], travel=within(X="a", Y="b"), capacity=10, **asked))
    assert [(site.id, site.share_of_draws) for site in plan.sites] == [("X", 0.5)]
    assert plan.regret.mean == pytest.approx(0.25)  # nothing, then 5 in place of 10
    # Of 105 people the worst tenth are 10.5: 5 of them are 40 minutes from the larger place, all from the smaller.
    trips = pairs(("a", "A", 0), ("b", "A", 40), ("a", "B", 40), ("b", "B", 0))
    asked["draws"] = pd.DataFrame({"one": people(a=100, b=5), "two": people(a=5, b=100)})
    plan = mclp(SitingRequest(demand=asked["draws"]["one"], travel=trips, aim=Aim.WORST_TENTH, **asked))
    assert [(site.id, site.share_of_draws) for site in plan.sites] == [("A", 0.5)]
    assert plan.worst_tenth_min == pytest.approx(40 * 5 / 10.5)
    assert plan.regret.mean == pytest.approx((1 - 5 / 10.5) / 2)
