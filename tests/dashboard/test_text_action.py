"""First steps, who acts and what to ask: what is said of each, and which questions a place calls for."""

import re
from itertools import product

import pytest

from dashboard.text import action
from geodata.actors import COUNCIL, Actor, Role
from geodata.steps import Evidence, Grade, Step
from geodata.territory import Level
from tests.dashboard.both_languages import in_english, of_its_own

pytestmark = pytest.mark.usefixtures("translated")

COUNT = {"population_65_plus": 1234.0}


def step(**changes) -> Step:
    found = Evidence(Grade.LOW, "effet faible", "small effect", "Dupuis 2020", "")
    record = {
        "id": "x", "title": "Visiter", "title_en": "Visit", "who": "{council}, CCAS", "who_en": "{council}, CCAS",
        "asks": "dix bénévoles", "asks_en": "ten volunteers", "evidence": found, "because": "",
    }  # fmt: skip
    return Step(**(record | changes))


def test_how_sure_an_effect_is_has_words():
    assert of_its_own(action.grade, Grade)[Grade.NONE] == "no study known"


def test_a_step_says_who_does_it_by_name_and_what_it_asks():
    named = (Actor(Role.ARS, "ARS Y", None), Actor(Role.COUNCIL, "Métropole de Lyon", "Rhône"))
    assert in_english(lambda lang: action.step_who(step(), named, lang)) == (
        "Métropole de Lyon, CCAS. It takes: ten volunteers."
    )
    usual = (Actor(Role.COUNCIL, COUNCIL, "Tarn"),)
    for actors in ((), usual):
        assert in_english(lambda lang, a=actors: action.step_who(step(), a, lang)) == (
            "Département council, CCAS. It takes: ten volunteers."
        )
    assert [action.step_title(step(), lang) for lang in ("fr", "en")] == ["Visiter", "Visit"]


def test_a_finding_comes_with_its_grade_and_publication():
    assert (
        in_english(lambda lang: action.evidence(step().evidence, lang)) == "Weak evidence: small effect (Dupuis 2020)."
    )
    assert action.evidence(step().evidence, "fr").endswith("\u00a0: effet faible (Dupuis 2020).")
    nothing = Evidence(Grade.NONE, "", "", "", "")
    assert in_english(lambda lang: action.evidence(nothing, lang)) == "No study of its effect is known."


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("side:age", "advanced age: among the most exposed"), ("above:income", "low income: more than its like"),
        ("below:income", "low income: less than its like"), ("missing:meet", "out of reach: meeting people"),
        ("", None),
    ],
)  # fmt: skip
def test_why_a_step_here(condition, expected):
    def why(lang, has_twins=True):
        return action.because(
            condition, lang, has_twins=has_twins, gaps={"missing:meet": "out of reach: meeting people"}
        )

    if expected is None:
        assert why("fr") is None
    else:
        assert in_english(why) == expected
        assert in_english(lambda lang: why(lang, has_twins=False)) == expected.replace("its like", "the whole country")


def test_what_sets_the_homes_of_a_place_apart_is_named():
    reasons = of_its_own(
        lambda what, lang: action.because(
            f"most:{what}", lang, has_twins=True, gaps={"missing:meet": "out of reach: meeting people"}
        ),
        ("flats", "second_homes", "vacant", "young"),
    )
    assert reasons["flats"] == "flats: more than three in four of its like"


def test_a_body_is_named_in_full_with_its_office():
    ars = Actor(Role.ARS, "ARS Y", "Tarn")
    assert in_english(lambda lang: action.actor(ars, lang)) == "ARS Y (regional health agency), Tarn office"
    assert action.actor(Actor(Role.COUNCIL, COUNCIL, "Tarn"), "fr") == f"{COUNCIL}, Tarn"
    full = of_its_own(lambda one, lang: action.actor(Actor(*one, None), lang), [
        (Role.DISABILITY, "MDPH"), (Role.PENSION, "Carsat X"), (Role.FARMERS, "MSA Z"), (Role.ARS, "ARS Y"),
    ])  # fmt: skip
    assert full[Role.FARMERS, "MSA Z"] == "MSA Z (farmers’ social fund)"
    # A fund of another name is not called by that of the others.
    assert action.actor(Actor(Role.PENSION, "Cnav", None), "fr") == "Cnav"
    roles = of_its_own(lambda role, lang: action.actor_role(Actor(role, "x", None), lang), Role)
    assert roles[Role.DISABILITY] == "rights, social life"


# What each condition calls for, by words of its question.
CALLED = {
    "missing:doctor": "without a car", "missing:nurse": "without a car", "missing:pharmacist": "without a car",
    "missing:day_care": "relieves carers", "missing:day_respite": "relieves carers",
    "above:living_alone": "within three days", "side:living_alone": "within three days",
    "below:living_alone": "Which couples", "side:income": "money help", "above:income": "money help",
    "side:digital": "without internet", "size:small": "keeps the register", "setting:city": "In which districts",
    "setting:urban": "In which districts", "size:medium": "tried last year", "size:large": "Which shopkeepers",
    "size:any": "What is financed",
}  # fmt: skip


