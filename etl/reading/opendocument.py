"""Cells of an OpenDocument workbook (.ods) as its XML lists them: each once, with how often it is repeated."""

import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

CONTENT = "content.xml"

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


class Cell(NamedTuple):
    """A cell that holds something: its sheet, its first row and column (from 0), how many it fills, what it holds."""

    sheet: str
    row: int
    column: int
    rows: int
    columns: int
    text: str
    is_in_error: bool


def cells(book: zipfile.ZipFile) -> Iterator[Cell]:
    """Every cell that is not empty, in order. Raises `ElementTree.ParseError`."""
    sheet, row, column = "", 0, 0
    filled: list[tuple[int, int, str, bool]] = []
    with book.open(CONTENT) as content:
        for event, element in ElementTree.iterparse(content, ("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    sheet, row = element.get(f"{_TABLE}name", ""), 0
                elif element.tag == f"{_TABLE}table-row":
                    column, filled = 0, []
            elif element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                width = int(element.get(f"{_TABLE}number-columns-repeated", 1))
                text = " ".join("".join(line.itertext()) for line in element.iter(f"{_TEXT}p"))
                if text or element.get(f"{_OFFICE}value-type"):
                    filled.append((column, width, text, element.get(f"{_CALC}value-type") == "error"))
                column += width
                element.clear()
            elif element.tag == f"{_TABLE}table-row":
                height = int(element.get(f"{_TABLE}number-rows-repeated", 1))
                for at, width, text, is_in_error in filled:
                    yield Cell(sheet, row, at, height, width, text, is_in_error)
                row += height
                element.clear()
