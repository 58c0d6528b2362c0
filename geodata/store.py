"""Read-only questions asked of the published database: a GeoPackage file or a PostGIS server.

`open_store(url)` gives a `Store`; its methods return frames (or one noun) and never write. No connection is kept
open, so that a database replaced by a new build is seen at the next question.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.disclosure import is_publishable, round_people
from geodata.errors import BadInput, DatabaseUnavailable, UnknownScenario, UnknownTerritory
from geodata.estimate import THRESHOLD, Estimate, Kind, Reason, Verdict, probability_above, verdict_of
from geodata.flips import Laws, flip_test
from geodata.indicator import CENSUS_SOURCES, THIN_BELOW
from geodata.indicators import POPULATION
from geodata.methods.travel import BOUNDARY_MIN
from geodata.pathway import Function, Pathway
from geodata.postgresql import SCHEMA, is_postgresql, published, reason, shown
from geodata.search import search, search_index
from geodata.survey import DEFINITIONS, SCENARIOS, reference_of
from geodata.territory import FRANCE, Level, Perimeter, Territory, Zone, perimeter

DEFAULT_DEFINITION = "five_networks"
DEFAULT_SCENARIO = "default"

_AT_ONCE = 500
"""Values of one condition: SQLite takes 999 parameters at most in its older versions."""

_NUMBERS = [c.name for c in schema.estimate.columns if isinstance(c.type, sa.Double) and c.name != "residents"]
_TERRITORY_COLUMNS = [c for c in schema.territory.columns if c.name not in ("fid", "geom")]


def open_store(url: str) -> "Store":
    """Open the database at `url`: a path ending in `.gpkg`, or `postgresql://...`.

    Raises `DatabaseUnavailable` when there is nothing to read there, `BadInput` when the address has another form.
    """
    place, schema_name = shown(url), None
    if url.endswith(".gpkg"):
        if not Path(url).is_file():
            raise _nothing_at(place)
        engine = read_only(Path(url))
    elif is_postgresql(url):
        engine, schema_name = published(url), SCHEMA
    else:
        raise BadInput(
            f"« {place} » is not a database address: a path ending in .gpkg is expected, or postgresql://host/database."
        )
    try:
        present = set(sa.inspect(engine).get_table_names(schema_name))
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailable(f"the database at {place} cannot be opened: {reason(error)}.") from error
    except sa.exc.DatabaseError as error:
        raise _another_version(place, reason(error)) from error
    missing = sorted(set(schema.metadata.tables) - present)
    if schema_name and not present:
        raise _nothing_at(place)
    if missing:
        raise _another_version(place, f"it has no table {', '.join(missing)}")
    return Store(engine)


def _nothing_at(place: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"no database at {place}. Build one with: python -m etl build --db {place}   (or: make run)"
    )


def _another_version(place: str, problem: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"{place} is not a database of this version: {problem}. Build it again with: python -m etl build --db {place}"
    )


def read_only(path: Path) -> sa.Engine:
    """Engine that reads the SQLite file at `path`, whatever signs its folders have, and cannot write in it."""

    def opened() -> sqlite3.Connection:
        how = "&immutable=1" if _is_left_in_wal(path) else ""
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{how}", uri=True, timeout=10)

    return sa.create_engine("sqlite://", creator=opened, poolclass=sa.pool.NullPool)


def _is_left_in_wal(path: Path) -> bool:
    """Whether a GIS left the file in write-ahead mode, which needs a folder to write in, where nobody may write.

    It can be read as it is when no change waits beside it. Raises `DatabaseUnavailable` with the remedy when one does.
    """
    if os.access(path.parent, os.W_OK):
        return False
    try:
        with open(path, "rb") as file:
            is_wal = file.read(20)[18:] == b"\x02\x02"
    except OSError as error:
        raise DatabaseUnavailable(f"the database at {path} cannot be opened: {error.strerror}.") from error
    waiting = path.with_name(path.name + "-wal")
    if is_wal and waiting.is_file() and waiting.stat().st_size:
        raise DatabaseUnavailable(
            f"the database at {path} was left in write-ahead mode by another program, with changes in {waiting.name}, "
            "and its folder cannot be written in. Whoever may write there closes that program, then runs: "
            f"sqlite3 {path} 'PRAGMA journal_mode=delete'   (or builds it again)."
        )
    return is_wal


def _of_one_build(question):
    """Mark a question of the store that reads several times: all of it is answered by the same build."""

    @wraps(question)
    def answer(store: "Store", *arguments, **options):
        with store.one_build():
            return question(store, *arguments, **options)

    return answer


class Store:
    """Answers questions about the published database. Every share comes with its interval, kind and reason."""

    def __init__(self, engine: sa.Engine):
        self._engine = engine
        self._open: ContextVar[sa.Connection | None] = ContextVar("connection", default=None)
        self._search_index = lru_cache(maxsize=1)(self._build_search_index)
        # A threshold moved by a user asks for the same rows again: what was read of a build is kept for a while.
        self._estimate_rows = lru_cache(maxsize=16)(self._read_estimates)
        self._laws = lru_cache(maxsize=8)(self._read_laws)
        self._indicator_rows = lru_cache(maxsize=16)(self._read_indicator)
        self._methods = lru_cache(maxsize=1)(self._read_methods)

    # -- the build ---------------------------------------------------------------------------------------------------

    @contextmanager
    def one_build(self) -> Iterator[None]:
        """Every question asked inside is answered by the same build, even while another one is being published."""
        with self._connection() as connection:
            outer = self._open.set(connection)
            try:
                yield
            finally:
                self._open.reset(outer)

    def forget_connections(self) -> None:
        """For a process that was just forked: the connections it inherits stay its parent's."""
        self._engine.dispose(close=False)

    def build(self) -> dict[str, str]:
        """Parameters of the build: code version, date, seed, vintages, content hash."""
        frame = self._frame(sa.select(schema.build))
        return dict(zip(frame["key"], frame["value"], strict=True))

    def version(self) -> str:
        """Content hash of the build: what was read under another one is out of date."""
        b = schema.build.c
        rows = self._rows(sa.select(b.value).where(b.key == "content_hash"))
        return rows[0].value if rows else ""

    def sources(self) -> pd.DataFrame:
        """One row a source, with accepted and rejected rows; `vintage` is None where no file states it."""
        rows = self._frame(sa.select(schema.source).order_by(schema.source.c.id))
        return rows.assign(vintage=rows["vintage"].astype(object).where(rows["vintage"].notna(), None))

    def snapshots(self) -> pd.DataFrame:
        """The files that were read, with their checksums."""
        return self._frame(sa.select(schema.snapshot).order_by(schema.snapshot.c.source, schema.snapshot.c.file))

    def rejects(self, source: str | None = None) -> pd.DataFrame:
        """Refused rows and their reasons."""
        query = sa.select(schema.reject).order_by(schema.reject.c.id)
        return self._frame(query if source is None else query.where(schema.reject.c.source == source))

    def table(self, table: sa.Table, without: Sequence[str] = ()) -> pd.DataFrame:
        """Every row of one table of `geodata.schema`, but the columns named in `without`."""
        return self._frame(sa.select(*[c for c in table.columns if c.name not in without]))

    def local_rates(self) -> pd.DataFrame:
        """An agency's own survey rates, and whether this build pools them with the national ones."""
        return self.table(schema.local_rate)

    def direct_estimates(self) -> pd.DataFrame:
        """Rates that surveys measured in territories, beside the model's shares."""
        return self.table(schema.direct_estimate)

    def indicators(self) -> pd.DataFrame:
        """What each indicator means."""
        return self._frame(sa.select(schema.indicator))

    def categories(self) -> pd.DataFrame:
        """Categories of services present: titles, family, whether they count as its response (`counts`)."""
        return self._frame(sa.select(schema.category)).astype({"counts": bool})

    def pathway_functions(self) -> tuple[Function, ...]:
        """Functions of the care pathways, pathway by pathway, in the order a person meets them."""
        c = schema.pathway_function.c
        rows = self._rows(sa.select(schema.pathway_function).order_by(c.position, c.function))
        return tuple(
            Function(
                *(Pathway(r.pathway), r.function, r.title, r.title_en),
                *(tuple(cell.split(";")) if cell else () for cell in (r.categories, r.also)),
                *(r.files, r.justification, r.source),
            )
            for pathway in Pathway
            for r in rows
            if r.pathway == pathway
        )

    def completeness(self) -> pd.DataFrame:
        """What is known of each category in each département."""
        return self._frame(sa.select(schema.completeness))

    # -- territories -------------------------------------------------------------------------------------------------

    def territories(self, level: Level, within: str | Perimeter = FRANCE) -> pd.DataFrame:
        """Territories of one level, of one région (`within` = its code), of a `Perimeter`, or of the country (`FR`).

        Columns: those of table `territory` but the geometry.
        """
        query = sa.select(*_TERRITORY_COLUMNS).where(schema.territory.c.level == level)
        return self._frame(_within(query, within).order_by(schema.territory.c.code))

    def territory(self, level: Level, code: str) -> Territory:
        """One territory. Raises `UnknownTerritory`."""
        t = schema.territory.c
        query = sa.select(*_TERRITORY_COLUMNS).where(t.level == level, t.code == code)
        rows = self._rows(query)
        if not rows:
            raise UnknownTerritory(
                f"no {Level(level).value} has the code « {code} » in the Code officiel géographique of this database. "
                "It may have merged: search for it by name."
            )
        r = rows[0]
        zone = Zone(r.zone) if r.zone else Zone.METROPOLE
        return Territory(Level(r.level), r.code, r.name, r.departement, r.region, r.epci, zone)

    def bounds(self, level: Level, code: str) -> tuple[float, float, float, float] | None:
        """West, south, east, north of a territory's outline in degrees; None when it has no outline."""
        t = schema.territory.c
        rows = self._rows(sa.select(t.geom).where(t.level == level, t.code == code))
        if not rows or rows[0].geom is None:
            return None
        return tuple(float(v) for v in rows[0].geom.bounds)

    def outlines(self, level: Level, of: Level, code: str) -> pd.DataFrame:
        """Exact outlines (WGS 84) of the territories of a level that lie in one of level `of` (the same: itself).

        Columns: code, name, departement, zone, lon, lat, geom (None where there is none).
        """
        t = schema.territory.c
        query = sa.select(t.code, t.name, t.departement, t.zone, t.lon, t.lat, t.geom).where(t.level == level)
        return self._frame(_lying_in(query, level, of, code).order_by(t.code))

    @_of_one_build
    def search(self, text: str, limit: int = 8, *, region: str | None = None) -> pd.DataFrame:
        """Territories that `text` names, best first, those of `region` before the others (see `geodata.search`)."""
        return search(self._search_index(self.version()), text, region=region, limit=limit)

    # -- estimates ---------------------------------------------------------------------------------------------------

    @_of_one_build
    def estimates(
        self,
        level: Level,
        within: str | Perimeter = FRANCE,
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
        threshold: float = THRESHOLD,
    ) -> pd.DataFrame:
        """Estimates of every territory of a level in a région (or `FR`), disclosure rules applied.

        Columns: level, code, name, departement, region, epci, zone, then those of `Estimate` with `p_above` for this
        threshold, `verdict`, rounded `people*`. Raises `UnknownScenario` when nothing was estimated for this
        definition and scenario.
        """
        frame = self._estimate_rows(self.version(), level, within, definition, scenario)
        if frame.empty:
            self._check_scenario(definition, scenario)
        return _publishable(frame, threshold)

    @_of_one_build
    def estimate(
        self,
        level: Level,
        code: str,
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
        threshold: float = THRESHOLD,
    ) -> Estimate:
        """The estimate of one territory. Raises `UnknownTerritory` or `UnknownScenario`."""
        territory = self.territory(level, code)
        e = schema.estimate.c
        frame = self._frame(
            sa.select(schema.estimate).where(
                e.level == level, e.code == code, e.definition == definition, e.scenario == scenario
            )
        )
        if frame.empty:
            self._check_scenario(definition, scenario)
            raise UnknownTerritory(f"{territory.name} ({code}) has no estimate in this database: rebuild it.")
        row = _publishable(frame, threshold).iloc[0]
        number = {
            name: None if pd.isna(row[name]) else float(row[name])
            for name in ("share", "low", "high", "p_above", "p_above_national")
        }
        people = {
            name: None if pd.isna(row[name]) else int(row[name])
            for name in ("residents", "people", "people_low", "people_high")
        }
        return Estimate(
            level=territory.level,
            code=code,
            name=territory.name,
            definition=definition,
            scenario=scenario,
            threshold=threshold,
            verdict=Verdict(row["verdict"]),
            kind=Kind.MODELLED,
            is_extrapolated=bool(row["is_extrapolated"]),
            reason=None if pd.isna(row["reason"]) else row["reason"],
            **number,
            **people,
        )

    def estimates_of(
        self,
        places: Sequence[tuple[Level, str]],
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
        threshold: float = THRESHOLD,
    ) -> pd.DataFrame:
        """The rows of `estimates` for some (level, code), whatever their levels, in no order.

        For a territory beside its comparators; never a table to show, where two levels do not meet.
        """
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(t.name, *schema.estimate.columns)
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .where(_is_one_of(e, places), e.definition == definition, e.scenario == scenario)
        )
        return _publishable(self._frame(query), threshold)

    def twins(self, level: Level, code: str) -> pd.DataFrame:
        """The territories most like this one, the nearest first: rank, twin (code), name, distance."""
        w, t = schema.twin.c, schema.territory.c
        query = (
            sa.select(w.rank, w.twin, t.name, w.distance)
            .join_from(schema.twin, schema.territory, (t.level == w.level) & (t.code == w.twin))
            .where(w.level == level, w.code == code)
        )
        return self._frame(query.order_by(w.rank))

    def contributions(self, level: Level, code: str) -> pd.DataFrame:
        """Part of each factor in the difference with the twins, the largest first: factor, part."""
        c = schema.contribution.c
        frame = self._frame(sa.select(c.factor, c.part).where(c.level == level, c.code == code).order_by(c.factor))
        return frame.sort_values("part", key=abs, ascending=False, kind="stable")

    @_of_one_build
    def flips(
        self,
        level: Level,
        within: str | Perimeter = FRANCE,
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
        threshold: float = THRESHOLD,
    ) -> pd.DataFrame:
        """The flip test of every territory of a level in a région (or `FR`): one row by `code`.

        Columns: the verdict under each scenario of the definition at this threshold (`scenario:default` ...), that of
        the scenario shown at 5, 10 and 15 % (`threshold:0.05` ...) and under the reference assumptions of each other
        definition (`definition:loneliness` ...); `flips`, how many scenarios put it on another side (above, undecided,
        below) than the one shown; `robust`, True where none does. Another line or definition is another question:
        `robust` does not range over them. It is None for what is not published, or under a definition with a single
        scenario.
        """
        return self._flip_test(self._laws(self.version(), level, within, None), definition, scenario, threshold)

    @_of_one_build
    def flips_of(
        self,
        level: Level,
        code: str,
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
        threshold: float = THRESHOLD,
    ) -> pd.Series:
        """The row of `flips` of one territory. Raises `UnknownTerritory`, `UnknownScenario`."""
        self.territory(level, code)
        return self._flip_test(self._read_laws("", level, FRANCE, code), definition, scenario, threshold).iloc[0]

    def demand(
        self,
        within: str | Perimeter = FRANCE,
        *,
        definition: str = DEFAULT_DEFINITION,
        scenario: str = DEFAULT_SCENARIO,
    ) -> pd.DataFrame:
        """What siting counts, by commune of a région (or `FR`), unrounded and with nothing hidden: never to be printed
        commune by commune. Indexed by code; `residents_65` are observed, `people` and `people_70` modelled.

        Columns: name, epci, tvs, departement, region, zone, land, density, lon, lat, residents, residents_65, people,
        people_70, logit_mean, var_common, var_model, var_local; missing where nothing was estimated.
        """
        t, e, v = schema.territory.c, schema.estimate.c, schema.indicator_value.c
        query = (
            sa.select(
                *(t.code, t.name, t.epci, t.tvs, t.departement, t.region, t.zone, t.land, t.density, t.lon, t.lat),
                *(e.residents, v.value.label("residents_65"), e.people, e.people_70_plus.label("people_70")),
                *(e.logit_mean, e.var_common, e.var_model, e.var_local),
            )
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .outerjoin(
                schema.indicator_value,
                (v.level == t.level) & (v.code == t.code) & (v.indicator == "population_65_plus"),
            )
            .where(t.level == Level.COMMUNE, e.definition == definition, e.scenario == scenario)
        )
        frame = self._frame(_within(query, within).order_by(t.code)).set_index("code")
        if frame.empty:
            self._check_scenario(definition, scenario)
        numbers = frame.columns[frame.columns.get_loc("lon") :]
        return frame.astype(dict.fromkeys(numbers, float))

    def values(self, level: Level, code: str) -> pd.DataFrame:
        """Indicators of one territory, each of its newest vintage: the columns of `values_of` but level and code."""
        return self.values_of([(level, code)]).drop(columns=["level", "code"])

    def values_of(self, places: Sequence[tuple[Level, str]]) -> pd.DataFrame:
        """Indicators of some (level, code), in the order of the catalogue: value, numerator, denominator, coverage,
        resolved_at, kind, vintage, source, error, and the indicator's columns. Of each, the newest vintage told."""
        v, i = schema.indicator_value.c, schema.indicator.c
        own = [c for c in schema.indicator_value.columns if c.name not in ("indicator", "reason")]
        told = {"kind", "vintage", "source"}
        query = (
            sa.select(*own, *[c for c in schema.indicator.columns if c.name not in told])
            .join_from(schema.indicator_value, schema.indicator, v.indicator == i.id)
            .where(_is_one_of(v, places), v.value.is_not(None))
            .order_by(v.level, v.code, i.position, v.vintage.desc())
        )
        return self._frame(query).drop_duplicates(["level", "code", "id"], ignore_index=True)

    @_of_one_build
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

    @_of_one_build
    def indicator_vintages(self, indicator: str, level: Level) -> list[str]:
        """Vintages of an indicator that a level has, the newest first: two make a trend of observed figures."""
        v = schema.indicator_value.c
        query = sa.select(v.vintage).distinct().where(v.indicator == indicator, v.level == level)
        return [row.vintage for row in self._rows(query.order_by(v.vintage.desc()))]

    @_of_one_build
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
        frame = self._frame(_within(query, within).order_by(t.code))
        numbers = dict.fromkeys(("exposed", "known", "exposed_low", "exposed_high"), float)
        for column in ("sides", "known_sides", "indicators"):
            frame[column] = [tuple(filter(None, str(v or "").split(";"))) for v in frame[column].fillna("")]
        # Without a row no side at all is known.
        return frame.astype(numbers).assign(known=frame["known"].fillna(0).astype(int))

    # -- services and access -----------------------------------------------------------------------------------------

    def services(self, within: str | Perimeter = FRANCE, categories: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Services of a région (or `FR`), of some categories (None: all): columns of `service`, family, lon, lat."""
        query = _services()
        if categories is not None:
            query = query.where(schema.service.c.category.in_(categories))
        return self._located(_within(query, within))

    def services_in(self, level: Level, code: str, *, categories: Sequence[str] | None = None) -> pd.DataFrame:
        """Services that stand in one territory, of some categories (None: all): columns of `services`."""
        query = _lying_in(_services(), Level.COMMUNE, level, code)
        return self._located(query if categories is None else query.where(schema.service.c.category.in_(categories)))

    def _located(self, query) -> pd.DataFrame:
        frame = self._frame(query.order_by(schema.service.c.fid))
        points = frame.pop("geom")
        known = points.notna()
        frame["lon"] = [p.x if ok else np.nan for p, ok in zip(points, known, strict=True)]
        frame["lat"] = [p.y if ok else np.nan for p, ok in zip(points, known, strict=True)]
        return frame.drop(columns="fid")

    def existing_services(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that are services of the database."""
        wanted, found, c = sorted(set(ids)), set(), schema.service.c
        for start in range(0, len(wanted), _AT_ONCE):
            found |= {row.id for row in self._rows(sa.select(c.id).where(c.id.in_(wanted[start : start + _AT_ONCE])))}
        return found

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
        return pd.Series(dict(map(tuple, self._rows(_lying_in(query, Level.COMMUNE, level, code)))), dtype=float)

    def access(self, within: str | Perimeter = FRANCE, *, categories: Sequence[str] | None = None) -> pd.DataFrame:
        """Nearest service of some categories (None: all) from each commune of a région (or `FR`)."""
        return self._access(_within(self._access_query(), within), categories)

    def access_of(self, communes: Sequence[str]) -> pd.DataFrame:
        """The rows of `access` of some communes."""
        return self._access(self._access_query().where(schema.access.c.code_insee.in_(list(communes))))

    def family_access(self) -> pd.DataFrame:
        """Nearest service and shared supply of each family from each commune of the country."""
        f = schema.family_access.c
        return self._frame(sa.select(schema.family_access).order_by(f.code_insee, f.family))

    def travel_methods(self) -> tuple[str, ...]:
        """Names of the travel models behind `access`."""
        return self._methods(self.version())

    def links(self, level: Level, code: str, *, minutes: float, definition: str, scenario: str) -> pd.DataFrame:
        """By category, over the communes of a territory: `service` and `travel_min` of the nearest one of all, and the
        residents for whom one is within `minutes` (`present`) or for whom a complete list says that none is
        (`missing`)."""
        a, t, e = schema.access.c, schema.territory.c, schema.estimate.c
        limit = minutes + BOUNDARY_MIN
        is_near = a.travel_min <= limit
        is_told = (a.complete_min > limit) & sa.or_(a.travel_min > limit, a.travel_min.is_(None))
        here = (t.level == Level.COMMUNE) & (t.code == a.code_insee)
        summed = _lying_in(
            sa.select(
                a.category,
                sa.func.min(a.travel_min).label("travel_min"),
                sa.func.sum(sa.case((is_near, e.residents), else_=0)).label("present"),
                sa.func.sum(sa.case((is_told, e.residents), else_=0)).label("missing"),
            )
            .join_from(schema.access, schema.territory, here)
            .join(schema.estimate, (e.level == Level.COMMUNE) & (e.code == a.code_insee))
            .where(e.definition == definition, e.scenario == scenario)
            .group_by(a.category),
            Level.COMMUNE,
            level,
            code,
        ).cte()
        # Of several services as near, the first identifier: any order of the rows gives the same.
        nearest = _lying_in(
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

    # -- the screen --------------------------------------------------------------------------------------------------

    def screen_layers(self) -> pd.DataFrame:
        """Available outlines: level, within, fingerprint."""
        c = schema.screen_layer.c
        return self._frame(sa.select(c.level, c.within, c.fingerprint))

    def screen_layer(self, level: Level, within: str, fingerprint: str) -> bytes:
        """Brotli-compressed Geobuf of one layer. Raises `UnknownTerritory` when there is none with this fingerprint."""
        c = schema.screen_layer.c
        rows = self._rows(sa.select(c.body).where(c.level == level, c.within == within, c.fingerprint == fingerprint))
        if not rows:
            raise UnknownTerritory(f"no outlines of level {level} for {within} with fingerprint {fingerprint}")
        return bytes(rows[0].body)

    # -- inside ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        kept = self._open.get()
        if kept is not None:
            yield kept
            return
        with self._engine.connect() as connection:
            yield connection

    def _rows(self, query) -> list:
        with self._connection() as connection:
            return connection.execute(query).all()

    def _frame(self, query) -> pd.DataFrame:
        with self._connection() as connection:
            result = connection.execute(query)
            # Plain tuples: pandas asks each SQLAlchemy row for names that it answers slowly.
            return pd.DataFrame(list(map(tuple, result)), columns=list(result.keys()))

    def _read_methods(self, version: str) -> tuple[str, ...]:
        method = schema.access.c.method
        return tuple(row[0] for row in self._rows(sa.select(method).distinct().order_by(method)))

    def _access_query(self):
        a, t, s = schema.access.c, schema.territory.c, schema.service.c
        return (
            sa.select(*schema.access.columns, s.name.label("service_name"))
            .join_from(schema.access, schema.territory, (t.level == Level.COMMUNE) & (t.code == a.code_insee))
            .outerjoin(schema.service, s.id == a.service)
        )

    def _access(self, query, categories: Sequence[str] | None = None) -> pd.DataFrame:
        a = schema.access.c
        query = query if categories is None else query.where(a.category.in_(list(categories)))
        return self._frame(query.order_by(a.code_insee, a.category)).astype(
            {"travel_min": float, "distance_km": float, "complete_min": float}
        )

    def _check_scenario(self, definition: str, scenario: str) -> None:
        e = schema.estimate.c
        known = self._rows(sa.select(e.definition, e.scenario).distinct())
        if (definition, scenario) not in [tuple(row) for row in known]:
            allowed = ", ".join(f"{d}/{s}" for d, s in sorted(tuple(row) for row in known))
            raise UnknownScenario(f"nothing was estimated for {definition}/{scenario}. Known: {allowed}")

    def _read_estimates(
        self, version: str, level: str, within: str | Perimeter, definition: str, scenario: str
    ) -> pd.DataFrame:
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(t.name, t.departement, t.region, t.epci, t.zone, t.density, *schema.estimate.columns)
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .where(t.level == level, e.definition == definition, e.scenario == scenario)
        )
        return self._frame(_within(query, within).order_by(t.code))

    def _check_indicator(self, indicator: str) -> None:
        known = [row.id for row in self._rows(sa.select(schema.indicator.c.id).order_by(schema.indicator.c.position))]
        if indicator not in known:
            raise UnknownScenario(f"no indicator « {indicator} » in this database. Known: {', '.join(known)}")

    def _read_indicator(
        self, version: str, level: str, within: str | Perimeter, indicator: str, vintage: str | None
    ) -> pd.DataFrame:
        t, v = schema.territory.c, schema.indicator_value.c
        of = schema.indicator_value.alias().c
        wanted = (v.indicator == indicator) & (v.level == level)
        rows = sa.select(*[c for c in schema.indicator_value.columns if c.name not in ("level", "indicator")])
        rows = rows.where(wanted if vintage is None else wanted & (v.vintage == vintage)).subquery()
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
        frame = self._frame(_within(query, within).order_by(t.code, rows.c.vintage.desc()))
        # Told before untold, then the newest: a vintage that is withheld does not hide the one before.
        frame = frame.sort_values(["code"], kind="stable").assign(is_told=frame["value"].notna())
        frame = frame.sort_values(["code", "is_told"], ascending=[True, False], kind="stable").drop(columns="is_told")
        frame = frame.drop_duplicates("code", ignore_index=True)
        numbers = ("residents", "value", "numerator", "denominator", "coverage", "error")
        is_census = frame["source"].isin(CENSUS_SOURCES)
        thin = (level == Level.COMMUNE) & is_census & (frame["residents"].astype(float) < THIN_BELOW)
        return frame.astype(dict.fromkeys(numbers, float)).assign(is_thin=thin)

    def _read_laws(self, version: str, level: str, within: str | Perimeter, code: str | None) -> Laws:
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(e.code, t.name, e.definition, e.scenario, e.residents, e.logit_mean, e.logit_sd)
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .where(t.level == level)
        )
        query = query if code is None else query.where(t.code == code)
        frame = self._frame(_within(query, within).order_by(t.code))
        frame.loc[~is_publishable(frame["residents"]), ["logit_mean", "logit_sd"]] = np.nan
        wide = frame.pivot(index=["definition", "scenario"], columns="code", values=["logit_mean", "logit_sd"])
        names = frame.drop_duplicates("code").set_index("code")["name"]
        codes = wide["logit_mean"].columns
        wide = wide.loc[sorted(wide.index, key=_scenario_order)]
        mean, sd = (wide[name].to_numpy(float) for name in ("logit_mean", "logit_sd"))
        return Laws(codes, names.reindex(codes).to_numpy(object), list(wide.index), mean, sd)

    def _flip_test(self, laws: Laws, definition: str, scenario: str, threshold: float) -> pd.DataFrame:
        if (definition, scenario) not in laws.sets:
            self._check_scenario(definition, scenario)
        return flip_test(laws, definition, scenario, threshold, [reference_of(d.id).id for d in DEFINITIONS])

    def _build_search_index(self, version: str) -> pd.DataFrame:
        t, e, p = schema.territory.c, schema.estimate.c, schema.postcode.c
        query = (
            sa.select(t.level, t.code, t.name, t.departement, t.region, e.residents)
            .join_from(
                schema.territory,
                schema.estimate,
                (t.level == e.level)
                & (t.code == e.code)
                & (e.definition == DEFAULT_DEFINITION)
                & (e.scenario == DEFAULT_SCENARIO),
                isouter=True,
            )
            .order_by(t.code)
        )
        aliases = sa.select(schema.alias).order_by(schema.alias.c.name, schema.alias.c.code)
        return search_index(self._frame(query), self._frame(sa.select(p.code_insee, p.postcode)), self._frame(aliases))


