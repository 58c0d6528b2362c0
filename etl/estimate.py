"""The recipe of the estimate: residents by commune and published figures in, shares with their uncertainty out.

1. Each département's joint table: the national one fitted to what is published for the département.
2. Each commune's table: its département's, fitted to what is known of the commune (three age bands at least).
3. The survey's rates, calibrated on the sum of all communes, so that the country's share is the benchmark.
4. Shares by poststratification, at the central rates and with each unknown quantity moved; sums of them above.

A commune that cannot be estimated stays in the result with its reason, and counts nowhere.

Overseas départements are estimated and marked as extrapolated: the figures at hand do not say that the surveys cover
them, and what Insee publishes for metropolitan France only (living alone, employment, poverty) is lent to them by it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import ndtr, ndtri

from geodata.cells import DENSITIES, FINE, SURVEY, SURVEY_BY_DENSITY, coarsen
from geodata.errors import BadInput, UnknownScenario
from geodata.estimate import Reason
from geodata.joint import (
    LEVEL_ORDER,
    DepartementTables,
    age_label,
    departement_tables,
    known_share,
    residents_by_age,
    residents_under_15,
    target,
)
from geodata.methods import smallarea
from geodata.methods.smallarea import (
    CountMargin,
    RateModel,
    ShareMargin,
    analytic,
    calibrate,
    contributions,
    interval,
    local_variance,
    outer_bounds,
    principal,
    spree,
    stencil,
    try_spree,
    weighted_sum,
)
from geodata.methods.twins import twins
from geodata.survey import DEFAULT, SCENARIOS, Scenario, definition_of, rate_model, rates_of

BANDS = ("pop_0_19", "pop_20_64", "pop_65_plus")
LEVELS = ("commune", "epci", "tvs", "departement", "region", "france")
FRANCE = "FR"
SEED = 20_250_101
DRAWS = 256


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
    `has_fine_ages` (communes,) whether finer ages are known too; `density` (communes,) position in `DENSITIES`;
    `resolved_at` communes x factors; `groups` the territories of each level. By code, `reasons` says why a commune is
    not estimated, and `refused` why its factors, which cannot hold together, were left out for its département's.
    """

    codes: pd.Index
    tables: np.ndarray
    bands: np.ndarray
    has_fine_ages: np.ndarray
    density: np.ndarray
    resolved_at: pd.DataFrame
    is_overseas: np.ndarray
    groups: dict[str, Group]
    reasons: pd.Series
    refused: pd.Series

    @property
    def joint(self) -> np.ndarray:
        """Residents of the country by `SURVEY_BY_DENSITY` cell: the table on which rates are calibrated."""
        by_density = [np.add.reduce(self.tables[self.density == d], axis=0) for d in range(len(DENSITIES))]
        return np.column_stack(by_density).ravel()

    def table_of(self, level: str) -> np.ndarray:
        """Tables of the territories of a level on `SURVEY_BY_DENSITY` cells, (territories, cells)."""
        wide = np.zeros((len(self.codes), len(SURVEY), len(DENSITIES)))
        wide[np.arange(len(self.codes)), :, self.density] = self.tables
        wide = wide.reshape(len(self.codes), -1)
        return wide if level == "commune" else self.groups[level].sum(wide)


@dataclass(frozen=True, eq=False)
class Estimates:
    """`territories`: one row by level and territory under the main scenario; `flips`: the same law under the others;
    `twins`: the territories most like each (`twin_frame`); `country`: the tables behind them."""

    territories: pd.DataFrame
    flips: pd.DataFrame
    twins: pd.DataFrame
    country: Country


