"""Does a frame follow its table's declaration? Every problem at once, in words."""

import pandas as pd
import sqlalchemy as sa

from geodata.errors import SchemaError

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
    known = values[~empty]
    if known.empty:
        return problems
    if isinstance(column.type, (sa.Double, sa.Integer)) and not pd.api.types.is_numeric_dtype(known):
        problems.append(f"numbers expected, found {known.iloc[0]!r}")
    elif isinstance(column.type, sa.Text) and not known.map(lambda value: isinstance(value, str)).all():
        wrong = known[known.map(lambda value: not isinstance(value, str))]
        problems.append(f"text expected, found {wrong.iloc[0]!r}")
    elif column.info.get("unit") == "share" and ((known < 0) | (known > 1)).any():
        wrong = known[(known < 0) | (known > 1)]
        problems.append(f"{len(wrong)} values outside 0..1, for example {wrong.iloc[0]!r}")
    return problems
