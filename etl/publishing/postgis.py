"""Finished tables as one schema of a PostGIS database: write beside, check, swap.

The tables are written in a schema of their own, counted, then take the old ones' name in one short transaction. Until
then the old schema keeps serving; what a killed build left is removed by the next one. Roles that may use the old
schema may read the new one.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
import sqlalchemy as sa
from psycopg import errors, sql
from pyarrow import csv

from geodata import schema
from geodata.errors import CheckFailed
from geodata.geometry import Geometry, as_geometries, to_postgis
from geodata.postgresql import SCHEMA, SWAP_LOCK, connect, reason, shown
from geodata.sentences import Sentence, sentence

_NEXT, _OLD = f"{SCHEMA}_next", f"{SCHEMA}_old"
_BUILD_LOCK = "hashtext('reliance_next')"
_WAIT_SECONDS = 30
_BATCH = 20_000
_CSV = csv.WriteOptions(include_header=False)


def make_ready(url: str) -> None:
    """Make sure that the database at `url` has PostGIS and a place for the tables. Raises `CheckFailed`."""
    with _server(url) as engine, engine.begin() as connection:
        if not connection.scalar(sa.text("SELECT has_database_privilege(current_database(), 'CREATE')")):
            raise _not_written(url, sentence("no_right_to_create"))
        if connection.scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")) == 0:
            try:
                connection.execute(sa.text("CREATE EXTENSION postgis"))
            except sa.exc.DBAPIError as error:
                raise _not_written(url, sentence("no_postgis", error=reason(error))) from error
        if connection.scalar(sa.text("SELECT to_regtype('geometry') IS NULL")):
            place = connection.scalar(
                sa.text("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'postgis'")
            )
            raise _not_written(url, sentence("no_right_to_use", schema=place))


def replace(tables: dict[str, pd.DataFrame], url: str) -> None:
    """Put checked `tables` in place of those of the database at `url`.

    Raises `CheckFailed` when they cannot be written whole, or while another build is being written there: what was
    there before is untouched.
    """
    with _server(url) as engine, engine.connect() as alone:
        if not alone.scalar(sa.text(f"SELECT pg_try_advisory_lock({_BUILD_LOCK})")):
            raise _not_written(url, sentence("another_build"))
        # The lock belongs to the session, so it ends with it, however this process ends.
        alone.commit()
        _write(engine, tables)
        _check(engine, tables, url)
        _swap(engine)
        _drop_old(engine)


@contextmanager
def _server(url: str) -> Iterator[sa.Engine]:
    engine = connect(url)
    try:
        yield engine
    except (sa.exc.DBAPIError, psycopg.Error) as error:
        raise _not_written(url, reason(error)) from error
    finally:
        engine.dispose()


def _not_written(url: str, why: Sentence | str) -> CheckFailed:
    return CheckFailed(sentence("database_not_written", place=shown(url), why=why))


@contextmanager
def _briefly_locking(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that gives up rather than keep readers waiting behind it for long."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'"))
        yield connection


def _write(engine: sa.Engine, tables: dict[str, pd.DataFrame]) -> None:
    with _briefly_locking(engine) as connection:
        for left in (_NEXT, _OLD):
            connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {left} CASCADE"))
        connection.execute(sa.schema.CreateSchema(_NEXT))
        beside = connection.execution_options(schema_translate_map={None: _NEXT})
        schema.metadata.create_all(beside)
        for table in schema.metadata.sorted_tables:
            _copy(beside, table, tables[table.name])
        for role in _readers(beside):
            beside.execute(sa.text(f"GRANT USAGE ON SCHEMA {_NEXT} TO {role}"))
            beside.execute(sa.text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {_NEXT} TO {role}"))
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(sa.text(f"ANALYZE {_NEXT}.{table.name}"))


def _copy(connection: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(_NEXT, table.name), names)
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for start in range(0, len(frame), _BATCH):
            part = frame.iloc[start : start + _BATCH]
            columns = {name: _cells(part[name], table.columns[name]) for name in frame.columns}
            rows = io.BytesIO()
            csv.write_csv(pa.table(columns), rows, _CSV)
            copy.write(rows.getbuffer())


def _cells(values: pd.Series, column: sa.Column) -> pa.Array:
    """Values as COPY reads them: an empty cell is NULL, an empty text is quoted."""
    if isinstance(column.type, Geometry):
        return pa.array(to_postgis(as_geometries(values)), pa.string())
    if isinstance(column.type, sa.LargeBinary):
        return pa.array([None if body is None else rf"\x{body.hex()}" for body in values], pa.string())
    kind = {sa.Integer: pa.int64(), sa.Double: pa.float64()}.get(type(column.type), pa.string())
    return pa.array(values.astype(object), kind, from_pandas=True)


def _readers(connection: sa.Connection) -> list[str]:
    """Roles, quoted, that may use the schema in place beside its owner."""
    query = (
        "SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END "
        "FROM pg_namespace, aclexplode(nspacl) "
        "WHERE nspname = :place AND privilege_type = 'USAGE' AND grantee <> nspowner"
    )
    return list(connection.scalars(sa.text(query), {"place": SCHEMA}))


def _check(engine: sa.Engine, tables: dict[str, pd.DataFrame], url: str) -> None:
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            count = connection.scalar(sa.text(f"SELECT count(*) FROM {_NEXT}.{table.name}"))
            if count != len(tables[table.name]):
                rows = {"count": count, "all": len(tables[table.name])}
                raise _not_written(url, sentence("rows_lost", table=table.name, **rows))


def _swap(engine: sa.Engine) -> None:
    """The old schema steps aside and the new one takes its name, between two questions."""
    with _briefly_locking(engine) as connection:
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({SWAP_LOCK})"))
        if connection.scalar(sa.text("SELECT count(*) FROM pg_namespace WHERE nspname = :place"), {"place": SCHEMA}):
            connection.execute(sa.text(f"ALTER SCHEMA {SCHEMA} RENAME TO {_OLD}"))
        connection.execute(sa.text(f"ALTER SCHEMA {_NEXT} RENAME TO {SCHEMA}"))


def _drop_old(engine: sa.Engine) -> None:
    """Remove the old tables, unless somebody still reads them in another tool: then the next build does."""
    try:
        with _briefly_locking(engine) as connection:
            connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {_OLD} CASCADE"))
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, errors.LockNotAvailable):
            raise
