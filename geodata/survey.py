"""The survey table: what has been published about isolation in France, and what its model makes of it.

Every figure is one of four kinds: *published* (printed by its producer), *derived* (our arithmetic on published
figures), *modelled* (the model of all waves, `geodata.waves`) or *judgement* (ours, said to be so). Ratios are to the
national rate of the same wave. They are marginal: unemployed, poor and aged 40-59 overlap, so they are never multiplied
but calibrated together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import TypeVar

import numpy as np
from scipy.special import expit, logit, ndtri

from geodata.errors import BadInput, UnknownScenario
from geodata.estimate import INTERVAL, Estimate
from geodata.methods.smallarea import RateModel, joint_scale
from geodata.model_cells import SURVEY_BY_DENSITY
from geodata.question import DEFAULT_DEFINITION, DEFAULT_SCENARIO
from geodata.survey_rates import (
    DERIVED,
    FDF,
    IFOP,
    MODELLED,
    PFP,
    PUBLISHED,
    SRCV,
    SurveyRate,
    Wave,
    published,
    waves,
)
from geodata.waves import JointLaw, posterior


@dataclass(frozen=True)
class Definition:
    """One definition of isolation: its population, its national figure and the rates by category."""

    id: str
    title: str
    title_en: str
    population: str
    min_age: int
    share: float
    share_sd: float
    share_kind: str
    rates: tuple[SurveyRate, ...]
    living_alone_odds_ratio: float
    source: str
    note: str

    @property
    def waves(self) -> tuple[Wave, ...]:
        """National rates, oldest first."""
        return waves(self.id)


@dataclass(frozen=True)
class Scenario:
    """One set of choices of the flip test; `living_alone_odds_ratio` None keeps the definition's own.

    `season` is `year` or `july`, `mode` the mode of every rate and `age_curve` that of the ages alone; `place` fixes
    the ratios of types of place, and `place_by` says what tells a commune's type: the urban unit, as in the survey, or
    the density grid. Communes depart from what composition tells by `residual_log_sd`, a part `spatial_share` of it in
    common with neighbours, and the country leans, north to south and west to east, by `gradient_log_sd` from the middle
    to an end. `has_workers`: the part of manual workers in a commune counts where a file tells it. `local_rates` are an
    agency's own, pooled with the others where a build asks for it (`with_local_rates`).
    """

    id: str
    title: str
    title_en: str
    definition: str = DEFAULT_DEFINITION
    age_curve: str = "online"
    mode: str = "online"
    season: str = "year"
    place: tuple[tuple[str, float], ...] = ()
    place_by: str = "unit"
    living_alone_odds_ratio: float | None = None
    residual_log_sd: float = 0.15
    spatial_share: float = 0.5
    gradient_log_sd: float = 0.08
    interaction_log_sd: float = 0.15
    has_workers: bool = True
    local_rates: tuple[SurveyRate, ...] = ()


LIVING_ALONE_LOG_SD = 0.20
"""SD of the log odds ratio of living alone (judgement: Crédoc 2020 finds no difference; range 0.8-1.8)."""

RELATIVE_SD = 0.8 / 11.7
"""SD of the other definitions' national figures, over the figure (judgement: sampling, season and mode)."""

WORKERS_KEPT, WORKERS_KEPT_SD = 0.5, 0.25
"""Part of the effect of workers that ages, activity and income have not told, and its SD (judgement, decision 42)."""

OTHERS_LOG_SD = 0.15
"""SD of the log-ratio of the categories that a definition outside the model says nothing of (judgement)."""

PLACES = {"rural": ("rural",), "town": ("intermediate",), "city": ("dense",)}
"""Classes of communes read as each type of place of the survey: outside an urban unit, in one under 100,000 residents,
in a larger one."""

OTHERS = {"activity": ("employed", "student", "retired")}
"""Categories that the survey's table takes together."""

_FACTORS = {
    "age": ("15-24", "25-39", "40-59", "60-69", "70-74", "75+"),
    "activity": ("unemployed", "at_home", "other"),
    "income": ("low", "middle", "high"),
    "place": tuple(PLACES),
}
"""Factors of the model of all waves that a commune's table knows."""

_BANDS = {"70+": ("70-74", "75+"), "40-69": ("40-59", "60-69")}


def _modelled(factor: str, category: str) -> SurveyRate:
    law = posterior().of([f"{factor} {category}"])
    bands = [band for band, parts in _BANDS.items() if factor == "age" and category in parts]
    behind = published(DEFAULT_DEFINITION, factor, category)
    behind += tuple(replace(p, band=band) for band in bands for p in published(DEFAULT_DEFINITION, factor, band))
    note = "" if behind else "told by the national rate and the other categories"
    return SurveyRate(factor, category, float(np.exp(law.mean[0])), float(law.sd[0]), MODELLED, behind, note=note)


