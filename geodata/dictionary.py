"""The data dictionary, written from the declarations: `python -m geodata.dictionary > docs/dictionary.md`."""

import sqlalchemy as sa

from geodata import schema

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
    kind = _TYPES.get(type(column.type)) or f"geometry ({column.type.kind.lower()})"
    name = f"**`{column.name}`**" if column.primary_key else f"`{column.name}`"
    unit, empty = column.info["unit"] or "", "yes" if column.nullable else ""
    return f"| {name} | {kind} | {unit} | {empty} | {column.comment} |"


if __name__ == "__main__":
    print(markdown(), end="")
