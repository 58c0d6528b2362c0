"""A request in a planner's words, turned into the numbers that `geodata.methods.siting.mclp` asks for, and back.

`case(store, request)` reads the places; `propose` looks for the best plan, `measure` counts a list of sites chosen by
hand in the same way. A commune is one point: who lives far from it is counted as if at it.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from geodata.errors import BadInput
from geodata.methods.residuals import SHARED_BY
from geodata.methods.siting import Floor, SitingRequest, mclp
from geodata.methods.siting.covering import ENDS
from geodata.methods.travel import TRAVEL, travel
from geodata.plan import Plan
from geodata.request import COMMUNES, MODELLED, Aim, Request
from geodata.service import Completeness
from geodata.store import Store
from geodata.survey import DEFAULT

SECONDS = 5.0
DRAWS = 40
"""Plausible situations solved again to say how often each site is chosen: a share is known to about 8 points."""

_SEED = 2028


_COLUMN = {
    Aim.ISOLATED: "people",
    Aim.ISOLATED_70: "people_70",
    Aim.RESIDENTS: "residents",
    Aim.RESIDENTS_65: "residents_65",
}


@dataclass(frozen=True, eq=False)
class Case:
    """The places of a request.

    `communes`: what `Store.demand` gives, for the communes planned for that can be counted; `left_out`: names of those
    that cannot. `sites`: candidates and teams in place, indexed by id, with name, code_insee, commune, departement,
    lon, lat. `pairs`: trips within the minutes. `existing`: ids of teams in place; `unplaced`: how many services of
    their categories have no position; `untold`: (category, département) that no complete list describes.
    """

    communes: pd.DataFrame
    left_out: tuple[str, ...]
    sites: pd.DataFrame
    pairs: pd.DataFrame
    existing: tuple[str, ...]
    unplaced: int
    untold: tuple[tuple[str, str], ...]
    data_hash: str
    travel_method: str = field(default=TRAVEL.name)

    def demand(self, aim: Aim) -> pd.Series:
        """People to reach, by commune."""
        return self.communes[_COLUMN[aim]]


def case(store: Store, request: Request) -> Case:
    """Read the places of a request. Raises `BadInput` when a commune, a category or a département is not known, or
    when nothing is said of the teams in place."""
    every = store.demand(request.region, definition=request.definition, scenario=request.scenario)
    _check(store, request, every)
    inside = every[every["departement"].isin(request.departements)] if request.departements else every
    countable = inside[_COLUMN[request.aim]].notna() & inside["lon"].notna()
    communes = inside[countable]
    if communes.empty:
        raise BadInput(f"request: nobody can be counted for the aim {request.aim} here; choose another one.")
    candidates = _candidates(store, request, inside)
    existing, unplaced = _existing(store, request, every)
    sites = pd.concat([candidates, existing[~existing.index.isin(candidates.index)]])
    pairs = travel(
        communes[["lon", "lat", "land"]],
        sites[["lon", "lat", "land"]],
        model=TRAVEL,
        limit_min=request.minutes,
        within="land",
    )
    return Case(
        communes=communes,
        left_out=tuple(inside.loc[~countable, "name"]),
        sites=sites,
        pairs=pairs,
        existing=tuple(existing.index),
        unplaced=unplaced,
        untold=_untold(store, request, sorted(inside["departement"].unique())),
        data_hash=store.version(),
    )


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
        SitingRequest(
            demand=case.demand(request.aim),
            travel=case.pairs,
            teams=request.teams,
            forced=request.forced,
            excluded=request.excluded,
            floor=Floor(request.floor_teams, request.floor_share),
            **_priced(case, request),
            **_shared(case, request),
            draws=plausible(case, request.aim, draws) if draws and _is_uncertain(case, request.aim) else None,
            seconds=seconds,
        ),
        progress=progress,
    )


def measure(case: Case, request: Request, sites: tuple[str, ...], proposal: Plan) -> Plan:
    """What these very `sites` reach, counted as in the proposal, and held against its bound.

    Raises `BadInput` without a site or for one that is not a candidate, `Infeasible` when they reach nobody new.
    """
    if not sites:
        raise BadInput("a plan has one site or more: add one before removing the last.")
    counted = mclp(
        SitingRequest(
            demand=case.demand(request.aim),
            travel=case.pairs,
            teams=len(sites),
            forced=sites,
            **_shared(case, request),
            seconds=SECONDS,
        )
    )
    known = {site.id: site for site in proposal.sites}
    kept = tuple(
        replace(
            site,
            is_forced=site.id in request.forced,
            cost=request.cost_at(site.id),
            share_of_draws=known[site.id].share_of_draws if site.id in known else None,
        )
        for site in counted.sites
    )
    # More teams than were asked for can reach more than what was proved for fewer.
    bound = max(proposal.bound, counted.reached)
    measured = replace(counted, sites=kept, teams=request.teams, bound=bound, bound_by=proposal.bound_by, deviations=())
    if not _is_uncertain(case, request.aim):
        return measured
    reached = plausible(case, request.aim, DRAWS)[states(case, measured) == "new"].sum()
    low, high = reached.quantile(ENDS).tolist()
    return replace(measured, reached_low=low, reached_high=high)


def plausible(case: Case, aim: Aim, draws: int) -> pd.DataFrame:
    """(communes x draws) numbers of people that could each be the true ones.

    Each draw moves all communes together by the error on the national figure, those of a same density class together
    by the error on the rates, and each one by what is particular to it, with the variances of the build; a part of the
    latter is shared by neighbours, as in the estimate (`geodata.methods.residuals`). How the errors on rates go
    together between two communes is not published with it: the density class stands for that.
    """
    rows = case.communes
    generator = np.random.Generator(np.random.Philox(_SEED))
    classes, _ = pd.factorize(rows["density"].astype(str), sort=True)
    common = generator.standard_normal((1, draws))
    model = generator.standard_normal((len(np.unique(classes)), draws))[classes]
    local = _local(rows, draws, generator)
    sd = {name: np.sqrt(rows[f"var_{name}"].to_numpy())[:, None] for name in ("common", "model", "local")}
    mean = rows["logit_mean"].to_numpy()[:, None]
    share = expit(mean + sd["common"] * common + sd["model"] * model + sd["local"] * local)
    # Older people follow the share of their commune: their own uncertainty is not in the build.
    people = rows[_COLUMN[aim]].to_numpy()[:, None] * share / expit(mean)
    return pd.DataFrame(people, index=rows.index)


def _local(rows: pd.DataFrame, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Standard normal departures of the communes, (communes, draws), shared in part by région, département, EPCI."""
    shared = DEFAULT.spatial_share * DEFAULT.residual_log_sd**2 / (1 - expit(rows["logit_mean"].to_numpy())) ** 2
    part = np.minimum(np.divide(shared, rows["var_local"].to_numpy(), where=rows["var_local"].to_numpy() > 0,
                                out=np.zeros(len(rows))), 1.0)  # fmt: skip
    local = np.sqrt(1 - part)[:, None] * generator.standard_normal((len(rows), draws))
    for level in SHARED_BY:
        # A commune in no territory of the level departs alone.
        codes, names = pd.factorize(rows[level].where(rows[level].notna(), rows.index.to_series()), sort=True)
        local += np.sqrt(part / len(SHARED_BY))[:, None] * generator.standard_normal((len(names), draws))[codes]
    return local


