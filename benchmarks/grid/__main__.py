"""Cells of a country by blocks: `python -m benchmarks.grid --db FILE.gpkg [--cells N --services N --peers]`.

Generated squares around the real communes (`--europe`: squares of 1 km around invented towns, in one process), services
drawn by residents; the floating catchment of `etl grid` in one
call, by blocks in one process, and on a Dask cluster of this machine, with and without a worker killed midway; then
what more workers would take, by prediction from the seconds and bytes of each block. Prints Markdown: seconds,
processor seconds, peak memory, and whether the bytes are the same. Linux only.
"""

import argparse
import heapq
import os
import pickle
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from scipy.spatial import cKDTree

from benchmarks.grid.peers import compare
from etl.grid.engine import LOCAL, NONE, Answers, begin_to_load, engine
from etl.grid.run import BLOCKS, Question, access_of_cells, cells_of
from geodata.access_model import PER
from geodata.methods.access import TRAVEL, e2sfca, gaussian
from geodata.store import open_store

SEED = 20171
QUESTION = Question(TRAVEL, 20, gaussian(10))
_APART_DEGREES = 0.003

_BYTES_A_SECOND = 100e6
"""What the one process that cuts and sends blocks is taken to send: a network of 1 Gbit/s."""


def places(db: Path, cells: int, services: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Generated cells, and services each near a resident drawn at random."""
    squares, _ = cells_of(open_store(str(db)), Path(), generate=cells, seed=SEED)
    return squares[["lon", "lat", "land", "residents"]], _services(squares, services)


def _services(cells: pd.DataFrame, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(SEED)
    people = cells["residents"].to_numpy(float)
    rows = rng.choice(len(cells), count, p=people / people.sum())
    at = cells.iloc[rows][["lon", "lat", "land"]].reset_index(drop=True)
    at[["lon", "lat"]] += rng.normal(0, _APART_DEGREES, (count, 2))
    return at.assign(supply=1.0).set_axis(pd.Index([f"s{n:07}" for n in range(count)], name="service"))


def europe(cells: int, services: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Squares of 1 km around 25,000 invented towns of a square of 2,200 km, the first the largest; services as above.

    A third of the residents live within 5 km of 500 towns: how dense the densest places are is what pairs depend on.
    """
    rng = np.random.default_rng(SEED)
    town = rng.uniform(0, 2_200, (25_000, 2))
    weight = 1 / (20 + np.arange(len(town)))
    squares = np.empty((0, 2), int)
    while len(squares) < cells:
        of = rng.choice(len(town), 2 * cells, p=weight / weight.sum())
        away = rng.exponential(2 + 400 / (20 + of)) * np.exp(1j * rng.uniform(0, 2 * np.pi, len(of)))
        new = np.floor(town[of] + np.column_stack([away.real, away.imag])).astype(int)
        squares = np.unique(np.concatenate([squares, new]), axis=0)
    squares = squares[np.sort(rng.choice(len(squares), cells, replace=False))]
    apart, near = cKDTree(town[:500]).query(squares + 0.5)
    people = np.ceil(rng.lognormal(3.5, 1, cells) * (1 + 3_000 / (20 + near) * np.exp(-apart / 5)))
    metres = 1000.0 * (squares + 0.5) + [3_000_000, 1_500_000]
    lon, lat = pyproj.Transformer.from_crs(3035, 4326, always_xy=True).transform(*metres.T)
    demand = pd.DataFrame({"lon": lon, "lat": lat, "land": "mainland", "residents": people.astype(int)})
    return demand, _services(demand, services)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--europe", action="store_true", help="invented squares of 1 km, in one process alone")
    parser.add_argument("--cells", type=int, default=2_300_000)
    parser.add_argument("--services", type=int, default=300_000)
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    parser.add_argument("--peers", action="store_true", help="also PySAL access and DuckDB, on what they can do")
    options = parser.parse_args()
    begin_to_load(LOCAL)
    start = time.process_time()
    make = europe if options.europe else partial(places, options.db)
    cells, supply = make(options.cells, options.services)
    print(f"{len(cells):,} cells x {len(supply):,} services, made in {time.process_time() - start:.1f} s of processor.")
    print(f"Load before: {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.\n")
    print("| | seconds | processor seconds | peak, GB | same bytes |\n|---|---|---|---|---|")

    demand = cells.assign(demand=cells["residents"].astype(float))
    clock, cpu = time.perf_counter(), _cpu()
    whole = e2sfca(demand, supply, TRAVEL, catchment=20, decay=QUESTION.decay, within="land").to_numpy(float) * PER
    _row("the kernel in one call, a thread a core", clock, cpu, "")
    blocks: list[tuple[float, int, int]] = []
    runs: tuple[tuple[str, str, int | None, bool], ...] = (
        (f"{options.blocks} blocks, this process, a thread a core", NONE, None, False),
        ("the same, one thread", NONE, 1, False),
        ("two workers, one thread each", LOCAL, 1, False),
        ("the same, one killed after a quarter of the blocks", LOCAL, 1, True),
    )
    for name, scheduler, threads, is_killed in runs[:1] if options.europe else runs:
        clock, cpu = time.perf_counter(), _cpu()
        with tempfile.TemporaryDirectory() as folder, engine(scheduler, 2) as work_out:
            killed: list[int] = []
            workers: dict[int, tuple[float, float]] = {}
            result = access_of_cells(
                cells, supply, QUESTION, partial(_timed, blocks) if threads and scheduler == NONE else work_out,
                folder=Path(folder), blocks=options.blocks, threads=threads,
                announce=partial(_watch, scheduler, is_killed, killed, workers),
            )  # fmt: skip
        same = "yes" if result["access"].to_numpy(float).tobytes() == whole.tobytes() else "NO"
        spent = sum(seconds for seconds, _ in workers.values())
        most = f", {max(peak for _, peak in workers.values()):.2f} a worker" if workers else ""
        _row(name, clock, cpu - spent, same, most)
    if blocks:
        _predict(blocks)
    if options.peers:
        compare(cells, supply, QUESTION)


def _timed(
    blocks: list[tuple[float, int, int]],
    task: Callable[[Any], Any],
    parts: Sequence[tuple[int, Callable[[], Any]]],
) -> Answers:
    """Works blocks out one by one, keeping seconds, bytes read and bytes given of each."""
    for number, make in parts:
        piece = make()
        start = time.process_time()
        answer = task(piece)
        seconds = time.process_time() - start
        blocks.append((seconds, len(pickle.dumps(piece, protocol=5)), len(pickle.dumps(answer, protocol=5))))
        yield number, answer


def _predict(blocks: list[tuple[float, int, int]]) -> None:
    """Seconds with more workers: each block goes to the first that is free, once it was sent; two rounds of as many."""
    half = len(blocks) // 2
    seconds, read = sum(block[0] for block in blocks), sum(block[1] + block[2] for block in blocks)
    longest = max(block[0] for block in blocks)
    print(
        f"\n{len(blocks)} blocks: {seconds:.1f} s of processor, the longest {longest:.2f} s; {read / 1e6:,.0f} MB sent."
    )
    print("\n| workers (prediction) | seconds |\n|---|---|")
    for workers in (2, 8, 32, 128):
        total = 0.0
        for round_ in (blocks[:half], blocks[half:]):
            free, sent, end = [0.0] * workers, 0.0, 0.0
            for spent, bytes_in, bytes_out in round_:
                sent += (bytes_in + bytes_out) / _BYTES_A_SECOND
                done = max(heapq.heappop(free), sent) + spent
                heapq.heappush(free, done)
                end = max(end, done)
            total += end
        print(f"| {workers} | {total:.1f} |")


def _watch(
    scheduler: str, is_killed: bool, killed: list[int], workers: dict[int, tuple[float, float]], done: int, all_: int
) -> None:
    if scheduler != LOCAL:
        return
    import distributed

    client = distributed.get_client()
    if done % 16 == 0 or done == all_:
        workers |= dict(client.run(_of_worker).values())
    if is_killed and not killed and done >= all_ // 4:
        killed.append(next(iter(client.run(os.getpid).values())))
        os.kill(killed[0], signal.SIGKILL)


def _of_worker() -> tuple[int, tuple[float, float]]:
    """Process, processor seconds so far and peak memory in GB of a worker."""
    return os.getpid(), (time.process_time(), _peak_gb())


def _peak_gb() -> float:
    """Not that of `getrusage`, which a process inherits from the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e6


def _cpu() -> float:
    """Processor seconds of this process; workers, copies of a process that outlives them, are asked for theirs."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def _row(name: str, clock: float, cpu: float, same: str, workers: str = "") -> None:
    print(
        f"| {name} | {time.perf_counter() - clock:.1f} | {_cpu() - cpu:.1f} | {_peak_gb():.2f}{workers} | {same} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
