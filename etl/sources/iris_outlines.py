"""Outlines of IRIS that an agency hands in (IGN and Insee, « Contours… IRIS »): GeoPackage or GeoJSON.

Layout: polygons with `code_iris` (nine characters) and, where it is there, `nom_iris`, in capitals or not, in any
coordinate system that the file names. Only the outline and the name are read: an IRIS that the base census has not adds
nothing.
"""

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from etl.reading.documents import mentions
from etl.reading.intake import Candidate, peek
from etl.reading.observations import refuse_rows
from etl.reading.tables import IRIS
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="iris_outlines",
    title="Contours des IRIS",
    producer="IGN et Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.geopf.fr/wfs/ows",
    tier=Tier.OFFICIAL,
    description="Contours des IRIS, pour les dessiner dans une ville.",
)

_CODE, _NAME = "code_iris", "nom_iris"
_WGS84 = 4326


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds polygons named by the code of an IRIS."""
    return _layer(candidate) is not None or any(mentions(candidate, key, "geometry") for key in (_CODE, _CODE.upper()))


def _layer(candidate: Candidate) -> str | None:
    """The first layer of a GeoPackage with codes of IRIS and outlines."""
    for part in candidate.inside:
        if part.kind == "layer" and _CODE in map(str.lower, part.columns):
            kind = pyogrio.read_info(candidate.path, layer=part.member)["geometry_type"]
            if kind and "Polygon" in kind:
                return part.member
    return None


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Text columns `code_iris` and `nom_iris` (empty where there is none), and `geom` in WGS 84. Raises `BadInput`."""
    name = snapshot.path.name
    layer = _layer(peek(snapshot.path))
    try:
        frame = pyogrio.read_dataframe(snapshot.path, **({"layer": layer} if layer else {}))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError) as error:
        raise BadInput(sentence("geopackage_unreadable", file=name, error=error)) from error
    columns = {str(column).lower(): column for column in frame.columns}
    if not isinstance(frame, gpd.GeoDataFrame) or _CODE not in columns or frame.crs is None:
        raise BadInput(sentence("outlines_without_system", file=name))
    named = frame[columns[_NAME]] if _NAME in columns else pd.Series("", index=frame.index)
    raw = pd.DataFrame(
        {
            _CODE: frame[columns[_CODE]].astype(str),
            _NAME: named.astype(object).where(named.notna(), "").astype(str),
            "geom": frame.geometry.to_crs(_WGS84).to_numpy(),
        }
    )
    raw.attrs["file"] = name
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IRIS: `code, name` (None where the file gives none), `geom` (polygons, WGS 84); and the rejects."""
    shapes = raw["geom"].to_numpy(dtype=object)
    is_area = pd.Series(shapely.get_dimensions(shapes) == 2, index=raw.index)
    west, south, east, north = shapely.bounds(shapes).T
    is_placed = pd.Series((west >= -180) & (east <= 180) & (south >= -90) & (north <= 90), index=raw.index)
    rows = pd.DataFrame({"code": raw[_CODE], "name": raw[_NAME].where(raw[_NAME] != "", None), "geom": raw["geom"]})
    reasons = {
        sentence("column_not_of_kind", column=_CODE, kind=IRIS.sentence): ~IRIS.fits(raw[_CODE]),
        sentence("no_polygon"): ~is_area | ~is_placed,
        sentence("iris_on_line_above"): raw[_CODE].duplicated(),
    }
    return refuse_rows(rows, SOURCE.id, raw[_CODE], reasons)