def states(case: Case, plan: Plan) -> pd.Series:
    """For each commune, by code: `before` (within reach of a team in place), `new` (of a new one only), `none`."""
    reached = pd.Series("none", index=case.communes.index)
    reached.loc[within_reach(case, [site.id for site in plan.sites])] = "new"
    reached.loc[within_reach(case, plan.existing)] = "before"
    return reached


def within_reach(case: Case, sites: Collection[str]) -> np.ndarray:
    """Codes of the communes within the minutes of one of these sites."""
    return case.pairs.loc[case.pairs["destination"].isin(sites), "origin"].unique().astype(str)


# -- inside ----------------------------------------------------------------------------------------------------------


def _is_uncertain(case: Case, aim: Aim) -> bool:
    """Whether the build says how uncertain these people are, in its parts."""
    parts = ["logit_mean", "var_common", "var_model", "var_local"]
    return aim in MODELLED and bool(case.communes[parts].notna().all(axis=None))


def _shared(case: Case, request: Request) -> dict:
    by = pd.concat([case.communes["departement"], case.sites["departement"]])
    return {
        "minutes": request.minutes,
        "existing": case.existing,
        "by": by[~by.index.duplicated()],
    }


def _priced(case: Case, request: Request) -> dict:
    if request.budget is None or request.cost is None:
        return {}
    cost = pd.Series(float(request.cost), index=case.sites.index)
    if unknown := sorted({one.site for one in request.costs} - set(cost.index)):
        raise BadInput(f"request: costs are given for {', '.join(unknown)}, which are no candidates here.")
    for one in request.costs:
        cost[one.site] = one.cost
    return {"cost": cost, "budget": request.budget}


