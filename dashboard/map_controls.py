"""What the pages with a map and a table share: their controls, and what each control does to the choice."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from types import ModuleType
from typing import Any

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component

from dashboard import components, maps, table, text
from dashboard.facts import Facts, is_too_wide
from dashboard.i18n import words
from dashboard.state import MESHES, Choice, Line
from geodata.minutes import LEAST_MINUTES, MOST_MINUTES
from geodata.survey import scenario_of
from geodata.territory import FRANCE, Level, Perimeter, Territory
from geodata.threshold import MAX_PERCENT, MIN_PERCENT


class Move(Enum):
    """What a reader moves on a page with a map and a table."""

    REGION = auto()
    PERIMETER = auto()
    """A département, an EPCI or an area of the agency in which one looks: "departement:31", or none."""
    MESH = auto()
    THRESHOLD = auto()
    SCENARIO = auto()
    TERRITORY = auto()
    """A territory found by name, or clicked on the map: "commune:31555"."""
    ROW = auto()
    """The rows selected in the table."""
    CLEAR = auto()


def changed(facts: Facts, choice: Choice, move: Move, value: Any) -> Choice:
    """The choice after a move. A selection follows its mesh upwards; another region lets it go, with its district."""
    after = _moved(facts, choice, move, value)
    return after if after.selected else replace(after, district="")


def _moved(facts: Facts, choice: Choice, move: Move, value: Any) -> Choice:
    match move:
        case Move.REGION:
            return replace(choice, region=value, perimeter=None, selected=None)
        case Move.PERIMETER:
            return _looking_in(facts, choice, value)
        case Move.MESH:
            return _at(facts, choice, Level(value))
        case Move.THRESHOLD:
            return asking(choice, value)
        case Move.SCENARIO:
            return replace(choice, scenario=value, definition=scenario_of(value).definition)
        case Move.TERRITORY:
            return _moved_to(facts, choice, value) if value else choice
        case Move.ROW:
            # The grid empties its selection when its rows change: that is not a reader letting go.
            if not (isinstance(value, list) and value):
                return choice
            # Nor is a row of the mesh before, which a table that came late tells only now.
            row = (choice.mesh, value[0]["code"])
            return replace(choice, selected=row) if facts.exists(*row) else choice
        case Move.CLEAR:
            return replace(choice, selected=None) if value else choice


def shared(ids: ModuleType) -> dict[str, Move]:
    """What each control that does the same on every page with a map moves; `ids` are the page's."""
    return {
        ids.REGION: Move.REGION,
        ids.PERIMETER: Move.PERIMETER,
        ids.MESH: Move.MESH,
        ids.THRESHOLD: Move.THRESHOLD,
        ids.SCENARIO: Move.SCENARIO,
        ids.SEARCH: Move.TERRITORY,
        ids.CLICKED: Move.TERRITORY,
        ids.TABLE: Move.ROW,
        ids.CLEAR: Move.CLEAR,
    }


def asking(choice: Choice, percent: float | str | None) -> Choice:
    """The choice about another threshold: who types one asks about it."""
    if percent in (None, "") or not MIN_PERCENT <= float(percent) <= MAX_PERCENT:
        return choice
    share = round(float(percent) / 100, 4)
    return choice if share == choice.threshold else replace(choice, threshold=share, line=Line.THRESHOLD)


def travelling(choice: Choice, minutes: float | str | None) -> Choice:
    """The choice within other minutes; as it was where they cannot be asked for."""
    if minutes in (None, "") or not LEAST_MINUTES <= round(float(minutes)) <= MOST_MINUTES:
        return choice
    return replace(choice, minutes=float(round(float(minutes))))


def _moved_to(facts: Facts, choice: Choice, target: str) -> Choice:
    """Region, mesh and selection of a territory found by name or clicked."""
    level, code = target.split(":")
    inside = facts.district_of(code) if level == Level.COMMUNE else None
    choice = replace(choice, district="" if inside is None else code)
    code = code if inside is None else inside.commune
    territory = facts.store.territory(Level(level), code)
    if territory.level == Level.FRANCE:
        return replace(choice, region=FRANCE, perimeter=None, selected=None)
    if territory.level == Level.REGION:
        return replace(choice, region=territory.code, perimeter=None, selected=None)
    if choice.perimeter is not None and not _lies_in(facts, territory, choice.perimeter):
        choice = replace(choice, perimeter=None)
    is_drawn = choice.region == FRANCE or choice.perimeter is not None
    if is_drawn and territory.level == choice.mesh:
        # A commune of a perimeter that straddles a border stays among those of its perimeter.
        return replace(choice, selected=(territory.level, code))
    return replace(choice, region=territory.region or FRANCE, mesh=territory.level, selected=(territory.level, code))


def _lies_in(facts: Facts, territory: Territory, perimeter: tuple[Level, str]) -> bool:
    level, code = perimeter
    if territory.level == level:
        return territory.code == code
    inside = facts.store.territories(territory.level, Perimeter(level, code))
    return bool((inside["code"] == territory.code).any())


def _looking_in(facts: Facts, choice: Choice, value: str | None) -> Choice:
    """The choice inside a perimeter, at the largest mesh that lies in it; or in the whole région again."""
    if not value:
        return replace(choice, perimeter=None)
    level, code = value.split(":")
    perimeter = (Level(level), code)
    choice = replace(choice, region=facts.store.territory(*perimeter).region or FRANCE, perimeter=perimeter)
    is_wider = MESHES.index(choice.mesh) >= MESHES.index(Level(level))
    if is_wider or not facts.has_inside(choice.mesh, Perimeter(*perimeter)):
        choice = replace(choice, mesh=facts.mesh_inside(Perimeter(*perimeter)))
    is_left = choice.selected is not None and not _lies_in(facts, facts.store.territory(*choice.selected), perimeter)
    return replace(choice, selected=None) if is_left else choice


def _at(facts: Facts, choice: Choice, mesh: Level) -> Choice:
    """The choice at another mesh. Inside a selected territory that is larger, when its parts are asked for."""
    here = choice.selected
    is_inside = here is not None and mesh in MESHES[: MESHES.index(here[0])]
    if here and is_inside and here[0] in (Level.EPCI, Level.TVS):
        region = facts.store.territory(*here).region or FRANCE
        return replace(choice, mesh=mesh, region=region, perimeter=here)
    if choice.perimeter is not None and MESHES.index(mesh) > MESHES.index(choice.perimeter[0]):
        # Wider than the perimeter: nothing would be left of it.
        choice = replace(choice, perimeter=None)
    return replace(choice, mesh=mesh, selected=_at_mesh(facts, choice, mesh))


def _at_mesh(facts: Facts, choice: Choice, mesh: Level) -> tuple[Level, str] | None:
    """The selected territory, or the one of `mesh` that holds it."""
    if choice.selected is None:
        return None
    territory = facts.store.territory(*choice.selected)
    parent = {territory.level: territory.code, Level.DEPARTEMENT: territory.departement}
    if territory.level == Level.COMMUNE:
        parent[Level.EPCI] = territory.epci
    code = parent.get(mesh)
    return (mesh, code) if code else None


def with_columns(choice: Choice, names: list[str] | None, usual: list[dict]) -> Choice:
    """The choice with the columns of the table that a reader ticked; none written when they are the `usual` ones."""
    is_usual = set(names or ()) == set(table.visible(usual))
    return replace(choice, columns=() if is_usual else tuple(names or ()))


def with_selected(choice: Choice, territory: str | None) -> Choice:
    """The choice with a territory selected, written as `selected` does."""
    if not territory:
        return choice
    level, code, *inside = territory.split(":")
    return replace(choice, selected=(Level(level), code), district="".join(inside))


def place(facts: Facts, choice: Choice) -> str:
    """The part of the choice that decides the outlines, as an address."""
    perimeter = choice.perimeter if facts.beyond(choice) else None
    return Choice(region=choice.region, mesh=choice.mesh, perimeter=perimeter, lang=choice.lang).query


