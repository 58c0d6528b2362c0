"""Callbacks as the browser calls them: through HTTP, on the invented database."""

import json

import pytest

from dashboard import ids
from dashboard.app import create_app
from dashboard.pages import PAGES
from dashboard.settings import Settings
from dashboard.state import read
from geodata.store import open_store
from tests.dashboard import synthetic

DEFAULTS = {
    "carte-region.value": "FR",
    "carte-mesh.value": "epci",
    "carte-line.value": "national",
    "carte-threshold-asked.data": 10.0,
    "carte-scenario.value": "default",
    "carte-categories.value": [],
    "carte-verdicts.value": [],
    "carte-against.value": "twins",
    "carte-flip.checked": False,
    "carte-question.data": "",
    "carte-place.data": "",
    "carte-selected.data": "",
}


def call(app, client, target: str, values: dict, triggered: str, referrer: str = "http://localhost/") -> dict:
    """Answer of the callback that has `target` among its outputs: {component: {property: value}}."""
    key = next(k for k in app.callback_map if target in k)
    spec = app.callback_map[key]
    sent = {
        part: [{**item, "value": values.get(f"{item['id']}.{item['property']}")} for item in spec[part]]
        for part in ("inputs", "state")
    }
    names = [name.rsplit(".", 1) for name in key.strip(".").split("...")]
    outputs = [{"id": component, "property": name} for component, name in names]
    sent["outputs"] = outputs if key.startswith("..") else outputs[0]
    body = {"output": key, "changedPropIds": [triggered], **sent}
    answer = client.post("/_dash-update-component", json=body, headers={"Referer": referrer})
    if answer.status_code == 204:
        return {}
    assert answer.status_code == 200, answer.text
    parsed = json.loads(answer.text)
    return parsed.get("response", {}) | parsed.get("sideUpdate", {})


def unfolded(app, client, address: str, held: list[str], wanted: list[str] | None) -> dict[str, list]:
    """What the parts `held` by the page at an address are given when some of them are wanted."""
    key = next(k for k in app.callback_map if f'"{ids.HELD}"' in k)
    parts = [{"of": address, "part": name, "type": ids.HELD} for name in held]
    body = {
        "output": key,
        "changedPropIds": [f"{ids.WANTED}.data"],
        "inputs": [{"id": ids.WANTED, "property": "data", "value": wanted}],
        "outputs": [[{"id": part, "property": "children"} for part in parts]],
    }
    answer = client.post("/_dash-update-component", json=body, headers={"Referer": f"http://localhost{address}"})
    if answer.status_code == 204:
        return {}
    assert answer.status_code == 200, answer.text
    sent = answer.get_json().get("response", {})
    return {json.loads(part)["part"]: given["children"] for part, given in sent.items()}


@pytest.fixture
def choose(app, client):
    def run(query: str, triggered: str, **values) -> dict:
        given = {name.replace("__", "."): value for name, value in values.items()}
        given = {name.replace("_", "-", 1): value for name, value in given.items()}
        return call(app, client, "carte-url.search", DEFAULTS | {"carte-url.search": query} | given, triggered)

    return run


def texts(component) -> str:
    """Every string of a component tree, in order."""
    if isinstance(component, str):
        return component
    if isinstance(component, list):
        return " ".join(filter(None, map(texts, component)))
    if isinstance(component, dict):
        return texts(component.get("props", {}).get("children"))
    return ""


# -- the first page ---------------------------------------------------------------------------------------------------


def first(client, referrer: str | None) -> dict:
    """Properties of what the application opens with, by identifier."""
    answer = client.get("/_dash-layout", headers={} if referrer is None else {"Referer": referrer})
    assert answer.headers["Cache-Control"] == "no-store"
    return {part["props"]["id"]: part["props"] for part in answer.get_json()["props"]["children"]}


@pytest.mark.parametrize("address", ["/besoin?r=R1", "/territoire?s=epci:S11&lang=en", "/nowhere"])
def test_the_page_that_asks_is_drawn_at_once_as_the_router_draws_it(app, client, address):
    path, _, query = address.partition("?")
    drawn = first(client, f"http://localhost{address}")
    answer = show(app, client, path, query)
    assert drawn["shell"]["children"] == answer["shell"]["children"]
    assert drawn["shown"]["data"] == answer["shown"]["data"]
    # The router has nothing to add.
    assert show(app, client, path, query, drawn["shown"]["data"]) == {}


