"""Who works the blocks out: this process, or the workers of a Dask cluster, here or at an address.

Dask does the scheduling: what a lost worker had is worked out again by another, and a block is asked for when a worker
is free, so that memory is bounded by blocks. Dask is optional (`requirements-scale.txt`).
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from geodata.errors import BadInput, UsageError

NONE, LOCAL = "none", "local"

Answers = Iterator[tuple[int, Any]]
Engine = Callable[[Callable[[Any], Any], Sequence[tuple[int, Callable[[], Any]]]], Answers]
"""Takes a task and (number, maker of what it reads) by block; gives (number, answer) as they come."""

_AHEAD = 2
"""Blocks asked for by worker: the next is there when one ends."""

CONNECT_S = 10

_LOADED = ("distributed", "etl.grid.compiled")
"""What is loaded before workers of this machine are copied."""


@contextmanager
def engine(scheduler: str, workers: int | None = None) -> Iterator[Engine]:
    """The engine named: `none`, `local` (processes of this machine) or the address of a Dask scheduler (`tcp://...`).

    Raises `UsageError` for another name or where Dask is not installed, `BadInput` when the scheduler does not answer
    or its workers have other versions.
    """
    if scheduler == NONE:
        yield _here
        return
    if scheduler != LOCAL and "://" not in scheduler:
        raise UsageError(f"scheduler « {scheduler} »: none, local, or an address such as tcp://scheduler:8786.")
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            "Dask is not installed: pip install -r requirements-scale.txt, or --scheduler none."
        ) from error
    if scheduler == LOCAL:
        # One thread a worker: the kernel releases the GIL, and its threads are counted by the workers.
        count = workers or os.cpu_count() or 1
        with (
            _copied_workers(),
            distributed.LocalCluster(
                n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield lambda task, parts: _by_dask(distributed, client, count, task, parts)
        return
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_S)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"no Dask scheduler answers at {scheduler} within {CONNECT_S} s ({error}). Start it (dask scheduler), let "
            "workers join it (dask worker ADDRESS --nthreads 1), or use --scheduler local."
        ) from error
    with client:
        joined = len(client.scheduler_info()["workers"])
        if not joined:
            raise BadInput(f"the scheduler at {scheduler} has no worker: dask worker {scheduler} --nthreads 1")
        try:
            client.get_versions(check=True)
        except ValueError as error:
            raise BadInput(f"the workers of {scheduler} have other versions, results could differ: {error}") from error
        yield lambda task, parts: _by_dask(distributed, client, joined, task, parts)


@contextmanager
def _copied_workers() -> Iterator[None]:
    """Let workers of this machine be copies of one process that holds the tasks, where the system can copy a process:
    each then starts at once, where it would import and compile them for itself."""
    import dask

    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    settings = {"multiprocessing-method": "forkserver", "profile.enabled": False}
    with dask.config.set({f"distributed.worker.{name}": value for name, value in settings.items()}):
        from distributed.utils import get_mp_context

        # Dask names what is loaded before it is copied, once, when first asked.
        get_mp_context().set_forkserver_preload(list(_LOADED))
        yield


def _here(task: Callable[[Any], Any], parts: Sequence[tuple[int, Callable[[], Any]]]) -> Answers:
    for number, make in parts:
        yield number, task(make())


def _by_dask(
    distributed: ModuleType,
    client: Any,
    workers: int,
    task: Callable[[Any], Any],
    parts: Sequence[tuple[int, Callable[[], Any]]],
) -> Answers:
    waiting = iter(parts)
    number_of: dict[str, int] = {}

    def send() -> Any:
        for number, make in waiting:
            future = client.submit(task, make(), pure=False)
            number_of[future.key] = number
            return future
        return None

    started = [future for future in (send() for _ in range(workers * _AHEAD)) if future is not None]
    done = distributed.as_completed(started)
    for future in done:
        try:
            answer = future.result()
        except distributed.KilledWorker as error:
            raise BadInput(
                f"block {number_of[future.key]} ended three workers, one after the other ({error}): memory is short. "
                "Ask for more --blocks, or fewer --workers; finished blocks are kept."
            ) from error
        if (following := send()) is not None:
            done.add(following)
        yield number_of.pop(future.key), answer
