"""Territories that resemble one another, and why a place differs from its twins."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.country import Country, Group
from geodata.cells import DENSITIES, SURVEY, SURVEY_BY_DENSITY
from geodata.errors import BadInput
from geodata.joint import LEVEL_ORDER
from geodata.methods.smallarea import calibrate, contributions, weighted_sum
from geodata.methods.twins import twins
from geodata.survey import DEFAULT, Scenario, definition_of, rate_model

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
