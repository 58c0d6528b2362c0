"""What each control does to the choice, and what the choice says to each control."""

from dataclasses import replace
from typing import Any

from dashboard import map_controls, table
from dashboard.facts import Facts
from dashboard.pages.besoin import ids, view
from dashboard.state import Choice, SecondMap
from geodata.response import Quadrant
from geodata.service import Family

CONTROLS = (
    ids.REGION,
    ids.PERIMETER,
    ids.MESH,
    ids.MINUTES,
    ids.FAMILIES,
    ids.THRESHOLD,
    ids.SCENARIO,
    ids.QUADRANTS,
    *(ids.BESIDE, ids.COLUMNS),
)
"""Controls whose value is a part of the choice."""

VALUE: dict[str, str] = {}
"""Property that holds the value of a control, where it is another one than `value`."""

NUMBERS = (ids.MINUTES, ids.THRESHOLD)
"""Controls in which a number is typed, and sent before it is whole."""

_SHARED = map_controls.shared(ids)


def control_values(facts: Facts, choice: Choice) -> list:
    """Values of the controls, in the order of `CONTROLS`."""
    return [
        choice.region,
        map_controls.written(choice.perimeter),
        choice.mesh.value,
        choice.minutes,
        [family.value for family in choice.families],
        round(choice.threshold * 100, 1),
        choice.scenario,
        [quadrant.value for quadrant in choice.quadrants],
        choice.beside.value,
        table.visible(columns(facts, choice)),
    ]


def columns(_facts: Facts, choice: Choice) -> list[dict]:
    """What the table may show."""
    return view.columns(choice)


def changed(facts: Facts, choice: Choice, trigger: str | None, value: Any) -> Choice:
    """The choice after one control was moved. Without any family left, the last one stays."""
    if trigger in _SHARED:
        return map_controls.changed(facts, choice, _SHARED[trigger], value)
    match trigger:
        case ids.MINUTES:
            return map_controls.travelling(choice, value)
        case ids.FAMILIES:
            families = tuple(family for family in Family if family.value in (value or ()))
            return replace(choice, families=families) if families else choice
        case ids.QUADRANTS:
            return replace(choice, quadrants=tuple(q for q in Quadrant if q.value in (value or ())))
        case ids.COLUMNS:
            return map_controls.with_columns(choice, value, columns(facts, replace(choice, columns=())))
        case ids.BESIDE:
            return replace(choice, beside=SecondMap(value))
    return choice
