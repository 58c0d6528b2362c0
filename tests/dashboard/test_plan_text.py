"""What is said of a plan, in both languages, from records whose figures are known."""

from dataclasses import dataclass, replace

import pytest

from dashboard.briefing.plan_figures import counted_range
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules
from geodata.methods.roads import CAR
from geodata.methods.travel import TRAVEL
from geodata.plan import Aim, BoundBy, Conflict, ConflictKind, Coverage, Deviation, FloorKept, Plan, Regret, Site
from geodata.plan_story import Other, Point, Reason, TradeOffs
from geodata.request import (
    COMMUNES,
    EQUIPPED,
    MODELLED,
    TOWNS,
    FloorBy,
    FloorPublic,
    OwnTeam,
    Public,
    Request,
    SiteCost,
)
from tests.dashboard.both_languages import in_english, of_its_own

pytestmark = pytest.mark.usefixtures("translated")

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


def test_ends_of_people_go_outward():
    assert plan_text.ends(583.0, 1_012.0, "en") == {"low": "580", "high": "1,100"}
    assert plan_text.ends(16.0, 18.0, "en") == {"low": "fewer than 15", "high": "20"}
    assert plan_text.ends(0.2, 3.0, "en") == {"low": "0", "high": "fewer than 15"}
    assert counted_range(583.0, 1_012.0) == (580.0, 1_100.0) and counted_range(None, None) == (None, None)


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
    assert plan_text.deviations(PLAN, REQUEST, "en") == []
    asked = replace(REQUEST, teams=3, floor_share=0.5, cost=10.0, budget=15.0)
    cut = replace(PLAN, unreachable=50.0, deviations=(Deviation.STOPPED_BY_CLOCK, Deviation.UNREACHABLE))
    assert "stopped" not in " ".join(plan_text.deviations(replace(cut, bound=cut.reached), asked, "en"))
    cut = replace(cut, bound=1.01 * cut.reached)
    sentences = " ".join(plan_text.deviations(cut, asked, "en"))
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
class PlanAndModels:
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
    ("models", "sentence"),
    [
        ((), "not the sea."),
        ((CROW, CROW), "Minutes to every site: from straight lines."),
        ((ROAD, ROAD), "Minutes to every site: by road."),
        ((ROAD, CROW), "Minutes to Florac: from straight lines. Minutes to the other sites: by road."),
        ((ROAD, f"{CROW} + {ROAD}"), "Minutes to Florac: by road from the communes whose roads are loaded, from "
                                     "straight lines from the others. Minutes to the other sites: by road."),
    ],
)  # fmt: skip
def test_the_rules_say_how_the_minutes_to_each_site_are_known(models, sentence):
    value = dict(plan_rules.rules(PlanAndModels(models), {}, "en"))["Travel"]
    assert value.startswith("By car.") and value.endswith(sentence)
    with_teams = PlanAndModels(models, request=replace(REQUEST, existing=("mairie",)))
    told = plan_rules.travel(with_teams, "en").endswith("its commune: from straight lines.")
    assert told == (ROAD in models)
    french = plan_rules.travel(PlanAndModels(models), "fr")
    assert "straight" not in french and "Minutes to" not in french


# -- rules, prices and sites -------------------------------------------------------------------------------------------


def test_aims_have_words():
    assert of_its_own(plan_rules.aim, Aim)[Aim.WORST_TENTH] == "Fewest minutes for the worst served tenth"


def test_a_capacity_says_whose_figure_it_is():
    def sentence(**changes) -> str:
        return in_english(lambda lang: plan_rules.capacity(replace(REQUEST, **changes), lang))

    assert sentence() == "No capacity is given: the people counted are within reach of a team, not accompanied by it."
    assert sentence(capacity=16.0) == "A team accompanies 16 people at a time (figure of the planner)."
    assert sentence(capacity=17.0, team="citizen") == "A team accompanies 17 people at a time (figure of the planner)."
    assert sentence(capacity=16.0, team="citizen").startswith(
        "A team accompanies 16 people at a time, from 10 to 25 (derived: 10 volunteers a team"
    )


