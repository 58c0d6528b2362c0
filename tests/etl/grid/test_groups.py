"""Groups of squares: large enough to be told of, and nothing smaller can be worked out from all that is published."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.grid.groups import LEAST, grouped, groups_of
from geodata.errors import BadInput
from geodata.square_groups import BEYOND, NO_DATA, Groups, unpacked


def cells(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    """Cells of (commune, x, y, residents), sorted by commune."""
    frame = pd.DataFrame(sorted(rows), columns=["code_insee", "x", "y", "residents"])
    place = {"land": "m", "lon": frame["x"] / 100, "lat": frame["y"] / 100, "side_m": 200, "source": "insee_squares"}
    return frame.assign(**place, is_imputed=frame.index % 2 == 0)


def derivable(published: list[np.ndarray], residents: np.ndarray) -> list[int]:
    """Residents of every set of cells whose count follows from the published sums by adding and subtracting.

    `published` are the sets of cells, as rows of 0 and 1. Every set is tried: few cells only.
    """
    basis = np.array(published, float)
    # A set is derivable when it lies in the space of the sums: its rest after projection is nothing.
    project = np.linalg.pinv(basis) @ basis
    found = [np.array(bits, float) for bits in product((0, 1), repeat=len(residents)) if any(bits)]
    return [int(residents @ one) for one in found if np.allclose(one @ project, one)]


def sums(labels: np.ndarray) -> list[np.ndarray]:
    return [labels == label for label in np.unique(labels)]


def test_small_squares_join_their_nearest_and_large_ones_stay():
    found = cells(("A", 0, 0, 40), ("A", 1, 0, 4), ("A", 9, 0, 6), ("A", 10, 0, 5), ("A", 20, 0, 11))
    assert groups_of(found).tolist() == [0, 0, 1, 1, 2]


def test_a_group_never_leaves_its_commune():
    squares = cells(("A", 0, 0, 40), ("A", 5, 0, 4), ("B", 6, 0, 300), ("C", 7, 0, 3), ("C", 8, 0, 2))
    labels = groups_of(squares)
    assert labels.tolist() == [0, 0, 1, 2, 2]
    assert grouped(squares, labels)["residents"].tolist() == [44, 300, 5]  # C holds no more: one group, never shown


def test_a_group_leaves_from_its_square_with_the_most_residents():
    found = cells(("A", 0, 0, 4), ("A", 1, 0, 40), ("A", 2, 0, 9))
    row = grouped(found, groups_of(found)).iloc[0]
    assert row[["lon", "residents", "imputed", "cells"]].tolist() == [0.01, 53, 13, 3]


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(0, 6), st.integers(0, 6), st.integers(1, 30)),
        min_size=1, max_size=9, unique_by=lambda row: row[:3],
    )
)  # fmt: skip
def test_no_subtraction_gives_less_than_a_group(rows):
    squares = cells(*rows)
    residents = squares["residents"].to_numpy()
    labels, commune = groups_of(squares), squares["code_insee"].to_numpy()
    minutes = pd.Series(residents).groupby(labels).transform("sum").to_numpy() % 5  # any figure of whole groups
    reached = [(commune == code) & (minutes <= within) for code in "AB" for within in range(5)]
    everybody = np.ones(len(squares), bool)
    told = [one for one in [everybody, *sums(commune), *sums(labels), *reached] if one.any()]
    held = pd.Series(residents).groupby(commune).sum()
    least = min(LEAST, int(held.min()))  # a commune that holds less than a group is told by the census itself
    assert min(derivable(told, residents)) >= least


def test_two_groupings_that_cross_are_noticed():
    # Each group holds enough, and what the two ways to put squares together do not share is 5 residents.
    residents = np.array([12, 5, 9, 40])
    one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert min(residents @ told for told in sums(one) + sums(other)) >= LEAST
    assert min(derivable(sums(one) + sums(other), residents)) == 5


def test_groups_keep_everybody_and_stay_compact():
    rng = np.random.default_rng(7)
    places = np.unique(rng.integers(0, 40, (300, 2)), axis=0).tolist()
    squares = cells(*(("A", x, y, int(rng.integers(1, 25))) for x, y in places))
    labels = groups_of(squares)
    told = pd.Series(squares["residents"].to_numpy()).groupby(labels).sum()
    assert told.sum() == squares["residents"].sum() and told.min() >= LEAST
    apart = squares.groupby(labels)[["x", "y"]].agg(np.ptp).max(axis=1)
    assert apart.median() <= 3


def test_a_row_gives_back_what_was_packed():
    groups = Groups(np.array([0, 3, 700]), np.array([5, 0, 2]), np.array([0, 1, 1]), np.array([11, 100_000]),
                    np.array([[3, BEYOND], [NO_DATA, NO_DATA], [0, 60]], np.uint8))  # fmt: skip
    found = unpacked(groups.packed(), 3, 2)
    for name in ("x", "y", "group", "residents", "minutes"):
        assert np.array_equal(getattr(found, name), getattr(groups, name))
    with pytest.raises(BadInput, match="not 4 squares"):
        unpacked(groups.packed(), 4, 2)
