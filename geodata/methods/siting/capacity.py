"""Capacitated maximal covering (Current & Storbeck 1988): where teams that can accompany only so many people should go.

The people accompanied by a choice of sites are those of the best assignment (`geodata.methods.siting.assignment`), a
submodular function of the sites: greedy misses at most 37 % of it, and can be lazy (Minoux 1978) and exact.
The bound prices the people of each area: a site is then worth its fullest knapsack, and the best N are added up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import sparse

from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.assignment import Assignment
from geodata.methods.siting.bound import TOLERANCE
from geodata.methods.siting.problem import NEGLIGIBLE, Problem, merged
from geodata.methods.siting.reaching import Clock
from geodata.methods.siting.search import OpenSites, best_for_floors

_REACHED = 1e-6
"""What a person reached counts beside one accompanied: among equals, a choice reaches the most people."""


@dataclass(frozen=True, eq=False)
class Capacitated:
    """Choose teams among the candidates of `rules`, which holds their number, the budget, the floors and whom they
    newly reach, to accompany the most people.

    `reach`: (areas, sites) CSR of ones, the candidates first, then the sites that are open already, which hold `fixed`
    (sites,) teams each. `demand`: (areas,) people. `before`: people whom the existing teams accompany.
    """

    rules: Problem
    reach: sparse.csr_array
    catchment: sparse.csr_array
    demand: np.ndarray
    capacity: float
    teams_at_site: int
    fixed: np.ndarray
    before: float

    @property
    def candidates(self) -> int:
        return len(self.rules.cost)

    def assignment(self, sites: Iterable[int] = ()) -> Assignment:
        """Whom the open sites, and these candidates, accompany."""
        open_already = np.repeat(np.arange(len(self.fixed)), self.fixed)
        return Assignment(self.catchment, self.demand, self.capacity).reopen([*open_already, *sites])

    def accompanied(self, sites: Iterable[int]) -> float:
        """People newly accompanied once teams open at `sites`."""
        return self.assignment(sites).total - self.before

    def value(self, sites: Sequence[int]) -> float:
        """What is best: people accompanied, then people reached."""
        return self.accompanied(sites) + _REACHED * self.rules.reached(sites)


def capacitated(request: CheckedRequest, demand: np.ndarray) -> Capacitated:
    """The choice that a request leaves, for the people of `demand`."""
    opened, teams = np.unique(np.concatenate([request.existing, request.forced]), return_counts=True)
    order = np.concatenate([request.allowed, opened]).astype(int)
    fixed = np.concatenate([np.zeros(len(request.allowed), np.int64), teams])
    areas = len(demand)
    plain = Problem(
        *(request.reach[:, order].tocsr(), demand, 1, np.zeros(len(order)), np.inf, np.zeros(len(order), int)),
        *(np.zeros(1, int), np.zeros(areas, int), np.zeros(areas), np.zeros(1)),
    )
    small, _ = merged(plain)
    catchment = small.reach.T.tocsr()
    before = np.isin(order, request.existing).nonzero()[0]
    already = Assignment(catchment, small.demand, request.capacity).reopen(before).total
    return Capacitated(
        rules=request.problem(demand),
        reach=small.reach,
        catchment=catchment,
        demand=small.demand,
        capacity=request.capacity,
        teams_at_site=request.teams_at_site,
        fixed=fixed,
        before=already,
    )


# -------------------------------------------------------------------------------------------------------------- search


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
    while not is_counted[best := int(np.argmax((most + _REACHED * opened.gain) * favour))]:
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
        stay = taken.gain(site) + _REACHED * opened.gain[site]
        direct = np.minimum(pairs @ taken.left, problem.capacity) + _REACHED * opened.gain
        direct[~opened.is_allowed()] = -np.inf
        count = min(_TRIED, len(direct))
        best, added = site, stay
        for place in np.argpartition(-direct, count - 1)[:count]:
            place = int(place)
            if place == site or not np.isfinite(direct[place]):
                continue
            if is_ruled and not rules.holds([*opened.sites, place]):
                continue
            gains = taken.gain(place) + _REACHED * opened.gain[place]
            if gains > added + rules.negligible * _REACHED + NEGLIGIBLE * problem.capacity:
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


# --------------------------------------------------------------------------------------------------------------- bound


@dataclass(frozen=True, eq=False)
class Prices:
    """Lagrangian prices, zero or more: of a person of each area (areas,), at most one; of reaching each floor row
    (rows of `rules`), in people; of a unit of budget, a team of each group, a person of each floor."""

    areas: np.ndarray
    rows: np.ndarray
    budget: float
    team: np.ndarray
    person: np.ndarray


@dataclass(frozen=True, eq=False)
class Bound:
    """What no choice exceeds, `value`, and the choice that the prices make: `count` (candidates,) teams opened, and
    `taken` (areas,) people whom these and the fixed sites take, more than there are in some areas."""

    value: float
    count: np.ndarray
    taken: np.ndarray
    worth: np.ndarray


def upper_bound(problem: Capacitated, prices: Prices) -> Bound:
    """People that no choice newly accompanies more of, whatever the `prices` (Lagrangian duality).

    With people priced, teams no longer compete: a site is worth its fullest knapsack, people of an area bringing one
    minus their price each, and its k-th team what k capacities bring beyond k - 1. The bound is the price of all the
    people, what fixed sites bring, and the N best teams; prices of floors and budget add as in
    `geodata.methods.siting.bound.upper_bound`.
    """
    rules, gain = problem.rules, 1 - np.clip(prices.areas, 0, 1)
    order = np.argsort(-gain, kind="stable")
    levels = problem.teams_at_site
    worth = _worth(order, gain, problem.demand, *_indices(problem.reach), problem.fixed, problem.capacity, levels)
    fixed = worth[problem.fixed > 0, 0].sum()
    new = worth[: problem.candidates]
    weight = rules.counted * prices.person[rules.area_floor]
    rows = np.clip(prices.rows, 0, weight)
    new = new + prices.team[rules.site_group][:, None]
    new[:, 0] += rules.catchment @ rows
    if rules.is_budgeted:
        new = new - prices.budget * rules.cost[:, None]
    flat = new.ravel()
    best = np.argsort(-flat, kind="stable")[: rules.teams]
    best = best[flat[best] > 0]
    count = np.bincount(best // levels, minlength=problem.candidates)
    value = problem.demand @ (1 - gain) + fixed + flat[best].sum() + (weight - rows).sum() - problem.before
    value -= prices.team @ rules.floor_teams + prices.person @ rules.floor_people
    value += prices.budget * rules.budget if rules.is_budgeted else 0.0
    teams = problem.fixed.copy()
    teams[: problem.candidates] += count
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    taken = _taken(rank, gain, problem.demand, *_indices(problem.catchment), teams, problem.capacity)
    return Bound(float(value), count, taken, new)


def _indices(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    return matrix.indptr, matrix.indices


@njit(cache=True, nogil=True)
def _worth(
    order: np.ndarray, gain: np.ndarray, demand: np.ndarray, first_site: np.ndarray, sites_of: np.ndarray,
    fixed: np.ndarray, capacity: float, levels: int,
) -> np.ndarray:  # fmt: skip
    """(sites, levels) what each team of a site brings; a fixed site has one level, the capacity of all its teams."""
    worth, used = np.zeros((len(fixed), levels)), np.zeros(len(fixed))
    for area in order:
        if gain[area] <= 0:
            break
        for k in range(first_site[area], first_site[area + 1]):
            site = sites_of[k]
            most = capacity * (fixed[site] if fixed[site] > 0 else levels)
            amount = min(demand[area], most - used[site])
            if amount <= 0:
                continue
            if fixed[site] > 0 or levels == 1:
                worth[site, 0] += amount * gain[area]
                used[site] += amount
                continue
            while amount > 0:
                level = min(int(used[site] / capacity + 1e-9), levels - 1)
                part = min(amount, capacity * (level + 1) - used[site]) if level < levels - 1 else amount
                worth[site, level] += part * gain[area]
                used[site] += part
                amount -= part
    return worth


@njit(cache=True, nogil=True)
def _taken(
    rank: np.ndarray, gain: np.ndarray, demand: np.ndarray, first_area: np.ndarray, areas_of: np.ndarray,
    teams: np.ndarray, capacity: float,
) -> np.ndarray:  # fmt: skip
    taken = np.zeros(len(demand))
    for site in range(len(teams)):
        if teams[site] == 0:
            continue
        areas = areas_of[first_area[site] : first_area[site + 1]]
        room = capacity * teams[site]
        for area in areas[np.argsort(rank[areas])]:
            if gain[area] <= 0 or room <= 0:
                break
            amount = min(demand[area], room)
            taken[area] += amount
            room -= amount
    return taken


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The lowest `bound` found and its `prices`, and `shares` (candidates,): how much of the time each is chosen."""

    bound: float
    prices: Prices
    shares: np.ndarray


