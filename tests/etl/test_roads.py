"""Roads of an extract: what is read of it, which communes it covers, where its minutes replace the crow-fly ones."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

from etl.reading.intake import intake
from etl.rejects import reject_frame
from etl.roads import Roads, by_road, covered_communes, read_roads, road_reach
from etl.sources import osm_roads
from etl.sources.osm_roads import Extract
from geodata.errors import BadInput
from geodata.methods.roads import CAR, RoadGraph, graph_of, nearest_by_road
from geodata.methods.travel import EARTH_RADIUS_KM, TRAVEL
from geodata.source import Snapshot
from geodata.territory import Level

DEGREE_KM = EARTH_RADIUS_KM * np.pi / 180


def snapshot(path: Path) -> Snapshot:
    return Snapshot(osm_roads.SOURCE, path, "", path.stat().st_size)


def extract(path: Path, nodes: dict[int, tuple[float, float]], *ways: tuple[list[int], dict[str, str]]) -> Path:
    """A file in OpenStreetMap's format with these nodes (lon, lat) and ways (nodes, tags)."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lon, lat) in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat)))
        for number, (members, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=members, tags=tags))
    return path


SQUARE = {1: (0.0, 0.0), 2: (0.1, 0.0), 3: (0.1, 0.1), 4: (0.0, 0.1)}


def read(tmp_path, *ways) -> osm_roads.Extract:
    return osm_roads.read(snapshot(extract(tmp_path / "small.osm.pbf", SQUARE, *ways)))


# --------------------------------------------------------------------------------------------------- what is read of it


@pytest.mark.parametrize(
    ("tags", "kmh", "direction"),
    [
        ({"highway": "secondary"}, 55, 0),
        ({"highway": "secondary", "maxspeed": "80"}, 64, 0),
        ({"highway": "secondary", "maxspeed": "FR:urban"}, 55, 0),
        ({"highway": "secondary", "maxspeed": "50 mph"}, 55, 0),
        ({"highway": "secondary", "maxspeed": "0"}, 55, 0),
        ({"highway": "residential", "oneway": "yes"}, 25, 1),
        ({"highway": "residential", "oneway": "-1"}, 25, -1),
        ({"highway": "residential", "oneway": "no"}, 25, 0),
        ({"highway": "motorway"}, 90, 1),
        ({"highway": "motorway", "oneway": "no"}, 90, 0),
        ({"highway": "tertiary", "junction": "roundabout"}, 40, 1),
        ({"highway": "service", "access": "destination"}, 15, 0),
    ],
)
def test_speed_and_direction_of_a_road(tmp_path, tags, kmh, direction):
    ways = read(tmp_path, ([1, 2], tags)).ways
    assert (ways.kmh.tolist(), ways.direction.tolist()) == ([kmh], [direction])


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "track"},
        {"route": "ferry"},
        {"highway": "residential", "access": "no"},
        {"highway": "residential", "access": "private"},
        {"highway": "residential", "motor_vehicle": "no"},
        {"building": "yes"},
    ],
)
def test_what_no_car_drives_on_is_not_read(tmp_path, tags):
    assert len(read(tmp_path, ([1, 2], tags), ([2, 3], {"highway": "primary"})).ways.first) == 1


def test_points_keep_their_places_and_those_that_are_not_there_are_missing(tmp_path):
    ways = read(tmp_path, ([1, 2, 9], {"highway": "primary"}), ([3, 4], {"highway": "primary"})).ways
    assert ways.node.tolist() == [1, 2, 9, 3, 4]
    assert ways.first.tolist() == [0, 3]
    np.testing.assert_allclose(ways.lon, [0.0, 0.1, np.nan, 0.1, 0.0], atol=1e-7)


