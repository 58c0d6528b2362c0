"""What official files say of communes beyond three ages, in the shape that `etl.estimate.estimate(factors=...)` takes.

Everything is counts until the end: counts are brought to today's communes (mergers summed, arrondissements rolled up,
splits shared out), then divided. A share of a merged commune is thus the share of its people, and is missing as soon as
one of its parts is. Nothing is smoothed: communes under 10,000 residents are counted in full by the census, so their
shares are small numbers but not a sample's.

Each factor comes whole from one file, the newest, so that its margins cannot contradict one another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.population import lineage
from etl.reading.observations import CENSORED, PARIS_LYON_MARSEILLE
from etl.rejects import reject_frame
from geodata.indicator import CENSUS_SOURCES
from geodata.joint import WORKERS
from geodata.sentences import Sentence, sentence

INCOME = ("filosofi", "insee_melodi")

TOLERANCE, TOLERATED = 0.10, 30
"""A commune whose residents differ from the base census by more than a tenth and by more than thirty has lost or won a
part of itself on the way: nothing is taken for it. Judgement: in two years the fastest growing départements win some
3 %; thirty residents keep hamlets in."""

_AGES = (
    ("15_19", "20_24", "25_39", "40_54", "55_64", "65_79", "80_plus"),
    ("15_24", "25_39", "40_54", "55_64", "65_79", "80_plus"),
    ("15_24", "25_54", "55_64", "65_79", "80_plus"),
    ("15_29", "30_44", "45_59", "60_74", "75_plus"),
    ("15_24", "25_54", "55_79", "80_plus"),
    ("15_54", "55_79", "80_plus"),
)
"""Sets of ages that follow one another from 15 on, the finest first."""

_ACTIVITY = {
    "unemployed_share_of_active": ("unemployed_15_64", "active_15_64"),
    "student_share_15_64": ("students_15_64", "population_15_64"),
    "at_home_share_15_64": ("other_inactive_15_64", "population_15_64"),
}
_SOCIAL = {WORKERS: ("workers_15_plus", "told_15_plus")}


@dataclass(frozen=True, eq=False)
class Factors:
    """`frame`: factors by today's commune (`code_insee`); `origin`: a row a column, with its source, vintage and number
    of communes; `rejects`: communes that were left out, and why."""

    frame: pd.DataFrame
    origin: pd.DataFrame
    rejects: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Today:
    """Today's communes, what lies inside them, how codes changed (`etl.population.lineage`), and their residents."""

    communes: pd.DataFrame
    parts: pd.DataFrame
    changes: pd.DataFrame
    residents: pd.Series


def commune_factors(
    observations: Mapping[str, pd.DataFrame],
    communes: pd.DataFrame,
    parts: pd.DataFrame,
    changes: pd.DataFrame,
    residents: pd.Series,
) -> Factors:
    """Factors of today's communes from tidy observations by source id (`etl.reading.observations`).

    `communes`, `parts` and `changes` are those of `etl.population.lineage`; `residents` is the base census by today's
    commune. Columns of the frame: `age_15_19 ... age_80_plus` (residents), `living_alone_share_...`,
    `unemployed_share_of_active`, `student_share_15_64`, `at_home_share_15_64`, `worker_share`, and `poverty_rate` with
    `poverty_rate_is_ceiling` where the printed rate is a limit. Only what some file knows is there: a factor without
    file has no column, a commune without any factor no row.
    """
    today = Today(communes, parts, changes, residents)
    columns: dict[str, pd.Series] = {}
    origin, rejects = [], []
    for sources, factors in ((CENSUS_SOURCES, (_ages, _living_alone, _activity, _social)), (INCOME, (_poverty,))):
        wanted = list(factors)
        for table in _tables(observations, sources):
            present = [factor for factor in wanted if factor(table.counts)]
            if not present:
                continue
            counts, refused = bring(table, today)
            rejects.append(refused)
            for factor in present:
                shares = factor(counts)
                columns |= shares
                origin += [(c, table.source, table.vintage, int(values.notna().sum())) for c, values in shares.items()]
                wanted.remove(factor)
    frame = pd.DataFrame(columns).dropna(how="all").sort_index().rename_axis("code_insee")
    return Factors(
        frame,
        pd.DataFrame(origin, columns=["column", "source", "vintage", "communes"]),
        pd.concat(rejects, ignore_index=True) if rejects else reject_frame("", []),
    )


