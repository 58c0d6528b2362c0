"""What is said of a plan, in both languages, from records whose figures are known."""

from dataclasses import dataclass, replace

import pytest

from dashboard.text import plan as plan_text
from dashboard.text import plan_rules
from geodata.methods.roads import CAR
from geodata.methods.travel import TRAVEL
from geodata.plan import BoundBy, Conflict, ConflictKind, Coverage, Deviation, Plan, Site
from geodata.plan_story import Reason
from geodata.request import MODELLED, OwnTeam, Public, Request

CROW, ROAD = TRAVEL.name, f"{CAR.name} (2026-01-01)"
REQUEST = Request("R1", teams=2, says_none_known=True)
PLAN = Plan(
    sites=(Site("A", 1, "S1", False, 900.0, 1000.0, None, 0.8), Site("B", 2, "S2", False, 100.0, 100.0, None, 0.5)),
    teams=2, minutes=20.0, existing=(), people=2000.0, reached_before=0.0, reached=1000.0, overlap=100.0,
    unserved=1000.0, unreachable=0.0, reached_low=800.0, reached_high=1300.0,
    groups=(Coverage("S1", 1500.0, 0.0, 900.0, 600.0, 1), Coverage("S2", 500.0, 0.0, 100.0, 400.0, 1)),
    bound=1000.0, bound_by=BoundBy.PRICES, seconds=1.0, deviations=(),
)  # fmt: skip


def test_the_first_sentence_holds_the_figure_and_its_range():
    assert plan_text.headline(PLAN, REQUEST, "en") == (
        "2 teams would newly bring about 1,000 isolated people expected by the estimate, between 800 and 1,300, within "
        "20 minutes."
    )
    french = plan_text.headline(PLAN, REQUEST, "fr")
    assert "1 000 personnes isolées" in french.replace("\u202f", " ") and "entre 800 et 1" in french
    assert "between" not in plan_text.headline(replace(PLAN, reached_low=None, reached_high=None), REQUEST, "en")


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (3, "fewer than 15"), (1137, "1,100")])
def test_small_counts_of_people_are_never_printed(count, words):
    assert plan_text.people(count, "en") == words


def test_the_proof_is_said_with_its_gap():
    assert "no other choice" in plan_text.gap(PLAN, "en")
    assert "0.50%" in plan_text.gap(replace(PLAN, bound=1000 / 0.995), "en")


def test_the_loss_is_counted_against_the_list_that_was_computed():
    assert plan_text.loss(PLAN, PLAN, "en") == "Reaches as many people as the list that was computed."
    assert "200 people fewer" in plan_text.loss(replace(PLAN, reached=800.0), PLAN, "en")
    assert "200 people more" in plan_text.loss(replace(PLAN, reached=1200.0), PLAN, "en")


def test_every_departement_with_the_smallest_share_is_named():
    assert plan_text.equity(PLAN, {"S2": "Autre"}, "en") == "Smallest share within reach of any team: 20% (Autre)."
    nearly = Coverage("S3", 1000.0, 0.0, 202.0, 798.0, 1)
    assert "20% (S2, S3)" in plan_text.equity(replace(PLAN, groups=(*PLAN.groups, nearly)), {}, "en")
    assert plan_text.equity(replace(PLAN, groups=PLAN.groups[:1]), {}, "en") is None


def test_teams_that_are_not_known_are_not_none():
    assert "not the same as none" in plan_text.in_place(REQUEST, {}, "en")
    known = replace(REQUEST, existing=("association",), own_teams=(OwnTeam("x", "S1001"),))
    assert plan_text.in_place(known, {"association": "Association"}, "en") == (
        "Counted as teams in place: Association, 1 team listed by the planner."
    )


def test_where_the_plan_departs_from_what_was_asked():
    names = {"S1": "Un", "S2": "Deux"}
    assert plan_text.deviations(PLAN, REQUEST, names, "en") == []
    asked = replace(REQUEST, teams=3, floor_share=0.5, cost=10.0, budget=15.0)
    cut = replace(PLAN, unreachable=50.0, deviations=(Deviation.STOPPED_BY_CLOCK, Deviation.UNREACHABLE))
    assert "stopped" not in " ".join(plan_text.deviations(replace(cut, bound=cut.reached), asked, names, "en"))
    cut = replace(cut, bound=1.01 * cut.reached)
    sentences = " ".join(plan_text.deviations(cut, asked, names, "en"))
    for part in (
        "stopped with its time",
        "50 people",
        "3 teams were asked",
        "more than the budget",
    ):
        assert part in sentences


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("kind", ConflictKind)
def test_every_conflict_has_its_sentence_with_names(kind, lang):
    conflict = Conflict(kind, "in English", ("S1",), 0.5, 0.25)
    sentence = plan_text.conflict(conflict, {"S1": "Un"}, lang)
    assert sentence and "S1" not in sentence and "%(" not in sentence


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("public", Public)
def test_every_public_says_whether_it_is_estimated(public, lang):
    assert plan_text.public(public, lang) and plan_text.people_of(public, lang)
    modelled = plan_text.kind(replace(REQUEST, public=public), "en").startswith("Modelled")
    assert modelled == (public in MODELLED)


def test_lists_that_are_not_whole_are_said():
    assert "2 départements" in plan_text.incomplete_list(2, "en")
    assert "1 service" in plan_text.unplaced(1, "en")
    assert "A, B, C, D, E …" in plan_text.left_out(tuple("ABCDEF"), "en")
    assert plan_rules.candidates(replace(REQUEST, candidates="mairie"), {"mairie": "Mairie"}, "fr") == "Mairie"
    assert plan_rules.candidates(replace(REQUEST, candidates="communes"), {}, "fr") == "Toutes les communes"
    assert plan_text.certainty(None, "fr") == "–"


@dataclass(frozen=True)
class Told:
    """A plan with the travel models that the reasons of its sites name."""

    travel: tuple[str, ...]
    plan: Plan = PLAN
    request: Request = REQUEST

    @property
    def names(self):
        return {"A": {"name": "Mende"}, "B": {"name": "Florac"}}

    def reason(self, site: str) -> Reason | None:
        told = dict(zip("AB", self.travel, strict=False)).get(site)
        return None if told is None else Reason((), 0.0, None, told)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ((), "not the sea."),
        ((CROW, CROW), "Minutes to every site: from straight lines."),
        ((ROAD, ROAD), "Minutes to every site: by road."),
        ((ROAD, CROW), "Minutes to Florac: from straight lines. Minutes to the other sites: by road."),
        ((ROAD, f"{CROW} + {ROAD}"), "Minutes to Florac: by road from the communes whose roads are loaded, from "
                                     "straight lines from the others. Minutes to the other sites: by road."),
    ],
)  # fmt: skip
def test_the_rules_say_how_the_minutes_to_each_site_are_known(models, said):
    value = dict(plan_rules.rules(Told(models), {}, "en"))["Travel"]
    assert value.startswith("By car.") and value.endswith(said)
    with_teams = Told(models, request=replace(REQUEST, existing=("mairie",)))
    told = plan_rules.travel(with_teams, "en").endswith("its commune: from straight lines.")
    assert told == (ROAD in models)
    french = plan_rules.travel(Told(models), "fr")
    assert "straight" not in french and "Minutes to" not in french
