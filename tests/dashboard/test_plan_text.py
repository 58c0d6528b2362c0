"""What is said of a plan, in both languages, from records whose figures are known."""

from dataclasses import replace

import pytest

from dashboard.text import plan as said
from geodata.plan import BoundBy, Conflict, ConflictKind, Coverage, Deviation, Plan, Site
from geodata.request import MODELLED, Aim, OwnTeam, Request

REQUEST = Request("R1", teams=2, says_none_known=True)
PLAN = Plan(
    sites=(Site("A", 1, "S1", False, 900.0, 1000.0, None, 0.8), Site("B", 2, "S2", False, 100.0, 100.0, None, 0.5)),
    teams=2, minutes=20.0, existing=(), people=2000.0, reached_before=0.0, reached=1000.0, overlap=100.0,
    unserved=1000.0, unreachable=0.0, reached_low=800.0, reached_high=1300.0,
    groups=(Coverage("S1", 1500.0, 0.0, 900.0, 600.0, 1), Coverage("S2", 500.0, 0.0, 100.0, 400.0, 1)),
    bound=1000.0, bound_by=BoundBy.PRICES, seconds=1.0, deviations=(),
)  # fmt: skip


def test_the_first_sentence_holds_the_figure_and_its_range():
    assert said.headline(PLAN, REQUEST, "en") == (
        "2 teams would newly bring about 1,000 isolated people expected by the estimate, between 800 and 1,300, within "
        "20 minutes."
    )
    french = said.headline(PLAN, REQUEST, "fr")
    assert "1 000 personnes isolées" in french.replace("\u202f", " ") and "entre 800 et 1" in french
    assert "between" not in said.headline(replace(PLAN, reached_low=None, reached_high=None), REQUEST, "en")


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (3, "fewer than 15"), (1137, "1,100")])
def test_small_counts_of_people_are_never_printed(count, words):
    assert said.people(count, "en") == words


def test_the_proof_is_said_with_its_gap():
    assert "no other choice" in said.gap(PLAN, "en")
    assert "0.50%" in said.gap(replace(PLAN, bound=1000 / 0.995), "en")


def test_the_loss_is_counted_against_the_list_that_was_computed():
    assert said.loss(PLAN, PLAN, "en") == "Reaches as many people as the list that was computed."
    assert "200 people fewer" in said.loss(replace(PLAN, reached=800.0), PLAN, "en")
    assert "200 people more" in said.loss(replace(PLAN, reached=1200.0), PLAN, "en")


def test_every_departement_with_the_smallest_share_is_named():
    assert said.equity(PLAN, {"S2": "Autre"}, "en") == "Smallest share within reach of any team: 20% (Autre)."
    nearly = Coverage("S3", 1000.0, 0.0, 202.0, 798.0, 1)
    assert "20% (S2, S3)" in said.equity(replace(PLAN, groups=(*PLAN.groups, nearly)), {}, "en")
    assert said.equity(replace(PLAN, groups=PLAN.groups[:1]), {}, "en") is None


def test_teams_that_are_not_known_are_not_none():
    assert "not the same as none" in said.in_place(REQUEST, {}, "en")
    known = replace(REQUEST, existing=("association",), own_teams=(OwnTeam("x", "S1001"),))
    assert said.in_place(known, {"association": "Association"}, "en") == (
        "Counted as teams in place: Association, 1 team listed by the planner."
    )


def test_where_the_plan_departs_from_what_was_asked():
    names = {"S1": "Un", "S2": "Deux"}
    assert said.deviations(PLAN, REQUEST, names, "en") == []
    asked = replace(REQUEST, teams=3, floor_share=0.5, cost=10.0, budget=15.0)
    cut = replace(PLAN, unreachable=50.0, deviations=(Deviation.STOPPED_BY_CLOCK, Deviation.UNREACHABLE))
    assert "stopped" not in " ".join(said.deviations(replace(cut, bound=cut.reached), asked, names, "en"))
    cut = replace(cut, bound=1.01 * cut.reached)
    sentences = " ".join(said.deviations(cut, asked, names, "en"))
    for part in (
        "stopped with its time",
        "50 people",
        "3 teams were asked",
        "not met in: Deux",
        "more than the budget",
    ):
        assert part in sentences


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("kind", ConflictKind)
def test_every_conflict_has_its_sentence_with_names(kind, lang):
    conflict = Conflict(kind, "in English", ("S1",), 0.5, 0.25)
    sentence = said.conflict(conflict, {"S1": "Un"}, lang)
    assert sentence and "S1" not in sentence and "%(" not in sentence


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("aim", Aim)
def test_every_aim_says_whether_it_is_estimated(aim, lang):
    assert said.aim(aim, lang) and said.people_of(aim, lang)
    modelled = said.kind(replace(REQUEST, aim=aim), "en").startswith("Modelled")
    assert modelled == (aim in MODELLED)


def test_lists_that_are_not_whole_are_said():
    assert "2 départements" in said.untold(2, "en")
    assert "1 service" in said.unplaced(1, "en")
    assert "A, B, C, D, E …" in said.left_out(tuple("ABCDEF"), "en")
    assert said.candidates(replace(REQUEST, candidates="mairie"), {"mairie": "Mairie"}, "fr") == "Mairie"
    assert said.candidates(REQUEST, {}, "fr") == "Toutes les communes"
    assert said.certainty(None, "fr") == "–"
