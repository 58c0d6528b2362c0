"""What an aim costs in the terms of the others, what a team or a minute more brings: so that a budget can be argued."""

from collections.abc import Callable
from dataclasses import replace

from geodata.errors import Infeasible
from geodata.methods.siting import mclp, measured
from geodata.methods.travel import BOUNDARY_MIN
from geodata.minutes import CURVE_MINUTES
from geodata.plan import Aim, Plan
from geodata.plan_story import Other, Point, TradeOffs, Within
from geodata.planning import Case, siting
from geodata.request import Request

SECONDS = 1.5
"""For each other aim: enough to compare with, the gap is told."""

_CURVE_SECONDS = 0.4


def trade_offs(
    case: Case, far: Case, request: Request, plan: Plan, *, before_each: Callable[[], object] = lambda: None
) -> TradeOffs:
    """`far`: the same places with the longer trips that the worst served tenth needs."""
    mine = _other(far, request, plan)
    others = [mine]
    for aim in Aim:
        if aim == request.aim or (aim == Aim.ACCOMPANIED and request.capacity is None):
            continue
        before_each()
        with_aim = replace(request, aim=aim)
        forced = (*request.forced, *request.opened)
        places = far if aim == Aim.WORST_TENTH else case
        try:
            alternative = mclp(replace(siting(places, with_aim), forced=forced, seconds=SECONDS))
        except Infeasible:
            continue
        others.append(_other(far, with_aim, alternative))
    # Where a site more reaches anyone more.
    unbound = replace(request, aim=Aim.REACHED, capacity=None, floor_teams=0, floor_share=0.0, forced=(), opened=())
    curve, free = _curve(case, unbound, before_each)
    has_floor = request.floor_teams or request.floor_share
    return TradeOffs(tuple(others), curve, free if has_floor else None, _by_minutes(far, unbound, before_each))


def _other(far: Case, request: Request, plan: Plan) -> Other:
    teams = [site.id for site in plan.sites for _ in range(site.teams)]
    whole = measured(siting(far, request), teams)
    is_beyond = whole.farthest_min is not None and whole.farthest_min > plan.minutes
    worst = whole.worst_tenth_min if is_beyond else None
    return Other(plan.aim, plan.reached, plan.accompanied, worst, plan.gap)


def _curve(
    case: Case, request: Request, before_each: Callable[[], object]
) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """From a quarter of the teams to twice as many; and the sites of as many teams as are asked for."""
    points: list[Point] = []
    sites: tuple[str, ...] = ()
    steps = sorted({max(1, round(request.teams * part)) for part in (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2)})
    for teams in steps:
        before_each()
        try:
            plan = mclp(replace(siting(case, replace(request, teams=teams)), seconds=_CURVE_SECONDS))
        except Infeasible:
            break
        points.append(Point(teams, plan.reached, plan.bound))
        if teams == request.teams:
            sites = tuple(site.id for site in plan.sites)
        if len(plan.sites) < teams:
            break
    return tuple(points), sites


def _by_minutes(far: Case, request: Request, before_each: Callable[[], object]) -> tuple[Within, ...]:
    """Those of `far` at most; the minutes of the request among them."""
    points = []
    for minutes in sorted({*CURVE_MINUTES, request.minutes}):
        before_each()
        problem = siting(far, replace(request, minutes=minutes))
        near = far.pairs[far.pairs["minutes"] <= minutes + BOUNDARY_MIN]
        try:
            plan = mclp(replace(problem, travel=near, seconds=_CURVE_SECONDS))
        except Infeasible:
            continue
        points.append(Within(minutes, plan.reached, plan.bound))
    return tuple(points)
