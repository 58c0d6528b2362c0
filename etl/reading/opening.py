"""Files as streams of bytes, whatever they are packed in, and workbooks and Parquet files opened, also inside a zip."""

import bz2
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from etl.reading.cell_errors import cells_in_error
from etl.reading.expansion import Counted, check_workbook
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence

HEAD = 64 * 1024
"""Bytes read of a text to know its columns."""
LEFT_BY_A_DESKTOP = ("~$", "._", ".~lock")
"""First signs of the names of files that a spreadsheet or a Mac leaves beside a table."""
TEXTS = {".csv", ".txt", ".tsv", ".json", ".geojson"}
_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"
PACKED = (_GZIP, _BZIP2)
_DAMAGES = (zipfile.BadZipFile, gzip.BadGzipFile, tarfile.TarError, zlib.error, EOFError)
_TAR = slice(257, 262)
_SOUND: set[tuple[Path, int, str]] = set()
"""Workbooks that were looked into: every reader asks about every one."""


class NotATable(BadInput):
    """A file of a kind that holds no table: an image, a map extract ..."""


def head_of(file: IO[bytes]) -> bytes:
    """The first bytes of a stream, which may give fewer at a time."""
    head = b""
    while len(head) < HEAD and (piece := file.read(HEAD - len(head))):
        head += piece
    return head


@contextmanager
def open_bytes(path: Path, member: str = "", passed: list[str] | None = None) -> Iterator[IO[bytes]]:
    """The bytes of a file, of what a gzip or bzip2 holds (of a tar in it, its first text), or of a member of a zip.

    `passed` is given the names of the members of a tar that are called a text, stand before it and are none.
    Always a stream. Raises `BadInput` when the archive is corrupt, truncated or encrypted, also while it is being read.
    """
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(open(path, "rb"))
        try:
            if member:
                archive = stack.enter_context(zipfile.ZipFile(file))
                # An encrypted member is a RuntimeError, a place outside of the file an OSError.
                file = stack.enter_context(archive.open(member))
            else:
                file = _unpacked(file, path, stack, [] if passed is None else passed)
        except (*_DAMAGES, RuntimeError, OSError) as error:
            raise BadInput(damaged(path, error)) from error
        try:
            yield file
        except _DAMAGES as error:
            raise BadInput(damaged(path, error)) from error


def _unpacked(file: IO[bytes], path: Path, stack: ExitStack, passed: list[str]) -> IO[bytes]:
    magic = file.read(3)
    file.seek(0)
    if not magic.startswith(PACKED):
        return file
    unpacked = gzip.GzipFile(fileobj=file) if magic.startswith(_GZIP) else bz2.BZ2File(file)
    inside = io.BufferedReader(Counted(unpacked, path.stat().st_size, path.name), HEAD)
    if inside.peek(512)[_TAR] != b"ustar":
        return inside
    archive = stack.enter_context(tarfile.open(fileobj=inside, mode="r|"))  # noqa: SIM115
    for entry in archive:
        if not entry.isfile() or Path(entry.name).suffix.lower() not in TEXTS:
            continue
        text: Any = archive.extractfile(entry)
        start = text.peek(512)
        if start.strip() and b"\0" not in start and not is_left_by_a_desktop(entry.name):
            return text
        passed.append(entry.name)
    raise NotATable(sentence("holds_no_text", file=path.name))


def is_left_by_a_desktop(member: str) -> bool:
    """Whether a member of an archive is what a spreadsheet or a Mac leaves beside a table."""
    return member.startswith("__MACOSX/") or Path(member).name.startswith(LEFT_BY_A_DESKTOP)


def damaged(path: Path, error: Exception) -> Sentence:
    """What is said of an archive that cannot be unpacked."""
    return sentence("not_unpacked", file=path.name, error=error)


def as_text(cell: object) -> str:
    """A cell as a person reads it: `38379.0` is `38379`, line breaks are spaces."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()


def cells_of_sheet(path: Path, member: str, sheet: str, rows: int | None = None) -> list[list[str]]:
    """Cells of the first `rows` rows of a sheet (all by default) as text; a cell in error is its sign (#DIV/0!)."""
    with opened_workbook(path, member) as workbook:
        cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=rows)
    texts = [[as_text(cell) for cell in row] for row in cells]
    for (row, column), sign in _cells_in_error(path, path.stat().st_mtime_ns, member, sheet):
        if row < len(texts) and column < len(texts[row]):
            texts[row][column] = sign
    return texts


@lru_cache(maxsize=32)
def _cells_in_error(path: Path, modified_ns: int, member: str, sheet: str) -> tuple:
    with open_bytes(path, member) as file:
        try:
            return tuple(cells_in_error(io.BytesIO(file.read()), sheet).items())
        except (BadInput, ElementTree.ParseError) as error:
            why = error.why if isinstance(error, BadInput) else error
            raise BadInput(sentence("in_sheet", file=member or path.name, sheet=sheet, problem=why)) from error


@contextmanager
def opened_workbook(path: Path, member: str = "") -> Iterator[CalamineWorkbook]:
    """A workbook, or the one that is a member of a zip. Raises `BadInput` when it cannot be read, then or later."""
    try:
        with open_bytes(path, member) as file:
            checked = (path, path.stat().st_mtime_ns, member)
            if checked not in _SOUND:
                check_workbook(file, member or path.name)
                _SOUND.add(checked)
            with load_workbook(file) as workbook:
                yield workbook
    except (CalamineError, ElementTree.ParseError, OSError) as error:
        raise BadInput(sentence("workbook_unreadable", file=member or path.name, error=error)) from error


@contextmanager
def opened_parquet(path: Path, member: str = "") -> Iterator[pq.ParquetFile]:
    """A Parquet file, or the one that is a member of a zip. Raises `BadInput` when it cannot be read, then or later."""
    try:
        with open_bytes(path, member) as file, pq.ParquetFile(io.BytesIO(file.read()) if member else file) as parquet:
            yield parquet
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise BadInput(sentence("parquet_unreadable", file=member or path.name, error=error)) from error