def estimate(
    communes: pd.DataFrame,
    reference: pd.DataFrame,
    national: pd.DataFrame,
    *,
    factors: pd.DataFrame | None = None,
    scenario: Scenario = DEFAULT,
    flips: Sequence[Scenario] = SCENARIOS,
    seed: int = SEED,
    draws: int = DRAWS,
    with_ranks: bool = True,
    with_twins: bool = True,
    with_bounds: bool = True,
) -> Estimates:
    """Estimate every commune and the territories above it.

    `communes` is indexed by `code_insee`, with `departement, region, epci, density` (rural, intermediate, dense), `tvs`
    where there are areas of an agency, and
    `pop_0_19, pop_20_64, pop_65_plus` (empty where not known). It is the whole country: the benchmark is held over it.
    `reference` is etl/reference/departements.csv and `national` etl/reference/national.csv. `factors`, by commune,
    holds what is known of communes beyond their ages (`commune_margins`). `flips` are the other scenarios to run;
    `draws` (a power of two) serves contrasts and ranks.

    Raises `BadInput` listing every problem of the frames at once, `UnknownScenario`, `CalibrationError`.
    """
    _check_scenarios((scenario, *flips))
    country = prepare(communes, reference, national, factors)
    found = laws(country, scenario, draws=draws, seed=seed)
    twin = twin_frame(country, levels=TWIN_LEVELS if with_twins else ())
    territories = [_rows(country, found, level, scenario, twin) for level in country.groups]
    if with_ranks:
        ranked = rank_frame(country, found, scenario.residual_log_sd, seed=seed)
        territories = [t.merge(ranked, on=["level", "code"], how="left", validate="1:1") for t in territories]
    if with_bounds:
        bounded = bound_frame(country, scenario)
        territories = [t.merge(bounded, on=["level", "code"], how="left", validate="1:1") for t in territories]
    others = []
    for other in flips:
        if other.id != scenario.id:
            found = laws(country, other)
            others += [_flip_rows(country, found, level, other) for level in country.groups]
    return Estimates(
        pd.concat([*territories, _not_estimated(country, communes, scenario)], ignore_index=True),
        pd.concat(others, ignore_index=True) if others else pd.DataFrame(columns=FLIP_COLUMNS),
        twin,
        country,
    )


FLIP_COLUMNS = ["level", "code", "definition", "scenario", "residents", "share", "logit_mean", "logit_sd"]


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
        raise BadInput("No commune can be estimated: none has known residents and a density class.")
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
        density=pd.Categorical(kept["density"], categories=DENSITIES).codes.astype(int),
        resolved_at=resolved,
        is_overseas=kept["departement"].str.startswith("97").to_numpy(),
        groups=_groups(kept),
        reasons=reasons.dropna(),
        refused=pd.Series(list(problems.values()), index=refused, dtype=object),
    )


def _fit(tables, position, margins, block=4096) -> tuple[np.ndarray, dict[int, str]]:
    """Fit fine tables block by block and keep them on the wider cells of the survey.

    A commune whose margins cannot hold together is fitted to its ages only; the second result says which and why.
    """
    to_survey = coarsen(FINE, SURVEY)
    order = np.argsort(to_survey, kind="stable")
    starts = np.searchsorted(to_survey[order], np.arange(len(SURVEY)))
    fitted, refused = np.empty((len(position), len(SURVEY))), {}
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


def _rows_of(margin, rows):
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
):
    """What is known of each commune, as margins, and the level at which each factor is known.

    Always: residents of 15-19 (those of 0-19 in the département's proportion), 20-64, 65 and over. With `factors`:
    `age_15_29 ... age_75_plus` (residents; the bands must follow one another from 15 up, at limits of five-year ages),
    any column of shares of `geodata.joint.known_share`, and `poverty_rate_is_ceiling` where a printed rate means "at
    most" (Filosofi prints 5 % for every rate under it). Empty cells leave the commune to its département.
    """
    ages, children = residents_by_age(reference), residents_under_15(reference)
    teenagers = (ages[:, 0] / (ages[:, 0] + children))[position]
    bands = np.column_stack([communes["pop_0_19"] * teenagers, communes["pop_20_64"], communes["pop_65_plus"]]).astype(
        float
    )
    fine_age = FINE.codes("age")
    margins = [CountMargin("age bands", np.digitize(fine_age, [1, 10]), bands)]
    resolved = departements.resolved_at.iloc[position].set_axis(communes.index)
    resolved = resolved.assign(age="commune", density="commune")
    if factors is None:
        return margins, resolved
    factors = factors.reindex(communes.index)
    ages_known = [c for c in factors.columns if _AGE.fullmatch(c)]
    if ages_known:
        ages_known.sort(key=lambda c: int(_AGE.fullmatch(c)[1]))
        counts = factors[ages_known].to_numpy(float)
        whole = ~np.isnan(counts).any(axis=1) & (counts.sum(axis=1) > 0)
        category = np.full(len(FINE), -1)
        for number, column in enumerate(ages_known):
            category[FINE.where(age=age_label(column.removeprefix("age_")))] = number
        bands[whole] = np.nan
        margins.append(CountMargin("ages", category, np.where(whole[:, None], counts, np.nan)))
    for column in factors.columns:
        known = known_share(column)
        if known is None:
            continue
        published = factors[column].to_numpy(float)
        if known.moves_odds and column not in departements.france:
            raise BadInput(f"{column} needs the same column in the reference table, to be read against France's.")
        wanted = target(known, published, departements.france.get(column, np.nan), departements.joint)
        ceiling = f"{column}_is_ceiling"
        is_ceiling = factors[ceiling].fillna(False).to_numpy(bool) if ceiling in factors.columns else None
        margins.append(ShareMargin(column, known.yes, known.among, wanted, is_ceiling))
        resolved.loc[~np.isnan(published), known.factor] = "commune"
    return margins, resolved


