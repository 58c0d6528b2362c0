"""Which reader reads which file: files found in a folder are recognised by what they hold, never by their names.

`peek` looks at the head of one file and describes it as a `Candidate`; every reader module says whether it is its own
(`recognises(candidate) -> bool`, which looks at the candidate only). `intake` asks all modules about all files of a
folder. At most 64 KB of a text are read, so peeking at a 900 MB file is instant.

    candidate = peek(Path("base-cc-filosofi-2021-geo2024_csv.zip"))
    candidate.kind      -> "zip"          one of text, workbook, parquet, json, zip, osm
    candidate.members   -> ("cc_filosofi_2021_COM.csv", ...)
    candidate.inside    -> (Candidate(kind="text", columns=("CODGEO", "MED21", ...), delimiter=";", ...), ...)

A module is asked about the file itself first, then about each file inside a zip; a zip belongs to a module when one of
its members does. `etl.sources.text` opens the right member again with the same question.
"""

import bz2
import codecs
import csv
import gzip
import io
import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, load_workbook

from etl.reading.cell_errors import cells_in_error
from etl.reading.encodings import lines_with_accents, old_encoding
from etl.reading.expansion import Counted, check_archive, check_workbook
from etl.snapshots import checksum
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence
from geodata.source import Snapshot, Source

HEAD = 64 * 1024
"""Bytes read of a text to know its columns."""

HEADER_ROWS = 15
"""Lines of a text, or rows of a sheet, among which the columns are looked for: titles may stand above them."""

IGNORED = {".md", ".rst", ".pdf", ".doc", ".docx", ".odt", ".whl", ".part", ".py", ".sha256"}
"""Notes, documentation and packages: never data files."""

STATLOC = "Insee - Statistiques locales"
"""First words of an export of statistiques-locales.insee.fr: two title lines stand before its columns."""

_SQLITE = b"SQLite format 3\0"
_OSM_HEADER = b"\n\tOSMHeader"
_DELIMITERS = ";,\t|"
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
"""First line by which a spreadsheet tells itself the delimiter."""

_PUBLISHED = {
    *(".csv", ".tsv", ".json", ".geojson", ".xls", ".xlsx", ".ods"),
    *(".zip", ".gz", ".bz2", ".parquet", ".pbf", ".gpkg"),
}
"""Endings of published tables: such a file that cannot be read is damaged, another one was never a table of ours."""

_LEFT_BY_A_DESKTOP = ("~$", "._", ".~lock")
"""First signs of the names of files that a spreadsheet or a Mac leaves beside a table."""

_TEXTS = {".csv", ".txt", ".tsv", ".json", ".geojson"}
_WORKBOOKS = {".xls", ".xlsx", ".ods"}
_PARQUET = ".parquet"
_GEOPACKAGE = ".gpkg"


@dataclass(frozen=True)
class Candidate:
    """The head of a file, before any reader has claimed it.

    `kind` is text, workbook, parquet, json, zip, osm (an extract of OpenStreetMap), geopackage or layer (of one). What
    does not apply is empty.
    - text: `columns` as published (unquoted, BOM removed), `delimiter` (empty: a single column), `encoding` (utf-8,
      utf-8-sig, cp1252, latin-1, cp850 or mac_roman), `header_line` (1-based line of the columns), `first_row` the
      cells under them, `lines` the cells of the first `HEADER_ROWS` lines from `header_line` on: the columns may be
      under titles. A file without header (legacy FINESS) has its first line as `columns`;
    - workbook (xls, xlsx, ods): `sheets` that are shown, `hidden` those that are not and are never read, and `top`
      reads the first rows of one; parquet: `columns`;
    - geopackage: `members`, the names of its layers, and `inside` one candidate a layer (`member` names it, `columns`);
    - json: `keys`, those of the top-level object, or of the first object of a top-level list, met in the first 64 KB;
    - zip: `members`, `inside` the candidates of its texts, JSON, workbooks and Parquet files (`member` names each one),
      and `unread` those that cannot be read, each with the reason.
    """

    path: Path
    kind: str
    suffix: str
    delimiter: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    header_line: int = 1
    first_row: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    inside: tuple["Candidate", ...] = ()
    unread: tuple["Unrecognised", ...] = ()
    member: str = ""

    def has(self, *columns: str) -> bool:
        """Whether every one of `columns` is a column of the file."""
        return set(columns) <= set(self.columns)

    def top(self, sheet: str, rows: int = 10) -> list[list[str]]:
        """Cells of the first rows of a sheet as text. Reads the sheet: ask only when the sheet names fit."""
        return [list(row) for row in _top(self.path, self.path.stat().st_mtime_ns, self.member, sheet, rows)]


