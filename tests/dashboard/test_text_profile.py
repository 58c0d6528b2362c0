"""Sentences about a profile say the record's own figures and words, in both languages, whatever the figures."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard import text
from dashboard.text import profile as profile_text
from dashboard.text import territory as territory_text
from geodata.countries.france import Zone
from geodata.estimate import Estimate, Kind, Verdict, national_verdict
from geodata.indicator import Side
from geodata.profile import BELOW_DEPARTEMENT, Contrast, Contribution, Flips, Health, HealthFigure, Profile, Twin
from geodata.risk import RiskFactor
from geodata.survey import SCENARIOS
from geodata.territory import Level, Territory
from tests.dashboard.both_languages import plain
from tests.dashboard.test_text import LANGS, numbers

pytestmark = pytest.mark.usefixtures("translated")

DECIDED = [v for v in Verdict if v != Verdict.NOT_PUBLISHED]
OWN = [s.id for s in SCENARIOS if s.definition == "five_networks"]
differences = st.floats(-0.08, 0.08)


def contrast(low, difference, high, comparator="twins", p_above=0.5) -> Contrast:
    return Contrast(comparator, "32", "Gers", 0.11, 0.09, 0.13, difference, low, high, p_above)


contrasts = st.builds(
    lambda ends, comparator, p_above: contrast(*sorted(ends), comparator, p_above),
    st.tuples(differences, differences, differences),
    st.sampled_from(["twins", "departement", "region", "national"]),
    st.floats(0, 1),
)


def factor(risk, is_above=None, value=0.2, is_lent=False) -> RiskFactor:
    return RiskFactor(
        risk, "x", "X", "X", "share", "observed", "2022", "s", "commune", is_lent, value, 0.1, 0.1, is_above, is_above
    )


def profile(**changes) -> Profile:
    verdict = changes.pop("verdict", Verdict.ABOVE)
    level = changes.pop("level", Level.COMMUNE)
    estimate = Estimate(
        level, "1", "X", "five_networks", "default", 0.1, verdict, Kind.MODELLED, 1000, 0.12, 0.1, 0.14, 0.9, 0.6,
        120, 100, 140, False, None,
    )  # fmt: skip
    record = {
        "territory": Territory(level, "1", "X", "32", "76", None, Zone.METROPOLE), "estimate": estimate,
        "contrasts": (), "twins": (Twin(1, "2", "Y", 0.1),), "contributions": (), "risk_factors": (),
        "flips": Flips((), (), (), None, None), "health": None, "health_reason": BELOW_DEPARTEMENT, "rank_low": None,
        "rank_high": None, "bound_low": None, "bound_high": None,
    }  # fmt: skip
    return Profile(**(record | changes))


def signed(sentence: str, lang: str) -> list[float]:
    """Signed numbers of a sentence."""
    plain = sentence.replace(",", ".") if lang == "fr" else sentence
    return [float(f"{'-' if sign == '−' else ''}{n}") for sign, n in re.findall(r"([+−])(\d+(?:\.\d+)?)", plain)]


@given(contrasts, LANGS)
def test_a_difference_is_said_with_its_interval_as_recorded(record, lang):
    sentence = signed(profile_text.contrast_sentence(record, lang), lang)
    ends = (record.difference_low, record.difference_high)
    # Under a tenth of a point two shares may be printed alike: no difference is told of them.
    kept = ends if abs(record.difference) < 0.001 else (record.difference, *ends)
    decimals = profile_text.decimals_of(*ends)
    assert sentence == [pytest.approx(v * 100, abs=0.5 * 10**-decimals + 1e-9) for v in kept]


@given(contrasts, LANGS)
def test_higher_or_lower_is_said_from_the_probability_and_never_from_the_interval(record, lang):
    sentence = profile_text.contrast_sentence(record, lang)
    leaning = re.search(r", (?:peut-être un peu plus (?:élevée|basse)|perhaps a little (?:higher|lower))", sentence)
    assert bool(leaning) == (0.6 <= record.p_above < 0.8 or 0.2 < record.p_above <= 0.4)
    sentence = sentence.replace(leaning.group(), "") if leaning else sentence
    higher, lower, likely = {
        "fr": ("plus élevée", "plus basse", "probablement"),
        "en": ("higher", "lower", "probably"),
    }[lang]
    assert (higher in sentence) == (record.p_above >= 0.8)
    assert (lower in sentence) == (record.p_above <= 0.2)
    assert (likely in sentence) == (0.8 <= record.p_above < 0.95 or 0.05 < record.p_above <= 0.2)


@given(st.floats(0, 1), differences, LANGS)
def test_the_sentence_on_france_and_the_class_against_it_never_oppose(p_above, difference, lang):
    beside = contrast(difference - 0.01, difference, difference + 0.01, "national", p_above)
    estimate = replace(profile().estimate, p_above_national=p_above)
    assert beside.verdict is national_verdict(estimate)
    sentence = text.national_sentence(estimate, replace(estimate, level=Level.FRANCE), beside.verdict, lang)
    assert text.verdict(beside.verdict, lang) in sentence


@pytest.mark.parametrize(
    ("p_above", "expected"),
    [
        (0.97, "Part plus élevée que celle de la France entière"),
        (0.81, "Part probablement plus élevée que celle de la France entière"),
        (0.79, "Part proche de celle de la France entière, peut-être un peu plus élevée"),
        (0.6, "Part proche de celle de la France entière, peut-être un peu plus élevée"),
        (0.4, "Part proche de celle de la France entière, peut-être un peu plus basse"),
        (0.5, "Part qui ne se distingue pas de celle de la France entière"),
        (0.12, "Part probablement plus basse que celle de la France entière"),
        (0.03, "Part plus basse que celle de la France entière"),
    ],
)
def test_one_interval_is_said_as_its_probability(p_above, expected):
    said = profile_text.contrast_sentence(contrast(-0.002, 0.004, 0.01, "national", p_above), "fr")
    assert said == f"{expected}\u00a0: +0,4 point, de −0,2 à +1,0."


def test_a_difference_without_interval_is_not_said():
    assert profile_text.contrast_sentence(contrast(None, 0.01, None, p_above=None), "fr") is None
    assert (
        profile_text.comparator_share_sentence(Contrast("twins", None, None, 0.1, None, None, *[None] * 4), "fr")
        is None
    )


@given(st.floats(0.05, 0.25), differences)
def test_no_difference_is_told_between_two_shares_that_are_printed_alike(share, difference):
    said = profile_text.contrast_sentence(contrast(difference - 0.01, difference, difference + 0.01), "fr")
    is_alike = text.percent(share, "fr") == text.percent(share + difference, "fr")
    assert not is_alike or "moins d’un dixième de point d’écart, de" in said


def test_a_contrast_in_words():
    assert profile_text.contrast_sentence(contrast(0.003, 0.008, 0.014, p_above=0.99), "fr") == (
        "Part plus élevée que celle de ses territoires jumeaux\u00a0: +0,8 point, de +0,3 à +1,4."
    )
    assert profile_text.comparator_share_sentence(contrast(0, 0, 0, "departement"), "fr") == (
        "Part attendue de son département (Gers)\u00a0: 11,0\u202f%, entre 9 et 13\u202f%."
    )


@pytest.mark.parametrize(
    ("difference", "french", "english"),
    [
        (0.004, "+0,4 point", "+0.4 points"),
        (0.0196, "+2,0 points", "+2.0 points"),
        (-0.019, "−1,9 point", "−1.9 points"),
        (0.01, "+1,0 point", "+1.0 point"),
        (-0.06, "−6,0 points", "−6.0 points"),
    ],
)
def test_points_are_one_or_several_as_each_language_counts(difference, french, english):
    assert profile_text.in_points(difference, "fr", 1) == french
    assert profile_text.in_points(difference, "en", 1) == english
    for lang, told in (("fr", french), ("en", english)):
        assert f"{told}, " in profile_text.contrast_sentence(contrast(-0.1, difference, 0.1, p_above=0.99), lang)


@given(st.lists(differences, min_size=1, max_size=6), LANGS)
def test_why_here_names_the_largest_parts_and_the_rest_makes_the_sum(parts, lang):
    names = ["age", "activity", "living_alone", "income", "density", "structure"]
    ordered = sorted(parts, key=abs, reverse=True)
    record = profile(contributions=tuple(Contribution(n, p) for n, p in zip(names, ordered, strict=False)))
    sentence = signed(profile_text.why_here_sentence(record, lang), lang)
    assert len(sentence) <= profile_text.MOST_FACTORS + 1
    # Each number said is rounded to a tenth of a point, and an unsaid rest is under a twentieth.
    assert sum(sentence) == pytest.approx(sum(parts) * 100, abs=0.05 * (len(sentence) + 1) + 1e-9)


def test_small_parts_that_add_up_are_not_called_like_the_twins():
    three = profile(contributions=tuple(Contribution(name, 0.0003) for name in ("age", "activity", "income")))
    assert profile_text.why_here_sentence(three, "fr").endswith("ensemble, ils font +0,1 point.")


def test_why_here_says_nothing_of_nothing():
    assert profile_text.why_here_sentence(profile(), "fr") is None
    like = profile_text.why_here_sentence(profile(contributions=(Contribution("age", 0.0001),)), "en")
    assert like.startswith("By its population it is like its twins")


@given(st.lists(st.sampled_from([True, False, None]), min_size=len(Side), max_size=len(Side)), LANGS)
def test_factors_above_the_twins_are_counted_as_recorded(above, lang):
    record = profile(risk_factors=tuple(factor(r, a) for r, a in zip(Side, above, strict=True)))
    sentence = profile_text.risk_sentence(record, lang)
    counted, count = sum(a is not None for a in above), sum(a is True for a in above)
    if count:
        assert numbers(sentence, lang)[:2] == [count, counted]
        verb = {"fr": (" est ", " sont "), "en": (" is ", " are ")}[lang][count > 1]
        assert verb in sentence
        for r, a in zip(Side, above, strict=True):
            assert (profile_text.risk(r, lang) in sentence) == (a is True)
    else:
        assert numbers(sentence, lang) == ([counted] if counted > 1 else [])


def test_what_is_lent_or_unknown_is_said_to_be_so():
    record = profile(
        risk_factors=(factor(Side.AGE, True), factor(Side.INCOME, is_lent=True), factor(Side.ILLNESS, value=None))
    )
    sentence = profile_text.risk_sentence(record, "fr")
    assert "1 facteur de risque sur 1 est plus élevé ici que pour les jumeaux\u00a0: grand âge." in sentence
    assert "Observé au département seulement, donc non comparé\u00a0: " in sentence
    assert "Non connu\u00a0: longue maladie." in sentence


def test_a_region_is_compared_with_the_country():
    record = profile(level=Level.REGION, twins=(), risk_factors=(factor(Side.AGE, True), factor(Side.INCOME, False)))
    assert "1 facteur de risque sur 2 est plus élevé ici que pour la France entière" in profile_text.risk_sentence(
        record, "fr"
    )


@given(st.lists(st.sampled_from(DECIDED), min_size=len(OWN), max_size=len(OWN)), LANGS)
@example([Verdict.UNDECIDED] * len(OWN), "fr")
@example([Verdict.UNDECIDED] * len(OWN), "en")
@example([Verdict.ABOVE] * len(OWN), "fr")
def test_flips_say_the_verdicts_that_changed_side(verdicts, lang):
    pairs = tuple(zip(OWN, verdicts, strict=True))
    moved = [(s, v) for s, v in pairs if profile_text.side(v) != profile_text.side(verdicts[0])]
    is_decided = any(profile_text.side(v) for _, v in pairs)
    flips = Flips(pairs, (), (), len(moved), not moved if is_decided else None)
    sentence = profile_text.flip_sentence(profile(verdict=verdicts[0], flips=flips), lang)
    if moved:
        assert numbers(re.sub(r"\(.*?\)", "", sentence), lang)[:2] == [len(moved), len(OWN) - 1]
        for s, v in moved:
            assert f"{text.scenario(s, lang)} ({text.verdict(v, lang)})" in sentence
    elif not is_decided:
        assert "obust" not in sentence and numbers(sentence, lang) == [len(OWN) - 1]
    else:
        assert text.verdict(verdicts[0], lang) in sentence and numbers(sentence, lang) == [len(OWN) - 1]


def test_nothing_is_said_of_robustness_when_there_is_nothing_to_compare():
    assert profile_text.flip_sentence(profile(), "fr") is None


@given(st.floats(0.001, 0.1), st.floats(0.001, 0.05), st.sampled_from([None, 90, 12_000]), LANGS)
def test_health_is_a_range_with_its_caveat(low, width, deaths, lang):
    health = Health(
        low + width / 2, low, low + width, deaths, deaths, deaths and deaths * 2, deaths and "2013-2018 (annual mean)",
        1.32, 1.26, 1.39, "Wang et al. 2023", (),
    )  # fmt: skip
    sentence = profile_text.health_sentence(profile(health=health, health_reason=None), lang)
    assert text.interval(low, low + width, lang) in sentence
    assert {1.32, 1.26, 1.39} <= set(numbers(sentence, lang))
    assert ({deaths, deaths * 2} <= set(numbers(sentence, lang))) if deaths else "2013" not in sentence
    assert {"fr": "Lecture haute", "en": "An upper reading"}[lang] in sentence


FIGURES = st.builds(
    lambda unit, value, base, against: HealthFigure(
        "x", "Titre", "Title", unit, "2023", "s", value if unit == "share" else value * 1e4,
        (base if unit == "share" else base * 1e4) if against else None, against,
    ),
    st.sampled_from(["share", "deaths per 100,000 inhabitants"]), st.floats(0.001, 0.2), st.floats(0.001, 0.2),
    st.sampled_from([None, "national"]),
)  # fmt: skip


@given(st.lists(FIGURES, max_size=4), contrasts, LANGS)
def test_health_figures_beside_the_share_are_those_of_the_record(figures, country, lang):
    national = replace(country, comparator="national")
    health = Health(0.04, 0.03, 0.05, None, None, None, None, 1.32, 1.26, 1.39, "Wang", tuple(figures))
    record = profile(health=health, health_reason=None, level=Level.DEPARTEMENT, contrasts=(national,))
    sentences = profile_text.beside_sentences(record, lang)
    for figure, sentence in zip(figures, sentences, strict=False):
        scale = 100 if figure.unit == "share" else 1
        kept = [figure.value, *([] if figure.base is None else [figure.base])]
        said = [n for n in numbers(sentence, lang) if n not in (2023, 100_000)]
        assert said == [pytest.approx(v * scale, abs=0.05 + 1e-9) for v in kept]
        if figure.base is not None:
            assert ({"fr": "pas plus que", "en": "not more than"}[lang] in sentence) != figure.is_above
    compared = [f for f in figures if f.base is not None]
    assert len(sentences) == len(figures) + bool(compared)
    if compared:
        assert numbers(sentences[-1], lang) == [sum(f.is_above for f in compared), len(compared)]
        higher = {"fr": "plus élevée que celle", "en": "higher than that"}[lang]
        assert (higher in sentences[-1]) == (national.p_above >= 0.8)


def test_a_reading_in_words():
    figure = HealthFigure(
        "m", "Mortalité", "Deaths", "deaths per 100,000 inhabitants", "2023", "s", 922.9, 945.25, "region"
    )
    health = Health(0.04, 0.03, 0.05, None, None, None, None, 1.32, 1.26, 1.39, "Wang", (figure,))
    record = profile(
        health=health, level=Level.DEPARTEMENT, contrasts=(contrast(-0.01, 0.002, 0.01, comparator="region"),)
    )
    assert profile_text.beside_sentences(record, "fr") == [
        "Mortalité\u00a0: 922,9 décès pour 100\u202f000 habitants (2023), pas plus que 945,2 décès pour 100\u202f000 "
        "habitants pour la région.",
        "Lus ensemble\u00a0: une part d’isolement qui ne se distingue pas de celle de sa région (Gers), et 0 "
        "chiffre de santé sur 1 qui est plus élevé. Deux lectures côte à côte, pas une relation testée.",
    ]
    assert profile_text.beside_sentences(profile(), "fr") == []


def test_below_a_departement_health_says_why_it_is_silent():
    assert "qu’à partir du département" in profile_text.health_sentence(profile(), "fr")


def test_twins_are_named():
    assert "Y" in profile_text.twins_sentence(profile(), "fr")
    assert "Y" not in profile_text.twins_sentence(profile(), "fr", named=0)
    assert profile_text.no_twin_sentence(profile(), "fr") is None


def test_a_territory_without_twins_says_why():
    assert profile_text.twins_sentence(profile(twins=()), "fr") is None
    assert "ne lui ressemble assez" in profile_text.no_twin_sentence(profile(twins=()), "fr")
    assert "À ce niveau" in profile_text.no_twin_sentence(profile(twins=(), level=Level.REGION), "fr")
    assert profile_text.no_twin_sentence(profile(twins=(), level=Level.FRANCE), "fr") is None
    silent = profile(twins=())
    silent = replace(silent, estimate=replace(silent.estimate, share=None))
    assert "on ne lui cherche pas" in profile_text.no_twin_sentence(silent, "fr")


@given(contrasts)
def test_french_percent_signs_have_their_narrow_space(record):
    sentence = profile_text.comparator_share_sentence(record, "fr")
    assert re.search(r"\d\u202f%", sentence) and not re.search(r"[\d ]%", sentence)


def test_bounds_are_told_where_both_are_known():
    sentence = territory_text.bounds_sentence(profile(bound_low=0.062, bound_high=0.184), "en")
    assert "the published rates allow a share here between 6 and 19%" in plain(sentence)
    assert territory_text.bounds_sentence(profile(bound_low=0.062), "fr") is None
    assert territory_text.bounds_sentence(profile(bound_high=0.184), "fr") is None
