"""Words in the reader's language: gettext catalogues read from their `.po` files at start, numbers from CLDR.

A language has one catalogue by part of the product (`dashboard.po`, `briefing.po` ...); a sentence is in one of them.
Source strings are English. `words(lang)` gives a function named `_` at each use, so that Babel finds the strings.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"

_FRENCH_SPACE = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""Spaces that French writes and that never end a line: catalogues may hold plain ones."""


@dataclass(frozen=True)
class Words:
    """Translations of one language. Call it with an English sentence; `plural` chooses between one and many."""

    lang: str
    single: dict[str, str]
    many: dict[tuple[str, str], tuple[str, ...]]

    def __call__(self, message: str) -> str:
        return self.single.get(message) or message

    def plural(self, one: str, many: str, count: float) -> str:
        """French treats 0 and 1.9 as singular; English only 1."""
        is_one = abs(count) < 2 if self.lang == "fr" else count == 1
        forms = self.many.get((one, many), (one, many))
        return forms[0] if is_one else forms[1]


def title_column(lang: str) -> str:
    """The column that holds a title in the reader's language."""
    return "title" if lang == "fr" else "title_en"


def title_of(record, lang: str) -> str:
    """The title of a record that has one in both languages."""
    return getattr(record, title_column(lang))


@lru_cache
def words(lang: str) -> Words:
    """The catalogue of a language. A missing translation shows the English sentence."""
    messages = [message for path in catalogues(lang) for message in _read(path, lang)]
    single = {m.id: _spaced(m.string) for m in messages if not m.pluralizable and m.string}
    many = {tuple(m.id): tuple(map(_spaced, m.string)) for m in messages if m.pluralizable and all(m.string)}
    return Words(lang, single, many)


def _spaced(message: str) -> str:
    return _FRENCH_SPACE.sub("\u00a0", message)


def catalogues(lang: str) -> list[Path]:
    """The `.po` files of a language."""
    return sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po"))


def _read(path: Path, lang: str) -> list[Message]:
    with open(path, "rb") as file:
        return [message for message in read_po(file, locale=lang) if message.id]
