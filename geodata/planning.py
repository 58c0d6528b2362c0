"""A request in a planner's words, turned into the numbers that `geodata.methods.siting.mclp` asks for, and back.

`case(store, request)` reads the places; `propose` looks for the best plan, `measure` counts a list of sites chosen by
hand in the same way. A commune is one point: who lives far from it is counted as if at it.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata.candidates import COLUMNS, candidates, placed
from geodata.errors import BadInput
from geodata.floors import QUARTER, floors
from geodata.methods.siting import SitingRequest, mclp, measured
from geodata.methods.travel import BOUNDARY_MIN, TRAVEL, travel
from geodata.minutes import MOST_PLAN_MINUTES, TENTH_MINUTES
from geodata.plan import Aim, Plan
from geodata.plausible import PARTS, situations
from geodata.request import CAR, COMMUNES, EQUIPPED, MODELLED, SLACK, TOWNS, FloorPublic, Public, Request
from geodata.service import Completeness
from geodata.store import Store
from geodata.territory import Level
from geodata.trips import methods, trips

SECONDS = 5.0
EDGE_MIN = 10.0
"""Beyond the minutes of a request: a service may stand this far from the point of its commune, towards the région."""

DRAWS = 40
"""Plausible situations solved again to say how often each site is chosen: a share is known to about 8 points."""

_COLUMN = {
    Public.ISOLATED: "people",
    Public.ISOLATED_70: "people_70",
    Public.RESIDENTS: "residents",
    Public.RESIDENTS_65: "residents_65",
}


@dataclass(frozen=True, eq=False)
class Case:
    """The places of a request.

    `communes`: what `Store.demand` gives, for the communes planned for that can be counted; `left_out`: names of those
    that cannot. `sites`: candidates and teams in place, indexed by id, with name, code_insee, commune, departement,
    lon, lat. `pairs`: trips within the `minutes`, and longer ones where the aim needs them, each with the model of its
    minutes; `travel_method` names them all. `existing`: ids of teams in place; `unplaced`: how many services of their
    categories have no position; `incomplete_lists`: (category, département) that no complete list describes.
    """

    communes: pd.DataFrame
    left_out: tuple[str, ...]
    sites: pd.DataFrame
    pairs: pd.DataFrame
    minutes: float
    existing: tuple[str, ...]
    unplaced: int
    incomplete_lists: tuple[tuple[str, str], ...]
    data_hash: str
    travel_method: str

    def demand(self, public: Public) -> pd.Series:
        """People to reach, by commune."""
        return self.communes[_COLUMN[public]]


def places_with(request: Request, sites: Collection[str]) -> Request:
    """The same request where these sites are possible too: who adds a commune by hand knows it."""
    return replace(request, forced=tuple(dict.fromkeys((*request.forced, *sites))))


def case(store: Store, request: Request) -> Case:
    """Read the places of a request. Raises `BadInput` when a commune, a category or a département is not known, or
    when nothing is said of the teams in place."""
    demand = store.demand(request.region, request.question)
    around = _around(store, request, demand)
    _check(store, request, demand, around)
    inside = demand[demand["departement"].isin(request.departements)] if request.departements else demand
    countable = inside[_COLUMN[request.public]].notna() & inside["lon"].notna()
    communes = inside[countable]
    if communes.empty:
        raise BadInput(f"request: nobody can be counted for the public {request.public} here; choose another one.")
    if (request.floor_teams or request.floor_share) and communes[request.floor_by].isna().all():
        raise BadInput(f"request: the floor is by {request.floor_by}, and no commune here is in one.")
    places = candidates(store, request, inside)
    existing, unplaced = _existing(store, request, demand, around)
    sites = pd.concat([places, existing[~existing.index.isin(places.index)]])
    limit = request.minutes
    if request.aim == Aim.WORST_TENTH:
        limit = max(limit, TENTH_MINUTES)
    pairs = trips(store, communes, sites, limit_min=limit)
    return Case(
        communes=communes.assign(**_publics(store, request, communes.index)),
        left_out=tuple(inside.loc[~countable, "name"]),
        sites=sites,
        pairs=pairs,
        minutes=request.minutes,
        existing=tuple(existing.index),
        unplaced=unplaced,
        incomplete_lists=_incomplete(store, request, sorted({*inside["departement"], *around["departement"]})),
        data_hash=store.version(),
        travel_method=methods(pairs),
    )


def _publics(store: Store, request: Request, codes: pd.Index) -> dict[str, pd.Series]:
    """Whom the share of a floor may count besides: residents aged 75 and over, and whether a commune is among the most
    exposed. Raises `BadInput` where neither is known: nobody to count is no floor that is kept to."""
    if not request.floor_share or request.floor_public == FloorPublic.SAME:
        return {}
    if request.floor_public == FloorPublic.OLDEST:
        rows = store.indicator_values(Level.COMMUNE, request.region, indicator="share_75_plus").set_index("code")
        publics = {"residents_75": rows["numerator"].reindex(codes)}
    else:
        sides = store.cumulation(Level.COMMUNE, request.region).set_index("code")["exposed"].reindex(codes)
        publics = {"is_exposed": (sides >= max(sides.quantile(QUARTER), 1)).fillna(False).astype(bool)}
    if not any(values.sum() > 0 for values in publics.values()):
        raise BadInput(f"request: nothing is known here of the public of the floor, {request.floor_public}.")
    return publics


def propose(
    case: Case,
    request: Request,
    *,
    seconds: float = SECONDS,
    draws: int = DRAWS,
    progress: Callable[[Plan], None] | None = None,
) -> Plan:
    """The best plan found in so many seconds, with the share of plausible situations in which each site is chosen.

    `draws`: how many situations (0: none); people that are observed have none. Raises `Infeasible`, `BadInput`.
    """
    return mclp(
        replace(siting(case, request, draws=draws), forced=(*request.forced, *request.opened), seconds=seconds),
        progress=progress,
    )


def siting(case: Case, request: Request, *, draws: int = 0) -> SitingRequest:
    """What a request asks of `geodata.methods.siting`, without the sites that it imposes."""
    people = case.demand(request.public)
    by = pd.concat([case.communes["departement"], case.sites["departement"]])
    return SitingRequest(
        demand=people,
        travel=case.pairs,
        teams=request.teams,
        minutes=request.minutes,
        aim=request.aim,
        capacity=request.capacity,
        teams_at_site=request.teams_at_site,
        existing=case.existing,
        excluded=request.excluded,
        by=by[~by.index.duplicated()],
        floors=floors(request, case.communes, case.sites, people),
        **_priced(case, request),
        **_sized(case, request),
        draws=plausible(case, request.public, draws) if draws and _is_uncertain(case, request.public) else None,
        seconds=SECONDS,
    )


def measure(case: Case, request: Request, sites: tuple[str, ...], proposal: Plan) -> Plan:
    """What these very `sites`, once for every team, do, counted as in the proposal and held against its bound.

    Raises `BadInput` without a site or for one that is not a candidate.
    """
    if not sites:
        raise BadInput("a plan has one site or more: add one before removing the last.")
    counted = measured(siting(case, request, draws=DRAWS), sites)
    proposed = {site.id: site for site in proposal.sites}
    imposed = {*request.forced, *request.opened}
    kept = tuple(
        replace(
            site,
            is_forced=site.id in imposed,
            cost=None if (cost := request.cost_at(site.id)) is None else cost * site.teams,
            share_of_draws=proposed[site.id].share_of_draws if site.id in proposed else None,
        )
        for site in counted.sites
    )
    # More teams than were asked for can do better than what was proved for fewer.
    best = min if counted.aim == Aim.WORST_TENTH else max
    bound = best(proposal.bound, counted.value)
    return replace(counted, sites=kept, teams=request.teams, bound=bound, bound_by=proposal.bound_by, deviations=())


def plausible(case: Case, public: Public, draws: int) -> pd.DataFrame:
    """(communes x draws) numbers of people that could each be the true ones (`geodata.plausible`)."""
    counted = case.communes[_COLUMN[public]].to_numpy()
    people = next(situations(case.communes, counted, draws, block=draws))
    return pd.DataFrame(people, index=case.communes.index)


def states(case: Case, plan: Plan) -> pd.Series:
    """For each commune, by code: `before` (within reach of a team in place), `new` (of a new one only), `none`."""
    reached = pd.Series("none", index=case.communes.index)
    reached.loc[within_reach(case, [site.id for site in plan.sites])] = "new"
    reached.loc[within_reach(case, plan.existing)] = "before"
    return reached


@dataclass(frozen=True, eq=False)
class Reached:
    """People whom a plan newly reaches, by commune: `people`, and one column a plausible situation in `draws` (None for
    people that are counted, whose number is known)."""

    people: pd.Series
    draws: pd.DataFrame | None

    def within(self, communes: Collection[str]) -> tuple[float, float | None, float | None]:
        """How many of them live in these communes, and the ends between which that is 9 times in 10."""
        here = self.people.index.isin(communes)
        low, high = (None, None) if self.draws is None else self.draws[here].sum().quantile([0.05, 0.95]).tolist()
        return float(self.people[here].sum()), low, high


def reached(case: Case, public: Public, plan: Plan) -> Reached:
    """Whom the new sites of `plan` reach and no team in place does."""
    is_new = states(case, plan) == "new"
    draws = plausible(case, public, DRAWS) if _is_uncertain(case, public) else None
    return Reached(case.demand(public)[is_new], None if draws is None else draws[is_new])


def within_reach(case: Case, sites: Collection[str]) -> np.ndarray:
    """Codes of the communes within the minutes of one of these sites."""
    near = case.pairs[case.pairs["minutes"] <= case.minutes + BOUNDARY_MIN]
    return near.loc[near["destination"].isin(sites), "origin"].unique().astype(str)


# -- inside ----------------------------------------------------------------------------------------------------------


def _is_uncertain(case: Case, public: Public) -> bool:
    """Whether the build says how uncertain these people are, in its parts."""
    return public in MODELLED and bool(case.communes[PARTS].notna().all(axis=None))


def _priced(case: Case, request: Request) -> dict:
    if request.budget is None or request.cost is None:
        return {}
    cost = pd.Series(float(request.cost), index=case.sites.index)
    if unknown := sorted({one.site for one in request.costs} - set(cost.index)):
        raise BadInput(f"request: costs are given for {', '.join(unknown)}, which are no candidates here.")
    for one in request.costs:
        cost[one.site] = one.cost
    return {"cost": cost, "budget": request.budget}


def _sized(case: Case, request: Request) -> dict:
    """Residents of candidates, where they are towns; where all communes are asked for, one is as good as another."""
    if request.candidates not in (TOWNS, EQUIPPED):
        return {}
    residents = case.communes["residents"].reindex(case.sites["code_insee"])
    # One of which nothing is known is not preferred to any other.
    residents = residents.fillna(0).clip(lower=1)
    return {"size": residents.set_axis(case.sites.index), "slack": SLACK[request.aim]}


def _check(store: Store, request: Request, demand: pd.DataFrame, around: pd.DataFrame) -> None:
    problems = []
    if unknown := sorted(set(request.departements) - set(demand["departement"])):
        problems.append(f"départements {', '.join(unknown)} are not in région {request.region}")
    categories = set(store.categories()["id"])
    own = (COMMUNES, TOWNS, EQUIPPED)
    requested = {*request.existing, *([] if request.candidates in own else [request.candidates])}
    if unknown := sorted(requested - categories):
        problems.append(f"categories {', '.join(unknown)} are not in this database")
    if unknown := sorted({team.code_insee for team in request.own_teams} - {*demand.index, *around.index}):
        problems.append(
            f"communes of the teams in place that are neither in région {request.region} nor within reach of it: "
            f"{', '.join(unknown)}"
        )
    if not (request.existing or request.own_teams or request.says_none_known):
        problems.append(
            "nothing is said of the teams in place: choose categories, list teams, or say that none is known"
        )
    if (request.cost is None) != (request.budget is None):
        problems.append("cost and budget go together")
    if request.costs and request.cost is None:
        problems.append("costs of some sites need the cost of a team elsewhere, and a budget")
    if request.travel != CAR:
        problems.append(
            f"travel={request.travel!r}: only {CAR} is counted; no timetable of public transport is known here, and on "
            "foot nothing beyond a commune is within reach of its one point"
        )
    if not (math.isfinite(request.minutes) and 0 < request.minutes <= MOST_PLAN_MINUTES):
        problems.append(f"minutes={request.minutes}: more than 0 and at most {MOST_PLAN_MINUTES}")
    if problems:
        raise BadInput("request: " + "; ".join(problems) + ".")


def _around(store: Store, request: Request, communes: pd.DataFrame) -> pd.DataFrame:
    """Communes of other régions from which a team in place may reach these; none where no such team is asked for."""
    if not request.existing and {team.code_insee for team in request.own_teams} <= set(communes.index):
        return communes.iloc[:0]
    others = store.territories(Level.COMMUNE).set_index("code")
    others = others[(others["region"] != request.region) & others["lon"].notna()]
    here = communes[communes["lon"].notna()]
    far = request.minutes + EDGE_MIN
    points = ["lon", "lat", "land"]
    pairs = travel(others[points], here[points], model=TRAVEL, limit_min=far, within="land")
    return others.loc[pairs["origin"].unique().astype(str)]


def _existing(store: Store, request: Request, inside: pd.DataFrame, around: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    communes = pd.concat([inside, around[around.columns.intersection(inside.columns)]])
    regions = (request.region, *around["region"].unique())
    teams = None
    if request.existing:
        teams = pd.concat([placed(store, region, request.existing, communes) for region in regions])
    own = pd.DataFrame(
        [
            {
                "id": f"own--{number}",
                "name": team.name,
                "code_insee": team.code_insee,
                "commune": communes.at[team.code_insee, "name"],
                **communes.loc[team.code_insee, ["departement", "epci", "tvs", "land", "lon", "lat"]].to_dict(),
            }
            for number, team in enumerate(request.own_teams, start=1)
        ],
        columns=["id", *COLUMNS],
    ).set_index("id")
    own = own.astype({"lon": float, "lat": float})
    if teams is None:
        return own, 0
    located = teams[teams["lon"].notna()][COLUMNS]
    return (pd.concat([located, own]) if len(own) else located), len(teams) - len(located)


def _incomplete(store: Store, request: Request, departements: list[str]) -> tuple[tuple[str, str], ...]:
    if not request.existing:
        return ()
    completeness = store.completeness()
    whole = completeness[completeness["state"] == Completeness.COMPLETE]
    complete_lists = set(zip(whole["category"], whole["departement"], strict=True))
    lists = [(category, departement) for category in request.existing for departement in departements]
    return tuple(pair for pair in lists if pair not in complete_lists)