def test_those_accompanied_are_told_apart_from_those_within_reach():
    def sentence(plan, **changes) -> str:
        return in_english(lambda lang: plan_rules.accompanied(plan, replace(REQUEST, **changes), lang))

    assert sentence(PLAN) == "Within reach, not accompanied: no capacity of the teams was given."
    plan = replace(PLAN, capacity=16.0, accompanied=32.0)
    assert sentence(plan) == "2 teams can accompany about 32 of them at a time: the others are only within reach."
    assert sentence(plan, team="citizen").startswith(
        "2 teams can accompany about 32 of them at a time, 20 to 50 depending"
    )
    # No more than there are people.
    assert "20 to 35 depending" in sentence(replace(plan, people=35.0), team="citizen")
    assert "5 to 5 depending" in sentence(replace(plan, people=5.0), team="citizen")
    assert "depending" not in sentence(replace(plan, capacity=17.0), team="citizen")


def test_the_worst_served_tenth_is_told_where_longer_trips_were_looked_at():
    far = replace(PLAN, worst_tenth_min=43.0, farthest_min=60.0)
    assert in_english(lambda lang: plan_rules.worst_tenth(far, lang)) == (
        "The tenth of the people farthest from a team is 43 minutes away on average (60 at most)."
    )
    for unknown in ({"worst_tenth_min": None}, {"farthest_min": None}, {"farthest_min": 20.0}):
        assert plan_rules.worst_tenth(replace(far, **unknown), "fr") is None


def test_a_floor_says_of_whom_where_and_by_which_teams():
    def sentence(**changes) -> str:
        return in_english(lambda lang: plan_rules.floor(replace(REQUEST, **changes), lang) or "")

    assert plan_rules.floor(REQUEST, "fr") is None
    assert sentence(floor_teams=1).startswith("In each département: at least 1 team, at least half of whose people")
    assert sentence(floor_share=0.5) == (
        "In each département: at least 50% of its people within reach of a team placed inside it."
    )
    assert sentence(floor_share=0.5, floor_anywhere=True).endswith("of a team placed anywhere.")
    both = sentence(floor_share=0.5, floor_teams=2, floor_by=FloorBy.TVS, floor_public=FloorPublic.OLDEST)
    assert both.startswith("In each area of the agency: at least 2 teams")
    assert both.endswith(" and at least 50% of its residents aged 75 and over within reach of a team placed inside it.")
    exposed = sentence(floor_share=0.5, floor_by=FloorBy.EPCI, floor_public=FloorPublic.EXPOSED)
    assert exposed.startswith("In each EPCI: ") and "the most exposed quarter of communes" in exposed


def test_a_floor_that_is_missed_is_named_and_the_least_of_those_kept():
    def sentence(*floors, names={"S1": "Un"}) -> str | None:  # noqa: B006
        return plan_rules.floors_kept(replace(PLAN, floors=floors), names, "en")

    kept, lower = FloorKept("x", "S1", 1, 1, 0.2, 0.5), FloorKept("x", "S2", 1, 1, 0.2, 0.4)
    missed, teams = FloorKept("x", "S2", 2, 1, 0.0, None), FloorKept("x", "S1", 1, 1, 0.0, None)
    assert sentence() is None
    assert sentence(kept, lower) == "The floor is kept to everywhere; the smallest share is 40% (S2)."
    assert (
        sentence(kept, replace(lower, share=0.9)) == "The floor is kept to everywhere; the smallest share is 50% (Un)."
    )
    assert sentence(teams) == "The floor is kept to everywhere."
    assert sentence(kept, missed) == "The floor is not kept to in: S2."
    assert sentence(*[missed] * 9) == f"The floor is not kept to in: {', '.join(['S2'] * 8)}."
    for floors in ((kept,), (teams,), (missed,)):
        assert in_english(lambda lang, f=floors: plan_rules.floors_kept(replace(PLAN, floors=f), {}, lang) or "")
    assert in_english(lambda lang: plan_rules.floor_kept(kept, lang)) == "1 team, 50%"
    assert in_english(lambda lang: plan_rules.floor_kept(missed, lang)) == "1 team (missed)"
    assert (
        in_english(lambda lang: plan_rules.floor_kept(replace(kept, teams_least=0, share=0.1), lang)) == "10% (missed)"
    )


