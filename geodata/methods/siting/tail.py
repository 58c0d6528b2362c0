"""Fewest minutes for the worst served tenth: a conditional median (Ogryczak & Zawadzki 2002).

The value of a choice is the mean time to the nearest open site of the tenth of the people who are farthest from one,
which lies between the p-centre (the farthest person) and the p-median (everybody). It is the largest mean that any
weights on people give, none weighing more than ten times its share (Rockafellar & Uryasev 2000): each choice of weights
proves a bound, which is that of a weighted p-median. Another, often nearer, comes from how many people any choice can
have within each limit of minutes, which is maximal covering.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.bound import TOLERANCE, greedy_prices, upper_bound
from geodata.methods.siting.bound import relax as relax_covering
from geodata.methods.siting.problem import Problem, merged
from geodata.methods.siting.reaching import Clock
from geodata.methods.siting.search import greedy as greedy_at_reach
from geodata.methods.travel import BOUNDARY_MIN

TENTH = 0.1


@dataclass(frozen=True, eq=False)
class Tail:
    """Choose among the candidates of `rules` (their number, budget and floors) for the worst served tenth.

    `minutes`: (sites, areas) CSR of the candidates, nothing stored where there is no trip; a stored zero is the same
    place. `demand`: (areas,) people. `begin`: (areas,) minutes to the nearest site that is open already, or the longest
    time of any pair where there is none.
    """

    rules: Problem
    minutes: sparse.csr_array
    demand: np.ndarray
    begin: np.ndarray

    def nearest(self, sites: Sequence[int]) -> np.ndarray:
        """(areas,) minutes to the nearest open site."""
        nearest = self.begin.copy()
        for site in sites:
            areas, minutes = self.trips(site)
            nearest[areas] = np.minimum(nearest[areas], minutes)
        return nearest

    def trips(self, site: int) -> tuple[np.ndarray, np.ndarray]:
        start, end = self.minutes.indptr[site : site + 2]
        return self.minutes.indices[start:end], self.minutes.data[start:end]

    def value(self, sites: Sequence[int]) -> float:
        return worst_mean(self.nearest(sites), self.demand)[0]


def worst_mean(minutes: np.ndarray, people: np.ndarray) -> tuple[float, float]:
    """Mean minutes of the worst served tenth of the people, and the minutes from which one is part of it."""
    total = TENTH * people.sum()
    if total <= 0:
        return 0.0, 0.0
    order = np.argsort(-minutes, kind="stable")
    part = np.diff(np.minimum(np.cumsum(people[order]), total), prepend=0.0)
    return float(part @ minutes[order] / total), float(minutes[order][part > 0][-1])


def tail(request: CheckedRequest, demand: np.ndarray) -> Tail:
    """The choice that a request leaves, for the people of `demand`."""
    farthest = request.minutes_to.data.max(initial=request.minutes)
    by_site = request.minutes_to.T.tocsr()
    begin = np.full(len(demand), farthest)
    for site in np.union1d(request.existing, request.forced).astype(int):
        start, end = by_site.indptr[site : site + 2]
        areas = by_site.indices[start:end]
        begin[areas] = np.minimum(begin[areas], by_site.data[start:end])
    return Tail(request.problem(demand), by_site[request.allowed], demand, begin)


# -------------------------------------------------------------------------------------------------------------- search

_TRIED = 15


def greedy(problem: Tail, start: Sequence[int] = ()) -> list[int]:
    """Open the site that spares the most people-minutes beyond the minutes of the worst tenth, again and again."""
    sites, left = list(start), min(problem.rules.teams, len(problem.rules.cost)) - len(start)
    nearest = problem.nearest(sites)
    for _ in range(left):
        # While a tenth is out of every reach, the tail has no end: everybody's minutes count (a median).
        _, beyond = worst_mean(nearest, problem.demand)
        beyond = beyond if beyond < problem.begin.max() else 0.0
        gain = _spared(problem, nearest, beyond)
        gain[sites] = -np.inf
        best = int(np.argmax(gain))
        if not gain[best] > 0:
            break
        sites.append(best)
        areas, minutes = problem.trips(best)
        nearest[areas] = np.minimum(nearest[areas], minutes)
    return sites


def _spared(problem: Tail, nearest: np.ndarray, beyond: float) -> np.ndarray:
    """(candidates,) people-minutes beyond a limit that opening each would spare."""
    now = np.maximum(nearest, beyond)[problem.minutes.indices]
    spared = np.maximum(now - np.maximum(problem.minutes.data, beyond), 0) * problem.demand[problem.minutes.indices]
    starts = problem.minutes.indptr
    return np.diff(np.concatenate([[0.0], np.cumsum(spared)])[starts])


def swap(problem: Tail, sites: list[int], is_over: Callable[[], bool]) -> list[int]:
    """Move one site at a time to the best of the places that look best, until none of these moves is better."""
    now = list(sites)
    value, unmoved, turn = problem.value(now), 0, list(now)
    while unmoved < len(turn) and not is_over():
        site = turn.pop(0)
        rest = [one for one in now if one != site]
        place, worst = in_place_of(problem, site, rest)
        best = site
        if place is not None and worst < value * (1 - 1e-9):
            value, best = worst, place
        now = [*rest, best]
        turn.append(best)
        unmoved = unmoved + 1 if best == site else 0
    return now


def in_place_of(problem: Tail, site: int, rest: list[int]) -> tuple[int | None, float]:
    """The best of the places that look best for `site` beside the `rest`, and the value then; None where none holds."""
    rules = problem.rules
    is_ruled = rules.is_budgeted or rules.floor_teams.any() or rules.floor_people.any()
    nearest = problem.nearest(rest)
    _, beyond = worst_mean(nearest, problem.demand)
    gain = _spared(problem, nearest, min(beyond, problem.begin.max() * 0.999))
    gain[rest] = -np.inf
    best, value = None, np.inf
    count = min(_TRIED, len(gain))
    for place in map(int, np.argpartition(-gain, count - 1)[:count]):
        if place == site or not np.isfinite(gain[place]) or (is_ruled and not rules.holds([*rest, place])):
            continue
        areas, minutes = problem.trips(place)
        moved = nearest.copy()
        moved[areas] = np.minimum(moved[areas], minutes)
        worst = worst_mean(moved, problem.demand)[0]
        if worst < value:
            value, best = worst, place
    return best, value


# --------------------------------------------------------------------------------------------------------------- bound


def lower_bound(problem: Tail, weight: np.ndarray, price: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Minutes that no choice goes below for its worst served tenth, whatever `weight` and `price` (areas,).

    `weight`: from 0 to 1, of which the people add up to a tenth. `price`: minutes granted to each area. Also (areas,)
    how many trips the choice that these make gives to each area, and their minutes.
    """
    people = problem.demand / (TENTH * problem.demand.sum())
    area, minutes = problem.minutes.indices, problem.minutes.data
    saved = np.minimum(weight[area] * minutes - price[area], 0) * people[area]
    worth = np.diff(np.concatenate([[0.0], np.cumsum(saved)])[problem.minutes.indptr])
    best = np.argsort(worth, kind="stable")[: problem.rules.teams]
    best = best[worth[best] < 0]
    stays = weight * problem.begin < price
    bound = people @ (price + np.where(stays, weight * problem.begin - price, 0.0)) + worth[best].sum()
    is_open = np.zeros(len(worth), bool)
    is_open[best] = True
    taken = np.repeat(is_open, np.diff(problem.minutes.indptr)) & (saved < 0)
    trips = np.bincount(area[taken], minlength=len(price)) + stays
    spent = np.bincount(area[taken], minutes[taken], len(price)) + np.where(stays, problem.begin, 0.0)
    return float(bound), trips, spent


