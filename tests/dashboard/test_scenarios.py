"""Plans from request to file, on the invented country: the computation, edits, two sessions, comparison, downloads."""

import io
import json
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import docx
import pandas as pd
import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.pages.scenarios import asking, editing, layout, objectives
from dashboard.pages.scenarios.plan_map import difference
from dashboard.pages.scenarios.view import communes_table, view
from dashboard.queue import drain
from dashboard.settings import Settings
from dashboard.state import Choice, plan_of, read, written_plan
from geodata.errors import BadInput, StaleVersion, UnknownRecord
from geodata.objective import Objective, Reading, access
from geodata.plan import ConflictKind, Plan
from geodata.planning import propose
from geodata.request import OwnTeam, Public, Request, SiteCost
from geodata.store import open_store
from geodata.workspace import JobState, export_json, import_json, open_workspace
from tests.dashboard import synthetic
from tests.dashboard.test_callbacks import texts

REQUEST = Request("R1", teams=2, minutes=3, says_none_known=True, candidates="communes")


@pytest.fixture
def desk(store, tmp_path) -> Facts:
    """The invented country and an empty workspace."""
    return Facts(store, open_workspace(str(tmp_path / "workspace.sqlite")))


def finished(desk: Facts, plan: str) -> plan_search.Shown:
    drain(desk, Settings())
    until = time.monotonic() + 30
    while (shown := plan_search.opened(desk, (plan, 0))).is_running:
        assert time.monotonic() < until
        time.sleep(0.02)
    return shown


@pytest.fixture(scope="module")
def computed(store, tmp_path_factory) -> tuple[Path, str]:
    """A workspace where a plan was computed, and the plan."""
    path = tmp_path_factory.mktemp("computed") / "workspace.sqlite"
    desk = Facts(store, open_workspace(str(path)))
    return path, finished(desk, plan_search.start(desk, REQUEST, name="Deux équipes", who="chargée").id).id


@pytest.fixture
def shown(desk, computed, tmp_path) -> plan_search.Shown:
    """That plan in the workspace of one test."""
    path, plan = computed
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(tmp_path / "workspace.sqlite")) as copy:
        source.backup(copy)
    return plan_search.opened(desk, (plan, 0))


def written(component) -> str:
    """Every word of a component, as the browser gets it."""
    return texts(json.loads(json.dumps(component, cls=PlotlyJSONEncoder)))


def chosen(shown: plan_search.Shown) -> list[str]:
    return [site.id for site in shown.plan.sites]


def page(desk: Facts, shown: plan_search.Shown, lang: str = "fr", **choice) -> str:
    return written(html.Div(layout.layout(desk, Choice(page="/scenarios", plan=(shown.id, 0), lang=lang, **choice))))


def test_a_request_is_computed_in_the_background_and_kept(desk, shown):
    assert chosen(shown) == ["S1001", "S1003"]
    assert shown.plan == shown.proposal
    assert shown.names["S1001"]["name"] == "Saint-Étienne-la-Synthétique"
    assert shown.data_hash == synthetic.HASH
    assert desk.workspace.plans.get(shown.id).written_by == "chargée"


def test_an_impossible_request_names_its_conflict(desk):
    plan = plan_search.start(desk, replace(REQUEST, floor_teams=2), name="x", who="y")
    shown = finished(desk, plan.id)
    assert shown.job.state == JobState.FAILED and not shown.is_answered
    assert ConflictKind.FLOOR_OVER_TEAMS in {one.kind for one in plan_search.conflicts(shown.job)}
    assert "Le minimum demande 4 équipes, et 2 sont à placer." in page(desk, shown)


def test_a_computation_whose_process_died_is_said_not_waited_for(desk, tmp_path):
    plan = plan_search.start(desk, REQUEST, name="x", who="y")
    desk.workspace.jobs.take(plan_search.KIND)
    with sqlite3.connect(tmp_path / "workspace.sqlite") as connection:
        connection.execute("UPDATE job SET changed_on = '2020-01-01T00:00:00+00:00'")
    shown = plan_search.opened(desk, (plan.id, 0))
    assert not shown.is_running
    assert "interrompu" in page(desk, shown)


def test_a_cancelled_computation_keeps_its_best_list(desk):
    plan = plan_search.start(desk, replace(REQUEST, teams=3, minutes=12), name="x", who="y")
    job = desk.workspace.jobs.take(plan_search.KIND)
    desk.workspace.jobs.cancel(job.id)
    plan_search.compute(desk, Settings(), job)
    shown = plan_search.opened(desk, (plan.id, 0))
    assert len(shown.plan.sites) >= 1 and not shown.is_running


