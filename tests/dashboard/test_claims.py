"""The record, the card, the profile, the file and the briefing of a place say the same of its need and responses."""

import random
from dataclasses import replace
from functools import cache

import pandas as pd

from dashboard import text
from dashboard.briefing.content import Briefing, brief
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.sheet import Sheet, sheet
from dashboard.facts import Facts
from dashboard.pages.besoin import export, ids
from dashboard.pages.besoin.card import card
from dashboard.pages.territoire import answers, sections
from dashboard.spreadsheet import slug
from dashboard.state import Choice
from dashboard.text import need
from dashboard.text import response as response_text
from geodata.estimate import Verdict, national_verdict
from geodata.response import WEAK, Quadrant, Response
from geodata.service import Family
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard.test_besoin import texts

LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
LANG = "fr"
ISSUER = Issuer("", ())
SAMPLE = 25
"""Territories of each level of a real database that are asked, at random with a fixed seed."""


def mesh_of(facts: Facts, level: Level, code: str) -> Choice:
    territory = facts.store.territory(level, code)
    region = territory.region if level is Level.COMMUNE else "FR"
    return Choice(page=ids.PATH, region=region, mesh=level, selected=(level, code))


BESIDE_FRANCE = {
    Verdict.ABOVE: ("Part plus élevée que celle",),
    Verdict.LIKELY_ABOVE: ("Part probablement plus élevée que celle",),
    Verdict.UNDECIDED: ("Part qui ne se distingue pas de celle", "Part proche de celle"),
    Verdict.LIKELY_BELOW: ("Part probablement plus basse que celle",),
    Verdict.BELOW: ("Part plus basse que celle",),
}
"""What is said of the difference with the country beside each class against it."""


def beside_france(facts: Facts, choice: Choice, briefing: Briefing, printed: Sheet) -> list[str]:
    """Pages on which the class against the country and the difference with it oppose each other."""
    found = briefing.profile
    verdict = national_verdict(found.estimate)
    on_screen = texts(
        [sections.head(facts, found, briefing.responses, choice), sections.compared(facts, found, choice)]
    )
    on_paper = " ".join([*printed.front.answer, *printed.front.position])
    wrong = []
    for where, told in (("profile", on_screen), ("briefing", on_paper)):
        classes = [
            class_
            for class_, starts in BESIDE_FRANCE.items()
            if any(f"{start} de la France entière" in told for start in starts)
        ]
        said = [class_.value for class_ in classes]
        expected = [verdict] if verdict in BESIDE_FRANCE else []
        # On paper the class against the country is that sentence alone.
        is_named = where == "briefing" or text.verdict(verdict, LANG) in told
        if classes != expected or (expected and not is_named):
            wrong.append(f"{where}: {said} beside France, class {verdict.value}")
    return wrong


@cache
def file_of(facts: Facts, choice: Choice) -> pd.DataFrame:
    """The file of a mesh by code: one for all its places."""
    return export.rows(facts, choice, "").set_index("code")


def check(facts: Facts, level: Level, code: str) -> list[str]:
    """Every claim about one place that another one contradicts; empty when all agree."""
    choice = mesh_of(facts, level, code)
    record = facts.responses(choice, level, code)
    row = file_of(facts, replace(choice, selected=None)).loc[code]
    shown = texts(card(facts, choice))
    titles, sources = facts.titles(LANG), facts.source_titles()
    profile = texts(answers.services(record, titles, sources, replace(choice, page="/territoire")))
    briefing = brief(facts.store, level, code, choice=choice, printed_on="2026-11-28", issuer=ISSUER, address="")
    printed = sheet(briefing, LANG)
    wrong = []

    def claim(is_so: bool, what: str) -> None:
        if not is_so:
            wrong.append(f"{level.value} {code}: {what}")

    for family in Family:
        own = record.family(family)
        name, state = text.family(family, LANG), response_text.response(own.response, LANG)
        column = slug(text.family(family, LANG)).replace("-", "_")
        claim(row[f"reponse_{column}"] == state, f"file: {name} is {row[f'reponse_{column}']!r}, record {state!r}")
        claim(
            f"{name}{text.colon(LANG)} {response_text.SYMBOL[own.response]}  {state}" in shown,
            f"card: {name} is not {state!r}",
        )
        claim(
            f"{name} {response_text.SYMBOL[own.response]} {text.capitalised(state)}" in profile,
            f"profile: {name} not {state!r}",
        )
        reason = response_text.reason(own, level, record.minutes, LANG)
        claim((reason is not None) == (own.response in WEAK), f"{name}: a reason without a lack, or a lack without one")
        if reason:
            claim(reason in shown and reason in profile, f"{name}: the reason is not on card and profile")
        within = next(share for minutes, share, _ in own.within if minutes == record.minutes)
        if own.response is Response.FAR and within is not None:
            claim(within <= 0.5, f"{name}: too far, and within reach of {within:.0%}")
        if own.response is Response.SCARCE and within is not None and level is Level.COMMUNE:
            claim(within == 1, f"{name}: too few, and not within reach")
        if own.response is Response.UNKNOWN:
            claim(own.far_share + own.scarce_share < 0.5, f"{name}: not known, and found wanting")
        is_gap = any(gap.family is family for gap in briefing.gaps)
        claim(is_gap == (own.response in WEAK), f"briefing: {name} is{'' if is_gap else ' not'} a gap")
        claim(
            any(line.startswith(f"{name}{text.colon(LANG)}{state}") for line in printed.front.gaps)
            or own.response not in WEAK
            or len(printed.front.gaps) >= 3,
            f"briefing, page 1: {name} is not told as {state!r}",
        )
    for opposed in beside_france(facts, replace(choice, page="/territoire"), briefing, printed):
        claim(False, opposed)
    is_few = row["classe"] == need.quadrant(Quadrant.FEW, LANG)
    claim((record.quadrant is Quadrant.FEW) == is_few, f"file: class {row['classe']!r}, record {record.quadrant!r}")
    claim(text.capitalised(row["classe"]) in shown, f"card: class is not {row['classe']!r}")
    claim(bool(row["motif"]) == is_few, f"file: class {row['classe']!r} with reason {row['motif']!r}")
    if is_few:
        states = {f: record.family(f).response for f in Family}
        claim(row["motif"] == need.reasons(states, LANG), f"file: reason {row['motif']!r}")
        claim(row["motif"] in shown, "card: the reason of the class is not told")
        claim(row["rarete_connue"] == "oui", "file: a class of few responses that rests on what is not known")
    return wrong


def test_every_place_of_the_invented_country_says_one_thing(facts):
    places = [(level, code) for level in LEVELS for code in facts.store.territories(level)["code"]]
    assert len(places) > 15
    assert [wrong for level, code in places for wrong in check(facts, level, code)] == []


def test_places_of_each_level_of_a_real_database_say_one_thing(real_db):
    facts, chance = Facts(open_store(str(real_db))), random.Random(2026)
    codes = {level: list(facts.store.territories(level)["code"]) for level in LEVELS}
    chosen = [(level, code) for level in LEVELS for code in chance.sample(codes[level], min(SAMPLE, len(codes[level])))]
    assert len(chosen) > 2 * SAMPLE
    assert [wrong for level, code in chosen for wrong in check(facts, level, code)] == []
