"""Pieces of land that roads join: a trip of the crow-fly model never leaves the one where it starts.

Two communes are on the same land when their outlines touch, by way of other communes too, or when one of the bridges of
`etl/reference/bridges.csv` joins them. So an island without a bridge is a land of its own, however near the coast.
Boats, fords and causeways under the tide are no roads. Water that outlines cross (an estuary whose middle is the limit
of two communes, a lake) parts nothing, and neither does a forest without a road.
"""

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.territory import Level


def with_lands(territory: pd.DataFrame, bridges: pd.DataFrame) -> pd.DataFrame:
    """Table `territory` with the `land` of each commune."""
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    is_commune = territory["level"] == Level.COMMUNE
    return territory.assign(land=territory["code"].map(lands(communes, bridges)).where(is_commune, None))


def lands(communes: pd.DataFrame, bridges: pd.DataFrame) -> pd.Series:
    """Land of each commune, by code. One without outline is taken to be where most communes of its département are.

    `communes`: indexed by code, with `geom`, `zone` and `departement`; `bridges`: `code_insee` and `code_across`, those
    of communes that are not there are left out. The largest land of a zone (most communes) has the zone's name, another
    one the smallest code of its communes.
    """
    drawn = communes[communes["geom"].notna()].sort_index()
    land = pd.Series(_joined(drawn, bridges), index=drawn.index)
    size, first = land.map(land.value_counts()), land.index.to_series().groupby(land).transform("min")
    ranked = pd.DataFrame({"zone": drawn["zone"].astype(str), "land": land, "size": size, "first": first})
    # Among lands of one size, the one with the smallest code: any rule will do, as long as it is one.
    largest = ranked.sort_values(["size", "first"], ascending=[False, True], kind="stable").drop_duplicates("zone")
    named = ranked["zone"].where(land.isin(largest["land"]), first).reindex(communes.index)
    return named.fillna(named.groupby(communes["departement"]).transform(_commonest))


def _commonest(lands: pd.Series) -> str | None:
    return next(iter(lands.value_counts().index), None)


def _joined(drawn: pd.DataFrame, bridges: pd.DataFrame) -> np.ndarray:
    """Number of the land of each commune."""
    outlines = drawn["geom"].to_numpy(dtype=object)
    one, other = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    ends = [drawn.index.get_indexer(bridges[end]) for end in ("code_insee", "code_across")]
    is_there = (ends[0] >= 0) & (ends[1] >= 0)
    one, other = (np.concatenate([start, end[is_there]]) for start, end in zip((one, other), ends, strict=True))
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(drawn), len(drawn)))
    return connected_components(graph, directed=False)[1]
