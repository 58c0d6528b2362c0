"""An observed figure on the map: the address, the classes, the legend, the table and the file say the same."""

import csv
import io
from dataclasses import replace

import pytest

from dashboard.pages.carte import controls, ids, observed, view
from dashboard.pages.carte.advice import advice
from dashboard.pages.carte.layout import layout
from dashboard.state import Choice, Line, read
from dashboard.text.observed import beside, line, note
from dashboard.text.territory import value
from geodata.estimate import Kind, Verdict
from geodata.observed import EarlierFigure, Observed, before_of
from geodata.territory import FRANCE, Level
from tests.dashboard.test_besoin import texts

POVERTY = "?r=R1&i=poverty_rate"


def choice_of(query: str) -> Choice:
    return read(ids.PATH, query)[0]


def test_the_address_holds_the_indicator():
    choice = choice_of("?i=share_75_plus&r=R1")
    assert choice.indicator == "share_75_plus" == choice_of(choice.query).indicator
    assert choice_of("").indicator == ""


def test_an_indicator_that_this_database_has_not_is_said(facts):
    choice, notices = facts.checked(choice_of("?i=nothing"))
    assert choice.indicator == ""
    assert [notice.field for notice in notices] == ["i"]


def test_choosing_an_indicator_lets_go_of_classes_of_the_estimate(facts):
    choice = Choice(verdicts=(Verdict.ABOVE,))
    assert controls.changed(facts, choice, ids.INDICATOR, "poverty_rate").verdicts == ()


@pytest.mark.parametrize("query", ["?r=R1&m=commune&i=share_75_plus", POVERTY, "?i=poverty_rate&m=departement"])
def test_legend_table_and_file_count_the_same(facts, client, query):
    choice = choice_of(query)
    counted, classes = observed.counts(facts, choice), observed.bands(facts, choice)
    rows = view.rows(facts, choice)
    answer = client.get(f"/export/carte.csv{query}")
    file = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(file) == sum(counted.values()) > 0
    content = texts(observed.legend(facts, choice))
    for name, word in classes.items():
        assert word in content
        assert (rows["verdict"] == name).sum() == sum(row["classe"] == word for row in file) == counted[name]
    assert {row["indicateur"] for row in file} == {observed.title(facts, choice)}


def test_what_is_not_known_is_hatched_and_says_why(facts):
    rows = view.rows(facts, choice_of("?r=R1&m=commune&i=poverty_rate"))
    assert set(rows["verdict"]) == {"band-0"}
    assert observed.kinds(facts, choice_of("?r=R1&m=commune&i=poverty_rate&lang=en")) == "Not known"
    assert rows["note"].notna().all() and (rows["told"] == "–").all()


def test_a_figure_comes_with_its_period_and_kind(facts):
    row = view.rows(facts, choice_of(POVERTY)).set_index("code").loc["S11"]
    assert (row["vintage"], row["told"]) == ("2021", "45,0\u202f%")
    assert row["kind"]


def test_the_page_shows_the_name_and_the_legend_of_the_indicator(facts):
    drawn = layout(facts, choice_of(POVERTY))
    assert "Taux de pauvreté fictif" in texts(drawn)
    assert all(isinstance(part, dict) for part in view.columns(facts, choice_of(POVERTY)))


def test_a_thin_figure_is_told_and_a_missing_one_says_why():
    assert "2,000" in note(0.2, None, True, "en")
    assert note(0.2, None, False, "en") is None
    assert "secrecy" in note(float("nan"), "secret", False, "en")
    assert "90%" in note(float("nan"), "coverage", False, "en")
    assert note(float("nan"), None, False, "en") == "No file tells it here"


def test_factors_that_add_up_are_a_map_with_those_known(facts):
    choice = facts.checked(read(ids.PATH, "?r=R1&m=commune&i=sides")[0])[0]
    rows = observed.rows(facts, choice).set_index("code")
    assert rows.at["S1001", "told"] == "4 sur 7 connus" and rows.at["S1001", "verdict"] == "band-5"
    assert (rows["verdict"] == "band-0").sum() == observed.counts(facts, choice)["band-0"] > 0
    assert "4 facteurs ou plus" in texts(observed.legend(facts, choice))


def test_a_line_of_the_reader_and_the_country_s_first(facts):
    national = facts.checked(read(ids.PATH, "?r=R1&m=commune&i=share_75_plus&cl=line")[0])[0]
    value = facts.store.indicator_values(Level.FRANCE, FRANCE, indicator="share_75_plus")["value"].iloc[0]
    assert facts.own_line(national) == value and observed.line_value(facts, national) == round(100 * value, 1)
    moved = controls.changed(facts, national, ids.OWN_LINE, 1.0)
    assert moved.query.endswith("i=share_75_plus&cl=line&l=1")
    told = observed.rows(facts, moved).dropna(subset="value")
    assert set(told["verdict"]) == {"band-5"} and "plus de 1,0\u202f%" in texts(observed.legend(facts, moved))
    # Typing the line that is there already is no move.
    assert controls.changed(facts, national, ids.OWN_LINE, round(100 * value, 1)) == national


