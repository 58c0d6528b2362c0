"""Squares of population on the page of a territory: one figure on the picture, in the table and in the file."""

import json

import brotli
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.pages.territoire import inside, squares
from dashboard.settings import Settings
from dashboard.state import Choice
from geodata.indicator import SECRET_BELOW
from geodata.need import FAMILIES
from geodata.square_groups import NO_DATA
from geodata.store import open_store
from geodata.territory import Level, Part
from geodata.workspace import Statement, open_workspace
from tests.dashboard import synthetic
from tests.dashboard.test_besoin import texts as words_of

TOWN, EPCI = Choice(selected=(Level.COMMUNE, "S1004")), Choice(selected=(Level.EPCI, "S12"))
INSTITUTIONS, PROFESSIONALS = (list(map(str, FAMILIES)).index(name) for name in ("institutional", "professional"))


@pytest.fixture(scope="module")
def with_squares(tmp_path_factory):
    path = synthetic.write(tmp_path_factory.mktemp("squares") / "squares.gpkg", "squares0123456789")
    synthetic.add_squares(path)
    return path


@pytest.fixture
def gridded(with_squares, tmp_path):
    return Facts(open_store(str(with_squares)), open_workspace(str(tmp_path / "workspace.sqlite")))


@pytest.fixture
def client(with_squares, gridded):
    return create_app(gridded.store, gridded.workspace, Settings(db=str(with_squares))).server.test_client()


def people(picture, minutes: int) -> dict:
    """Residents within reach, out of it, not known."""
    state, residents = picture.state(minutes), picture.meaning["residents"]
    return {
        "within": int(residents[state == 1].sum()),
        "out": int(residents[state == 0].sum()),
        "unknown": int(residents[np.isnan(state)].sum()),
    }


def test_a_picture_tells_what_is_within_reach_out_of_it_and_not_known(gridded):
    pictures = gridded.squares(*TOWN.selected).pictures
    assert people(pictures[INSTITUTIONS], 12) == {"within": 1_488, "out": 12, "unknown": 0}
    # Nurses are listed up to 18 minutes: that the nearest known is at 26 says nothing of 20.
    assert people(pictures[PROFESSIONALS], 15) == {"within": 1_200, "out": 300, "unknown": 0}
    assert people(pictures[PROFESSIONALS], 20) == {"within": 1_200, "out": 0, "unknown": 300}
    assert people(pictures[PROFESSIONALS], 26) == {"within": 1_488, "out": 0, "unknown": 12}
    assert (pictures[0].meaning["minutes"] == NO_DATA).all()


def test_every_square_of_a_group_has_its_byte_and_no_other_square_has_one(gridded):
    record = gridded.squares(*TOWN.selected)
    picture = record.pictures[INSTITUTIONS]
    minutes = np.append(-1, picture.meaning["minutes"])[picture.squares]
    assert minutes.tolist() == [
        [-1] * 6 + [33, 33],
        [-1] * 8,
        [-1, -1, 12, -1, -1, -1, -1, -1],
        [4, 4] + [-1] * 6,
    ]
    assert np.append(-1, record.amounts)[record.people][3, 0] == 1_000  # 1,200 residents, to one figure
    assert (record.west, record.north) == (17_990, 11_614)


def test_nothing_is_told_of_a_group_too_small(gridded):
    record = gridded.squares(*EPCI.selected)
    assert record.withheld == 7 and "S1006" not in set(record.groups["commune"])
    assert record.groups["residents"].min() >= SECRET_BELOW
    told = record.amounts[record.people[record.people > 0] - 1]
    assert sorted(set(told.tolist())) == [0, 12, 290, 1_000]
    picture = record.pictures[INSTITUTIONS]
    assert people(picture, 60) == {"within": 1_500, "out": 0, "unknown": 0}
    of_few = picture.squares[-1, 80]
    assert picture.meaning["minutes"][of_few - 1] == NO_DATA
    assert record.left_out == ("S1005",)


def test_a_list_that_was_corrected_is_not_known_by_square(gridded):
    island = Choice(selected=(Level.COMMUNE, "97402"))
    before = gridded.squares(*island.selected)
    assert (before.crs, people(before.pictures[INSTITUTIONS], 10)["within"]) == (2975, 2_900)
    nearest = gridded.responses(island, *island.selected).family(FAMILIES[INSTITUTIONS]).nearest
    gridded.contest("97402", nearest.category, Statement.RETRACT, service=nearest.id, who="a role", why="it closed")
    assert gridded.squares(*island.selected) is None  # nothing else was known there


