"""The data dictionary, written from the declarations: `python -m geodata.dictionary > docs/dictionary.md`."""

import sqlalchemy as sa

from geodata import schema
from geodata.geometry import Geometry

_TYPES = {sa.Text: "text", sa.Double: "number", sa.Integer: "integer", sa.LargeBinary: "bytes"}


def markdown() -> str:
    """Every table and column with type, unit, whether it may be empty, and meaning."""
    lines = ["# Data dictionary", "", "Generated from `geodata/schema.py` by `make docs`. Empty means not known.", ""]
    for table in schema.metadata.sorted_tables:
        lines += [f"## `{table.name}`", "", f"{table.comment}.", ""]
        lines += ["| Column | Type | Unit | May be empty | Meaning |", "|---|---|---|---|---|"]
        lines += [_row(column) for column in table.columns]
        lines.append("")
    return "\n".join(lines)


def _row(column: sa.Column) -> str:
    type_ = column.type
    kind = f"geometry ({type_.kind.lower()})" if isinstance(type_, Geometry) else _TYPES[type(type_)]
    name = f"**`{column.name}`**" if column.primary_key else f"`{column.name}`"
    unit, empty = column.info["unit"] or "", "yes" if column.nullable else ""
    return f"| {name} | {kind} | {unit} | {empty} | {column.comment} |"


if __name__ == "__main__":
    print(markdown(), end="")
