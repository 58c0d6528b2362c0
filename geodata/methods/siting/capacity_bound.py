"""What no choice of teams with a capacity exceeds: the people of each area are priced, a site is then worth its fullest
knapsack, and the best N are added up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import sparse

from geodata.methods.siting.bound import TOLERANCE
from geodata.methods.siting.capacitated import Capacitated
from geodata.methods.siting.problem import NEGLIGIBLE


@dataclass(frozen=True, eq=False)
class Prices:
    """Lagrangian prices, zero or more: of a person of each area (areas,), at most one; of reaching each floor row
    (rows of `rules`), in people; of a unit of budget, a team of each group, a person of each floor."""

    areas: np.ndarray
    rows: np.ndarray
    budget: float
    team: np.ndarray
    person: np.ndarray


@dataclass(frozen=True, eq=False)
class Bound:
    """What no choice exceeds, `value`, and the choice that the prices make: `count` (candidates,) teams opened, and
    `taken` (areas,) people whom these and the fixed sites take, more than there are in some areas."""

    value: float
    count: np.ndarray
    taken: np.ndarray
    worth: np.ndarray


def upper_bound(problem: Capacitated, prices: Prices) -> Bound:
    """People that no choice newly accompanies more of, whatever the `prices` (Lagrangian duality).

    With people priced, teams no longer compete: a site is worth its fullest knapsack, people of an area bringing one
    minus their price each, and its k-th team what k capacities bring beyond k - 1. The bound is the price of all the
    people, what fixed sites bring, and the N best teams; prices of floors and budget add as in
    `geodata.methods.siting.bound.upper_bound`.
    """
    rules, gain = problem.rules, 1 - np.clip(prices.areas, 0, 1)
    order = np.argsort(-gain, kind="stable")
    levels = problem.teams_at_site
    worth = _worth(order, gain, problem.demand, *_indices(problem.reach), problem.fixed, problem.capacity, levels)
    fixed = worth[problem.fixed > 0, 0].sum()
    new = worth[: problem.candidates]
    weight = rules.counted * prices.person[rules.area_floor]
    rows = np.clip(prices.rows, 0, weight)
    new = new + prices.team[rules.site_group][:, None]
    new[:, 0] += rules.catchment @ rows
    if rules.is_budgeted:
        new = new - prices.budget * rules.cost[:, None]
    flat = new.ravel()
    best = np.argsort(-flat, kind="stable")[: rules.teams]
    best = best[flat[best] > 0]
    count = np.bincount(best // levels, minlength=problem.candidates)
    value = problem.demand @ (1 - gain) + fixed + flat[best].sum() + (weight - rows).sum() - problem.before
    value -= prices.team @ rules.floor_teams + prices.person @ rules.floor_people
    value += prices.budget * rules.budget if rules.is_budgeted else 0.0
    teams = problem.fixed.copy()
    teams[: problem.candidates] += count
    taken = _taken(np.argsort(order), gain, problem.demand, *_indices(problem.catchment), teams, problem.capacity)
    return Bound(float(value), count, taken, new)


def _indices(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    return matrix.indptr, matrix.indices


@njit(cache=True, nogil=True)
def _worth(
    order: np.ndarray, gain: np.ndarray, demand: np.ndarray, first_site: np.ndarray, sites_of: np.ndarray,
    fixed: np.ndarray, capacity: float, levels: int,
) -> np.ndarray:  # fmt: skip
    """(sites, levels) what each team of a site brings; a fixed site has one level, the capacity of all its teams."""
    worth, used = np.zeros((len(fixed), levels)), np.zeros(len(fixed))
    for area in order:
        if gain[area] <= 0:
            break
        for k in range(first_site[area], first_site[area + 1]):
            site = sites_of[k]
            most = capacity * (fixed[site] if fixed[site] > 0 else levels)
            amount = min(demand[area], most - used[site])
            if amount <= 0:
                continue
            if fixed[site] > 0 or levels == 1:
                worth[site, 0] += amount * gain[area]
                used[site] += amount
                continue
            while amount > 0:
                level = min(int(used[site] / capacity + 1e-9), levels - 1)
                part = min(amount, capacity * (level + 1) - used[site]) if level < levels - 1 else amount
                worth[site, level] += part * gain[area]
                used[site] += part
                amount -= part
    return worth


@njit(cache=True, nogil=True)
def _taken(
    rank: np.ndarray, gain: np.ndarray, demand: np.ndarray, first_area: np.ndarray, areas_of: np.ndarray,
    teams: np.ndarray, capacity: float,
) -> np.ndarray:  # fmt: skip
    taken = np.zeros(len(demand))
    for site in range(len(teams)):
        if teams[site] == 0:
            continue
        areas = areas_of[first_area[site] : first_area[site + 1]]
        room = capacity * teams[site]
        for area in areas[np.argsort(rank[areas])]:
            if gain[area] <= 0 or room <= 0:
                break
            amount = min(demand[area], room)
            taken[area] += amount
            room -= amount
    return taken


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The lowest `bound` found and its `prices`, and `shares` (candidates,): how much of the time each is chosen."""

    bound: float
    prices: Prices
    shares: np.ndarray


