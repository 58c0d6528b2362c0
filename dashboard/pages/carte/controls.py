"""What each control does to the choice, and what the choice says to each control."""

from dataclasses import replace
from typing import Any

from dashboard import map_controls, table
from dashboard.facts import ORDER, Facts
from dashboard.pages.carte import ids, observed, view
from dashboard.state import Choice, Line
from geodata.bands import Cut

CONTROLS = (
    *(ids.REGION, ids.PERIMETER, ids.MESH, ids.LINE, ids.MISS, ids.THRESHOLD, ids.SCENARIO, ids.CATEGORIES),
    *(ids.VERDICTS, ids.AGAINST, ids.FLIP, ids.INDICATOR, ids.CUT, ids.OWN_LINE, ids.CIRCLES, ids.COLUMNS),
)
"""Controls whose value is a part of the choice."""

VALUE = {ids.FLIP: "checked", ids.CIRCLES: "checked", ids.THRESHOLD: "data", ids.OWN_LINE: "data"}
"""Property that holds the value of a control, where it is another one than `value`."""

NUMBERS: tuple[str, ...] = ()
"""Controls in which a number is typed, and sent before it is whole: none, the browser waits (`line.js`)."""

_SHARED = map_controls.shared(ids)


def control_values(facts: Facts, choice: Choice) -> list:
    """Values of the controls, in the order of `CONTROLS`."""
    return [
        choice.region,
        map_controls.written(choice.perimeter),
        choice.mesh.value,
        choice.line.value,
        f"{choice.miss:g}",
        round(choice.threshold * 100, 1),
        choice.scenario,
        list(choice.categories),
        [verdict.value for verdict in choice.verdicts],
        choice.against,
        choice.is_flipping,
        choice.indicator,
        choice.cut.value,
        observed.line_value(facts, choice),
        choice.has_circles,
        table.visible(columns(facts, choice)),
    ]


def columns(facts: Facts, choice: Choice) -> list[dict]:
    """What the table may show."""
    return view.columns(facts, choice)


def changed(facts: Facts, choice: Choice, trigger: str | None, value: Any) -> Choice:
    """The choice after one control was moved."""
    if trigger in _SHARED:
        return map_controls.changed(facts, choice, _SHARED[trigger], value)
    match trigger:
        case ids.LINE:
            return replace(choice, line=Line(value))
        case ids.MISS:
            return replace(choice, miss=float(value))
        case ids.CATEGORIES:
            return replace(choice, categories=tuple(value or ()))
        case ids.VERDICTS:
            return replace(choice, verdicts=tuple(v for v in ORDER if v.value in (value or ())))
        case ids.AGAINST:
            return replace(choice, against=value) if value else choice
        case ids.INDICATOR:
            # Classes of the estimate are not those of an observed figure: a filter on them goes.
            return replace(choice, indicator=value or "", verdicts=(), columns=(), own_line=None)
        case ids.CUT:
            return replace(choice, cut=Cut(value))
        case ids.OWN_LINE if choice.indicator and value not in (None, "", observed.line_value(facts, choice)):
            return replace(choice, cut=Cut.LINE, own_line=round(float(value) / 100, 4))
        case ids.CIRCLES:
            return replace(choice, has_circles=bool(value))
        case ids.COLUMNS:
            return map_controls.with_columns(choice, value, columns(facts, replace(choice, columns=())))
        case ids.FLIP:
            return replace(choice, is_flipping=bool(value))
    return choice