_STALE = 12
"""Steps without a lower bound after which steps are halved."""


def relax(problem: Capacitated, sites: list[int], most_steps: int, is_over: Callable[[], bool]) -> Iterator[Relaxed]:
    """Lower and lower bounds by subgradient steps (Held, Wolfe & Crowder 1974; deflected, Camerini et al. 1975).

    Each price moves by what its constraint is missed by, divided by its own size, as far as the distance to the value
    of `sites` tells (Polyak 1969). Yields every hundredth step and at the end.
    """
    rules = problem.rules
    target = problem.accompanied(sites) if rules.holds(sites) else 0.0
    space = _Space(problem)
    # Nobody to gain, everybody free, only those whom nobody takes free, or everybody by half: what proves the most.
    left = problem.assignment(sites).left
    begun = [np.full(len(left), price) for price in (0.0, 0.5, 1.0)]
    begun.append(np.where(left > NEGLIGIBLE * problem.demand, 0.0, 1.0))
    points = [space.point(areas) for areas in begun]
    bounds = [upper_bound(problem, space.prices(point)) for point in points]
    at = int(np.argmin([one.value for one in bounds]))
    point, now = points[at], bounds[at]
    best, lowest = point, now.value
    shares, weight = np.zeros(problem.candidates), 0.0
    direction, scale, stale = np.zeros(len(point)), 1.5, 0
    for step in range(1, most_steps + 1):
        shares, weight = 0.95 * shares + now.count, 0.95 * weight + 1
        if lowest - target <= TOLERANCE * abs(lowest) or scale < 1e-4 or is_over():
            break
        direction = 0.4 * direction + space.slack(point, now) * space.size
        norm = (direction**2 / space.size).sum()
        if norm <= 0:
            break
        length = scale * max(now.value - target, TOLERANCE * abs(lowest)) / norm
        point = np.clip(point - length * direction, 0, space.most)
        now = upper_bound(problem, space.prices(point))
        stale = 0 if now.value < lowest * (1 - 1e-6) else stale + 1
        if now.value < lowest:
            lowest, best = now.value, point
        if stale >= _STALE:
            scale, stale, point, direction = scale / 2, 0, best, np.zeros(len(point))
            now = upper_bound(problem, space.prices(point))
        if step % 100 == 0:
            yield Relaxed(lowest, space.prices(best), shares / weight)
    yield Relaxed(lowest, space.prices(best), shares / max(weight, 1.0))