def test_sites_moved_by_hand_are_counted_at_once_and_the_loss_is_said(desk, shown):
    plan_search.edit(desk, shown, revision=shown.revision, who="x", sites=["S1001", "S1002"])
    moved = plan_search.opened(desk, (shown.id, 0))
    assert chosen(moved) == ["S1001", "S1002"]
    assert moved.proposal == shown.proposal
    # 945 people of S1003 against 525 of S1002: 420 fewer of 5145.
    assert "420 personnes de moins" in page(desk, moved) and "8,2" in page(desk, moved)


def test_two_sessions_on_the_same_plan_the_second_is_told(desk, shown):
    plan_search.edit(desk, shown, revision=shown.revision, who="référente", locked=["S1001"])
    with pytest.raises(StaleVersion, match="référente"):
        plan_search.edit(desk, shown, revision=shown.revision, who="chargé", sites=["S1002"])


def test_locked_sites_stay_when_the_search_starts_again(desk, shown):
    plan_search.edit(desk, shown, revision=shown.revision, who="x", sites=["S1001", "S2003"], locked=["S2003"])
    edited = plan_search.opened(desk, (shown.id, 0))
    plan_search.start_again(desk, edited, revision=edited.revision, who="x")
    again = finished(desk, shown.id)
    assert set(chosen(again)) == {"S1001", "S2003"} and again.locked == ("S2003",)


def test_a_version_is_shown_as_it_was_saved(desk, shown):
    desk.workspace.plans.save(shown.id, revision=shown.revision, who="x", is_decided=True, justification="parce que")
    saved = desk.workspace.plans.get(shown.id)
    plan_search.edit(desk, plan_search.opened(desk, (shown.id, 0)), revision=saved.revision, who="x", sites=["S1002"])
    first = plan_search.opened(desk, (shown.id, 1))
    assert chosen(first) == ["S1001", "S1003"] and first.justification == "parce que" and first.revision is None
    text = written(html.Div(layout.layout(desk, Choice(page="/scenarios", plan=(shown.id, 1)))))
    assert "parce que" in text and "Retirer" not in text
    assert chosen(plan_search.opened(desk, (plan_search.copy(desk, first, lang="fr", who="x").id, 0))) == [
        "S1001",
        "S1003",
    ]


def test_a_plan_of_a_long_name_is_copied_under_a_name_that_fits(desk, shown):
    desk.workspace.plans.save(shown.id, revision=shown.revision, who="x", name="n" * 120)
    copied = plan_search.copy(desk, plan_search.opened(desk, (shown.id, 0)), lang="fr", who="x")
    assert len(copied.name) == 120 and copied.name.endswith("n… (copie)")


def test_two_plans_side_by_side(desk, shown):
    one = finished(desk, plan_search.start(desk, replace(REQUEST, teams=1), name="Une équipe", who="x").id)
    text = page(desk, shown, other=(one.id, 0))
    assert "Deux équipes" in text and "Une équipe" in text
    # S1001 in both: 4,200 people; S1003 in the first only: 945.
    assert "4 200\u00a0; dans le premier seulement\u00a0: 940" in text.replace("\u202f", " ")
    # What differs: one rule, one site.
    rules = written(html.Div(view(desk, Choice(plan=(shown.id, 0), other=(one.id, 0))).card)).split("Règles qui")[1]
    assert "Nouvelles équipes" in rules and "Minutes en voiture" not in rules
    assert "Dans le premier plan seulement\u00a0: L'Haÿ-Fictif." in rules
    assert "Dans le second plan seulement" not in rules
    itself = view(desk, Choice(page="/scenarios", plan=(shown.id, 0), other=(shown.id, 0)))
    assert "côte à côte" not in written(html.Div(itself.card))
    found = view(desk, Choice(page="/scenarios", plan=(shown.id, 0), other=(one.id, 0)))
    assert found.paint["states"]["both"] == "S1001" and found.paint["states"]["first"] == "S1003"


def test_the_difference_of_two_plans_is_by_commune(desk, shown):
    first = view(desk, Choice(page="/scenarios", plan=(shown.id, 0))).paint["states"]
    assert first["new"] == "S1001 S1003"
    one, two = pd.Series({"a": "new", "b": "before", "c": "none"}), pd.Series({"a": "none", "b": "new", "c": "none"})
    assert difference(one, two).to_dict() == {"a": "first", "b": "both", "c": "none"}


