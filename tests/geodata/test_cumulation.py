"""Sides of life that add up, by hand: the most exposed quarter of one's class, at least five known, flip-tested."""

import pandas as pd
import pytest

from geodata.cumulation import ENOUGH, cumulation_rows, density_classes
from geodata.indicator import Side

SIDES = (Side.AGE, Side.LIVING_ALONE, Side.PLACE, Side.INCOME, Side.DIGITAL, Side.GENDER)
CODES = [f"{number:05d}" for number in range(1, 41)]


def definitions(**more) -> pd.DataFrame:
    rows = [
        {"id": side.value, "side": side.value, "direction": "lower" if side is Side.INCOME else "higher", "position": n}
        for n, side in enumerate(SIDES)
    ]
    return pd.DataFrame([*rows, {"id": "later", "side": "age", "direction": "higher", "position": 99}])


def values(sides=SIDES, codes=CODES) -> pd.DataFrame:
    """The higher the code, the more exposed; income falls with it."""
    rows = [
        {"level": "commune", "code": code, "indicator": side.value, "vintage": "2022",
         "value": float(-int(code) if side is Side.INCOME else int(code))}
        for side in sides for code in codes
    ]  # fmt: skip
    return pd.DataFrame(rows)


def territory(dense=()) -> pd.DataFrame:
    rows = [
        {"level": "commune", "code": code, "density": "dense" if code in dense else "rural", "epci": "E",
         "departement": "01", "region": "84"}
        for code in CODES
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["level", "code", "density", "epci", "tvs", "departement", "region"])


RESIDENTS = pd.Series(100.0, index=CODES)


def test_a_quarter_of_forty_is_ten_on_every_side_and_women_are_not_counted_twice():
    rows = cumulation_rows(definitions(), values(), territory(), RESIDENTS).set_index("code")
    assert (rows["exposed"] == 5).sum() == 10 and (rows["exposed"] == 0).sum() == 30
    assert rows.loc["00040", "known"] == ENOUGH == 5
    assert rows.loc["00040", "sides"] == "age;living_alone;place;income;digital"
    # The ninth and tenth are in a quarter, not in a fifth.
    assert rows.loc["00031", ["exposed_low", "exposed", "exposed_high"]].tolist() == [0, 5, 5]
    assert rows.loc["00033", ["exposed_low", "exposed", "exposed_high"]].tolist() == [5, 5, 5]


def test_four_sides_known_are_too_few_to_tell():
    rows = cumulation_rows(definitions(), values(SIDES[:4]), territory(), RESIDENTS)
    assert rows["exposed"].isna().all() and rows["exposed_low"].isna().all() and set(rows["known"]) == {4}


def test_a_territory_is_compared_with_its_own_density_class():
    """The twenty lowest are dense: the five highest of them are exposed there, though not in the whole level."""
    rows = cumulation_rows(definitions(), values(), territory(dense=CODES[:20]), RESIDENTS).set_index("code")
    assert rows.loc["00020", ["exposed", "exposed_low", "peers"]].tolist() == [5, 0, "dense"]
    assert rows.loc["00035", "exposed"] == 0 and rows.loc["00035", "exposed_high"] == 5


def test_fewer_than_twenty_peers_say_nothing():
    rows = cumulation_rows(definitions(), values(), territory(dense=CODES[:19]), RESIDENTS).set_index("code")
    assert "00001" not in rows.index and rows.loc["00040", "known"] == 5


def test_the_first_indicator_that_is_known_speaks_and_equal_values_are_treated_alike():
    both = pd.concat([values(), values((Side.AGE,)).assign(indicator="later", value=0.0)])
    rows = cumulation_rows(definitions(), both, territory(), RESIDENTS)
    assert rows["indicators"].str.startswith("age;").all()
    flat = values().assign(value=1.0)
    assert (cumulation_rows(definitions(), flat, territory(), RESIDENTS)["exposed"] == 0).all()


def test_a_withheld_value_is_no_side_known():
    rows = values()
    rows.loc[(rows["code"] == "00040") & (rows["indicator"] == "age"), "value"] = float("nan")
    found = cumulation_rows(definitions(), rows, territory(), RESIDENTS).set_index("code")
    assert found.loc["00040", "known"] == 4 and pd.isna(found.loc["00040", "exposed"])


@pytest.mark.parametrize(("dense", "expected"), [(30, "dense"), (10, "rural")])
def test_above_the_commune_the_class_is_that_of_most_residents(dense, expected):
    assert density_classes(territory(dense=CODES[:dense]), RESIDENTS)["epci", "E"] == expected
