"""The survey table: figures as published, kinds told apart, and what the model makes of them."""

import dataclasses

import numpy as np
import pytest
from scipy.special import expit

from geodata.errors import BadInput, UnknownScenario
from geodata.methods.smallarea import calibrate, rates_at
from geodata.model_cells import DENSITIES, FINE, FIVE_YEAR_AGES, SURVEY, SURVEY_BY_DENSITY, cell_space, coarsen
from geodata.survey import (
    DEFAULT,
    DEFINITIONS,
    FIVE_NETWORKS,
    LONELINESS,
    MORT_SOCIALE,
    SCENARIOS,
    _pooled,
    cells_of,
    definition_of,
    law_of,
    rate_model,
    rates_of,
    scenario_of,
)
from geodata.survey_rates import DERIVED, MODELLED, PRIMARY, READINGS, RESPONDENTS, SECONDARY, SurveyRate, rates


@pytest.fixture(scope="module")
def joint():
    """A country with some residents in every cell."""
    return np.random.default_rng(1).gamma(4, 1000, len(SURVEY_BY_DENSITY))


class TestTheTable:
    def test_a_published_ratio_by_hand(self):
        """Unemployed: 21 % against 11 % in 2022, 20 against 12 in January 2023, 20 against 11 in July 2025: 1.91, 1.67
        and 1.82. The model keeps 1.74, between the smallest and the largest."""
        (rate,) = [r for r in FIVE_NETWORKS.rates if r.category == "unemployed"]
        assert [round(p.rate / p.national, 2) for p in rate.published] == [1.91, 1.67, 1.82]
        assert rate.ratio == pytest.approx(1.74, abs=0.03) and rate.kind == MODELLED
        assert rate.waves == ("2022-01", "2023-01", "2025-07")

    def test_a_difference_that_was_not_found_is_no_rate(self):
        """2020 and 2022: "no difference" between types of place, and no figure; 2025: 14 % printed."""
        (rural,) = [r for r in FIVE_NETWORKS.rates if (r.factor, r.category) == ("place", "rural")]
        assert {p.wave for p in rural.published if p.reading == "equal"} == {"2020-01", "2022-01"}
        assert [p.rate for p in rural.published if p.wave == "2025-07"] == [0.14]

    def test_the_national_figure_lies_between_the_last_waves(self):
        """11 % in July 2023, 12 % in July 2024, 11 % in July 2025."""
        assert 0.11 <= FIVE_NETWORKS.share <= 0.12
        july = law_of(scenario_of("july"))
        assert 0.10 < expit(july.mean[0]) < FIVE_NETWORKS.share
        assert pytest.approx(np.mean([w.rate for w in LONELINESS.waves[-3:]]), abs=5e-4) == LONELINESS.share

    def test_every_figure_says_what_it_is(self):
        for definition in DEFINITIONS:
            assert definition.title and definition.title_en and definition.source and definition.note
            for rate in definition.rates:
                assert rate.kind in (DERIVED, MODELLED)
                assert rate.published or rate.note, f"{rate.category}: neither a published rate nor a word"
                assert rate.log_sd > 0

    def test_every_line_of_the_tables_is_sound(self):
        """Readings, respondents, modes and sources are those that are known; no figure is given twice."""
        for definition in DEFINITIONS:
            printed = rates(definition.id)
            assert len({(r.wave, r.factor, r.category) for r in printed}) == len(printed)
            for rate in printed:
                assert 0 < rate.rate < 1 and rate.reading in READINGS and rate.confidence in (PRIMARY, SECONDARY)
            for wave in definition.waves:
                assert wave.respondents_kind in RESPONDENTS and bool(wave.respondents) == bool(wave.respondents_kind)

    def test_waves_of_secondary_pages_are_marked(self):
        assert {w.date for w in FIVE_NETWORKS.waves if w.confidence == SECONDARY} == {"2022-01", "2024-07"}

    def test_guessed_numbers_of_respondents_are_marked(self):
        guessed = {w.date for w in FIVE_NETWORKS.waves if w.respondents_kind == "guess"}
        assert guessed == {"2023-01", "2023-07"}

    def test_the_flip_test_departs_one_choice_at_a_time(self):
        for scenario in SCENARIOS[1:]:
            changed = [
                f.name
                for f in dataclasses.fields(scenario)
                if f.name not in ("id", "title", "title_en") and getattr(scenario, f.name) != getattr(DEFAULT, f.name)
            ]
            assert len(changed) == 1, scenario.id
        assert len({s.id for s in SCENARIOS}) == len(SCENARIOS)

    def test_unknown_names_list_the_known_ones(self):
        with pytest.raises(UnknownScenario, match="age_telephone"):
            scenario_of("telephone")
        with pytest.raises(UnknownScenario, match="five_networks, srcv"):
            definition_of("solitude")
        with pytest.raises(UnknownScenario, match="age curve « postal »"):
            rates_of(dataclasses.replace(DEFAULT, age_curve="postal"))
        for choice in ({"age_curve": "telephone"}, {"mode": "telephone"}, {"season": "july"}):
            with pytest.raises(UnknownScenario, match="belongs to five_networks"):
                rates_of(dataclasses.replace(DEFAULT, definition="loneliness", **choice))


