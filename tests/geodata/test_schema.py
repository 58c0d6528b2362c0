"""Every column says what it holds, in which unit, in a type that a GeoPackage and PostGIS both read."""

import re

import sqlalchemy as sa

from geodata import schema
from geodata.frames import check
from geodata.geometry import Geometry

TABLES = schema.metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]
ALLOWED = (sa.Text, sa.Double, sa.Integer, sa.LargeBinary, Geometry)
UNIT_OF_SUFFIX = {"_min": "min", "_km": "km", "_km2": "km2", "_hours": "h", "lon": "degree", "lat": "degree"}


def named(columns) -> list[str]:
    return [str(column) for column in columns]


def test_types_are_those_that_every_reader_knows():
    """GDAL warns about VARCHAR, DATETIME and the like."""
    assert named(c for c in COLUMNS if type(c.type) not in ALLOWED) == []


def test_every_table_and_column_is_described():
    assert named(item for item in [*TABLES, *COLUMNS] if len(item.comment or "") < 4) == []


def test_every_table_has_a_key_that_is_never_missing():
    assert named(table for table in TABLES if not len(table.primary_key.columns)) == []
    assert named(c for c in COLUMNS if c.primary_key and c.nullable) == []


def test_what_is_called_a_share_or_a_probability_has_that_unit():
    shares = [c for c in COLUMNS if re.match(r"share(_|$)|p_above", c.name)]
    assert named(c for c in shares if c.info["unit"] != "share") == []
    assert {"estimate.share", "estimate.p_above_national"} <= set(named(shares))


def test_a_share_is_held_between_0_and_1_by_the_database_itself():
    shares = [c for c in COLUMNS if c.info["unit"] == "share"]
    bounds = {c: {str(k.sqltext) for k in c.constraints if isinstance(k, sa.CheckConstraint)} for c in shares}
    assert named(c for c in shares if f"{c.name} BETWEEN 0 AND 1" not in bounds[c]) == []
    assert named(c for c in shares if not isinstance(c.type, sa.Double)) == []


def test_a_unit_in_the_name_is_the_unit_declared():
    wrong = [
        column
        for column in COLUMNS
        for suffix, unit in UNIT_OF_SUFFIX.items()
        if column.name.endswith(suffix) and column.info["unit"] != unit
    ]
    assert named(wrong) == []


def test_names_say_what_they_hold():
    assert named(c for c in COLUMNS if not re.fullmatch(r"[a-z][a-z0-9_]*", c.name)) == []
    assert named(c for c in COLUMNS if c.name.startswith(("is_", "has_")) and not isinstance(c.type, sa.Integer)) == []


def test_codes_are_text():
    """01004 loses its zero as a number."""
    codes = [c for c in COLUMNS if c.name in ("code", "code_insee", "departement", "region", "epci", "postcode")]
    assert len(codes) > 8
    assert named(c for c in codes if not isinstance(c.type, sa.Text)) == []


def test_feature_tables_are_those_with_a_geometry():
    assert {table.name for table in schema.FEATURE_TABLES} == {
        c.table.name for c in COLUMNS if isinstance(c.type, Geometry)
    }
    assert all([c.name for c in table.primary_key.columns] == ["fid"] for table in schema.FEATURE_TABLES)


def test_the_artificial_tables_are_those_declared(synthetic_tables):
    assert set(synthetic_tables) == {table.name for table in TABLES}
    for table in TABLES:
        check(synthetic_tables[table.name], table)
