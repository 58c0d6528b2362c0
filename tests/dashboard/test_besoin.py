"""Page "Besoin et réponses": what is on screen, in the file and in the sentence is the same, and can be contested."""

import io
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from dashboard import table
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.pages.besoin import controls, export, ids, view
from dashboard.pages.besoin.card import card, effect
from dashboard.pages.besoin.layout import layout
from dashboard.pages.carte import export as carte_export
from dashboard.pages.carte.card import card as carte_card
from dashboard.settings import Settings
from dashboard.state import Choice, SecondMap, read
from dashboard.text import need
from dashboard.text import response as response_text
from geodata.pathway import Pathway
from geodata.response import Link, Quadrant, Together
from geodata.service import Family
from geodata.store import open_store
from geodata.territory import Level
from geodata.workspace import Statement, open_workspace
from tests.dashboard import synthetic


@pytest.fixture
def desk(tmp_path):
    """A workspace of its own: what a test corrects, no other one sees."""
    return open_workspace(str(tmp_path / "workspace.sqlite"))


def choice_of(query: str = "?r=R1&m=commune") -> Choice:
    return read(ids.PATH, query)[0]


def texts(component) -> str:
    """Every text of a component, in order."""
    if component is None:
        return ""
    if isinstance(component, (str, int, float)):
        return str(component)
    if isinstance(component, (list, tuple)):
        return " ".join(texts(part) for part in component)
    return texts(getattr(component, "children", None))


# --------------------------------------------------------------------------------------------------------- the address


def test_the_address_holds_minutes_families_quadrants_and_the_second_map():
    choice = choice_of("?min=15&fa=professional,citizen&k=need_few&w=responses")
    assert choice.minutes == 15
    assert choice.families == (Family.CITIZEN, Family.PROFESSIONAL)
    assert choice.quadrants == (Quadrant.FEW,)
    assert choice.beside is SecondMap.RESPONSES
    assert read(ids.PATH, choice.query)[0] == choice


def test_minutes_are_enumerated_as_each_language_does():
    told = {lang: json.dumps(view.columns(Choice(lang=lang)), ensure_ascii=False) for lang in ("fr", "en")}
    assert "à 15, 20 et 30 minutes" in told["fr"] and "at 15, 20, and 30 minutes" in told["en"]


@pytest.mark.parametrize("query", ["?min=0", "?min=61", "?min=soon", "?fa=army", "?k=many", "?w=aside"])
def test_what_cannot_be_read_is_said(query):
    choice, notices = read(ids.PATH, query)
    assert choice == Choice(page=ids.PATH)
    assert len(notices) == 1


def test_controls_write_the_choice(facts):
    choice = choice_of()
    assert controls.changed(facts, choice, ids.MINUTES, 30).minutes == 30
    assert controls.changed(facts, choice, ids.MINUTES, "").minutes == 20
    assert controls.changed(facts, choice, ids.FAMILIES, ["citizen"]).families == (Family.CITIZEN,)
    assert controls.changed(facts, choice, ids.FAMILIES, []).families == tuple(Family)
    assert controls.changed(facts, choice, ids.QUADRANTS, ["need_few"]).quadrants == (Quadrant.FEW,)
    assert controls.changed(facts, choice, ids.BESIDE, "responses").beside is SecondMap.RESPONSES
    assert controls.changed(facts, choice, ids.REGION, "R9").region == "R9"
    assert controls.changed(facts, choice, ids.CLICKED, "commune:S1002").selected == (Level.COMMUNE, "S1002")


# ------------------------------------------------------------------------------------------------- the same everywhere


@pytest.mark.parametrize(
    "query", ["?r=R1&m=commune&min=15", "?r=R1&m=epci", "?m=departement", "?r=R1&m=commune&fa=citizen"]
)
def test_counts_are_the_same_on_screen_in_the_file_and_in_the_sentence(client, facts, query):
    choice = choice_of(query)
    counts = view.counts(facts, choice)
    rows = view.rows(facts, choice)
    assert rows["quadrant"].value_counts().to_dict() == {q.value: n for q, n in counts.items() if n}
    file = pd.read_csv(io.BytesIO(client.get(view.file_href(choice, "csv")).data), sep=";", decimal=",")
    written = file["classe"].value_counts().to_dict()
    assert written == {need.quadrant(q, "fr"): n for q, n in counts.items() if n}
    few = f"{counts[Quadrant.FEW]} "
    assert need.count_sentence(counts, (), choice.mesh, "fr").startswith(few)
    assert file["minutes_demandees"].unique().tolist() == [choice.minutes]