def _scenario_order(pair: tuple[str, str]) -> int:
    """Scenarios in the order in which they are declared."""
    return [(s.definition, s.id) for s in SCENARIOS].index(pair)


def _is_one_of(table, places: Sequence[tuple[str, str]]):
    """Condition: the row's (level, code) is one of `places`."""
    by_level: dict[str, list[str]] = {}
    for level, code in places:
        by_level.setdefault(str(level), []).append(code)
    return sa.or_(sa.false(), *((table.level == level) & table.code.in_(codes) for level, codes in by_level.items()))


def _within(query, within: str | Perimeter):
    """Rows of territories that lie in a perimeter, or are it."""
    of, t = perimeter(within), schema.territory.c
    if of.level == Level.FRANCE:
        return query
    return query.where((t[_PARENTS[of.level]] == of.code) | ((t.level == of.level) & (t.code == of.code)))


_PARENTS = {Level.EPCI: "epci", Level.TVS: "tvs", Level.DEPARTEMENT: "departement", Level.REGION: "region"}


def _lying_in(query, level: Level, of: Level, code: str):
    """Rows of territories of `level` that lie in the territory (`of`, `code`)."""
    if of == Level.FRANCE:
        return query
    return query.where(schema.territory.c["code" if of == level else _PARENTS[of]] == code)


def _services():
    s, c, t = schema.service.c, schema.category.c, schema.territory.c
    return (
        sa.select(*schema.service.columns, c.family, c.title, t.departement, t.region)
        .join_from(schema.service, schema.category, s.category == c.id)
        .join(schema.territory, (t.level == Level.COMMUNE) & (t.code == s.code_insee))
    )


def _publishable(frame: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Add `p_above` and `verdict`, round people, and blank what is too small, saying why."""
    reason = frame["reason"].to_numpy(object).copy()
    # Where nobody is counted anywhere, as in Mayotte, the column comes without a type.
    residents = frame["residents"].astype(float)
    reason[~is_publishable(residents) & pd.isna(reason)] = Reason.FEW_RESIDENTS.value
    is_told = pd.isna(reason)
    # Contrasts, ranks or the law itself would give away the share that is blanked.
    numbers = {name: np.where(is_told, frame[name].to_numpy(float), np.nan) for name in _NUMBERS}
    numbers |= {name: round_people(found) for name, found in numbers.items() if name.startswith("people")}
    p_above = probability_above(numbers["logit_mean"], numbers["logit_sd"], threshold)
    return frame.assign(reason=reason, residents=residents, p_above=p_above, verdict=verdict_of(p_above), **numbers)
