"""Minutes of a commune from the squares where its residents live, worked by hand."""

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.grid.cells import Cells
from etl.grid.reach import by_residents
from etl.rejects import reject_frame
from etl.roads import Roads
from geodata.methods.travel import EARTH_RADIUS_KM, TRAVEL
from geodata.square_groups import unpacked

KM = 180 / np.pi / EARTH_RADIUS_KM
NO_ROADS = Roads(None, pd.Index([], dtype=object), {}, reject_frame("", []), ())


def cells(*rows: tuple[str, float, int]) -> Cells:
    """Cells of (commune, km to the north of the equator, residents), all on longitude 0."""
    code, km, residents = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {"crs": 3035, "side_m": 200, "x": range(len(rows)), "y": 0, "code_insee": code, "land": "m", "lon": 0.0,
         "lat": np.array(km) * KM, "residents": residents, "is_imputed": [n % 2 == 1 for n in range(len(rows))],
         "source": "insee_squares"}
    )  # fmt: skip
    return Cells(frame, {}, reject_frame("", []), ())


def services(**at: tuple[str, float]) -> pd.DataFrame:
    """Services of (category, km to the north), by id, all in commune A."""
    points = [shapely.Point(0, km * KM) for _, km in at.values()]
    return pd.DataFrame(
        {"id": list(at), "category": [category for category, _ in at.values()], "code_insee": "A",
         "geom": pd.Series(points, dtype=object),
         "weekly_hours": np.nan, "capacity": np.nan, "quantity": np.nan}
    )  # fmt: skip


TERRITORY = pd.DataFrame({"code": ["A", "B"], "level": "commune", "land": "m", "lon": 0.0, "lat": 0.0})
CATEGORIES = pd.DataFrame({"id": ["hall", "club", "shop"], "family": ["f", "f", "g"], "counts": [1, 1, 0]})


def access_rows(category: str, *codes: str) -> pd.DataFrame:
    return pd.DataFrame({"code_insee": codes, "category": category, "service": "old", "distance_km": 9.0,
                         "travel_min": 99.0, "method": TRAVEL.name})  # fmt: skip


def reach(supply: pd.DataFrame, places: Cells, *access: pd.DataFrame):
    access = pd.concat(access, ignore_index=True)
    family = access.drop_duplicates("code_insee")[["code_insee", "service", "travel_min"]].assign(family="f")
    return by_residents(access, family, supply, CATEGORIES, TERRITORY, places, NO_ROADS)


def minutes(km: float) -> float:
    return float(TRAVEL.minutes(km))


def test_a_commune_takes_the_minutes_of_its_median_resident():
    # 40 of 100 residents live beside the hall, 35 at 6 km, 25 at 20 km: the median resident is at 6 km.
    places = cells(("A", 0.0, 40), ("A", 6.0, 35), ("A", 20.0, 25))
    reached = reach(services(hall_a=("hall", 0.0)), places, access_rows("hall", "A", "B"))
    own, other = (reached.access.set_index("code_insee").loc[code] for code in "AB")
    assert own["service"] == "hall_a"
    assert own["travel_min"] == pytest.approx(minutes(6)) == pytest.approx(7.94, abs=0.01)
    assert own["distance_km"] == pytest.approx(6)
    assert (other["service"], other["travel_min"]) == ("old", 99.0)
    row = reached.cell_reach.iloc[0]
    assert row[["code_insee", "family", "cells", "residents"]].tolist() == ["A", "f", 3, 100]
    # 20 km take 24.3 minutes.
    assert row[["within_5", "within_10", "within_15", "within_20"]].tolist() == [0.40, 0.75, 0.75, 0.75]
    assert row["median_min"] == pytest.approx(minutes(6))
    assert row["reached"].split(";") == ["40"] * 8 + ["75"] * 17 + ["100"]
    assert row["imputed"] == 0.35
    assert len(reached.cell_reach) == 1


def test_a_family_is_as_near_as_its_nearest_category_from_each_square():
    # The hall in the south, the club at 20 km: from each end one of them is near, and the median of each is not.
    places = cells(("A", 0.0, 50), ("A", 20.0, 50))
    supply = services(hall_a=("hall", 0.0), club_a=("club", 20.0), shop_a=("shop", 0.0))
    reached = reach(supply, places, access_rows("hall", "A"), access_rows("club", "A"), access_rows("shop", "A"))
    assert reached.cell_reach["within_5"].tolist() == [1.0]
    assert reached.family_access["travel_min"].tolist() == [0.0]
    assert reached.family_access["service"].tolist() == ["hall_a"]


def test_half_is_enough_and_what_leads_nowhere_is_missing():
    places = cells(("A", 0.0, 50), ("A", 6.0, 50))
    reached = reach(services(hall_a=("hall", 0.0)), places, access_rows("hall", "A"))
    assert reached.cell_reach["median_min"].tolist() == [0.0]
    elsewhere = Cells(places.frame.assign(land="island"), {}, places.rejects, ())
    reached = reach(services(hall_a=("hall", 0.0)), elsewhere, access_rows("hall", "A"))
    assert reached.access["travel_min"].isna().all() and reached.access["service"].isna().all()
    assert reached.cell_reach["median_min"].isna().all()
    assert reached.cell_reach[["within_20", "reached"]].to_numpy().tolist() == [[0.0, "0"]]


def test_small_squares_are_told_together_even_minute_by_minute():
    # 5 residents beside the hall and 8 at 20 km: nothing may tell them apart, not even the residents of a minute.
    places = cells(("A", 0.0, 5), ("A", 20.0, 8), ("A", 6.0, 90))
    reached = reach(services(hall_a=("hall", 0.0)), places, access_rows("hall", "A"))
    counted = [int(n) for n in reached.cell_reach["reached"].iloc[0].split(";")]
    assert {b - a for a, b in zip([0, *counted], counted, strict=False)} == {0, 90, 13}
    assert reached.cell_reach["cells"].tolist() == [3]
    row = reached.square_group.iloc[0]
    assert row[["code_insee", "squares", "groups", "west"]].tolist() == ["A", 3, 2, 0]
    groups = unpacked(row["packed"], row["squares"], row["groups"])
    assert (groups.group.tolist(), groups.residents.tolist()) == ([0, 0, 1], [13, 90])


def test_without_squares_nothing_moves():
    access = access_rows("hall", "A")
    empty = Cells(pd.DataFrame(columns=["code_insee"]), {}, reject_frame("", []), ())
    reached = reach(services(hall_a=("hall", 0.0)), empty, access)
    pd.testing.assert_frame_equal(reached.access, access)
    assert reached.cell_reach.empty
