"""Words that both pages of a briefing share."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import text
from dashboard.briefing.content import Briefing, Gap, Observed
from dashboard.i18n import title_of, words
from dashboard.text import response
from geodata.disclosure import three_digits
from geodata.estimate import Kind
from geodata.pathway import Pathway
from geodata.response import FamilyResponse

AGES, ESTIMATES = ("share_75_plus",), ("reference", "insee_estimates")
"""Figures by age alone, and the sources that take them from Insee's population estimates, Mayotte in them; nobody
counts these people in a census (`etl/reference/departements_columns.csv`)."""

WHOLE = 0.9995
"""Coverage above which a figure is told as that of all residents: it would be written 100.0 %."""

LONGEST = 40
"""Characters of the name of a missing link: half a page wide."""


@dataclass(frozen=True)
class Figure:
    """A drawing and what it says to those who do not see it."""

    svg: str
    alt: str


def people(figure: Observed) -> int:
    """A figure in people as it is printed: as it was counted, or to three digits where it was worked out."""
    return round(figure.value) if figure.kind is Kind.OBSERVED else three_digits(figure.value)


def provenance(figure: Observed, lang: str) -> str:
    """How a figure in people came to be, and what it leaves out: "comptés au recensement de 2021"."""
    _ = words(lang)
    if figure.kind is Kind.OBSERVED:
        template = _("counted, census of %(year)s")
    elif figure.indicator in AGES and figure.source in ESTIMATES:
        template = _("Insee’s population estimate of %(year)s")
    else:
        template = _("worked out from the census of %(year)s")
    origin = template % {"year": figure.vintage}
    if figure.coverage > WHOLE:
        return origin
    return _("%(told)s, for %(share)s of residents") % {"told": origin, "share": text.percent(figure.coverage, lang)}


def pathway(value: Pathway, lang: str) -> str:
    """For whom the pathway is, as in a sentence."""
    return lowered(response.pathway(value, lang))


def category(briefing: Briefing, identifier: str, lang: str) -> str:
    """The name of a category."""
    category_record = next((c for c in briefing.categories if c.id == identifier), None)
    if category_record is None:
        return identifier
    return title_of(category_record, lang)


def shortened(name: str, most: int) -> str:
    """A name cut at a word, with an ellipsis."""
    if len(name) <= most:
        return name
    return name[:most].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"


def several(names: Sequence[str], most: int) -> str:
    """The first names, and an ellipsis where there are more."""
    listed = ", ".join(names[:most])
    return listed if len(names) <= most or listed.endswith("…") else f"{listed} …"


def family_gap(briefing: Briefing, line: FamilyResponse, lang: str) -> str:
    """A family that is found wanting, with the number that decides and its limit."""
    why = response.reason(line, briefing.territory.level, briefing.responses.minutes, lang)
    return f"{text.family(line.family, lang)}{text.colon(lang)}{lowered((why or '').removesuffix('.'))}"


def functions(gap: Gap, lang: str, most: int) -> str:
    """The functions of a pathway that are missing, as in a sentence."""
    names = [shortened(lowered(response.function(one, lang)), LONGEST) for one in gap.functions]
    return several(names, most)


def pathway_gap(briefing: Briefing, gap: Gap, lang: str, most: int, *, is_sourced: bool = True) -> str:
    """The functions that a pathway lacks within reach, the first `most`, and whom it is for where that is known, with
    the source of that count where there is room."""
    _ = words(lang)
    chain = next(one for one in briefing.responses.pathways if one.pathway is gap.pathway)
    sentence = _("Pathway “%(pathway)s”: missing within reach, %(functions)s.") % {
        "pathway": pathway(chain.pathway, lang),
        "functions": functions(gap, lang, most),
    }
    if chain.concerned is None:
        return sentence
    public = response.concerned if is_sourced else response.concerned_briefly
    return f"{sentence} {public(chain.concerned, lang)}"


def cut(lines: Sequence[str], most: int, lang: str) -> tuple[str, ...]:
    """The first lines; where there are more, how many of how many these are, and where the others stand."""
    if len(lines) <= most:
        return tuple(lines)
    _ = words(lang)
    remainder = _("Here %(shown)s of %(count)s; the others are in the Word file and online.") % {
        "shown": text.number(most, lang),
        "count": text.number(len(lines), lang),
    }
    return (*lines[:most], remainder)


_NAMES = ("Carsat", "France ")
"""Beginnings of what is a name, and keeps its capital."""


def lowered(words_: str) -> str:
    """First letter small, unless the word is an acronym or a name."""
    is_name = words_[1:2].isupper() or words_.startswith(_NAMES)
    return words_ if is_name else words_[:1].lower() + words_[1:]
