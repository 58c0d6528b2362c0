"""Travel times, nearest service and shared supply: examples whose answer is found by hand."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from geodata.errors import BadInput
from geodata.methods import access
from geodata.methods.access import (
    TRAVEL,
    Decay,
    TravelModel,
    coordinates,
    drees,
    e2sfca,
    gaussian,
    nearest,
    step,
    travel,
)
from geodata.methods.travel import EARTH_RADIUS_KM, great_circle_km, travel_error

MINUTE_A_KM = TravelModel("one minute a kilometre", 0.0, 1.0, 1.0, "made for these examples")
DEGREE_KM = EARTH_RADIUS_KM * np.pi / 180  # of latitude: 111.195 km


def points(*rows, columns=("id", "lon", "lat")):
    return pd.DataFrame(rows, columns=list(columns)).set_index("id").rename_axis(None)


def pairs(*rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "minutes"])


def amounts(**values):
    return pd.Series(values, dtype=float)


def at_km(*kilometres):
    """Latitudes so many kilometres north of the equator."""
    return [km / DEGREE_KM for km in kilometres]


# -------------------------------------------------------------------------------------------------------- travel model


def test_one_degree_of_latitude_is_111_km_and_a_quarter_turn_10_008():
    assert great_circle_km(2.0, 46.0, 2.0, 47.0) == pytest.approx(111.195, abs=0.001)
    assert great_circle_km(0.0, 0.0, 90.0, 0.0) == pytest.approx(10_007.557, abs=0.001)
    assert great_circle_km(179.5, 0.0, -179.5, 0.0) == pytest.approx(111.195, abs=0.001)


def test_ten_km_take_13_minutes_by_hand():
    # 10 ** 0.83 = 6.7608; -1.57 + 2.15 x 6.7608 = 12.97
    assert TRAVEL.minutes(10.0) == pytest.approx(12.97, abs=0.005)


def test_the_same_place_is_at_zero_minutes_and_further_is_never_faster():
    assert TRAVEL.minutes(0.0) == 0
    assert TRAVEL.minutes(0.5) == 0
    assert (np.diff(TRAVEL.minutes(np.linspace(0, 1000, 100_001))) >= 0).all()


@given(st.floats(0, 1e4))
def test_the_radius_is_the_longest_distance_within_the_minutes(minutes):
    radius = TRAVEL.radius_km(minutes)
    assert TRAVEL.minutes(radius) == pytest.approx(minutes, abs=1e-9, rel=1e-12)
    assert TRAVEL.minutes(radius * 1.001 + 1e-6) > minutes


@pytest.mark.parametrize("wrong", [{"intercept_min": 1.0}, {"slope": 0.0}, {"slope": -1.0}, {"exponent": 0.0}])
def test_a_model_that_is_not_rising_from_zero_is_refused(wrong):
    with pytest.raises(BadInput, match="further is never faster"):
        dataclasses.replace(TRAVEL, **wrong)


def test_the_printed_error_is_the_one_of_the_gironde_pairs():
    shared = Path(os.environ.get("RELIANCE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    file = shared / "services" / "acces" / "metric_osrm_couples_gironde.csv"
    if not file.exists():
        pytest.skip(
            f"{file} is missing: set RELIANCE_SHARED_DATA to the folder of shared data to check the travel model"
        )
    pyproj = pytest.importorskip("pyproj")
    measured = pd.read_csv(file)
    to_degrees = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)
    ends = [to_degrees.transform(measured[f"X{end}"].to_numpy(), measured[f"Y{end}"].to_numpy()) for end in (1, 2)]
    distance_km = great_circle_km(*ends[0], *ends[1])
    assert len(TRAVEL.error) == 7
    assert sum(error.pairs for error in TRAVEL.error[1:]) == TRAVEL.error[0].pairs == len(measured)
    for printed in TRAVEL.error:
        found = travel_error(
            TRAVEL, distance_km, measured["Dist_min"].to_numpy(), from_km=printed.from_km, to_km=printed.to_km
        )
        rounded = {
            name: round(value, 3 if "relative" in name else 2) for name, value in dataclasses.asdict(found).items()
        }
        assert rounded == dataclasses.asdict(printed)


def test_an_error_over_no_pair_is_refused():
    with pytest.raises(BadInput, match="no pair between 5 and 10 km"):
        travel_error(TRAVEL, np.array([1.0]), np.array([2.0]), from_km=5, to_km=10)


# -------------------------------------------------------------------------------------------------------- travel pairs


def test_trips_up_to_the_limit_are_listed_and_the_limit_is_inclusive():
    there = at_km(0, 10, 20, 20.001)
    demand = points(("home", 0, 0))
    supply = points(*((f"s{i}", 0, lat) for i, lat in enumerate(there)))
    found = travel(demand, supply, model=MINUTE_A_KM, limit_min=20)
    assert found["destination"].tolist() == ["s0", "s1", "s2"]
    assert found["minutes"].tolist() == pytest.approx([0, 10, 20])
    assert found["distance_km"].tolist() == pytest.approx([0, 10, 20])
    assert set(found["origin"]) == {"home"}
    assert set(found["method"]) == {"one minute a kilometre"}


def test_each_argument_of_travel_changes_the_trips():
    columns = ("id", "lon", "lat", "zone")
    demand = points(("home", 0, 0, "land"), columns=columns)
    supply = points(("near", 0, at_km(9)[0], "island"), ("far", 0, at_km(19)[0], "land"), columns=columns)
    trips = {"model": MINUTE_A_KM, "limit_min": 20}
    assert travel(demand, supply, **trips)["destination"].tolist() == ["near", "far"]
    assert travel(demand, supply, **trips | {"limit_min": 10})["destination"].tolist() == ["near"]
    assert travel(demand, supply, **trips | {"within": "zone"})["destination"].tolist() == ["far"]
    assert travel(demand, supply, **trips | {"model": TRAVEL})["minutes"].iloc[0] == pytest.approx(TRAVEL.minutes(9))
    assert travel(demand, supply[supply.zone == "island"], **trips | {"within": "zone"}).empty


def test_trips_refuse_points_that_are_not_known():
    known, unknown = points(("a", 0, 0)), points(("b", np.nan, 0))
    with pytest.raises(BadInput, match="demand: no coordinates: b"):
        travel(unknown, known, model=TRAVEL, limit_min=20)
    with pytest.raises(BadInput, match="zero or more"):
        travel(known, known, model=TRAVEL, limit_min=-1)


# ------------------------------------------------------------------------------------------------------------- nearest


def test_the_nearest_of_three_town_halls():
    demand = points(("centre", 0, 0), ("north", 0, at_km(9)[0]))
    supply = points(("west", -0.01, 0), ("north", 0, at_km(10)[0]), ("far", 5, 5))
    rows = nearest(demand, supply.rename_axis("service"), model=MINUTE_A_KM)
    assert rows.columns.tolist() == ["service", "distance_km", "travel_min", "method", "reason"]
    assert rows["service"].tolist() == ["west", "north"]
    assert rows["distance_km"].tolist() == pytest.approx([0.01 * DEGREE_KM, 1])
    assert rows["travel_min"].tolist() == pytest.approx([0.01 * DEGREE_KM, 1])
    assert rows["reason"].isna().all()
    assert set(rows["method"]) == {"one minute a kilometre"}


def test_the_model_changes_the_minutes_and_not_the_distance():
    demand, supply = points(("a", 0, 0)), points(("s", 0, at_km(10)[0]))
    mine, road = (nearest(demand, supply, model=model).iloc[0] for model in (MINUTE_A_KM, TRAVEL))
    assert mine["distance_km"] == road["distance_km"]
    assert (mine["travel_min"], road["travel_min"]) == pytest.approx((10, 12.97), abs=0.005)
    assert road["method"] == TRAVEL.name


def test_nobody_crosses_the_sea():
    columns = ("id", "lon", "lat", "zone")
    demand = points(("Lyon", 4.8, 45.8, "metropole"), ("Cayenne", -52.3, 4.9, "973"), columns=columns)
    supply = points(("Paris", 2.35, 48.85, "metropole"), columns=columns)
    assert nearest(demand, supply, model=TRAVEL)["supply"].tolist() == ["Paris", "Paris"]
    rows = nearest(demand, supply, model=TRAVEL, within="zone")
    assert rows.loc["Lyon", "supply"] == "Paris"
    assert rows.loc["Cayenne", ["supply", "distance_km", "travel_min"]].isna().all()
    assert rows.loc["Cayenne", "reason"] == access.NO_SUPPLY


def test_zones_are_those_of_their_names_whatever_the_order_of_categories():
    columns = ("id", "lon", "lat", "zone")
    demand = points(("a", 0, 0, "north"), ("b", 0, 0, "south"), columns=columns)
    supply = points(("n", 1, 0, "north"), ("s", 0.1, 0, "south"), columns=columns)
    demand["zone"] = pd.Categorical(demand["zone"], ["north", "south"])
    supply["zone"] = pd.Categorical(supply["zone"], ["south", "north"])
    assert nearest(demand, supply, model=TRAVEL, within="zone")["supply"].tolist() == ["n", "s"]


def test_a_demand_without_a_point_says_so():
    rows = nearest(points(("a", 0, 0), ("b", np.nan, np.nan), ("c", 0, np.nan)), points(("s", 0, 0)), model=TRAVEL)
    assert rows["travel_min"].isna().tolist() == [False, True, True]
    assert rows["reason"].tolist()[1:] == [access.NO_POINT, access.NO_POINT]
    assert rows.loc["a", "travel_min"] == 0


def test_a_supply_without_a_point_is_refused_by_name():
    with pytest.raises(BadInput, match="supply: no coordinates: lost"):
        nearest(points(("a", 0, 0)), points(("s", 0, 0), ("lost", np.nan, 3)), model=TRAVEL)


def test_every_problem_is_told_at_once():
    demand = points(("a", 0, 95.0), ("a", 0, 0))
    supply = points(("s", 652_000.0, 6_862_000.0))
    with pytest.raises(BadInput) as error:
        nearest(demand, supply, model=TRAVEL)
    assert "demand: repeated ids: a" in str(error.value)
    assert "demand: coordinates outside ±180, ±90 degrees (projected metres?): a" in str(error.value)
    assert "supply: coordinates outside ±180, ±90 degrees (projected metres?): s" in str(error.value)


def test_a_zone_is_a_text_code():
    columns = ("id", "lon", "lat", "zone")
    demand, supply = points(("a", 0, 0, "971"), columns=columns), points(("s", 0, 0, 971), columns=columns)
    with pytest.raises(BadInput, match="supply: zone must be a text code: s"):
        nearest(demand, supply, model=TRAVEL, within="zone")
    with pytest.raises(BadInput, match="demand: missing columns: island"):
        nearest(demand, supply, model=TRAVEL, within="island")


@pytest.mark.parametrize("ids", [("b", "a", "c"), ("c", "b", "a"), ("a", "c", "b")])
def test_equally_near_goes_to_the_smallest_id_whatever_the_order(ids):
    demand = points(("middle", 0, 0), ("there", 0.1, 0))
    mirrored = points((ids[0], 0.1, 0), (ids[1], -0.1, 0), (ids[2], 0, 0.1))
    stacked = points(*((i, 0.1, 0) for i in ids))
    assert nearest(demand, mirrored, model=TRAVEL)["supply"].tolist() == ["a", ids[0]]
    assert nearest(demand, stacked, model=TRAVEL)["supply"].tolist() == ["a", "a"]


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_the_tree_finds_what_trying_every_pair_finds(seed):
    rng = np.random.default_rng(seed)
    demand, supply = scattered(rng, 30, "demand"), scattered(rng, 12, "supply")
    rows = nearest(demand, supply, model=TRAVEL)
    distances = great_circle_km(*(demand[c].to_numpy()[:, None] for c in ("lon", "lat")), supply["lon"], supply["lat"])
    assert rows["distance_km"].to_numpy() == pytest.approx(distances.min(axis=1), abs=1e-9)
    assert rows["supply"].tolist() == supply.index[distances.argmin(axis=1)].tolist()


# --------------------------------------------------------------------------------------------------------------- decay


def test_decays_by_hand():
    minutes = np.array([0.0, 5, 5.01, 10, 15, 15.01])
    assert step(minutes).tolist() == [1] * 6
    assert drees()(minutes).tolist() == [1, 1, 0.3, 0.3, 0.1, 0]
    assert drees((10, 20, 30))(minutes).tolist() == [1, 1, 1, 1, 0.3, 0.3]
    assert gaussian(10)(np.array([0.0, 10, 20])) == pytest.approx([1, 0.60653, 0.13534], abs=1e-5)
    # Half a minute is a width, and the first limit may be the door itself.
    assert gaussian(0.5)(np.array([0.5])) == pytest.approx([0.60653], abs=1e-5)
    assert drees((0, 5, 10))(minutes).tolist() == [1, 0.3, 0.1, 0.1, 0, 0]


def test_a_decay_says_its_name_and_where_it_jumps():
    assert (drees().name, drees().breaks_min) == ("drees 5/10/15 min", (5.0, 10.0, 15.0))
    assert (gaussian(7.5).name, gaussian(7.5).breaks_min) == ("gaussian 7.5 min", ())
    assert (step.name, step.breaks_min) == ("step", ())


@pytest.mark.parametrize("limits", [(10, 5, 15), (5, 5, 10), (5, 10, 10), (-1, 5, 10)])
def test_impossible_decays_are_refused(limits):
    with pytest.raises(BadInput, match="positive number of minutes"):
        gaussian(0)
    with pytest.raises(BadInput, match="three rising limits"):
        drees(limits)


# -------------------------------------------------------------------------------------------------------------- e2sfca


def test_one_commune_one_service():
    # 4 places for 200 people: 0.02 a person, wherever the service stands within the catchment.
    scores = e2sfca(amounts(c=200), amounts(s=4), pairs(("c", "s", 12)), catchment=30, decay=gaussian(15))
    assert scores.to_dict() == {"c": pytest.approx(0.02)}
    assert scores.name == "access"
    assert scores.attrs == {"catchment_min": 30, "decay": "gaussian 15 min", "method": None}


def test_without_limit_and_decay_everyone_shares_everything():
    demand, supply = amounts(a=100, b=300), amounts(s=3, t=5)
    everywhere = pairs(("a", "s", 1), ("a", "t", 99), ("b", "s", 999), ("b", "t", 4))
    scores = e2sfca(demand, supply, everywhere, catchment=np.inf, decay=step)
    assert scores.tolist() == pytest.approx([8 / 400, 8 / 400])
    columns = ("id", "lon", "lat", "demand")
    here = points(("Brest", -4.5, 48.4, 100), ("Saint-Denis", 55.5, -20.9, 300), columns=columns)
    there = points(("s", 2, 48, 3), ("t", -176.2, -13.3, 5), columns=(*columns[:3], "supply"))
    assert e2sfca(here, there, TRAVEL, catchment=np.inf, decay=step).tolist() == pytest.approx([8 / 400, 8 / 400])


def test_two_services_share_the_commune_between_them():
    # Service s is reached by a and b (100 + 300 people), t by b only.
    # Ratios: s 4/400 = 0.01, t 6/300 = 0.02. Access: a 0.01, b 0.01 + 0.02 = 0.03.
    reach = pairs(("a", "s", 5), ("b", "s", 10), ("b", "t", 5), ("a", "t", 40))
    scores = e2sfca(amounts(a=100, b=300), amounts(s=4, t=6), reach, catchment=30, decay=step)
    assert scores.to_dict() == pytest.approx({"a": 0.01, "b": 0.03})


def test_a_decay_gives_more_to_the_near():
    # Weights: a 1, b 0.3. Demand around s: 100 + 0.3 x 200 = 160. Ratio 8/160 = 0.05. Access: a 0.05, b 0.015.
    reach = pairs(("a", "s", 5), ("b", "s", 10))
    scores = e2sfca(amounts(a=100, b=200), amounts(s=8), reach, catchment=30, decay=drees())
    assert scores.to_dict() == pytest.approx({"a": 0.05, "b": 0.015})


def test_a_service_exactly_at_the_limit_counts():
    reach = pairs(("a", "s", 30), ("b", "s", 30.001))
    scores = e2sfca(amounts(a=10, b=10), amounts(s=1), reach, catchment=30, decay=step)
    assert scores.to_dict() == pytest.approx({"a": 0.1, "b": 0})
    columns = ("id", "lon", "lat")
    demand = points(("a", 0, 0), ("b", 0, -at_km(0.001)[0]), columns=columns).assign(demand=10.0)
    supply = points(("s", 0, at_km(30)[0]), columns=columns).assign(supply=1.0)
    scores = e2sfca(demand, supply, MINUTE_A_KM, catchment=30, decay=step)
    assert scores.to_dict() == pytest.approx({"a": 0.1, "b": 0})


def test_out_of_reach_is_zero_and_a_service_without_people_serves_nobody():
    found = e2sfca(amounts(empty=0, alone=50), amounts(s=5, t=7), pairs(("empty", "s", 5)), catchment=30, decay=step)
    assert found.to_dict() == {"empty": 0, "alone": 0}


def test_a_demand_without_a_point_is_unknown_rather_than_out_of_reach():
    demand = points(("a", 0, 0), ("b", np.nan, np.nan), ("far", 9, 9)).assign(demand=10.0)
    supply = points(("s", 0, 0)).assign(supply=1.0)
    scores = e2sfca(demand, supply, TRAVEL, catchment=30, decay=step)
    assert scores.loc[["a", "far"]].to_dict() == pytest.approx({"a": 0.1, "far": 0})
    assert np.isnan(scores["b"])


def test_a_matrix_says_the_same_as_its_pairs_and_a_stored_zero_is_the_same_place():
    minutes = sparse.coo_array(([0.0, 10.0, 5.0], ([0, 1, 1], [0, 0, 1])), shape=(2, 2))
    listed = pairs(("a", "s", 0), ("b", "s", 10), ("b", "t", 5))
    demand, supply = amounts(a=100, b=200), amounts(s=8, t=1)
    by_matrix = e2sfca(demand, supply, minutes, catchment=30, decay=drees())
    # Around s: 100 + 0.3 x 200 = 160, ratio 0.05; around t: 200, ratio 0.005. b: 0.3 x 0.05 + 1 x 0.005 = 0.02.
    assert by_matrix.to_dict() == pytest.approx({"a": 0.05, "b": 0.02})
    pd.testing.assert_series_equal(by_matrix, e2sfca(demand, supply, listed, catchment=30, decay=drees()))


def test_each_argument_of_e2sfca_changes_the_access():
    columns = ("id", "lon", "lat", "zone")
    demand = points(("a", 0, 0, "x"), ("b", 0, at_km(8)[0], "y"), columns=columns).assign(demand=[100.0, 300.0])
    supply = points(("s", 0, at_km(2)[0], "x"), ("t", 0, at_km(12)[0], "y"), columns=columns).assign(supply=[4.0, 6.0])
    trips = travel(demand, supply, model=MINUTE_A_KM, limit_min=99)
    for by in (MINUTE_A_KM, trips):
        usual = {"catchment": 30, "decay": gaussian(10)}
        base = e2sfca(demand, supply, by, **usual)
        others = [
            e2sfca(demand.assign(demand=[200.0, 300.0]), supply, by, **usual),
            e2sfca(demand, supply.assign(supply=[5.0, 6.0]), by, **usual),
            e2sfca(demand, supply, by, **usual | {"catchment": 7}),
            e2sfca(demand, supply, by, **usual | {"decay": step}),
            e2sfca(demand, supply, by, **usual | {"within": "zone"}),
        ]
        assert all(not np.allclose(base, other) for other in others)
        # Within each zone one commune has one service: 4/100 and 6/300.
        assert others[-1].tolist() == pytest.approx([0.04, 0.02])
    assert not np.allclose(base, e2sfca(demand, supply, TRAVEL, **usual))
    assert base.attrs["method"] == "one minute a kilometre"


def test_a_function_that_is_not_a_decay_object_is_a_decay():
    found = e2sfca(amounts(a=1), amounts(s=1), pairs(("a", "s", 3)), catchment=9, decay=lambda t: 1 / (1 + t))
    assert found.tolist() == [1]


def test_a_jump_that_is_not_declared_is_refused_rather_than_smoothed():
    demand, supply = points(("a", 0, 0)).assign(demand=1.0), points(("s", 0, 0.1)).assign(supply=1.0)

    def half_after_ten(minutes):
        return np.where(minutes <= 10, 1.0, 0.5)

    with pytest.raises(BadInput, match=r"near 10\.\d\d minutes; name the minutes"):
        e2sfca(demand, supply, TRAVEL, catchment=30, decay=half_after_ten)
    declared = Decay("half after ten", half_after_ten, breaks_min=(10,))
    assert e2sfca(demand, supply, TRAVEL, catchment=30, decay=declared).tolist() == pytest.approx([1])


def test_a_negligible_weight_is_zero_on_both_paths():
    # 8 sigma away the weight is 1e-14: without the rule, this lone commune would get the whole service.
    demand = points(("a", 0, 0)).assign(demand=1.0)
    supply = points(("s", 0, at_km(80)[0])).assign(supply=1.0)
    trips = travel(demand, supply, model=MINUTE_A_KM, limit_min=90)
    for by in (MINUTE_A_KM, trips):
        assert e2sfca(demand, supply, by, catchment=90, decay=gaussian(10)).tolist() == [0]
        assert e2sfca(demand, supply, by, catchment=90, decay=gaussian(12)).tolist() == pytest.approx([1])


@pytest.mark.parametrize(
    ("trips", "message"),
    [
        (
            pairs(("x", "s", 5), ("a", "y", 5)),
            "origin not in demand: x; destination not in supply: y. Keep only the pairs between the ids given.$",
        ),
        (pairs(("a", "s", 5), ("a", "s", 6)), "repeated pairs"),
        (pairs(("a", "s", -5)), "minutes must be known and zero or more"),
        (pairs(("a", "s", np.nan)), "minutes must be known and zero or more"),
        (pairs(("a", "s", 5)).rename(columns={"minutes": "km"}), "missing columns minutes"),
        (sparse.csr_array((2, 1)), "a matrix of 1 x 1 is expected"),
        ("road", "pairs, a sparse matrix or a TravelModel is expected, found str"),
    ],
)
def test_trips_that_cannot_be_used_are_refused(trips, message):
    with pytest.raises(BadInput, match=message):
        e2sfca(amounts(a=1), amounts(s=1), trips, catchment=30, decay=step)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"demand": amounts(a=-1)},
            "infinite or negative: a. Decide what an unknown amount is before calling.$",
        ),
        ({"supply": amounts(s=np.nan)}, "supply: amounts that are missing, infinite or negative: s"),
        ({"supply": points(("s", 0, 0))}, "supply: no column `supply`"),
        ({"catchment": -1}, "catchment of -1 minutes"),
        ({"decay": lambda t: -t}, "decay: weights must be zero or more; at 5 minutes: -5"),
        ({"decay": lambda t: 1.0}, "one weight a time is expected"),
        ({"within": "zone"}, "demand: a frame with a column `zone`"),
        ({"travel": TRAVEL}, "demand: a frame with columns lon, lat is expected, found Series"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(change, message):
    usual = {
        "demand": amounts(a=1), "supply": amounts(s=1), "travel": pairs(("a", "s", 5)), "catchment": 30, "decay": step
    }  # fmt: skip
    with pytest.raises(BadInput, match=message):
        e2sfca(**usual | change)


# -------------------------------------------------------------------------------------------------- properties, e2sfca


def scattered(rng, n, role, box=(-1.0, 1.5, 43.0, 44.5)):
    west, east, south, north = box
    return pd.DataFrame(
        {
            "lon": rng.uniform(west, east, n),
            "lat": rng.uniform(south, north, n),
            "zone": rng.choice(["x", "y"], n),
            role: rng.uniform(1, 5, n),
        },
        index=[f"{role}{i:03d}" for i in range(n)],
    )


decays = st.sampled_from([step, gaussian(3), gaussian(15), drees(), drees((10, 20, 30))])
catchments = st.sampled_from([0, 5, 20, 33.3, 60, 240, np.inf])
boxes = st.sampled_from(
    [(-1.0, 1.5, 43.0, 44.5), (-180, 180, -90, 90), (-180, 180, 89.5, 90), (55.2, 55.8, -21.4, -20.9)]
)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), decays, catchments, boxes, st.sampled_from([None, "zone"]))
def test_two_paths_one_truth(seed, decay, catchment, box, within):
    rng = np.random.default_rng(seed)
    demand, supply = scattered(rng, 60, "demand", box), scattered(rng, 25, "supply", box)
    supply.iloc[:5, :2] = demand.iloc[:5, :2].to_numpy()
    trips = travel(demand, supply, model=TRAVEL, limit_min=catchment, within=within)
    by_pairs = e2sfca(demand, supply, trips, catchment=catchment, decay=decay, within=within)
    by_points = e2sfca(demand, supply, TRAVEL, catchment=catchment, decay=decay, within=within)
    assert by_points.to_numpy() == pytest.approx(by_pairs.to_numpy(), rel=1e-9, abs=0)
    assert by_points.attrs == by_pairs.attrs | {"method": TRAVEL.name}


def test_two_paths_agree_across_the_date_line():
    demand = points(("a", 179.95, 0), ("b", -179.95, 0), ("c", 180, 0)).assign(demand=[1.0, 2.0, 4.0])
    supply = points(("s", -180, 0), ("t", 179.99, 0.01)).assign(supply=[3.0, 5.0])
    trips = travel(demand, supply, model=TRAVEL, limit_min=15)
    assert len(trips) == 6
    by_pairs = e2sfca(demand, supply, trips, catchment=15, decay=gaussian(5))
    by_points = e2sfca(demand, supply, TRAVEL, catchment=15, decay=gaussian(5))
    assert by_points.to_numpy() == pytest.approx(by_pairs.to_numpy(), rel=1e-9, abs=0)


def test_many_points_on_several_threads_agree_too():
    rng = np.random.default_rng(20171)
    demand, supply = scattered(rng, 3000, "demand"), scattered(rng, 2500, "supply")
    trips = travel(demand, supply, model=TRAVEL, limit_min=30)
    assert len(trips) > coordinates._SERIAL_PAIRS
    by_pairs = e2sfca(demand, supply, trips, catchment=30, decay=gaussian(15))
    by_points = e2sfca(demand, supply, TRAVEL, catchment=30, decay=gaussian(15))
    assert by_points.to_numpy() == pytest.approx(by_pairs.to_numpy(), rel=1e-9, abs=0)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), decays, st.sampled_from([20, 60]))
def test_what_people_get_adds_up_to_what_is_offered(seed, decay, catchment):
    rng = np.random.default_rng(seed)
    demand, supply = scattered(rng, 60, "demand"), scattered(rng, 25, "supply")
    supply[["lon", "lat"]] = demand[["lon", "lat"]].iloc[:25].to_numpy()  # so that each service is reached by someone
    scores = e2sfca(demand, supply, TRAVEL, catchment=catchment, decay=decay)
    assert (scores * demand["demand"]).sum() == pytest.approx(supply["supply"].sum(), rel=1e-12)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    demand, supply = scattered(rng, 60, "demand"), scattered(rng, 25, "supply")
    for frame in (demand, supply):
        frame.iloc[5:12, :2] = frame.iloc[4, :2].to_numpy()  # several at the same place
    trips = travel(demand, supply, model=TRAVEL, limit_min=60)
    mixed = [frame.sample(frac=1, random_state=rng) for frame in (demand, supply, trips)]
    question = {"catchment": 60, "decay": gaussian(15)}
    by_points = e2sfca(demand, supply, TRAVEL, **question)
    assert (e2sfca(*mixed[:2], TRAVEL, **question).reindex(demand.index) == by_points).all()  # to the last bit
    by_pairs = e2sfca(demand, supply, trips, **question)
    assert e2sfca(*mixed, **question).reindex(demand.index).to_numpy() == pytest.approx(by_pairs.to_numpy(), rel=1e-12)
    near = nearest(demand, supply, model=TRAVEL)
    pd.testing.assert_frame_equal(nearest(*mixed[:2], model=TRAVEL).reindex(demand.index), near)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), decays, st.integers(0, 24), st.floats(0, 100))
def test_more_supply_never_lowers_access(seed, decay, which, more):
    rng = np.random.default_rng(seed)
    demand, supply = scattered(rng, 60, "demand"), scattered(rng, 25, "supply")
    before = e2sfca(demand, supply, TRAVEL, catchment=60, decay=decay)
    supply.iloc[which, supply.columns.get_loc("supply")] += more
    after = e2sfca(demand, supply, TRAVEL, catchment=60, decay=decay)
    assert (after >= before * (1 - 1e-12)).all()


def test_inputs_are_left_as_they_were():
    rng = np.random.default_rng(1)
    demand, supply = scattered(rng, 20, "demand"), scattered(rng, 10, "supply")
    trips = travel(demand, supply, model=TRAVEL, limit_min=60)
    before = [frame.copy() for frame in (demand, supply, trips)]
    e2sfca(demand, supply, trips, catchment=60, decay=gaussian(15), within="zone")
    e2sfca(demand, supply, TRAVEL, catchment=60, decay=gaussian(15), within="zone")
    nearest(demand, supply, model=TRAVEL, within="zone")
    for frame, kept in zip((demand, supply, trips), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)
