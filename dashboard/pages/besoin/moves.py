"""What each control does to the choice, and what the choice says to each control."""

from dataclasses import replace

from dashboard import mapped
from dashboard.facts import Facts
from dashboard.mapped import Move
from dashboard.pages.besoin import ids
from dashboard.state import Beside, Choice
from geodata.response import Quadrant
from geodata.service import Family

PATH = "/besoin"

CONTROLS = (ids.REGION, ids.MESH, ids.MINUTES, ids.FAMILIES, ids.THRESHOLD, ids.SCENARIO, ids.QUADRANTS, ids.BESIDE)
"""Controls whose value is a part of the choice."""

_SHARED = {
    ids.REGION: Move.REGION,
    ids.MESH: Move.MESH,
    ids.THRESHOLD: Move.THRESHOLD,
    ids.SCENARIO: Move.SCENARIO,
    ids.SEARCH: Move.TERRITORY,
    ids.CLICKED: Move.TERRITORY,
    ids.TABLE: Move.ROW,
    ids.CLEAR: Move.CLEAR,
}
"""Controls that do the same on every page with a map."""


def control_values(choice: Choice) -> list:
    """Values of the controls, in the order of `CONTROLS`."""
    return [
        choice.region,
        choice.mesh.value,
        choice.minutes,
        [family.value for family in choice.families],
        round(choice.threshold * 100, 1),
        choice.scenario,
        [quadrant.value for quadrant in choice.quadrants],
        choice.beside.value,
    ]


def changed(known: Facts, choice: Choice, trigger: str | None, value) -> Choice:
    """The choice after one control was moved. Without any family left, the last one stays."""
    if trigger in _SHARED:
        return mapped.changed(known, choice, _SHARED[trigger], value)
    match trigger:
        case ids.MINUTES:
            return choice if value in (None, "") else replace(choice, minutes=float(round(float(value))))
        case ids.FAMILIES:
            families = tuple(family for family in Family if family.value in (value or ()))
            return replace(choice, families=families) if families else choice
        case ids.QUADRANTS:
            return replace(choice, quadrants=tuple(q for q in Quadrant if q.value in (value or ())))
        case ids.BESIDE:
            return replace(choice, beside=Beside(value))
    return choice
