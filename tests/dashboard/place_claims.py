"""What one place is said to be, read back from every form: record, cards, profile, files and printed briefing."""

import csv
import io
import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from dashboard import export as files
from dashboard import text
from dashboard.briefing.brief import brief
from dashboard.briefing.content import NEAREST, Briefing
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.render import fitted
from dashboard.briefing.sheet import sheet
from dashboard.facts import Facts
from dashboard.pages.besoin import export as need_files
from dashboard.pages.besoin import ids
from dashboard.pages.besoin.card import card
from dashboard.pages.carte import card as map_card
from dashboard.pages.carte import export as map_files
from dashboard.pages.territoire import answers, first_screen, sections
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice, Line
from dashboard.text import need
from dashboard.text import response as response_text
from geodata.errors import NobodyHere
from geodata.estimate import Verdict, national_verdict
from geodata.response import WEAK, Quadrant, Response
from geodata.service import Family
from geodata.territory import Level
from tests.dashboard.briefing import claims
from tests.dashboard.briefing.reading import pages
from tests.dashboard.test_besoin import texts

LEVELS = (Level.REGION, Level.DEPARTEMENT, Level.EPCI, Level.COMMUNE)
LANG = "fr"
DAY = "2026-11-28"

BESIDE_FRANCE = {
    Verdict.ABOVE: ("Part plus élevée que celle",),
    Verdict.LIKELY_ABOVE: ("Part probablement plus élevée que celle",),
    Verdict.UNDECIDED: ("Part qui ne se distingue pas de celle", "Part proche de celle"),
    Verdict.LIKELY_BELOW: ("Part probablement plus basse que celle",),
    Verdict.BELOW: ("Part plus basse que celle",),
}
"""What is said of the difference with the country beside each class against it."""

YES = {True: "oui", False: "non"}

CLASS = {
    Verdict.ABOVE: "Il est presque certain (",
    Verdict.LIKELY_ABOVE: "Il est probable (",
    Verdict.UNDECIDED: "Les données ne permettent pas de trancher",
    Verdict.LIKELY_BELOW: "Il est probable que",
    Verdict.BELOW: "Il est presque certain que",
    Verdict.NOT_PUBLISHED: "Rien n’est publié",
}
"""How the sentence of each class begins."""


@dataclass(frozen=True)
class Place:
    """One place in every form: texts that a reader sees, by the form, and rows as they stand in the files."""

    texts: dict[str, str]
    rows: dict[str, dict[str, str]]
    briefing: Briefing


def drawn(facts: Facts, count: int) -> list[tuple[Level, str]]:
    """So many territories at random, always the same, as many of each level as there are."""
    chance, places = random.Random(2026), []
    for number, level in enumerate(LEVELS):
        codes = sorted(facts.store.territories(level)["code"])
        share = (count - len(places)) // (len(LEVELS) - number)
        places += [(level, code) for code in chance.sample(codes, min(share, len(codes)))]
    return places


def mesh_of(facts: Facts, level: Level, code: str) -> Choice:
    """The view of the page on need that holds a place."""
    territory = facts.store.territory(level, code)
    region = territory.region if level is Level.COMMUNE else "FR"
    return Choice(page=ids.PATH, region=region, mesh=level, selected=(level, code))


def place_of(facts: Facts, choice: Choice) -> Place:
    """Everything that is said of the selected place. Raises `NobodyHere` where no briefing is printed."""
    level, code = choice.selected
    profile = facts.profile(choice, level, code)
    record = facts.responses(choice, level, code)
    titles, sources = facts.titles(LANG), facts.source_titles()
    asked = replace(choice, line=Line.THRESHOLD)
    on_profile, on_map = replace(asked, page="/territoire"), replace(asked, page="/")
    briefing = brief(
        facts.store, level, code, choice=choice, printed_on=DAY, issuer=Issuer(), address="https://reliance.example"
    )
    _written, pdf = fitted(briefing, LANG)
    front, back = pages(pdf)
    shown = {
        "card": texts(card(facts, choice)),
        "map card": texts([map_card.card(facts, on_map), map_card.nearest(facts, on_map)]),
        "profile": texts(
            [
                sections.head(facts, profile, record, on_profile),
                sections.compared(facts, profile, on_profile),
                answers.services(record, titles, sources, on_profile),
                first_screen.missing(record, on_profile),
            ]
        ),
        "PDF": front + " " + back,
    }
    rows = {
        "need file": _file(facts, replace(choice, selected=None), need_files.rows)[code],
        "map file": _file(facts, replace(on_map, selected=None), map_files.table)[code],
        "national map file": _file(facts, replace(on_map, selected=None, line=Line.NATIONAL), map_files.table)[code],
    }
    return Place({form: _flat(said) for form, said in shown.items()}, rows, briefing)


