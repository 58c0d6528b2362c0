"""Words in the reader's language: the interface's own catalogues, and those of what the build finds.

`words(lang)` gives a function named `_` at each use, so that Babel finds the strings.
"""

from functools import lru_cache
from pathlib import Path

from geodata import translations as findings
from geodata.translations import Words, read_words

LOCALE = Path(__file__).parent / "locale"


def column_of(name: str, lang: str) -> str:
    """The column, or field, that holds `name` in the reader's language: French is kept under its plain name."""
    return name if lang == "fr" else f"{name}_en"


def title_column(lang: str) -> str:
    """The column that holds a title in the reader's language."""
    return column_of("title", lang)


def title_of(record: object, lang: str) -> str:
    """The title of a record in a language; the French one where it has no other, as in a file of an agency."""
    return getattr(record, title_column(lang)) or getattr(record, title_column("fr"))


@lru_cache
def words(lang: str) -> Words:
    """The catalogues of a language; a sentence that they do not hold is shown as it is written in the code."""
    return read_words(lang, catalogues(lang))


def catalogues(lang: str) -> list[Path]:
    """The `.po` files of a language."""
    return [path for locale in (findings.LOCALE, LOCALE) for path in findings.catalogues(locale, lang)]