_NATIONAL = posterior().of(["national"])
_SHARE = float(expit(_NATIONAL.mean[0]))

FIVE_NETWORKS = Definition(
    id=DEFAULT_DEFINITION,
    title="Isolement relationnel (cinq réseaux)",
    title_en="Relational isolation (five networks)",
    population="Personnes de 15 ans et plus en ménage ordinaire",
    min_age=15,
    share=_SHARE,
    share_sd=_SHARE * (1 - _SHARE) * float(_NATIONAL.sd[0]),
    share_kind=MODELLED,
    rates=tuple(_modelled(factor, category) for factor, names in _FACTORS.items() for category in names),
    living_alone_odds_ratio=1.15,
    source=FDF,
    note="No or very rare face-to-face contact (a few times a year or less) with all of family, friends, neighbours, "
    "colleagues outside work and associations; members of the household and digital contacts do not count. National "
    "figure: level of the last wave, over a year, online, in the model of all waves.",
)
SRCV_FAMILY_FRIENDS = Definition(
    id="srcv",
    title="Isolement de la famille et des amis (Insee, SRCV)",
    title_en="Isolated from family and friends (Insee, SRCV)",
    population="Personnes de 16 ans et plus",
    min_age=15,
    share=0.03,
    share_sd=0.03 * RELATIVE_SD,
    share_kind=PUBLISHED,
    rates=(),
    living_alone_odds_ratio=1.0,
    source=SRCV,
    note="No rate by category is used: the same share everywhere, only people change. Applied to residents of 15 and "
    "over, the published bands do not cut at 16. SD lent by the main definition (judgement).",
)
MORT_SOCIALE = Definition(
    id="mort_sociale_60_plus",
    title="« Mort sociale » des 60 ans et plus",
    title_en='"Social death" at 60 and over',
    population="Personnes de 60 ans et plus",
    min_age=60,
    share=0.04,
    share_sd=0.04 * RELATIVE_SD,
    share_kind=PUBLISHED,
    rates=(
        SurveyRate(
            "age", "80+", 1.5, 0.20, DERIVED, published("mort_sociale_60_plus", "age", "80+"), "", "60+", source=PFP
        ),
        SurveyRate(
            "income",
            "low",
            2.25,
            0.20,
            DERIVED,
            published("mort_sociale_60_plus", "income", "low"),
            "",
            "60+",
            source=PFP,
        ),
    ),
    living_alone_odds_ratio=1.0,
    source=PFP,
    note="Nearly no contact with any of four circles. SDs of the ratios and of the national figure are judgements.",
)
LONELINESS = Definition(
    id="loneliness",
    title="Sentiment de solitude",
    title_en="Loneliness",
    population="Personnes de 15 ans et plus",
    min_age=15,
    share=0.23,
    share_sd=0.23 * RELATIVE_SD,
    share_kind=DERIVED,
    rates=(
        SurveyRate("age", "25-39", 35 / 24, 0.20, DERIVED, published("loneliness", "age", "25-39")),
        SurveyRate("activity", "unemployed", 44 / 24, 0.15, DERIVED, published("loneliness", "activity", "unemployed")),
        SurveyRate("place", "rural", 21 / 24, 0.15, DERIVED, published("loneliness", "place", "rural")),
        SurveyRate("place", "city", 28 / 24, 0.15, DERIVED, published("loneliness", "place", "city")),
    ),
    living_alone_odds_ratio=(0.31 / 0.69) / (0.19 / 0.81),
    source=f"{FDF} ; {IFOP}",
    note="A feeling, not a state: never added to relational isolation. National figure: mean of 2023-2025, as for the "
    "main definition. Ifop: 31 % of those living alone, 19 % of the others.",
)
DEFINITIONS = (FIVE_NETWORKS, SRCV_FAMILY_FRIENDS, MORT_SOCIALE, LONELINESS)
PLACE_2014 = (("rural", 0.11 / 0.125), ("city", 0.13 / 0.125))
PLACE_FLAT = (("rural", 1.0), ("town", 1.0), ("city", 1.0))
PLACE_2025 = (("rural", 0.14 / 0.11), ("city", 0.09 / 0.11))
"""Ratios of types of place taken as exact: those of one wave, or none."""

DEFAULT = Scenario(DEFAULT_SCENARIO, "Hypothèses de référence", "Reference assumptions")

