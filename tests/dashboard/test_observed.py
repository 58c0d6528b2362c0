"""An observed figure on the map: the address, the classes, the legend, the table and the file say the same."""

import csv
import io

import pytest

from dashboard.pages.carte import ids, moves, observed, parts
from dashboard.pages.carte.layout import layout
from dashboard.state import Choice, read
from dashboard.text.observed import note
from geodata.estimate import Verdict
from tests.dashboard.test_besoin import texts

POVERTY = "?r=R1&i=poverty_rate"


def asked(query: str) -> Choice:
    return read(moves.PATH, query)[0]


def test_the_address_holds_the_indicator():
    choice = asked("?i=share_75_plus&r=R1")
    assert choice.indicator == "share_75_plus" == asked(choice.query).indicator
    assert asked("").indicator == ""


def test_an_indicator_that_this_database_has_not_is_said(known):
    choice, notices = known.checked(asked("?i=nothing"))
    assert choice.indicator == ""
    assert [notice.field for notice in notices] == ["i"]


def test_choosing_an_indicator_lets_go_of_classes_of_the_estimate(known):
    choice = Choice(verdicts=(Verdict.ABOVE,))
    assert moves.changed(known, choice, ids.INDICATOR, "poverty_rate").verdicts == ()


@pytest.mark.parametrize("query", ["?r=R1&m=commune&i=share_75_plus", POVERTY, "?i=poverty_rate&m=departement"])
def test_legend_table_and_file_count_the_same(known, client, query):
    choice = asked(query)
    counted, classes = observed.counts(known, choice), observed.bands(known, choice)
    rows = parts.rows(known, choice)
    answer = client.get(f"/export/carte.csv{query}")
    file = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(file) == sum(counted.values()) > 0
    said = texts(observed.legend(known, choice))
    for name, word in classes.items():
        assert word in said
        assert (rows["verdict"] == name).sum() == sum(row["classe"] == word for row in file) == counted[name]
    assert {row["indicateur"] for row in file} == {choice.indicator}


def test_what_is_not_known_is_hatched_and_says_why(known):
    rows = parts.rows(known, asked("?r=R1&m=commune&i=poverty_rate"))
    assert set(rows["verdict"]) == {"band-0"}
    assert observed.kinds(known, asked("?r=R1&m=commune&i=poverty_rate&lang=en")) == "Not known"
    assert rows["note"].notna().all() and (rows["told"] == "–").all()


def test_a_figure_comes_with_its_period_and_kind(known):
    row = parts.rows(known, asked(POVERTY)).set_index("code").loc["S11"]
    assert (row["vintage"], row["told"]) == ("2021", "45,0\u202f%")
    assert row["kind"]


def test_the_page_shows_the_name_and_the_legend_of_the_indicator(known):
    drawn = layout(known, asked(POVERTY))
    assert "Taux de pauvreté fictif" in texts(drawn)
    assert all(isinstance(part, dict) for part in parts.columns(known, asked(POVERTY)))


def test_a_thin_figure_is_told_and_a_missing_one_says_why():
    assert "2,000" in note(0.2, None, True, "en")
    assert note(0.2, None, False, "en") is None
    assert "secrecy" in note(float("nan"), "secret", False, "en")
    assert "90%" in note(float("nan"), "coverage", False, "en")
    assert note(float("nan"), None, False, "en") == "No file tells it here"
