"""One indicator of one file and vintage: its numerators and denominators by today's commune, and what its producer
publishes of the territories above.

A `Reading` says which measures of a source are an indicator; `figures_of` reads them. What cannot be (a numerator above
its denominator, a share of 12, a place that does not exist) is a reject and counts as unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from etl.factors import Table, Today, bring, once
from etl.population import lineage
from etl.reading.observations import CENSORED, PARIS_LYON_MARSEILLE
from etl.rejects import reject_frame
from geodata.estimate import Kind
from geodata.indicator import CENSUS_SOURCES, Indicator, Way
from geodata.sentences import sentence
from geodata.territory import FRANCE, Level, Part


@dataclass(frozen=True)
class Reading:
    """Which measures of `source` are an indicator.

    `some` are added up to the numerator, `among` to the denominator: measures of the same table, else residents of
    `etl.people`. With `is_rate` the only measure of `some` is the value itself, weighted by `among`. `is_complement`:
    those that are not counted. `kind`: how the producer came to a value that it publishes. `is_published` is False
    where the figure of a département was worked out from its others.
    """

    indicator: Indicator
    source: str
    some: tuple[str, ...]
    among: tuple[str, ...] = ()
    is_rate: bool = False
    is_complement: bool = False
    is_published: bool = True
    kind: Kind = Kind.OBSERVED


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures of one source and vintage: `fine` by commune code of the file's time, or by IRIS, and `above` by
    (level, code). `censored`: the codes of which a measure is only a limit; `vintages`: of measures that have another
    than the table's; `is_today`: its communes are today's."""

    source: str
    vintage: str
    fine: pd.DataFrame | None = None
    fine_level: str = Level.COMMUNE.value
    above: pd.DataFrame | None = None
    censored: Mapping[str, pd.Index] = field(default_factory=dict)
    vintages: Mapping[str, str] = field(default_factory=dict)
    is_today: bool = False


@dataclass(frozen=True, eq=False)
class Figure:
    """One indicator of one source and vintage.

    `communes`: `some, among, known` (share of its residents told of) by today's commune, and `error` where modelled;
    `published`: `some, among, value` by (level, code) above. `censored`: communes of which only a limit is known.
    """

    indicator: Indicator
    source: str
    vintage: str
    communes: pd.DataFrame
    published: pd.DataFrame
    resolved_at: str
    kind: Kind
    is_published: bool = True
    censored: pd.Index = field(default_factory=lambda: pd.Index([]))

    @property
    def is_ours(self) -> bool:
        """Modelled by `etl.indicators.modelled`, from communes, with its error."""
        return "error" in self.communes


ARRONDISSEMENT = "arrondissement"
"""Level of a district in the observations of a file."""

EMPTY = pd.DataFrame({"some": [], "among": [], "known": []}, dtype=float)
NOTHING_PUBLISHED = pd.DataFrame({"some": [], "among": [], "value": []}, dtype=float)

_ABOVE = {
    "epci": Level.EPCI, "departement": Level.DEPARTEMENT, "region": Level.REGION, "france": Level.FRANCE,
    "metropole": Level.FRANCE,
}  # fmt: skip


def measures_of(source: str, rows: pd.DataFrame, wanted: Sequence[str]) -> Iterator[Measures]:
    """Tables of one source, a vintage each, from tidy observations (`etl.reading.observations.COLUMNS`)."""
    rows = rows[_is_one_of(rows["measure"], wanted)]
    for vintage, same in rows.groupby("vintage", sort=True):
        same = same.drop_duplicates(["level", "code", "measure"])
        limits = same[same["state"] == CENSORED]
        censored = {m: pd.Index(codes) for m, codes in limits.groupby("measure")["code"].agg(list).items()}
        # The rate of a limit is not a rate.
        same = same.assign(value=same["value"].mask(same["state"] == CENSORED))
        above = same[_is_one_of(same["level"], _ABOVE)]
        codes = above["code"].where(~above["level"].isin(["france", "metropole"]), FRANCE)
        above = above.assign(level=above["level"].map(_ABOVE), code=codes).drop_duplicates(["level", "code", "measure"])
        above = above.pivot(index=["level", "code"], columns="measure", values="value") if len(above) else None
        communes = same[_is_one_of(same["level"], ("commune", ARRONDISSEMENT))]
        inside = same[(same["level"] == "iris") & ~same["measure"].isin(communes["measure"].unique())]
        measures = censored
        if len(communes):
            yield Measures(source, vintage, once(_wide(communes)), Level.COMMUNE.value, above, measures)
        elif above is not None:
            yield Measures(source, vintage, above=above)
        if len(inside):
            yield Measures(source, vintage, _wide(inside), "iris")


