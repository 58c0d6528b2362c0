"""Trips from communes to where a team could be: by road where roads are loaded, from straight lines elsewhere."""

import numpy as np
import pandas as pd

from geodata.methods.travel import BOUNDARY_MIN, TRAVEL, travel
from geodata.minutes import ROAD_MINUTES
from geodata.store import Store

_BEYOND_MIN = ROAD_MINUTES + 0.1
_POINT = ["lon", "lat", "land"]


def trips(store: Store, communes: pd.DataFrame, sites: pd.DataFrame, *, limit_min: float) -> pd.DataFrame:
    """Every trip from the point of a commune to a site that takes at most `limit_min` minutes (inclusive).

    `communes` (by code) and `sites` have lon, lat and `land`, which both ends share: a border is no wall, the sea is.
    `sites` have `code_insee`: one that stands at the point of its commune is reached by road from the communes whose
    roads are loaded, where its own are. Other trips, and those to services that stand elsewhere in their commune, are
    from straight lines. Where roads are known and take more than `ROAD_MINUTES`, no trip takes less.

    Columns, by origin then destination: `origin`, `destination` (categorical ids), `minutes`, `method`.
    """
    flown = travel(communes[_POINT], sites[_POINT], model=TRAVEL, limit_min=limit_min, within="land")
    flown = flown.drop(columns="distance_km")
    by_road = store.by_road()
    there = by_road.reindex(sites["code_insee"])
    is_at_point = (there[["lon", "lat"]].to_numpy(float) == sites[["lon", "lat"]].to_numpy(float)).all(axis=1)
    if not is_at_point.any():
        return flown
    driven = store.road_reach(sites.loc[is_at_point, "code_insee"])
    driven = driven[driven["minutes"] <= limit_min + BOUNDARY_MIN]
    numbered = pd.Series(np.flatnonzero(is_at_point), sites.loc[is_at_point, "code_insee"], name="to")
    driven = driven.assign(at=communes.index.get_indexer(driven["origin"])).join(numbered, on="destination")
    driven["method"] = by_road["method"].reindex(driven["destination"]).to_numpy()
    driven = driven[driven["at"] >= 0]
    at, to = (flown[name].cat.codes.to_numpy(np.int64) for name in ("origin", "destination"))
    is_by_road = communes.index.isin(by_road.index)[at] & is_at_point[to]
    straight = np.where(is_by_road, np.maximum(flown["minutes"], _BEYOND_MIN), flown["minutes"])
    is_driven = np.isin(at * len(sites) + to, driven["at"] * len(sites) + driven["to"])
    kept = ~is_driven & (straight <= limit_min + BOUNDARY_MIN)
    at, to = np.concatenate([at[kept], driven["at"]]), np.concatenate([to[kept], driven["to"]])
    minutes = np.concatenate([straight[kept], driven["minutes"]])
    names = [TRAVEL.name, *sorted(set(by_road["method"]))]
    method = np.concatenate([np.zeros(kept.sum(), np.int64), pd.Index(names).get_indexer(driven["method"])])
    order = np.lexsort((to, at))
    return pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(at[order], communes.index),
            "destination": pd.Categorical.from_codes(to[order], sites.index),
            "minutes": minutes[order],
            "method": pd.Categorical.from_codes(method[order], names),
        }
    )


def methods(pairs: pd.DataFrame) -> str:
    """Names of the models of some trips, ` + ` between; that of straight lines where there is no trip."""
    return " + ".join(sorted(pairs["method"].unique().astype(str))) or TRAVEL.name