def selected(choice: Choice) -> str:
    """The selected territory, "commune:31555" or "", and the district that is looked at: "commune:75056:75115"."""
    return ":".join(filter(None, [written(choice.selected), choice.district]))


def written(place_: tuple[Level, str] | None) -> str | None:
    """A territory as controls and addresses write it: "commune:31555"; None for none."""
    return None if place_ is None else f"{place_[0].value}:{place_[1]}"


def if_new(value: Any, now: Any) -> Any:
    """The value of an output, or nothing where it is what the browser has already."""
    return no_update if value == now else value


def region_select(identifier: str, facts: Facts, choice: Choice) -> dmc.Select:
    """The région shown, or the whole country."""
    _ = words(choice.lang)
    regions = [{"value": FRANCE, "label": _("Whole country")}]
    regions += [{"value": code, "label": name} for code, name in facts.regions()]
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


def perimeter_select(identifier: str, facts: Facts, choice: Choice) -> dmc.Select:
    """Where one looks inside the région: a département, an EPCI, an area of the agency."""
    _ = words(choice.lang)
    return dmc.Select(
        id=identifier,
        label=_("Only inside"),
        placeholder=_("All of it"),
        data=perimeter_options(facts, choice),
        value=written(choice.perimeter),
        searchable=True,
        clearable=True,
        limit=400,
        nothingFoundMessage=_("Nothing of this name here"),
        comboboxProps={"withinPortal": False},
        clearButtonProps={"aria-label": _("All of it")},
    )


def perimeter_options(facts: Facts, choice: Choice) -> list[dict]:
    """Perimeters of the région shown, by level."""
    return [
        {
            "group": text.levels(level, choice.lang),
            "items": [{"value": f"{level}:{code}", "label": text.short_name(name)} for code, name in places],
        }
        for level, places in facts.perimeters(choice.region).items()
    ]


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


def mesh_options(meshes: Sequence[Level], lang: str) -> list[tuple[str, str]]:
    """Meshes for `segmented`, as (value, word)."""
    return [(level.value, text.short_levels(level, lang)) for level in meshes]


def too_wide(choice: Choice) -> Component | None:
    """Asks for a région when communes of the whole country were asked for."""
    if not is_too_wide(choice):
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


def inside(facts: Facts, choice: Choice) -> str:
    """Where the territories shown lie, as a title says it."""
    _ = words(choice.lang)
    name = text.short_name(facts.inside(choice)) or _("Whole country")
    if facts.beyond(choice) is None:
        return name
    outside = text.count_of(Level.COMMUNE, len(facts.outside(choice.region, choice.within)), choice.lang)
    return _("%(place)s, of which %(communes)s outside %(region)s") % {
        "place": name,
        "communes": outside,
        "region": facts.names()[Level.REGION, choice.region],
    }


def drawn(facts: Facts, choice: Choice) -> tuple[Level, str, str, str]:
    """What the maps of a choice draw: its level, the name of the layer, where its outlines and their names are. The
    communes of a perimeter that straddles the border of its région are drawn with those of the région."""
    layer, beyond = facts.fingerprint(choice.mesh, choice.region) or "none", facts.beyond(choice)
    names = maps.names_address(facts.version, choice.mesh, choice.region, beyond)
    if beyond is None:
        return choice.mesh, layer, maps.outlines_address(choice.mesh, choice.region, layer), names
    address = maps.outlines_beyond_address(facts.version, choice.region, beyond)
    return choice.mesh, f"{layer}-{beyond.code}", address, names


def around(facts: Facts, choice: Choice, side: str) -> list:
    """What stands over the territories of a map: borders of the wider levels and, on national maps, names of insets."""
    lines = maps.borders(side, choice.mesh, choice.region, facts.fingerprint)
    return [
        *lines,
        *(maps.inset_labels(facts.store.country().insets, facts.overseas()) if choice.region == FRANCE else []),
    ]
