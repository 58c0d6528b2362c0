"""Questions about indicators: one of every territory, perimeters, what adds up; on both databases."""

import pytest

from geodata.errors import UnknownScenario
from geodata.territory import FRANCE, Level, Perimeter


def test_one_indicator_of_every_territory_unknown_ones_included(store):
    rows = store.indicator_values(Level.COMMUNE, indicator="share_65_plus")
    assert list(rows["code"]) == list(store.territories(Level.COMMUNE)["code"])
    told = rows[rows["value"].notna()]
    assert (told["numerator"] / told["denominator"] - told["value"]).abs().max() < 1e-12
    assert set(told["vintage"]) == {"2021"} and (told["coverage"] == 1).all()
    assert rows["value"].isna().any() and told["reason"].isna().all()


def test_a_perimeter_is_what_lies_in_it_and_itself(store):
    communes = store.territories(Level.COMMUNE)
    epci = communes["epci"].dropna().iloc[0]
    here = store.indicator_values(Level.COMMUNE, Perimeter(Level.EPCI, epci), indicator="population")
    assert set(here["code"]) == set(communes.loc[communes["epci"] == epci, "code"])
    itself = store.indicator_values(Level.EPCI, Perimeter(Level.EPCI, epci), indicator="population")
    assert itself["code"].tolist() == [epci] and itself["value"].iloc[0] == here["value"].sum()
    departement = communes["departement"].iloc[0]
    inside = store.estimates(Level.COMMUNE, Perimeter(Level.DEPARTEMENT, departement))
    assert set(inside["code"]) == set(communes.loc[communes["departement"] == departement, "code"])
    region = communes["region"].iloc[0]
    same = [store.territories(Level.COMMUNE, within) for within in (region, Perimeter(Level.REGION, region))]
    assert same[0].equals(same[1])
    assert len(store.cumulation(Level.COMMUNE, FRANCE)) == len(communes)


def test_an_indicator_that_is_not_there_is_named_with_those_that_are(store):
    with pytest.raises(UnknownScenario, match="share_65_plus"):
        store.indicator_values(Level.EPCI, indicator="dogs")
    epci = store.territories(Level.EPCI)["code"].iloc[0]
    assert store.earlier(Level.EPCI, epci).empty and not store.values(Level.EPCI, epci).empty
    assert store.indicator_values(Level.EPCI, indicator="population", vintage="1999")["value"].isna().all()


def test_too_few_sides_known_tell_no_number(store):
    rows = store.cumulation(Level.COMMUNE)
    assert rows["exposed"].isna().all() and rows["known_sides"].map(type).eq(tuple).all()
    assert {"exposed_low", "exposed_high", "peers", "name"} <= set(rows)