def relax(problem: Tail, sites: list[int], is_over: Callable[[], bool]) -> Iterator[float]:
    """Higher and higher bounds, by projected subgradient steps on weights and prices."""
    people = problem.demand / max(TENTH * problem.demand.sum(), 1e-300)
    nearest, target = problem.nearest(sites), problem.value(sites)
    _, beyond = worst_mean(nearest, problem.demand)
    weight = _to_a_tenth(np.where(nearest >= beyond, 1.0, 0.2), people)
    price = weight * nearest * 1.1
    lowest, scale, stale = 0.0, 1.0, 0
    best = weight, price
    for step in range(1, 3_000):
        bound, trips, spent = lower_bound(problem, weight, price)
        stale = 0 if bound > lowest * (1 + 1e-6) else stale + 1
        if bound > lowest:
            lowest, best = bound, (weight, price)
        if target - lowest <= TOLERANCE * target or scale < 1e-3 or is_over():
            break
        if stale >= 20:
            scale, stale, (weight, price) = scale / 2, 0, best
            bound, trips, spent = lower_bound(problem, weight, price)
        # A weight moves by one where a price moves by the minutes of the worst tenth.
        up, more = 1.0 - trips, spent / max(target, 1e-9)
        norm = people @ (up**2 * target**2 / max(target, 1e-9) + more**2 * target)
        length = scale * max(target - bound, TOLERANCE * target) / max(norm, 1e-300)
        price = np.maximum(price + length * up * target, 0)
        weight = _to_a_tenth(weight + length * more, people)
        if step % 50 == 0:
            yield lowest
    yield lowest


