"""Fifty territories at random: what a page says of an indicator is what the database holds and what its file gives."""

import csv
import io
import random

import pytest
import sqlalchemy as sa

from dashboard.facts import Facts
from dashboard.pages.carte import export, observed
from dashboard.spreadsheet import csv_bytes
from dashboard.state import Choice
from dashboard.text.territory import value
from geodata import schema
from geodata.store import Store, open_store
from geodata.territory import FRANCE, Level

SAMPLE = 50
LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)


def held(store: Store, indicator: str, level: Level, code: str) -> sa.Row:
    """The newest row of the table itself."""
    v = schema.indicator_value.c
    query = sa.select(schema.indicator_value).where(v.indicator == indicator, v.level == level, v.code == code)
    with store._engine.connect() as connection:
        return connection.execute(query.order_by(v.vintage.desc())).first()


def sample(facts: Facts) -> list[tuple[Choice, str]]:
    """An indicator and a territory of which it is known, fifty times; the same ones at every run."""
    dice = random.Random(14)
    v = schema.indicator_value.c
    query = sa.select(v.level, v.indicator).where(v.value.isnot(None), v.level.in_(LEVELS)).distinct()
    with facts.store._engine.connect() as connection:
        pairs = sorted(tuple(row) for row in connection.execute(query))
    found = []
    while len(found) < SAMPLE:
        level, indicator = dice.choice(pairs)
        region = dice.choice(facts.regions())[0] if level == Level.COMMUNE else FRANCE
        choice = Choice(region=region, mesh=Level(level), indicator=indicator)
        published = facts.observed(choice).dropna(subset="value")
        if len(published):
            found.append((choice, dice.choice(sorted(published["code"]))))
    return found


def number(cell: str) -> float:
    """What a French spreadsheet reads in a cell."""
    amount = float(cell.removesuffix("%").replace(",", "."))
    return amount / 100 if cell.endswith("%") else amount


def check(facts: Facts, choice: Choice, code: str) -> list[str]:
    """Where the page, the file and the database differ on one figure."""
    row = held(facts.store, choice.indicator, choice.mesh, code)
    shown = observed.rows(facts, choice).set_index("code").loc[code]
    written = csv_bytes(export.table(facts, choice, ""), observed.percents(facts, choice)).decode("utf-8-sig")
    lines = {line["code"]: line for line in csv.DictReader(io.StringIO(written), delimiter=";")}
    declared = facts.indicators().set_index("id").loc[choice.indicator]
    wrong = []
    if shown["told"] != value(row.value, declared["unit"], "fr"):
        wrong.append(f"page: {shown['told']}, held: {row.value}")
    if number(lines[code]["valeur"]) != pytest.approx(row.value, rel=1e-4, abs=1e-6):
        wrong.append(f"file: {lines[code]['valeur']}, held: {row.value}")
    is_ratio = declared["unit"] == "share" and None not in (row.numerator, row.denominator)
    if is_ratio and row.numerator / row.denominator != pytest.approx(row.value, rel=1e-9):
        wrong.append(f"held: {row.numerator} / {row.denominator} is not {row.value}")
    return [f"{choice.mesh} {code}, {choice.indicator}: {one}" for one in wrong]


def test_fifty_figures_are_the_same_on_the_page_in_the_file_and_in_the_database(real_db):
    facts = Facts(open_store(str(real_db)))
    assert [said for choice, code in sample(facts) for said in check(facts, choice, code)] == []
