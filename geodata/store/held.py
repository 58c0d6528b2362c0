"""Connections to a published file: one for each question, or some that stay on the file as it is now."""

import os
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from geodata.errors import DatabaseUnavailable

_CACHE_KB = 512
"""Pages that a connection keeps: the system keeps the file for all of them."""


def read_only(path: Path) -> sa.Engine:
    """Engine that reads the SQLite file at `path`, whatever characters its path holds, and cannot write in it."""

    return sa.create_engine("sqlite://", creator=lambda: _opened(path), poolclass=sa.pool.NullPool)


def held_engine(path: Path, most: int) -> tuple[sa.Engine, tuple[int, int]]:
    """Engine of `most` connections to the file that is at `path` now, and which file that is (`which`): another one put
    in its place changes nothing for them. Raises `DatabaseUnavailable`, `OSError` when there is none."""
    file = which(path)

    def opened() -> sqlite3.Connection:
        connection = _opened(path)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        if which(path) != file:
            connection.close()
            raise sqlite3.OperationalError(f"another database was put in the place of {path}")
        return connection

    engine = sa.create_engine(
        "sqlite://", creator=opened, poolclass=sa.pool.QueuePool, pool_size=most, max_overflow=0, pool_use_lifo=True
    )
    # All now: later, the path may lead to another file.
    for connection in [engine.connect() for _ in range(most)]:
        connection.close()
    return engine, file


def which(path: Path) -> tuple[int, int]:
    """Which file is at a path. Raises `OSError` when there is none."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _opened(path: Path) -> sqlite3.Connection:
    how = "&immutable=1" if _is_left_in_wal(path) else ""
    address = f"{path.resolve().as_uri()}?mode=ro{how}"
    # A pool hands a connection from thread to thread, to one at a time.
    return sqlite3.connect(address, uri=True, timeout=10, check_same_thread=False)


def _is_left_in_wal(path: Path) -> bool:
    """Whether a GIS left the file in write-ahead mode, which needs a folder to write in, where nobody may write.

    It can be read as it is when no change waits beside it. Raises `DatabaseUnavailable` with the remedy when one does.
    """
    if os.access(path.parent, os.W_OK):
        return False
    try:
        with open(path, "rb") as file:
            is_wal = file.read(20)[18:] == b"\x02\x02"
    except OSError as error:
        raise DatabaseUnavailable(f"the database at {path} cannot be opened: {error.strerror}.") from error
    waiting = path.with_name(path.name + "-wal")
    if is_wal and waiting.is_file() and waiting.stat().st_size:
        raise DatabaseUnavailable(
            f"the database at {path} was left in write-ahead mode by another program, with changes in {waiting.name}, "
            "and its folder cannot be written in. Whoever may write there closes that program, then runs: "
            f"sqlite3 {path} 'PRAGMA journal_mode=delete'   (or builds it again)."
        )
    return is_wal
