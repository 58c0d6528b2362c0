"""Risk factors by département, région and country: sums of people where people are known, means of rates otherwise."""

import pandas as pd
import pytest

from etl.exposure import exposures
from etl.sources import reference


@pytest.fixture(scope="module")
def values():
    return exposures(reference.departements()).set_index(["level", "code", "indicator"])["value"]


def test_the_shares_of_a_departement_are_those_of_its_ages(values):
    row = reference.departements().loc["32"]
    ages = [f"{s}_{a}" for s in ("women", "men") for a in ("75_79", "80_84", "85_89", "90_94", "95_plus")]
    everybody = row[[c for c in row.index if c.startswith(("women_", "men_"))]].sum()
    assert values["departement", "32", "share_75_plus"] == pytest.approx(row[ages].sum() / everybody)
    assert values["departement", "32", "share_women_75_plus"] == pytest.approx(row[ages[:5]].sum() / everybody)


def test_a_mean_lies_among_what_it_is_the_mean_of(values):
    frame = reference.departements()
    occitanie = frame.loc[frame["region"] == "76", "poverty_rate"]
    assert occitanie.min() < values["region", "76", "poverty_rate"] < occitanie.max()
    alone = frame.loc["75", [c for c in frame.columns if c.startswith("living_alone_share_")]].astype(float)
    assert alone.min() < values["departement", "75", "living_alone_share"] < alone.max()


def test_france_is_near_what_insee_prints(values):
    """Filosofi 2021 prints 14.9 % under the poverty line in metropolitan France, census 2022 some 20 % alone."""
    assert values["france", "FR", "poverty_rate"] == pytest.approx(0.149, abs=0.003)
    assert 0.19 < values["france", "FR", "living_alone_share"] < 0.23


def test_what_is_not_published_of_a_departement_is_unknown_of_it_and_of_its_region(values):
    assert ("departement", "976", "living_alone_share") not in values.index
    assert ("region", "06", "poverty_rate") not in values.index
    frame = reference.departements()
    frame.loc["32", "poverty_rate"] = float("nan")
    without = exposures(frame)
    assert (
        without[(without["level"] == "region") & (without["code"] == "76")]["indicator"].isin(["poverty_rate"]).sum()
        == 0
    )


def test_every_row_says_that_departements_are_its_source(values):
    assert set(exposures(reference.departements())["resolved_at"]) == {"departement"}
    assert isinstance(values, pd.Series)
