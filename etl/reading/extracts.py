"""Places of an extract of OpenStreetMap or Overture: features with a class and a point, as text, whatever file holds
them (GeoParquet, GeoPackage, GeoJSON, or CSV with `lon` and `lat`)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow
import pyarrow.parquet as pq
import pyogrio
import shapely

from etl.reading.candidate import Candidate, peek
from etl.reading.documents import mentions
from etl.reading.numbers import numbers
from etl.reading.tables import Layout
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Snapshot

_WGS84 = 4326
_LAYERS = ("layer", "parquet")


def holds_places(candidate: Candidate, *keys: str) -> bool:
    """Whether the file is of features that have every one of `keys`."""
    if candidate.kind in _LAYERS:
        return candidate.has(*keys)
    return mentions(candidate, *keys, "geometry")


def read_places(snapshot: Snapshot, layout: Layout, keys: Sequence[str], others: Sequence[str]) -> pd.DataFrame:
    """The features of a file as published: text columns, what is nested as JSON, with `lon` and `lat` (text, WGS 84;
    those of a point inside where the feature is an outline). Indexed by row from 1. Raises `BadInput`.

    `layout` reads a CSV; `keys` name the layers of a GeoPackage. Of the other columns only `others` are read: an
    extract has as many as its features have tags, thousands.
    """
    whole, name, wanted = peek(snapshot.path), snapshot.path.name, [*keys, *others]
    if whole.kind == "text":
        return layout.read(snapshot)
    try:
        if whole.kind == "parquet":
            own = [column for column in whole.columns if column in (*wanted, _outlines_of(snapshot.path))]
            frames = [gpd.read_parquet(snapshot.path, columns=own)]
        else:
            # Points, lines and areas are layers of one extract.
            layers: list[str | None] = [part.member for part in whole.inside if holds_places(part, *keys)] or [None]
            frames = [pyogrio.read_dataframe(snapshot.path, columns=wanted, layer=layer) for layer in layers]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.GeometryError, ValueError, pyarrow.ArrowException) as error:
        raise BadInput(sentence("geopackage_unreadable", file=name, error=error)) from error
    if not all(isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None for frame in frames):
        raise BadInput(sentence("places_without_system", file=name))
    frame = pd.concat([frame.to_crs(_WGS84) for frame in frames], ignore_index=True)
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    raw = pd.DataFrame({column: frame[column].map(_text) for column in frame.columns if column != frame.geometry.name})
    raw = raw.assign(lon=_degrees(shapely.get_x(points)), lat=_degrees(shapely.get_y(points)))
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="line")
    raw.attrs["file"] = name
    return raw


def _outlines_of(path: Path) -> str:
    """The column of outlines that a GeoParquet file names; empty where it names none."""
    about = (pq.read_schema(path).metadata or {}).get(b"geo", b"{}")
    return str(json.loads(about).get("primary_column", ""))


def _degrees(values: Any) -> list[str]:
    return ["" if value != value else f"{value:.7f}" for value in values]


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return str(value)


def nested(cells: pd.Series, key: str) -> pd.Series:
    """What JSON objects written in `cells` hold under `key`, as text; empty where there is none."""
    return cells.map(lambda text: _held(text, key))


def _held(text: str, key: str) -> str:
    try:
        value = json.loads(text) if text else {}
    except json.JSONDecodeError:
        return ""
    return _text(value.get(key)) if isinstance(value, dict) else ""


def service_rows(raw: pd.DataFrame, key: str, code: str) -> pd.DataFrame:
    """What `service_frame.accept` asks of places: their point says in which territory they are. `key` and `code` are
    the columns of their identifier and of their class."""
    return pd.DataFrame(
        {
            "key": raw[key],
            "name": raw["name"],
            "code": raw[code],
            "code_insee": "",
            "lon": numbers(raw["lon"]),
            "lat": numbers(raw["lat"]),
            "seen_on": raw.get("seen_on", ""),
        }
    )