def test_a_filter_leaves_the_same_rows_on_screen_and_in_the_file(client, facts):
    choice = choice_of("?r=R1&m=commune&min=15&k=need_few")
    file = pd.read_csv(io.BytesIO(client.get(view.file_href(choice, "csv")).data), sep=";", decimal=",")
    assert len(file) == view.counts(facts, choice)[Quadrant.FEW] > 0
    assert view.filter_model(choice)["quadrant"]["filter"] == "need_few"


def test_the_file_says_what_was_asked_and_the_outlines_come_with_it(client, tmp_path):
    choice = choice_of("?r=R1&m=commune&min=15")
    answer = client.get(view.file_href(choice, "gpkg"))
    assert "besoin-reponses" in answer.headers["Content-Disposition"]
    path = tmp_path / "besoin.gpkg"
    path.write_bytes(answer.data)
    drawn = gpd.read_file(path, layer="commune")
    assert len(drawn) == 9 and drawn.geometry.notna().all()
    parameters = gpd.read_file(path, layer="parametres").set_index("parametre")["valeur"]
    assert parameters["Minutes demandées"] == "15.0"
    assert "par la route" in parameters["Temps de trajet"] and "invented" in parameters["Modèles de trajet"]


@pytest.mark.parametrize("query", ["?r=R1&m=commune&min=15", "?r=R1&m=commune&min=15&w=responses"])
def test_a_picture_of_the_maps_says_what_was_asked_and_counts_as_the_screen_does(facts, query):
    choice = choice_of(query)
    stamp = export.stamp(facts, choice)
    needs, answers = stamp["maps"]
    assert (needs["id"], answers["id"]) == (ids.NEED_MAP, ids.ANSWER_MAP)
    for legend in (needs["legend"], answers["legend"]):
        assert sum(int(entry["label"].split("(")[-1].rstrip(")")) for entry in legend) == len(view.rows(facts, choice))
    crossed = {q.value: f"{need.quadrant_words('fr')[q]} ({n})" for q, n in view.counts(facts, choice).items()}
    shown = {entry["fill"]: entry["label"] for entry in answers["legend"]}
    assert shown == crossed if choice.beside is SecondMap.CROSSED else all(fill.startswith("answer-") for fill in shown)
    notes = " ".join(stamp["notes"])
    assert "15 minutes" in stamp["place"] and "seuil de 10" in notes and "Sources" in notes and choice.href in notes
    assert facts.version[:8] in notes and stamp["file"].endswith(".png")


# ----------------------------------------------------------------------------------------- known by its commune alone


@pytest.fixture
def placed_by_commune(database, tmp_path, desk):
    """The town hall of S1001 is known by its commune alone: at no minute of the point that stands for both."""
    path = shutil.copy(database, tmp_path / "commune.gpkg")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE service SET position = 'commune' WHERE id = 'synthetic--mairie-S1001'")
        for name in ("access", "family_access"):
            base.execute(f"UPDATE {name} SET travel_min = 0 WHERE service = 'synthetic--mairie-S1001'")
    return Facts(open_store(str(path)), desk)


def test_no_minutes_are_told_to_a_service_known_by_its_commune_alone(placed_by_commune):
    choice = choice_of("?r=R1&m=commune&s=commune:S1001")
    rows = view.rows(placed_by_commune, choice).set_index("code")
    assert rows.index[rows["here_institutional"].notna()].tolist() == ["S1001"]
    column = next(one for one in view.columns(choice) if one["field"] == "far_institutional")
    assert column["valueFormatter"]["function"] == "minutes(params.value, params.data.here_institutional, 'sur place')"
    file = export.rows(placed_by_commune, choice, "").set_index("code")["minutes_institutions_publiques"]
    assert file.index[file.isna()].tolist() == ["S1001"]
    content = texts(card(placed_by_commune, choice))
    assert "sur place" in content and "moins d’une minute" not in content


