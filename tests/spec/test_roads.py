"""Road minutes: examples on small networks whose answer is found by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import BadInput
from geodata.methods import roads
from geodata.methods.access import e2sfca, step
from geodata.methods.roads import JOIN_KMH, Ways, graph_of, nearest_by_road, travel_by_road
from geodata.methods.travel import EARTH_RADIUS_KM

DEGREE_KM = EARTH_RADIUS_KM * np.pi / 180


def ways(places, *drawn) -> Ways:
    """`places`: kilometres (east, north) of nodes at the equator; `drawn`: nodes, km/h and direction of each way."""
    node = [n for nodes, _, _ in drawn for n in nodes]
    lon, lat = (np.array([places.get(n, (np.nan, np.nan))[k] for n in node]) / DEGREE_KM for k in (0, 1))
    first = np.cumsum([0, *(len(nodes) for nodes, _, _ in drawn)])[:-1]
    kmh, direction = (np.array([way[k] for way in drawn]) for k in (1, 2))
    return Ways(np.array(node), lon, lat, first, kmh, direction)


def network(places, *drawn, spacing_km=1000.0):
    return graph_of(ways(places, *drawn), "by hand", spacing_km=spacing_km, min_part=1)


def points(**at):
    """Places at (east, north) kilometres."""
    return pd.DataFrame({i: (x / DEGREE_KM, y / DEGREE_KM) for i, (x, y) in at.items()}, index=["lon", "lat"]).T


CORNER = {1: (0, 0), 2: (12, 0), 3: (12, 5)}
"""Two roads at a right angle: 12 km east at 60 km/h, then 5 km north at 30 km/h."""
RIGHT_ANGLE = network(CORNER, ([1, 2], 60, 0), ([2, 3], 30, 0))


def minutes(graph, demand, supply, **options):
    trips = travel_by_road(demand, supply, graph, **{"limit_min": 1000} | options)
    return trips.set_index(["origin", "destination"])["minutes"].to_dict()


# ----------------------------------------------------------------------------------------------------------- the trips


def test_twelve_km_at_60_then_five_at_30_take_22_minutes_where_the_crow_flies_13_km():
    trips = travel_by_road(points(a=(0, 0)), points(s=(12, 5)), RIGHT_ANGLE, limit_min=60)
    assert trips["minutes"].tolist() == pytest.approx([12 + 10], abs=1e-3)
    assert trips["distance_km"].tolist() == pytest.approx([13], abs=1e-3)
    assert trips["method"].tolist() == ["by hand"]


def test_a_place_off_the_road_first_goes_straight_to_it_at_15_km_an_hour():
    # 1 km at 15 km/h: 4 minutes.
    times = minutes(RIGHT_ANGLE, points(a=(-1, 0)), points(s=(12, 0)))
    assert times == {("a", "s"): pytest.approx(4 + 12, abs=1e-3)}
    assert JOIN_KMH == 15


def test_a_place_further_than_five_km_from_any_road_has_no_trip():
    assert minutes(RIGHT_ANGLE, points(a=(-5.1, 0), b=(-4.9, 0)), points(s=(12, 0))).keys() == {("b", "s")}


def test_a_limit_is_inclusive():
    trips = minutes(RIGHT_ANGLE, points(a=(0, 0)), points(s=(12, 0)))
    exactly = trips["a", "s"]
    assert minutes(RIGHT_ANGLE, points(a=(0, 0)), points(s=(12, 0)), limit_min=exactly) == trips
    assert minutes(RIGHT_ANGLE, points(a=(0, 0)), points(s=(12, 0)), limit_min=exactly - 0.001) == {}


def test_two_places_at_the_same_junction_go_straight_and_the_same_place_is_at_zero_minutes():
    # Both 2 km from the junction, 1 km apart: 4 minutes, not 8 + 8 by the junction.
    times = minutes(RIGHT_ANGLE, points(a=(-2, 0)), points(near=(-2, 1), here=(-2, 0)))
    assert times["a", "near"] == pytest.approx(4, abs=1e-3)
    assert times["a", "here"] == pytest.approx(0, abs=1e-6)


def test_a_one_way_street_is_driven_one_way():
    square = {1: (0, 0), 2: (6, 0), 3: (6, 6), 4: (0, 6)}
    ring = network(square, ([1, 2, 3, 4, 1], 60, 1), spacing_km=0.001)
    times = minutes(ring, points(a=(0, 0), b=(6, 0)), points(a=(0, 0), b=(6, 0)))
    assert (times["a", "b"], times["b", "a"]) == (pytest.approx(6, abs=0.01), pytest.approx(18, abs=0.01))
    other_way = network(square, ([1, 2, 3, 4, 1], 60, -1), spacing_km=0.001)
    assert minutes(other_way, points(a=(0, 0)), points(b=(6, 0)))["a", "b"] == pytest.approx(18, abs=0.01)


def test_water_without_a_bridge_is_not_crossed_and_with_one_it_is():
    # Two shores one kilometre apart, each with its road; the bridge is nine kilometres away.
    shores = {1: (0, 0), 2: (9, 0), 3: (0, 1), 4: (9, 1)}
    without = network(shores, ([1, 2], 60, 0), ([3, 4], 60, 0))
    with_bridge = network(shores, ([1, 2], 60, 0), ([3, 4], 60, 0), ([2, 4], 60, 0))
    town, service = points(a=(0, 0)), points(s=(0, 1))
    assert minutes(without, town, service) == {}
    assert minutes(with_bridge, town, service) == {("a", "s"): pytest.approx(9 + 1 + 9, abs=1e-3)}


def test_the_quickest_of_two_roads_between_the_same_places_is_taken():
    twice = network({1: (0, 0), 2: (12, 0)}, ([1, 2], 30, 0), ([1, 2], 60, 0))
    assert minutes(twice, points(a=(0, 0)), points(s=(12, 0)))["a", "s"] == pytest.approx(12, abs=1e-3)


def test_a_road_that_leaves_the_extract_is_cut_there():
    # Node 9 is not in the extract: what is after it is not joined to what is before.
    cut = network({1: (0, 0), 2: (1, 0), 3: (3, 0), 4: (4, 0)}, ([1, 2, 9, 3, 4], 60, 0))
    assert minutes(cut, points(a=(0, 0)), points(s=(1, 0), t=(4, 0))).keys() == {("a", "s")}


def test_a_place_joins_a_long_road_where_it_passes_and_not_at_its_ends():
    # 10 km of road drawn every 100 m; the place stands beside its middle.
    straight = {n: (n / 10, 0) for n in range(101)}
    fine = network(straight, (list(straight), 60, 0), spacing_km=0.25)
    assert 34 <= len(fine.lon) <= 51
    times = minutes(fine, points(a=(5, 0.25)), points(s=(0, 0)))
    assert times["a", "s"] == pytest.approx(5 + 1, abs=0.5)


def test_land_that_no_road_leaves_is_respected_whatever_the_network_says():
    town = points(a=(0, 0)).assign(land="metropole")
    service = points(s=(12, 0), t=(12, 5)).assign(land=["29155", "metropole"])
    assert minutes(RIGHT_ANGLE, town, service, within="land").keys() == {("a", "t")}


def test_a_small_piece_of_network_does_not_count_and_a_network_of_nothing_else_is_refused():
    pieces = ways(CORNER | {8: (0, 1), 9: (1, 1)}, ([1, 2, 3], 60, 0), ([8, 9], 60, 0))
    kept = graph_of(pieces, "by hand", spacing_km=0.001, min_part=3)
    assert len(kept.lon) == 3
    with pytest.raises(BadInput, match="no piece of network with 4 nodes"):
        graph_of(pieces, "by hand", spacing_km=0.001, min_part=4)
    with pytest.raises(BadInput, match="no road for cars"):
        network({}, ([1, 2], 60, 0))


# ---------------------------------------------------------------------------------------------------------- the nearest


def test_the_nearest_by_road_is_not_the_nearest_as_the_crow_flies():
    shores = {1: (0, 0), 2: (9, 0), 3: (0, 1), 4: (9, 1)}
    graph = network(shores, ([1, 2], 60, 0), ([3, 4], 60, 0), ([2, 4], 60, 0))
    supply = points(across=(0, 1), along=(9, 0)).rename_axis("service")
    rows = nearest_by_road(points(a=(0, 0)), supply, graph).loc["a"]
    assert rows["service"] == "along"
    assert rows["travel_min"] == pytest.approx(9, abs=1e-3)
    assert rows["distance_km"] == pytest.approx(9, abs=1e-3)
    assert rows["method"] == "by hand" and pd.isna(rows["reason"])


def test_without_an_answer_the_reason_is_said_and_nothing_is_zero():
    islands = network(CORNER | {8: (30, 30), 9: (31, 30)}, ([1, 2, 3], 60, 0), ([8, 9], 60, 0))
    demand = points(none=(np.nan, np.nan), far=(-20, 0), isle=(30, 30), sea=(0, 0), well=(0, 0))
    demand["land"] = ["x", "x", "x", "29155", "x"]
    rows = nearest_by_road(demand, points(s=(12, 5)).assign(land="x"), islands, within="land")
    assert rows["reason"].to_dict() | {"well": None} == {
        "none": "no_point", "far": "no_road", "isle": "no_road", "sea": "no_supply_in_zone", "well": None
    }  # fmt: skip
    missing = rows.loc[["none", "far", "isle", "sea"], ["supply", "distance_km", "travel_min"]]
    assert missing.isna().all(axis=None)
    assert rows.loc["well", "travel_min"] == pytest.approx(12 + 5, abs=1e-3)


def test_pairs_feed_the_shared_supply():
    """Two towns at the ends of the road share one service: supply over demand is the access of each."""
    towns, service = points(a=(0, 0), b=(12, 5)), points(s=(12, 0))
    trips = travel_by_road(towns, service, RIGHT_ANGLE, limit_min=30)
    demand, supply = pd.Series({"a": 30.0, "b": 70.0}), pd.Series({"s": 5.0})
    shared = e2sfca(demand, supply, trips, catchment=30, decay=step)
    assert shared.to_dict() == {"a": pytest.approx(0.05), "b": pytest.approx(0.05)}
    assert shared.attrs["method"] == "by hand"


# ----------------------------------------------------------------------------------------------------------- properties


@st.composite
def networks(draw):
    """A grid of two-way and one-way roads, some of them missing, and places on it."""
    size = draw(st.integers(2, 4))
    places = {n: (n % size, n // size) for n in range(size * size)}
    neighbours = [(n, m) for n in places for m in (n + 1, n + size) if m in places and (m % size or m == n + size)]
    drawn = [([n, m], draw(st.sampled_from([15, 30, 60])), draw(st.sampled_from([-1, 0, 0, 1]))) for n, m in neighbours]
    some = st.lists(st.sampled_from(sorted(places)), min_size=1, max_size=4, unique=True)
    return network(places, *drawn), *(points(**{f"{p}{n}": places[n] for n in draw(some)}) for p in ("d", "s"))


@settings(max_examples=60)
@given(networks())
def test_the_nearest_is_the_least_of_the_pairs_and_pairs_are_shortest_paths(drawn):
    graph, demand, supply = drawn
    trips = minutes(graph, demand, supply)
    rows = nearest_by_road(demand, supply, graph)["travel_min"]
    least = pd.Series(trips).groupby(level=0).min() if trips else pd.Series(dtype=float)
    pd.testing.assert_series_equal(rows, least.reindex(demand.index), check_names=False, atol=1e-6)
    matrix = coo_array((graph.minutes, (graph.start, graph.end)), shape=(len(graph.lon),) * 2).tocsr()
    distances = dijkstra(matrix)
    node = {i: int(np.argmin(np.hypot(graph.lon - lon, graph.lat - lat))) for i, lon, lat in
            pd.concat([demand, supply]).itertuples()}  # fmt: skip
    for i in demand.index:
        for j in supply.index:
            expected = distances[node[i], node[j]]
            assert trips.get((i, j), np.inf) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=30)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_places_and_the_size_of_blocks_change_nothing(drawn, random):
    graph, demand, supply = drawn
    shuffled = [frame.loc[random.sample(list(frame.index), len(frame))] for frame in (demand, supply)]
    again = nearest_by_road(*shuffled, graph).loc[demand.index]
    pd.testing.assert_frame_equal(again, nearest_by_road(demand, supply, graph))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roads, "_AT_ONCE", 1)
        assert minutes(graph, *shuffled) == minutes(graph, demand, supply)
