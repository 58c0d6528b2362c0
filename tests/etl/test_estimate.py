"""The recipe of the estimate, on a country of forty communes in five real départements."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

import etl
from etl.contrasts import difference
from etl.country import prepare
from etl.estimate import Estimates, bound_frame, estimate
from etl.share_laws import expected_cases, laws, leaning, model_of, residuals_of, tilt, weights_in, with_residuals
from etl.teenagers import teenagers
from etl.twins import traits, twin_frame, why_here
from geodata.errors import BadInput, UnknownScenario
from geodata.estimate import probability_above
from geodata.joint import departement_tables, residents_by_age
from geodata.methods import smallarea
from geodata.methods.smallarea import analytic, interval
from geodata.methods.twins import CHANCE
from geodata.model_cells import FINE, SURVEY
from geodata.survey import DEFAULT, FIVE_NETWORKS, SCENARIOS, older_range, scenario_of, slope_of_workers
from geodata.waves import posterior

REFERENCE = Path(etl.__file__).parent / "reference"
LEVELS = ["commune", "epci", "departement", "region", "france"]


@pytest.fixture(scope="module")
def reference():
    return pd.read_csv(
        REFERENCE / "departements.csv", dtype={"departement": str, "region": str}, index_col="departement"
    )


@pytest.fixture(scope="module")
def national():
    return pd.read_csv(REFERENCE / "national.csv")


@pytest.fixture(scope="module")
def communes(reference):
    """Eight communes in each of Paris, Haute-Garonne, Lozère, Seine-Saint-Denis and La Réunion, grouped four by four;
    48001 is alone in its EPCI; 48007's residents are not known and 48008 has none; nothing is known of Mayotte."""
    rng = np.random.default_rng(0)
    rows = []
    for departement in ("75", "31", "48", "93", "974"):
        for i in range(1, 9):
            code = f"{departement}{i:0{5 - len(departement)}d}"
            total = int(rng.lognormal(7, 1.5)) + 20
            young, old = rng.uniform(0.15, 0.3), rng.uniform(0.1, 0.35)
            ages = [round(total * young), round(total * (1 - young - old)), round(total * old)]
            density = "dense" if departement in ("75", "93") else ("rural", "intermediate")[i % 2]
            rows.append([code, departement, f"E{departement}-{i // 5}", density, *ages])
    frame = pd.DataFrame(
        rows, columns=["code_insee", "departement", "epci", "density", "pop_0_19", "pop_20_64", "pop_65_plus"]
    ).set_index("code_insee")
    frame.loc["97601"] = ["976", "E976", "rural", np.nan, np.nan, np.nan]
    frame.loc["48001", "epci"] = "E48-alone"
    frame.loc["31008", "epci"] = None
    frame.loc["48007", "pop_65_plus"] = np.nan
    frame.loc["48008", ["pop_0_19", "pop_20_64", "pop_65_plus"]] = 0
    types = pd.get_dummies(frame.pop("density").map({"rural": "rural", "intermediate": "town", "dense": "city"}))
    return frame.join(types.astype(float)).assign(region=frame["departement"].map(reference["region"]))


@pytest.fixture(scope="module")
def estimates(communes, reference, national) -> Estimates:
    return estimate(communes, reference, national, draws=64)


@pytest.fixture(scope="module")
def by_level(estimates):
    return {level: rows.set_index("code") for level, rows in estimates.territories.groupby("level")}


class TestTotals:
    """Levels agree, because they are sums of the same people and the same rates."""

    def test_the_country_has_the_benchmark(self, by_level):
        assert by_level["france"].loc["FR", "share"] == pytest.approx(FIVE_NETWORKS.share, abs=1e-9)

    @pytest.mark.parametrize("column", ["residents", "people", "people_70_plus"])
    def test_every_level_adds_up(self, by_level, communes, column):
        total = by_level["commune"][column].sum()
        for level in ("departement", "region", "france"):
            assert by_level[level][column].sum() == pytest.approx(total)
        outside = communes.index[communes["epci"].isna()]
        assert by_level["epci"][column].sum() == pytest.approx(total - by_level["commune"].loc[outside, column].sum())

    def test_each_departement_is_the_sum_of_its_communes(self, by_level, communes):
        people = by_level["commune"]["people"].groupby(communes["departement"]).sum()
        known = by_level["departement"].dropna(subset="share")
        assert known["people"].to_numpy() == pytest.approx(people[known.index].to_numpy())

    def test_residents_are_those_of_15_and_over(self, by_level, communes, reference):
        """Of Lozère's residents of 0-19, those of 15-19 in the département's own proportion."""
        sexes = ("women", "men")
        teenagers = sum(reference.loc["48", f"{s}_15_19"] for s in sexes)
        minors = sum(reference.loc["48", f"{s}_{b}"] for s in sexes for b in ("00_04", "05_09", "10_14", "15_19"))
        one = communes.loc["48001"]
        expected = one["pop_0_19"] * teenagers / minors + one["pop_20_64"] + one["pop_65_plus"]
        assert by_level["commune"].loc["48001", "residents"] == pytest.approx(expected)

    def test_a_commune_alone_in_its_epci_has_its_estimate(self, by_level):
        commune, epci = by_level["commune"].loc["48001"], by_level["epci"].loc["E48-alone"]
        same = [
            "residents",
            "share",
            "low",
            "high",
            "logit_mean",
            "logit_sd",
            "var_local",
            "p_above_national",
            "people",
        ]
        assert commune[same].to_numpy(float) == pytest.approx(epci[same].to_numpy(float))

    def test_draws_add_up_too(self, estimates, by_level):
        country = estimates.country
        found = laws(country, draws=64)
        shares = with_residuals(country, found, DEFAULT)
        residents = country.groups["commune"].sum(np.add.reduce(country.tables, axis=1))
        assert residents @ shares["commune"] / residents.sum() == pytest.approx(shares["france"][0])


