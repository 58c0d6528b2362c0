"""Observed figures, what lies inside a commune and squares: what is known, what is not, and by whom it is told."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.text import inside, observed, squares
from geodata.bands import Cut
from geodata.district import District, Standing
from geodata.estimate import Kind
from geodata.indicator import Unpublished
from geodata.observed import ComparatorFigure, EarlierFigure, Observed
from geodata.square_groups import BEYOND, NO_DATA
from geodata.territory import Level, Part
from tests.dashboard.both_languages import in_english, of_its_own, plain

pytestmark = pytest.mark.usefixtures("translated")

DECLARED = {"title": "Part", "title_en": "Share", "numerator": "Habitants de 80 ans et plus"}
FIGURE = Observed(
    "share_75_plus", "Part des 75 ans et plus", "Share aged 75", "share", "age", Kind.OBSERVED, "2021", "Insee", 0.124,
    1234.0, False, (),
)  # fmt: skip
BESIDE = (
    ComparatorFigure("city", 0.10, None), ComparatorFigure("twins", 0.11, 1), ComparatorFigure("departement", 0.13, -1),
    ComparatorFigure("national", 0.12, 0),
)  # fmt: skip


def test_classes_and_circles_have_words():
    assert in_english(observed.the_estimate) == "The estimate of isolation"
    assert in_english(observed.no_data) == "Not known"
    assert in_english(observed.circles) == "Circles: how many people, by their area."
    assert observed.title(DECLARED, "fr") == "Part" and observed.title(DECLARED, "en") == "Share"
    assert in_english(lambda lang: observed.band("1%", "3%", lang)) == "1% to 3%"
    assert observed.band("1%", "1%", "fr") == "1%"
    assert observed.line_bands("12%", "en") == ("12% or less", "more than 12%")
    assert observed.line_bands("12 %", "fr") == ("12 % ou moins", "plus de 12 %")


def test_how_classes_are_made_is_said_with_what_is_hatched():
    ways = of_its_own(lambda cut, lang: observed.how(cut, False, lang), Cut)
    assert all("Hatched: not known." in way for way in ways.values())
    assert ways[Cut.NATURAL].startswith("Classes cut where values are far from one another")
    for cut in Cut:
        assert in_english(lambda lang, c=cut: observed.how(c, True, lang)).startswith("Sides of life on which")


def test_factors_that_add_up_are_counted_among_those_known():
    assert observed.sides_title("fr") == "Facteurs qui se cumulent"
    assert observed.sides_title("en") == "Factors that add up"
    declared = observed.sides_declared()
    assert set(declared) == {"title", "title_en", "definition", "definition_en", "unit"}
    assert declared["definition"].startswith("Nombre de côtés")
    assert declared["definition_en"].startswith("Sides of life")
    assert [in_english(lambda lang, n=n: observed.side_band(n, 4, lang)) for n in (0, 1, 3, 4)] == [
        "0 factors", "1 factor", "3 factors", "4 factors or more",
    ]  # fmt: skip
    assert in_english(lambda lang: observed.sides(4.0, 7.0, lang)) == "4 of 7 known"
    assert in_english(lambda lang: observed.sides(float("nan"), 3.0, lang)) == "not told: 3 known"
    assert in_english(lambda lang: observed.count_sentence(Level.COMMUNE, 1300, 1200, lang)) == (
        "1,300 communes; the figure is known for 1,200. It may be sorted."
    )


def test_why_a_figure_is_not_known_has_words_for_each_reason():
    reasons = of_its_own(observed.missing_reason, [None, *Unpublished])
    assert reasons[Unpublished.COVERAGE] == "Less than 90% of the territory is known"
    nan = float("nan")
    assert observed.note(nan, Unpublished.SECRET, True, "en") == "Too few people: statistical secrecy"
    assert (observed.note(0.1, None, True, "en") or "").startswith("Fewer than 2,000 residents: a census figure")
    assert observed.note(0.1, None, False, "fr") is None
    assert in_english(observed.thin)


def test_a_figure_says_its_period_and_kind():
    told = in_english(lambda lang: observed.ordering("Share", "12%", "2021", Kind.DERIVED.value, lang))
    assert told == "Share: 12% (2021, figure derived from observed ones)."


def test_a_share_is_told_in_people_to_three_digits():
    assert plain(observed.amount(FIGURE, "en")) == "1,230"
    assert observed.amount(replace(FIGURE, counted=None), "en") == "12.4%"
    assert plain(observed.amount(replace(FIGURE, unit="euro", value=21000.0), "en")) == "€21,000"
    assert plain(observed.counts(FIGURE, DECLARED, "fr")) == "habitants de 80 ans et plus (12,4 %)"
    assert observed.counts(FIGURE, DECLARED, "en") == "(Share: 12.4%)"
    for other in (replace(FIGURE, counted=None), replace(FIGURE, unit="euro")):
        assert observed.counts(other, DECLARED, "fr") == "Part"


def test_a_difference_is_said_only_where_the_figure_can_bear_it():
    sentence = in_english(lambda lang: observed.beside(replace(FIGURE, beside=BESIDE), lang))
    assert sentence == (
        "city 10.0% · twins 11.0% (more here) · département 13.0% (less here) · France 12.0% · 2021, observed figure"
    )


def test_a_row_has_a_dash_for_what_is_not_known():
    assert observed.line(FIGURE, "en") == [
        "Share aged 75", "12.4% (1,230)", "–", "–", "–", "2021 · Observed figure",
    ]  # fmt: skip
    whole = replace(FIGURE, beside=BESIDE, is_thin=True, before=EarlierFigure("2016", 0.11, 1))
    _name, here, twins, departement, national, about = observed.line(whole, "en")
    assert here == "12.4% (1,230) · 2016: 11.0% (has risen since)"
    assert [twins, departement, national] == ["11.0% (more here)", "13.0% (less here)", "12.0%"]
    assert about.startswith("2021 · Observed figure · Fewer than 2,000 residents")
    assert observed.line(whole, "en", ("city",))[2] == "10.0%"
    for difference, end in ((-1, " (has fallen since)"), (0, ""), (None, "")):
        one = replace(FIGURE, counted=None, before=EarlierFigure("2016", 0.11, difference))
        assert observed.line(one, "en")[1] == f"12.4% · 2016: 11.0%{end}"
        assert observed.line(one, "fr")[1]
    assert observed.line(replace(FIGURE, unit="euro", value=3.0), "en")[1] == "€3"
    assert observed.line(whole, "fr")[0] == "Part des 75 ans et plus"


def test_what_a_figure_in_people_counts_has_a_title_of_its_own():
    counted = ("population_65_plus", "population_20_64", "living_alone_share_80_plus", "living_alone_share",
               "share_75_plus", "unemployed_share_of_active")  # fmt: skip
    titles = of_its_own(lambda one, lang: observed.people_title(one, "title", lang), counted)
    assert "title" not in titles.values() and titles["share_75_plus"] == "Aged 75 and over"
    assert observed.people_title("poverty_rate", "Pauvreté", "fr") == "Pauvreté"


# -- inside a commune --------------------------------------------------------------------------------------------------


def district(**changes) -> District:
    record = {
        "code": "69381", "name": "Lyon 1er", "city": "Lyon", "city_code": "69123", "residents": 29000, "aged": 3100,
        "vintage": "2021", "source": "Insee", "figures": (FIGURE,), "services": (), "unplaced": 0,
    }  # fmt: skip
    return District(**(record | changes))


def test_residents_of_a_district_are_told_as_far_as_they_are_known():
    def sentence(**changes) -> str:
        return in_english(lambda lang: inside.residents(district(**changes), lang))

    assert sentence() == "29,000 residents, of whom 3,100 aged 65 and over (census of 2021)."
    assert sentence(aged=None) == "29,000 residents (census of 2021)."
    assert sentence(residents=None) == "Its residents are not known in the census that was read."
    # Nobody is a count, and not the same as not known.
    assert sentence(residents=0, aged=0).startswith("0 residents, of whom 0 aged 65")


def test_figures_of_a_district_begin_with_the_most_telling_beside_the_city():
    alone = replace(FIGURE, indicator="living_alone_share_80_plus", title_en="Alone", beside=BESIDE)
    both = district(figures=(FIGURE, alone, replace(FIGURE, indicator="another")))
    assert in_english(lambda lang: inside.figures(both, 9, lang)) == "Alone: 12.4% (city: 10.0%). Share aged 75: 12.4%."
    assert in_english(lambda lang: inside.figures(both, 1, lang)) == "Alone: 12.4% (city: 10.0%)."
    assert inside.figures(district(figures=()), 9, "fr") == ""
    other = replace(alone, beside=BESIDE[1:])
    assert in_english(lambda lang: inside.figures(district(figures=(other,)), 9, lang)) == "Alone: 12.4%."


def test_a_figure_of_a_part_is_told_withheld_or_not_known():
    assert in_english(lambda lang: inside.figure_words(0.124, "share", False, lang)) == "12.4%"
    assert in_english(lambda lang: inside.figure_words(1234.0, "euro", False, lang)) == "€1,234"
    assert inside.figure_words(float("nan"), "share", False, "fr") == observed.value(None, "share", "fr")
    assert in_english(lambda lang: inside.figure_words(0.124, "share", True, lang)) == observed.missing_reason(
        "secret", "en"
    )


def test_each_column_says_once_where_it_comes_from():
    values = pd.DataFrame(
        {
            "id": ["a", "a", "b", "c"], "title": ["Seuls", "Seuls", "Revenu", "Non"],
            "title_en": ["Alone", "Alone", "Income", "No"],
            "vintage": ["2021", "2021", "2020", "2020"], "kind": ["observed", "observed", "modelled", "observed"],
            "source": ["rp", "rp", "filosofi", "rp"],
        }
    )  # fmt: skip
    titles = {"rp": "Insee, recensement", "filosofi": "Insee, Filosofi"}
    assert [plain(one) for one in inside.origins(values, ["a", "b"], titles, "en")] == [
        "Alone: 2021, observed figure, Insee, recensement.",
        "Income: 2020, modelled estimate, Insee, Filosofi.",
    ]
    assert inside.origins(values, ["c"], titles, "fr")[0].startswith("Non")


def test_what_is_of_the_whole_city_says_so():
    assert in_english(inside.whole_city).startswith("Isolation is estimated for the whole city, never by district")
    assert in_english(lambda lang: inside.whole(district(), lang)) == "The whole city: Lyon"
    assert "those of the whole city (Lyon), never of a district" in in_english(
        lambda lang: inside.rest_of_sheet(district(), lang)
    )
    assert inside.unplaced(district(), "fr") == ""
    one, many = (in_english(lambda lang, n=n: inside.unplaced(district(unplaced=n), lang)) for n in (1, 1200))
    assert one.startswith("1 service of the city is known") and many.startswith("1,200 services of the city are known")


def test_a_column_says_where_it_comes_from_and_a_table_where_it_is_cut():
    assert in_english(lambda lang: inside.origin("Share", "2021", "observed", "Insee", lang)) == (
        "Share: 2021, observed figure, Insee."
    )
    assert in_english(lambda lang: inside.most(50, 1300, lang)) == "The first 50 of 1,300; the file has them all."
    assert in_english(lambda lang: inside.drawn("Share", Part.IRIS, lang)) == "Map by IRIS: Share"
    assert "fewer than 11 people" in in_english(inside.withheld)
    assert in_english(lambda lang: inside.minutes_to("Citizens", lang)) == "Minutes by car: Citizens"
    assert "lie in the IRIS (Insee 2019). Modelled." in in_english(
        lambda lang: inside.from_squares("Insee", "2019", lang)
    )
    assert "(Insee undated)" in in_english(lambda lang: inside.from_squares("Insee", None, lang))


def test_no_service_is_told_only_where_the_list_is_whole():
    def row(count, is_complete, minutes=4.0):
        return inside.standing(Standing("x", "citizen", count, "Le Lieu", minutes, is_complete), "Lieux", "fr")

    assert row(3, False) == ["Lieux", "3", "Le Lieu, 4 minutes"]
    assert row(0, True)[1] == "aucun situé"
    assert row(0, False)[1] == "inconnu"
    assert row(1, True, 0.4)[2] == "Le Lieu, moins d’une minute"
    assert row(0, False, None)[2] == "Le Lieu, quelque part dans la ville"
    assert inside.standing(Standing("x", "citizen", 1, None, 4.0, True), "Lieux", "en")[2] == "not known"
    assert row(1, True, 1.0)[2] == "Le Lieu, 1 minute"


# -- squares -----------------------------------------------------------------------------------------------------------


def test_squares_say_their_side_their_producer_and_that_isolation_is_not_told_of_them():
    assert in_english(lambda lang: squares.what(200, "Insee", "2019", lang)).startswith(
        "Each square of 200 m where people live (Insee 2019), by minutes"
    )
    assert "square of 1 km where people live (Eurostat undated)" in in_english(
        lambda lang: squares.what(1000, "Eurostat", None, lang)
    )


def test_residents_of_whom_nothing_is_told_are_counted():
    whole = in_english(lambda lang: squares.grouping(0, lang))
    assert "until a group holds 11 residents" in whole
    assert (
        in_english(lambda lang: squares.grouping(1, lang))
        == f"{whole} 1 resident lives where too few do: no minutes are told."
    )
    assert in_english(lambda lang: squares.grouping(1200, lang)).endswith(
        "1,200 residents live where too few do: no minutes are told."
    )


def test_communes_whose_squares_are_not_drawn_are_named():
    assert squares.left_out([], "fr") == ""
    assert (
        in_english(lambda lang: squares.left_out(["A"], lang)) == "No square that can be used in 1 commune, in grey: A."
    )
    assert in_english(lambda lang: squares.left_out(["A", "B"], lang)) == (
        "No square that can be used in 2 communes, in grey: A, B."
    )


@pytest.mark.parametrize(
    ("minutes", "expected", "words"),
    [
        (NO_DATA, 0, "not known"), (BEYOND, 60, "more than 60 min"), (BEYOND, 0, "not known"),
        (0, 60, "less than 1 min"), (1, 60, "1 min"), (12, 60, "12 min"),
        (12, 11, "12 min"), (12, 10, "12 min at most"),
    ],
)  # fmt: skip
def test_minutes_say_how_far_a_list_is_whole(minutes, expected, words):
    assert in_english(lambda lang: squares.minutes(minutes, expected, lang)) == words


@pytest.mark.parametrize(
    ("bearing", "side"),
    [(0, "north"), (22, "north"), (23, "north-east"), (90, "east"), (135, "south-east"), (180, "south"),
     (225, "south-west"), (270, "west"), (315, "north-west"), (337, "north-west"), (338, "north")],
)  # fmt: skip
def test_a_place_is_seen_from_one_of_eight_sides(bearing, side):
    assert in_english(lambda lang: squares.where(1234.5, bearing, lang)) == f"1,234.5 km to the {side}"


def test_half_a_kilometre_is_no_longer_the_centre():
    assert in_english(lambda lang: squares.where(0.5, 90, lang)) == "0.5 km to the east"
    assert in_english(lambda lang: squares.where(0.49, 90, lang)) == "at its centre"


def test_the_browser_has_every_word_that_it_writes():
    names = {"near", "far", "unknown", "under", "minutes", "atMost", "residents", "about", "few", "nobody"}
    french, english = squares.browser("fr"), squares.browser("en")
    assert set(french) == set(english) == names
    assert len(set(french.values())) == len(set(english.values())) == len(names)
    filled = {"near", "far", "minutes", "atMost", "residents", "about"}
    assert {name for name in names if "%s" in french[name]} == filled
    assert english["few"].startswith("Fewer than 11 residents")
