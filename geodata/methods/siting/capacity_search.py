"""Choices of teams with a capacity, better and better: greedy, one team moved, a few taken away and placed again.

People accompanied are a submodular function of the sites: greedy misses at most 37 % of the best, and can be lazy
(Minoux 1978) and exact.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from geodata.methods.siting.assignment import Assignment
from geodata.methods.siting.capacitated import REACHED, Capacitated
from geodata.methods.siting.problem import NEGLIGIBLE
from geodata.methods.siting.search import OpenSites, best_for_floors


def greedy(problem: Capacitated, start: Sequence[int] = (), favour: np.ndarray | None = None) -> list[int]:
    """Open the candidate that adds the most to `Capacitated.value`, again and again; people under a floor first.

    `favour`: (candidates,) multiplies what a candidate adds. Equal ones: the first.
    """
    rules = problem.rules
    favour = np.ones(problem.candidates) if favour is None else favour
    opened, taken = OpenSites(rules, start, teams_at_site=problem.teams_at_site), problem.assignment(start)
    most = np.minimum(problem.catchment[: problem.candidates] @ problem.demand, problem.capacity)
    counted = rules.catchment @ rules.counted
    while (allowed := opened.is_allowed()).any():
        best = None
        if rules.floor_people.any() and (lacking := opened.lacking_people()).any():
            best = best_for_floors(opened, lacking, np.where(allowed, favour, 0), counted)
        if best is None:
            best = _most(taken, most, opened, np.where(allowed, favour, 0))
            if best is None:
                break
        opened.open(best)
        taken.open(best)
    return opened.sites


def _most(taken: Assignment, most: np.ndarray, opened: OpenSites, favour: np.ndarray) -> int | None:
    """The candidate that adds the most, or None. `most`: (candidates,) what each added when last counted: it never
    rises but by rounding, which saves counting those that cannot be the best. Each is counted once at most: equal
    ones, counted in turn, would each fall behind the other for ever."""
    is_counted, negligible = np.zeros(len(most), bool), opened.problem.negligible
    while not is_counted[best := int(np.argmax((most + REACHED * opened.gain) * favour))]:
        most[best] = taken.gain(best)
        is_counted[best] = True
    is_useful = max(most[best], opened.gain[best]) > negligible or opened.lacking_teams().any()
    return best if favour[best] > 0 and is_useful else None


_TRIED = 12
"""Places tried for a site that moves: those that would take the most people whom nobody takes."""


def swap(
    problem: Capacitated, sites: list[int], is_over: Callable[[], bool], among: list[int] | None = None
) -> list[int]:
    """Move one team at a time (of the sites `among` these, all by default), to the best of the places that look best,
    until none of these moves is better."""
    rules = problem.rules
    opened = OpenSites(rules, sites, teams_at_site=problem.teams_at_site)
    taken = problem.assignment(sites)
    pairs = problem.catchment[: problem.candidates]
    unmoved, turn = 0, [site for site in sites if among is None or site in among]
    is_ruled = rules.is_budgeted or rules.floor_teams.any() or rules.floor_people.any()
    while unmoved < len(turn) and not is_over():
        site = turn.pop(0)
        opened.close(site)
        taken.close(site)
        stay = taken.gain(site) + REACHED * opened.gain[site]
        direct = np.minimum(pairs @ taken.left, problem.capacity) + REACHED * opened.gain
        direct[~opened.is_allowed()] = -np.inf
        count = min(_TRIED, len(direct))
        best, added = site, stay
        for place in np.argpartition(-direct, count - 1)[:count]:
            place = int(place)
            if place == site or not np.isfinite(direct[place]):
                continue
            if is_ruled and not rules.holds([*opened.sites, place]):
                continue
            gains = taken.gain(place) + REACHED * opened.gain[place]
            if gains > added + rules.negligible * REACHED + NEGLIGIBLE * problem.capacity:
                best, added = place, gains
        opened.open(best)
        taken.open(best)
        turn.append(best)
        unmoved = unmoved + 1 if best == site else 0
    return opened.sites


_ROUNDS, _STALE_ROUNDS = 400, 120
_MOVED = 3
"""Teams taken away at once, at most."""
_LOSS = 3e-4
"""A choice that accompanies so much less, at most, may be gone on from."""


def rebuilt(problem: Capacitated, sites: list[int], is_over: Callable[[], bool]) -> Iterator[list[int]]:
    """Better choices: a few teams around people whom nobody takes are taken away and placed again (ruin and recreate;
    Schrimpf et al. 2000), each time with other favours and one swap. The same ones at each call, but for the clock."""
    rng = np.random.Generator(np.random.Philox(0))
    now, value, best, stale = sites, problem.value(sites), problem.value(sites), 0
    for _ in range(_ROUNDS):
        left = problem.assignment(now).left
        left = np.where(left > NEGLIGIBLE * problem.demand, left, 0.0)
        if not left.any() or stale >= _STALE_ROUNDS or is_over():
            return
        near = _around(problem, now, int(rng.choice(len(left), p=left / left.sum())))
        moved = int(rng.integers(2, _MOVED + 1))
        near = near[: 2 * moved]
        rest = list(now)
        for k in rng.permutation(len(near))[:moved]:
            rest.remove(near[k])
        reopened = greedy(problem, rest, rng.uniform(0.7, 1.0, problem.candidates))
        reopened = swap(problem, reopened, is_over, [site for site in reopened if site in near or site not in now])
        stale += 1
        if not problem.rules.holds(reopened):
            continue
        reached = problem.value(reopened)
        if reached > value * (1 - _LOSS * rng.random()):
            now, value = reopened, reached
        if reached > best:
            best, stale = reached, 0
            yield reopened


def _around(problem: Capacitated, sites: list[int], area: int) -> list[int]:
    """The open candidates near an area, nearest first: those that reach areas reached from where it is reached."""
    zone, near = np.zeros(len(problem.demand)), []
    zone[area] = 1
    open_ = problem.catchment[sites]
    for _ in range(4):
        could = (problem.catchment @ zone > 0).astype(float)
        zone = (problem.reach @ could > 0).astype(float)
        shared = open_ @ zone
        near = [sites[k] for k in np.argsort(-shared, kind="stable") if shared[k] > 0]
        if len(near) >= 2 * _MOVED:
            break
    return near