@pytest.mark.parametrize("spoil", [lambda body: body[: len(body) // 2], lambda body: body[:20], lambda body: body[:-9]])
def test_a_damaged_extract_is_named(tmp_path, spoil):
    whole = extract(tmp_path / "whole.osm.pbf", SQUARE, ([1, 2, 3, 4], {"highway": "primary"}))
    damaged = tmp_path / "damaged.osm.pbf"
    damaged.write_bytes(spoil(whole.read_bytes()))
    with pytest.raises(BadInput, match=r"damaged\.osm\.pbf cannot be read as an OpenStreetMap extract"):
        osm_roads.read(snapshot(damaged))


def test_an_extract_without_roads_is_named(tmp_path):
    found = {"osm_roads": [snapshot(extract(tmp_path / "empty.osm.pbf", SQUARE))]}
    roads = read_roads(found, COUNTRY)
    assert roads.graph is None and not roads.accepted
    (reject,) = roads.rejects.to_dict("records")
    assert (reject["row"], reject["key"]) == ("file", "empty.osm.pbf")
    assert (reject["reason"], "no_road" in reject["details"]) == ("file_refused", True)


def test_an_extract_is_recognised_by_what_it_holds(tmp_path):
    extract(tmp_path / "roads.osm.pbf", SQUARE, ([1, 2], {"highway": "primary"})).rename(tmp_path / "anything.bin")
    snapshots, unread = intake(tmp_path, [osm_roads])
    assert [file.path.name for file in snapshots["osm_roads"]] == ["anything.bin"]
    assert unread == []
    _, (unread,) = intake(tmp_path, [])
    assert "roads of no known source" in unread.reason


# ---------------------------------------------------------------------------------------- covered communes, by hand


def square(code: str, column: float, **more) -> dict:
    """A commune 0.1 degree wide on the equator, its point in its middle."""
    geom = shapely.box(column / 10, 0, column / 10 + 0.1, 0.1)
    place = {"lon": geom.centroid.x, "lat": geom.centroid.y, "land": "metropole", "area_km2": 100.0}
    return {"level": Level.COMMUNE, "code": code, "geom": geom} | place | more


COUNTRY = pd.DataFrame([square("A", 0), square("B", 1), square("C", 2)])


def road(east: float, per_km: int = 40) -> RoadGraph:
    """A straight road at 60 km/h along the middle of the communes, from 0 to so many degrees east."""
    lon = np.linspace(0, east, max(int(east * DEGREE_KM * per_km), 2))
    rows = np.arange(len(lon) - 1)
    minutes = np.diff(lon) * DEGREE_KM
    start, end = np.append(rows, rows + 1), np.append(rows + 1, rows)
    return RoadGraph("by road", lon, np.full(len(lon), 0.05), start, end, np.append(minutes, minutes))


def whole(east: float) -> Extract:
    return Extract(None, shapely.box(-0.01, -0.01, east, 0.11), "")


def test_a_commune_is_covered_where_the_extract_goes_and_has_roads():
    assert covered_communes(road(0.3), [whole(0.31)], COUNTRY).tolist() == ["A", "B", "C"]
    assert covered_communes(road(0.3), [whole(0.25)], COUNTRY).tolist() == ["A", "B"], "C is cut by the extract's edge"
    assert covered_communes(road(0.2), [whole(0.31)], COUNTRY).tolist() == ["A", "B"], "C has no road"
    assert covered_communes(road(0.3, per_km=2), [whole(0.31)], COUNTRY).tolist() == [], (
        "hardly a node a square kilometre"
    )


def services(**at: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": list(at), "category": "nurse", "code_insee": [code for code, _ in at.values()],
         "geom": [shapely.Point(lon, 0.05) for _, lon in at.values()],
         "weekly_hours": np.nan, "capacity": np.nan, "quantity": np.nan}
    )  # fmt: skip


def access(**nearest: tuple[str, float]) -> pd.DataFrame:
    """Rows of table `access` as the crow-fly model would have left them: nearest service and minutes by commune."""
    return pd.DataFrame(
        {"code_insee": list(nearest), "category": "nurse", "service": [service for service, _ in nearest.values()],
         "distance_km": 1.0, "travel_min": [minutes for _, minutes in nearest.values()], "state": "complete",
         "complete_min": 120.0, "method": TRAVEL.name, "reason": None}
    )  # fmt: skip


ROADS = Roads(road(0.2), pd.Index(["A", "B"]), {}, reject_frame("", []), ())


def test_covered_communes_go_by_road_and_the_others_stay_as_they_were():
    before = access(A=("a", 1.0), B=("a", 2.0), C=("a", 3.0))
    after = by_road(before, services(a=("A", 0.05)), COUNTRY, ROADS).set_index("code_insee")
    assert after["method"].to_dict() == {"A": "by road", "B": "by road", "C": TRAVEL.name}
    # 0.1 degree of the equator is 11.12 km: as many minutes at 60 km/h.
    assert after["travel_min"].to_dict() == {
        "A": pytest.approx(0, abs=0.1), "B": pytest.approx(11.12, abs=0.1), "C": 3.0
    }  # fmt: skip
    assert after.loc["C"].dropna().to_dict() == before.set_index("code_insee").loc["C"].dropna().to_dict()


def test_the_service_is_the_one_that_is_nearest_by_road():
    """As the crow flies `near` is nearer, but on a bank of its own, whose road is joined to nothing."""
    main = road(0.2)
    end = len(main.lon)
    bank = RoadGraph(
        "by road",
        np.append(main.lon, [0.05, 0.051]),
        np.append(main.lat, [0.06, 0.06]),
        np.append(main.start, end),
        np.append(main.end, end + 1),
        np.append(main.minutes, 0.1),
    )
    both = services(near=("A", 0.05), far=("B", 0.12))
    both.loc[0, "geom"] = shapely.Point(0.05, 0.06)
    after = by_road(
        access(A=("near", 1.0)), both, COUNTRY, Roads(bank, ROADS.covered, {}, reject_frame("", []), ())
    ).iloc[0]
    assert after["service"] == "far"
    assert after["travel_min"] == pytest.approx(0.07 * DEGREE_KM, abs=0.1)


def test_a_nearest_service_beyond_the_extract_stays_with_its_crow_fly_minutes():
    both = services(a=("A", 0.05), c=("C", 0.21))
    after = by_road(access(A=("a", 1.0), B=("c", 2.0)), both, COUNTRY, ROADS).set_index("code_insee")
    assert after["service"].to_dict() == {"A": "a", "B": "c"}
    assert after["method"].to_dict() == {"A": "by road", "B": TRAVEL.name}


def test_where_no_road_leads_the_reason_is_said_and_nothing_is_zero():
    away = pd.DataFrame([square("A", 0, lat=5.0), square("B", 1)])
    after = by_road(access(A=("a", 1.0), B=("a", 1.0)), services(a=("A", 0.05)), away, ROADS).set_index("code_insee")
    assert after.at["A", "reason"] == "no_road"
    assert after.loc["A", ["service", "distance_km", "travel_min"]].isna().all()
    assert after.at["B", "travel_min"] > 0 and pd.isna(after.at["B", "reason"])


def test_without_an_extract_or_a_covered_commune_nothing_changes():
    before = access(A=("a", 1.0))
    roads = read_roads({}, COUNTRY)
    assert by_road(before, services(a=("A", 0.05)), COUNTRY, roads) is before
    assert (dict(roads.accepted), len(roads.rejects), tuple(roads.snapshots)) == ({}, 0, ())
    elsewhere = Roads(ROADS.graph, pd.Index([], dtype=object), {}, reject_frame("", []), ())
    assert by_road(before, services(a=("A", 0.05)), COUNTRY, elsewhere) is before


def test_trips_between_covered_communes_are_kept_for_plans_of_teams():
    # 0.1 degree of the equator is 11.12 km, as many minutes at 60 km/h; C is not covered.
    rows = road_reach(COUNTRY, ROADS).set_index("code_insee")
    assert rows["reached_from"].to_dict() == {"A": "A;B", "B": "B;A"}
    assert rows["minutes"].to_dict() == {"A": "0.0;11.1", "B": "0.0;11.1"}
    assert set(rows["method"]) == {"by road"}


def test_no_trip_crosses_the_sea_and_none_is_kept_beyond_an_hour():
    island = pd.DataFrame([square("A", 0), square("B", 1, land="29155")])
    assert road_reach(island, ROADS)["reached_from"].tolist() == ["A", "B"]
    slow = replace(ROADS.graph, minutes=ROADS.graph.minutes * 6)
    assert road_reach(COUNTRY, replace(ROADS, graph=slow))["reached_from"].tolist() == ["A", "B"]
    assert road_reach(COUNTRY, read_roads({}, COUNTRY)).empty


def test_two_extracts_are_one_network_where_they_meet(tmp_path):
    long = {n: (n / 500, 0.05) for n in range(1, 151)}
    west, east = (
        extract(tmp_path / name, {n: long[n] for n in half}, (list(half), {"highway": "primary"}))
        for name, half in {"west.osm.pbf": range(1, 81), "east.osm.pbf": range(70, 151)}.items()
    )
    roads = read_roads({"osm_roads": [snapshot(west), snapshot(east)]}, COUNTRY)
    ends = pd.DataFrame({"lon": [long[1][0], long[150][0]], "lat": 0.05}, index=["w", "e"])
    rows = nearest_by_road(ends.loc[["w"]], ends.loc[["e"]], roads.graph)
    assert rows["travel_min"].tolist() == pytest.approx([149 / 500 * DEGREE_KM / 65 * 60], rel=1e-3)
    assert roads.graph.name == f"{CAR.name} (date inconnue)"
    assert list(roads.accepted.values()) == [2]


def test_what_each_model_is_worth_is_written_in_the_build(synthetic_tables):
    models = json.loads(synthetic_tables["build"].set_index("key").at["travel_models", "value"])
    assert set(models) == {TRAVEL.name, CAR.name}
    assert any("mountains" in limit for limit in models[TRAVEL.name])
    assert any("Valhalla" in limit for limit in models[CAR.name])


# ------------------------------------------------------------------------------------------------------ real extracts


def osm(shared_data: Path, name: str) -> Snapshot:
    return snapshot(shared_data / "services" / "osm" / f"{name}.osm.pbf")


@pytest.mark.parametrize(
    ("name", "ways", "nodes", "dated"),
    [("andorra", 1159, 2776, "2013-05-28"), ("saint_barthelemy", 504, 1120, "")],
)
def test_a_real_extract_is_read_whole(shared_data, name, ways, nodes, dated):
    found = osm_roads.read(osm(shared_data, name))
    assert (len(found.ways.first), found.dated) == (ways, dated)
    graph = graph_of(found.ways, name)
    assert len(graph.lon) == nodes
    assert shapely.covers(found.box.buffer(0.2), shapely.points(graph.lon, graph.lat)).all()


def test_in_mountains_roads_take_longer_than_the_crow_fly_model_says(shared_data):
    """Andorra: places 5 to 20 km apart. The model fitted in a flat département is a third too fast there."""
    graph = graph_of(osm_roads.read(osm(shared_data, "andorra")).ways, "andorra")
    rng = np.random.default_rng(1)
    some = rng.choice(len(graph.lon), 60, replace=False)
    places = pd.DataFrame({"lon": graph.lon[some], "lat": graph.lat[some]}, index=[f"p{i}" for i in range(60)])
    one = places.iloc[[0]].rename_axis("service")
    rows = nearest_by_road(places, one, graph)
    apart = rows[rows["distance_km"].between(5, 20)]
    assert len(apart) > 20
    ratio = TRAVEL.minutes(apart["distance_km"]) / apart["travel_min"]
    assert 0.5 < ratio.median() < 0.8


def test_communes_around_monaco_go_to_their_town_halls_by_road(shared_data, real_tables):
    """A real extract over real communes: those it holds whole change, the others do not."""
    territory, service, before = (real_tables[name] for name in ("territory", "service", "access"))
    roads = read_roads({"osm_roads": [osm(shared_data, "monaco")]}, territory)
    assert set(roads.covered) <= {"06012", "06032", "06150"}
    assert "06012" in roads.covered
    after = by_road(before, service, territory, roads)
    changed = (after["method"] != before["method"]).to_numpy()
    assert set(after.loc[changed, "code_insee"]) == set(roads.covered)
    pd.testing.assert_frame_equal(after[~changed], before[~changed], check_dtype=False)
    halls = after[changed & (after["category"] == "mairie")]
    assert len(halls) == len(roads.covered)
    assert halls["method"].eq("osm-car-1 (2016-03-05)").all()
    assert halls["travel_min"].between(0, 20).all()