_READ = re.compile(
    r"population(_\w+)?|living_alone_\w+|poverty_rate|people_in_tax_households|"
    + "|".join(name for pair in (*_ACTIVITY.values(), *_SOCIAL.values()) for name in pair)
)


def is_factor(measure: str) -> bool:
    """Whether a measure of the census or of Filosofi goes into the factors of the estimate."""
    return _READ.fullmatch(measure) is not None


# ------------------------------------------------------------------------------------------- factors from counts


def _ages(counts: pd.DataFrame) -> dict[str, pd.Series]:
    """Residents by age: the finest set that is there; a commune has the whole set or nothing."""
    for bands in _AGES:
        if set(names := [f"population_{band}" for band in bands]) <= set(counts):
            whole = counts[names].notna().all(axis=1)
            return {f"age_{band}": counts[name].where(whole) for band, name in zip(bands, names, strict=True)}
    return {}


def _living_alone(counts: pd.DataFrame) -> dict[str, pd.Series]:
    """Those living alone among all residents of the age, as the reference tables have it."""
    for bands in _AGES:
        people = {band: _people(counts, band) for band in bands}
        if all(f"living_alone_{band}" in counts and people[band] is not None for band in bands):
            return {
                f"living_alone_share_{band}": _share(counts[f"living_alone_{band}"], people[band]) for band in bands
            }
    return {}


def _people(counts: pd.DataFrame, band: str) -> pd.Series | None:
    """Residents of an age, or of the two published ages that make it."""
    if f"population_{band}" in counts:
        return counts[f"population_{band}"]
    if band == "15_54" and {"population_15_24", "population_25_54"} <= set(counts):
        return counts["population_15_24"] + counts["population_25_54"]
    return None


def _activity(counts: pd.DataFrame) -> dict[str, pd.Series]:
    return _shares(counts, _ACTIVITY)


def _social(counts: pd.DataFrame) -> dict[str, pd.Series]:
    return _shares(counts, _SOCIAL)


def _shares(counts: pd.DataFrame, parts: Mapping[str, tuple[str, str]]) -> dict[str, pd.Series]:
    return {
        column: _share(counts[some], counts[among])
        for column, (some, among) in parts.items()
        if {some, among} <= set(counts)
    }


def _poverty(counts: pd.DataFrame) -> dict[str, pd.Series]:
    """The poverty rate, and whether it is a limit: of a merged commune, as soon as one of its parts is."""
    if "poor" not in counts:
        return {}
    rate = _share(counts["poor"], counts["people"])
    return {"poverty_rate": rate, "poverty_rate_is_ceiling": (counts["censored"] > 0).where(rate.notna())}


def _share(some: pd.Series, among: pd.Series) -> pd.Series:
    """A fraction; missing where nobody is concerned, and where rounding has made the part larger than the whole."""
    return (some / among).where((among > 0) & (some <= among))


