"""Opening hours: three ways to write them; what is not understood is unknown, and told."""

import pandas as pd
import pytest

from etl.reading import timetables
from etl.rejects import with_words


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00 - 12:00 / 13:30 - 17:00", 6.5),
        ("9h - 12h30", 3.5),
        ("00:00 - 00:00 / 09:00 - 12:00", 3.0),
        ("-", None),
        ("", None),
        ("09:00 - 12:00\n\n09:00 - 12:00", 6.0),
    ],
)
def test_french_timetables(text, hours):
    assert timetables.french_week(text) == hours


@pytest.mark.parametrize("text", ["10:00 - 13:00 / Après-midi sur RDV", "12:00 - 09:00", "Selon planning bus"])
def test_french_timetables_that_are_not_understood(text):
    with pytest.raises(ValueError, match=r"«|length"):
        timetables.french_week(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mo-Fr 08:30-12:30; PH off", 20.0),
        ("Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00; Sa off", 27.0),
        ("Mo,We,Fr 09:00-12:00", 9.0),
        ("Mo-Fr 09:00-12:00; Tu off", 12.0),
        ("Mo 09:00-12:00, We 14:00-17:00", 6.0),
        ("Fr 22:00-02:00", 4.0),
        ("24/7", 168.0),
        ("Jan-Jun: Mo 09:00-12:00", 3 * 26 / 52),  # Mondays from 5 January to 29 June 2026
        ("week 2-52/2 We 14:00-17:00", 1.5),
        ("PH,SH off", None),
        ("", None),
    ],
)
def test_openstreetmap_timetables(text, hours):
    assert timetables.openstreetmap(text) == hours


@pytest.mark.parametrize(
    "text",
    ["Mo-Fr by appointment", 'Mo 09:00-12:00 "sur rendez-vous"', "Mo-Su", "Mo 09:00+", "SH Mo 09:00-12:00", "9h-12h"],
)
def test_openstreetmap_timetables_that_are_not_understood(text):
    with pytest.raises(ValueError, match="is not understood"):
        timetables.openstreetmap(text)


def test_unread_timetables_are_unknown_and_counted():
    texts = pd.Series(["9:00 - 12:00", "Sur RDV", "", "Sur RDV"], index=[2, 3, 4, 5])
    hours, rejects = timetables.hours_of(texts, timetables.french_week, "france_services")
    assert hours.fillna(-1).tolist() == [3.0, -1, -1, -1]
    assert with_words(rejects)["reason"].tolist() == [
        "2 timetable(s) not understood, as on line 3: « Sur RDV »; their weekly hours are unknown"
    ]