def parts_of(source: str, rows: pd.DataFrame, wanted: Sequence[str]) -> Iterator[Measures]:
    """A source's figures of districts and of IRIS, one `Measures` a kind and vintage; censored values are left out."""
    rows = rows[_is_one_of(rows["measure"], wanted) & (rows["state"] != CENSORED)]
    for level, kind in ((ARRONDISSEMENT, Part.DISTRICT), ("iris", Part.IRIS)):
        for vintage, same in rows[rows["level"] == level].groupby("vintage", sort=True):
            yield Measures(source, vintage, _wide(same.drop_duplicates(["code", "measure"])), kind.value)


def _is_one_of(values: pd.Series, wanted: Iterable[str]) -> pd.Series:
    """`isin`, quick where few texts come back millions of times."""
    return values.astype("category").isin(list(wanted))


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    wide = rows.pivot(index="code", columns="measure", values="value")
    # Codes are looked up many times: plain strings answer ten times faster than Arrow's.
    return wide.set_axis(wide.index.astype(object), axis=0)


def figures_of(
    measures: Measures, readings: Sequence[Reading], people: Mapping[str, pd.DataFrame], today: Today
) -> tuple[list[Figure], pd.DataFrame]:
    """The indicators that a table tells, and the rejects. `people`: residents by level (`etl.people.by_level`)."""
    read: list[tuple[Reading, bool, Any]] = []
    rejects: list[pd.DataFrame] = []
    columns: dict[tuple[str, str], pd.Series] = {}
    for reading in readings:
        # Several readings of one indicator: the first that this table can answer.
        if reading.source != measures.source or any(reading.indicator.id == r.indicator.id for r, *_ in read):
            continue
        fine = fractions(reading, measures.fine, people.get(measures.fine_level))
        above = _above(reading, measures, people)
        if fine is None and above is None:
            continue
        if fine is not None:
            fine, refused = possible(reading, fine, measures.vintage)
            rejects.append(refused)
            if measures.fine_level == "iris":
                fine = _of_iris(fine, people["iris"])
            columns |= {(reading.indicator.id, name): fine[name] for name in fine}
        if above is not None:
            above, refused = possible(reading, above, measures.vintage)
            rejects.append(refused)
        read.append((reading, fine is not None, above))
    brought, lost = _to_today(measures, columns, today)
    figures = []
    for reading, has_fine, above in read:
        communes = EMPTY
        if has_fine and reading.indicator.way is Way.PUBLISHED:
            communes = _alone(measures, reading, today)
        elif has_fine:
            communes = brought[reading.indicator.id].dropna(subset=["some"])
            communes = communes.assign(known=communes.get("known", pd.Series(1.0, index=communes.index)))
        figures.append(
            Figure(
                reading.indicator, reading.source, measures.vintages.get(reading.some[0], measures.vintage), communes,
                NOTHING_PUBLISHED if above is None else above, measures.fine_level, reading.kind, reading.is_published,
                measures.censored.get(reading.some[0], pd.Index([])),
            )
        )  # fmt: skip
    return figures, pd.concat([reject_frame("", []), *rejects, lost], ignore_index=True)


# ------------------------------------------------------------------------------------------ numerator and denominator


def fractions(reading: Reading, table: pd.DataFrame | None, people: pd.DataFrame | None) -> pd.DataFrame | None:
    """Numerator `some`, denominator `among` and `value` of each place of a table; None where it lacks a measure."""
    if table is None or not set(reading.some) <= set(table):
        return None
    some = table[list(reading.some)].sum(axis=1, skipna=False)
    among = _among(reading, table, people)
    if among is None:
        return None
    if reading.is_complement:
        some = (1.0 if reading.is_rate else among) - some
    value = some if reading.is_rate or reading.indicator.way in (Way.COUNT, Way.PUBLISHED) else some / among
    value = value * (1.0 if reading.is_rate else reading.indicator.scale)
    if reading.is_rate:
        some = some * among if reading.among else some
    # Who is counted among nobody knows how many tells nothing, and would swell a sum.
    needed = ["some", "among"] if reading.among else ["some"]
    return pd.DataFrame({"some": some, "among": among, "value": value}).dropna(subset=needed)


def _among(reading: Reading, table: pd.DataFrame, people: pd.DataFrame | None) -> pd.Series | None:
    """The denominator; NaN where the indicator has none, None where neither the table nor the residents give it."""
    if not reading.among:
        return pd.Series(np.nan, index=table.index)
    if set(reading.among) <= set(table):
        return table[list(reading.among)].sum(axis=1, skipna=False)
    if people is None or not set(reading.among) <= set(people):
        return None
    return people[list(reading.among)].sum(axis=1, skipna=False).reindex(table.index)