@pytest.mark.parametrize("referrer", [None, "", "http://localhost"])
def test_without_an_address_the_router_draws_the_page(client, referrer):
    assert first(client, referrer)["shell"].get("children") is None


# -- the router ------------------------------------------------------------------------------------------------------


def show(app, client, path: str, query: str, shown=None) -> dict:
    values = {"url.pathname": path, "url.search": query, "shown.data": shown}
    return call(app, client, "shell.children", values, "url.search")


@pytest.mark.parametrize(
    ("path", "query", "heading", "title"),
    [
        ("/", "?q=threshold", "Où la part de personnes isolées dépasse-t-elle 10\u202f%\u202f?", "Carte · Reliance"),
        ("/", "?q=threshold&lang=en", "Where is the share of isolated people above 10%?", "Map · Reliance"),
        ("/methode", "", "Ce que l’estimation est, et n’est pas", "Méthode et données · Reliance"),
        ("/nowhere", "", "Il n’y a pas de page à cette adresse", "Il n’y a pas de page à cette adresse · Reliance"),
    ],
)
def test_an_address_opens_its_page(app, client, path, query, heading, title):
    answer = show(app, client, path, query)
    assert heading in texts(answer["shell"]["children"])
    assert answer["shown"]["data"]["title"] == title


@pytest.mark.parametrize(
    ("query", "counted", "shown"),
    [
        ("", "Comptent comme réponse", "Citoyens et bénévoles Association "),
        ("?lang=en", "Count as a response", "Town hall"),
    ],
)
def test_the_method_says_which_categories_count_as_a_response(app, client, query, counted, shown):
    written = texts(show(app, client, "/methode", query)["shell"]["children"])
    assert counted in written and shown in written


def test_a_page_that_is_already_there_is_not_drawn_again(app, client):
    shown = show(app, client, "/", "")["shown"]["data"]
    assert show(app, client, "/", "?r=R1&t=12", shown) == {}
    assert show(app, client, "/", "?lang=en", shown) != {}


@pytest.mark.parametrize(
    ("path", "title"),
    [("/", "Carte"), ("/besoin", "Besoin et réponses"), ("/territoire", "Territoire")],
)
def test_the_title_of_the_document_follows_the_selection(app, client, path, title):
    shown = show(app, client, path, "")["shown"]["data"]
    assert shown["title"] == f"{title} · Reliance"
    answer = show(app, client, path, "?s=epci:S11", shown)
    assert "shell" not in answer
    assert answer["shown"]["data"]["title"] == f"CC du Nord synthétique · {title} · Reliance"
    assert show(app, client, path, "?s=epci:unknown", answer["shown"]["data"])["shown"]["data"] == shown


def test_a_page_about_no_territory_has_its_own_title(app, client):
    assert show(app, client, "/methode", "?s=epci:S11")["shown"]["data"]["title"] == "Méthode et données · Reliance"


def test_a_deep_link_opens_the_same_view(app, client):
    page = texts(show(app, client, "/", "?r=R1&m=commune&s=commune:S1002&t=12.5")["shell"]["children"])
    assert "Sainte-Épreuve" in page and "12,5\u202f%" in page and "Territoire synthétique · Communes" in page


def test_navigation_keeps_the_choice(app, client):
    answer = call(app, client, "nav.children", {"url.pathname": "/", "url.search": "?r=R1&lang=en"}, "url.search")
    links = [link["props"]["href"] for link in answer["nav"]["children"]]
    assert links == [f"{page.path}?r=R1&lang=en" for page in PAGES if page.is_in_navigation]
    assert answer["language"]["children"][0]["props"]["href"] == "/?r=R1"


# -- the choice ------------------------------------------------------------------------------------------------------


