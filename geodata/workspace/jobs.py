"""The queue of computations. It is in the workspace, so that it outlives every process: who works takes the oldest that
waits, says regularly that it is still at it, and what goes silent waits again."""

import json
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geodata.errors import QueueFull
from geodata.workspace.part import Part, identifier, now, row_of, written
from geodata.workspace.records import Job, JobState
from geodata.workspace.tables import JobRow

if TYPE_CHECKING:
    from geodata.workspace.workspace import Workspace

SILENT_S = 20
"""A computation that said nothing for so long lost its process."""

MOST_TIMES = 3
"""How often a computation is begun: one that ends its process each time is the cause, not the victim."""

MOST_WAITING, MOST_OF_CLIENT = 200, 50
"""Computations that wait or run: in all, and for one client."""

_OPEN = (JobState.WAITING, JobState.RUNNING)


LOOK_AGAIN_S = 5.0
"""How long a worker believes the dates of a file that nothing was written in it: some systems keep them late."""


class Jobs(Part):
    """Computations: one process runs each, all of them can look at it and cancel it."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._file_dates = workspace.file_dates
        self._idle: dict[str, tuple[object, float]] = {}

    def check_room(self, client: str = "") -> None:
        """Raise `QueueFull` when no more can wait, in all or for this client."""
        with self._reading() as session:
            _check_room(session, client)

    def ask(self, kind: str, request: dict, *, client: str = "", job: str | None = None) -> Job:
        """Put a computation into the queue, under the identifier `job` when it is given. Raises `QueueFull`."""
        row = JobRow(
            id=job or identifier(),
            kind=kind,
            client=client,
            state=JobState.WAITING,
            progress=0.0,
            asked=written(request),
            answer=None,
            message="",
            begun=0,
            asked_on=datetime.now(UTC).isoformat(timespec="microseconds"),
            changed_on=now(),
        )
        with self._writing() as session:
            _check_room(session, client)
            session.add(row)
            return _job(row)

    def get(self, job: str) -> Job:
        """Where a computation is. Raises `UnknownRecord`."""
        with self._reading() as session:
            return _job(row_of(session, JobRow, job))

    def before(self, job: str) -> int:
        """How many computations of its kind wait in front of one. Raises `UnknownRecord`."""
        with self._reading() as session:
            row = row_of(session, JobRow, job)
            in_front = _waiting(row.kind).where(JobRow.asked_on < row.asked_on)
            return session.scalars(sa.select(sa.func.count()).select_from(in_front.subquery())).one()

    def list(self, *, kinds: Collection[str] = (), most: int = 50) -> tuple[Job, ...]:
        """The last computations asked for, of some kinds or of all, the last one first."""
        query = sa.select(JobRow).order_by(JobRow.asked_on.desc()).limit(most)
        if kinds:
            query = query.where(JobRow.kind.in_(kinds))
        with self._reading() as session:
            return tuple(_job(row) for row in session.scalars(query))

    def counts(self) -> dict[str, int]:
        """How many computations are in each state."""
        with self._reading() as session:
            rows = session.execute(sa.select(JobRow.state, sa.func.count()).group_by(JobRow.state))
            return dict(rows.tuples().all())

    def take(self, kind: str) -> Job | None:
        """The oldest computation of a kind that waits, which now runs; None when there is none.

        Workers ask four times a second: a file that is as it was when nothing waited is not opened to learn it again.
        """
        dates, clock = self._file_dates(), time.monotonic()
        idle, until = self._idle.get(kind, (None, 0.0))
        if dates is not None and dates == idle and clock < until:
            return None
        with self._reading() as session:
            # Nobody is kept from writing to learn that there is nothing to do.
            if session.scalar(_waiting(kind).limit(1)) is None and session.scalar(_silent().limit(1)) is None:
                self._idle[kind] = dates, clock + LOOK_AGAIN_S
                return None
        with self._writing() as session:
            for row in session.scalars(_silent().with_for_update(skip_locked=True)):
                row.state, row.changed_on = JobState.WAITING, now()
                if row.begun >= MOST_TIMES:
                    row.state, row.message = JobState.FAILED, f"it ended its process {row.begun} times"
            session.flush()
            row = session.scalar(_waiting(kind).order_by(JobRow.asked_on).limit(1).with_for_update(skip_locked=True))
            if row is None:
                return None
            row.state, row.begun, row.changed_on = JobState.RUNNING, row.begun + 1, now()
            return _job(row)

    def beat(self, job: str) -> None:
        """Say that a computation is still at work."""
        with self._writing() as session:
            session.execute(sa.update(JobRow).where(JobRow.id == job).values(changed_on=now()))

    def give_back(self, job: str) -> None:
        """Let a running computation wait again: its process ends, through no fault of its own."""
        with self._writing() as session:
            row = row_of(session, JobRow, job, to_change=True)
            if row.state == JobState.RUNNING:
                row.state, row.begun, row.changed_on = JobState.WAITING, row.begun - 1, now()

    def tell(
        self,
        job: str,
        *,
        progress: float,
        answer: dict | None = None,
        state: JobState = JobState.RUNNING,
        message: str = "",
    ) -> Job:
        """Record progress, a better answer or the end of a running computation; one that was cancelled stays so."""
        with self._writing() as session:
            row = row_of(session, JobRow, job, to_change=True)
            if row.state == JobState.RUNNING:
                row.progress, row.state, row.message, row.changed_on = progress, str(state), message, now()
                row.answer = row.answer if answer is None else written(answer)
            return _job(row)

    def cancel(self, job: str) -> Job:
        """Ask a running computation to stop at its next step; one that waits is never begun."""
        with self._writing() as session:
            row = row_of(session, JobRow, job, to_change=True)
            if row.state in _OPEN:
                row.progress = 1.0 if row.state == JobState.WAITING else row.progress
                row.state, row.changed_on = JobState.CANCELLED, now()
            return _job(row)


def _waiting(kind: str) -> sa.Select:
    return sa.select(JobRow).where(JobRow.kind == kind, JobRow.state == JobState.WAITING)


def _silent() -> sa.Select:
    oldest = (datetime.now(UTC) - timedelta(seconds=SILENT_S)).isoformat(timespec="seconds")
    return sa.select(JobRow).where(JobRow.state == JobState.RUNNING, JobRow.kind != "", JobRow.changed_on < oldest)


def _check_room(session: Session, client: str) -> None:
    is_open = JobRow.state.in_(_OPEN) & (JobRow.kind != "")
    for most, condition in ((MOST_WAITING, is_open), (MOST_OF_CLIENT, is_open & (JobRow.client == client))):
        if session.scalars(sa.select(sa.func.count()).select_from(JobRow).where(condition)).one() >= most:
            raise QueueFull(most)


def _job(row: JobRow) -> Job:
    answer = None if row.answer is None else json.loads(row.answer)
    return Job(
        row.id,
        JobState(row.state),
        row.progress,
        json.loads(row.asked),
        answer,
        row.message,
        row.changed_on,
        row.kind,
        row.client,
        row.asked_on,
    )
