"""The CSV is the table on screen, opens in a French spreadsheet, and runs nothing there."""

import csv
import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import brotli
import geopandas as gpd
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dashboard import export as shared
from dashboard import text
from dashboard.headings import heading
from dashboard.i18n import words
from dashboard.pages.carte import export
from dashboard.spreadsheet import BOM, csv_bytes, xlsx_bytes
from dashboard.state import Choice, Line, NotAsked, read
from dashboard.text import sentences, travel
from geodata import schema
from geodata.errors import UnknownScenario, UnknownTerritory
from geodata.estimate import Verdict
from geodata.survey import definition_of
from geodata.territory import Level

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def number(cell: str) -> float:
    """A cell of a French spreadsheet: 0,5 or 12,4321%."""
    value = float(cell.rstrip("%").replace(",", "."))
    return value / 100 if cell.endswith("%") else value


def parse(body: bytes) -> list[dict]:
    text = body.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))


def written(facts, choice: Choice, address: str = "") -> list[dict]:
    """The CSV of a choice, read back."""
    rows = export.table(facts, choice, address)
    return parse(csv_bytes(rows, shared.percents(rows.columns)))


def test_french_spreadsheets_read_it():
    frame = pd.DataFrame({"nom": ["Œuvre", "a;b"], "part": [0.125, None], "code": ["01004", "2A004"]})
    body = csv_bytes(frame)
    assert body.startswith(b"\xef\xbb\xbf")
    assert csv_bytes(frame, {"part"}).decode("utf-8-sig").splitlines()[1] == "Œuvre;12,5%;01004"
    assert body.decode("utf-8-sig") == 'nom;part;code\r\nŒuvre;0,125;01004\r\n"a;b";;2A004\r\n'


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u202f+1", "＝1", "＠A"]
)
def test_text_that_looks_like_a_formula_is_disarmed(text):
    row = parse(csv_bytes(pd.DataFrame({"nom": [text]})))[0]
    assert row["nom"] == "'" + text


def test_negative_numbers_stay_numbers():
    assert parse(csv_bytes(pd.DataFrame({"x": [-0.5]})))[0]["x"] == "-0,5"


def test_each_row_says_what_it_is(facts):
    choice = Choice(region="R1", mesh=Level.COMMUNE, threshold=0.125)
    rows = written(facts, choice, "http://x/?r=R1")
    first = rows[0]
    assert (
        first["definition"] == "Isolement relationnel (cinq réseaux)" and first["scenario"] == "Hypothèses de référence"
    )
    assert first["seuil"] == "12,5%" and first["nature"] == "Estimation modélisée"
    assert first["empreinte_base"] == "synthetic0123456789" and first["geographie"] == "01/01/2025"
    assert first["adresse"] == "http://x/?r=R1" and first["comparaison"] == "La part nationale"
    assert first["niveau"] == "commune" and first["departement"] == "Département synthétique"
    # Sources are long: once, in a file or a sheet of their own.
    assert not [column for column in first if "source" in column]


def test_a_workbook_says_once_what_it_is_and_has_headings_in_words(client):
    body = client.get("/export/carte.xlsx?r=R1&m=commune").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["Territoires", "À propos"]
    head, *rows = book.get_sheet_by_name("Territoires").to_python()
    assert head[:5] == ["Maille", "Code", "Nom", "Département", "Classe"] and len(rows) == 9
    assert not [name for name in head if "_" in name]
    about = book.get_sheet_by_name("À propos").to_python()
    assert ["Source", "Recensement synthétique (Institut inventé), 2021"] in about
    assert ["Adresse de cette vue", "http://localhost/?r=R1&m=commune"] in about


@pytest.mark.parametrize("name", ["carte", "besoin", "commencer"])
@pytest.mark.parametrize("query", ["?r=R1&m=commune", "?r=R1", "?i=share_75_plus&r=R1"])
def test_every_file_speaks_plain_french(client, name, query):
    text = client.get(f"/export/{name}.csv{query}").data.decode("utf-8-sig")
    for word in ("five_networks", "default", "crow-fly", "{", "threshold", "national;", "2025-01-01"):
        assert word not in text, word
    workbook = client.get(f"/export/{name}.xlsx{query}")
    assert workbook.status_code == 200 and workbook.headers["Content-Disposition"].endswith('.xlsx"')


