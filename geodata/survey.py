"""The survey table: what has been published about isolation in France, as typed data.

Every figure is one of three kinds: *published* (printed by its producer), *derived* (our arithmetic on published
figures) or *judgement* (ours, said to be so). Ratios are to the national rate of the same wave. The published ratios
are marginal: unemployed, poor and aged 40-59 overlap, so they are never multiplied but calibrated together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from geodata.cells import SURVEY_BY_DENSITY
from geodata.errors import UnknownScenario
from geodata.methods.smallarea import RateModel
from geodata.survey_rates import (
    ACTIVITY,
    DERIVED,
    FDF,
    IFOP,
    INCOME,
    JUDGEMENT,
    LIVING_ALONE_LOG_SD,
    ONLINE_AGES,
    PFP,
    PUBLISHED,
    RELATIVE_SD,
    SECONDARY,
    SRCV,
    TELEPHONE_AGES,
    TERRITORY,
    WAVES,
    Published,
    SurveyRate,
    Wave,
)


@dataclass(frozen=True)
class Definition:
    """One definition of isolation: its population, its national figure and the rates published by category."""

    id: str
    title: str
    title_en: str
    population: str
    min_age: int
    share: float
    share_sd: float
    share_kind: str
    waves: tuple[Wave, ...]
    rates: tuple[SurveyRate, ...]
    living_alone_odds_ratio: float
    source: str
    note: str


@dataclass(frozen=True)
class Scenario:
    """One set of choices of the flip test; `living_alone_odds_ratio` None keeps the definition's own.

    `local_rates` are an agency's own, which replace those of the same factor, category and mode where a build asks for
    it (`with_local_rates`).
    """

    id: str
    title: str
    title_en: str
    definition: str = "five_networks"
    age_curve: str = "online"
    living_alone_odds_ratio: float | None = None
    residual_log_sd: float = 0.15
    interaction_log_sd: float = 0.15
    local_rates: tuple[SurveyRate, ...] = ()


FIVE_NETWORKS = Definition(
    id="five_networks",
    title="Isolement relationnel (cinq réseaux)",
    title_en="Relational isolation (five networks)",
    population="Personnes de 15 ans et plus en ménage ordinaire",
    min_age=15,
    share=0.117,
    share_sd=0.008,
    share_kind=DERIVED,
    waves=WAVES,
    rates=(*ONLINE_AGES, *ACTIVITY, *INCOME, *TERRITORY),
    living_alone_odds_ratio=1.15,
    source=FDF,
    note="No or very rare face-to-face contact (a few times a year or less) with all of family, friends, neighbours, "
    "colleagues outside work and associations; members of the household and digital contacts do not count. National "
    "figure: mean of 2023-2025; its SD, 0.8 point, is a judgement (sampling, season, mode).",
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
    waves=(Wave("2015", 0.03, "face-to-face", "16+"),),
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
    waves=(Wave("2017", 0.02, "", "60+"), Wave("2021", 0.03, "", "60+"), Wave("2025", 0.04, "", "60+")),
    rates=(
        SurveyRate("age", "80+", 1.5, 0.20, DERIVED, (Published(0.06, 0.04, "2025"),), "", "60+", source=PFP),
        SurveyRate("income", "low", 2.25, 0.20, DERIVED, (Published(0.09, 0.04, "2025"),), "", "60+", source=PFP),
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
    waves=(
        Wave("2020-01", 0.19, "online", "15+"),
        Wave("2022-01", 0.20, "online", "15+", confidence=SECONDARY),
        Wave("2023-01", 0.21, "online", "15+"),
        Wave("2024-07", 0.24, "online", "15+"),
        Wave("2025-07", 0.24, "online", "15+"),
    ),
    rates=(
        SurveyRate("age", "25-39", 35 / 24, 0.20, DERIVED, (Published(0.35, 0.24, "2025-07"),)),
        SurveyRate("activity", "unemployed", 44 / 24, 0.15, DERIVED, (Published(0.44, 0.24, "2025-07"),)),
        SurveyRate("density", "rural", 21 / 24, 0.15, DERIVED, (Published(0.21, 0.24, "2025-07"),)),
        SurveyRate("density", "dense", 28 / 24, 0.15, DERIVED, (Published(0.28, 0.24, "2025-07"),)),
        SurveyRate("density", "intermediate", None, 0.15, JUDGEMENT, note="solved from the national constraint"),
    ),
    living_alone_odds_ratio=(0.31 / 0.69) / (0.19 / 0.81),
    source=f"{FDF} ; {IFOP}",
    note="A feeling, not a state: never added to relational isolation. National figure: mean of 2023-2025, as for the "
    "main definition. Ifop: 31 % of those living alone, 19 % of the others.",
)
DEFINITIONS = (FIVE_NETWORKS, SRCV_FAMILY_FRIENDS, MORT_SOCIALE, LONELINESS)
DEFAULT = Scenario("default", "Hypothèses de référence", "Reference assumptions")

SCENARIOS = (
    DEFAULT,
    Scenario("age_telephone", "Courbe d'âge des enquêtes par téléphone", "Telephone age curve", age_curve="telephone"),
    Scenario("alone_1_0", "Vivre seul sans effet", "Living alone has no effect", living_alone_odds_ratio=1.0),
    Scenario("alone_1_8", "Vivre seul : effet fort", "Living alone has a strong effect", living_alone_odds_ratio=1.8),
    Scenario("residual_0_10", "Écarts locaux plus faibles", "Smaller local departures", residual_log_sd=0.10),
    Scenario("residual_0_20", "Écarts locaux plus forts", "Larger local departures", residual_log_sd=0.20),
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


def _find(among, name, what):
    for item in among:
        if item.id == name:
            return item
    raise UnknownScenario(f"There is no {what} « {name} ». There are: {', '.join(i.id for i in among)}.")


AGE_CURVES = {"online": ONLINE_AGES, "telephone": TELEPHONE_AGES}


def rates_of(scenario: Scenario) -> tuple[SurveyRate, ...]:
    """The survey rates a scenario uses: those of its definition, with the ages of its curve."""
    own = {(rate.factor, rate.category, rate.mode): rate for rate in scenario.local_rates}
    return tuple(own.get((rate.factor, rate.category, rate.mode), rate) for rate in _published_rates(scenario))


def with_local_rates(scenario: Scenario, rates: Mapping[str, Sequence[SurveyRate]]) -> Scenario:
    """The scenario with an agency's own rates, given by definition."""
    return replace(scenario, local_rates=tuple(rates.get(scenario.definition, ())))