def test_a_control_writes_the_address(choose):
    answer = choose("", "carte-threshold-asked.data", **{"carte-threshold-asked.data": 12})
    assert answer["carte-url"]["search"] == "?t=12"
    assert answer["carte-question"]["data"] == "?t=12"
    assert "carte-place" not in answer, "outlines stay"
    assert answer["carte-csv"]["href"] == "/export/carte.csv?t=12"


def test_the_address_sets_the_controls(choose):
    before = {"carte_line__value": "threshold"}
    answer = choose("?r=R1&m=commune&q=national&t=8&v=above&c=mairie", "carte-url.search", **before)
    assert answer["carte-region"]["value"] == "R1"
    assert answer["carte-mesh"]["value"] == "commune"
    assert answer["carte-line"]["value"] == "national"
    assert answer["carte-threshold-asked"]["data"] == 8.0
    assert answer["carte-verdicts"]["value"] == ["above"]
    assert answer["carte-categories"]["value"] == ["mairie"]
    assert "carte-url" not in answer


def test_unknown_values_are_said_and_replaced(choose):
    answer = choose("?r=99&t=900", "carte-url.search")
    content = texts(answer["carte-notices"]["children"])
    assert "r = 99" in content and "t = 900" in content
    assert answer["carte-url"]["search"] == ""


@pytest.mark.parametrize("value", [None, ""])
def test_an_emptied_threshold_changes_nothing(choose, value):
    assert "carte-question" not in choose("", "carte-threshold-asked.data", **{"carte-threshold-asked.data": value})


def test_a_scenario_brings_its_definition(choose):
    answer = choose("", "carte-scenario.value", carte_scenario__value="loneliness")
    assert answer["carte-url"]["search"] == "?q=threshold&d=loneliness&sc=loneliness"


def test_finding_a_commune_moves_region_mesh_and_selection(choose):
    answer = choose("", "carte-search.value", carte_search__value="commune:S1002")
    assert answer["carte-url"]["search"] == "?r=R1&m=commune&s=commune:S1002"
    assert answer["carte-selected"]["data"] == "commune:S1002"
    assert answer["carte-search"]["value"] is None


def test_finding_a_region_shows_it(choose):
    assert (
        choose("?m=departement", "carte-search.value", carte_search__value="region:R9")["carte-url"]["search"]
        == "?r=R9&m=departement"
    )


def test_a_click_selects_and_stays(choose):
    answer = choose("", "carte-clicked.data", carte_clicked__data="epci:S11")
    assert answer["carte-url"]["search"] == "?s=epci:S11"


def test_a_row_selects(choose):
    answer = choose("?r=R1", "carte-table.selectedRows", carte_table__selectedRows=[{"code": "S12"}])
    assert answer["carte-url"]["search"] == "?r=R1&s=epci:S12"


def test_the_grid_losing_its_rows_does_not_deselect(choose):
    answer = choose("?s=epci:S12", "carte-table.selectedRows", carte_table__selectedRows=[])
    assert "carte-url" not in answer


def test_a_move_that_another_one_overtakes_is_not_lost(choose):
    # The browser drops the answer to the threshold once the table tells its row: both are asked for in the second one.
    given = {"carte_threshold-asked__data": 15.0, "carte_table__selectedRows": [{"code": "S12"}]}
    answer = choose("", "carte-table.selectedRows", **given)
    assert answer["carte-url"]["search"] == "?t=15&s=epci:S12"
    # An address that is not answered yet is newer than what the controls still say.
    answer = choose("?t=12", "carte-table.selectedRows", carte_table__selectedRows=[{"code": "S12"}])
    assert answer["carte-url"]["search"] == "?t=12&s=epci:S12"


def test_a_row_of_the_mesh_before_that_is_told_late_changes_nothing(choose):
    answer = choose("?s=epci:S12", "carte-table.selectedRows", carte_table__selectedRows=[{"code": "S1001"}])
    assert "carte-url" not in answer


