"""What communes can reach: no list is asked further than it goes, and shared supply is compared with its like."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from etl import access
from etl.synthetic import WITHOUT_OUTLINE
from geodata.access_model import ACCESS, PER, VARIANTS, supply_weight
from geodata.methods.travel import EARTH_RADIUS_KM, TRAVEL
from geodata.minutes import MOST_COMPLETE_MINUTES
from geodata.territory import Level


@pytest.fixture(scope="module")
def communes(synthetic_tables) -> pd.DataFrame:
    territory = synthetic_tables["territory"]
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


# ------------------------------------------------------------------------------------------------------- a real recipe


def test_every_commune_has_a_nearest_town_hall_or_a_reason(synthetic_tables, communes):
    access_table = synthetic_tables["access"]
    halls = access_table[access_table["category"] == "mairie"].set_index("code_insee")
    parts = synthetic_tables["part"]
    assert set(halls.index) == {*communes.index, *parts.loc[parts["kind"] == "district", "code"]}
    assert halls[halls["service"].isna()].index.tolist() == [WITHOUT_OUTLINE]
    assert halls.at[WITHOUT_OUTLINE, "reason"] == "no_point"
    assert halls["reason"].notna().sum() == 1
    assert halls["travel_min"].dropna().ge(0).all()
    assert halls["complete_min"].drop(WITHOUT_OUTLINE).eq(MOST_COMPLETE_MINUTES).all()
    assert halls.at[WITHOUT_OUTLINE, "complete_min"] == 0


def test_a_partial_list_proves_no_absence(synthetic_tables):
    access_table = synthetic_tables["access"]
    partial = access_table[access_table["category"] != "mairie"]
    assert set(partial["state"]) == {"partial"}
    assert partial["complete_min"].eq(0).all()


def test_the_nearest_is_the_nearest_and_never_across_the_sea(synthetic_tables, communes):
    """All pairs, by the cosine rule on the sphere."""
    access_table = synthetic_tables["access"]
    found = access_table[access_table["category"] == "mairie"].set_index("code_insee").dropna(subset="service")
    found = found[found.index.isin(communes.index)]
    service = synthetic_tables["service"].set_index("id")
    halls = service[service["category"] == "mairie"]
    x, y = (np.radians(f(halls["geom"].to_numpy(dtype=object))) for f in (shapely.get_x, shapely.get_y))
    for code, row in found.iterrows():
        lon, lat = np.radians(communes.at[code, "lon"]), np.radians(communes.at[code, "lat"])
        cosine = np.sin(lat) * np.sin(y) + np.cos(lat) * np.cos(y) * np.cos(x - lon)
        km = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1))
        same_land = (communes["land"].reindex(halls["code_insee"]) == communes.at[code, "land"]).to_numpy()
        assert row["distance_km"] == pytest.approx(km[same_land].min(), abs=1e-3)
        assert communes.at[service.at[row["service"], "code_insee"], "land"] == communes.at[code, "land"]


def test_the_models_behind_the_scores_are_written_in_the_build(synthetic_tables):
    written = pd.DataFrame(json.loads(synthetic_tables["build"].set_index("key").at["access_model", "value"]))
    assert written["name"].tolist() == [m.name for m in (ACCESS, *VARIANTS)]
    assert written[["travel", "decay", "catchment_min", "demand"]].iloc[0].tolist() == [
        "crow-fly-gironde-1", "gaussian 15 min", "30", "residents",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------- three communes

EAST_KM = (0.0, 10.0, 40.0)


def country(completeness: dict[str, dict[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Communes A, B, C on the equator, one a département, at `EAST_KM`; a nurse in A; what is known by category."""
    degrees = [km / (EARTH_RADIUS_KM * np.pi / 180) for km in EAST_KM]
    territory = pd.DataFrame(
        {"level": "commune", "code": list("ABC"), "departement": ["01", "02", "03"], "zone": "metropole",
         "land": "metropole", "density": "rural", "lon": degrees, "lat": 0.0}
    )  # fmt: skip
    services = pd.DataFrame(
        {"id": ["n--1"], "category": ["nurse"], "code_insee": ["A"], "geom": [shapely.Point(0, 0)],
         "weekly_hours": [np.nan], "capacity": [np.nan], "quantity": [np.nan]}
    )  # fmt: skip
    known = [
        {"departement": d, "category": c, "source": "s", "state": state, "rule": "every_commune", "details": "{}"}
        for c, states in completeness.items()
        for d, state in states.items()
    ]
    return services, territory, pd.DataFrame(known)


def nearest(completeness) -> pd.DataFrame:
    return access.nearest_by_category(*country(completeness)).set_index(["category", "code_insee"]).sort_index()


