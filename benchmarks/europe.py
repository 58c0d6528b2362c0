"""A build of Europe of an invented size: `python -m benchmarks.europe --lau N [--services N]`.

A lattice of LAU of 5 km in NUTS regions of 36, each with some 18 populated squares of 1 km, services near residents:
nobody's data, in the official layouts. Prints Markdown: seconds of each step, peak memory. Linux only.
"""

import argparse
import resource
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl import europe, unsurveyed
from etl.grid.cells import read_cells
from etl.publishing.publish import publish
from etl.reading.intake import intake
from geodata.sentences import sentence

SEED = 20171
WEST, SOUTH, SIDE_KM = 3_500_000, 2_300_000, 5
POPULATED = 0.72
"""Share of the squares where somebody lives: of Europe 1.8 million in some 100,000 LAU, 18 each."""

CLASSES = ("amenity=pharmacy", "amenity=doctors", "amenity=library", "amenity=townhall", "social_facility=food_bank",
           "amenity=social_centre", "government=social_services", "healthcare=nurse")  # fmt: skip


def write(folder: Path, count: int, services: int) -> int:
    """Every file of an invented country of about `count` LAU; how many there are."""
    rng, wide = np.random.default_rng(SEED), max(6, round(count**0.5 / 6) * 6)
    column, row = np.divmod(np.arange(wide * wide), wide)
    west, south = WEST + 1000 * SIDE_KM * column, SOUTH + 1000 * SIDE_KM * row
    third = column // 6 * 100 + row // 6
    code = pd.Series(third).map({number: _nuts(n) for n, number in enumerate(sorted(set(third)))})
    boxes = shapely.box(west, south, west + 1000 * SIDE_KM, south + 1000 * SIDE_KM)
    cell = np.flatnonzero(rng.random(len(column) * SIDE_KM**2) < POPULATED)
    of, inside = np.divmod(cell, SIDE_KM**2)
    people = np.ceil(rng.lognormal(4, 1.5, len(cell))).astype(int)
    x, y = west[of] + 1000 * (inside // SIDE_KM), south[of] + 1000 * (inside % SIDE_KM)
    stated = np.bincount(of, people, len(column)).astype(int)
    names = [f"DE_{n:06}" for n in range(len(column))]
    lau = {"GISCO_ID": names, "CNTR_CODE": "DE", "LAU_NAME": names, "POP_2021": stated, "YEAR": 2021}
    gpd.GeoDataFrame(lau, geometry=boxes, crs=3035).to_file(folder / "lau.gpkg")
    regions = gpd.GeoDataFrame({"NUTS_ID": code, "LEVL_CODE": 3, "NAME_LATN": code}, geometry=boxes, crs=3035)
    regions.dissolve("NUTS_ID").reset_index().to_file(folder / "nuts.gpkg")
    old, young = people // 5, people // 6
    squares = {"GRD_ID": [f"CRS3035RES1000mN{b}E{a}" for a, b in zip(x, y, strict=True)], "T": people,
               "Y_LT15": young, "Y_1564": people - old - young, "Y_GE65": old}  # fmt: skip
    pd.DataFrame(squares).to_csv(folder / "grid.csv", index=False)
    at = rng.choice(len(cell), services, p=people / people.sum())
    points = gpd.GeoSeries(gpd.points_from_xy(x[at] + 1000 * rng.random(services), y[at] + 1000 * rng.random(services)))
    points = points.set_crs(3035).to_crs(4326)
    table = {"osm_id": np.arange(services), "name": "", "class": rng.choice(CLASSES, services),
             "lon": points.x.round(6), "lat": points.y.round(6)}  # fmt: skip
    pd.DataFrame(table).to_csv(folder / "places-2026-05-01.csv", index=False)
    return len(cell)


def _nuts(number: int) -> str:
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "DE" + signs[number // 1296] + signs[number // 36 % 36] + signs[number % 36]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lau", type=int, default=10_000)
    parser.add_argument("--services", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cells = write(folder, options.lau, options.services)
        print(f"{options.lau:,} LAU, {cells:,} squares, {options.services:,} services")
        print("| step | seconds | of the processor |\n|---|---|---|")
        steps: list[tuple[str, float, float]] = []

        def announce(step: str) -> None:
            steps.append((sentence(step).text(), time.perf_counter(), time.process_time()))

        announce("step_territories")
        official, _ = intake(folder, europe.READERS)
        places = europe.read_places(official)
        announce("step_official")
        listed = unsurveyed.read_services(official, europe.SERVICES)
        tables = unsurveyed.build(
            places, partial(read_cells, official, fills=True), listed, official, announce=announce
        )
        announce("step_publication")
        publish(tables, str(folder / "europe.gpkg"), date="2026-11-30")
        announce("step_checks")
        for (name, clock, cpu), (_, clock_end, cpu_end) in pairwise(steps):
            print(f"| {name} | {clock_end - clock:.1f} | {cpu_end - cpu:.1f} |")
        print(f"| all | {steps[-1][1] - steps[0][1]:.1f} | {steps[-1][2] - steps[0][2]:.1f} |")
        size = (folder / "europe.gpkg").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{size:.0f} MB of database, {peak:.2f} GB at most in memory")


if __name__ == "__main__":
    main()
