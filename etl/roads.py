"""Minutes by road where the data folder holds an extract of OpenStreetMap; elsewhere the crow-fly model stays.

A commune is covered when its outline lies in the box that an extract says to cover and has about as many nodes of road
as a commune has (`NODES_A_KM2`): those beyond a regional extract's own limit have few or none. From a covered commune
whose nearest service as the crow flies stands in a covered commune too, minutes are those to the service that is
nearest by road. Elsewhere the roads to the nearest one may lie beyond the extract: the crow-fly answer stays. `method`
says which. Trips between covered communes are kept for plans of teams.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from etl.access import service_points
from etl.reading.files import read_each
from etl.sources import osm_roads
from etl.sources.osm_roads import Extract
from geodata.methods.roads import CAR, RoadGraph, Ways, graph_of, nearest_by_road, travel_by_road
from geodata.minutes import ROAD_MINUTES
from geodata.source import Snapshot, Source
from geodata.territory import Level

NODES_A_KM2 = 1.0
"""Fewer nodes of road than this: the extract does not hold the commune, or hardly a road does."""


@dataclass(frozen=True, eq=False)
class Roads:
    """`graph` of every extract together (None: there is none), codes of the communes `covered`, rows accepted by
    source, rejects (extracts that cannot be read), files read."""

    graph: RoadGraph | None
    covered: pd.Index
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_roads(snapshots: Mapping[str, Sequence[Snapshot]], territory: pd.DataFrame) -> Roads:
    """Read every extract of `snapshots` (files by source id)."""
    read, refused = read_each(osm_roads, snapshots.get(osm_roads.SOURCE.id, ()), osm_roads.read)
    if not read:
        return Roads(None, pd.Index([], dtype=object), {}, refused, ())
    extracts = [extract for _, extract in read]
    dated = ", ".join(sorted({extract.dated or "date inconnue" for extract in extracts}))
    graph = graph_of(_together([extract.ways for extract in extracts]), f"{CAR.name} ({dated})")
    return Roads(
        graph=graph,
        covered=covered_communes(graph, extracts, territory),
        accepted={osm_roads.SOURCE: sum(len(extract.ways.first) for extract in extracts)},
        rejects=refused,
        snapshots=[replace(snapshot, vintage=extract.dated) for snapshot, extract in read],
    )


def covered_communes(graph: RoadGraph, extracts: Sequence[Extract], territory: pd.DataFrame) -> pd.Index:
    """Codes of the communes whose roads are all there."""
    communes = territory[(territory["level"] == Level.COMMUNE) & territory["geom"].notna()]
    outlines = communes["geom"].to_numpy(dtype=object)
    whole = shapely.box(graph.lon.min(), graph.lat.min(), graph.lon.max(), graph.lat.max())
    boxes = shapely.union_all([whole if extract.box is None else extract.box for extract in extracts])
    inside = np.flatnonzero(shapely.covered_by(outlines, boxes))
    nodes = shapely.STRtree(shapely.points(graph.lon, graph.lat))
    which, _ = nodes.query(outlines[inside], predicate="contains")
    count = np.bincount(which, minlength=len(inside))
    is_covered = count >= NODES_A_KM2 * communes["area_km2"].to_numpy(dtype=float)[inside]
    return pd.Index(communes["code"].to_numpy()[inside[is_covered]])


def by_road(access: pd.DataFrame, services: pd.DataFrame, territory: pd.DataFrame, roads: Roads) -> pd.DataFrame:
    """Rows of table `access` with road minutes from covered communes, where the nearest service stands in one too."""
    if roads.graph is None:
        return access
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    supply = service_points(services, communes)
    inside = supply[services.set_index("id")["code_insee"].reindex(supply.index).isin(roads.covered)]
    is_driven = access["code_insee"].isin(roads.covered) & access["service"].isin(inside.index)
    pieces = []
    for category, rows in access[is_driven].groupby("category", sort=False):
        origins, members = communes.loc[rows["code_insee"], _PLACE], inside[inside["category"] == category]
        answer = nearest_by_road(origins, members[_PLACE], roads.graph, within="land")
        pieces.append(answer.set_axis(rows.index))
    if not pieces:
        return access
    return _with(access, pd.concat(pieces))


_PLACE = ["lon", "lat", "land"]


def road_reach(territory: pd.DataFrame, roads: Roads) -> pd.DataFrame:
    """Rows of table `road_reach`: trips between covered communes that roads lead to, `ROAD_MINUTES` at most.

    A commune is one point, that of its row; a boat is no road (`land`).
    """
    if roads.graph is None:
        return pd.DataFrame(columns=["code_insee", "reached_from", "minutes", "method"])
    communes = territory[(territory["level"] == Level.COMMUNE) & territory["code"].isin(roads.covered)]
    places = communes[communes["lon"].notna()].set_index("code")[_PLACE].sort_index()
    trips = travel_by_road(places, places, roads.graph, limit_min=ROAD_MINUTES, within="land")
    trips = trips.sort_values(["destination", "minutes", "origin"], kind="stable")
    by_site = trips.assign(minutes=trips["minutes"].map("{:.1f}".format)).groupby("destination", observed=True)
    return (
        pd.DataFrame(
            {
                "reached_from": by_site["origin"].agg(";".join),
                "minutes": by_site["minutes"].agg(";".join),
                "method": roads.graph.name,
            }
        )
        .rename_axis("code_insee")
        .reset_index()
    )


def _with(access: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """`access` with the rows of `answers` in place of its own, missing values too."""
    is_new = access.index.isin(answers.index)
    by_row = answers.reindex(access.index)
    return access.assign(**{name: access[name].where(~is_new, by_row[name]) for name in answers.columns})


def _together(drawn: Sequence[Ways]) -> Ways:
    """The ways of several extracts; a way that two of them hold is the same road twice."""
    starts = np.cumsum([0, *(len(ways.node) for ways in drawn)])[:-1]
    columns = {
        name: np.concatenate([getattr(ways, name) for ways in drawn])
        for name in ("node", "lon", "lat", "kmh", "direction")
    }
    first = np.concatenate([ways.first + start for ways, start in zip(drawn, starts, strict=True)])
    return Ways(first=first, **columns)