def test_people_within_reach_already_are_unknown_when_no_team_is_known(desk, shown):
    assert "inconnu" in page(desk, shown) and "pas la même chose" in page(desk, shown)
    known = replace(REQUEST, own_teams=(OwnTeam("Équipe", "S1002"),), says_none_known=False)
    other = finished(desk, plan_search.start(desk, known, name="x", who="y").id)
    marks = view(desk, Choice(page="/scenarios", plan=(other.id, 0))).marks[0].data["features"]
    assert [mark["properties"]["kind"] for mark in marks] == ["before", "new", "new"]
    assert "inconnu" not in page(desk, other) and "1 équipe listée à la main" in page(desk, other)


def test_another_build_leaves_a_plan_as_it_was_and_says_so(desk, shown, tmp_path):
    path = synthetic.write(tmp_path / "next.gpkg", content_hash="anotherbuild")
    later = Facts(open_store(str(path)), desk.workspace)
    text = page(later, plan_search.opened(later, (shown.id, 0)))
    assert "La base a changé depuis ce plan" in text and "Retirer" not in text
    assert "Saint-Étienne-la-Synthétique" in text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_speaks_both_languages(desk, shown, lang):
    text = page(desk, shown, lang)
    assert ("Lieux du plan" in text) == (lang == "fr")
    assert ("Where to place" in text) == (lang == "en")
    assert layout.title(lang) == {"fr": "Scénarios", "en": "Scenarios"}[lang]


# -- the form --------------------------------------------------------------------------------------------------------

FORM = {
    "region": "R1", "departements": [], "teams": 2, "minutes": 3, "public": "isolated", "aim": "reached",
    "team": "other", "capacity": "", "teams_at_site": 1, "existing": [], "own": "", "none_known": True,
    "candidates": "communes", "least_residents": 2000, "floor_teams": 0, "floor_share": 0, "floor_by": "departement",
    "floor_public": "same", "floor_anywhere": False, "forced": "", "excluded": "", "cost": "", "costs": "",
    "budget": "",
}  # fmt: skip


def ask(desk, **changes):
    return asking.request_of(desk, FORM | changes, "fr")


def test_the_form_is_read_as_a_request(desk):
    assert ask(desk) == (REQUEST, None)
    request, problem = ask(
        desk,
        departements=["S1"], public="residents", existing=["mairie"], none_known=False,
        own="s1002; Équipe d'ici\nS1003",
        floor_teams=1, floor_share=50, forced="Œuvre-sur-Fixture", excluded="S1006, Sainte Épreuve", cost=10, budget=90,
        costs="S1003 ; 25,5 €\nŒuvre-sur-Fixture;1 200",
    )  # fmt: skip
    assert problem is None
    assert request.own_teams == (OwnTeam("Équipe d'ici", "S1002"), OwnTeam("L'Haÿ-Fictif", "S1003"))
    assert request.forced == ("S1004",) and request.excluded == ("S1006", "S1002")
    assert request.costs == (SiteCost("S1003", 25.5), SiteCost("S1004", 1200.0))
    assert (request.public, request.floor_share, request.cost, request.budget) == (Public.RESIDENTS, 0.5, 10.0, 90.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"region": None}, "région"),
        ({"teams": ""}, "nombre d’équipes"),
        ({"none_known": False}, "déjà en place"),
        ({"cost": 10}, "ensemble"),
        ({"cost": 10, "budget": -5}, "« Budget (€) » : 0 ou plus"),
        ({"capacity": -1}, "« Personnes accompagnées par équipe"),
        ({"teams": 501, "minutes": 2.5}, "« Nouvelles équipes » : un nombre entier de 1 à 500. « Minutes"),
        ({"floor_share": 101}, "de 0 à 100"),
        ({"costs": "S1003 ; 5"}, "coût d’une équipe ailleurs"),
        ({"cost": 10, "budget": 90, "costs": "S1003 ; cher"}, "S1003 ; cher"),
        ({"cost": 10, "budget": 90, "costs": "Atlantis ; 5"}, "Atlantis ; 5"),
        ({"own": "99999 Ailleurs"}, "99999 Ailleurs"),
        ({"forced": "Atlantis"}, "Atlantis"),
        ({"forced": ", ".join(f"Atlantis {n}" for n in range(10_000))}, "Atlantis 9 …"),
        ({"public": "residents_65"}, "Personne ne peut être compté"),
        ({"floor_teams": 1, "floor_by": "tvs"}, "Cette base ne connaît pas les personnes, ou les territoires"),
    ],
)
def test_what_is_missing_in_the_form_is_one_sentence(desk, changes, message):
    request, problem = ask(desk, **changes)
    assert request is None and message in re.sub(r"\s", " ", problem)


