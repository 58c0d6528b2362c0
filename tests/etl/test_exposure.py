"""Risk factors by département, région and country: sums of people where people are known, means of rates otherwise."""

import pandas as pd
import pytest

from etl.exposure import DISABILITY, exposures, official_exposures
from etl.factors import Factors
from etl.rejects import reject_frame
from etl.sources import drees_minima, reference


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


# ------------------------------------------------------------------------------------------------------ official files


def factors(**columns) -> Factors:
    frame = pd.DataFrame(columns, index=pd.Index(["31001", "31002"], name="code_insee"))
    origin = [(c, "filosofi" if "poverty" in c else "insee_rp", "2022", 2) for c in frame.columns]
    return Factors(
        frame, pd.DataFrame(origin, columns=["column", "source", "vintage", "communes"]), reject_frame("", [])
    )


def told(*arguments):
    definitions, rows = official_exposures(*arguments)
    return {i.id: i for i in definitions}, rows.set_index(["level", "code", "indicator"])["value"].to_dict()


def test_living_alone_in_a_commune_is_the_sum_of_its_ages():
    """10 of 100 young and 60 of 100 old live alone: 35 %; where nobody is old, the young alone speak."""
    known = factors(
        age_15_64=[100.0, 50], age_65_plus=[100.0, 0],
        living_alone_share_15_64=[0.1, 0.2], living_alone_share_65_plus=[0.6, float("nan")],
    )  # fmt: skip
    definitions, values = told(known, {}, reference.departements())
    assert values["commune", "31001", "living_alone_share_commune"] == pytest.approx(0.35)
    assert values["commune", "31002", "living_alone_share_commune"] == pytest.approx(0.2)
    assert definitions["living_alone_share_commune"].source == "insee_rp"


def test_a_poverty_rate_that_is_a_limit_is_left_unknown():
    known = factors(poverty_rate=[0.05, 0.2], poverty_rate_is_ceiling=[True, None])
    definitions, values = told(known, {}, reference.departements())
    assert values == {("commune", "31002", "poverty_rate_commune"): 0.2}
    assert definitions["poverty_rate_commune"].vintage == "2022"


def test_the_disability_allowance_by_departement_and_above():
    departements = reference.departements()
    rows = pd.DataFrame({"code": ["2A", "2B"], "measure": "aah_recipients", "vintage": "2019", "value": [3000.0, 4000]})
    definitions, values = told(factors(), {drees_minima.SOURCE.id: rows}, departements)
    adults = departements.loc[["2A", "2B"], [f"{s}_{a}_{a + 4}" for s in ("women", "men") for a in range(20, 65, 5)]]
    assert values["departement", "2A", DISABILITY.id] == pytest.approx(3000 / adults.loc["2A"].sum())
    assert values["region", "94", DISABILITY.id] == pytest.approx(7000 / adults.sum().sum())
    assert ("region", "76", DISABILITY.id) not in values
    assert definitions[DISABILITY.id].vintage == "2019"


def test_without_official_files_nothing_is_added():
    assert told(factors(), {}, reference.departements()) == ({}, {})
