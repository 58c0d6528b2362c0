"""Tables `indicator` and `indicator_value`, from everything that the build has read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl import factors, health, people
from etl.factors import Today
from etl.indicators.aggregation import aggregate, resolved_territories
from etl.indicators.figures import Figure, Measures, Reading, figures_of, measures_of, parts_of
from etl.indicators.modelled import modelled_figures
from etl.indicators.parts import part_values
from etl.indicators.readings import ASSOCIATIONS, BASE, DEATHS, HEALTH, READINGS, REFERENCE
from etl.rejects import reject_frame
from etl.sources import iris_2021, reference
from geodata.indicator import CENSUS_SOURCES, Indicator
from geodata.indicator_catalogue import CATALOGUE
from geodata.territory import Level, Part

VINTAGES = 2
"""Vintages of one indicator that stand side by side: what it is, and what it was."""


@dataclass(frozen=True, eq=False)
class IndicatorInputs:
    """What indicators are made of: `territory` and `part`; the base census by IRIS, by commune of its time (`census`)
    and of today (`counts`); official `observations` by source id; the reference table; services in place."""

    territory: pd.DataFrame
    part: pd.DataFrame
    iris: pd.DataFrame
    census: pd.DataFrame
    counts: pd.DataFrame
    observations: Mapping[str, pd.DataFrame]
    departements: pd.DataFrame
    service: pd.DataFrame
    today: Today


@dataclass(frozen=True, eq=False)
class IndicatorTables:
    """`definitions`: rows of `indicator`; `values`: rows of `indicator_value` of territories, `values_with_parts` those
    of parts of communes too; `unused`: by source id, the measures that it tells and nothing uses; `rejects`."""

    definitions: pd.DataFrame
    values: pd.DataFrame
    values_with_parts: pd.DataFrame
    unused: Mapping[str, Sequence[str]]
    rejects: pd.DataFrame


def indicator_tables(read: IndicatorInputs, readings: Sequence[Reading] = READINGS) -> IndicatorTables:
    """Every indicator that `readings` find, at every level."""
    tables, rejects = _measures(read, readings)
    among = people.by_level(read.census, read.iris, read.counts, read.departements)
    figures: list[Figure] = []
    for table in tables:
        own_figures, refused = figures_of(table, readings, among, read.today)
        figures += own_figures
        rejects.append(refused)
    communes = read.today.communes["departement"].reindex(read.counts.index)
    modelled = modelled_figures(read.counts, read.departements, communes, census_vintage())
    figures += [figure for figure in modelled if figure.indicator.id in {r.indicator.id for r in readings}]
    newest = _newest(figures)
    figures = [f for f in figures if f.vintage in newest[f.indicator.id]]
    order = {id(reading): rank for rank, reading in enumerate(readings)}
    ranks = {(r.indicator.id, r.source): order[id(r)] for r in reversed(readings)}
    # What is modelled comes last: it stands where nothing is observed.
    figures.sort(key=lambda f: (f.is_ours, _rank(ranks, f)))
    values, refused = aggregate(figures, read.territory, _everybody(read), people.residents(read.departements))
    rejects.append(refused)
    inside, refused = part_values(_inside(read, readings), readings, among, read.part)
    rejects.append(refused)
    resolved = dict(resolved_territories(values))
    catalogue = {reading.indicator.id: reading.indicator for reading in readings}
    ordered = [i for i in CATALOGUE if i.id in resolved] + [i for i in catalogue.values() if i not in CATALOGUE]
    definitions = pd.DataFrame(
        [
            {**declared(indicator), **resolved[indicator.id], "position": position}
            for position, indicator in enumerate(ordered, start=1)
            if indicator.id in resolved
        ]
    )
    all_values = pd.concat([values, inside[inside["indicator"].isin(definitions["id"])]], ignore_index=True)
    return IndicatorTables(
        definitions, values, all_values, _unused(read, readings), pd.concat(rejects, ignore_index=True)
    )


def _rank(ranks: Mapping[tuple[str, str], int], figure: Figure) -> int:
    return ranks.get((figure.indicator.id, figure.source), len(ranks))


def declared(indicator: Indicator) -> dict:
    """What an indicator is, as columns of table `indicator`."""
    kept = {name: value for name, value in vars(indicator).items() if name != "scale"}
    side = None if indicator.side is None else indicator.side.value
    return {**kept, "side": side, "direction": indicator.direction.value, "way": indicator.way.value}


def _everybody(read: IndicatorInputs) -> pd.Series:
    """Residents of every commune of today: the base census, else what the list of communes says (2018)."""
    return read.counts["pop"].reindex(read.today.communes.index).fillna(read.today.communes["residents_2018"])


def _newest(figures: Sequence[Figure]) -> dict[str, list[str]]:
    """The vintages of each indicator that are kept: the newest, and the one before for a trend."""
    vintages_of: dict[str, set[str]] = {}
    for figure in figures:
        vintages_of.setdefault(figure.indicator.id, set()).add(figure.vintage)
    return {indicator: sorted(vintages)[-VINTAGES:] for indicator, vintages in vintages_of.items()}


# ------------------------------------------------------------------------------------------------------- what was read


def _measures(read: IndicatorInputs, readings: Sequence[Reading]) -> tuple[list[Measures], list[pd.DataFrame]]:
    """Every table of measures; of files that have no shape of their own, by `etl.indicators.figures.measures_of`."""
    wanted = _wanted(readings)
    tables, rejects = [_base(read), _reference(read.departements)], []
    for source, rows in read.observations.items():
        if source == HEALTH:
            ill, refused = health.illness_measures(rows, read.departements)
            tables += ill
            rejects.append(refused)
        elif source == DEATHS:
            tables += health.death_measures(rows)
        elif source in wanted:
            tables += measures_of(source, rows, sorted(wanted[source]))
    tables += _associations(read)
    return tables, [reject_frame("", []), *rejects]


def _wanted(readings: Sequence[Reading]) -> dict[str, set[str]]:
    """The measures that are read of each source."""
    wanted: dict[str, set[str]] = {}
    for reading in readings:
        wanted.setdefault(reading.source, set()).update(reading.some, reading.among, ("population",))
    return wanted


def _inside(read: IndicatorInputs, readings: Sequence[Reading]) -> Iterator[Measures]:
    """What the base census and the files tell of districts and IRIS."""
    area = read.part.set_index("code")["area_km2"]
    for kind, counts in ((Part.DISTRICT, read.census), (Part.IRIS, read.iris[iris_2021.COUNTS])):
        own = counts[counts.index.isin(read.part.loc[read.part["kind"] == kind, "code"])]
        fine = own.assign(area_km2=area.reindex(own.index)).astype(float)
        yield Measures(BASE, iris_2021.SOURCE.vintage, fine, kind.value)
    wanted = _wanted(readings)
    for source, rows in read.observations.items():
        if source in wanted and source not in (HEALTH, DEATHS):
            yield from parts_of(source, rows, sorted(wanted[source]))


def _base(read: IndicatorInputs) -> Measures:
    communes = read.territory[read.territory["level"] == Level.COMMUNE].set_index("code")
    fine = read.counts.assign(area_km2=communes["area_km2"].reindex(read.counts.index)).astype(float)
    return Measures(BASE, iris_2021.SOURCE.vintage, fine, is_today=True)


def census_vintage() -> str:
    """Vintage of the published figures that the modelled ones are calibrated to."""
    return _period(reference.departement_columns().at["living_alone_share_80_plus", "vintage"])


def _reference(departements: pd.DataFrame) -> Measures:
    """The reference table: residents by age, the rates that it holds, and those living alone of all ages."""
    ages = people.of_departements(departements)
    women = people.residents(departements, people.ages_between(75, 199), ("women",))
    alone, among = 0.0, 0.0
    for band in ("15_19", "20_24", "25_39", "40_54", "55_64", "65_79", "80_plus"):
        alone = alone + departements[f"living_alone_share_{band}"] * ages[f"residents_{band}"]
        among = among + ages[f"residents_{band}"]
    columns = reference.departement_columns()
    rates = [c for c, unit in columns["unit"].items() if unit != "text" and not re.match(r"women_|men_", c)]
    table = pd.concat([ages, departements[rates]], axis=1).assign(
        women_75_plus=women, living_alone_15_plus=alone, residents_15_plus_told=among
    )
    table.index = pd.MultiIndex.from_product([[Level.DEPARTEMENT.value], table.index], names=["level", "code"])
    vintages = {column: _period(columns.at[column, "vintage"]) for column in rates}
    return Measures(REFERENCE, _period(columns.at["women_75_79", "vintage"]), above=table, vintages=vintages)


def _period(vintage: str) -> str:
    """The year or years of a vintage told in words: `1 January 2022` is 2022."""
    if (years := re.search(r"\d{4}(-\d{4})?", vintage)) is None:
        raise ValueError(f"vintage « {vintage} » tells no year")
    return years[0]


def _associations(read: IndicatorInputs) -> Iterator[Measures]:
    """Associations by commune; where a département is counted, a commune without any has none."""
    rows = read.service[read.service["category"].str.startswith("asso_") & (read.service["source"] == ASSOCIATIONS)]
    if rows.empty:
        return
    counted = rows["quantity"].fillna(1).groupby(rows["code_insee"]).sum()
    communes = read.territory[read.territory["level"] == Level.COMMUNE].set_index("code")
    there = communes["departement"].reindex(counted.index).unique()
    inside = communes.index[communes["departement"].isin(there)]
    # A list that states no day has no vintage.
    vintage = rows["seen_on"].dropna().max() if rows["seen_on"].notna().any() else ""
    # The register is whole there: a commune that it does not name has no association.
    fine = counted.reindex(inside).fillna(0.0).to_frame("associations")
    # Among those of today: a commune may keep the code of one that was smaller at the census.
    fine["residents"] = read.counts["pop"].reindex(inside).astype(float)
    yield Measures(ASSOCIATIONS, vintage[:4], fine, is_today=True)


_ESTIMATED = (*CENSUS_SOURCES, *factors.INCOME)


def _unused(read: IndicatorInputs, readings: Sequence[Reading]) -> dict[str, list[str]]:
    """Measures of each source that no indicator and no factor of the estimate reads."""
    used: dict[str, set[str]] = {}
    for reading in readings:
        used.setdefault(reading.source, set()).update(reading.some, reading.among)
    unused = {}
    for source, rows in read.observations.items():
        if "measure" in rows:
            rest = set(rows["measure"].unique()) - used.get(source, set())
            unused[source] = sorted(m for m in rest if source not in _ESTIMATED or not factors.is_factor(m))
    return unused