class TestUncertainty:
    def test_every_share_has_its_interval_and_three_parts(self, by_level):
        for rows in by_level.values():
            published = rows.dropna(subset="share")
            assert ((published["low"] < published["share"]) & (published["share"] < published["high"])).all()
            parts = published[["var_common", "var_model", "var_local"]].sum(axis=1)
            assert parts.to_numpy() == pytest.approx(published["logit_sd"].to_numpy() ** 2)

    def test_p_falls_as_the_threshold_rises(self, by_level):
        rows = by_level["commune"].dropna(subset="share")
        p = [probability_above(rows["logit_mean"], rows["logit_sd"], t) for t in (0.05, 0.08, 0.10, 0.12, 0.15)]
        assert (np.diff(p, axis=0) <= 0).all()

    def test_residuals_average_out_above_the_commune(self, by_level, communes):
        largest = by_level["commune"]["var_local"].groupby(communes["departement"]).max()
        for code, row in by_level["departement"].dropna(subset="share").iterrows():
            assert row["var_local"] < largest[code]

    def test_contrasts_agree_with_shares(self, by_level, communes):
        rows = by_level["commune"].dropna(subset="share")
        above = by_level["departement"]["share"].reindex(communes.loc[rows.index, "departement"]).to_numpy()
        assert rows["contrast_departement_mean"].to_numpy() == pytest.approx(rows["share"].to_numpy() - above)
        assert rows["contrast_national_mean"].to_numpy() == pytest.approx(
            rows["share"].to_numpy() - FIVE_NETWORKS.share, abs=1e-9
        )
        assert (rows["contrast_national_low"] < rows["contrast_national_high"]).all()

    def test_a_territory_does_not_differ_from_itself(self, by_level):
        """La Réunion is a département and a région: they differ by exactly nothing."""
        row = by_level["departement"].loc["974"]
        assert row[["contrast_region_mean", "contrast_region_low", "contrast_region_high"]].to_numpy(
            float
        ) == pytest.approx(np.zeros(3), abs=1e-12)
        assert pd.isna(by_level["france"].loc["FR", "p_above_national"])

    def test_the_common_part_leaves_the_contrast(self, communes, reference, national, by_level):
        """A national figure twice as uncertain widens the interval, and moves P(above national) very little."""
        row = by_level["departement"].loc["31"]
        width = row["contrast_national_high"] - row["contrast_national_low"]
        assert width < row["high"] - row["low"]

    def test_ranks_lie_within_the_level(self, by_level):
        for rows in by_level.values():
            published = rows.dropna(subset="share")
            assert (published["rank_low"] >= 1).all() and (published["rank_high"] <= len(published)).all()
            assert (published["rank_low"] <= published["rank_high"]).all()

    def test_bounds_hold_the_estimate(self, by_level):
        for rows in by_level.values():
            published = rows.dropna(subset="share")
            assert (published["bound_low"] <= published["share"] + 1e-9).all()
            assert (published["share"] <= published["bound_high"] + 1e-9).all()

    def test_the_country_has_no_room_in_its_bounds(self, by_level):
        row = by_level["france"].loc["FR"]
        assert (row["bound_low"], row["bound_high"]) == pytest.approx((FIVE_NETWORKS.share, FIVE_NETWORKS.share))


def test_a_difference_by_hand():
    """12 % against 11.7 %, rates known for certain, a residual of mean 1 and log-SD 0.15 on the first: its logarithm is
    normal around log(12 / 11.7) - 0.15^2 / 2 = 0.0141, so P(above) = Phi(0.0141 / 0.15) = 0.537."""
    shares, base = np.full((1, 9), 0.12), np.full((1, 9), 0.117)
    contrast = difference(shares, np.array([0.0225]), base, np.array([0.0]), 0.0)
    assert contrast["p_above"][0] == pytest.approx(0.537, abs=5e-4)
    assert contrast["mean"][0] == pytest.approx(0.003)
    low, high = (0.117 * (np.exp(0.0141 + side * 1.645 * 0.15) - 1) for side in (-1, 1))
    assert contrast[["low", "high"]].to_numpy()[0] == pytest.approx([low, high], abs=5e-5)


