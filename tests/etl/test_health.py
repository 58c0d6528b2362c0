"""Illness and death by département and above: shares as treated, at the country's ages, and what cannot be read."""

import pandas as pd
import pytest

from etl.health import death_measures, illness_measures
from etl.indicators.aggregation import aggregate
from etl.indicators.figures import figures_of
from etl.indicators.readings import READINGS
from etl.people import RESIDENTS_AGES, by_level, residents
from etl.reading.intake import intake
from etl.rejects import reject_frame, with_words
from etl.sources import iris_2021, reference
from etl.sources.registry import STATISTICS
from etl.statistics import read_statistics
from geodata.indicator import Side
from geodata.indicator_catalogue import STANDARDISED_MORTALITY
from geodata.risk import INDICATORS

DIABETES, HEART = "Diabète", "Maladies cardioneurovasculaires"


def ill(*lines, top="DIA_CAT_CAT") -> pd.DataFrame:
    """Lines as (level, code, group, age, patients, people)."""
    frame = pd.DataFrame(lines, columns=["level", "code", "group", "age", "patients", "people"])
    return frame.assign(pathology=frame["group"], sex="all", top=top, vintage="2023", share=0.0)


def newest_values(frame: pd.DataFrame | None = None, deaths: pd.DataFrame | None = None):
    """Values by (level, code, indicator) of the newest vintage, their vintages, and the rejects."""
    departements = reference.departements()
    nobody = pd.DataFrame(columns=iris_2021.COUNTS, dtype=float)
    people = by_level(nobody, nobody, nobody, departements)
    tables, rejects = ([], reject_frame("", [])) if frame is None else illness_measures(frame, departements)
    tables += [] if deaths is None else death_measures(deaths)
    figures = [figure for table in tables for figure in figures_of(table, READINGS, people, None)[0]]
    rows, _ = aggregate(figures, territories(departements), pd.Series(dtype=float), residents(departements))
    rows = (
        rows[rows["value"].notna()].sort_values("vintage").drop_duplicates(["level", "code", "indicator"], keep="last")
    )
    by = rows.set_index(["level", "code", "indicator"])
    return by["vintage"].to_dict(), by["value"].to_dict(), rejects


def territories(departements: pd.DataFrame) -> pd.DataFrame:
    """The départements, their régions and the country, without a commune."""
    own = departements.reset_index()[["departement", "region"]].rename(columns={"departement": "code"})
    regions = pd.DataFrame({"code": own["region"].unique(), "level": "region"})
    france = pd.DataFrame({"code": ["FR"], "level": "france"})
    return pd.concat([own.assign(level="departement"), regions, france]).reindex(
        columns=["level", "code", "epci", "tvs", "departement", "region"]
    )


def every_age(code: str, rate: dict, people: float = 1000.0) -> list[tuple]:
    return [("departement", code, DIABETES, age, rate.get(age, 0.0) * people, people) for age in RESIDENTS_AGES]


def test_a_share_as_treated_is_patients_over_residents_and_the_newest_year_speaks():
    lines = ill(("departement", "31", DIABETES, "all", 60, 1000), ("france", "FR", DIABETES, "all", 50, 1000))
    older = lines.assign(vintage="2022", patients=900)
    vintages, values, rejects = newest_values(pd.concat([older, lines]))
    assert values["departement", "31", "illness_diabetes"] == 0.06
    assert values["france", "FR", "illness_diabetes"] == 0.05
    assert vintages["departement", "31", "illness_diabetes"] == "2023" and rejects.empty


def test_the_same_rates_by_age_are_the_same_share_at_equal_ages_however_old_the_place():
    """A tenth of those of 80-84 are ill, nobody else: at the country's ages, a tenth of the country's 80-84."""
    rate = {"80_84": 0.1}
    young = every_age("31", rate)
    old = [(*line[:4], line[4] * 9, line[5] * 9) if line[3] == "80_84" else line for line in every_age("48", rate)]
    _definitions, values, _rejects = newest_values(ill(*young, *old))
    departements = reference.departements()
    expected = 0.1 * residents(departements, ("80_84",)).sum() / residents(departements).sum()
    assert values["departement", "31", "illness_diabetes_standardised"] == pytest.approx(expected)
    assert values["departement", "48", "illness_diabetes_standardised"] == pytest.approx(expected)


