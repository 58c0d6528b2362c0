"""Spatial access, measured side by side: `python -m benchmarks.access --db FILE.gpkg`.

E2SFCA against PySAL's `access` on the same pairs, E2SFCA on populations of cells, and how far the answer moves when the
travel model, the decay or the point of origin changes. Prints Markdown. Linux only (peaks are read from /proc).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.methods.access import TRAVEL, TravelModel, drees, e2sfca, gaussian, step, travel
from geodata.methods.travel import chord

SEED = 20171
COMMUNES = 34_738
CELLS = 2_300_000  # about the number of inhabited 200 m squares in France
KM_A_DEGREE = 111.2
CELLS_A_KM2 = 25  # as many squares of 200 m as a square kilometre holds
SERVICES = 300_000
SIGMA_MIN = 15.0
AT_LEAST_S = 3.0  # a run of milliseconds is repeated, so that a busy machine does not decide
SPEED_KMH = {"rural": 60.0, "intermediate": 45.0, "dense": 25.0}  # a judgement, to see how much it matters

# -------------------------------------------------------------------------------------------------------------- places


@dataclass(frozen=True)
class Places:
    """Communes (`lon`, `lat`, `demand`, `density`, other origins `lon_*`, `lat_*`), town halls (`supply`: hours)."""

    communes: pd.DataFrame
    town_halls: pd.DataFrame
    what: str


def load(db: Path | None) -> Places:
    """Communes and town halls of metropolitan France from a Reliance GeoPackage, or generated ones without it."""
    if db is None:
        print("No --db: points are generated, figures are not those of France.", file=sys.stderr)
        return _generated()
    if not db.is_file():
        raise SystemExit(f"No database at {db}. Build one with: python -m etl build --db {db}   (or leave --db out)")
    import sqlite3

    import pyogrio

    columns = ["code", "level", "zone", "lon", "lat", "density", "area_km2"]
    communes = pyogrio.read_dataframe(db, layer="territory", columns=columns, where="level = 'commune'")
    with sqlite3.connect(f"file:{db.resolve()}?mode=ro", uri=True) as connection:
        residents = pd.read_sql(
            "SELECT code, value FROM indicator_value WHERE level = 'commune' AND indicator = 'population'", connection
        ).set_index("code")["value"]
    communes = communes[(communes["zone"] == "metropole") & communes["lon"].notna()].set_index("code")
    communes = communes.join(residents.rename("demand"), how="inner")
    centroid = shapely.centroid(communes["geometry"].to_numpy(object))
    halls = pyogrio.read_dataframe(
        db, layer="service", columns=["code_insee", "category", "position", "weekly_hours"], where="category = 'mairie'"
    )
    halls = halls[halls["position"] == "point"].set_index("code_insee")
    halls = halls[halls.index.isin(communes.index) & ~halls.index.duplicated()]
    point = halls.pop("geometry").to_numpy(object)
    halls = halls.assign(lon=shapely.get_x(point), lat=shapely.get_y(point), supply=halls["weekly_hours"])
    communes = communes.drop(columns="geometry").assign(
        lon_centroid=shapely.get_x(centroid),
        lat_centroid=shapely.get_y(centroid),
        lon_hall=halls["lon"].reindex(communes.index),
        lat_hall=halls["lat"].reindex(communes.index),
    )
    located = halls.dropna(subset="supply")
    return Places(
        pd.DataFrame(communes),
        pd.DataFrame(located[["lon", "lat", "supply"]]),
        f"{len(communes):,} communes of metropolitan France with a point and residents, {len(located):,} located town "
        f"halls whose weekly hours are known ({len(halls) - len(located):,} whose hours are not known left out)",
    )


def _generated() -> Places:
    rng = np.random.default_rng(SEED)
    towns = rng.uniform((-4, 43), (7, 50.5), (600, 2))
    centre = towns[rng.integers(len(towns), size=COMMUNES)] + rng.normal(0, 0.25, (COMMUNES, 2))
    places = {f"{name}{end}": centre[:, i] + rng.normal(0, 0.01, COMMUNES) * (end != "")
              for i, name in enumerate(("lon", "lat")) for end in ("", "_centroid", "_hall")}  # fmt: skip
    communes = pd.DataFrame(
        places
        | {
            "demand": rng.lognormal(6, 1.3, COMMUNES),
            "density": rng.choice(list(SPEED_KMH), COMMUNES),
            "area_km2": rng.lognormal(2.4, 0.8, COMMUNES),
        },
        index=[f"{i:05d}" for i in range(COMMUNES)],
    )
    halls = communes[["lon_hall", "lat_hall"]].set_axis(["lon", "lat"], axis=1)
    return Places(communes, halls.assign(supply=rng.uniform(2, 40, COMMUNES)), f"{COMMUNES:,} generated communes")


# ------------------------------------------------------------------------------------------------------------ measures


@dataclass(frozen=True)
class Measure:
    """Wall-clock and processor seconds of the fastest run, megabytes beyond the inputs, peak of the process."""

    seconds: float
    cpu_seconds: float
    extra_mb: float
    peak_mb: float
    result: pd.Series


def measure(question: Callable[[], pd.Series], repeats: int) -> Measure:
    """Fastest of `repeats` runs, or of as many as fit in `AT_LEAST_S`, and peak memory of the first.

    In a process of its own, with the compiled code loaded.
    """
    here, there = get_context("fork").Pipe(duplex=False)
    child = get_context("fork").Process(target=_answer, args=(question, repeats, there))
    child.start()
    result = here.recv()
    child.join()
    return result


def _answer(question, repeats, pipe):
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts from here
    before = _memory_mb("VmRSS")
    seconds, cpu_seconds = [], []
    while len(seconds) < repeats or sum(seconds) < AT_LEAST_S:
        start, cpu_start = time.perf_counter(), time.process_time()
        result = question()
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
        if len(seconds) == 1:
            peak = _memory_mb("VmHWM")
    pipe.send(Measure(min(seconds), min(cpu_seconds), peak - before, peak, result))


def _memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def first_call() -> tuple[float, float]:
    """Seconds of the first E2SFCA of a process: compiling, then reading what was compiled before."""
    code = (
        "import time, pandas as pd\n"
        "from geodata.methods.access import TRAVEL, e2sfca, step\n"
        "one = pd.DataFrame({'lon': [0.0], 'lat': [0.0], 'demand': [1.0], 'supply': [1.0]}, index=['a'])\n"
        "start = time.perf_counter(); e2sfca(one, one, TRAVEL, catchment=30, decay=step)\n"
        "print(time.perf_counter() - start)"
    )
    with tempfile.TemporaryDirectory() as empty:
        environ = os.environ | {"NUMBA_CACHE_DIR": empty}
        runs = [
            subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True) for _ in "ab"
        ]
    return tuple(float(run.stdout) for run in runs)


# -------------------------------------------------------------------------------------------------------------- PySAL


def against_pysal(places: Places, minutes: float, repeats: int) -> list[str]:
    """Rows of the table: PySAL and both of our paths on the same pairs, in this run."""
    from access import Access, weights

    demand = places.communes[["lon", "lat", "demand"]].reset_index(drop=True)
    supply = places.communes[["lon", "lat"]].assign(supply=1.0).reset_index(drop=True)
    pairs = travel(demand, supply, model=TRAVEL, limit_min=minutes)[["origin", "destination", "minutes"]]
    # Each in its own form: ids as categories here, as numbers there.
    numbers = pairs.astype({"origin": np.int64, "destination": np.int64})

    peer = Access(
        demand_df=demand.rename_axis("id").reset_index(), demand_index="id", demand_value="demand",
        supply_df=supply.rename_axis("id").reset_index(), supply_index="id", supply_value="supply",
        cost_df=numbers, cost_origin="origin", cost_dest="destination", cost_name="minutes",
    )  # fmt: skip

    def pysal():
        return peer.enhanced_two_stage_fca(name="x", max_cost=minutes, weight_fn=weights.gaussian(SIGMA_MIN))[
            "x_supply"
        ]

    usual = {"catchment": minutes, "decay": gaussian(SIGMA_MIN)}
    results = {
        "PySAL access, pairs given": measure(pysal, repeats),
        "Reliance, pairs given": measure(lambda: e2sfca(demand, supply, pairs, **usual), repeats),
        "Reliance, from coordinates": measure(lambda: e2sfca(demand, supply, TRAVEL, **usual), repeats),
    }
    truth = results["PySAL access, pairs given"]
    rows = []
    for name, one in results.items():
        gap = (one.result / truth.result.reindex(one.result.index) - 1).abs().max()
        rows.append(
            f"| {minutes:g} min, {len(pairs) / 1e6:.2f} M pairs | {name} | {one.seconds:.3f} | {one.cpu_seconds:.3f} "
            f"| {one.extra_mb:.0f} | {truth.seconds / one.seconds:.0f} | {truth.cpu_seconds / one.cpu_seconds:.0f} "
            f"| {one.extra_mb / truth.extra_mb:.3f} | {gap:.0e} |"
        )
    return rows


# --------------------------------------------------------------------------------------------------------------- cells


def cells(places: Places, spread: str) -> str:
    """A row of the table: cells drawn around the communes (see `SPREADS`), services drawn by residents."""
    rng = np.random.default_rng(SEED)
    residents = places.communes["demand"].to_numpy()
    by_residents = residents / residents.sum()
    cells_of, apart_km = SPREADS[spread](places)
    demand = _around(places, rng, rng.choice(len(residents), CELLS, p=cells_of), apart_km)
    supply = _around(places, rng, rng.choice(len(residents), SERVICES, p=by_residents), APART_KM)
    demand, supply = demand.assign(demand=rng.uniform(1, 60, CELLS)), supply.assign(supply=1.0)
    result = measure(lambda: e2sfca(demand, supply, TRAVEL, catchment=20, decay=gaussian(10)), 1)
    pairs = _pairs_within(demand, supply, 20)
    return (
        f"| {spread} | {pairs / 1e9:.2f} | {result.seconds:.1f} | {result.cpu_seconds:.1f} | {result.extra_mb:.0f} "
        f"| {result.peak_mb:.0f} |"
    )


APART_KM = 1.1
"""Standard deviation of a point around that of its commune, where the commune's area does not say it."""


