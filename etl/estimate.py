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
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import ndtr, ndtri

from etl.country import LEVELS, Country, Group, _check_scenarios, prepare
from etl.twins import TWIN_LEVELS, twin_frame, twin_positions
from geodata.cells import DENSITIES, SURVEY, SURVEY_BY_DENSITY
from geodata.estimate import Reason
from geodata.joint import LEVEL_ORDER
from geodata.methods import smallarea
from geodata.methods.residuals import SHARED_BY, Residuals, nested
from geodata.methods.smallarea import (
    RateModel,
    analytic,
    interval,
    outer_bounds,
    principal,
    stencil,
    weighted_sum,
)
from geodata.survey import DEFAULT, SCENARIOS, Scenario, definition_of, rate_model

SEED = 20171
"""Default seed of the draws."""

DRAWS = 256


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

    `communes` is indexed by `code_insee`, with `departement, region, epci`, the commune's parts in each type of place
    `rural, town, city` (they add up to 1), `tvs` where there are areas of an agency, and
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
        ranked = rank_frame(country, found, scenario, seed=seed)
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


# ------------------------------------------------------------------------------------------------- the estimate


@dataclass(frozen=True, eq=False)
class Law:
    """What is known of the shares of one level under one scenario.

    `residents`, `people_70_plus` (expected isolated residents of 70 and over) and `log_variance` (of the territory's
    residual) are (territories,); `weights` (territories, communes) is each commune's part of its expected cases.
    `shares` (territories, 1 + 2 dimension) are the shares at the central rates, then with each unknown quantity one SD
    up and one SD down; `drawn` (territories, draws) those at drawn rates. A column is one set of rates, the same
    everywhere, so that levels add up and contrasts lose what is common.
    """

    residents: np.ndarray
    people_70_plus: np.ndarray
    log_variance: np.ndarray
    weights: csr_array
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
    residents, local = np.add.reduce(tables, axis=1), residuals_of(country, scenario)
    found = {}
    for level, group in country.groups.items():
        people, weights = group.sum(residents), weights_in(group, cases[:, 0])
        with np.errstate(invalid="ignore"):
            shares = group.sum(cases) / people[:, None]
        log_variance = np.where(people > 0, local.log_variance(weights), np.nan)
        found[level] = Law(people, group.sum(older), log_variance, weights, shares[:, :columns], shares[:, columns:])
    return found


def residuals_of(country: Country, scenario: Scenario) -> Residuals:
    """How communes depart from what their composition tells, under a scenario."""
    classes = [country.groups[level].of_commune for level in SHARED_BY]
    residents = np.add.reduce(country.tables, axis=1)
    return nested(classes, residents, scenario.residual_log_sd, scenario.spatial_share)


def weights_in(group: Group, cases: np.ndarray) -> csr_array:
    """Each commune's part in the cases of each territory, rows that add up to 1 (0 where there is no case)."""
    inside = np.flatnonzero(group.of_commune >= 0)
    total = group.sum(cases)[group.of_commune[inside]]
    parts = np.divide(cases[inside], total, out=np.zeros(len(inside)), where=total > 0)
    return csr_array((parts, (group.of_commune[inside], inside)), shape=(len(group.codes), len(cases)))


def concerned(country: Country, scenario: Scenario) -> np.ndarray:
    """The communes' tables with nobody younger than the definition's population."""
    return np.where(SURVEY.where(age=f"{definition_of(scenario.definition).min_age}+"), country.tables, 0.0)


def model_of(country: Country, scenario: Scenario) -> RateModel:
    """The survey table of a scenario on this country, its interactions reduced to those that move rates."""
    return principal(rate_model(scenario, country.joint))


