"""LAU and NUTS regions spoilt in every usual way: the file is refused by name, or the row is."""

import geopandas as gpd
import pytest
import shapely

from etl.reading.candidate import peek
from etl.reading.intake import owns
from etl.rejects import with_words
from etl.sources import gisco_lau, gisco_nuts
from geodata.errors import BadInput
from tests.etl import europe
from tests.etl.sources.files import snapshot_of

MODULES = {"lau": (gisco_lau, europe.lau, "GISCO_ID"), "nuts": (gisco_nuts, europe.nuts, "NUTS_ID")}
either = pytest.mark.parametrize(("module", "good", "key"), MODULES.values(), ids=MODULES)
ending = pytest.mark.parametrize("ending", ["gpkg", "geojson"])


def written(frame: gpd.GeoDataFrame, path):
    frame.to_file(path, **({"layer": "contours"} if path.suffix == ".gpkg" else {}))
    return path


def refused(module, path) -> str:
    with pytest.raises(BadInput) as error:
        module.read(snapshot_of(module, path))
    assert path.name in str(error.value)
    return str(error.value)


@either
@ending
@pytest.mark.parametrize("spoilt", ["cut", "empty", "web page"])
def test_a_file_that_is_cut_empty_or_a_page_is_refused_by_name(tmp_path, module, good, key, ending, spoilt):
    path = written(good(), tmp_path / f"reçu.{ending}")
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "web page": b"<!DOCTYPE html><p>404"}[spoilt])
    refused(module, path)


@either
@ending
def test_a_file_without_its_code_is_another_s(tmp_path, module, good, key, ending):
    path = written(good().rename(columns={key: "CODE"}), tmp_path / f"reçu.{ending}")
    assert not owns(module, peek(path))
    assert key.lower() in refused(module, path)


@either
def test_two_layers_of_outlines_are_refused_by_their_names(tmp_path, module, good, key):
    path = written(good(), tmp_path / "reçu.gpkg")
    good().to_file(path, layer="autre")
    assert "contours" in refused(module, path) and "autre" in refused(module, path)


@either
def test_outlines_that_name_no_system_are_refused(tmp_path, module, good, key):
    path = written(good().set_crs(None, allow_override=True), tmp_path / "reçu.gpkg")
    assert "coordinate system" in refused(module, path)


@either
@ending
def test_rows_without_a_polygon_or_a_code_are_refused_one_by_one(tmp_path, module, good, key, ending):
    frame = good()
    first, second, third, fourth = frame[key].iloc[:4]
    frame.loc[frame[key] == second, "geometry"] = shapely.Point(4_000_000, 2_900_000)
    frame.loc[frame[key] == third, "geometry"] = None
    frame.loc[frame[key] == fourth, key] = first
    path = written(frame, tmp_path / f"reçu.{ending}")
    rows, rejects = module.tidy(module.read(snapshot_of(module, path)))
    reasons = with_words(rejects).set_index("key")["reason"]
    assert "no polygon" in reasons[second] and "no polygon" in reasons[third]
    assert first in reasons.index and rows["code"].tolist().count(first) == 1
    assert not {second, third, fourth} & {*rows["code"]}


def test_codes_of_another_form_are_refused_in_the_words_of_their_level(tmp_path):
    frame = europe.lau().assign(GISCO_ID=["00001", "DE 00002", europe.C, europe.D])
    path = written(frame, tmp_path / "reçu.gpkg")
    rows, rejects = gisco_lau.tidy(gisco_lau.read(snapshot_of(gisco_lau, path)))
    assert rows["code"].tolist() == [europe.C, europe.D]
    (reason,) = set(with_words(rejects)["reason"])
    assert "local administrative unit (LAU)" in reason and "FR_31555" in reason


def test_a_region_of_another_level_than_its_code_says_is_refused(tmp_path):
    frame = europe.nuts()
    frame.loc[frame["NUTS_ID"] == "DE11", "LEVL_CODE"] = 3
    path = written(frame, tmp_path / "reçu.gpkg")
    rows, rejects = gisco_nuts.tidy(gisco_nuts.read(snapshot_of(gisco_nuts, path)))
    assert "DE11" not in set(rows["code"]) and rejects["key"].tolist() == ["DE11"]


def test_residents_that_are_no_number_are_told_and_not_counted(tmp_path):
    frame = europe.lau()
    frame["POP_2021"] = ["800", "beaucoup", "10", "-9999"]
    path = written(frame, tmp_path / "reçu.gpkg")
    rows, rejects = gisco_lau.tidy(gisco_lau.read(snapshot_of(gisco_lau, path)))
    residents = rows.set_index("code")["residents"]
    assert residents[europe.A] == 800 and residents[[europe.B, europe.D]].isna().all()
    assert "beaucoup" in with_words(rejects).set_index("key")["reason"][europe.B]
