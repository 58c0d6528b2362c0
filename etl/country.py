"""What the estimate knows of each commune before a rate is applied: nesting, fitted joint tables, refusals."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from etl.place_types import PLACES
from etl.teenagers import teenagers
from geodata.errors import BadInput, UnknownScenario
from geodata.estimate import Reason
from geodata.joint import (
    WORKERS,
    DepartementTables,
    age_label,
    departement_tables,
    is_share,
    residents_by_age,
    residents_under_15,
    share_column,
    target,
)
from geodata.methods.smallarea import CountMargin, ShareMargin, spree, try_spree
from geodata.methods.smallarea.tables import Margin
from geodata.model_cells import DENSITIES, FINE, SURVEY, coarsen
from geodata.sentences import Sentence
from geodata.survey import Scenario, rates_of
from geodata.territory import FRANCE, Level

BANDS = ("pop_0_19", "pop_20_64", "pop_65_plus")


@dataclass(frozen=True, eq=False)
class Group:
    """The territories of one level: their codes and, by estimated commune, the position of its own (-1: none)."""

    codes: pd.Index
    of_commune: np.ndarray

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Sum of the communes' `values` (communes,) or (communes, draws) by territory, communes in order of code."""
        inside = np.flatnonzero(self.of_commune >= 0)
        shape = (len(self.codes), len(self.of_commune))
        return csr_array((np.ones(len(inside)), (self.of_commune[inside], inside)), shape=shape) @ values


@dataclass(frozen=True, eq=False)
class Country:
    """Every estimated commune's table on `SURVEY` cells, in residents, and what surrounds it.

    `tables` (communes, cells); `bands` (communes, 3) residents of 0-19, 20-64, 65 and over as counted, and
    `has_fine_ages` (communes,) whether finer ages are known too; `place` (communes, types) the part of each commune in
    each type of place, in the order of `DENSITIES`, and `grid` (communes, classes) its class of Insee's density grid;
    `position` (communes, 2) how far north and east it lies, from -1 to 1 on the mainland and 0 elsewhere; `workers`
    (communes,) how far their part of residents of 15 and over lies from the country's, 0 where no file tells it;
    `resolved_at` communes x factors; `groups` the territories of each level. By code, `reasons` says why a commune is
    not estimated, and `refused` why its factors, which cannot hold together, were left out for its département's.
    """

    codes: pd.Index
    tables: np.ndarray
    bands: np.ndarray
    has_fine_ages: np.ndarray
    place: np.ndarray
    grid: np.ndarray
    position: np.ndarray
    workers: np.ndarray
    resolved_at: pd.DataFrame
    is_overseas: np.ndarray
    groups: dict[str, Group]
    reasons: pd.Series
    refused: pd.Series

    @cached_property
    def joint(self) -> np.ndarray:
        """Residents of the country by `SURVEY_BY_DENSITY` cell: the table on which rates are calibrated."""
        return np.einsum("ik,ip->kp", self.tables, self.place).ravel()

    def under(self, scenario: Scenario) -> "Country":
        """The country with the types of place that a scenario reads."""
        return self if scenario.place_by == "unit" else replace(self, place=self.grid)

    def table_of(self, level: str) -> np.ndarray:
        """Tables of the territories of a level on `SURVEY_BY_DENSITY` cells, (territories, cells)."""
        if level == "commune":
            return self.by_place(np.arange(len(self.codes)))
        parts = [self.groups[level].sum(self.tables * part[:, None]) for part in self.place.T]
        return np.stack(parts, axis=2).reshape(len(parts[0]), -1)

    def by_place(self, communes: np.ndarray) -> np.ndarray:
        """Tables of some communes on `SURVEY_BY_DENSITY` cells, (communes, cells)."""
        wide = self.tables[communes][:, :, None] * self.place[communes][:, None, :]
        return wide.reshape(len(communes), -1)


# ----------------------------------------------------------------------------------------------------- the tables