def test_sources_have_a_file_of_their_own(client):
    rows = parse(client.get("/export/sources.csv").data)
    assert {"titre", "producteur", "periode", "licence"} == set(rows[0]) and len(rows) > 1


def test_the_survey_comes_first_then_every_source_with_its_period(facts):
    choice = Choice(definition="loneliness")
    rows, held = shared.source_rows(facts, choice), facts.store.sources()
    assert rows.columns.tolist() == ["titre", "producteur", "periode", "licence"]
    assert rows.index.tolist() == list(range(len(held) + 1))
    assert rows["titre"].tolist() == [definition_of("loneliness").source, *held["title"]]
    assert rows["periode"].tolist()[1:] == [text.period(vintage, "fr") for vintage in held["vintage"]]
    assert rows.loc[0, ["producteur", "periode", "licence"]].isna().all()


def test_a_file_of_need_says_what_was_asked_and_how_travel_was_told(facts):
    choice = Choice(region="R1", mesh=Level.COMMUNE, minutes=25)
    columns = shared.crossed_columns(facts, choice, "http://x/besoin")
    methods = " + ".join(facts.store.travel_methods())
    assert columns == {
        "minutes_demandees": 25,
        "familles_demandees": "; ".join(text.family(family, "fr") for family in choice.families),
        "temps_de_trajet": travel.short(methods, "fr"),
        "corrections_prises_en_compte": len(facts.corrections()),
        **shared.question_columns(facts, choice, "http://x/besoin"),
    }
    assert "; " in columns["familles_demandees"]
    models = {"modeles_de_trajet": travel.details(methods, "fr")}
    assert shared.crossed_about(facts, choice, "http://x/besoin") == columns | models


def test_a_workbook_holds_its_question_once_and_shares_as_shares():
    rows = pd.DataFrame({"nom": ["Ici"], "part": [0.12], "ecart": [0.5], "seuil": [0.1]})
    more = pd.DataFrame({"titre": ["Recensement"]})
    body = shared.workbook(
        None, Choice(lang="en"), rows, {"seuil": 0.1}, title="Essai", sources_=["Insee"], more={"ecart"},
        sheets=[("Sources", more)],
    )  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["Territories", "Sources", "About this file"]
    figures, listed, about = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert figures == [[heading(name) for name in ("nom", "part", "ecart")], ["Ici", 0.12, 0.5]]
    assert listed == [[heading("titre")], ["Recensement"]]
    assert about[1:] == [[heading("seuil"), text.percent(0.1, "en")], ["Source", "Insee"]]
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        core = ElementTree.fromstring(parts.read("docProps/core.xml"))
        cells = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml")).iter(f"{SHEET}c")
    told = {one.tag.rpartition("}")[2]: one.text for one in core}
    assert told["title"] == "Essai" and told["created"].endswith("T00:00:00Z")
    styles = {cell.get("r"): cell.get("s") for cell in cells}
    assert styles["B2"] == styles["C2"] != styles.get("A2")


