"""Places that a planner expects, where they cost little: the town in place of the village beside it from which hardly
more people are within reach, and many people near a team where its aim leaves a choice."""

from collections.abc import Callable

import numpy as np

from geodata.methods.siting.problem import Problem, entries
from geodata.methods.siting.search import OpenSites

_SHARED = 0.5
"""Two sites are neighbours where one reaches at least this share of the people whom the other alone reaches."""

_TRIED = 8

Value = Callable[[list[int]], float]
"""What a choice is worth: larger is better."""


def preferred(
    problem: Problem, sites: list[int], size: np.ndarray, slack: float, value: Value, least: float
) -> list[int]:
    """`sites` with larger neighbours in place of some, the most `size` (candidates,) for the fewest people lost first.

    The problem still holds, the `value` is at least `least`, and all together lose at most a share `slack` of the
    people reached. Sites of several teams stay.
    """
    now = list(sites)
    fewest = (1 - slack) * problem.reached(now)
    for site, larger in _neighbours(problem, now, size, problem.reached(now) - fewest):
        if site not in now or larger in now:
            continue
        moved = [larger if one == site else one for one in now]
        if problem.holds(moved) and problem.reached(moved) >= fewest and value(moved) >= least:
            now = moved
    return now


def _neighbours(problem: Problem, sites: list[int], size: np.ndarray, most_lost: float) -> list[tuple[int, int]]:
    """Sites and the larger neighbours that may take their place, in the order in which to try."""
    opened, neighbours = OpenSites(problem, sites), []
    for site in sites:
        if sites.count(site) > 1:
            continue
        opened.close(site)
        areas = problem.catchment.indices[problem.catchment.indptr[site] : problem.catchment.indptr[site + 1]]
        alone = areas[opened.times[areas] == 0]
        near, count = entries(problem.reach, alone)
        shared = np.bincount(near, np.repeat(problem.demand[alone], count), len(size))
        lost = opened.gain[site] - opened.gain
        is_near = (shared >= _SHARED * opened.gain[site]) & (lost <= most_lost) & (size > size[site]) & (shared > 0)
        for one in np.flatnonzero(is_near):
            neighbours.append((float(lost[one] / np.log(size[one] / size[site])), site, int(one)))
        opened.open(site)
    return [(site, larger) for _price, site, larger in sorted(neighbours)]


def fuller(problem: Problem, sites: list[int], value: Value, least: float) -> list[int]:
    """`sites` moved, one at a time, to where more people are newly reached, as long as the `value` is at least `least`
    and the problem holds."""
    now = list(sites)
    for site in sites:
        opened = OpenSites(problem, now)
        opened.close(site)
        gain = np.where(opened.is_allowed(), opened.gain, -1.0)
        for place in map(int, np.argsort(-gain, kind="stable")[:_TRIED]):
            if gain[place] <= opened.gain[site]:
                break
            moved = [place if one == site else one for one in now]
            if problem.holds(moved) and value(moved) >= least:
                now = moved
                break
    return now