def prepare(
    communes: pd.DataFrame, reference: pd.DataFrame, national: pd.DataFrame, factors: pd.DataFrame | None = None
) -> Country:
    """Fit the table of every commune that can be estimated. Arguments as in `estimate`."""
    reference = reference.set_index("departement") if "departement" in reference.columns else reference
    _check(communes, reference, factors)
    communes = communes.sort_index().astype(dict.fromkeys(BANDS, float))
    reasons = _reasons(communes)
    kept = communes[reasons.isna()]
    if kept.empty:
        raise BadInput("No commune can be estimated: none has known residents and a type of place.")
    departements = departement_tables(reference, national)
    position = departements.codes.get_indexer(kept["departement"])
    margins, resolved = commune_margins(kept, reference, departements, position, factors)
    finer = [m for m in margins if m.name == "ages"]
    tables, problems = _fit(departements.tables, position, margins)
    refused = kept.index[list(problems)]
    lent = departements.resolved_at.iloc[position].set_axis(kept.index).drop(columns="age")
    resolved.loc[refused, lent.columns] = lent.loc[refused]
    return Country(
        codes=kept.index,
        tables=tables,
        bands=kept[list(BANDS)].to_numpy(),
        has_fine_ages=~np.isnan(finer[0].target[:, 0]) if finer else np.zeros(len(kept), dtype=bool),
        place=kept[list(PLACES)].to_numpy(float),
        grid=_grid(kept),
        position=_position(kept),
        workers=_workers(kept.index, tables, factors),
        resolved_at=resolved,
        is_overseas=kept["departement"].str.startswith("97").to_numpy(),
        groups=_groups(kept),
        reasons=reasons.dropna(),
        refused=pd.Series(list(problems.values()), index=refused, dtype=object),
    )


def _grid(communes: pd.DataFrame) -> np.ndarray:
    """Class of the density grid as parts, the type of place where no class is known."""
    place = communes[list(PLACES)].to_numpy(float)
    if "density" not in communes:
        return place
    classes = communes["density"].to_numpy(object)[:, None] == np.array(DENSITIES, dtype=object)
    return np.where(classes.any(axis=1, keepdims=True), classes, place).astype(float)


def _position(communes: pd.DataFrame) -> np.ndarray:
    """How far north and east, (communes, 2): -1 and 1 near the ends of the mainland, 0 where it is not known."""
    if not {"lat", "lon"} <= set(communes):
        return np.zeros((len(communes), 2))
    places = communes[["lat", "lon"]].where(~communes["departement"].str.startswith("97")).astype(float)
    if places.dropna().empty:
        return np.zeros((len(communes), 2))
    low, high = places.quantile(0.01), places.quantile(0.99)
    # Where nothing tells, the middle: no lean is lent.
    return (2 * (places - low) / (high - low).where(high > low) - 1).clip(-1, 1).fillna(0.0).to_numpy()


def _workers(codes: pd.Index, tables: np.ndarray, factors: pd.DataFrame | None) -> np.ndarray:
    """How far the part of workers lies from that of the country where it is known, (communes,)."""
    if factors is None or WORKERS not in factors:
        return np.zeros(len(codes))
    share = factors[WORKERS].reindex(codes).to_numpy(float)
    residents = np.where(np.isnan(share), 0.0, np.add.reduce(tables, axis=1))
    if not residents.any():
        return np.zeros(len(codes))
    # Where nothing tells, the country's own: it moves nothing.
    return np.nan_to_num(share - np.average(np.nan_to_num(share), weights=residents))


def _fit(
    tables: np.ndarray, position: np.ndarray, margins: Sequence[Margin], block: int = 4096
) -> tuple[np.ndarray, dict[int, Sentence]]:
    """Fit fine tables block by block and keep them on the wider cells of the survey.

    A commune whose margins cannot hold together is fitted to its ages only; the second result says which and why.
    """
    to_survey = coarsen(FINE, SURVEY)
    order = np.argsort(to_survey, kind="stable")
    starts = np.searchsorted(to_survey[order], np.arange(len(SURVEY)))
    fitted = np.empty((len(position), len(SURVEY)))
    refused: dict[int, Sentence] = {}
    for start in range(0, len(position), block):
        rows = np.arange(start, min(start + block, len(position)))
        fine, problems = try_spree(tables[position[rows]], [_rows_of(m, rows) for m in margins])
        if problems:
            left = np.array(list(problems))
            ages = [_rows_of(m, rows[left]) for m in margins if isinstance(m, CountMargin)]
            fine[left] = spree(tables[position[rows[left]]], ages)
            refused |= {int(rows[i]): why for i, why in problems.items()}
        fitted[rows] = np.add.reduceat(fine[:, order], starts, axis=1)
    return fitted, refused


