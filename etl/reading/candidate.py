"""What a file holds, told from its head: `peek` describes it as a `Candidate`, and never asks its name.

At most 64 KB of a text are read, so peeking at a 900 MB file is instant.

    candidate = peek(Path("base-cc-filosofi-2021-geo2024_csv.zip"))
    candidate.kind      -> "zip"          one of text, workbook, parquet, json, zip, osm
    candidate.members   -> ("cc_filosofi_2021_COM.csv", ...)
    candidate.inside    -> (Candidate(kind="text", columns=("CODGEO", "MED21", ...), delimiter=";", ...), ...)
"""

import codecs
import csv
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pyogrio
from python_calamine import SheetVisibleEnum

from etl.reading.encodings import lines_with_accents, old_encoding
from etl.reading.expansion import check_archive
from etl.reading.opening import (
    HEAD,
    PACKED,
    TEXTS,
    NotATable,
    cells_of_sheet,
    damaged,
    head_of,
    is_left_by_a_desktop,
    open_bytes,
    opened_parquet,
    opened_workbook,
)
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence

HEADER_ROWS = 15
"""Lines of a text, or rows of a sheet, among which the columns are looked for: titles may stand above them."""
STATLOC = "Insee - Statistiques locales"
"""First words of an export of statistiques-locales.insee.fr: two title lines stand before its columns."""
_SQLITE = b"SQLite format 3\0"
_OSM_HEADER = b"\n\tOSMHeader"
_DELIMITERS = ";,\t|"
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
"""First line by which a spreadsheet tells itself the delimiter."""
PUBLISHED = {
    *(".csv", ".tsv", ".json", ".geojson", ".xls", ".xlsx", ".ods"),
    *(".zip", ".gz", ".bz2", ".parquet", ".pbf", ".gpkg"),
}
"""Endings of published tables: such a file that cannot be read is damaged, another one was never a table of ours."""
_WORKBOOKS = {".xls", ".xlsx", ".ods"}
_PARQUET = ".parquet"
_GEOPACKAGE = ".gpkg"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


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


def unread_file(path: Path, name: str, error: BadInput) -> Unrecognised:
    """A file, or the member `name` of a zip, that cannot be read; spoilt when it may have been a published table."""
    is_published = Path(name).suffix.lower() in PUBLISHED
    return Unrecognised(path, error.why, is_spoilt=is_published and not isinstance(error, NotATable))


def peek(path: Path) -> Candidate:
    """Describe the head of a file. Raises `BadInput` naming the file when it holds no table of a known kind."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise BadInput(sentence("file_empty", file=path.name))
    passed: list[str] = []
    if head.startswith(PACKED):
        with open_bytes(path, passed=passed) as file:
            head = head_of(file)
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


@lru_cache(maxsize=32)
def _top(path: Path, modified_ns: int, member: str, sheet: str, rows: int) -> tuple[tuple[str, ...], ...]:
    """The first rows of a sheet, kept while the file is the same: every reader asks about every workbook."""
    return tuple(tuple(row) for row in cells_of_sheet(path, member, sheet, rows))


def sheet_cells(part: Candidate, sheet: str) -> list[list[str]]:
    """Cells of a sheet as text, from its first row on; a cell in error is its sign (#DIV/0!). Raises `BadInput`."""
    return cells_of_sheet(part.path, part.member, sheet)


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
        raise BadInput(damaged(path, error)) from error
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
    unread_members = tuple(unread_file(path, name, error) for name, error in unread)
    return Candidate(path, "zip", path.suffix.lower(), members=names, inside=tuple(inside), unread=unread_members)


def _peek_member(path: Path, name: str) -> Candidate | None:
    """A member that may be a table; None for the others (documentation, shapes, empty files).

    Raises `NotATable` for what a Mac adds beside each table, `BadInput` for a member that cannot be read.
    """
    suffix = Path(name).suffix.lower()
    if suffix == _GEOPACKAGE:
        raise BadInput(sentence("geopackage_in_archive", file=path.name, member=name))
    if suffix not in _WORKBOOKS | TEXTS | {_PARQUET}:
        return None
    if is_left_by_a_desktop(name):
        raise NotATable(sentence("added_beside_a_table", file=path.name, member=name))
    if suffix in _WORKBOOKS:
        return _peek_workbook(path, name)
    if suffix == _PARQUET:
        return _peek_parquet(path, name)
    with open_bytes(path, name) as file:
        head = head_of(file)
    return peek_head(head, path, is_whole=len(head) < HEAD, member=name) if head.strip() else None


def _peek_workbook(path: Path, member: str = "") -> Candidate:
    with opened_workbook(path, member) as workbook:
        sheets = workbook.sheets_metadata
    shown = tuple(sheet.name for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible)
    hidden = tuple(sheet.name for sheet in sheets if sheet.name not in shown)
    suffix = Path(member or path.name).suffix.lower()
    return Candidate(path, "workbook", suffix, sheets=shown, hidden=hidden, member=member)
