"""Dates as an agency's file holds them: as the template writes them, and as French spreadsheets rewrite them."""

import re
from datetime import date, timedelta

from geodata.names import normalise

_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_TIME = r"(?:[ T]\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?)?"
_ISO = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d))?)?{_TIME}")
_FRENCH = re.compile(rf"(?:(\d\d?)[/.-])?(\d\d?)[/.-](\d{{4}}){_TIME}")
_IN_WORDS = re.compile(r"(?:(\d\d?)(?:er)? )?([a-z]+) (\d\d|\d{4})")
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar."""


def day_of(text: str) -> str | None:
    """The date as 2026, 2026-05 or 2026-05-12; None when it is none, or could be another.

    Read: 2026-05-12, 12/05/2026 (the day first, as in France), 05/2026, mai-26, 12 mai 2026, with or without a time of
    day, and the number of a day (46154). A day with a year of two figures (12/05/26) could be another: it is not.
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _FRENCH.fullmatch(text):
        day, month, year = match.groups()
    elif match := _IN_WORDS.fullmatch(normalise(text)):
        day, word, year = match[1], _month(match[2]), match[3]
        if word is None:
            return None
        month, year = str(word), year if len(year) == 4 else f"20{year}"
    elif re.fullmatch(r"\d{5}", text):
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    else:
        return None
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def _month(word: str) -> int | None:
    """The number of a month written whole or cut; None when it is none, or could be two (jui)."""
    numbers = [number for number, short in enumerate(_MONTHS, start=1) if word.startswith(short) or short == word]
    return numbers[0] if len(numbers) == 1 else None