class TestTheRates:
    """Calibrated on a country, the table gives back each of its ratios."""

    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
    def test_every_ratio_comes_back(self, scenario, joint):
        """Each category has its ratio, once those of its factor are made to add up over this country's residents."""
        definition, model = definition_of(scenario.definition), rate_model(scenario, joint)
        found = calibrate(model.joint, model.targets, model.offset)
        concerned = np.where(SURVEY_BY_DENSITY.where(age=f"{definition.min_age}+"), joint, 0)
        weight = concerned / concerned.sum()
        national = weight @ found
        assert national == pytest.approx(expit(law_of(scenario).mean[0]))
        printed = rates_of(scenario)
        for factor in {r.factor for r in printed}:
            cells = {r.category: cells_of(r.factor, r.category) for r in printed if r.factor == factor}
            ratios = {r.category: r.ratio for r in printed if r.factor == factor}
            covered = sum(weight[own].sum() for own in cells.values())
            mean = sum(weight[own].sum() * ratios[c] for c, own in cells.items()) if covered > 0.999 else 1.0
            for category, own in cells.items():
                assert weight[own] @ found[own] / weight[own].sum() == pytest.approx(ratios[category] / mean * national)

    def test_living_alone_has_the_odds_ratio_asked_for(self, joint):
        for name, wanted in (("default", 1.15), ("alone_1_0", 1.0), ("alone_1_8", 1.8)):
            model = rate_model(scenario_of(name), joint)
            rates = calibrate(model.joint, model.targets, model.offset)
            odds = rates / (1 - rates)
            alone, not_alone = (SURVEY_BY_DENSITY.where(living_alone=a) for a in ("alone", "not_alone"))
            assert odds[alone] / odds[not_alone] == pytest.approx(np.full(alone.sum(), wanted))

    def test_living_alone_is_uncertain(self, joint):
        """One of the unknown quantities moves the odds of those living alone by e^0.20, and nobody else's."""
        alone = SURVEY_BY_DENSITY.where(living_alone="alone")
        rows = rate_model(DEFAULT, joint).effects
        assert any(np.allclose(row, 0.20 * alone) for row in rows)

    def test_the_telephone_curve_doubles_after_75(self):
        """16 % of 9, 24 of 12 and 27 of 12.5 by telephone: 1.8 to 2.2 times the country; under it online."""
        by_telephone = {r.category: r.ratio for r in rates_of(scenario_of("age_telephone")) if r.factor == "age"}
        online = {r.category: r.ratio for r in rates_of(DEFAULT) if r.factor == "age"}
        assert by_telephone["75+"] == pytest.approx(2.0, abs=0.12)
        assert online["75+"] < 1

    def test_a_wave_of_one_year_fixes_the_types_of_place(self):
        """2014: 11 % in the country and 13 % in large cities, for 12.5 %: 0.88 and 1.04, with nothing left to know."""
        law = law_of(scenario_of("place_2014"))
        at = [law.names.index(f"place {place}") for place in ("rural", "city")]
        assert np.exp(law.mean[at]) == pytest.approx([0.88, 1.04])
        assert law.sd[at] == pytest.approx([0, 0], abs=1e-6)

    def test_a_local_rate_is_pooled_with_the_national_evidence(self, joint):
        """One category known from the waves with SD s and from an agency with SD s too: halfway, s / sqrt(2)."""
        law = law_of(DEFAULT)
        at = law.names.index("income low")
        own = SurveyRate("income", "low", 2.0, float(law.sd[at]), DERIVED)
        pooled = _pooled(law, own, FIVE_NETWORKS.rates, joint / joint.sum())
        assert pooled.mean[at] == pytest.approx((law.mean[at] + np.log(2.0)) / 2)
        assert pooled.sd[at] == pytest.approx(law.sd[at] / np.sqrt(2))

    def test_a_local_rate_of_a_band_moves_its_ages_together(self, joint):
        """70 and over at 1.2 for certain: their cases, 70-74 and 75+ added up, become 1.2 times the country's."""
        law, weight = law_of(DEFAULT), joint / joint.sum()
        pooled = _pooled(law, SurveyRate("age", "70+", 1.2, 1e-6, DERIVED), FIVE_NETWORKS.rates, weight)
        people = np.array([weight[cells_of("age", age)].sum() for age in ("70-74", "75+")])
        at = [law.names.index(f"age {age}") for age in ("70-74", "75+")]
        before, after = (people @ np.exp(m.mean[at]) / people.sum() for m in (law, pooled))
        assert before < 0.9 and after == pytest.approx(1.2, abs=0.06)

    def test_a_category_that_nothing_tells_is_what_is_left(self, joint):
        """Loneliness has rates of 25-39 only: the other ages share what the country leaves them."""
        model = rate_model(scenario_of("loneliness"), joint)
        own, others = (model.names.index(name) for name in ("age: 25-39", "age: others"))
        weight = model.cells @ joint / joint.sum()
        assert weight[own] * model.ratios[own] + weight[others] * model.ratios[others] == pytest.approx(1)

    def test_mort_sociale_counts_from_60(self, joint):
        model = rate_model(scenario_of("mort_sociale_60_plus"), joint)
        assert model.joint[SURVEY_BY_DENSITY.where(age="15-24")].sum() == 0
        assert model.joint.sum() == pytest.approx(joint[SURVEY_BY_DENSITY.where(age="60+")].sum())
        assert MORT_SOCIALE.min_age == 60

    def test_categories_add_up_in_every_draw(self, joint):
        """Whatever is drawn, the types of place weighted by their residents give the country's figure."""
        model = rate_model(DEFAULT, joint)
        for row in np.random.default_rng(2).standard_normal((8, model.dimension)):
            rates = rates_at(model, row)[:, 0]
            by_place = [
                joint[cells] @ rates[cells] for cells in (SURVEY_BY_DENSITY.where(density=d) for d in DENSITIES)
            ]
            moved = expit(law_of(DEFAULT).mean[0] + model.scale[0, 0] * row[0])
            assert sum(by_place) / joint.sum() == pytest.approx(moved)
            assert min(by_place) > 0

    def test_a_class_without_residents_sets_no_equation(self, joint):
        """A country without a dense commune (a test region): its equation is left out rather than impossible."""
        model = rate_model(DEFAULT, np.where(SURVEY_BY_DENSITY.where(density="dense"), 0, joint))
        assert "place: city" not in model.names

    def test_a_larger_interaction_sd_widens_the_model(self, joint):
        wide = rate_model(dataclasses.replace(DEFAULT, interaction_log_sd=0.30), joint)
        assert np.abs(wide.effects).max() == pytest.approx(0.30)


