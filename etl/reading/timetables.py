"""Opening hours as producers write them, turned into hours a week. What is not understood is unknown, never zero."""

import re
from collections.abc import Callable

import pandas as pd

from etl.reading.opening_hours import DAYS, weekly_hours
from etl.rejects import reject_frame

_SLOT = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*(?:-|–|à)\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")
_CLOSED = {"", "-", "fermé", "ferme", "fermée"}
_OSM_DAYS = dict(zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), DAYS, strict=True))
_OSM_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*)\s+"
    r"(?P<hours>off|closed|\d{1,2}:\d{2}-\d{1,2}:\d{2}(?:\s*,\s*\d{1,2}:\d{2}-\d{1,2}:\d{2})*)"
)


def hours_of(texts: pd.Series, parse: Callable[[str], float | None], source: str) -> tuple[pd.Series, pd.DataFrame]:
    """Hours a week of each text (NaN when empty or not understood), and one reject that counts the latter."""
    hours, refused = {}, []
    for line, text in texts.items():
        try:
            hours[line] = parse(text)
        except ValueError:
            hours[line] = None
            refused.append((line, text))
    example = f", as on line {refused[0][0]}: « {refused[0][1][:80]} »" if refused else ""
    note = f"{len(refused)} timetable(s) not understood{example}; their weekly hours are unknown"
    return pd.Series(hours, dtype=float), reject_frame(source, [("all", "timetable", note)] if refused else [])


def french_day(text: str) -> list[list[str]]:
    """Slots of one day: `09:00 - 12:00 / 13:30 - 17:00`. Raises `ValueError` when something else is written."""
    slots = []
    for part in text.split("/"):
        if part.strip().lower() in _CLOSED:
            continue
        found = _SLOT.fullmatch(part.strip())
        if not found:
            raise ValueError(f"« {part.strip()} » is not a slot")
        opens, opens_min, closes, closes_min = found.groups(default="00")
        if {opens, closes, opens_min, closes_min} != {"00"}:  # 00:00 - 00:00 is an empty slot of the form
            slots.append([f"{opens}:{opens_min}", f"{closes}:{closes_min}"])
    return slots


def french_week(text: str) -> float | None:
    """Hours of a week written one day a line, Monday first."""
    days = [(day, french_day(part)) for day, part in zip(DAYS, text.split("\n"), strict=False)]
    return weekly_hours([[day, day, slots] for day, slots in days if slots])


def openstreetmap(text: str) -> float | None:
    """Hours of a week in the usual part of OpenStreetMap's syntax: `Mo-Fr 08:30-12:30,14:00-17:00; Sa off; PH off`.

    Raises `ValueError` on anything else (seasons, weeks of the month, by appointment).
    """
    timetable = []
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        if re.fullmatch(r"(PH|SH)(,(PH|SH))?\s+(off|closed)", rule):
            continue
        found = _OSM_RULE.fullmatch(rule)
        if not found:
            raise ValueError(f"« {rule} » is not understood")
        if found["hours"] in ("off", "closed"):
            continue
        slots = [part.strip().split("-") for part in found["hours"].split(",")]
        for days in found["days"].split(","):
            first, _, last = days.partition("-")
            timetable.append([_OSM_DAYS[first], _OSM_DAYS[last or first], slots])
    return weekly_hours(timetable)
