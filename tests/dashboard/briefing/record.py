"""The numbers that a record allows in the text of its briefing, found without the code that writes it.

Every value of the record may be printed as it is, rounded, as a percentage, or counted (how many items a list has);
every number inside a word of the record (a date, a name, a title) as it stands there. A number that a sentence of the
catalogues has by itself ("9 times in 10", "65 and over") may stand in that sentence alone. How many territories of the
map are in a class, how many kinds of service a family has, the quarter that is called few, the ends of an axis, ages
that are counted apart and the version that prints are the only others.
"""

import math
import re
from collections import Counter
from dataclasses import asdict
from functools import lru_cache

from dashboard.briefing.content import Briefing
from dashboard.briefing.front import older_ends
from dashboard.i18n import words
from dashboard.text.labels import min_age
from dashboard.text.numbers import period
from geodata.disclosure import three_digits
from geodata.estimate import COUNTED_APART, Kind
from geodata.methods.need import QUARTER
from geodata.methods.travel import TRAVEL
from geodata.response import Link
from geodata.version import VERSION
from tests.dashboard.briefing.reading import flat, numbers, plain

AXES = re.compile(r"\b0 ?% (?:5|10|15|20|25|30|40|50|60|80|100) ?%(?!\w)|[−-]1 \+1\b")
"""Both ends of the axis of the strip, and of the bars in points."""

PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
"""Where a sentence of a catalogue takes a value."""

SHORTEST = 6
"""Characters of a piece of a sentence that is told from a mere number."""


def allowed(briefing: Briefing, lang: str) -> set[str]:
    """Numbers that may be printed, as the language writes them."""
    record = asdict(briefing)
    for drawing in ("map", "locator"):
        # Coordinates on paper are no figures.
        record[drawing] = [
            {"name": area["name"]} for area in (record[drawing] or {}).get("areas", []) if "name" in area
        ]
    found = {_group(COUNTED_APART, 0, lang), str(min_age(briefing.profile.estimate.definition))}
    found |= {"70"} if briefing.people_70 is not None else set()
    areas = briefing.map.areas if briefing.map else ()
    found |= {_group(count, 0, lang) for count in Counter(area.verdict for area in areas).values()}
    found.add(_group(QUARTER * 100, 0, lang))
    found |= {str(len(one.complete + one.partial + one.unknown)) for one in briefing.responses.families}
    found.update(numbers(VERSION, lang))
    found.add(_group(TRAVEL.error[0].median_relative * 100, 0, lang))
    _walk([one for one in older_ends(briefing) if one], lang, found)
    _walk(record, lang, found)
    _walk([three_digits(one.value) for one in briefing.counted if one.kind is not Kind.OBSERVED], lang, found)
    for answer in briefing.responses.pathways:
        found |= {str(n) for n in Counter(one.state for one in answer.functions).values()}
    states = [
        answer for answer in briefing.responses.pathways if len(answer.of_state(Link.UNKNOWN)) < len(answer.functions)
    ]
    found |= {str(len(states)), str(len(briefing.responses.pathways) - len(states))}
    return found


def _walk(value, lang: str, values: set[str]) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _walk(item, lang, values)
    elif isinstance(value, (list, tuple)):
        values.add(str(len(value)))
        for item in value:
            _walk(item, lang, values)
    elif isinstance(value, str):
        values.update(numbers(value, lang))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        values.update(_written(float(value), lang))


def _written(value: float, lang: str) -> set[str]:
    if not math.isfinite(value):
        return set()
    said = {_group(abs(value), 0, lang)}
    if abs(value) <= 1:
        said |= {_group(abs(value) * 100, decimals, lang) for decimals in (0, 1, 2)}
        said |= {_group(abs(value) * 10, 0, lang), str(math.floor(abs(value) * 100)), str(math.ceil(abs(value) * 100))}
    return said


def _group(value: float, decimals: int, lang: str) -> str:
    written = f"{value:,.{decimals}f}"
    return written.replace(",", " ").replace(".", ",") if lang == "fr" else written


def strangers(text: str, briefing: Briefing, lang: str) -> list[str]:
    """Numbers of a text that the record does not hold. The hash is no number, however many digits it has.

    A text may count the sources that it does not name.
    """
    line = flat(text)
    unnamed = sum(flat(f"{source.title}, {period(source.vintage, lang)}") not in line for source in briefing.sources)
    known = allowed(briefing, lang) | {str(unnamed)}
    line = line.replace(briefing.content_hash[:12], "")
    for own in (AXES, _fixed(lang)):
        line = own.sub(" ", line)
    return [number for number in numbers(line, lang) if number not in known]


@lru_cache
def _fixed(lang: str) -> re.Pattern:
    """The pieces of sentences of the catalogues that hold a number by themselves, the longest first."""
    french = words("fr")
    many = [form for pair in french.many.items() for form in pair[lang == "fr"]]
    said = [*(french.single.values() if lang == "fr" else french.single), *many]
    pieces = {flat(piece).strip() for one in said for piece in PLACE.split(plain(one).replace("%%", "%"))}
    held = [piece for piece in pieces if re.search(r"\d", piece) and len(piece) >= SHORTEST]
    return re.compile("|".join(rf"(?<!\d){re.escape(one)}(?![\d])" for one in sorted(held, key=len, reverse=True)))


def quantities(page: str, briefing: Briefing, lang: str) -> set[str]:
    """The different numbers that page 1 asks its reader to take in.

    Not dates, ages that name a population, the "in 10" of chances, the level of ranges, nor what is inside a name.
    """
    names = [
        briefing.territory.name,
        *briefing.parents,
        *(area.name for area in (briefing.map.areas if briefing.map else ())),
    ]
    for name in sorted(names, key=len, reverse=True):
        page = page.replace(name, "")
    page = re.sub(r"\d+ \w+ 20\d\d", "", page)
    page = re.sub(r"(recensement de|census of) \d{4}", "", page)
    page = re.sub(r"\d+ ans( et plus)?|aged \d+( and over)?", "", page)
    page = re.sub(r"9 fois sur 10|9 times in 10", "", page)
    # The ends of each row of the strip, which is read as a drawing.
    page = re.sub(r"\d+(?:[.,]\d+)?–\d+(?:[.,]\d+)?", "", page)
    # How many territories are in each class: the key of the map, read as a drawing too.
    page = re.sub(r"\(\d+(?:[ ,]\d{3})*\)", "", page)
    page = re.sub(r"(chances? sur|chances? in) \d+", "", page)
    return set(numbers(page, lang))
