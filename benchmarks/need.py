"""Need against responses: the access tables of a build, the server time of the page, and how much the answer depends on
its judgements. `python -m benchmarks.need --db FILE.gpkg`."""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from dashboard.facts import Facts
from dashboard.pages.besoin import controls, view
from dashboard.pages.besoin.card import card
from dashboard.state import Choice, read
from dashboard.table import records
from etl import access
from geodata import schema
from geodata.need import need_table
from geodata.response import Quadrant
from geodata.service import Family
from geodata.store import Store, open_store, read_only
from geodata.territory import Level

REGION = "76"


def timed(question: Callable[[], object], repeats: int = 3) -> tuple[float, float]:
    """Seconds of the fastest of several runs, and of the processor in the one that took it least."""
    elapsed, processor = [], []
    for _ in range(repeats):
        start, busy = time.perf_counter(), time.process_time()
        question()
        elapsed.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return min(elapsed), min(processor)


def tables(db: Path) -> str:
    """Seconds to make both access tables again from the services of a database."""
    with read_only(db).connect() as connection:

        def read_table(table: sa.Table) -> pd.DataFrame:
            rows = connection.execute(sa.select(table))
            return pd.DataFrame(list(map(tuple, rows)), columns=list(rows.keys()))

        territory, service, category, completeness = map(
            read_table, (schema.territory, schema.service, schema.category, schema.completeness)
        )
    demand = open_store(str(db)).demand()[["residents", "people"]]
    made = {}

    def make() -> None:
        made["nearest"] = access.nearest_by_category(service, territory, completeness)
        made["family"] = access.by_family(made["nearest"], service, category, territory, demand)

    seconds, processor = timed(make, 2)
    return (
        f"| both access tables ({len(service):,} services, {completeness['category'].nunique()} categories, "
        f"{len(made['nearest']):,} rows) | {seconds:.1f} s | {processor:.1f} s |"
    )


def page(store: Store) -> list[str]:
    """Milliseconds of the server for what the page asks, the database having been read once."""
    facts = Facts(store)
    choice = read(controls.PATH, f"?r={REGION}")[0]
    communes = replace(choice, mesh=Level.COMMUNE)
    facts.need(choice)
    minutes = iter([m / 10 for m in range(101, 190)])

    def ask(questions: Choice) -> None:
        # Other minutes each time: nothing is remembered.
        moved = replace(questions, minutes=next(minutes))
        records(view.rows(facts, moved))
        view.counts(facts, moved)
        view.people_sentence(facts, moved)

    def say(code: str) -> None:
        card(facts, replace(communes, minutes=next(minutes), selected=(Level.COMMUNE, code)))

    questions = {
        "other minutes, EPCI of Occitanie": lambda: ask(choice),
        "other minutes, communes of Occitanie": lambda: ask(communes),
        "card of a commune": lambda: say("09042"),
        "card of Toulouse": lambda: say("31555"),
    }
    times = {name: timed(question, 5) for name, question in questions.items()}
    return [f"| {name} | {1000 * wall:.0f} ms | {1000 * busy:.0f} ms |" for name, (wall, busy) in times.items()]


def judgements(store: Store) -> list[str]:
    """Share of the communes with a probable need whose quadrant changes with one judgement."""
    whole = need_table(store, Level.COMMUNE, REGION).set_index("code")
    need = whole["quadrant"].isin([Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN])

    def moved(name: str, **options) -> str:
        other = need_table(store, Level.COMMUNE, REGION, **options).set_index("code")["quadrant"]
        return f"| {name} | {(other != whole['quadrant'])[need].mean():.0%} |"

    robust = whole.loc[need, "is_robust"]
    return [
        moved("15 minutes", minutes=15),
        moved("30 minutes", minutes=30),
        moved("citizens alone", families=(Family.CITIZEN,)),
        moved("institutions alone", families=(Family.INSTITUTIONAL,)),
        moved("professionals alone", families=(Family.PROFESSIONAL,)),
        f"| any of the flip test (minutes, quarter, access model) | {(robust == False).mean():.0%} |",  # noqa: E712
    ]


def main(arguments: list[str] | None = None) -> None:
    """Print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.need", description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("var/isolation.gpkg"))
    options = parser.parse_args(arguments)
    store = open_store(str(options.db))
    print("## Need against responses\n\n| | elapsed | processor |\n|---|---|---|")
    print(tables(options.db))
    print(*page(store), sep="\n", flush=True)
    print("\n| judgement | communes with a probable need that change quadrant |\n|---|---|")
    print(*judgements(store), sep="\n")


if __name__ == "__main__":
    main()
