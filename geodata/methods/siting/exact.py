"""Maximal covering by branch and bound (HiGHS): a whole problem where it is small, or neighbourhood by neighbourhood
around a choice that it never makes worse."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from geodata.methods.siting.bound import TOLERANCE
from geodata.methods.siting.problem import Problem, merged, rows

POSSIBLE = 1e-3
"""A candidate that the relaxation opens less than this is not tried in a part."""

_ROUNDING = 1e-6  # relative: HiGHS lets a constraint be missed by that much


@dataclass(frozen=True)
class Solved:
    """The best `sites` found (those given when nothing is better); no choice reaches more than `bound`."""

    sites: list[int]
    bound: float


def solve(problem: Problem, sites: Sequence[int], *, seconds: float, most_nodes: int) -> Solved:
    """Look for a better choice than `sites`, to within `TOLERANCE`, in at most so many nodes and seconds.

    `sites` must hold; so do those returned.
    """
    small, _ = merged(problem)
    if not len(small.demand):
        return Solved(list(sites), 0.0)
    better, bound = _branch_and_bound(small, sites, False, seconds, most_nodes)
    if not (problem.holds(better) and problem.reached(better) > problem.reached(sites) + problem.negligible):
        better = list(sites)
    return Solved(better, max(bound * (1 + _ROUNDING), problem.reached(better)))


def meet_floors(problem: Problem, sites: Sequence[int], seconds: float) -> tuple[list[int], float]:
    """From `sites`, the choice that lacks the fewest people under the floors, and how many any choice lacks.

    More than none proves that no choice holds.
    """
    small, _ = merged(problem)
    sites_met, bound = _branch_and_bound(small, sites, True, seconds, most_nodes=1_000_000)
    return sites_met, max(-bound - _ROUNDING * problem.floor_people.sum(), 0.0)


def _branch_and_bound(
    problem: Problem, start: Sequence[int], may_lack: bool, seconds: float, most_nodes: int
) -> tuple[list[int], float]:
    """Sites found and bound on the objective.

    Columns are the sites open (whole), the areas reached, and the people lacking under each floor. The objective is the
    people reached, nobody lacking; or, if floors `may_lack`, minus the people lacking.
    """
    kept = rows(problem)
    areas, sites = problem.reach.shape
    floors = len(kept.by_people)
    lacking = sparse.vstack([sparse.csr_array((len(kept.least) - floors, floors)), sparse.eye_array(floors)])
    teams = sparse.csr_array(np.repeat([1.0, 0.0], [sites, areas + floors])[None])
    matrix = sparse.vstack([sparse.hstack([kept.matrix, lacking]), teams], format="csr")
    need = problem.floor_people[kept.by_people]
    most = np.concatenate([np.ones(sites + areas), need if may_lack else np.zeros(floors)])
    people = np.zeros(areas) if may_lack else problem.demand

    programme = highspy.HighsLp()
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.num_col_, programme.num_row_ = matrix.shape[1], matrix.shape[0]
    programme.col_cost_ = np.concatenate([np.zeros(sites), people, np.full(floors, -1.0)])
    programme.col_lower_, programme.col_upper_ = np.zeros(len(most)), most
    programme.row_lower_ = np.append(kept.least, -highspy.kHighsInf)
    programme.row_upper_ = np.append(np.full(len(kept.least), highspy.kHighsInf), problem.teams)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    programme.integrality_ = [whole] * sites + [part] * (areas + floors)

    highs = highspy.Highs()
    highs.silent()
    for option, value in {
        "threads": 1,
        "mip_rel_gap": TOLERANCE / 2,
        "mip_max_nodes": most_nodes,
        "time_limit": max(seconds, 0.0),
    }.items():
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    begun = highspy.HighsSolution()
    lack = np.maximum(need - problem.people(problem.covered(start))[kept.by_people], 0)
    begun.col_value = np.concatenate([np.isin(np.arange(sites), start), problem.covered(start), lack]).astype(float)
    highs.setSolution(begun)
    highs.run()
    values = np.array(highs.getSolution().col_value)[:sites]
    return np.flatnonzero(values > 0.5).tolist(), highs.getInfo().mip_dual_bound


# ------------------------------------------------------------------------------------------------------ neighbourhoods

_SIZES = (1_000, 2_000, 4_000, 8_000)
"""Entries of the parts searched, in turn: HiGHS takes some 0.03 s for one of the first size, seconds for the last."""

_NODES = 100
_SETTLED = 0.9  # an open site that the relaxation opens more than this stays


def search_parts(
    problem: Problem, sites: Sequence[int], shares: np.ndarray, seconds_left: Callable[[], float]
) -> Iterator[list[int]]:
    """Reopen part of the sites at a time, where the relaxation would; yield each choice that reaches more.

    `sites` must hold; `shares`: (sites,) of the relaxation. Each size of part is tried twice over: first all the sites
    that the relaxation leaves undecided, among the candidates it opens most (relaxation-induced neighbourhoods, Danna,
    Rothberg & Le Pape 2005); then each site with those around it, until no such part can be bettered.
    """
    among = np.union1d(np.flatnonzero(shares > POSSIBLE), np.asarray(sites, int))
    pool, _ = merged(problem.only(among))
    shares = shares[among]
    now = np.searchsorted(among, sites).tolist()
    for size in _SIZES:
        part = _undecided(pool, now, shares, size)
        is_whole = len(part.numbers) == len(among)
        if (better := part.solved(seconds_left())) is not None:
            now = better
            yield among[now].tolist()
        if is_whole:
            break
        waiting = sorted(now)
        while waiting and seconds_left() > 0:
            near = _neighbours(pool, now, waiting[0], size)
            better = _around(pool, now, near).solved(seconds_left())
            if better is None:
                settled = near[: (len(near) + 1) // 2]
                waiting = [site for site in waiting if site not in settled]
            else:
                waiting = [site for site in waiting if site in better] + [site for site in better if site not in now]
                now = better
                yield among[now].tolist()


@dataclass(frozen=True, eq=False)
class _Part:
    """The choice left when `fixed` sites stay open: `problem`, whose sites are the `numbers` of a larger one."""

    problem: Problem
    numbers: np.ndarray
    fixed: list[int]
    free: list[int]

    def solved(self, seconds: float) -> list[int] | None:
        """Every site of a better choice, numbered as in the larger problem, or None."""
        start = np.searchsorted(self.numbers, self.free).tolist()
        sites = solve(self.problem, start, seconds=seconds, most_nodes=_NODES).sites
        return None if sites == start else self.fixed + self.numbers[sites].tolist()


def _part(pool: Problem, sites: list[int], free: list[int], candidates: np.ndarray) -> _Part:
    """The part where the `free` ones of the open `sites` may move to `candidates` (a mask)."""
    fixed = [site for site in sites if site not in free]
    left = np.setdiff1d(np.arange(len(pool.cost)), fixed)
    kept = candidates[left] | np.isin(left, free)
    rest = pool.after(fixed, teams=pool.teams - len(fixed)).only(kept)
    return _Part(merged(rest)[0], left[kept], fixed, free)


def _undecided(pool: Problem, sites: list[int], shares: np.ndarray, size: int) -> _Part:
    """The sites that the relaxation does not settle, and the candidates it opens most, in at most `size` entries."""
    free = [site for site in sites if shares[site] < _SETTLED]
    ranked = np.argsort(-shares, kind="stable")

    def part(count: int) -> _Part:
        return _part(pool, sites, free, np.isin(np.arange(len(shares)), ranked[:count]))

    fits, too_many = 0, len(shares) + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if part(middle).problem.reach.nnz <= size else (fits, middle)
    return part(fits)


def _neighbours(pool: Problem, sites: list[int], centre: int, size: int) -> list[int]:
    """`centre` and the open sites nearest to it, as many as make a problem of about `size` entries.

    Near: reached in fewest hops, a hop being two candidates that reach the same area; then by areas in common.
    """
    zone = pool.covered([centre])
    near, rest = [centre], [site for site in sites if site != centre]
    while rest:
        shared = pool.catchment[rest] @ zone
        touched = [rest[k] for k in np.argsort(-shared, kind="stable") if shared[k]]
        near += touched
        rest = [site for site in rest if site not in touched]
        wider = pool.reach @ (pool.catchment @ zone > 0) > 0
        if (wider == zone).all():
            break
        zone = wider
    total = np.cumsum(pool.catchment[near] @ np.diff(pool.reach.indptr))
    return near[: max(1, int(np.searchsorted(total, size, side="right")))]


def _around(pool: Problem, sites: list[int], near: list[int]) -> _Part:
    """The sites `near` each other, and the candidates that reach an area that one of them reaches."""
    return _part(pool, sites, near, pool.catchment @ pool.covered(near) > 0)
