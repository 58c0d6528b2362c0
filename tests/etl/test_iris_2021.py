"""The census by IRIS: read as published, refused row by row, counted once."""

import pandas as pd
import pytest

from etl.rejects import with_words
from etl.sources import iris_2021
from etl.sources.iris_2021 import COUNTS, read, tidy
from geodata.errors import BadInput
from tests.etl.wheels import with_census, with_members


def census(*rows) -> pd.DataFrame:
    """IRIS rows `(iris, com, residents)`: a third in each age, half a dwelling for each resident."""
    frame = pd.DataFrame(rows, columns=["iris", "com", "pop"])
    ages = dict.fromkeys(iris_2021.AGES, frame["pop"] / 3)
    return frame.assign(**ages, **dict.fromkeys(iris_2021.DWELLINGS, frame["pop"] / 2))


def test_iris_are_summed_by_commune():
    counts, rejects = tidy(census(("010040101", "01004", 600), ("010040102", "01004", 300), ("2A0040101", "2A004", 6)))
    assert counts["pop"].to_dict() == {"01004": 900, "2A004": 6}
    assert counts["pop_65p"].to_dict() == {"01004": 300, "2A004": 2}
    assert (counts.dtypes == "int64").all()
    assert rejects.empty


def test_an_empty_iris_counts_for_nobody_and_is_kept():
    counts, rejects = tidy(census(("010010000", "01001", 0)))
    assert counts["pop"].to_dict() == {"01001": 0}
    assert rejects.empty


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("010010000", "1001", 6), "« 1001 » is not a commune code"),
        (("010010000", "01001 ", 6), "« 01001  » is not a commune code"),
        (("010010000", None, 6), "no commune code"),
        (("010010000", "01001", -6), "negative count"),
        (("010010000", "01001", None), "missing count"),
    ],
)
def test_a_row_is_refused_with_its_reason_and_the_others_are_kept(row, reason):
    counts, rejects = tidy(census(("010020000", "01002", 12), row))
    assert counts["pop"].to_dict() == {"01002": 12}
    assert with_words(rejects).to_dict("records") == [
        {"source": "iris_2021", "row": "2", "key": "010010000", "reason": reason}
    ]


def test_an_iris_given_twice_is_not_counted_twice():
    counts, rejects = tidy(census(("010010000", "01001", 6), ("010010000", "01001", 6)))
    assert counts["pop"].to_dict() == {"01001": 6}
    assert with_words(rejects)["reason"].tolist() == ["this IRIS is already above"]


def test_the_order_of_rows_does_not_matter(synthetic_snapshots):
    raw = read(synthetic_snapshots["iris_2021"])
    counts, _ = tidy(raw)
    again, _ = tidy(raw.sample(frac=1, random_state=3).reset_index(drop=True))
    pd.testing.assert_frame_equal(counts, again)


def test_missing_columns_are_all_named(synthetic_snapshots, tmp_path):
    spoilt = with_census(
        synthetic_snapshots["iris_2021"], tmp_path, lambda census: census.drop(columns=["pop_65p", "com"])
    )
    with pytest.raises(BadInput, match=r"iris_2021\.parquet: missing columns com, pop_65p\. Found: iris, typ_iris"):
        read(spoilt)


def test_a_column_of_another_type_is_named(synthetic_snapshots, tmp_path):
    spoilt = with_census(
        synthetic_snapshots["iris_2021"], tmp_path, lambda census: census.astype({"pop": str, "com": "category"})
    )
    with pytest.raises(BadInput, match=r"iris_2021\.parquet: pop holds .*string, whole numbers are expected"):
        read(spoilt)


@pytest.mark.parametrize("body", [b"", b"PAR1 not a parquet file", None])
def test_a_member_that_cannot_be_read_is_named_with_the_file(synthetic_snapshots, tmp_path, body):
    spoilt = with_members(synthetic_snapshots["iris_2021"], iris_2021, tmp_path, iris_2021__parquet=body)
    with pytest.raises(BadInput) as refusal:
        read(spoilt)
    assert spoilt.path.name in str(refusal.value)
    assert "python -m etl fetch" in str(refusal.value)


def test_the_columns_kept_are_those_of_the_real_file(real_snapshots, synthetic_snapshots):
    real, synthetic = read(real_snapshots["iris_2021"]), read(synthetic_snapshots["iris_2021"])
    assert real.dtypes.to_dict() == synthetic.dtypes.to_dict()
    assert list(real.columns) == ["iris", "com", *COUNTS]
    assert len(real) == 49_280
    assert real["pop"].sum() == 67_408_104
    assert tidy(real)[1].empty
