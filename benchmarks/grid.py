"""Cells of a country by blocks: `python -m benchmarks.grid --db FILE.gpkg [--cells N --services N]`.

Generated squares around the real communes, services drawn by residents; the floating catchment of `etl grid` in one
call, by blocks in one process, and on a Dask cluster of this machine, with and without a worker killed midway. Prints
Markdown: seconds, processor seconds, peak memory, and whether the bytes are the same. Linux only.
"""

import argparse
import os
import resource
import signal
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from etl.grid.engine import LOCAL, NONE, engine
from etl.grid.run import BLOCKS, Question, access_of_cells, cells_of
from geodata.access_model import PER
from geodata.methods.access import TRAVEL, e2sfca, gaussian
from geodata.store import open_store

SEED = 20171
ASKED = Question(TRAVEL, 20, gaussian(10))
_APART_DEGREES = 0.003


def places(db: Path, cells: int, services: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Generated cells, and services each near a resident drawn at random."""
    found, _ = cells_of(open_store(str(db)), Path(), generate=cells, seed=SEED)
    rng = np.random.default_rng(SEED)
    people = found["residents"].to_numpy(float)
    rows = rng.choice(len(found), services, p=people / people.sum())
    at = found.iloc[rows][["lon", "lat", "land"]].reset_index(drop=True)
    at[["lon", "lat"]] += rng.normal(0, _APART_DEGREES, (services, 2))
    at = at.assign(supply=1.0).set_axis(pd.Index([f"s{n:07}" for n in range(services)], name="service"))
    return found[["lon", "lat", "land", "residents"]], at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--cells", type=int, default=2_300_000)
    parser.add_argument("--services", type=int, default=300_000)
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    options = parser.parse_args()
    start = time.process_time()
    cells, supply = places(options.db, options.cells, options.services)
    print(f"{len(cells):,} cells x {len(supply):,} services, made in {time.process_time() - start:.1f} s of processor.")
    print("| | seconds | processor seconds | peak, GB | same bytes |\n|---|---|---|---|---|")

    demand = cells.assign(demand=cells["residents"].astype(float))
    clock, cpu = time.perf_counter(), _cpu()
    whole = e2sfca(demand, supply, TRAVEL, catchment=20, decay=ASKED.decay, within="land").to_numpy(float) * PER
    _row("the kernel in one call, its own threads", clock, cpu, "")
    for name, scheduler, threads, is_killed in (
        (f"{options.blocks} blocks, this process", NONE, None, False),
        (f"{options.blocks} blocks, two workers", LOCAL, 1, False),
        ("the same, one killed after a quarter of the blocks", LOCAL, 1, True),
    ):
        clock, cpu = time.perf_counter(), _cpu()
        with tempfile.TemporaryDirectory() as folder, engine(scheduler, 2) as work_out:
            killed: list[int] = []
            peaks: list[float] = []
            found = access_of_cells(
                cells, supply, ASKED, work_out, folder=Path(folder), blocks=options.blocks, threads=threads,
                announce=partial(_watch, scheduler, is_killed, killed, peaks),
            )  # fmt: skip
        # Workers' processor seconds are known once they have ended: starting and ending a cluster is counted too.
        same = "yes" if found["access"].to_numpy(float).tobytes() == whole.tobytes() else "NO"
        _row(name, clock, cpu, same, f", {max(peaks):.2f} a worker" if peaks else "")


def _watch(scheduler: str, is_killed: bool, killed: list[int], peaks: list[float], done: int, all_: int) -> None:
    if scheduler != LOCAL:
        return
    import distributed

    client = distributed.get_client()
    if done % 16 == 0 or done == all_:
        peaks.extend(client.run(_peak_gb).values())
    if is_killed and not killed and done >= all_ // 4:
        killed.append(next(iter(client.run(os.getpid).values())))
        os.kill(killed[0], signal.SIGKILL)


def _peak_gb() -> float:
    """Not that of `getrusage`, which a process inherits from the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e6


def _cpu() -> float:
    """Processor seconds of this process and of those of its children that ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _row(name: str, clock: float, cpu: float, same: str, workers: str = "") -> None:
    print(
        f"| {name} | {time.perf_counter() - clock:.1f} | {_cpu() - cpu:.1f} | {_peak_gb():.2f}{workers} | {same} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
