"""Indicators by hand: sums over sums, coverage, what a producer publishes, what cannot be, a new one in two lines."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.factors import Today
from etl.indicators.aggregation import aggregate
from etl.indicators.figures import Figure, Measures, Reading, figures_of, measures_of
from etl.population import lineage
from etl.rejects import with_words
from geodata.estimate import Kind
from geodata.indicator import Direction, Indicator, Side, Way
from geodata.indicator_catalogue import BY_ID

ALONE = BY_ID["living_alone_share_80_plus"]
COMMUNES = {"01001": "E1", "01002": "E1", "01003": "E2", "02001": "E2"}
RESIDENTS = pd.Series({"01001": 600.0, "01002": 400.0, "01003": 50.0, "02001": 950.0})


def territory() -> pd.DataFrame:
    """Two départements of one région, four communes; E2 straddles both."""
    rows = [
        {"level": "commune", "code": code, "epci": epci, "departement": code[:2], "region": "84"}
        for code, epci in COMMUNES.items()
    ]
    rows += [{"level": "epci", "code": code} for code in ("E1", "E2")]
    rows += [{"level": "departement", "code": code, "region": "84"} for code in ("01", "02")]
    rows += [{"level": "region", "code": "84"}, {"level": "france", "code": "FR"}]
    return pd.DataFrame(rows, columns=["level", "code", "epci", "tvs", "departement", "region"])


def today() -> Today:
    communes = pd.DataFrame({"residents_2018": RESIDENTS})
    return Today(communes, pd.DataFrame(columns=["code", "commune"]),
                 pd.DataFrame(columns=["code_census", "code_cog2025", "event"]), RESIDENTS)  # fmt: skip


def people() -> dict[str, pd.DataFrame]:
    return {"commune": RESIDENTS.to_frame("residents")}


READ = Reading(ALONE, "insee_rp", ("living_alone_80_plus",), ("population_80_plus",))


def indicator_rows(fine=None, above=None, reading=READ, **more) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `indicator_value` by (level, code) and the rejects of one table of measures."""
    fine = None if fine is None else pd.DataFrame(fine).T
    index = None if above is None else pd.MultiIndex.from_tuples(above, names=["level", "code"])
    above = None if above is None else pd.DataFrame(list(above.values()), index=index)
    table = Measures(reading.source, "2022", fine, "commune", above, **more)
    figures, refused = figures_of(table, [reading], people(), today())
    rows, wrong = added(figures)
    return rows, pd.concat([refused, wrong], ignore_index=True)


def added(figures: list[Figure]) -> tuple[pd.DataFrame, pd.DataFrame]:
    departements = RESIDENTS.groupby(RESIDENTS.index.str[:2]).sum()
    rows, rejects = aggregate(figures, territory(), RESIDENTS, departements)
    return rows.set_index(["level", "code"]), rejects


def count(alone: float, old: float) -> dict[str, float]:
    return {"living_alone_80_plus": alone, "population_80_plus": old}


WHOLE = {"01001": count(30, 100), "01002": count(10, 20), "01003": count(6, 12), "02001": count(60, 120)}


def test_a_share_is_a_sum_over_a_sum_at_every_level():
    rows, rejects = indicator_rows(WHOLE)
    assert rows.loc[("commune", "01001"), "value"] == 0.3
    assert rows.loc[("epci", "E1"), ["numerator", "denominator", "value", "coverage"]].tolist() == [
        40,
        120,
        40 / 120,
        1,
    ]
    assert rows.loc[("departement", "01"), "value"] == pytest.approx(46 / 132)
    assert rows.loc[("region", "84"), "value"] == rows.loc[("france", "FR"), "value"] == pytest.approx(106 / 252)
    assert set(rows["kind"]) == {"derived"} and set(rows["resolved_at"]) == {"commune"} and rejects.empty


