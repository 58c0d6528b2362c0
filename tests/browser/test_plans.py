"""A planner places teams (C5), compares two plans by link (C6) and keeps a decision, in a real browser."""

import time

import pytest

from dashboard.computations import plan_search
from dashboard.pages.scenarios import callbacks
from dashboard.pages.scenarios.view import view
from tests.browser.conftest import INVENTED
from tests.browser.test_accessibility import is_sound_at_every_width, violations

pytestmark = pytest.mark.browser

PAINTED = "() => performance.getEntriesByName('reliance-plan-painted').length > 0"


def ask(page, teams: int) -> None:
    page.get_by_label("Nouvelles équipes").fill(str(teams))
    page.get_by_label("Minutes en voiture").fill("3")
    page.get_by_label("Je ne connais aucune équipe en place").check()
    page.get_by_role("button", name="Proposer des lieux").click()


def wait_plan(page, teams: int) -> None:
    page.wait_for_function(
        "n => document.querySelectorAll('#plan-sites tbody')[0]?.rows.length === n"
        " && document.getElementById('plan-cancel').hidden",
        arg=teams,
    )


@pytest.fixture
def planned(page, world):
    """The page with a plan of two teams for the région of the walk."""
    page.goto(world.address(f"?r={world.region}", "/scenarios"))
    page.locator("#plan-propose").wait_for()
    ask(page, 2)
    wait_plan(page, 2)
    return page


def test_where_should_teams_go(planned):
    message = planned.locator("#plan-card .sentence").inner_text()
    assert message.startswith("Avec 2 équipes de plus, environ ")
    assert "vérifié par le calcul" in planned.locator("#plan-card").inner_text()
    assert "pas la même chose" in planned.locator("#plan-card").inner_text()
    planned.wait_for_function(PAINTED)
    planned.get_by_role("button", name="Voir les communes en tableau").click()
    planned.locator("#plan-communes .ag-row").first.wait_for()
    planned.wait_for_timeout(300)
    assert violations(planned) == []
    assert "p=" in planned.url


@INVENTED
def test_a_request_that_says_nothing_of_teams_in_place_is_asked_to(page, world):
    page.goto(world.address(f"?r={world.region}", "/scenarios"))
    page.get_by_role("button", name="Proposer des lieux").click()
    page.get_by_text("Dites quelles équipes sont déjà en place").wait_for()
    assert violations(page) == []


@INVENTED
def test_move_by_hand_save_and_decide(planned):
    planned.locator("#plan-sites").get_by_role("button", name="Retirer").last.click()
    planned.locator(".plan-loss").wait_for()
    wait_plan(planned, 1)
    planned.get_by_label("Votre fonction").fill("chargée de mission")
    planned.get_by_label("Ce plan est décidé").check()
    planned.get_by_role("button", name="Enregistrer une version").click()
    planned.get_by_text("Un plan est décidé avec sa justification").wait_for()
    planned.get_by_label("Justification").fill("Connaissance du terrain")
    planned.get_by_role("button", name="Enregistrer une version").click()
    planned.get_by_text("La version 1 est enregistrée.").wait_for()
    assert "Connaissance du terrain" in planned.locator("#plan-versions").inner_text()
    assert violations(planned) == []


@INVENTED
def test_a_click_on_the_map_names_the_commune_to_add(planned, world):
    planned.wait_for_function(PAINTED)
    planned.evaluate("() => document.getElementById('plan-map').scrollIntoView({ behavior: 'instant' })")
    planned.wait_for_timeout(600)
    box = planned.locator("#plan-map").bounding_box()
    at = box["x"] + box["width"] / 2 + 12, box["y"] + box["height"] / 2 + 12
    name = hovered(planned, *at)
    planned.mouse.click(*at)
    planned.wait_for_function(
        "name => document.getElementById('plan-place').value.replace(/ \\(\\w{5}\\)$/, '') === name", arg=name
    )


def hovered(page, x: float, y: float) -> str:
    """The name of what lies at a point of the map, once outlines are there and the map stands still."""
    before = None
    for step in range(100):
        page.mouse.move(x + step % 2, y)
        page.wait_for_timeout(200)
        names = page.locator("#plan-map .map-tooltip strong").all_inner_texts()
        if names and names == before:
            return names[0]
        before = names
    raise AssertionError("the map names nothing there")


