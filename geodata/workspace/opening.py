"""Open the workspace: one engine for SQLite or PostgreSQL, and the schema brought up to date before anything else."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from geodata.errors import BadInput, WorkspaceUnavailable
from geodata.postgresql import connect, is_postgresql, reason, shown
from geodata.workspace.workspace import Workspace

if TYPE_CHECKING:
    import psycopg

MIGRATIONS = Path(__file__).parent / "migrations"

SCHEMA = "reliance_workspace"
"""Schema of its tables in PostgreSQL."""

_WAIT_SECONDS = 20
"""How long a writer waits for another one."""


def open_workspace(url: str) -> Workspace:
    """Open the workspace at `url`, a path ending in `.sqlite` or `postgresql://...`; create it when there is none.

    Raises `WorkspaceUnavailable` when it cannot be read or written, or was written by a newer version of this code;
    `BadInput` when the address has another form. A file that cannot be read is left as it is.
    """
    engine = engine_of(url, SCHEMA, "workspace")
    try:
        _migrate(engine, url)
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        raise WorkspaceUnavailable(
            f"the workspace at {shown(url)} cannot be opened ({reason(error)}). It holds the plans "
            "and corrections that users wrote, so it is left as it is. Check that its folder can be written, that "
            "the server answers, or put back the last good copy; another place is chosen with --workspace."
        ) from error
    return Workspace(engine, None if is_postgresql(url) else Path(url))


def workspace_path(db: str) -> str:
    """Where the workspace of a database is by default: another file in the same folder, which no build replaces."""
    return str(Path("var/isolation.gpkg" if is_postgresql(db) else db).with_name("workspace.sqlite"))


def copy_file(path: Path, out: Path) -> None:
    """Copy an SQLite file, with what its journal holds, while others write in it; `out` is replaced in one step."""
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as source, closing(sqlite3.connect(out)) as target:
        source.backup(target)


def _copy_schema(connection: sa.Connection, name: str) -> None:
    """The tables as they are, in a schema beside; a server that has one already keeps it: it is the older."""
    if sa.inspect(connection).has_schema(name):
        return
    connection.execute(sa.schema.CreateSchema(name))
    for table in sa.inspect(connection).get_table_names(SCHEMA):
        connection.exec_driver_sql(f'CREATE TABLE {name}."{table}" AS TABLE {SCHEMA}."{table}"')


def engine_of(url: str, schema: str, noun: str) -> sa.Engine:
    """Engine over a small database that is written by several at once: a file ending in `.sqlite`, or the schema
    `schema` of a PostgreSQL server. `noun` (workspace, accounts) is its name in messages and of its option.

    Raises `BadInput` when the address has another form, `WorkspaceUnavailable` when its folder cannot be made.
    """
    if is_postgresql(url):
        engine = connect(url)
        sa.event.listen(engine, "connect", lambda connection, _record: _choose_schema(connection, schema))
        return engine
    if not url.endswith(".sqlite"):
        raise BadInput(
            f"« {shown(url)} » is not an address for the {noun}: a path ending in .sqlite or postgresql://... is "
            "expected."
        )
    path = Path(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceUnavailable(
            f"the {noun} {url} cannot be created ({error.strerror}). Give a folder that can be written with --{noun}."
        ) from error
    engine = sa.create_engine(
        "sqlite://",
        # SQLAlchemy says when a transaction begins; the driver would guess.
        creator=lambda: sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False),
        poolclass=sa.pool.NullPool,
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    # A reader never waits for a writer, and a write that was acknowledged survives a cut of power.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    # A transaction that will write says so at once: two writers then follow one another instead of failing halfway.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")


def _choose_schema(connection: "psycopg.Connection", schema: str) -> None:
    connection.execute(f"SET search_path TO {schema}")
    connection.commit()


def make_schema(connection: sa.Connection, schema: str) -> None:
    """A schema apart from that of the build and from whatever else the database holds; one process at a time."""
    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock(hashtext('{schema}'))"))
    if not sa.inspect(connection).has_schema(schema):
        connection.execute(sa.schema.CreateSchema(schema))


def _migrate(engine: sa.Engine, url: str) -> None:
    # Files are named by the schema that they lead to.
    steps = {path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py")}
    newest = max(steps)
    with engine.connect().execution_options(reads=True) as connection:
        is_new = not sa.inspect(connection).has_table("alembic_version")
        present = None if is_new else connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if present == newest:
        return
    if present is not None and present not in steps:
        raise WorkspaceUnavailable(
            f"the workspace at {shown(url)} was written by a newer version of Reliance (schema {present}, this one "
            f"knows {newest}): nothing was changed. Run that newer version, or choose another "
            "workspace with --workspace."
        )
    if present is not None and not is_postgresql(url):
        copy_file(Path(url), Path(f"{url}.before-{newest}"))
    # Here, since an opening seldom has a step to take and Alembic takes a sixth of a second to import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if is_postgresql(url):
            make_schema(connection, SCHEMA)
            if present is not None:
                _copy_schema(connection, f"{SCHEMA}_before_{newest}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