def test_a_perimeter_leaves_only_what_lies_in_it(choose, facts):
    inside = choose("?r=R1&m=commune", "carte-perimeter.value", carte_perimeter__value="epci:S11")
    assert inside["carte-url"]["search"] == "?r=R1&z=epci:S11&m=commune"
    assert list(facts.rows(read("/", "?z=epci:S11&m=commune&r=R1")[0])["code"]) == ["S1003", "S1001", "S1002"]
    # The région is the perimeter's own; a mesh that no longer lies in it gives way.
    assert choose("?m=epci", "carte-perimeter.value", carte_perimeter__value="epci:S12")["carte-url"]["search"] == (
        "?r=R1&z=epci:S12&m=commune"
    )
    # A territory outside is shown where it lies.
    left = choose("?r=R1&z=epci:S11&m=commune", "carte-search.value", carte_search__value="commune:S2001")
    assert left["carte-url"]["search"] == "?r=R1&m=commune&s=commune:S2001"
    assert facts.checked(read("/", "?z=epci:nope")[0])[1][0].field == "z"


def test_the_selection_follows_the_mesh_upwards(choose):
    up = choose("?r=R1&m=commune&s=commune:S1002", "carte-mesh.value", carte_mesh__value="epci")
    assert up["carte-url"]["search"] == "?r=R1&s=epci:S11"
    down = choose("?r=R1&s=epci:S11", "carte-mesh.value", carte_mesh__value="commune")
    # Its own communes: it stays the one that the sentence is about.
    assert down["carte-url"]["search"] == "?r=R1&z=epci:S11&m=commune&s=epci:S11"


def test_another_region_lets_the_selection_go(choose):
    assert choose("?r=R1&s=epci:S11", "carte-region.value", carte_region__value="R9")["carte-url"]["search"] == "?r=R9"


def test_the_selection_can_be_cleared(choose):
    assert choose("?s=epci:S11", "carte-clear.n_clicks", carte_clear__n_clicks=1)["carte-url"]["search"] == ""


# -- what follows the choice -----------------------------------------------------------------------------------------


def test_rows_counts_and_sentences_follow_the_question(app, client, facts):
    answer = call(
        app, client, "carte-answer.data", {"carte-question.data": "?r=R1&m=commune&q=threshold"}, "carte-question.data"
    )
    rows = answer["carte-answer"]["data"]["rows"]
    choice, _ = read("/", "?r=R1&m=commune&q=threshold")
    assert [r["code"] for r in rows] == list(facts.rows(choice)["code"])
    assert answer["carte-count-threshold-above"]["children"] == "1"
    assert answer["carte-count-national-not_published"]["children"] == "2"
    assert "Territoire synthétique · Communes" in texts(answer["carte-headline"]["children"])
    stamp = answer["carte-stamp"]["data"]
    assert stamp["maps"][0]["legend"][0] == {"fill": "above", "label": "▲ dépasse (1)"}
    assert stamp["file"].endswith(".png")


def test_the_table_is_sent_once_it_is_looked_at(app, client, facts):
    page = show(app, client, "/", "?r=R1&m=commune&q=threshold")["shell"]["children"]
    assert "rowData" not in json.dumps(page) and "carte-table" in json.dumps(page)
    values = {"carte-question.data": "?r=R1&m=commune&q=threshold"}
    assert call(app, client, "carte-table.rowData", values, "carte-answer.data") == {}
    answer = call(app, client, "carte-table.rowData", values | {"carte-table-looked.data": True}, "carte-answer.data")
    choice, _ = read("/", "?r=R1&m=commune&q=threshold")
    assert [row["code"] for row in answer["carte-table"]["rowData"]] == list(facts.rows(choice)["code"])


def test_the_map_is_sent_what_it_paints(app, client):
    values = {"carte-question.data": "?r=R1&m=commune&q=threshold"}
    rows = call(app, client, "carte-answer.data", values, "carte-question.data")["carte-answer"]["data"]["rows"]
    assert {name for row in rows for name in row} <= {"code", "verdict", "turns", "low", "high", "robust", "reason"}
    assert all(len(row["turns"]) == 4 for row in rows if row["verdict"] != "not_published")


def test_assumptions_without_interval_are_shown_without_share(app, client):
    values = {"carte-question.data": "?r=R1&q=threshold&d=loneliness&sc=loneliness", "carte-selected.data": "epci:S11"}
    card = texts(call(app, client, "carte-card.children", values, "carte-selected.data")["carte-card"]["children"])
    assert "se sentent seuls" in card and "Part attendue" not in card and "Part nationale" not in card
    answer = call(app, client, "carte-answer.data", values, "carte-question.data")
    assert answer["carte-count-national-above"]["children"] == "–"


