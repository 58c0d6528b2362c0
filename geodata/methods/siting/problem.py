"""Maximal covering as arrays (Church & ReVelle 1974), and the smaller problems that have the same answer.

Areas and sites are row and column numbers here. Existing and forced sites never appear: `Problem.after` leaves what
remains to be decided once some sites are open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

NEGLIGIBLE = 1e-9
"""A smaller share of the people is rounding: it is worth no team and no swap, and no floor is missed by it."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Choose at most `teams` sites, within `budget`, to reach the most demand; floors must hold.

    `reach`: (areas, sites) CSR of ones. `demand`: (areas,) people, zero or more. `cost`: (sites,). `site_group` numbers
    the group of each site and `floor_teams` (groups,) is the least number of sites of each. `area_floor` numbers the
    floor that the people `counted` (areas,) in an area are part of, and `floor_people` (floors,) is the least number of
    them reached. A row may be there for its floor alone, with no demand: an area reached by the sites of its own group,
    say.
    """

    reach: sparse.csr_array
    demand: np.ndarray
    teams: int
    cost: np.ndarray
    budget: float
    site_group: np.ndarray
    floor_teams: np.ndarray
    area_floor: np.ndarray
    counted: np.ndarray
    floor_people: np.ndarray

    @cached_property
    def catchment(self) -> sparse.csr_array:
        """(sites, areas): the areas that each site reaches."""
        return self.reach.T.tocsr()

    @cached_property
    def negligible(self) -> float:
        return NEGLIGIBLE * float(self.demand.sum())

    @property
    def is_budgeted(self) -> bool:
        return bool(np.isfinite(self.budget))

    def covered(self, sites: Sequence[int] | np.ndarray) -> np.ndarray:
        """Whether each area is reached by any of `sites`."""
        covered = np.zeros(len(self.demand), bool)
        covered[entries(self.catchment, np.asarray(sites, int))[0]] = True
        return covered

    def reached(self, sites: Sequence[int] | np.ndarray) -> float:
        return float(self.demand[self.covered(sites)].sum())

    def people(self, areas: np.ndarray) -> np.ndarray:
        """(floors,) people counted in some areas (a mask)."""
        return np.bincount(self.area_floor[areas], self.counted[areas], len(self.floor_people))

    def opened(self, sites: Sequence[int] | np.ndarray) -> np.ndarray:
        """(groups,) number of `sites`."""
        return np.bincount(self.site_group[np.asarray(sites, int)], minlength=len(self.floor_teams))

    def lacking(self, covered: np.ndarray) -> np.ndarray:
        """(floors,) people still to reach for each floor once some areas (a mask) are."""
        lacking = self.floor_people - self.people(covered)
        return np.where(lacking > NEGLIGIBLE * self.floor_people, lacking, 0.0)

    def holds(self, sites: Sequence[int] | np.ndarray) -> bool:
        """Whether `sites` keep to the teams, the budget and every floor."""
        return bool(
            len(sites) <= self.teams
            and self.cost[np.asarray(sites, int)].sum() <= self.budget * (1 + NEGLIGIBLE)
            and (self.opened(sites) >= self.floor_teams).all()
            and not self.lacking(self.covered(sites)).any()
        )

    def after(self, sites: Sequence[int] | np.ndarray, teams: int) -> "Problem":
        """What remains to decide once `sites` are open and paid, with so many `teams` left."""
        opened = np.asarray(sites, int)
        covered = self.covered(sites)
        is_left = np.ones(len(self.cost), bool)
        is_left[opened] = False
        rest = replace(
            self,
            reach=self.reach[~covered],
            demand=self.demand[~covered],
            area_floor=self.area_floor[~covered],
            counted=self.counted[~covered],
            teams=teams,
            budget=max(self.budget - self.cost[opened].sum(), 0.0),
            floor_teams=np.maximum(self.floor_teams - self.opened(sites), 0),
            floor_people=self.lacking(covered),
        )
        return rest.only(is_left)

    def only(self, sites: np.ndarray) -> "Problem":
        """The same with fewer candidates (a mask, or numbers in rising order)."""
        return replace(
            self, reach=self.reach[:, sites].tocsr(), cost=self.cost[sites], site_group=self.site_group[sites]
        )


@dataclass(frozen=True, eq=False)
class Rows:
    """What a choice keeps to, as `matrix` z >= `least`, z being the sites open (x) then the areas reached (y).

    One row an area (it is reached by sites that are open), then one for the budget if `is_budgeted`, one for each
    group `by_teams` that has a floor of teams, one for each `by_people`.
    """

    matrix: sparse.csr_array
    least: np.ndarray
    is_budgeted: bool
    by_teams: np.ndarray
    by_people: np.ndarray


def rows(problem: Problem) -> Rows:
    """The constraints of the problem as sparse rows, for the solver and for the bound."""
    areas, sites = problem.reach.shape
    by_teams, by_people = np.flatnonzero(problem.floor_teams), np.flatnonzero(problem.floor_people)
    site_in = sparse.csr_array(
        (np.ones(sites), (problem.site_group, np.arange(sites))), shape=(len(problem.floor_teams), sites)
    )
    people_in = sparse.csr_array(
        (problem.counted, (problem.area_floor, np.arange(areas))), shape=(len(problem.floor_people), areas)
    )
    blocks = [sparse.hstack([problem.reach, -sparse.eye_array(areas)])]
    least = [np.zeros(areas)]
    if problem.is_budgeted:
        blocks.append(sparse.csr_array(np.concatenate([-problem.cost, np.zeros(areas)])[None]))
        least.append(np.array([-problem.budget]))
    if len(by_teams):
        blocks.append(sparse.hstack([site_in[by_teams], sparse.csr_array((len(by_teams), areas))]))
        least.append(problem.floor_teams[by_teams])
    if len(by_people):
        blocks.append(sparse.hstack([sparse.csr_array((len(by_people), sites)), people_in[by_people]]))
        least.append(problem.floor_people[by_people])
    matrix = sparse.vstack(blocks, format="csr")
    return Rows(matrix, np.concatenate(least).astype(float), problem.is_budgeted, by_teams, by_people)


def entries(matrix: sparse.csr_array, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of the stored entries of `rows`, one row after the other, and how many each row has."""
    start, count = matrix.indptr[rows], np.diff(matrix.indptr)[rows]
    shift = np.repeat(start - (np.cumsum(count) - count), count)
    return matrix.indices[shift + np.arange(len(shift))], count