_AGE = re.compile(r"age_(\d+)_(\d+|plus)")


def _groups(communes: pd.DataFrame) -> dict[str, Group]:
    groups = {"commune": Group(communes.index, np.arange(len(communes)))}
    for level in LEVELS[1:-1]:
        # Areas of an agency are there only when it handed them in.
        if level == "tvs" and (level not in communes or communes[level].isna().all()):
            continue
        numbers, codes = pd.factorize(communes[level], sort=True)
        groups[level] = Group(pd.Index(codes), numbers)
    groups["france"] = Group(pd.Index([FRANCE]), np.zeros(len(communes), dtype=int))
    return groups


def _reasons(communes: pd.DataFrame) -> pd.Series:
    """Why a commune cannot be estimated, empty where it can."""
    unknown = communes[list(BANDS)].isna().any(axis=1)
    nobody = communes[list(BANDS)].sum(axis=1) == 0
    no_class = communes["density"].isna()
    text = np.select(
        [unknown, nobody, no_class],
        [Reason.NO_POPULATION_BY_AGE.value, Reason.NO_RESIDENTS.value, Reason.NO_DENSITY.value],
        default="",
    )
    reasons = pd.Series(text, index=communes.index, dtype=object)
    return reasons.where(reasons != "")


def _check(communes: pd.DataFrame, reference: pd.DataFrame, factors: pd.DataFrame | None) -> None:
    """Every problem of the frames, in one `BadInput`."""
    problems = []
    missing = [c for c in ("departement", "region", "epci", "density", *BANDS) if c not in communes.columns]
    if missing:
        raise BadInput(f"The communes lack the columns {', '.join(missing)}.")

    def say(codes, what):
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
    known = communes["density"].isna() | communes["density"].isin(DENSITIES)
    say(communes["density"][~known].unique(), f"density classes other than {', '.join(DENSITIES)}")
    say(np.setdiff1d(communes["departement"], reference.index), "départements absent from the reference table")
    if factors is not None:
        accepted = [
            c
            for c in factors.columns
            if _AGE.fullmatch(c) or known_share(c) or known_share(c.removesuffix("_is_ceiling"))
        ]
        say([c for c in factors.columns if c not in accepted], "columns of factors that the model does not know")
        say(factors.index[factors.index.duplicated()], "communes given twice in the factors")
        for column in factors.columns.intersection([c for c in accepted if known_share(c)]):
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


def _age_gaps(columns) -> list[str]:
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


# ------------------------------------------------------------------------------------------------- the estimate