def test_the_filter_says_how_many_are_left(app, client):
    values = {"carte-question.data": "?r=R1&m=commune&q=threshold", "carte-verdicts.value": ["above", "below"]}
    answer = call(app, client, "carte-table.filterModel", values, "carte-verdicts.value")
    assert answer["carte-count"]["children"] == "2 communes sur 9 (filtre sur les classes)."


def test_communes_of_the_country_ask_for_a_region(app, client):
    answer = call(app, client, "carte-outlines.children", {"carte-place.data": "?m=commune"}, "carte-place.data")
    assert answer["carte-outlines"]["children"] == []
    assert "choisir une région" in texts(answer["carte-too-wide"]["children"])


def test_national_maps_name_their_insets(app, client):
    answer = call(app, client, "carte-outlines.children", {"carte-place.data": "?m=departement"}, "carte-place.data")
    layer, borders, label = answer["carte-outlines"]["children"]
    assert borders["props"]["url"].endswith("/region/FR.pbf")
    assert layer["props"]["hideout"]["names"].startswith("/noms/")
    assert layer["props"]["url"].startswith("/geo/") and layer["props"]["url"].endswith("/departement/FR.pbf")
    assert "Île synthétique" in label["props"]["iconOptions"]["html"]


def test_services_are_named_by_their_build(app, client, facts):
    values = {"carte-place.data": "?r=R1", "carte-categories.value": ["mairie"]}
    answer = call(app, client, "carte-services.children", values, "carte-categories.value")
    assert (
        answer["carte-services"]["children"][0]["props"]["url"]
        == f"/services/{synthetic.HASH}/R1.json?categories=mairie"
    )


@pytest.mark.parametrize(
    ("selected", "sentence"),
    [
        ("commune:S1001", "Il est presque certain (plus de 99 chances sur 100)"),
        ("commune:S1002", "Il est probable (9 chances sur 10)"),
        ("commune:S1003", "Les données ne permettent pas de trancher"),
        ("commune:S1004", "Il est probable que la part attendue"),
        ("commune:S1005", "Il est presque certain que la part attendue"),
        ("commune:S1006", "moins de 50 habitants de 15 ans et plus"),
        ("commune:S2002", "pas de population par âge"),
        ("commune:S2003", "effectif trop petit"),
        ("commune:97401", "L’enquête n’a pas été menée ici"),
        ("", "Territoire synthétique"),
    ],
)
def test_the_card_says_the_sentence_of_the_record(app, client, selected, sentence):
    values = {"carte-question.data": "?r=R1&m=commune&q=threshold", "carte-selected.data": selected}
    card = texts(call(app, client, "carte-card.children", values, "carte-selected.data")["carte-card"]["children"])
    assert sentence in card
    assert "pas un comptage de personnes isolées" in card


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("st etienne", "commune:S1001"),
        ("SAINT-ÉTIENNE", "commune:S1001"),
        ("ste epr", "commune:S1002"),
        ("oeuvre", "commune:S1004"),
        ("97401", "commune:97401"),
        ("99002", "commune:S1003"),
        ("cc du nord", "epci:S11"),
    ],
)
def test_search_answers_names_codes_and_postcodes(app, client, typed, first):
    values = {"carte-search.searchValue": typed, "carte-question.data": ""}
    answer = call(app, client, "carte-search.data", values, "carte-search.searchValue")["carte-search"]["data"]
    assert answer[0]["value"] == first
    assert answer[0]["query"] == typed


# -- errors ----------------------------------------------------------------------------------------------------------


def test_an_unknown_scenario_is_one_alert(app, client):
    answer = call(app, client, "carte-answer.data", {"carte-question.data": "?sc=moon"}, "carte-question.data")
    assert "définition ou ce scénario" in texts(answer[ids.ALERT]["children"])
    assert set(answer) == {ids.ALERT}