def test_possible_sites_and_which_of_two_near_ones_is_taken():
    def rules(name: str, **changes) -> tuple[str, str]:
        request = replace(REQUEST, candidates=name, **changes)
        return (
            in_english(lambda lang: plan_rules.candidates(request, {}, lang)),
            in_english(lambda lang: plan_rules.preference(request, lang)),
        )

    where, which = rules(TOWNS, least_residents=2500)
    assert where.endswith(
        "towns of 2,500 residents or more; but none within 10 minutes of a larger one, nor within 20 minutes of one 10 "
        "times larger"
    )
    assert which.endswith("as long as the whole plan gives up 1% of the people within reach at most.")
    where, which = rules(EQUIPPED, aim=Aim.WORST_TENTH)
    assert where.startswith("Communes with a town hall")
    assert which.endswith("gives up 5% of the minutes of the worst served tenth at most.")
    assert rules(EQUIPPED, aim=Aim.ACCOMPANIED)[1].endswith("1% of the people accompanied or within reach at most.")
    assert rules(COMMUNES) == ("All communes", "the one that serves the aim better, however little.")
    assert rules("mairie")[0] == "mairie"


def test_every_rule_of_a_plan_is_listed_with_its_value():
    request = replace(
        REQUEST, forced=("A",), excluded=("B", "B"), opened=("A", "Z"), cost=1000.0, budget=5000.0,
        costs=(SiteCost("B", 2500.0),), teams_at_site=2, floor_teams=1,
    )  # fmt: skip
    rows = dict(plan_rules.rules(PlanAndModels((CROW,), request=request), {}, "en"))
    expected = {
        "New teams": "2", "Minutes by car": "20", "Aim": "Most people within reach", "Teams at one site, at most": "2",
        "Teams of the plan already opened": "Mende, Z", "Imposed sites": "Mende", "Excluded sites": "Florac",
        "Cost of a team (€)": "1,000", "Cost at Florac (€)": "2,500", "Budget (€)": "5,000",
    }  # fmt: skip
    assert {name: rows[name] for name in expected} == expected
    assert rows["Floor"].startswith("In each département") and rows["Between near sites"].startswith("The more peopled")
    assert len(dict(plan_rules.rules(PlanAndModels((CROW,), request=request), {}, "fr"))) == len(rows)
    bare = dict(plan_rules.rules(PlanAndModels((CROW,)), {}, "en"))
    assert [bare[name] for name in ("Floor", "Imposed sites", "Excluded sites")] == ["None"] * 3
    assert not {name for name in bare if "€" in name or "opened" in name}
    for money in ({"cost": 1.0}, {"budget": 1.0}):
        half = dict(plan_rules.rules(PlanAndModels((CROW,), request=replace(REQUEST, **money)), {}, "en"))
        assert not {name for name in half if "€" in name}


def test_a_dozen_sites_are_named_and_the_others_counted():
    assert in_english(lambda lang: plan_rules._named([f"N{i}" for i in range(12)], lang)).endswith("N10, N11")
    assert in_english(lambda lang: plan_rules._named([f"N{i}" for i in range(14)], lang)).endswith(
        "N10, N11 and 2 more (each in the files)"
    )


WHY = Reason(("Mende", "Florac"), 0.1, "Langogne", CROW)
FREE = TradeOffs((), (), free=("B",))
SITE = replace(PLAN.sites[0], second="B", second_loss=40.0)


@pytest.mark.parametrize(
    ("site", "reason", "offs", "expected"),
    [
        (SITE, None, FREE, ""),
        (SITE, WHY, None, "Brings within reach above all: Mende, Florac ; 10% of them live in another département ; "
                          "second best: Langogne, 40 people fewer."),
        (replace(SITE, teams=2), replace(WHY, places=(), elsewhere=0.09), FREE,
         "2 teams ; there because of the floor ; second best: Langogne, 40 people fewer."),
        (replace(SITE, id="B"), replace(WHY, places=(), elsewhere=0.0), FREE,
         "second best: Langogne, 40 people fewer."),
        (SITE, replace(WHY, places=(), elsewhere=0.0, second=None), None, "no other site keeps to the rules."),
        (replace(SITE, is_forced=True), replace(WHY, places=(), elsewhere=0.0, second=None), FREE, "imposed."),
        (SITE, replace(WHY, places=(), elsewhere=0.0), replace(FREE, free=None),
         "second best: Langogne, 40 people fewer."),
    ],
)  # fmt: skip
def test_a_site_says_whom_it_reaches_why_it_is_there_and_what_would_come_second(site, reason, offs, expected):
    assert in_english(lambda lang: plan_rules.site(site, reason, offs, lang)) == expected


