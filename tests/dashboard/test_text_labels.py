"""Every value that a record can hold has words of its own in both languages; limits and units say what they are."""

from dataclasses import replace

import pytest

from dashboard import text
from dashboard.text import labels, limits, numbers, sentences
from dashboard.text import territory as territory_text
from geodata import survey, survey_rates
from geodata.country import Country, Mesh
from geodata.estimate import MISSES, Kind, Reason, Verdict
from geodata.indicator import Side
from geodata.indicator_catalogue import CATALOGUE
from geodata.question import Question
from geodata.risk import RiskFactor
from geodata.sentences import sentence
from geodata.service import Family
from geodata.source import Licence
from geodata.territory import Level, Part
from tests.dashboard.both_languages import in_english, of_its_own, plain

pytestmark = pytest.mark.usefixtures("translated")

DEFINITIONS = [one.id for one in survey.DEFINITIONS]


def test_each_value_has_words_of_its_own():
    assert of_its_own(labels.verdict, Verdict)[Verdict.LIKELY_BELOW] == "likely below"
    assert of_its_own(labels.level, Level)[Level.TVS] == "area of the agency"
    assert of_its_own(labels.levels, Level)[Level.FRANCE] == "Country"
    assert of_its_own(labels.short_levels, Level)[Level.TVS] == "Agency"
    assert of_its_own(labels.licence, Licence)[Licence.AGENCY] == "files of the agency"
    assert of_its_own(labels.part, Part)[Part.IRIS] == "IRIS"
    assert of_its_own(labels.kind, Kind)[Kind.OBSERVED] == "Observed figure"
    assert of_its_own(labels.family, Family)[Family.CITIZEN] == "Citizens and volunteers"
    assert of_its_own(labels.short_family, Family)[Family.PROFESSIONAL] == "Professionals"
    assert of_its_own(labels.miss, MISSES)[2.0] == "twice as much"
    for words in (labels.definition, labels.definition_meaning, labels.subject, labels.people_noun):
        assert not set(of_its_own(words, DEFINITIONS).values()) & set(DEFINITIONS)


def test_a_definition_that_nobody_knows_is_neither_one_of_those_known_nor_silent():
    assert labels.definition_meaning("another", "fr") == "another"
    assert in_english(lambda lang: labels.subject("another", lang)) == "the share of people concerned"
    assert in_english(lambda lang: labels.people_noun("another", lang)) == "people concerned"
    assert in_english(lambda lang: labels.population("another", lang)) == "of residents aged 15 and over"
    assert in_english(lambda lang: labels.population(survey.MORT_SOCIALE.id, lang)) == "of residents aged 60 and over"
    assert labels.scenario("another", "fr") == "another"


def test_a_place_inside_a_commune_is_named_as_such():
    assert in_english(lambda lang: labels.kind_of_place(Part.DISTRICT.value, lang)) == "district of a city"
    assert in_english(lambda lang: labels.kind_of_place(Level.REGION.value, lang)) == "region"


@pytest.mark.parametrize("level", Level)
def test_territories_are_counted_one_or_several(level):
    one, several = (in_english(lambda lang, n=n: labels.count_of(level, n, lang)) for n in (1, 1300))
    assert one.startswith("1 ") and several.startswith("1,300 ") and one[2:] != several[6:]
    assert labels.count_of(level, 2, "fr", written="aucune").startswith("aucune ")


def test_the_rule_of_a_class_gives_its_cut_offs():
    """At most as costly as a false alarm: 95, 80, 20 and 5; a miss three times as costly lowers the middle ones."""
    rules = of_its_own(lambda value, lang: labels.verdict_rule(value, lang), Verdict)
    assert rules[Verdict.ABOVE] == "at least 95 chances in 100 of being above the line"
    assert rules[Verdict.UNDECIDED] == "between 20 and 80 chances in 100: the data do not tell"
    assert rules[Verdict.BELOW] == "at most 5 chances in 100 of being above the line"
    costly = labels.verdict_rule(Verdict.UNDECIDED, "en", 3.0)
    assert costly == "between 8 and 57 chances in 100: the data do not tell"
    assert in_english(lambda lang: labels.miss_rule(3.0, lang)) == (
        "An error costs 5 times an answer left open, and a territory missed three times as much as one kept by "
        "mistake: “above” begins at 95 chances in 100, “likely above” at 57, “likely below” at 8, “below” at 5."
    )


