"""What the pages with a map and a table share: their controls, and what each control does to the choice."""

from dataclasses import replace
from enum import Enum, auto

import dash_mantine_components as dmc
from dash import html, no_update

from dashboard import components, facts
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.state import Choice
from geodata.survey import scenario_of
from geodata.territory import FRANCE, Level


class Move(Enum):
    """What a reader moves on a page with a map and a table."""

    REGION = auto()
    MESH = auto()
    THRESHOLD = auto()
    SCENARIO = auto()
    TERRITORY = auto()
    """A territory found by name, or clicked on the map: "commune:31555"."""
    ROW = auto()
    """The rows selected in the table."""
    CLEAR = auto()


def changed(known: Facts, choice: Choice, move: Move, value) -> Choice:
    """The choice after a move. A selection follows its mesh upwards; another region lets it go."""
    match move:
        case Move.REGION:
            return replace(choice, region=value, selected=None)
        case Move.MESH:
            return replace(choice, mesh=Level(value), selected=_at_mesh(known, choice, Level(value)))
        case Move.THRESHOLD:
            return choice if value in (None, "") else replace(choice, threshold=round(float(value) / 100, 4))
        case Move.SCENARIO:
            return replace(choice, scenario=value, definition=scenario_of(value).definition)
        case Move.TERRITORY:
            return _moved_to(known, choice, value) if value else choice
        case Move.ROW:
            # The grid empties its selection when its rows change: that is not a reader letting go.
            is_reader = isinstance(value, list) and value
            return replace(choice, selected=(choice.mesh, value[0]["code"])) if is_reader else choice
        case Move.CLEAR:
            return replace(choice, selected=None) if value else choice


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


def _at_mesh(known: Facts, choice: Choice, mesh: Level) -> tuple[Level, str] | None:
    """The selected territory, or the one of `mesh` that holds it."""
    if choice.selected is None:
        return None
    territory = known.store.territory(*choice.selected)
    parent = {territory.level: territory.code, Level.DEPARTEMENT: territory.departement}
    if territory.level == Level.COMMUNE:
        parent[Level.EPCI] = territory.epci
    code = parent.get(mesh)
    return (mesh, code) if code else None


def place(choice: Choice) -> str:
    """The part of the choice that decides the outlines, as an address."""
    return Choice(region=choice.region, mesh=choice.mesh, lang=choice.lang).query


def selected(choice: Choice) -> str:
    """The selected territory, "commune:31555" or ""."""
    return "" if choice.selected is None else f"{choice.selected[0].value}:{choice.selected[1]}"


def if_new(value, now):
    """The value of an output, or nothing where it is what the browser has already."""
    return no_update if value == now else value


def region_select(identifier: str, known: Facts, choice: Choice) -> dmc.Select:
    """The région shown, or the whole country."""
    _ = words(choice.lang)
    regions = [{"value": FRANCE, "label": _("Whole country")}]
    regions += [{"value": code, "label": name} for code, name in known.regions()]
    return dmc.Select(
        id=identifier,
        label=_("Region"),
        data=regions,
        value=choice.region,
        allowDeselect=False,
        searchable=True,
        nothingFoundMessage=_("No region has this name"),
        comboboxProps={"withinPortal": False},
    )


def segmented(identifier: str, label: str, options: list[tuple], value: str) -> html.Div:
    """One choice among a few, with its label."""
    return html.Div(
        [
            html.Span(label, id=f"{identifier}-label", className="control-label"),
            dmc.SegmentedControl(
                id=identifier,
                data=[{"value": key, "label": word} for key, word in options],
                value=value,
                fullWidth=True,
                size="xs",
                **{"aria-labelledby": f"{identifier}-label"},
            ),
        ],
        className="control",
    )


def too_wide(choice: Choice):
    """Asks for a région when communes of the whole country were asked for."""
    if not facts.is_too_wide(choice):
        return None
    _ = words(choice.lang)
    return components.alert(
        _(
            "The country has 35,000 communes: choose a region above, or search for a commune. EPCI and "
            "départements can be seen for the whole country."
        ),
        _("Communes are shown one region at a time"),
        "info",
    )