def _above(reading: Reading, measures: Measures, people: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """What is told of territories above the commune, by (level, code)."""
    if measures.above is None:
        return None
    figures = {}
    for level, table in measures.above.groupby(level="level"):
        table = table.droplevel("level").dropna(axis=1, how="all")
        parts = fractions(reading, table, people.get(level))
        if parts is None and reading.is_rate and set(reading.some) <= set(table):
            # The value is told, its weight is not.
            value = table[reading.some[0]].dropna()
            value = 1.0 - value if reading.is_complement else value
            parts = pd.DataFrame({"some": np.nan, "among": np.nan, "value": value})
        if parts is not None and len(parts):
            figures[level] = parts
    return pd.concat(figures, names=["level", "code"]) if figures else None


def possible(reading: Reading, parts: pd.DataFrame, vintage: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The places whose figure can be, and a reject for each other one.

    Places where nobody is concerned and nobody is counted are left out together: one reject says how many.
    """
    indicator = reading.indicator
    nobody = parts["among"] == 0
    wrong: dict[str, pd.Series] = {}
    if indicator.unit == "share":
        is_rate = reading.is_rate or indicator.way is Way.MEAN
        wrong["share_above_one" if is_rate else "numerator_above"] = (parts["value"] > 1 + 1e-9) & ~nobody
    if not reading.is_rate:
        wrong["counted_among_nobody"] = nobody & (parts["some"] > 0)
    subject = {"indicator": indicator.id, "vintage": vintage}
    rows = [
        ("all", code[-1] if isinstance(code, tuple) else code, sentence(why, **subject))
        for why, which in wrong.items()
        for code in parts.index[which]
    ]
    is_wrong = pd.concat([pd.Series(False, index=parts.index), *wrong.values()], axis=1).any(axis=1)
    if count := int((nobody & ~is_wrong).sum()):
        rows.append(("all", "", sentence("nobody_concerned", **subject, count=count)))
    return parts[~is_wrong & ~nobody], reject_frame(reading.source, rows)


# ------------------------------------------------------------------------------------------------- to today's communes


def _of_iris(parts: pd.DataFrame, iris: pd.DataFrame) -> pd.DataFrame:
    """By commune code: sums over the IRIS that are told, and the share of its residents who live in them."""
    residents = iris["residents"]
    inside = parts.drop(columns="value").groupby(parts.index.str[:5]).sum(min_count=1)
    # An IRIS that the base census has not adds nothing to what is known.
    counted = residents.reindex(parts.index).fillna(0.0).groupby(parts.index.str[:5]).sum()
    everybody = residents.groupby(residents.index.str[:5]).sum().reindex(inside.index)
    # A commune that the base census has not: nothing says how much of it is told.
    return inside.assign(known=(counted / everybody).clip(upper=1.0).fillna(0.0))


def _to_today(
    measures: Measures, columns: Mapping[tuple[str, str], pd.Series], today: Today
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The columns by today's commune, and the rejects. `known` goes weighted by what it is known of."""
    if not columns or measures.fine is None:
        return {}, reject_frame("", [])
    wide = pd.DataFrame(dict(columns))
    wide.columns = pd.MultiIndex.from_tuples(wide.columns)
    wide = wide.drop(columns="value", level=1, errors="ignore")
    flat = wide.set_axis(["|".join(c) for c in wide.columns], axis=1)
    is_census = measures.source in CENSUS_SOURCES and measures.fine_level == Level.COMMUNE.value
    if is_census and "population" in measures.fine:
        # A commune that has lost or won a part of itself since is refused by its residents.
        flat = flat.assign(population=measures.fine["population"].reindex(flat.index))
    counts, lost = flat.assign(pieces=1.0), reject_frame("", [])
    if not measures.is_today:
        counts, lost = bring(Table(measures.source, measures.vintage, counts), today)
    pieces = counts.pop("pieces")
    tables: dict[str, dict[str, pd.Series]] = {}
    for name in counts:
        if "|" in name:
            indicator, part = name.split("|")
            values = counts[name] / pieces if part == "known" else counts[name]
            tables.setdefault(indicator, {})[part] = values
    return {indicator: pd.DataFrame(parts) for indicator, parts in tables.items()}, lost


def _alone(measures: Measures, reading: Reading, today: Today) -> pd.DataFrame:
    """A figure that cannot be added up, of the communes that have neither merged nor split since."""
    if measures.fine is None:
        return EMPTY
    values = measures.fine[reading.some[0]].dropna()
    values = values[~values.index.isin(PARIS_LYON_MARSEILLE)]
    lines = lineage(measures.fine.index, today.communes, today.parts, today.changes)
    lines = lines[~lines["code"].duplicated(keep=False) & (lines["weight"] == 1.0)]
    kept = lines[lines["code_census"].isin(values.index)]
    some = values.loc[kept["code_census"]].to_numpy()
    return pd.DataFrame({"some": some, "among": np.nan, "known": 1.0}, index=pd.Index(kept["code"], name="code"))