def test_an_absence_is_certain_up_to_the_first_place_whose_list_is_not_complete():
    rows = nearest({"nurse": {"01": "complete", "02": "complete", "03": "absent"}})
    # From A the first unknown place is C, 40 km away; from B it is C too, 30 km away. C itself is not told about.
    assert rows["complete_min"].to_dict() == {
        ("nurse", "A"): pytest.approx(TRAVEL.minutes(40), abs=1e-6),
        ("nurse", "B"): pytest.approx(TRAVEL.minutes(30), abs=1e-6),
    }
    assert rows.loc[("nurse", "B"), "travel_min"] == pytest.approx(TRAVEL.minutes(10), abs=1e-6)


def test_a_source_removed_takes_back_what_was_certain_around():
    everywhere = nearest({"nurse": dict.fromkeys(("01", "02", "03"), "complete")})
    assert everywhere["complete_min"].eq(MOST_COMPLETE_MINUTES).all()
    without = nearest({"nurse": {"01": "complete", "02": "absent", "03": "complete"}})
    assert without.index.tolist() == [("nurse", "A"), ("nurse", "C")]
    assert without["complete_min"].tolist() == pytest.approx([TRAVEL.minutes(10), TRAVEL.minutes(30)], abs=1e-6)


def test_a_stale_list_shows_what_it_lists_and_proves_nothing():
    found = nearest({"nurse": dict.fromkeys(("01", "02", "03"), "stale")})
    assert found["complete_min"].eq(0).all()
    assert found["travel_min"].notna().all()


def test_the_best_source_tells():
    services, territory, states = country({"nurse": dict.fromkeys(("01", "02", "03"), "partial")})
    better = states.assign(source="t", state="complete")
    found = access.nearest_by_category(services, territory, pd.concat([states, better]))
    assert set(found["state"]) == {"complete"}


# ------------------------------------------------------------------------------------------------------ shared supply


def test_hours_and_places_are_counted_in_services_of_average_size():
    services = pd.DataFrame(
        {
            "category": ["hall", "hall", "hall", "home", "club"],
            "weekly_hours": [10.0, 30.0, np.nan, np.nan, np.nan],
            "capacity": [np.nan, np.nan, np.nan, 60.0, np.nan],
            "quantity": [np.nan, np.nan, np.nan, np.nan, 12.0],
        }
    )
    # The mean hall opens 20 hours; the only home is the average one; twelve clubs are twelve.
    assert supply_weight(services).tolist() == [0.5, 1.5, 1.0, 1.0, 12.0]