def test_a_site_is_found_by_name_code_or_click(desk):
    sites = desk.case(REQUEST).sites
    for typed in ("S1004", "œuvre sur fixture", "Œuvre-sur-Fixture (S1004)"):
        assert asking.Named(sites).site(typed) == "S1004"
    assert asking.Named(sites).site("Atlantis") is None
    twice = sites.assign(commune="Même nom", name="Même nom")
    assert asking.Named(twice).site("Même nom") is None


def test_plans_in_an_address():
    assert plan_of("ab12.3") == ("ab12", 3) and plan_of("ab12") == ("ab12", 0) and plan_of("") is None
    assert written_plan(("ab12", 3)) == "ab12.3" and written_plan(None) == ""
    choice, notices = read("/scenarios", "?p=ab12.3&p2=cd34")
    assert (choice.plan, choice.other, notices) == (("ab12", 3), ("cd34", 0), ())
    assert choice.query == "?p=ab12.3&p2=cd34"
    assert read("/scenarios", "?p=a/b")[1] and read("/scenarios", "?p=ab.x")[1]


# -- downloads -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(app, workspace, facts):
    """A plan of the served workspace."""
    return finished(facts, plan_search.start(facts, REQUEST, name="Servi", who="x").id)


def test_a_plan_is_downloaded_as_csv(client, served):
    answer = client.get(f"/export/plan/{served.id}.csv")
    lines = answer.text.splitlines()
    assert len(lines) == 3 and "S1001" in lines[1] and synthetic.HASH in lines[1]
    assert "reliance_plan_servi_v0_" in answer.headers["Content-Disposition"]


def test_a_plan_is_downloaded_as_layers(client, served, tmp_path):
    (tmp_path / "x.gpkg").write_bytes(client.get(f"/export/plan/{served.id}.gpkg").data)
    with sqlite3.connect(tmp_path / "x.gpkg") as connection:
        assert connection.execute("SELECT count(*) FROM sites").fetchone() == (2,)
        states = dict(connection.execute("SELECT code_insee, etat FROM communes"))
    assert states["S1001"] == "nouvellement à portée" and states["S1002"] == "hors de portée"


def test_a_plan_is_downloaded_as_json_that_another_workspace_reads(client, served, tmp_path):
    other = open_workspace(str(tmp_path / "other.sqlite"))
    copy = import_json(other, client.get(f"/export/plan/{served.id}.json").text, who="x")
    assert Plan.from_dict(copy.content["plan"]) == served.plan


def test_a_plan_that_was_given_is_brought_in(desk, shown):
    plan, problem = editing.brought(desk, export_json(desk.workspace, shown.id), "chargée", "fr")
    assert problem is None and plan.id != shown.id
    assert plan_search.opened(desk, (plan.id, 0)).plan == shown.plan


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: text.replace("reliance-plan-1", "other"),
        lambda text: text.replace('"minutes"', '"hours"'),
        lambda text: text.replace('"reached_before"', '"lost"'),
    ],
)
def test_a_file_that_is_no_plan_is_said_and_nothing_is_written(desk, shown, spoil):
    before = len(desk.workspace.plans.list())
    plan, problem = editing.brought(desk, spoil(export_json(desk.workspace, shown.id)), "chargée", "fr")
    assert plan is None and "ne peut pas être importé" in problem
    assert len(desk.workspace.plans.list()) == before


def test_a_site_that_costs_more_is_paid_as_it_costs(desk):
    dear = replace(REQUEST, cost=10.0, budget=25.0)
    free = finished(desk, plan_search.start(desk, dear, name="a", who="x").id)
    first = free.plan.sites[0].id
    other = replace(dear, costs=(SiteCost(first, 24.0),))
    priced = finished(desk, plan_search.start(desk, other, name="b", who="x").id)
    assert len(free.plan.sites) == 2 and free.plan.reached > priced.plan.reached
    assert sum(site.cost for site in priced.plan.sites) <= 25
    words = page(desk, priced)
    assert "Budget (€)" in words and Request.from_dict(json.loads(json.dumps(other.to_dict()))) == other
    with pytest.raises(BadInput, match="no candidates here"):
        propose(desk.case(dear), replace(dear, costs=(SiteCost("Z", 1.0),)))


def test_the_annex_holds_request_sites_and_justification(client, served, facts):
    facts.workspace.plans.save(served.id, revision=served.revision, who="x", is_decided=True, justification="Vu à deux")
    document = docx.Document(io.BytesIO(client.get(f"/export/plan/{served.id}.1.docx").data))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "Vu à deux" in text and "5 100 personnes" in text.replace("\u202f", " ")
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "L'Haÿ-Fictif" in cells and "Nouvelles équipes" in cells
    descriptions = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert descriptions[0].startswith("Carte des lieux") and "L'Haÿ-Fictif" in descriptions[0]
    assert "Nouvellement\u00a0à\u00a0portée" in text and len(descriptions) >= 3


