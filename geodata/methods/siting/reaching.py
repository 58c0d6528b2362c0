"""Most people reached: maximal covering (Church & ReVelle 1974) with a proven gap.

A greedy choice at once, bettered while the seconds last: exact one-swap (`search`), the linear relaxation for the bound
and for where to look (`bound`), then branch and bound on parts of the problem and, where it is small enough, on the
whole (`exact`).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geodata.errors import Infeasible
from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.bound import TOLERANCE, could_better, greedy_prices, relax, spread, upper_bound
from geodata.methods.siting.exact import POSSIBLE, meet_floors, search_parts, solve
from geodata.methods.siting.problem import Problem, merged, undominated
from geodata.methods.siting.search import greedy, improve
from geodata.methods.travel import listed
from geodata.plan import BoundBy, Conflict, ConflictKind

_RELAXATION = 0.5  # share of the seconds after which a relaxation that is not solved is left as it is
_FLOORS = 0.75  # and those after which floors are no longer looked for among the sites it opens
_WHOLE = 60_000  # entries of a problem that branch and bound may get through
_WHOLE_NODES = 2_000
_NEARLY_ALL = 0.99  # share of the people within reach from which a walk among sites is worth its time
_UNLIKELY = 1e-6  # what a site that the relaxation does not open is worth beside one that it opens


class Clock:
    """The seconds of a search, and whether they ran out while there was something left to do."""

    def __init__(self, started: float, seconds: float):
        self.started, self.seconds, self.was_over = started, seconds, False

    def spent(self) -> float:
        return time.perf_counter() - self.started

    def left(self, share: float = 1.0) -> float:
        left = max(self.seconds * share - self.spent(), 0.0)
        self.was_over = self.was_over or not left
        return left


@dataclass(frozen=True)
class Incumbent:
    """Candidates chosen, as numbers of the problem, once for every team; no choice does better than `bound`."""

    sites: list[int]
    bound: float
    bound_by: BoundBy


def answers(request: CheckedRequest, problem: Problem, clock: Clock) -> Iterator[Incumbent]:
    """Better and better choices, and lower and lower bounds. Raises `Infeasible` where no choice holds."""
    bound, bound_by = problem.demand[np.diff(problem.reach.indptr) > 0].sum(), BoundBy.PRICES

    def is_closed() -> bool:
        return bound - problem.reached(sites) <= TOLERANCE * bound

    sites = greedy(problem)
    is_held = problem.holds(sites)
    if is_held:
        bound = min(bound, upper_bound(problem, greedy_prices(problem, sites)))
        yield Incumbent(sites, bound, bound_by)
        if is_closed():
            return
        sites = improve(problem, sites)
        bound = min(bound, upper_bound(problem, greedy_prices(problem, sites)))
        yield Incumbent(sites, bound, bound_by)
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
    yield Incumbent(sites, bound, bound_by)
    if is_closed():
        return
    for better in _last_people(small, chosen, clock):
        chosen = better
        sites = numbers[chosen].tolist()
        yield Incumbent(sites, bound, bound_by)
        if is_closed():
            return
    for better in search_parts(small, chosen, relaxed.shares, clock.left):
        chosen = better
        sites = numbers[chosen].tolist()
        yield Incumbent(sites, bound, bound_by)
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
        yield Incumbent(sites, bound, bound_by)


def _last_people(problem: Problem, sites: list[int], clock: Clock) -> Iterator[list[int]]:
    """Better choices where nearly everybody is reached already."""
    is_free = not (problem.is_budgeted or problem.floor_teams.any() or problem.floor_people.any())
    if is_free and problem.reached(sites) >= _NEARLY_ALL * problem.demand.sum() and clock.left():
        # Here, since the compiler takes half a second to import and most requests never need it.
        from geodata.methods.siting.walk import walks

        yield from walks(problem, sites)


def _held(
    request: CheckedRequest, problem: Problem, bound: float, shares: np.ndarray, guided: list[int], clock: Clock
) -> list[int]:
    """A choice that meets the floors of people where greedy met none: `guided` by the relaxation, or searched for."""
    if problem.holds(guided):
        return guided
    wish = f"{_share(request):g} of the people of every group reached by {request.teams} teams"
    advice = "lower the share, or give more teams, minutes or budget"
    impossible = _infeasible(
        ConflictKind.FLOOR_IMPOSSIBLE, f"no plan has {wish}, whatever its sites; {advice}", request
    )
    if bound < 0:
        raise impossible
    likely = np.union1d(np.flatnonzero(shares > POSSIBLE), guided).astype(int)
    likely_sites, _ = meet_floors(problem.only(likely), np.searchsorted(likely, guided).tolist(), clock.left(_FLOORS))
    likely_sites = likely[likely_sites].tolist()
    if problem.holds(likely_sites):
        return likely_sites
    likely_sites, lacking = meet_floors(problem, likely_sites, clock.left())
    if problem.holds(likely_sites):
        return likely_sites
    if lacking:
        raise impossible
    groups = [group for floor in request.share_floors for group in floor.groups]
    short = [groups[k] for k in np.flatnonzero(problem.lacking(problem.covered(likely_sites)))]
    raise _infeasible(
        ConflictKind.FLOOR_NOT_FOUND,
        f"no plan with {wish} was found in {clock.seconds:g} seconds ({listed(short)} fell short), nor a proof that "
        f"there is none; give more seconds, or {advice}",
        request,
        tuple(short),
    )


def _share(request: CheckedRequest) -> float:
    return max((floor.share for floor in request.share_floors), default=0.0)


def _infeasible(kind: ConflictKind, words: str, request: CheckedRequest, places: tuple = ()) -> Infeasible:
    conflict = Conflict(kind, f"floor: {words}", places, _share(request))
    return Infeasible(f"siting: {conflict.sentence}.", (conflict,))
