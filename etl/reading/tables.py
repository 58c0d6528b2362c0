"""One table out of a file as text, exactly as published; a malformed file is refused with every problem at once.

A reader declares its `Layout`; `Layout.recognises` and `Layout.read` do the rest, whether the table is a csv, a sheet
of a workbook, a Parquet file, one of these inside a zip, or a layer of a GeoPackage. The frame has an index `line`, the
1-based line of the file (row of the sheet), so that a refused row can be found again; wholly empty lines are left out.

A file is refused (`BadInput`) when its structure cannot be trusted: columns missing, renamed or given twice, lines with
too many or too few cells, bytes in two encodings, a cell of absurd length, codes that lost their leading zero in a
spreadsheet. A row that is wrong by itself is not refused here: `tidy` makes a reject of it.
"""

import codecs
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyogrio

from etl.reading.candidate import HEADER_ROWS, Candidate, peek, sheet_cells
from etl.reading.encodings import lines_with_accents, old_encoding
from etl.reading.opening import HEAD, open_bytes, opened_parquet
from geodata.errors import BadInput
from geodata.names import normalise
from geodata.sentences import Sentence, in_line, sentence
from geodata.source import Snapshot

LONGEST_CELL = 2_000
"""Characters; the longest cells of official files (notes, addresses) are under 1,000."""

_COMMON = frozenset(
    [
        *("id", "code", "nom", "name", "latitude", "longitude", "lat", "lon", "annee", "an", "valeur", "sexe"),
        *("codgeo", "libgeo", "geo", "geo object", "depcom", "dep", "reg", "departement", "region", "commune"),
        *("code insee", "code commune", "libelle", "time period", "obs value", "dep code"),
    ]
)
"""Names that the tables of many producers have (plain form)."""

_EXAMPLES = 3
_BLOCK = 32 * 1024 * 1024


SCIENTIFIC = r"\d(?:[.,]\d+)?[Ee]\+\d+"
"""An identifier that a spreadsheet wrote as a number: two of them may then be the same, and none is what it was."""


@dataclass(frozen=True)
class CodeKind:
    """What a code column may hold, as the code of a sentence and as a pattern, and how it looks without its zero."""

    name: str
    pattern: str
    without_zero: str

    @property
    def words(self) -> str:
        """What is allowed, in English."""
        return self.sentence.text()

    @property
    def sentence(self) -> Sentence:
        """What is allowed."""
        return sentence(self.name)

    @property
    def spoilt(self) -> str:
        """How a code looks once a spreadsheet made a number of it: 1004, 1004.0, 31555.0, 3.1E+04."""
        return rf"{self.without_zero}|(?:{self.pattern})[.,]0+|{SCIENTIFIC}"

    def fits(self, texts: pd.Series) -> pd.Series:
        """Which texts have the form of the code."""
        return texts.str.fullmatch(self.pattern)


COMMUNE = CodeKind("kind_commune", r"\d{5}|2[AB]\d{3}", r"[1-9]\d{3}(?:\.0)?")
IRIS = CodeKind("kind_iris", r"\d{9}|2[AB]\d{7}", r"[1-9]\d{7}(?:\.0)?")
DEPARTEMENT = CodeKind("kind_departement", r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]", r"[1-9](?:\.0)?")
EPCI = CodeKind("kind_epci", r"\d{9}", r"(?!)")


@dataclass(frozen=True)
class Table:
    """Where a table stands: in a text or Parquet file, or on a sheet; `header` is the 1-based line of its columns.

    `columns` are named as the layout names them, `written` as the file does.
    """

    part: Candidate
    sheet: str
    header: int
    columns: tuple[str, ...]
    written: tuple[str, ...]

    @property
    def name(self) -> str:
        member, sheet = self.part.member, self.sheet
        return self.part.path.name + f" > {member}" * bool(member) + f", sheet {sheet}" * bool(sheet)


