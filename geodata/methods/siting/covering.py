"""Where new teams should go: maximal covering location (Church & ReVelle 1974) with a proven gap.

`mclp` answers at once with a greedy plan and betters it while its seconds last: exact one-swap (`siting_search`), the
linear relaxation for the bound and for where to look (`siting_bound`), then branch and bound on parts of the problem
and, where it is small enough, on the whole (`siting_exact`).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from geodata.errors import Infeasible
from geodata.methods.siting.bound import (
    TOLERANCE,
    could_better,
    greedy_prices,
    relax,
    spread,
    upper_bound,
)
from geodata.methods.siting.exact import (
    POSSIBLE,
    meet_floors,
    search_parts,
    solve,
)
from geodata.methods.siting.problem import Problem, merged, undominated
from geodata.methods.siting.request import CheckedRequest, SitingRequest, checked
from geodata.methods.siting.search import greedy, improve
from geodata.methods.travel import listed
from geodata.plan import BoundBy, Conflict, ConflictKind, Coverage, Deviation, Plan, Site

ENDS = (0.05, 0.95)
"""Quantiles of the draws that `Plan.reached_low` and `Plan.reached_high` are."""


def mclp(request: SitingRequest, *, progress: Callable[[Plan], None] | None = None) -> Plan:
    """The sites that put the most people newly within reach, each counted once, and a bound on what any could.

    `progress` is called with each better plan or bound as soon as it is known, the greedy plan first, then with the
    plan found before each draw; what it raises stops the search. The order of rows and ids changes nothing. Raises
    `BadInput` and `Infeasible`, each listing every problem.
    """
    started = time.perf_counter()
    valid = checked(request)
    clock = _Clock(started, request.seconds)
    for answer in _answers(valid, clock):
        if progress is not None:
            progress(_plan(valid, answer, clock))
    found = _plan(valid, answer, clock)
    drawn = _drawn(valid, answer, lambda: progress is None or progress(found))
    return _plan(valid, drawn, clock)


# ------------------------------------------------------------------------------------------------------------- answers

_RELAXATION = 0.5  # share of the seconds after which a relaxation that is not solved is left as it is
_FLOORS = 0.75  # and those after which floors are no longer looked for among the sites it opens
_WHOLE = 60_000  # entries of a problem that branch and bound may get through
_WHOLE_NODES = 2_000
_NEARLY_ALL = 0.99  # share of the people within reach from which a walk among sites is worth its time
_UNLIKELY = 1e-6  # what a site that the relaxation does not open is worth beside one that it opens


class _Clock:
    """The seconds of a search, and whether they ran out while there was something left to do."""

    def __init__(self, started: float, seconds: float):
        self.started, self.seconds, self.was_over = started, seconds, False

    def spent(self) -> float:
        return time.perf_counter() - self.started

    def left(self, share: float = 1.0) -> float:
        left = max(self.seconds * share - self.spent(), 0.0)
        self.was_over = self.was_over or not left
        return left


@dataclass(frozen=True, eq=False)
class _Answer:
    """Sites as numbers of the problem, the bound on whom they reach, and (sites, draws) what each draw chooses."""

    sites: list[int]
    bound: float
    bound_by: BoundBy
    by_draw: np.ndarray | None = None


def _answers(request: CheckedRequest, clock: _Clock) -> Iterator[_Answer]:
    """Better and better choices, and lower and lower bounds."""
    problem = request.problem(request.demand)
    bound, bound_by = problem.demand[np.diff(problem.reach.indptr) > 0].sum(), BoundBy.PRICES

    def is_closed() -> bool:
        return bound - problem.reached(sites) <= TOLERANCE * bound

    sites = greedy(problem)
    is_held = problem.holds(sites)
    if is_held:
        bound = min(bound, upper_bound(problem, greedy_prices(problem, sites)))
        yield _Answer(sites, bound, bound_by)
        if is_closed():
            return
        sites = improve(problem, sites)
        bound = min(bound, upper_bound(problem, greedy_prices(problem, sites)))
        yield _Answer(sites, bound, bound_by)
        if is_closed():
            return

    kept = undominated(problem)
    kept[sites] = True
    numbers = np.flatnonzero(kept)
    part = problem.only(kept)
    small, row_of = merged(part)
    chosen = np.searchsorted(numbers, sites).tolist()
    relaxed = relax(small, chosen, lambda: not clock.left(_RELAXATION))
    prices = spread(relaxed.prices, part, small, row_of)
    bound = min(bound, upper_bound(problem, prices))
    guided = greedy(small, favour=np.maximum(relaxed.shares, _UNLIKELY))
    if not is_held:
        chosen = guided = _held(request, small, bound, relaxed.shares, guided, clock)
    if small.holds(guided) and small.reached(guided := improve(small, guided)) > small.reached(chosen):
        chosen = guided
    sites = numbers[chosen].tolist()
    yield _Answer(sites, bound, bound_by)
    if is_closed():
        return
    for better in _last_people(small, chosen, clock):
        chosen = better
        sites = numbers[chosen].tolist()
        yield _Answer(sites, bound, bound_by)
        if is_closed():
            return
    for better in search_parts(small, chosen, relaxed.shares, clock.left):
        chosen = better
        sites = numbers[chosen].tolist()
        yield _Answer(sites, bound, bound_by)
        if is_closed():
            return

    could = could_better(part, prices, part.reached(chosen))
    could[chosen] = True
    rest = small.only(could)
    if rest.reach.nnz <= _WHOLE and (left := clock.left()):
        start = (np.cumsum(could) - 1)[chosen].tolist()
        solved = solve(rest, start, seconds=left, most_nodes=_WHOLE_NODES)
        sites = numbers[np.flatnonzero(could)[solved.sites]].tolist()
        if solved.bound < bound:
            bound, bound_by = solved.bound, BoundBy.SEARCH
        yield _Answer(sites, bound, bound_by)


def _last_people(problem: Problem, sites: list[int], clock: "_Clock") -> Iterator[list[int]]:
    """Better choices where nearly everybody is reached already."""
    is_free = not (problem.is_budgeted or problem.floor_teams.any() or problem.floor_people.any())
    if is_free and problem.reached(sites) >= _NEARLY_ALL * problem.demand.sum() and clock.left():
        # Here, since the compiler takes half a second to import and most requests never need it.
        from geodata.methods.siting.walk import walks

        yield from walks(problem, sites)


def _held(
    request: CheckedRequest, problem: Problem, bound: float, shares: np.ndarray, guided: list[int], clock: _Clock
) -> list[int]:
    """A choice that meets the floors of people where greedy met none: `guided` by the relaxation, or searched for."""
    if problem.holds(guided):
        return guided
    wish = f"{request.floor.share:g} of the people of every group reached by {request.teams} teams"
    advice = "lower the share, or give more teams, minutes or budget"
    impossible = _infeasible(
        ConflictKind.FLOOR_IMPOSSIBLE, f"no plan has {wish}, whatever its sites; {advice}", request
    )
    if bound < 0:
        raise impossible
    likely = np.union1d(np.flatnonzero(shares > POSSIBLE), guided).astype(int)
    found, _ = meet_floors(problem.only(likely), np.searchsorted(likely, guided).tolist(), clock.left(_FLOORS))
    found = likely[found].tolist()
    if problem.holds(found):
        return found
    found, lacking = meet_floors(problem, found, clock.left())
    if problem.holds(found):
        return found
    if lacking:
        raise impossible
    short = request.groups[problem.lacking(problem.covered(found)) > 0]
    raise _infeasible(
        ConflictKind.FLOOR_NOT_FOUND,
        f"no plan with {wish} was found in {clock.seconds:g} seconds ({listed(short)} fell short), nor a proof that "
        f"there is none; give more seconds, or {advice}",
        request,
        tuple(short),
    )


def _infeasible(kind: ConflictKind, words: str, request: CheckedRequest, places: tuple = ()) -> Infeasible:
    conflict = Conflict(kind, f"floor: {words}", places, request.floor.share)
    return Infeasible(f"siting: {conflict.sentence}.", (conflict,))


def _drawn(request: CheckedRequest, answer: _Answer, before_each: Callable[[], object]) -> _Answer:
    if request.draws is None:
        return answer
    by_draw = np.zeros((len(request.allowed), request.draws.shape[1]), bool)
    for draw, demand in enumerate(request.draws.T):
        before_each()
        problem = request.problem(demand)
        tries = [improve(problem, start) for start in (greedy(problem), answer.sites)]
        by_draw[max(tries, key=lambda sites: (problem.holds(sites), problem.reached(sites))), draw] = True
    return replace(answer, by_draw=by_draw)


# ---------------------------------------------------------------------------------------------------------------- plan


def _plan(request: CheckedRequest, answer: _Answer, clock: _Clock) -> Plan:
    demand = request.demand
    chosen = np.sort(np.concatenate([request.forced, request.allowed[answer.sites]])).astype(int)
    before = request.times_reached(request.existing)
    times = before + request.times_reached(chosen)
    could = times + request.times_reached(request.allowed)
    is_new = (times > 0) & (before == 0)
    by_forced = (before == 0) & (request.times_reached(request.forced) > 0)
    low = high = None
    if request.draws is not None and answer.by_draw is not None:
        low, high = np.quantile(request.draws[is_new].sum(axis=0), ENDS).tolist()
    deviations = {
        Deviation.FEWER_TEAMS: len(chosen) < request.teams,
        Deviation.STOPPED_BY_CLOCK: clock.was_over,
        Deviation.UNREACHABLE: demand[could == 0].any(),
    }
    return Plan(
        sites=_sites(request, answer, chosen, before == 0),
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
        groups=_coverages(request, chosen, before > 0, is_new),
        bound=float(answer.bound + demand[by_forced].sum()),
        bound_by=answer.bound_by,
        seconds=clock.spent(),
        deviations=tuple(deviation for deviation, is_so in deviations.items() if is_so),
    )


def _sites(request: CheckedRequest, answer: _Answer, chosen: np.ndarray, is_left: np.ndarray) -> tuple[Site, ...]:
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
            share = 1.0 if is_forced else float(answer.by_draw[np.searchsorted(request.allowed, row)].mean())
        sites.append(
            Site(
                id=request.sites[row],
                rank=rank,
                group=request.groups[request.site_group[row]] if len(request.groups) else None,
                is_forced=is_forced,
                reached=float(gain[k]),
                within=float(within[k]),
                cost=float(request.cost[row]) if np.isfinite(request.budget) else None,
                share_of_draws=share,
            )
        )
    return tuple(sites)


def _coverages(
    request: CheckedRequest, chosen: np.ndarray, is_before: np.ndarray, is_new: np.ndarray
) -> tuple[Coverage, ...]:
    """One row a group that has areas, in order."""
    people, before, new = (request.people(np.where(mask, request.demand, 0)) for mask in (np.True_, is_before, is_new))
    unserved = request.people(np.where(is_before | is_new, 0, request.demand))
    teams = np.bincount(request.site_group[chosen], minlength=len(people))
    return tuple(
        Coverage(
            group=group,
            people=float(people[k]),
            reached_before=float(before[k]),
            reached=float(new[k]),
            unserved=float(unserved[k]),
            teams=int(teams[k]),
        )
        for k, group in enumerate(request.groups)
        if k in request.area_group
    )