def _rows_of(margin: Margin, rows: np.ndarray) -> Margin:
    if isinstance(margin, CountMargin):
        return CountMargin(margin.name, margin.category, margin.target[rows])
    ceiling = None if margin.is_ceiling is None else margin.is_ceiling[rows]
    return ShareMargin(margin.name, margin.yes, margin.among, margin.target[rows], ceiling)


def commune_margins(
    communes: pd.DataFrame,
    reference: pd.DataFrame,
    departements: DepartementTables,
    position: np.ndarray,
    factors: pd.DataFrame | None,
) -> tuple[list[Margin], pd.DataFrame]:
    """What is known of each commune, as margins, and the level at which each factor is known.

    Always: residents of 15-19 (`etl.teenagers`), 20-64, 65 and over. With `factors`:
    `age_15_29 ... age_75_plus` (residents; the bands must follow one another from 15 up, at limits of five-year ages),
    any column of shares of `geodata.joint.share_column`, the part of workers (which is no margin), and
    `poverty_rate_is_ceiling` where a printed rate means "at most" (Filosofi prints 5 % for every rate under it). Empty
    cells leave the commune to its département.
    """
    ages, children = residents_by_age(reference), residents_under_15(reference)
    young = communes["pop_0_19"] * teenagers(communes, (ages[:, 0] / (ages[:, 0] + children))[position])
    bands = np.column_stack([young, communes["pop_20_64"], communes["pop_65_plus"]]).astype(float)
    fine_age = FINE.codes("age")
    margins: list[Margin] = [CountMargin("age bands", np.digitize(fine_age, [1, 10]), bands)]
    resolved = departements.resolved_at.iloc[position].set_axis(communes.index)
    resolved = resolved.assign(age="commune", density="commune")
    if factors is None:
        return margins, resolved
    factors = factors.reindex(communes.index)
    if WORKERS in factors:
        resolved["social"] = np.where(factors[WORKERS].isna(), "france", "commune")
    from_age = {c: int(m[1]) for c in factors.columns if (m := _AGE.fullmatch(c))}
    if age_columns := sorted(from_age, key=from_age.__getitem__):
        counts = factors[age_columns].to_numpy(float)
        whole = ~np.isnan(counts).any(axis=1) & (counts.sum(axis=1) > 0)
        category = np.full(len(FINE), -1)
        for number, column in enumerate(age_columns):
            category[FINE.where(age=age_label(column.removeprefix("age_")))] = number
        bands[whole] = np.nan
        margins.append(CountMargin("ages", category, np.where(whole[:, None], counts, np.nan)))
    for column in factors.columns:
        share = share_column(column)
        if share is None:
            continue
        published = factors[column].to_numpy(float)
        if share.moves_odds and column not in departements.france:
            raise BadInput(f"{column} needs the same column in the reference table, to be read against France's.")
        wanted = target(share, published, departements.france.get(column, np.nan), departements.joint)
        ceiling = f"{column}_is_ceiling"
        is_ceiling = factors[ceiling].fillna(False).to_numpy(bool) if ceiling in factors.columns else None
        margins.append(ShareMargin(column, share.yes, share.among, wanted, is_ceiling))
        resolved.loc[~np.isnan(published), share.factor] = "commune"
    return margins, resolved


_AGE = re.compile(r"age_(\d+)_(\d+|plus)")


def _groups(communes: pd.DataFrame) -> dict[str, Group]:
    groups = {"commune": Group(communes.index, np.arange(len(communes)))}
    for level in [level.value for level in Level][1:-1]:
        # Areas of an agency are there only when it handed them in.
        if level == "tvs" and (level not in communes or communes[level].isna().all()):
            continue
        numbers, codes = pd.factorize(communes[level], sort=True)
        groups[level] = Group(pd.Index(codes), numbers)
    groups["france"] = Group(pd.Index([FRANCE]), np.zeros(len(communes), dtype=int))
    return groups


