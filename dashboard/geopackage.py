"""GeoPackages that a desktop GIS opens as the screen shows them: coloured, under headings in words, whatever its age.

Colours and headings travel as QGIS's own `layer_styles` table, which other software leaves alone.
"""

import sqlite3
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

VERSION = "1.2"
"""Of the format: GDAL 3.6 and QGIS 3.22 read it without a warning."""

_STYLES = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
description TEXT, owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""


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
    qml = _qml(column, colours, aliases)
    book = sqlite3.connect(path)
    try:
        with book:
            book.execute(_STYLES)
            book.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, "
                "styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')",
                (name, name, qml, "Reliance"),
            )
            book.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
                "VALUES ('layer_styles', 'attributes', 'layer_styles')"
            )
    finally:
        book.close()


def _qml(column: str, colours: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    categories = "".join(
        f'<category value="{escape(value)}" label="{escape(value)}" symbol="{number}" render="true"/>'
        for number, value in enumerate(colours)
    )
    symbols = "".join(
        f'<symbol type="fill" name="{number}" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map">'
        f'<Option name="color" value="{_rgb(colour)}" type="QString"/>'
        '<Option name="outline_color" value="17,17,17,255" type="QString"/>'
        '<Option name="outline_width" value="0.1" type="QString"/></Option></layer></symbol>'
        for number, colour in enumerate(colours.values())
    )
    names = "".join(
        f'<alias index="{index}" field="{escape(field)}" name="{escape(title)}"/>'
        for index, (field, title) in enumerate(aliases.items(), start=1)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology|Fields">'
        f'<renderer-v2 type="categorizedSymbol" attr="{escape(column)}" enableorderby="0" forceraster="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2><aliases>{names}</aliases></qgis>"
    )


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