class TestCells:
    """The combinations that can exist, and the arithmetic on them."""

    def test_structural_zeros(self):
        labels = set(SURVEY.labels())
        assert ("15-24", "retired", "alone", "low") not in labels
        assert ("70-74", "student", "alone", "low") not in labels
        assert ("25-39", "student", "alone", "low") in labels, "students are under 30"

    def test_a_band_is_a_union_of_ages(self):
        assert SURVEY.where(age="70+").sum() == SURVEY.where(age=("70-74", "75-79", "80+")).sum()
        assert FINE.where(age="15-64").sum() == FINE.where(age=FIVE_YEAR_AGES[:10]).sum()

    def test_a_band_across_ages_is_refused(self):
        with pytest.raises(BadInput, match="« 30-44 » is not a category of age, nor a union"):
            SURVEY.where(age="30-44")
        with pytest.raises(BadInput, match="no factor « sex »"):
            SURVEY.where(sex="women")

    def test_margins_of_any_factors_add_up(self):
        table = np.arange(1.0, len(SURVEY) + 1)
        for factors in (("age",), ("activity", "income"), ("age", "living_alone", "income")):
            assert (SURVEY.margin(*factors) @ table).sum() == table.sum()
        assert SURVEY.margin("living_alone") @ table == pytest.approx(
            [table[SURVEY.where(living_alone=a)].sum() for a in ("alone", "not_alone")]
        )

    def test_wide_cells_are_sums_of_fine_ones(self):
        fine = np.ones(len(FINE))
        wide = np.bincount(coarsen(FINE, SURVEY), fine, minlength=len(SURVEY))
        assert wide.sum() == len(FINE) and (wide > 0).all()
        assert wide[SURVEY.labels().index(("15-24", "student", "alone", "low"))] == 2

    def test_density_is_the_last_digit(self):
        for d, density in enumerate(DENSITIES):
            assert SURVEY_BY_DENSITY.labels()[3 * 5 + d] == (*SURVEY.labels()[5], density)

    def test_a_space_without_cells(self):
        with pytest.raises(BadInput, match="No combination"):
            cell_space({"age": ("15-24",)}, lambda **_: False)
