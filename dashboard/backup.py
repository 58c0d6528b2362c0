"""Copies of what people write, and of accounts: whole while people write, checked, put back without a stop."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from dashboard.accounts import register
from dashboard.accounts import tables as accounts
from geodata.errors import BadInput, OutputUnavailable, UsageError, WorkspaceUnavailable
from geodata.postgresql import connect, is_postgresql, reason, shown
from geodata.workspace import Workspace, opening, tables
from geodata.workspace.opening import copy_file


@dataclass(frozen=True)
class BackedUp:
    """What is copied: its name in messages and of its files, its PostgreSQL schema, its tables, how it is opened."""

    name: str
    schema: str
    tables: sa.MetaData
    own: frozenset[str]
    ready: Callable[[str], Workspace | register.Register]


WORKSPACE = BackedUp(
    "workspace",
    opening.SCHEMA,
    tables.Base.metadata,
    frozenset({"plan", "note", "audit", "alembic_version"}),
    opening.open_workspace,
)
ACCOUNTS = BackedUp(
    "accounts",
    register.SCHEMA,
    accounts.Base.metadata,
    frozenset({"person", "member", "session", "event"}),
    register.open_register,
)

_PROGRAMS = Path("/usr/lib/postgresql")


def backup(url: str, out: Path, kept: BackedUp = WORKSPACE) -> Path:
    """Write a whole copy of what is `kept` at `url` into the folder or the file `out`; returns its path.

    A copy of an SQLite file is such a file, one of a PostgreSQL schema an archive of `pg_dump`. Raises
    `WorkspaceUnavailable`, `OutputUnavailable`; a copy is there whole or not at all.
    """
    is_server = is_postgresql(url)
    if not is_server and not Path(url).is_file():
        raise WorkspaceUnavailable(f"there is no {kept.name} file at {url}: nothing was copied.")
    if out.is_dir() or not out.suffix:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
        out = out / f"{kept.name}-{moment}{'.dump' if is_server else '.sqlite'}"
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if is_server:
            _run("pg_dump", url, "--format=custom", f"--schema={kept.schema}", "--no-owner", f"--file={part}")
        else:
            copy_file(Path(url), part)
            _check_file(part, kept)
        part.chmod(0o600)
        part.replace(out)
    except OSError as error:
        if isinstance(error, WorkspaceUnavailable):
            raise
        raise OutputUnavailable(f"{out} cannot be written ({error.strerror}): nothing was copied.") from error
    finally:
        for left in ("", "-wal", "-shm"):
            part.with_name(part.name + left).unlink(missing_ok=True)
    return out


def restore(url: str, copy: Path, kept: BackedUp = WORKSPACE, *, is_replacing: bool = False) -> Path | None:
    """Put a copy back at `url`. What was there is copied first, beside `copy`, and its path returned (None: nothing).

    Raises `UsageError` when something is there and `is_replacing` is not said, `BadInput` when the copy is not one.
    Readers of an SQLite file see the old content, then the new one, never a mixture.
    """
    if not copy.is_file():
        raise BadInput(f"{copy} is not there.")
    is_server = is_postgresql(url)
    if not is_server:
        _check_file(copy, kept)
    before = None
    if is_server or Path(url).is_file():
        if not is_replacing:
            raise UsageError(f"something is at {shown(url)}: add --replace, it is copied first.")
        if not is_server or _has_tables(url, kept):
            before = backup(url, copy.parent, kept)
    if is_server:
        _run("pg_restore", url, "--clean", "--if-exists", "--single-transaction", "--no-owner", str(copy))
    else:
        Path(url).parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_file(copy, Path(url))
        except sqlite3.Error as error:
            raise WorkspaceUnavailable(f"{url} cannot be written ({error}): it is as it was.") from error
    return before


def check(url: str, kept: BackedUp = WORKSPACE) -> dict[str, int]:
    """Rows of each table of what is `kept`, when it is sound. Raises `WorkspaceUnavailable` saying what is wrong."""
    if not is_postgresql(url):
        if not Path(url).is_file():
            raise WorkspaceUnavailable(f"there is no {kept.name} file at {url}.")
        _check_file(Path(url), kept)
    with kept.ready(url).engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in kept.tables.sorted_tables
        }


def _check_file(path: Path, kept: BackedUp) -> None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            problems += [
                f"a row of {row[0]} points at nothing" for row in connection.execute("PRAGMA foreign_key_check")
            ]
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BadInput(f"{path} is no {kept.name} file: {error}.") from error
    if missing := kept.own - names:
        raise BadInput(f"{path} is no {kept.name} file: it has no table {', '.join(sorted(missing))}.")
    if problems:
        raise WorkspaceUnavailable(f"{path} is damaged: {'; '.join(problems[:5])}. Put back the last good copy.")


def _has_tables(url: str, kept: BackedUp) -> bool:
    with _engine(url) as engine:
        return sa.inspect(engine).has_schema(kept.schema)


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
    path = shutil.which(program) or next(map(str, sorted(_PROGRAMS.glob(f"*/bin/{program}"), reverse=True)), None)
    if path is None:
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
    command = [path, "--no-password", *(["--dbname", address.database or ""] if program == "pg_restore" else [])]
    done = subprocess.run([*command, *arguments], env=environ, capture_output=True, text=True)
    if done.returncode:
        raise WorkspaceUnavailable(f"{program} of {shown(url)} failed: {' '.join(done.stderr.split())[-400:]}")