class TestNothingVanishes:
    def test_a_commune_that_is_not_estimated_says_why(self, by_level, communes):
        rows = by_level["commune"]
        assert set(rows.index) == set(communes.index)
        assert rows.loc["48007", "reason"] == "no_population_by_age"
        assert rows.loc["48008", "reason"] == "no_residents"
        assert rows.loc[["48007", "48008", "97601"], "share"].isna().all()
        assert rows.drop(["48007", "48008", "97601"])["reason"].isna().all()

    def test_so_do_the_territories_above(self, by_level):
        for level, code in (("epci", "E976"), ("departement", "976"), ("region", "06")):
            row = by_level[level].loc[code]
            assert row["reason"] == "no_estimated_commune" and pd.isna(row["share"])
            assert bool(row["is_extrapolated"])

    def test_the_estimate_says_at_which_level_each_factor_is_known(self, by_level):
        rows = by_level["commune"]["resolved_at"]
        assert json.loads(rows["31001"]) == {
            "age": "commune",
            "activity": "departement",
            "living_alone": "departement",
            "income": "departement",
            "density": "commune",
        }
        assert json.loads(rows["97401"])["income"] == "france"
        assert json.loads(by_level["france"].loc["FR", "resolved_at"])["income"] == "france"

    def test_overseas_is_extrapolated(self, by_level):
        assert bool(by_level["commune"].loc["97401", "is_extrapolated"])
        assert bool(by_level["region"].loc["04", "is_extrapolated"])
        assert not by_level["france"].loc["FR", "is_extrapolated"]
        assert not by_level["commune"].loc["75001", "is_extrapolated"]

    def test_columns_and_keys(self, estimates):
        rows = estimates.territories
        assert not rows.duplicated(["level", "code", "definition", "scenario"]).any()
        assert set(rows["definition"]) == {"five_networks"} and set(rows["scenario"]) == {"default"}
        assert sorted(rows["level"].unique()) == sorted(LEVELS)


class TestScenarios:
    def test_every_other_scenario_has_its_law(self, estimates):
        flips = estimates.flips
        assert set(flips["scenario"]) == {s.id for s in SCENARIOS} - {"default", "workers_0"}
        assert not flips.duplicated(["level", "code", "definition", "scenario"]).any()
        assert flips[["share", "logit_mean", "logit_sd"]].notna().all().all()

    def test_each_definition_meets_its_own_figure(self, estimates):
        country = estimates.flips[estimates.flips["level"] == "france"].set_index("scenario")["share"]
        wanted = {"srcv": 0.03, "mort_sociale_60_plus": 0.04, "loneliness": 0.23, "age_telephone": FIVE_NETWORKS.share}
        assert {k: country[k] for k in wanted} == pytest.approx(wanted)

    def test_the_telephone_curve_raises_the_older_places(self, estimates, by_level):
        flips = estimates.flips
        by_phone = flips[(flips["scenario"] == "age_telephone") & (flips["level"] == "commune")].set_index("code")[
            "share"
        ]
        tables, group = estimates.country.tables, estimates.country.codes
        older = pd.Series(tables[:, SURVEY.where(age="75+")].sum(axis=1) / tables.sum(axis=1), index=group)
        change = by_phone - by_level["commune"]["share"].dropna()
        assert np.corrcoef(change[older.index], older)[0, 1] > 0.8

    def test_a_larger_residual_only_widens(self, estimates):
        flips = estimates.flips.set_index(["scenario", "level", "code"])
        small, large = flips.loc["residual_0_10"], flips.loc["residual_0_20"]
        assert large["share"].to_numpy() == pytest.approx(small["share"].to_numpy())
        assert (large["logit_sd"] > small["logit_sd"]).all()

    def test_another_main_scenario(self, communes, reference, national):
        other = estimate(
            communes, reference, national, scenario=SCENARIOS[1], flips=(), draws=64,
            with_ranks=False, with_twins=False, with_bounds=False,
        )  # fmt: skip
        assert set(other.territories["scenario"]) == {"age_telephone"}
        assert other.flips.empty and other.twins.empty
        assert not {"rank_low", "bound_low"} & set(other.territories.columns)

    def test_an_unknown_definition(self, communes, reference, national):
        with pytest.raises(UnknownScenario, match="no definition « solitude »"):
            estimate(communes, reference, national, scenario=replace(DEFAULT, definition="solitude"))


class TestOlderPeople:
    def test_their_range_is_nearly_that_of_the_whole_law(self, communes, reference, national, by_level):
        """The ages' own cases at every set of rates, beside what is read from the territory's interval."""
        country = prepare(communes, reference, national)
        tables = np.where(SURVEY.where(age="70+"), country.tables, 0.0)
        model, group = model_of(country, DEFAULT), country.groups["departement"]
        cases = leaning(country, expected_cases(country, tables, smallarea.stencil(model)), DEFAULT, 0)
        people = group.sum(tables.sum(axis=1))
        weights = weights_in(group, cases[:, 0])
        law = analytic(group.sum(cases) / people[:, None], residuals_of(country, DEFAULT).log_variance(weights))
        exact = np.array(interval(law.mean, law.sd)) * people
        for at, code in enumerate(group.codes):
            row = by_level["departement"].loc[code]
            told = {name: row[name] for name in ("share", "low", "high")}
            estimate = SimpleNamespace(scenario="default", **told)
            low, high = older_range(row["people_70_plus"], estimate)
            assert low < row["people_70_plus"] < high
            assert np.log(high / low) == pytest.approx(np.log(exact[1, at] / exact[0, at]), rel=0.15)

    def test_nothing_is_said_where_nothing_is_known(self):
        assert older_range(100.0, SimpleNamespace(scenario="loneliness", share=0.2, low=0.1, high=0.3)) is None
        assert older_range(100.0, SimpleNamespace(scenario="default", share=0.1, low=None, high=None)) is None


