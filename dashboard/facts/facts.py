"""Everything that a page asks."""

from dataclasses import replace
from typing import Any

from dashboard.basemap import Basemap
from dashboard.facts.needs import NeedFacts
from dashboard.facts.order import SIDES
from dashboard.state import Choice, Line, Notice
from geodata.question import DEFAULT_DEFINITION, DEFAULT_SCENARIO
from geodata.store import Store
from geodata.territory import FRANCE, Level
from geodata.workspace import Workspace

NO_NATIONAL = Notice("q", Line.NATIONAL.value)
"""Said when the assumptions chosen were not compared with the national share."""


MOST_BESIDE = 3
"""Territories set beside the selected one: four columns fit a screen."""


class Facts(NeedFacts):
    """Questions of the pages. Answers that depend on the build alone are cached by its content hash.

    `workspace` holds what users write; pages that only read the build do without. `basemap` stands under their maps.
    """

    def __init__(self, store: Store, workspace: Workspace | None = None, basemap: Basemap | None = None):
        super().__init__(store, workspace)
        self.basemap = basemap

    def _beside(self, choice: Choice) -> tuple[tuple[Level, str], ...]:
        """Territories that may stand beside the selected one: of its level, not itself, `MOST_BESIDE` at most."""
        if choice.selected is None:
            return ()
        kept = [o for o in choice.others if o[0] == choice.selected[0] and o != choice.selected and self.exists(*o)]
        return tuple(kept[:MOST_BESIDE])

    def _in_its_city(self, choice: Choice) -> Choice:
        """A district that is named as a commune is looked at in its city; one of another city is let go."""
        if choice.selected is not None and choice.selected[0] == Level.COMMUNE:
            code = choice.selected[1]
            if (own := self.district_of(code)) is not None:
                return replace(choice, selected=(Level.COMMUNE, own.commune), district=code)
        if choice.district and choice.selected is not None:
            inside = self.district_of(choice.district)
            if inside is None or choice.selected != (Level.COMMUNE, inside.commune):
                return replace(choice, district="")
        return choice

    def checked(self, choice: Choice) -> tuple[Choice, tuple[Notice, ...]]:
        """The choice with what this database does not hold replaced by its default, and what was replaced."""
        replacements: list[tuple[str, str, dict[str, Any]]] = []
        choice = self._in_its_city(choice)
        if choice.district and choice.selected is None:
            replacements.append(("ar", choice.district, {"district": ""}))
        if choice.region != FRANCE and (Level.REGION, choice.region) not in self.names():
            replacements.append(("r", choice.region, {"region": FRANCE}))
        if (perimeter := choice.perimeter) is not None:
            if self.exists(*perimeter):
                choice = replace(choice, region=self.store.territory(*perimeter).region or FRANCE)
            else:
                replacements.append(("z", ":".join(perimeter), {"perimeter": None}))
        if choice.mesh not in self.meshes(choice.region):
            replacements.append(("m", choice.mesh.value, {"mesh": Level.EPCI}))
        elif perimeter is not None and self.exists(*perimeter):
            is_shown = self.has_inside(choice.mesh, choice.within)
            mesh = choice.mesh if is_shown else self.mesh_inside(choice.within)
            if mesh != choice.mesh:
                replacements.append(("m", choice.mesh.value, {"mesh": mesh}))
        categories = tuple(c for c in choice.categories if c in set(self.categories()["id"]))
        if categories != choice.categories:
            lost = ",".join(c for c in choice.categories if c not in categories)
            replacements.append(("c", lost, {"categories": categories}))
        if (choice.definition, choice.scenario) not in {(s.definition, s.id) for s in self.scenarios()}:
            default = {"definition": DEFAULT_DEFINITION, "scenario": DEFAULT_SCENARIO}
            is_held = choice.definition in {s.definition for s in self.scenarios()}
            key = ("sc", choice.scenario) if is_held else ("d", choice.definition)
            replacements.append((*key, default))
        if choice.indicator and choice.indicator not in {SIDES, *self.indicators()["id"]}:
            replacements.append(("i", choice.indicator, {"indicator": ""}))
        if choice.selected is not None and not self.exists(*choice.selected):
            replacements.append(("s", ":".join(choice.place), {"selected": None}))
        for other in choice.others:
            if not self.exists(*other):
                replacements.append(("b", ":".join(other), {}))
        choice = replace(choice, others=self._beside(choice))
        for _, _, instead in replacements:
            choice = replace(choice, **instead)
        # Only the map asks which line: another page loses nothing.
        if choice.page == "/" and choice.line == Line.NATIONAL and not self.compares_with_nation(choice):
            if self.store.country().recipe:
                # Where nothing is estimated, the page says so once.
                replacements.append(("q", Line.NATIONAL.value, {}))
            choice = replace(choice, line=Line.THRESHOLD)
        return choice, tuple(Notice(field, value) for field, value, _ in replacements)
