"""Figures: both decimal signs, grouped thousands, the marks of producers; nothing else is a number."""

import pandas as pd
import pytest

from etl.reading.observations import (
    CENSORED,
    NOT_AVAILABLE,
    PUBLISHED,
    REFUSED,
    SECRET,
    UNDEFINED,
    censor,
    count,
    observe,
    percentage,
    places,
    read_numbers,
    wide,
)
from etl.reading.tables import EPCI
from etl.rejects import with_words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("15.9908", 15.9908),
        ("17,5", 17.5),
        ("-14,8", -14.8),
        (" 2 ", 2),
        ("6 490", 6490),
        ("1\u202f234,5", 1234.5),
        ("0", 0),
    ],
)
def test_numbers_as_producers_write_them(text, number):
    values, states = read_numbers(pd.Series([text], dtype="str"))
    assert (values[0], states[0]) == (number, PUBLISHED)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", NOT_AVAILABLE),
        ("s", SECRET),
        ("nd", NOT_AVAILABLE),
        ("N/A - division par 0", UNDEFINED),
        ("N/A - résultat non disponible", NOT_AVAILABLE),
        ("abc", REFUSED),
        ("inf", REFUSED),
        ("nan", REFUSED),
        ("1 2", REFUSED),
        ("12 %", REFUSED),
    ],
)
def test_what_is_not_a_number_is_missing_with_its_reason(text, state):
    values, states = read_numbers(pd.Series([text], dtype="str"))
    assert values.isna().all()
    assert states[0] == state


def test_shares_are_fractions_and_impossible_figures_are_refused():
    raw = pd.DataFrame({"CODGEO": ["01001", "01002"], "TX": ["17,0", "170"]}, index=pd.Index([2, 3], name="line"))
    where, _ = places(raw["CODGEO"], "test")
    observations, rejects = observe(raw, "test", where, {"TX": percentage("share_x", "2021")})
    assert observations["value"].tolist()[0] == 0.17
    assert observations["state"].tolist() == [PUBLISHED, REFUSED]
    assert with_words(rejects)["reason"].tolist() == ["TX: « 170 »; allowed: a number from 0 to 100, or a known mark"]


def test_levels_follow_the_codes_or_are_given():
    where, rejects = places(pd.Series(["75101", "75056", "97411"]), "test")
    assert where["level"].tolist() == ["arrondissement", "commune", "commune"]
    where, rejects = places(pd.Series(["200000172", "20000017"]), "test", EPCI, "epci")
    assert where["code"].tolist() == ["200000172"]
    assert with_words(rejects)["reason"].tolist() == ["« 20000017 » is not an EPCI number of nine digits"]


def test_a_figure_at_the_limit_is_marked_and_kept():
    raw = pd.DataFrame({"CODGEO": ["01001", "01002"], "TP": ["5,0", "6,0"], "NB": ["5", "6"]})
    where, _ = places(raw["CODGEO"], "test")
    measures = {"TP": percentage("poverty_rate", "2021"), "NB": count("people", "2021")}
    marked = censor(observe(raw, "test", where, measures)[0], ["poverty_rate"], 0.05)
    assert marked["state"].tolist() == [CENSORED, PUBLISHED, PUBLISHED, PUBLISHED]
    assert wide(marked, "commune")["poverty_rate"].tolist() == [0.05, 0.06]