class _Space:
    """All prices as one array: areas, floor rows, budget, teams, people of floors. `size` is that of each price,
    squared, over what its constraint is missed by; `most` is what none exceeds."""

    def __init__(self, problem: Capacitated):
        self.problem, rules = problem, problem.rules
        people = rules.teams * problem.capacity
        in_group = np.bincount(rules.site_group, minlength=len(rules.floor_teams))
        parts = (
            1 / np.maximum(problem.demand, 1e-12),
            rules.counted,
            [people / max(rules.budget, 1e-12) ** 2 if rules.is_budgeted else 0.0],
            (rules.floor_teams > 0) * problem.capacity / np.maximum(in_group, 1),
            (rules.floor_people > 0) * problem.capacity / np.maximum(rules.floor_people, 1e-12) ** 2,
        )
        self.ends = np.cumsum([len(part) for part in parts])[:-1]
        self.size = np.maximum(np.concatenate(parts), 1e-300)
        self.most = np.full(len(self.size), np.inf)
        self.most[: self.ends[0]] = 1.0

    def point(self, areas: np.ndarray) -> np.ndarray:
        return np.concatenate([areas, np.zeros(len(self.size) - len(areas))])

    def prices(self, point: np.ndarray) -> Prices:
        areas, rows, budget, team, person = np.split(point, self.ends)
        return Prices(areas, rows, float(budget[0]), team, person)

    def slack(self, point: np.ndarray, bound: Bound) -> np.ndarray:
        """By how much the choice that the prices make keeps to each constraint; negative where it does not."""
        problem, rules, prices = self.problem, self.problem.rules, self.prices(point)
        is_met = prices.rows < rules.counted * prices.person[rules.area_floor]
        return np.concatenate(
            [
                problem.demand - bound.taken,
                np.where(rules.counted > 0, rules.reach @ np.minimum(bound.count, 1) - is_met, 0.0),
                [rules.budget - rules.cost @ bound.count if rules.is_budgeted else 0.0],
                np.bincount(rules.site_group, bound.count, len(rules.floor_teams)) - rules.floor_teams,
                np.bincount(rules.area_floor, rules.counted * is_met, len(rules.floor_people)) - rules.floor_people,
            ]
        )


