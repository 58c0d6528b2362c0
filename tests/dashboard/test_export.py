"""The CSV is the table on screen, opens in a French spreadsheet, and runs nothing there."""

import csv
import io
from datetime import datetime

import geopandas as gpd
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from dashboard.pages.carte import export
from dashboard.spreadsheet import BOM, csv_bytes, xlsx_bytes
from dashboard.state import Choice, read
from geodata.estimate import Verdict
from geodata.territory import Level


def parse(body: bytes) -> list[dict]:
    text = body.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))


def test_french_spreadsheets_read_it():
    frame = pd.DataFrame({"nom": ["Œuvre", "a;b"], "part": [0.125, None], "code": ["01004", "2A004"]})
    body = csv_bytes(frame)
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig") == 'nom;part;code\r\nŒuvre;0,125;01004\r\n"a;b";;2A004\r\n'


@pytest.mark.parametrize(
    "text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u202f+1", "＝1", "＠A"]
)
def test_text_that_looks_like_a_formula_is_disarmed(text):
    row = parse(csv_bytes(pd.DataFrame({"nom": [text]})))[0]
    assert row["nom"] == "'" + text


def test_negative_numbers_stay_numbers():
    assert parse(csv_bytes(pd.DataFrame({"x": [-0.5]})))[0]["x"] == "-0,5"


def test_each_row_says_what_it_is(known):
    choice = Choice(region="R1", mesh=Level.COMMUNE, threshold=0.125)
    rows = parse(csv_bytes(export.table(known, choice, "http://x/?r=R1")))
    first = rows[0]
    assert first["definition"] == "five_networks" and first["scenario"] == "default"
    assert first["seuil"] == "0,125" and first["nature"] == "Estimation modélisée"
    assert first["empreinte_base"] == "synthetic0123456789" and first["geographie"] == "2025-01-01"
    assert "Recensement synthétique (Institut inventé), 2021" in first["sources"]
    assert first["adresse"] == "http://x/?r=R1"


def test_rows_are_those_of_the_screen(known):
    choice = Choice(region="R1", mesh=Level.COMMUNE)
    rows = parse(csv_bytes(export.table(known, choice, "")))
    screen = known.screen_rows(choice)
    assert [row["code"] for row in rows] == list(screen["code"])
    for row, shown in zip(rows, screen.itertuples(), strict=True):
        assert (row["part_estimee"] == "") == pd.isna(shown.share)
        if row["part_estimee"]:
            assert float(row["part_estimee"].replace(",", ".")) == pytest.approx(shown.share, rel=1e-5)
            figures = {
                "probabilite_seuil": shown.p_above,
                "borne_basse": shown.low,
                "borne_haute": shown.high,
                "personnes_isolees_bas": shown.people_low,
                "personnes_isolees_haut": shown.people_high,
            }
            for column, value in figures.items():
                said = float(row[column].replace(",", ".") or "nan")
                assert said == pytest.approx(value, rel=1e-5, nan_ok=True), column


def test_unpublished_rows_hold_no_figure_and_say_why(known):
    rows = parse(csv_bytes(export.table(known, Choice(region="R1", mesh=Level.COMMUNE), "")))
    hidden = {row["nom"]: row for row in rows if row["classe"] == "non publié"}
    assert set(hidden) == {"Trois-Foyers", "Sans-Recensement"}
    assert hidden["Trois-Foyers"]["part_estimee"] == hidden["Trois-Foyers"]["personnes_isolees"] == ""
    assert hidden["Trois-Foyers"]["motif_non_publication"] == "moins de 50 habitants de 15 ans et plus"


def test_the_filter_on_classes_is_followed(known):
    choice = Choice(region="R1", mesh=Level.COMMUNE, verdicts=(Verdict.ABOVE, Verdict.BELOW))
    rows = parse(csv_bytes(export.table(known, choice, "")))
    assert {row["classe"] for row in rows} == {"dépasse", "en dessous"}


def test_the_file_name_says_what_it_holds(known):
    choice, _ = read("/", "?r=R1&m=commune&t=12.5&v=above")
    assert (
        export.file_name(known, choice, "csv")
        == "reliance_territoire-synthetique_commune_seuil-12-5_above_syntheti.csv"
    )
    assert (
        export.file_name(known, Choice(line="national"), "png") == "reliance_france_epci_moyenne-nationale_syntheti.png"
    )


def test_probabilities_at_the_usual_lines_fall_and_robustness_is_said(known):
    choice = Choice(region="R1", mesh=Level.COMMUNE, threshold=0.12)
    rows = parse(csv_bytes(export.table(known, choice, "")))
    told = [row for row in rows if row["part_estimee"]]
    for row in told:
        falling = [float(row[f"probabilite_{t}_pourcent"].replace(",", ".")) for t in (5, 8, 10, 12, 15)]
        assert falling == sorted(falling, reverse=True)
        assert row["probabilite_12_pourcent"] == row["probabilite_seuil"]
    assert {row["robuste"] for row in told} <= {"oui", "non"}
    assert {(row["probabilite_10_pourcent"], row["robuste"]) for row in rows if not row["part_estimee"]} == {("", "")}


def test_a_workbook_keeps_numbers_and_runs_nothing():
    frame = pd.DataFrame({"nom": ["=1+1", "Bédarieux", None], "part": [0.12, None, 3.0]})
    body = xlsx_bytes([("Feuille", frame)], title="Essai", made_on=datetime(2026, 11, 25))
    assert body == xlsx_bytes([("Feuille", frame)], title="Essai", made_on=datetime(2026, 11, 25))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("Feuille")
    assert sheet.to_python() == [["nom", "part"], ["'=1+1", 0.12], ["Bédarieux", ""], ["", 3.0]]


def test_the_geopackage_holds_the_same_rows_with_their_outlines(client, known, tmp_path):
    answer = client.get("/export/carte.gpkg?r=R1&m=commune&t=12.5")
    assert answer.mimetype == "application/geopackage+sqlite3"
    path = tmp_path / "carte.gpkg"
    path.write_bytes(answer.data)
    drawn, asked = gpd.read_file(path, layer="commune"), gpd.read_file(path, layer="parametres")
    rows = known.rows(Choice(region="R1", mesh=Level.COMMUNE, threshold=0.125))
    assert list(drawn["code"]) == list(rows["code"])
    assert drawn.geometry.notna().all() and drawn.crs.to_epsg() == 4326
    # What may not be published is not in the file either.
    few = drawn.set_index("code").loc["S1006"]
    assert few[["part_estimee", "borne_basse", "probabilite_seuil", "personnes_isolees"]].isna().all()
    assert asked.set_index("parametre").loc["seuil", "valeur"] == "0.125"
