"""The search beside other tools, in one run on the same communes: `python -m benchmarks.siting_peers --db FILE.gpkg`.

Every commune a candidate, 20 minutes, with and without a capacity. Each answer is made in a process of its own, which
is ended when it has used its seconds, building included; what it has found by then is held against the bound that
`mclp` proves. Seconds are of the processor, so that other work on the machine takes none from any of them. HiGHS solves
the model as written, CP-SAT the capacitated one, spopt (CBC) its `MCLP`. With `--medians`, spopt's `LSCP`, `PMedian`
(with capacities too) and `PCenter` in one département, towns as candidates: what their lists do for people within reach
and for the worst served tenth, beside `mclp`. HiGHS solves them: CBC does not keep to its seconds there, and spopt's
dense model of Bretagne was not solved by it in 5.5 minutes. Needs `ortools`, `spopt`, `pulp`, `highspy`. Linux only.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.siting import load, programme
from geodata.methods.siting import Aim, SitingRequest, covering, mclp, reaching
from geodata.methods.siting.assignment import Assignment
from geodata.methods.siting.tail import worst_mean
from geodata.methods.travel import TRAVEL, travel

PLACES = {"Bretagne": ("53", 10.0, 30.0), "Occitanie": ("76", 10.0, 30.0), "France": (None, 60.0, 60.0)}
"""Code of the région, seconds of `mclp` and of each other tool."""

TEAMS = (10, 50, 200)
CAPACITIES = (None, 2_000, 8_000)
MINUTES = 20
LONGEST_MIN = 60.0
TOWNS = 2_000
DEPARTEMENT = "29"
"""Finistère, where spopt's other models can be solved."""


def pairs_of(db: Path, place: str, limit: float = MINUTES) -> tuple[pd.DataFrame, pd.DataFrame]:
    communes = load(db, PLACES[place][0])
    return communes, travel(communes, communes, model=TRAVEL, limit_min=limit)


def people_served(communes: pd.DataFrame, trips: pd.DataFrame, sites: list[int], capacity: float | None) -> float:
    """People whom these sites (rows) reach or, with a capacity, accompany."""
    pairs = (np.ones(len(trips)), (trips["destination"].cat.codes, trips["origin"].cat.codes))
    catchment = sparse.csr_array(pairs, shape=(len(communes), len(communes)))
    people = communes["people"].to_numpy()
    if capacity is None:
        return float(people[catchment[sites].sum(axis=0) > 0].sum()) if sites else 0.0
    return Assignment(catchment, people, float(capacity)).reopen(sites).total


# ---------------------------------------------------------------------------------------- one answer, in its process


def ours(db: Path, place: str, teams: int, capacity: float | None) -> dict:
    communes, trips = pairs_of(db, place)
    clock = SimpleNamespace(perf_counter=time.process_time)
    covering.time = reaching.time = clock
    request = SitingRequest(demand=communes["people"], travel=trips, teams=teams, minutes=MINUTES, capacity=capacity)
    # The compiler runs once a machine: not measured.
    some = communes.index[:400]
    near = trips[trips["origin"].isin(some) & trips["destination"].isin(some)]
    near = near.assign(**{name: near[name].astype(str) for name in ("origin", "destination")})
    for limit in (None, 100.0):
        mclp(SitingRequest(demand=communes["people"][some], travel=near, teams=5, minutes=MINUTES, capacity=limit))
    times, start = [], time.process_time()
    plan = mclp(
        SitingRequest(**vars(request) | {"seconds": PLACES[place][1]}),
        progress=lambda plan: times.append(time.process_time() - start),
    )
    return {
        "first": times[0], "seconds": time.process_time() - start, "value": plan.value, "bound": plan.bound,
        "gap": plan.gap,
    }  # fmt: skip


def highs(db: Path, place: str, teams: int, capacity: float | None) -> dict:
    import highspy

    start = time.process_time()
    communes, trips = pairs_of(db, place)
    n = len(communes)
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    model = accompanying(communes, trips, teams, capacity) if capacity else programme(communes, trips, teams)
    sites = [highspy.HighsVarType.kInteger] * n
    model.integrality_ = sites + [highspy.HighsVarType.kContinuous] * (model.num_col_ - n)
    solver.passModel(model)
    tell(0.0, time.process_time() - start)
    best: list[float] = [0.0]

    def keep(event) -> None:
        sites = np.flatnonzero(np.array(event.data_out.mip_solution)[:n] > 0.5).tolist()
        best.append(people_served(communes, trips, sites, capacity))
        tell(best[-1], time.process_time() - start)

    solver.cbMipImprovingSolution += keep
    solver.run()
    return {"value": max(best), "seconds": time.process_time() - start, "status": str(solver.getModelStatus())}


