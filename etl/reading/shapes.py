"""Outlines that a file gives with a column of codes: GeoPackage or GeoJSON, in any coordinate system that it names."""

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from etl.reading.candidate import Candidate, peek
from etl.reading.documents import mentions
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Snapshot

_WGS84 = 4326


def holds_shapes(candidate: Candidate, key: str) -> bool:
    """Whether the file has outlines and a column `key`, in capitals or not."""
    if layers_of(candidate, key):
        return True
    return any(mentions(candidate, name, "geometry", at_end=True) for name in (key, key.upper()))


def layers_of(candidate: Candidate, key: str) -> list[str]:
    """The layers of a GeoPackage with outlines and a column `key`."""
    layers = [part for part in candidate.inside if part.kind == "layer" and key in map(str.lower, part.columns)]
    kinds = (pyogrio.read_info(candidate.path, layer=part.member)["geometry_type"] for part in layers)
    return [part.member for part, kind in zip(layers, kinds, strict=True) if kind and "Polygon" in kind]


def read_shapes(snapshot: Snapshot, key: str, *others: str) -> pd.DataFrame:
    """Text columns `key` and those of `others` (named in small letters; empty where the file has none), and `geom` in
    WGS 84; indexed by row from 1. Raises `BadInput` where the file has no outline, several layers of them, or names no
    coordinate system."""
    name = snapshot.path.name
    layers = layers_of(peek(snapshot.path), key)
    if len(layers) > 1:
        raise BadInput(sentence("about", subject=name, problem=sentence("several_layers", layers=", ".join(layers))))
    try:
        frame = pyogrio.read_dataframe(snapshot.path, layer=next(iter(layers), None))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError) as error:
        raise BadInput(sentence("geopackage_unreadable", file=name, error=error)) from error
    columns = {str(column).lower(): column for column in frame.columns}
    if not isinstance(frame, gpd.GeoDataFrame) or key not in columns or frame.crs is None:
        raise BadInput(sentence("outlines_without_system", file=name, column=key))
    raw = pd.DataFrame({column: _text(frame, columns.get(column)) for column in (key, *others)})
    raw["geom"] = frame.geometry.to_crs(_WGS84).to_numpy()
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="line")
    raw.attrs["file"] = name
    return raw


def _text(frame: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None:
        return pd.Series("", index=frame.index)
    values = frame[column].astype(object)
    return values.where(values.notna(), "").map(_written)


def _written(value: object) -> str:
    """A cell as its producer writes it: a whole number that was read as one with decimals has none."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def is_area(shapes: pd.Series) -> pd.Series:
    """Which outlines are polygons somewhere on the globe."""
    geometries = shapes.to_numpy(dtype=object)
    west, south, east, north = shapely.bounds(geometries).T
    is_placed = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return pd.Series((shapely.get_dimensions(geometries) == 2) & is_placed, index=shapes.index)
