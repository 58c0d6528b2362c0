"""Squares of population in their official layouts: Insee's of 200 m, Europe's of 1 km."""

import geopandas
import pandas as pd
import pytest
import shapely

from etl.reading.candidate import peek
from etl.reading.intake import intake, owns
from etl.sources import geostat_grid, insee_squares
from etl.sources.grids import GRIDS
from geodata.errors import BadInput
from tests.etl.sources.files import Good, cells, defects, parquet, refuses, snapshot_of, tidied, written, zipped

SQUARES = """\
idcar_200m,idcar_1km,i_est_200,lcog_geo,ind,men,men_pauv,men_1ind,ind_65_79,ind_80p
CRS3035RES200mN2029800E4252400,CRS3035RES1000mN2029000E4252000,0,2A041,13,5.5,1,2,3.5,1
CRS3035RES200mN2029800E4252600,CRS3035RES1000mN2029000E4252000,1,2A0412A004,2.5,1,0,,0.5,0
CRS2975RES200mN7657400E0333200,CRS2975RES1000mN7657000E0333000,0,97411,40,18,6,5,4,1
CRS3035RES200mN2029800E4252400,x,0,2A041,1,1,0,0,0,0
CRS3035RES1000mN2029000E4252000,x,0,2A041,1,1,0,0,0,0
CRS2154RES200mN2029800E4252400,x,0,2A041,1,1,0,0,0,0
CRS3035RES200mN2029850E4252400,x,0,2A041,1,1,0,0,0,0
CRS3035RES200mN2030000E4252400,x,0,2A041,-3,1,0,0,0,0
CRS3035RES200mN2030200E4252400,x,0,2A041,0,0,0,0,0,0
CRS3035RES200mN2030400E4252400,x,0,2A041,4,1,many,0,0,0
"""
EDITION_2015 = """\
IdINSPIRE;Id_carr1km;I_est_cr;Depcom;Ind;Men;Men_pauv;Men_1ind;Ind_65_79;Ind_80p
CRS3035RES200mN2029800E4252400;x;0;2A041;13;5,5;1;2;3;1
"""
EUROPE = """\
GRD_ID,T,M,F,Y_LT15,Y_1564,Y_GE65,EMP,LAND_SURFACE,POPULATED,CNTR_ID
CRS3035RES1000mN2684000E4285000,25,14,11,6,16,3,2,0.9,1,AT-CH-LI
CRS3035RES1000mN2683000E4285000,0,0,0,0,0,0,0,0.9,0,AT-CH-LI
CRS3035RES1000mN2682000E4285000,-9999,-9999,-9999,-9999,-9999,-9999,-9999,1,1,AT
CRS3035RES1000mN2681000E4285000,7,-9999,-9999,1,5,1,2,1,1,AT
CRS3035RES200mN2681000E4285000,7,3,4,1,5,1,2,1,1,AT
"""


def test_a_square_is_two_integers_and_counts(tmp_path):
    accepted, rejected = tidied(insee_squares, tmp_path, SQUARES, "carreaux_200m_met_2019.csv")
    assert cells(accepted[["crs", "side_m", "x", "y", "residents", "households", "living_alone", "is_imputed"]]) == [
        [3035, 200, 21262, 10149, 13.0, 5.5, 2.0, False],
        [3035, 200, 21263, 10149, 2.5, 1.0, None, True],
        [2975, 200, 1666, 38287, 40.0, 18.0, 5.0, False],
        [3035, 200, 21262, 10152, 4.0, 1.0, 0.0, False],
    ]
    assert accepted["communes"].tolist() == ["2A041", "2A0412A004", "97411", "2A041"]
    reasons = dict(zip(rejected["row"], rejected["reason"], strict=True))
    assert "already on a line above" in reasons["5"]
    assert "not the identifier of a square of 200 m" in reasons["6"]
    assert "EPSG:2154 is not the projection of this grid" in reasons["7"]
    assert "not a multiple of its side" in reasons["8"]
    assert "« -3 » residents" in reasons["9"]
    assert "« many »" in reasons["11"]
    whole = rejected.loc[rejected["row"] == "file", "reason"].tolist()
    assert whole == ["1 square(s) without a resident: left out",
                     "1 of 4 square(s) are imputed by the producer: kept, and told as such"]  # fmt: skip


def test_the_edition_of_2015_names_its_squares_otherwise(tmp_path):
    accepted, rejected = tidied(insee_squares, tmp_path, EDITION_2015)
    assert cells(accepted[["x", "y", "residents", "households", "communes"]]) == [[21262, 10149, 13.0, 5.5, "2A041"]]
    assert rejected.empty


def test_a_geopackage_says_the_same_as_the_text(tmp_path):
    rows = pd.read_csv(pd.io.common.StringIO(SQUARES), dtype={"lcog_geo": str, "ind": float, "men": float})
    squares = shapely.box(0, 0, 200, 200)
    frame = geopandas.GeoDataFrame(rows.drop(columns="men_pauv"), geometry=[squares] * len(rows), crs=3035)
    path = tmp_path / "carreaux_200m_met.gpkg"
    frame.to_file(path, layer="carreaux_200m_met", driver="GPKG")
    assert owns(insee_squares, peek(path))
    accepted, _ = insee_squares.tidy(insee_squares.read(snapshot_of(insee_squares, path)))
    from_text, _ = tidied(insee_squares, tmp_path, SQUARES)
    pd.testing.assert_frame_equal(accepted, from_text.drop(columns="poor_households"))


def test_a_damaged_geopackage_is_named(tmp_path):
    path = tmp_path / "carreaux.gpkg"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(BadInput, match=r"carreaux\.gpkg cannot be read as a GeoPackage"):
        peek(path)


def test_a_geopackage_in_an_archive_is_told(tmp_path):
    (tmp_path / "carreaux.zip").write_bytes(zipped({"carreaux_200m_met.gpkg": b"SQLite format 3\0"}))
    snapshots, unread = intake(tmp_path, GRIDS)
    assert not any(snapshots.values())
    assert "Unpack it" in unread[0].reason and unread[0].is_spoilt


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_europe_has_squares_of_a_kilometre(tmp_path, form):
    content: str | bytes = EUROPE
    if form == "parquet":
        lines = [line.split(",") for line in EUROPE.splitlines()]
        content = parquet(dict(zip(lines[0], map(list, zip(*lines[1:], strict=True)), strict=True)))
    accepted, rejected = tidied(geostat_grid, tmp_path, content, f"grid.{form}")
    assert cells(accepted[["side_m", "x", "y", "residents", "men", "aged_65_plus"]]) == [
        [1000, 4285, 2684, 25.0, 14.0, 3.0],
        [1000, 4285, 2681, 7.0, None, 1.0],
    ]
    assert len(rejected) == 3  # one of 200 m, one line for the empty ones, one for those not published
    assert any("not published" in reason for reason in rejected["reason"])


@pytest.mark.parametrize(
    ("module", "good"),
    [
        (insee_squares, Good(SQUARES, column="ind", delimiter=",")),
        (geostat_grid, Good(EUROPE, column="GRD_ID", delimiter=",")),
    ],
)
@defects("code without its zero")
def test_a_spoilt_file_is_refused(tmp_path, module, good, defect):
    refuses(module, tmp_path, good, defect)


def test_every_grid_is_told_apart(tmp_path):
    for module, text in ((insee_squares, SQUARES), (geostat_grid, EUROPE)):
        candidate = peek(written(module, tmp_path, text).path)
        assert [other for other in GRIDS if owns(other, candidate)] == [module]