class NotATable(BadInput):
    """A file of a kind that holds no table: an image, a map extract ..."""


@dataclass(frozen=True)
class Unrecognised:
    """A file that no reader takes, and why. `is_spoilt`: it is damaged, or a known table with its columns spoilt."""

    path: Path
    why: str | Sentence
    is_spoilt: bool = False

    @property
    def reason(self) -> str:
        """Why, in English."""
        return self.why if isinstance(self.why, str) else self.why.text()

    @property
    def line(self) -> Sentence:
        """The file and why."""
        return sentence("about", subject=self.path, problem=self.why)


def intake(folder: Path, modules: Sequence) -> tuple[dict[str, list[Snapshot]], list[Unrecognised]]:
    """Snapshots of the files under `folder` by source id (files in order of path), and the files that nobody reads.

    `modules` have `SOURCE` and `recognises`. Every module has its list, empty when no file is its own. A file with the
    very bytes of an earlier one, or that two modules claim, is not read twice: it is among the unrecognised. A module
    with a `LAYOUT` (or `LAYOUTS`) also knows its table when a column of it is missing, renamed or wrongly separated.
    """
    snapshots: dict[str, list[Snapshot]] = {module.SOURCE.id: [] for module in modules}
    unrecognised = []
    seen: dict[str, Path] = {}
    for path in _files(folder):
        if path.name.startswith(_LEFT_BY_A_DESKTOP):
            unrecognised.append(Unrecognised(path, sentence("left_by_a_program")))
            continue
        if _is_dangling(path):
            why = sentence("link_to_nothing", target=str(path.readlink()))
            unrecognised.append(Unrecognised(path, why, is_spoilt=path.suffix.lower() in _PUBLISHED))
            continue
        try:
            candidate = peek(path)
            owners = [module for module in modules if owns(module, candidate)]
        except BadInput as error:
            unrecognised.append(_unread(path, path.name, error))
            continue
        unrecognised += candidate.unread
        if len(owners) != 1:
            spoilt = None if owners else _why_spoilt(candidate, modules)
            unrecognised.append(Unrecognised(path, spoilt or _why_nobody(candidate, owners), bool(spoilt)))
            continue
        sha256 = checksum(path)
        if sha256 in seen:
            unrecognised.append(Unrecognised(path, sentence("same_bytes", file=seen[sha256].name)))
            continue
        seen[sha256] = path
        source = owners[0].SOURCE
        snapshots[source.id].append(_snapshot(source, path, sha256))
    return snapshots, unrecognised


def refuse_spoilt(unrecognised: Iterable[Unrecognised]) -> None:
    """Raise `BadInput` telling every file that is damaged or spoilt: a strict build does not go on without it."""
    if spoilt := [file for file in unrecognised if file.is_spoilt]:
        raise BadInput(sentence("files_unreadable", files=tuple(file.line for file in spoilt)))


def _unread(path: Path, name: str, error: BadInput) -> Unrecognised:
    """A file, or the member `name` of a zip, that cannot be read; spoilt when it may have been a published table."""
    is_published = Path(name).suffix.lower() in _PUBLISHED
    return Unrecognised(path, error.why, is_spoilt=is_published and not isinstance(error, NotATable))


def _snapshot(source: Source, path: Path, sha256: str) -> Snapshot:
    return Snapshot(source, path, sha256, path.stat().st_size)


def _why_spoilt(candidate: Candidate, modules: Iterable) -> Sentence | None:
    """What is wrong with a file that is nearly a known table; None when it is near to none."""
    for module in modules:
        layout = getattr(module, "LAYOUTS", None) or getattr(module, "LAYOUT", None)
        if layout and any(layout.nearly(part) for part in (candidate, *candidate.inside)):
            try:
                module.read(_snapshot(module.SOURCE, candidate.path, ""))
            except BadInput as error:
                return sentence("nearly_of_source", title=module.SOURCE.title, problem=error.why)
    return None