@INVENTED
def test_an_answer_that_takes_longer_than_the_next_question_is_shown(page, world, monkeypatch):
    """The page asks twice a second while a plan is looked for; a busy server takes longer to answer."""

    def slow(*question):
        time.sleep(1.2)
        return view(*question)

    monkeypatch.setattr(callbacks, "view", slow)
    monkeypatch.setattr(plan_search, "_FIRST_SECONDS", 0)
    page.goto(world.address(f"?r={world.region}", "/scenarios"))
    page.locator("#plan-propose").wait_for()
    ask(page, 2)
    wait_plan(page, 2)


@INVENTED
def test_two_sessions_on_one_plan(planned, chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    second = context.new_page()
    second.goto(planned.url)
    wait_plan(second, 2)
    planned.locator("#plan-sites").get_by_role("button", name="Verrouiller").first.click()
    planned.locator("#plan-sites").get_by_role("button", name="Déverrouiller").wait_for()
    second.locator("#plan-sites").get_by_role("button", name="Retirer").first.click()
    second.get_by_text("Rien n’a été écrasé").wait_for()
    context.close()


@INVENTED
def test_two_plans_compared_by_one_link(planned, page, chromium):
    first = planned.url.split("p=")[1].split("&")[0]
    ask(planned, 1)
    wait_plan(planned, 1)
    planned.get_by_role("textbox", name="Comparer").click()
    planned.get_by_role("option", name=f"({first[:4]})").first.click()
    planned.get_by_text("Deux plans côte à côte").wait_for()
    assert f"p2={first}" in planned.url
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    linked = context.new_page()
    linked.goto(planned.url)
    linked.get_by_text("Deux plans côte à côte").wait_for()
    assert linked.locator("#plan-card").inner_text() == planned.locator("#plan-card").inner_text()
    context.close()
    assert violations(planned) == []


@INVENTED
def test_a_plan_goes_out_as_a_file_and_comes_back(planned):
    address = planned.url
    with planned.expect_download() as given:
        planned.get_by_role("link", name="JSON").click()
    # The button opens the chooser of files, from the keyboard too.
    with planned.expect_file_chooser() as chooser:
        planned.get_by_role("button", name="Importer un plan").press("Enter")
    chooser.value.set_files(given.value.path())
    planned.wait_for_function("before => location.href !== before", arg=address)
    wait_plan(planned, 2)
    with planned.expect_file_chooser() as chooser:
        planned.get_by_role("button", name="Importer un plan").click()
    chooser.value.set_files({"name": "autre.json", "mimeType": "application/json", "buffer": b"{}"})
    planned.get_by_text("ne peut pas être importé").wait_for()
    assert violations(planned) == []


@INVENTED
def test_a_refusal_outlives_a_late_answer_about_the_address(planned):
    address = planned.url
    with planned.expect_download() as given:
        planned.get_by_role("link", name="JSON").click()
    kept = []

    def keep(route):
        late = any(one.startswith("url.search") for one in route.request.post_data_json["changedPropIds"])
        kept.append(route) if late else route.continue_()

    planned.route("**/_dash-update-component*", keep)
    with planned.expect_file_chooser() as chooser:
        planned.get_by_role("button", name="Importer un plan").click()
    chooser.value.set_files(given.value.path())
    planned.wait_for_function("before => location.href !== before", arg=address)
    with planned.expect_file_chooser() as chooser:
        planned.get_by_role("button", name="Importer un plan").click()
    chooser.value.set_files({"name": "autre.json", "mimeType": "application/json", "buffer": b"{}"})
    planned.get_by_text("ne peut pas être importé").wait_for()
    assert kept
    with planned.expect_response("**/_dash-update-component*"):
        for route in kept:
            route.continue_()
    planned.wait_for_timeout(400)
    assert planned.get_by_text("ne peut pas être importé").is_visible()


@INVENTED
def test_an_objective_from_the_plan_on_screen(planned, world):
    planned.get_by_label("Équipes que vous connaissez").fill(f"{world.code} Équipe citoyenne")
    ask(planned, 2)
    planned.get_by_text("1 équipe listée à la main").wait_for()
    wait_plan(planned, 2)
    planned.get_by_label("Objectif", exact=True).fill("Accès en 2028")
    planned.get_by_label("Axe du projet").fill("Axe 2")
    planned.get_by_role("button", name="Le créer à partir du plan").click()
    planned.locator("#plan-objectives table").wait_for()
    assert violations(planned) == []


@INVENTED
def test_the_page_is_accessible_with_a_plan(planned):
    is_sound_at_every_width(planned)