def test_a_file_has_its_kind_and_its_name_and_is_kept_by_nobody_on_the_way():
    answer = shared.attachment(b"a;b", "text/csv", "carte.csv")
    assert (answer.data, answer.mimetype) == (b"a;b", "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="carte.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_geopackage_is_sent_whole_and_is_kept_by_nobody_on_the_way(app):
    written = []

    def write(path):
        path.write_bytes(b"SQLite format 3")
        written.append(path)

    with app.server.test_request_context():
        answer = shared.geopackage_answer(write, "carte.gpkg")
        answer.direct_passthrough = False
        assert answer.get_data() == b"SQLite format 3"
    assert written[0].suffix == ".gpkg" and not written[0].exists()
    assert answer.mimetype == "application/geopackage+sqlite3" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "attachment; filename=carte.gpkg"


@pytest.mark.parametrize(("region", "mesh"), [("FR", Level.REGION), ("R9", Level.COMMUNE)])
def test_a_geopackage_draws_the_country_or_the_region_that_was_asked(facts, tmp_path, region, mesh):
    choice = Choice(region=region, mesh=mesh)
    rows = facts.rows(choice)[["code", "name"]]
    shared.write_geopackage(facts, choice, rows, pd.DataFrame({"valeur": [1]}), tmp_path / "a.gpkg", {})
    drawn = gpd.read_file(tmp_path / "a.gpkg", layer=mesh.value)
    assert drawn["code"].tolist() == rows["code"].tolist() and drawn.geometry.notna().all()
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as book:
        titles = dict(book.execute("SELECT table_name, identifier FROM gpkg_contents"))
    # Nothing is painted where there are no classes.
    assert titles == {
        mesh.value: text.levels(mesh, "fr"), "parametres": words("fr")("What was asked, and the sources"),
    }  # fmt: skip


def test_rejects_say_where_and_why_in_the_readers_language(facts):
    stored = facts.store.rejects()
    rows = shared.rejects(facts, None, "fr")
    assert (
        rows.columns.tolist() == ["numero", "source", "ligne", "identifiant", "motif"] and len(rows) == len(stored) > 0
    )
    for column, name in (("numero", "id"), ("source", "source"), ("ligne", "row"), ("identifiant", "key")):
        assert rows[column].tolist() == stored[name].tolist(), column
    assert rows["motif"].tolist() == [
        sentences.worded(reason, details, "fr")
        for reason, details in zip(stored["reason"], stored["details"], strict=True)
    ]
    assert rows["motif"].tolist() != shared.rejects(facts, None, "en")["motif"].tolist()
    source = stored["source"].iloc[0]
    assert set(shared.rejects(facts, source, "fr")["source"]) == {source}
    assert shared.rejects(facts, "unheard_of", "fr").empty


def test_the_dictionary_names_every_column_its_type_its_unit_and_what_it_means():
    rows = shared.dictionary(schema.metadata, "fr")
    assert rows.columns.tolist() == ["table", "colonne", "type", "unite", "peut_etre_vide", "sens"]
    columns = [column for table in schema.metadata.sorted_tables for column in table.columns]
    assert rows["table"].tolist() == [column.table.name for column in columns]
    assert rows["colonne"].tolist() == [column.name for column in columns]
    assert rows["type"].tolist() == [type(column.type).__name__ for column in columns]
    assert rows["unite"].tolist() == [column.info.get("unit") or "" for column in columns]
    assert rows["peut_etre_vide"].tolist() == ["oui" if column.nullable else "non" for column in columns]
    assert rows["sens"].tolist() == [words("fr")(column.comment) for column in columns]
    assert rows["sens"].tolist() != shared.dictionary(schema.metadata, "en")["sens"].tolist()


def test_rows_are_those_of_the_screen(facts):
    choice = Choice(region="R1", mesh=Level.COMMUNE)
    rows = written(facts, choice)
    screen = facts.screen_rows(choice)
    assert [row["code"] for row in rows] == list(screen["code"])
    for row, shown in zip(rows, screen.itertuples(), strict=True):
        assert (row["part_attendue"] == "") == pd.isna(shown.share)
        if row["part_attendue"]:
            assert number(row["part_attendue"]) == pytest.approx(shown.share, rel=1e-4)
            figures = {
                "probabilite_seuil": shown.p_above,
                "borne_basse": shown.low,
                "borne_haute": shown.high,
                "personnes_isolees_basse": shown.people_low,
                "personnes_isolees_haute": shown.people_high,
            }
            for column, value in figures.items():
                said = number(row[column] or "nan")
                assert said == pytest.approx(value, rel=1e-4, abs=1e-6, nan_ok=True), column


def test_unpublished_rows_hold_no_figure_and_say_why(facts):
    rows = written(facts, Choice(region="R1", mesh=Level.COMMUNE))
    hidden = {row["nom"]: row for row in rows if row["classe"] == "non publié"}
    assert set(hidden) == {"Trois-Foyers", "Sans-Recensement"}
    assert hidden["Trois-Foyers"]["part_attendue"] == hidden["Trois-Foyers"]["personnes_isolees"] == ""
    assert hidden["Trois-Foyers"]["motif_non_publication"] == "moins de 50 habitants de 15 ans et plus"


def test_the_filter_on_classes_is_followed(facts):
    choice = Choice(region="R1", mesh=Level.COMMUNE, verdicts=(Verdict.ABOVE, Verdict.BELOW))
    rows = written(facts, choice)
    assert {row["classe"] for row in rows} == {"dépasse", "en dessous"}


def test_the_file_name_says_what_it_holds(facts):
    choice, _ = read("/", "?r=R1&m=commune&t=12.5&v=above")
    assert (
        export.file_name(facts, choice, "csv")
        == "reliance_territoire-synthetique_communes_seuil-12-5_depasse_syntheti.csv"
    )
    assert (
        export.file_name(facts, Choice(line="national"), "png") == "reliance_france_epci_moyenne-nationale_syntheti.png"
    )


def test_probabilities_at_the_usual_lines_fall_and_robustness_is_said(facts):
    choice = Choice(region="R1", mesh=Level.COMMUNE, line=Line.THRESHOLD, threshold=0.12)
    rows = written(facts, choice)
    told = [row for row in rows if row["part_attendue"]]
    for row in told:
        falling = [number(row[f"probabilite_{t}_pourcent"]) for t in (5, 8, 10, 12, 15)]
        assert falling == sorted(falling, reverse=True)
        assert row["probabilite_12_pourcent"] == row["probabilite_seuil"]
    for row in told:
        said = {"", "non"} if row["classe"] == text.verdict(Verdict.UNDECIDED, "fr") else {"oui", "non"}
        assert row["robuste"] in said
    assert {(row["probabilite_10_pourcent"], row["robuste"]) for row in rows if not row["part_attendue"]} == {("", "")}


def test_a_workbook_keeps_numbers_and_runs_nothing():
    frame = pd.DataFrame({"nom": ["=1+1", "Bédarieux", None], "part": [0.12, None, 3.0]})
    body = xlsx_bytes([("Feuille", frame)], title="Essai", made_on=datetime(2026, 11, 25))
    assert body == xlsx_bytes([("Feuille", frame)], title="Essai", made_on=datetime(2026, 11, 25))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("Feuille")
    assert sheet.to_python() == [["nom", "part"], ["'=1+1", 0.12], ["Bédarieux", ""], ["", 3.0]]


def test_the_geopackage_holds_the_same_rows_with_their_outlines(client, facts, tmp_path):
    answer = client.get("/export/carte.gpkg?r=R1&m=commune&t=12.5")
    assert answer.mimetype == "application/geopackage+sqlite3"
    path = tmp_path / "carte.gpkg"
    path.write_bytes(answer.data)
    drawn, asked = gpd.read_file(path, layer="commune"), gpd.read_file(path, layer="parametres")
    with closing(sqlite3.connect(path)) as book:
        assert book.execute("PRAGMA user_version").fetchone() == (10200,)
        titles = dict(book.execute("SELECT table_name, identifier FROM gpkg_contents"))
        ((name, qml),) = book.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
    assert (titles["commune"], name) == ("Communes", "commune")
    painted = ElementTree.fromstring(qml[qml.index("<qgis") :])
    values = {one.get("value") for one in painted.iter("category")}
    assert set(drawn["classe"]) <= values == {text.verdict(verdict, "fr") for verdict in Verdict}
    assert next(painted.iter("renderer-v2")).get("attr") == "classe"
    aliases = {one.get("field"): one.get("name") for one in painted.iter("alias")}
    assert set(aliases) == set(drawn.columns) - {"geometry"} and aliases["part_attendue"] == "Part attendue"
    rows = facts.rows(Choice(region="R1", mesh=Level.COMMUNE, threshold=0.125))
    assert list(drawn["code"]) == list(rows["code"])
    assert drawn.geometry.notna().all() and drawn.crs.to_epsg() == 4326
    # What may not be published is not in the file either.
    few = drawn.set_index("code").loc["S1006"]
    assert few[["part_attendue", "borne_basse", "probabilite_seuil", "personnes_isolees"]].isna().all()
    assert asked.set_index("parametre").loc["Seuil", "valeur"] == "12,5\u202f%"


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("?r=99", 404, "Ce territoire n’est pas dans la base"),
        ("?d=nope", 404, "Rien n’a été estimé pour cette définition"),
        ("?t=0", 400, "t = 0 n’est pas possible\u00a0: entre 1 et 50\u202f%."),
        ("?t=100", 400, "t = 100 n’est pas possible\u00a0: entre 1 et 50\u202f%."),
        ("?min=99", 400, "min = 99 n’est pas possible\u00a0: entre 5 et 60\u00a0minutes."),
        ("?m=quartier", 400, "L’adresse contient une valeur inconnue ici (m = quartier)."),
    ],
)
@pytest.mark.parametrize("file", ["carte.csv", "besoin.xlsx"])
def test_a_file_that_cannot_be_asked_for_says_why_in_one_sentence(client, file, query, status, message):
    answer = client.get(f"/export/{file}{query}")
    told = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert told.replace("\u00a0", " ").startswith(message.replace("\u00a0", " "))