@cache
def _file(facts: Facts, choice: Choice, table: Callable) -> dict[str, dict[str, str]]:
    """The rows of a file as a spreadsheet reads its bytes, by code."""
    frame = table(facts, choice, "")
    body = csv_bytes(frame, files.percents(frame.columns)).decode("utf-8-sig")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(body), delimiter=";")}


def _flat(text: str) -> str:
    """On one line, with plain spaces: what is read, whatever it is written with."""
    return re.sub(r"\s+", " ", text)


def check(facts: Facts, level: Level, code: str) -> list[str]:
    """Every claim about one place that another one contradicts; empty when all agree."""
    choice = mesh_of(facts, level, code)
    try:
        place = place_of(facts, choice)
    except NobodyHere:
        return []
    faults = [*contradictions(facts, choice, place), *claims.wrong(place.briefing, sheet(place.briefing, LANG))]
    return [f"{level.value} {code}: {fault}" for fault in faults]


def contradictions(facts: Facts, choice: Choice, place: Place) -> list[str]:
    """What texts and files say of the selected place that its record does not."""
    return [fault for part in (_class, _responses, _quadrant) for fault in part(facts, choice, place)]


def _class(facts: Facts, choice: Choice, place: Place) -> Iterator[str]:
    """Class, chances, share, interval and people: one record, four texts, two files."""
    level, code = choice.selected
    estimate = facts.estimate(choice, level, code)
    profile = facts.profile(choice, level, code)
    sentence, word = _flat(text.verdict_sentence(estimate, LANG)), text.verdict(estimate.verdict, LANG)
    for form, said in place.texts.items():
        if sentence not in said:
            yield f"{form}: not « {sentence} »"
        began = {verdict for verdict, start in CLASS.items() if start in said}
        if began != {estimate.verdict}:
            yield f"{form}: sentences of {sorted(began)}, record {estimate.verdict}"
    against = national_verdict(estimate)
    classes = {"map file": ("classe", word), "need file": ("besoin", word)}
    if estimate.p_above_national is not None:
        classes["national map file"] = ("classe", text.verdict(against, LANG))
    for name, (column, expected) in classes.items():
        if place.rows[name][column] != expected:
            yield f"{name}: {place.rows[name][column]!r}, record {expected!r}"
    for name, row in place.rows.items():
        has_interval = estimate.low is not None
        shares = {"part_attendue": estimate.share, "borne_basse": estimate.low, "borne_haute": estimate.high}
        for column, value in shares.items():
            if not _is_equal(row[column], value if has_interval else None, 100):
                yield f"{name}: {column} is {row[column]!r}, record {value}"
        low, high = [key for key in row if key.startswith("personnes_isolees_")]
        people = {"personnes_isolees": estimate.people, low: estimate.people_low, high: estimate.people_high}
        for column, value in people.items():
            if not _is_equal(row[column], value):
                yield f"{name}: {column} is {row[column]!r}, record {value}"
    row = place.rows["map file"]
    if not _is_equal(row["probabilite_seuil"], estimate.p_above, 100):
        yield f"map file: {row['probabilite_seuil']} of exceeding the line, record {estimate.p_above}"
    if row["robuste"] != YES.get(profile.flips.is_robust, ""):
        yield f"map file: robust is {row['robuste']!r}, profile {profile.flips.is_robust}"
    for form in ("profile", "PDF"):
        said = place.texts[form]
        classes = [
            class_
            for class_, starts in BESIDE_FRANCE.items()
            if any(f"{start} de la France entière" in said for start in starts)
        ]
        if classes != ([against] if against in BESIDE_FRANCE else []):
            yield f"{form}: {classes} beside France, class {against}"
        # On paper the class against the country is that sentence alone.
        if form == "profile" and against in BESIDE_FRANCE and text.verdict(against, LANG) not in said:
            yield f"{form}: not {text.verdict(against, LANG)!r} beside France"


