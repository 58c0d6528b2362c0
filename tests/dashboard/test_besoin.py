"""Page "Besoin et réponses": what is on screen, in the file and in the sentence is the same, and can be contested."""

import io
import json

import geopandas as gpd
import pandas as pd
import pytest

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.pages.besoin import export, ids, moves, view
from dashboard.pages.besoin.card import card
from dashboard.pages.besoin.layout import layout
from dashboard.settings import Settings
from dashboard.state import Beside, Choice, read
from dashboard.text import need
from geodata.response import Quadrant, Together
from geodata.service import Family
from geodata.store import open_store
from geodata.territory import Level
from geodata.workspace import Statement, open_workspace
from tests.dashboard import synthetic


@pytest.fixture
def desk(tmp_path):
    """A workspace of its own: what a test corrects, no other one sees."""
    return open_workspace(str(tmp_path / "workspace.sqlite"))


def asked(query: str = "?r=R1&m=commune") -> Choice:
    return read(moves.PATH, query)[0]


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
    choice = asked("?min=15&fa=professional,citizen&k=need_few&w=responses")
    assert choice.minutes == 15
    assert choice.families == (Family.CITIZEN, Family.PROFESSIONAL)
    assert choice.quadrants == (Quadrant.FEW,)
    assert choice.beside is Beside.RESPONSES
    assert read(moves.PATH, choice.query)[0] == choice


@pytest.mark.parametrize("query", ["?min=0", "?min=61", "?min=soon", "?fa=army", "?k=many", "?w=aside"])
def test_what_cannot_be_read_is_said(query):
    choice, notices = read(moves.PATH, query)
    assert choice == Choice(page=moves.PATH)
    assert len(notices) == 1


def test_controls_write_the_choice(known):
    choice = asked()
    assert moves.changed(known, choice, ids.MINUTES, 30).minutes == 30
    assert moves.changed(known, choice, ids.MINUTES, "").minutes == 20
    assert moves.changed(known, choice, ids.FAMILIES, ["citizen"]).families == (Family.CITIZEN,)
    assert moves.changed(known, choice, ids.FAMILIES, []).families == tuple(Family)
    assert moves.changed(known, choice, ids.QUADRANTS, ["need_few"]).quadrants == (Quadrant.FEW,)
    assert moves.changed(known, choice, ids.BESIDE, "responses").beside is Beside.RESPONSES
    assert moves.changed(known, choice, ids.REGION, "R9").region == "R9"
    assert moves.changed(known, choice, ids.CLICKED, "commune:S1002").selected == (Level.COMMUNE, "S1002")


# ------------------------------------------------------------------------------------------------- the same everywhere


@pytest.mark.parametrize(
    "query", ["?r=R1&m=commune&min=15", "?r=R1&m=epci", "?m=departement", "?r=R1&m=commune&fa=citizen"]
)
def test_counts_are_the_same_on_screen_in_the_file_and_in_the_sentence(client, known, query):
    choice = asked(query)
    counts = view.counts(known, choice)
    rows = view.rows(known, choice)
    assert rows["quadrant"].value_counts().to_dict() == {q.value: n for q, n in counts.items() if n}
    file = pd.read_csv(io.BytesIO(client.get(view.file_href(choice, "csv")).data), sep=";", decimal=",")
    written = file["classe"].value_counts().to_dict()
    assert written == {need.quadrant(q, "fr"): n for q, n in counts.items() if n}
    few = f"{counts[Quadrant.FEW]} "
    assert need.count_sentence(counts, (), choice.mesh, "fr").startswith(few)
    assert file["minutes_demandees"].unique().tolist() == [choice.minutes]


def test_a_filter_leaves_the_same_rows_on_screen_and_in_the_file(client, known):
    choice = asked("?r=R1&m=commune&min=15&k=need_few")
    file = pd.read_csv(io.BytesIO(client.get(view.file_href(choice, "csv")).data), sep=";", decimal=",")
    assert len(file) == view.counts(known, choice)[Quadrant.FEW] > 0
    assert view.filter_model(choice)["quadrant"]["filter"] == "need_few"


def test_the_file_says_what_was_asked_and_the_outlines_come_with_it(client, tmp_path):
    choice = asked("?r=R1&m=commune&min=15")
    answer = client.get(view.file_href(choice, "gpkg"))
    assert "besoin-reponses" in answer.headers["Content-Disposition"]
    path = tmp_path / "besoin.gpkg"
    path.write_bytes(answer.data)
    drawn = gpd.read_file(path, layer="commune")
    assert len(drawn) == 9 and drawn.geometry.notna().all()
    parameters = gpd.read_file(path, layer="parametres").set_index("parametre")["valeur"]
    assert parameters["minutes_demandees"] == "15.0"
    assert "invented" in parameters["temps_de_trajet"]


@pytest.mark.parametrize("query", ["?r=R1&m=commune&min=15", "?r=R1&m=commune&min=15&w=responses"])
def test_a_picture_of_the_maps_says_what_was_asked_and_counts_as_the_screen_does(known, query):
    choice = asked(query)
    stamp = export.stamp(known, choice)
    needs, answers = stamp["maps"]
    assert (needs["id"], answers["id"]) == (ids.NEED_MAP, ids.ANSWER_MAP)
    for legend in (needs["legend"], answers["legend"]):
        assert sum(int(entry["label"].split("(")[-1].rstrip(")")) for entry in legend) == len(view.rows(known, choice))
    crossed = {q.value: f"{need.quadrant_words('fr')[q]} ({n})" for q, n in view.counts(known, choice).items()}
    shown = {entry["fill"]: entry["label"] for entry in answers["legend"]}
    assert shown == crossed if choice.beside is Beside.CROSSED else all(fill.startswith("answer-") for fill in shown)
    notes = " ".join(stamp["notes"])
    assert "15 minutes" in stamp["place"] and "seuil de 10" in notes and "Sources" in notes and choice.href in notes
    assert known.version[:8] in notes and stamp["file"].endswith(".png")


