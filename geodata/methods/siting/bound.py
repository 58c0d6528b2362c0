"""What no plan can exceed: the linear relaxation of maximal covering, and the bound that its prices prove.

The relaxation lets sites open in part. It is solved by a primal-dual method (Chambolle & Pock 2011) with diagonal steps
(Pock & Chambolle 2011), restarts and primal weights (PDLP; Applegate et al. 2021), and reflected Halpern averages (Lu &
Yang 2024), which needs two sparse products an iteration. It need not be exact: any prices prove a bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geodata.methods.siting.problem import Problem, rows

TOLERANCE = 1e-4
"""A gap of 0.01 % is closed: no demand is known that well."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Lagrangian prices, zero or more: what reaching each area (areas,) is worth, in people, what a unit of budget and
    a site of each group (groups,) are, and what a person counted by each floor (floors,) adds."""

    areas: np.ndarray
    budget: float
    site: np.ndarray
    person: np.ndarray


def upper_bound(problem: Problem, prices: Prices) -> float:
    """People that no choice keeping to `problem` exceeds, whatever the `prices` (Lagrangian duality).

    Let y be the areas reached, x the sites open and N the teams. For every price zero or more, the people reached are
    at most the largest value, over any x of N sites and any y, of

        demand·y + areas·(reach x - y) + budget·(money - cost·x)
                 + site·(x by group - floor) + person·(counted y by floor - floor)

    whose added terms are zero or more for a choice that keeps to the problem. That value is the sum of what each area
    and each of the best N sites bring by themselves: one sort computes it, and no solver is trusted.
    """
    weight = _weight(problem, prices)
    worth = site_worth(problem, prices)
    best = np.sort(worth)[::-1][: problem.teams]
    bound = (weight - np.clip(prices.areas, 0, weight)).sum() + best[best > 0].sum()
    bound -= prices.site @ problem.floor_teams + prices.person @ problem.floor_people
    return float(bound + prices.budget * problem.budget if problem.is_budgeted else bound)


def _weight(problem: Problem, prices: Prices) -> np.ndarray:
    """(areas,) what reaching each area is worth at most."""
    return problem.demand + problem.counted * prices.person[problem.area_floor]


def site_worth(problem: Problem, prices: Prices) -> np.ndarray:
    """(sites,) what opening each site brings at these prices."""
    areas = np.clip(prices.areas, 0, _weight(problem, prices))
    entry_area = np.repeat(np.arange(len(areas)), np.diff(problem.reach.indptr))
    worth = np.bincount(problem.reach.indices, areas[entry_area], len(problem.cost))
    money = prices.budget * problem.cost if problem.is_budgeted else 0.0
    return worth - money + prices.site[problem.site_group]


def could_better(problem: Problem, prices: Prices, reached: float) -> np.ndarray:
    """(sites,) false for those that no choice reaching more than `reached` opens, as the `prices` prove.

    A site that is not among the best N takes the place of the last of them: the bound falls by the difference.
    """
    worth = site_worth(problem, prices)
    last = np.sort(worth)[::-1][: problem.teams][-1]
    return upper_bound(problem, prices) - np.maximum(max(last, 0) - worth, 0) > reached


def greedy_prices(problem: Problem, sites: Sequence[int]) -> Prices:
    """Prices at hand once some sites are chosen: a person not reached yet is worth one, a person reached nothing."""
    site, person = np.zeros(len(problem.floor_teams)), np.zeros(len(problem.floor_people))
    return Prices(np.where(problem.covered(sites), 0.0, problem.demand), 0.0, site, person)


def spread(prices: Prices, problem: Problem, small: Problem, row_of: np.ndarray) -> Prices:
    """The `prices` of `small` (see `geodata.methods.siting.problem.merged`) shared between the areas that it merged.

    Areas that it left out have a price without limit: they add nothing to the bound.
    """
    # In proportion to what each adds to the row: its people, and those that its floor counts.
    size, whole = _weight(problem, prices), np.append(_weight(small, prices), np.inf)
    share = np.divide(size, whole[row_of], out=np.zeros(len(size)), where=whole[row_of] > 0)
    areas = np.where(row_of < 0, np.inf, np.append(prices.areas, 0.0)[row_of] * share)
    return replace(prices, areas=areas)


# ---------------------------------------------------------------------------------------------------------- relaxation

_CHECK_EVERY = 40
_MOST_ITERATIONS = 20_000
_STEP = 0.998  # below 1, where convergence is proven


@dataclass(frozen=True, eq=False)
class Relaxation:
    """`shares`: (sites,) how far each site is open; `prices` and the `bound` they prove; incomplete when cut short."""

    shares: np.ndarray
    prices: Prices
    bound: float
    is_complete: bool


def relax(problem: Problem, sites: Sequence[int], is_over: Callable[[], bool]) -> Relaxation:
    """Solve the relaxation, starting at the choice `sites`, until it is known to `TOLERANCE` or `is_over()`.

    It also ends when the bound proves `sites` to be that good, or is negative, which proves that no choice holds. Every
    area must count for something and be within reach (see `geodata.methods.siting.problem.merged`).
    """
    programme = _Programme(problem)
    reached = problem.reached(sites) if problem.holds(sites) else 0.0
    here = anchor = programme.start(sites)
    weight, steps, bound = 1.0, 0, np.inf
    first_move = last_move = np.inf
    for iteration in range(1, _MOST_ITERATIONS + 1):
        there = programme.step(here, weight)
        steps += 1
        if iteration % _CHECK_EVERY == 0:
            prices = programme.prices(there)
            if (proved := upper_bound(problem, prices)) < bound:
                bound, best = proved, prices
            is_complete = bound < 0 or bound - max(reached, programme.value(there)) <= TOLERANCE * bound
            if is_complete or is_over():
                break
            move = programme.length(here, there, weight)
            first_move = move if steps == _CHECK_EVERY else first_move
            if move < 0.2 * first_move or last_move < move < 0.8 * first_move or steps > 0.36 * iteration:
                weight = programme.rebalanced(weight, anchor, there)
                here = anchor = there
                steps, last_move = 0, np.inf
                continue
            last_move = move
        here = tuple((steps * (2 * b - a) + c) / (steps + 1) for a, b, c in zip(here, there, anchor, strict=True))
    return Relaxation(there[0][: len(problem.cost)], best, bound, is_complete)


class _Programme:
    """Maximise demand·y over z = (x, y), each from 0 to 1 and x adding up to at most the teams, where the rows hold.

    A point is (z, prices of the rows).
    """

    def __init__(self, problem: Problem):
        self.problem, self.rows = problem, rows(problem)
        self.matrix, self.least = self.rows.matrix, self.rows.least
        self.transposed = self.matrix.T.tocsr()
        self.gain = np.concatenate([np.zeros(len(problem.cost)), problem.demand])
        # The size of each price: people by area, by unit of money, by team; one by person of a floor.
        people = problem.demand.sum()
        size = np.concatenate(
            [
                np.where(problem.demand > 0, problem.demand, problem.counted),
                np.full(int(self.rows.is_budgeted), people / max(problem.budget, 1e-12)),
                np.full(len(self.rows.by_teams), people / max(problem.teams, 1)),
                np.ones(len(self.rows.by_people)),
            ]
        )
        entry = abs(self.matrix)
        in_column, in_row = entry.T @ size, entry @ np.ones(len(self.gain))
        # An empty row or column (a site that reaches nobody) moves nothing, whatever its step.
        self.z_step = _STEP / np.where(in_column > 0, in_column, 1.0)
        self.p_step = _STEP * size / np.where(in_row > 0, in_row, 1.0)
        self.multiplier = 0.0  # of the number of teams, kept as the first guess of the next projection

    def start(self, sites: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """The choice `sites`, and half of the people as the price of each area."""
        x = np.zeros(len(self.problem.cost))
        x[list(sites)] = 1
        z = np.concatenate([x, self.problem.covered(sites)])
        return z, np.concatenate([self.problem.demand / 2, np.zeros(len(self.least) - len(self.problem.demand))])

    def step(self, point: tuple, weight: float) -> tuple[np.ndarray, np.ndarray]:
        """One primal-dual step; `weight` makes the prices move more and z less."""
        z, p = point
        step = self.z_step / weight
        z_next = z + step * (self.gain + self.transposed @ p)
        sites = len(self.problem.cost)
        z_next[:sites], self.multiplier = _at_most(z_next[:sites], self.problem.teams, step[:sites], self.multiplier)
        np.clip(z_next[sites:], 0, 1, out=z_next[sites:])
        p_next = p - self.p_step * weight * (self.matrix @ (2 * z_next - z) - self.least)
        return z_next, np.maximum(p_next, 0, out=p_next)

    def length(self, here: tuple, there: tuple, weight: float) -> float:
        """Length of a move, in the measure of the steps."""
        z, p = (b - a for a, b in zip(here, there, strict=True))
        return float(np.sqrt(weight * (z**2 / self.z_step).sum() + (p**2 / self.p_step).sum() / weight))

    def rebalanced(self, weight: float, here: tuple, there: tuple) -> float:
        """The weight at which z and prices moved as far as each other, smoothed (PDLP's primal weight update)."""
        z, p = (b - a for a, b in zip(here, there, strict=True))
        z_move, p_move = np.sqrt((z**2 / self.z_step).sum()), np.sqrt((p**2 / self.p_step).sum())
        return float(np.sqrt(weight * p_move / z_move)) if min(z_move, p_move) > 1e-10 else weight

    def prices(self, point: tuple) -> Prices:
        areas, money, teams, people = np.split(
            point[1],
            np.cumsum([len(self.problem.demand), int(self.rows.is_budgeted), len(self.rows.by_teams)]),
        )
        site, person = np.zeros(len(self.problem.floor_teams)), np.zeros(len(self.problem.floor_people))
        site[self.rows.by_teams], person[self.rows.by_people] = teams, people
        return Prices(areas, float(money.sum()), site, person)

    def value(self, point: tuple) -> float:
        """People reached by sites open in part; -inf while the budget or a floor is not kept to."""
        z = point[0]
        short = (self.least - self.matrix @ z)[len(self.problem.demand) :]
        if (short > TOLERANCE * np.abs(self.least[len(self.problem.demand) :])).any():
            return -np.inf
        return float(self.problem.demand @ np.minimum(self.problem.reach @ z[: len(self.problem.cost)], 1))


def _at_most(x: np.ndarray, most: float, step: np.ndarray, guess: float) -> tuple[np.ndarray, float]:
    """The nearest point to x, from 0 to 1 and adding up to `most` or less, and the multiplier m of that sum.

    It is clip(x - m·step) for the m >= 0 that makes the sum right, found by Newton's method kept between bounds.
    """
    low, high, m = 0.0, np.inf, guess
    if np.clip(x, 0, 1).sum() <= most:
        return np.clip(x, 0, 1), 0.0
    for _ in range(60):
        moved = x - m * step
        clipped = np.clip(moved, 0, 1)
        excess = clipped.sum() - most
        if abs(excess) <= 1e-10 * most:
            break
        low, high = (m, high) if excess > 0 else (low, m)
        slope = step[(moved > 0) & (moved < 1)].sum()
        m = m + excess / slope if slope > 0 else np.inf
        if not low < m < high:
            m = (low + high) / 2 if np.isfinite(high) else 2 * max(low, 1e-6)
    return clipped, m
