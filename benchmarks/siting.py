"""Where new teams go: `python -m benchmarks.siting --db FILE.gpkg`.

Maximal covering of real communes, every commune a candidate: seconds to the first answer, gap at the end, memory; then
the bound alone, beside HiGHS' own linear solvers. Each measure runs in a process of its own. Prints Markdown. Linux
only. Other tools: `benchmarks.siting_peers`.
"""

import argparse
import os
import resource
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.methods.siting import SitingRequest, mclp
from geodata.methods.siting.bound import TOLERANCE
from geodata.methods.travel import TRAVEL, travel

PLACES = {"Bretagne": ("53", 5.0), "Occitanie": ("76", 5.0), "France": (None, 30.0)}
"""Code of the région and seconds given."""

MINUTES = (15, 20)
TEAMS = (10, 50, 200)
LONGEST = 60.0
"""Seconds given to a linear solver for the bound."""


def load(db: Path, region: str | None) -> pd.DataFrame:
    """Communes of metropolitan France (or of a région) with a point and expected isolated people."""
    if not db.is_file():
        raise SystemExit(f"No database at {db}. Build one with: python -m etl build --db {db}")
    with sqlite3.connect(f"file:{db.resolve()}?mode=ro", uri=True) as connection:
        communes = pd.read_sql(
            "SELECT t.code, t.region, t.departement, t.lon, t.lat, e.people FROM territory t"
            " JOIN estimate e ON e.level = t.level AND e.code = t.code AND e.scenario = 'default'"
            " WHERE t.level = 'commune' AND t.zone = 'metropole'"
            " AND t.lon IS NOT NULL AND e.people IS NOT NULL ORDER BY t.code",
            connection,
            index_col="code",
        )
    return communes if region is None else communes[communes["region"] == region]


# ----------------------------------------------------------------------------------------------- one run, one process


def alone(function: Callable, *arguments):
    """The answer of a function called in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(db: Path, place: str, minutes: int, teams: int) -> dict:
    region, seconds = PLACES[place]
    communes = load(db, region)
    trips = travel(communes, communes, model=TRAVEL, limit_min=minutes)
    lines, before = [], _peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    request = SitingRequest(
        demand=communes["people"],
        travel=trips,
        teams=teams,
        minutes=minutes,
        by=communes["departement"],
        seconds=seconds,
    )
    plan = mclp(request, progress=lambda plan: lines.append((time.perf_counter() - wall, plan)))
    bound = plan.bound
    return {
        "communes": len(communes),
        "pairs": len(trips),
        "first": lines[0][0],
        "first_gap": 1 - lines[0][1].reached / bound,
        "swap_gap": 1 - lines[min(1, len(lines) - 1)][1].reached / bound,
        "seconds": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "bound_at": next(at for at, one in lines if one.bound <= bound * (1 + 1e-9)),
        "best_at": next(at for at, one in lines if one.reached >= plan.reached),
        "gap": plan.gap,
        "bound": bound,
        "bound_by": plan.bound_by,
        "reached": plan.reached,
        "extra_mb": _peak_mb() - before,
        "peak_mb": _peak_mb(),
    }


def programme(communes: pd.DataFrame, trips: pd.DataFrame, teams: int):
    """The model as written (y <= sum of x, at most N sites) for HiGHS: sites, then communes reached."""
    import highspy

    n = len(communes)
    reach = sparse.csr_array((np.ones(len(trips)), (trips["origin"].cat.codes, trips["destination"].cat.codes)), (n, n))
    rows = sparse.vstack(
        [sparse.hstack([reach, -sparse.eye_array(n)]), sparse.csr_array(np.repeat([1.0, 0.0], n)[None])], format="csr"
    )
    model = highspy.HighsLp()
    model.sense_, model.num_col_, model.num_row_ = highspy.ObjSense.kMaximize, 2 * n, n + 1
    model.col_cost_ = np.concatenate([np.zeros(n), communes["people"]])
    model.col_lower_, model.col_upper_ = np.zeros(2 * n), np.ones(2 * n)
    model.row_lower_ = np.append(np.zeros(n), -highspy.kHighsInf)
    model.row_upper_ = np.append(np.full(n, highspy.kHighsInf), teams)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    return model


def relaxation(db: Path, place: str, minutes: int, teams: int, method: str) -> str:
    """Seconds that a linear solver of HiGHS needs for the bound alone, or that it does not end.

    To the tolerance that `mclp` asks, without crossover: a bound needs prices, not a vertex.
    """
    import highspy

    communes = load(db, PLACES[place][0])
    model = programme(communes, travel(communes, communes, model=TRAVEL, limit_min=minutes), teams)
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("solver", method)
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("pdlp_optimality_tolerance", TOLERANCE)
    solver.setOptionValue("time_limit", LONGEST)
    start = time.perf_counter()
    solver.passModel(model)
    solver.run()
    seconds = time.perf_counter() - start
    return f"{seconds:.1f}" if seconds < LONGEST else f"not in {LONGEST:g}"


# -------------------------------------------------------------------------------------------------------------- tables


def print_ours(db: Path, cases: list[tuple[str, int, int]]) -> None:
    print(
        "| communes | pairs | minutes | teams | first answer s | greedy short of bound | one-swap short | best at s "
        "| end s | CPU s | gap | bound by | extra MB | peak MB |\n" + "|---" * 14 + "|"
    )
    for case in cases:
        one = alone(ours, db, *case)
        print(
            f"| {case[0]} {one['communes']:,} | {one['pairs'] / 1e3:,.0f} k | {case[1]} | {case[2]} "
            f"| {one['first']:.2f} | {one['first_gap']:.2%} | {one['swap_gap']:.2%} | {one['best_at']:.1f} "
            f"| {one['seconds']:.1f} | {one['cpu']:.1f} | **{one['gap']:.3%}** | {one['bound_by']} "
            f"| {one['extra_mb']:.0f} | {one['peak_mb']:.0f} |",
            flush=True,
        )


def print_bounds(db: Path, cases: list[tuple[str, int, int]]) -> None:
    methods = ("pdlp", "ipm", "simplex")
    print(
        "| communes | minutes | teams | ours s | " + " | ".join(f"{m} s" for m in methods) + " |\n" + "|---" * 7 + "|"
    )
    for case in cases:
        mine = alone(ours, db, *case)["bound_at"]
        theirs = [alone(relaxation, db, *case, method) for method in methods]
        print(f"| {case[0]} | {case[1]} | {case[2]} | {mine:.1f} | " + " | ".join(theirs) + " |", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="a Reliance GeoPackage")
    parser.add_argument("--only", choices=["ours", "bound"], help="one table only")
    parser.add_argument("--places", nargs="+", choices=list(PLACES), default=list(PLACES), help="some places only")
    options = parser.parse_args(arguments)
    cases = [(place, minutes, teams) for place in options.places for minutes in MINUTES for teams in TEAMS]
    print(f"## Siting\n\nExpected isolated people, travel model {TRAVEL.name}, {os.cpu_count()} cores.\n")
    if options.only in (None, "ours"):
        print_ours(options.db, cases)
    if options.only in (None, "bound"):
        print("\n### The bound alone\n")
        print_bounds(options.db, cases)


if __name__ == "__main__":
    main()