class TestTeenagers:
    def test_a_departement_keeps_its_teenagers_and_small_households_have_more(self, communes, reference):
        """Students share homes with fewer people; what one commune wins the others of its département lose."""
        own = communes[communes["departement"] == "31"]
        people = own[["pop_0_19", "pop_20_64", "pop_65_plus"]].sum(axis=1)
        proportion = np.full(len(own), 0.25)
        even = teenagers(own.assign(households=people / 2.4), proportion)
        small = (people / 2.4).where(own.index != "31001", people / 1.9)
        told = teenagers(own.assign(households=small), proportion)
        assert told @ own["pop_0_19"] == pytest.approx(0.25 * own["pop_0_19"].sum())
        assert told[0] > even[0] and (told[1:] < even[1:]).all()

    def test_without_households_the_proportion_of_the_departement_stands(self, communes):
        proportion = np.linspace(0.2, 0.3, len(communes))
        assert teenagers(communes, proportion) == pytest.approx(proportion)
        assert teenagers(communes.assign(households=np.nan), proportion) == pytest.approx(proportion)


class TestPlaces:
    def test_the_grid_in_place_of_units_is_another_scenario(self, communes, reference, national):
        """A rural commune outside a unit whose grid class is dense has the rates of large cities there."""
        classes = {"rural": "rural", "town": "intermediate", "city": "dense"}
        own = communes[list(classes)].idxmax(axis=1).map(classes)
        same = prepare(communes.assign(density=own), reference, national)
        assert (same.grid == same.place).all()
        code = own.index[own == "rural"][0]
        own[code] = "dense"
        country = prepare(communes.assign(density=own), reference, national)
        at = country.codes.get_loc(code)
        assert country.place[at].tolist() == [1, 0, 0] and country.grid[at].tolist() == [0, 0, 1]
        unit, grid = (laws(country, scenario_of(name))["commune"].share for name in ("default", "place_grid"))
        assert grid[at] < unit[at]
        unknown = prepare(communes.assign(density=None), reference, national)
        assert (unknown.grid == unknown.place).all()


class TestLean:
    @pytest.fixture(scope="class")
    def long(self, communes):
        """Paris in the north, Lozère in the south, La Réunion nowhere."""
        return communes.assign(lat=communes["departement"].map({"75": 48.8, "93": 48.9, "31": 43.6, "48": 44.5}), lon=2)

    def test_the_ends_of_the_country_are_less_certain_and_the_country_is_not(self, long, communes, reference, national):
        leaning, flat = (laws(prepare(rows, reference, national)) for rows in (long, communes))
        country = prepare(long, reference, national)
        assert country.position[:, 0].min() == -1 and country.position[:, 0].max() == 1
        assert (country.position[country.is_overseas] == 0).all() and (country.position[:, 1] == 0).all()
        told = {name: analytic(found["departement"].shares, 0.0).var_model for name, found in
                (("leaning", leaning), ("flat", flat))}  # fmt: skip
        assert told["leaning"][0] > told["flat"][0] + 0.5 * DEFAULT.gradient_log_sd**2
        whole = [analytic(found["france"].shares, 0.0).var_model for found in (leaning, flat)]
        assert whole[0] == pytest.approx(whole[1], abs=1e-12)

    def test_by_hand(self, long, reference, national):
        """A lean of 0.1 to the north: shares of two départements differ by exp(0.1 x their distance)."""
        country = prepare(long, reference, national)
        cases = np.ones((len(country.codes), 1))
        lean = tilt(cases, country.position, np.array([[0.1], [0.0]]))[:, 0]
        apart = country.position[:, 0]
        assert np.log(lean[0] / lean[-1]) == pytest.approx(0.1 * (apart[0] - apart[-1]))
        assert lean.sum() == pytest.approx(cases.sum())


