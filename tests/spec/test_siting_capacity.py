"""Teams with a capacity, part by part: prices, branch and bound, moves, where every choice can be tried."""

from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from geodata.methods.siting import Floor, SitingRequest, capacity, capacity_bound, capacity_search
from geodata.methods.siting.capacitated import Capacitated, capacitated
from geodata.methods.siting.capacity_bound import Prices
from geodata.methods.siting.checks import checked
from geodata.methods.siting.problem import entries
from geodata.methods.siting.reaching import Clock
from tests.spec.test_siting import pairs, reaching, region


def small(seed: int) -> Capacitated:
    """Eight areas and six places at random, one of them open; floors, a budget and two teams a place, all together."""
    rng = np.random.default_rng(seed)
    areas, places = [*"abcdefgh"], [*"UVWXYZ"]
    trips = pairs(*((area, place, 1.0) for area in areas for place in places if rng.random() < 0.3))
    request = SitingRequest(
        demand=pd.Series(rng.integers(5, 40, 8) * 1.0, areas),
        travel=pd.concat([trips, pairs(*(("a", place, 1.0) for place in places))]).drop_duplicates(ignore_index=True),
        teams=3,
        minutes=1,
        capacity=50.0,
        teams_at_site=2,
        existing=["U"],
        by=pd.Series([*rng.choice(["1", "2"], 12), "1", "2"], [*areas, *places]),
        floors=Floor(teams=1, share=0.6, inside=False, accompanied=False),
        cost=pd.Series(rng.integers(1, 5, 6) * 1.0, places),
        budget=5.0,
    )
    valid = checked(request)
    return capacitated(valid, valid.demand)


SEEDS = [10, 13, 16, 23, 28, 48]
"""Those whose prices leave something to prove, and whose floors several choices hold."""


def every_choice(problem: Capacitated):
    """Every choice of at most so many teams, and so many a place."""
    for count in range(problem.rules.teams + 1):
        for choice in combinations_with_replacement(range(problem.candidates), count):
            if max((choice.count(one) for one in choice), default=0) <= problem.teams_at_site:
                yield choice


def held(problem: Capacitated) -> list[tuple[int, ...]]:
    return [choice for choice in every_choice(problem) if problem.rules.holds(choice)]


def some_prices(problem: Capacitated, rng: np.random.Generator) -> Prices:
    rules = problem.rules
    return Prices(
        rng.uniform(0, 1, len(problem.demand)),
        rng.uniform(0, 20, len(rules.demand)),
        rng.uniform(0, 3),
        rng.uniform(0, 5, len(rules.floor_teams)),
        rng.uniform(0, 1, len(rules.floor_people)),
    )


def priced(problem: Capacitated, prices: Prices, choice) -> float:
    """What a choice is worth at these prices, written out."""
    rules = problem.rules

    def fullest(place: int, teams: int) -> float:
        room, worth = teams * problem.capacity, 0.0
        areas, _ = entries(problem.catchment, np.array([place]))
        for area in sorted(areas, key=lambda one: prices.areas[one]):
            taken = min(room, problem.demand[area])
            room, worth = room - taken, worth + taken * (1 - prices.areas[area])
        return worth

    worth = prices.areas @ problem.demand - problem.before
    worth += sum(fullest(place, teams) for place, teams in enumerate(problem.fixed) if teams)
    worth += sum(fullest(place, choice.count(place)) for place in set(choice))
    worth += prices.budget * (rules.budget - rules.cost[list(choice)].sum())
    worth += prices.team @ (rules.opened(choice) - rules.floor_teams)
    each = rules.counted * prices.person[rules.area_floor]
    reaching = np.minimum(prices.rows, each)
    worth += sum(reaching[entries(rules.catchment, np.array([place]))[0]].sum() for place in set(choice))
    return worth + (each - reaching).sum() - prices.person @ rules.floor_people


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_bound_of_any_prices_is_that_of_the_best_choice_at_them(seed):
    problem = small(seed)
    rng = np.random.default_rng(1)
    choices, possible = list(every_choice(problem)), held(problem)
    for _ in range(4):
        prices = some_prices(problem, rng)
        worth = np.array([priced(problem, prices, choice) for choice in choices])
        bound = capacity_bound.upper_bound(problem, prices)
        assert bound.value == pytest.approx(worth.max())
        assert bound.count.tolist() == np.bincount(choices[worth.argmax()], minlength=problem.candidates).tolist()
        assert bound.value >= max(problem.accompanied(choice) for choice in possible)
        best_with = [
            max(w for w, choice in zip(worth, choices, strict=True) if place in choice)
            for place in range(problem.candidates)
        ]
        for value in (np.mean(best_with), np.max(best_with) - 1e-6, np.min(best_with) - 1e-6):
            could = capacity_bound.could_better(problem, prices, value)
            assert could.tolist() == [best > value for best in best_with]