def owns(module: Any, candidate: Candidate) -> bool:
    """Whether the file, or a member of the zip, is of this module."""
    return any(module.recognises(part) for part in (candidate, *candidate.inside))


def peek(path: Path) -> Candidate:
    """Describe the head of a file. Raises `BadInput` naming the file when it holds no table of a known kind."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise BadInput(sentence("file_empty", file=path.name))
    passed: list[str] = []
    if head.startswith(_PACKED):
        with open_bytes(path, passed=passed) as file:
            head = _head(file)
    if head.startswith(b"PAR1"):
        return _peek_parquet(path)
    if head.startswith(_SQLITE):
        return _peek_geopackage(path)
    if head[4:].startswith(_OSM_HEADER):
        return Candidate(path, "osm", path.suffix.lower())
    if head.startswith(b"PK"):
        return _peek_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _peek_workbook(path)
    unread = tuple(Unrecognised(path, sentence("member_passed", file=path.name, member=name)) for name in passed)
    return replace(peek_head(head, path, is_whole=len(head) < HEAD), unread=unread)


def peek_head(head: bytes, path: Path, *, is_whole: bool, member: str = "") -> Candidate:
    """Describe a text or JSON from its first bytes; `is_whole` when they are all of it."""
    name = f"{path.name} > {member}" if member else path.name
    suffix = Path(member or path.name).suffix.lower()
    text, encoding = _decode(head, name, is_whole)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<head", "<?xml")):
        raise BadInput(sentence("web_page", file=name))
    if start.startswith(("{", "[")):
        if not encoding.startswith("utf-8"):
            raise BadInput(sentence("json_not_utf8", file=name))
        return Candidate(path, "json", suffix, encoding=encoding, keys=_top_level_keys(text), member=member)
    return _peek_text(text, encoding, path, suffix, name, member, is_whole)


def _head(file: IO[bytes]) -> bytes:
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
            raise BadInput(_damaged(path, error)) from error
        try:
            yield file
        except _DAMAGES as error:
            raise BadInput(_damaged(path, error)) from error


_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"
_PACKED = (_GZIP, _BZIP2)
_DAMAGES = (zipfile.BadZipFile, gzip.BadGzipFile, tarfile.TarError, zlib.error, EOFError)
_TAR = slice(257, 262)


def _unpacked(file: IO[bytes], path: Path, stack: ExitStack, passed: list[str]) -> IO[bytes]:
    magic = file.read(3)
    file.seek(0)
    if not magic.startswith(_PACKED):
        return file
    unpacked = gzip.GzipFile(fileobj=file) if magic.startswith(_GZIP) else bz2.BZ2File(file)
    inside = io.BufferedReader(Counted(unpacked, path.stat().st_size, path.name), HEAD)
    if inside.peek(512)[_TAR] != b"ustar":
        return inside
    archive = stack.enter_context(tarfile.open(fileobj=inside, mode="r|"))  # noqa: SIM115
    for entry in archive:
        if not entry.isfile() or Path(entry.name).suffix.lower() not in _TEXTS:
            continue
        text: Any = archive.extractfile(entry)
        start = text.peek(512)
        if start.strip() and b"\0" not in start and not _is_left_by_a_desktop(entry.name):
            return text
        passed.append(entry.name)
    raise NotATable(sentence("holds_no_text", file=path.name))


def _is_left_by_a_desktop(member: str) -> bool:
    return member.startswith("__MACOSX/") or Path(member).name.startswith(_LEFT_BY_A_DESKTOP)


def _damaged(path: Path, error: Exception) -> Sentence:
    return sentence("not_unpacked", file=path.name, error=error)


def as_text(cell: object) -> str:
    """A cell as a person reads it: `38379.0` is `38379`, line breaks are spaces."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()


@lru_cache(maxsize=32)
def _top(path: Path, modified_ns: int, member: str, sheet: str, rows: int) -> tuple[tuple[str, ...], ...]:
    """The first rows of a sheet, kept while the file is the same: every reader asks about every workbook."""
    return tuple(tuple(row) for row in _sheet_cells(path, member, sheet, rows))