def test_the_map_tells_none_to_a_town_hall_known_by_its_commune_alone(placed_by_commune):
    choice = read("/", "?r=R1&m=commune&s=commune:S1001")[0]
    assert "Mairie la plus proche\u00a0: sur place." in texts(carte_card(placed_by_commune, choice))
    rows = placed_by_commune.rows(choice).set_index("code")
    assert rows.index[rows["here"].notna()].tolist() == ["S1001"]
    assert carte_export.table(placed_by_commune, choice, "").set_index("code")["minutes_mairie"].isna().sum() == 1
    column = next(one for one in table.columns(choice) if one["field"] == "minutes")
    assert column["valueFormatter"]["function"] == "minutes(params.value, params.data.here, 'sur place')"


# --------------------------------------------------------------------------------------------- not known is not a gap


def test_what_is_not_known_is_hatched_and_never_few(facts):
    rows = view.rows(facts, choice_of("?r=R1&m=commune&min=15&fa=professional")).set_index("code")
    assert rows.loc["S2001", ["answer", "quadrant"]].tolist() == [Together.UNKNOWN, Quadrant.UNKNOWN]
    assert rows.loc["S1001", ["answer", "quadrant"]].tolist() == [Together.FEW, Quadrant.FEW]


def test_a_family_known_nowhere_is_said_with_the_way_to_look_at_the_others(facts):
    said = view.missing_lists(facts, choice_of("?r=R9&m=commune"))
    assert "Citoyens" in texts(said) and "Professionnels" in texts(said)
    link = next(part for part in said[0].children if getattr(part, "href", None))
    assert read(ids.PATH, link.href.split("?")[1])[0].families == (Family.INSTITUTIONAL,)
    assert view.missing_lists(facts, choice_of("?r=R9&m=commune&fa=institutional")) == []


# ----------------------------------------------------------------------------------------------------------- the card


def test_the_card_opens_what_was_counted_and_what_is_not_known(facts):
    content = texts(card(facts, choice_of("?r=R1&m=commune&s=commune:S1002")))
    assert "=Association <b>fictive</b>" in content
    assert "Services synthétiques · vu le 01/01/2025" in content
    assert "Infirmier" in content
    assert "Parcours" in content
    unknown = texts(card(facts, choice_of("?r=R1&m=commune&s=commune:S2001")))
    assert "Non connu, ce qui ne veut pas dire «\u00a0aucun\u00a0»\u00a0: Association" in unknown


def test_a_pathway_that_lacks_something_says_whom_it_is_for_where_that_is_known(facts):
    told = {}
    for code in facts.store.territories(Level.COMMUNE)["code"]:
        choice = facts.checked(replace(Choice(page=ids.PATH), selected=(Level.COMMUNE, code)))[0]
        shown = texts(card(facts, choice))
        for chain in facts.responses(choice, Level.COMMUNE, code).pathways:
            if chain.of_state(Link.MISSING):
                sentence = response_text.concerned(chain.concerned, "fr")
                told.setdefault(chain.pathway, set()).add((chain.concerned is not None, sentence in shown))
    # Nobody counts the patients of the invented communes: no sentence stands for a number.
    assert told == {Pathway.OLDER_PEOPLE: {(True, True)}, Pathway.CANCER: {(False, False)}}


def test_the_card_lists_what_is_there_without_counting_apart_from_what_was_counted(tmp_path):
    path = synthetic.write(tmp_path / "invented.gpkg")
    synthetic.add_cinema(path)
    content = texts(card(Facts(open_store(str(path))), choice_of("?r=R1&m=commune&s=commune:S2001")))
    assert "Aussi à portée, sans compter comme réponse\u00a0: Cinéma." in content
    assert "Nombre de services sur place\xa0: non connu" in content
    assert "Comptent comme réponse" in content and "Ciné Fictif" not in content


@pytest.mark.parametrize(
    "query", ["", "?r=R1", "?m=departement&s=departement:S1", "?s=france:FR", "?m=commune", "?lang=en&s=commune:S2002"]
)
def test_the_page_is_drawn_for_every_choice(facts, query):
    page = layout(facts, choice_of(query))
    json.dumps([part.to_plotly_json() for part in page], default=str)
    assert "besoin" in page[-1].className


def test_the_quadrant_of_the_card_is_that_of_the_table(facts):
    for families in ("citizen", "institutional", "professional", "citizen,professional"):
        for code in ("S1001", "S1002", "S1005", "S2001", "S2002"):
            choice = choice_of(f"?r=R1&m=commune&fa={families}&s=commune:{code}")
            row = view.rows(facts, choice).set_index("code").loc[code]
            badge = next(part for part in card(facts, choice) if getattr(part, "className", "") == "badge")
            assert f"swatch-{row['quadrant']}" in badge.children[0].className


