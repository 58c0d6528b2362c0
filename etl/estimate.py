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

from etl.contrasts import contrast, contrast_with_twins
from etl.country import Country, Group, _check_scenarios, prepare
from etl.share_laws import (
    SEED,
    Law,
    concerned_tables,
    laws,
    residuals_of,
    with_residuals,
)
from etl.twins import twin_frame, twin_positions
from geodata.estimate import Reason
from geodata.joint import LEVEL_ORDER
from geodata.methods import smallarea
from geodata.methods.smallarea import (
    analytic,
    interval,
    outer_bounds,
)
from geodata.model_cells import DENSITIES, SURVEY_BY_DENSITY
from geodata.survey import DEFAULT, SCENARIOS, Scenario, definition_of, rate_model
from geodata.territory import TWIN_LEVELS, Level

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
    traits: pd.DataFrame | None = None,
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
    `pop_0_19, pop_20_64, pop_65_plus` (empty where not known); and, where they are known, `households` (main
    residences), `density` (class of the density grid), `lat` and `lon`. It is the whole country: the benchmark is held
    over it. `reference` is etl/reference/departements.csv and `national` etl/reference/national.csv. `factors`, by
    commune, holds what is known of communes beyond their ages (`commune_margins`); `traits` what makes twins of
    territories (`etl.twins.traits`). `flips` are the other scenarios to run; `draws` (a power of two) serves ranks.

    Raises `BadInput` listing every problem of the frames at once, `UnknownScenario`, `CalibrationError`.
    """
    _check_scenarios((scenario, *flips))
    country = prepare(communes, reference, national, factors)
    by_level = laws(country, scenario, draws=draws, seed=seed)
    twin = twin_frame(country, levels=TWIN_LEVELS if with_twins else (), traits_=traits)
    territories = [_rows(country, by_level, level, scenario, twin) for level in country.groups]
    if with_ranks:
        ranked = rank_frame(country, by_level, scenario, seed=seed)
        territories = [t.merge(ranked, on=["level", "code"], how="left", validate="1:1") for t in territories]
    if with_bounds:
        bounded = bound_frame(country, scenario)
        territories = [t.merge(bounded, on=["level", "code"], how="left", validate="1:1") for t in territories]
    others = []
    for other in flips:
        if other.id != scenario.id and (other.has_workers or country.workers.any()):
            by_level = laws(country, other)
            others += [_flip_rows(country, by_level, level, other) for level in country.groups]
    return Estimates(
        pd.concat([*territories, _not_estimated(country, communes, scenario)], ignore_index=True),
        pd.concat(others, ignore_index=True) if others else pd.DataFrame(columns=FLIP_COLUMNS),
        twin,
        country,
    )


FLIP_COLUMNS = [
    "level",
    "code",
    "definition",
    "scenario",
    "residents",
    "share",
    "logit_mean",
    "logit_sd",
    "p_above_national",
]

_ABOVE = {
    "commune": ("departement", "region", "france"),
    "epci": ("departement", "region", "france"),
    "tvs": ("departement", "region", "france"),
    "departement": ("region", "france"),
    "region": ("france",),
    "france": (),
}


def _rows(
    country: Country, by_level: dict[str, Law], level: str, scenario: Scenario, twin: pd.DataFrame
) -> pd.DataFrame:
    law, group = by_level[level], country.groups[level]
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
    differences = {above: contrast(country, by_level, level, above, local) for above in _ABOVE[level]}
    if (twin["level"] == level).any():
        differences["twins"] = contrast_with_twins(by_level, level, twin_positions(twin, group, level), local)
    for name, against in (("departement",) * 2, ("region",) * 2, ("national", "france"), ("twins",) * 2):
        for part in ("mean", "low", "high"):
            frame[f"contrast_{name}_{part}"] = differences[against][part] if against in differences else np.nan
    frame["p_above_national"] = differences["france"]["p_above"] if "france" in differences else np.nan
    frame["resolved_at"] = _resolved(country, group)
    frame["is_extrapolated"] = _all_overseas(country, group)
    frame["reason"] = without_residents(law.residents)
    return frame


def without_residents(residents: np.ndarray) -> np.ndarray:
    """Reason of each territory without residents, None for the others."""
    return np.array([Reason.NO_RESIDENTS.value, None], dtype=object)[(residents > 0).astype(int)]


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
    for level, group in country.groups.items():
        if level in (Level.COMMUNE, Level.FRANCE):
            continue
        empty = overseas[~communes[level].isin(group.codes)].groupby(communes[level]).all()
        frame = empty.rename_axis("code").rename("is_extrapolated").reset_index()
        frames.append(frame.assign(level=level, reason=Reason.NO_ESTIMATED_COMMUNE.value))
    return pd.concat(frames, ignore_index=True).assign(definition=scenario.definition, scenario=scenario.id)


def _flip_rows(country: Country, by_level: dict[str, Law], level: str, scenario: Scenario) -> pd.DataFrame:
    law = by_level[level]
    m = analytic(law.shares, law.log_variance)
    p_above = np.nan
    if level != "france":
        p_above = contrast(country, by_level, level, "france", residuals_of(country, scenario))["p_above"]
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
            "p_above_national": p_above,
        }
    )


def rank_frame(country: Country, by_level: dict[str, Law], scenario: Scenario, *, seed: int = SEED) -> pd.DataFrame:
    """Central 90 % interval of each territory's rank in its level (1: highest share), over the draws.

    Columns `level, code, rank_low, rank_high`. Wide by nature: it is there to dissuade from ranking.
    """
    frames = []
    for level, shares in with_residuals(country, by_level, scenario, seed=seed).items():
        low, high = smallarea.ranks(shares)
        codes = country.groups[level].codes
        frames.append(pd.DataFrame({"level": level, "code": codes, "rank_low": low, "rank_high": high}))
    return pd.concat(frames, ignore_index=True)


def bound_frame(country: Country, scenario: Scenario = DEFAULT, *, typical: int = 64) -> pd.DataFrame:
    """Smallest and largest share that the published rates allow, whatever way factors combine: `level, code, bound_low,
    bound_high`.

    Exact from the EPCI up; for communes an interval that contains the exact one (`outer_bounds`).
    """
    country = country.under(scenario)
    model = rate_model(scenario, country.joint)
    frames = []
    for level, group in country.groups.items():
        low, high = np.full((2, len(group.codes)), np.nan)
        minors = ~SURVEY_BY_DENSITY.where(age=f"{definition_of(scenario.definition).min_age}+")
        if level == "commune":
            # Communes of one mix of types of place at a time: fewer cells in each block.
            mix = (country.place > 0) @ (1 << np.arange(len(DENSITIES)))
            peopled = concerned_tables(country, scenario).sum(axis=1) > 0
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
