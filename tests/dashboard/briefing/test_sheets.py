"""Sheets of many places, held claim by claim against their records and files."""

import random
from dataclasses import replace

import pytest

from dashboard.briefing.brief import brief
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.sheet import sheet
from dashboard.state import Choice
from geodata.errors import NobodyHere
from geodata.store import open_store
from geodata.survey import DEFINITIONS, reference_of
from geodata.territory import Level
from tests.dashboard.briefing.claims import repeated, sentences, wrong

LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.FRANCE)
SAMPLE = 120
"""Territories of a real database whose sheets are read back; `make briefings-check` reads all."""
QUESTIONS = [Choice(definition=d.id, scenario=reference_of(d.id).id) for d in DEFINITIONS]


def printed(store, level, code, choice=None):
    record = brief(
        store, level, code, choice=choice or Choice(), printed_on="2026-11-25", issuer=Issuer(), address="https://x"
    )
    return record, sheet(record, "fr")


def test_every_sheet_of_the_invented_country_says_what_its_record_says(store):
    places = [(level, code) for level in LEVELS for code in store.territories(level)["code"]]
    assert [fault for place in places for fault in wrong(*printed(store, *place))] == []


@pytest.mark.parametrize("choice", QUESTIONS, ids=lambda choice: choice.definition)
def test_every_definition_has_its_noun_in_every_sentence(store, choice):
    for place in [(level, code) for level in LEVELS for code in store.territories(level)["code"].head(4)]:
        assert wrong(*printed(store, *place, choice)) == []


def test_sheets_of_a_real_database_say_what_their_records_say(real_db):
    store = open_store(str(real_db))
    places = [(level, code) for level in LEVELS for code in store.territories(level)["code"]]
    faults, sheets = [], {level: [] for level in LEVELS}
    for level, code in random.Random(2026).sample(places, SAMPLE):
        try:
            found, made = printed(store, level, code)
        except NobodyHere:
            continue
        faults += wrong(found, made)
        sheets[level].append(sentences(made))
    assert faults == []
    shares = repeated(sheets[Level.COMMUNE])
    is_range = shares.index.str.startswith("Part attendue")
    assert shares[~is_range].iloc[0] <= 0.60, shares.head(8).to_dict()
    # The estimate is nearly flat: one range in whole points is that of 71 % of communes.
    assert shares[is_range].iloc[0] <= 0.75


def test_a_wrong_claim_is_found(store):
    """The check sees what it is there for."""
    found, made = printed(store, Level.EPCI, "S11")
    broken = (
        replace(made, front=replace(made.front, answer=("Autre chose.", *made.front.answer[1:]))),
        replace(made, front=replace(made.front, strengths=("Grand âge : moins que ses jumeaux",))),
        replace(
            made, front=replace(made.front, position=("Part proche de celle de la France entière, peut-être.",) * 2)
        ),
        replace(made, back=replace(made.back, services=(("Institutions publiques", "1", "Mairie (0 min)", "–"),))),
    )
    assert all(wrong(found, one) for one in broken)
    assert "Autre chose." in sentences(broken[0])
    unlisted = [replace(line, response=replace(line.response, inside=None)) for line in found.families]
    assert any("drawn on the map" in fault for fault in wrong(replace(found, families=tuple(unlisted)), made))