SCENARIOS = (
    DEFAULT,
    Scenario("age_telephone", "Courbe d'âge des enquêtes par téléphone", "Telephone age curve", age_curve="telephone"),
    Scenario("mode_telephone", "Enquêtes par téléphone", "Surveys by telephone", mode="telephone"),
    Scenario("july", "Niveau des vagues de juillet", "Level of the July waves", season="july"),
    Scenario("place_2014", "Type de lieu : vague de 2014", "Type of place: wave of 2014", place=PLACE_2014),
    Scenario("place_flat", "Type de lieu sans effet", "Type of place has no effect", place=PLACE_FLAT),
    Scenario("place_2025", "Type de lieu : vague de 2025", "Type of place: wave of 2025", place=PLACE_2025),
    Scenario("place_grid", "Type de lieu : grille de densité", "Type of place: density grid", place_by="grid"),
    Scenario("alone_1_0", "Vivre seul sans effet", "Living alone has no effect", living_alone_odds_ratio=1.0),
    Scenario("alone_1_8", "Vivre seul : effet fort", "Living alone has a strong effect", living_alone_odds_ratio=1.8),
    Scenario("residual_0_10", "Écarts locaux plus faibles", "Smaller local departures", residual_log_sd=0.10),
    Scenario("residual_0_20", "Écarts locaux plus forts", "Larger local departures", residual_log_sd=0.20),
    Scenario("spatial_0", "Écarts locaux sans lien entre voisins", "Neighbours depart alone", spatial_share=0.0),
    Scenario(
        "spatial_0_8", "Écarts locaux surtout communs aux voisins", "Neighbours depart together", spatial_share=0.8
    ),
    Scenario("workers_0", "Ouvriers sans effet", "Manual workers have no effect", has_workers=False),
    Scenario("srcv", SRCV_FAMILY_FRIENDS.title, SRCV_FAMILY_FRIENDS.title_en, definition="srcv"),
    Scenario("mort_sociale_60_plus", MORT_SOCIALE.title, MORT_SOCIALE.title_en, definition="mort_sociale_60_plus"),
    Scenario("loneliness", LONELINESS.title, LONELINESS.title_en, definition="loneliness"),
)
"""One departure at a time from the reference assumptions. Thresholds need none: the law of the share answers them."""


def definition_of(name: str) -> Definition:
    """The definition with this id; `UnknownScenario` lists the ids that exist."""
    return _find(DEFINITIONS, name, "definition")


def scenario_of(name: str) -> Scenario:
    """The scenario with this id; `UnknownScenario` lists the ids that exist."""
    return _find(SCENARIOS, name, "scenario")


def reference_of(definition: str) -> Scenario:
    """The scenario that is the reference of a definition: the first one that uses it."""
    return next(s for s in SCENARIOS if s.definition == definition_of(definition).id)


T = TypeVar("T", Scenario, Definition)


def _find(among: Sequence[T], name: str, what: str) -> T:
    for item in among:
        if item.id == name:
            return item
    raise UnknownScenario(f"There is no {what} « {name} ». There are: {', '.join(i.id for i in among)}.")


MODES, SEASONS = ("online", "telephone"), ("year", "july")


def rates_of(scenario: Scenario) -> tuple[SurveyRate, ...]:
    """The survey rates a scenario starts from, before its fixed ratios and an agency's own."""
    definition = definition_of(scenario.definition)
    _check(scenario, definition)
    if definition is not FIVE_NETWORKS:
        return definition.rates
    law = law_of(scenario)
    rates = zip(definition.rates, law.mean[1:], law.sd[1:], strict=True)
    return tuple(replace(rate, ratio=float(np.exp(mean)), log_sd=float(sd)) for rate, mean, sd in rates)


def law_of(scenario: Scenario) -> JointLaw:
    """Joint law of the logit of the national rate and of the log-ratios of `definition.rates`, in this order.

    From the model of all waves for the five networks; for the other definitions the judged SDs, independent.
    """
    definition = definition_of(scenario.definition)
    _check(scenario, definition)
    if definition is FIVE_NETWORKS:
        return _law_of_waves(scenario, definition)
    spread = definition.share_sd / (definition.share * (1 - definition.share))
    sd = np.array([spread, *(rate.log_sd for rate in definition.rates)])
    mean = np.array([np.log(definition.share / (1 - definition.share)), *(np.log(r.ratio) for r in definition.rates)])
    names = ("national", *(f"{rate.factor} {rate.category}" for rate in definition.rates))
    return JointLaw(names, mean, np.diag(sd**2), sd)


