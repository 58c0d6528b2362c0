"""Type of place: official codes by hand, and parts that neither jump nor vanish where nothing official tells."""

import numpy as np
import pandas as pd
import pytest

from etl.place_types import PLACES, class_of_unit, places, with_official_density

NOBODY = pd.Series(dtype=object)


def communes(**rows) -> pd.DataFrame:
    columns = ["residents", "area_km2", "lon", "lat"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)


VILLAGE, CITY = (300, 12, 2.0, 46.0), (300_000, 60, 3.0, 45.0)


def test_codes_of_urban_units():
    """Outside a unit, one of under 5,000, of 50,000 to 100,000, of over 100,000, Paris, La Réunion; what is no code."""
    codes = pd.Series(["01000", "2A101", "36501", "31701", "00851", "9D601", "city", None])
    told = class_of_unit(codes)
    assert told.tolist() == ["rural", "town", "town", "city", "city", "city", None, None]


def test_a_village_and_a_city_need_no_table():
    shares, is_official = places(communes(a=VILLAGE, b=CITY), NOBODY, NOBODY)
    assert shares.loc["a"].idxmax() == "rural" and shares.loc["b"].idxmax() == "city"
    assert shares.sum(axis=1).to_numpy() == pytest.approx(np.ones(2))
    assert not is_official.any()


def test_the_official_table_is_taken_at_its_word():
    told, is_official = places(communes(a=VILLAGE, b=CITY), pd.Series({"a": "31701"}), NOBODY)
    assert told.loc["a"].tolist() == [0, 0, 1] and is_official.tolist() == [True, False]


def test_nothing_jumps_at_300_residents_per_km2():
    """One resident more moves no part by as much as a hundredth."""
    told = [places(communes(a=(n, 10, 2.0, 46.0)), NOBODY, NOBODY)[0].loc["a"] for n in range(1_000, 6_000, 50)]
    assert np.abs(np.diff(np.array(told), axis=0)).max() < 0.03


def test_a_restored_commune_has_the_type_of_the_one_it_left():
    without = communes(a=VILLAGE, b=CITY, c=(200, np.nan, np.nan, np.nan), d=(np.nan, 1, 2, 46))
    shares, _ = places(without, NOBODY, pd.Series({"c": "b"}))
    assert shares.loc["c"].tolist() == shares.loc["b"].tolist()
    assert shares.loc["d"].isna().all()


def test_the_grid_replaces_the_derived_class():
    territory = pd.DataFrame(
        {"level": ["commune", "commune", "epci"], "code": ["1", "2", "1"], "density": ["rural"] * 3}
    )
    found = with_official_density(territory, pd.Series({"1": "dense"}))
    assert found["density"].tolist() == ["dense", "rural", "rural"]


def test_types_are_in_the_order_of_the_cells():
    assert PLACES == ("rural", "town", "city")
