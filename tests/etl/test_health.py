"""Illness and death by département and above: shares as treated, at the country's ages, and what cannot be read."""

import pandas as pd
import pytest

from etl.exposure import RESIDENTS_AGES, residents
from etl.health import health_figures
from etl.reading.intake import intake
from etl.sources import cnam, mortality, reference
from etl.sources.official import STATISTICS
from etl.statistics import read_statistics
from geodata.indicator import STANDARDISED_MORTALITY
from geodata.risk import INDICATORS, Risk

DIABETES, HEART = "Diabète", "Maladies cardioneurovasculaires"


def ill(*lines, top="DIA_CAT_CAT") -> pd.DataFrame:
    """Lines as (level, code, group, age, patients, people)."""
    frame = pd.DataFrame(lines, columns=["level", "code", "group", "age", "patients", "people"])
    return frame.assign(pathology=frame["group"], sex="all", top=top, vintage="2023", share=0.0)


def told(frame: pd.DataFrame | None = None, deaths: pd.DataFrame | None = None):
    loaded = {cnam.SOURCE.id: frame, mortality.SOURCE.id: deaths}
    definitions, rows, rejects = health_figures(
        {key: one for key, one in loaded.items() if one is not None}, reference.departements()
    )
    return {i.id: i for i in definitions}, rows.set_index(["level", "code", "indicator"])["value"].to_dict(), rejects


def every_age(code: str, rate: dict, people: float = 1000.0) -> list[tuple]:
    return [("departement", code, DIABETES, age, rate.get(age, 0.0) * people, people) for age in RESIDENTS_AGES]


def test_a_share_as_treated_is_patients_over_residents_and_the_newest_year_speaks():
    lines = ill(("departement", "31", DIABETES, "all", 60, 1000), ("france", "FR", DIABETES, "all", 50, 1000))
    older = lines.assign(vintage="2022", patients=900)
    definitions, values, rejects = told(pd.concat([older, lines]))
    assert values["departement", "31", "illness_diabetes"] == 0.06
    assert values["france", "FR", "illness_diabetes"] == 0.05
    assert definitions["illness_diabetes"].vintage == "2023" and rejects.empty


def test_the_same_rates_by_age_are_the_same_share_at_equal_ages_however_old_the_place():
    """A tenth of those of 80-84 are ill, nobody else: at the country's ages, a tenth of the country's 80-84."""
    rate = {"80_84": 0.1}
    young = every_age("31", rate)
    old = [(*line[:4], line[4] * 9, line[5] * 9) if line[3] == "80_84" else line for line in every_age("48", rate)]
    _definitions, values, _rejects = told(ill(*young, *old))
    departements = reference.departements()
    expected = 0.1 * residents(departements, ("80_84",)).sum() / residents(departements).sum()
    assert values["departement", "31", "illness_diabetes_standardised"] == pytest.approx(expected)
    assert values["departement", "48", "illness_diabetes_standardised"] == pytest.approx(expected)


def test_a_region_is_the_sum_of_its_departements_when_all_are_there():
    _definitions, values, _rejects = told(
        ill(("departement", "2A", DIABETES, "all", 10, 100), ("departement", "2B", DIABETES, "all", 20, 500))
    )
    assert values["region", "94", "illness_diabetes"] == pytest.approx(30 / 600)
    _definitions, values, _rejects = told(ill(("departement", "2A", DIABETES, "all", 10, 100)))
    assert ("region", "94", "illness_diabetes") not in values


def test_lines_that_an_extract_has_added_up_are_no_share():
    """Heart disease has many lines: an extract without `top` counts a patient, and a resident, once a line."""
    extract = ill(
        ("departement", "31", HEART, "all", 600, 15_000), ("departement", "31", DIABETES, "all", 60, 1000), top=""
    )
    _definitions, values, rejects = told(extract)
    assert set(values) == {("departement", "31", "illness_diabetes")}
    assert rejects["key"].to_list() == [HEART] and "added up" in rejects["reason"].iloc[0]
    _definitions, values, rejects = told(extract.assign(top="MCV_CAT_CAT"))
    assert ("departement", "31", "illness_cardioneurovascular") in values and rejects.empty


def test_mortality_of_a_region_is_a_mean_of_its_departements():
    deaths = pd.DataFrame(
        {"code": ["2A", "2B", "2A"], "vintage": ["2023", "2023", "2022"], "sex": "all", "chapter": "all",
         "value": [800.0, 1000.0, 1.0]}
    )  # fmt: skip
    definitions, values, _rejects = told(deaths=deaths)
    people = residents(reference.departements())
    mean = (800 * people["2A"] + 1000 * people["2B"]) / (people["2A"] + people["2B"])
    assert values["departement", "2A", STANDARDISED_MORTALITY.id] == 800
    assert values["region", "94", STANDARDISED_MORTALITY.id] == pytest.approx(mean)
    assert definitions[STANDARDISED_MORTALITY.id].source == "mortality"


def test_without_files_nothing_is_added():
    assert told()[:2] == ({}, {})


def test_real_files_tell_of_occitanie_and_of_every_death_rate(shared_data):
    found, _ = intake(shared_data / "census" / "sante", STATISTICS)
    definitions, rows, rejects = health_figures(read_statistics(found).observations, reference.departements())
    values = rows.set_index(["level", "code", "indicator"])["value"]
    assert 0.055 < values["region", "76", "illness_diabetes"] < 0.07
    published = reference.departements()["standardised_mortality_rate"]
    loaded = values.xs("departement", level="level").xs(STANDARDISED_MORTALITY.id, level="indicator")
    assert (loaded.reindex(published.index) - published).abs().max() < 0.05
    assert {HEART, "Cancers"} <= set(rejects["key"])
    assert {i.id for i in definitions} & set(INDICATORS[Risk.ILLNESS])