class TestWorkers:
    """Where a census file tells workers among residents of 15 and over."""

    KNOWN = pd.DataFrame({"worker_share": [0.25, 0.05]}, index=["31001", "48002"])

    def test_by_hand(self, communes, reference, national):
        """The share of a commune moves by exp(slope x distance), and the whole country keeps its own."""
        base, told = prepare(communes, reference, national), prepare(communes, reference, national, self.KNOWN)
        residents = np.add.reduce(told.tables, axis=1)[[told.codes.get_loc(code) for code in self.KNOWN.index]]
        france = (0.25 * residents[0] + 0.05 * residents[1]) / residents.sum()
        apart = pd.Series(told.workers, told.codes)
        assert apart[["31001", "48002"]].tolist() == pytest.approx([0.25 - france, 0.05 - france])
        assert (apart.drop(["31001", "48002"]) == 0).all()
        slope, sd = slope_of_workers(DEFAULT)
        before, after = laws(base), laws(told)
        moved = pd.Series(np.log(after["commune"].share / before["commune"].share), told.codes)
        assert moved["31001"] - moved["48002"] == pytest.approx(0.20 * slope)
        assert moved["31002"] == pytest.approx(moved["48003"], abs=1e-12)
        assert after["france"].share == pytest.approx(before["france"].share, abs=1e-12)
        assert after["commune"].shares.shape[1] == before["commune"].shares.shape[1] + 2
        middle = after["commune"].shares.shape[1] // 2
        at = [told.codes.get_loc(code) for code in self.KNOWN.index]
        up = np.log(after["commune"].shares[at, middle] / after["commune"].share[at])
        assert up[0] - up[1] == pytest.approx(0.20 * sd)

    def test_the_slope_is_half_the_difference_of_the_two_ratios(self):
        worker, other = np.exp(posterior().of(["social worker", "social other"]).mean)
        slope, sd = slope_of_workers(DEFAULT)
        assert slope == pytest.approx(0.5 * (worker - other)) and 0.5 * slope < sd < slope
        assert slope_of_workers(scenario_of("loneliness")) == slope_of_workers(scenario_of("workers_0")) == (0.0, 0.0)

    def test_without_a_file_nothing_moves_and_no_scenario_asks(self, communes, reference, national, estimates):
        unknown = pd.DataFrame({"worker_share": [np.nan]}, index=["31001"])
        same = estimate(communes, reference, national, factors=unknown, draws=64)
        pd.testing.assert_frame_equal(same.flips, estimates.flips, check_exact=True)
        before = estimates.territories.drop(columns="resolved_at")
        pd.testing.assert_frame_equal(same.territories.drop(columns="resolved_at"), before, check_exact=True)

    def test_with_one_the_scenario_without_it_is_asked_and_is_the_estimate_of_before(
        self, communes, reference, national, estimates
    ):
        told = estimate(communes, reference, national, factors=self.KNOWN, draws=64)
        without = told.flips[told.flips["scenario"] == "workers_0"]
        before = estimates.territories.dropna(subset="share")
        assert without["share"].dropna().to_numpy() == pytest.approx(before["share"].to_numpy(), abs=1e-12)
        rows = told.territories.set_index(["level", "code"])["resolved_at"].map(json.loads, na_action="ignore")
        assert [rows["commune", code]["social"] for code in ("31001", "31002")] == ["commune", "france"]
        parts = why_here(told.country, told.twins, "commune")
        assert "social" in set(parts["factor"])
        total = parts.groupby("code")["part"].sum()
        difference = told.territories.query("level == 'commune'").set_index("code")["contrast_twins_mean"]
        assert total.to_numpy() == pytest.approx(difference[total.index].to_numpy())

    def test_draws_have_a_slope_of_their_own(self, communes, reference, national):
        country = prepare(communes, reference, national, self.KNOWN)
        found = laws(country, draws=256)["commune"]
        at = [country.codes.get_loc(code) for code in self.KNOWN.index]
        apart = np.log(found.drawn[at[0]] / found.drawn[at[1]])
        assert analytic(found.shares, found.log_variance).sd.shape == (len(country.codes),)
        flat = laws(country, scenario_of("workers_0"), draws=256)["commune"].drawn
        assert apart.var() > np.log(flat[at[0]] / flat[at[1]]).var()

    def test_a_share_is_a_fraction(self, communes, reference, national):
        with pytest.raises(BadInput, match="worker_share outside 0-1"):
            prepare(communes, reference, national, 100 * self.KNOWN)


@pytest.fixture(scope="module")
def brief(communes, reference, national):
    """The estimate without scenarios."""
    return estimate(communes, reference, national, draws=64, flips=())


class TestReproducible:
    @settings(max_examples=3)
    @given(st.randoms(use_true_random=False))
    def test_the_order_of_the_communes_does_not_matter(self, communes, reference, national, brief, random):
        order = list(communes.index)
        random.shuffle(order)
        shuffled = estimate(communes.loc[order], reference, national, draws=64, flips=())
        pd.testing.assert_frame_equal(
            *(e.territories.sort_values(["level", "code"], ignore_index=True) for e in (brief, shuffled)),
            check_exact=True,
        )

    def test_the_seed_moves_ranks_only(self, communes, reference, national, estimates):
        other = estimate(communes, reference, national, draws=64, seed=1, flips=()).territories
        ours = estimates.territories
        same = [name for name in ours if not name.startswith("rank")]
        pd.testing.assert_frame_equal(other[same], ours[same], check_exact=True)
        assert not other["rank_low"].equals(ours["rank_low"])

    def test_inputs_are_left_as_they_were(self, communes, reference, national):
        before = communes.copy(deep=True), reference.copy(deep=True)
        estimate(communes, reference, national, flips=(), draws=64)
        pd.testing.assert_frame_equal(before[0], communes)
        pd.testing.assert_frame_equal(before[1], reference)