def sheet_cells(part: Candidate, sheet: str) -> list[list[str]]:
    """Cells of a sheet as text, from its first row on; a cell in error is its sign (#DIV/0!). Raises `BadInput`."""
    return _sheet_cells(part.path, part.member, sheet)


def _sheet_cells(path: Path, member: str, sheet: str, rows: int | None = None) -> list[list[str]]:
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


_SOUND: set[tuple[Path, int, str]] = set()
"""Workbooks that were looked into: every reader asks about every one."""


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


def _files(folder: Path) -> list[Path]:
    """Visible files under a folder, in order of path. A folder that a link leads to is read too, each folder once; a
    link that leads nowhere is among them, so that it is told."""
    seen: set[str] = set()
    found = []
    for place, folders, files in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place, name) for name in files if not name.startswith("."))
        read = (path for path in paths if path.suffix.lower() not in IGNORED)
        found += [path for path in read if path.is_file() or _is_dangling(path)]
    return sorted(found)


def _is_dangling(path: Path) -> bool:
    """Whether a path is a link that leads to nothing."""
    return path.is_symlink() and not path.exists()


def _why_nobody(candidate: Candidate, owners: Iterable) -> Sentence:
    if claims := ", ".join(module.SOURCE.id for module in owners):
        return sentence("several_readers", claims=claims)
    what = {
        "text": ("columns_of_nobody", candidate.columns),
        "parquet": ("columns_of_nobody", candidate.columns),
        "workbook": ("sheets_of_nobody", candidate.sheets),
        "json": ("keys_of_nobody", candidate.keys),
        "zip": ("members_of_nobody", candidate.members),
        "osm": ("roads_of_nobody", ()),
        "geopackage": ("layers_of_nobody", candidate.members),
    }
    code, names = what[candidate.kind]
    shown = ", ".join(name[:60] for name in names[:8]) + (" ..." if len(names) > 8 else "")
    return sentence(code, names=shown)


def _decode(head: bytes, name: str, is_whole: bool) -> tuple[str, str]:
    """Text and encoding; a character cut by the end of the head is left out."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadInput(sentence("in_utf16", file=name))
    if b"\0" in head:
        raise NotATable(sentence("binary_file", file=name))
    utf8 = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return codecs.getincrementaldecoder(utf8)().decode(head, final=is_whole), utf8
    except UnicodeDecodeError:
        encoding = old_encoding(lines_with_accents(head.splitlines(keepends=True)), name)
        return head.decode(encoding, errors="replace"), encoding


def _peek_text(text: str, encoding: str, path: Path, suffix: str, name: str, member: str, is_whole: bool) -> Candidate:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    declared = _SEP.fullmatch(lines[0])
    skipped = 2 if text.startswith(STATLOC) else 1 if declared else 0
    complete = lines if is_whole else lines[:-1]
    if len(complete) <= skipped:
        raise BadInput(sentence("no_line_of_columns", file=name, line=skipped + 1, size=HEAD // 1024))
    delimiter = (
        declared[1]
        if declared and declared[1] in _DELIMITERS
        else _delimiter(complete[skipped : skipped + HEADER_ROWS])
    )
    cells = tuple(_cells(line, delimiter) for line in complete[skipped : skipped + HEADER_ROWS])
    return Candidate(
        path,
        "text",
        suffix,
        delimiter=delimiter,
        encoding=encoding,
        columns=cells[0],
        header_line=skipped + 1,
        first_row=cells[1] if len(cells) > 1 else (),
        lines=cells,
        member=member,
    )


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts the first line in most cells; under titles, the one of the two lines in a row with most."""
    filled = [line for line in lines if line.strip()] or [""]
    count = {d: [len(_cells(line, d)) for line in filled] for d in _DELIMITERS}
    first = max(_DELIMITERS, key=lambda d: count[d][0])
    cells = count[first][0]
    if len(set(count[first])) == 1 and cells > 1:
        return first
    widest = {d: max(a for a, b in pairwise([*count[d], count[d][-1]]) if a == b) for d in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: widest[d])
    # Only commas are many in a title; of a table of two columns, a title with one comma has as many cells.
    may_be_title = cells <= 2 or first == ","
    if may_be_title and (widest[best] > cells or (first == "," and widest[best] == cells == 2)):
        first = best
    return first if max(count[first]) > 1 else ""


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    # A head is at most 64 KB: no cell is over csv's own limit of 128 KB.
    return tuple(cell.strip("\ufeff") for cell in next(csv.reader([line], delimiter=delimiter or "\0"), []))


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


