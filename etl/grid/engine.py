"""Who works the blocks out: this process, or the workers of a Dask cluster, here or at an address.

Dask does the scheduling: what a lost worker had is worked out again by another, and a block is asked for when a worker
is free, so that memory is bounded by blocks. Dask is optional (`requirements-scale.txt`).
"""

import importlib.util
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from geodata.errors import BadInput, UsageError
from geodata.version import VERSION

NONE, LOCAL = "none", "local"

Answers = Iterator[tuple[int, Any]]
Engine = Callable[[Callable[[Any], Any], Sequence[tuple[int, Callable[[], Any]]]], Answers]
"""Takes a task and (number, maker of what it reads) by block; gives (number, answer) as they come."""

_AHEAD = 2
"""Blocks asked for by worker: the next is there when one ends."""

CONNECT_S = 10

LOST_S = 30
"""Seconds without an answer after which a cluster is asked whether a worker is left."""

_ALIKE = ("dask", "distributed", "numba", "numpy", "pandas", "python", "scipy")
"""What must be of one version everywhere."""

_LOADED = ("distributed", "etl.grid.compiled")
"""What is loaded before workers of this machine are copied."""


def begin_to_load(scheduler: str) -> None:
    """Let what workers of this machine are copied of load beside what this process does before it asks for them."""
    if scheduler == LOCAL and importlib.util.find_spec("distributed") and _can_copy():
        from multiprocessing import forkserver

        _name_what_is_loaded()
        forkserver.ensure_running()


@contextmanager
def engine(
    scheduler: str, workers: int | None = None, *, tell: Callable[[str], object] = lambda address: None
) -> Iterator[Engine]:
    """The engine named: `none`, `local` (processes of this machine) or the address of a Dask scheduler (`tcp://...`).
    `tell` is given the address at which Dask shows its workers, if it does.

    Raises `UsageError` for another name or where Dask is not installed, `BadInput` when the scheduler does not answer
    or its workers have other versions or count otherwise.
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
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0" if importlib.util.find_spec("bokeh") else None,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            _tell_dashboard(client, tell)
            yield lambda task, parts: _by_dask(distributed, client, count, task, parts)
        return
    try:
        with warnings.catch_warnings():
            # Told below, in words, and refused.
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
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
            refuse_others(client, scheduler)
            _tell_dashboard(client, tell)
            yield lambda task, parts: _by_dask(distributed, client, joined, task, parts)
        except (distributed.comm.CommClosedError, CancelledError) as error:
            raise BadInput(
                f"the scheduler at {scheduler} was lost on the way ({error}): start it again, then the command: "
                "finished blocks are kept."
            ) from error


@contextmanager
def _copied_workers() -> Iterator[None]:
    """Let workers of this machine be copies of one process that holds the tasks, where the system can copy a process:
    each then starts at once, where it would import and compile them for itself."""
    import dask

    if not _can_copy():
        yield
        return
    # By default memory goes back to the system at each step of a task, and is asked for again: 7 % of its seconds.
    environ = dict(dask.config.get("distributed.nanny.pre-spawn-environ"))
    environ.pop("MALLOC_TRIM_THRESHOLD_", None)
    settings = {
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.worker.profile.enabled": False,
        "distributed.nanny.pre-spawn-environ": environ,
    }
    with dask.config.set(settings):
        _name_what_is_loaded()
        yield


def _can_copy() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def _name_what_is_loaded() -> None:
    import dask
    from distributed.utils import get_mp_context

    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        # Dask names it too, once, when first asked.
        get_mp_context().set_forkserver_preload(list(_LOADED))


def _here(task: Callable[[Any], Any], parts: Sequence[tuple[int, Callable[[], Any]]]) -> Answers:
    for number, make in parts:
        yield number, task(make())


def _tell_dashboard(client: Any, tell: Callable[[str], object]) -> None:
    """Tell where Dask shows what each worker does, if it does: a scheduler serves these pages where Bokeh is
    installed."""
    if "dashboard" in client.scheduler_info()["services"]:
        tell(client.dashboard_link)


def refuse_others(client: Any, scheduler: str) -> None:
    """Raise `BadInput` naming the workers that could give other bytes: other versions, no code, another arithmetic."""
    versions = client.get_versions(packages=list(_ALIKE))
    here = versions["client"]["packages"]
    lines = [
        f"- {worker}: {name} {answer['packages'].get(name) or 'is absent'}, {here[name]} here"
        for worker, answer in sorted(versions["workers"].items())
        for name in _ALIKE
        if answer["packages"].get(name) != here[name]
    ]
    if not lines:
        own = _count_a_little()
        for worker, answer in sorted(client.run(_count_a_little, on_error="return").items()):
            if isinstance(answer, Exception):
                lines.append(f"- {worker} cannot run a task ({type(answer).__name__}: {answer})")
            elif answer != own:
                lines.append(f"- {worker} has another release of the code, or its processor counts otherwise")
    if lines:
        raise BadInput(
            f"workers of {scheduler} are not as this process, so their bytes could differ:\n" + "\n".join(lines) + "\n"
            "Start them from the folder of this release with what requirements-scale.lock installs, or use "
            "--scheduler local."
        )


def _count_a_little() -> tuple[str, str]:
    from etl.grid.compiled import TRIAL

    return VERSION, TRIAL


def _by_dask(
    distributed: ModuleType,
    client: Any,
    workers: int,
    task: Callable[[Any], Any],
    parts: Sequence[tuple[int, Callable[[], Any]]],
) -> Answers:
    waiting = iter(parts)
    running: dict[Any, int] = {}

    def send() -> None:
        for number, make in waiting:
            running[client.submit(task, make(), pure=False)] = number
            return

    for _ in range(workers * _AHEAD):
        send()
    while running:
        try:
            for future in distributed.wait(list(running), timeout=LOST_S, return_when="FIRST_COMPLETED").done:
                # A worker may take with it an answer that was not fetched yet: then it is waited for again.
                answer = future.result(timeout=LOST_S)
                send()
                yield running.pop(future), answer
        except distributed.KilledWorker as error:
            raise BadInput(
                f"block {running[future]} ended three workers, one after the other ({error}): memory is short. "
                "Ask for more --blocks, or fewer --workers; finished blocks are kept."
            ) from error
        except TimeoutError as error:
            if not client.scheduler_info()["workers"]:
                raise BadInput(
                    f"no worker is left at {client.scheduler.address}: start one (dask worker ADDRESS --nthreads 1) "
                    "and run the command again, finished blocks are kept."
                ) from error
