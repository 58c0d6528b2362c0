"""What each control does to the choice, and the perimeter that a choice stands for."""

from dataclasses import replace

from dashboard import mapped
from dashboard.facts import Facts
from dashboard.mapped import Move
from dashboard.pages.commencer import ids
from dashboard.state import Choice
from geodata.territory import Level, Perimeter, perimeter

PATH = "/commencer"

CONTROLS = (ids.REGION, ids.MESH, ids.MINUTES, ids.THRESHOLD, ids.SCENARIO)
"""Controls whose value is a part of the choice."""

_SHARED = {
    ids.REGION: Move.REGION,
    ids.THRESHOLD: Move.THRESHOLD,
    ids.SCENARIO: Move.SCENARIO,
    ids.CLEAR: Move.CLEAR,
}

_INSIDE = {
    Level.EPCI: (Level.COMMUNE,),
    Level.TVS: (Level.COMMUNE,),
    Level.DEPARTEMENT: (Level.COMMUNE, Level.EPCI),
}
"""Perimeters smaller than a région, and the meshes that lie in them."""


def within(choice: Choice) -> Perimeter:
    """The selected département, EPCI or area of the agency; else the région, else the country."""
    if choice.selected is not None and choice.selected[0] in _INSIDE:
        return Perimeter(*choice.selected)
    return perimeter(choice.region)


def meshes(known: Facts, choice: Choice) -> tuple[Level, ...]:
    """Meshes that lie in the perimeter."""
    return _INSIDE.get(within(choice).level) or known.meshes(choice.region)


def settled(known: Facts, choice: Choice) -> Choice:
    """The choice with a mesh that lies in its perimeter: the largest, where the one asked for does not."""
    allowed = meshes(known, choice)
    return choice if choice.mesh in allowed else replace(choice, mesh=allowed[-1])


def control_values(choice: Choice) -> list:
    """Values of the controls, in the order of `CONTROLS`."""
    return [
        choice.region,
        choice.mesh.value,
        choice.minutes,
        round(choice.threshold * 100, 1),
        choice.scenario,
    ]


def changed(known: Facts, choice: Choice, trigger: str | None, value) -> Choice:
    """The choice after one control was moved."""
    if trigger in _SHARED:
        return mapped.changed(known, choice, _SHARED[trigger], value)
    match trigger:
        case ids.SEARCH if value:
            return _looking_in(known, choice, *value.split(":"))
        case ids.MESH:
            return replace(choice, mesh=Level(value))
        case ids.MINUTES if value not in (None, ""):
            return replace(choice, minutes=float(round(float(value))))
    return choice


def _looking_in(known: Facts, choice: Choice, level: str, code: str) -> Choice:
    """The perimeter of a territory found by name: of a commune, its EPCI."""
    found = known.store.territory(Level(level), code)
    if found.level == Level.COMMUNE:
        selected = (Level.EPCI, found.epci) if found.epci else None
    else:
        selected = (found.level, code) if found.level in _INSIDE else None
    return replace(choice, region=found.region or choice.region, selected=selected)