def _top_level_keys(text: str) -> tuple[str, ...]:
    """Keys of the top-level object, or of the first object of a top-level list, as far as `text` goes."""
    keys, opened, wanted, pending = [], 0, None, ""
    for token in _TOKEN.findall(text):
        if token in "{[":
            opened += 1
            if token == "{" and wanted is None and opened <= 2:
                wanted = opened
        elif token in "}]":
            opened -= 1
            if wanted is not None and opened < wanted:
                break
        elif token == ":" and opened == wanted:
            keys.append(pending)
        elif token.startswith('"'):
            pending = token[1:-1]
    return tuple(keys)


def _peek_parquet(path: Path, member: str = "") -> Candidate:
    with opened_parquet(path, member) as file:
        names = file.schema_arrow.names
    return Candidate(path, "parquet", Path(member or path.name).suffix.lower(), columns=tuple(names), member=member)


@contextmanager
def opened_parquet(path: Path, member: str = "") -> Iterator[pq.ParquetFile]:
    """A Parquet file, or the one that is a member of a zip. Raises `BadInput` when it cannot be read, then or later."""
    try:
        with open_bytes(path, member) as file, pq.ParquetFile(io.BytesIO(file.read()) if member else file) as parquet:
            yield parquet
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise BadInput(sentence("parquet_unreadable", file=member or path.name, error=error)) from error


def _peek_geopackage(path: Path) -> Candidate:
    suffix = path.suffix.lower()
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        columns = {name: tuple(map(str, pyogrio.read_info(path, layer=name)["fields"])) for name in names}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise BadInput(sentence("geopackage_unreadable", file=path.name, error=error)) from error
    layers = tuple(Candidate(path, "layer", suffix, columns=columns[name], member=name) for name in names)
    return Candidate(path, "geopackage", suffix, members=tuple(names), inside=layers)


def _peek_zip(path: Path) -> Candidate:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            names = tuple(info.filename for info in archive.infolist() if not info.is_dir())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise BadInput(_damaged(path, error)) from error
    if {"[Content_Types].xml", "mimetype"} & set(names):
        return _peek_workbook(path)
    inside, unread = [], []
    for name in names:
        try:
            if part := _peek_member(path, name):
                inside.append(part)
        except BadInput as error:
            unread.append((name, error))
    if unread and not inside:
        # Nothing else is in it: its damage is the file's own.
        raise unread[0][1]
    unread_members = tuple(_unread(path, name, error) for name, error in unread)
    return Candidate(path, "zip", path.suffix.lower(), members=names, inside=tuple(inside), unread=unread_members)


def _peek_member(path: Path, name: str) -> Candidate | None:
    """A member that may be a table; None for the others (documentation, shapes, empty files).

    Raises `NotATable` for what a Mac adds beside each table, `BadInput` for a member that cannot be read.
    """
    suffix = Path(name).suffix.lower()
    if suffix == _GEOPACKAGE:
        raise BadInput(sentence("geopackage_in_archive", file=path.name, member=name))
    if suffix not in _WORKBOOKS | _TEXTS | {_PARQUET}:
        return None
    if _is_left_by_a_desktop(name):
        raise NotATable(sentence("added_beside_a_table", file=path.name, member=name))
    if suffix in _WORKBOOKS:
        return _peek_workbook(path, name)
    if suffix == _PARQUET:
        return _peek_parquet(path, name)
    with open_bytes(path, name) as file:
        head = _head(file)
    return peek_head(head, path, is_whole=len(head) < HEAD, member=name) if head.strip() else None


def _peek_workbook(path: Path, member: str = "") -> Candidate:
    with opened_workbook(path, member) as workbook:
        sheets = workbook.sheets_metadata
    shown = tuple(sheet.name for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible)
    hidden = tuple(sheet.name for sheet in sheets if sheet.name not in shown)
    suffix = Path(member or path.name).suffix.lower()
    return Candidate(path, "workbook", suffix, sheets=shown, hidden=hidden, member=member)