_LIMITS = 64
"""Limits of minutes looked at, at most."""
_STEP = 0.005
"""A bound that more limits could raise by no more than this, of the longest minutes, is left."""


def covered_bound(problem: Tail, is_over: Callable[[], bool]) -> Iterator[float]:
    """Higher and higher bounds, from how many people any choice can have within each limit of minutes.

    No choice has fewer people beyond t minutes than S(t), all less the bound of maximal covering within t. The mean of
    a tail is what its people have beyond each t, added up: at least the integral of min(1, S(t) over a tenth of the
    people). S falls, so that between two limits looked at it is at least what it is at the second one; the widest such
    step is halved, again and again.
    """
    tenth, farthest = TENTH * problem.demand.sum(), float(problem.begin.max())
    limits, beyond = [0.0, farthest], [1.0, 0.0]
    for _ in range(_LIMITS):
        lost = np.diff(limits) * -np.diff(beyond)
        k = int(np.argmax(lost))
        if tenth <= 0 or lost.sum() <= _STEP * farthest or is_over():
            return
        middle = (limits[k] + limits[k + 1]) / 2
        most = _most_within(problem, middle, is_over)
        share = min(max((problem.demand.sum() - most) / tenth, beyond[k + 1]), beyond[k])
        limits.insert(k + 1, middle)
        beyond.insert(k + 1, share)
        yield float(np.diff(limits) @ beyond[1:])


def _most_within(problem: Tail, minutes: float, is_over: Callable[[], bool]) -> float:
    """People that no choice exceeds within so many minutes of an open site; floors of people are left out."""
    rules, is_open = problem.rules, problem.begin <= minutes + BOUNDARY_MIN
    near = problem.minutes.copy()
    near.data = (near.data <= minutes + BOUNDARY_MIN).astype(float)
    near.eliminate_zeros()
    areas = len(problem.demand)
    within, _ = merged(
        replace(
            rules,
            reach=near.T.tocsr(),
            demand=np.where(is_open, 0.0, problem.demand),
            area_floor=np.zeros(areas, int),
            counted=np.zeros(areas),
            floor_people=np.zeros(1),
        )
    )
    already = float(problem.demand[is_open].sum())
    if not len(within.demand):
        return already
    sites = greedy_at_reach(within)
    bound = min(upper_bound(within, greedy_prices(within, sites)), float(within.demand.sum()))
    return already + min(bound, relax_covering(within, sites, is_over).bound)


