"""What each control does to the choice, and the perimeter that a choice stands for."""

from dataclasses import replace
from typing import Any

from dashboard import map_controls
from dashboard.facts import Facts
from dashboard.map_controls import Move
from dashboard.pages.commencer import ids
from dashboard.state import Choice
from geodata.territory import Level, Perimeter

PATH = "/commencer"

CONTROLS = (ids.REGION, ids.PERIMETER, ids.MESH, ids.MINUTES, ids.THRESHOLD, ids.SCENARIO, ids.INDICATOR)
"""Controls whose value is a part of the choice."""

_SHARED = {
    ids.REGION: Move.REGION,
    ids.THRESHOLD: Move.THRESHOLD,
    ids.SCENARIO: Move.SCENARIO,
}

_SMALLER = (Level.EPCI, Level.TVS, Level.DEPARTEMENT)
"""Perimeters smaller than a région."""


def within(choice: Choice) -> Perimeter:
    """The perimeter; else the selected département, EPCI or area of the agency; else the région, else the country."""
    if choice.perimeter is None and choice.selected is not None and choice.selected[0] in _SMALLER:
        return Perimeter(*choice.selected)
    return choice.within


def perimeter(choice: Choice) -> tuple[Level, str] | None:
    """The same where it is smaller than a région; None for a région and the country."""
    inside = within(choice)
    return (inside.level, inside.code) if inside.level in _SMALLER else None


def meshes(facts: Facts, choice: Choice) -> tuple[Level, ...]:
    """Meshes that lie in the perimeter."""
    inside = within(choice)
    if inside.level not in _SMALLER:
        return facts.meshes(choice.region)
    return tuple(dict.fromkeys((Level.COMMUNE, facts.mesh_inside(inside))))


def settled(facts: Facts, choice: Choice) -> Choice:
    """The choice with a mesh that lies in its perimeter: the largest, where the one asked for does not."""
    allowed = meshes(facts, choice)
    return choice if choice.mesh in allowed else replace(choice, mesh=allowed[-1])


def control_values(choice: Choice) -> list:
    """Values of the controls, in the order of `CONTROLS`."""
    return [
        choice.region,
        map_controls.written(perimeter(choice)),
        choice.mesh.value,
        choice.minutes,
        round(choice.threshold * 100, 1),
        choice.scenario,
        choice.indicator,
    ]


def changed(facts: Facts, choice: Choice, trigger: str | None, value: Any) -> Choice:
    """The choice after one control was moved."""
    if trigger in _SHARED:
        return map_controls.changed(facts, choice, _SHARED[trigger], value)
    match trigger:
        case ids.CLEAR if value:
            return replace(choice, perimeter=None, selected=None)
        case ids.PERIMETER:
            return map_controls.changed(facts, replace(choice, selected=None), Move.PERIMETER, value)
        case ids.SEARCH if value:
            return settled(facts, _looking_in(facts, choice, *value.split(":")))
        case ids.MESH:
            return replace(choice, mesh=Level(value))
        case ids.INDICATOR:
            return replace(choice, indicator=value or "")
        case ids.MINUTES:
            return map_controls.travelling(choice, value)
    return choice


def _looking_in(facts: Facts, choice: Choice, level: str, code: str) -> Choice:
    """The perimeter of a territory found by name: of a commune, its EPCI."""
    territory = facts.store.territory(Level(level), code)
    if territory.level == Level.COMMUNE:
        inside = (Level.EPCI, territory.epci) if territory.epci else None
    else:
        inside = (territory.level, code) if territory.level in _SMALLER else None
    return replace(choice, region=territory.region or choice.region, perimeter=inside, selected=None)
