"""Residents by age: every five-year age is in its band, and in one band of a division only."""

import numpy as np
import pandas as pd
import pytest

from etl import people

DEPARTEMENTS = pd.DataFrame(
    {f"{sex}_{age}": [float(2**n)] for sex in ("women", "men") for n, age in enumerate(people.RESIDENTS_AGES)}
)
"""A power of two for each age: a sum says which ages are in it."""


@pytest.mark.parametrize(
    ("band", "ages"),
    [
        ("15_19", ["15_19"]),
        ("25_39", ["25_29", "30_34", "35_39"]),
        ("65_79", ["65_69", "70_74", "75_79"]),
        ("75_plus", ["75_79", "80_84", "85_89", "90_94", "95_plus"]),
        ("80_plus", ["80_84", "85_89", "90_94", "95_plus"]),
    ],
)
def test_a_band_holds_its_ages(band, ages):
    found = people.of_departements(DEPARTEMENTS)[f"residents_{band}"]
    assert found.tolist() == [2 * sum(2.0 ** people.RESIDENTS_AGES.index(age) for age in ages)]


def test_the_bands_of_those_living_alone_hold_everyone_from_15_on_once():
    bands = ("15_19", "20_24", "25_39", "40_54", "55_64", "65_79", "80_plus")
    found = people.of_departements(DEPARTEMENTS)
    assert sum(found[f"residents_{band}"] for band in bands).tolist() == found["residents_15_plus"].tolist()


def test_women_are_counted_apart():
    women = people.residents(DEPARTEMENTS, people.ages_between(75, 199), ("women",))
    assert women.tolist() == [sum(2.0 ** people.RESIDENTS_AGES.index(a) for a in people.ages_between(75, 199))]


def test_ends_of_a_range_of_ages_are_in_it():
    assert people.ages_between(15, 20) == ["15_19", "20_24"]


def test_residents_are_the_sum_of_all_ages_and_unknown_only_where_none_is_known():
    columns = {f"{sex}_{age}": [np.nan, np.nan] for sex in ("women", "men") for age in people.RESIDENTS_AGES}
    assert people.residents(pd.DataFrame(columns | {"women_00_04": [3.0, np.nan]})).tolist()[0] == 3.0
    assert np.isnan(people.residents(pd.DataFrame(columns)).iloc[1])
    everybody = people.of_departements(DEPARTEMENTS)["residents"].tolist()
    assert everybody == [2 * sum(2.0**n for n, _ in enumerate(people.RESIDENTS_AGES))]


def test_each_level_has_its_residents():
    """The census by its own communes, others by those of today; régions and the country are sums of départements."""
    departements = pd.concat([DEPARTEMENTS] * 3, ignore_index=True).assign(region=["76", "76", "11"])
    by_level = people.by_level(
        pd.DataFrame({"pop": [10.0]}, index=["31555"]),
        pd.DataFrame({"pop": [4.0], "res_principales": [2.0]}, index=["315550101"]),
        pd.DataFrame({"pop": [99.0, 7.0]}, index=["31555", "31001"]),
        departements,
    )
    assert set(by_level) == {"iris", "commune", "departement", "region", "france"}
    assert by_level["iris"].loc["315550101"].to_dict() == {"residents": 4.0, "main_residences_2021": 2.0}
    assert by_level["commune"]["residents"].to_dict() == {"31555": 10.0, "31001": 7.0}
    one = people.of_departements(DEPARTEMENTS).iloc[0]
    assert by_level["departement"].iloc[2].equals(one.rename(2))
    assert by_level["region"]["residents_75_plus"].to_dict() == {
        "11": one["residents_75_plus"],
        "76": 2 * one["residents_75_plus"],
    }
    assert by_level["france"].index.tolist() == ["FR"]
    assert by_level["france"]["residents"].tolist() == [3 * one["residents"]]