def _to_a_tenth(weight: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The nearest weights from 0 to 1 of which the people add up to a tenth (`people` add up to ten tenths)."""
    low, high = weight.min() - 1, weight.max()
    for _ in range(60):
        middle = (low + high) / 2
        if people @ np.clip(weight - middle, 0, 1) > 1:
            low = middle
        else:
            high = middle
    return np.clip(weight - high, 0, 1)


# -------------------------------------------------------------------------------------------------------------- answer

_WHOLE = 4_000


def answers(problem: Tail, reached: list[int], clock: Clock) -> Iterator[tuple[list[int], float, bool]]:
    """Better and better choices, bounds, and whether a search proved them. `reached`: a choice that holds."""
    rules = problem.rules
    # What floors and budget ask for first; then the teams that are left, for the worst tenth.
    tries = [greedy(problem), greedy_at_reach(rules), reached]
    sites = min((one for one in tries if rules.holds(one)), key=problem.value, default=None)
    if sites is None:
        return
    if len(sites) == len(rules.cost):  # every candidate is open, and no site makes anybody's minutes longer
        yield sites, problem.value(sites), True
        return
    bound = 0.0
    yield sites, bound, False
    sites = swap(problem, sites, lambda: not clock.left(0.5))
    yield sites, bound, False
    for lower in covered_bound(problem, lambda: not clock.left(0.8)):
        bound = max(bound, min(lower, problem.value(sites)))
        yield sites, bound, False
    for lower in relax(problem, sites, lambda: not clock.left(0.9)):
        bound = max(bound, min(lower, problem.value(sites)))
        yield sites, bound, False
    if problem.value(sites) - bound > TOLERANCE * bound and problem.minutes.nnz <= _WHOLE and clock.left():
        better, proved = solve(problem, sites, clock.left())
        if rules.holds(better) and problem.value(better) < problem.value(sites):
            sites = better
        is_searched = proved > bound
        yield sites, min(max(bound, proved), problem.value(sites)), is_searched


def solve(problem: Tail, sites: list[int], seconds: float) -> tuple[list[int], float]:
    """The best choice and its bound, by branch and bound (HiGHS) on the linear form of the mean of a tail."""
    import highspy

    rules = problem.rules
    candidates, areas = problem.minutes.shape
    pairs = problem.minutes.tocoo()
    n, rows = len(pairs.data), np.flatnonzero(rules.counted > 0)
    k = np.arange(n)
    ones = np.ones(n)
    eye, none = sparse.eye_array(areas, format="csr"), sparse.csr_array
    width = {"open": candidates, "trip": n, "stay": areas, "over": areas, "limit": 1, "row": len(rows)}

    def line(
        low: np.ndarray | float, high: np.ndarray | float, **blocks: sparse.sparray | np.ndarray
    ) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        height = next(iter(blocks.values())).shape[0]
        parts = [none(blocks[name]) if name in blocks else none((height, size)) for name, size in width.items()]
        return sparse.hstack(parts, format="csr"), np.broadcast_to(low, height), np.broadcast_to(high, height)

    trip_of = sparse.coo_array((ones, (pairs.col, k)), shape=(areas, n))
    minutes_of = sparse.coo_array((pairs.data, (pairs.col, k)), shape=(areas, n))
    lines = [
        line(1.0, 1.0, trip=trip_of, stay=eye),
        line(
            -np.inf,
            0.0,
            trip=sparse.eye_array(n),
            open=-sparse.coo_array((ones, (k, pairs.row)), shape=(n, candidates)),
        ),
        line(
            0.0, np.inf, over=eye, limit=np.ones((areas, 1)), trip=-minutes_of, stay=-sparse.diags_array(problem.begin)
        ),
        line(-np.inf, float(rules.teams), open=np.ones((1, candidates))),
    ]
    if len(rows):
        counted = (rules.counted[rows], (rules.area_floor[rows], np.arange(len(rows))))
        floors = len(rules.floor_people)
        lines += [
            line(-np.inf, 0.0, row=sparse.eye_array(len(rows)), open=-rules.reach[rows]),
            line(rules.floor_people, np.inf, row=sparse.coo_array(counted, shape=(floors, len(rows)))),
        ]
    if rules.floor_teams.any():
        group = (np.ones(candidates), (rules.site_group, np.arange(candidates)))
        in_group = sparse.coo_array(group, shape=(len(rules.floor_teams), candidates))
        lines.append(line(rules.floor_teams.astype(float), np.inf, open=in_group))
    if rules.is_budgeted:
        lines.append(line(-np.inf, rules.budget, open=rules.cost[None]))
    matrix = sparse.vstack([one for one, _, _ in lines], format="csr")
    programme = highspy.HighsLp()
    programme.num_row_, programme.num_col_ = matrix.shape
    people = problem.demand / max(TENTH * problem.demand.sum(), 1e-300)
    last = np.zeros(len(rows))
    programme.col_cost_ = np.concatenate([np.zeros(candidates + n + areas), people, [1.0], last])
    programme.col_lower_ = np.zeros(matrix.shape[1])
    upper = [np.ones(candidates + n + areas), np.full(areas + 1, np.inf), np.ones(len(rows))]
    programme.col_upper_ = np.concatenate(upper)
    programme.row_lower_ = np.concatenate([low for _, low, _ in lines]).astype(float)
    programme.row_upper_ = np.concatenate([high for _, _, high in lines]).astype(float)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    programme.integrality_ = [whole] * candidates + [part] * (matrix.shape[1] - candidates)
    highs = highspy.Highs()
    highs.silent()
    for option, value in {"threads": 1, "mip_rel_gap": TOLERANCE / 2, "time_limit": max(seconds, 0.01)}.items():
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    highs.run()
    open_ = np.array(highs.getSolution().col_value)[:candidates]
    bound = highs.getInfo().mip_dual_bound
    if not np.isfinite(bound):
        return sites, 0.0
    return (np.flatnonzero(open_ > 0.5).tolist() if open_.any() else sites), bound * (1 - 1e-6)
