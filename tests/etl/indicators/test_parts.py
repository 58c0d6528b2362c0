"""Figures of districts and IRIS: what is too small is withheld, and what would give it away."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.indicators.figures import parts_of
from etl.indicators.parts import is_withheld, part_values
from etl.indicators.readings import READINGS

LEAST = 11


def hidden(sizes: list[float], groups: list[str]) -> list[bool]:
    index = pd.RangeIndex(len(sizes))
    return is_withheld(pd.Series(sizes, index), pd.Series(groups, index), pd.Series(LEAST, index)).tolist()


def test_a_small_one_takes_the_next_smallest_with_it():
    assert hidden([4, 300, 50], ["a"] * 3) == [True, False, True]
    assert hidden([4, 9, 300], ["a"] * 3) == [True, True, False]
    assert hidden([300, 50], ["a"] * 2) == [False, False]
    assert hidden([0, 300], ["a"] * 2) == [False, False]
    assert hidden([4, 300, 50], ["a", "b", "b"]) == [True, False, False]


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), min_size=1, max_size=12))
def test_subtracting_what_is_told_never_gives_fewer_than_the_limit(drawn):
    sizes, groups = [size for size, _ in drawn], [group for _, group in drawn]
    told = hidden(sizes, groups)
    for group in set(groups):
        inside = [(size, is_hidden) for size, own, is_hidden in zip(sizes, groups, told, strict=True) if own == group]
        rest = sum(size for size, is_hidden in inside if is_hidden)
        assert all(is_hidden or size == 0 or size >= LEAST for size, is_hidden in inside)
        # Where the whole group is too small, all of it is withheld.
        assert rest == 0 or rest >= LEAST or all(is_hidden or size == 0 for size, is_hidden in inside)


def observed(level: str, code: str, measure: str, value: float, state: str = "published") -> dict:
    return {"level": level, "code": code, "measure": measure, "value": value, "vintage": "2022", "state": state}


@pytest.fixture
def rows() -> pd.DataFrame:
    """A city that a file gives whole and by district, and two IRIS of one district."""
    told = [
        *(
            observed("commune", "75056", name, count)
            for name, count in (("population", 300), ("population_80_plus", 30))
        ),
        *(observed("arrondissement", "75101", n, c) for n, c in (("population", 100), ("population_80_plus", 20))),
        *(observed("arrondissement", "75102", n, c) for n, c in (("population", 200), ("population_80_plus", 10))),
        *(observed("iris", "751010101", n, c) for n, c in (("population", 94), ("population_80_plus", 18))),
        *(observed("iris", "751010102", n, c) for n, c in (("population", 6), ("population_80_plus", 2))),
    ]
    return pd.DataFrame(told)


def test_a_district_has_its_own_figure_and_a_handful_of_people_none(rows):
    part = pd.DataFrame(
        [("district", "75101", "75056"), ("district", "75102", "75056"), ("iris", "751010101", "75056"),
         ("iris", "751010102", "75056")], columns=["kind", "code", "commune"],
    )  # fmt: skip
    tables = parts_of("insee_rp", rows, ["population", "population_80_plus"])
    values, rejects = part_values(tables, READINGS, {}, part)
    share = values[values["indicator"] == "share_80_plus"].set_index("code")
    assert share["value"].dropna().to_dict() == {"75101": 0.2, "75102": 0.05}
    assert share["reason"].dropna().to_dict() == {"751010101": "secret", "751010102": "secret"}
    assert share["numerator"].dropna().index.tolist() == ["75101", "75102"]
    assert share["resolved_at"].tolist() == ["district", "district", "iris", "iris"]
    assert rejects.empty


def test_the_newest_vintage_of_a_part_is_told_and_a_limit_is_no_figure(rows):
    older = rows.assign(vintage="2016", value=rows["value"] * 3)
    limits = rows[rows["measure"] == "population_80_plus"].assign(vintage="2023", state="censored")
    part = pd.DataFrame([("district", "75101", "75056")], columns=["kind", "code", "commune"])
    tables = parts_of("insee_rp", pd.concat([older, rows, limits]), ["population", "population_80_plus"])
    values, _ = part_values(tables, READINGS, {}, part)
    assert set(values["vintage"]) == {"2022"}
