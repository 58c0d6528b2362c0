"""Weekly opening hours computed from a published timetable."""

import re

from geodata.sentences import sentence

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAY_MINUTES = 24 * 60


class NotATimetable(ValueError):
    """What is not understood of a timetable, as a sentence."""

    def __init__(self, code: str, /, **values: object):
        self.sentence = sentence(code, **values)
        super().__init__(self.sentence.text())


def weekly_hours(timetable: list) -> float | None:
    """Hours open in a week; None when the timetable is empty (unknown is not zero).

    `timetable` is a list of `[first_day, last_day, [[opens, closes], ...]]` with French day names and `HH:MM:SS`
    times; a range of days may pass Sunday. Overlapping slots count once. Raises `NotATimetable` naming what is not
    understood: an unknown day, a time that is not one, a slot that closes before or when it opens, another shape.
    """
    if not isinstance(timetable, list):
        raise NotATimetable("not_a_timetable", text=timetable)
    if not timetable:
        return None
    slots: dict[str, list[tuple[int, int]]] = {day: [] for day in DAYS}
    for entry in timetable:
        if not (isinstance(entry, list) and len(entry) == 3 and isinstance(entry[2], list)):
            raise NotATimetable("not_days_and_slots", text=entry)
        first, last, hours = entry
        for day in _days(first, last):
            slots[day] += [_slot(slot) for slot in hours]
    return sum(_covered(day_slots) for day_slots in slots.values()) / 60


def _days(first: str, last: str | None) -> list[str]:
    last = last or first
    for day in (first, last):
        if day not in DAYS:
            raise NotATimetable("not_a_day", text=day)
    start, end = DAYS.index(first), DAYS.index(last)
    return [DAYS[i % 7] for i in range(start, (end if end >= start else end + 7) + 1)]


def _slot(slot: list[str]) -> tuple[int, int]:
    if not (isinstance(slot, list) and len(slot) == 2):
        raise NotATimetable("not_a_slot", text=slot)
    opens, closes = slot
    start, end = _minutes(opens), _minutes(closes)
    if end <= start:
        raise NotATimetable("empty_slot", opens=opens, closes=closes)
    return start, end


def _minutes(time: str) -> int:
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)(:\d{2})?", str(time))
    total = int(match[1]) * 60 + int(match[2]) if match else None
    if total is None or total > _DAY_MINUTES:
        raise NotATimetable("not_a_time", text=time)
    return total


def _covered(slots: list[tuple[int, int]]) -> int:
    """Minutes covered by slots, overlaps counted once."""
    covered, reached = 0, 0
    for start, end in sorted(slots):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered
