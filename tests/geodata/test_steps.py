"""First steps: what calls for them is something that the record of a territory can say."""

import csv

from dashboard.text import action
from etl.pathways import pathway_functions
from geodata.indicator import Side
from geodata.service import Family
from geodata.steps import FOLDER

FUNCTIONS = set(pathway_functions()["function"])


def test_every_condition_of_a_step_can_hold():
    sides = {side.value for side in Side}
    allowed = {
        "weak": {family.value for family in Family},
        "missing": FUNCTIONS,
        "side": sides,
        "above": sides,
        "below": sides,
        "size": {"small", "medium", "large", "any"},
    }
    with (FOLDER / "steps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for condition in (*row["when"].split(), *row["or_when"].split()):
                kind, _, what = condition.partition(":")
                assert what in allowed[kind], f"{row['id']}: {condition}"


def test_questions_name_functions_of_the_pathways():
    assert action.CARE | action.RESPITE <= FUNCTIONS
