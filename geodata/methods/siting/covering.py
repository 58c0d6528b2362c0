"""Where new teams should go: the best plan for an aim, with a proven gap.

`mclp` answers at once and betters its answer while its seconds last, by the way of each aim: people reached
(`reaching`), people accompanied by teams of a given capacity (`capacity`), minutes of the worst served tenth (`tail`).
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from geodata.errors import Infeasible
from geodata.methods.siting import reaching, tail
from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.checks import checked
from geodata.methods.siting.preferred import fuller, preferred
from geodata.methods.siting.reaching import Clock
from geodata.methods.siting.request import SitingRequest
from geodata.methods.siting.result import Answer, plan_of
from geodata.methods.siting.search import greedy, improve
from geodata.plan import Aim, BoundBy, Plan


def mclp(request: SitingRequest, *, progress: Callable[[Plan], None] | None = None) -> Plan:
    """The best plan found for the aim of a request, and a bound on what any could do.

    `progress` is called with each better plan or bound as soon as it is known, the greedy plan first, then with the
    plan found before each draw; what it raises stops the search. The order of rows and ids changes nothing. Raises
    `BadInput` and `Infeasible`, each listing every problem.
    """
    started = time.perf_counter()
    valid = checked(request)
    clock = Clock(started, request.seconds)
    for answer in _answers(valid, clock):
        if progress is not None:
            progress(plan_of(valid, answer, clock))
    answer = _with_larger(valid, answer)
    if valid.draws is not None:
        plan = plan_of(valid, answer, clock)
        answer = _drawn(valid, valid.draws, answer, lambda: progress is None or progress(plan))
    return plan_of(valid, answer, clock, explained=True)


def measured(request: SitingRequest, sites: Collection) -> Plan:
    """What these very `sites`, once for every team, do for a request: nothing is looked for, and nothing proved.

    Raises `BadInput`; rules that the sites do not keep to are told by `Plan.floors`, not refused.
    """
    clock = Clock(time.perf_counter(), request.seconds)
    given = list(sites)
    valid = checked(
        replace(
            request, teams=max(len(given), 1), forced=given, existing=[s for s in request.existing if s not in given]
        ),
        possible=False,
    )
    nothing = 0.0 if valid.aim == Aim.WORST_TENTH else float("inf")
    return plan_of(valid, Answer(valid.forced, nothing, BoundBy.PRICES, is_given=True), clock, explained=True)


@dataclass(frozen=True, eq=False)
class _Choice:
    """How a request is answered for some people: `value` of a choice (larger is better), better ones in turn, and what
    a draw is answered with."""

    value: Callable[[list[int]], float]
    holds: Callable[[list[int]], bool]
    quick: Callable[[list[int]], Iterator[list[int]]]


def _answers(request: CheckedRequest, clock: Clock) -> Iterator[Answer]:
    """Better and better choices for the aim; the floors of the request hold in each."""
    problem = request.problem(request.demand)
    if request.aim == Aim.REACHED:
        by_forced = _by_forced(request)
        for incumbent in reaching.answers(request, problem, clock):
            yield Answer(_rows(request, incumbent.sites), incumbent.bound + by_forced, incumbent.bound_by)
        return
    # A choice that keeps to the floors, best at people reached: the others start from it.
    share = 0.3 if request.aim == Aim.ACCOMPANIED else 0.1
    quick = Clock(clock.started, clock.seconds * share)
    reached, refused = None, None
    try:
        for incumbent in reaching.answers(request, problem, quick):
            is_first, reached = reached is None, incumbent.sites
            if is_first:
                yield _first(request, reached)
    except Infeasible as error:
        # Several teams at a site may meet a floor that one team a site does not.
        if request.teams_at_site == 1 or request.aim != Aim.ACCOMPANIED:
            raise
        refused = error
    if request.aim == Aim.ACCOMPANIED:
        # Their compiler takes half a second to import.
        from geodata.methods.siting.capacitated import capacitated
        from geodata.methods.siting.capacity import answers

        choice = capacitated(request, request.demand)
        better = answers(choice, reached, clock)
    else:
        assert reached is not None, "a choice that keeps to the floors is found, or refused"
        better = tail.answers(tail.tail(request, request.demand), reached, clock)
    for sites, bound, is_searched in better:
        refused = None
        yield Answer(_rows(request, sites), bound, BoundBy.SEARCH if is_searched else BoundBy.PRICES)
    if refused is not None:
        raise refused


def _first(request: CheckedRequest, reached: list[int]) -> Answer:
    """The greedy choice, with what is known at once: teams of a given capacity accompany no more than that."""
    rows = _rows(request, reached)
    if request.aim == Aim.WORST_TENTH:
        return Answer(rows, 0.0, BoundBy.PRICES)
    return Answer(rows, min(request.teams * request.capacity, request.demand.sum()), BoundBy.PRICES)


def _rows(request: CheckedRequest, sites: list[int]) -> np.ndarray:
    return np.sort(np.concatenate([request.forced, request.allowed[sites]])).astype(int)


def _by_forced(request: CheckedRequest) -> float:
    """People whom forced sites newly reach: the problem that is left leaves them out."""
    before = request.times_reached(request.existing) > 0
    return float(request.demand[~before & (request.times_reached(request.forced) > 0)].sum())


def _with_larger(request: CheckedRequest, answer: Answer) -> Answer:
    """The answer with larger neighbours where the request may lose a little for them."""
    if request.size is None:
        return answer
    kept = np.searchsorted(request.allowed, _new(request, answer)).tolist()
    return replace(answer, rows=_rows(request, _larger(request, request.demand, kept)))


def _larger(request: CheckedRequest, demand: np.ndarray, sites: list[int]) -> list[int]:
    if request.size is None:
        return sites
    problem, value = request.problem(demand), _for_draw(request, demand).value
    least = value(sites) - request.slack * abs(value(sites))
    if request.aim == Aim.WORST_TENTH:
        sites = fuller(problem, sites, value, least)
    return preferred(problem, sites, request.size, request.slack, value, least)


def _drawn(request: CheckedRequest, draws: np.ndarray, answer: Answer, before_each: Callable[[], object]) -> Answer:
    """The answer with what each draw would choose, and what it loses there."""
    counts = np.zeros((len(request.sites), draws.shape[1]), int)
    loss = np.zeros(draws.shape[1])
    kept = np.searchsorted(request.allowed, _new(request, answer)).tolist()
    for draw, demand in enumerate(draws.T):
        before_each()
        choice = _for_draw(request, demand)
        tries = [one for one in (*choice.quick(kept), kept) if choice.holds(one)] or [kept]
        best = _larger(request, demand, max(tries, key=choice.value))
        counts[:, draw] = np.bincount(_rows(request, best), minlength=len(request.sites))
        most, ours = choice.value(best), choice.value(kept)
        loss[draw] = max(1 - ours / most, 0.0) if most > 0 else max(1 - most / ours, 0.0) if ours < 0 else 0.0
    return Answer(answer.rows, answer.bound, answer.bound_by, counts > 0, loss)


def _new(request: CheckedRequest, answer: Answer) -> list[int]:
    rows = answer.rows.tolist()
    for forced in request.forced:
        rows.remove(forced)
    return rows


def _for_draw(request: CheckedRequest, demand: np.ndarray) -> _Choice:
    """The same request for other people: the better of a start from nothing and one from the plan."""
    rules = request.problem(demand)
    if request.aim == Aim.REACHED:
        by_forced = request.times_reached(request.forced) > 0
        fixed = float(demand[by_forced & ~(request.times_reached(request.existing) > 0)].sum())
        return _Choice(
            lambda sites: rules.reached(sites) + fixed,
            rules.holds,
            lambda kept: (improve(rules, start) for start in (greedy(rules), kept)),
        )
    if request.aim == Aim.ACCOMPANIED:
        from geodata.methods.siting import capacity_search
        from geodata.methods.siting.capacitated import capacitated

        choice = capacitated(request, demand)
        return _Choice(choice.value, rules.holds, lambda kept: iter([capacity_search.greedy(choice)]))
    farthest = tail.tail(request, demand)
    return _Choice(
        lambda sites: -farthest.value(sites),
        rules.holds,
        lambda kept: (tail.swap(farthest, start, lambda: False) for start in (tail.greedy(farthest), kept)),
    )
