"""Twin territories: same density class first, then the nearest in composition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadInput
from geodata.methods.twins import twins


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
        twins(np.array([[0.0], [np.nan]]), np.zeros(2), 10)
    assert "features of areas 1 are not finite" in str(error.value)
    assert "10 twins are asked for among 2 areas" in str(error.value)


def test_none_is_ten_times_larger():
    """Four places of one class: 1,000 and 5,000 are peers, 9,999 of 1,000 too, 200,000 has nobody."""
    size = np.array([1_000.0, 5_000, 9_999, 200_000])
    position, distance = twins(np.array([[0.0], [1], [2], [3]]), np.zeros(4), 2, size)
    assert sorted(position[0]) == [1, 2]
    assert position[3].tolist() == [-1, -1] and np.isnan(distance[3]).all()


@given(st.integers(12, 40), st.integers(0, 5))
def test_every_peer_of_a_size_is_found(areas, seed):
    """As many twins as there are areas of a size, up to the number asked for, of the own class first."""
    rng = np.random.default_rng(seed)
    size, classes = 10 ** rng.uniform(2, 6, areas), rng.integers(0, 2, areas)
    position, _ = twins(rng.normal(size=(areas, 2)), classes, 3, size)
    for i, row in enumerate(position):
        alike = np.abs(np.log10(size / size[i])) < 1
        assert (row >= 0).sum() == min(3, alike.sum() - 1)
        assert alike[row[row >= 0]].all() and i not in row
