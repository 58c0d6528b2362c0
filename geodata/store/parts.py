"""What lies inside communes: districts and IRIS, with their own observed figures."""

import pandas as pd
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from geodata import schema
from geodata.errors import UnknownTerritory
from geodata.indicator_catalogue import POPULATION
from geodata.store.conditions import lying_in
from geodata.store.indicators import IndicatorReader
from geodata.store.services import ServiceReader
from geodata.territory import Inside, Level, Part


class PartReader(IndicatorReader, ServiceReader):
    """Parts of communes stand beside their commune: no question of a territory counts them."""

    def part(self, kind: Part, code: str) -> Inside:
        """One part. Raises `UnknownTerritory`."""
        p = schema.part.c
        wanted = sa.select(p.name, p.commune).where(p.kind == kind, p.code == code)
        rows = self._rows(wanted) if self._has(schema.part) else []
        if not rows:
            raise UnknownTerritory(f"no {Part(kind).value} has the code « {code} » in this database.")
        return Inside(Part(kind), code, rows[0].name, rows[0].commune)

    def district_of(self, code: str) -> Inside | None:
        """The district of Paris, Lyon or Marseille that has this code; None for any other code."""
        try:
            return self.part(Part.DISTRICT, code)
        except UnknownTerritory:
            return None

    def parts(self, kind: Part, of: Level, code: str) -> pd.DataFrame:
        """Parts of one kind that lie in a territory, by code: code, name, commune, city (its name), zone, crs (its
        projection), lon, lat, geom (None where no file gives an outline), residents (missing where withheld)."""
        p, t, v = schema.part.c, schema.territory.c, schema.indicator_value.c
        people = (v.level == p.kind) & (v.code == p.code) & (v.indicator == POPULATION.id)
        query = (
            sa.select(
                *(p.code, p.name, p.commune, t.name.label("city"), t.zone, p.lon, p.lat, p.geom),
                v.value.label("residents"),
            )
            .join_from(schema.part, schema.territory, (t.level == Level.COMMUNE) & (t.code == p.commune))
            .outerjoin(schema.indicator_value, people)
            .where(p.kind == kind)
        )
        frame = self._of_parts(lying_in(query, Level.COMMUNE, of, code).order_by(p.code))
        return frame.assign(crs=frame["zone"].map(self.country().epsg)).astype({"residents": float})

    def part_values(self, kind: Part, of: Level, code: str) -> pd.DataFrame:
        """Indicators of the parts that lie in a territory, by part in the order of the catalogue: the columns of
        `values_of`, and `reason` where a value is withheld."""
        p, t, v, i = schema.part.c, schema.territory.c, schema.indicator_value.c, schema.indicator.c
        own = [c for c in schema.indicator_value.columns if c.name != "indicator"]
        of_value = {"kind", "vintage", "source"}
        query = (
            sa.select(*own, *[c for c in schema.indicator.columns if c.name not in of_value])
            .join_from(schema.part, schema.territory, (t.level == Level.COMMUNE) & (t.code == p.commune))
            .join(schema.indicator_value, (v.level == p.kind) & (v.code == p.code))
            .join(schema.indicator, v.indicator == i.id)
            .where(p.kind == kind)
        )
        return self._of_parts(lying_in(query, Level.COMMUNE, of, code).order_by(v.code, i.position))

    def _of_parts(self, query: sa.Select) -> pd.DataFrame:
        """The rows of a question about parts; none in a database that was built without them."""
        if self._has(schema.part):
            return self._frame(query)
        return pd.DataFrame(columns=[column.name for column in query.selected_columns])

    def services_of_district(self, code: str) -> tuple[pd.DataFrame, int]:
        """Services located inside a district, as `services` has them, and how many of its city are known by the city
        alone: nobody can say in which district these stand. Raises `UnknownTerritory`."""
        inside = self.part(Part.DISTRICT, code)
        p = schema.part.c
        outline = self._rows(sa.select(p.geom).where(p.kind == Part.DISTRICT, p.code == code))[0].geom
        listed = self.services_in(Level.COMMUNE, inside.commune)
        is_located = listed["position"] == "point"
        unplaced = int(listed.loc[~is_located, "quantity"].fillna(1).sum())
        if outline is None:
            return listed.head(0), int(listed["quantity"].fillna(1).sum())
        return listed[is_located & _within(listed, outline)], unplaced

    def access_from(self, district: str) -> pd.DataFrame:
        """Nearest service of each category from a point of a district: category, service, service_name, commune,
        position, travel_min, state, complete_min."""
        a, s = schema.access.c, schema.service.c
        query = (
            sa.select(
                *(a.category, a.service, s.name.label("service_name"), s.code_insee.label("commune"), s.position),
                *(a.travel_min, a.state, a.complete_min),
            )
            .outerjoin_from(schema.access, schema.service, s.id == a.service)
            .where(a.code_insee == district)
        )
        return self._frame(query.order_by(a.category)).astype({"travel_min": float, "complete_min": float})


def _within(services: pd.DataFrame, outline: BaseGeometry) -> pd.Series:
    return pd.Series(shapely.contains_xy(outline, services["lon"], services["lat"]), index=services.index)