def _published_rates(scenario: Scenario) -> tuple[SurveyRate, ...]:
    definition = definition_of(scenario.definition)
    if scenario.age_curve not in AGE_CURVES:
        raise UnknownScenario(f"There is no age curve « {scenario.age_curve} ». There are: {', '.join(AGE_CURVES)}.")
    if scenario.age_curve == "online":
        return definition.rates
    if definition is not FIVE_NETWORKS:
        raise UnknownScenario(
            f"The {scenario.age_curve} age curve belongs to {FIVE_NETWORKS.id}; « {definition.id} » has only its own."
        )
    return (*AGE_CURVES[scenario.age_curve], *(r for r in definition.rates if r.factor != "age"))


INTERACTION_AGES = ("15-24", "25-39", "40-59", "60-69", "70+")


def rate_model(scenario: Scenario, joint: np.ndarray) -> RateModel:
    """The survey table of a scenario on the national joint table (`SURVEY_BY_DENSITY` cells, residents).

    Residents younger than the definition's population weigh nothing; a category that has no resident in `joint` (a
    country without a dense commune) sets no equation.
    """
    space, definition = SURVEY_BY_DENSITY, definition_of(scenario.definition)
    joint = np.where(space.where(age=f"{definition.min_age}+"), joint, 0.0)
    rates = [(r, space.where(**{r.factor: r.category})) for r in rates_of(scenario)]
    rates = [(r, cells) for r, cells in rates if joint[cells].sum() > 0]
    # Published first, then solved: the order of the unknown quantities of the model.
    rates.sort(key=lambda rate: rate[0].ratio is None)
    published = [(r, cells) for r, cells in rates if r.ratio is not None]
    alone = space.where(living_alone="alone")
    odds_ratio = scenario.living_alone_odds_ratio or definition.living_alone_odds_ratio
    effects = [r.log_sd * cells for r, cells in rates if r.ratio is None]
    effects += [LIVING_ALONE_LOG_SD * alone, *(scenario.interaction_log_sd * cells for cells in _pairs())]
    return RateModel(
        joint=joint,
        national=definition.share,
        national_sd=definition.share_sd,
        names=tuple(f"{r.factor}: {r.category}" for r, _ in published),
        cells=np.array([cells for _, cells in published], dtype=bool).reshape(-1, len(space)),
        ratios=np.array([r.ratio for r, _ in published]),
        log_sd=np.array([r.log_sd for r, _ in published]),
        offset=np.log(odds_ratio) * alone,
        effects=np.array(effects),
        constraints=_constraints(rates, joint, 1 + len(published) + len(effects)),
    )


def _constraints(rates, joint, dimension) -> np.ndarray:
    """One row by factor whose categories cover everybody and all have an SD: what moves its mean ratio off 1.

    Without it the smallest category would pay for the moves of all others: were rural and dense both 30 % higher,
    nobody could be isolated in between. To first order, a category of weight w and ratio r moves the mean by w r SD.
    """
    rows = []
    weight = joint / joint.sum()
    for factor in dict.fromkeys(r.factor for r, _ in rates):
        own = [(i, r, weight[cells].sum()) for i, (r, cells) in enumerate(rates) if r.factor == factor]
        left = 1 - sum(w * r.ratio for _, r, w in own if r.ratio is not None)
        solved = sum(w for _, r, w in own if r.ratio is None)
        if solved == 0 or not np.isclose(sum(w for *_, w in own), 1):
            continue
        row = np.zeros(dimension)
        for i, r, w in own:
            row[1 + i] = w * r.log_sd * (left / solved if r.ratio is None else r.ratio)
        rows.append(row)
    return np.array(rows).reshape(-1, dimension)


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
