"""Where a team could be: places that a planner would accept, not any village between two towns."""

import numpy as np
import pandas as pd

from geodata.methods.travel import BOUNDARY_MIN
from geodata.minutes import SHADOWS
from geodata.request import COMMUNES, EQUIPPED, TOWNS, Request
from geodata.store import Store
from geodata.trips import trips

COLUMNS = ["name", "code_insee", "commune", "departement", "epci", "tvs", "land", "lon", "lat"]
"""What is known of a site."""

HALL = ("mairie",)
MEETING = ("bibliotheque", "centre_social", "mjc", "tiers_lieu")
"""What a commune has, one of each at least, to be `equipped`."""


def candidates(store: Store, request: Request, communes: pd.DataFrame) -> pd.DataFrame:
    """The places where a team may go among the `communes` planned for (rows of `Store.demand`), by id.

    A place that the request imposes is always one: whoever imposes it knows it.
    """
    located = communes[communes["lon"].notna()]
    everywhere = located.assign(code_insee=located.index, commune=located["name"])[COLUMNS]
    if request.candidates == COMMUNES:
        return everywhere
    if request.candidates in (TOWNS, EQUIPPED):
        is_towns = request.candidates == TOWNS
        kept = _towns(store, request, located) if is_towns else _equipped(store, located)
        imposed = everywhere.index.isin([*request.forced, *request.opened])
        return everywhere[kept | imposed]
    services = placed(store, request.region, (request.candidates,), communes)
    return services[services["lon"].notna()][COLUMNS]


def placed(store: Store, within: str, categories: tuple[str, ...], communes: pd.DataFrame) -> pd.DataFrame:
    """Services of some categories in these communes, with what is known of a site, by id."""
    services = store.services(within, categories).set_index("id")
    services = services[services["code_insee"].isin(communes.index)]
    where = communes.loc[services["code_insee"]]
    of_commune = {name: where[name].to_numpy() for name in ("epci", "tvs", "land")}
    return services.assign(commune=where["name"].to_numpy(), **of_commune)


def _towns(store: Store, request: Request, communes: pd.DataFrame) -> pd.Series:
    """The most peopled commune of each EPCI, and those of `least_residents`, but for those in the shadow of a larger
    one (`SHADOWS`). The most peopled commune of each group that a floor asks for stays whatever lies near."""
    residents = communes["residents"].fillna(0)

    def first(group: str) -> pd.Series:
        return (residents.groupby(communes[group]).transform("max") == residents) & (residents > 0)

    main = first("epci")
    towns = communes[main | (residents >= request.least_residents)].assign(code_insee=lambda rows: rows.index)
    pairs = trips(store, towns, towns, limit_min=max(minutes for minutes, _times in SHADOWS))
    people = residents[towns.index].to_numpy()
    ratio = people[pairs["destination"].cat.codes] / people[pairs["origin"].cat.codes].clip(min=1)
    is_shaded = np.zeros(len(pairs), bool)
    for minutes, times in SHADOWS:
        is_shaded |= (pairs["minutes"].to_numpy() <= minutes + BOUNDARY_MIN) & (ratio > times)
    shaded = pairs.loc[is_shaded, "origin"].unique().astype(str)
    kept = pd.Series(communes.index.isin(towns.index.difference(shaded)), index=communes.index)
    has_floor = bool(request.floor_teams or request.floor_share)
    return kept | first(request.floor_by) if has_floor else kept


def _equipped(store: Store, communes: pd.DataFrame) -> pd.Series:
    codes = [set(store.services(categories=kinds)["code_insee"]) for kinds in (HALL, MEETING)]
    return pd.Series(communes.index.isin(codes[0] & codes[1]), index=communes.index)
