"""What is said is what is stored: every number of a sentence comes from its record."""

import re
from dataclasses import replace

import pytest
from babel.numbers import format_decimal
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import expit, logit

from dashboard import text
from dashboard.text import response
from dashboard.text.estimate import total_people
from geodata.disclosure import round_people, round_range
from geodata.estimate import Estimate, Kind, Total, Verdict, probability_above, verdict_of
from geodata.question import DEFAULT_DEFINITION, DEFAULT_SCENARIO
from geodata.territory import Level
from tests.dashboard.both_languages import in_english

pytestmark = pytest.mark.usefixtures("translated")

LANGS = st.sampled_from(["fr", "en"])


def estimate(share=0.124, sd=0.15, residents=10_000, threshold=0.10, **changes) -> Estimate:
    low, high = (float(expit(logit(share) + sign * 1.645 * sd)) for sign in (-1, 1))
    p = float(probability_above(logit(share), sd, threshold))
    rounded = [round_people(share * residents), *round_range(low * residents, high * residents)]
    people = [None if n != n else int(n) for n in rounded]
    record = {
        "level": Level.EPCI, "code": "1", "name": "X", "definition": DEFAULT_DEFINITION, "scenario": DEFAULT_SCENARIO,
        "threshold": threshold, "verdict": Verdict(str(verdict_of(p))), "kind": Kind.MODELLED, "residents": residents,
        "share": share, "low": low, "high": high, "p_above": p, "p_above_national": 0.4, "people": people[0],
        "people_low": people[1], "people_high": people[2], "is_extrapolated": False, "reason": None,
    }  # fmt: skip
    return Estimate(**(record | changes))


estimates = st.builds(
    estimate,
    share=st.floats(0.01, 0.45),
    sd=st.floats(0.02, 0.6),
    residents=st.integers(50, 3_000_000),
    threshold=st.sampled_from([0.05, 0.08, 0.10, 0.12, 0.15, 0.125]),
)


def numbers(sentence: str, lang: str) -> list[float]:
    """Every number of a sentence, thousands separators and decimal comma undone."""
    plain = re.sub(r"(?<=\d)[\u202f\u00a0](?=\d{3})", "", sentence)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain) if lang == "en" else plain.replace(",", ".")
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", plain)]


@given(estimates, LANGS)
def test_people_and_threshold_are_those_of_the_record(record, lang):
    sentence = numbers(text.verdict_sentence(record, lang), lang)
    assert round(record.threshold * 100, 1) in sentence
    for people in (record.people, record.people_low, record.people_high):
        if people is not None and record.people is not None:
            assert float(people) in sentence


@given(estimates, LANGS)
def test_nothing_else_is_said(record, lang):
    known = {round(record.threshold * 100, 1), 15.0, 10.0, 100.0}
    known |= {float(p) for p in (record.people, record.people_low, record.people_high) if p is not None}
    chances = set(numbers(text.chances(record.p_above, lang), lang))
    assert set(numbers(text.verdict_sentence(record, lang), lang)) <= known | chances


@given(estimates, LANGS)
def test_the_interval_said_holds_the_interval(record, lang):
    share, low, high = numbers(text.share_sentence(record, lang), lang)[:3]
    assert share == pytest.approx(record.share * 100, abs=0.051)
    if record.high - record.low >= text.WIDE_INTERVAL:
        assert 0 <= record.low * 100 - low + 1e-6 < 1.00001
        assert 0 <= high - record.high * 100 + 1e-6 < 1.00001
    else:
        assert [low, high] == [pytest.approx(end * 100, abs=0.051) for end in (record.low, record.high)]


@given(st.floats(0, 1), LANGS)
def test_chances_never_contradict_the_class(p, lang):
    """The number said, with its "nearly" or "a little more", lies on the same side of 20 and 80 % as the chances."""
    assume(p not in (0.2, 0.8))
    sentence = text.chances(p, lang)
    value, base = numbers(sentence, lang)
    fraction = value / base
    if fraction == 0.8 and p < 0.8:
        assert "près de" in sentence or "nearly" in sentence
    elif fraction == 0.2 and p > 0.2:
        assert "un peu plus" in sentence or "little more" in sentence
    else:
        assert abs(fraction - p) <= 0.0501
        assert (fraction >= 0.8) == (p >= 0.8)
        assert (fraction <= 0.2) == (p <= 0.2)


