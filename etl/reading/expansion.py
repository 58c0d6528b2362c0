"""Archives and workbooks that would fill the memory of whoever opens them: refused from what they say of themselves.

A zip announces the size of each member, and `zipfile` never reads further. A sheet is a rectangle for who reads it: one
cell in the last corner of an empty sheet asks for seventeen billion.
"""

import re
import zipfile
from typing import BinaryIO

from geodata.errors import BadInput

MOST_TIMES = 150
"""Text packs to a tenth or a twentieth, the sparsest official workbook to a sixtieth."""

SMALL = 256 * 2**20
"""Bytes that may be unpacked whatever they were packed into."""

MOST_BYTES = 30 * 2**30

MOST_CELLS = 60_000_000
"""Of the rectangle of one sheet; the largest official one has some 10 million."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_PIECE, _OVERLAP = 1 << 20, 256


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Raise `BadInput` when an archive would unpack to far more than its kind does."""
    for info in archive.infolist():
        is_bomb = info.file_size > SMALL and info.file_size > MOST_TIMES * max(info.compress_size, 1)
        if is_bomb or info.file_size > MOST_BYTES:
            raise BadInput(
                f"{name}: its member {info.filename} would unpack {info.compress_size:,} bytes to {info.file_size:,}: "
                "no table does, the file was made to fill a memory. It was not opened."
            )


def check_workbook(file: BinaryIO, name: str) -> None:
    """Raise `BadInput` when a workbook (xlsx) is such an archive, or has a sheet too large to be read. Others pass."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        check_archive(archive, name)
        for info in archive.infolist():
            if not _SHEET.fullmatch(info.filename):
                continue
            with archive.open(info) as sheet:
                rows, columns = _extent(sheet)
            if rows * columns > MOST_CELLS:
                raise BadInput(
                    f"{name}: {info.filename} reaches down to line {rows:,} and right to column {columns:,}: "
                    f"{rows * columns:,} cells, {MOST_CELLS:,} at most are read. Delete the stray cells below and "
                    "beside the table (often a single blank one), then save."
                )
    file.seek(0)


def _extent(sheet: BinaryIO) -> tuple[int, int]:
    """The last row and the last column of a sheet that have a cell, 1-based."""
    rows, columns, rest = 0, 0, b""
    while piece := sheet.read(_PIECE):
        text = rest + piece
        cells = set(_CELL.findall(text))
        rows = max(rows, max((int(row) for _, row in cells), default=0))
        columns = max(columns, max((_number(letters) for letters in {one for one, _ in cells}), default=0))
        rest = text[-_OVERLAP:]
    return rows, columns


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
