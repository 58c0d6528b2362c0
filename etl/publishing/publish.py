"""Publish finished tables whole or not at all, as a GeoPackage or in PostGIS, and read them back to be checked."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl.publishing import geopackage, postgis
from geodata import schema
from geodata.errors import SchemaError, UsageError
from geodata.frames import check
from geodata.geometry import Geometry, as_geometries, to_geopackage
from geodata.postgresql import is_postgresql, shown
from geodata.store import open_store

Tables = dict[str, pd.DataFrame]


def publish(tables: Tables, url: str, *, date: str) -> None:
    """Put `tables` in place of what is at `url`, a path ending in .gpkg or postgresql://..., in one move.

    Raises `SchemaError` naming every frame that does not follow its declaration, `UsageError` and `CheckFailed` as
    `destination` does, and `CheckFailed` when they cannot be written whole: what was there before is untouched. `date`
    (ISO 8601) is written in a GeoPackage.
    """
    destination(url)
    checked = _checked(tables)
    if is_postgresql(url):
        postgis.replace(checked, url)
    else:
        geopackage.replace(checked, Path(url), date)


def destination(url: str) -> None:
    """Make sure that a database can be written at `url`. Ask before a long build.

    Raises `UsageError` when `url` is not an address of a database, `CheckFailed` when nothing can be written there.
    """
    if is_postgresql(url):
        postgis.make_ready(url)
    elif url.endswith(".gpkg"):
        geopackage.make_ready(Path(url))
    else:
        raise UsageError(
            f"« {shown(url)} » is not a database this command can write: a path ending in .gpkg is expected, or "
            "postgresql://host/database."
        )


def _checked(tables: Tables) -> Tables:
    """Every table with its declared columns; one `SchemaError` lists the problems of all."""
    checked, problems = {}, []
    for table in schema.metadata.sorted_tables:
        if table.name not in tables:
            problems.append(f"table {table.name} is missing")
            continue
        try:
            checked[table.name] = check(tables[table.name], table)
        except SchemaError as error:
            problems.append(str(error))
    if problems:
        raise SchemaError("the tables cannot be published:\n" + "\n".join(f"- {problem}" for problem in problems))
    return checked


def read_back(url: str) -> Tables:
    """Tables of the published database at `url`, without outlines and bodies. Raises `DatabaseUnavailable`."""
    store = open_store(url)
    with store.one_build():
        return {table.name: store.table(table, without=("geom", "body")) for table in schema.metadata.sorted_tables}


def read_whole(url: str) -> Tables:
    """Every table of the published database at `url`, whole. Raises `DatabaseUnavailable`."""
    store = open_store(url)
    with store.one_build():
        return {table.name: store.table(table) for table in schema.metadata.sorted_tables}


def content_hash(tables: Tables) -> str:
    """SHA-256 of every cell of every table in declared order: the same for two builds of the same sources and code."""
    digest = hashlib.sha256()
    for table in schema.metadata.sorted_tables:
        if table.name == "build":
            continue
        frame = tables[table.name]
        for column in table.columns:
            if column.name in frame:
                digest.update(f"{table.name}.{column.name}:{len(frame)}".encode())
                digest.update(_bytes(frame[column.name], column))
    return digest.hexdigest()


def _bytes(values: pd.Series, column: sa.Column) -> bytes:
    if isinstance(column.type, Geometry):
        return b"".join(blob or b"\0" for blob in to_geopackage(as_geometries(values)))
    if isinstance(column.type, (sa.Double, sa.Integer)):
        return np.ascontiguousarray(values.to_numpy(dtype="float64")).tobytes()
    if isinstance(column.type, sa.LargeBinary):
        return b"".join(values)
    cells = values.to_numpy(dtype=object, copy=True)
    cells[values.isna().to_numpy()] = "\0"
    return "\x1f".join(map(str, cells)).encode()