# --------------------------------------------------------------------------------------------- not known is not a gap


def test_what_is_not_known_is_hatched_and_never_few(known):
    rows = view.rows(known, asked("?r=R1&m=commune&min=15&fa=professional")).set_index("code")
    assert rows.loc["S2001", ["answer", "quadrant"]].tolist() == [Together.UNKNOWN, Quadrant.UNKNOWN]
    assert rows.loc["S1001", ["answer", "quadrant"]].tolist() == [Together.FEW, Quadrant.FEW]


def test_a_family_known_nowhere_is_said_with_the_way_to_look_at_the_others(known):
    said = view.unknown(known, asked("?r=R9&m=commune"))
    assert "Citoyens" in texts(said) and "Professionnels" in texts(said)
    link = next(part for part in said[0].children if getattr(part, "href", None))
    assert read(moves.PATH, link.href.split("?")[1])[0].families == (Family.INSTITUTIONAL,)
    assert view.unknown(known, asked("?r=R9&m=commune&fa=institutional")) == []


# ----------------------------------------------------------------------------------------------------------- the card


def test_the_card_opens_what_was_counted_and_what_is_not_known(known):
    said = texts(card(known, asked("?r=R1&m=commune&s=commune:S1002")))
    assert "=Association <b>fictive</b>" in said
    assert "Services synthétiques · 2025-01-01" in said
    assert "Infirmier" in said
    assert "Parcours" in said
    unknown = texts(card(known, asked("?r=R1&m=commune&s=commune:S2001")))
    assert "Non connu, ce qui ne veut pas dire «\u00a0aucun\u00a0»\u00a0: Association" in unknown


def test_the_card_lists_what_is_there_without_counting_apart_from_what_was_counted(tmp_path):
    path = synthetic.write(tmp_path / "invented.gpkg")
    synthetic.add_cinema(path)
    said = texts(card(Facts(open_store(str(path))), asked("?r=R1&m=commune&s=commune:S2001")))
    assert "Aussi à portée, sans compter comme réponse\u00a0: Cinéma." in said
    assert "Nombre de services sur place\xa0: non connu" in said
    assert "Comptent comme réponse" in said and "Ciné Fictif" not in said


@pytest.mark.parametrize(
    "query", ["", "?r=R1", "?m=departement&s=departement:S1", "?s=france:FR", "?m=commune", "?lang=en&s=commune:S2002"]
)
def test_the_page_is_drawn_for_every_choice(known, query):
    page = layout(known, asked(query))
    json.dumps([part.to_plotly_json() for part in page], default=str)
    assert "besoin" in page[-1].className


def test_the_quadrant_of_the_card_is_that_of_the_table(known):
    for families in ("citizen", "institutional", "professional", "citizen,professional"):
        for code in ("S1001", "S1002", "S1005", "S2001", "S2002"):
            choice = asked(f"?r=R1&m=commune&fa={families}&s=commune:{code}")
            row = view.rows(known, choice).set_index("code").loc[code]
            badge = next(part for part in card(known, choice) if getattr(part, "className", "") == "badge")
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
    }
    filled |= {ids.SELECTED: "commune:97401", ids.QUESTION: "?r=R9&m=commune"} | values
    state = [
        {"id": name, "property": "data" if name in (ids.SELECTED, ids.QUESTION) else "value", "value": value}
        for name, value in filled.items()
    ]
    body = {
        "output": f"{ids.CHANGED}.data",
        "outputs": {"id": ids.CHANGED, "property": "data"},
        "inputs": [{"id": ids.SEND, "property": "n_clicks", "value": 1}],
        "changedPropIds": [f"{ids.SEND}.n_clicks"],
        "state": state,
    }
    return app.server.test_client().post("/_dash-update-component", json=body)


def test_a_correction_changes_the_result_and_is_logged_with_who_when_and_why(store, desk, database):
    app, known = create_app(store, desk, Settings(db=str(database))), Facts(store, desk)
    choice = asked("?r=R9&m=commune&fa=professional&s=commune:97401")
    before = view.rows(known, choice).set_index("code").at["97401", "quadrant"]
    answer = send(app)
    assert answer.status_code == 200, answer.data
    after = view.rows(known, choice).set_index("code").at["97401", "quadrant"]
    assert (before, after) == (Quadrant.UNKNOWN, Quadrant.PRESENT)
    (written,) = desk.corrections.list()
    assert (written.code_insee, written.category, written.statement) == ("97401", "infirmier", Statement.ASSERT)
    said = texts(card(known, choice))
    assert "Délégation" in said and "Vu." in said and "Correction de l’agence" in said
    assert any(entry.noun == "correction" and entry.who == "Délégation" for entry in desk.audit.list())
    file = export.rows(known, choice, "http://localhost/")
    assert file["corrections_prises_en_compte"].unique().tolist() == [1]


@pytest.mark.parametrize("missing", [{ids.CATEGORY: None}, {ids.WHO: " "}, {ids.WHY: ""}, {ids.SELECTED: ""}])
def test_a_correction_without_who_or_why_is_not_written(store, desk, database, missing):
    app = create_app(store, desk, Settings(db=str(database)))
    send(app, **missing)
    assert desk.corrections.list() == ()