SHARE = "la part attendue des habitants de 15 ans et plus qui sont isolés"


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.13, f"Il est presque certain (95 chances sur 100) que {SHARE} dépasse 10 %"),
        (0.118, f"Il est probable (9 chances sur 10) que {SHARE} dépasse 10 %"),
        (0.104, f"Les données ne permettent pas de trancher\u00a0: il y a 6 chances sur 10 que {SHARE} dépasse 10 %"),
        (0.086, f"Il est probable que {SHARE} ne dépasse pas 10 % (2 chances sur 10"),
        (0.07, f"Il est presque certain que {SHARE} ne dépasse pas 10 % (2 chances sur 100"),
    ],
)
def test_each_class_has_its_sentence(share, expected):
    record = estimate(share=share, sd=0.17)
    plain = text.verdict_sentence(record, "fr").replace(text.NARROW, " ")
    assert plain.startswith(expected), plain


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("few_residents", "moins de 50 habitants de 15 ans et plus"),
        ("no_population_by_age", "pas de population par âge dans le recensement utilisé"),
        ("a_new_reason", "a_new_reason"),
        (None, "le chiffre manque"),
    ],
)
def test_not_published_says_why(reason, expected):
    record = estimate(verdict=Verdict.NOT_PUBLISHED, share=0.1, reason=reason)
    assert expected in text.verdict_sentence(record, "fr")


def test_a_small_count_is_not_printed():
    said = text.people(estimate(share=0.1, residents=60), "fr")
    assert said == "moins de 15 personnes attendues, effectif trop petit pour être affiché"


def test_a_share_without_interval_is_not_said():
    bare = estimate(low=None, high=None, people=None, people_low=None, people_high=None)
    assert text.share_sentence(bare, "fr") is None
    assert "seule la classe est calculée" in text.bare_sentence(bare, "fr")
    assert text.bare_sentence(estimate(), "fr") is None
    sentence = text.verdict_sentence(bare, "fr")
    assert sentence.endswith("dépasse 10\u202f%.") and "personnes" not in sentence


def test_a_small_place_says_what_a_count_would_find():
    sentence = text.counted_sentence(estimate(residents=10, low=0.1, high=0.1), "fr")
    assert sentence == (
        "Moins de 1\u202f000 personnes de cet âge vivent ici et le hasard y pèse aussi\u00a0: 3 chances sur 10 que la "
        "part qu’un comptage complet trouverait dépasse 10\u202f%."
    )
    # Asked about another line, it answers about that one: of ten people, three are more than a quarter.
    other = text.counted_sentence(estimate(residents=10, low=0.1, high=0.1), "fr", 0.25)
    assert "1 chance sur 10 que la part" in other and other.endswith("dépasse la part nationale (25,0\u202f%).")
    assert text.counted_sentence(estimate(residents=1_000), "fr") is None
    assert text.counted_sentence(estimate(residents=10, low=None, high=None), "fr") is None


@given(st.one_of(st.floats(-1e12, 1e12), st.integers(-(10**12), 10**12)), st.integers(0, 3), LANGS)
def test_a_number_is_written_as_the_library_of_languages_writes_it(value, decimals, lang):
    pattern = "#,##0" + "." * bool(decimals) + "0" * decimals
    assert text.number(value, lang, decimals) == format_decimal(value, pattern, locale=lang)
    assert text.number(float("nan"), lang, decimals) == format_decimal(float("nan"), pattern, locale=lang)