def accompanying(communes: pd.DataFrame, trips: pd.DataFrame, teams: int, capacity: float):
    """The model with capacities as written, for HiGHS: sites, then the people of each pair."""
    import highspy

    people = communes["people"].to_numpy()
    area, site = (trips[name].cat.codes.to_numpy() for name in ("origin", "destination"))
    n, pairs = len(people), len(area)
    k, ones = np.arange(pairs), np.ones(pairs)
    rows = sparse.vstack(
        [
            sparse.hstack([sparse.csr_array((n, n)), sparse.coo_array((ones, (area, k)), shape=(n, pairs))]),
            sparse.hstack([-capacity * sparse.eye_array(n), sparse.coo_array((ones, (site, k)), shape=(n, pairs))]),
            sparse.csr_array(np.repeat([1.0, 0.0], [n, pairs])[None]),
        ],
        format="csr",
    )
    model = highspy.HighsLp()
    model.sense_, model.num_col_, model.num_row_ = highspy.ObjSense.kMaximize, n + pairs, rows.shape[0]
    model.col_cost_ = np.repeat([0.0, 1.0], [n, pairs])
    model.col_lower_, model.col_upper_ = np.zeros(n + pairs), np.concatenate([np.ones(n), people[area]])
    model.row_lower_ = np.full(rows.shape[0], -highspy.kHighsInf)
    model.row_upper_ = np.concatenate([people, np.zeros(n), [teams]])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    return model


def spopt(db: Path, place: str, teams: int, capacity: float | None) -> dict:
    import pulp
    from spopt.locate import MCLP

    start = time.process_time()
    communes, trips = pairs_of(db, place)
    costs = dense(trips, len(communes), len(communes))
    model = MCLP.from_cost_matrix(costs, communes["people"].to_numpy(), MINUTES, teams)
    built = time.process_time() - start
    tell(0.0, built)
    model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=max(PLACES[place][2] - built, 1)))
    sites = [k for k, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]
    return {"value": people_served(communes, trips, sites, None), "seconds": time.process_time() - start + children()}


def children() -> float:
    """Processor seconds of the solvers that a library starts."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def dense(trips: pd.DataFrame, areas: int, sites: int, beyond: float = 1e6) -> np.ndarray:
    costs = np.full((areas, sites), beyond)
    costs[trips["origin"].cat.codes, trips["destination"].cat.codes] = trips["minutes"]
    return costs


def tell(value: float, seconds: float) -> None:
    """What is known so far, for whoever ends this process."""
    print(json.dumps({"value": value, "seconds": seconds, "status": "cut"}), flush=True)


TOOLS: dict[str, Callable[..., dict]] = {"ours": ours, "highs": highs, "spopt": spopt}
NAMES = ("highs", "cpsat", "spopt")


def answer(db: Path, tool: str, place: str, teams: int, capacity: float | None) -> dict | None:
    """The last that a tool told before its seconds were used; None when it told nothing."""
    limit = np.inf if tool == "ours" else PLACES[place][2]
    if tool == "spopt" and capacity:
        return None
    if tool == "cpsat":
        communes, trips = pairs_of(db, place)
        area, site = (trips[name].cat.codes.to_numpy() for name in ("origin", "destination"))
        with tempfile.NamedTemporaryFile(suffix=".npz") as case:
            people = communes["people"].to_numpy()
            np.savez(case, people=people, area=area, site=site, teams=teams, capacity=capacity or 0)
            case.flush()
            return last_answer(["benchmarks.cpsat", case.name], limit)
    arguments = json.dumps([str(db), tool, place, teams, capacity])
    return last_answer(["benchmarks.siting_peers", "--one", arguments], limit)


def last_answer(module: list[str], limit: float) -> dict | None:
    """The last line of JSON that a program writes before it has used so many processor seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip

    def end() -> None:
        while process.poll() is None:
            time.sleep(0.5)
            if used(process.pid) > limit:
                os.killpg(process.pid, signal.SIGKILL)

    watch = threading.Thread(target=end, daemon=True)
    watch.start()
    lines = [line for line in process.stdout.read().splitlines() if line.startswith("{")]
    process.wait()
    return json.loads(lines[-1]) if lines else None


def used(session: int) -> float:
    """Processor seconds of a process and of those it started."""
    total, tick = 0, os.sysconf("SC_CLK_TCK")
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[11]) + int(fields[12])
    return total / tick


# ------------------------------------------------------------------------------------------------------------- tables


def side_by_side(
    db: Path, places: list[str], tools: list[str], capacities: list[float | None], counts: list[int]
) -> None:
    print("| communes | N | capacity | first, s | end, s | gap | " + " | ".join(tools) + " |")
    print("|---" * (6 + len(tools)) + "|")
    for place in places:
        for capacity in capacities:
            for teams in counts:
                mine = answer(db, "ours", place, teams, capacity)
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    answers = [pool.submit(answer, db, tool, place, teams, capacity) for tool in tools]
                    others = [
                        _cell(tool, one.result(), mine["bound"], capacity)
                        for tool, one in zip(tools, answers, strict=True)
                    ]
                print(
                    f"| {place} | {teams} | {capacity or '–'} | {mine['first']:.2f} | {mine['seconds']:.1f} "
                    f"| **{mine['gap']:.3%}** | " + " | ".join(others) + " |",
                    flush=True,
                )


