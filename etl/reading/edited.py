"""Tables that the project edits by hand, beside the code: read whole, or refused with every faulty cell named."""

import csv
from collections.abc import Callable, Sequence
from importlib.resources.abc import Traversable

from geodata.errors import BadInput


def read_edited(
    path: Traversable, columns: Sequence[str], problems: Callable[[list[dict[str, str]]], list[str]]
) -> list[dict[str, str]]:
    """Rows of a comma-separated UTF-8 table with exactly `columns`, as text.

    `problems` names what is wrong in the cells, given all rows; the first row is line 2. Raises `BadInput` listing
    every line and column that is not allowed.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name}: not UTF-8 (byte {error.start}); save it as UTF-8, comma-separated") from error
    header, *rows = list(csv.reader(lines)) or [[]]
    if tuple(header) != tuple(columns):
        raise BadInput(f"{path.name}, line 1: columns {', '.join(header)}; allowed: {', '.join(columns)}")
    ragged = [
        f"line {line}: {len(row)} cells, {len(columns)} expected (text with a comma goes between double quotes)"
        for line, row in enumerate(rows, start=2)
        if len(row) != len(columns)
    ]
    _refuse(path, ragged)
    table = [dict(zip(columns, row, strict=True)) for row in rows]
    _refuse(path, problems(table))
    return table


def split(text: str) -> list[str]:
    """Parts of a cell that holds several, `;` between."""
    return [part.strip() for part in text.split(";") if part.strip()]


def _refuse(path: Traversable, problems: list[str]) -> None:
    if problems:
        raise BadInput(f"{path.name} cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))