@pytest.mark.parametrize("seed", SEEDS)
def test_branch_and_bound_finds_the_best_choice_and_proves_it(seed):
    problem = small(seed)
    possible = held(problem)
    best = max(possible, key=problem.accompanied)
    most = problem.accompanied(best)
    everywhere = np.ones(problem.candidates, bool)
    found, bound = capacity.solve(problem, list(possible[0]), everywhere, 10.0)
    assert problem.rules.holds(found)
    assert problem.accompanied(found) == pytest.approx(most, rel=1e-4)
    assert most - 1e-6 <= bound <= most * (1 + 2e-4)
    among = everywhere.copy()
    among[best[0]] = False
    left = [choice for choice in possible if best[0] not in choice]
    if left and any(left):
        found, bound = capacity.solve(problem, list(left[0]), among, 10.0)
        assert best[0] not in found
        assert problem.accompanied(found) == pytest.approx(max(map(problem.accompanied, left)), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_only_get_better_and_the_last_is_the_best(seed):
    problem = small(seed)
    told = list(capacity.answers(problem, list(held(problem)[0]), Clock(0.0, float("inf"))))
    values, bounds = [problem.value(sites) for sites, _, _ in told], [bound for _, bound, _ in told]
    assert values == sorted(values) and bounds == sorted(bounds, reverse=True)
    assert not any(is_searched for _, _, is_searched in told[:-1])
    most = max(map(problem.accompanied, held(problem)))
    assert problem.accompanied(told[-1][0]) == pytest.approx(most, rel=1e-4)
    assert most - 1e-6 <= bounds[-1] <= most * (1 + 2e-4)
    assert told[-1][2] == (len(bounds) > 1 and bounds[-1] < bounds[-2])


@pytest.mark.parametrize("seed", SEEDS)
def test_no_single_move_betters_a_swap(seed):
    problem = small(seed)
    assert problem.accompanied(()) == 0 < problem.before
    for start in held(problem)[::5]:
        sites = capacity_search.swap(problem, list(start), lambda: False)
        assert problem.rules.holds(sites) and problem.value(sites) >= problem.value(start) - 1e-9
        for place in set(sites):
            rest = list(sites)
            rest.remove(place)
            for other in set(range(problem.candidates)) - {place}:
                moved = [*rest, other]
                if moved.count(other) <= problem.teams_at_site and problem.rules.holds(moved):
                    assert problem.value(moved) <= problem.value(sites) + 1e-6
        assert capacity_search.swap(problem, list(start), lambda: True) == list(start)


def asked(trips: pd.DataFrame, teams: int) -> Capacitated:
    areas = sorted(set(trips["origin"]))
    request = SitingRequest(
        demand=pd.Series(10.0, areas), travel=trips, teams=teams, minutes=10, capacity=10.0, seconds=60
    )
    valid = checked(request)
    return capacitated(valid, valid.demand)


def test_a_place_that_every_step_opens_is_open_in_whole_and_equal_places_go_to_the_first():
    alone = asked(reaching(X="ab"), 1)
    assert [one.shares.tolist() for one in capacity_bound.relax(alone, [0], 50, lambda: False)][-1] == [1.0]
    equal = asked(reaching(**{f"p{k}": f"{k}" for k in range(5)}), 2)
    nothing = Prices(np.zeros(5), np.zeros(5), 0.0, np.zeros(1), np.zeros(1))
    bound = capacity_bound.upper_bound(equal, nothing)
    assert (bound.value, bound.count.tolist(), bound.taken.tolist()) == (20, [1, 1, 0, 0, 0], [10, 10, 0, 0, 0])
    opened = capacity_search.OpenSites(equal.rules)
    for favour, best in (([0, 0, 1, 1, 0], 2), ([0] * 5, None)):
        taken = equal.assignment()
        assert capacity_search._most(taken, np.full(5, 10.0), opened, np.array(favour, float)) == best


def test_teams_around_an_area_are_those_of_neighbouring_places_nearest_first():
    # On a road of ten areas place k reaches areas k and k + 1; after four steps from area 0 place 4 is seen, 8 is not.
    road = asked(reaching(**{f"p{k}": [f"a{k}", f"a{k + 1}"] for k in range(9)}), 4)
    assert capacity_search._around(road, [8, 4, 1, 2], 0) == [1, 2, 4]
    # Eight open places around one are enough: what lies behind the last of them is not looked for.
    star = {"hub": "abcdefg"} | {f"p{k}": area for k, area in enumerate("abcdef")} | {"p6": "gh", "p7": "g", "p8": "h"}
    around = asked(reaching(**star), 9)
    assert sorted(capacity_search._around(around, list(range(1, 10)), 0)) == list(range(1, 9))


def test_teams_taken_away_and_placed_again_accompany_more():
    demand, trips = region(1, areas=40, limit=25)
    valid = checked(SitingRequest(demand=demand, travel=trips, teams=5, minutes=20, capacity=700))
    problem = capacitated(valid, valid.demand)
    begun = capacity_search.swap(problem, capacity_search.greedy(problem), lambda: False)
    better = next(capacity_search.rebuilt(problem, begun, lambda: False))
    assert problem.rules.holds(better) and problem.value(better) > problem.value(begun)
    assert better == next(capacity_search.rebuilt(problem, begun, lambda: False))
    assert not list(capacity_search.rebuilt(problem, begun, lambda: True))


def relaxed_by_linprog(problem: Capacitated) -> float:
    """What the best prices prove where a place holds one team, by a simplex: teams open in part, people of a pair of
    area and place go there no more than it is open, floor rows are met no more than the places that reach them are."""
    rules, n = problem.rules, problem.candidates
    place, area = problem.catchment.nonzero()
    size = len(place), len(rules.demand)
    left, most = [], []

    def keep(teams, people_, met, limit):
        parts = zip((teams, people_, met), (n, *size), strict=True)
        left.append(np.concatenate([np.broadcast_to(part, count) for part, count in parts]))
        most.append(limit)

    for j in range(n):
        keep(-problem.capacity * (np.arange(n) == j), 1 * (place == j), 0, 0)
    for j in np.flatnonzero(problem.fixed):
        keep(0, 1 * (place == j), 0, problem.capacity * problem.fixed[j])
    for k in np.flatnonzero(place < n):
        keep(-problem.demand[area[k]] * (np.arange(n) == place[k]), 1 * (np.arange(size[0]) == k), 0, 0)
    for i, there in enumerate(problem.demand):
        keep(0, 1 * (area == i), 0, there)
    for row in range(size[1]):
        keep(-rules.reach[[row]].toarray()[0], 0, 1 * (np.arange(size[1]) == row), 0)
    keep(1, 0, 0, rules.teams)
    keep(rules.cost, 0, 0, rules.budget)
    for group, least in enumerate(rules.floor_teams):
        keep(-1 * (rules.site_group == group), 0, 0, -least)
    for floor, least in enumerate(rules.floor_people):
        keep(0, 0, -rules.counted * (rules.area_floor == floor), -least)
    gain = np.repeat([0, -1, 0], [n, *size])
    ends = np.repeat([1, np.inf, 1], [n, *size])
    return -linprog(gain, left, most, bounds=[(0, end) for end in ends]).fun - problem.before


@pytest.mark.parametrize("seed", SEEDS)
def test_the_relaxation_comes_to_that_of_a_simplex_and_its_prices_prove_it(seed):
    problem = replace(small(seed), teams_at_site=1)
    simplex = relaxed_by_linprog(problem)
    told = list(capacity_bound.relax(problem, list(held(problem)[0]), 400, lambda: False))
    bounds = [one.bound for one in told]
    assert bounds == sorted(bounds, reverse=True)
    assert simplex - 1e-6 <= bounds[-1] <= simplex * 1.005
    for one in told:
        assert capacity_bound.upper_bound(problem, one.prices).value == pytest.approx(one.bound)
        assert (one.shares >= 0).all() and one.shares.max() <= 1
