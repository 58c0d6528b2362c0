"""What of a checked request cannot be done: sites, budget and floors that contradict one another."""

from collections.abc import Iterator

import numpy as np

from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.problem import NEGLIGIBLE
from geodata.methods.travel import listed
from geodata.plan import Aim, Conflict, ConflictKind


def conflicts(request: CheckedRequest, excluded: np.ndarray) -> Iterator[Conflict]:
    """What cannot be done, in words. (That floors of people cannot hold together is for the search to find.)"""
    forced, sites = request.forced, request.sites
    if len(both := np.intersect1d(forced, excluded)):
        sentence = f"forced and excluded: {listed(sites[both])}; keep them in one list"
        yield Conflict(ConflictKind.FORCED_AND_EXCLUDED, sentence, tuple(sites[both]))
    if len(both := np.intersect1d(forced, request.existing)):
        sentence = f"forced where a site exists already: {listed(sites[both])}; a new team there reaches nobody new"
        yield Conflict(ConflictKind.FORCED_WHERE_EXISTING, sentence, tuple(sites[both]))
    if len(forced) > request.teams:
        sentence = f"{len(forced)} forced sites but {request.teams} teams; force fewer or place more"
        yield Conflict(ConflictKind.FORCED_OVER_TEAMS, sentence, tuple(sites[forced]), len(forced), request.teams)
    if (spent := request.cost[forced].sum()) > request.budget:
        sentence = f"the forced sites cost {spent:g}, over the budget of {request.budget:g}"
        yield Conflict(ConflictKind.FORCED_OVER_BUDGET, sentence, tuple(sites[forced]), float(spent), request.budget)
    affordable = request.allowed[request.cost[request.allowed] <= request.budget - spent]
    possible = np.union1d(forced, affordable) if len(forced) < request.teams else forced
    before = request.times_reached(request.existing) > 0
    after = request.times_reached(possible) > 0
    left = after if request.aim == Aim.ACCOMPANIED else after & ~before
    if request.aim != Aim.WORST_TENTH and not request.demand[left].any():
        within = f"{request.minutes:g} minutes" + (" and the budget" if np.isfinite(request.budget) else "")
        sentence = f"no candidate reaches anyone new within {within}; widen them or the candidates"
        yield Conflict(ConflictKind.NOBODY_NEW, sentence, asked=request.minutes)
    yield from _conflicts_of_floor_teams(request, possible)
    for floor in request.share_floors:
        pairs = floor.reach(request.reach)
        is_open = np.zeros(len(sites))
        is_open[np.union1d(possible, request.existing)] = 1
        counted = floor.counted(request.demand)
        people = floor.by_group(counted)
        most = floor.by_group(np.where(pairs @ is_open > 0, counted, 0.0))
        most = np.divide(most, people, where=people > 0, out=np.zeros(len(people)))
        by_whom = "its own candidates" if floor.is_inside else "all candidates"
        for group in np.flatnonzero((people > 0) & (most < floor.share - NEGLIGIBLE)):
            sentence = (
                f"{floor.name}: a share of {floor.share:g} in {floor.groups[group]}, where {by_whom} together reach "
                f"{most[group]:.3f}"
            )
            place = (floor.groups[group],)
            yield Conflict(ConflictKind.FLOOR_OVER_REACH, sentence, place, floor.share, float(most[group]))


def _conflicts_of_floor_teams(request: CheckedRequest, possible: np.ndarray) -> Iterator[Conflict]:
    floor, of_teams, site_group = request.floor_teams, request.most_teams_floor, request.floor_site_group
    if of_teams is None:
        return
    held = request.teams_at_site
    count = np.bincount(site_group[possible], minlength=len(floor)) * held
    for group in np.flatnonzero(count < floor):
        sentence = (
            f"{of_teams.name}: {floor[group]} teams in {of_teams.groups[group]}, which has {count[group]} candidates"
            + (f" ({held} teams a site)" if held > 1 else "")
        )
        place = (of_teams.groups[group],)
        yield Conflict(ConflictKind.FLOOR_OVER_CANDIDATES, sentence, place, int(floor[group]), int(count[group]))
    opened = np.bincount(site_group[request.forced], minlength=len(floor))
    if (needed := np.maximum(floor, opened).sum()) > request.teams:
        if any(one.share and one.is_accompanied for one in request.floors):
            sentence = (
                f"{of_teams.name}: {needed} teams of {request.capacity:g} people are needed to accompany that share of "
                f"the people of every group, not {request.teams}; lower the share, or give more teams or capacity"
            )
            yield Conflict(ConflictKind.FLOOR_OVER_CAPACITY, sentence, asked=int(needed), possible=request.teams)
        else:
            sentence = (
                f"{of_teams.name}: {needed} teams are needed to have {of_teams.teams} in every group, not "
                f"{request.teams}"
            )
            yield Conflict(ConflictKind.FLOOR_OVER_TEAMS, sentence, asked=int(needed), possible=request.teams)
    money = request.cost[request.forced].sum()
    for group in np.flatnonzero(floor > opened):
        costs = np.repeat(request.cost[request.allowed][site_group[request.allowed] == group], held)
        money += np.sort(costs)[: floor[group] - opened[group]].sum()
    if floor.any() and money > request.budget:
        sentence = (
            f"{of_teams.name}: the cheapest sites that meet it cost {money:g}, over the budget of {request.budget:g}"
        )
        yield Conflict(ConflictKind.FLOOR_OVER_BUDGET, sentence, asked=float(money), possible=request.budget)
