"""Claims about territories held against one another: `python -m benchmarks.claims --db FILE.gpkg`.

Each of 200 territories, drawn at random from all levels with a fixed seed, is read back from every form: the cards,
the profile, the rows of the files as a spreadsheet reads them, and the text of the printed PDF; every claim is compared
with the record. Prints each contradiction, then Markdown.
"""

import argparse
import time
from collections import Counter

from dashboard.facts import Facts
from geodata.store import open_store
from tests.dashboard.place_claims import check, drawn

PLACES = 200


def main(arguments: list[str] | None = None) -> None:
    """Read back, print what is contradicted and how many were asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--places", type=int, default=PLACES)
    options = parser.parse_args(arguments)
    facts = Facts(open_store(options.db))
    places, faults, started = drawn(facts, options.places), 0, time.process_time()
    for level, code in places:
        for fault in check(facts, level, code):
            faults += 1
            print(fault, flush=True)
    counts = ", ".join(f"{count} {level}" for level, count in Counter(level for level, _ in places).items())
    print("| territories | contradictions | seconds of processor |\n|---|---|---|")
    print(f"| {len(places)}: {counts} | {faults} | {time.process_time() - started:.0f} |")


if __name__ == "__main__":
    main()
