"""The flip test on laws whose answer is plain: far from the line, near it, and moved across it."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import logit

from geodata.flip_test import Laws, flip_test
from geodata.question import Question

SETS = [("a", "reference"), ("a", "other"), ("b", "b")]


def laws(*shares, sd=0.05) -> Laws:
    """One territory a column, one set of assumptions a row."""
    mean = logit(np.array(shares, dtype=float).T)
    codes = pd.Index([f"T{i}" for i in range(len(shares))])
    return Laws(codes, np.array(["x"] * len(shares)), SETS, mean, mean * 0 + sd, np.full(mean.shape, 0.5))


def test_a_territory_that_changes_side_flips_and_one_that_does_not_is_robust():
    rows = flip_test(
        laws((0.20, 0.19, 0.5), (0.12, 0.08, 0.5), (0.02, 0.02, 0.5)), Question("a", "reference", 0.10), ["b"]
    )
    assert rows["robust"].tolist() == [True, False, True]
    assert rows["flips"].tolist() == [0, 1, 0]
    assert rows["scenario:other"].tolist() == ["above", "below", "below"]


def test_surely_and_likely_above_are_one_side():
    likely = 0.1045
    rows = flip_test(laws((0.20, likely, 0.5)), Question("a", "reference", 0.10), ["b"]).iloc[0]
    assert (rows["scenario:reference"], rows["scenario:other"]) == ("above", "likely_above")
    assert rows["robust"] is True


def test_surely_and_likely_below_are_one_side():
    found = flip_test(laws((0.05, 0.0957, 0.5)), Question("a", "reference", 0.10), ["b"]).iloc[0]
    assert (found["scenario:reference"], found["scenario:other"]) == ("below", "likely_below")
    assert found["robust"] is True


def test_an_undecided_answer_is_a_side_of_its_own():
    found = flip_test(laws((0.20, 0.10, 0.5), (0.10, 0.05, 0.5)), Question("a", "reference", 0.10), ["b"])
    assert found["flips"].tolist() == [1, 1]


def test_what_no_set_of_assumptions_decides_is_not_robust():
    found = flip_test(laws((0.10, 0.10, 0.5), (0.10, 0.20, 0.5)), Question("a", "reference", 0.10), ["b"])
    assert found["robust"].tolist() == [None, False]
    assert found["flips"].tolist() == [0, 1]


def test_another_definition_or_line_is_another_question():
    rows = flip_test(laws((0.12, 0.12, 0.01)), Question("a", "reference", 0.10), ["b"]).iloc[0]
    assert rows["definition:b"] == "below"
    assert [rows[f"threshold:{t}"] for t in ("0.05", "0.10", "0.15")] == ["above", "above", "below"]
    assert rows["robust"] is True


def test_the_line_the_scenario_and_the_definition_asked_change_the_answer():
    some = laws((0.12, 0.08, 0.3))
    assert flip_test(some, Question("a", "reference", 0.10), ["b"])["robust"].tolist() == [False]
    assert flip_test(some, Question("a", "reference", 0.30), ["b"])["robust"].tolist() == [True]
    assert flip_test(some, Question("a", "other", 0.10), ["b"])["threshold:0.10"].tolist() == ["below"]
    assert flip_test(some, Question("b", "b", 0.10), ["reference"])["definition:a"].tolist() == ["above"]


def test_one_set_of_assumptions_alone_says_nothing_of_robustness():
    found = flip_test(laws((0.12, 0.12, 0.5)), Question("b", "b", 0.10), ["reference"]).iloc[0]
    assert found["robust"] is None
    assert np.isnan(found["flips"])


def test_what_is_not_published_is_neither_robust_nor_fragile():
    found = flip_test(laws((np.nan, np.nan, np.nan)), Question("a", "reference", 0.10), ["b"]).iloc[0]
    assert found["robust"] is None
    assert found["scenario:reference"] == "not_published"


def test_the_national_share_is_another_line_with_its_own_robustness():
    higher = np.array([[0.85, 0.85], [0.90, 0.70], [0.5, 0.5]])
    same = replace(laws((0.20, 0.19, 0.5), (0.20, 0.19, 0.5)), higher=higher)
    rows = flip_test(same, Question("a", "reference", 0.10), ["b"], is_national=True)
    assert rows["robust"].tolist() == [True, False]
    assert rows["scenario:other"].tolist() == ["likely_above", "undecided"]
    unknown = replace(same, higher=np.full(higher.shape, np.nan))
    assert flip_test(unknown, Question("a", "reference", 0.10), ["b"], is_national=True)["robust"].tolist() == [
        None,
        None,
    ]


def test_what_a_miss_costs_moves_the_sides():
    """Chances of 85 and 70 in 100 under two sets: two sides, but one where a miss costs twice as much."""
    higher = np.array([[0.85], [0.70], [0.5]])
    same = replace(laws((0.20, 0.19, 0.5)), higher=higher)
    costs = [flip_test(same, Question("a", "reference", 0.10, miss), ["b"], is_national=True) for miss in (1.0, 2.0)]
    assert [found["robust"].item() for found in costs] == [False, True]
