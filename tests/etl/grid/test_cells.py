"""From squares to the cells of communes: whose they are, how many live there, what is left out and told."""

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.grid.cells import allot, read_cells, with_centres
from etl.grid.generated import generated_squares
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.sources import insee_squares
from etl.sources.grids import GRIDS
from tests.etl.grid.squares import insee


def square(east: int, north: int, residents: float, communes: str = "") -> dict:
    return {"crs": 3035, "side_m": 200, "x": east // 200, "y": north // 200, "residents": residents,
            "is_imputed": False, "communes": communes}  # fmt: skip


ORIGIN = (4_000_000, 2_500_000)
"""Metres of EPSG:3035, in France."""


def at(column: int, row: int, residents: float, communes: str = "") -> dict:
    return square(ORIGIN[0] + 200 * column, ORIGIN[1] + 200 * row, residents, communes)


def two_communes() -> pd.DataFrame:
    """A is the four columns from the origin on, B the four columns that follow, ten rows each."""
    corners = with_centres(pd.DataFrame([at(c, r, 1) for c in (0, 4, 8) for r in (0, 10)]))
    shift = 0.5  # the centre of a square is half a side from its corner
    points = [(lon - shift * 0.0025, lat - shift * 0.0018) for lon, lat in corners[["lon", "lat"]].to_numpy()]
    south_west, north_west, south, north, south_east, north_east = points
    outlines = [
        shapely.Polygon([south_west, south, north, north_west]),
        shapely.Polygon([south, south_east, north_east, north]),
    ]
    return pd.DataFrame({"code": ["00001", "00002"], "level": "commune", "land": "metropole", "geom": outlines})


def test_residents_of_a_commune_are_shared_out_to_the_unit():
    # 7 residents over squares that count 1, 1 and 2: 1.75, 1.75 and 3.5 are 2, 2 and 3 by largest remainder.
    squares = pd.DataFrame([at(0, 0, 1), at(1, 0, 1), at(2, 0, 2), at(5, 5, 3)])
    cells, rejects = allot(squares, two_communes(), pd.Series({"00001": 7, "00002": 3}), "squares")
    assert cells["code_insee"].tolist() == ["00001"] * 3 + ["00002"]
    assert cells["residents"].tolist() == [2, 2, 3, 3]
    assert cells["land"].tolist() == ["metropole"] * 4
    assert rejects.empty


def test_a_square_of_the_shore_goes_to_the_commune_that_its_producer_lists():
    squares = pd.DataFrame([at(0, 0, 5), at(-3, 0, 5, "9999900001"), at(-6, 0, 5)])
    cells, rejects = allot(squares, two_communes(), pd.Series({"00001": 10, "00002": 3}), "squares")
    assert cells["residents"].tolist() == [5, 5]
    assert with_words(rejects)["reason"].tolist() == ["1 square(s) (5 residents) lie in no commune of today: left out"]


@pytest.mark.parametrize(("census", "is_used"), [(19, True), (21, False), (5, True), (4, False), (0, False)])
def test_squares_that_count_another_population_are_left(census, is_used):
    squares = pd.DataFrame([at(0, 0, 4), at(1, 0, 6)])
    cells, rejects = allot(squares, two_communes(), pd.Series({"00001": census}), "squares")
    assert (len(cells) > 0) is is_used
    assert with_words(rejects)["reason"].str.contains(f"10 residents, the census {census}").sum() == (not is_used)


def test_coarser_squares_are_left_where_there_are_finer_ones():
    squares = pd.DataFrame([at(0, 0, 5), at(5, 5, 3)])
    cells, rejects = allot(squares, two_communes(), pd.Series({"00001": 5, "00002": 3}), "squares", held={"00001"})
    assert cells["code_insee"].tolist() == ["00002"]
    assert "finer" in with_words(rejects)["reason"].iloc[0]


def test_a_generated_grid_holds_every_resident(synthetic_tables):
    territory = synthetic_tables["territory"]
    values = synthetic_tables["indicator_value"]
    people = values[(values["indicator"] == "population") & (values["level"] == "commune")].set_index("code")["value"]
    squares = generated_squares(territory, people, seed=3, most=600)
    cells, _ = allot(squares, territory, people, "generated")
    summed = cells.groupby("code_insee")["residents"].sum()
    assert len(summed) > 30
    assert (summed == people[summed.index]).all()
    assert not squares.duplicated(["crs", "x", "y"]).any()
    again = generated_squares(territory, people, seed=3, most=600)
    pd.testing.assert_frame_equal(squares, again)
    assert not generated_squares(territory, people, seed=4, most=600).equals(squares)


def test_a_file_of_squares_gives_the_cells(tmp_path, synthetic_tables):
    territory = synthetic_tables["territory"]
    values = synthetic_tables["indicator_value"]
    people = values[(values["indicator"] == "population") & (values["level"] == "commune")].set_index("code")["value"]
    rows = insee(generated_squares(territory, people, seed=3, most=300))
    rows.to_csv(tmp_path / "carreaux_200m_2019.csv", index=False)
    rows.to_csv(tmp_path / "carreaux_200m_2017.csv", index=False, sep=";")
    official, _ = intake(tmp_path, GRIDS)
    cells = read_cells(official, territory, people)
    assert cells.accepted == {insee_squares.SOURCE: 2 * len(rows)}
    assert cells.vintages == {"insee_squares": "2017, 2019"}
    assert len(cells.frame) == len(rows)
    assert with_words(cells.rejects)["reason"].str.contains("in another file too").any()
    np.testing.assert_array_equal(cells.frame.groupby("code_insee")["residents"].sum() % 1, 0)
    assert not read_cells({}, territory, people).frame.size