def expected_cases(country: Country, tables: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Expected isolated residents of each commune, (communes, draws), each part at its type of place's rates."""
    by_place = rates.reshape(len(SURVEY), len(DENSITIES), -1)
    cases = np.zeros((len(tables), rates.shape[1]))
    for d, part in enumerate(country.place.T):
        rows = np.flatnonzero(part)
        cases[rows] += part[rows, None] * weighted_sum(tables[rows], by_place[:, d])
    return cases


def parents(country: Country, level: str, above: str) -> np.ndarray:
    """For each territory of `level`, the position of the territory of `above` that holds most of its residents."""
    own, up = country.groups[level], country.groups[above]
    inside = (own.of_commune >= 0) & (up.of_commune >= 0)
    residents = np.add.reduce(country.tables, axis=1)[inside]
    shape = (len(own.codes), len(up.codes))
    return csr_array((residents, (own.of_commune[inside], up.of_commune[inside])), shape=shape).argmax(axis=1)


def contrast(country: Country, found: dict[str, Law], level: str, above: str, local: Residuals) -> pd.DataFrame:
    """Difference of share with the territory above: see `difference`.

    A territory that is the whole of the one above differs by exactly 0, with no probability to give.
    """
    here, there, parent = found[level], found[above], parents(country, level, above)
    covariance = local.log_covariance(here.weights, there.weights, parent)
    return difference(
        here.share, here.drawn, here.log_variance,
        there.share[parent], there.drawn[parent], there.log_variance[parent], covariance,
    )  # fmt: skip


def contrast_with_twins(found: dict[str, Law], level: str, twin: np.ndarray, local: Residuals) -> pd.DataFrame:
    """Difference of share with the plain mean of its twins, `twin` (territories, twins) their positions (-1: none).

    A territory without twin has no difference.
    """
    law, has = found[level], twin >= 0
    count = has.sum(axis=1).astype(float)
    row, column = np.nonzero(has)
    mean_of = csr_array((1 / count[row], (row, twin[row, column])), shape=(len(twin), len(twin)))
    share, drawn = np.nan_to_num(law.share), np.nan_to_num(law.drawn)
    base, base_drawn = (np.where(count[:, None] > 0, mean_of @ v, np.nan) for v in (share[:, None], drawn))
    cases = mean_of * share
    weights = csr_array(cases / np.maximum(cases.sum(axis=1), np.finfo(float).tiny)[:, None]) @ law.weights
    variance, covariance = local.log_variance(weights), local.log_covariance(law.weights, weights)
    return difference(law.share, law.drawn, law.log_variance, base[:, 0], base_drawn, variance, covariance)


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
    local = residuals_of(country, scenario)
    differences = {above: contrast(country, found, level, above, local) for above in _ABOVE[level]}
    if (twin["level"] == level).any():
        differences["twins"] = contrast_with_twins(found, level, twin_positions(twin, group, level), local)
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
    country: Country, found: dict[str, Law], scenario: Scenario, *, seed: int = SEED
) -> dict[str, np.ndarray]:
    """Draws of every territory's share with the communes' residuals, (territories, draws) by level.

    For what needs whole draws: ranks, and choices that depend on many territories at once.
    """
    commune = found["commune"]
    noise = residuals_of(country, scenario).drawn(commune.drawn.shape[1], seed=seed)
    cases = noise * commune.drawn * commune.residents[:, None]
    return {level: group.sum(cases) / found[level].residents[:, None] for level, group in country.groups.items()}


def rank_frame(country: Country, found: dict[str, Law], scenario: Scenario, *, seed: int = SEED) -> pd.DataFrame:
    """Central 90 % interval of each territory's rank in its level (1: highest share), over the draws.

    Columns `level, code, rank_low, rank_high`. Wide by nature: it is there to dissuade from ranking.
    """
    frames = []
    for level, shares in with_residuals(country, found, scenario, seed=seed).items():
        low, high = smallarea.ranks(shares)
        codes = country.groups[level].codes
        frames.append(pd.DataFrame({"level": level, "code": codes, "rank_low": low, "rank_high": high}))
    return pd.concat(frames, ignore_index=True)


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
            # Communes of one mix of types of place at a time: fewer cells in each block.
            mix = (country.place > 0) @ (1 << np.arange(len(DENSITIES)))
            peopled = concerned(country, scenario).sum(axis=1) > 0
            for kind in np.unique(mix):
                rows = np.flatnonzero((mix == kind) & peopled)
                if len(rows):
                    tables = np.where(minors, 0.0, country.by_place(rows))
                    low[rows], high[rows] = outer_bounds(tables, model.joint, model.targets, typical=typical)
        else:
            tables = np.where(minors, 0.0, country.table_of(level))
            rows = tables.sum(axis=1) > 0
            low[rows], high[rows] = smallarea.bounds(tables[rows], model.joint, model.targets)
        frames.append(pd.DataFrame({"level": level, "code": group.codes, "bound_low": low, "bound_high": high}))
    return pd.concat(frames, ignore_index=True)