# ---------------------------------------------------------------------------------------------- tables of counts


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of one source and vintage by the commune codes of its own time, each resident once."""

    source: str
    vintage: str
    counts: pd.DataFrame


def _tables(observations: Mapping[str, pd.DataFrame], sources: Sequence[str]) -> list[Table]:
    """The tables of the sources, the newest first, then in order of preference, communes before IRIS."""
    tables = [
        table for source in sources if source in observations for table in _of_source(source, observations[source])
    ]
    return sorted(tables, key=lambda table: table.vintage, reverse=True)


def _of_source(source: str, rows: pd.DataFrame) -> Iterator[Table]:
    for vintage, same in rows.groupby("vintage", sort=True):
        # Two files of a source may both have a figure: they say the same.
        same = same.drop_duplicates(["level", "code", "measure"])
        for level in (["commune", "arrondissement"], ["iris"]):
            values = same[same["level"].isin(level)].pivot(index="code", columns="measure", values="value")
            if values.empty:
                continue
            if level == ["iris"]:
                yield Table(source, vintage, _sum(_nobody_is_zero(values), values.index.str[:5].to_numpy()))
            else:
                values = once(values)
                yield Table(source, vintage, _nobody_is_zero(values).join(_poor(values, same)))


def once(values: pd.DataFrame) -> pd.DataFrame:
    """Paris, Lyon and Marseille as communes where they are, else by arrondissement: never both."""
    city = pd.Series(values.index.map(PARIS_LYON_MARSEILLE), index=values.index)
    return values[~city.isin(values.index)]


def _nobody_is_zero(values: pd.DataFrame) -> pd.DataFrame:
    """Where an age has no resident, nobody of it lives alone: a share of nobody is not published."""
    filled = {}
    for column in values:
        if column.startswith("living_alone_"):
            people = _people(values, column.removeprefix("living_alone_"))
            if people is not None:
                filled[column] = values[column].mask(values[column].isna() & (people == 0), 0.0)
    return values.assign(**filled)


def _poor(values: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """People under the poverty line, people of whom it is told, and whether the rate was a limit, where it is known.

    Without the number of people, one for each commune: the rate of a commune alone is kept, that of a merger is not.
    """
    if "poverty_rate" not in values:
        return pd.DataFrame(index=values.index)
    is_known = values["poverty_rate"].notna()
    limits = rows.loc[(rows["measure"] == "poverty_rate") & (rows["state"] == CENSORED), "code"]
    people = values.get("people_in_tax_households", pd.Series(1.0, index=values.index)).where(is_known)
    censored = pd.Series(values.index.isin(limits), index=values.index, dtype=float).where(is_known)
    return pd.DataFrame({"poor": values["poverty_rate"] * people, "people": people, "censored": censored})


def bring(table: Table, today: Today) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts by today's commune, missing as soon as one of its parts is, and the communes left out and why."""
    counts, lost = _whole_cities(table, today.parts)
    lines = lineage(counts.index, today.communes, today.parts, _changes_of(counts.index, today.changes))
    moved = counts.loc[lines["code_census"]].mul(lines["weight"].to_numpy(), axis=0)
    brought = _sum(moved, lines["code"].to_numpy())
    if "poor" in counts and "people_in_tax_households" not in counts:
        merged = lines.loc[lines["code"].duplicated(keep=False), "code"]
        brought.loc[brought.index.isin(merged), "poor"] = float("nan")
    lost += [
        (code, code, sentence("no_factor_commune", code=code, vintage=table.vintage))
        for code in counts.index.difference(lines["code_census"])
    ]
    if "population" in brought:
        base = today.residents.reindex(brought.index)
        gap = (brought["population"] - base).abs()
        wrong = (gap > TOLERANCE * base) & (gap > TOLERATED) & ~brought.index.isin(_shared_out(today.changes))
        lost += [
            (code, code, sentence("part_of_commune", now=round(now), vintage=table.vintage, before=round(before)))
            for code, now, before in zip(base.index[wrong], brought.loc[wrong, "population"], base[wrong], strict=True)
        ]
        brought = brought[~wrong]
    return brought, reject_frame(table.source, lost)


def _whole_cities(table: Table, parts: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str, Sentence]]]:
    """The counts without the arrondissements of a city that has not all of them: some do not make the city."""
    lost, gone = [], []
    for city in sorted(set(PARIS_LYON_MARSEILLE.values())):
        inside = [code for code in parts.loc[parts["commune"] == city, "code"] if code in PARIS_LYON_MARSEILLE]
        here = table.counts.index.intersection(inside)
        if 0 < len(here) < len(inside):
            gone += list(here)
            lost.append(
                (
                    city,
                    city,
                    sentence("part_of_arrondissements", here=len(here), all=len(inside), vintage=table.vintage),
                )
            )
    return table.counts.drop(index=gone), lost


def _shared_out(changes: pd.DataFrame) -> set[str]:
    """Communes whose residents of the base census are a share of a former commune's, hence not a measure."""
    restored = changes[changes["event"] == "restored"]
    return {*restored["code_census"], *restored["code_cog2025"]}


def _changes_of(codes: pd.Index, changes: pd.DataFrame) -> pd.DataFrame:
    """The changes that this table has still to follow: not the splits whose parts it already has."""
    is_split = changes["code_census"].isin(changes.loc[changes["event"] == "restored", "code_census"])
    other = changes["code_cog2025"] != changes["code_census"]
    done = changes.loc[is_split & other & changes["code_cog2025"].isin(codes), "code_census"]
    return changes[~(is_split & changes["code_census"].isin(done))]


def _sum(values: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    """Sums by code; missing as soon as one of the values is."""
    groups = values.groupby(codes)
    return groups.sum().where(groups.count().eq(groups.size(), axis=0))
