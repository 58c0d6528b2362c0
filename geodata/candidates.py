"""Where a team could be: places that a planner would accept, not any village between two towns."""

import pandas as pd

from geodata.request import COMMUNES, EQUIPPED, TOWNS, Request
from geodata.store import Store
from geodata.trips import trips

COLUMNS = ["name", "code_insee", "commune", "departement", "epci", "tvs", "land", "lon", "lat"]
"""What is known of a site."""

SHADOW_MIN = 10.0
"""A town this near a larger one is a part of it: the team goes to the larger one."""

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
        kept = _towns(store, located, request.least_residents) if is_towns else _equipped(store, located)
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


def _towns(store: Store, communes: pd.DataFrame, least: int) -> pd.Series:
    """The most peopled commune of each EPCI, and those of so many residents that no larger one is near."""
    residents = communes["residents"].fillna(0)
    first = (residents.groupby(communes["epci"]).transform("max") == residents) & (residents > 0)
    large = communes[residents >= least].assign(code_insee=lambda rows: rows.index)
    pairs = trips(store, large, large, limit_min=SHADOW_MIN)
    people = residents[large.index].to_numpy()
    smaller = people[pairs["origin"].cat.codes] < people[pairs["destination"].cat.codes]
    shaded = pairs.loc[smaller, "origin"].unique().astype(str)
    return first | communes.index.isin(large.index.difference(shaded))


def _equipped(store: Store, communes: pd.DataFrame) -> pd.Series:
    codes = [set(store.services(categories=kinds)["code_insee"]) for kinds in (HALL, MEETING)]
    return pd.Series(communes.index.isin(codes[0] & codes[1]), index=communes.index)
