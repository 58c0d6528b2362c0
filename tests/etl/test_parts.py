"""What lies inside communes: told beside them, counted nowhere above."""

import pandas as pd
import pytest

from etl.parts import parts_inside
from etl.publishing.checks import run_checks
from etl.synthetic import ARRONDISSEMENTS, CITY, DISTRICTS, SPLIT, SPLIT_HEIRS, TOWNS
from geodata.geometry import as_geometries
from geodata.territory import Level, Part


@pytest.fixture(scope="module")
def part(synthetic_tables) -> pd.DataFrame:
    return synthetic_tables["part"].set_index(["kind", "code"])


@pytest.fixture(scope="module")
def value(synthetic_tables) -> pd.Series:
    rows = synthetic_tables["indicator_value"]
    return rows.set_index(["level", "code", "indicator"])["value"]


def test_districts_lie_in_their_city_and_have_its_land(part, synthetic_tables):
    districts = part.loc[Part.DISTRICT]
    assert districts["commune"].to_dict() == dict.fromkeys(ARRONDISSEMENTS, CITY)
    assert [name.replace("Arr", "arr") for name in DISTRICTS.values()] == districts["name"].tolist()
    territory = synthetic_tables["territory"]
    city = territory[(territory["level"] == Level.COMMUNE) & (territory["code"] == CITY)].iloc[0]
    assert districts["area_km2"].sum() == pytest.approx(city["area_km2"], rel=0.01)
    assert all(city["geom"].buffer(0.001).covers(shape) for shape in districts["geom"])


def test_residents_of_districts_are_the_citys_and_are_not_added_to_it(value):
    own = [value[Part.DISTRICT, code, "population"] for code in ARRONDISSEMENTS]
    assert own == list(ARRONDISSEMENTS.values())
    assert value[Level.COMMUNE, CITY, "population"] == sum(own)
    communes = value.xs("population", level="indicator").loc[Level.COMMUNE]
    assert value[Level.FRANCE, "FR", "population"] == communes.sum()


def test_a_city_mixed_up_with_its_districts_is_not_published(synthetic_tables):
    values = synthetic_tables["indicator_value"].copy()
    first = next(iter(ARRONDISSEMENTS))
    wrong = (values["level"] == Part.DISTRICT) & (values["code"] == first) & (values["indicator"] == "population")
    values.loc[wrong, "value"] += 1
    assert [f.code for f in run_checks(synthetic_tables | {"indicator_value": values})] == ["check_districts"]
    assert run_checks(synthetic_tables) == []


def test_a_commune_of_one_iris_is_not_told_twice(part):
    iris = part.loc[Part.IRIS]
    assert set(TOWNS) <= set(iris["commune"])
    assert (iris.groupby(iris.index.str[:5]).size() > 1).all()
    assert set(iris.loc[iris.index.str[:5].isin(list(ARRONDISSEMENTS)), "commune"]) == {CITY}
    assert not as_geometries(iris["geom"]).any()


def test_iris_have_the_name_that_a_file_gives(synthetic_tables):
    iris = pd.DataFrame({"iris": ["850010101", "850010102", "850020000"], "com": ["85001", "85001", "85002"]})
    lineage = pd.DataFrame({"code_census": ["85001", "85002"], "code": ["85001", "85002"], "weight": 1.0})
    nothing = pd.DataFrame(columns=["code", "kind", "name", "commune", "geom"])
    names = {"850010101": "Le Bourg inventé"}
    found = parts_inside(nothing, iris, lineage, synthetic_tables["territory"], names)
    assert found.table["code"].tolist() == ["850010101", "850010102"]
    assert found.table["name"].tolist()[0] == "Le Bourg inventé"
    assert pd.isna(found.table["name"].iloc[1])


def test_iris_of_a_commune_that_is_several_today_are_refused(synthetic_tables):
    iris = pd.DataFrame({"iris": [f"{SPLIT}0101", f"{SPLIT}0102"], "com": [SPLIT, SPLIT]})
    lineage = pd.DataFrame({"code_census": [SPLIT] * 3, "code": list(SPLIT_HEIRS), "weight": [0.6, 0.3, 0.1]})
    nothing = pd.DataFrame(columns=["code", "kind", "name", "commune", "geom"])
    found = parts_inside(nothing, iris, lineage, synthetic_tables["territory"])
    assert found.table.empty
    assert found.rejects["reason"].tolist() == ["iris_of_no_commune"]


def test_a_short_name_and_a_postcode_lead_to_the_district(synthetic_tables):
    alias = synthetic_tables["alias"]
    own = alias[alias["level"] == Part.DISTRICT].set_index("code")["name"]
    assert own.to_dict() == {code: f"Bourg-synthétique-85005 {n}" for n, code in enumerate(ARRONDISSEMENTS, start=1)}
    postcode = synthetic_tables["postcode"]
    assert set(postcode[postcode["postcode"] == "85391"]["code_insee"]) == {"85391", CITY}


def test_trips_leave_from_the_districts_own_point(synthetic_tables):
    access = synthetic_tables["access"].set_index(["category", "code_insee"])
    west, east = (access.loc[("mairie", code)] for code in ARRONDISSEMENTS)
    assert west["travel_min"] != east["travel_min"]
    assert west["state"] == access.loc[("mairie", CITY)]["state"]