@pytest.mark.parametrize("page", ["carte", "besoin", "commencer"])
def test_a_table_is_compressed_on_its_way(client, page):
    query = f"/export/{page}.csv?r=R1&m=commune"
    plain = client.get(query, headers={"Accept-Encoding": "identity"})
    sent = client.get(query, headers={"Accept-Encoding": "br"})
    assert sent.headers["Content-Encoding"] == "br" and brotli.decompress(sent.data) == plain.data
    assert len(sent.data) < len(plain.data) / 3


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("?r=R99", UnknownTerritory, "r=R99 is not in this database."),
        ("?r=R1&s=commune:S9999", UnknownTerritory, "s=commune:S9999 is not in this database."),
        ("?r=R1&sc=nope", UnknownScenario, "sc=nope is not in this database."),
        ("?r=R1&d=nope", UnknownScenario, "d=nope is not in this database."),
        ("?r=R1&t=0", NotAsked, None),
    ],
)
def test_a_file_never_answers_another_question_than_that_of_its_address(app, facts, query, error, message):
    with app.server.test_request_context(f"/export/carte.csv{query}"), pytest.raises(error) as refused:
        shared.requested(facts, "/")
    assert message is None or str(refused.value) == message


def test_a_file_answers_the_question_of_its_address(app, facts):
    asked = Choice(region="R1", mesh=Level.COMMUNE, line=Line.THRESHOLD, threshold=0.125)
    with app.server.test_request_context("/export/carte.csv?r=R1&m=commune&t=12.5"):
        assert shared.requested(facts, "/") == asked


@pytest.mark.parametrize(
    ("public", "expected"),
    [("https://reliance.example/", "https://reliance.example"), ("", "http://localhost")],
)
def test_the_address_in_a_file_is_the_public_one_with_the_choice(app, monkeypatch, public, expected):
    choice = Choice(region="R1", mesh=Level.COMMUNE)
    monkeypatch.setitem(app.server.config, "SETTINGS", replace(app.server.config["SETTINGS"], public=public))
    with app.server.test_request_context("/export/carte.csv"):
        assert shared.address(choice) == expected + choice.href


def test_a_build_that_does_not_say_its_codes_nor_its_print_leaves_them_empty(facts, monkeypatch):
    monkeypatch.setattr(facts.store, "build", dict)
    rows = shared.question_columns(facts, Choice(), "http://x")
    assert (rows["geographie"], rows["empreinte_base"]) == ("", "")
    assert rows["cout_d_un_manque"] == text.miss(1.0, "fr") and rows["extrait_le"] == text.today("fr")


def test_a_file_and_the_screen_call_a_share_by_one_name():
    assert heading("part_attendue") == words("fr")("Expected share")
