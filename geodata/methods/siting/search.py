"""Two quick answers to maximal covering: greedy, and the exact one-swap that no single move can better."""

from collections.abc import Sequence

import numpy as np

from geodata.methods.siting.problem import NEGLIGIBLE, Problem, entries


class OpenSites:
    """Sites opened so far, each once for every team it holds; `gain` is what each candidate would newly reach."""

    def __init__(self, problem: Problem, sites: Sequence[int] = (), *, teams_at_site: int = 1):
        self.problem, self.teams_at_site = problem, teams_at_site
        self.sites: list[int] = []
        self.times = np.zeros(len(problem.demand), int)
        self.gain = problem.catchment @ problem.demand
        for site in sites:
            self.open(site)

    def open(self, site: int) -> None:
        areas = self._areas(site)
        self._shift(areas[self.times[areas] == 0], -1)
        self.times[areas] += 1
        self.sites.append(site)

    def close(self, site: int) -> None:
        areas = self._areas(site)
        self.times[areas] -= 1
        self._shift(areas[self.times[areas] == 0], 1)
        self.sites.remove(site)

    def gain_by_floor(self, sites: np.ndarray) -> np.ndarray:
        """(sites, floors) people of each floor that some candidates would newly reach."""
        problem = self.problem
        areas, count = entries(problem.catchment, sites)
        floors = len(problem.floor_people)
        cell = np.repeat(np.arange(len(sites)), count) * floors + problem.area_floor[areas]
        people = np.where(self.times[areas] == 0, problem.counted[areas], 0.0)
        return np.bincount(cell, people, len(sites) * floors).reshape(len(sites), floors)

    def lacking_teams(self) -> np.ndarray:
        """(groups,) sites still to open for the floor of each group."""
        return np.maximum(self.problem.floor_teams - self.problem.opened(self.sites), 0)

    def lacking_people(self) -> np.ndarray:
        """(floors,) people still to reach for each floor."""
        return self.problem.lacking(self.times > 0)

    def is_allowed(self) -> np.ndarray:
        """(sites,) whether opening a candidate leaves teams and money for the floors of teams."""
        problem, chosen = self.problem, np.array(self.sites, int)
        teams = problem.teams - len(chosen)
        allowed = np.full(len(problem.cost), teams > 0)
        allowed[np.bincount(chosen, minlength=len(allowed)) >= self.teams_at_site] = False
        lacking = self.lacking_teams()
        if lacking.any() and teams <= lacking.sum():
            allowed &= lacking[problem.site_group] > 0
        if problem.is_budgeted:
            # Money is set aside for the cheapest sites that meet each floor; a site of that group replaces the last.
            aside, last = np.zeros(len(lacking)), np.zeros(len(lacking))
            for group in np.flatnonzero(lacking):
                cheapest = np.sort(problem.cost[allowed & (problem.site_group == group)])[: lacking[group]]
                aside[group], last[group] = cheapest.sum(), cheapest[-1] if len(cheapest) else 0
            left = problem.budget * (1 + NEGLIGIBLE) - problem.cost[chosen].sum()
            allowed &= problem.cost - last[problem.site_group] + aside.sum() <= left
        return allowed

    def _areas(self, site: int) -> np.ndarray:
        catchment = self.problem.catchment
        return catchment.indices[catchment.indptr[site] : catchment.indptr[site + 1]]

    def _shift(self, areas: np.ndarray, sign: int) -> None:
        sites, count = entries(self.problem.reach, areas)
        np.add.at(self.gain, sites, np.repeat(sign * self.problem.demand[areas], count))


def greedy(problem: Problem, start: Sequence[int] = (), favour: np.ndarray | None = None) -> list[int]:
    """Open the site that newly reaches the most, again and again; people under a floor count first.

    `favour`: (sites,) multiplies what a site is worth. With a budget, the better of the most people and the most people
    for the money (Khuller, Moss & Naor 1999). Equal sites: the first. The floors may be out of its reach: ask `holds`.
    """
    favour = np.ones(len(problem.cost)) if favour is None else favour
    answers = [_greedy(problem, start, favour)]
    if problem.is_budgeted:
        answers.append(_greedy(problem, start, favour / problem.cost))
    return max(answers, key=lambda sites: (problem.holds(sites), problem.reached(sites)))


def _greedy(problem: Problem, start: Sequence[int], favour: np.ndarray) -> list[int]:
    opened = OpenSites(problem, start)
    most = problem.catchment @ problem.counted
    while (allowed := opened.is_allowed()).any():
        best = floored = None
        if problem.floor_people.any() and (lacking := opened.lacking_people()).any():
            best = floored = best_for_floors(opened, lacking, np.where(allowed, favour, 0), most)
        if best is None:
            best = int(np.argmax(np.where(allowed, opened.gain * favour, -np.inf)))
        if floored is None and opened.gain[best] <= problem.negligible and not opened.lacking_teams().any():
            break
        opened.open(best)
    return opened.sites


def best_for_floors(opened: OpenSites, lacking: np.ndarray, favour: np.ndarray, most: np.ndarray) -> int | None:
    """The site that newly reaches the most people still `lacking` under the floors, None when no site does.

    That number never rises as sites open, so `most`, what it was when last counted, saves counting it for sites that
    cannot be the best (Minoux 1978).
    """
    counted = -1
    while (best := int(np.argmax(most * favour))) != counted:
        most[best] = np.minimum(opened.gain_by_floor(np.array([best])), lacking).sum()
        counted = best
    return best if favour[best] > 0 and most[best] > opened.problem.negligible else None


def swap(problem: Problem, sites: Sequence[int]) -> list[int]:
    """Move one site at a time, to the best place for it, until no single move reaches more people.

    Every candidate is tried for every site, and every move keeps to the budget and the floors when `sites` do.
    """
    opened = OpenSites(problem, sites)
    unmoved, turn = 0, list(sites)
    while unmoved < len(turn):
        site = turn.pop(0)
        opened.close(site)
        best = _best_place(opened, site)
        opened.open(best)
        turn.append(best)
        unmoved = unmoved + 1 if best == site else 0
    return opened.sites


def _best_place(opened: OpenSites, site: int) -> int:
    """Where a site that was just closed should open: there again unless another place reaches more."""
    problem = opened.problem
    is_better = opened.gain > opened.gain[site] + problem.negligible
    if problem.floor_teams.any() or problem.is_budgeted:
        is_better &= opened.is_allowed()
    places = np.flatnonzero(is_better)
    if problem.floor_people.any() and (lacking := opened.lacking_people()).any():
        places = places[(opened.gain_by_floor(places) >= lacking * (1 - NEGLIGIBLE)).all(axis=1)]
    return int(places[np.argmax(opened.gain[places])]) if len(places) else site


def improve(problem: Problem, sites: Sequence[int]) -> list[int]:
    """Swap, and open what teams and budget are left for, until neither reaches more people."""
    best = list(sites)
    while True:
        better = greedy(problem, swap(problem, best))
        if problem.reached(better) <= problem.reached(best) + problem.negligible:
            return better
        best = better
