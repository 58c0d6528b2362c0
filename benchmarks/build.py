"""The base build, measured: `python -m benchmarks.build`. Seconds, peak memory, counts against the official ones.

Builds twice in processes of their own from the sources of `--data`, compares the content hashes, and prints Markdown.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from geodata.store import open_store
from geodata.territory import Level

OFFICIAL = {Level.COMMUNE: 34_875, Level.EPCI: 1_254, Level.DEPARTEMENT: 101, Level.REGION: 18}
CENSUS_2021 = 67_408_104


def timed_build(data: Path, db: Path) -> tuple[float, float]:
    """Seconds and peak memory (GB) of one build in a process of its own."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "etl", "build", "--data", str(data), "--db", str(db)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.perf_counter() - before
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6


def main(arguments: list[str] | None = None) -> None:
    """Build twice and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/data"))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{name}.gpkg") for name in ("one", "two")]
        runs = [timed_build(options.data, file) for file in files]
        stores = [open_store(str(file)) for file in files]
        hashes = {store.build()["content_hash"] for store in stores}
        store, size = stores[0], files[0].stat().st_size
        print("| Base build | |\n|---|---|")
        print(f"| all France, best of two | {min(s for s, _ in runs):.0f} s |")
        print(f"| peak memory | {max(m for _, m in runs):.2f} GB |")
        print(f"| database | {size / 1e6:.0f} MB |")
        print(f"| content hash of both builds | {'the same' if len(hashes) == 1 else 'NOT THE SAME'} |\n")
        print("| Territories | built | official, 1 January 2025 |\n|---|---|---|")
        for level, official in OFFICIAL.items():
            print(f"| {level} | {len(store.territories(level)):,} | {official:,} |")
        france = store.values(Level.FRANCE, "FR").set_index("id")["value"]
        print(f"| residents | {france['population']:,.0f} | {CENSUS_2021:,} (census 2021 by IRIS, no Mayotte) |")


if __name__ == "__main__":
    main()
