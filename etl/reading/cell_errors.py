"""Cells in error of a workbook (#DIV/0!, #N/A), which the reader of workbooks gives as empty: never let them pass so.

Only the XML of a sheet that has one is read, so that a workbook without error costs a search of bytes. An old binary
workbook (.xls) is read a second time, by `xlrd`, which tells cells in error.
"""

import io
import re
import struct
import zipfile
from typing import IO
from xml.etree import ElementTree

import xlrd
import xlrd.compdoc

from etl.reading import opendocument
from geodata.errors import BadInput
from geodata.sentences import sentence

_IN_ERROR = re.compile(rb"""\bt=["']e["']""")
_IN_ERROR_ODS = re.compile(rb"""calcext:value-type=["']error["']""")
_PLACE = re.compile(r"([A-Z]+)(\d+)")

_DAMAGED = (
    *(xlrd.XLRDError, struct.error, AssertionError, ArithmeticError, AttributeError, LookupError, TypeError),
    *(ValueError, EOFError, OSError, xlrd.compdoc.CompDocError),
)
"""xlrd lets through whatever a damaged record causes."""


def cells_in_error(file: IO[bytes], sheet: str) -> dict[tuple[int, int], str]:
    """Row and column (from 0) of each cell in error of a sheet, with its text. Raises `BadInput`, `ParseError`."""
    if not zipfile.is_zipfile(file):
        return _in_xls(file, sheet)
    with zipfile.ZipFile(file) as book:
        names = set(book.namelist())
        if opendocument.CONTENT in names:
            return _in_ods(book, sheet)
        if "xl/workbook.xml" not in names:
            return {}
        part = _part(book, sheet)
        content = book.read(part) if part in names else b""
    if not _IN_ERROR.search(content):
        return {}
    signs, row, column = {}, -1, -1
    for element in ElementTree.fromstring(content).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif kind == "c":
            column = _column(element.get("r"), column + 1)
            if element.get("t") == "e":
                sign = next((child.text for child in element if child.tag.endswith("}v")), None)
                signs[row, column] = sign or "#N/A"
    return signs


def _in_xls(file: IO[bytes], sheet: str) -> dict[tuple[int, int], str]:
    file.seek(0)
    try:
        with xlrd.open_workbook(file_contents=file.read(), on_demand=True, logfile=io.StringIO()) as book:
            rows = book.sheet_by_name(sheet)
            return {
                (row, column): xlrd.error_text_from_code.get(rows.cell_value(row, column), "#N/A")
                for row in range(rows.nrows)
                for column, kind in enumerate(rows.row_types(row))
                if kind == xlrd.XL_CELL_ERROR
            }
    except _DAMAGED as error:
        raise BadInput(sentence("cells_unreadable", error=error)) from error


def _in_ods(book: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    if not _IN_ERROR_ODS.search(book.read(opendocument.CONTENT)):
        return {}
    return {
        (row, column): cell.text or "#N/A"
        for cell in opendocument.cells(book)
        if cell.sheet == sheet and cell.is_in_error
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """The name of the member that holds a sheet."""
    listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
    link = next(
        (value for e in listed if e.get("name") == sheet and e.tag.endswith("}sheet")
         for name, value in e.attrib.items() if name.endswith("}id")),
        "",
    )  # fmt: skip
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next((e.get("Target", "") for e in links if e.get("Id") == link), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column(place: str | None, following: int) -> int:
    if place is None or not (letters := _PLACE.fullmatch(place)):
        return following
    number = 0
    for letter in letters[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
