"""One connection for one question, or one build for several: what every part of the store reads with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.countries import country_of
from geodata.country import Country
from geodata.memory import forget, remembered
from geodata.postgresql import SCHEMA
from geodata.store.held import held_engine, read_only, which

P = ParamSpec("P")
R = TypeVar("R", bound="Reader")
T = TypeVar("T")

_BLOCK = 5_000
"""Rows read at once."""


def of_one_build(question: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Mark a question of the store that reads several times: all of it is answered by the same build."""

    @wraps(question)
    def answer(store: R, *arguments: P.args, **options: P.kwargs) -> T:
        with store.one_build():
            return question(store, *arguments, **options)

    return answer


class _Source:
    """Connections to one build, and how many are being answered from it; closed once it was left and nobody is."""

    def __init__(self, engine: sa.Engine, file: tuple[int, int] | None = None) -> None:
        self.engine, self.file, self.version = engine, file, ""
        self._readers, self._is_left, self._lock = 0, False, Lock()

    def enter(self) -> bool:
        """Whether a reader may still be answered from it."""
        with self._lock:
            self._readers += not self._is_left
            return not self._is_left

    def leave(self, *, is_last: bool = False) -> None:
        """A reader was answered; or, `is_last`, another build answers from now on."""
        with self._lock:
            self._readers -= not is_last
            self._is_left |= is_last
            if self._is_left and not self._readers:
                self.engine.dispose()


class Reader:
    """Reads the database behind an engine. A new build is seen at the next question, since no connection is kept; or,
    of a file that is held, once it was read (`hold`, `renew`). A server keeps one build only."""

    def __init__(self, engine: sa.Engine, path: Path | None = None) -> None:
        self._source, self._path, self._most, self._read = _Source(engine), path, 0, ""
        self._pinned: ContextVar[_Source | None] = ContextVar("source", default=None)
        self._open: ContextVar[sa.Connection | None] = ContextVar("connection", default=None)

    @property
    def _engine(self) -> sa.Engine:
        return (self._pinned.get() or self._source).engine

    @contextmanager
    def one_build(self) -> Iterator[None]:
        """Every question asked inside is answered by the same build, even while another one is being published."""
        with self._connection() as connection:
            outer = self._open.set(connection)
            try:
                yield
            finally:
                self._open.reset(outer)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Every question asked inside is answered by the same build where it is held, without a connection kept."""
        while not (source := self._source).enter():
            pass
        with self._answering(source):
            yield

    def hold(self, most: int) -> None:
        """From now on, a file that is put in the place of this one is read by `renew` only, and of a server `renew`
        reads another build. `most` questions are answered at once. Raises `DatabaseUnavailable`."""
        self._most = most
        if self._path is None:
            self._read = self.version()
        else:
            self._pass_to(_Source(*held_engine(self._path, most)))

    def renew(self, warm: Callable[[], None]) -> bool:
        """Pass to the file that was put in the place of the one that is held, once `warm` has asked it what readers
        will ask first: the old one answers until then. False when it is the same file, or none is held.

        A server has no old build to answer with: `warm` asks what readers would, who wait for no more than what they
        ask themselves. A file that is gone is gone for everybody. Raises what `warm` and opening raise: the old build
        stays.
        """
        if not self._most:
            return False
        if self._path is None:
            return self._read_again(warm)
        if not self._path.exists():
            if self._source.file:
                self._pass_to(_Source(read_only(self._path)))
            return False
        if which(self._path) == self._source.file:
            return False
        coming = _Source(*held_engine(self._path, self._most))
        before = self.version() if self._source.file else ""
        with ExitStack() as undo:
            undo.callback(coming.leave, is_last=True)
            coming.enter()
            with self._answering(coming):
                warm()
                after = self.version()
            undo.pop_all()
        self._pass_to(coming)
        if before != after:
            forget(before)
        return True

    def _read_again(self, warm: Callable[[], None]) -> bool:
        """Whether a server publishes another build than the one that was read."""
        before, now = self._read, self.version()
        if now in (before, ""):
            return False
        warm()
        self._read = now
        forget(before)
        return True

    def forget_connections(self) -> None:
        """For a process that was just forked: the connections it inherits stay its parent's."""
        self._source.engine.dispose(close=False)

    @contextmanager
    def _answering(self, source: _Source) -> Iterator[None]:
        """Of a source that was entered."""
        outer = self._pinned.set(source)
        try:
            yield
        finally:
            self._pinned.reset(outer)
            source.leave()

    def _pass_to(self, source: _Source) -> None:
        left, self._source = self._source, source
        left.leave(is_last=True)

    def version(self) -> str:
        """Content hash of the build: what was read under another one is out of date."""
        source = self._pinned.get()
        # A file that is held stays the same build, and every question asks which one that is.
        if source is not None and source.version:
            return source.version
        b = schema.build.c
        rows = self._rows(sa.select(b.value).where(b.key == "content_hash"))
        content_hash = rows[0].value if rows else ""
        if source is not None and source.file:
            source.version = content_hash
        return content_hash

    def country(self) -> Country:
        """The country that the build is of; France's, of a build that is older than the choice."""
        return self._country(self.version())

    @remembered
    def _country(self, version: str) -> Country:
        b = schema.build.c
        rows = self._rows(sa.select(b.value).where(b.key == "country"))
        return country_of({"country": rows[0].value} if rows else {})

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        with self._engine.connect() as connection:
            yield connection

    def _has(self, table: sa.Table) -> bool:
        """Whether the database holds a table: one that was built before the table existed does not."""
        if table not in schema.MAY_LACK:
            return True
        with self._connection() as connection:
            place = SCHEMA if connection.dialect.name == "postgresql" else None
            return sa.inspect(connection).has_table(table.name, place)

    def _rows(self, query: sa.Select) -> list:
        with self._connection() as connection:
            return list(connection.execute(query))

    def _frame(self, query: sa.Select) -> pd.DataFrame:
        with self._connection() as connection:
            result = connection.execute(query)
            names = list(result.keys())
            # Plain tuples: pandas asks each SQLAlchemy row for names that it answers slowly. Block by block: the cells
            # of a large table, all there at once as objects, would stay with the process.
            blocks = [pd.DataFrame(list(map(tuple, rows)), columns=names) for rows in result.partitions(_BLOCK)]
        return _joined(blocks) if blocks else pd.DataFrame(columns=names)


def _joined(blocks: list[pd.DataFrame]) -> pd.DataFrame:
    """Blocks of one table as one frame, of the types that reading them at once would have given."""
    if len(blocks) == 1:
        return blocks[0]
    for number in range(blocks[0].shape[1]):
        if len({block.dtypes.iloc[number] for block in blocks}) > 1:
            for block in blocks:
                block.isetitem(number, block.iloc[:, number].astype(object))
    return pd.concat(blocks, ignore_index=True).infer_objects()
