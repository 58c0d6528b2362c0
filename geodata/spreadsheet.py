"""Text that a spreadsheet may open: a cell that would run as a formula is disarmed, wherever a file is written."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell instead of showing it (OWASP, CSV injection).

A full-width sign is read as the plain one by some spreadsheets."""

_BLANKS = " \u00a0\u202f\u2007\ufeff\u200b"
"""Blanks before a formula that a spreadsheet may drop when it imports."""


def is_formula(text: str) -> bool:
    """Would a spreadsheet compute this cell instead of showing it?"""
    return text.startswith(FORMULA) or text.lstrip(_BLANKS).startswith(FORMULA)


def disarmed(text: str) -> str:
    """`text` as it is, or behind an apostrophe when a spreadsheet would run it."""
    return "'" + text if is_formula(text) else text


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as a CSV that a French spreadsheet opens: UTF-8 with its mark, `;` between, formulas disarmed."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([disarmed(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
