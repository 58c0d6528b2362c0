"""What each control does to the choice, and what the choice says to each control."""

from dataclasses import replace

from dashboard import facts, mapped
from dashboard.facts import Facts
from dashboard.mapped import Move
from dashboard.pages.carte import ids
from dashboard.state import Choice, Line

PATH = "/"

CONTROLS = (
    *(ids.REGION, ids.MESH, ids.LINE, ids.THRESHOLD, ids.SCENARIO, ids.CATEGORIES, ids.VERDICTS),
    *(ids.AGAINST, ids.FLIP, ids.INDICATOR),
)
"""Controls whose value is a part of the choice."""

VALUE = {ids.FLIP: "checked"}
"""Property that holds the value of a control, where it is another one than `value`."""

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
        choice.line.value,
        round(choice.threshold * 100, 1),
        choice.scenario,
        list(choice.categories),
        [verdict.value for verdict in choice.verdicts],
        choice.against,
        choice.is_flipping,
        choice.indicator,
    ]


def changed(known: Facts, choice: Choice, trigger: str | None, value) -> Choice:
    """The choice after one control was moved."""
    if trigger in _SHARED:
        return mapped.changed(known, choice, _SHARED[trigger], value)
    match trigger:
        case ids.LINE:
            return replace(choice, line=Line(value))
        case ids.CATEGORIES:
            return replace(choice, categories=tuple(value or ()))
        case ids.VERDICTS:
            return replace(choice, verdicts=tuple(v for v in facts.ORDER if v.value in (value or ())))
        case ids.AGAINST:
            return replace(choice, against=value) if value else choice
        case ids.INDICATOR:
            # Classes of the estimate are not those of an observed figure: a filter on them goes.
            return replace(choice, indicator=value or "", verdicts=())
        case ids.FLIP:
            return replace(choice, is_flipping=bool(value))
    return choice