def _cell(tool: str, one: dict | None, bound: float, capacity: float | None) -> str:
    if one is None:
        return "has none" if tool == "spopt" and capacity else "not built"
    if not one["value"]:
        return f"nothing, {one['seconds']:.0f} s of building"
    return f"{1 - one['value'] / bound:.2%} short, {one['seconds']:.0f} s"


def medians(db: Path, seconds: float) -> None:
    """spopt's other models in one département, towns as candidates, and what their lists do."""
    import pulp
    from spopt.locate import LSCP, PCenter, PMedian

    communes = load(db, None).query("departement == @DEPARTEMENT")
    trips = travel(communes, communes, model=TRAVEL, limit_min=LONGEST_MIN)
    towns = communes.index[communes["people"] >= TOWNS * 0.1]
    trips = trips[trips["destination"].isin(towns)]
    trips = trips.assign(destination=trips["destination"].cat.set_categories(towns))
    people, costs = communes["people"].to_numpy(), dense(trips, len(communes), len(towns), LONGEST_MIN * 2)
    print(f"{len(communes)} communes, {len(towns)} candidates, {people.sum():,.0f} people\n")
    print(
        "| model | N | s | people within 20 min | worst served tenth, min | mean, min | farthest, min |\n"
        + "|---" * 7
        + "|"
    )

    mclp(SitingRequest(demand=communes["people"], travel=trips, teams=1, minutes=MINUTES, seconds=1))  # compiles

    def line(name: str, teams: int, seconds: float, sites: list[int] | None) -> None:
        if not sites:
            print(f"| {name} | {teams} | {seconds:.0f} | nothing | | | |", flush=True)
            return
        nearest = np.minimum(costs[:, sites].min(axis=1), LONGEST_MIN)
        within = people[nearest <= MINUTES].sum()
        mean, tenth = (nearest * people).sum() / people.sum(), worst_mean(nearest, people)[0]
        print(
            f"| {name} | {len(sites)} | {seconds:.0f} | {within:,.0f} | {tenth:.1f} | {mean:.1f} "
            f"| {nearest.max():.1f} |",
            flush=True,
        )

    def solved(name: str, teams: int, make: Callable) -> list[int] | None:
        start = time.process_time()
        try:
            model = make().solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1))
            sites = [k for k, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]
        except RuntimeError:
            sites = None
        line(name, teams, time.process_time() - start, sites)
        return sites

    def mine(aim: Aim, teams: int, capacity: float | None = None) -> None:
        start = time.process_time()
        plan = mclp(
            SitingRequest(
                demand=communes["people"], travel=trips, teams=teams, minutes=MINUTES, aim=aim, capacity=capacity,
                seconds=10,
            )
        )  # fmt: skip
        sites = towns.get_indexer([site.id for site in plan.sites]).tolist()
        line(f"mclp, {aim}" + (f", {capacity:g} a team" if capacity else ""), teams, time.process_time() - start, sites)

    fewest = solved("LSCP, 30 min", 0, lambda: LSCP.from_cost_matrix(costs[costs.min(axis=1) <= 30], 30))
    for teams in (10, 50, *([len(fewest)] if fewest else [])):
        solved("PMedian", teams, lambda teams=teams: PMedian.from_cost_matrix(costs, people, teams))
        solved("PCenter", teams, lambda teams=teams: PCenter.from_cost_matrix(costs, teams))
        mine(Aim.REACHED, teams)
        mine(Aim.WORST_TENTH, teams)
    # spopt sends a commune whole to one site: less than its largest commune has no answer.
    full = np.full(len(towns), 20_000)
    solved("PMedian, 20000 a site", 10, lambda: PMedian.from_cost_matrix(costs, people, 10, facility_capacities=full))
    mine(Aim.ACCOMPANIED, 10, 20_000)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting_peers", description=__doc__)
    parser.add_argument("--db", type=Path, help="a Reliance GeoPackage")
    parser.add_argument("--places", nargs="*", choices=list(PLACES), default=list(PLACES))
    parser.add_argument("--tools", nargs="*", choices=NAMES, default=NAMES)
    parser.add_argument("--capacities", nargs="*", type=int, default=list(CAPACITIES), help="0: without")
    parser.add_argument("--teams", nargs="*", type=int, default=list(TEAMS))
    parser.add_argument("--medians", action="store_true", help="spopt's other models")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds of each of them")
    parser.add_argument("--one", help="one answer, told as JSON (used by this program itself)")
    options = parser.parse_args(arguments)
    if options.one:
        db, tool, *arguments_ = json.loads(options.one)
        print(json.dumps(TOOLS[tool](Path(db), *arguments_)), flush=True)
        return
    if options.medians:
        medians(options.db, options.seconds)
        return
    side_by_side(options.db, options.places, options.tools, [one or None for one in options.capacities], options.teams)


if __name__ == "__main__":
    main()