def test_people_are_circles_on_one_fill(facts):
    choice = facts.checked(read(ids.PATH, "?r=R1&m=commune&i=share_75_plus&ci=1")[0])[0]
    counted = observed.rows(facts, choice)["count"].dropna()
    assert (counted > 0).all() and len(counted)
    assert "Cercles" in texts(observed.legend(facts, choice))
    assert "count" not in observed.rows(facts, replace(choice, has_circles=False))


def test_a_figure_that_a_mesh_has_not_says_where_it_is_known(facts):
    choice = choice_of("?r=R1&m=commune&i=poverty_rate")
    (advice_line, *_rest) = advice(facts, choice)
    links = [part for part in advice_line.children if getattr(part, "href", None)]
    assert advice_line.children[0].startswith("Ce chiffre n’est pas connu ici par maille «\u00a0Communes\u00a0»")
    assert links and all(facts.is_held(choice_of(link.href.partition("?")[2])) for link in links)
    assert "pas connu ici" not in texts(advice(facts, replace(choice, mesh=Level.DEPARTEMENT)))


def test_what_is_offered_in_place_of_the_estimate_is_known_there(facts, monkeypatch):
    undecided = dict.fromkeys(Verdict, 0) | {Verdict.UNDECIDED: 9}
    monkeypatch.setattr(facts, "counts", lambda choice: dict.fromkeys(Line, undecided))
    # No commune has the first.
    monkeypatch.setattr("dashboard.pages.carte.advice._INSTEAD", ("poverty_rate", "share_75_plus"))
    (advice_line, *_rest) = advice(facts, choice_of("?r=R1&m=commune"))
    links = [part.href for part in advice_line.children if getattr(part, "href", None)]
    assert [choice_of(link.partition("?")[2]).indicator for link in links if "i=" in link] == ["share_75_plus"]


def test_a_modelled_figure_says_so_wherever_it_is_beside_a_territory():
    figure = Observed(
        "living_alone_share", "Part", "Share", "share", "household", Kind.MODELLED, "2022", "x", 0.29, 100.0, False, ()
    )
    assert beside(figure, "fr") == "2022, estimation modélisée"
    assert beside(replace(figure, kind=Kind.OBSERVED), "en") == "2022, observed figure"


def test_a_period_before_stands_beside_and_moves_only_where_the_figure_bears_it(facts):
    figure = next(one for one in facts.own_figures(Level.EPCI, "S11") if one.before is not None)
    assert figure.before.vintage < figure.vintage
    for difference, word in ((1, " (en hausse depuis)"), (-1, " (en baisse depuis)"), (0, ""), (None, "")):
        (_title, here, *_others) = line(replace(figure, before=EarlierFigure("2016", 0.123, difference)), "fr")
        assert here.endswith(f"2016\u00a0: 12,3\u202f%{word}")
    # A figure of another source, or of a model, is not what this one was.
    told = facts.store.values_of([(Level.EPCI, "S11")]).set_index("id").loc[figure.indicator].to_dict()
    was = facts.store.earlier(Level.EPCI, "S11").set_index("id").loc[figure.indicator].to_dict()
    assert before_of(told, was, False) == figure.before
    assert before_of(told, was, True).difference is None
    assert before_of(told, was | {"source": "another"}, False) is None
    modelled = {"kind": Kind.MODELLED.value}
    assert before_of(told | modelled, was | modelled, False) is None


@pytest.mark.parametrize(("now", "difference"), [(0.230, 1), (0.224, 0), (0.176, 0), (0.172, -1)])
def test_a_period_before_is_as_much_moved_by_chance_as_this_one(now, difference):
    """Of 1,600 people, 1.96 standard errors of 20 % are 2.0 points: 2.8 of the difference of two such shares."""
    values = {"source": "x", "kind": "observed", "resolved_at": "epci", "unit": "share", "denominator": 1_600.0}
    assert before_of(values | {"value": now}, values | {"value": 0.2, "vintage": "2016"}, False) == EarlierFigure(
        "2016", 0.2, difference
    )


def test_a_period_before_of_nobody_knows_how_many_tells_no_move():
    told = {"source": "x", "kind": "observed", "resolved_at": "epci", "unit": "share", "value": 0.2}
    was = told | {"value": 0.1, "denominator": None, "vintage": "2016"}
    assert before_of(told | {"denominator": 1_600.0}, was, False).difference is None


def test_money_is_told_with_its_sign_and_without_cents():
    assert value(22660.0, "euro", "fr") == "22\u202f660\u202f€"
    assert value(22660.0, "euro", "en") == "€22,660"


def test_an_observed_figure_asks_nothing_of_the_estimate_again(facts):
    plain = choice_of("?r=R1&m=commune")
    shown = choice_of("?r=R1&m=commune&i=poverty_rate&cl=line&l=12&ci=1")
    assert facts.rows(shown) is facts.rows(plain)
    assert facts.counts(shown) is facts.counts(plain)
