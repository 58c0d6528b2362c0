"""The survey table: figures as published, kinds told apart, and what the model makes of them."""

import dataclasses

import numpy as np
import pytest

from geodata.cells import DENSITIES, FINE, FIVE_YEAR_AGES, SURVEY, SURVEY_BY_DENSITY, cell_space, coarsen
from geodata.errors import BadInput, UnknownScenario
from geodata.methods.smallarea import calibrate, rates_at
from geodata.survey import (
    DEFAULT,
    DEFINITIONS,
    FIVE_NETWORKS,
    LONELINESS,
    MORT_SOCIALE,
    SCENARIOS,
    definition_of,
    rate_model,
    rates_of,
    scenario_of,
)
from geodata.survey_rates import DERIVED, JUDGEMENT, PUBLISHED, SECONDARY, WAVES


@pytest.fixture(scope="module")
def joint():
    """A country with some residents in every cell."""
    return np.random.default_rng(1).gamma(4, 1000, len(SURVEY_BY_DENSITY))


class TestTheTable:
    def test_the_benchmark_is_the_mean_of_the_last_three_waves(self):
        """12, 12 and 11 % in 2023, 2024 and 2025: 11.7 %. Loneliness: 21, 24 and 24 %: 23 %."""
        last = [w.rate for w in WAVES[-3:]]
        assert [w.date[:4] for w in WAVES[-3:]] == ["2023", "2024", "2025"]
        assert FIVE_NETWORKS.share == pytest.approx(np.mean(last), abs=5e-4)
        assert LONELINESS.share == pytest.approx(np.mean([w.rate for w in LONELINESS.waves[-3:]]), abs=5e-4)

    def test_ratios_follow_from_the_published_rates(self):
        """A derived ratio lies between the smallest and the largest of its published ones."""
        for definition in DEFINITIONS:
            for rate in definition.rates:
                if rate.published and rate.kind == DERIVED:
                    ratios = [p.rate / p.national for p in rate.published]
                    assert min(ratios) - 0.005 <= rate.ratio <= max(ratios) + 0.005, (definition.id, rate.category)

    def test_unemployed_by_hand(self):
        """21 % against 11 % in 2022, 20 % against 12 % in 2023: 1.91 and 1.67; 1.75 is kept."""
        (rate,) = [r for r in FIVE_NETWORKS.rates if r.category == "unemployed"]
        assert [round(p.rate / p.national, 2) for p in rate.published] == [1.91, 1.67]
        assert rate.ratio == 1.75 and rate.confidence == SECONDARY and rate.waves == ("2022-01", "2023-01")

    def test_every_figure_says_what_it_is(self):
        for definition in DEFINITIONS:
            assert definition.title and definition.title_en and definition.source and definition.note
            for rate in definition.rates:
                assert rate.kind in (PUBLISHED, DERIVED, JUDGEMENT)
                assert rate.published or rate.note, f"{rate.category}: neither a published rate nor a word"
                assert rate.log_sd > 0

    def test_waves_of_secondary_pages_are_marked(self):
        assert {w.date for w in WAVES if w.confidence == SECONDARY} == {"2022-01", "2024-07"}

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
        with pytest.raises(UnknownScenario, match="belongs to five_networks"):
            rates_of(dataclasses.replace(DEFAULT, age_curve="telephone", definition="loneliness"))


class TestTheRates:
    """Calibrated on a country, the table gives back each of its ratios."""

    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
    def test_every_published_ratio_comes_back(self, scenario, joint):
        definition, model = definition_of(scenario.definition), rate_model(scenario, joint)
        rates = calibrate(model.joint, model.targets, model.offset)
        concerned = np.where(SURVEY_BY_DENSITY.where(age=f"{definition.min_age}+"), joint, 0)
        national = concerned @ rates / concerned.sum()
        assert national == pytest.approx(definition.share)
        for r in rates_of(scenario):
            if r.ratio is not None:
                cells = SURVEY_BY_DENSITY.where(**{r.factor: r.category})
                assert concerned[cells] @ rates[cells] / concerned[cells].sum() == pytest.approx(r.ratio * national)

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

    def test_the_telephone_curve_doubles_after_75(self, joint):
        model = rate_model(scenario_of("age_telephone"), joint)
        assert model.names[0] == "age: 75+" and model.ratios[0] == 2.0

    def test_mort_sociale_counts_from_60(self, joint):
        model = rate_model(scenario_of("mort_sociale_60_plus"), joint)
        assert model.joint[SURVEY_BY_DENSITY.where(age="15-24")].sum() == 0
        assert model.joint.sum() == pytest.approx(joint[SURVEY_BY_DENSITY.where(age="60+")].sum())
        assert MORT_SOCIALE.min_age == 60

    def test_rural_and_dense_cannot_rise_together(self, joint):
        """Were both 35 % higher, nobody could be isolated in between. Every draw stays possible, and the classes'
        ratios, weighted by their residents, stay near 1."""
        model = rate_model(DEFAULT, joint)
        z = np.zeros(model.dimension)
        z[1 + model.names.index("density: rural")] = z[1 + model.names.index("density: dense")] = 2.5
        rates = rates_at(model, z)[:, 0]
        by_class = [
            joint[cells] @ rates[cells] / joint[cells].sum()
            for cells in (SURVEY_BY_DENSITY.where(density=d) for d in DENSITIES)
        ]
        assert min(by_class) > 0.06

    def test_a_class_without_residents_sets_no_equation(self, joint):
        """A country without a dense commune (a test region): its equation is left out rather than impossible."""
        model = rate_model(DEFAULT, np.where(SURVEY_BY_DENSITY.where(density="dense"), 0, joint))
        assert "density: dense" not in model.names

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