class TestDepartements:
    """What a département's table owes to the national one, to its region, to France."""

    @staticmethod
    def poor(found, code):
        table = found.tables[found.codes.get_loc(code)]
        return table[FINE.where(income="low")].sum() / table.sum()

    def test_a_rate_measured_otherwise_moves_the_national_odds(self, reference, national):
        """Lozère's poverty odds over France's, times the odds of low income in the national table."""
        tables = departement_tables(reference, national)
        level = tables.joint[FINE.where(income="low")].sum() / tables.joint.sum()
        published, france = reference.loc["48", "poverty_rate"], tables.france["poverty_rate"]
        assert logit(self.poor(tables, "48")) == pytest.approx(logit(level) + logit(published) - logit(france))
        assert tables.resolved_at.loc["48", "income"] == "departement"

    def test_a_missing_rate_is_lent_by_the_region(self, reference, national):
        """Lozère's poverty rate erased: the mean of the other départements of Occitanie, weighted by residents."""
        erased = reference.copy()
        erased.loc["48", "poverty_rate"] = np.nan
        tables = departement_tables(erased, national)
        others = reference[(reference["region"] == "76") & (reference.index != "48")]
        lent = np.average(others["poverty_rate"], weights=residents_by_age(others).sum(axis=1))
        level = tables.joint[FINE.where(income="low")].sum() / tables.joint.sum()
        wanted = logit(level) + logit(lent) - logit(tables.france["poverty_rate"])
        assert logit(self.poor(tables, "48")) == pytest.approx(wanted)
        assert tables.resolved_at.loc["48", "income"] == "region"

    def test_living_alone_is_taken_as_published(self, reference, national):
        tables = departement_tables(reference, national)
        table, old = tables.tables[tables.codes.get_loc("48")], FINE.where(age="80+")
        alone = table[old & FINE.where(living_alone="alone")].sum() / table[old].sum()
        assert alone == pytest.approx(reference.loc["48", "living_alone_share_80_plus"], abs=1e-8)

    def test_the_national_table_has_the_published_margins(self, reference, national):
        """Of 1,000 residents of 15-64 in 2019, 96 unemployed and 647 in employment, but for the ages of 2022."""
        joint = departement_tables(reference, national).joint
        working_age = joint[FINE.where(age="15-64")].sum()
        for activity, share in (("employed", 0.647), ("unemployed", 0.096), ("student", 0.106), ("retired", 0.065)):
            assert joint[FINE.where(age="15-64", activity=activity)].sum() / working_age == pytest.approx(
                share, abs=0.005
            )
        high = joint[FINE.where(income="high")].sum() / joint.sum()
        assert high == pytest.approx(0.20)

    def test_an_empty_column_is_refused(self, reference, national):
        with pytest.raises(BadInput, match="poverty_rate is empty everywhere"):
            departement_tables(reference.assign(poverty_rate=np.nan), national)