_STALE = 12
"""Steps without a lower bound after which steps are halved."""


def relax(problem: Capacitated, sites: list[int], most_steps: int, is_over: Callable[[], bool]) -> Iterator[Relaxed]:
    """Lower and lower bounds by subgradient steps (Held, Wolfe & Crowder 1974; deflected, Camerini et al. 1975).

    Each price moves by what its constraint is missed by, divided by its own size, as far as the distance to the value
    of `sites` tells (Polyak 1969). Yields every hundredth step and at the end.
    """
    rules = problem.rules
    target = problem.accompanied(sites) if rules.holds(sites) else 0.0
    space = _Space(problem)
    # Nobody to gain, everybody free, only those whom nobody takes free, or everybody by half: what proves the most.
    left = problem.assignment(sites).left
    begun = [np.full(len(left), price) for price in (0.0, 0.5, 1.0)]
    begun.append(np.where(left > NEGLIGIBLE * problem.demand, 0.0, 1.0))
    points = [space.point(areas) for areas in begun]
    bounds = [upper_bound(problem, space.prices(point)) for point in points]
    at = int(np.argmin([one.value for one in bounds]))
    point, now = points[at], bounds[at]
    best, lowest = point, now.value
    shares, weight = np.zeros(problem.candidates), 0.0
    direction, scale, stale = np.zeros(len(point)), 1.5, 0
    for step in range(1, most_steps + 1):
        shares, weight = 0.95 * shares + now.count, 0.95 * weight + 1
        if lowest - target <= TOLERANCE * abs(lowest) or scale < 1e-4 or is_over():
            break
        direction = 0.4 * direction + space.slack(point, now) * space.size
        norm = (direction**2 / space.size).sum()
        if norm <= 0:
            break
        length = scale * max(now.value - target, TOLERANCE * abs(lowest)) / norm
        point = np.clip(point - length * direction, 0, space.most)
        now = upper_bound(problem, space.prices(point))
        stale = 0 if now.value < lowest * (1 - 1e-6) else stale + 1
        if now.value < lowest:
            lowest, best = now.value, point
        if stale >= _STALE:
            scale, stale, point, direction = scale / 2, 0, best, np.zeros(len(point))
            now = upper_bound(problem, space.prices(point))
        if step % 100 == 0:
            yield Relaxed(lowest, space.prices(best), shares / weight)
    yield Relaxed(lowest, space.prices(best), shares / max(weight, 1.0))


class _Space:
    """All prices as one array: areas, floor rows, budget, teams, people of floors. `size` is that of each price,
    squared, over what its constraint is missed by; `most` is what none exceeds."""

    def __init__(self, problem: Capacitated):
        self.problem, rules = problem, problem.rules
        people = rules.teams * problem.capacity
        in_group = np.bincount(rules.site_group, minlength=len(rules.floor_teams))
        parts = (
            1 / np.maximum(problem.demand, 1e-12),
            rules.counted,
            [people / max(rules.budget, 1e-12) ** 2 if rules.is_budgeted else 0.0],
            (rules.floor_teams > 0) * problem.capacity / np.maximum(in_group, 1),
            (rules.floor_people > 0) * problem.capacity / np.maximum(rules.floor_people, 1e-12) ** 2,
        )
        self.ends = np.cumsum([len(part) for part in parts])[:-1]
        self.size = np.maximum(np.concatenate(parts), 1e-300)
        self.most = np.full(len(self.size), np.inf)
        self.most[: self.ends[0]] = 1.0

    def point(self, areas: np.ndarray) -> np.ndarray:
        return np.concatenate([areas, np.zeros(len(self.size) - len(areas))])

    def prices(self, point: np.ndarray) -> Prices:
        areas, rows, budget, team, person = np.split(point, self.ends)
        return Prices(areas, rows, float(budget[0]), team, person)

    def slack(self, point: np.ndarray, bound: Bound) -> np.ndarray:
        """By how much the choice that the prices make keeps to each constraint; negative where it does not."""
        problem, rules, prices = self.problem, self.problem.rules, self.prices(point)
        is_met = prices.rows < rules.counted * prices.person[rules.area_floor]
        return np.concatenate(
            [
                problem.demand - bound.taken,
                np.where(rules.counted > 0, rules.reach @ np.minimum(bound.count, 1) - is_met, 0.0),
                [rules.budget - rules.cost @ bound.count if rules.is_budgeted else 0.0],
                np.bincount(rules.site_group, bound.count, len(rules.floor_teams)) - rules.floor_teams,
                np.bincount(rules.area_floor, rules.counted * is_met, len(rules.floor_people)) - rules.floor_people,
            ]
        )


def could_better(problem: Capacitated, prices: Prices, accompanied: float) -> np.ndarray:
    """(candidates,) false for those that no choice accompanying more opens, as the prices prove."""
    bound = upper_bound(problem, prices)
    first = bound.worth[:, 0]
    flat = np.sort(bound.worth.ravel())[::-1]
    last = flat[problem.rules.teams - 1] if len(flat) >= problem.rules.teams else 0.0
    return bound.value - np.maximum(max(last, 0.0) - first, 0) > accompanied
