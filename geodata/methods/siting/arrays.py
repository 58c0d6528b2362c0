"""A checked request to `geodata.methods.siting.mclp` as arrays, in the order of the ids."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.methods.siting.problem import NEGLIGIBLE, Problem
from geodata.plan import Aim


@dataclass(frozen=True, eq=False)
class CheckedFloor:
    """A `Floor` whose groups are rows of `groups`: `area_group` and `site_group` are -1 outside them. `people` (areas,)
    is None where the share is one of the demand."""

    name: str
    teams: int
    own_share: float
    share: float
    is_inside: bool
    is_accompanied: bool
    groups: pd.Index
    area_group: np.ndarray
    site_group: np.ndarray
    people: np.ndarray | None

    def counted(self, demand: np.ndarray) -> np.ndarray:
        """(areas,) people whom the share counts; those of no group are nobody's."""
        return np.where(self.area_group >= 0, demand if self.people is None else self.people, 0.0)

    def by_group(self, people: np.ndarray) -> np.ndarray:
        """(groups,) sums of `people` (areas,)."""
        inside = self.area_group >= 0
        return np.bincount(self.area_group[inside], people[inside], len(self.groups))

    def reach(self, reach: sparse.csr_array) -> sparse.csr_array:
        """(areas, sites) the pairs that count for the share."""
        if not self.is_inside:
            return reach
        pairs = reach.tocoo()
        same = self.area_group[pairs.row] == self.site_group[pairs.col]
        return sparse.coo_array((pairs.data[same], (pairs.row[same], pairs.col[same])), shape=reach.shape).tocsr()


@dataclass(frozen=True, eq=False)
class CheckedRequest:
    """A request that can be answered. Areas and sites are rows in the order of their ids; `existing`, `forced` and
    `allowed` (the candidates left to choose among) are rows of `sites`, in that order; groups are rows of `groups`.
    `capacity` and `budget` are infinite where there is none. `minutes_to` holds the minutes of every pair given."""

    areas: pd.Index
    sites: pd.Index
    reach: sparse.csr_array
    minutes_to: sparse.csr_array
    demand: np.ndarray
    draws: np.ndarray | None
    teams: int
    minutes: float
    aim: Aim
    capacity: float
    teams_at_site: int
    existing: np.ndarray
    forced: np.ndarray
    allowed: np.ndarray
    groups: pd.Index
    area_group: np.ndarray
    site_group: np.ndarray
    floors: tuple[CheckedFloor, ...]
    cost: np.ndarray
    budget: float
    size: np.ndarray | None
    slack: float

    @cached_property
    def team_floor(self) -> CheckedFloor | None:
        """The floor that asks for teams."""
        return next((floor for floor in self.floors if floor.teams), None)

    @cached_property
    def share_floors(self) -> tuple[CheckedFloor, ...]:
        """The floors that ask for people within reach."""
        return tuple(floor for floor in self.floors if floor.share and not floor.is_accompanied)

    @cached_property
    def floor_site_group(self) -> np.ndarray:
        """(sites,) the group in which a site counts as a team; one more group holds those that count in none."""
        if (floor := self.most_teams_floor) is None:
            return np.zeros(len(self.sites), int)
        group = np.where(floor.site_group >= 0, floor.site_group, len(floor.groups))
        return self._serving_their_own(floor, group) if floor.teams and floor.own_share else group

    def _serving_their_own(self, floor: CheckedFloor, group: np.ndarray) -> np.ndarray:
        """`group` (sites,) without the candidates that reach too few people of their own group."""
        pairs = self.reach.tocoo()
        people = self.demand[pairs.row]
        within = np.bincount(pairs.col, people, len(group))
        own = np.bincount(pairs.col, people * (floor.area_group[pairs.row] == group[pairs.col]), len(group))
        share = np.divide(own, within, where=within > 0, out=np.zeros(len(group)))
        needed = -(-floor.teams // self.teams_at_site)
        for one in range(len(floor.groups)):
            here = self.allowed[group[self.allowed] == one]
            if len(here) > needed:
                least = min(floor.own_share, np.sort(share[here])[-needed])
                group[here[share[here] < least]] = len(floor.groups)
        return group

    @cached_property
    def most_teams_floor(self) -> CheckedFloor | None:
        """The floor that decides how many teams each group has: of teams, or of people accompanied."""
        accompanied = (floor for floor in self.floors if floor.share and floor.is_accompanied)
        return self.team_floor or next(accompanied, None)

    @cached_property
    def floor_teams(self) -> np.ndarray:
        """(groups + 1,) new teams that each group must have: a floor holds where there are people."""
        if (floor := self.most_teams_floor) is None:
            return np.zeros(1, int)
        people = floor.by_group(floor.counted(self.demand))
        needed = np.where(people > 0, floor.teams, 0)
        for one in self.floors:
            if one.share and one.is_accompanied:
                group = one.site_group[self.existing]
                before = np.bincount(group[group >= 0], minlength=len(one.groups)) * self.capacity
                left = one.share * one.by_group(one.counted(self.demand)) - np.nan_to_num(before)
                needed = np.maximum(needed, np.ceil(np.maximum(left, 0) / self.capacity - NEGLIGIBLE))
        return np.append(needed, 0).astype(int)

    def people(self, demand: np.ndarray) -> np.ndarray:
        """(groups,) sums of `demand` (areas,); one group when none is asked for."""
        return np.bincount(self.area_group, demand, max(len(self.groups), 1))

    @cached_property
    def _floor_rows(self) -> list[sparse.csr_array]:
        return [floor.reach(self.reach) for floor in self.share_floors]

    def problem(self, demand: np.ndarray) -> Problem:
        """What remains to choose, its sites being those `allowed`, for the people of `demand`.

        A floor has rows of its own: those of the areas that it counts, reached by the sites that count for it.
        """
        reach, people, counted, of_floor = [self.reach], [demand], [np.zeros(len(demand))], [demand * 0]
        least: list[np.ndarray] = []
        for floor, pairs in zip(self.share_floors, self._floor_rows, strict=True):
            them = floor.counted(demand)
            rows = np.flatnonzero(them > 0)
            reach.append(pairs[rows])
            people.append(np.zeros(len(rows)))
            counted.append(them[rows])
            of_floor.append(floor.area_group[rows] + sum(len(one) for one in least))
            least.append(floor.share * floor.by_group(them))
        whole = Problem(
            reach=sparse.vstack(reach, format="csr") if least else self.reach,
            demand=np.concatenate(people),
            teams=self.teams,
            cost=self.cost,
            budget=self.budget,
            site_group=self.floor_site_group,
            floor_teams=self.floor_teams,
            area_floor=np.concatenate(of_floor).astype(int),
            counted=np.concatenate(counted),
            floor_people=np.concatenate(least) if least else np.zeros(1),
        )
        before = whole.covered(self.existing)
        whole = replace(
            whole,
            reach=whole.reach[~before],
            demand=whole.demand[~before],
            area_floor=whole.area_floor[~before],
            counted=whole.counted[~before],
            floor_people=whole.lacking(before),
        )
        rest = whole.after(self.forced, teams=self.teams - len(self.forced))
        return rest.only(np.isin(np.delete(np.arange(len(self.sites)), self.forced), self.allowed))

    def times_reached(self, sites: np.ndarray) -> np.ndarray:
        """(areas,) how many of `sites` reach each area."""
        is_open = np.zeros(len(self.sites))
        is_open[sites] = 1
        return self.reach @ is_open
