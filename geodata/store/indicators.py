"""Indicators of territories, and what adds up."""

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.errors import UnknownScenario
from geodata.indicator import CENSUS_SOURCES, THIN_BELOW
from geodata.indicator_catalogue import POPULATION
from geodata.memory import remembered
from geodata.store.conditions import in_perimeter, is_one_of
from geodata.store.reader import Reader, of_one_build
from geodata.territory import FRANCE, Level, Part, Perimeter


class IndicatorReader(Reader):
    """Observed, derived and modelled figures beside the estimate."""

    def values(self, level: Level | Part, code: str) -> pd.DataFrame:
        """Indicators of one territory, each of its newest vintage: the columns of `values_of` but level and code."""
        return self.values_of([(level, code)]).drop(columns=["level", "code"])

    def values_of(self, places: Sequence[tuple[Level | Part, str]]) -> pd.DataFrame:
        """Indicators of some (level, code), in the order of the catalogue: value, numerator, denominator, coverage,
        resolved_at, kind, vintage, source, error, and the indicator's columns. Of each, the newest vintage told."""
        return self._published_values(places).drop_duplicates(["level", "code", "id"], ignore_index=True)

    def earlier(self, level: Level | Part, code: str) -> pd.DataFrame:
        """Indicators of one territory as they were: the columns of `values_of`, of each the vintage told before the
        newest; no row of those that have one only."""
        frame = self._published_values([(level, code)])
        return frame[frame.groupby("id").cumcount() == 1].reset_index(drop=True)

    def _published_values(self, places: Sequence[tuple[Level | Part, str]]) -> pd.DataFrame:
        """Every vintage that is told, the newest of each indicator first."""
        v, i = schema.indicator_value.c, schema.indicator.c
        own = [c for c in schema.indicator_value.columns if c.name not in ("indicator", "reason")]
        of_value = {"kind", "vintage", "source"}
        query = (
            sa.select(*own, *[c for c in schema.indicator.columns if c.name not in of_value])
            .join_from(schema.indicator_value, schema.indicator, v.indicator == i.id)
            .where(is_one_of(v, places), v.value.is_not(None))
            .order_by(v.level, v.code, i.position, v.vintage.desc())
        )
        return self._frame(query)

    @of_one_build
    def indicator_values(
        self, level: Level, within: str | Perimeter = FRANCE, *, indicator: str, vintage: str | None = None
    ) -> pd.DataFrame:
        """One indicator of every territory of a level in a région, a `Perimeter` or the country, by code.

        Columns: code, name, departement, region, epci, tvs, zone, density, residents, value, numerator, denominator,
        coverage, vintage, resolved_at, kind, source, error, reason, `is_thin` (a census figure of a commune under 2,000
        residents, from a sample of years). `value` is missing where it is not known: `reason` says why, and is missing
        too where nobody tells anything. The newest vintage of each territory unless one is asked for.
        Raises `UnknownScenario`.
        """
        frame = self._indicator_rows(self.version(), level, within, indicator, vintage)
        if frame.empty or frame["kind"].isna().all():
            self._check_indicator(indicator)
        return frame

    @of_one_build
    def cumulation(self, level: Level, within: str | Perimeter = FRANCE) -> pd.DataFrame:
        """What adds up on every territory of a level, by code: code, name, departement, region, epci, tvs, zone,
        exposed, known, sides, known_sides, indicators, peers, exposed_low, exposed_high.

        `exposed` is missing where fewer than `geodata.cumulation.ENOUGH` sides are known; `sides` and `known_sides` are
        tuples of `geodata.indicator.Side` values.
        """
        t, c = schema.territory.c, schema.cumulation.c
        query = (
            sa.select(
                *(t.code, t.name, t.departement, t.region, t.epci, t.tvs, t.zone),
                *[column for column in schema.cumulation.columns if column.name not in ("level", "code")],
            )
            .outerjoin_from(schema.territory, schema.cumulation, (c.level == t.level) & (c.code == t.code))
            .where(t.level == level)
        )
        frame = self._frame(in_perimeter(query, within).order_by(t.code))
        numbers = dict.fromkeys(("exposed", "known", "exposed_low", "exposed_high"), float)
        for column in ("sides", "known_sides", "indicators"):
            frame[column] = [tuple(filter(None, str(v or "").split(";"))) for v in frame[column].fillna("")]
        # Without a row no side at all is known.
        return frame.astype(numbers).assign(known=frame["known"].fillna(0).astype(int))

    def _check_indicator(self, indicator: str) -> None:
        ids = [row.id for row in self._rows(sa.select(schema.indicator.c.id).order_by(schema.indicator.c.position))]
        if indicator not in ids:
            raise UnknownScenario(f"no indicator « {indicator} » in this database. Known: {', '.join(ids)}")

    @remembered
    def _indicator_rows(
        self, version: str, level: str, within: str | Perimeter, indicator: str, vintage: str | None
    ) -> pd.DataFrame:
        t, v = schema.territory.c, schema.indicator_value.c
        of = schema.indicator_value.alias().c
        wanted = (v.indicator == indicator) & (v.level == level)
        columns = [c for c in schema.indicator_value.columns if c.name not in ("level", "indicator")]
        rows = sa.select(*columns).where(wanted if vintage is None else wanted & (v.vintage == vintage)).subquery()
        people = (
            sa.select(of.code, of.value.label("residents"))
            .where(of.level == level, of.indicator == POPULATION.id, of.value.is_not(None))
            .subquery()
        )
        query = (
            sa.select(
                *(t.code, t.name, t.departement, t.region, t.epci, t.tvs, t.zone, t.density, people.c.residents),
                *[c for c in rows.c if c.name != "code"],
            )
            .outerjoin_from(schema.territory, rows, rows.c.code == t.code)
            .outerjoin(people, people.c.code == t.code)
            .where(t.level == level)
        )
        frame = self._frame(in_perimeter(query, within).order_by(t.code, rows.c.vintage.desc()))
        # Published before withheld, then the newest: a vintage that is withheld does not hide the one before.
        frame = frame.sort_values(["code"], kind="stable").assign(is_published=frame["value"].notna())
        frame = frame.sort_values(["code", "is_published"], ascending=[True, False], kind="stable").drop(
            columns="is_published"
        )
        frame = frame.drop_duplicates("code", ignore_index=True)
        numbers = ("residents", "value", "numerator", "denominator", "coverage", "error")
        is_census = frame["source"].isin(CENSUS_SOURCES)
        thin = (level == Level.COMMUNE) & is_census & (frame["residents"].astype(float) < THIN_BELOW)
        return frame.astype(dict.fromkeys(numbers, float)).assign(is_thin=thin)
