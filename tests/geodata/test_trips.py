"""Trips of plans where roads are loaded for part of the invented country (see `tests.dashboard.synthetic`).

Three towns in a row, S1001, S1002 and S1003, are 10.6 minutes from the next in straight lines. By road a river lies
between the first two (15 minutes, by a bridge far away) and a fast road joins the others (8 minutes).
"""

import sqlite3
from contextlib import closing

import pytest

from geodata.explanation import reasons
from geodata.methods.travel import TRAVEL
from geodata.planning import case, propose
from geodata.request import OwnTeam, Request
from geodata.store import open_store
from tests.dashboard import synthetic

ROADS = "osm-car-1 (2026-01-01)"
RIVER = {
    "S1001": {"S1001": 0.0, "S1002": 15.0, "S1003": 23.0},
    "S1002": {"S1002": 0.0, "S1003": 8.0, "S1001": 15.0},
    "S1003": {"S1003": 0.0, "S1002": 8.0, "S1001": 23.0},
}
"""Minutes to each of the three from the others, nearest first."""

ONE_TEAM = Request("R1", teams=1, minutes=12, says_none_known=True, candidates="communes")


def country(folder, roads=None):
    """The invented country with these minutes by road, none at all, or (None) from before they were kept."""
    path = synthetic.write(folder / "invented.gpkg")
    with closing(sqlite3.connect(path)) as connection, connection:
        if roads is None:
            connection.execute("DROP TABLE road_reach")
        for code, minutes in (roads or {}).items():
            told = (code, ";".join(minutes), ";".join(map(str, minutes.values())), ROADS)
            connection.execute("INSERT INTO road_reach VALUES (?, ?, ?, ?)", told)
    return open_store(str(path))


@pytest.fixture(scope="module")
def by_road(tmp_path_factory):
    return country(tmp_path_factory.mktemp("roads"), RIVER)


def case_and_plan(store, **changes):
    request = Request(**{**vars(ONE_TEAM), **changes})
    places = case(store, request)
    return places, propose(places, request, draws=0)


def minutes(places) -> dict:
    return places.pairs.set_index(["origin", "destination"])["minutes"].to_dict()


def test_a_river_changes_where_the_team_goes(by_road, tmp_path):
    # Straight: S1002 reaches its two neighbours, 525 + 4,200 + 945. By road 525 + 945; S1001 its own 4,200.
    assert [site.id for site in case_and_plan(country(tmp_path))[1].sites] == ["S1002"]
    _, plan = case_and_plan(by_road)
    assert [site.id for site in plan.sites] == ["S1001"]
    assert plan.reached == pytest.approx(4200)


def test_a_time_by_road_equal_to_the_minutes_is_within_them(by_road):
    assert case_and_plan(by_road, minutes=15)[1].reached == pytest.approx(4200 + 525 + 945 + 130)


def test_trips_to_where_no_road_is_loaded_are_straight_and_cross_the_border(by_road):
    places, _ = case_and_plan(by_road, minutes=15)
    assert minutes(places)["S2001", "S1004"] == pytest.approx(14.3, abs=0.1), "another département"
    assert minutes(places)["S1001", "S1004"] == pytest.approx(14.3, abs=0.1), "roads end at S1003"
    assert minutes(places)["S1001", "S1002"] == 15.0
    assert ("S1001", "S1003") not in minutes(places)
    assert places.travel_method == f"{TRAVEL.name} + {ROADS}"


def test_each_site_says_how_its_minutes_are_known(by_road):
    places, plan = case_and_plan(by_road, minutes=15, teams=3, forced=("S1003", "S1002", "S2003"))
    told = {site: reason.travel for site, reason in reasons(places, ONE_TEAM, plan).items()}
    assert told == {"S1002": f"{TRAVEL.name} + {ROADS}", "S1003": f"{TRAVEL.name} + {ROADS}", "S2003": TRAVEL.name}
    places, plan = case_and_plan(by_road, minutes=12, forced=("S1003",))
    assert reasons(places, ONE_TEAM, plan)["S1003"].travel == ROADS, "S1006 is 14 minutes away"


def test_a_service_away_from_the_point_of_its_commune_is_reached_in_a_straight_line(by_road):
    halls = minutes(case(by_road, Request(**{**vars(ONE_TEAM), "minutes": 60, "candidates": "association"})))
    assert halls["S1002", "synthetic--association-S1001"] < 15


def test_a_team_that_the_planner_knows_is_reached_by_road(by_road):
    team = {"own_teams": (OwnTeam("Équipe", "S1001"),), "says_none_known": False}
    assert minutes(case_and_plan(by_road, minutes=15, **team)[0])["S1002", "own--1"] == 15.0


def test_beyond_the_trips_kept_no_straight_line_comes_nearer(tmp_path):
    """S1003 is more than an hour from S1001 by road: 20 minutes in a straight line are not believed."""
    apart = {code: {code: 0.0} for code in ("S1001", "S1003")}
    store = country(tmp_path, apart)
    request = Request(**{**vars(ONE_TEAM), "minutes": 60})
    assert ("S1003", "S1001") not in minutes(case(store, request))
    assert minutes(case(store, Request(**{**vars(request), "minutes": 90})))["S1003", "S1001"] == pytest.approx(60.1)


def test_a_town_is_no_suburb_of_one_that_the_river_keeps_away(by_road, tmp_path):
    near = {"S1003": {"S1003": 0.0, "S1001": 9.0}, "S1001": {"S1001": 0.0, "S1003": 9.0}}
    towns = Request(**{**vars(ONE_TEAM), "candidates": "towns", "least_residents": 5_000})
    # Straight and by the first roads, S1003 (9,000 residents) is 20 minutes or more from S1001 (21,000).
    assert "S1003" in case(by_road, towns).sites.index
    assert "S1003" not in case(country(tmp_path, near), towns).sites.index
