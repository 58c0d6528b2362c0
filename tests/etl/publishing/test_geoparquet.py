"""Territories as GeoParquet: read back, by box too, with nothing that a screen would not show."""

import json

import geopandas as gpd
import pyarrow.parquet as pq
import pytest

from etl.__main__ import main
from etl.publishing import geoparquet
from etl.synthetic import CITY, HAMLET, WITHOUT_OUTLINE
from geodata.errors import BadInput, CheckFailed
from geodata.store import open_store
from geodata.territory import Level


@pytest.fixture(scope="module")
def here(synthetic_db):
    return open_store(str(synthetic_db))


@pytest.fixture(scope="module")
def written(here, tmp_path_factory):
    path = tmp_path_factory.mktemp("exchange") / "commune.parquet"
    geoparquet.write(here, Level.COMMUNE, path)
    return path


def test_every_commune_with_an_outline_is_read_back_as_it_was(written, here):
    features = gpd.read_parquet(written).set_index("code")
    outlines = here.outlines(Level.COMMUNE, Level.FRANCE, "FR").set_index("code")["geom"].dropna()
    assert set(features.index) == set(outlines.index)
    assert WITHOUT_OUTLINE not in features.index
    assert features.crs.to_epsg() == 4326
    assert all(features.geometry[code].equals(outlines[code]) for code in outlines.index)
    shares = here.estimates(Level.COMMUNE).set_index("code")
    assert features.at[CITY, "share"] == shares.at[CITY, "share"]
    assert features.at[CITY, "low"] < features.at[CITY, "share"] < features.at[CITY, "high"]


def test_what_is_too_small_is_empty_and_says_why(written):
    found = gpd.read_parquet(written).set_index("code")
    assert found.loc[HAMLET, ["share", "low", "high", "people"]].isna().all()
    assert found.at[HAMLET, "reason"] == "few_residents"


def test_a_share_travels_with_kind_source_and_geography(written):
    features = gpd.read_parquet(written)
    for column in ("kind", "definition", "scenario", "source", "geography", "content_hash"):
        assert features[column].nunique() == 1
        assert features[column].notna().all()
    assert features["kind"].iloc[0] == "modelled"


def test_a_box_reads_only_what_it_meets(written):
    whole = gpd.read_parquet(written)
    west, south, east, north = whole.set_index("code").geometry[CITY].bounds
    inside = gpd.read_parquet(written, bbox=(west, south, east, north))
    assert CITY in set(inside["code"])
    assert len(inside) < len(whole)


def test_the_file_says_that_it_is_geoparquet_with_boxes(written):
    told = json.loads(pq.read_schema(written).metadata[b"geo"])
    assert told["version"] == "1.1.0"
    assert told["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


def test_the_command_writes_each_level_that_has_outlines(synthetic_db, tmp_path, capsys):
    assert main(["export", "--db", str(synthetic_db), "--out", str(tmp_path / "new")]) == 0
    assert sorted(p.stem for p in (tmp_path / "new").iterdir()) == ["commune", "departement", "epci", "region"]
    assert "commune.parquet" in capsys.readouterr().out
    assert main(["export", "--db", str(synthetic_db), "--out", str(tmp_path), "--level", "tvs"]) == 3


def test_a_folder_that_cannot_be_made_and_a_level_without_outline_are_told(here, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckFailed, match="could not be written"):
        geoparquet.write(here, Level.EPCI, tmp_path / "file" / "epci.parquet")
    with pytest.raises(BadInput, match="no territory of level tvs"):
        geoparquet.frame(here, Level.TVS)