@dataclass(frozen=True, eq=False)
class Law:
    """What is known of the shares of one level under one scenario.

    `residents`, `people_70_plus` (expected isolated residents of 70 and over) and `log_variance` (of the communes' own
    residuals) are (territories,). `shares` (territories, 1 + 2 dimension) are the shares at the central rates, then
    with each unknown quantity one SD up and one SD down; `drawn` (territories, draws) those at drawn rates. A column is
    one set of rates, the same everywhere, so that levels add up and contrasts lose what is common.
    """

    residents: np.ndarray
    people_70_plus: np.ndarray
    log_variance: np.ndarray
    shares: np.ndarray
    drawn: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Expected share at the central rates."""
        return self.shares[:, 0]


def laws(country: Country, scenario: Scenario = DEFAULT, *, draws: int = 0, seed: int = SEED) -> dict[str, Law]:
    """The law of every level: shares of the communes at the same rates, and their sums above."""
    tables, model = concerned(country, scenario), model_of(country, scenario)
    rates = stencil(model)
    columns = rates.shape[1]
    if draws:
        rates = np.hstack([rates, smallarea.draws(model, draws, seed=seed)])
    cases = expected_cases(country, tables, rates)
    older = expected_cases(country, np.where(SURVEY.where(age="70+"), tables, 0.0), rates[:, :1])[:, 0]
    residents = np.add.reduce(tables, axis=1)
    found = {}
    for level, group in country.groups.items():
        inside = group.of_commune >= 0
        people = group.sum(residents)
        with np.errstate(invalid="ignore"):
            shares = group.sum(cases) / people[:, None]
            log_variance = local_variance(cases[inside, 0], group.of_commune[inside], scenario.residual_log_sd)
        found[level] = Law(people, group.sum(older), log_variance, shares[:, :columns], shares[:, columns:])
    return found


def concerned(country: Country, scenario: Scenario) -> np.ndarray:
    """The communes' tables with nobody younger than the definition's population."""
    return np.where(SURVEY.where(age=f"{definition_of(scenario.definition).min_age}+"), country.tables, 0.0)


def model_of(country: Country, scenario: Scenario) -> RateModel:
    """The survey table of a scenario on this country, its interactions reduced to those that move rates."""
    return principal(rate_model(scenario, country.joint))


def expected_cases(country: Country, tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Expected isolated residents of each commune, (communes, draws), rates read in the column of its density class."""
    by_density = rates.reshape(len(SURVEY), len(DENSITIES), -1)
    cases = np.empty((len(tables), rates.shape[1]))
    for d in range(len(DENSITIES)):
        rows = country.density == d
        cases[rows] = weighted_sum(tables[rows], by_density[:, d])
    return cases


def parents(country: Country, level: str, above: str) -> np.ndarray:
    """For each territory of `level`, the position of the territory of `above` that holds most of its residents."""
    own, up = country.groups[level], country.groups[above]
    inside = (own.of_commune >= 0) & (up.of_commune >= 0)
    residents = np.add.reduce(country.tables, axis=1)[inside]
    shape = (len(own.codes), len(up.codes))
    return csr_array((residents, (own.of_commune[inside], up.of_commune[inside])), shape=shape).argmax(axis=1)


def contrast(country: Country, found: dict[str, Law], level: str, above: str, residual_log_sd: float) -> pd.DataFrame:
    """Difference of share with the territory above: see `difference`.

    A territory that is the whole of the one above differs by exactly 0, with no probability to give.
    """
    here, there, parent = found[level], found[above], parents(country, level, above)
    own, up = country.groups[level].of_commune, country.groups[above].of_commune
    shared = (own >= 0) & (up == parent[own])
    cases = found["commune"].share * found["commune"].residents
    squares = np.bincount(own[shared], np.nan_to_num(cases[shared]) ** 2, minlength=len(parent))
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = here.residents * here.share * there.residents[parent] * there.share[parent]
        covariance = np.expm1(residual_log_sd**2) * squares / expected
    return difference(
        here.share, here.drawn, here.log_variance,
        there.share[parent], there.drawn[parent], there.log_variance[parent], covariance,
    )  # fmt: skip


def contrast_with_twins(found: dict[str, Law], level: str, twin: np.ndarray) -> pd.DataFrame:
    """Difference of share with the plain mean of its twins, `twin` (territories, twins) their positions."""
    law, count = found[level], twin.shape[1]
    share = law.share[twin]
    drawn = np.zeros_like(law.drawn)
    for column in twin.T:
        drawn += law.drawn[column]
    with np.errstate(invalid="ignore"):
        variance = np.log1p(
            np.add.reduce(np.expm1(law.log_variance[twin]) * share**2, axis=1) / np.add.reduce(share, axis=1) ** 2
        )
    mean = np.add.reduce(share, axis=1) / count
    return difference(law.share, law.drawn, law.log_variance, mean, drawn / count, variance, 0.0)


