"""Colours and headings of a layer of a GeoPackage, in QGIS's own `layer_styles` table: other software ignores it."""

import sqlite3
from collections.abc import Mapping
from html import escape

TABLE = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
description TEXT, owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""


def declare(book: sqlite3.Connection) -> None:
    """Make the table of styles, and register it as the format asks."""
    book.execute(TABLE)
    book.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "SELECT 'layer_styles', 'attributes', 'Styles des couches', max(last_change) FROM gpkg_contents"
    )


def paint(
    book: sqlite3.Connection,
    layer: str,
    column: str,
    colours: Mapping[str, str],
    aliases: Mapping[str, str],
    *,
    name: str,
    is_default: bool = True,
) -> None:
    """Paint a layer of polygons by the values of a column, and give its columns headings in words. `colours` are
    #rrggbb by value; `name` is what the menu of styles calls it."""
    book.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner, update_time) "
        "SELECT '', '', ?, 'geom', ?, ?, '', ?, 'Reliance', '', max(last_change) FROM gpkg_contents",
        (layer, name, _qml(column, colours, aliases), int(is_default)),
    )


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
