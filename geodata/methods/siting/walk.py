"""The last people: a walk among choices that already reach nearly everybody.

There, moving one site at a time is stuck at once and a relaxation tells nothing, since it reaches everybody with parts
of sites. The walk closes the site that is least missed and opens the one that is most wanted, again and again, whatever
is lost; areas left out weigh more at each step, and forget by half now and then (row weighting, Gao, Yao, Weise & Li
2015, "An efficient local search heuristic with row weighting for the unicost set covering problem").
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numba import njit

from geodata.methods.siting.problem import Problem
from geodata.methods.siting.search import greedy, improve

_LOOKED_AT = 60_000_000  # sites looked at in a walk, some half a second, in so many steps at most:
_MOST_STEPS = 60_000
_WALKS = ((0.05, 500, 1), (0.03, 200, 0), (0.03, 1_000, 0))
"""Of each walk, the share of an area's people that is added to its weight at each step that leaves it out, how many
steps there are between two halvings of what was added, and how many sites are held back until its end. None is the best
everywhere."""


def walks(problem: Problem, sites: Sequence[int]) -> Iterator[list[int]]:
    """Choices that reach more than `sites`, which must hold, each better than the last. No floors, no budget."""
    start = best = sorted(sites)
    steps = min(_LOOKED_AT // max(len(problem.cost), 1), _MOST_STEPS)
    for growth, forgets, held_back in _WALKS:
        fewer = start
        for _ in range(min(held_back, len(start) - 1)):
            fewer = max(([s for s in fewer if s != out] for out in fewer), key=problem.reached)
        walked = _walk(*_arrays(problem), np.array(fewer), steps, growth, forgets).tolist()
        walked = improve(problem, greedy(problem, walked))
        if problem.reached(walked) > problem.reached(best) + problem.negligible:
            best = sorted(walked)
            yield best


def _arrays(problem: Problem) -> tuple[np.ndarray, ...]:
    catchment, reach = problem.catchment, problem.reach
    return catchment.indptr, catchment.indices, reach.indptr, reach.indices, problem.demand


@njit(cache=True, nogil=True)
def _walk(
    first_area: np.ndarray, areas_of: np.ndarray, first_site: np.ndarray, sites_of: np.ndarray, demand: np.ndarray,
    start: np.ndarray, steps: int, growth: float, forgets: int,
) -> np.ndarray:  # fmt: skip
    """The best sites seen in so many steps.

    `worth` of a site is what opening it would add, or closing it would lose, in weighted people; `may_open` is false
    for a closed site around which nothing has changed since (configuration checking, which keeps the walk from turning
    in a circle).
    """
    areas, sites = len(demand), len(first_area) - 1
    weight, times = demand.copy(), np.zeros(areas, np.int64)
    is_open, may_open = np.zeros(sites, np.bool_), np.ones(sites, np.bool_)
    moved = np.zeros(sites, np.int64)
    opened = start.copy()
    for site in opened:
        is_open[site] = True
        for k in range(first_area[site], first_area[site + 1]):
            times[areas_of[k]] += 1
    worth = np.zeros(sites)
    _weigh(first_area, areas_of, weight, times, is_open, worth)
    reached = demand[times > 0].sum()
    best, best_opened, everybody = reached, opened.copy(), demand.sum()
    for step in range(1, steps + 1):
        # Close the site least missed, not the one just opened; equal ones: the one that moved the longest ago.
        out = -1
        for n in range(len(opened)):
            site = opened[n]
            if moved[site] == step - 1 and step > 1 and len(opened) > 1:
                continue
            if out < 0 or _comes_before(-worth[site], moved[site], -worth[opened[out]], moved[opened[out]]):
                out = n
        site = opened[out]
        is_open[site], may_open[site], moved[site] = False, False, step
        for k in range(first_area[site], first_area[site + 1]):
            area = areas_of[k]
            times[area] -= 1
            if times[area] == 0:
                reached -= demand[area]
            for n in range(first_site[area], first_site[area + 1]):
                other = sites_of[n]
                if times[area] == 0 and other != site:
                    worth[other] += weight[area]
                    may_open[other] = True
                elif times[area] == 1 and is_open[other]:
                    worth[other] += weight[area]
        # Open the site most wanted.
        new = -1
        for other in range(sites):
            if is_open[other] or not may_open[other]:
                continue
            if new < 0 or _comes_before(worth[other], moved[other], worth[new], moved[new]):
                new = other
        if new < 0:
            new = site
        opened[out], is_open[new], moved[new] = new, True, step
        for k in range(first_area[new], first_area[new + 1]):
            area = areas_of[k]
            times[area] += 1
            if times[area] == 1:
                reached += demand[area]
            for n in range(first_site[area], first_site[area + 1]):
                other = sites_of[n]
                if times[area] == 1 and other != new:
                    worth[other] -= weight[area]
                    may_open[other] = True
                elif times[area] == 2 and is_open[other] and other != new:
                    worth[other] -= weight[area]
        if reached > best + 1e-9 * everybody:
            best = reached
            best_opened[:] = opened
            if best >= everybody * (1 - 1e-9):
                break
        for area in range(areas):
            if times[area] == 0:
                more = growth * demand[area]
                weight[area] += more
                for n in range(first_site[area], first_site[area + 1]):
                    worth[sites_of[n]] += more
        if step % forgets == 0:
            weight = (weight + demand) / 2
            _weigh(first_area, areas_of, weight, times, is_open, worth)
    return best_opened


@njit(cache=True, nogil=True)
def _weigh(
    first_area: np.ndarray, areas_of: np.ndarray, weight: np.ndarray, times: np.ndarray, is_open: np.ndarray,
    worth: np.ndarray,
) -> None:  # fmt: skip
    """Fill `worth` from nothing."""
    for site in range(len(worth)):
        worth[site] = 0.0
        for k in range(first_area[site], first_area[site + 1]):
            area = areas_of[k]
            if times[area] == (1 if is_open[site] else 0):
                worth[site] += weight[area]


@njit(cache=True, nogil=True)
def _comes_before(worth: float, moved: int, other_worth: float, other_moved: int) -> bool:
    return worth > other_worth or (worth == other_worth and moved < other_moved)
