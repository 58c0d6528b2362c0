"""Agency files that are good, in whole or in part: what is kept, said, and read again by the build."""

import csv
import json
from datetime import date
from typing import Annotated, Literal

import geopandas as gpd
import pytest
import shapely
from pydantic import Field, ValidationError

from etl import __main__ as cli
from etl.agency import MODULES
from etl.agency.cell_types import Row, reason
from etl.agency.importing import FOLDER, examine, keep
from etl.agency.statements import record
from etl.completeness import completeness
from etl.reading.candidate import peek
from etl.reading.intake import intake, owns
from etl.service_lists import read_service_lists
from etl.sources import agency
from etl.sources.registry import SERVICE_LISTS
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv
from geodata.errors import BadInput, UsageError
from geodata.sentences import read_record, read_sentence
from geodata.translations import words
from geodata.workspace import Statement, open_workspace
from tests.etl.sources.files import cells, snapshot_of, workbook

SERVICES = (
    "id;name;category;code_insee;lon;lat;capacity;seen_on;source\n"
    "a1;Café des aidants;cafe_aidants;09122;1,6053;42,9639;12;2026-05-12;ARS\n"
    "a2;GEM Le Passage;groupe_entraide_mutuelle;31555;;;;2026;ARS\n"
)


def written(folder, content: str, name: str = "liste.csv"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def kept_rows(path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_row_of_each_kind_has_the_columns_of_its_template():
    for kind, file in AGENCY_FILES.items():
        fields = MODULES[kind].Row.model_fields
        assert set(fields) == set(file.names)
        must = {name for name, field in fields.items() if field.is_required()}
        # A commune may be empty where there is a point: the column is there all the same.
        assert must == set(file.required) - ({"code_insee"} if "lon" in file.names else set())


def test_what_is_accepted_becomes_services_of_the_agency(tmp_path):
    examined = examine(AgencyKind.SERVICES, written(tmp_path, SERVICES))
    path, before, _is_new = keep(examined, tmp_path / "data")
    assert before is None
    assert path == tmp_path / "data" / FOLDER / "services.csv"
    assert "sans point, placées dans leur commune\u00a0: 1" in examined.report.text("fr")
    assert owns(agency, peek(path))
    accepted, rejected = agency.tidy(agency.read(snapshot_of(agency, path)))
    assert cells(accepted[["id", "category", "code_insee", "lon", "lat", "capacity", "seen_on", "source"]]) == [
        ["agence--a1", "cafe_aidants", "09122", 1.6053, 42.9639, 12.0, "2026-05-12", "agence"],
        ["agence--a2", "groupe_entraide_mutuelle", "31555", None, None, None, "2026", "agence"],
    ]
    assert rejected.empty


def test_teams_are_citizen_services_with_their_volunteers(tmp_path):
    path, _before, _is_new = keep(examine(AgencyKind.TEAMS, written(tmp_path, template_csv("teams"))), tmp_path)
    accepted, rejected = agency.tidy(agency.read(snapshot_of(agency, path)))
    assert accepted["category"].unique().tolist() == ["equipe_citoyenne"]
    assert cells(accepted[["id", "capacity"]]) == [["agence--EQ-001", 8.0], ["agence--EQ-002", None]]
    assert rejected.empty


def test_a_file_with_a_refused_line_is_kept_only_when_asked(tmp_path):
    content = SERVICES + "a3;Mme Martin;cafe_aidants;09122;;;;2026;ARS\n"
    examined = examine(AgencyKind.SERVICES, written(tmp_path, content))
    with pytest.raises(BadInput, match=r"1 line\(s\)"):
        keep(examined, tmp_path)
    assert not (tmp_path / FOLDER / "services.csv").exists()
    path, _before, _is_new = keep(examined, tmp_path, accept_partial=True)
    assert "Martin" not in path.read_text(encoding="utf-8"), "what is refused as personal is not kept"
    accepted, rejected = agency.tidy(agency.read(snapshot_of(agency, path)))
    assert accepted["id"].tolist() == ["agence--a1", "agence--a2"]
    assert rejected[["source", "row", "key"]].to_numpy().tolist() == [["agence", "4", "a3"]]
    assert "RGPD" in read_sentence("refused_at_import", rejected["details"][0]).text(words("fr"))


def test_a_second_file_replaces_the_first_and_a_named_one_stands_beside(tmp_path):
    keep(examine(AgencyKind.SERVICES, written(tmp_path, SERVICES)), tmp_path)
    shorter = examine(AgencyKind.SERVICES, written(tmp_path, "\n".join(SERVICES.split("\n")[:2])))
    named, before, _is_new = keep(shorter, tmp_path, name="petits-freres")
    assert (named.name, before) == ("services-petits-freres.csv", None)
    path, before, _is_new = keep(shorter, tmp_path)
    assert before == 2
    assert [row["id"] for row in kept_rows(path)] == ["a1"]
    assert sorted(file.name for file in (tmp_path / FOLDER).iterdir()) == [named.name, path.name]
    with pytest.raises(UsageError, match="not a name"):
        keep(shorter, tmp_path, name="../x")


def test_a_refused_file_leaves_what_was_kept_before(tmp_path):
    path, _before, _is_new = keep(examine(AgencyKind.SERVICES, written(tmp_path, SERVICES)), tmp_path)
    old = path.read_bytes()
    with pytest.raises(BadInput):
        keep(examine(AgencyKind.SERVICES, written(tmp_path, SERVICES.replace("2026;ARS", "jamais;ARS"))), tmp_path)
    assert path.read_bytes() == old


def test_a_point_layer_of_a_geopackage_in_lambert_is_read(tmp_path):
    layer = gpd.GeoDataFrame(
        {"id": ["a1"], "name": ["Café"], "category": ["cafe_aidants"], "code_insee": ["09122"], "seen_on": ["2026"],
         "source": ["ARS"]},
        geometry=[shapely.Point(1.6053, 42.9639)], crs=4326,
    )  # fmt: skip
    path = tmp_path / "services.gpkg"
    layer.to_crs(2154).to_file(path, layer="services", driver="GPKG")
    row = examine(AgencyKind.SERVICES, path).rows[1]
    assert (row.lon, row.lat) == (pytest.approx(1.6053), pytest.approx(42.9639))


def test_a_point_that_no_database_could_check_is_said(tmp_path):
    """Paris, for a commune of Ariège: only the outline of the commune can tell."""
    elsewhere = written(tmp_path, SERVICES.replace("1,6053;42,9639", "2,35;48,85"))
    report = examine(AgencyKind.SERVICES, elsewhere).report.text("fr")
    assert "points non comparés à leur commune, faute de base\u00a0: 1\u00a0; donnez-la avec --db" in report
    without = SERVICES.replace("1,6053;42,9639", ";")
    assert "points non comparés" not in examine(AgencyKind.SERVICES, written(tmp_path, without)).report.text("fr")


def test_polygons_are_refused_where_points_are_expected(tmp_path):
    layer = gpd.GeoDataFrame(
        {name: ["x"] for name in ("id", "name", "category", "code_insee", "seen_on", "source")},
        geometry=[shapely.box(1, 42, 2, 43)], crs=4326,
    )  # fmt: skip
    layer.to_file(tmp_path / "services.gpkg", driver="GPKG")
    with pytest.raises(BadInput, match="points are expected"):
        examine(AgencyKind.SERVICES, tmp_path / "services.gpkg")


def test_a_sheet_with_titles_above_its_columns_is_read_by_line(tmp_path):
    rows = [line.split(";") for line in SERVICES.strip().split("\n")]
    path = tmp_path / "services.xlsx"
    path.write_bytes(workbook({"note": [["Lisez-moi"]], "liste": [["Titre"], [""], *rows]}))
    assert list(examine(AgencyKind.SERVICES, path).rows) == [4, 5]


def test_columns_that_are_not_of_the_template_are_not_kept_and_that_is_said(tmp_path):
    path = written(tmp_path, SERVICES.replace("source\n", "source;commentaire\n").replace("ARS\n", "ARS;secret\n"))
    examined = examine(AgencyKind.SERVICES, path)
    assert "colonnes non lues, et non gardées\u00a0: commentaire" in examined.report.text("fr")
    assert "secret" not in keep(examined, tmp_path)[0].read_text(encoding="utf-8")


def test_communes_and_services_are_looked_for_in_the_database(tmp_path, store):
    code = store.territories("commune")["code"].iloc[0]
    service = store.services()["id"].iloc[0]
    lines = (
        f"{code};mairie;{service};retract;DD 09;fermé\n{code};mairie;ailleurs--1;retract;DD 09;fermé\n"
        "09999;mairie;;assert;DD 09;ouvert\n"
    )
    path = written(tmp_path, f"code_insee;category;service;statement;who;why\n{lines}")
    report = examine(AgencyKind.CORRECTIONS, path, store).report
    assert [line for line, _key in report.accepted] == [2]
    assert "« ailleurs--1 » is no service of the database" in report.refused[0].reasons[0].text()
    assert "09999 is not a commune of 2025-01-01" in report.refused[1].reasons[0].text()


def test_corrections_enter_the_workspace_once_with_who_when_and_why(tmp_path):
    rows = examine(AgencyKind.CORRECTIONS, written(tmp_path, template_csv("corrections"))).rows.values()
    workspace = open_workspace(str(tmp_path / "w.sqlite"))
    written_, known = record(rows, workspace)
    assert (len(written_), known) == (2, 0)
    first = workspace.corrections.list()[0]
    assert (first.statement, first.who, first.when) == (
        Statement.RETRACT, "délégation départementale 09", "2026-05-12",
    )  # fmt: skip
    assert record(rows, workspace) == ((), 2)
    assert len(workspace.corrections.list()) == 2


def test_the_report_is_written_beside_and_runs_no_formula(tmp_path, capsys):
    path = written(tmp_path, SERVICES.replace("ARS\n", "=1+1\n", 1))
    code = cli.main(["import", "services", str(path), "--data", str(tmp_path), "--db", str(tmp_path / "none.gpkg")])
    assert code == 3
    with open(tmp_path / "liste.csv.rapport.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["ligne"], row["statut"], row["identifiant"]) for row in rows] == [
        ("2", "refusée", "a1"), ("3", "acceptée", "a2"),
    ]  # fmt: skip
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert "rapport\u00a0:" in capsys.readouterr().out


def test_a_command_speaks_english_when_it_is_asked_to(tmp_path, capsys):
    path = written(tmp_path, SERVICES.replace("2026;ARS", "jamais;ARS"))
    arguments = ["--data", str(tmp_path), "--db", str(tmp_path / "none.gpkg"), "--lang", "en"]
    assert cli.main(["import", "services", str(path), *arguments]) == 3
    printed = capsys.readouterr()
    assert "line 3 (a2): seen_on: « jamais » is not a date" in printed.out.replace("\u00a0", " ")
    assert "1 line(s) refused, nothing was loaded" in printed.err
    assert "number of the line;what became of it" in (tmp_path / "liste.csv.rapport.csv").read_text("utf-8-sig")


def test_a_report_for_another_program_holds_codes_and_values(tmp_path):
    report = examine(AgencyKind.SERVICES, written(tmp_path, SERVICES.replace("2026;ARS", "jamais;ARS"))).report
    accepted, refused = json.loads(report.json())
    assert (accepted["line"], accepted["is_accepted"], accepted["reason"]) == (2, True, "")
    assert read_record(refused["reason"]) == report.refused[0].reasons[0]


def test_lines_refused_by_an_earlier_version_keep_the_reason_that_it_wrote(tmp_path):
    examined = examine(AgencyKind.SERVICES, written(tmp_path, SERVICES.replace("2026;ARS", "jamais;ARS")))
    path, _before, _is_new = keep(examined, tmp_path, accept_partial=True)
    (record_,) = [row["refused"] for row in kept_rows(path) if row["refused"]]
    text = path.read_text(encoding="utf-8").replace(record_.replace('"', '""'), "seen_on : pas une date")
    path.write_text(text, encoding="utf-8")
    _accepted, rejected = agency.tidy(agency.read(snapshot_of(agency, path)))
    why = read_sentence("refused_at_import", rejected["details"][0]).text(words("fr"))
    assert why.endswith("seen_on : pas une date")


def test_what_pydantic_says_is_a_code_too():
    class Strange(Row):
        count: Annotated[int, Field(ge=2)]
        day: Literal["lundi", "mardi"]

    with pytest.raises(ValidationError) as raised:
        Strange.model_validate({"count": 1, "day": "dimanche"})
    texts = [reason(error).text(words("en")) for error in raised.value.errors()]
    assert texts == ["count: 2 or more is expected", "day: value not admitted; admitted: 'lundi', 'mardi'"]


def test_templates_are_printed_and_written(tmp_path, capsys):
    assert cli.main(["template", "teams"]) == cli.main(["import", "teams", "--template"]) == 0
    printed = capsys.readouterr().out
    assert printed == 2 * template_csv("teams").removeprefix("\ufeff")
    assert cli.main(["template", "teams", "--out", str(tmp_path / "equipes.xlsx")]) == 0
    assert (tmp_path / "equipes.xlsx").read_bytes().startswith(b"PK")
    assert cli.main(["template", "teams", "--out", str(tmp_path / "equipes.pdf")]) == 2
    assert cli.main(["import", "teams"]) == 2


def test_two_sets_of_an_agency_stand_side_by_side(tmp_path):
    keep(examine(AgencyKind.SERVICES, written(tmp_path, SERVICES)), tmp_path)
    older = SERVICES.replace("a1", "b1").replace("a2", "b2").replace("2026", "2024")
    keep(examine(AgencyKind.SERVICES, written(tmp_path, older)), tmp_path, name="partenaire")
    snapshots, _unread = intake(tmp_path / FOLDER, SERVICE_LISTS)
    lists = read_service_lists(snapshots)
    assert sorted(lists.services["id"]) == ["agence--a1", "agence--a2", "agence--b1", "agence--b2"]
    states = completeness(lists.services, ["09", "31", "12"], as_of=date(2026, 11, 1))
    state = states.set_index(["departement", "category"])["state"]
    assert state["09", "cafe_aidants"] == state["31", "groupe_entraide_mutuelle"] == "partial"
    assert state["12", "cafe_aidants"] == "absent", "the agency says nothing there: no data is not no service"
