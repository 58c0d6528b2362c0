"""Residents by age: every five-year age is in its band, and in one band of a division only."""

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