def _evenly(places: Places) -> tuple[np.ndarray, float]:
    count = len(places.communes)
    return np.full(count, 1 / count), APART_KM


def _by_residents(places: Places) -> tuple[np.ndarray, float]:
    residents = places.communes["demand"].to_numpy()
    return residents / residents.sum(), APART_KM


def _as_squares(places: Places) -> tuple[np.ndarray, np.ndarray]:
    """By residents, but no more than the squares of 200 m that the area of a commune holds, and all over that area."""
    area, residents = (places.communes[name].to_numpy(float) for name in ("area_km2", "demand"))
    room = CELLS_A_KM2 * area
    low, high = 0.0, room.sum()
    for _ in range(100):
        a_resident = (low + high) / 2
        low, high = (a_resident, high) if np.minimum(room, a_resident * residents).sum() < CELLS else (low, a_resident)
    counts = np.minimum(room, high * residents)
    # A disc of this area has half its radius for standard deviation on each axis.
    return counts / counts.sum(), np.sqrt(area / np.pi) / 2


SPREADS = {
    "evenly over the communes": _evenly,
    "by residents, 25 a km² at most": _as_squares,
    "by residents, however dense": _by_residents,
}
"""Probability of each commune, and kilometres (standard deviation) of its cells around its point."""


def _around(places: Places, rng: np.random.Generator, commune: np.ndarray, apart_km) -> pd.DataFrame:
    centre = places.communes[["lon", "lat"]].to_numpy()[commune]
    apart = np.broadcast_to(apart_km, len(places.communes))[commune] / KM_A_DEGREE
    away = rng.normal(size=(len(commune), 2)) * apart[:, None]
    away[:, 0] /= np.cos(np.radians(centre[:, 1]))
    return pd.DataFrame(centre + away, columns=["lon", "lat"])


