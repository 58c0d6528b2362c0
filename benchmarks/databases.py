"""A GeoPackage beside PostGIS: `python -m benchmarks.databases --db FILE.gpkg --postgresql postgresql://...`.

All that a build does before its publication is the same for both, so the tables of a finished database are published
again into each, in processes of their own: seconds, processor seconds and extra memory (of the process that publishes,
not of the server). Then the questions of the pages asked of both, the quickest of five, caches of the store left out.
The tables in the server's database are replaced.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from etl.publishing.publish import publish
from geodata import schema
from geodata.store import Store, open_store
from geodata.territory import Level

REPEATS = 5

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "hash of the build": lambda store: store.version(),
    "estimates of all communes (34,875)": lambda store: store.estimates(Level.COMMUNE),
    "estimates of Occitanie (4,446)": lambda store: store.estimates(Level.COMMUNE, "76"),
    "one estimate": lambda store: store.estimate(Level.COMMUNE, "31555"),
    "flip test of Occitanie": lambda store: store.flips(Level.COMMUNE, "76"),
    "first search (reads every name)": lambda store: store.search("toulouse"),
    "services of Occitanie": lambda store: store.services("76"),
    "access of Occitanie": lambda store: store.access("76"),
    "exact outline of a région": lambda store: store.bounds(Level.REGION, "76"),
    "indicators of a commune": lambda store: store.values(Level.COMMUNE, "31555"),
}


def main(arguments: list[str] | None = None) -> None:
    """Print what was measured, as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.databases", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--postgresql", required=True, help="address of a database that may be replaced")
    parser.add_argument("--into", help="publish into this address here (used by this program itself)")
    options = parser.parse_args(arguments)
    if options.into:
        print(json.dumps(_published(options.db, options.into)))
        return
    with tempfile.TemporaryDirectory() as folder:
        urls = {"GeoPackage": f"{folder}/isolation.gpkg", "PostGIS": options.postgresql}
        print("| published into | seconds | processor seconds | extra memory |\n|---|---|---|---|")
        for name, url in urls.items():
            rows = _alone(options.db, url)
            print(f"| {name} | {rows['seconds']:.0f} | {rows['processor']:.0f} | {rows['extra'] / 1e3:.0f} MB |")
        stores = {name: open_store(url) for name, url in urls.items()}
        hashes = {store.version() for store in stores.values()}
        print(f"\nContent: {'the same' if len(hashes) == 1 else 'NOT THE SAME'}.\n")
        print(f"| question, ms | {' | '.join(urls)} |\n|---|---|---|")
        for question, ask in QUESTIONS.items():
            times = [_quickest(url, ask) for url in urls.values()]
            print(f"| {question} | {' | '.join(f'{1000 * seconds:.1f}' for seconds in times)} |")


def _alone(db: str, url: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.databases", "--db", db, "--postgresql", url, "--into", url]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _published(db: str, url: str) -> dict:
    store = open_store(db)
    tables = {table.name: store.table(table) for table in schema.metadata.sorted_tables}
    before, processor, peak = time.perf_counter(), time.process_time(), _peak()
    publish(tables, url, date="2025-01-01")
    return {
        "seconds": time.perf_counter() - before,
        "processor": time.process_time() - processor,
        "extra": _peak() - peak,
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _quickest(url: str, ask: Callable[[Store], object]) -> float:
    """Seconds of the quickest of some askings, each of a store that has kept nothing but an open connection."""
    times = []
    for _ in range(REPEATS):
        store = open_store(url)
        store.build()
        before = time.perf_counter()
        ask(store)
        times.append(time.perf_counter() - before)
    return min(times)


if __name__ == "__main__":
    main()