@pytest.mark.parametrize("name", ["none.csv", "none.1.csv", "a.exe"])
def test_a_plan_that_does_not_exist_is_said(client, name):
    assert client.get(f"/export/plan/{name}").status_code == 404


# -- objectives ------------------------------------------------------------------------------------------------------


def test_an_objective_follows_access_from_its_baseline(desk):
    known = replace(REQUEST, own_teams=(OwnTeam("Équipe", "S1002"),), says_none_known=False)
    shown = finished(desk, plan_search.start(desk, known, name="Plan A", who="y").id)
    objective = objectives.made(shown, desk, target=0.6, year=2028, axis="Axe 2")
    # 525 of the 5930.9 people expected in S1; nobody in S2.
    assert objective.baseline["S1"] == pytest.approx(525 / (4200 + 525 + 945 + 127.5 + 130 + 3.6))
    assert objective.baseline["S2"] == 0
    assert Objective.from_dict(json.loads(json.dumps(objective.to_dict()))) == objective
    desk.workspace.objectives.create("60 % en 2028", objective.to_dict(), who="x")
    text = written(html.Div(objectives.listed(desk, "fr")))
    assert "9\u202f%" in text and "60\u202f%" in text and "pas atteint" in text and "Plan A" in text
    assert "ne peut pas mesurer" in written(html.Div(objectives.layout(desk, Choice())))


def test_each_build_that_is_read_is_kept_beside_the_baseline(desk):
    known = replace(REQUEST, own_teams=(OwnTeam("Équipe", "S1002"),), says_none_known=False)
    shown = finished(desk, plan_search.start(desk, known, name="Plan A", who="y").id)
    objective = replace(objectives.made(shown, desk, target=0.6, year=2028, axis="Axe 2"), data_hash="an older build")
    saved = desk.workspace.objectives.create("60 % en 2028", objective.to_dict(), who="x")
    for _again in range(2):
        objectives.listed(desk, "fr")
        (reading,) = Objective.from_dict(desk.workspace.objectives.get(saved.id).content).readings
        assert (reading.data_hash, reading.shares) == (desk.version, objective.baseline)
    between = Objective.from_dict(desk.workspace.objectives.get(saved.id).content)
    between = replace(between, readings=(Reading("a build between", "2027-01-01", {"S1": 0.34, "S2": 0.0}),))
    desk.workspace.objectives.write(saved.id, between.to_dict(), revision=2, who="x")
    text = written(html.Div(objectives.listed(desk, "fr")))
    assert "Base du 2027-01-01" in text and "34\u202f%" in text


def test_an_objective_that_the_database_can_no_longer_tell_is_said(desk):
    gone = Objective(replace(REQUEST, existing=("gone",)), 0.6, 2028, "Axe 2", {"S1": 0.5}, "older", plans=())
    desk.workspace.objectives.create("60 %", gone.to_dict(), who="x")
    text = written(html.Div(objectives.listed(desk, "fr")))
    assert "ne permet plus" in text and "inconnu" in text and "50\u202f%" in text


def test_access_of_today_is_read_in_the_build_of_today(desk):
    everywhere = replace(REQUEST, minutes=60, existing=("mairie",))
    assert access(desk.case(everywhere), everywhere) == {"S1": pytest.approx(1), "S2": pytest.approx(1)}


@pytest.mark.parametrize(("field", "value"), [("target", 0.0), ("target", 60), ("year", 28), ("axis", " ")])
def test_an_objective_that_means_nothing_is_refused(field, value):
    good = Objective(REQUEST, 0.6, 2028, "Axe 2", {}, "abc")
    with pytest.raises(BadInput, match=field):
        replace(good, **{field: value})


def test_a_link_to_a_plan_of_another_workspace_is_said(desk):
    with pytest.raises(UnknownRecord):
        layout.layout(desk, Choice(page="/scenarios", plan=("none", 0)))


def test_an_objective_without_known_teams_is_refused(desk):
    with pytest.raises(BadInput, match="not zero"):
        access(desk.case(REQUEST), REQUEST)


def test_the_table_of_communes_is_the_map(desk, shown):
    (grid,) = communes_table(desk, Choice(page="/scenarios", plan=(shown.id, 0)))
    states = {row["code"]: row["state"] for row in grid.rowData}
    assert states["S1001"] == "Nouvellement à portée" and states["S1002"] == "Hors de portée"
    assert len(states) == 8
