"""Finished tables as one GeoPackage: write beside, check, swap.

The file follows OGC 12-128r18: feature tables with an R-tree index and its triggers, attribute tables registered, so
that QGIS opens it as it is. Until the last rename the old database keeps serving; a killed or failed build leaves it
whole.
"""

import errno
import os
import time
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from etl.publishing import gis_layers
from geodata import schema
from geodata.errors import CheckFailed
from geodata.geometry import SRID, Geometry, as_geometries, to_geopackage
from geodata.sentences import Sentence, sentence

_APPLICATION_ID = 0x47504B47  # "GPKG"
_USER_VERSION = 10300
_BATCH = 20_000
_ABANDONED_S = 3600


def replace(tables: dict[str, pd.DataFrame], target: Path, date: str) -> None:
    """Write checked `tables` to the GeoPackage `target`, replacing it in one rename. `date` is written inside.

    Raises `CheckFailed` when the file cannot be written whole (full disk): what was there before is untouched.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        _remove_abandoned(target)
        _write(tables, beside, date)
        _flush(beside)
        os.replace(beside, target)
        # A GIS that had the old file open in write-ahead mode left these: they are none of the new one.
        for left in ("-wal", "-shm"):
            target.with_name(target.name + left).unlink(missing_ok=True)
    except (OSError, sa.exc.DatabaseError) as error:
        raise _not_written(target, _words(error)) from error
    finally:
        beside.unlink(missing_ok=True)
        beside.with_name(beside.name + "-journal").unlink(missing_ok=True)


def make_ready(target: Path) -> None:
    """Make the folder of `target`. Raises `CheckFailed` when nothing can be written there."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(target, _words(error)) from error
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise _not_written(target, sentence("not_a_file_to_write"))


def _not_written(target: Path, why: Sentence | str) -> CheckFailed:
    return CheckFailed(sentence("database_file_not_written", place=target, why=why))


def _remove_abandoned(target: Path) -> None:
    """Remove what killed builds left beside the database; a build that still writes has touched its file just now."""
    for path in target.parent.iterdir():
        is_beside = path.name.startswith(f".{target.name}.") and ".tmp" in path.name
        if is_beside and time.time() - path.stat().st_mtime > _ABANDONED_S:
            path.unlink(missing_ok=True)


def _write(tables: dict[str, pd.DataFrame], path: Path, date: str) -> None:
    path.unlink(missing_ok=True)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        # One transaction in a file nobody else reads: no journal to sync.
        for pragma in (f"application_id = {_APPLICATION_ID}", f"user_version = {_USER_VERSION}", "synchronous = OFF"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        connection.exec_driver_sql("PRAGMA page_size = 4096")
        _register(connection, tables, date)
        for table in schema.metadata.sorted_tables:
            connection.execute(sa.schema.CreateTable(table))
            # A table holds its indexes as a set: in the order of their names, two builds have the same bytes.
            for index in sorted(table.indexes, key=attrgetter("name")):
                index.create(connection)
        for table in schema.metadata.sorted_tables:
            _insert(connection, table, tables[table.name])
        for table in schema.FEATURE_TABLES:
            _index_geometry(connection, table, tables[table.name])
        book: Any = connection.connection.driver_connection
        gis_layers.add(book, date)
        connection.commit()
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _insert(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    columns = {name: _native(frame[name], table.columns[name]) for name in frame.columns}
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    rows = list(zip(*columns.values(), strict=True))
    for start in range(0, len(rows), _BATCH):
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows[start : start + _BATCH]
        )


def _native(values: pd.Series, column: sa.Column) -> list:
    """Values as the driver wants them: missing ones become NULL whatever pandas calls them."""
    if isinstance(column.type, Geometry):
        return to_geopackage(as_geometries(values))
    if isinstance(column.type, (sa.Integer, sa.Double)):
        numbers, missing = values.to_numpy(dtype="float64", na_value=np.nan), values.isna().to_numpy()
        whole = np.where(missing, 0, numbers).astype("int64") if isinstance(column.type, sa.Integer) else numbers
        cells = whole.astype(object)
    else:
        cells, missing = values.to_numpy(dtype=object, copy=True), values.isna().to_numpy()
    cells[missing] = None
    return cells.tolist()


TITLES = {
    "access": "Service le plus proche de chaque commune, par sorte",
    "alias": "Autres noms de territoires",
    "build": "Comment cette base a été faite",
    "category": "Sortes de services",
    "cell_reach": "Ce qu’atteignent les carreaux de population",
    "completeness": "Ce que valent les listes, par département",
    "contribution": "Ce qui écarte une part de celle des jumeaux",
    "cumulation": "Facteurs qui se cumulent",
    "direct_estimate": "Parts mesurées par des enquêtes",
    "estimate": "Isolement estimé",
    "family_access": "Service le plus proche, par famille",
    "indicator": "Indicateurs : définitions",
    "indicator_value": "Indicateurs : valeurs par territoire",
    "local_rate": "Parts mesurées par une agence",
    "part": "Arrondissements et IRIS",
    "pathway_function": "Fonctions des parcours",
    "postcode": "Codes postaux",
    "reject": "Lignes refusées ou réparées",
    "road_reach": "Trajets par la route entre communes",
    "screen_layer": "Contours simplifiés pour l’écran",
    "service": "Services en place",
    "snapshot": "Fichiers lus",
    "source": "Sources lues",
    "square_group": "Groupes de carreaux de population",
    "territory": "Territoires",
    "twin": "Territoires jumeaux",
}
"""What a GIS calls each table: the first readers of the file are French."""


def _register(connection: sa.Connection, tables: dict[str, pd.DataFrame], date: str) -> None:
    """The GeoPackage's own tables (clauses 1.1.2, 1.1.3, 2.1.5, 2.3.2)."""
    for statement in _GEOPACKAGE_TABLES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined cartesian", -1, "NONE", -1, "undefined", None),
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
            ("WGS 84 geodetic", SRID, "EPSG", SRID, _WGS84_WKT, "longitude/latitude coordinates in decimal degrees"),
        ],
    )
    features = {table.name for table in schema.FEATURE_TABLES}
    for table in schema.metadata.sorted_tables:
        is_feature = table.name in features
        bounds = _bounds(tables[table.name]) if is_feature else (None,) * 4
        connection.exec_driver_sql(
            "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (table.name, "features" if is_feature else "attributes", TITLES[table.name], table.comment or "",
             f"{date}T00:00:00.000Z", *bounds, SRID if is_feature else None),
        )  # fmt: skip
    for table in schema.FEATURE_TABLES:
        geometry: Any = table.columns["geom"].type
        connection.exec_driver_sql(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
            (table.name, geometry.kind, SRID),
        )
        connection.exec_driver_sql(
            "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            (table.name, "http://www.geopackage.org/spec120/#extension_rtree"),
        )


