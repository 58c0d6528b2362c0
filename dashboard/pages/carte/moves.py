"""What each control does to the choice, and what the choice says to each control."""

from dataclasses import replace

from dashboard import facts, ids
from dashboard.facts import Facts
from dashboard.state import Choice, Line
from geodata.survey import scenario_of
from geodata.territory import FRANCE, Level

PATH = "/"

CONTROLS = (
    *(ids.REGION, ids.MESH, ids.LINE, ids.THRESHOLD, ids.SCENARIO, ids.CATEGORIES, ids.VERDICTS),
    *(ids.AGAINST, ids.FLIP),
)
"""Controls whose value is a part of the choice."""

VALUE = {ids.FLIP: "checked"}
"""Property that holds the value of a control, where it is another one than `value`."""


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
    ]


def place(choice: Choice) -> str:
    """The part of the choice that decides the outlines, as an address."""
    return Choice(region=choice.region, mesh=choice.mesh, lang=choice.lang).query


def selected(choice: Choice) -> str:
    """The selected territory, "commune:31555" or ""."""
    return "" if choice.selected is None else f"{choice.selected[0].value}:{choice.selected[1]}"


def changed(known: Facts, choice: Choice, trigger: str, value) -> Choice:
    """The choice after one control was moved. A selection follows its mesh upwards; another région lets it go."""
    match trigger:
        case ids.REGION:
            return replace(choice, region=value, selected=None)
        case ids.MESH:
            return replace(choice, mesh=Level(value), selected=_at_mesh(known, choice, Level(value)))
        case ids.LINE:
            return replace(choice, line=Line(value))
        case ids.THRESHOLD:
            return choice if value in (None, "") else replace(choice, threshold=round(float(value) / 100, 4))
        case ids.SCENARIO:
            return replace(choice, scenario=value, definition=scenario_of(value).definition)
        case ids.CATEGORIES:
            return replace(choice, categories=tuple(value or ()))
        case ids.VERDICTS:
            return replace(choice, verdicts=tuple(v for v in facts.ORDER if v.value in (value or ())))
        case ids.AGAINST:
            return replace(choice, against=value) if value else choice
        case ids.FLIP:
            return replace(choice, is_flipping=bool(value))
        case ids.SEARCH | ids.CLICKED:
            return _moved_to(known, choice, value) if value else choice
        case ids.TABLE:
            # The grid empties its selection when its rows change: that is not a reader letting go.
            is_reader = isinstance(value, list) and value
            return replace(choice, selected=(choice.mesh, value[0]["code"])) if is_reader else choice
        case ids.CLEAR:
            return replace(choice, selected=None) if value else choice
    return choice


def _moved_to(known: Facts, choice: Choice, target: str) -> Choice:
    """Region, mesh and selection of a territory found by name or clicked."""
    level, code = target.split(":")
    territory = known.store.territory(Level(level), code)
    if territory.level == Level.FRANCE:
        return replace(choice, region=FRANCE, selected=None)
    if territory.level == Level.REGION:
        return replace(choice, region=territory.code, selected=None)
    if choice.region == FRANCE and territory.level == choice.mesh:
        return replace(choice, selected=(territory.level, code))
    return replace(choice, region=territory.region, mesh=territory.level, selected=(territory.level, code))


def _at_mesh(known: Facts, choice: Choice, mesh: Level):
    if choice.selected is None:
        return None
    territory = known.store.territory(*choice.selected)
    parent = {territory.level: territory.code, Level.DEPARTEMENT: territory.departement}
    if territory.level == Level.COMMUNE:
        parent[Level.EPCI] = territory.epci
    code = parent.get(mesh)
    return (mesh, code) if code else None