def test_less_than_nine_tenths_known_has_no_value_but_a_reason():
    """Without 02001 (950 of 1,000 residents) E2 and the région are not told; E1 is."""
    rows, _ = indicator_rows({code: one for code, one in WHOLE.items() if code != "02001"})
    unknown = rows.loc[("epci", "E2")]
    assert pd.isna(unknown["value"]) and pd.isna(unknown["numerator"])
    assert unknown["reason"] == "coverage" and unknown["coverage"] == pytest.approx(0.05)
    assert rows.loc[("epci", "E1"), "reason"] is None
    assert rows.loc[("region", "84"), "reason"] == "coverage" and ("departement", "02") not in rows.index


def test_what_the_producer_publishes_of_a_departement_wins_and_goes_into_the_region():
    above = {("departement", "01"): count(50, 132), ("departement", "02"): count(60, 120)}
    rows, _ = indicator_rows(WHOLE, above)
    assert rows.loc[("departement", "01"), ["value", "kind"]].tolist() == [50 / 132, "observed"]
    assert rows.loc[("region", "84"), "value"] == pytest.approx(110 / 252)
    assert rows.loc[("epci", "E1"), "value"] == pytest.approx(40 / 120)


def test_few_people_are_kept_secret_and_still_count_above():
    rows, _ = indicator_rows(WHOLE | {"01003": count(4, 8)})
    secret = rows.loc[("commune", "01003")]
    assert secret["reason"] == "secret" and secret[["value", "numerator", "denominator"]].isna().all()
    assert rows.loc[("epci", "E2"), "denominator"] == 128


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (count(130, 100), "numerator is above its denominator"),
        (count(3, 0), "somebody is counted among nobody"),
        (count(0, 0), "nobody is concerned in 1 place"),
    ],
)
def test_what_cannot_be_is_a_reject_and_unknown(wrong, words):
    rows, rejects = indicator_rows(WHOLE | {"01001": wrong})
    assert ("commune", "01001") not in rows.index
    assert (
        len(rejects) == 1 and words in with_words(rejects)["reason"].iloc[0] and rejects["source"].iloc[0] == "insee_rp"
    )


def test_a_share_of_twelve_is_a_percentage_and_refused():
    rate = Reading(BY_ID["poverty_rate"], "filosofi", ("poverty_rate",), ("residents",), is_rate=True)
    rows, rejects = indicator_rows({"01001": {"poverty_rate": 12.0}, "01002": {"poverty_rate": 0.12}}, reading=rate)
    assert rows.loc[("commune", "01002"), "value"] == 0.12 and ("commune", "01001") not in rows.index
    assert "percentage" in with_words(rejects)["reason"].iloc[0] and rejects["key"].iloc[0] == "01001"


def test_who_is_counted_among_nobody_knows_how_many_swells_no_sum():
    """Recipients of a place whose residents nobody tells are not added to those of the others."""
    reading = Reading(BY_ID["caf_covered_share"], "caf", ("caf_people_covered",), ("residents",))
    fine = {code: {"caf_people_covered": 60.0} for code in ("01001", "01002")}
    here = people() | {"commune": people()["commune"].drop("01002")}
    table = Measures("caf", "2020", pd.DataFrame(fine).T, "commune")
    (figure,), _ = figures_of(table, [reading], here, today())
    assert figure.communes[["some", "among"]].to_dict("index") == {"01001": {"some": 60.0, "among": 600.0}}


def test_unknown_codes_are_rejects():
    rows, rejects = indicator_rows(WHOLE | {"99999": count(1, 20)}, {("epci", "E9"): count(1, 20)})
    assert set(rejects["key"]) == {"99999", "E9"}
    assert rows.loc[("france", "FR"), "denominator"] == 252


def test_an_index_is_a_mean_weighted_by_its_people_and_a_median_is_never_worked_out():
    index = Reading(BY_ID["deprivation_index"], "f_edi", ("deprivation_index",), ("residents",), is_rate=True)
    rows, _ = indicator_rows({"01001": {"deprivation_index": 1.0}, "01002": {"deprivation_index": 6.0}}, reading=index)
    assert rows.loc[("epci", "E1"), "value"] == pytest.approx((600 * 1 + 400 * 6) / 1000)
    median = Reading(BY_ID["median_income"], "filosofi", ("median_income",))
    rows, _ = indicator_rows(
        {"01001": {"median_income": 20_000.0}, "01002": {"median_income": 22_000.0}}, reading=median
    )
    assert set(rows.index.get_level_values("level")) == {"commune"}


