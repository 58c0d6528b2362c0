"""The law of the shares of every territory: from the rates that are not known and the residuals of places."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from etl.country import Country, Group
from geodata.methods import smallarea
from geodata.methods.residuals import SHARED_BY, Residuals, nested_residuals
from geodata.methods.smallarea import (
    RateModel,
    principal,
    stencil,
)
from geodata.model_cells import DENSITIES, SURVEY, SURVEY_BY_DENSITY
from geodata.survey import DEFAULT, Scenario, definition_of, rate_model, slope_of_workers

SEED = 20171
"""Default seed of the draws."""


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
    country = country.under(scenario)
    tables, model = concerned_tables(country, scenario), model_of(country, scenario)
    rates = stencil(model)
    if draws:
        rates = np.hstack([rates, smallarea.draws(model, draws, seed=seed)])
    of_older = np.where(SURVEY_BY_DENSITY.where(age="70+")[:, None], rates[:, :1], 0.0)
    cases = expected_cases(country, tables, np.hstack([rates, of_older]))
    cases, older = leaning(country, cases[:, :-1], scenario, draws, seed), cases[:, -1]
    columns = cases.shape[1] - draws
    residents, local = np.add.reduce(tables, axis=1), residuals_of(country, scenario)
    by_level = {}
    for level, group in country.groups.items():
        people, weights = group.sum(residents), weights_in(group, cases[:, 0])
        with np.errstate(invalid="ignore"):
            shares = group.sum(cases) / people[:, None]
        log_variance = np.where(people > 0, local.log_variance(weights), np.nan)
        by_level[level] = Law(people, group.sum(older), log_variance, weights, shares[:, :columns], shares[:, columns:])
    return by_level


def leaning(country: Country, cases: np.ndarray, scenario: Scenario, draws: int, seed: int = SEED) -> np.ndarray:
    """Cases moved by what is known of a commune besides its cells, (communes, columns + 2 quantities): each quantity of
    `lean_of` is one more of the stencil, and each of the `draws`, the last columns, has its own."""
    lean = lean_of(country, scenario)
    if lean.mean.any():
        cases = tilt(cases, lean.by, lean.mean[:, None])
    last = cases.shape[1] - draws
    middle = (last + 1) // 2
    up = tilt(cases[:, :1], lean.by, np.diag(lean.sd))
    down = tilt(cases[:, :1], lean.by, -np.diag(lean.sd))
    moved = [cases[:, :middle], up, cases[:, middle:last], down]
    if draws:
        points = smallarea.normal_points(draws, seed, len(lean.sd))
        moved.append(tilt(cases[:, last:], lean.by, lean.sd[:, None] * points))
    return np.hstack(moved)


@dataclass(frozen=True, eq=False)
class Lean:
    """What moves the logarithm of the cases of communes, `by` (communes, quantities), each times a slope of which the
    `mean` and `sd` (quantities,) are known."""

    by: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def lean_of(country: Country, scenario: Scenario) -> Lean:
    """How far north and east a commune lies and, where a file tells it of some commune, its part of workers."""
    by, mean, sd = country.position, np.zeros(2), np.full(2, scenario.gradient_log_sd)
    slope, slope_sd = slope_of_workers(scenario)
    if slope_sd and country.workers.any():
        by, mean, sd = np.column_stack([by, country.workers]), np.append(mean, slope), np.append(sd, slope_sd)
    return Lean(by, mean, sd)


def tilt(cases: np.ndarray, by: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Cases of communes, (communes, columns), where their logarithm moves by `by` (communes, quantities) times `slopes`
    (quantities, columns); the country keeps its own."""
    lean = cases * np.exp(by @ slopes)
    return lean * (np.add.reduce(cases, axis=0) / np.add.reduce(lean, axis=0))


def residuals_of(country: Country, scenario: Scenario) -> Residuals:
    """How communes depart from what their composition tells, under a scenario."""
    classes = [country.groups[level].of_commune for level in SHARED_BY]
    residents = np.add.reduce(country.tables, axis=1)
    return nested_residuals(classes, residents, scenario.residual_log_sd, scenario.spatial_share)


def weights_in(group: Group, cases: np.ndarray) -> csr_array:
    """Each commune's part in the cases of each territory, rows that add up to 1 (0 where there is no case)."""
    inside = np.flatnonzero(group.of_commune >= 0)
    total = group.sum(cases)[group.of_commune[inside]]
    parts = np.divide(cases[inside], total, out=np.zeros(len(inside)), where=total > 0)
    return csr_array((parts, (group.of_commune[inside], inside)), shape=(len(group.codes), len(cases)))


def concerned_tables(country: Country, scenario: Scenario) -> np.ndarray:
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
        rows = np.flatnonzero(part > 0)
        if len(rows):
            # A few communes counted for nothing cost less than a copy of all the others.
            at = rows if 2 * len(rows) < len(tables) else slice(None)
            here = smallarea.weighted_sum(tables[at], by_place[:, d])
            here *= part[at, None]
            cases[at] += here
    return cases


def with_residuals(
    country: Country, by_level: dict[str, Law], scenario: Scenario, *, seed: int = SEED
) -> dict[str, np.ndarray]:
    """Draws of every territory's share with the communes' residuals, (territories, draws) by level.

    For what needs whole draws: ranks, and choices that depend on many territories at once.
    """
    commune = by_level["commune"]
    noise = residuals_of(country, scenario).drawn(commune.drawn.shape[1], seed=seed)
    cases = noise * commune.drawn * commune.residents[:, None]
    return {level: group.sum(cases) / by_level[level].residents[:, None] for level, group in country.groups.items()}
