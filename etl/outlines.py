"""Outlines: cleaned once, dissolved level by level, then simplified for the screen only."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import brotli
import geobuf
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

from geodata.country import Country
from geodata.insets import to_inset
from geodata.territory import FRANCE, Level

SCREEN_TOLERANCE_M = {Level.COMMUNE: 400, Level.EPCI: 400, Level.TVS: 400, Level.DEPARTEMENT: 800, Level.REGION: 1200}
"""Tolerance of the outlines drawn on screen, metres; area error reaches 56 % for the smallest commune at 400 m."""

SLIVER_M = 10
"""Land in no commune narrower than this is an error of drawing; the narrowest true gap is 61 m wide (measured)."""

_DECIMALS = 4
_WGS84 = 4326


@dataclass(frozen=True)
class Gap:
    """Land in no commune and the communes beside it that have absorbed another: it is theirs when there is one."""

    codes: tuple[str, ...]
    area_km2: float


def clean(communes: gpd.GeoSeries, epsg: int) -> gpd.GeoSeries:
    """Outlines of one zone's communes in its projection, in metres, as a valid coverage: no overlap, no sliver.

    `communes` is in WGS 84, indexed by code, without missing value. Uses GEOS coverage cleaning.
    """
    projected = communes.to_crs(epsg)
    cleaned = shapely.coverage_clean(projected.to_numpy(), gap_width=SLIVER_M)
    return gpd.GeoSeries(cleaned, index=communes.index, crs=epsg)


def fill_gaps(coverage: gpd.GeoSeries, absorbing: Collection[str]) -> tuple[gpd.GeoSeries, list[Gap]]:
    """Give land that lies in no commune to the one commune beside it that has absorbed another.

    A merger more recent than the outlines leaves such a gap: the former commune's outline is gone and its new
    commune's is still the old one. `coverage` is valid, in metres, indexed by code; `absorbing` are codes. A gap beside
    several of them stays open; one beside none of them is a lake or another country, and is not returned.
    """
    heirs = coverage[coverage.index.isin(absorbing)]
    if heirs.empty:
        return coverage, []
    parts = shapely.get_parts(shapely.coverage_union_all(coverage.to_numpy()))
    inside = shapely.STRtree(parts)
    rings = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    # A commune may lie in the middle of the land it has absorbed.
    empty = [ring.difference(shapely.union_all(parts[inside.query(ring, predicate="contains")])) for ring in rings]
    filled, gaps = coverage.copy(), []
    for gap in empty:
        beside = heirs.iloc[np.sort(heirs.sindex.query(gap, predicate="touches"))]
        codes = tuple(beside.index[beside.intersection(gap).length > 0])
        if codes:
            gaps.append(Gap(codes, gap.area / 1e6))
        if len(codes) == 1:
            filled[codes[0]] = shapely.union_all([filled[codes[0]], gap])
    return filled, gaps


def dissolve(outlines: gpd.GeoSeries, parent: pd.Series) -> gpd.GeoSeries:
    """Union of a valid coverage by parent code; members without parent are left out. Index: parent codes, sorted."""
    parents = parent.reindex(outlines.index).dropna()
    groups = outlines.loc[parents.index].groupby(parents.to_numpy(), sort=True)
    union = {code: shapely.coverage_union_all(members.to_numpy()) for code, members in groups}
    return gpd.GeoSeries(union, crs=outlines.crs)


def to_multipolygon(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    """Polygons as multipolygons in WGS 84; polygons only (a cleaned coverage holds nothing else)."""
    geographic = outlines.to_crs(_WGS84)
    parts = [shapely.multipolygons(shapely.get_parts(geometry)) for geometry in geographic]
    return gpd.GeoSeries(parts, index=outlines.index, crs=_WGS84)


def points_on_surface(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    """A point inside the largest piece of each outline, in WGS 84: it never falls in the sea between two islands."""
    pieces = outlines.explode(index_parts=False)
    largest = pieces.iloc[np.argsort(-pieces.area.to_numpy(), kind="stable")]
    largest = largest[~largest.index.duplicated()].reindex(outlines.index)
    return largest.representative_point().to_crs(_WGS84)


def outline_measures(shapes: gpd.GeoSeries) -> pd.DataFrame:
    """Code, area_km2, lon and lat of a point on the surface, and geom (WGS 84) of outlines in metres, by code."""
    points = points_on_surface(shapes)
    return pd.DataFrame(
        {
            "code": shapes.index,
            "area_km2": shapes.area.to_numpy() / 1e6,
            "lon": points.x.to_numpy(),
            "lat": points.y.to_numpy(),
            "geom": to_multipolygon(shapes).to_numpy(),
        }
    )


def for_screen(outlines: gpd.GeoSeries, level: Level) -> gpd.GeoSeries:
    """Light outlines of one zone in WGS 84: shared edges stay shared (GEOS coverage simplification)."""
    light = shapely.coverage_simplify(outlines.to_numpy(), SCREEN_TOLERANCE_M[level])
    return gpd.GeoSeries(light, index=outlines.index, crs=outlines.crs).to_crs(_WGS84)


def screen_layers(light: pd.DataFrame, country: Country) -> pd.DataFrame:
    """Rows of table `screen_layer`: each level by région, and the wider levels for the whole country.

    `light` has columns level, code, name, region, zone, geom (light outline in WGS 84). Outlines of the
    national layers are moved to the insets of the country.
    """
    rows = []
    for (level, region), layer in light.dropna(subset="region").groupby(["level", "region"], sort=True):
        rows.append(_layer(level, region, layer))
    national = light[light["level"] != Level.COMMUNE].copy()
    national["geom"] = [
        to_inset(geometry, zone, country.insets)
        for geometry, zone in zip(national["geom"], national["zone"], strict=True)
    ]
    for level, layer in national.groupby("level", sort=True):
        rows.append(_layer(level, FRANCE, layer))
    return pd.DataFrame(rows)


def _layer(level: str, within: str, layer: pd.DataFrame) -> dict:
    features = [
        {"type": "Feature", "properties": {"code": row.code, "name": row.name}, "geometry": mapping(row.geom)}
        for row in layer.sort_values("code")[["code", "name", "geom"]].itertuples(index=False)
    ]
    encoded = geobuf.encode({"type": "FeatureCollection", "features": features}, _DECIMALS)
    body = brotli.compress(encoded, quality=9)
    return {"level": level, "within": within, "fingerprint": hashlib.sha256(body).hexdigest()[:16], "body": body}