def test_of_two_files_that_disagree_the_first_is_kept_and_a_reject_names_both():
    def published(source: str, value: float) -> Figure:
        index = pd.MultiIndex.from_tuples([("departement", "01")], names=["level", "code"])
        frame = pd.DataFrame({"some": [value * 132], "among": [132.0], "value": [value]}, index=index)
        nothing = pd.DataFrame({"some": [], "among": [], "known": []}, dtype=float)
        return Figure(ALONE, source, "2022", nothing, frame, "departement", Kind.OBSERVED)

    rows, rejects = added([published("insee_rp", 0.40), published("insee_melodi", 0.45)])
    assert rows.loc[("departement", "01"), ["value", "source"]].tolist() == [0.40, "insee_rp"]
    assert len(rejects) == 1
    reason = with_words(rejects)["reason"].iloc[0]
    assert "insee_rp and insee_melodi disagree" in reason and "Kept: insee_rp, read first" in reason
    assert added([published("insee_rp", 0.40), published("insee_melodi", 0.401)])[1].empty


def test_a_figure_that_is_only_a_limit_is_unknown_and_says_so():
    rows = pd.DataFrame(
        {"level": "commune", "code": ["01001", "01002"], "measure": "poverty_rate", "vintage": "2021",
         "value": [0.05, 0.2], "unit": "share", "state": ["censored", "published"]}
    )  # fmt: skip
    rate = Reading(BY_ID["poverty_rate"], "filosofi", ("poverty_rate",), ("residents",), is_rate=True)
    table = next(measures_of("filosofi", rows, ["poverty_rate"]))
    found, _ = added(figures_of(table, [rate], people(), today())[0])
    assert found.loc[("commune", "01001"), "reason"] == "censored" and pd.isna(found.loc[("commune", "01001"), "value"])
    assert found.loc[("commune", "01002"), "value"] == 0.2


def test_an_indicator_is_one_entry_and_one_reading():
    new = Indicator("dogs", "Chiens", "Dogs", "Chiens / habitants.", "Dogs / residents.", "Chiens", "habitants",
                    "share", Side.PLACE, Direction.SHOWN, Way.SHARE)  # fmt: skip
    rows, _ = indicator_rows(
        {code: {"dogs": 10.0} for code in COMMUNES}, reading=Reading(new, "spa", ("dogs",), ("residents",))
    )
    assert rows.loc[("france", "FR"), "value"] == pytest.approx(40 / 2000)
    assert set(rows["indicator"]) == {"dogs"}


@given(st.lists(st.tuples(st.integers(11, 10_000), st.floats(0, 1)), min_size=4, max_size=4))
def test_a_territory_lies_between_its_parts(pairs):
    rows, _ = indicator_rows(
        {code: count(share * old, old) for code, (old, share) in zip(COMMUNES, pairs, strict=True)}
    )
    communes = rows.loc["commune"]["value"]
    for level, code in (("epci", "E1"), ("epci", "E2"), ("departement", "01"), ("region", "84"), ("france", "FR")):
        inside = communes if level in ("region", "france") else communes[
            [c for c in COMMUNES if COMMUNES[c] == code or c[:2] == code]
        ]  # fmt: skip
        assert inside.min() - 1e-9 <= rows.loc[(level, code), "value"] <= inside.max() + 1e-9


def test_a_merged_commune_is_the_sum_of_its_parts():
    merged = today()
    parts = pd.DataFrame({"code": ["01999"], "commune": ["01001"]})
    merged = Today(merged.communes, parts, merged.changes, merged.residents)
    assert lineage(pd.Index(["01999"]), merged.communes, parts, merged.changes)["code"].tolist() == ["01001"]
    fine = pd.DataFrame(WHOLE | {"01999": count(10, 20)}).T
    figures, _ = figures_of(Measures("insee_rp", "2022", fine), [READ], people(), merged)
    assert added(figures)[0].loc[("commune", "01001"), "value"] == pytest.approx(40 / 120)