def test_the_table_the_file_and_the_picture_hold_the_same_groups(gridded, client):
    content = words_of(squares.sections(gridded, TOWN)[squares.FILE]()).replace("\u202f", " ").replace("\u00a0", " ")
    rows = squares.file_rows(gridded, TOWN)
    assert rows["habitants"].sum() == 1_500 and rows["carreaux"].sum() == 5
    for residents, institutions, nurses in (("12", "33 min", "plus de 17 min"), ("288", "12 min", "26 min au plus")):
        assert f"{residents} inconnu {institutions} {nurses}" in content
    text = client.get(f"/export/territoire/carreaux.csv{TOWN.query}").get_data(as_text=True)
    assert text.count("Œuvre-sur-Fixture") >= 3 and "EPSG" not in text


def test_what_the_browser_reads_is_the_picture(gridded, client):
    answer = client.get(f"/carreaux/{gridded.version}/epci/S12.bin", headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    body = brotli.decompress(answer.data)
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    size = header["width"] * header["height"]
    assert len(body) == 4 + length + (len(FAMILIES) + 1) * size
    record = gridded.squares(*EPCI.selected)
    first = np.frombuffer(body, np.uint8, size, 4 + length + INSTITUTIONS * size)
    assert np.array_equal(first.reshape(header["height"], header["width"]), record.pictures[INSTITUTIONS].squares)
    assert [len(header["outlines"]), len(header["hatched"])] == [3, 1]
    assert header["names"][0][2] == "Œuvre-sur-Fixture"


@pytest.mark.parametrize("path", ["region/R1", "commune/nothing", "epci/S11"])
def test_where_there_is_no_square_there_is_no_picture(gridded, client, path):
    assert client.get(f"/carreaux/{gridded.version}/{path}.bin").status_code in (400, 404)
    level, code = path.split("/")
    assert squares.sections(gridded, Choice(selected=(Level(level), code))) == {}


def test_a_database_without_squares_has_no_section(facts):
    assert squares.sections(facts, TOWN) == {}


def box(found, west, south, east, north):
    """A rectangle in squares from the corner of the picture, south downwards, as WGS 84."""
    to_degrees = pyproj.Transformer.from_crs(found.crs, 4326, always_xy=True)

    def degrees(at):
        metres = (at[:, 0] + found.west) * found.side_m, (found.north - at[:, 1]) * found.side_m
        return np.column_stack(to_degrees.transform(*metres))

    return shapely.transform(shapely.box(west, south, east, north), degrees)


def test_minutes_inside_a_town_are_those_of_the_median_resident_of_its_groups(gridded):
    record = gridded.squares(*TOWN.selected)
    shapes = pd.Series({"far": box(record, 1.5, -1, 9, 2.9), "all": box(record, -1, -1, 9, 9), "none": None,
                        "empty": box(record, 20, 20, 21, 21)}, dtype=object)  # fmt: skip
    told = squares.medians_inside(record, shapes)
    # 1,200 residents at 4 minutes, 288 at 12, 12 at 33.
    assert told["minutes_institutional"].to_dict() == {"all": 4, "far": 12}
    assert (told["minutes_citizen"] == NO_DATA).all()


def test_an_iris_tells_minutes_where_outlines_and_squares_are_given(gridded, monkeypatch):
    record = gridded.squares(*TOWN.selected)
    outlines = {"S10020101": box(record, -1, -1, 9, 9), "S10020102": None}
    parts = gridded.parts(Part.IRIS, Level.COMMUNE, "S1002").head(2)
    parts = parts.assign(geom=parts["code"].map(outlines))
    monkeypatch.setattr(Facts, "parts", lambda *_: parts)
    monkeypatch.setattr(Facts, "squares", lambda *_: record)
    town = Choice(selected=(Level.COMMUNE, "S1002"))
    content = words_of(inside.part_section(gridded, Part.IRIS, town))
    assert "Minutes en voiture : Institutions" in content.replace("\u00a0", " ") and "habitant médian" in content
    rows = inside.file_rows(gridded, "iris", town)
    rows = rows[rows["unite"] == "min"].set_index("indicateur")
    assert rows["valeur"].tolist() == [4, 6] and (rows["code"] == "S10020101").all()
    assert set(rows["nature"]) == {"Estimation modélisée"}
    (source,) = record.sources
    assert set(rows["source_de_la_valeur"]) == {gridded.source_titles()[source]}
    monkeypatch.setattr(Facts, "squares", lambda *_: None)
    assert "Minutes en voiture" not in words_of(inside.part_section(gridded, Part.IRIS, town))