def difference(share, drawn, log_variance, base, base_drawn, base_log_variance, covariance) -> pd.DataFrame:
    """Difference of two shares, taken inside each draw so that what is common cancels.

    Columns `mean, low, high` (difference at the central rates, 90 % interval) and `p_above`. The communes' residuals
    are integrated exactly (P) or as part of a log-normal ratio (interval).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = log_variance + base_log_variance
        # Rounding may leave a hair where the two territories are one.
        local = np.sqrt(np.where(apart - 2 * covariance > 1e-9 * apart, apart - 2 * covariance, 0))
        # Residuals of mean 1 have a logarithm of mean - variance / 2.
        ratio = np.log(drawn / base_drawn) + ((base_log_variance - log_variance) / 2)[:, None]
        p_above = ndtr(ratio / local[:, None]).mean(axis=1)
        mean, reach = ratio.mean(axis=1), ndtri(0.95) * np.sqrt(ratio.var(axis=1) + local**2)
    low, high = base * np.expm1(mean - reach), base * np.expm1(mean + reach)
    return pd.DataFrame({"mean": share - base, "low": low, "high": high, "p_above": p_above})


_ABOVE = {
    "commune": ("departement", "region", "france"),
    "epci": ("departement", "region", "france"),
    "tvs": ("departement", "region", "france"),
    "departement": ("region", "france"),
    "region": ("france",),
    "france": (),
}


def _rows(country: Country, found: dict[str, Law], level: str, scenario: Scenario, twin: pd.DataFrame) -> pd.DataFrame:
    law, group = found[level], country.groups[level]
    m, share = analytic(law.shares, law.log_variance), law.share
    low, high = interval(m.mean, m.sd)
    frame = pd.DataFrame(
        {
            "level": level,
            "code": group.codes,
            "definition": scenario.definition,
            "scenario": scenario.id,
            "residents": law.residents,
            "share": share,
            "low": low,
            "high": high,
            "logit_mean": m.mean,
            "logit_sd": m.sd,
            "p_above_national": np.nan,
            "var_common": m.var_common,
            "var_model": m.var_model,
            "var_local": m.var_local,
            "people": law.residents * share,
            "people_low": law.residents * low,
            "people_high": law.residents * high,
            "people_70_plus": law.people_70_plus,
        }
    )
    differences = {above: contrast(country, found, level, above, scenario.residual_log_sd) for above in _ABOVE[level]}
    if (twin["level"] == level).any():
        differences["twins"] = contrast_with_twins(found, level, twin_positions(twin, group, level))
    for name, against in (("departement",) * 2, ("region",) * 2, ("national", "france"), ("twins",) * 2):
        for part in ("mean", "low", "high"):
            frame[f"contrast_{name}_{part}"] = differences[against][part] if against in differences else np.nan
    frame["p_above_national"] = differences["france"]["p_above"] if "france" in differences else np.nan
    frame["resolved_at"] = _resolved(country, group)
    frame["is_extrapolated"] = _all_overseas(country, group)
    frame["reason"] = np.where(law.residents > 0, None, Reason.NO_RESIDENTS.value)
    return frame


def _resolved(country: Country, group: Group) -> list[str]:
    """JSON of the level at which each factor is known: the coarsest among the territory's communes."""
    order = np.column_stack([country.resolved_at[f].map(LEVEL_ORDER) for f in country.resolved_at.columns])
    inside = group.of_commune >= 0
    worst = np.zeros((len(group.codes), order.shape[1]), dtype=int)
    np.maximum.at(worst, group.of_commune[inside], order[inside])
    names, levels = list(country.resolved_at.columns), list(LEVEL_ORDER)
    distinct, which = np.unique(worst, axis=0, return_inverse=True)
    texts = [json.dumps({f: levels[i] for f, i in zip(names, row, strict=True)}) for row in distinct]
    return [texts[i] for i in which.ravel()]


def _all_overseas(country: Country, group: Group) -> np.ndarray:
    inside = group.of_commune >= 0
    return np.bincount(group.of_commune[inside], ~country.is_overseas[inside], minlength=len(group.codes)) == 0