def slope_of_workers(scenario: Scenario) -> tuple[float, float]:
    """How fast the logarithm of a commune's share moves with the part of manual workers among residents of 15 and over,
    and its SD; 0 where the definition has no such rate.

    A mean of two rates moves by the difference of their ratios, from the joint law of the waves, times the part that is
    kept of it, which is not known either.
    """
    if definition_of(scenario.definition) is not FIVE_NETWORKS or not scenario.has_workers:
        return 0.0, 0.0
    law = posterior().of(["social worker", "social other"])
    worker, other = np.exp(law.mean)
    gap, moves = worker - other, np.array([worker, -other])
    variance = float(moves @ law.covariance @ moves)
    kept = WORKERS_KEPT**2 * variance + WORKERS_KEPT_SD**2 * (gap**2 + variance)
    return WORKERS_KEPT * float(gap), float(np.sqrt(kept))


def older_range(people: float, estimate: Estimate) -> tuple[float, float] | None:
    """90 % interval of the expected isolated residents of 70 and over, `people` at the central rates.

    They have the errors of the territory's whole share and, besides, that of the ratio of their own ages: the two are
    added as if independent. None where the share has no interval or the definition says nothing of these ages.
    """
    law = law_of(scenario_of(estimate.scenario))
    own = [i for i, name in enumerate(law.names) if name.startswith("age 7")]
    if estimate.low is None or not estimate.share or not own:
        return None
    ratio = law.covariance[np.ix_(own, own)].mean()
    reach = ndtri(0.5 + INTERVAL / 2)
    whole = (logit(estimate.high) - logit(estimate.low)) / (2 * reach) * (1 - estimate.share)
    width = np.exp(reach * np.hypot(whole, np.sqrt(ratio)))
    return people / width, people * width


def _law_of_waves(scenario: Scenario, definition: Definition) -> JointLaw:
    by_telephone = scenario.mode == "telephone"
    national = "national telephone" if by_telephone else {"july": "national july"}.get(scenario.season, "national")
    names = [national]
    for rate in definition.rates:
        is_moved = by_telephone or (rate.factor == "age" and scenario.age_curve == "telephone")
        moved = f"{rate.factor} {rate.category} telephone"
        # Waves by telephone tell nothing of activity nor income.
        names.append(moved if is_moved and moved in posterior().names else f"{rate.factor} {rate.category}")
    law = posterior().of(names)
    if scenario.place:
        fixed = [name for name in names if name.split()[0] == "place" and name.split()[1] in dict(scenario.place)]
        law = law.given(fixed, [np.log(dict(scenario.place)[name.split()[1]]) for name in fixed])
    return law


def _check(scenario: Scenario, definition: Definition) -> None:
    for what, value, options in (
        ("age curve", scenario.age_curve, MODES), ("mode", scenario.mode, MODES), ("season", scenario.season, SEASONS)
    ):  # fmt: skip
        if value not in options:
            raise UnknownScenario(f"There is no {what} « {value} ». There are: {', '.join(options)}.")
        if value != options[0] and definition is not FIVE_NETWORKS:
            raise UnknownScenario(
                f"The {value} {what} belongs to {FIVE_NETWORKS.id}; « {definition.id} » has only its own."
            )


def with_local_rates(scenario: Scenario, rates: Mapping[str, Sequence[SurveyRate]]) -> Scenario:
    """The scenario with an agency's own rates, given by definition."""
    return replace(scenario, local_rates=tuple(rates.get(scenario.definition, ())))


def cells_of(factor: str, category: str) -> np.ndarray:
    """Cells of a category of the survey, (cells,) boolean on `SURVEY_BY_DENSITY`."""
    if factor == "place":
        return SURVEY_BY_DENSITY.where(density=PLACES[category])
    return SURVEY_BY_DENSITY.where(**{factor: OTHERS[factor] if category == "other" else category})


def parts_of(rate: SurveyRate, rates: Sequence[SurveyRate]) -> list[int]:
    """Positions among `rates` of the categories whose union is that of `rate`; none where it is no such union."""
    wanted = cells_of(rate.factor, rate.category)
    factor = "place" if rate.factor == "density" else rate.factor
    inside = {i: cells_of(r.factor, r.category) for i, r in enumerate(rates) if r.factor == factor}
    parts = [i for i, cells in inside.items() if cells.any() and not (cells & ~wanted).any()]
    covered = np.any([inside[i] for i in parts], axis=0) if parts else np.zeros_like(wanted)
    return parts if (covered == wanted).all() else []


INTERACTION_AGES = ("15-24", "25-39", "40-59", "60-69", "70+")


