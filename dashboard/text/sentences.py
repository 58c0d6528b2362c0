"""What the build finds, in the reader's language: rules of completeness, reasons of rejects."""

from functools import lru_cache

from dashboard.i18n import words
from geodata.sentences import general, read_sentence


@lru_cache(maxsize=8192)
def worded(code: str, details: str, lang: str) -> str:
    """The sentence of a row of the database: its code, its values as JSON."""
    return read_sentence(code, details).text(words(lang))


def worded_in_general(code: str, lang: str) -> str:
    """What rows of one code have in common: their sentence without their values."""
    return general(code).text(words(lang))
