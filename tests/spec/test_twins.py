"""Twin territories: same density class first, then the nearest in composition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadInput
from geodata.methods.twins import CHANCE, twins


def test_nearest_first():
    """Four villages in a row at 0, 1, 3 and 7: the twins of the first are the second, then the third."""
    position, distance = twins(np.array([[0.0], [1], [3], [7]]), np.zeros(4), 2)
    assert position.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    sd = np.std([0, 1, 3, 7])
    assert distance[0] == pytest.approx([1 / sd, 3 / sd])


def test_density_class_comes_first():
    """A dense commune at the same point is no twin while there is another village, however far."""
    position, _ = twins(np.array([[0.0], [0.0], [100.0]]), np.array(["rural", "dense", "rural"]), 1)
    assert position[0].tolist() == [2]


def test_a_class_too_small_is_completed():
    """Two villages among four communes, three twins each: the other village first, then the towns, nearest first."""
    position, _ = twins(np.array([[0.0], [9], [2], [5]]), np.array(["rural", "rural", "dense", "dense"]), 3)
    assert position[0].tolist() == [1, 2, 3]


def test_features_are_put_on_one_scale():
    """Residents in thousands or in units: the same twins."""
    points = np.random.default_rng(0).normal(size=(30, 2))
    one, _ = twins(points, np.zeros(30), 4)
    other, _ = twins(points * [1000, 1], np.zeros(30), 4)
    assert (one == other).all()


def test_a_feature_that_never_varies_changes_nothing():
    points = np.random.default_rng(0).normal(size=(30, 2))
    one, _ = twins(points, np.zeros(30), 4)
    other, _ = twins(np.column_stack([points, np.full(30, 5.0)]), np.zeros(30), 4)
    assert (one == other).all()


@given(st.integers(12, 40), st.integers(1, 3), st.integers(0, 5))
def test_nobody_is_its_own_twin_nor_twice_another_s(areas, classes, seed):
    rng = np.random.default_rng(seed)
    # Few distinct points, so that many areas are identical.
    position, distance = twins(rng.integers(0, 3, (areas, 2)), rng.integers(0, classes, areas), 10)
    for i, row in enumerate(position):
        assert i not in row
        assert len(set(row)) == 10
    assert np.isfinite(distance).all()


def test_refusals():
    with pytest.raises(BadInput) as error:
        twins(np.array([[0.0], [np.inf]]), np.zeros(2), 10)
    assert "features of areas 1 are infinite" in str(error.value)
    assert "10 twins are asked for among 2 areas" in str(error.value)


def test_unknown_is_never_alike():
    """Poverty of three villages: 0, not known, 1.2 (their standard deviation is 0.6). The first and the last differ by
    2 standard deviations, each from the second by the square root of 2: what two taken at random differ by."""
    position, distance = twins(np.array([[0.0], [np.nan], [1.2]]), np.zeros(3), 2)
    assert distance == pytest.approx(np.array([[2**0.5, 2], [2**0.5, 2**0.5], [2**0.5, 2]]))
    assert position[0].tolist() == [1, 2] and position[2].tolist() == [1, 0]


def test_two_unknowns_are_not_equal():
    """Ages 0, 0, 0.1 and 3; poverty not known of the first two: the first is no nearer to the second than its ages."""
    features = np.array([[0.0, np.nan], [0.0, np.nan], [0.1, 5.0], [3.0, 6.0]])
    position, distance = twins(features, np.zeros(4), 1)
    assert position[0].tolist() == [1] and distance[0] == pytest.approx([2**0.5])


def test_none_is_ten_times_larger():
    """Four places of one class: 1,000 and 5,000 are peers, 9,999 of 1,000 too, 200,000 has nobody."""
    size = np.array([1_000.0, 5_000, 9_999, 200_000])
    position, distance = twins(np.array([[0.0], [0.1], [0.2], [3]]), np.zeros(4), 2, size)
    assert sorted(position[0]) == [1, 2]
    assert position[3].tolist() == [-1, -1] and np.isnan(distance[3]).all()


def test_no_twin_rather_than_one_that_is_not_alike():
    """Five villages of a size, four of them alike; the fifth is further than chance would put it, and alone."""
    position, _ = twins(np.array([[0.0], [0.1], [0.2], [0.3], [9.0]]), np.zeros(5), 3, np.full(5, 500.0))
    assert position[4].tolist() == [-1, -1, -1]
    assert (position[:4] < 4).all() and (position[:4] >= 0).all()


@given(st.integers(12, 40), st.integers(0, 30), st.booleans())
def test_the_nearest_peers_and_no_other(areas, seed, has_size):
    """Against every pair looked at: own class first, unknowns counted as chance, peers alone where sizes are given."""
    rng = np.random.default_rng(seed)
    size, classes = 10 ** rng.uniform(2, 5, areas), rng.integers(0, 2, areas)
    features = np.where(rng.random((areas, 3)) < 0.3, np.nan, rng.normal(size=(areas, 3)))
    position, distance = twins(features, classes, 3, size if has_size else None)
    scaled = features / np.nanstd(features, axis=0)
    for i in range(areas):
        square = (scaled - scaled[i]) ** 2
        apart = np.sqrt(np.where(np.isnan(square), CHANCE, square).sum(axis=1))
        is_peer = np.arange(areas) != i
        if has_size:
            is_peer &= (np.abs(np.log10(size / size[i])) < 1) & (apart < np.sqrt(CHANCE * 3))
        order = [j for j in np.lexsort((apart, classes != classes[i])) if is_peer[j]][:3]
        found = position[i][position[i] >= 0]
        assert len(found) == len(order) == len(set(found)) and is_peer[found].all()
        assert distance[i, : len(order)] == pytest.approx(apart[order])
        assert (classes[found] == classes[order]).all()


def test_refusals_name_ten_areas_at_most():
    features = np.full((12, 2), np.inf)
    features[:, 0] = 0.0
    with pytest.raises(BadInput) as error:
        twins(features, np.zeros(12), 3)
    assert str(error.value).startswith("Twins cannot be found:\n- features of areas 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 are")
    with pytest.raises(BadInput, match="3 twins are asked for among 3 areas: ask for fewer than the areas"):
        twins([[0.0], [1.0], [2.0]], [0, 0, 0], 3)
    assert twins([[0.0], [1.0], [2.0]], [0, 0, 0], 2)[0].shape == (3, 2)


def test_ten_twins_unless_another_number_is_asked_for():
    position, distance = twins(np.arange(12.0)[:, None], np.zeros(12))
    assert position.shape == distance.shape == (12, 10)


def test_none_is_a_feature_that_is_not_known_and_numbers_may_come_as_lists():
    lists = twins([[0, None], [1, 5], [3, 4], [7, None]], ["a", "a", "b", "b"], 2, [100, 200, 300, 400])
    arrays = twins(
        np.array([[0, np.nan], [1, 5], [3, 4], [7, np.nan]]), np.array(["a", "a", "b", "b"]), 2,
        np.array([100.0, 200, 300, 400]),
    )  # fmt: skip
    assert lists[0].tolist() == arrays[0].tolist()
    assert lists[1] == pytest.approx(arrays[1], nan_ok=True)


def test_a_feature_known_of_nobody_changes_nothing():
    points = np.random.default_rng(0).normal(size=(20, 2))
    one, near = twins(points, np.zeros(20), 4)
    other, far = twins(np.column_stack([points, np.full(20, np.nan)]), np.zeros(20), 4)
    assert (one == other).all() and far == pytest.approx(near)


def test_exactly_ten_times_larger_is_no_peer():
    position, _ = twins(np.array([[0.0], [0.1], [5.0]]), np.zeros(3), 1, np.array([1_000.0, 10_000, 400_000]))
    assert position[:2].tolist() == [[-1], [-1]]


def test_nobody_counts_as_one_inhabitant():
    """Villages of 0, 1 and 9 residents are of a size; one of 10 is just ten times the first, and one of 5 is far."""
    features = np.array([[0.0], [0.0], [0.0], [0.01], [9.0]])
    position, _ = twins(features, np.zeros(5), 3, np.array([0.0, 1, 9, 10, 5]))
    assert sorted(position[0]) == [-1, 1, 2]


def test_as_far_as_chance_is_no_peer():
    """Two areas whose only feature is not known of one: just as far as two taken at random."""
    position, _ = twins(np.array([[0.0], [np.nan], [1.0]]), np.zeros(3), 1, np.full(3, 500.0))
    assert position[1].tolist() == [-1]


def test_peers_far_down_the_list_are_found():
    """Forty cities nearer in composition, of another size; the three villages of a size are found behind them."""
    features = np.concatenate([np.linspace(0, 0.01, 41), [0.02, 0.03, 0.04], [5.0] * 6])[:, None]
    size = np.concatenate([[100.0], np.full(40, 1e6), np.full(3, 150.0), np.full(6, 1e6)])
    position, distance = twins(features, np.zeros(50), 3, size)
    assert position[0].tolist() == [41, 42, 43]
    assert distance[0] == pytest.approx(np.array([0.02, 0.03, 0.04]) / np.std(features))