def _check(store: Store, request: Request, every: pd.DataFrame) -> None:
    problems = []
    if unknown := sorted(set(request.departements) - set(every["departement"])):
        problems.append(f"départements {', '.join(unknown)} are not in région {request.region}")
    categories = set(store.categories()["id"])
    asked = {*request.existing, *([] if request.candidates == COMMUNES else [request.candidates])}
    if unknown := sorted(asked - categories):
        problems.append(f"categories {', '.join(unknown)} are not in this database")
    if unknown := sorted({team.code_insee for team in request.own_teams} - set(every.index)):
        problems.append(f"communes of the teams in place that are not in région {request.region}: {', '.join(unknown)}")
    if not (request.existing or request.own_teams or request.says_none_known):
        problems.append(
            "nothing is said of the teams in place: choose categories, list teams, or say that none is known"
        )
    if (request.cost is None) != (request.budget is None):
        problems.append("cost and budget go together")
    if request.costs and request.cost is None:
        problems.append("costs of some sites need the cost of a team elsewhere, and a budget")
    if not (math.isfinite(request.minutes) and 0 < request.minutes <= 120):
        problems.append(f"minutes={request.minutes}: more than 0 and at most 120")
    if problems:
        raise BadInput("request: " + "; ".join(problems) + ".")


_SITE = ["name", "code_insee", "commune", "departement", "land", "lon", "lat"]


def _candidates(store: Store, request: Request, communes: pd.DataFrame) -> pd.DataFrame:
    if request.candidates == COMMUNES:
        located = communes[communes["lon"].notna()]
        return located.assign(code_insee=located.index, commune=located["name"])[_SITE]
    services = _services(store, request.region, (request.candidates,), communes)
    return services[services["lon"].notna()][_SITE]


def _existing(store: Store, request: Request, communes: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    found = _services(store, request.region, request.existing, communes) if request.existing else None
    own = pd.DataFrame(
        [
            {
                "id": f"own--{number}",
                "name": team.name,
                "code_insee": team.code_insee,
                "commune": communes.at[team.code_insee, "name"],
                **communes.loc[team.code_insee, ["departement", "land", "lon", "lat"]].to_dict(),
            }
            for number, team in enumerate(request.own_teams, start=1)
        ],
        columns=["id", *_SITE],
    ).set_index("id")
    own = own.astype({"lon": float, "lat": float})
    if found is None:
        return own, 0
    placed = found[found["lon"].notna()][_SITE]
    return (pd.concat([placed, own]) if len(own) else placed), len(found) - len(placed)


def _services(store: Store, region: str, categories: tuple[str, ...], communes: pd.DataFrame) -> pd.DataFrame:
    services = store.services(region, categories).set_index("id")
    services = services[services["code_insee"].isin(communes.index)]
    where = communes.loc[services["code_insee"]]
    return services.assign(commune=where["name"].to_numpy(), land=where["land"].to_numpy())


def _untold(store: Store, request: Request, departements: list[str]) -> tuple[tuple[str, str], ...]:
    if not request.existing:
        return ()
    known = store.completeness()
    whole = known[known["state"] == Completeness.COMPLETE]
    told = set(zip(whole["category"], whole["departement"], strict=True))
    asked = [(category, departement) for category in request.existing for departement in departements]
    return tuple(pair for pair in asked if pair not in told)