def test_what_was_supposed_is_said_once_and_a_miss_only_where_it_costs_another_price():
    usual = Question(survey.LONELINESS.id, survey.LONELINESS.id)
    assert len(labels.assumptions(usual, "fr")) == 1
    other = Question(survey.FIVE_NETWORKS.id, survey.SCENARIOS[0].id, miss=2.0)
    assert labels.assumptions(other, "en")[-1] == "a miss costs twice as much as a false alarm"
    assert len(labels.assumptions(other, "fr")) == 3


def test_every_factor_and_category_of_the_survey_has_words():
    """A name that reads as an identifier would be one."""
    for scenario in survey.SCENARIOS:
        for rate in survey.rates_of(scenario):
            assert labels.factor(rate.factor, "fr") != rate.factor
            assert labels.category(rate.category, "fr") != rate.category or rate.category in ("rural", "dense")
    assert labels.category("60-69", "en") == "60 to 69 years old"
    assert labels.category("70+", "en") == "70 years old and over"
    assert [labels.factor("another", "fr"), labels.category("another", "fr")] == ["another", "another"]
    kinds = (survey_rates.PUBLISHED, survey_rates.DERIVED, survey_rates.MODELLED, survey_rates.JUDGEMENT)
    assert of_its_own(labels.figure_kind, kinds)[survey_rates.MODELLED] == "model of all waves"
    assert labels.figure_kind("another", "fr") == "another"


def test_every_reason_not_to_publish_is_said():
    reasons = of_its_own(labels.reason, [*Reason, None])
    assert reasons[Reason.FEW_RESIDENTS] == "fewer than 50 residents aged 15 and over"
    assert reasons[None] == "the figure is missing"
    assert labels.reason("another", "fr") == "another"


def test_names_are_cut_to_what_is_their_own():
    assert labels.proper_name("Communauté de communes du Pays de Gex") == "Pays de Gex"
    assert labels.proper_name("Communauté d’agglomération de l’Albigeois (C2A)") == "Albigeois (C2A)"
    assert labels.proper_name("Toulouse Métropole") == "Toulouse Métropole"
    assert labels.short_source("Insee : recensement (2021)") == "Insee"
    assert labels.short_source("Finess (Drees)") == "Finess"
    assert [labels.capitalised("EPCI du Tarn"), labels.capitalised("")] == ["EPCI du Tarn", ""]


def test_a_computation_that_waits_says_behind_how_many():
    assert in_english(lambda lang: labels.waiting(0, lang)) == "Its turn comes next."
    assert in_english(lambda lang: labels.waiting(1200, lang)) == "Waiting: 1,200 computations before this one."
    assert in_english(labels.which_region) == "Choose a region to list its communes."


# -- limits of an address ----------------------------------------------------------------------------------------------


def test_what_an_address_may_not_ask_says_what_it_may():
    assert (
        in_english(lambda lang: limits.notice_sentence("t", "0.5", lang))
        == "t = 0.5 is not possible: between 1 and 50%."
    )
    assert in_english(lambda lang: limits.notice_sentence("min", "900", lang)) == (
        "min = 900 is not possible: between 5 and 60 minutes."
    )
    assert in_english(lambda lang: limits.notice_sentence("r", "R99", lang)) == (
        "The address holds a value that is not known here (r = R99)."
    )
    assert limits.allowed("r", "fr") is None
    assert limits.allowed("t", "fr") == "entre 1 et 50\u202f%"


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_a_moment_is_told_in_the_hour_of_paris():
    """Summer and winter: two hours and one hour after universal time; the day may be the next."""
    assert numbers.moment("2026-07-14T22:05:00+00:00", "fr") == "15 juillet 2026 à 00:05"
    assert numbers.moment("2026-11-24T16:35:00+00:00", "en") == "24 November 2026 at 17:35"


def test_between_names_and_what_is_said_of_them():
    assert [numbers.colon("fr"), numbers.colon("en")] == ["\u00a0: ", ": "]
    assert numbers.today("fr") == numbers.today("en") and numbers.today("fr").count("/") == 2


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.991, "more than 99 chances in 100"), (0.99, "99 chances in 100"), (0.95, "95 chances in 100"),
        (0.949, "9 chances in 10"), (0.80, "8 chances in 10"), (0.799, "nearly 8 chances in 10"),
        (0.5, "5 chances in 10"), (0.201, "a little more than 2 chances in 10"), (0.2, "2 chances in 10"),
        (0.979, "97 chances in 100"), (0.05, "5 chances in 100"), (0.041, "5 chances in 100"),
        (0.01, "1 chance in 100"), (0.009, "less than 1 chance in 100"),
    ],
)  # fmt: skip
def test_chances_stand_on_the_side_of_each_limit_where_the_probability_is(probability, expected):
    assert in_english(lambda lang: numbers.chances(probability, lang)) == expected


# -- what a page says of a territory beside its profile ------------------------------------------------------------


def factor(**changes) -> RiskFactor:
    record = {
        "risk": Side.INCOME, "indicator": "poverty_rate", "title": "Taux de pauvreté", "title_en": "Poverty rate",
        "unit": "share", "kind": "observed", "vintage": "2021", "source": "Insee", "observed_at": "epci",
        "is_lent": False, "value": 0.172, "twins_value": 0.15, "france_value": 0.154, "is_above": True,
        "is_above_france": False,
    }  # fmt: skip
    return RiskFactor(**(record | changes))


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (None, "share", "–"), (0.172, "share", "17.2%"), (1234.4, "person", "1,234"), (1234.4, "household", "1,234"),
        (87.6, "person_per_km2", "88 people per km²"), (21430.0, "euro", "€21,430"), (2.25, "index", "2.2"),
        (2.3, None, "2.3"),
    ],
)  # fmt: skip
def test_a_figure_is_written_in_its_unit(amount, unit, expected):
    assert plain(territory_text.value(amount, unit, "en")) == expected
    assert territory_text.value(amount, unit, "fr")


def test_every_unit_of_the_catalogue_has_words():
    units = {one.unit for one in CATALOGUE}
    assert all(territory_text.unit(unit, "fr") != unit for unit in units - {"minute"})
    assert of_its_own(territory_text.unit, units)["person_per_km2"] == "people per km²"
    assert territory_text.unit("lits", "fr") == "lits"


def test_each_comparator_has_words():
    found = of_its_own(territory_text.against, ["twins", "departement", "region", "national"])
    assert found["national"] == "The whole country"


def test_dates_of_figures_are_told_in_french():
    assert territory_text.vintage("1 January 2025", "fr") == "1er janvier 2025"
    assert territory_text.vintage("1 July 2025", "fr") == "1er juillet 2025"
    assert territory_text.vintage("1 December 2025", "fr") == "1er décembre 2025"
    assert territory_text.vintage("1 January 2025", "en") == "1 January 2025"
    assert territory_text.vintage("2024 (annual mean)", "fr") == "2024 (moyenne annuelle)"
    assert territory_text.vintage("", "fr") == "non daté"
    assert territory_text.vintage("2021", "fr") == "2021"


def test_a_factor_says_who_lends_it_and_whom_it_is_compared_with():
    assert territory_text.observed(factor(), "en") == "Poverty rate, 2021"
    assert territory_text.observed(factor(vintage=None), "en") == "Poverty rate, undated"
    lent = factor(is_lent=True, observed_at="departement")
    assert (
        in_english(lambda lang: territory_text.observed(lent, lang)) == "Poverty rate, 2021 · value of its département"
    )
    assert territory_text.observed(factor(is_lent=True, observed_at=None), "en") == "Poverty rate, 2021"
    nobody = factor(value=None)
    assert in_english(lambda lang: territory_text.observed(nobody, lang)) == "nobody publishes it at this level"


@pytest.mark.parametrize(
    ("changes", "has_twins", "expected"),
    [
        ({"value": None}, True, "not known"), ({"is_lent": True}, True, "lent by its département: not compared"),
        ({}, True, "higher here"), ({}, False, "not higher here"), ({"is_above": None}, True, "not compared"),
        ({"is_above": None, "is_above_france": True}, False, "higher here"),
    ],
)  # fmt: skip
def test_a_factor_is_higher_than_that_of_the_twins_or_of_the_country(changes, has_twins, expected):
    assert in_english(lambda lang: territory_text.standing(factor(**changes), has_twins, lang)) == expected


def test_a_factor_stands_beside_those_it_is_compared_with():
    assert in_english(lambda lang: territory_text.risk_label(factor(), lang)) == "17.2% · twins 15.0% · France 15.4%"
    assert plain(territory_text.risk_label(factor(twins_value=None, france_value=None), "en")) == "17.2%"
    assert territory_text.risk_label(factor(value=None), "fr") == ""


@pytest.mark.parametrize("missing", range(3))
def test_a_share_never_goes_without_its_interval(missing):
    ends = [0.09, 0.12, 0.16]
    assert in_english(lambda lang: territory_text.share_label(*ends, lang)) == "12.0%, between 9 and 16%"
    ends[missing] = None
    assert territory_text.share_label(*ends, "fr") == "–"


def test_what_a_page_refuses_to_say_is_said():
    assert len(of_its_own(lambda i, lang: territory_text.refusals(lang)[i], range(5))) == 5


# -- a country without an estimate, and sentences of the build --------------------------------------------------------


def test_the_levels_of_another_country_are_named():
    country = Country(
        "PT", "Portugal", "Portugal (en)", "2024",
        (Mesh(Level.COMMUNE, "Paroisse", "Parish", "."), Mesh(Level.EPCI, "Municipalité", "Municipality", ".")), (),
    )  # fmt: skip
    assert in_english(lambda lang: text.levels_here(country, lang)) == (
        "Portugal (en) · “commune” reads: Parish · “group of communes (EPCI)” reads: Municipality"
    )
    assert text.levels_here(country, "fr").startswith("Portugal · ")
    assert in_english(text.no_sheet).startswith("No sheet here") and in_english(text.not_estimated).startswith(
        "Isolation is not"
    )


def test_a_code_is_called_what_its_country_calls_it():
    meshes = (Mesh(Level.COMMUNE, "Paroisse", "Parish", ".", "", "", "code DICOFRE", "DICOFRE code"),)
    meshes += (Mesh(Level.EPCI, "Municipalité", "Municipality", ".", "", "", "autre", "other"),)
    country = Country("PT", "Portugal", "Portugal", "2024", meshes, ())
    assert [text.code_of_place(country, lang) for lang in ("fr", "en")] == ["code DICOFRE", "DICOFRE code"]
    nameless = replace(country, meshes=(replace(meshes[0], code_title="", code_title_en=""), meshes[1]))
    assert [text.code_of_place(nameless, lang) for lang in ("fr", "en")] == ["code", "code"]


def test_a_sentence_of_the_build_is_in_the_language_of_the_reader():
    wording = sentence("over_age", years=3, reason=sentence("no_row_of_category"))
    assert in_english(lambda lang: sentences.worded(wording.code, wording.details, lang)) == (
        "over 3 years old (the file holds no row of this category)"
    )
    general = in_english(lambda lang: sentences.worded_in_general("over_age", lang))
    assert general == "over … years old (…)"
