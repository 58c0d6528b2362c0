"""Teams of a given capacity, and the worst served tenth: `python -m benchmarks.siting_aims --db FILE.gpkg`.

Every commune a candidate, 20 minutes. Capacitated maximal covering against HiGHS and CP-SAT (OR-tools) on the model as
written; spopt has none (its `PMedian` with capacities must assign everybody). Each measure runs in a process of its
own, for the seconds that `mclp` has; the shortfall is against the bound that `mclp` proves. Prints Markdown. Needs
`ortools` for its column.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.siting import alone, load
from geodata.methods.siting import Aim, SitingRequest, mclp
from geodata.methods.travel import TRAVEL, travel

PLACES = {"Bretagne": ("53", 10.0), "Occitanie": ("76", 10.0), "France": (None, 60.0)}
TEAMS = (10, 50, 200)
CAPACITIES = (16, 2_000, 8_000)
"""People by team: volunteers; then figures that bind without making every choice equal."""

MINUTES = 20


def ours(db: Path, place: str, teams: int, capacity: float | None, aim: str) -> dict:
    region, seconds = PLACES[place]
    communes = load(db, region)
    far = 60 if aim == Aim.WORST_TENTH else MINUTES
    trips = travel(communes, communes, model=TRAVEL, limit_min=far)
    told, start = [], time.perf_counter()
    plan = mclp(
        SitingRequest(
            demand=communes["people"], travel=trips, teams=teams, minutes=MINUTES, capacity=capacity, aim=Aim(aim),
            seconds=seconds,
        ),
        progress=lambda found: told.append(time.perf_counter() - start),
    )  # fmt: skip
    return {
        "communes": len(communes),
        "first": told[0],
        "seconds": time.perf_counter() - start,
        "gap": plan.gap,
        "value": plan.value,
        "bound": plan.bound,
        "by": plan.bound_by.value,
    }


def _model(db: Path, place: str):
    communes = load(db, PLACES[place][0])
    trips = travel(communes, communes, model=TRAVEL, limit_min=MINUTES)
    return (
        communes["people"].to_numpy(),
        trips["origin"].cat.codes.to_numpy(),
        trips["destination"].cat.codes.to_numpy(),
    )


def highs(db: Path, place: str, teams: int, capacity: float) -> float:
    """People accompanied by HiGHS's answer: sites whole, people of each pair, its own settings."""
    import highspy

    people, area, site = _model(db, place)
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
    model.integrality_ = [highspy.HighsVarType.kInteger] * n + [highspy.HighsVarType.kContinuous] * pairs
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", PLACES[place][1])
    solver.passModel(model)
    solver.run()
    value = solver.getInfo().objective_function_value
    return value if np.isfinite(value) else 0.0


def cpsat(db: Path, place: str, teams: int, capacity: float) -> float:
    """The same by CP-SAT, whose people are whole."""
    people, area, site = _model(db, place)
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case.npz"
        asked = {"teams": teams, "capacity": capacity, "seconds": PLACES[place][1]}
        np.savez(case, people=people, area=area, site=site, **asked)
        done = subprocess.run([sys.executable, "-m", "benchmarks.cpsat", str(case)], capture_output=True, text=True)
    return float(done.stdout or 0)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting_aims", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="a Reliance GeoPackage")
    parser.add_argument("--places", nargs="+", choices=list(PLACES), default=list(PLACES), help="some places only")
    parser.add_argument("--peers", nargs="*", choices=["highs", "cpsat"], default=["highs", "cpsat"])
    parser.add_argument("--tail", action="store_true", help="the worst served tenth too (regions only)")
    options = parser.parse_args(arguments)
    peers = {"highs": highs, "cpsat": cpsat}
    print("| communes | teams | capacity | first s | end s | gap | by | " + " | ".join(options.peers) + " |")
    print("|---" * (7 + len(options.peers)) + "|")
    for place in options.places:
        for capacity in CAPACITIES:
            for teams in TEAMS:
                one = alone(ours, options.db, place, teams, capacity, "accompanied")
                short = [
                    f"{1 - alone(peers[peer], options.db, place, teams, capacity) / one['bound']:.2%} short"
                    for peer in options.peers
                    if place != "France"
                ]
                print(
                    f"| {place} {one['communes']:,} | {teams} | {capacity:,} "
                    f"| {one['first']:.2f} | {one['seconds']:.1f} "
                    f"| **{one['gap']:.3%}** | {one['by']} | " + " | ".join(short) + " |",
                    flush=True,
                )
        if options.tail and place != "France":
            for teams in TEAMS:
                one = alone(ours, options.db, place, teams, None, "worst_tenth")
                print(
                    f"| {place}, worst tenth | {teams} | – | {one['first']:.2f} | {one['seconds']:.1f} "
                    f"| **{one['gap']:.1%}** ({one['value']:.1f} min, at least {one['bound']:.1f}) | {one['by']} | |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