def _not_estimated(country: Country, communes: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Communes that cannot be estimated, and the territories above that hold no other."""
    overseas = communes["departement"].str.startswith("97")
    frames = [pd.DataFrame({"level": "commune", "code": country.reasons.index, "reason": country.reasons.to_numpy()})]
    frames[0]["is_extrapolated"] = overseas.reindex(country.reasons.index).to_numpy()
    for level in LEVELS[1:-1]:
        if level not in country.groups:
            continue
        empty = overseas[~communes[level].isin(country.groups[level].codes)].groupby(communes[level]).all()
        frame = empty.rename_axis("code").rename("is_extrapolated").reset_index()
        frames.append(frame.assign(level=level, reason=Reason.NO_ESTIMATED_COMMUNE.value))
    return pd.concat(frames, ignore_index=True).assign(definition=scenario.definition, scenario=scenario.id)


def _flip_rows(country: Country, found: dict[str, Law], level: str, scenario: Scenario) -> pd.DataFrame:
    law = found[level]
    m = analytic(law.shares, law.log_variance)
    return pd.DataFrame(
        {
            "level": level,
            "code": country.groups[level].codes,
            "definition": scenario.definition,
            "scenario": scenario.id,
            "residents": law.residents,
            "share": law.share,
            "logit_mean": m.mean,
            "logit_sd": m.sd,
        }
    )


def with_residuals(
    country: Country, found: dict[str, Law], residual_log_sd: float, *, seed: int = SEED
) -> dict[str, np.ndarray]:
    """Draws of every territory's share with the communes' residuals, (territories, draws) by level.

    For what needs whole draws: ranks, and choices that depend on many territories at once.
    """
    commune = found["commune"]
    noise = smallarea.local_draws(0, *commune.drawn.shape, seed=seed)
    cases = np.exp(residual_log_sd * noise - residual_log_sd**2 / 2) * commune.drawn * commune.residents[:, None]
    return {level: group.sum(cases) / found[level].residents[:, None] for level, group in country.groups.items()}


def rank_frame(country: Country, found: dict[str, Law], residual_log_sd: float, *, seed: int = SEED) -> pd.DataFrame:
    """Central 90 % interval of each territory's rank in its level (1: highest share), over the draws.

    Columns `level, code, rank_low, rank_high`. Wide by nature: it is there to dissuade from ranking.
    """
    frames = []
    for level, shares in with_residuals(country, found, residual_log_sd, seed=seed).items():
        low, high = smallarea.ranks(shares)
        codes = country.groups[level].codes
        frames.append(pd.DataFrame({"level": level, "code": codes, "rank_low": low, "rank_high": high}))
    return pd.concat(frames, ignore_index=True)


# --------------------------------------------------------------------------------- twins, bounds, why here

TWIN_LEVELS = ("commune", "epci", "departement")
TWINS = 10


def twin_frame(country: Country, *, count: int = TWINS, levels: Sequence[str] = TWIN_LEVELS) -> pd.DataFrame:
    """Twins of every commune, EPCI and département: columns `level, code, rank, twin, distance`.

    Same density class first (above the commune: the class of most residents), then what is known at that level: three
    ages, finer ones where counted, and unemployment, living alone and poverty. What a wider territory lends is left
    out: it would make twins of neighbours. A level with `count` territories or fewer has none.
    """
    frames = []
    for level in levels:
        codes = country.groups[level].codes
        if len(codes) <= count:
            continue
        position, distance = twins(*_features(country, level), count)
        frames.append(
            pd.DataFrame(
                {
                    "level": level,
                    "code": np.repeat(codes, count),
                    "rank": np.tile(np.arange(1, count + 1), len(codes)),
                    "twin": codes.to_numpy()[position.ravel()],
                    "distance": distance.ravel(),
                }
            )
        )
    columns = ["level", "code", "rank", "twin", "distance"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _features(country: Country, level: str) -> tuple[np.ndarray, np.ndarray]:
    """Shares to compare by and density class, (territories, features) and (territories,)."""
    group, residents = country.groups[level], np.add.reduce(country.tables, axis=1)
    has_fine_ages = level == "departement" or residents[country.has_fine_ages].sum() > 0.9 * residents.sum()
    wanted = [*SURVEY.margin("age")] if has_fine_ages else []
    for factor, category in (("activity", "unemployed"), ("living_alone", "alone"), ("income", "low")):
        known = country.resolved_at[factor].map(LEVEL_ORDER).to_numpy() <= LEVEL_ORDER[level]
        if residents[known].sum() > 0.9 * residents.sum():
            wanted.append(SURVEY.where(**{factor: category}).astype(float))
    bands = group.sum(country.bands)
    shares = bands / np.add.reduce(bands, axis=1)[:, None]
    if wanted:
        known = group.sum(weighted_sum(country.tables, np.array(wanted).T)) / group.sum(residents)[:, None]
        shares = np.hstack([shares, known])
    by_class = group.sum((country.density[:, None] == np.arange(len(DENSITIES))) * residents[:, None])
    return shares, by_class.argmax(axis=1)


def twin_positions(twin: pd.DataFrame, group: Group, level: str) -> np.ndarray:
    """The frame of `twin_frame` as positions among the territories of a level, (territories, twins)."""
    rows = twin[twin["level"] == level]
    return group.codes.get_indexer(rows["twin"]).reshape(len(group.codes), -1)


def bound_frame(country: Country, scenario: Scenario = DEFAULT, *, typical: int = 64) -> pd.DataFrame:
    """Smallest and largest share that the published rates allow, whatever way factors combine: `level, code, bound_low,
    bound_high`.

    Exact from the EPCI up; for communes an interval that contains the exact one (`outer_bounds`).
    """
    model = rate_model(scenario, country.joint)
    frames = []
    for level, group in country.groups.items():
        low, high = np.full((2, len(group.codes)), np.nan)
        minors = ~SURVEY_BY_DENSITY.where(age=f"{definition_of(scenario.definition).min_age}+")
        if level == "commune":
            for d in range(len(DENSITIES)):
                rows = np.flatnonzero((country.density == d) & (concerned(country, scenario).sum(axis=1) > 0))
                if len(rows):
                    low[rows], high[rows] = outer_bounds(
                        _in_class(concerned(country, scenario)[rows], d), model.joint, model.targets, typical=typical
                    )
        else:
            tables = np.where(minors, 0.0, country.table_of(level))
            rows = tables.sum(axis=1) > 0
            low[rows], high[rows] = smallarea.bounds(tables[rows], model.joint, model.targets)
        frames.append(pd.DataFrame({"level": level, "code": group.codes, "bound_low": low, "bound_high": high}))
    return pd.concat(frames, ignore_index=True)


def _in_class(tables: np.ndarray, density: int) -> np.ndarray:
    """Tables on `SURVEY` cells as tables on `SURVEY_BY_DENSITY` cells, all in one density class."""
    wide = np.zeros((*tables.shape, len(DENSITIES)))
    wide[:, :, density] = tables
    return wide.reshape(len(tables), -1)


def why_here(
    country: Country, twin: pd.DataFrame, level: str, codes: Sequence[str] | None = None, scenario: Scenario = DEFAULT
) -> pd.DataFrame:
    """Part of each factor in the difference with the twins: `level, code, factor, part`, in share.

    The parts of a territory add up to its share minus the mean share of its twins; `structure` is what margins do not
    explain. `codes` limits the work; every territory of the level by default.
    """
    group = country.groups[level]
    rows = np.arange(len(group.codes)) if codes is None else group.codes.get_indexer(codes)
    if (rows < 0).any():
        raise BadInput(
            f"These codes are not estimated at this level: {[c for c, r in zip(codes, rows, strict=True) if r < 0]}"
        )
    position = twin_positions(twin, group, level)
    model = rate_model(scenario, country.joint)
    rates = calibrate(model.joint, model.targets, model.offset)
    if level == "commune":
        # One density class at a time: fewer cells in each block.
        rows = rows[np.argsort(country.density[rows], kind="stable")]
    frames = []
    for start in range(0, len(rows), 2048):
        block = rows[start : start + 2048]
        needed, where = np.unique(np.concatenate([block, position[block].ravel()]), return_inverse=True)
        tables = _tables(country, level, needed, scenario)
        tables /= tables.sum(axis=1, keepdims=True)
        own, others = tables[where[: len(block)]], tables[where[len(block) :]].reshape(len(block), -1, tables.shape[1])
        parts = contributions(own, others.mean(axis=1), rates, _factor_codes())
        frames += [
            pd.DataFrame({"level": level, "code": group.codes[block], "factor": f, "part": p}) for f, p in parts.items()
        ]
    return pd.concat(frames, ignore_index=True)


def _tables(country: Country, level: str, positions: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Tables of some territories on `SURVEY_BY_DENSITY` cells."""
    if level != "commune":
        tables = country.table_of(level)[positions]
    else:
        tables = np.zeros((len(positions), len(SURVEY), len(DENSITIES)))
        tables[np.arange(len(positions)), :, country.density[positions]] = country.tables[positions]
        tables = tables.reshape(len(positions), -1)
    return np.where(SURVEY_BY_DENSITY.where(age=f"{definition_of(scenario.definition).min_age}+"), tables, 0.0)


def _factor_codes() -> dict[str, np.ndarray]:
    """Category of every `SURVEY_BY_DENSITY` cell by factor, ages as the surveys publish them."""
    codes = {f: SURVEY_BY_DENSITY.codes(f) for f in SURVEY_BY_DENSITY.factors}
    codes["age"] = np.minimum(codes["age"], 4)
    return codes
