"""Bytes that a spreadsheet opens: CSV for a French one, XLSX for any. Text that would run as a formula is disarmed."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

from geodata.names import without_accents
from geodata.spreadsheet import disarmed

BOM = "\ufeff"


def csv_bytes(frame: pd.DataFrame, percents: Collection[str] = ()) -> bytes:
    """UTF-8 with BOM, `;` between columns, decimal comma; text that would run as a formula is disarmed. Shares in the
    columns `percents` are written as a French spreadsheet reads percentages: 12,4321%."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(frame.columns)
    cells = [_percent if name in percents else _cell for name in frame.columns]
    for row in frame.astype(object).itertuples(index=False):
        writer.writerow([cell(value) for cell, value in zip(cells, row, strict=True)])
    return (BOM + out.getvalue()).encode("utf-8")


def xlsx_bytes(
    sheets: Sequence[tuple[str, pd.DataFrame]], *, title: str, made_on: datetime, percents: Collection[str] = ()
) -> bytes:
    """A workbook of (title, frame): numbers stay numbers, text is never read as a formula or a link. Shares in the
    columns `percents` are shown as percentages.

    The same frames and day give the same bytes.
    """
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "created": made_on})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        percent = book.add_format({"num_format": "0.0 %"})
        for name, frame in sheets:
            sheet = book.add_worksheet(name[:31])
            formats = [percent if column in percents else None for column in frame.columns]
            sheet.write_row(0, 0, list(frame.columns), bold)
            for number, row in enumerate(frame.astype(object).itertuples(index=False), start=1):
                for column, value in enumerate(row):
                    if not _is_missing(value):
                        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
                        sheet.write(number, column, value if is_number else disarmed(str(value)), formats[column])
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return out.getvalue()


def slug(name: str) -> str:
    """Lower case, ASCII, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", without_accents(name.casefold())).strip("-")


def _cell(value: object) -> str:
    if _is_missing(value):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}".replace(".", ",") if value != int(value) else str(int(value))
    return disarmed(str(value))


def _percent(value: Any) -> str:
    if _is_missing(value):
        return ""
    return f"{round(100 * value, 4):g}".replace(".", ",") + "%"


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value))