def test_a_lost_database_is_one_alert_in_the_reader_s_language(tmp_path, workspace):
    path = synthetic.write(tmp_path / "gone.gpkg")
    app = create_app(open_store(str(path)), workspace, Settings(db=str(path)))
    path.unlink()
    client = app.server.test_client()
    values = {"carte-question.data": "?r=R1&lang=en"}
    answer = call(app, client, "carte-answer.data", values, "carte-question.data", "http://localhost/?r=R1&lang=en")
    assert "The database cannot be read at the moment" in texts(answer[ids.ALERT]["children"])


@pytest.mark.parametrize(("path", "is_lost"), [("/methode", True), ("/territoire", True), ("/scenarios", False)])
def test_a_page_that_cannot_be_drawn_is_a_sentence_in_its_frame(tmp_path, workspace, path, is_lost):
    database = synthetic.write(tmp_path / "gone.gpkg")
    app = create_app(open_store(str(database)), workspace, Settings(db=str(database)))
    if is_lost:
        database.unlink()
    answer = show(app, app.server.test_client(), path, "?s=epci:S11" if is_lost else "?p=0000000000")
    content = texts(answer["shell"]["children"])
    assert (
        "Cette vue ne peut pas être affichée" in content and "Méthode et données" in content and "Réessayer" in content
    )
    assert ("réessayez dans une minute" if is_lost else "pas dans cet espace de travail") in content
    # The same address, asked again, is drawn again.
    assert answer["shown"]["data"]["page"] != path


def test_a_new_build_is_served_without_restarting(tmp_path, workspace):
    path = synthetic.write(tmp_path / "served.gpkg")
    app = create_app(open_store(str(path)), workspace, Settings(db=str(path)))
    client = app.server.test_client()
    synthetic.write(tmp_path / "next.gpkg", content_hash="anotherbuild").replace(path)
    assert "anotherb" in texts(show(app, client, "/", "")["shell"]["children"])


# -- the page itself -------------------------------------------------------------------------------------------------


def test_the_first_page_carries_no_data_twice(client):
    """Dash sends the validation layout with the page: it must stay a list of identifiers."""
    assert len(client.get("/").data) < 42_000


def test_two_applications_do_not_mix(store, workspace, database):
    first, second = (create_app(store, workspace, Settings(db=str(database))) for _ in range(2))
    assert set(first.callback_map) == set(second.callback_map)


def test_pages_are_drawn_once_for_all_applications_over_a_build(tmp_path, workspace):
    path = synthetic.write(tmp_path / "served.gpkg")
    store, settings = open_store(str(path)), Settings(db=str(path))
    first, second = (create_app(store, workspace, settings).validation_layout for _ in range(2))
    assert first is second
    synthetic.write(tmp_path / "next.gpkg", content_hash="anotherbuild").replace(path)
    assert create_app(store, workspace, settings).validation_layout is not first


def test_the_card_names_the_nearest_services_of_the_three_families(app, client):
    values = {"carte-question.data": "?r=R1&m=commune", "carte-selected.data": "commune:S1001"}
    answer = call(app, client, "carte-nearest.children", values, "carte-selected.data")
    content = texts(answer["carte-nearest"]["children"])
    for family in ("Citoyens et bénévoles", "Institutions publiques", "Professionnels du soin"):
        assert family in content
    assert "Comment est-ce calculé" in content
    nothing = call(app, client, "carte-nearest.children", values | {"carte-selected.data": ""}, "carte-selected.data")
    assert nothing["carte-nearest"]["children"] == []


@pytest.mark.parametrize(("query", "line"), [("", "la part nationale ("), ("?q=threshold", "10 %"), ("?t=12", "12 %")])
def test_the_card_answers_the_question_that_is_asked(app, client, query, line):
    values = DEFAULTS | {"carte-question.data": query, "carte-selected.data": "commune:S1001"}
    content = texts(call(app, client, "carte-card.children", values, "carte-selected.data")["carte-card"]["children"])
    plain = content.replace("\u202f", " ")
    first = min(plain.find("Seuil de"), plain.find("Part nationale"))
    assert plain[first:].startswith("Part nationale" if query == "" else "Seuil de")
    assert f"dépasse {line}" in plain or f"ne dépasse pas {line}" in plain
