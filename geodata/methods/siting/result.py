"""A choice of sites as a plan: whom it reaches and accompanies, in what order to open it, what would come second."""

from dataclasses import dataclass

import numpy as np

from geodata.methods.siting.arrays import CheckedFloor, CheckedRequest
from geodata.methods.siting.problem import Problem
from geodata.methods.siting.reaching import Clock
from geodata.methods.siting.search import OpenSites
from geodata.methods.siting.tail import in_place_of, tail, worst_mean
from geodata.plan import Aim, BoundBy, Coverage, Deviation, FloorKept, Plan, Regret, Site

ENDS = (0.05, 0.95)
"""Quantiles of the draws that `Plan.reached_low` and `Plan.reached_high` are."""


@dataclass(frozen=True, eq=False)
class Answer:
    """`rows` of the sites of a request, forced ones too, once for every team; no choice does better than `bound`.

    `by_draw`: (sites, draws) what each draw chooses; `loss`: (draws,) share of its best that this choice loses; None
    before draws are looked at, or where nothing better is looked for in them (`is_given`: a choice made by hand).
    """

    rows: np.ndarray
    bound: float
    bound_by: BoundBy
    by_draw: np.ndarray | None = None
    loss: np.ndarray | None = None
    is_given: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether the draws tell what this choice does."""
        return self.is_given or self.by_draw is not None


def plan_of(request: CheckedRequest, answer: Answer, clock: Clock, *, explained: bool = False) -> Plan:
    """The plan of an answer; `explained` adds what would come second at each site."""
    demand = request.demand
    chosen, teams = np.unique(answer.rows, return_counts=True)
    before = request.times_reached(request.existing)
    times = before + request.times_reached(chosen)
    could = times + request.times_reached(request.allowed)
    is_new = (times > 0) & (before == 0)
    low = high = regret = None
    if request.draws is not None and answer.is_drawn:
        low, high = np.quantile(request.draws[is_new].sum(axis=0), ENDS).tolist()
    if answer.loss is not None:
        regret = Regret(float(answer.loss.mean()), float(np.quantile(answer.loss, ENDS[1])))
    by_site, by_area, accompanied = _accompanied(request, answer.rows)
    nearest, farthest = _nearest(request, np.union1d(chosen, request.existing).astype(int))
    deviations = {
        Deviation.FEWER_TEAMS: len(answer.rows) < request.teams,
        Deviation.STOPPED_BY_CLOCK: clock.was_over,
        Deviation.UNREACHABLE: demand[could == 0].any(),
    }
    second = _second(request, answer.rows) if explained else {}
    return Plan(
        sites=_sites(request, answer, chosen, teams, before == 0, by_site, second),
        teams=request.teams,
        minutes=request.minutes,
        existing=tuple(request.sites[request.existing]),
        people=float(demand.sum()),
        reached_before=float(demand[before > 0].sum()),
        reached=float(demand[is_new].sum()),
        overlap=float(demand[times > 1].sum()),
        unserved=float(demand[times == 0].sum()),
        unreachable=float(demand[could == 0].sum()),
        reached_low=low,
        reached_high=high,
        groups=_coverages(request, answer, before > 0, is_new, by_area),
        bound=float(answer.bound),
        bound_by=answer.bound_by,
        seconds=clock.spent(),
        deviations=tuple(deviation for deviation, is_so in deviations.items() if is_so),
        aim=request.aim,
        capacity=request.capacity if np.isfinite(request.capacity) else None,
        accompanied=accompanied,
        worst_tenth_min=worst_mean(nearest, demand)[0],
        farthest_min=farthest,
        floors=_kept(request, answer.rows),
        regret=regret,
    )


def _accompanied(
    request: CheckedRequest, rows: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None, float | None]:
    """(sites,), (areas,) and all the people whom new teams accompany; None without a capacity."""
    if not np.isfinite(request.capacity):
        return None, None, None
    from geodata.methods.siting.assignment import Assignment

    used = np.unique(np.concatenate([request.existing, rows])).astype(int)
    catchment = request.reach[:, used].T.tocsr()
    taken = Assignment(catchment, request.demand, request.capacity)
    # Teams in place take theirs first: what a team takes never falls when another one opens.
    taken.reopen(np.searchsorted(used, request.existing))
    taken.reopen(np.searchsorted(used, rows))
    areas, sites, people = taken.by_area()
    is_new = ~np.isin(used[sites], request.existing)
    by_site = np.zeros(len(request.sites))
    np.add.at(by_site, used[sites[is_new]], people[is_new])
    by_area = np.bincount(areas[is_new], people[is_new], len(request.demand))
    return by_site, by_area, float(people[is_new].sum())


def _nearest(request: CheckedRequest, sites: np.ndarray) -> tuple[np.ndarray, float]:
    """(areas,) minutes to the nearest of `sites`, and the longest time given, which stands for those without a trip."""
    farthest = float(request.minutes_to.data.max(initial=request.minutes))
    pairs = request.minutes_to[:, sites].tocoo()
    nearest = np.full(len(request.demand), farthest)
    np.minimum.at(nearest, pairs.row, pairs.data)
    return nearest, farthest


def _second(request: CheckedRequest, rows: np.ndarray) -> dict[int, tuple[int, float]]:
    """For each row chosen freely, the candidate that would replace it best, and the people then lost: minutes added for
    the worst served tenth, where that is the aim."""
    problem = request.problem(request.demand)
    free = rows.tolist()
    for forced in request.forced:
        free.remove(forced)
    numbers = np.searchsorted(request.allowed, free).tolist()
    if request.aim == Aim.WORST_TENTH:
        return _second_for_tenth(request, free, numbers)
    opened = OpenSites(problem, numbers)
    seconds: dict[int, tuple[int, float]] = {}
    for row, site in zip(free, numbers, strict=True):
        opened.close(site)
        gain = np.where(opened.is_allowed(), opened.gain, -1.0)
        gain[site] = -1.0
        first = int(np.argmax(gain)) if len(gain) else 0
        others = [one for one in numbers if one != site]
        is_held = gain[first] >= 0 and (not problem.floor_people.any() or problem.holds([*others, first]))
        best = first if is_held else _best_that_holds(problem, others, gain)
        if best is not None:
            seconds[row] = int(request.allowed[best]), float(opened.gain[site] - max(gain[best], 0.0))
        opened.open(site)
    return seconds


def _second_for_tenth(request: CheckedRequest, free: list[int], numbers: list[int]) -> dict[int, tuple[int, float]]:
    choice, seconds = tail(request, request.demand), {}
    now = choice.value(numbers)
    for row, site in zip(free, numbers, strict=True):
        place, value = in_place_of(choice, site, [one for one in numbers if one != site])
        if place is not None:
            seconds[row] = int(request.allowed[place]), max(value - now, 0.0)
    return seconds


def _best_that_holds(problem: Problem, others: list[int], gain: np.ndarray) -> int | None:
    """The best candidate that keeps to the floors, among the fifty that reach the most."""
    for one in np.argsort(-gain, kind="stable")[:50]:
        if gain[one] >= 0 and problem.holds([*others, int(one)]):
            return int(one)
    return None


def _sites(
    request: CheckedRequest,
    answer: Answer,
    chosen: np.ndarray,
    teams: np.ndarray,
    is_left: np.ndarray,
    by_site: np.ndarray | None,
    second: dict[int, tuple[int, float]],
) -> tuple[Site, ...]:
    """The `chosen` sites, each time the one that reaches the most people left; equal ones by id."""
    catchment = request.reach[:, chosen].T.tocsr()
    within = catchment @ request.demand
    left = np.where(is_left, request.demand, 0.0)
    waiting = np.ones(len(chosen), bool)
    sites = []
    for rank in range(1, len(chosen) + 1):
        gain = catchment @ left
        k = int(np.argmax(np.where(waiting, gain, -1)))
        waiting[k] = False
        left[catchment.indices[catchment.indptr[k] : catchment.indptr[k + 1]]] = 0
        row = chosen[k]
        is_forced = bool(np.isin(row, request.forced))
        share = None
        if answer.by_draw is not None:
            share = 1.0 if is_forced else float(answer.by_draw[row].mean())
        other, loss = second.get(int(row), (None, None))
        sites.append(
            Site(
                id=request.sites[row],
                rank=rank,
                group=request.groups[request.site_group[row]] if len(request.groups) else None,
                is_forced=is_forced,
                reached=float(gain[k]),
                within=float(within[k]),
                cost=float(request.cost[row] * teams[k]) if np.isfinite(request.budget) else None,
                share_of_draws=share,
                teams=int(teams[k]),
                accompanied=None if by_site is None else float(by_site[row]),
                second=None if other is None else request.sites[other],
                second_loss=None if request.aim == Aim.WORST_TENTH else loss,
                second_min=loss if request.aim == Aim.WORST_TENTH else None,
            )
        )
    return tuple(sites)


def _coverages(
    request: CheckedRequest, answer: Answer, is_before: np.ndarray, is_new: np.ndarray, by_area: np.ndarray | None
) -> tuple[Coverage, ...]:
    """One row a group that has areas, in order."""
    people, before, new = (request.people(np.where(mask, request.demand, 0)) for mask in (np.True_, is_before, is_new))
    unserved = request.people(np.where(is_before | is_new, 0, request.demand))
    teams = np.bincount(request.site_group[answer.rows], minlength=len(people))
    open_ = np.union1d(answer.rows, request.existing).astype(int)
    pairs = request.reach[:, open_].tocoo()
    same = request.area_group[pairs.row] == request.site_group[open_][pairs.col]
    is_inside = np.bincount(pairs.row[same], minlength=len(request.demand)) > 0
    inside = request.people(np.where(is_inside, request.demand, 0))
    accompanied = None if by_area is None else request.people(by_area)
    ends = None
    if request.draws is not None and answer.is_drawn:
        by_group = np.stack([request.people(np.where(is_new, draw, 0)) for draw in request.draws.T])
        ends = np.quantile(by_group, ENDS, axis=0)
    return tuple(
        Coverage(
            group=group,
            people=float(people[k]),
            reached_before=float(before[k]),
            reached=float(new[k]),
            unserved=float(unserved[k]),
            teams=int(teams[k]),
            inside=float(inside[k]),
            accompanied=None if accompanied is None else float(accompanied[k]),
            reached_low=None if ends is None else float(ends[0, k]),
            reached_high=None if ends is None else float(ends[1, k]),
        )
        for k, group in enumerate(request.groups)
        if k in request.area_group
    )


def _own(request: CheckedRequest, floor: CheckedFloor, rows: np.ndarray) -> np.ndarray:
    """(areas,) people whom the teams of their own group can accompany."""
    from geodata.methods.siting.assignment import Assignment

    used = np.union1d(request.existing, rows).astype(int)
    catchment = floor.reach(request.reach)[:, used].T.tocsr()
    taken = Assignment(catchment, floor.counted(request.demand), request.capacity)
    taken.reopen(np.searchsorted(used, [*request.existing, *rows]))
    areas, _sites, people = taken.by_area()
    return np.bincount(areas, people, len(request.demand))


def _kept(request: CheckedRequest, rows: np.ndarray) -> tuple[FloorKept, ...]:
    """What each floor asks of each group that has people, and what the choice gives it."""
    kept = []
    open_ = np.union1d(rows, request.existing).astype(int)
    for floor in request.floors:
        counted = floor.counted(request.demand)
        people = floor.by_group(counted)
        group = request.floor_site_group if floor is request.team_floor else floor.site_group
        counted_in = group[rows][(group[rows] >= 0) & (group[rows] < len(floor.groups))]
        teams = np.bincount(counted_in, minlength=len(floor.groups))
        share = None
        if floor.share:
            if floor.is_accompanied:
                got = floor.by_group(_own(request, floor, rows))
            else:
                is_open = np.zeros(len(request.sites))
                is_open[open_] = 1
                got = floor.by_group(np.where(floor.reach(request.reach) @ is_open > 0, counted, 0.0))
            share = np.divide(got, people, where=people > 0, out=np.ones(len(people)))
        kept += [
            FloorKept(
                name=floor.name,
                group=group,
                teams_least=floor.teams,
                teams=int(teams[k]),
                share_least=floor.share,
                share=None if share is None else float(share[k]),
            )
            for k, group in enumerate(floor.groups)
            if people[k] > 0
        ]
    return tuple(kept)
