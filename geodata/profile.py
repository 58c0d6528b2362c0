"""Everything known of one territory's isolation, in one record: the estimate, its comparisons, and what lies behind.

`profile` asks the store and computes nothing that the build has not drawn: contrasts were taken inside each draw, so
that the error common to both sides cancels. A record holds plain values only and goes to JSON by `dataclasses.asdict`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.disclosure import round_people, round_range
from geodata.estimate import Estimate, Verdict, one_verdict, probability_higher
from geodata.indicator_catalogue import ILLNESSES, STANDARDISED_MORTALITY
from geodata.methods.health import ACROSS_STUDIES, DEATHS, attributable_range
from geodata.question import DEFAULT_DEFINITION, DEFAULT_QUESTION, DEFAULT_SCENARIO, Question
from geodata.risk import RiskFactor, risk_factors
from geodata.survey import rates_of, scenario_of
from geodata.territory import Level, Territory

if TYPE_CHECKING:
    # Sentences are made from these records and know no database.
    from geodata.store import Store

COMPARATORS = ("twins", "departement", "region", "national")


@dataclass(frozen=True)
class Contrast:
    """A territory beside a comparator.

    `share, low, high`: the comparator's own (of twins: their plain mean; its ends are the means of theirs, which is at
    least as wide as the truth). `difference` (share less the comparator's) and its 90 % interval were taken inside each
    draw; None under other assumptions than the default ones. `p_above` is P(share > the comparator's): the stored one
    for the country, so that nothing else is ever said of it, and that of the interval for the others.
    """

    comparator: str
    code: str | None
    name: str | None
    share: float | None
    low: float | None
    high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    p_above: float | None
    miss: float = 1.0

    @property
    def verdict(self) -> Verdict:
        """The verdict against the comparator, from the probability alone; NOT_PUBLISHED where there is none."""
        return one_verdict(self.p_above, self.miss)


@dataclass(frozen=True)
class Twin:
    """One of the territories most alike, `rank` 1 the nearest; `share` None where it may not be published, its interval
    also under other assumptions than the default ones."""

    rank: int
    code: str
    name: str
    share: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Contribution:
    """Part of one factor in the share less that of the twins; parts add up to `Contrast.difference` with them."""

    factor: str
    part: float


@dataclass(frozen=True)
class Flips:
    """The verdict under each set of assumptions, at the same line and for the same definition.

    `by_scenario` pairs a scenario with its verdict; `by_threshold` the verdict of the scenario shown at other lines,
    and `by_definition` that of other definitions: other questions, which `is_robust` does not range over. `flips`
    counts the scenarios that put the territory on another side (above, undecided, below) than that shown; it is None
    where there is nothing to compare. So is `is_robust`, and where no scenario decides.
    """

    by_scenario: tuple[tuple[str, Verdict], ...]
    by_threshold: tuple[tuple[float, Verdict], ...]
    by_definition: tuple[tuple[str, Verdict], ...]
    flips: int | None
    is_robust: bool | None


@dataclass(frozen=True)
class HealthFigure:
    """A figure of health at equal ages, to be read beside the share of isolation: two figures, not a tested relation.

    `base` is the figure of the wider territory it is read against, `against` saying which (`national`, else `region`);
    both None where no wider figure is known. `unit`: share, or deaths per 100,000 inhabitants.
    """

    indicator: str
    title: str
    title_en: str
    unit: str
    vintage: str
    source: str
    value: float
    base: float | None
    against: str | None

    @property
    def is_above(self) -> bool | None:
        """Higher here than in the wider territory; None where there is none."""
        return None if self.base is None else self.value > self.base


@dataclass(frozen=True)
class Health:
    """Part of deaths that would be attributable to isolation, were the relation causal: always a range.

    Weighted by age at death, over both age curves and the hazard ratios of every meta-analysis. `deaths*` are a year's,
    rounded, None where mortality is not known. `beside`: standardised mortality, then what is loaded of long illness.
    """

    fraction: float
    fraction_low: float
    fraction_high: float
    deaths: int | None
    deaths_low: int | None
    deaths_high: int | None
    deaths_vintage: str | None
    hazard_ratio: float
    hazard_low: float
    hazard_high: float
    source: str
    beside: tuple[HealthFigure, ...]


class _Compared:
    """What has contrasts."""

    contrasts: tuple[Contrast, ...]

    def contrast(self, comparator: str) -> Contrast | None:
        """The contrast with `twins`, `departement`, `region` or `national`; None where it does not exist."""
        return next((c for c in self.contrasts if c.comparator == comparator), None)


@dataclass(frozen=True)
class Comparisons(_Compared):
    """One territory beside its comparators and its twins: the same whatever the threshold."""

    contrasts: tuple[Contrast, ...]
    twins: tuple[Twin, ...]


@dataclass(frozen=True)
class Profile(_Compared):
    """One territory. `health` is None with `health_reason` below a département, for other definitions, or when nothing
    is published. `bound_low, bound_high` hold whatever way factors combine; `rank_low, rank_high` among `rank_of`
    territories dissuade from ranking."""

    territory: Territory
    estimate: Estimate
    contrasts: tuple[Contrast, ...]
    twins: tuple[Twin, ...]
    contributions: tuple[Contribution, ...]
    risk_factors: tuple[RiskFactor, ...]
    flips: Flips
    health: Health | None
    health_reason: str | None
    rank_low: int | None
    rank_high: int | None
    bound_low: float | None
    bound_high: float | None


HEALTH_LEVELS = (Level.DEPARTEMENT, Level.REGION, Level.FRANCE)

AGE_CURVES = (DEFAULT_SCENARIO, "age_telephone")
"""The scenarios whose shares a health range spans."""

BELOW_DEPARTEMENT = "below_departement"
OTHER_DEFINITION = "other_definition"
NOT_PUBLISHED = "not_published"


def profile(
    store: "Store",
    level: Level,
    code: str,
    question: Question = DEFAULT_QUESTION,
) -> Profile:
    """The profile of one territory. Raises `UnknownTerritory`, `UnknownScenario`, `BadInput` (threshold)."""
    territory = store.territory(level, code)
    estimate = store.estimate(level, code, question)
    twins = store.twins(level, code)
    rows = _rows(store, territory, twins, question)
    own = rows.loc[(level, territory.code)]
    published = estimate.verdict != Verdict.NOT_PUBLISHED
    parts = store.contributions(level, code) if question.scenario == DEFAULT_SCENARIO and published else None
    values = store.values_of(
        [(level, code), *((level, t) for t in twins["twin"]), (Level.FRANCE, store.country().code)]
    )
    health, reason = _health(store, territory, estimate, values)
    return Profile(
        territory=territory,
        estimate=estimate,
        contrasts=_contrasts(store, territory, rows, twins, question.miss),
        twins=_twins(twins, rows, level),
        contributions=()
        if parts is None
        else tuple(Contribution(p.factor, float(p.part)) for p in parts.itertuples(index=False)),
        risk_factors=_risks(store, territory, values, twins),
        flips=_flips(store, territory, question),
        health=health,
        health_reason=reason,
        rank_low=_whole(own["rank_low"]),
        rank_high=_whole(own["rank_high"]),
        bound_low=_number(own["bound_low"]),
        bound_high=_number(own["bound_high"]),
    )


def comparisons(store: "Store", level: Level, code: str, question: Question = DEFAULT_QUESTION) -> Comparisons:
    """The part of `profile` that a sentence beside a map needs. Raises `UnknownTerritory`, `UnknownScenario`."""
    territory, twins = store.territory(level, code), store.twins(level, code)
    rows = _rows(store, territory, twins, question)
    return Comparisons(_contrasts(store, territory, rows, twins, question.miss), _twins(twins, rows, level))


# -- comparisons -----------------------------------------------------------------------------------------------------


def _above(store: "Store", territory: Territory) -> dict[str, tuple[Level, str]]:
    """The territories that hold this one, as comparators; a région of one département is that département."""
    order = list(Level)
    region = territory.region
    if region is not None and len(store.territories(Level.DEPARTEMENT, region)) == 1:
        region = None
    places = {
        "departement": (Level.DEPARTEMENT, territory.departement),
        "region": (Level.REGION, region),
        "national": (Level.FRANCE, store.country().code),
    }
    return {
        name: (level, code)
        for name, (level, code) in places.items()
        if code is not None and order.index(level) > order.index(territory.level)
    }


def _rows(store: "Store", territory: Territory, twins: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Estimates of the territory, of those that hold it and of its twins, by (level, code)."""
    level = territory.level
    places = [(level, territory.code), *_above(store, territory).values(), *((level, t) for t in twins["twin"])]
    rows = store.estimates_of(places, question)
    if rows.empty:
        # Says which definitions and scenarios there are.
        store.estimate(level, territory.code, question)
    return rows.set_index(["level", "code"])


def _contrasts(
    store: "Store", territory: Territory, rows: pd.DataFrame, twins: pd.DataFrame, miss: float
) -> tuple[Contrast, ...]:
    own = rows.loc[(territory.level, territory.code)]
    if own["verdict"] == Verdict.NOT_PUBLISHED:
        return ()
    contrasts = [_with_twins(own, rows, territory.level, twins)]
    contrasts += [_with(own, rows, name, place) for name, place in _above(store, territory).items()]
    return tuple(replace(c, miss=miss) for c in contrasts if c is not None)


def _with(own: pd.Series, rows: pd.DataFrame, name: str, place: tuple[Level, str]) -> Contrast | None:
    if place not in rows.index:
        return None
    there = rows.loc[place]
    share, low, high = (_number(there[c]) for c in ("share", "low", "high"))
    difference = _difference(own, name)
    p_above = _number(own["p_above_national"]) if name == "national" else _p_above(share, difference)
    return Contrast(name, place[1], there["name"], share, low, high, *difference, p_above)


def _with_twins(own: pd.Series, rows: pd.DataFrame, level: Level, twins: pd.DataFrame) -> Contrast | None:
    """The plain mean of the twins; from the contrast, which counts those too small to be published too."""
    if twins.empty:
        return None
    published = rows.loc[[(level, code) for code in twins["twin"]]].dropna(subset=["share", "low", "high"])
    difference = _difference(own, "twins")
    share = float(own["share"]) - difference[0] if difference[0] is not None else _number(published["share"].mean())
    p_above = _p_above(share, difference)
    if share is None or published.empty:
        return Contrast("twins", None, None, share, None, None, *difference, p_above)
    down, up = (published["share"] - published["low"]).mean(), (published["high"] - published["share"]).mean()
    return Contrast("twins", None, None, share, share - float(down), share + float(up), *difference, p_above)


def _p_above(base: float | None, difference: tuple[float | None, float | None, float | None]) -> float | None:
    _, low, high = difference
    return None if base is None or low is None or high is None else probability_higher(base, low, high)


def _difference(own: pd.Series, name: str) -> tuple[float | None, float | None, float | None]:
    mean, low, high = (_number(own[f"contrast_{name}_{end}"]) for end in ("mean", "low", "high"))
    return mean, low, high


def _twins(twins: pd.DataFrame, rows: pd.DataFrame, level: Level) -> tuple[Twin, ...]:
    return tuple(
        Twin(int(t.rank), t.twin, t.name, *(_number(rows.loc[(level, t.twin), c]) for c in ("share", "low", "high")))
        for t in twins.itertuples(index=False)
    )


# -- what lies behind ------------------------------------------------------------------------------------------------


def _risks(store: "Store", territory: Territory, values: pd.DataFrame, twins: pd.DataFrame) -> tuple[RiskFactor, ...]:
    at = pd.MultiIndex.from_frame(values[["level", "code"]])
    own = values[at == (territory.level, territory.code)]
    if territory.level in (Level.COMMUNE, Level.EPCI, Level.TVS) and territory.departement:
        lent = store.values_of([(Level.DEPARTEMENT, territory.departement)])
        own = pd.concat([own, lent.assign(resolved_at=Level.DEPARTEMENT.value)], ignore_index=True)
    among = (values["level"] == territory.level) & values["code"].isin(twins["twin"])
    france = values[values["level"] == Level.FRANCE]
    return risk_factors(territory.level, own, values[among], france, count=len(twins))


def _flips(store: "Store", territory: Territory, question: Question) -> Flips:
    row = store.flips_of(territory.level, territory.code, question)

    def verdicts(what: str) -> list[tuple[str, Verdict]]:
        return [(name.removeprefix(what), Verdict(row[name])) for name in row.index if name.startswith(what)]

    return Flips(
        by_scenario=tuple(verdicts("scenario:")),
        by_threshold=tuple((float(line), verdict) for line, verdict in verdicts("threshold:")),
        by_definition=tuple(verdicts("definition:")),
        flips=_whole(row["flips"]),
        is_robust=None if row["robust"] is None else bool(row["robust"]),
    )


def _health(
    store: "Store", territory: Territory, estimate: Estimate, values: pd.DataFrame
) -> tuple[Health | None, str | None]:
    if territory.level not in HEALTH_LEVELS:
        return None, BELOW_DEPARTEMENT
    if estimate.definition != DEFAULT_DEFINITION:
        return None, OTHER_DEFINITION
    if estimate.share is None:
        return None, NOT_PUBLISHED
    place = [(territory.level, territory.code)]
    deaths_of = attributable_range(
        np.array([
            estimate.share * _at_death(estimate.scenario),
            *(
                share * _at_death(scenario)
                for scenario in AGE_CURVES
                for share in store.estimates_of(place, Question(scenario=scenario))["share"].dropna()
            ),
        ])[..., None],
        np.array([death.share for death in DEATHS]),
        ACROSS_STUDIES,
    )  # fmt: skip
    fraction, fraction_low, fraction_high = (float(end[0]) for end in (deaths_of.value, deaths_of.low, deaths_of.high))
    at = pd.MultiIndex.from_frame(values[["level", "code"]])
    own = values[at == (territory.level, territory.code)].set_index("id")
    a_year = np.nan
    if {"crude_mortality_rate", "population"} <= set(own.index):
        a_year = own.at["crude_mortality_rate", "value"] / 1000 * own.at["population", "value"]
    deaths = _whole(round_people(fraction * a_year))
    deaths_low, deaths_high = map(_whole, round_range(fraction_low * a_year, fraction_high * a_year))
    vintage = own.at["crude_mortality_rate", "vintage"] if "crude_mortality_rate" in own.index else None
    return (
        Health(
            fraction=fraction,
            fraction_low=fraction_low,
            fraction_high=fraction_high,
            deaths=deaths,
            deaths_low=deaths_low,
            deaths_high=deaths_high,
            deaths_vintage=vintage,
            hazard_ratio=ACROSS_STUDIES.value,
            hazard_low=ACROSS_STUDIES.low,
            hazard_high=ACROSS_STUDIES.high,
            source=ACROSS_STUDIES.source,
            beside=_beside(store, territory, own, values),
        ),
        None,
    )


def _at_death(scenario: str) -> np.ndarray:
    """Ratio of each age of `DEATHS` to the share of everybody, under the age curve of a scenario, (ages,).

    The country's: what a territory's own ages change in it is second to what separates the two curves.
    """
    ratios = {rate.category: rate.ratio for rate in rates_of(scenario_of(scenario)) if rate.factor == "age"}
    return np.array([ratios[death.age] for death in DEATHS])


BESIDE = (STANDARDISED_MORTALITY.id, *(illness.standardised.id for illness in ILLNESSES))
"""Figures read beside the share: at equal ages, since the share itself depends on ages."""


def _beside(store: "Store", territory: Territory, own: pd.DataFrame, values: pd.DataFrame) -> tuple[HealthFigure, ...]:
    wider = {"national": values[values["level"] == Level.FRANCE].set_index("id")["value"]}
    if territory.level == Level.DEPARTEMENT and territory.region:
        wider["region"] = store.values(Level.REGION, territory.region).set_index("id")["value"]
    if territory.level == Level.FRANCE:
        wider = {}
    figures = []
    for row in own.reindex([i for i in BESIDE if i in own.index]).reset_index().itertuples(index=False):
        against = next((name for name, base_values in wider.items() if row.id in base_values.index), None)
        base = None if against is None else float(wider[against][row.id])
        figure = (row.id, row.title, row.title_en, row.unit, row.vintage, row.source, float(row.value))
        figures.append(HealthFigure(*figure, base, against))
    return tuple(figures)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