def merged(problem: Problem) -> tuple[Problem, np.ndarray]:
    """The problem with one area where several of one floor have the same sites, without areas that change nothing.

    Also returns (areas,) the row that each area became, -1 for those without demand or out of reach.
    """
    count = np.diff(problem.reach.indptr)
    floored = problem.floor_people[problem.area_floor] > 0
    kept = np.flatnonzero((count > 0) & ((problem.demand > 0) | (floored & (problem.counted > 0))))
    if not len(kept):
        none = np.zeros(0)
        empty = replace(problem, reach=problem.reach[:0], demand=none, counted=none, area_floor=none.astype(int))
        return empty, np.full(len(count), -1)
    columns, count = entries(problem.reach, kept)
    # Sets are compared by the sum of 64 random bits a site: two sets of 35,000 are confused once in 10**10.
    bits = np.random.Generator(np.random.Philox(0)).integers(2**64, size=len(problem.cost), dtype=np.uint64)
    key = np.add.reduceat(bits[columns], np.cumsum(count) - count)
    floor = np.where(floored & (problem.counted > 0), problem.area_floor + 1, 0)[kept]
    # People whom no floor counts count for none, whichever area theirs is merged with.
    counted = np.where(floor > 0, problem.counted[kept], 0.0)
    key = key + (floor.astype(np.uint64) << np.uint64(32))
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))  # in the order of the areas, whatever the bits
    first, row = np.sort(first), rank[row]
    row_of = np.full(len(problem.demand), -1)
    row_of[kept] = row
    small = replace(
        problem,
        reach=problem.reach[kept[first]],
        demand=np.bincount(row, problem.demand[kept]),
        area_floor=problem.area_floor[kept[first]],
        counted=np.bincount(row, counted),
    )
    return small, row_of


_PRODUCTS = 1_000_000_000
"""Beyond so many products, looking for dominated sites takes longer than it saves."""

_ROWS = 4096


def undominated(problem: Problem) -> np.ndarray:
    """(sites,) whether no other site reaches the same areas and more for the same money, or less, in the same group.

    Some best choice only has such sites. Equal sites: the first is kept. All, when the sets are too large to compare.
    """
    is_kept = np.ones(len(problem.cost), bool)
    if (np.diff(problem.reach.indptr).astype(float) ** 2).sum() > _PRODUCTS:
        return is_kept
    size = np.diff(problem.catchment.indptr)
    for start in range(0, len(size), _ROWS):
        overlap = (problem.catchment[start : start + _ROWS] @ problem.reach).tocoo()
        one, other = overlap.row + start, overlap.col
        within = (overlap.data == size[one]) & (one != other) & (problem.cost[other] <= problem.cost[one])
        one, other = one[within], other[within]
        beats = (size[other] > size[one]) | (problem.cost[other] < problem.cost[one]) | (other < one)
        if problem.floor_teams.any():
            beats &= problem.site_group[other] == problem.site_group[one]
        is_kept[one[beats]] = False
    return is_kept
