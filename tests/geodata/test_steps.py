"""First steps: what calls for them is something that the record of a territory can say."""

import csv
from itertools import combinations, product

import pytest

from dashboard.briefing.brief import MOST
from dashboard.text import action
from etl.pathways import pathway_functions
from geodata.actors import actors
from geodata.indicator import Side
from geodata.service import Family
from geodata.steps import ALONE, CONTRARY, FIRST, FOLDER, Grade, Setting, circumstances, steps
from geodata.territory import Level

FUNCTIONS = set(pathway_functions()["function"])


def test_every_condition_of_a_step_can_hold():
    sides = {side.value for side in Side}
    allowed = {
        "weak": {family.value for family in Family},
        "missing": FUNCTIONS,
        "side": sides,
        "most": set(MOST.values()),
        "above": sides,
        "below": sides,
        "size": {"small", "medium", "large", "any"},
    }
    settings = {setting.value for setting in Setting}
    assert set(CONTRARY) | set(CONTRARY.values()) <= {*allowed, "present"}
    with (FOLDER / "steps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for condition in (*row["when"].split(), *row["or_when"].split()):
                kind, _, what = condition.partition(":")
                assert what in allowed[kind], f"{row['id']}: {condition}"
            assert set(row["settings"].split()) <= settings, row["id"]


def test_questions_name_functions_of_the_pathways():
    assert action.CARE | action.RESPITE <= FUNCTIONS


PLACES = {
    Setting.VILLAGE: (Level.COMMUNE, 58, 6),
    Setting.TOWN: (Level.COMMUNE, 5_900, 280),
    Setting.CITY: (Level.COMMUNE, 2_133_125, 20_269),
    Setting.RURAL: (Level.EPCI, 14_400, 18),
    Setting.URBAN: (Level.EPCI, 800_000, 1_774),
}
EVERYTHING = (
    {f"weak:{family}" for family in Family}
    | {f"missing:{function}" for function in FUNCTIONS}
    | {f"{kind}:{side}" for kind in ("side", "above", "below") for side in Side}
    | {f"most:{what}" for what in MOST.values()}
)
ABSURD = {
    Setting.VILLAGE: ("quartier", "mi-temps", "Ville", "centres sociaux", "équipe qui"),
    Setting.TOWN: ("quartier", "secrétariat"),
    Setting.CITY: (
        "itinérant",
        "bus, un bureau",
        "mi-temps",
        "demi-journée",
        "secrétariat",
        "petite mairie",
        "à la demande",
    ),
    Setting.RURAL: ("quartier", "petite mairie"),
    Setting.URBAN: ("itinérant", "à la demande", "demi-journée", "petite mairie"),
}
"""Words that do not suit a setting."""


@pytest.mark.parametrize("setting", Setting)
def test_no_step_is_absurd_where_it_is_proposed(setting):
    level, residents, density = PLACES[setting]
    placed = circumstances(level, residents, density)
    assert f"setting:{setting}" in placed
    called = steps(level, frozenset({*placed, *EVERYTHING}), most=99)
    for step in (*called, *steps(level, frozenset(placed), most=99)):
        told = f"{step.title} {step.who} {step.asks}"
        assert not [word for word in ABSURD[setting] if word in told], told


@pytest.mark.parametrize("setting", Setting)
def test_no_question_is_absurd_where_it_is_asked(setting):
    level, residents, density = PLACES[setting]
    placed = circumstances(level, residents, density)
    for conditions in (placed, *((*placed, one) for one in sorted(EVERYTHING))):
        for told in action.questions(level, conditions, {}, None, "fr"):
            assert not [word for word in ABSURD[setting] if word in told], told


@pytest.mark.parametrize("setting", [Setting.VILLAGE, Setting.TOWN])
def test_what_a_commune_without_epci_is_told_names_none(setting):
    level, residents, density = PLACES[setting]
    placed = (*circumstances(level, residents, density), ALONE)
    proposed = steps(level, frozenset({*placed, *EVERYTHING}), most=99)
    told = [f"{one.title} {one.who} {one.asks} {one.title_en} {one.who_en} {one.asks_en}" for one in proposed]
    for conditions in (placed, *((*placed, one) for one in sorted(EVERYTHING))):
        assert len(steps(level, frozenset(conditions))) == FIRST
        told += action.questions(level, conditions, {}, None, "fr")
    assert not [words for words in told if "EPCI" in words or "CIAS" in words]
    # Each condition that calls for a step elsewhere calls for one here.
    for condition in EVERYTHING:
        here, elsewhere = (steps(level, frozenset({*where, condition}))[0].because for where in (placed, placed[:-1]))
        assert here == elsewhere, condition


STUDIED = {
    "groups": ("groupes où l’on participe", "groups that people take part in"),
    "befriending": ("visites d’un bénévole", "visits by a volunteer"),
    "transport": ("qui prend le bus gratuit", "ride free buses"),
    "link": ("référent qui oriente", "link worker"),
}
"""What each study is of, in both languages."""
DOES_IT = {
    "groups": {
        "meeting_place", "meeting_places_city", "vacant", "vacant_city", "couples", "monthly", "workshops",
    },
    "befriending": {"visits_village", "visits", "visits_city", "visits_epci"},
    "transport": {"rides_epci", "outings_urban", "transport_region"},
    "link": {"link_worker_shared", "link_worker", "link_worker_island", "link_workers"},
}  # fmt: skip
"""The steps that do what was studied: a list, a survey or a coordination of teams is no visit."""


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_finding_of_a_study_says_what_was_studied():
    studies = {row["id"]: row for row in _rows("evidence.csv") if row["grade"] in (Grade.MODERATE, Grade.LOW)}
    assert set(studies) == set(STUDIED)
    for name, (french, english) in STUDIED.items():
        assert french in studies[name]["finding"] and english in studies[name]["finding_en"], name


def test_a_study_stands_beside_the_steps_that_do_what_it_studied_and_no_other():
    beside = {name: {row["id"] for row in _rows("steps.csv") if row["evidence"] == name} for name in STUDIED}
    assert beside == DOES_IT


def test_a_step_that_was_studied_is_preferred_where_it_fits_as_well():
    placed = set(circumstances(Level.EPCI, 14_400, 18))

    def proposed(*conditions, faint=()):
        return [step.id for step in steps(Level.EPCI, placed | set(conditions), frozenset(faint))]

    unstudied = ("side:place", "side:digital", "most:vacant")
    assert proposed(*unstudied) == ["rides", "digital_epci", "vacant_epci"]
    assert proposed(*unstudied, "side:living_alone") == ["rides", "digital_epci", "visits_epci"]
    # One that says nothing of why here does not fit as well, nor does one in place of an answer to a gap.
    assert proposed(*unstudied, "above:living_alone", faint=["above:living_alone"])[2] == "vacant_epci"
    gaps = ("missing:home_help", "missing:day_care", "weak:institutional")
    assert proposed(*gaps, "side:living_alone") == ["home_help", "respite", "front_desk"]
    # Among three of which one was studied, nothing moves.
    assert proposed("side:place", "side:income", "most:vacant", "side:living_alone")[2] == "vacant_epci"


ELSEWHERE = (
    "Carsat",
    "MSA",
    "CGSS",
    "Cnav",
    "Conseil régional",
    "onseil départemental",
    "le département",
    "départements",
)
"""Bodies that some parts of France do not have: a fund or a council of another name stands in for them."""


def test_no_step_names_a_body_that_a_part_of_france_does_not_have():
    with (FOLDER / "steps.csv").open(encoding="utf-8", newline="") as file:
        named = [
            (row["id"], body) for row in csv.DictReader(file) for body in ELSEWHERE if body in row["who"] + row["asks"]
        ]
    assert not named


def test_a_town_of_some_thousand_has_no_districts_to_be_asked_about():
    asked = {
        residents: action.questions(Level.COMMUNE, circumstances(Level.COMMUNE, residents, 280), {}, None, "en")
        for residents in (2_500, 25_000)
    }
    assert ["districts" in " ".join(lines) for lines in asked.values()] == [False, True]


GATHERINGS = {"meeting_place", "meeting_places_city", "monthly"}
TEAMS = {"teams", "visits_epci"}


@pytest.mark.parametrize("residents", [58, 900, 5_900, 21_711])
@pytest.mark.parametrize("wanting", [(), ("missing:meet",), ("weak:citizen", "above:living_alone")])
def test_one_gathering_and_one_team_of_visitors_are_proposed(residents, wanting):
    for level in (Level.COMMUNE, Level.EPCI):
        proposed = {
            one.id for one in steps(level, frozenset({*circumstances(level, residents, 20), *wanting}), most=99)
        }
        assert len(proposed & GATHERINGS) <= 1 and len(proposed & TEAMS) <= 1


@pytest.mark.parametrize(
    ("level", "known", "step"),
    [
        (Level.EPCI, "below:living_alone", "visits_epci"),
        (Level.COMMUNE, "below:age", "register_village"),
        (Level.COMMUNE, "present:citizen", "meeting_place"),
        (Level.COMMUNE, "present:meet", "meeting_place"),
        (Level.DEPARTEMENT, "below:age", "funders"),
        (Level.REGION, "below:living_alone", "teams_region"),
    ],
)
def test_nothing_is_proposed_against_what_is_known(level, known, step):
    placed = circumstances(level, 58, 20)
    assert step in {one.id for one in steps(level, frozenset(placed), most=99)}
    assert step not in {one.id for one in steps(level, frozenset({*placed, known}), most=99)}


CONTRADICTED = ("present:citizen", "below:age", "below:living_alone", "below:income")


@pytest.mark.parametrize("known", [known for many in range(5) for known in combinations(CONTRADICTED, many)], ids=str)
def test_three_steps_are_left_whatever_is_known(known):
    for level in Level:
        for residents, density in product((58, 900, 5_900, 21_711, 2_133_125), (None, 20, 2_000)):
            for alone in ((), (ALONE,)):
                proposed = steps(level, frozenset({*circumstances(level, residents, density), *known, *alone}))
                assert len(proposed) == FIRST, (level, residents, density, alone)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("residents", [None, 58, 900, 21_711, 2_133_125])
def test_three_steps_are_proposed_even_where_nothing_calls_for_one(level, residents):
    proposed = steps(level, frozenset(circumstances(level, residents, None)))
    assert len({step.id for step in proposed}) == FIRST
    assert len({step.title for step in proposed}) == FIRST


def test_what_is_much_the_same_does_not_say_why_and_comes_after_what_does():
    holds = frozenset({"above:age", "above:living_alone", *circumstances(Level.COMMUNE, 900, 20)})
    assert [one.because for one in steps(Level.COMMUNE, holds)] == ["above:age", "above:living_alone", ""]
    faint = steps(Level.COMMUNE, holds, frozenset({"above:age"}))
    assert [one.because for one in faint] == ["above:living_alone", "", ""]
    assert faint[1].id == "register_village"


def test_a_dense_commune_or_a_large_one_is_a_city():
    assert "setting:city" in circumstances(Level.COMMUNE, 50_000, 60)
    assert "setting:city" in circumstances(Level.COMMUNE, 2_000, 1_500)
    assert "setting:town" in circumstances(Level.COMMUNE, 19_999, 1_499)
    assert "setting:village" in circumstances(Level.COMMUNE, 1_999, 20_000)


def test_a_place_of_unknown_residents_is_placed_by_density():
    settings = {density: circumstances(Level.COMMUNE, None, density)[0] for density in (None, 20, 800, 5_000)}
    assert settings == {None: "setting:town", 20: "setting:village", 800: "setting:town", 5_000: "setting:city"}
    assert circumstances(Level.EPCI, None, None)[0] == "setting:rural"


@pytest.mark.parametrize(("departement", "name"), [("2A", "Collectivité de Corse"), ("31", "Conseil départemental")])
def test_a_step_names_the_council_that_acts_here(departement, name):
    proposed = steps(Level.DEPARTEMENT, frozenset({"above:age", "above:living_alone", "size:any"}))
    bodies = actors(departement, "Un département", "Une région")
    assert [action.step_who(step, bodies, "fr").count(name) for step in proposed] == [1, 1, 0]
    assert action.step_who(proposed[0], (), "en").startswith("Département council and")