@dataclass(frozen=True)
class Layout:
    """How one published table is laid out.

    `required` columns must be there, and make a file ours unless `is_mine` says more; `codes` says which columns hold
    codes, where they are there; only the columns that `wanted` accepts are kept beside the required ones (files of two
    thousand columns exist); `header_problems` returns further problems of the header. In a workbook the table
    is on a sheet that is shown and whose name matches `sheets` (of several that differ by their year, the newest; else
    the file is refused), its columns on one of the first rows, as in a text.
    """

    required: Sequence[str]
    codes: Mapping[str, CodeKind] = field(default_factory=dict)
    is_mine: Callable[[Sequence[str]], bool] | None = None
    wanted: Callable[[str], bool] = lambda column: True
    header_problems: Callable[[Sequence[str]], list[Sentence]] = lambda columns: []
    sheets: str = ""
    groups: Sequence[Sequence[str]] = ()

    def recognises(self, candidate: Candidate) -> bool:
        """Whether the candidate is a table of this layout."""
        return any(self._fits(table.columns) for table in self.tables(candidate))

    def nearly(self, candidate: Candidate) -> bool:
        """Whether the candidate is this table spoilt: its columns but one, or all of them in a line read otherwise."""
        groups = self.groups or [(column,) for column in self.required]
        return any(nearly_all(groups, table.columns) for table in self.tables(candidate))

    def nearness(self, candidate: Candidate) -> float:
        """The share of the required columns that the candidate's best table has, 0-1."""
        counts = [len(set(self.required) & set(table.columns)) for table in self.tables(candidate)]
        return max(counts, default=0) / max(len(self.required), 1)

    def explained(self, candidate: Candidate) -> int:
        """How many columns of the candidate this layout reads, 0 when it does not fit."""
        return max(
            (
                sum(column in self.required or self.wanted(column) for column in table.columns)
                for table in self.tables(candidate)
                if self._fits(table.columns)
            ),
            default=0,
        )

    def read(self, snapshot: Snapshot) -> pd.DataFrame:
        """The table as text; `attrs` keep the `file`, the `sheet`, the `titles` that stand above the columns, and the
        members of a zip that are `not_read` although they fit.

        Raises `BadInput` naming the file and listing every problem of it.
        """
        table, not_read = self._find(snapshot)
        where = sentence("at_row", row=table.header) if table.sheet else sentence("at_line", line=table.header)
        problems = _header_problems(table.columns, self.required, where) + self.header_problems(table.columns)
        refuse(table.name, problems)
        # A column without a name is the padding of a spreadsheet.
        kept = [c for c in table.columns if c.strip() and (c in self.required or self.wanted(c))]
        read = {"text": _read_text, "parquet": _read_parquet, "workbook": _read_sheet, "layer": _read_layer}[
            table.part.kind
        ]
        frame, titles, problems = read(table, kept)
        frame = frame[(frame != "").any(axis=1)]
        refuse(table.name, problems + cell_problems(frame, self.codes))
        frame.attrs = {
            "file": table.part.member or table.part.path.name,
            "sheet": table.sheet,
            "titles": titles,
            "not_read": not_read,
        }
        return frame

    def _fits(self, columns: Sequence[str]) -> bool:
        return self.is_mine(columns) if self.is_mine else set(self.required) <= set(columns)

    def tables(self, part: Candidate) -> Iterator[Table]:
        """Where the table may stand: in the text, or on each sheet, under the titles."""
        if part.kind == "text":
            yield self._under_titles(part, "", part.lines, part.header_line)
        elif part.kind in ("parquet", "layer"):
            yield self._under_titles(part, "", [part.columns], part.header_line)
        for sheet in sorted(part.sheets, reverse=True):
            if re.fullmatch(self.sheets, sheet):
                yield self._under_titles(part, sheet, part.top(sheet, HEADER_ROWS), 1)

    def _under_titles(self, part: Candidate, sheet: str, lines: Sequence[Sequence[str]], first: int) -> Table:
        written = {number: tuple(row) for number, row in enumerate(lines, start=first)}
        rows = {number: row if self._fits(row) else self.named(row) for number, row in written.items()}
        fitting = [number for number, row in rows.items() if self._fits(row)]
        nearest = max(rows, key=lambda number: len(set(self.required) & set(rows[number])), default=1)
        number = fitting[0] if fitting else nearest
        return Table(part, sheet, number, rows.get(number, ()), written.get(number, ()))

    def named(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The columns by the names of the layout: case, accents, spaces and separators change between editions."""
        by_plain = {plain(name): name for name in self.required if name not in columns}

        def name(column: str) -> str:
            if column in self.required or plain(column) in by_plain:
                return by_plain.get(plain(column), column)
            is_known = self.wanted(column) or plain(column) in columns or not self.wanted(plain(column))
            return column if is_known else plain(column)

        return tuple(map(name, columns))

    def _refuse_several(self, fitting: Sequence[Table]) -> None:
        """Raise `BadInput` when several sheets of one workbook fit whose names differ by more than a year."""
        sheets = [table.sheet for table in fitting if table.part == fitting[0].part and table.sheet]
        if len({re.sub(r"\d{4}", "", sheet) for sheet in sheets}) > 1:
            name = fitting[0].part.path.name
            raise BadInput(sentence("several_sheets_fit", file=name, sheets=", ".join(sorted(sheets))))

    def _find(self, snapshot: Snapshot) -> tuple[Table, tuple[str, ...]]:
        """The table to read: the first that fits, else the nearest one, so that its problems are told.

        And the other members of the zip that fit, which are not read.
        """
        whole = peek(snapshot.path)
        tables = [table for part in (whole, *whole.inside) for table in self.tables(part)]
        if not tables:
            inside = ", ".join((whole.sheets or whole.members or whole.keys)[:8]) or sentence("nothing_inside")
            source = snapshot.source
            raise BadInput(
                sentence(
                    "no_table_of_source",
                    file=snapshot.path.name,
                    title=source.title,
                    kind=whole.kind,
                    found=inside,
                    page=source.page,
                )
            )
        fitting = [table for table in tables if self._fits(table.columns)]
        self._refuse_several(fitting)
        chosen = fitting[0] if fitting else max(tables, key=lambda table: len(set(self.required) & set(table.columns)))
        others = tuple(table.part.member for table in fitting if table.part.member not in ("", chosen.part.member))
        return chosen, others


class Layouts:
    """The layouts that one source was published in: a file is read in the one that explains most of its columns."""

    def __init__(self, *layouts: Layout):
        self.layouts = layouts

    def recognises(self, candidate: Candidate) -> bool:
        """Whether the candidate is a table of one of the layouts."""
        return any(layout.recognises(candidate) for layout in self.layouts)

    def nearly(self, candidate: Candidate) -> bool:
        """Whether the candidate is one of these tables, spoilt."""
        return any(layout.nearly(candidate) for layout in self.layouts)

    def read(self, snapshot: Snapshot) -> pd.DataFrame:
        """The table as text. Raises `BadInput`; when no layout fits, it tells the problems seen by the nearest."""
        whole = peek(snapshot.path)
        parts = (whole, *whole.inside)
        fitting = [layout for layout in self.layouts if any(map(layout.recognises, parts))]
        if fitting:
            # The first of several that explain as many columns.
            return max(fitting, key=lambda layout: max(map(layout.explained, parts))).read(snapshot)
        return max(self.layouts, key=lambda layout: max(map(layout.nearness, parts))).read(snapshot)


@lru_cache(maxsize=8192)
def plain(column: str) -> str:
    """`Libellé_du_site` is libelle_du_site, `Code INSEE` is code_insee. Kept: every reader asks it of every file."""
    return normalise(column).replace(" ", "_")


def nearly_all(groups: Sequence[Sequence[str]], names: Sequence[str]) -> bool:
    """Whether all names but one are there, two of them at least being names that few tables have; of two names, both.

    `groups` are the names of each wanted column. Names are looked for in the whole line, whatever separates them.
    """
    line = f" {normalise(' '.join(names))} "
    plain = [[normalise(name) for name in group] for group in groups]
    present = [group for group in plain if any(f" {name} " in line for name in group)]
    own = [group for group in plain if not _COMMON & set(group)]
    own_present = [group for group in present if group in own]
    enough = max(len(plain) - 1, 2)
    return len(plain) >= enough and len(present) >= enough and len(own_present) >= max(1, min(2, len(own)))


def year_of_name(raw: pd.DataFrame) -> str:
    """The year in the name of the file, for tables that do not tell theirs; empty when it has none, or several."""
    return date_of_name(raw.attrs.get("file", ""))[:4]


_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([-_]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def date_of_name(name: str) -> str:
    """The one date in the name of a file, as 2024, 2024-08 or 2024-08-19; empty when it has none, or several."""
    dates = {"-".join(part for part in (date[1], date[3], date[4]) if part) for date in _DATE.finditer(name)}
    return dates.pop() if len(dates) == 1 else ""


def workbooks(snapshot: Snapshot) -> list[Candidate]:
    """The workbook, or those inside the zip: for a sheet whose columns stand on several rows."""
    whole = peek(snapshot.path)
    return [part for part in (whole, *whole.inside) if part.kind == "workbook"]


def refuse_spoilt_identifiers(keys: pd.Series) -> None:
    """Raise `BadInput` when identifiers, alone or followed by a hyphen, are written as 1.00E+05.

    `keys` are indexed by line.
    """
    spoilt = keys[keys.str.contains(rf"(?:^|-){SCIENTIFIC}(?:-|$)")]
    if len(spoilt):
        raise BadInput(sentence("identifiers_as_numbers", count=len(spoilt), examples=_examples(spoilt)))


def _examples(texts: pd.Series) -> Sentence:
    """The first ones, with their lines."""
    return in_line(sentence("at_line_text", line=line, text=text) for line, text in texts.head(_EXAMPLES).items())


def refuse(name: str, problems: Sequence[Sentence]) -> None:
    """Raise `BadInput` with every problem of the file, if there is any."""
    if problems:
        raise BadInput(sentence("file_unusable", file=name, problems=tuple(problems)))


def given_twice(columns: Sequence[str], where: Sentence) -> list[Sentence]:
    """The problem of columns that have the same name, if there are any."""
    twice = sorted({c for c in columns if c.strip() and list(columns).count(c) > 1})
    return [sentence("columns_given_twice", where=where, columns=", ".join(twice))] if twice else []


def _header_problems(columns: Sequence[str], required: Sequence[str], where: Sentence) -> list[Sentence]:
    problems = given_twice(columns, where)
    for column in required:
        if column not in columns:
            near = difflib.get_close_matches(column, columns, n=1, cutoff=0.6)
            problems.append(
                sentence("column_not_there_near", where=where, column=column, near=near[0][:80])
                if near
                else sentence("column_not_there", where=where, column=column)
            )
    if problems:
        shown = ", ".join(column[:40] for column in columns[:12]) + (" ..." if len(columns) > 12 else "")
        problems.append(sentence("columns_are", columns=shown))
    return problems


def cell_problems(frame: pd.DataFrame, kinds: Mapping[str, CodeKind]) -> list[Sentence]:
    """Why the cells of a table cannot be trusted: none at all, one of absurd length, shortened codes."""
    if frame.empty:
        return [sentence("no_line_under_columns")]
    problems = []
    for column in frame.columns:
        lengths = frame[column].str.len()
        if lengths.max() > LONGEST_CELL:
            problems.append(
                sentence(
                    "cell_over_length",
                    line=lengths.idxmax(),
                    column=column,
                    length=lengths.max(),
                    most=LONGEST_CELL,
                )
            )
    for column, kind in kinds.items():
        if column in frame:
            problems += shortened_codes(sentence("at_column", column=column), frame[column], kind)
    return problems


def shortened_codes(where: str | Sentence, texts: pd.Series, kind: CodeKind) -> list[Sentence]:
    """The problem of codes that a spreadsheet made numbers of, if there are any."""
    spoilt = texts[texts.str.fullmatch(kind.spoilt)]
    if spoilt.empty:
        return []
    code = "codes_without_zero" if spoilt.str.fullmatch(kind.without_zero).any() else "codes_as_numbers"
    return [sentence(code, where=where, count=len(spoilt), examples=_examples(spoilt), allowed=kind.sentence)]


Read = tuple[pd.DataFrame, tuple[str, ...], list[Sentence]]
"""The columns kept, the titles above them, and the problems met in the lines."""


def _read_text(table: Table, kept: list[str]) -> Read:
    part, name = table.part, table.name
    ragged: list[Sentence] = []

    def say(row: pa.csv.InvalidRow) -> str:
        counts = {"found": row.actual_columns, "expected": row.expected_columns}
        ragged.append(sentence("line_ragged", line=row.number, text=repr(row.text[:60]), **counts))
        return "skip"

    written = dict(zip(table.columns, table.written, strict=True))
    names = [written[column] for column in kept]
    encoding = _encoding(part, name)
    try:
        with open_bytes(part.path, part.member) as file:
            read = pa.csv.read_csv(
                file,
                # One thread, so that lines keep their number.
                read_options=pa.csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK, skip_rows=table.header - 1, encoding=encoding
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=part.delimiter or "\0",
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=say,
                ),
                convert_options=pa.csv.ConvertOptions(
                    include_columns=names,
                    column_types=dict.fromkeys(names, pa.string()),
                    null_values=[],
                    strings_can_be_null=False,
                ),
            )
    except pa.ArrowInvalid as error:
        raise BadInput(sentence("text_unreadable", file=name, error=error)) from error
    more = [sentence("more_like_these", count=len(ragged) - _EXAMPLES)] if len(ragged) > _EXAMPLES else []
    with open_bytes(part.path, part.member) as file:
        titles = tuple(file.readline().decode(encoding).strip("\ufeff \r\n;,") for _ in range(table.header - 1))
    return _by_line(read.rename_columns(kept).to_pandas(), table.header + 1), titles, ragged[:_EXAMPLES] + more


def _encoding(part: Candidate, name: str) -> str:
    """Encoding of the whole text: the head's, or an old one when the head was plain ASCII."""
    line = _undecodable_line(part, "utf8") if part.encoding.startswith("utf-8") else 1
    if line is None:
        return "utf8"
    if part.encoding.startswith("utf-8"):
        with open_bytes(part.path, part.member) as file:
            is_ascii = file.read(HEAD).removeprefix(codecs.BOM_UTF8).isascii()
        if not is_ascii:
            raise BadInput(sentence("not_utf8_from_line", file=name, line=line))
    with open_bytes(part.path, part.member) as file:
        encoding = old_encoding(lines_with_accents(file), name)
    return "latin-1" if _undecodable_line(part, encoding) is not None else encoding


def _undecodable_line(part: Candidate, encoding: str) -> int | None:
    """The first line that this encoding cannot read, None when it reads them all."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with open_bytes(part.path, part.member) as file:
        while chunk := file.read(1024 * 1024):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            line += chunk.count(b"\n")
    return None


def _read_parquet(table: Table, kept: list[str]) -> Read:
    with opened_parquet(table.part.path, table.part.member) as parquet:
        written = dict(zip(table.columns, table.written, strict=True))
        read = parquet.read(columns=[written[column] for column in kept])
        # A nested column is read with its parts; one of bytes that are no text cannot be cast.
        texts = [read[written[column]].cast(pa.string()).fill_null("") for column in kept]
    return _by_line(pa.table(texts, names=kept).to_pandas(), 1), (), []


def _read_layer(table: Table, kept: list[str]) -> Read:
    written = dict(zip(table.columns, table.written, strict=True))
    names = [written[column] for column in kept]
    try:
        _, read = pyogrio.read_arrow(table.part.path, layer=table.part.member, columns=names, read_geometry=False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise BadInput(sentence("geopackage_unreadable", file=table.name, error=error)) from error
    texts = [read[name].cast(pa.string()).fill_null("") for name in names]
    return _by_line(pa.table(texts, names=kept).to_pandas(), 1), (), []


def _read_sheet(table: Table, kept: list[str]) -> Read:
    rows = sheet_cells(table.part, table.sheet)
    positions = [table.columns.index(column) for column in kept]
    body = [[row[position] for position in positions] for row in rows[table.header :]]
    titles = tuple(" ".join(cell for cell in row if cell) for row in rows[: table.header - 1])
    return _by_line(pd.DataFrame(body, columns=kept, dtype="str"), table.header + 1), titles, []


def _by_line(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    return frame.set_axis(pd.RangeIndex(first, first + len(frame), name="line"))