def _reasons(communes: pd.DataFrame) -> pd.Series:
    """Why a commune cannot be estimated, empty where it can."""
    no_ages = communes[list(BANDS)].isna().any(axis=1)
    nobody = communes[list(BANDS)].sum(axis=1) == 0
    no_class = communes[list(PLACES)].isna().any(axis=1)
    text = np.select(
        [no_ages, nobody, no_class],
        [Reason.NO_POPULATION_BY_AGE.value, Reason.NO_RESIDENTS.value, Reason.NO_DENSITY.value],
        default="",
    )
    reasons = pd.Series(text, index=communes.index, dtype=object)
    return reasons.where(reasons != "")


def _check(communes: pd.DataFrame, reference: pd.DataFrame, factors: pd.DataFrame | None) -> None:
    """Every problem of the frames, in one `BadInput`."""
    problems = []
    missing = [c for c in ("departement", "region", "epci", *PLACES, *BANDS) if c not in communes.columns]
    if missing:
        raise BadInput(f"The communes lack the columns {', '.join(missing)}.")

    def say(codes: Sequence[str] | np.ndarray, what: str) -> None:
        if len(codes):
            shown = ", ".join(map(str, codes[:10])) + (" ..." if len(codes) > 10 else "")
            problems.append(f"{what}: {shown}")

    say(communes.index[communes.index.duplicated()], "communes given twice")
    for band in BANDS:
        # What is not a number is named on the next line.
        counts = pd.to_numeric(communes[band], errors="coerce").astype(float)
        say(communes.index[counts.isna() & communes[band].notna()], f"{band} that is not a number")
        say(communes.index[(counts < 0) | np.isinf(counts)], f"negative or infinite {band}")
        say(communes.index[np.isfinite(counts) & (counts % 1 != 0)], f"{band} that is not a whole number of residents")
    parts = communes[list(PLACES)].to_numpy(float)
    wrong = ~np.isnan(parts).any(axis=1) & ((parts < 0).any(axis=1) | (np.abs(parts.sum(axis=1) - 1) > 1e-9))
    say(communes.index[wrong], f"parts of types of place ({', '.join(PLACES)}) that do not add up to 1")
    say(np.setdiff1d(communes["departement"], reference.index), "départements absent from the reference table")
    if factors is not None:
        accepted = [
            c
            for c in factors.columns
            if _AGE.fullmatch(c) or is_share(c) or share_column(c.removesuffix("_is_ceiling"))
        ]
        say([c for c in factors.columns if c not in accepted], "columns of factors that the model does not know")
        say(factors.index[factors.index.duplicated()], "communes given twice in the factors")
        for column in factors.columns.intersection([c for c in accepted if is_share(c)]):
            values = factors[column].to_numpy(float)
            say(
                factors.index[(values < 0) | (values > 1)],
                f"{column} outside 0-1 (shares are fractions, 0.12 and not 12)",
            )
        for column in (c for c in accepted if _AGE.fullmatch(c)):
            values = factors[column].to_numpy(float)
            say(factors.index[(values < 0) | np.isinf(values)], f"negative or infinite {column}")
        problems += _age_gaps(factors.columns)
    if problems:
        raise BadInput("The estimate cannot start:\n- " + "\n- ".join(problems))


def _check_scenarios(scenarios: Sequence[Scenario]) -> None:
    """Every scenario whose definition or age curve does not exist, in one `UnknownScenario`."""
    problems = []
    for scenario in scenarios:
        try:
            rates_of(scenario)
        except UnknownScenario as error:
            problems.append(f"{scenario.id}: {error}")
    if problems:
        raise UnknownScenario("These scenarios cannot be run:\n- " + "\n- ".join(problems))


def _age_gaps(columns: Iterable[str]) -> list[str]:
    bands = sorted((int(m[1]), m[2]) for m in map(_AGE.fullmatch, columns) if m)
    if not bands:
        return []
    ends = [15, *(int(end) + 1 if end != "plus" else None for _, end in bands)]
    follows = all(start == end for (start, _), end in zip(bands, ends, strict=False)) and ends[-1] is None
    return (
        []
        if follows
        else ["the age_... columns of the factors must follow one another from age_15_... to age_..._plus"]
    )
