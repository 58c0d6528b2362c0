"""Teams of a given capacity, and the worst served tenth: `python -m benchmarks.siting_aims --db FILE.gpkg`.

Every commune a candidate, 20 minutes. Each measure runs in a process of its own. Prints Markdown. Other tools:
`benchmarks.siting_peers`.
"""

import argparse
import time
from pathlib import Path

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
    times, start = [], time.perf_counter()
    plan = mclp(
        SitingRequest(
            demand=communes["people"], travel=trips, teams=teams, minutes=MINUTES, capacity=capacity, aim=Aim(aim),
            seconds=seconds,
        ),
        progress=lambda plan: times.append(time.perf_counter() - start),
    )  # fmt: skip
    return {
        "communes": len(communes),
        "first": times[0],
        "seconds": time.perf_counter() - start,
        "gap": plan.gap,
        "value": plan.value,
        "bound": plan.bound,
        "by": plan.bound_by.value,
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting_aims", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="a Reliance GeoPackage")
    parser.add_argument("--places", nargs="+", choices=list(PLACES), default=list(PLACES), help="some places only")
    parser.add_argument("--tail", action="store_true", help="the worst served tenth too (regions only)")
    options = parser.parse_args(arguments)
    print("| communes | teams | capacity | first s | end s | gap | by |\n" + "|---" * 7 + "|")
    for place in options.places:
        for capacity in CAPACITIES:
            for teams in TEAMS:
                one = alone(ours, options.db, place, teams, capacity, "accompanied")
                print(
                    f"| {place} {one['communes']:,} | {teams} | {capacity:,} "
                    f"| {one['first']:.2f} | {one['seconds']:.1f} "
                    f"| **{one['gap']:.3%}** | {one['by']} |",
                    flush=True,
                )
        if options.tail and place != "France":
            for teams in TEAMS:
                one = alone(ours, options.db, place, teams, None, "worst_tenth")
                print(
                    f"| {place}, worst tenth | {teams} | – | {one['first']:.2f} | {one['seconds']:.1f} "
                    f"| **{one['gap']:.1%}** ({one['value']:.1f} min, at least {one['bound']:.1f}) | {one['by']} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
