"""Weekly opening hours computed from a published timetable."""

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAY_MINUTES = 24 * 60


def weekly_hours(timetable: list) -> float | None:
    """Hours open in a week; None when the timetable is empty (unknown is not zero).

    `timetable` is a list of `[first_day, last_day, [[opens, closes], ...]]` with French day names and `HH:MM:SS`
    times; a range of days may pass Sunday. Overlapping slots count once. Raises `ValueError` naming what is not
    understood: an unknown day, a time that is not one, a slot that closes before or when it opens.
    """
    if not timetable:
        return None
    slots: dict[str, list[tuple[int, int]]] = {day: [] for day in DAYS}
    for first, last, hours in timetable:
        for day in _days(first, last):
            slots[day] += [_slot(opens, closes) for opens, closes in hours]
    return sum(_covered(day_slots) for day_slots in slots.values()) / 60


def _days(first: str, last: str | None) -> list[str]:
    last = last or first
    for day in (first, last):
        if day not in DAYS:
            raise ValueError(f"« {day} » is not a day of the week")
    start, end = DAYS.index(first), DAYS.index(last)
    return [DAYS[i % 7] for i in range(start, (end if end >= start else end + 7) + 1)]


def _slot(opens: str, closes: str) -> tuple[int, int]:
    start, end = _minutes(opens), _minutes(closes)
    if end <= start:
        raise ValueError(f"a slot from {opens} to {closes} has no length")
    return start, end


def _minutes(time: str) -> int:
    hours, minutes, *_ = (int(part) for part in time.split(":"))
    total = hours * 60 + minutes
    if not (0 <= minutes < 60 and 0 <= total <= _DAY_MINUTES):
        raise ValueError(f"« {time} » is not a time of day")
    return total


def _covered(slots: list[tuple[int, int]]) -> int:
    """Minutes covered by slots, overlaps counted once."""
    covered, reached = 0, 0
    for start, end in sorted(slots):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered
