"""Outlines of IRIS given by an agency: GeoPackage or GeoJSON, in any system that the file names."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from etl.parts import parts_inside, read_outlines
from etl.reading.candidate import peek
from etl.snapshots import checksum
from etl.sources import iris_outlines
from geodata.errors import BadInput
from geodata.source import Snapshot
from geodata.territory import Level

BOXES = [shapely.box(1.40, 43.60, 1.42, 43.62), shapely.box(1.42, 43.60, 1.44, 43.62)]
CODES = ["315550101", "315550102"]


def given(**columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"CODE_IRIS": CODES, "NOM_IRIS": ["Nord", None], **columns}, geometry=BOXES, crs=4326)


def written(frame: gpd.GeoDataFrame, path) -> Snapshot:
    frame.to_file(path, **({"layer": "contours"} if path.suffix == ".gpkg" else {}))
    return Snapshot(iris_outlines.SOURCE, path, checksum(path), path.stat().st_size)


def files(*snapshots) -> dict:
    return {iris_outlines.SOURCE.id: list(snapshots)}


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
@pytest.mark.parametrize("crs", [4326, 2154])
def test_outlines_come_in_degrees_whatever_their_system(tmp_path, ending, crs):
    snapshot = written(given().to_crs(crs), tmp_path / f"contours.{ending}")
    assert iris_outlines.recognises(peek(snapshot.path))
    rows, rejects = iris_outlines.tidy(iris_outlines.read(snapshot))
    assert rejects.empty
    assert rows["code"].tolist() == CODES
    assert rows["name"].tolist()[0] == "Nord"
    assert pd.isna(rows["name"].iloc[1])
    assert shapely.hausdorff_distance(rows["geom"].iloc[0], BOXES[0]) < 1e-5


def test_lower_case_columns_are_the_same(tmp_path):
    snapshot = written(given().rename(columns=str.lower), tmp_path / "contours.gpkg")
    assert iris_outlines.recognises(peek(snapshot.path))
    assert len(iris_outlines.tidy(iris_outlines.read(snapshot))[0]) == 2


def test_what_is_no_outline_of_an_iris_is_refused_line_by_line(tmp_path):
    frame = given(CODE_IRIS=["31555", CODES[1]])
    frame = pd.concat([frame, given().iloc[[1]]], ignore_index=True)
    rows, rejects = iris_outlines.tidy(iris_outlines.read(written(frame, tmp_path / "contours.gpkg")))
    assert rows["code"].tolist() == [CODES[1]]
    assert rejects["reason"].tolist() == ["column_not_of_kind", "iris_on_line_above"]


def test_points_and_tables_without_outlines_are_not_ours(tmp_path):
    points = given().set_geometry(given().representative_point())
    assert not iris_outlines.recognises(peek(written(points, tmp_path / "points.gpkg").path))


def test_a_file_that_names_no_system_is_refused(tmp_path):
    path = tmp_path / "contours.gpkg"
    given().set_crs(None, allow_override=True).to_file(path, layer="contours")
    with pytest.raises(BadInput, match="coordinate system"):
        iris_outlines.read(Snapshot(iris_outlines.SOURCE, path, checksum(path), path.stat().st_size))


def territory() -> pd.DataFrame:
    commune = shapely.MultiPolygon([shapely.box(1.38, 43.58, 1.46, 43.64)])
    return pd.DataFrame([{"level": Level.COMMUNE, "code": "31555", "departement": "31", "geom": commune}])


def inside(shapes: pd.DataFrame):
    iris = pd.DataFrame({"iris": CODES, "com": ["31555"] * 2})
    lineage = pd.DataFrame({"code_census": ["31555"], "code": ["31555"], "weight": [1.0]})
    nothing = pd.DataFrame(columns=["code", "kind", "name", "commune", "geom"])
    return parts_inside(nothing, iris, lineage, territory(), shapes=shapes)


def test_outlines_are_drawn_in_their_commune(tmp_path):
    shapes = read_outlines(files(written(given(), tmp_path / "contours.gpkg"))).shapes
    outlines = inside(shapes)
    assert outlines.rejects.empty
    assert outlines.table["name"].iloc[0] == "Nord"
    assert outlines.table["geom"].notna().all()
    assert outlines.table["area_km2"].tolist() == pytest.approx([3.59, 3.59], abs=0.05)


def test_outlines_in_another_system_than_said_are_not_drawn(tmp_path):
    moved = given().translate(yoff=0.5)
    shapes = read_outlines(files(written(given().set_geometry(moved), tmp_path / "contours.gpkg"))).shapes
    outlines = inside(shapes)
    assert outlines.table["geom"].isna().all()
    assert outlines.rejects["reason"].tolist() == ["outline_elsewhere"] * 2


def test_without_a_file_there_is_nothing():
    found = read_outlines({})
    assert (len(found.shapes), found.accepted, list(found.snapshots)) == (0, {}, [])