class TestRicherSources:
    """What is known of the commune itself replaces what its département lends it."""

    def test_living_alone_and_poverty_of_the_commune(self, communes, reference, national):
        factors = pd.DataFrame(
            {
                "living_alone_share_80_plus": [0.9, np.nan],
                "living_alone_share_15_54": [0.3, np.nan],
                "poverty_rate": [0.30, 0.05],
                "poverty_rate_is_ceiling": [False, True],
            },
            index=["31001", "31002"],
        )
        base, rich = prepare(communes, reference, national), prepare(communes, reference, national, factors)
        at = rich.codes.get_loc("31001")
        table = rich.tables[at]
        of_80 = SURVEY.where(age="80+")
        assert table[of_80 & SURVEY.where(living_alone="alone")].sum() / table[of_80].sum() == pytest.approx(0.9)
        assert table.sum() == pytest.approx(base.tables[at].sum())
        low = SURVEY.where(income="low")
        poor, poor_before = (c.tables[:, low].sum(axis=1) / c.tables.sum(axis=1) for c in (rich, base))
        assert poor[at] > poor_before[at]
        censored = rich.codes.get_loc("31002")
        assert poor[censored] < poor_before[censored], "five per cent or less is under the département's rate"
        assert rich.resolved_at.loc["31001"].to_dict() == {
            "age": "commune", "activity": "departement", "living_alone": "commune", "income": "commune",
            "density": "commune",
        }  # fmt: skip
        untouched = rich.codes.get_loc("75001")
        assert rich.tables[untouched] == pytest.approx(base.tables[untouched])

    def test_census_ages_replace_the_three_bands(self, communes, reference, national):
        factors = pd.DataFrame(
            {
                "age_15_29": [100.0],
                "age_30_44": [200.0],
                "age_45_59": [300.0],
                "age_60_74": [50.0],
                "age_75_plus": [25.0],
            },
            index=["31001"],
        )
        country = prepare(communes, reference, national, factors)
        table = country.tables[country.codes.get_loc("31001")]
        assert table.sum() == pytest.approx(675)
        assert table[SURVEY.where(age="75+")].sum() == pytest.approx(25)

    def test_factors_that_cannot_hold_together_are_left_out_and_said(self, communes, reference, national):
        """Half of the 15-64 are students, all under 30, where one in ten is under 30: the commune keeps its ages and
        takes the rest from its département; its neighbour is not touched."""
        ages = {"age_15_29": [50.0, 50], "age_30_59": [400.0, 400], "age_60_plus": [50.0, 50]}
        factors = pd.DataFrame(ages | {"student_share_15_64": [0.5, 0.05]}, index=["31001", "31002"])
        country = prepare(communes, reference, national, factors)
        assert list(country.refused.index) == ["31001"]
        assert (
            "contradict" in country.refused["31001"].text() or "where there are none" in country.refused["31001"].text()
        )
        table = country.tables[country.codes.get_loc("31001")]
        assert table.sum() == pytest.approx(500)
        assert country.resolved_at["activity"][["31001", "31002"]].to_list() == ["departement", "commune"]

    def test_activity_of_the_commune(self, communes, reference, national):
        factors = pd.DataFrame({"unemployed_share_of_active": [0.5]}, index=["31001"])
        country = prepare(communes, reference, national, factors)
        table = country.tables[country.codes.get_loc("31001")]
        unemployed, employed = (table[SURVEY.where(activity=a)].sum() for a in ("unemployed", "employed"))
        assert unemployed == pytest.approx(employed)

    def test_a_rate_read_against_france_needs_frances(self, communes, reference, national):
        factors = pd.DataFrame({"poverty_rate": [0.2]}, index=["31001"])
        with pytest.raises(BadInput, match="poverty_rate needs the same column in the reference table"):
            prepare(communes, reference.drop(columns="poverty_rate"), national, factors)

    def test_every_problem_of_the_factors_at_once(self, communes, reference, national):
        factors = pd.DataFrame(
            {"poverty_rate": [14.0], "age_20_29": [10.0], "age_30_plus": [-1.0], "noise": [0.0]}, index=["31001"]
        )
        with pytest.raises(BadInput) as error:
            prepare(communes, reference, national, factors)
        for words in (
            "poverty_rate outside 0-1",
            "must follow one another",
            "negative or infinite age_30_plus",
            "noise",
        ):
            assert words in str(error.value)