def test_french_numbers():
    assert text.percent(0.1237, "fr") == "12,4\u202f%"
    assert text.percent(0.1237, "en") == "12.4%"
    assert text.number(1100, "fr") == "1\u202f100"
    assert text.threshold(0.1, "fr") == "10\u202f%"
    assert text.threshold(0.125, "fr") == "12,5\u202f%"
    assert text.interval(0.091, 0.158, "fr") == "entre 9 et 16\u202f%"
    assert text.interval(0.097, 0.142, "fr") == "entre 9 et 15\u202f%"
    assert text.interval(0.112, 0.119, "fr") == "entre 11,2 et 11,9\u202f%"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.097, 0.132, "entre 9 et 14\u202f%"),
        (0.07, 0.14, "entre 7 et 14\u202f%"),
        (0.29, 0.57, "entre 29 et 57\u202f%"),
        (0.104, 0.106, "entre 10 et 11\u202f%"),
        (0.121, 0.124, "entre 12,1 et 12,4\u202f%"),
    ],
)
def test_whole_points_never_leave_out_a_part_of_an_interval(low, high, expected):
    # In binary 0.29 times 100 lies a hair under 29 and 0.14 times 100 a hair above 14.
    assert text.whole_interval(low, high, "fr") == expected


def test_singular_and_plural():
    assert text.chances(0.1, "fr") == "1 chance sur 10"
    assert response.town_hall(1.7, "fr").endswith("environ 2 minutes en voiture.")
    assert response.town_hall(1.2, "fr").endswith("environ 1 minute en voiture.")


def test_a_day_is_that_of_paris_and_the_first_of_a_month_is_written_as_one():
    assert text.long_day("2026-12-01", "fr") == "1er décembre 2026"
    assert text.long_day("2026-11-30T23:30:00+00:00", "fr") == "1er décembre 2026"
    assert text.long_day("2026-12-21", "fr") == "21 décembre 2026"
    assert text.long_day("2026-12-01", "en") == "1 December 2026"
    assert text.moment("2026-11-30T23:30:00+00:00", "fr") == "1er décembre 2026 à 00:30"


def test_the_words_of_the_first_definition_exist():
    assert text.definition(DEFAULT_DEFINITION, "fr") == "Isolement relationnel (cinq réseaux)"
    assert text.scenario(DEFAULT_SCENARIO, "fr") == "Hypothèses de référence"


def test_each_definition_has_its_people_and_its_verb():
    lonely = estimate(share=0.118, sd=0.17, definition="loneliness", scenario="loneliness")
    old = estimate(share=0.118, sd=0.17, definition="mort_sociale_60_plus", scenario="mort_sociale_60_plus")
    unknown = estimate(definition="another")
    assert "des habitants de 15 ans et plus qui se sentent seuls" in text.verdict_sentence(lonely, "fr")
    assert "des habitants de 60 ans et plus qui sont en" in text.verdict_sentence(old, "fr")
    assert "sont concernés" in text.verdict_sentence(unknown, "fr")
    assert text.definition("another", "fr") == "another"


def test_a_short_name_begins_with_the_initials_of_its_kind():
    assert text.short_name("Communauté de communes du Grand Pic Saint-Loup") == "CC Grand Pic Saint-Loup"
    assert text.short_name("Communauté d'agglomération de l'Albigeois") == "CA Albigeois"
    assert text.short_name("Communauté d'agglomération de l'Albigeois (C2A)") == "CA Albigeois"
    assert text.short_name("Communauté d’agglomération de l’Étang") == "CA Étang"
    assert text.short_name("Communauté urbaine du Grand Reims") == "CU Grand Reims"
    assert text.short_name("Toulouse Métropole") == "Toulouse Métropole"
    assert text.short_name("Les Sables-d'Olonne") == "Les Sables-d'Olonne"


def test_saturation_is_said_only_when_the_line_is_below_the_national_share():
    below = text.saturation_sentence(estimate(share=0.117, threshold=0.10, level=Level.FRANCE), "fr")
    above = text.saturation_sentence(estimate(share=0.117, threshold=0.15, level=Level.FRANCE), "fr")
    assert "au-dessous de la part nationale" in below and "se remplit" in below
    assert "au-dessus de la part nationale" in above and "se remplit" not in above


def sides(above=0, undecided=0, below=0):
    other = {Verdict.LIKELY_ABOVE: 0, Verdict.LIKELY_BELOW: 0, Verdict.NOT_PUBLISHED: 5}
    return other | {Verdict.ABOVE: above, Verdict.UNDECIDED: undecided, Verdict.BELOW: below}


def test_a_question_that_separates_nothing_says_so():
    def sentence(**counts):
        return text.question_sentence(sides(**counts), Level.EPCI, "fr")

    assert sentence(above=90, undecided=10).startswith("Question saturée\u00a0: 90 sur 100 EPCI dépassent")
    assert sentence(undecided=98, below=2).startswith("Question vide\u00a0: pour 98 sur 100 EPCI")
    assert sentence(below=95, above=5).startswith("Question vide\u00a0: 95 sur 100 EPCI sont en dessous")
    assert sentence(above=89, undecided=11) is None
    assert sentence() is None


@pytest.mark.parametrize(
    ("words", "lang", "shown"),
    [(None, "fr", "non daté"), ("", "en", "undated"), ("2021", "fr", "2021"), ("2024-05-23", "fr", "23/05/2024"),
     ("2024, 2024-05-23", "fr", "2024, 23/05/2024")],
)  # fmt: skip
def test_a_source_without_vintage_is_said_undated(words, lang, shown):
    assert text.period(words, lang) == shown


@pytest.mark.parametrize(
    "when, words",
    [("2026-05-12", "12/05/2026"), ("2026-05", "05/2026"), ("2025", "2025"), ("2024-T3", "2024-T3")],
)
def test_days_and_months_are_in_figures(when, words):
    assert text.day(when, "fr") == words


# -- sentences beside the class ----------------------------------------------------------------------------------------


def test_people_are_told_with_the_ends_that_may_be_printed():
    assert in_english(lambda lang: text.about(1, None, None, lang)) == "about 1 person"
    assert in_english(lambda lang: text.about(1200, None, 1500, lang)) == "about 1,200 people, at most 1,500"
    assert in_english(lambda lang: text.about(1200, 900, 1500, lang)) == "about 1,200 people, between 900 and 1,500"
    assert in_english(lambda lang: text.about(1200, 900, None, lang)) == "about 1,200 people"
    assert total_people(Total(2, None, None, None), "fr") is None
    assert in_english(lambda lang: total_people(Total(2, 30, 20, 40), lang)) == "about 30 people, between 20 and 40"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"residents": 100, "share": 0.149}, "fewer than 15 people expected, a count too small to be printed"),
        ({"residents": 100, "share": 0.15}, None), ({"residents": None}, None), ({"share": None}, None),
    ],
)  # fmt: skip
def test_a_count_is_too_small_only_where_it_is_known_to_be(changes, expected):
    record = replace(estimate(), people=None, **changes)
    if expected is None:
        assert text.people(record, "fr") is None
    else:
        assert in_english(lambda lang: text.people(record, lang)) == expected


def test_the_country_is_what_is_asked_about_where_its_share_is_given():
    """Above the threshold of 10 % almost surely, and as likely as not above the country's 12.4 %."""
    record = estimate(share=0.15, sd=0.1, p_above_national=0.5)
    against = in_english(lambda lang: text.class_sentence(record, lang, 0.124))
    assert against.startswith("The data do not tell: there are 5 chances in 10") and "share (12.4%)" in against
    assert "exceeds 10%" in in_english(lambda lang: text.class_sentence(record, lang))
    unknown = replace(record, p_above_national=None, reason="few_residents")
    assert in_english(lambda lang: text.class_sentence(unknown, lang, 0.124)).startswith("Nothing is published")
    assert text.verdict_sentence(record, "en", 0.124).count("%") == against.count("%")
    assert in_english(lambda lang: text.national_line(None, lang)) == "the national share (not published)"


def test_a_full_count_is_about_the_line_that_is_asked_about_in_a_small_place_only():
    small = estimate(residents=999)
    assert "full count would find exceeds 10%." in in_english(lambda lang: text.counted_sentence(small, lang) or "")
    assert "exceeds the national share (12.4%)." in in_english(
        lambda lang: text.counted_sentence(small, lang, 0.124) or ""
    )
    for other in ({"residents": 1000}, {"residents": None}, {"residents": 0}, {"low": None}, {"high": None}):
        assert text.counted_sentence(replace(small, **other), "fr") is None


def test_a_share_without_interval_has_a_class_only():
    assert in_english(lambda lang: text.bare_sentence(estimate(low=None), lang) or "").startswith(
        "Under these assumptions"
    )
    assert text.bare_sentence(estimate(), "fr") is None
    assert text.bare_sentence(replace(estimate(low=None), share=None), "fr") is None


def test_the_other_question_is_told_beside_the_one_that_is_asked():
    record, country = estimate(p_above=0.97, p_above_national=0.6), estimate(share=0.117, level=Level.FRANCE)
    assert in_english(lambda lang: text.national_sentence(record, country, Verdict.UNDECIDED, lang) or "") == (
        "Compared with the national share (11.7%): cannot be decided, 6 chances in 10 of being higher."
    )
    assert text.national_sentence(country, country, Verdict.UNDECIDED, "fr") is None
    for one, other in ((replace(record, p_above_national=None), country), (record, replace(country, share=None))):
        assert text.national_sentence(one, other, Verdict.UNDECIDED, "fr") is None
    sure = replace(record, verdict=Verdict.ABOVE)
    assert in_english(lambda lang: text.threshold_sentence(sure, lang) or "") == (
        "Compared with the threshold of 10%: above, 97 chances in 100 of being higher."
    )
    assert text.threshold_sentence(replace(record, p_above=None), "fr") is None


def test_the_line_and_the_country_are_compared_by_their_figures():
    at = estimate(share=0.10, threshold=0.10, level=Level.FRANCE)
    assert in_english(lambda lang: text.saturation_sentence(at, lang) or "") == (
        "The line of 10% lies above the national share (10.0%)."
    )
    assert text.saturation_sentence(replace(at, share=None), "fr") is None


def test_a_question_counts_those_surely_and_probably_on_a_side():
    counts = sides(above=80, undecided=10) | {Verdict.LIKELY_ABOVE: 10}
    assert in_english(lambda lang: text.question_sentence(counts, Level.EPCI, lang) or "") == (
        "Saturated question: 90 of 100 EPCIs are above, surely or probably."
    )
    counts = sides(below=80, undecided=10) | {Verdict.LIKELY_BELOW: 10}
    assert in_english(lambda lang: text.question_sentence(counts, Level.EPCI, lang) or "").startswith(
        "Empty question: 90 of 100"
    )


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0.99, "less than a minute by car."),
        (1.0, "about 1 minute by car."),
        (12.6, "about 13 minutes by car."),
        (None, "on the spot."),
    ],
)
def test_minutes_to_the_town_hall(minutes, expected):
    assert in_english(lambda lang: response.town_hall(minutes, lang)) == f"Nearest town hall: {expected}"


def test_where_the_survey_was_not_held_a_figure_says_so():
    assert in_english(lambda lang: text.extrapolation_sentence(estimate(is_extrapolated=True), lang) or "").startswith(
        "The survey was not held here"
    )
    assert text.extrapolation_sentence(estimate(), "fr") is None
    assert text.extrapolation_sentence(estimate(is_extrapolated=True, low=None), "fr") is None


def test_whole_points_have_a_decimal_only_where_both_ends_are_nearest_to_the_same_one():
    assert in_english(lambda lang: text.whole_interval(0.101, 0.104, lang)) == "between 10.1 and 10.4%"
    assert in_english(lambda lang: text.whole_interval(0.104, 0.106, lang)) == "between 10 and 11%"
    assert in_english(lambda lang: text.interval(0.10, 0.14, lang)) == "between 10 and 14%"
    assert in_english(lambda lang: text.interval(0.10, 0.139, lang)) == "between 10.0 and 13.9%"