def _pairs_within(demand: pd.DataFrame, supply: pd.DataFrame, minutes: float) -> int:
    trees = []
    for frame in (demand, supply):
        lon, lat = np.radians(frame[["lon", "lat"]].to_numpy()).T
        trees.append(cKDTree(np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)))
    return int(trees[0].count_neighbors(trees[1], chord(TRAVEL.radius_km(minutes))))


# --------------------------------------------------------------------------------------------------------- sensitivity


def sensitivity(places: Places) -> list[str]:
    """Rows of the table: share of communes whose quintile of access changes, against the usual choice."""
    demand, supply = places.communes, places.town_halls
    usual = {"catchment": 30, "decay": gaussian(SIGMA_MIN)}

    def slower(name: str, by: float) -> TravelModel:
        return replace(TRAVEL, name=name, intercept_min=TRAVEL.intercept_min * by, slope=TRAVEL.slope * by)

    def longer(name: str, by: float) -> TravelModel:
        return replace(TRAVEL, name=name, slope=TRAVEL.slope * by**TRAVEL.exponent)

    def moved(origin: str) -> pd.DataFrame:
        there = demand.assign(lon=demand[f"lon_{origin}"], lat=demand[f"lat_{origin}"])
        return there.dropna(subset=["lon", "lat"])

    base = e2sfca(demand, supply, TRAVEL, **usual)
    others = {
        "detour +10 %": e2sfca(demand, supply, longer("+10 %", 1.1), **usual),
        "detour +20 %": e2sfca(demand, supply, longer("+20 %", 1.2), **usual),
        "speed -20 %": e2sfca(demand, supply, slower("-20 %", 1.25), **usual),
        "speed +20 %": e2sfca(demand, supply, slower("+20 %", 1 / 1.2), **usual),
        "straight line x 1.2 at 50 km/h": e2sfca(demand, supply, TravelModel("1.2", 0, 1.44, 1, "assumed"), **usual),
        "straight line x 1.4 at 50 km/h": e2sfca(demand, supply, TravelModel("1.4", 0, 1.68, 1, "assumed"), **usual),
        "x 1.3 at 60/45/25 km/h by density class": e2sfca(demand, supply, _by_density(demand, supply), **usual),
        "decay: none": e2sfca(demand, supply, TRAVEL, catchment=30, decay=step),
        "decay: Gaussian 10 min": e2sfca(demand, supply, TRAVEL, catchment=30, decay=gaussian(10)),
        "decay: Gaussian 7.5 min": e2sfca(demand, supply, TRAVEL, catchment=30, decay=gaussian(7.5)),
        "decay: DREES 10/20/30 min": e2sfca(demand, supply, TRAVEL, catchment=30, decay=drees((10, 20, 30))),
        "decay: DREES 5/10/15 min": e2sfca(demand, supply, TRAVEL, catchment=30, decay=drees()),
        "catchment 20 min": e2sfca(demand, supply, TRAVEL, **usual | {"catchment": 20}),
        "catchment 45 min": e2sfca(demand, supply, TRAVEL, **usual | {"catchment": 45}),
        "origin: centroid of the outline": e2sfca(moved("centroid"), supply, TRAVEL, **usual),
        "origin: town hall": e2sfca(moved("hall"), supply, TRAVEL, **usual),
    }
    rows = []
    for name, other in others.items():
        both = pd.concat([base, other], axis=1, keys=["base", "other"]).dropna()
        steps = (_quintile(both["base"]) - _quintile(both["other"])).abs()
        rows.append(f"| {name} | {(steps > 0).mean():.1%} | {(steps > 1).mean():.1%} | {len(both):,} |")
    return rows


