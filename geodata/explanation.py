"""Why a site is in a plan: whom it reaches, where they live, whether a floor asks for it."""

import numpy as np

from geodata.methods.travel import BOUNDARY_MIN
from geodata.plan import Plan
from geodata.plan_story import Reason
from geodata.planning import Case
from geodata.request import Public, Request
from geodata.trips import methods

MOST_PLACES = 3


def reasons(case: Case, request: Request, plan: Plan) -> dict[str, Reason]:
    """The reason of each site, by id."""
    demand = case.demand(Public(request.public))
    near = case.pairs[case.pairs["minutes"] <= case.minutes + BOUNDARY_MIN]
    opened = [*plan.existing, *(site.id for site in plan.sites)]
    near = near[near["destination"].isin(opened)].astype({"origin": str, "destination": str})
    by_site = {site: rows["origin"].to_numpy() for site, rows in near.groupby("destination")}
    travel = {site: methods(rows) for site, rows in near.groupby("destination")}
    left = demand.copy()
    for existing in plan.existing:
        left.loc[by_site.get(existing, [])] = 0.0
    explained = {}
    for site in plan.sites:
        mine = left.loc[by_site.get(site.id, [])]
        mine = mine[mine > 0].sort_values(ascending=False, kind="stable")
        away = case.communes["departement"].reindex(mine.index) != case.sites.at[site.id, "departement"]
        total = float(mine.sum())
        explained[site.id] = Reason(
            places=tuple(case.communes["name"].reindex(mine.index[:MOST_PLACES])),
            elsewhere=float(mine[away.to_numpy()].sum() / total) if total else 0.0,
            second=None if site.second is None else str(case.sites.at[site.second, "name"]),
            travel=travel.get(site.id, case.travel_method),
        )
        left.loc[np.asarray(mine.index)] = 0.0
    return explained