class TestTwinsAndReasons:
    def test_ten_twins_of_the_same_class_first(self, estimates, communes):
        rows = estimates.twins[estimates.twins["level"] == "commune"]
        assert (rows.groupby("code").size() <= 10).all() and rows.groupby("code").size().max() == 10
        people = communes[["pop_0_19", "pop_20_64", "pop_65_plus"]].sum(axis=1)
        ratio = people[rows["code"]].to_numpy() / people[rows["twin"]].to_numpy()
        assert np.abs(np.log10(ratio)).max() < 1
        types = communes[["rural", "town", "city"]].idxmax(axis=1)
        first = rows[rows["rank"] == 1]
        same = types[first["code"]].to_numpy() == types[first["twin"]].to_numpy()
        assert same.mean() > 0.8

    def test_what_a_departement_lends_does_not_make_twins_of_neighbours(self, communes, reference, national):
        """Two villages with the same three ages, in Lozère and in Haute-Garonne, are each other's nearest."""
        alike = communes.copy()
        same = ["rural", "town", "city", "pop_0_19", "pop_20_64", "pop_65_plus"]
        alike.loc["48002", same] = alike.loc["31002", same].to_list()
        rows = twin_frame(prepare(alike, reference, national), levels=("commune",)).query("rank == 1")
        nearest = rows.set_index("code")
        assert nearest.loc["48002", "twin"] == "31002" and nearest.loc["31002", "twin"] == "48002"
        assert nearest.loc["48002", "distance"] == 0

    def test_finer_ages_count_where_they_are_known(self, communes, reference, national):
        rng = np.random.default_rng(3)
        published = communes.dropna(subset="pop_65_plus").index
        ages = {c: rng.integers(20, 400, len(published)) for c in ("age_15_29", "age_30_59", "age_60_plus")}
        base, rich = (prepare(communes, reference, national, f) for f in (None, pd.DataFrame(ages, index=published)))
        one, two = (twin_frame(c, levels=("commune",)) for c in (base, rich))
        key = ["level", "code", "rank"]
        both = one.merge(two, on=key, how="outer", suffixes=("", "_two"))
        assert (both["twin"] != both["twin_two"]).mean() > 0.5

    def test_households_and_income_count_where_they_are_known(self, communes, reference, national):
        """Two villages alike but for their households are no longer the nearest; a third, unknown, is not nearer."""
        alike = communes.copy()
        same = ["rural", "town", "city", "pop_0_19", "pop_20_64", "pop_65_plus"]
        for village in ("48002", "48003"):
            alike.loc[village, same] = alike.loc["31002", same].to_list()
        country = prepare(alike, reference, national)
        values = pd.DataFrame(
            [("commune", "persons_per_household", c, "2021", v, "derived") for c, v in
             (("31001", 3.1), ("31002", 2.0), ("48001", 2.9), ("48002", 3.0), ("48004", 2.0))]
            + [("commune", "persons_per_household", "48002", "2015", 2.0, "derived"),
               ("commune", "one_person_household_share", "48002", "2021", 0.3, "modelled")],
            columns=["level", "indicator", "code", "vintage", "value", "kind"],
        )  # fmt: skip
        known = traits(values)
        assert known.loc[("commune", "48002")].dropna().to_dict() == {"persons_per_household": 3.0}
        rows = twin_frame(country, levels=("commune",), traits_=known).set_index(["code", "twin"])["distance"]
        sd = np.std([3.1, 2.0, 2.9, 3.0, 2.0])
        assert rows[("31002", "48002")] == pytest.approx(1 / sd)
        assert rows[("31002", "48003")] == pytest.approx(CHANCE**0.5)

    def test_a_level_with_few_territories_has_none(self, estimates):
        assert "departement" not in set(estimates.twins["level"])

    def test_reasons_add_up_to_the_difference_with_the_twins(self, estimates, by_level):
        parts = why_here(estimates.country, estimates.twins, "commune")
        total = parts.groupby("code")["part"].sum()
        assert total.to_numpy() == pytest.approx(by_level["commune"].loc[total.index, "contrast_twins_mean"].to_numpy())
        assert set(parts["factor"]) == {"age", "activity", "living_alone", "income", "density", "structure"}

    def test_reasons_of_some_communes_only(self, estimates):
        some = why_here(estimates.country, estimates.twins, "commune", ["31001", "93002"])
        every = why_here(estimates.country, estimates.twins, "commune")
        both = some.merge(every, on=["level", "code", "factor"], suffixes=("", "_all"), validate="1:1")
        assert len(both) == len(some) == 12
        assert both["part"].to_numpy() == pytest.approx(both["part_all"].to_numpy(), abs=1e-7)
        with pytest.raises(BadInput, match="48008"):
            why_here(estimates.country, estimates.twins, "commune", ["48008"])

    def test_more_typical_areas_tighten_the_bounds_of_communes(self, estimates):
        few, many = (bound_frame(estimates.country, typical=n).query("level == 'commune'") for n in (1, 40))
        width = [(b["bound_high"] - b["bound_low"]).mean() for b in (few, many)]
        assert width[1] < width[0]

    def test_fewer_twins(self, estimates):
        sizes = twin_frame(estimates.country, count=3).groupby(["level", "code"]).size()
        assert sizes.max() == 3 and sizes.mean() > 2.5


class TestRefusals:
    def test_every_problem_of_the_communes_at_once(self, communes, reference, national):
        wrong = communes.astype({"pop_0_19": object})
        wrong.loc["31001", "pop_65_plus"] = -3
        wrong.loc["31002", "pop_20_64"] = np.inf
        wrong.loc["31003", "town"] = 0.5
        wrong.loc["31004", "departement"] = "20"
        wrong.loc["31005", "pop_0_19"] = "many"
        wrong.loc["31006", "pop_20_64"] = 12.5
        wrong = pd.concat([wrong, wrong.loc[["75001"]]])
        with pytest.raises(BadInput) as error:
            estimate(wrong, reference, national)
        for words in (
            "negative or infinite pop_65_plus: 31001",
            "negative or infinite pop_20_64: 31002",
            "do not add up to 1: 31003",
            "absent from the reference table: 20",
            "pop_0_19 that is not a number: 31005",
            "pop_20_64 that is not a whole number of residents: 31006",
            "communes given twice: 75001",
        ):
            assert words in str(error.value)

    def test_every_unknown_scenario_at_once(self, communes, reference, national):
        wrong = [
            replace(DEFAULT, id="one", definition="six_networks"),
            replace(DEFAULT, id="two", age_curve="postal"),
            replace(DEFAULT, id="three", definition="srcv", age_curve="telephone"),
        ]
        with pytest.raises(UnknownScenario) as error:
            estimate(communes, reference, national, flips=wrong)
        for words in (
            "one: There is no definition « six_networks »",
            "two: There is no age curve « postal »",
            "three: The telephone age curve belongs to five_networks",
        ):
            assert words in str(error.value)

    def test_missing_columns(self, communes, reference, national):
        with pytest.raises(BadInput, match="lack the columns epci, pop_65_plus"):
            estimate(communes.drop(columns=["epci", "pop_65_plus"]), reference, national)

    def test_no_commune_at_all(self, communes, reference, national):
        with pytest.raises(BadInput, match="No commune can be estimated"):
            estimate(communes.loc[["48007", "48008"]], reference, national)

    def test_a_missing_national_figure_is_named(self, communes, reference, national):
        cut = national[~((national["table"] == "living_alone_share") & (national["age"] == "25_39"))]
        with pytest.raises(BadInput, match="living_alone_share, 25_39, living_alone: 0 rows"):
            estimate(communes, reference, cut)
