"""Does a frame follow its table's declaration? Every problem at once, in words."""

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geodata.errors import SchemaError
from geodata.geometry import Geometry

_EXAMPLES = 3


def check(frame: pd.DataFrame, table: sa.Table) -> pd.DataFrame:
    """Return `frame` with the table's columns in the table's order.

    Raises `SchemaError` listing every missing or unexpected column, wrong type, missing value, repeated key and value
    outside its constraint. An autonumbered single integer key may be absent.
    """
    problems = []
    columns = {column.name: column for column in table.columns}
    autonumber = [c.name for c in table.primary_key.columns if isinstance(c.type, sa.Integer)]
    missing = [name for name in columns if name not in frame and name not in autonumber]
    unexpected = [name for name in frame.columns if name not in columns]
    if missing:
        problems.append(f"missing columns: {', '.join(missing)}")
    if unexpected:
        problems.append(f"unexpected columns: {', '.join(map(str, unexpected))}")
    for name, column in columns.items():
        if name in frame:
            problems += [f"{name}: {problem}" for problem in _column_problems(frame[name], column)]
    for key in _keys(table):
        if set(key) <= set(frame.columns) and (repeated := frame.duplicated(key)).any():
            rows = frame.loc[repeated, key].head(_EXAMPLES).to_dict("records")
            problems.append(f"{int(repeated.sum())} rows repeat the key {key}, for example {rows}")
    if problems:
        raise SchemaError(f"table {table.name}: " + "; ".join(problems))
    return frame[[name for name in columns if name in frame]]


def _keys(table: sa.Table) -> list[list[str]]:
    unique = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    return [[c.name for c in key.columns] for key in [table.primary_key, *unique]]


def _column_problems(values: pd.Series, column: sa.Column) -> list[str]:
    problems = []
    empty = values.isna()
    if empty.any() and not column.nullable:
        problems.append(f"{int(empty.sum())} missing values, none allowed")
    present = values[~empty]
    if present.empty:
        return problems
    if (words := _type_problem(present, column.type)) is not None:
        problems.append(words)
    elif column.info.get("unit") == "share" and ((present < 0) | (present > 1)).any():
        wrong = present[(present < 0) | (present > 1)]
        problems.append(f"{len(wrong)} values outside 0..1, for example {_shown(wrong)}")
    return problems


def _type_problem(values: pd.Series, type_: sa.types.TypeEngine) -> str | None:
    """What is wrong with the type of values that are there, in words; None when nothing is."""
    if isinstance(type_, (sa.Double, sa.Integer)):
        if not pd.api.types.is_numeric_dtype(values):
            return f"numbers expected, found {_shown(values)}"
        if (infinite := np.isinf(values.to_numpy(dtype=float))).any():
            return f"{int(infinite.sum())} infinite values"
        if isinstance(type_, sa.Integer) and (values % 1 != 0).any():
            return f"whole numbers expected, found {_shown(values[values % 1 != 0])}"
    elif isinstance(type_, sa.Text):
        if pd.api.types.infer_dtype(values, skipna=False) == "string":
            return None
        if len(wrong := values[~values.map(lambda value: isinstance(value, str))]):
            return f"text expected, found {_shown(wrong)}"
    elif isinstance(type_, Geometry):
        if len(wrong := values[~values.map(lambda value: isinstance(value, shapely.Geometry))]):
            return f"geometries expected, found {_shown(wrong)}"
        if len(wrong := values[values.map(lambda value: value.geom_type.upper()) != type_.kind]):
            return f"{type_.kind} expected, found {wrong.iloc[0].geom_type.upper()}"
    return None


def _shown(values: pd.Series) -> str:
    """The first value as a person writes it: 12.0, not np.float64(12.0)."""
    first = values.iloc[0]
    return repr(first.item() if isinstance(first, np.generic) else first)