@pytest.mark.parametrize(
    ("loss", "minutes", "expected"),
    [
        (10.4, None, "as many people"), (10.5, None, "fewer than 15 people fewer"), (40.0, None, "40 people fewer"),
        (-40.0, None, "40 people more"), (-10.4, None, "as many people"), (None, None, "as many people"),
        (None, 0.04, "as many minutes for the worst served tenth"),
        (None, 0.05, "0.0 min more for the worst served tenth"),
        (40.0, 1.25, "1.2 min more for the worst served tenth"),
    ],
)  # fmt: skip
def test_what_would_come_second_costs_in_the_terms_of_the_aim(loss, minutes, expected):
    site = replace(SITE, second_loss=loss, second_min=minutes)
    reason = Reason((), 0.0, "Langogne", CROW)
    assert in_english(lambda lang: plan_rules.site(site, reason, None, lang)) == f"second best: Langogne, {expected}."


def test_what_is_lost_in_another_situation_is_told_with_the_sites_that_stay():
    assert plan_rules.regret(PLAN, "fr") is None
    sentence = in_english(lambda lang: plan_rules.regret(replace(PLAN, regret=Regret(0.012, 0.034)), lang))
    assert "loses 1.2% on average, 3.4% in one case in twenty" in sentence
    # Chosen in exactly 8 situations in 10, and in 5.
    assert sentence.endswith("1 of its 2 sites are chosen in at least 8 situations in 10.")
    unknown = replace(PLAN, sites=(replace(SITE, share_of_draws=None),), regret=Regret(0.0, 0.0))
    assert "0 of its 1 sites" in in_english(lambda lang: plan_rules.regret(unknown, lang))


MINE = Other(Aim.REACHED, 1000.0, 32.0, 43.2, 0.0)


@pytest.mark.parametrize(
    ("changes", "expected", "is_other"),
    [
        ({}, "as many people within reach, as many people accompanied, as many minutes for the worst served tenth",
         False),
        ({"reached": 1010.4}, "as many people within reach", False),
        ({"reached": 1010.5}, "fewer than 15 people more within reach", True),
        ({"reached": 900.0}, "100 people fewer within reach", True),
        ({"accompanied": 82.0}, "50 people more accompanied", True),
        ({"accompanied": 12.0}, "20 people fewer accompanied", True),
        ({"worst_tenth_min": 45.4}, "+2 min for the worst served tenth", True),
        ({"worst_tenth_min": 40.0}, "−3 min for the worst served tenth", True),
        ({"worst_tenth_min": 43.4}, "as many minutes for the worst served tenth", False),
    ],
)  # fmt: skip
def test_another_aim_is_told_by_what_it_gives_and_costs(changes, expected, is_other):
    other = replace(MINE, **changes)
    assert expected in in_english(lambda lang: plan_rules.price(other, MINE, lang))
    assert plan_rules.differs(other, MINE) == is_other


@pytest.mark.parametrize("name", ["accompanied", "worst_tenth_min"])
@pytest.mark.parametrize("whose", ["other", "mine"])
def test_what_one_of_two_plans_does_not_tell_is_not_compared(name, whose):
    unknown = replace(MINE, **{name: None})
    pair = (unknown, MINE) if whose == "other" else (MINE, unknown)
    sentence = in_english(lambda lang: plan_rules.price(*pair, lang))
    assert ("accompanied" in sentence) == (name != "accompanied") and ("tenth" in sentence) == (
        name != "worst_tenth_min"
    )


def test_five_teams_more_or_fewer_are_told_by_the_team():
    offs = TradeOffs((), (Point(1, 100.0, 0.0), Point(5, 500.0, 0.0), Point(10, 800.0, 0.0), Point(15, 900.0, 0.0)))
    assert in_english(lambda lang: plan_rules.one_more(offs, 10, lang)) == (
        "A team more would reach some 20 people more, a team fewer some 60 fewer."
    )
    assert (
        in_english(lambda lang: plan_rules.one_more(offs, 1, lang)) == "A team more would reach some 100 people more."
    )
    assert in_english(lambda lang: plan_rules.one_more(offs, 15, lang)) == "A team fewer some 20 fewer."
    assert plan_rules.one_more(offs, 7, "fr") is None
    assert plan_rules.one_more(TradeOffs((), (Point(1, 1.0, 1.0),)), 1, "fr") is None


