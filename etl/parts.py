"""What lies inside communes: districts of Paris, Lyon and Marseille, and IRIS. They carry observed figures only.

A part is outside the nesting of territories, so nothing above ever counts it: a figure of a city and the same figure
of its districts are told side by side and never added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl import outlines
from etl.reading.files import read_files
from etl.rejects import reject_frame
from etl.services import OUT_KM, distance_km
from etl.sources import iris_2021, iris_outlines
from geodata.countries.france import COUNTRY, zone_of
from geodata.sentences import sentence
from geodata.source import Snapshot, Source
from geodata.territory import Level, Part

_WGS84 = 4326
_COLUMNS = ["kind", "code", "name", "commune", "geom"]
_NUMBERS = ["area_km2", "lon", "lat"]
_ARRONDISSEMENT = " Arrondissement"


@dataclass(frozen=True, eq=False)
class Parts:
    """`table`: rows of table `part`; `rejects`: IRIS of a commune that is several today."""

    table: pd.DataFrame
    rejects: pd.DataFrame

    def codes(self, kind: Part) -> list[str]:
        """Codes of one kind."""
        return self.table.loc[self.table["kind"] == kind, "code"].tolist()


@dataclass(frozen=True, eq=False)
class Outlines:
    """`shapes`: name and geom (WGS 84) by IRIS; rows accepted by source, rejects, files read."""

    shapes: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_outlines(snapshots: Mapping[str, Sequence[Snapshot]]) -> Outlines:
    """Read the outlines of IRIS of every file found; of two files with one IRIS the first speaks."""
    source = iris_outlines.SOURCE
    files = snapshots.get(source.id, ())
    read, unread = read_files(iris_outlines, files)
    shapes = pd.concat([pd.DataFrame(columns=["code", "name", "geom"]), *(file.rows for file in read)])
    return Outlines(
        shapes.drop_duplicates("code").set_index("code"),
        {source: sum(len(file.rows) for file in read)} if files else {},
        pd.concat([reject_frame(source.id, []), unread, *(file.rejects for file in read)], ignore_index=True),
        [file.snapshot for file in read],
    )


NO_NAMES = pd.Series(dtype=object)
NO_OUTLINES = pd.DataFrame({"name": [], "geom": []}, dtype=object)


def parts_inside(
    within: pd.DataFrame,
    iris: pd.DataFrame,
    lineage: pd.DataFrame,
    communes: pd.DataFrame,
    names: pd.Series = NO_NAMES,
    shapes: pd.DataFrame = NO_OUTLINES,
) -> Parts:
    """Rows of table `part`, and the rejects.

    `within`: code, kind, name, commune, geom of what lies inside communes; `iris`: columns `iris` and `com` of the base
    census; `lineage`: where the residents of each census commune live today; `communes`: rows of table `territory`;
    `names`: of IRIS, by code; `shapes`: their name and geom in a file of outlines, by code. A commune of one IRIS is
    that IRIS, and is not told twice.
    """
    districts = within[within["kind"] == "arrondissement"].assign(kind=Part.DISTRICT.value)
    districts["name"] = districts["name"].str.replace(_ARRONDISSEMENT, _ARRONDISSEMENT.lower(), regex=False)
    today = communes[communes["level"] == Level.COMMUNE].set_index("code")
    divided, rejects = _divided(iris, lineage)
    named = divided["code"].map(names).astype(object)
    named = named.where(named.notna(), divided["code"].map(shapes["name"]))
    placed, far = _placed(divided["code"].map(shapes["geom"]), divided, today["geom"])
    divided = divided.assign(name=named, geom=placed)
    rows = pd.concat([districts[_COLUMNS], divided[_COLUMNS]], ignore_index=True)
    rows = rows.sort_values(["kind", "code"], ignore_index=True)
    drawn = _drawn(rows, rows["commune"].map(today["departement"]))
    return Parts(drawn, pd.concat([rejects, far], ignore_index=True))


def _placed(shapes: pd.Series, iris: pd.DataFrame, communes: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The outlines that lie in their commune, None for the others, and these as rejects: another coordinate system than
    the one that the file names puts them elsewhere."""
    of_commune = iris["commune"].map(communes)
    is_known = shapes.notna() & of_commune.notna()
    far = pd.Series(False, index=shapes.index)
    if is_known.any():
        points = shapely.point_on_surface(shapes[is_known].to_numpy(dtype=object))
        far[is_known] = distance_km(pd.Series(points, dtype=object), of_commune[is_known]) > OUT_KM
    lines = [
        (code, code, sentence("outline_elsewhere", code=code, km=OUT_KM, commune=commune))
        for code, commune in iris.loc[far, ["code", "commune"]].itertuples(index=False)
    ]
    kept = shapes.astype(object).where(shapes.notna() & ~far, None)
    return kept, reject_frame(iris_outlines.SOURCE.id, lines)


def _divided(iris: pd.DataFrame, lineage: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IRIS of communes that have several, in today's commune; a commune that is several today is a reject."""
    once = iris.dropna(subset=["iris", "com"]).drop_duplicates("iris")
    several = once[once.groupby("com")["iris"].transform("size") > 1]
    single = lineage[~lineage["code_census"].duplicated(keep=False)].set_index("code_census")["code"]
    today = several["com"].map(single)
    lost = several.loc[today.isna(), "com"].drop_duplicates()
    parts = pd.DataFrame({"kind": Part.IRIS.value, "code": several["iris"], "commune": today}).dropna()
    lines = [(code, code, sentence("iris_of_no_commune", code=code)) for code in lost]
    return parts, reject_frame(iris_2021.SOURCE.id, lines)


def _drawn(rows: pd.DataFrame, departement: pd.Series) -> pd.DataFrame:
    """The rows with outlines cleaned, measured and located, those that have one."""
    measured = [pd.DataFrame(columns=["kind", "code", *_NUMBERS, "geom"])]
    zones = departement.map(zone_of, na_action="ignore")
    drawn = rows[rows["geom"].notna()]
    for (kind, zone), same in drawn.groupby(["kind", zones[drawn.index]]):
        shapes = outlines.clean(gpd.GeoSeries(same.set_index("code")["geom"], crs=_WGS84), COUNTRY.epsg(zone))
        measured.append(outlines.outline_measures(shapes).assign(kind=kind))
    drawn_parts = pd.concat(measured, ignore_index=True)
    table = rows.drop(columns="geom").merge(drawn_parts, on=["kind", "code"], how="left")
    table["geom"] = table["geom"].astype(object).where(table["geom"].notna(), None)
    return table.astype(dict.fromkeys(_NUMBERS, float)).assign(fid=np.arange(1, len(table) + 1))
