"""Territories of every level: how many, nested in what, dense or not."""

import pandas as pd
import pytest

from etl.synthetic import (
    ALONE_IN_EPCI,
    CITY,
    ISLANDS,
    MAINLAND,
    NOBODY,
    OVERSEAS,
    SPLIT_HEIRS,
    TOWNS,
    WITHOUT_CENSUS,
    WITHOUT_EPCI,
    WITHOUT_OUTLINE,
)
from etl.territories import _joined
from geodata.countries.france import Zone
from geodata.territory import FRANCE, Level


@pytest.fixture(scope="module")
def territory(synthetic_tables) -> pd.DataFrame:
    return synthetic_tables["territory"]


@pytest.fixture(scope="module")
def communes(territory) -> pd.DataFrame:
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


def test_numbers_by_level(territory):
    numbers = {Level.COMMUNE: 60, Level.EPCI: 4, Level.DEPARTEMENT: 2, Level.REGION: 2, Level.FRANCE: 1}
    assert territory["level"].value_counts().to_dict() == numbers
    assert not territory.duplicated(["level", "code"]).any()


def test_every_parent_exists(territory, communes):
    codes = {level: set(territory.loc[territory["level"] == level, "code"]) for level in Level}
    assert set(communes["departement"]) == codes[Level.DEPARTEMENT] == {MAINLAND, OVERSEAS}
    assert set(communes["region"]) == codes[Level.REGION] == {"52", "01"}
    assert set(communes["epci"].dropna()) == codes[Level.EPCI]


def test_each_level_names_its_parents_and_itself(territory):
    departement = territory[territory["level"] == Level.DEPARTEMENT].set_index("code")
    assert departement["departement"].to_dict() == {MAINLAND: MAINLAND, OVERSEAS: OVERSEAS}
    assert departement["region"].to_dict() == {MAINLAND: "52", OVERSEAS: "01"}
    region = territory[territory["level"] == Level.REGION].set_index("code")
    assert region["region"].to_dict() == {"01": "01", "52": "52"}
    epci = territory[territory["level"] == Level.EPCI].set_index("code")
    assert epci["departement"].to_dict() == {
        "200085001": MAINLAND, "200085002": MAINLAND, "200085003": MAINLAND, "200971001": OVERSEAS
    }  # fmt: skip
    france = territory[territory["level"] == Level.FRANCE].iloc[0]
    assert (france["code"], france["name"]) == (FRANCE, "France")
    assert france[["departement", "region", "epci", "zone"]].isna().all()


def test_zones_keep_the_sea_between_them(territory, communes):
    assert communes.at["85001", "zone"] == Zone.METROPOLE
    assert communes.at[ISLANDS, "zone"] == Zone.GUADELOUPE
    assert not territory.loc[territory["level"] != Level.FRANCE, "zone"].isna().any()


def test_a_territory_without_outline_stays_in_the_table(communes):
    row = communes.loc[WITHOUT_OUTLINE]
    assert row[["lon", "lat", "area_km2", "geom", "density"]].isna().all()
    assert row["epci"] == "200085001"
    assert communes["geom"].isna().sum() == 1


def test_a_commune_without_epci(communes):
    assert pd.isna(communes.at[WITHOUT_EPCI, "epci"])


def test_density_classes_are_residents_by_km2(synthetic_tables, communes):
    """Cut-offs at 300 and 1,500 residents a km2: cells have some 30 km2."""
    assert communes.at[CITY, "density"] == "dense"  # 60,000 residents
    assert communes.loc[list(TOWNS), "density"].tolist() == ["intermediate"] * 3  # 15,000 to 18,000
    assert communes.at[NOBODY, "density"] == "rural"
    assert pd.isna(communes.at[WITHOUT_CENSUS, "density"])
    values = synthetic_tables["indicator_value"]
    density = values[(values["indicator"] == "density") & (values["level"] == Level.COMMUNE)].set_index("code")["value"]
    expected = pd.cut(density, [0, 300, 1500, float("inf")], right=False, labels=["rural", "intermediate", "dense"])
    published = communes["density"].dropna()
    assert published.to_dict() == expected[published.index].astype(str).to_dict()


def test_only_communes_have_a_density_class(territory):
    assert territory.loc[territory["level"] != Level.COMMUNE, "density"].isna().all()


def test_an_epci_alone_with_its_commune_has_its_outline(territory, communes):
    epci = territory[territory["code"] == "200085003"].iloc[0]
    assert epci["area_km2"] == pytest.approx(communes.at[ALONE_IN_EPCI, "area_km2"])
    assert epci["geom"].equals(communes.at[ALONE_IN_EPCI, "geom"])


# ------------------------------------------------------------------------------------------ an EPCI that straddles two


def members(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["epci", "departement", "region", "residents"]).assign(zone="metropole")


@pytest.mark.parametrize(
    ("rows", "departement", "because"),
    [
        ([("E", "85", "52", 10), ("E", "79", "75", 30), ("E", "85", "52", 10)], "79", "30 residents against 20"),
        ([("E", "85", "52", None), ("E", "79", "75", 1)], "79", "one resident against none known"),
        ([("E", "85", "52", None), ("E", "79", "75", None), ("E", "85", "52", None)], "85", "two communes against one"),
    ],
)
def test_an_epci_belongs_where_most_of_its_residents_are(rows, departement, because):
    found = _joined(members(*rows), Level.EPCI, pd.Series({"E": "Pays"}, name="name"))
    assert found.at["E", "departement"] == departement, because


# --------------------------------------------------------------------------------------------------------- indicators


def test_counts_of_every_level_are_those_of_its_communes(synthetic_tables, communes):
    values = synthetic_tables["indicator_value"].set_index(["indicator", "level", "code"])["value"].sort_index()
    for count in ("population", "population_0_19", "population_20_64", "population_65_plus", "households"):
        by_commune = values[count, "commune"]
        for level in ("epci", "departement", "region"):
            expected = by_commune.groupby(communes[level].reindex(by_commune.index)).sum()
            assert values[count, level].to_dict() == expected.to_dict()
        assert values[count, "france", FRANCE] == by_commune.sum()


def test_ages_add_up(synthetic_tables):
    # Too few people of an age are withheld of an IRIS.
    told = synthetic_tables["indicator_value"].query("level != 'iris'")
    values = told.pivot(index=["level", "code"], columns="indicator", values="value")
    ages = values[["population_0_19", "population_20_64", "population_65_plus"]].sum(axis=1, min_count=3)
    pd.testing.assert_series_equal(ages, values["population"], check_names=False)


def test_a_share_of_nobody_is_not_a_number(synthetic_tables):
    values = synthetic_tables["indicator_value"].set_index(["indicator", "level", "code"])["value"].sort_index()
    assert values["population", "commune", NOBODY] == 0
    assert ("share_65_plus", "commune", NOBODY) not in values.index
    shares = values["share_65_plus"]
    assert ((shares >= 0) & (shares <= 1)).all()
    heir = next(iter(SPLIT_HEIRS))
    assert shares["commune", heir] == pytest.approx(
        values["population_65_plus", "commune", heir] / values["population", "commune", heir]
    )


def test_every_value_is_of_a_known_indicator_and_territory(synthetic_tables):
    values = synthetic_tables["indicator_value"]
    assert set(values["indicator"]) <= set(synthetic_tables["indicator"]["id"])
    territory, part = synthetic_tables["territory"], synthetic_tables["part"]
    known = {*zip(territory["level"], territory["code"], strict=True), *zip(part["kind"], part["code"], strict=True)}
    assert set(zip(values["level"], values["code"], strict=True)) <= known