def _responses(facts: Facts, choice: Choice, place: Place) -> Iterator[str]:
    """Each family: its state, the number that decides, the share within reach."""
    level, code = choice.selected
    record, row = facts.responses(choice, level, code), place.rows["need file"]
    for family in Family:
        own = record.family(family)
        name, state = text.family(family, LANG), response_text.response(own.response, LANG)
        short = response_text.short_response(own.response, LANG)
        column = slug(name).replace("-", "_")
        if row[f"reponse_{column}"] != state:
            yield f"need file: {name} is {row[f'reponse_{column}']!r}, record {state!r}"
        for form, said in place.texts.items():
            claimed = claimed_states(said, name)
            is_told = own.response in WEAK if form == "PDF" else form != "map card" or level in NEAREST
            if claimed != {short} and (claimed or is_told) and not (form == "PDF" and CUT in said and not claimed):
                yield f"{form}: {name} is {sorted(claimed)}, record {short!r}"
        reason = response_text.reason(own, level, record.minutes, LANG)
        if (reason is not None) != (own.response in WEAK):
            yield f"{name}: a reason without a lack, or a lack without one"
        for form in ("card", "profile") if reason else ():
            if _flat(reason) not in place.texts[form]:
                yield f"{form}: {name} without its reason"
        within = next(share for minutes, share, _ in own.within if minutes == record.minutes)
        if not _is_equal(row[f"part_habitants_a_portee_{column}"], within, 100):
            yield f"need file: {row[f'part_habitants_a_portee_{column}']} reach {name}, record {within}"
        if own.response is Response.FAR and within is not None and within > 0.5:
            yield f"{name}: too far, and within reach of {within:.0%}"
        if own.response is Response.SCARCE and within is not None and level is Level.COMMUNE and within != 1:
            yield f"{name}: too few, and not within reach"
        if own.response is Response.UNKNOWN and own.far_share + own.scarce_share >= 0.5:
            yield f"{name}: not known, and found wanting"
        if any(gap.family is family for gap in place.briefing.gaps) != (own.response in WEAK):
            yield f"briefing: gaps {place.briefing.gaps}, {name} is {short!r}"
        at = own.nearest.travel_min if own.nearest is not None else None
        if level is Level.COMMUNE and at is not None and not _is_equal(row[f"minutes_{column}"], at):
            yield f"need file: {name} at {row[f'minutes_{column}']} minutes, record {at}"
    if not _is_equal(row["familles_a_portee_sur_3"], record.articulation):
        yield f"need file: {row['familles_a_portee_sur_3']} families, record {record.articulation}"
    together = _flat(response_text.articulation(record.articulation, LANG))
    for form in ("card", "profile"):
        if together not in place.texts[form]:
            yield f"{form}: not « {together} »"


def _quadrant(facts: Facts, choice: Choice, place: Place) -> Iterator[str]:
    """Need crossed with responses, and why responses are few."""
    record = facts.responses(choice, *choice.selected)
    row, said = place.rows["need file"], place.texts["card"]
    word = need.quadrant(record.quadrant, LANG)
    if row["classe"] != word:
        yield f"need file: class {row['classe']!r}, record {word!r}"
    if _flat(text.capitalised(word)) not in said:
        yield f"card: class is not {word!r}"
    if row["robuste"] != YES.get(record.is_robust, ""):
        yield f"need file: robust is {row['robuste']!r}, record {record.is_robust}"
    is_few = record.quadrant is Quadrant.FEW
    motive = need.reasons({f: record.family(f).response for f in Family}, LANG) if is_few else ""
    if _flat(row["motif"]) != _flat(motive):
        yield f"need file: reason {row['motif']!r}, record {motive!r}"
    if motive and _flat(motive) not in said:
        yield "card: the reason of the class is not told"
    if is_few and row["rarete_connue"] != "oui":
        yield "need file: a class of few responses that rests on what is not known"


CUT = "dans le fichier Word"
"""Said on paper of gaps that it has no room for."""


def claimed_states(text: str, name: str) -> set[str]:
    """What a text says of a family, wherever it says it: "Citoyens : trop loin", "trop peu : Citoyens"."""
    states = "|".join(response_text.short_response(response, LANG) for response in Response)
    matches = re.findall(rf"{name} ?:? ?[●○◔?]? ({states})\b", text, re.IGNORECASE)
    listed = re.findall(rf"({states}) : ((?:(?:{_NAMES})(?:, )?)+)", text)
    return {state.lower() for state in matches} | {state for state, names in listed if name in names}


_NAMES = "|".join(text.family(family, LANG) for family in Family)


def _is_equal(written: str, value: float | None, times: float = 1) -> bool:
    """Whether a cell of a file holds a number of the record, `times` larger where it is a percentage."""
    if value is None or value != value or written == "":
        return written == "" and (value is None or value != value)
    return math.isclose(float(written.removesuffix("%").replace(",", ".")), times * value, rel_tol=1e-4, abs_tol=1e-4)
