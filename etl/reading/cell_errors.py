"""Cells in error of a workbook (#DIV/0!, #N/A), which the reader of workbooks gives as empty: never let them pass so.

Only the XML of a sheet that has one is read, so that a workbook without error costs a search of bytes.
"""

import re
import zipfile
from typing import BinaryIO
from xml.etree import ElementTree

from geodata.errors import BadInput

_IN_ERROR = re.compile(rb"""\bt=["']e["']""")
_IN_ERROR_ODS = re.compile(rb"""calcext:value-type=["']error["']""")
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def cells_in_error(file: BinaryIO, sheet: str) -> dict[tuple[int, int], str]:
    """Row and column (from 0) of each cell in error of a sheet, with its text; none for a binary xls, never told.

    Raises `BadInput` for an OpenDocument workbook that has any: its cells are not numbered.
    """
    if not zipfile.is_zipfile(file):
        return {}
    with zipfile.ZipFile(file) as book:
        names = set(book.namelist())
        if "content.xml" in names:
            if _IN_ERROR_ODS.search(book.read("content.xml")):
                raise BadInput("cells in error (#DIV/0!, #N/A ...) in the workbook: mend or empty them.")
            return {}
        if "xl/workbook.xml" not in names:
            return {}
        part = _part(book, sheet)
        content = book.read(part) if part in names else b""
    if not _IN_ERROR.search(content):
        return {}
    found, row, column = {}, -1, -1
    for element in ElementTree.fromstring(content).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif kind == "c":
            column = _column(element.get("r"), column + 1)
            if element.get("t") == "e":
                told = next((child.text for child in element if child.tag.endswith("}v")), None)
                found[row, column] = told or "#N/A"
    return found


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
    if place is None or not (found := _PLACE.fullmatch(place)):
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1
