"""Opening a database to read it: a GeoPackage file or a PostGIS server."""

from pathlib import Path

import sqlalchemy as sa

from geodata import schema
from geodata.errors import BadInput, DatabaseUnavailable
from geodata.postgresql import SCHEMA, is_postgresql, reading_engine, reason, shown
from geodata.store.held import read_only
from geodata.store.store import Store


def open_store(url: str) -> "Store":
    """Open the database at `url`: a path ending in `.gpkg`, or `postgresql://...`.

    Raises `DatabaseUnavailable` when there is nothing to read there, `BadInput` when the address has another form.
    """
    place, schema_name, path = shown(url), None, None
    if url.endswith(".gpkg"):
        if not Path(url).is_file():
            raise _nothing_at(place)
        path = Path(url)
        engine = read_only(path)
    elif is_postgresql(url):
        engine, schema_name = reading_engine(url), SCHEMA
    else:
        raise BadInput(
            f"« {place} » is not a database address: a path ending in .gpkg is expected, or postgresql://host/database."
        )
    try:
        present = set(sa.inspect(engine).get_table_names(schema_name))
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailable(f"the database at {place} cannot be opened: {reason(error)}.") from error
    except sa.exc.DatabaseError as error:
        raise _another_version(place, reason(error)) from error
    missing = sorted(set(schema.metadata.tables) - {table.name for table in schema.MAY_LACK} - present)
    if schema_name and not present:
        raise _nothing_at(place)
    if missing:
        raise _another_version(place, f"it has no table {', '.join(missing)}")
    return Store(engine, path)


def _nothing_at(place: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"no database at {place}. Build one with: python -m etl build --db {place}   (or: make run)"
    )


def _another_version(place: str, problem: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"{place} is not a database of this version: {problem}. Build it again with: python -m etl build --db {place}"
    )
