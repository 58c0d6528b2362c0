"""The record, the cards, the profile, the files and the printed briefing of a place say the same of it."""

from dataclasses import replace

import pytest

from dashboard.facts import Facts
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard.place_claims import LEVELS, check, contradictions, drawn, mesh_of, place_of

SAMPLE = 8
"""Territories of a real database that are asked; `python -m benchmarks.claims` asks 200."""


def test_every_place_of_the_invented_country_says_one_thing(facts):
    places = [(level, code) for level in LEVELS for code in facts.store.territories(level)["code"]]
    assert len(places) > 15
    assert [wrong for level, code in places for wrong in check(facts, level, code)] == []


def test_places_of_each_level_of_a_real_database_say_one_thing(real_db):
    facts = Facts(open_store(str(real_db)))
    chosen = drawn(facts, SAMPLE)
    assert {level for level, _ in chosen} == set(LEVELS)
    assert len(chosen) == SAMPLE
    assert [wrong for level, code in chosen for wrong in check(facts, level, code)] == []


@pytest.mark.parametrize(
    ("form", "sentence", "instead"),
    [
        ("PDF", "trop loin", "trop peu"),
        ("PDF", "Il est presque certain (", "Il est probable ("),
        ("PDF", "probablement plus élevée", "probablement plus basse"),
        ("card", "trop loin", "à portée"),
        ("map card", "trop loin", "à portée"),
        ("profile", "presque certain", "probable"),
    ],
)
def test_a_text_that_says_another_thing_is_found(facts, form, sentence, instead):
    choice = mesh_of(facts, Level.EPCI, "S11")
    place = place_of(facts, choice)
    assert sentence in place.texts[form]
    other = place.texts | {form: place.texts[form].replace(sentence, instead)}
    assert contradictions(facts, choice, replace(place, texts=other))


def test_a_file_that_says_another_thing_is_found(facts):
    choice = mesh_of(facts, Level.EPCI, "S11")
    place = place_of(facts, choice)
    for name, column in (("need file", "classe"), ("need file", "motif"), ("map file", "borne_haute")):
        other = place.rows | {name: place.rows[name] | {column: "1"}}
        assert contradictions(facts, choice, replace(place, rows=other)), (name, column)