def rate_model(scenario: Scenario, joint: np.ndarray) -> RateModel:
    """The survey table of a scenario on the national joint table (`SURVEY_BY_DENSITY` cells, residents).

    Residents younger than the definition's population weigh nothing; a category that has no resident in `joint` (a
    country without a dense commune) sets no equation. Raises `BadInput` where ratios leave nothing for the categories
    that a definition says nothing of.
    """
    space, definition = SURVEY_BY_DENSITY, definition_of(scenario.definition)
    joint = np.where(space.where(age=f"{definition.min_age}+"), joint, 0.0)
    weight, rates, law = joint / joint.sum(), list(definition.rates), law_of(scenario)
    for local in scenario.local_rates:
        law = _pooled(law, local, rates, weight)
    present = [i for i, r in enumerate(rates) if joint[cells_of(r.factor, r.category)].sum() > 0]
    rows = [0, *(1 + i for i in present)]
    rates = [rates[i] for i in present]
    covariance = law.covariance[np.ix_(rows, rows)]
    names = [f"{r.factor}: {r.category}" for r in rates]
    ratios = list(np.exp(law.mean[rows[1:]]))
    cells = [cells_of(r.factor, r.category) & (joint > 0) for r in rates]
    factors = [r.factor for r in rates]
    for factor in dict.fromkeys(factors):
        own = [i for i, f in enumerate(factors) if f == factor]
        others = (joint > 0) & ~np.any([cells[i] for i in own], axis=0)
        if not others.any():
            continue
        left = 1 - sum(weight[cells[i]].sum() * ratios[i] for i in own)
        if left <= 0:
            raise BadInput(
                f"The ratios of {factor} of « {definition.id} » leave nobody isolated in the other categories."
            )
        factors.append(factor)
        names.append(f"{factor}: others")
        cells.append(others)
        ratios.append(left / weight[others].sum())
        covariance = np.pad(covariance, (0, 1))
        covariance[-1, -1] = OTHERS_LOG_SD**2
    groups = np.unique(factors, return_inverse=True)[1] if factors else np.zeros(0, dtype=int)
    cases = np.array([weight[own].sum() for own in cells]) * ratios
    covariance = _without_common_moves(covariance, groups, cases)
    alone = space.where(living_alone="alone")
    odds_ratio = scenario.living_alone_odds_ratio or definition.living_alone_odds_ratio
    effects = [LIVING_ALONE_LOG_SD * alone, *(scenario.interaction_log_sd * cells for cells in _pairs())]
    return RateModel(
        joint=joint,
        national=float(expit(law.mean[0])),
        names=tuple(names),
        cells=np.array(cells, dtype=bool).reshape(-1, len(space)),
        ratios=np.array(ratios),
        scale=joint_scale(covariance),
        partition=groups,
        offset=np.log(odds_ratio) * alone,
        effects=np.array(effects),
    )


def _without_common_moves(covariance: np.ndarray, groups: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """The covariance of log-ratios less their mean over each factor, weighted by cases.

    Ratios that add up do not see what moves all of a factor together: taken out, it is no unknown quantity any more.
    """
    same = groups[:, None] == groups
    means = same * cases / (same * cases).sum(axis=1, keepdims=True)
    less = np.eye(len(covariance))
    less[1:, 1:] -= means
    return less @ covariance @ less.T


def _pooled(law: JointLaw, own: SurveyRate, rates: Sequence[SurveyRate], weight: np.ndarray) -> JointLaw:
    """The law once an agency's own ratio is known too, its category a union of those of the law.

    To first order: the logarithm of a mean ratio moves with each part as its cases among those of the union.
    """
    parts = parts_of(own, rates)
    people = np.array([weight[cells_of(rates[i].factor, rates[i].category)].sum() for i in parts])
    if not parts or people.sum() == 0:
        return law
    cases = people * np.exp(law.mean[1:][parts])
    operator = np.zeros(len(law.names))
    operator[np.array(parts) + 1] = cases / cases.sum()
    departure = np.log(own.ratio) - np.log(cases.sum() / people.sum())
    return law.measured(operator, operator @ law.mean + departure, own.log_sd**2)


@cache
def _pairs() -> list[np.ndarray]:
    """Cells of every pair of categories of two factors, ages grouped as published."""
    space = SURVEY_BY_DENSITY
    categories = {**space.factors, "age": INTERACTION_AGES}
    pairs = (
        space.where(**{f: a, g: b})
        for f, g in combinations(categories, 2)
        for a in categories[f]
        for b in categories[g]
    )
    return [cells for cells in pairs if cells.any()]
