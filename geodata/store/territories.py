"""Territories: names, outlines, search."""

import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.errors import UnknownTerritory
from geodata.indicator_catalogue import POPULATION
from geodata.memory import remembered
from geodata.question import DEFAULT_QUESTION
from geodata.search import search, search_index
from geodata.store.conditions import answers, in_perimeter, is_one_of, lying_in
from geodata.store.reader import Reader, of_one_build
from geodata.territory import FRANCE, Level, Part, Perimeter, Territory

_TERRITORY_COLUMNS = [c for c in schema.territory.columns if c.name not in ("fid", "geom")]


class TerritoryReader(Reader):
    """Who lies where, by which name."""

    def territories(self, level: Level, within: str | Perimeter = FRANCE) -> pd.DataFrame:
        """Territories of one level, of one région (`within` = its code), of a `Perimeter`, or of the country (`FR`).

        Columns: those of table `territory` but the geometry.
        """
        query = sa.select(*_TERRITORY_COLUMNS).where(schema.territory.c.level == level)
        return self._frame(in_perimeter(query, within).order_by(schema.territory.c.code))

    def territory(self, level: Level, code: str) -> Territory:
        """One territory. Raises `UnknownTerritory`."""
        t = schema.territory.c
        query = sa.select(*_TERRITORY_COLUMNS).where(is_one_of(t, [(level, code)]))
        rows = self._rows(query)
        if not rows:
            edition = self.country().edition
            raise UnknownTerritory(
                f"no {Level(level).value} has the code « {code} » in this database (codes of {edition}). It may have "
                "merged: search for it by name."
            )
        r = rows[0]
        zone = r.zone or self.country().main
        return Territory(Level(r.level), r.code, r.name, r.departement, r.region, r.epci, zone)

    def bounds(self, level: Level, code: str) -> tuple[float, float, float, float] | None:
        """West, south, east, north of a territory's outline in degrees; None when it has no outline."""
        t = schema.territory.c
        rows = self._rows(sa.select(t.geom).where(is_one_of(t, [(level, code)])))
        if not rows or rows[0].geom is None:
            return None
        west, south, east, north = map(float, rows[0].geom.bounds)
        return west, south, east, north

    def outlines(self, level: Level, of: Level, code: str) -> pd.DataFrame:
        """Exact outlines (WGS 84) of the territories of a level that lie in one of level `of` (the same: itself).

        Columns: code, name, departement, zone, crs (its projection), lon, lat, geom (None where there is none).
        """
        t = schema.territory.c
        query = sa.select(t.code, t.name, t.departement, t.zone, t.lon, t.lat, t.geom).where(t.level == level)
        frame = self._frame(lying_in(query, level, of, code).order_by(t.code))
        return frame.assign(crs=frame["zone"].map(self.country().epsg))

    @of_one_build
    def search(self, text: str, limit: int = 8, *, region: str | None = None) -> pd.DataFrame:
        """Territories that `text` names, best first, those of `region` before the others (see `geodata.search`)."""
        return search(self._search_index(self.version()), text, region=region, limit=limit)

    @remembered
    def _search_index(self, version: str) -> pd.DataFrame:
        t, e, p = schema.territory.c, schema.estimate.c, schema.postcode.c
        query = (
            sa.select(t.level, t.code, t.name, t.departement, t.region, e.residents)
            .join_from(
                schema.territory,
                schema.estimate,
                (t.level == e.level) & (t.code == e.code) & answers(DEFAULT_QUESTION),
                isouter=True,
            )
            .order_by(t.code)
        )
        i, v = schema.part.c, schema.indicator_value.c
        districts = (
            sa.select(i.kind.label("level"), i.code, i.name, t.departement, t.region, v.value.label("residents"))
            .join_from(schema.part, schema.territory, (t.level == Level.COMMUNE) & (t.code == i.commune))
            .outerjoin(
                schema.indicator_value,
                (v.level == i.kind) & (v.code == i.code) & (v.indicator == POPULATION.id),
            )
            .where(i.kind == Part.DISTRICT)
            .order_by(i.code)
        )
        named = self._frame(query)
        if self._has(schema.part):
            named = pd.concat([named, self._frame(districts)], ignore_index=True)
        aliases = sa.select(schema.alias).order_by(schema.alias.c.name, schema.alias.c.code)
        return search_index(named, self._frame(sa.select(p.code_insee, p.postcode)), self._frame(aliases))
