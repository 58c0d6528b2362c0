"""The profile of territories of the artificial region: what it says is what the tables hold."""

import dataclasses
import json

import numpy as np
import pytest

from etl.synthetic import HAMLET
from geodata.disclosure import round_people, round_range
from geodata.errors import BadInput, UnknownScenario, UnknownTerritory
from geodata.estimate import Verdict, national_verdict
from geodata.indicator import Side
from geodata.profile import BELOW_DEPARTEMENT, OTHER_DEFINITION, profile
from geodata.question import Question
from geodata.territory import FRANCE, Level


def by_size(store, level):
    rows = store.estimates(level).dropna(subset=["share"])
    return rows.sort_values("residents", ascending=False)["code"]


def largest(store, level):
    return by_size(store, level).iloc[0]


@pytest.fixture(scope="module")
def commune(store):
    """The largest commune that has twins."""
    profiles = (profile(store, Level.COMMUNE, code) for code in by_size(store, Level.COMMUNE))
    return next(one for one in profiles if one.twins)


@pytest.fixture(scope="module")
def departement(store):
    return profile(store, Level.DEPARTEMENT, largest(store, Level.DEPARTEMENT))


def test_a_profile_holds_plain_values_only(commune, departement):
    for record in (commune, departement):
        json.dumps(dataclasses.asdict(record))


def test_comparators_are_those_above_and_the_twins(store, commune, departement):
    assert {c.comparator for c in commune.contrasts} >= {"departement", "national"}
    assert "departement" not in {c.comparator for c in departement.contrasts}
    assert profile(store, Level.FRANCE, FRANCE).contrasts == ()


def test_differences_are_the_territory_less_its_comparator(commune):
    for contrast in commune.contrasts:
        assert contrast.difference == pytest.approx(commune.estimate.share - contrast.share, abs=1e-9)
        assert contrast.difference_low <= contrast.difference_high
        assert contrast.low <= contrast.share <= contrast.high


def test_the_country_is_contrasted_with_the_probability_of_the_estimate(store):
    for code in store.territories(Level.DEPARTEMENT)["code"]:
        record = profile(store, Level.DEPARTEMENT, code)
        if record.contrasts:
            assert record.contrast("national").p_above == record.estimate.p_above_national
            assert record.contrast("national").verdict is national_verdict(record.estimate)


def test_contributions_add_up_to_the_difference_with_twins(commune):
    assert commune.contributions
    total = sum(c.part for c in commune.contributions)
    assert total == pytest.approx(commune.contrast("twins").difference, abs=1e-6)


def test_twins_are_named_and_the_nearest_first(commune):
    assert [t.rank for t in commune.twins] == list(range(1, len(commune.twins) + 1))
    assert all(t.name and t.code != commune.territory.code for t in commune.twins)


def test_every_risk_is_there_and_the_unknown_stays_unknown(commune):
    assert [f.risk for f in commune.risk_factors] == list(Side)
    for factor in commune.risk_factors:
        assert (factor.value is None) == (factor.source is None)
        if factor.value is None:
            assert factor.is_above is None and factor.is_above_france is None


def test_what_the_departement_lends_is_no_difference_with_the_twins(commune, departement):
    lent = [f for f in commune.risk_factors if f.is_lent]
    assert lent and all(f.observed_at == "departement" and f.twins_value is None and f.is_above is None for f in lent)
    assert not any(f.is_lent for f in departement.risk_factors)


def test_health_is_a_range_and_never_below_a_departement(store, commune, departement):
    assert (commune.health, commune.health_reason) == (None, BELOW_DEPARTEMENT)
    epci = profile(store, Level.EPCI, largest(store, Level.EPCI))
    assert (epci.health, epci.health_reason) == (None, BELOW_DEPARTEMENT)
    health = departement.health
    assert health.fraction_low < health.fraction < health.fraction_high
    lonely = profile(store, Level.DEPARTEMENT, departement.territory.code, Question("loneliness", "loneliness"))
    assert (lonely.health, lonely.health_reason) == (None, OTHER_DEFINITION)


def test_deaths_are_the_fraction_of_published_mortality_rounded(store, departement):
    values = store.values(Level.DEPARTEMENT, departement.territory.code).set_index("id")["value"]
    a_year = values["crude_mortality_rate"] / 1000 * values["population"]
    health = departement.health
    rounded = [
        round_people(health.fraction * a_year),
        *round_range(health.fraction_low * a_year, health.fraction_high * a_year),
    ]
    told = [health.deaths, health.deaths_low, health.deaths_high]
    assert told == [None if np.isnan(one) else int(one) for one in rounded]


def test_every_argument_changes_the_profile(store, commune):
    code = commune.territory.code
    assert profile(store, Level.COMMUNE, code, Question(threshold=0.5)).estimate.verdict == Verdict.BELOW
    telephone = profile(store, Level.COMMUNE, code, Question(scenario="age_telephone"))
    assert telephone.estimate.share != commune.estimate.share
    assert telephone.contributions == ()
    assert telephone.contrast("departement").difference is None
    lonely = profile(store, Level.COMMUNE, code, Question("loneliness", "loneliness"))
    assert lonely.estimate.share > commune.estimate.share
    assert lonely.flips.is_robust is None


def test_flips_agree_with_the_estimate(commune):
    assert dict(commune.flips.by_scenario)["default"] == commune.estimate.verdict
    assert dict(commune.flips.by_threshold)[0.10] == commune.estimate.verdict


def test_a_hamlet_keeps_its_secret(store):
    record = profile(store, Level.COMMUNE, HAMLET)
    assert record.estimate.verdict == Verdict.NOT_PUBLISHED
    assert record.contrasts == record.contributions == ()
    assert record.flips.is_robust is None
    assert (record.rank_low, record.bound_low, record.health) == (None, None, None)


def test_unknown_names_are_said(store, commune):
    with pytest.raises(UnknownTerritory):
        profile(store, Level.COMMUNE, "99999")
    with pytest.raises(UnknownScenario):
        profile(store, Level.COMMUNE, commune.territory.code, Question(scenario="nothing"))
    with pytest.raises(BadInput):
        profile(store, Level.COMMUNE, commune.territory.code, Question(threshold=12))


def test_the_store_tests_every_territory_of_a_level(store, commune):
    whole = store.flips(Level.COMMUNE)
    assert set(whole["code"]) == set(store.estimates(Level.COMMUNE)["code"])
    region = commune.territory.region
    assert set(store.flips(Level.COMMUNE, region)["code"]) == set(store.estimates(Level.COMMUNE, region)["code"])
    row = whole.set_index("code").loc[commune.territory.code]
    assert row["robust"] == commune.flips.is_robust
    with pytest.raises(UnknownScenario):
        store.flips(Level.COMMUNE, question=Question(scenario="nothing"))