def questions(conditions=(), level=Level.COMMUNE, figures=None, associations=None) -> list[str]:
    def write(lang: str) -> list[str]:
        return action.questions(level, conditions, figures or {}, associations, lang)

    assert len(write("fr")) == len(write("en"))
    return write("en")


@pytest.mark.parametrize("condition", CALLED)
def test_each_condition_calls_for_its_question_and_no_other(condition):
    lines = questions((condition,))
    assert len(lines) == 2 and CALLED[condition] in lines[0] and "without relatives" in lines[1]


@pytest.mark.parametrize("condition", ["missing:meet", "present:doctor", "above:age", "side:age", "weak:citizen"])
def test_what_calls_for_no_question_leaves_the_one_for_everywhere(condition):
    (line,) = questions((condition,))
    assert "without relatives" in line


def test_older_people_are_counted_where_they_are_known():
    # What calls for the register among first steps calls for its question.
    for condition in ("above:age", "side:age"):
        (first, _last) = questions((condition,), figures=COUNT)
        assert first.startswith("Of our 1,234 residents of 65 and over")
        assert ("register" in first) == (condition == "side:age") != ("very hot" in first)
    assert len(questions(("side:age",), Level.FRANCE, COUNT)) == 1
    for level, who in ((Level.COMMUNE, "the CCAS"), (Level.EPCI, "each CCAS")):
        (first, _last) = questions((), level, COUNT)
        assert first.startswith("Beside our 1,234 residents of 65 and over") and f"whom does {who} know" in first
        (first, _last) = questions(("size:large",), level)
        assert f"clubs tell {who} of" in first


def test_associations_are_asked_about_from_two_on():
    assert "Of the 2 associations" in questions(associations=2)[0]
    # Asked nearly everywhere, they come after what the place itself calls for.
    assert "associations" in questions(("side:digital",), associations=2)[1]
    for none in (None, 0, 1):
        assert len(questions(associations=none)) == 1


def test_three_questions_the_first_called_for_first():
    lines = questions(CALLED, figures=COUNT, associations=3)
    assert len(lines) == action.QUESTIONS == 3
    assert [line.split()[0] for line in lines] == ["Beside", "How", "Who"]
    # One question on who lives alone, and one on the size of the place.
    assert len(questions(("above:living_alone", "below:living_alone"))) == 2
    for first, second in product(("size:small", "setting:city"), ("size:medium", "size:large")):
        lines = questions((first, second))
        assert len(lines) == 2 and CALLED[first] in lines[0]


def test_a_town_has_a_ccas_and_a_village_may_do_without():
    (first, _last) = questions(("setting:village",), figures=COUNT)
    assert "whom does the CCAS or the secretary know" in first
    titles = of_its_own(lambda case, lang: action.questions_title(*case, lang), [
        (Level.COMMUNE, ("setting:town",)), (Level.COMMUNE, ("setting:village",)), (Level.EPCI, ("setting:rural",)),
    ])  # fmt: skip
    assert list(titles.values()) == [
        "Questions to ask the CCAS", "Questions to ask the CCAS or the secretary", "Questions to ask every CCAS",
    ]  # fmt: skip


def test_acronyms_that_a_page_uses_and_has_not_said_in_full_are_explained_and_no_other():
    acronyms = action.acronyms("Le CCAS et la MDPH", "", "fr")
    assert [one.split(",")[0] for one in acronyms] == ["CCAS", "MDPH"]
    known = "ARS Carsat CCAS CGSS CIAS Cnav CPTS CTA EPCI MDPH MONALISA MSA PRAPS RSA SPDA"
    every = action.acronyms(known, "", "fr")
    assert [one.split(", ")[0] for one in every] == known.split()
    assert len({one.split(", ")[1] for one in every}) == len(every)
    assert action.acronyms("rien", "", "fr") == []
    # A word in capitals that holds an acronym is not one.
    assert action.acronyms("CONTACTS, MSAP et PARSEC", "", "fr") == []
    assert [one[:4] for one in action.acronyms("(CTA)", "", "fr")] == ["CTA,"]
    # The first letters of its words, articles left out.
    for one in every:
        name, meaning = one.split(", ")
        if name in ("ARS", "CCAS", "CGSS", "CIAS", "Cnav"):
            initials = "".join(word[0] for word in re.findall(r"\w{3,}", meaning))
            assert initials.upper() == name.upper(), one
    assert action.acronyms(known, " ".join(one.split(", ", 1)[1] for one in every[1:]), "fr") == every[:1]