# -------------------------------------------------------------------------------------------------------------- answer

_WHOLE = 20_000
"""Pairs of a problem that branch and bound may get through."""


def answers(problem: Capacitated, reached: list[int] | None, clock: Clock) -> Iterator[tuple[list[int], float, bool]]:
    """Better and better choices (candidates, repeated where several teams are), bounds, and whether a search proved
    them. `reached`: a choice that holds, best at people reached; it is kept where nothing accompanies more."""
    rules = problem.rules
    held = [one for one in (reached, greedy(problem)) if one is not None and rules.holds(one)]
    if not held:
        return
    sites = max(held, key=problem.value)
    start = Prices(
        np.zeros(len(problem.demand)), np.zeros(len(rules.demand)), 0.0, np.zeros(len(rules.floor_teams)),
        np.zeros(len(rules.floor_people)),
    )  # fmt: skip
    everybody = float(problem.demand.sum()) - problem.before
    bound = min(upper_bound(problem, start).value, everybody)

    def is_closed() -> bool:
        return bound - problem.accompanied(sites) <= TOLERANCE * bound

    yield sites, bound, False
    # Where every team is full whatever the sites, the best at people reached is the best of all.
    if is_closed():
        return
    sites = max(sites, swap(problem, sites, lambda: not clock.left(0.3)), key=problem.value)
    yield sites, bound, False
    steps = 3_000
    for relaxed in relax(problem, sites, steps, lambda: not clock.left(0.7)):
        bound = min(bound, relaxed.bound)
        guided = greedy(problem, favour=np.maximum(relaxed.shares, 1e-6))
        if rules.holds(guided) and problem.value(guided) > problem.value(sites):
            sites = guided
        yield sites, bound, False
        if is_closed():
            return
    sites = max(sites, swap(problem, sites, lambda: not clock.left(0.85)), key=problem.value)
    yield sites, bound, False
    if is_closed():
        return
    for better in rebuilt(problem, sites, lambda: not clock.left(0.9)):
        sites = better
        yield sites, bound, False
        if is_closed():
            return
    could = could_better(problem, relaxed.prices, problem.accompanied(sites))
    could[sites] = True
    pairs = problem.catchment[: problem.candidates][could].nnz
    if pairs <= _WHOLE and clock.left():
        incumbent, proved = solve(problem, sites, could, clock.left())
        if rules.holds(incumbent) and problem.value(incumbent) > problem.value(sites):
            sites = incumbent
        is_searched = proved < bound
        yield sites, max(min(bound, proved), problem.accompanied(sites)), is_searched


def could_better(problem: Capacitated, prices: Prices, accompanied: float) -> np.ndarray:
    """(candidates,) false for those that no choice accompanying more opens, as the prices prove."""
    bound = upper_bound(problem, prices)
    first = bound.worth[:, 0]
    flat = np.sort(bound.worth.ravel())[::-1]
    last = flat[problem.rules.teams - 1] if len(flat) >= problem.rules.teams else 0.0
    return bound.value - np.maximum(max(last, 0.0) - first, 0) > accompanied


