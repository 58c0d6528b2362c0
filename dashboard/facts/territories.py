"""Territories: names, places, perimeters, outlines."""

import pandas as pd

from dashboard.facts.order import sort_key
from dashboard.facts.reader import Reader, by_build
from dashboard.i18n import words
from dashboard.state import MESHES, Choice
from geodata.district import District, district
from geodata.errors import UnknownTerritory
from geodata.indicator_catalogue import POPULATION
from geodata.names import normalise
from geodata.territory import FRANCE, Inside, Level, Part, Perimeter


class TerritoryFacts(Reader):
    """Who lies where, and which outlines there are."""

    @by_build
    def names(self) -> dict[tuple[str, str], str]:
        """Names of régions, départements and EPCI, by (level, code)."""
        frames = [self.store.territories(level) for level in (Level.REGION, Level.DEPARTEMENT, Level.TVS, Level.EPCI)]
        territories = pd.concat(frames)
        return dict(zip(zip(territories["level"], territories["code"], strict=True), territories["name"], strict=True))

    def regions(self) -> list[tuple[str, str]]:
        """(code, name) of every région, by name."""
        pairs = [(code, name) for (level, code), name in self.names().items() if level == Level.REGION]
        return sorted(pairs, key=lambda pair: normalise(pair[1]))

    def place(self, level: str, departement: str | None, region: str | None) -> str:
        """Where a territory lies: "Haute-Garonne, Occitanie"."""
        names = self.names()
        parents = []
        if level in (Level.COMMUNE, Level.EPCI, Level.TVS):
            parents.append(names.get((Level.DEPARTEMENT, departement or "")))
        if level in (Level.COMMUNE, Level.EPCI, Level.TVS, Level.DEPARTEMENT):
            parents.append(names.get((Level.REGION, region or "")))
        return ", ".join(dict.fromkeys(name for name in parents if name))

    def inside(self, choice: Choice) -> str:
        """Name of the perimeter shown; "" for the country."""
        within = choice.within
        return "" if within.level == Level.FRANCE else self.names()[within.level, within.code]

    @by_build
    def perimeters(self, region: str) -> dict[Level, list[tuple[str, str]]]:
        """(code, name) of the territories one may look in, by level and by name: those of a région, or the
        départements of the country."""
        by_name: dict[Level, list[tuple[str, str]]] = {}
        for level in (Level.DEPARTEMENT,) if region == FRANCE else (Level.DEPARTEMENT, Level.TVS, Level.EPCI):
            places = self.store.territories(level, region)
            named = sorted(zip(places["code"], places["name"], strict=True), key=lambda place: sort_key(place[1]))
            by_name |= {level: named} if named else {}
        return by_name

    @by_build
    def comparable(self, level: Level, code: str) -> list[tuple[str, str]]:
        """(code, name) of the other territories of a level, by name: of the same département for a commune, of the same
        région for an EPCI or an area of the agency, else of the country."""
        here = self.store.territory(level, code)
        is_commune = level == Level.COMMUNE
        above, within = (Level.DEPARTEMENT, here.departement) if is_commune else (Level.REGION, here.region)
        is_narrow = within and level not in (Level.DEPARTEMENT, Level.REGION)
        places = self.store.territories(level, Perimeter(above, within) if within and is_narrow else FRANCE)
        named = [place for place in zip(places["code"], places["name"], strict=True) if place[0] != code]
        return sorted(named, key=lambda place: sort_key(place[1]))

    def departements(self, rows: pd.DataFrame, choice: Choice) -> pd.Series:
        """Name of the département of each row, from its code in the column `departement`; missing where it has none.
        One of another région than the one shown says so."""
        _ = words(choice.lang)
        names, shown = self.names(), choice.region
        names_by_code = {code: name for (level, code), name in names.items() if level == Level.DEPARTEMENT}
        if shown != FRANCE:
            outside = _("Outside %(region)s: %(departement)s")
            names_by_code |= {
                code: outside % {"departement": names_by_code[code], "region": names[Level.REGION, shown]}
                for code, region in self._regions().items()
                if region != shown
            }
        return rows["departement"].map(names_by_code)

    @by_build
    def _regions(self) -> dict[str, str]:
        """The région of each département."""
        places = self.store.territories(Level.DEPARTEMENT)
        return dict(zip(places["code"], places["region"], strict=True))

    def beyond(self, choice: Choice) -> Perimeter | None:
        """The perimeter whose communes are shown, where some lie outside the région shown: an EPCI or an area of the
        agency that straddles its border; else None."""
        if choice.perimeter is None or choice.mesh != Level.COMMUNE:
            return None
        return choice.within if len(self.outside(choice.region, choice.within)) else None

    @by_build
    def has_inside(self, mesh: Level, within: Perimeter) -> bool:
        """Whether any territory of a mesh lies in a perimeter: there is no département in an EPCI."""
        return not self.store.territories(mesh, within).empty

    def mesh_inside(self, within: Perimeter) -> Level:
        """The largest mesh that shows a perimeter: communes for a département that holds no EPCI, those of its communes
        being filed under another."""
        holds_epci = within.level == Level.DEPARTEMENT and self.has_inside(Level.EPCI, within)
        return Level.EPCI if holds_epci else Level.COMMUNE

    @by_build
    def outside(self, region: str, within: Perimeter) -> pd.DataFrame:
        """Communes of a perimeter that lie outside a région: the columns of `Store.territories`."""
        places = self.store.territories(Level.COMMUNE, within)
        return places[places["region"] != region]

    def overseas(self) -> dict[str, str]:
        """Name of each zone drawn in an inset that has a département in the database."""
        names, zones = self.names(), [inset.zone for inset in self.store.country().insets]
        return {zone: names[Level.DEPARTEMENT, zone] for zone in zones if (Level.DEPARTEMENT, zone) in names}

    def exists(self, level: Level, code: str) -> bool:
        """Whether the database holds this territory."""
        try:
            self.store.territory(level, code)
        except UnknownTerritory:
            return False
        return True

    @by_build
    def district_of(self, code: str) -> Inside | None:
        """The district of Paris, Lyon or Marseille that has this code; None for any other code."""
        return self.store.district_of(code)

    @by_build
    def district(self, code: str) -> District:
        """Everything known of a district. Raises `UnknownTerritory`."""
        return district(self.store, code)

    @by_build
    def parts(self, kind: Part, level: Level, code: str) -> pd.DataFrame:
        """Districts or IRIS of a territory (see `Store.parts`), with a column for each figure and one that says that it
        is withheld (`secret_...`)."""
        table, values = self.store.parts(kind, level, code), self.part_values(kind, level, code)
        wide = values.pivot(index="code", columns="id", values="value")
        secret = values.assign(secret=values["reason"].notna()).pivot(index="code", columns="id", values="secret")
        secret = secret.eq(True).add_prefix("secret_")
        with_values = table.join(wide, on="code").join(secret, on="code").fillna(dict.fromkeys(secret, False))
        return with_values.assign(secret_residents=with_values.get(f"secret_{POPULATION.id}", False))

    @by_build
    def part_values(self, kind: Part, level: Level, code: str) -> pd.DataFrame:
        """Their figures (see `Store.part_values`)."""
        return self.store.part_values(kind, level, code)

    def fingerprint(self, level: Level, within: str) -> str | None:
        """Fingerprint of a layer of outlines; None when there is no such layer."""
        return self._layers().get((level, within))

    def meshes(self, region: str) -> tuple[Level, ...]:
        """Meshes to choose from in a région; the areas of an agency only where it handed them in."""
        return tuple(m for m in MESHES if m != Level.TVS or self.fingerprint(m, region) is not None)

    @by_build
    def _layers(self) -> dict[tuple[str, str], str]:
        layers = self.store.screen_layers()
        return dict(zip(zip(layers["level"], layers["within"], strict=True), layers["fingerprint"], strict=True))
