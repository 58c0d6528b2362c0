"""The questions asked before publishing: each has a wrong answer that stops the build."""

import pytest

from etl.publishing.checks import TERRITORIES_OF_2025, run_checks
from geodata.sentences import Sentence


@pytest.fixture
def tables(synthetic_tables):
    """Tables that a test may change."""
    return {name: frame.copy() for name, frame in synthetic_tables.items()}


def answers(tables) -> dict[str, Sentence]:
    return {finding.code: finding for finding in run_checks(tables)}


def test_the_artificial_region_has_every_expected_answer(tables):
    assert run_checks(tables) == []


def test_official_numbers_are_asked_of_a_build_that_claims_to_be_real(tables):
    tables["build"].loc[tables["build"]["key"] == "is_synthetic", "value"] = "0"
    findings = run_checks(tables)
    levels = [dict(finding.values)["level"] for finding in findings if finding.code == "check_territories"]
    assert levels == [level.value for level in TERRITORIES_OF_2025 if level.value != "france"]
    assert findings[0].text() == "are there 34,875 territories of level commune? 60"


@pytest.mark.parametrize("parent", ["departement", "region"])
def test_an_orphan_commune_stops(tables, parent):
    tables["territory"].loc[tables["territory"]["code"] == "85001", parent] = None
    assert answers(tables)["check_parent"].text() == f"has every commune a {parent}? 1 have none: 85001"


@pytest.mark.parametrize(("level", "code"), [("departement", "85"), ("region", "52"), ("france", "FR")])
def test_a_resident_lost_between_levels_stops(tables, level, code):
    values = tables["indicator_value"]
    chosen = (values["indicator"] == "population") & (values["level"] == level) & (values["code"] == code)
    assert chosen.any()
    values.loc[chosen, "value"] -= 1
    assert f"are residents by {level} those of the communes?" in answers(tables)["check_residents"].text()


def test_a_territory_without_estimate_stops(tables):
    estimate = tables["estimate"]
    tables["estimate"] = estimate[~((estimate["level"] == "epci") & (estimate["code"] == "200085003"))]
    assert "epci 200085003" in answers(tables)["check_estimate"].text()


def test_a_missing_share_without_reason_stops(tables):
    estimate = tables["estimate"]
    estimate.loc[(estimate["code"] == "85001") & (estimate["scenario"] == "default"), "share"] = None
    assert "check_reason" in answers(tables)


@pytest.mark.parametrize(("end", "value"), [("low", 0.99), ("high", 0.01)])
def test_a_share_outside_its_interval_stops(tables, end, value):
    tables["estimate"].loc[tables["estimate"]["code"] == "85001", end] = value
    assert "check_interval" in answers(tables)


@pytest.mark.parametrize("share", [0.0, 0.9, None])
def test_an_implausible_nation_stops(tables, share):
    tables["estimate"].loc[tables["estimate"]["code"] == "FR", "share"] = share
    assert "check_nation" in answers(tables)


def test_a_service_of_no_category_stops(tables):
    tables["service"].loc[0, "category"] = "kiosque"
    assert answers(tables)["check_category"].text().endswith("Unknown: kiosque")
