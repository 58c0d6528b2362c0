"""`frames.check` names every problem of a frame at once."""

import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geodata.errors import SchemaError
from geodata.frames import check
from geodata.geometry import Geometry

TABLE = sa.Table(
    "well",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=True),
    sa.Column("depth_m", sa.Double, nullable=True),
    sa.Column("share_full", sa.Double, nullable=True, info={"unit": "share"}),
    sa.Column("users", sa.Integer, nullable=False),
    sa.Column("geom", Geometry("POINT"), nullable=True),
    sa.UniqueConstraint("code"),
)


def good() -> pd.DataFrame:
    return pd.DataFrame(
        {"users": [3, 0], "code": ["01", "02"], "name": ["Puits", None], "depth_m": [3.5, np.nan],
         "share_full": [0.0, 1.0], "geom": [shapely.Point(0, 0), None]}
    )  # fmt: skip


def problem(**columns) -> str:
    with pytest.raises(SchemaError) as refusal:
        check(good().assign(**columns), TABLE)
    return str(refusal.value)


def test_a_good_frame_comes_back_in_the_order_of_its_table():
    checked = check(good(), TABLE)
    assert list(checked.columns) == ["code", "name", "depth_m", "share_full", "users", "geom"]
    assert "id" not in checked  # an autonumbered key may be absent


def test_the_frame_is_not_changed():
    frame = good()
    check(frame, TABLE)
    pd.testing.assert_frame_equal(frame, good())


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"code": ["01", None]}, "code: 1 missing values, none allowed"),
        ({"code": ["01", "01"]}, "1 rows repeat the key ['code'], for example [{'code': '01'}]"),
        ({"id": [7, 7]}, "1 rows repeat the key ['id']"),
        ({"code": [1, 2]}, "code: text expected, found 1"),
        ({"depth_m": ["3,5", None]}, "depth_m: numbers expected, found '3,5'"),
        ({"depth_m": [np.inf, 1]}, "depth_m: 1 infinite values"),
        ({"users": ["3", "0"]}, "users: numbers expected, found '3'"),
        ({"users": [3, 1.5]}, "users: whole numbers expected, found 1.5"),
        ({"share_full": [0.2, 12.0]}, "share_full: 1 values outside 0..1, for example 12.0"),
        ({"share_full": [-0.01, 0.5]}, "share_full: 1 values outside 0..1, for example -0.01"),
        ({"geom": ["POINT (0 0)", None]}, "geom: geometries expected, found 'POINT (0 0)'"),
        ({"geom": [shapely.box(0, 0, 1, 1), None]}, "geom: POINT expected, found POLYGON"),
        ({"depht": [1, 2]}, "unexpected columns: depht"),
    ],
)
def test_each_problem_in_words(columns, words):
    assert words in problem(**columns)


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match="table well: missing columns: code, users"):
        check(good().drop(columns=["code", "users"]), TABLE)


def test_every_problem_is_listed_at_once():
    frame = good().drop(columns="name").assign(code=["01", "01"], share_full=[2.0, 0.1], users=[None, 1], depht=1)
    with pytest.raises(SchemaError) as refusal:
        check(frame, TABLE)
    message = str(refusal.value)
    for words in ("missing columns: name", "unexpected columns: depht", "share_full: 1 values outside 0..1",
                  "users: 1 missing values", "1 rows repeat the key"):  # fmt: skip
        assert words in message


def test_a_column_without_any_value_has_no_type():
    check(good().assign(name=[None, None], depth_m=[None, None]), TABLE)


def test_nullable_and_numpy_numbers_are_numbers():
    check(good().assign(users=pd.array([3, 0], dtype="Int64"), depth_m=np.array([1, 2], dtype="int32")), TABLE)
    check(good().assign(users=[3.0, 0.0]), TABLE)