def _bounds(frame: pd.DataFrame) -> tuple:
    if frame.empty:
        return (None,) * 4
    return tuple(float(v) for v in shapely.total_bounds(as_geometries(frame["geom"])))


def _index_geometry(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    """R-tree index of a feature table and the triggers that keep it true when a desktop GIS edits a copy."""
    name = table.name
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE rtree_{name}_geom USING rtree(id, minx, maxx, miny, maxy)")
    bounds = shapely.bounds(as_geometries(frame["geom"]))
    is_known = ~np.isnan(bounds[:, 0])
    rows = [
        (int(fid), float(west), float(east), float(south), float(north))
        for fid, (west, south, east, north) in zip(frame["fid"][is_known], bounds[is_known], strict=True)
    ]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO rtree_{name}_geom VALUES (?, ?, ?, ?, ?)", rows)
    for statement in _RTREE_TRIGGERS:
        connection.exec_driver_sql(statement.format(t=name, c="geom", i="fid"))


def _flush(path: Path) -> None:
    """Force the finished file to disk before it takes the old one's place."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _words(error: Exception) -> str:
    text = str(getattr(error, "orig", error))
    full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in text
    return "the disk is full, free some space" if full else text


_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

_GEOPACKAGE_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT
    NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)

# Annex F.3 of the standard; ST_* functions are those of the GIS that edits the file.
_RTREE_TRIGGERS = (
    """CREATE TRIGGER rtree_{t}_{c}_insert AFTER INSERT ON {t} WHEN (new.{c} NOT NULL AND NOT ST_IsEmpty(NEW.{c}))
    BEGIN INSERT OR REPLACE INTO rtree_{t}_{c} VALUES (NEW.{i}, ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}), ST_MinY(NEW.{c}),
    ST_MaxY(NEW.{c})); END""",
    """CREATE TRIGGER rtree_{t}_{c}_update6 AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND
    (NEW.{c} NOTNULL AND NOT ST_IsEmpty(NEW.{c})) AND (OLD.{c} NOTNULL AND NOT ST_IsEmpty(OLD.{c}))
    BEGIN UPDATE rtree_{t}_{c} SET minx = ST_MinX(NEW.{c}), maxx = ST_MaxX(NEW.{c}), miny = ST_MinY(NEW.{c}),
    maxy = ST_MaxY(NEW.{c}) WHERE id = NEW.{i}; END""",
    """CREATE TRIGGER rtree_{t}_{c}_update7 AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND
    (NEW.{c} NOTNULL AND NOT ST_IsEmpty(NEW.{c})) AND (OLD.{c} ISNULL OR ST_IsEmpty(OLD.{c}))
    BEGIN INSERT INTO rtree_{t}_{c} VALUES (NEW.{i}, ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}), ST_MinY(NEW.{c}),
    ST_MaxY(NEW.{c})); END""",
    """CREATE TRIGGER rtree_{t}_{c}_update2 AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND
    (NEW.{c} ISNULL OR ST_IsEmpty(NEW.{c})) BEGIN DELETE FROM rtree_{t}_{c} WHERE id = OLD.{i}; END""",
    """CREATE TRIGGER rtree_{t}_{c}_update5 AFTER UPDATE ON {t} WHEN OLD.{i} != NEW.{i} AND
    (NEW.{c} NOTNULL AND NOT ST_IsEmpty(NEW.{c})) BEGIN DELETE FROM rtree_{t}_{c} WHERE id = OLD.{i};
    INSERT OR REPLACE INTO rtree_{t}_{c} VALUES (NEW.{i}, ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}), ST_MinY(NEW.{c}),
    ST_MaxY(NEW.{c})); END""",
    """CREATE TRIGGER rtree_{t}_{c}_update4 AFTER UPDATE ON {t} WHEN OLD.{i} != NEW.{i} AND
    (NEW.{c} ISNULL OR ST_IsEmpty(NEW.{c})) BEGIN DELETE FROM rtree_{t}_{c} WHERE id IN (OLD.{i}, NEW.{i}); END""",
    """CREATE TRIGGER rtree_{t}_{c}_delete AFTER DELETE ON {t} WHEN old.{c} NOT NULL
    BEGIN DELETE FROM rtree_{t}_{c} WHERE id = OLD.{i}; END""",
)
