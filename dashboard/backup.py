"""Copies of the workspace: whole while people write, checked before they take a name, put back without a stop."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from geodata.errors import BadInput, OutputUnavailable, UsageError, WorkspaceUnavailable
from geodata.postgresql import connect, is_postgresql, reason, shown
from geodata.workspace.opening import SCHEMA, copied, open_workspace
from geodata.workspace.tables import Base

_PROGRAMS = Path("/usr/lib/postgresql")


def backup(url: str, out: Path) -> Path:
    """Write a whole copy of the workspace at `url` into the folder or the file `out`; returns its path.

    A copy of an SQLite workspace is such a workspace, one of a PostgreSQL one an archive of `pg_dump`. Raises
    `WorkspaceUnavailable`, `OutputUnavailable`; a copy is there whole or not at all.
    """
    is_server = is_postgresql(url)
    if not is_server and not Path(url).is_file():
        raise WorkspaceUnavailable(f"there is no workspace at {url}: nothing was copied.")
    if out.is_dir() or not out.suffix:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
        out = out / f"workspace-{moment}{'.dump' if is_server else '.sqlite'}"
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if is_server:
            _run("pg_dump", url, "--format=custom", f"--schema={SCHEMA}", "--no-owner", f"--file={part}")
        else:
            copied(Path(url), part)
            _check_file(part)
        part.chmod(0o600)
        part.replace(out)
    except OSError as error:
        if isinstance(error, WorkspaceUnavailable):
            raise
        raise OutputUnavailable(f"{out} cannot be written ({error.strerror}): nothing was copied.") from error
    finally:
        part.unlink(missing_ok=True)
    return out


def restore(url: str, copy: Path, *, is_replacing: bool = False) -> Path | None:
    """Put a copy back at `url`. What was there is copied first, beside `copy`, and its path returned (None: nothing).

    Raises `UsageError` when something is there and `is_replacing` is not said, `BadInput` when the copy is not one.
    Readers of an SQLite workspace see the old content, then the new one, never a mixture.
    """
    if not copy.is_file():
        raise BadInput(f"{copy} is not there.")
    is_server = is_postgresql(url)
    if not is_server:
        _check_file(copy)
    before = None
    if is_server or Path(url).is_file():
        if not is_replacing:
            raise UsageError(f"there is a workspace at {shown(url)}: add --replace, it is copied first.")
        if not is_server or _has_tables(url):
            before = backup(url, copy.parent)
    if is_server:
        _run("pg_restore", url, "--clean", "--if-exists", "--single-transaction", "--no-owner", str(copy))
    else:
        Path(url).parent.mkdir(parents=True, exist_ok=True)
        try:
            copied(copy, Path(url))
        except sqlite3.Error as error:
            raise WorkspaceUnavailable(f"{url} cannot be written ({error}): it is as it was.") from error
    return before


def check(url: str) -> dict[str, int]:
    """Rows of each table of a sound workspace. Raises `WorkspaceUnavailable` saying what is wrong."""
    if not is_postgresql(url):
        if not Path(url).is_file():
            raise WorkspaceUnavailable(f"there is no workspace at {url}.")
        _check_file(Path(url))
    workspace = open_workspace(url)
    with workspace.reading() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def _check_file(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [
                f"a row of {row[0]} points at nothing" for row in connection.execute("PRAGMA foreign_key_check")
            ]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BadInput(f"{path} is no workspace: {error}.") from error
    if missing := {"plan", "note", "audit", "alembic_version"} - tables:
        raise BadInput(f"{path} is no workspace: it has no table {', '.join(sorted(missing))}.")
    if problems:
        raise WorkspaceUnavailable(f"{path} is damaged: {'; '.join(problems[:5])}. Put back the last good copy.")


def _has_tables(url: str) -> bool:
    with _engine(url) as engine:
        return sa.inspect(engine).has_schema(SCHEMA)


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    engine = connect(url)
    try:
        yield engine
    except sa.exc.DBAPIError as error:
        raise WorkspaceUnavailable(f"{shown(url)}: {reason(error)}") from error
    finally:
        engine.dispose()


def _run(program: str, url: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs. The address goes by the environment: a list of processes shows arguments."""
    found = shutil.which(program) or next(map(str, sorted(_PROGRAMS.glob(f"*/bin/{program}"), reverse=True)), None)
    if found is None:
        raise UsageError(f"{program} is not installed: it comes with PostgreSQL's client (postgresql-client).")
    address = sa.make_url(url)
    given = {
        "PGHOST": address.query.get("host") or address.host,
        "PGPORT": address.query.get("port") or address.port,
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
    }
    environ = os.environ | {name: str(value) for name, value in given.items() if value}
    command = [found, "--no-password", *(["--dbname", address.database or ""] if program == "pg_restore" else [])]
    done = subprocess.run([*command, *arguments], env=environ, capture_output=True, text=True)
    if done.returncode:
        raise WorkspaceUnavailable(f"{program} of {shown(url)} failed: {' '.join(done.stderr.split())[-400:]}")