def test_a_region_is_the_sum_of_its_departements_when_all_are_there():
    _definitions, values, _rejects = newest_values(
        ill(("departement", "2A", DIABETES, "all", 10, 100), ("departement", "2B", DIABETES, "all", 20, 500))
    )
    assert values["region", "94", "illness_diabetes"] == pytest.approx(30 / 600)
    _definitions, values, _rejects = newest_values(ill(("departement", "2A", DIABETES, "all", 10, 100)))
    assert ("region", "94", "illness_diabetes") not in values


def test_lines_that_an_extract_has_added_up_are_no_share():
    """Heart disease has many lines: an extract without `top` counts a patient, and a resident, once a line."""
    extract = ill(
        ("departement", "31", HEART, "all", 600, 15_000), ("departement", "31", DIABETES, "all", 60, 1000), top=""
    )
    _definitions, values, rejects = newest_values(extract)
    assert set(values) == {("departement", "31", "illness_diabetes")}
    assert rejects["key"].to_list() == [HEART] and "added up" in with_words(rejects)["reason"].iloc[0]
    _definitions, values, rejects = newest_values(extract.assign(top="MCV_CAT_CAT"))
    assert ("departement", "31", "illness_cardioneurovascular") in values and rejects.empty


def test_ages_of_two_files_are_not_mixed_and_what_is_left_out_is_told():
    whole = every_age("82", dict.fromkeys(RESIDENTS_AGES, 0.05))
    whole.append(("departement", "82", DIABETES, "all", 1000, 20000))
    other = ill(("departement", "82", DIABETES, "35_39", 800, 1000), top="")
    _, values, rejects = newest_values(pd.concat([other, ill(*whole)], ignore_index=True))
    assert values["departement", "82", "illness_diabetes_standardised"] == pytest.approx(0.05)
    (why,) = with_words(rejects)["reason"]
    assert why.startswith("1 lines of 2023")


def test_mortality_of_a_region_is_a_mean_of_its_departements():
    deaths = pd.DataFrame(
        {"code": ["2A", "2B", "2A"], "vintage": ["2023", "2023", "2022"], "sex": "all", "chapter": "all",
         "value": [800.0, 1000.0, 1.0]}
    )  # fmt: skip
    vintages, values, _rejects = newest_values(deaths=deaths)
    people = residents(reference.departements())
    mean = (800 * people["2A"] + 1000 * people["2B"]) / (people["2A"] + people["2B"])
    assert values["departement", "2A", STANDARDISED_MORTALITY.id] == 800
    assert values["region", "94", STANDARDISED_MORTALITY.id] == pytest.approx(mean)
    assert vintages["departement", "2A", STANDARDISED_MORTALITY.id] == "2023"


def test_without_files_nothing_is_added():
    assert newest_values()[:2] == ({}, {})


def test_real_files_tell_of_occitanie_and_of_every_death_rate(shared_data):
    snapshots, _ = intake(shared_data / "census" / "sante", STATISTICS)
    loaded = read_statistics(snapshots).observations
    _vintages, values, rejects = newest_values(loaded["cnam"], loaded["mortality"])
    assert 0.055 < values["region", "76", "illness_diabetes"] < 0.07
    published = reference.departements()["standardised_mortality_rate"]
    rates = pd.Series({code: values["departement", code, STANDARDISED_MORTALITY.id] for code in published.index})
    assert (rates - published).abs().max() < 0.05
    assert {HEART, "Cancers"} <= set(rejects["key"])
    assert {indicator for _level, _code, indicator in values} & set(INDICATORS[Side.ILLNESS])