def line(count: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """So many communes 200 km apart, one nurse in each but the first, no doctor at all; 100 residents, then 200 ..."""
    codes = [f"C{i:03}" for i in range(count)]
    lon = np.arange(count) * 200 / (EARTH_RADIUS_KM * np.pi / 180)
    territory = pd.DataFrame(
        {"level": "commune", "code": codes, "departement": "01", "zone": "metropole", "land": "metropole",
         "density": "rural", "lon": lon, "lat": 0.0}
    )  # fmt: skip
    services = pd.DataFrame(
        {"id": [f"n--{i}" for i in range(1, count)], "category": "nurse", "code_insee": codes[1:],
         "geom": shapely.points(lon[1:], 0.0), "weekly_hours": np.nan, "capacity": np.nan, "quantity": np.nan}
    )  # fmt: skip
    states = pd.DataFrame(
        {
            "departement": "01",
            "category": ["nurse", "doctor"],
            "source": "s",
            "state": "complete",
            "rule": "every_commune",
            "details": "{}",
        }
    )
    categories = pd.DataFrame({"id": ["nurse", "doctor"], "family": "professional", "counts": 1})
    residents = 100.0 * np.arange(1, count + 1)
    demand = pd.DataFrame({"residents": residents, "people": residents / 10}, index=codes)
    return services, territory, states, categories, demand


def scored(count: int) -> pd.DataFrame:
    services, territory, known, categories, demand = line(count)
    near = access.nearest_by_category(services, territory, known)
    return access.by_family(near, services, categories, territory, demand).set_index("code_insee")


def test_a_score_is_services_for_ten_thousand_people_and_a_rank_is_among_comparable_communes():
    scores = scored(50)
    # Each nurse serves her own commune alone: C001 has 200 residents, so 1 / 200 x 10,000 = 50.
    assert scores.loc["C001", "score"] == pytest.approx(PER / 200)
    assert scores.loc["C000", "score"] == 0
    # The more residents, the lower the score: nobody is below the first, one below the last, 48 below C001.
    assert scores["rank"].iloc[[0, 1, 49]].tolist() == pytest.approx([0, 49 / 50, 1 / 50])
    # Alone in its catchment, a commune ranks the same under every variant.
    assert (scores["rank_low"] == scores["rank"]).all() and (scores["rank_high"] == scores["rank"]).all()
    assert scores.loc["C000", "travel_min"] == pytest.approx(TRAVEL.minutes(200))


def test_too_few_comparable_communes_make_no_quarter():
    found = scored(39)
    assert found["score"].notna().all()
    assert found["rank"].isna().all()


def test_one_kind_of_service_is_no_family_and_the_counters_of_a_town_hall_are_one_kind():
    services, territory, states, categories, demand = line(50)
    states = states.assign(category=["mairie", "mairie_deleguee"])
    categories = categories.assign(id=["mairie", "mairie_deleguee"], family="institutional")
    services = services.assign(category="mairie")
    near = access.nearest_by_category(services, territory, states)
    assert access.by_family(near, services, categories, territory, demand).empty


def test_a_score_needs_two_kinds_that_are_listed_whole():
    services, territory, states, categories, demand = line(50)
    near = access.nearest_by_category(services, territory, states.assign(state=["complete", "partial"]))
    near = pd.concat([near, near[near["category"] == "nurse"].assign(category="doctor", complete_min=0.0)])
    scores = access.by_family(near, services, categories, territory, demand)
    assert scores["score"].isna().all()
    assert scores["travel_min"].notna().all()


@pytest.mark.parametrize("twice", [("mairie", "france_services"), ("france_services", "france_services_itinerant")])
def test_what_each_commune_has_once_and_two_counters_of_one_kind_make_no_score(twice):
    services, territory, states, categories, demand = line(50)
    kinds = dict(zip(states["category"], twice, strict=True))
    services = services.assign(category=services["category"].map(kinds))
    near = access.nearest_by_category(services, territory, states.assign(category=list(twice)))
    categories = categories.assign(id=categories["id"].map(kinds), family="institutional")
    scores = access.by_family(near, services, categories, territory, demand)
    assert scores["score"].isna().all()


def test_nothing_is_scored_on_lists_that_are_not_complete():
    services, territory, states, categories, demand = line(50)
    near = access.nearest_by_category(services, territory, states.assign(state="partial"))
    scores = access.by_family(near, services, categories, territory, demand)
    assert scores[["score", "rank", "peers"]].isna().all(axis=None)
    assert scores["travel_min"].notna().all()


def test_a_family_known_from_partial_lists_only_leaves_the_scores_of_the_others_numbers():
    services, territory, states, categories, demand = line(50)
    more = [services.assign(id=kind + services["id"], category=kind) for kind in ("team", "group")]
    services = pd.concat([services, *more])
    listed = states.assign(category=["team", "group"], state="partial")
    states = pd.concat([states, listed])
    categories = pd.concat([categories, pd.DataFrame({"id": ["team", "group"], "family": "citizen", "counts": 1})])
    near = access.nearest_by_category(services, territory, states)
    scores = access.by_family(near, services, categories, territory, demand).set_index("family")
    assert scores["score"].dtype == float
    assert scores.loc["citizen", "score"].isna().all() and scores.loc["professional", "score"].notna().all()


# ------------------------------------------------------------------------------------------------ what does not count


def citizens_of(cinema: str, team: str | None) -> pd.DataFrame:
    """Citizen rows of the three communes: a cinema in A, a team in C, 40 km away (None: no list of teams); groups are
    listed as teams are, and there is none."""
    states = {"nurse": "complete", "cinema": cinema} | ({} if team is None else {"team": team, "group": team})
    services, territory, known = country({c: dict.fromkeys(("01", "02", "03"), s) for c, s in states.items()})
    more = pd.concat([services] * 2, ignore_index=True)
    there = shapely.points(territory["lon"].iloc[[0, 2]], 0.0)
    more = more.assign(id=["c--1", "t--1"], category=["cinema", "team"], code_insee=["A", "C"], geom=there)
    services = pd.concat([services, more], ignore_index=True)
    families = ["professional", "citizen", "citizen", "citizen"]
    categories = pd.DataFrame({"id": ["nurse", "cinema", "team", "group"], "family": families, "counts": [1, 0, 1, 1]})
    demand = pd.DataFrame({"residents": 100.0, "people": 10.0}, index=list("ABC"))
    near = access.nearest_by_category(services, territory, known)
    # As a link of a pathway the cinema stays, on the spot.
    assert near.set_index(["category", "code_insee"]).at[("cinema", "A"), "travel_min"] == 0
    scores = access.by_family(near, services, categories, territory, demand)
    return scores[scores["family"] == "citizen"]


def test_a_commune_whose_only_citizen_place_is_a_cinema_has_no_citizen_response():
    found = citizens_of("complete", "complete").set_index("code_insee")
    assert found["service"].tolist() == ["t--1"] * 3
    assert found.loc["A", "travel_min"] == pytest.approx(TRAVEL.minutes(40))
    # 40 km are beyond the catchment: no team is shared in A, and the cinema is not.
    assert found.at["A", "score"] == 0 < found.at["C", "score"]


def test_a_list_that_does_not_count_proves_no_absence_of_those_that_do():
    assert citizens_of("complete", "partial")["complete_min"].eq(0).all()
    assert citizens_of("complete", "partial")["score"].isna().all()
    assert citizens_of("complete", None).empty
