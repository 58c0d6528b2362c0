"""Opening hours as producers write them, turned into hours a week. What is not understood is unknown, never zero."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

import pandas as pd
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # not in its stub

from etl.reading.opening_hours import DAYS, weekly_hours
from etl.rejects import reject_frame
from geodata.sentences import sentence

_SLOT = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*(?:-|–|à)\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")
_CLOSED = {"", "-", "fermé", "ferme", "fermée"}
_NOT_HOURS = re.compile(r'"|\d\+|\bSH\b(?!(,PH)?\s+(off|closed))|^(?!.*(\d:\d|24/7|off|closed))')
"""Valid, and no hours a week: comments for people, open ends, school holidays, days without hours."""

_SEASONAL = re.compile(r"week|easter|\[|\d{4}|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")
_MONDAY, _YEAR_WEEKS = datetime(2026, 1, 5), 52
"""Hours that change within the year are the mean of these weeks."""


def hours_of(texts: pd.Series, parse: Callable[[str], float | None], source: str) -> tuple[pd.Series, pd.DataFrame]:
    """Hours a week of each text (NaN when empty or not understood), and one reject that counts the latter."""
    hours, refused = {}, []
    for line, text in texts.items():
        try:
            hours[line] = parse(text)
        except ValueError:
            hours[line] = None
            refused.append((line, text))
    notes = [
        sentence("timetables_not_understood", count=len(refused), line=line, text=text[:80])
        for line, text in refused[:1]
    ]
    return pd.Series(hours, dtype=float), reject_frame(source, [("all", "timetable", note) for note in notes])


def french_day(text: str) -> list[list[str]]:
    """Slots of one day: `09:00 - 12:00 / 13:30 - 17:00`. Raises `ValueError` when something else is written."""
    slots = []
    for part in text.split("/"):
        if part.strip().lower() in _CLOSED:
            continue
        match = _SLOT.fullmatch(part.strip())
        if not match:
            raise ValueError(f"« {part.strip()} » is not a slot")
        opens, opens_min, closes, closes_min = match.groups(default="00")
        if {opens, closes, opens_min, closes_min} != {"00"}:  # 00:00 - 00:00 is an empty slot of the form
            slots.append([f"{opens}:{opens_min}", f"{closes}:{closes_min}"])
    return slots


def french_week(text: str) -> float | None:
    """Hours of a week written one day a line, Monday first."""
    days = [(day, french_day(part)) for day, part in zip(DAYS, text.split("\n"), strict=False)]
    return weekly_hours([[day, day, slots] for day, slots in days if slots])


@lru_cache(maxsize=1 << 16)
def openstreetmap(text: str) -> float | None:
    """Hours of a week in OpenStreetMap's syntax: `Mo-Fr 08:30-12:30,14:00-17:00; Sa off; PH off`.

    None where it only says when the place is closed. Raises `ValueError` on what is not this syntax, or states no hours
    (by appointment, an open end).
    """
    if not text.strip():
        return None
    try:
        if _NOT_HOURS.search(text):
            raise ParserError
        timetable = OpeningHours(text)
    except ParserError:
        raise ValueError(f"« {text} » is not understood") from None
    weeks = _YEAR_WEEKS if _SEASONAL.search(text) else 1
    slots = timetable.intervals(_MONDAY, _MONDAY + timedelta(weeks=weeks))
    opened = sum((end - start for start, end, state, _ in slots if state == State.OPEN), timedelta())
    return opened / timedelta(hours=weeks) or None
