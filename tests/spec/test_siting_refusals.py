"""What a request for sites is refused for, word for word, and what contradicts itself, figure by figure."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geodata.errors import BadInput, Infeasible
from geodata.methods.siting import Floor, SitingRequest
from geodata.methods.siting.checks import checked
from geodata.plan import Conflict, ConflictKind
from tests.spec.test_siting import LINE, THREE, pairs, people, reaching

BY = pd.Series(dict.fromkeys("abX", "22") | dict.fromkeys("cdeYZ", "35"))
TEAMS = "a whole number of new teams, one or more, is expected"
UNKNOWN = "(decide what an unknown one is)"
PLACES = "not among the destinations of travel"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {
                "teams": 0, "minutes": math.nan, "seconds": 0, "budget": -1, "capacity": 0, "teams_at_site": 0,
                "slack": 1.0, "aim": "fast", "floors": [0.3, Floor(teams=-1, share=1.5, own_share=-1, name="rule")],
            },
            [
                f"teams=0: {TEAMS}", "minutes=nan: zero or more is expected", "seconds=0: a positive time is expected",
                "budget=-1: zero or more is expected", "capacity=0: more than zero people by team is expected",
                "teams_at_site=0: a whole number, one or more, is expected",
                "slack=1.0: a share from 0 to 1 is expected",
                "aim='fast': one of reached, accompanied, worst_tenth is expected",
                "floors: 0.3; floors are Floor(teams=..., share=...)",
                "rule: teams=-1; a whole number, zero or more, is expected",
                "rule: share=1.5; a share from 0 to 1 is expected",
                "rule: own_share=-1; a share from 0 to 1 is expected",
            ],
        ),
        (
            {
                "teams": True, "minutes": math.inf, "seconds": math.nan, "budget": math.inf, "capacity": math.nan,
                "teams_at_site": 1.5, "slack": -0.1,
            },
            [
                f"teams=True: {TEAMS}", "minutes=inf: zero or more is expected",
                "seconds=nan: a positive time is expected", "budget=inf: zero or more is expected",
                "capacity=nan: more than zero people by team is expected",
                "teams_at_site=1.5: a whole number, one or more, is expected",
                "slack=-0.1: a share from 0 to 1 is expected",
            ],
        ),
        (
            {"demand": pd.Series([1, -2, np.nan, math.inf, 4], index=list("abcdd"))},
            ["demand: repeated ids: d", f"demand: missing, infinite or negative: b, c, d {UNKNOWN}"],
        ),
        ({"demand": {"a": 1}}, ["demand: a series of numbers by id is expected"]),
        ({"demand": pd.Series({"a": "x"})}, ["demand: a series of numbers by id is expected"]),
        ({"travel": {}}, ["travel: pairs or a sparse matrix is expected, found dict"]),
        (
            {"travel": THREE[["origin"]]},
            ["travel: missing columns destination, minutes; pairs have origin, destination and minutes"],
        ),
        (
            {"travel": pd.concat([reaching(X="af"), pairs(("b", "X", -1))])},
            [
                "travel: origins that are not in demand: f; keep the pairs of these areas",
                "travel: minutes that are missing or negative; leave out the pairs that are out of reach",
            ],
        ),
        (
            {"travel": pairs(("a", "X", 1), ("b", None, 1)).astype({"destination": "category"})},
            ["travel: missing destinations"],
        ),
        (
            {"travel": pairs(("a", "X", 1), ("a", "X", 2), ("b", "X", 1))},
            ["travel: repeated pairs: ('a', 'X')"],
        ),
        (
            {"travel": sparse.eye_array(4)},
            [
                "travel: a matrix of 5 x 5 is expected (every area is a candidate), found (4, 4); give pairs when "
                "candidates are other places"
            ],
        ),
        (
            {
                "existing": ["P", "P"], "forced": ["Q", "X", "X", "Y"], "excluded": ["R"], "by": BY.drop("Z"),
                "budget": 3, "draws": pd.DataFrame({"one": LINE.drop("e")}),
            },
            [
                f"existing: {PLACES}: P", f"forced: {PLACES}: Q", f"excluded: {PLACES}: R",
                "forced: more than 1 teams at X; raise teams_at_site", "by: no group for Z",
                "cost and budget go together: one was given without the other", "draws: no row for the areas e",
            ],
        ),
        (
            {
                "by": [1], "floors": Floor(teams=1, name="rule"), "cost": people(X=1, Y=0), "budget": 3,
                "size": people(X=1, Y=0), "slack": 0.1, "draws": pd.DataFrame({"one": LINE - 20}),
            },
            [
                "by: a series of groups with one row an id is expected",
                "rule: `by` is needed, the group of every area and candidate, one row an id",
                "cost: none for the candidates Z", "cost: zero for Y; a positive cost is expected",
                "size: none for the candidates Z", "size: zero for Y; a positive size is expected",
                "draws: missing, infinite or negative for the areas a",
            ],
        ),
        (
            {
                "by": pd.concat([BY, BY]), "cost": people(X=1, Y=-1, Z=1), "budget": 1, "size": people(X=1, Y=-1),
                "slack": 0.1, "draws": LINE,
            },
            [
                "by: a series of groups with one row an id is expected",
                f"cost: missing, infinite or negative: Y {UNKNOWN}",
                f"size: missing, infinite or negative: Y {UNKNOWN}",
                "draws: a frame with one row an area and one column a draw is expected",
            ],
        ),
        (
            {
                "by": BY,
                "floors": [
                    Floor(teams=1, name="one"), Floor(teams=1, name="two", by=BY[:0]),
                    Floor(share=0.1, people=LINE.drop("e"), name="three"), Floor(share=0.1, people=-LINE, name="four"),
                ],
            },
            [
                "floors: two ask for teams; keep one, the others ask for a share of people",
                "two: `by` puts no area in a group, so that the floor asks for nothing",
                "three: people: no row for the areas e",
                f"four: people: missing, infinite or negative: a, b, c, d, e {UNKNOWN}",
            ],
        ),
        (
            {"by": BY, "capacity": 5, "floors": Floor(share=0.1, people=LINE)},
            [
                "floor: teams accompany the demand, not other people; count those within reach (accompanied=False), or "
                "leave `people` out"
            ],
        ),
    ],
    ids=lambda change: "+".join(change) if isinstance(change, dict) else "",
)  # fmt: skip
def test_what_cannot_be_understood_is_told_word_for_word(change, said):
    with pytest.raises(BadInput) as error:
        checked(SitingRequest(**{"demand": LINE, "travel": THREE, "teams": 2, "minutes": 10} | change))
    assert str(error.value) == "siting: " + "; ".join(said) + "."


K = ConflictKind
COSTS = people(X=5, Y=1, Z=1)
FOUR = pd.concat([THREE, reaching(W="b")], ignore_index=True)
"""And a place from which the people of b alone are within reach."""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {
                "forced": ["X", "Y", "Z"], "excluded": ["X"], "existing": ["Y"], "cost": people(X=2, Y=2, Z=2),
                "budget": 5,
            },
            [
                (K.FORCED_AND_EXCLUDED, "forced and excluded: X; keep them in one list", ("X",)),
                (
                    K.FORCED_WHERE_EXISTING,
                    "forced where a site exists already: Y; a new team there reaches nobody new", ("Y",),
                ),
                (K.FORCED_OVER_TEAMS, "3 forced sites but 2 teams; force fewer or place more", ("X", "Y", "Z"), 3, 2),
                (K.FORCED_OVER_BUDGET, "the forced sites cost 6, over the budget of 5", ("X", "Y", "Z"), 6, 5),
            ],
        ),
        (
            {"by": BY, "floors": Floor(teams=2), "teams": 4},
            [(K.FLOOR_OVER_CANDIDATES, "floor: 2 teams in 22, which has 1 candidates", ("22",), 2, 1)],
        ),
        (
            {"by": BY, "floors": Floor(teams=3), "teams": 8, "teams_at_site": 2},
            [(K.FLOOR_OVER_CANDIDATES, "floor: 3 teams in 22, which has 2 candidates (2 teams a site)", ("22",), 3, 2)],
        ),
        (
            {"by": BY, "floors": Floor(teams=1), "teams": 1},
            [(K.FLOOR_OVER_TEAMS, "floor: 2 teams are needed to have 1 in every group, not 1", (), 2, 1)],
        ),
        (
            {"by": BY, "floors": Floor(share=0.7, inside=False), "excluded": ["X"]},
            [
                (
                    K.FLOOR_OVER_REACH,
                    "floor: a share of 0.7 in 22, where all candidates together reach 0.667", ("22",), 0.7, 20 / 30,
                )
            ],
        ),
        (
            {"by": BY, "floors": Floor(share=0.8), "excluded": ["Z"]},
            [
                (
                    K.FLOOR_OVER_REACH,
                    "floor: a share of 0.8 in 35, where its own candidates together reach 0.583", ("35",), 0.8,
                    70 / 120,
                )
            ],
        ),
        # A single person lives in 22, whom nothing reaches.
        (
            {"demand": people(a=1, b=0, c=30, d=40, e=50), "by": BY, "floors": Floor(share=0.5), "excluded": ["X"]},
            [
                (
                    K.FLOOR_OVER_REACH,
                    "floor: a share of 0.5 in 22, where its own candidates together reach 0.000", ("22",), 0.5, 0.0,
                )
            ],
        ),
        (
            {"by": BY, "floors": Floor(teams=1), "cost": COSTS, "budget": 4},
            [
                (K.FLOOR_OVER_CANDIDATES, "floor: 1 teams in 22, which has 0 candidates", ("22",), 1, 0),
                (K.FLOOR_OVER_BUDGET, "floor: the cheapest sites that meet it cost 6, over the budget of 4", (), 6, 4),
            ],
        ),
        # Y is forced at 3; the other of 35 costs 1 at Z, those of 22 cost 2 each: 8.
        (
            {
                "by": BY, "floors": Floor(teams=2), "teams": 6, "teams_at_site": 2, "forced": ["Y"],
                "cost": people(X=2, Y=3, Z=1), "budget": 7,
            },
            [(K.FLOOR_OVER_BUDGET, "floor: the cheapest sites that meet it cost 8, over the budget of 7", (), 8, 7)],
        ),
        # 12 of the 30 people of 22 take one team, 48 of the 120 of 35 take four.
        (
            {"by": BY, "capacity": 12, "teams_at_site": 6, "floors": Floor(share=0.4)},
            [
                (
                    K.FLOOR_OVER_CAPACITY,
                    "floor: 5 teams of 12 people are needed to accompany that share of the people of every group, not "
                    "2; lower the share, or give more teams or capacity", (), 5, 2,
                )
            ],
        ),
        (
            {"minutes": 5},
            [(K.NOBODY_NEW, "no candidate reaches anyone new within 5 minutes; widen them or the candidates", (), 5)],
        ),
        (
            {"minutes": 5, "cost": COSTS, "budget": 4},
            [
                (
                    K.NOBODY_NEW,
                    "no candidate reaches anyone new within 5 minutes and the budget; widen them or the candidates",
                    (), 5,
                )
            ],
        ),
        # W reaches people whom Y reaches already; X would reach others, but W takes the only team.
        *(
            (
                change | {"travel": FOUR, "existing": ["Y"]},
                [
                    (
                        K.NOBODY_NEW,
                        "no candidate reaches anyone new within 10 minutes; widen them or the candidates", (), 10,
                    )
                ],
            )
            for change in ({"excluded": ["X", "Z"]}, {"forced": ["W"], "teams": 1})
        ),
    ],
    ids=lambda change: "+".join(change) if isinstance(change, dict) else "",
)  # fmt: skip
def test_what_contradicts_itself_is_told_with_what_is_asked_and_possible(change, expected):
    with pytest.raises(Infeasible) as error:
        checked(SitingRequest(**{"demand": LINE, "travel": THREE, "teams": 2, "minutes": 10} | change))
    assert error.value.conflicts == tuple(Conflict(*one) for one in expected)
    assert str(error.value) == "siting: " + "; ".join(sentence for _, sentence, *_ in expected) + "."


def test_a_floor_that_is_just_within_reach_or_of_nobody_contradicts_nothing():
    # Half of the people of 22 are within reach of X, and half is asked; nobody lives in 35.
    halves = people(a=15, b=0, c=0, d=0, e=0, f=15)
    by = pd.Series(dict.fromkeys("abfX", "22") | dict.fromkeys("cdeYZ", "35"))
    trips = pairs(("a", "X", 10), ("b", "Y", 10), ("c", "Z", 10))
    request = {"demand": halves, "travel": trips, "teams": 2, "minutes": 10, "by": by}
    assert checked(SitingRequest(**request, floors=Floor(share=0.5))).teams == 2
    with pytest.raises(Infeasible):
        checked(SitingRequest(**request, floors=Floor(share=0.51)))
