"""Words that both pages of a briefing share."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.briefing.content import Briefing
from dashboard.i18n import title_of
from dashboard.text import response
from geodata.pathway import Pathway

LONGEST = 40
"""Characters of the name of a missing link: half a page wide."""


@dataclass(frozen=True)
class Figure:
    """A drawing and what it says to those who do not see it."""

    svg: str
    alt: str


def pathway(value: Pathway, lang: str) -> str:
    """For whom the pathway is, as in a sentence."""
    return lowered(response.pathway(value, lang))


def category(briefing: Briefing, identifier: str, lang: str) -> str:
    """The name of a category."""
    found = next((c for c in briefing.categories if c.id == identifier), None)
    if found is None:
        return identifier
    return title_of(found, lang)


def shortened(name: str, most: int) -> str:
    """A name cut at a word, with an ellipsis."""
    if len(name) <= most:
        return name
    return name[:most].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"


def several(names: Sequence[str], most: int) -> str:
    """The first names, and an ellipsis where there are more."""
    listed = ", ".join(names[:most])
    return listed if len(names) <= most or listed.endswith("…") else f"{listed} …"


def lowered(said_: str) -> str:
    """First letter small, unless the word is an acronym."""
    return said_ if said_[1:2].isupper() else said_[:1].lower() + said_[1:]
