"""Words in the reader's language: gettext catalogues read from their `.po` files, spaced as French is.

A language has one catalogue by part of the product; a sentence is in one of them. Source strings are English and need
no catalogue. Here is the catalogue of `geodata.sentences`, which commands need too; the interface adds its own
(`dashboard/i18n.py`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LANGUAGES = ("fr", "en")
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
        return self.single.get(message) or _spaced(message)

    def plural(self, one: str, many: str, count: float) -> str:
        """French treats 0 and 1.9 as singular; English only 1."""
        is_one = abs(count) < 2 if self.lang == "fr" else count == 1
        forms = self.many.get((one, many)) or (_spaced(one), _spaced(many))
        return forms[0] if is_one else forms[1]


@lru_cache
def words(lang: str) -> Words:
    """Translations of `geodata.sentences`, for commands, which have no interface."""
    return read_words(lang, catalogues(LOCALE, lang))


def catalogues(locale: Path, lang: str) -> list[Path]:
    """The `.po` files of a language."""
    return sorted((locale / lang / "LC_MESSAGES").glob("*.po"))


def read_words(lang: str, paths: Iterable[Path]) -> Words:
    """The words of several catalogues; a sentence that none holds is shown as it is written in the code."""
    messages = [message for path in paths for message in _read(path, lang)]
    single: dict[str, str] = {}
    many: dict[tuple[str, str], tuple[str, ...]] = {}
    for message in messages:
        match message.id, message.string:
            case str(one), str(translated) if translated:
                single[one] = _spaced(translated)
            case (str(one), str(several)), [*forms] if all(forms):
                many[one, several] = tuple(map(_spaced, forms))
    return Words(lang, single, many)


@lru_cache(maxsize=4096)
def _spaced(message: str) -> str:
    return _FRENCH_SPACE.sub("\u00a0", message)


def _read(path: Path, lang: str) -> list[Message]:
    with open(path, "rb") as file:
        return [message for message in read_po(file, locale=lang) if message.id]
