"""Services and what communes can reach."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.memory import remembered
from geodata.methods.travel import BOUNDARY_MIN
from geodata.question import Question
from geodata.store.conditions import answers, in_perimeter, lying_in
from geodata.store.reader import Reader
from geodata.territory import FRANCE, Level, Perimeter

_AT_ONCE = 500
"""Values of one condition: SQLite takes 999 parameters at most in its older versions."""


class ServiceReader(Reader):
    """What is listed, where, and how far it is."""

    def services(self, within: str | Perimeter = FRANCE, categories: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Services of a région (or `FR`), of some categories (None: all): columns of `service`, family, lon, lat."""
        query = _services()
        if categories is not None:
            query = query.where(schema.service.c.category.in_(categories))
        return self._located(in_perimeter(query, within))

    def services_in(self, level: Level, code: str, *, categories: Sequence[str] | None = None) -> pd.DataFrame:
        """Services that stand in one territory, of some categories (None: all): columns of `services`."""
        query = lying_in(_services(), Level.COMMUNE, level, code)
        return self._located(query if categories is None else query.where(schema.service.c.category.in_(categories)))

    def _located(self, query: sa.Select) -> pd.DataFrame:
        frame = self._frame(query.order_by(schema.service.c.fid))
        points = frame.pop("geom")
        is_located = points.notna()
        frame["lon"] = [p.x if ok else np.nan for p, ok in zip(points, is_located, strict=True)]
        frame["lat"] = [p.y if ok else np.nan for p, ok in zip(points, is_located, strict=True)]
        return frame.drop(columns="fid")

    def existing_services(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that are services of the database."""
        wanted, present, c = sorted(set(ids)), set(), schema.service.c
        for start in range(0, len(wanted), _AT_ONCE):
            present |= {row.id for row in self._rows(sa.select(c.id).where(c.id.in_(wanted[start : start + _AT_ONCE])))}
        return present

    def services_of(self, ids: Sequence[str]) -> pd.DataFrame:
        """The services with these identifiers: the columns of `services` but lon and lat."""
        s, c = schema.service.c, schema.category.c
        columns = [column for column in schema.service.columns if column.name not in ("fid", "geom")]
        query = sa.select(*columns, c.family, c.title).join_from(schema.service, schema.category, s.category == c.id)
        return self._frame(query.where(s.id.in_(list(ids))).order_by(s.fid))

    def service_counts(self, level: Level, code: str) -> pd.Series:
        """How many services of each category are listed in a territory; a row that counts several is worth as many."""
        s, t = schema.service.c, schema.territory.c
        query = (
            sa.select(s.category, sa.func.sum(sa.func.coalesce(s.quantity, 1)))
            .join_from(schema.service, schema.territory, (t.level == Level.COMMUNE) & (t.code == s.code_insee))
            .group_by(s.category)
        )
        return pd.Series(dict(map(tuple, self._rows(lying_in(query, Level.COMMUNE, level, code)))), dtype=float)

    def access(self, within: str | Perimeter = FRANCE, *, categories: Sequence[str] | None = None) -> pd.DataFrame:
        """Nearest service of some categories (None: all) from each commune of a région (or `FR`)."""
        return self._access(in_perimeter(self._access_query(), within), categories)

    def access_of(self, communes: Sequence[str]) -> pd.DataFrame:
        """The rows of `access` of some communes."""
        return self._access(self._access_query().where(schema.access.c.code_insee.in_(list(communes))))

    def family_access(self) -> pd.DataFrame:
        """Nearest service and shared supply of each family from each commune of the country."""
        f, s = schema.family_access.c, schema.service.c
        query = sa.select(schema.family_access, s.position).outerjoin_from(
            schema.family_access, schema.service, s.id == f.service
        )
        return self._frame(query.order_by(f.code_insee, f.family))

    def cell_reach(self) -> pd.DataFrame:
        """What residents reach from their squares, by commune and family, where squares are given: table `cell_reach`
        with the `producer` of the squares."""
        c, s = schema.cell_reach.c, schema.source.c
        query = sa.select(schema.cell_reach, s.producer).join_from(schema.cell_reach, schema.source, s.id == c.source)
        return self._frame(query.order_by(c.code_insee, c.family))

    def square_groups(self, level: Level, code: str) -> pd.DataFrame:
        """Squares of the communes of a territory, where they are given: table `square_group` with the `producer` of the
        squares; no row in a database that was built without them."""
        g, s = schema.square_group.c, schema.source.c
        if not self._has(schema.square_group):
            return pd.DataFrame(columns=[*(column.name for column in g), "producer"])
        t = schema.territory.c
        query = (
            sa.select(*schema.square_group.columns, s.producer)
            .join_from(schema.square_group, schema.territory, (t.level == Level.COMMUNE) & (t.code == g.code_insee))
            .join(schema.source, s.id == g.source)
        )
        return self._frame(lying_in(query, Level.COMMUNE, level, code).order_by(g.code_insee))

    def by_road(self) -> pd.DataFrame:
        """Communes between which trips by road are known, by code: lon and lat of the point, `method`."""
        r, t = schema.road_reach.c, schema.territory.c
        if not self._has(schema.road_reach):
            return pd.DataFrame(columns=["code", "lon", "lat", "method"]).set_index("code")
        is_commune = (t.level == Level.COMMUNE) & (t.code == r.code_insee)
        query = sa.select(t.code, t.lon, t.lat, r.method).join_from(schema.road_reach, schema.territory, is_commune)
        return self._frame(query.order_by(t.code)).set_index("code")

    def road_reach(self, communes: Iterable[str]) -> pd.DataFrame:
        """Trips by road to some of the communes of `by_road`, from each of the others: origin, destination (codes),
        `minutes`."""
        r, wanted = schema.road_reach.c, sorted(set(communes))
        some = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
        query = sa.select(r.code_insee, r.reached_from, r.minutes)
        rows = [row for codes in some for row in self._rows(query.where(r.code_insee.in_(codes)))]
        origins = [row.reached_from.split(";") for row in rows]
        return pd.DataFrame(
            {
                "origin": [code for codes in origins for code in codes],
                "destination": np.repeat([row.code_insee for row in rows], [len(codes) for codes in origins]),
                "minutes": np.array(";".join(row.minutes for row in rows).split(";") if rows else [], dtype=float),
            }
        )

    def travel_methods(self) -> tuple[str, ...]:
        """Names of the travel models behind `access`."""
        return self._methods(self.version())

    def links(self, level: Level, code: str, question: Question, *, minutes: float) -> pd.DataFrame:
        """By category, over the communes of a territory: `service` and `travel_min` of the nearest one of all, and the
        residents for whom one is within `minutes` (`present`) or for whom a complete list says that none is
        (`missing`)."""
        a, t, e = schema.access.c, schema.territory.c, schema.estimate.c
        limit = minutes + BOUNDARY_MIN
        is_near = a.travel_min <= limit
        is_absence_certain = (a.complete_min > limit) & sa.or_(a.travel_min > limit, a.travel_min.is_(None))
        here = (t.level == Level.COMMUNE) & (t.code == a.code_insee)
        summed = lying_in(
            sa.select(
                a.category,
                sa.func.min(a.travel_min).label("travel_min"),
                sa.func.sum(sa.case((is_near, e.residents), else_=0)).label("present"),
                sa.func.sum(sa.case((is_absence_certain, e.residents), else_=0)).label("missing"),
            )
            .join_from(schema.access, schema.territory, here)
            .join(schema.estimate, (e.level == Level.COMMUNE) & (e.code == a.code_insee))
            .where(answers(question))
            .group_by(a.category),
            Level.COMMUNE,
            level,
            code,
        ).cte()
        # Of several services as near, the first identifier: any order of the rows gives the same.
        nearest = lying_in(
            sa.select(a.category, sa.func.min(a.service).label("service"))
            .join_from(schema.access, schema.territory, here)
            .join(summed, (a.category == summed.c.category) & (a.travel_min == summed.c.travel_min))
            .group_by(a.category),
            Level.COMMUNE,
            level,
            code,
        ).subquery()
        return self._frame(
            sa.select(
                *(summed.c.category, nearest.c.service),
                *(summed.c.travel_min, summed.c.present, summed.c.missing),
            ).outerjoin_from(summed, nearest, summed.c.category == nearest.c.category)
        )

    @remembered
    def _methods(self, version: str) -> tuple[str, ...]:
        method = schema.access.c.method
        return tuple(row[0] for row in self._rows(sa.select(method).distinct().order_by(method)))

    def _access_query(self) -> sa.Select:
        a, t, s = schema.access.c, schema.territory.c, schema.service.c
        return (
            sa.select(*schema.access.columns, s.name.label("service_name"), s.position)
            .join_from(schema.access, schema.territory, (t.level == Level.COMMUNE) & (t.code == a.code_insee))
            .outerjoin(schema.service, s.id == a.service)
        )

    def _access(self, query: sa.Select, categories: Sequence[str] | None = None) -> pd.DataFrame:
        a = schema.access.c
        query = query if categories is None else query.where(a.category.in_(list(categories)))
        return self._frame(query.order_by(a.code_insee, a.category)).astype(
            {"travel_min": float, "distance_km": float, "complete_min": float}
        )


def _services() -> sa.Select:
    s, c, t = schema.service.c, schema.category.c, schema.territory.c
    return (
        sa.select(*schema.service.columns, c.family, c.title, t.departement, t.region)
        .join_from(schema.service, schema.category, s.category == c.id)
        .join(schema.territory, (t.level == Level.COMMUNE) & (t.code == s.code_insee))
    )
