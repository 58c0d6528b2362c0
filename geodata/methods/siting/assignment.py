"""Who is accompanied by whom: the most people that open sites of a given capacity can take, each person once.

People of an area may go to any open site that reaches it, a site takes at most its capacity: a transportation problem,
solved by augmenting paths (Ford & Fulkerson 1956), which keep to the optimum as sites open and close one at a time.
"""

from collections.abc import Iterable

import numpy as np
from numba import njit
from scipy import sparse

_Arrays = tuple[np.ndarray, ...]

_ROUNDING = 1e-9


class Assignment:
    """Sites open, several teams at some, and the most people that they can take.

    `catchment`: (sites, areas) CSR. `demand`: (areas,) people. `capacity`: people that a team takes (finite).
    """

    def __init__(self, catchment: sparse.csr_array, demand: np.ndarray, capacity: float):
        sites, areas = catchment.shape
        cells = 4 * areas + 1_000
        self.capacity = capacity
        self.teams = np.zeros(sites, np.int64)
        self.taken = np.zeros(sites)
        self.left = demand.astype(float).copy()
        self._pairs = catchment.indptr.astype(np.int64), catchment.indices.astype(np.int64)
        # The cells (site, people) of an area are a chained list that begins at `first`; free ones are a stack.
        self._cells = (
            np.full(areas, -1, np.int64),
            np.full(cells, -1, np.int64),
            np.zeros(cells, np.int64),
            np.zeros(cells),
            np.arange(cells)[::-1].copy(),
            np.array([cells], np.int64),
        )
        self._marks = (
            np.zeros(areas, np.int64),
            np.zeros(sites, np.int64),
            np.zeros(areas, np.int64),
            np.zeros(sites, np.int64),
            np.zeros(sites, np.int64),
            np.zeros(1, np.int64),
        )
        self._least = _ROUNDING * max(float(demand.sum()), 1e-300)

    @property
    def total(self) -> float:
        """People taken."""
        return float(self.taken.sum())

    def open(self, site: int) -> float:
        """One team more at `site`; returns how many people more are taken."""
        self.teams[site] += 1
        return self._fill(site)

    def gain(self, site: int) -> float:
        """How many people more `open` would take."""
        gain = self.open(site)
        self._shut(site)
        return gain

    def close(self, site: int) -> None:
        """One team less at `site`; others take whom they can of those it had."""
        self._shut(site)
        for other in np.flatnonzero(self.teams * self.capacity - self.taken > self._least):
            self._fill(int(other))

    def reopen(self, sites: Iterable[int]) -> "Assignment":
        """Open all of `sites`."""
        for site in sites:
            self.open(int(site))
        return self

    def by_area(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Areas, sites and people of every cell."""
        return _listed(*self._cells)

    def _fill(self, site: int) -> float:
        room = self.teams[site] * self.capacity - self.taken[site]
        return _fill(site, room, self._least, *self._pairs, self.left, self.taken, self._cells, self._marks)

    def _shut(self, site: int) -> None:
        self.teams[site] -= 1
        over = self.taken[site] - self.teams[site] * self.capacity
        if over > 0:
            _empty(site, over, self._least, *self._pairs, self.left, self.taken, self._cells)


@njit(cache=True, nogil=True)
def _fill(
    site: int, room: float, least: float, first_area: np.ndarray, areas_of: np.ndarray, left: np.ndarray,
    taken: np.ndarray, cells: _Arrays, marks: _Arrays,
) -> float:  # fmt: skip
    """Take as many people as `room` holds, moving those of other sites where that frees some; how many."""
    area_mark, site_mark, from_site, from_area, queue, stamp = marks
    first, following, owner, _people, _free, _count = cells
    wanted = room
    for k in range(first_area[site], first_area[site + 1]):
        area = areas_of[k]
        if room <= least:
            break
        if left[area] > 0:
            amount = min(left[area], room)
            left[area] -= amount
            room -= amount
            _give(area, site, amount, cells)
    while room > least:
        stamp[0] += 1
        now, begin, end, free = stamp[0], 0, 1, -1
        queue[0] = site
        site_mark[site] = now
        while begin < end and free < 0:
            one = queue[begin]
            begin += 1
            for k in range(first_area[one], first_area[one + 1]):
                area = areas_of[k]
                if area_mark[area] == now:
                    continue
                area_mark[area] = now
                from_site[area] = one
                if left[area] > least:
                    free = area
                    break
                cell = first[area]
                while cell >= 0:
                    other = owner[cell]
                    if site_mark[other] != now:
                        site_mark[other] = now
                        from_area[other] = area
                        queue[end] = other
                        end += 1
                    cell = following[cell]
        if free < 0:
            break
        amount, one = min(room, left[free]), from_site[free]
        while one != site:
            area = from_area[one]
            amount = min(amount, _held(area, one, cells))
            one = from_site[area]
        if amount <= 0:
            break
        left[free] -= amount
        room -= amount
        area, one = free, from_site[free]
        _give(area, one, amount, cells)
        while one != site:
            area = from_area[one]
            _give(area, one, -amount, cells)
            one = from_site[area]
            _give(area, one, amount, cells)
    taken[site] += wanted - room
    return wanted - room


@njit(cache=True, nogil=True)
def _empty(
    site: int, over: float, least: float, first_area: np.ndarray, areas_of: np.ndarray, left: np.ndarray,
    taken: np.ndarray, cells: _Arrays,
) -> None:  # fmt: skip
    """Give back `over` people of a site."""
    for k in range(first_area[site], first_area[site + 1]):
        area = areas_of[k]
        amount = min(_held(area, site, cells), over)
        if amount > 0:
            _give(area, site, -amount, cells)
            left[area] += amount
            taken[site] -= amount
            over -= amount
        if over <= 0:
            break
    if taken[site] < least:
        taken[site] = 0.0


@njit(cache=True, nogil=True)
def _held(area: int, site: int, cells: _Arrays) -> float:
    first, following, owner, held, _free, _count = cells
    cell = first[area]
    while cell >= 0:
        if owner[cell] == site:
            return held[cell]
        cell = following[cell]
    return 0.0


@njit(cache=True, nogil=True)
def _give(area: int, site: int, amount: float, cells: _Arrays) -> None:
    """Add `amount` people (fewer, if negative) of an area to a site."""
    first, following, owner, held, free, count = cells
    before, cell = -1, first[area]
    while cell >= 0 and owner[cell] != site:
        before, cell = cell, following[cell]
    if cell < 0:
        count[0] -= 1
        cell = free[count[0]]
        owner[cell], held[cell], following[cell] = site, 0.0, first[area]
        first[area], before = cell, -1
    held[cell] += amount
    if held[cell] <= 0:
        if before < 0:
            first[area] = following[cell]
        else:
            following[before] = following[cell]
        free[count[0]] = cell
        count[0] += 1


@njit(cache=True, nogil=True)
def _listed(
    first: np.ndarray, following: np.ndarray, owner: np.ndarray, held: np.ndarray, free: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = len(following) - count[0]
    areas, sites, people = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size)
    n = 0
    for area in range(len(first)):
        cell = first[area]
        while cell >= 0:
            areas[n], sites[n], people[n] = area, owner[cell], held[cell]
            n += 1
            cell = following[cell]
    return areas, sites, people