def solve(problem: Capacitated, sites: list[int], could: np.ndarray, seconds: float) -> tuple[list[int], float]:
    """The best choice among the candidates that `could` be in it, and its bound, by branch and bound (HiGHS).

    Columns: teams of each site (whole), people of each pair, floor rows met.
    """
    import highspy

    rules, capacity = problem.rules, problem.capacity
    kept = np.concatenate([np.flatnonzero(could), np.flatnonzero(problem.fixed > 0)])
    new = int(could.sum())
    fixed = problem.fixed[kept]
    pairs = problem.catchment[kept].tocoo()
    n, areas, rows = len(pairs.data), len(problem.demand), np.flatnonzero(rules.counted > 0)
    site, area, ones = pairs.row, pairs.col, np.ones(n)
    at = np.arange(n)
    is_new = site < new
    reach = rules.reach[rows][:, could]

    def block(x: sparse.sparray, f: sparse.sparray, y: sparse.sparray) -> sparse.csr_array:
        return sparse.hstack([x, f, y], format="csr")

    def zero(count: int, width: int) -> sparse.csr_array:
        return sparse.csr_array((count, width))

    of_area = sparse.coo_array((ones, (area, at)), shape=(areas, n))
    of_site = sparse.coo_array((ones, (site, at)), shape=(len(kept), n))
    open_new = sparse.coo_array((np.full(new, capacity), (np.arange(new), np.arange(new))), shape=(len(kept), new))
    link = np.minimum(problem.demand[area], capacity)[is_new]
    links = sparse.coo_array((link, (np.arange(is_new.sum()), site[is_new])), shape=(is_new.sum(), new))
    of_link = sparse.coo_array((ones[is_new], (np.arange(is_new.sum()), at[is_new])), shape=(is_new.sum(), n))
    in_group = sparse.coo_array(
        (np.ones(new), (rules.site_group[could], np.arange(new))), shape=(len(rules.floor_teams), new)
    )
    in_floor = sparse.coo_array(
        (rules.counted[rows], (rules.area_floor[rows], np.arange(len(rows)))),
        shape=(len(rules.floor_people), len(rows)),
    )
    blocks: list[tuple[sparse.csr_array, np.ndarray | float, np.ndarray | float]] = [
        (block(zero(areas, new), of_area, zero(areas, len(rows))), -np.inf, problem.demand),
        (block(-open_new, of_site, zero(len(kept), len(rows))), -np.inf, fixed * capacity),
        (block(-links, of_link, zero(len(link), len(rows))), -np.inf, np.zeros(len(link))),
        (block(-reach, zero(len(rows), n), sparse.eye_array(len(rows))), -np.inf, np.zeros(len(rows))),
        (block(np.ones((1, new)), zero(1, n), zero(1, len(rows))), -np.inf, np.array([rules.teams])),
        (block(in_group, zero(in_group.shape[0], n), zero(in_group.shape[0], len(rows))), rules.floor_teams, np.inf),
        (block(zero(in_floor.shape[0], new), zero(in_floor.shape[0], n), in_floor), rules.floor_people, np.inf),
    ]
    if rules.is_budgeted:
        blocks.append(
            (block(rules.cost[could][None], zero(1, n), zero(1, len(rows))), -np.inf, np.array([rules.budget]))
        )
    matrix = sparse.vstack([one for one, _, _ in blocks], format="csr")
    lower = np.concatenate([np.broadcast_to(low, one.shape[0]) for one, low, _ in blocks]).astype(float)
    upper = np.concatenate([np.broadcast_to(high, one.shape[0]) for one, _, high in blocks]).astype(float)

    programme = highspy.HighsLp()
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_ = np.concatenate([np.zeros(new), ones, np.zeros(len(rows))])
    programme.col_lower_ = np.zeros(matrix.shape[1])
    programme.col_upper_ = np.concatenate(
        [np.full(new, float(problem.teams_at_site)), problem.demand[area], np.ones(len(rows))]
    )
    programme.row_lower_, programme.row_upper_ = lower, upper
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    programme.integrality_ = [whole] * new + [part] * (n + len(rows))
    highs = highspy.Highs()
    highs.silent()
    for option, value in {"threads": 1, "mip_rel_gap": TOLERANCE / 2, "time_limit": max(seconds, 0.01)}.items():
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    highs.run()
    opened = np.rint(np.array(highs.getSolution().col_value)[:new]).astype(int)
    bound = highs.getInfo().mip_dual_bound - problem.before
    if not np.isfinite(bound):
        return sites, np.inf
    return np.repeat(np.flatnonzero(could), opened).tolist() if opened.any() else sites, bound * (1 + 1e-6)
