"""Briefings: seconds, memory and weight of one, of a région, of the country; and their text against their record.

`python -m benchmarks.briefing --db FILE.gpkg` measures; with `--check` it prints every EPCI and département, reads the
text back and counts the numbers that the record does not hold and the classes said in other words (`--sample N`: N of
each level, the same ones each time). `--sentences N` counts the sentences of N sheets of each level, without
typesetting them.
"""

import argparse
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from dashboard import text
from dashboard.briefing import batch
from dashboard.briefing.batch import Order
from dashboard.briefing.brief import brief
from dashboard.briefing.content import Briefing
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.render import to_pdf
from dashboard.briefing.sheet import sheet
from dashboard.state import Choice
from geodata.indicator_catalogue import POPULATION
from geodata.store import Store, open_store
from geodata.territory import FRANCE, Level
from tests.dashboard.briefing.claims import repeated, sentences, wrong
from tests.dashboard.briefing.reading import flat, pages
from tests.dashboard.briefing.record import quantities, strangers
from tests.dashboard.briefing.test_examples import MOST_NUMBERS

DAY, ADDRESS = "2026-01-01", "https://reliance.example"
SAMPLE = 60
LEVELS = (Level.EPCI, Level.DEPARTEMENT, Level.REGION)
MOST_FREQUENT = 5
INHABITED = 50
"""Residents from which a commune's sheet is counted."""

_store: dict[str, Store] = {}


def main(arguments: list[str] | None = None) -> None:
    """Measure or check, and print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.briefing", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="read every text back against its record")
    parser.add_argument("--sample", type=int, help="with --check, so many of each level (default: every one)")
    parser.add_argument("--sentences", type=int, help="what so many sheets of each level say most often")
    options = parser.parse_args(arguments)
    if options.sentences:
        _sentences(open_store(options.db), options.sentences)
    elif options.check:
        _check(options.db, options.workers, options.sample)
    else:
        _measure(options.db, options.workers)


# -- seconds ---------------------------------------------------------------------------------------------------------


def _measure(db: str, workers: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    print("| | briefings | seconds | a briefing | weight, median / heaviest |\n|---|---|---|---|---|")
    for level in (Level.EPCI, Level.COMMUNE, Level.DEPARTEMENT, Level.REGION):
        with ProcessPoolExecutor(1, spawn) as alone:
            took, processor, weights, peak = alone.submit(_one_by_one, db, level).result()
        print(
            f"| one by one, warm, {level} | {len(took)} | {sum(took):.1f} | median {statistics.median(took):.3f} s, "
            f"{processor / len(took):.3f} s of processor, peak {peak:.0f} MB | {_weights(weights)} |"
        )
    for within, name in (("53", "Bretagne"), ("76", "Occitanie"), (FRANCE, "France")):
        store = open_store(db)
        codes = tuple(store.territories(Level.EPCI, within)["code"])
        with tempfile.TemporaryDirectory() as folder:
            order = Order(
                Level.EPCI, within, codes, Path(folder), DAY, "fr", Choice(), Issuer(), ADDRESS, store.version()
            )  # fmt: skip
            before = time.perf_counter()
            index = batch.run(order, partial(open_store, db), workers=workers)
            seconds = time.perf_counter() - before
            weights = [(order.folder / line.file).stat().st_size for line in index if line.file]
            print(
                f"| batch, {workers} processes, EPCI of {name}, archive included | {len(weights)} | {seconds:.0f} | "
                f"{seconds / len(codes):.3f} s | {_weights(weights)} |"
            )


def _weights(weights: list[int]) -> str:
    return f"{statistics.median(weights) / 1e3:.0f} / {max(weights) / 1e3:.0f} KB"


def _one_by_one(db: str, level: Level) -> tuple[list[float], float, list[int], float]:
    """Seconds of each briefing, seconds of processor, bytes, and the peak of the process in megabytes."""
    store, took, weights = open_store(db), [], []
    codes = list(store.territories(level)["code"])
    sample = codes[:: max(len(codes) // SAMPLE, 1)][:SAMPLE]
    _pdf(store, level, sample[0])
    started = time.process_time()
    for code in sample:
        before = time.perf_counter()
        weights.append(len(_pdf(store, level, code)[1]))
        took.append(time.perf_counter() - before)
    processor = time.process_time() - started
    return took, processor, weights, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _pdf(store: Store, level: Level, code: str, lang: str = "fr"):
    record = _record(store, level, code)
    return record, to_pdf(record, lang)


def _record(store: Store, level: Level, code: str) -> Briefing:
    return brief(store, level, code, choice=Choice(), printed_on=DAY, issuer=Issuer(), address=ADDRESS)


# -- text against record ---------------------------------------------------------------------------------------------


def _check(db: str, workers: int, sample: int | None) -> None:
    store, dice = open_store(db), random.Random(0)
    codes_by_level = {level: sorted(store.territories(level)["code"]) for level in LEVELS}
    sampled = {
        level: codes if sample is None else dice.sample(codes, min(sample, len(codes)))
        for level, codes in codes_by_level.items()
    }
    places = [(level, code) for level, codes in sampled.items() for code in codes]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, _open, (db,)) as pool:
        read_back = list(pool.map(_faults, places, chunksize=20))
    faults = [fault for own, contradicted, _ in read_back for fault in (*own, *contradicted)]
    for fault in faults:
        print(fault)
    print(f"{len(places)} briefings read back, {len(faults)} faults.")
    for level in LEVELS:
        _most_frequent(level, [lines for (at, _), (*_, lines) in zip(places, read_back, strict=True) if at is level])


def _sentences(store: Store, sample: int) -> None:
    """As much as a sheet says with room for everything: a printed one says less."""
    dice = random.Random(0)
    for level in (Level.COMMUNE, *LEVELS):
        people = store.indicator_values(level, indicator=POPULATION.id).set_index("code")["value"]
        codes = sorted(people.index[people >= INHABITED])
        sheets = [
            sentences(sheet(_record(store, level, code), "fr")) for code in dice.sample(codes, min(sample, len(codes)))
        ]
        print(f"{level}: {len(sheets)} sheets")
        _most_frequent(level, sheets)


def _most_frequent(level: Level, sheets: list[set[str]]) -> None:
    for sentence, share in repeated(sheets).head(MOST_FREQUENT).items():
        print(f"{level}: {share:.0%} « {sentence} »")


def _open(db: str) -> None:
    _store["open"] = open_store(db)


def _faults(place: tuple[Level, str]) -> tuple[list[str], list[str], set[str]]:
    """What the text of one briefing says that its record does not, claims that are contradicted, and its sentences."""
    record, pdf = _pdf(_store["open"], *place)
    read, estimate, faults = pages(pdf), record.profile.estimate, []
    for number, page in enumerate(read, start=1):
        faults += [f"{place}: page {number} prints {n}" for n in strangers(page, record, "fr")]
    sentence = flat(text.verdict_sentence(estimate, "fr").replace("\u202f", " ").replace("\u00a0", " "))
    if len(read) != 2 or sentence not in flat(read[0]):
        faults.append(f"{place}: {len(read)} pages, or not « {sentence} »")
    if len(quantities_ := quantities(read[0], record, "fr")) > MOST_NUMBERS:
        faults.append(f"{place}: {len(quantities_)} numbers on page 1")
    return faults, wrong(record, sheet(record, "fr")), sentences(sheet(record, "fr"))


if __name__ == "__main__":
    main()
