"""Territories that resemble one another, and why a place differs from its twins."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.country import Country, Group
from etl.share_laws import concerned_tables, expected_cases, lean_of, tilt
from geodata.errors import BadInput
from geodata.estimate import Kind
from geodata.joint import LEVEL_ORDER
from geodata.methods.smallarea import calibrate, contributions, weighted_sum
from geodata.methods.twins import twins
from geodata.model_cells import SURVEY, SURVEY_BY_DENSITY
from geodata.survey import DEFAULT, Scenario, definition_of, rate_model
from geodata.territory import TWIN_LEVELS

# --------------------------------------------------------------------------------- twins, bounds, why here

TWINS = 10

TRAITS = (
    "persons_per_household", "one_person_household_share", "living_alone_share", "poverty_rate", "median_income",
)  # fmt: skip
"""Indicators of households and income that twins share."""


def traits(values: pd.DataFrame) -> pd.DataFrame:
    """`TRAITS` as columns by (level, code), NaN where not known, from rows of table `indicator_value`.

    The newest vintage told at a level: figures of different years are not compared. What is modelled is left out: it
    is shifted to the département's figure, and would make twins of neighbours.
    """
    own = values[values["indicator"].isin(TRAITS) & (values["kind"] != Kind.MODELLED) & values["value"].notna()]
    newest = own.groupby(["level", "indicator"])["vintage"].transform("max")
    own = own[own["vintage"] == newest]
    return own.pivot(index=["level", "code"], columns="indicator", values="value").reindex(columns=[*TRAITS])


def twin_frame(
    country: Country,
    *,
    count: int = TWINS,
    levels: Sequence[str] = TWIN_LEVELS,
    traits_: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Twins of every commune, EPCI and département: columns `level, code, rank, twin, distance`.

    Same type of place first (above the commune: that of most residents), then size and what is known at that level:
    three ages, finer ones and unemployment where most are counted, and households and income (`traits_`, see `traits`)
    of each territory of which they are known. What a wider territory lends is left out: it would make twins of
    neighbours. None is ten times larger or smaller, nor as different as a territory taken at random, so a territory
    may have fewer twins than `count`, or none. A level with `count` territories or fewer has none.
    """
    frames = []
    for level in levels:
        codes = country.groups[level].codes
        if len(codes) <= count:
            continue
        residents = np.add.reduce(country.groups[level].sum(country.bands), axis=1)
        position, distance = twins(*_features(country, level, traits_), count, residents)
        row, rank = np.nonzero(position >= 0)
        frames.append(
            pd.DataFrame(
                {
                    "level": level,
                    "code": codes.to_numpy()[row],
                    "rank": rank + 1,
                    "twin": codes.to_numpy()[position[row, rank]],
                    "distance": distance[row, rank],
                }
            )
        )
    columns = ["level", "code", "rank", "twin", "distance"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _features(country: Country, level: str, traits_: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    """Shares and size to compare by, and type of place, (territories, features) and (territories,)."""
    group, residents = country.groups[level], np.add.reduce(country.tables, axis=1)
    has_fine_ages = level == "departement" or residents[country.has_fine_ages].sum() > 0.9 * residents.sum()
    wanted = [*SURVEY.margin("age")] if has_fine_ages else []
    counted = country.resolved_at["activity"].map(LEVEL_ORDER).to_numpy() <= LEVEL_ORDER[level]
    if residents[counted].sum() > 0.9 * residents.sum():
        wanted.append(SURVEY.where(activity="unemployed").astype(float))
    bands = group.sum(country.bands)
    shares = bands / np.add.reduce(bands, axis=1)[:, None]
    if wanted:
        proportions = group.sum(weighted_sum(country.tables, np.array(wanted).T)) / group.sum(residents)[:, None]
        shares = np.hstack([shares, proportions])
    shares = np.hstack([shares, np.log(np.maximum(np.add.reduce(bands, axis=1), 1.0))[:, None]])
    if traits_ is not None:
        here = pd.MultiIndex.from_product([[level], group.codes])
        shares = np.hstack([shares, traits_.reindex(here).to_numpy(float)])
    by_class = group.sum(country.place * residents[:, None])
    return shares, by_class.argmax(axis=1)


def twin_positions(twin: pd.DataFrame, group: Group, level: str) -> np.ndarray:
    """The frame of `twin_frame` as positions among the territories of a level, (territories, twins), -1 for none."""
    rows = twin[twin["level"] == level]
    position = np.full((len(group.codes), int(rows["rank"].max())), -1)
    position[group.codes.get_indexer(rows["code"]), rows["rank"].to_numpy(int) - 1] = group.codes.get_indexer(
        rows["twin"]
    )
    return position


def why_here(
    country: Country, twin: pd.DataFrame, level: str, codes: Sequence[str] | None = None, scenario: Scenario = DEFAULT
) -> pd.DataFrame:
    """Part of each factor in the difference with the twins, where there are any: `level, code, factor, part`, in share.

    The parts of a territory add up to its share minus the mean share of its twins; `structure` is what margins do not
    explain, and `social` is there where a file tells workers. `codes` limits the work; every territory of the level by
    default.
    """
    group = country.groups[level]
    wanted = group.codes if codes is None else pd.Index(codes)
    rows = group.codes.get_indexer(wanted)
    if (rows < 0).any():
        raise BadInput(f"These codes are not estimated at this level: {list(wanted[rows < 0])}")
    position = twin_positions(twin, group, level)
    rows = rows[(position[rows] >= 0).any(axis=1)]
    model = rate_model(scenario, country.joint)
    rates = calibrate(model.joint, model.targets, model.offset)
    if level == "commune":
        # One type of place at a time: fewer cells in each block.
        rows = rows[np.argsort(country.place[rows].argmax(axis=1), kind="stable")]
    moved, frames = _moved(country, level, scenario, rates), []
    for start in range(0, len(rows), 2048):
        block = rows[start : start + 2048]
        is_twin = position[block] >= 0
        # The place of a missing twin is held by the territory itself, and weighs nothing.
        peer = np.where(is_twin, position[block], block[:, None])
        needed, where = np.unique(np.concatenate([block, peer.ravel()]), return_inverse=True)
        tables = _tables(country, level, needed, scenario)
        tables /= tables.sum(axis=1, keepdims=True)
        own, others = tables[where[: len(block)]], tables[where[len(block) :]].reshape(len(block), -1, tables.shape[1])
        peers = (others * is_twin[:, :, None]).sum(axis=1) / is_twin.sum(axis=1)[:, None]
        parts = contributions(own, peers, rates, _factor_codes())
        if moved is not None:
            parts["social"] = moved[block] - (moved[peer] * is_twin).sum(axis=1) / is_twin.sum(axis=1)
        frames += [
            pd.DataFrame({"level": level, "code": group.codes[block], "factor": f, "part": p}) for f, p in parts.items()
        ]
    return pd.concat(frames, ignore_index=True)


def _moved(country: Country, level: str, scenario: Scenario, rates: np.ndarray) -> np.ndarray | None:
    """How far workers move the share of each territory, (territories,); None where they move none."""
    lean = lean_of(country, scenario)
    if not lean.mean.any():
        return None
    tables, group = concerned_tables(country, scenario), country.groups[level]
    cases = expected_cases(country, tables, rates[:, None])
    moved = tilt(cases, lean.by, lean.mean[:, None]) - cases
    with np.errstate(invalid="ignore"):
        return (group.sum(moved) / group.sum(np.add.reduce(tables, axis=1))[:, None])[:, 0]


def _tables(country: Country, level: str, positions: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Tables of some territories on `SURVEY_BY_DENSITY` cells."""
    tables = country.by_place(positions) if level == "commune" else country.table_of(level)[positions]
    return np.where(SURVEY_BY_DENSITY.where(age=f"{definition_of(scenario.definition).min_age}+"), tables, 0.0)


def _factor_codes() -> dict[str, np.ndarray]:
    """Category of every `SURVEY_BY_DENSITY` cell by factor, ages as the surveys publish them."""
    codes = {f: SURVEY_BY_DENSITY.codes(f) for f in SURVEY_BY_DENSITY.factors}
    codes["age"] = np.minimum(codes["age"], 4)
    return codes
