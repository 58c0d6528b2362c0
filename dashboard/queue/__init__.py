"""The processes that compute: few, beside the server, and never longer there than it is.

The server starts one process, `python -m dashboard.queue`, and holds the other end of its standard input; when the
server ends, in whatever way, that end closes. It holds a few workers, each of which takes one computation after the
other out of the workspace (`geodata.workspace.jobs`). What a worker was at when it ended waits again.
"""

import logging
import math
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from dashboard import logs
from dashboard.computations import database_steps, plan_search, sheet_batch
from dashboard.facts import Facts
from dashboard.retention import shorten
from dashboard.settings import Settings
from dashboard.spaces import spaces_of
from geodata.errors import GeodataError
from geodata.processes import end_with_parent
from geodata.store import open_store
from geodata.workspace import Job, JobState, open_workspace
from geodata.workspace.jobs import Jobs

WORK: dict[str, Callable[[Facts, Settings, Job], None]] = {
    plan_search.KIND: plan_search.compute,
    sheet_batch.KIND: sheet_batch.compute,
    database_steps.KIND: database_steps.compute,
}
"""How each kind is computed. It says itself what came out; what it raises is a failure."""

WORKERS = {plan_search.KIND: 2, sheet_batch.KIND: 1, database_steps.KIND: 1}
"""Processes of each kind: a search of seconds never waits behind a batch of minutes, and a batch has two of its own."""

_BEAT_S, _PAUSE_S, _GRACE_S, _DAY_S = 5.0, 0.25, 5.0, 86_400.0

_log = logging.getLogger(__name__)


# -- in the server ---------------------------------------------------------------------------------------------------


class QueueProcess:
    """The process that computes, begun again whenever it ends before its server."""

    def __init__(self, arguments: Sequence[str] = ()):
        self._command = [sys.executable, "-m", "dashboard.queue", *arguments]
        self._is_over = threading.Event()
        self._process = self._begun()
        threading.Thread(target=self._watch, daemon=True).start()

    def end(self) -> None:
        """Let it end; what it was computing waits again."""
        self._is_over.set()
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
            # It may be beginning still, and not listen yet.
            self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2 * _GRACE_S)

    def _begun(self) -> subprocess.Popen:
        # Its own session: a signal for the server's terminal is the server's.
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def _watch(self) -> None:
        while not self._is_over.wait(2):
            if self._process.poll() is not None:
                _log.warning("the process that computes ended: it is begun again")
                self._process = self._begun()


# -- the process that holds the workers ------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> None:
    """Hold the workers until standard input closes or SIGTERM."""
    settings = Settings.from_env(os.environ, arguments)
    logs.to_standard_error()
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: signals.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    start: Any = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    kinds = [kind for kind, count in WORKERS.items() for _ in range(count)]
    workers: list = [None] * len(kinds)
    due = time.monotonic() if settings.accounts.keeps_itself else math.inf
    while not signals and not _is_closed(sys.stdin):
        if time.monotonic() >= due:
            # Apart: what it opens is not handed down to workers.
            start.Process(target=shorten, args=(settings,), daemon=True).start()
            due += _DAY_S
        for place, kind in enumerate(kinds):
            if workers[place] is None or not workers[place].is_alive():
                workers[place] = start.Process(target=_worker, args=(kind, settings))
                workers[place].start()
    for worker in filter(None, workers):
        worker.terminate()
    until = time.monotonic() + _GRACE_S
    for worker in filter(None, workers):
        worker.join(max(until - time.monotonic(), 0))
        worker.kill()


def _is_closed(stream: TextIO) -> bool:
    """Whether the other end of a stream is closed; a second is waited for it."""
    readable, _, _ = select.select([stream], [], [], 1.0)
    return bool(readable) and not os.read(stream.fileno(), 1)


def _worker(kind: str, settings: Settings) -> None:
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(0))
    end_with_parent()
    # Pages first.
    os.nice(5)
    served = {space.name: space.settings for space in spaces_of(settings)}
    opened: dict[str, Facts] = {}
    while True:
        is_idle = True
        # One of each space in turn: no agency waits behind all that another one asked for.
        for name, own in served.items():
            try:
                opened[name] = opened.get(name) or Facts(open_store(own.db), open_workspace(own.workspace))
                is_idle &= not _one(opened[name], own, kind)
            except GeodataError as error:
                _log.warning("%s: %s", name, error)
                opened.pop(name, None)
                time.sleep(5 / len(served))
        if is_idle:
            time.sleep(_PAUSE_S)


# -- one worker ------------------------------------------------------------------------------------------------------


def serve(facts: Facts, settings: Settings, kinds: Sequence[str], is_over: Callable[[], bool] = lambda: False) -> None:
    """Compute what waits, one after the other, until `is_over`."""
    while not is_over():
        if not any(_one(facts, settings, kind) for kind in kinds):
            time.sleep(_PAUSE_S)


def drain(facts: Facts, settings: Settings) -> None:
    """Compute what waits now, here."""
    while any(_one(facts, settings, kind) for kind in WORK):
        pass


def _one(facts: Facts, settings: Settings, kind: str) -> bool:
    job = facts.workspace.jobs.take(kind)
    if job is None:
        return False
    jobs = facts.workspace.jobs
    try:
        with _beating(jobs, job.id):
            WORK[kind](facts, settings, job)
    except GeodataError as error:
        _log.warning("computation %s (%s) failed: %s", job.id, kind, error)
        jobs.tell(job.id, progress=1.0, state=JobState.FAILED, message=str(error))
    except Exception as error:
        # Nobody above would hear of it, and the reader would wait.
        _log.exception("defect in computation %s (%s)", job.id, kind)
        jobs.tell(job.id, progress=1.0, state=JobState.FAILED, message=type(error).__name__)
    except SystemExit:
        jobs.give_back(job.id)
        raise
    return True


@contextmanager
def _beating(jobs: Jobs, job: str) -> Iterator[None]:
    """Say regularly that the computation is at work."""
    is_over = threading.Event()

    def beat() -> None:
        while not is_over.wait(_BEAT_S):
            with suppress(GeodataError):
                jobs.beat(job)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(_BEAT_S)