def test_sites_that_mostly_serve_another_departement_are_named_with_the_rule_that_would_avoid_it():
    @dataclass(frozen=True)
    class Away(PlanAndModels):
        elsewhere: float = 0.51

        def reason(self, site: str) -> Reason | None:
            return Reason((), self.elsewhere, None, CROW) if site == "B" else None

    assert in_english(lambda lang: plan_rules.away(Away(()), lang) or "") == (
        "Most people reached from Florac live in another département. A least share of each département's people, to "
        "reach by teams inside it, would avoid that."
    )
    assert plan_rules.away(Away((), elsewhere=0.5), "fr") is None
    inside = Away((), request=replace(REQUEST, floor_share=0.5))
    assert (plan_rules.away(inside, "en") or "").endswith("live in another département.")
    anywhere = Away((), request=replace(REQUEST, floor_share=0.5, floor_anywhere=True))
    assert (plan_rules.away(anywhere, "en") or "").endswith("would avoid that.")


# -- the plan itself ---------------------------------------------------------------------------------------------------


def test_a_plan_that_is_not_proven_says_by_how_much_in_the_terms_of_its_aim():
    for aim in Aim:
        proven = replace(PLAN, aim=aim, accompanied=1000.0, worst_tenth_min=1000.0)
        assert "no other choice of as many teams" in in_english(lambda lang, p=proven: plan_text.gap(p, lang))
    tenth = replace(PLAN, aim=Aim.WORST_TENTH, worst_tenth_min=43.0, bound=40.0)
    assert "under 40 minutes on average; this one is at 43" in in_english(lambda lang: plan_text.gap(tenth, lang))
    assert of_its_own(lambda aim, lang: plan_text.gap(
        replace(PLAN, aim=aim, accompanied=1000.0, worst_tenth_min=1000.0), lang), Aim)  # fmt: skip


def test_sites_in_common_are_counted():
    assert in_english(lambda lang: plan_text.shared(0, lang)) == "No site is in both plans."
    assert in_english(lambda lang: plan_text.shared(1, lang)) == "1 site is in both plans."
    assert in_english(lambda lang: plan_text.shared(3, lang)) == "3 sites are in both plans."


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0.4, "0"), (0.5, "fewer than 15"), (14.9, "fewer than 15"), (15.0, "20"), (1137.0, "1,100")],
)
def test_people_are_told_from_the_least_count_on(count, expected):
    assert in_english(lambda lang: plan_text.people(count, lang)) == expected


def test_minutes_are_told_with_the_comma_of_the_language():
    assert [plan_text.minutes(7.5, lang) for lang in ("fr", "en")] == ["7,5 minutes", "7.5 minutes"]


@pytest.mark.parametrize(
    ("kind", "requested", "possible", "part"),
    [
        (ConflictKind.FORCED_OVER_TEAMS, 3, 2, "3 sites are imposed but only 2 teams"),
        (ConflictKind.FLOOR_OVER_CANDIDATES, 3, 1, "asks for 3 teams in Un, S2, which has 1 possible sites"),
        (ConflictKind.FLOOR_OVER_REACH, 0.5, 0.25,
         "50% of the people of Un, S2; the possible sites that count reach 25%"),
        (ConflictKind.FLOOR_OVER_REACH, 1.0, 1.0,
         "100% of the people of Un, S2; the possible sites that count reach 100%"),
        (ConflictKind.FLOOR_OVER_BUDGET, 5000.0, 1000.0, "costs 5,000, over the budget of 1,000"),
    ],
)  # fmt: skip
def test_a_conflict_says_what_was_asked_and_what_is_possible(kind, requested, possible, part):
    clash = Conflict(kind, "in English", ("S1", "S2"), requested, possible)
    assert part in in_english(lambda lang: plan_text.conflict(clash, {"S1": "Un"}, lang))


def test_a_loss_that_rounds_to_nobody_is_none():
    assert plan_text.loss(replace(PLAN, reached=999.6), PLAN, "en").startswith("Reaches as many people")
    assert "(20.0%)" in plan_text.loss(replace(PLAN, reached=800.0), PLAN, "en")
    assert plan_text.loss(PLAN, replace(PLAN, reached=0.0), "fr") == ""
    assert "(0.1%)" in in_english(lambda lang: plan_text.loss(replace(PLAN, reached=999.4), PLAN, lang))