def _quintile(values: pd.Series) -> pd.Series:
    return np.ceil(values.rank(pct=True) * 5)


def _by_density(demand: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    """Trips at the mean speed of both ends' density classes; an unknown class is rural."""
    speed = demand["density"].map(SPEED_KMH).fillna(SPEED_KMH["rural"])
    trips = travel(demand, supply, model=TravelModel("fastest", 0, 60 * 1.3 / 60, 1, "assumed"), limit_min=30)
    ends = [
        speed.reindex(trips[end].cat.categories).to_numpy()[trips[end].cat.codes] for end in ("origin", "destination")
    ]
    return trips.assign(minutes=trips["distance_km"] * 1.3 / ((ends[0] + ends[1]) / 2) * 60)


# ---------------------------------------------------------------------------------------------------------------- main


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.access", description=__doc__)
    parser.add_argument("--db", type=Path, help="a Reliance GeoPackage; without it, points are generated")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the fastest counts (default 3)")
    parser.add_argument("--only", choices=["pysal", "cells", "sensitivity"], help="one part only")
    options = parser.parse_args(arguments)
    places = load(options.db)
    e2sfca(places.communes[:9], places.town_halls[:9], TRAVEL, catchment=30, decay=step)  # load the compiled code
    print(f"## Access\n\n{places.what}; travel model {TRAVEL.name}; {os.cpu_count()} cores.\n")
    if options.only in (None, "pysal"):
        cold, warm = first_call()
        print(f"### Against PySAL, Gaussian {SIGMA_MIN:g} min, fastest of {options.repeats}\n")
        print("| | | s | processor s | extra MB | times faster | on the processor | memory ratio "
              "| largest relative gap |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
        for minutes in (30, 60):
            print(*against_pysal(places, minutes, options.repeats), sep="\n", flush=True)
        print(f"\nFirst call of a process: {cold:.1f} s compiling (once a machine), {warm:.2f} s from the cache.\n")
    if options.only in (None, "cells"):
        print(f"### {CELLS:,} cells x {SERVICES:,} services by residents, 20 min, Gaussian 10 min\n")
        print("| cells drawn | thousand million pairs | s | processor s | extra MB | peak MB of the process |")
        print("|---|---|---|---|---|---|")
        for spread in SPREADS:
            print(cells(places, spread), flush=True)
        print()
    if options.only in (None, "sensitivity"):
        print(
            f"### Communes that change quintile of access to town-hall hours (usual: 30 min, Gaussian {SIGMA_MIN:g})\n"
        )
        print("| change | change quintile | move by two or more | communes compared |\n|---|---|---|---|")
        print(*sensitivity(places), sep="\n")


if __name__ == "__main__":
    main()
