"""Tiers by hand, on territories whose tier can be read from the rule."""

import numpy as np
import pandas as pd
import pytest

from geodata.estimate import verdict_of
from geodata.priority import ADDING_UP, Tier, tiers
from geodata.response import Quadrant

FEW, PRESENT, UNKNOWN, UNDECIDED = Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN, Quadrant.UNDECIDED


def _rows(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["p_above", "quadrant", "exposed", "robust", "people"])
    frame["verdict"] = verdict_of(frame["p_above"])
    return frame.astype({"p_above": float, "exposed": float, "people": float, "robust": object})


@pytest.mark.parametrize(
    ("p", "quadrant", "exposed", "robust", "tier"),
    [
        (0.95, FEW, 0, True, Tier.FIRST),
        (0.95, PRESENT, ADDING_UP, True, Tier.FIRST),
        # Surely above, but under other assumptions on another side, or not tested: one tier lower.
        (0.99, FEW, 7, False, Tier.NEXT),
        (0.99, FEW, 7, None, Tier.NEXT),
        (0.949, FEW, 7, True, Tier.NEXT),
        (0.90, UNKNOWN, ADDING_UP, False, Tier.NEXT),
        (0.899, FEW, 7, True, Tier.PROBABLE),
        # Not known is neither few nor adding up.
        (0.99, UNKNOWN, np.nan, True, Tier.PROBABLE),
        (0.99, PRESENT, ADDING_UP - 1, True, Tier.PROBABLE),
        (0.80, UNKNOWN, 0, True, Tier.PROBABLE),
        (0.10, Quadrant.LESS_NEED, 7, True, Tier.NONE),
        (np.nan, Quadrant.NOT_PUBLISHED, 7, None, Tier.NONE),
    ],
)
def test_the_more_certain_the_less_else_is_asked(p, quadrant, exposed, robust, tier):
    assert list(tiers(_rows((p, quadrant, exposed, robust, 500.0)))) == [tier]


def _undecided(*people) -> pd.DataFrame:
    return _rows(*((0.5, UNDECIDED, 7, True, count) for count in people))


@pytest.mark.parametrize(
    ("people", "many"),
    [
        # 1,000 in all: 400 is less than half, 400 + 300 is not.
        ((300, 400, 200, 100), (0, 1)),
        # Exactly half is half.
        ((500, 300, 200), (0,)),
        # Equal territories are treated alike, though one would do.
        ((100, 100), (0, 1)),
        # What may not be printed is not counted, and is in no list.
        ((np.nan, 80, np.nan), (1,)),
        ((np.nan, np.nan), ()),
    ],
)
def test_undecided_territories_that_hold_half_of_the_people(people, many):
    found = tiers(_undecided(*people))
    assert [i for i, tier in enumerate(found) if tier == Tier.MANY] == list(many)
    assert set(found) <= {Tier.MANY, Tier.NONE}


def test_people_of_decided_territories_do_not_count_in_the_half():
    rows = pd.concat([_undecided(300, 200), _rows((0.99, FEW, 7, True, 9_000.0))], ignore_index=True)
    assert list(tiers(rows)) == [Tier.MANY, Tier.NONE, Tier.FIRST]


def test_of_nothing_nothing():
    assert list(tiers(_rows())) == []
