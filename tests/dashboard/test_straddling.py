"""An EPCI that straddles the border of a région shows all of its communes, and says which lie outside."""

import csv
import io
import json

import brotli
import geobuf
import pytest
from python_calamine import CalamineWorkbook

from dashboard import map_controls
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.map_controls import Move
from dashboard.pages.besoin import view
from dashboard.pages.carte import view as map_view
from dashboard.settings import Settings
from dashboard.state import Choice, read
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard import synthetic

QUERY = "?r=R1&z=epci:S11&m=commune"
OUTSIDE = "Hors Territoire synthétique\u00a0: Île synthétique"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = synthetic.write(tmp_path_factory.mktemp("straddling") / "straddling.gpkg")
    synthetic.straddle(path)
    return path


@pytest.fixture(scope="module")
def straddling(path) -> Facts:
    return Facts(open_store(str(path)))


@pytest.fixture(scope="module")
def reader(path, workspace):
    return create_app(open_store(str(path)), workspace, Settings(db=str(path))).server.test_client()


def choice_of(page: str) -> Choice:
    return read(page, QUERY)[0]


def layers(drawn) -> list:
    return [layer for layer in drawn if "layer" in (getattr(layer, "hideout", None) or {})]


@pytest.mark.parametrize("page, rows", [("/", map_view.rows), ("/besoin", view.rows)])
def test_the_table_names_the_communes_of_another_region_as_such(straddling, page, rows):
    found = rows(straddling, choice_of(page)).set_index("code")["departement"]
    assert set(found.index) == {"S1001", "S1002", "S1003", "97401"}
    assert found["97401"] == OUTSIDE and found["S1001"] == "Département synthétique"
    assert map_controls.inside(straddling, choice_of(page)) == (
        "CC du Nord synthétique, dont 1 commune hors Territoire synthétique"
    )


@pytest.mark.parametrize("page", ["carte", "besoin"])
def test_the_files_hold_as_many_rows_as_the_screen(reader, page):
    told = csv.DictReader(io.StringIO(reader.get(f"/export/{page}.csv{QUERY}").data.decode("utf-8-sig")), delimiter=";")
    rows = list(told)
    assert len(rows) == 4 and OUTSIDE in {row["departement"] for row in rows}
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(reader.get(f"/export/{page}.xlsx{QUERY}").data)
    ).get_sheet_by_index(0)
    codes = {"S1001", "S1002", "S1003", "97401"}
    assert len([row for row in sheet.to_python() if codes & {str(cell) for cell in row}]) == 4


def test_the_map_draws_them_with_the_region(straddling, reader):
    (both,) = layers(map_view.outlines(straddling, choice_of("/")))
    (alone,) = layers(map_view.outlines(straddling, read("/", "?r=R1&z=epci:S12&m=commune")[0]))
    assert (alone.hideout["layer"], alone.id) != (both.hideout["layer"], both.id)
    assert map_controls.place(straddling, choice_of("/")) != map_controls.place(
        straddling, read("/", "?r=R1&z=epci:S12&m=commune")[0]
    )
    for side in ("need", "answer"):
        assert [one.url for one in layers(view.outlines(straddling, choice_of("/besoin"), side))] == [both.url]
    answer = reader.get(both.url, headers={"Accept-Encoding": "br"})
    features = geobuf.decode(brotli.decompress(answer.data))["features"]
    region = geobuf.decode(reader.get(alone.url).data)["features"]
    assert features[:-1] == region and len(region) == 9
    assert features[-1]["properties"] == {"code": "97401", "name": "Port-Fictif"}
    assert features[-1]["geometry"]["coordinates"]
    names = reader.get(both.hideout["names"]).get_json()
    assert "Port-Fictif" in {name for name, *_ in names}
    for nothing in ("R1/epci/nope", "R1/commune/S1001", "R0/epci/S11"):
        assert reader.get(f"/contours/x/{nothing}.pbf").status_code == 404


def test_services_that_stand_there_are_drawn(straddling, reader):
    layer = map_view.services(straddling, read("/", f"{QUERY}&c=mairie")[0])[0]
    told = json.loads(reader.get(layer.url).data)["features"]
    assert any(one["properties"]["commune"] == "Port-Fictif" for one in told)
    assert len({one["properties"]["id"] for one in told}) == len(told)
    plain = json.loads(reader.get(f"/services/{straddling.version}/R1.json?categories=mairie").data)["features"]
    assert not any(one["properties"]["commune"] == "Port-Fictif" for one in plain)


def test_a_commune_outside_is_chosen_among_those_of_its_epci(straddling):
    choice = map_controls.changed(straddling, choice_of("/"), Move.TERRITORY, "commune:97401")
    assert straddling.checked(choice)[0] == choice
    assert (choice.region, choice.perimeter, choice.selected) == (
        "R1", (Level.EPCI, "S11"), (Level.COMMUNE, "97401")
    )  # fmt: skip
    down = map_controls.changed(straddling, read("/", "?r=R1&s=epci:S11")[0], Move.MESH, "commune")
    assert (down.perimeter, down.region) == ((Level.EPCI, "S11"), "R1")
    assert straddling.beyond(down) is not None


def test_minutes_are_told_of_every_commune_shown(straddling):
    found = straddling.rows(choice_of("/")).set_index("code")["minutes"]
    assert found["97401"] == straddling.town_halls("R9").at["97401", "minutes"]
