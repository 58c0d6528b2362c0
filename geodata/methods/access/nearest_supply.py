"""The nearest supply of each demand, as the crow flies."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.methods.travel import (
    EARTH_RADIUS_KM,
    TravelModel,
    by_zone,
    demand_and_supply,
    kilometres,
)

NO_POINT = "no_point"
"""Reason of `nearest`: the demand has no coordinates, so nothing is known of it."""

NO_SUPPLY = "no_supply_in_zone"
"""Reason of `nearest`: no supply can be reached without crossing the sea."""

_TIE_KM = 1e-9


def nearest(
    demand: pd.DataFrame, supply: pd.DataFrame, *, model: TravelModel, within: str | None = None
) -> pd.DataFrame:
    """The nearest supply of each demand, as the crow flies.

    `demand` and `supply` are frames indexed by id with `lon` and `lat` (WGS 84, degrees); `within` names a column of
    both, text codes that must be equal (the zone: no road crosses the sea). Equal distances (to a micrometre) go to the
    smallest id.

    Returns one row a demand, same index: the supply's id (column named as the index of `supply`, else `supply`),
    `distance_km`, `travel_min`, `method` (the model's name) and `reason`, missing when there is an answer. Without an
    answer the three first are missing, never zero: `no_point` when the demand has no coordinates,
    `no_supply_in_zone` when nothing is reachable. Raises `BadInput` for a supply without coordinates.
    """
    origins, destinations = demand_and_supply(demand, supply, within, may_miss=True)
    chosen = np.full(len(demand), -1)
    chords = np.full(len(demand), np.nan)
    rank = supply.index.argsort()
    for from_rows, to_rows in by_zone(origins, destinations):
        by_id = rank[np.isin(rank, to_rows)]
        places = by_id[~pd.DataFrame(destinations.xyz[by_id]).duplicated().to_numpy()]
        row, chords[from_rows] = _nearest_first(cKDTree(destinations.xyz[places]), origins.xyz[from_rows])
        chosen[from_rows] = places[row]
    distance_km = kilometres(chords)
    return pd.DataFrame(
        {
            supply.index.name or "supply": pd.Series(supply.index).reindex(chosen).array,
            "distance_km": distance_km,
            "travel_min": model.minutes(distance_km),
            "method": model.name,
            "reason": pd.array(
                np.select([~origins.is_located, chosen < 0], [NO_POINT, NO_SUPPLY], default=np.array(None)),
                dtype="str",
            ),
        },
        index=demand.index,
    )


def _nearest_first(tree: cKDTree, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of the nearest place of `tree`, the first row among equally near ones, and its chord."""
    (near, second), rows = (part.T for part in tree.query(points, k=2))
    rows, tie = rows[0].copy(), _TIE_KM / EARTH_RADIUS_KM
    tied = np.flatnonzero(second - near <= tie)
    rows[tied] = [min(ball) for ball in tree.query_ball_point(points[tied], near[tied] + tie)]
    return rows, near
