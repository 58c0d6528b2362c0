"""GeoPackages that a desktop GIS of any age opens as the screen shows them: coloured, under headings in words."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata import layer_styles

VERSION = "1.2"
"""Of the format: GDAL 3.6 and QGIS 3.22 read it without a warning."""


def layer(path: Path, name: str, frame: pd.DataFrame, title: str) -> None:
    """Add a layer, or a table where `frame` has no geometry, under a title in words."""
    options: dict[str, Any] = {"layer": name, "driver": "GPKG", "layer_options": {"IDENTIFIER": title}}
    if isinstance(frame, gpd.GeoDataFrame):
        options["promote_to_multi"] = True
    if path.exists():
        pyogrio.write_dataframe(frame, path, append=True, **options)
    else:
        pyogrio.write_dataframe(frame, path, dataset_options={"VERSION": VERSION}, **options)


def style(path: Path, name: str, column: str, colours: Mapping[str, str], aliases: Mapping[str, str]) -> None:
    """Paint a layer of polygons by the values of a column, and give its columns headings in words."""
    with closing(sqlite3.connect(path)) as book, book:
        layer_styles.declare(book)
        layer_styles.paint(book, name, column, colours, aliases, name=name)