# ------------------------------------------------------------------------------------------------------------- contest


def send(app, **values) -> dict:
    """The form as the browser sends it."""
    filled = {
        ids.CATEGORY: "infirmier",
        ids.STATEMENT: "assert",
        ids.SERVICE: None,
        ids.WHO: "Délégation",
        ids.WHY: "Vu.",
        ids.QUANTITY: None,
    }
    filled |= {ids.SELECTED: "commune:97401", ids.QUESTION: "?r=R9&m=commune"} | values
    state = [
        {"id": name, "property": "data" if name in (ids.SELECTED, ids.QUESTION) else "value", "value": value}
        for name, value in filled.items()
    ]
    answered = [(ids.CHANGED, "data"), (ids.SAVED, "children")]
    answered += [(field, "error") for field in (ids.CATEGORY, ids.WHO, ids.WHY, ids.QUANTITY)]
    body = {
        "output": f"..{'...'.join(f'{name}.{prop}' for name, prop in answered)}..",
        "outputs": [{"id": name, "property": prop} for name, prop in answered],
        "inputs": [{"id": ids.SEND, "property": "n_clicks", "value": 1}],
        "changedPropIds": [f"{ids.SEND}.n_clicks"],
        "state": state,
    }
    return app.server.test_client().post("/_dash-update-component", json=body)


def saved(answer) -> str:
    """What the form answers."""
    return answer.get_json()["response"][ids.SAVED]["children"]["props"]["children"]


def test_a_correction_changes_the_result_and_is_logged_with_who_when_and_why(store, desk, database):
    app, known = create_app(store, desk, Settings(db=str(database))), Facts(store, desk)
    choice = choice_of("?r=R9&m=commune&fa=professional&s=commune:97401")
    before = view.rows(known, choice).set_index("code").at["97401", "quadrant"]
    answer = send(app)
    assert answer.status_code == 200, answer.data
    after = view.rows(known, choice).set_index("code").at["97401", "quadrant"]
    assert (before, after) == (Quadrant.UNKNOWN, Quadrant.PRESENT)
    (written,) = desk.corrections.list()
    assert (written.code_insee, written.category, written.statement) == ("97401", "infirmier", Statement.ASSERT)
    content = texts(card(known, choice))
    assert "Délégation" in content and "Vu." in content and "Correction de l’agence" in content
    assert any(entry.noun == "correction" and entry.who == "Délégation" for entry in desk.audit.list())
    assert saved(answer).startswith("Enregistré le") and "par Délégation." in saved(answer)
    told = texts(effect(known, choice))
    assert "Professionnels du soin et de l’accompagnement\u00a0: non connu" in told and "→ à portée" in told
    # The same button, pressed again, writes nothing more.
    again = send(app)
    assert desk.corrections.list() == (written,) and saved(again).startswith("Déjà enregistré le")
    file = export.rows(known, choice, "http://localhost/")
    assert file["corrections_prises_en_compte"].unique().tolist() == [1]


@pytest.mark.parametrize(
    ("is_required", "at_fault"),
    [
        # Nurses are listed one by one in the invented country: nothing is only counted.
        ({ids.STATEMENT: "count", ids.QUANTITY: 12}, ids.CATEGORY),
        ({ids.STATEMENT: "count", ids.QUANTITY: ""}, ids.QUANTITY),
    ],
)
def test_a_number_is_asked_for_and_only_of_what_is_counted(store, desk, database, is_required, at_fault):
    answer = send(create_app(store, desk, Settings(db=str(database))), **is_required)
    assert desk.corrections.list() == ()
    assert answer.get_json()["response"][at_fault]["error"]


@pytest.mark.parametrize("missing", [{ids.CATEGORY: None}, {ids.WHO: " "}, {ids.WHY: ""}, {ids.SELECTED: ""}])
def test_a_correction_without_who_or_why_is_not_written(store, desk, database, missing):
    app = create_app(store, desk, Settings(db=str(database)))
    answer = send(app, **missing)
    assert desk.corrections.list() == ()
    field = next(iter(missing))
    if field != ids.SELECTED:
        # The field at fault says so itself.
        assert answer.get_json()["response"][field]["error"]
