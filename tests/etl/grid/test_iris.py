"""A commune without squares whose IRIS have outlines: its residents start from a point of each."""

from functools import partial
from itertools import pairwise

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from etl import build as recipe
from etl.grid.iris import NO_SIDE, with_iris
from etl.publishing.checks import run_checks
from etl.reading.intake import intake
from etl.sources import iris_outlines
from geodata.survey import SCENARIOS
from geodata.territory import Level, Part
from tests.etl.grid.test_reach import KM, TERRITORY, access_rows, cells, minutes, reach, services

COMMUNES = pd.concat([TERRITORY, TERRITORY.assign(code=["C", "D"])]).assign(level=Level.COMMUNE, zone="metropole")
RESIDENTS = pd.Series({"A": 101, "B": 40, "C": 50, "D": 60})
PEOPLE = pd.Series({"A1": 40, "A2": 60, "A3": 0, "B1": 20, "B2": 20, "C1": 25, "C2": 25, "D1": 30, "D2": 30})
"""Residents of IRIS, A3 a park."""


def parts(**km: float | None) -> pd.DataFrame:
    """IRIS at so many kilometres to the north, None for one without an outline."""
    lat = [None if north is None else north * KM for north in km.values()]
    frame = pd.DataFrame({"kind": Part.IRIS, "code": list(km), "commune": [code[0] for code in km], "lat": lat})
    return frame.assign(lon=frame["lat"].where(frame["lat"].isna(), 0.0).astype(float), lat=frame["lat"].astype(float))


PARTS = parts(A1=0.0, A2=20.0, A3=None, B1=0.0, B2=1.0, C1=0.0, C2=None, D1=None, D2=None)


@pytest.fixture
def placed():
    return with_iris(cells(("B", 5.0, 40)), PARTS, PEOPLE, COMMUNES, RESIDENTS)


def test_residents_of_the_commune_are_shared_among_its_inhabited_iris(placed):
    own = placed.frame.set_index(["code_insee", "side_m"])["residents"]
    assert own.loc["A", NO_SIDE].tolist() == [40, 61], "one resident more than its IRIS count: to the larger remainder"
    assert own.loc["B"].to_dict() == {200: 40}, "squares come first"
    assert not {"C", "D"} & set(own.index.get_level_values(0))
    assert placed.vintages["iris_2021"] == "2021"


def test_a_commune_of_which_an_iris_has_no_outline_is_told(placed):
    assert placed.rejects[["key", "reason"]].to_numpy().tolist() == [["C", "iris_partly_drawn"]]
    assert with_iris(cells(("B", 5.0, 40)), PARTS.iloc[:0], PEOPLE, COMMUNES, RESIDENTS).rejects.empty


def test_a_commune_whose_iris_count_twice_its_residents_is_told():
    """A commune that was parted keeps IRIS of both halves in an older census."""
    told_ = with_iris(cells(("B", 5.0, 40)), PARTS, PEOPLE, COMMUNES, pd.Series({**RESIDENTS, "A": 49}))
    assert "A" not in set(told_.frame["code_insee"])
    assert told_.rejects[["key", "reason"]].to_numpy().tolist() == [["A", "iris_apart"], ["C", "iris_partly_drawn"]]


def test_the_median_resident_is_that_of_the_iris_and_no_square_is_drawn(placed):
    reached = reach(services(hall_a=("hall", 0.0)), placed, access_rows("hall", "A", "B", "C"))
    assert reached.access.set_index("code_insee")["travel_min"].to_dict() == pytest.approx(
        {"A": minutes(20), "B": minutes(5), "C": 99.0}
    )
    row = reached.cell_reach.set_index("code_insee").loc["A"]
    assert row[["cells", "residents", "side_m", "source", "vintage"]].tolist() == [2, 101, 0, "iris_2021", "2021"]
    assert row["within_20"] == pytest.approx(40 / 101)
    assert reached.square_group["code_insee"].tolist() == ["B"]


def test_a_build_with_outlines_of_iris_and_no_square_tells_the_distribution(
    synthetic_snapshots, synthetic_tables, tmp_path, monkeypatch
):
    monkeypatch.setattr(recipe, "estimate", partial(recipe.estimate, flips=SCENARIOS[:1], draws=16))
    # Some commune of several IRIS: its outline in as many strips.
    iris = synthetic_tables["part"].query("kind == 'iris'")
    commune = iris["commune"].iloc[0]
    codes = iris.loc[iris["commune"] == commune, "code"].tolist()
    shape = synthetic_tables["territory"].query("level == 'commune' and code == @commune")["geom"].iloc[0]
    west, south, east, north = shape.bounds
    ends = np.linspace(south, north, len(codes) + 1)
    strips = [shapely.intersection(shape, shapely.box(west, a, east, b)) for a, b in pairwise(ends)]
    outlines = geopandas.GeoDataFrame({"code_iris": codes, "nom_iris": codes}, geometry=strips, crs=4326)
    outlines.to_file(tmp_path / "contours_iris.gpkg")
    official, unread = intake(tmp_path, [iris_outlines])
    assert not unread
    built = recipe.build(synthetic_snapshots, official)
    assert run_checks(built) == []
    told_ = built["cell_reach"]
    people = built["indicator_value"].query("indicator == 'population' and level == 'commune' and code == @commune")
    assert set(told_["code_insee"]) <= {commune}
    assert (told_[["cells", "side_m"]] == [len(codes), NO_SIDE]).all(axis=None)
    assert (told_["residents"] == people["value"].iloc[0]).all()
    assert built["square_group"].empty
    halls = [
        tables["access"].set_index(["category", "code_insee"])["travel_min"] for tables in (synthetic_tables, built)
    ]
    assert halls[0]["mairie", commune] != halls[1]["mairie", commune]
