"""Weekly hours of published timetables, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.reading.opening_hours import DAYS, weekly_hours

MORNING, AFTERNOON = ["09:00:00", "12:00:00"], ["14:00:00", "17:00:00"]


@pytest.mark.parametrize(
    ("timetable", "hours", "because"),
    [
        ([["lundi", "lundi", [MORNING]]], 3, "nine to noon, one day"),
        ([["lundi", "vendredi", [MORNING, AFTERNOON]]], 30, "five days of twice three hours"),
        ([["samedi", "lundi", [MORNING]]], 9, "Saturday, Sunday, Monday: a range may pass Sunday"),
        ([["dimanche", "lundi", [MORNING]]], 6, "Sunday, Monday"),
        ([["mardi", "lundi", [["00:00:00", "24:00:00"]]]], 168, "the seven days, day and night: 24:00 ends a day"),
        ([["mardi", None, [MORNING]]], 3, "no last day means the first one alone"),
        ([["lundi", "lundi", [MORNING, ["10:00:00", "13:00:00"]]]], 4, "nine to one: the overlap counts once"),
        ([["lundi", "lundi", [MORNING, ["10:00:00", "11:00:00"]]]], 3, "a slot inside another adds nothing"),
        ([["lundi", "mardi", [MORNING]], ["lundi", "lundi", [MORNING]]], 6, "Monday twice is Monday"),
        ([["lundi", "lundi", [AFTERNOON, MORNING]]], 6, "the order of slots does not matter"),
        ([["lundi", "lundi", [["09:00:00", "09:20:00"]]]], 1 / 3, "twenty minutes"),
        ([["lundi", "lundi", []]], 0, "listed as never open: that is zero, and known"),
    ],
)
def test_hours_worked_by_hand(timetable, hours, because):
    assert weekly_hours(timetable) == pytest.approx(hours), because


def test_an_empty_timetable_is_unknown_and_not_zero():
    assert weekly_hours([]) is None


@pytest.mark.parametrize(
    ("timetable", "words"),
    [
        ([["monday", "lundi", [MORNING]]], "« monday » is not a day of the week"),
        ([["lundi", "ferié", [MORNING]]], "« ferié » is not a day of the week"),
        ([["lundi", "lundi", [["12:00:00", "09:00:00"]]]], "a slot from 12:00:00 to 09:00:00 has no length"),
        ([["lundi", "lundi", [["09:00:00", "09:00:00"]]]], "a slot from 09:00:00 to 09:00:00 has no length"),
        ([["lundi", "lundi", [["09:00:00", "24:30:00"]]]], "« 24:30:00 » is not a time of day"),
        ([["lundi", "lundi", [["09:60:00", "12:00:00"]]]], "« 09:60:00 » is not a time of day"),
        ([["lundi", "lundi", [["-1:00:00", "12:00:00"]]]], "« -1:00:00 » is not a time of day"),
        ([["lundi", "lundi", [["neuf heures", "12:00:00"]]]], "« neuf heures » is not a time of day"),
        ([["lundi", "lundi", [["09", "12:00:00"]]]], "« 09 » is not a time of day"),
        ([["lundi", "lundi", [[9, 12]]]], "« 9 » is not a time of day"),
        ([["lundi", "lundi", [["09:00:00"]]]], "« ['09:00:00'] » is not a slot"),
        ([["lundi", [MORNING]]], "is not [first day, last day, slots]"),
        ({"lundi": [MORNING]}, "is not a list"),
        (["lundi"], "is not [first day, last day, slots]"),
        ([["lundi", "lundi", None]], "is not [first day, last day, slots]"),
        (9, "is not a list"),
    ],
)
def test_what_is_not_understood_is_named(timetable, words):
    with pytest.raises(ValueError) as refusal:
        weekly_hours(timetable)
    assert words in str(refusal.value)


slots = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda slot: slot[0] < slot[1])
weeks = st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), st.lists(slots, max_size=4)), min_size=1)


def as_published(week):
    clock = lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}:00"  # noqa: E731
    return [[first, last, [[clock(a), clock(b)] for a, b in day_slots]] for first, last, day_slots in week]


@given(weeks)
def test_hours_are_the_minutes_of_the_week_with_somebody_there(week):
    """The definition itself: mark every minute of the week, count the marks."""
    marked = set()
    for first, last, day_slots in week:
        day = DAYS.index(first)
        while True:
            marked |= {(day, minute) for start, end in day_slots for minute in range(start, end)}
            if day == DAYS.index(last):
                break
            day = (day + 1) % 7
    assert weekly_hours(as_published(week)) == pytest.approx(len(marked) / 60)
