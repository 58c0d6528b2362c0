"""Archives and workbooks that are too large for memory once unpacked: refused from the sizes that they declare.

A zip announces the size of each member, and `zipfile` never reads further; a gzip or bzip2 announces nothing that can
be trusted, so what comes out of it is counted. A sheet is a rectangle for who reads it: one cell in the last corner of
an empty sheet asks for seventeen billion.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from etl.reading import opendocument
from geodata.errors import BadInput
from geodata.sentences import sentence

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
        if _is_bomb(info.file_size, info.compress_size):
            sizes = {"packed": info.compress_size, "unpacked": info.file_size}
            raise BadInput(sentence("member_bomb", file=name, member=info.filename, **sizes))


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > MOST_BYTES or (unpacked > SMALL and unpacked > MOST_TIMES * max(packed, 1))


class Counted(io.RawIOBase):
    """What comes out of a packed stream, counted: `BadInput` once it is far more than its kind makes.

    `packed` is the size in bytes of the file it comes from, `name` what a message calls it.
    """

    def __init__(self, unpacked: io.BufferedIOBase, packed: int, name: str):
        self.unpacked, self.packed, self.name, self.count = unpacked, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self.unpacked.readinto(buffer)
        self.count += size
        if _is_bomb(self.count, self.packed):
            raise BadInput(sentence("stream_bomb", file=self.name, packed=self.packed, unpacked=self.count))
        return size


def check_workbook(file: IO[bytes], name: str) -> None:
    """Raise `BadInput` when a workbook (xlsx, ods) is such an archive, or has a sheet too large to be read.

    An old binary one (xls) passes: its sheets hold 17 million cells at most.
    """
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        check_archive(archive, name)
        for sheet, rows, columns in _extents(archive):
            if rows * columns > MOST_CELLS:
                size = {"rows": rows, "columns": columns, "cells": rows * columns, "most": MOST_CELLS}
                raise BadInput(sentence("sheet_too_large", file=name, sheet=sheet, **size))
    file.seek(0)


def _extents(archive: zipfile.ZipFile) -> Iterator[tuple[str, int, int]]:
    """Each sheet with its last row and its last column that hold something, 1-based; of an ods, as far as it is read.

    An ods repeats a cell by a number: one may stand for seventeen billion.
    """
    if opendocument.CONTENT in archive.namelist():
        reach: dict[str, tuple[int, int]] = {}
        for cell in opendocument.cells(archive):
            rows, columns = reach.get(cell.sheet, (0, 0))
            reach[cell.sheet] = max(rows, cell.row + cell.rows), max(columns, cell.column + cell.columns)
        yield from ((f"sheet {sheet}", *extent) for sheet, extent in reach.items())
    for info in archive.infolist():
        if _SHEET.fullmatch(info.filename):
            with archive.open(info) as sheet:
                yield info.filename, *_extent(sheet)


def _extent(sheet: IO[bytes]) -> tuple[int, int]:
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
