"""Files written by tests: snapshots of them, zips, workbooks, and the ways in which a good table can be spoilt."""

import io
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from etl.reading.candidate import peek
from etl.reading.intake import owns
from etl.rejects import with_words
from etl.snapshots import checksum
from geodata.errors import BadInput
from geodata.source import Snapshot


def snapshot_of(module, path: Path) -> Snapshot:
    """The snapshot of a file of `module`'s source."""
    return Snapshot(module.SOURCE, path, checksum(path), path.stat().st_size)


def written(module, folder: Path, content: str | bytes, name: str = "liste.csv") -> Snapshot:
    """The snapshot of a file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return snapshot_of(module, path)


def tidied(module, folder: Path, content: str | bytes, name: str = "liste.csv") -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `module` makes of a file with this content, which it recognises: accepted, rejected."""
    snapshot = written(module, folder, content, name)
    assert owns(module, peek(snapshot.path)), "the module does not recognise its own file"
    return _in_words(*module.tidy(module.read(snapshot)))


def _in_words(accepted: pd.DataFrame, rejected: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return accepted, with_words(rejected)


def real(module, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What `module` makes of a real file, which it recognises: raw, accepted, rejected."""
    assert owns(module, peek(path)), f"the module does not recognise {path.name}"
    raw = module.read(snapshot_of(module, path))
    return (raw, *_in_words(*module.tidy(raw)))


def cells(frame: pd.DataFrame) -> list[list[object]]:
    """The rows of a frame, None where a cell is missing."""
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def parquet(columns: Mapping[str, Sequence[object]]) -> bytes:
    """A Parquet file with these columns."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), buffer)
    return buffer.getvalue()


class InError(str):
    """What a spreadsheet shows in a cell that it could not calculate: #DIV/0!"""


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Collection[str] = ()) -> bytes:
    """A minimal xlsx: numbers as numbers, `InError` as a formula in error, the rest as inline text.

    The sheets of `hidden` are not shown.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def cell(value: object) -> str:
        if isinstance(value, InError):
            return f'<c t="e"><v>{value}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>' if value else "<c/>"

    def sheet(rows: Sequence[Sequence[object]]) -> str:
        body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        return f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'

    numbers, state = range(1, len(sheets) + 1), ("visible", "hidden")
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}" state="{state[name in hidden]}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    targets = "".join(f'<Relationship Id="r{n}" Type="{links}/worksheet" Target="s{n}.xml"/>' for n in numbers)
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>{names}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>',
            **{f"xl/s{n}.xml": sheet(rows) for n, rows in zip(numbers, sheets.values(), strict=True)},
        }
    )


def old_workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Collection[str] = ()) -> bytes:
    """The same as a binary .xls."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, InError):
                    sheet.row(number).set_cell_error(column, str(value))
                else:
                    sheet.write(number, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def open_document(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Collection[str] = ()) -> bytes:
    """The same as an OpenDocument workbook (.ods)."""
    names = ("office", "table", "text", "style")
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'

    def cell(value: object) -> str:
        kind = 'office:value-type="string"'
        if isinstance(value, InError):
            kind += ' calcext:value-type="error" office:string-value=""'
        elif isinstance(value, (int, float)):
            kind = f'office:value-type="float" office:value="{value}"'
        filled = f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
        return filled if value != "" else "<table:table-cell/>"

    tables = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"no" if name in hidden else "yes"}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("yes", "true"), ("no", "false"))
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            'manifest:1.0"/>',
            "content.xml": f'<?xml version="1.0"?><office:document-content{spaces}><office:automatic-styles>{styles}'
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        }
    )


WORKBOOKS = {"xlsx": workbook, "xls": old_workbook, "ods": open_document}
"""How each kind of workbook is written, by its ending."""


@dataclass(frozen=True)
class Good:
    """A good text and what a defect needs to know: a column that must be there and a code whose zero can be lost."""

    text: str
    column: str
    code: str = ""
    code_column: str = ""
    delimiter: str = ";"

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def with_header(self, change: Callable[[list[str]], list[str]]) -> str:
        """The text with another line of columns."""
        header, *rows = self.lines
        return "\n".join([self.delimiter.join(change(header.split(self.delimiter))), *rows])


DEFECTS: dict[str, tuple[Callable[[Good], str | bytes], Sequence[str]]] = {
    "empty file": (lambda good: "", ["empty"]),
    "web page": (lambda good: "<!DOCTYPE html>\n<html><body>404</body></html>", ["web page"]),
    "truncated zip": (lambda good: zipped({"data.csv": good.text * 50})[:-60], ["truncated"]),
    "utf-16": (lambda good: good.text.encode("utf-16"), ["UTF-16", "UTF-8"]),
    "two encodings": (lambda good: good.text.encode() + "é".encode() * 40_000 + b"\n\xe9\n", ["line", "UTF-8"]),
    "rows of another delimiter": (
        lambda good: "\n".join([good.lines[0], *(row.replace(good.delimiter, "|") for row in good.lines[1:])]),
        ["line 2", "1 cells"],
    ),
    "unknown delimiter": (lambda good: good.text.replace(good.delimiter, "~"), ["missing"]),
    "missing column": (
        lambda good: "\n".join(
            good.delimiter.join(
                cell
                for position, cell in enumerate(line.split(good.delimiter))
                if position != good.lines[0].split(good.delimiter).index(good.column)
            )
            for line in good.lines
        ),
        ["missing"],
    ),
    "renamed column": (
        lambda good: good.with_header(lambda columns: [c + "x" * (c == good.column) for c in columns]),
        ["missing"],
    ),
    "duplicated column": (
        lambda good: "\n".join(
            f"{line}{good.delimiter}{good.column if number == 0 else 1}"
            for number, line in enumerate(good.text.strip().split("\n"))
        ),
        ["twice"],
    ),
    "short line": (lambda good: good.text.rstrip("\n") + "\n01001\n", ["1 cells", "allowed"]),
    "columns alone": (lambda good: good.lines[0] + "\n", ["no line"]),
    "million-character cell": (
        lambda good: good.text.rstrip("\n") + "\n" + "9" * 1_000_000 + good.delimiter * (
            good.lines[0].count(good.delimiter)
        ),
        ["1,000,000 characters", "allowed"],
    ),
    "code without its zero": (
        lambda good: good.text.replace(good.code, good.code.removeprefix("0")),
        ["leading zero", "allowed"],
    ),
    "code as a number": (
        lambda good: good.text.replace(good.code, "1.00E+04"),
        ["written as numbers", "allowed"],
    ),
}  # fmt: skip
"""How a good text is spoilt, and words that the refusal must have."""


def defects(*without: str):
    """Parametrise a test over the defects, without some that cannot touch the format (each is named)."""
    return pytest.mark.parametrize("defect", [name for name in DEFECTS if name not in _with_numbers(without)])


def _with_numbers(without: Sequence[str]) -> set[str]:
    """A format without codes has none that could be numbers either."""
    return {*without, *(["code as a number"] if "code without its zero" in without else [])}


def refuses(module, folder: Path, good: Good, defect: str) -> str:
    """Spoil `good`, check that one `BadInput` names the file and the defect, and return its message."""
    return _refused(module, folder, *DEFECTS[defect], good)


def _refused(module, folder: Path, spoil: Callable, words: Sequence[str], good: object) -> str:
    snapshot = written(module, folder, spoil(good), "fichier_reçu.csv")
    with pytest.raises(BadInput) as refused:
        module.read(snapshot)
    message = str(refused.value)
    for word in ["fichier_reçu.csv", *words]:
        assert word in message, f"« {word} » is not said in: {message}"
    return message


@dataclass(frozen=True)
class GoodBook:
    """Sheets of a good workbook; the sheet, column and code that defects spoil."""

    sheets: Mapping[str, Sequence[Sequence[object]]]
    sheet: str
    column: str
    code: str

    @property
    def header(self) -> int:
        """Position of the row of columns."""
        return next(number for number, row in enumerate(self.sheets[self.sheet]) if self.column in row)

    def with_rows(
        self, change: Callable[[Sequence[Sequence[object]]], Sequence[Sequence[object]]], ending: str = "xlsx"
    ) -> bytes:
        """The workbook with other rows on its sheet."""
        return WORKBOOKS[ending]({**self.sheets, self.sheet: change(self.sheets[self.sheet])})

    def with_cells(self, change: Callable[[object], object]) -> bytes:
        """The workbook with every cell of its sheet changed."""
        return self.with_rows(lambda rows: [[change(cell) for cell in row] for row in rows])

    def without_column(self) -> bytes:
        """The workbook without the column."""
        place = self.sheets[self.sheet][self.header].index(self.column)
        return self.with_rows(lambda rows: [[*row[:place], *row[place + 1 :]] for row in rows])

    def with_column_twice(self) -> bytes:
        """The workbook with the column a second time, after the last one."""
        cells = {n: "" if n < self.header else 1 for n in range(len(self.sheets[self.sheet]))} | {
            self.header: self.column
        }
        return self.with_rows(lambda rows: [[*row, cells[n]] if row else row for n, row in enumerate(rows)])


BOOK_DEFECTS: dict[str, tuple[Callable[[GoodBook], str | bytes], Sequence[str]]] = {
    "empty file": (lambda good: "", ["empty"]),
    "web page": (lambda good: "<html><body>404</body></html>", ["web page"]),
    "truncated workbook": (lambda good: workbook(good.sheets)[:-40], ["truncated"]),
    "locked workbook": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000), ["locked"]),
    "other sheets": (lambda good: workbook({"Feuille perdue": [["a"]]}), ["Feuille perdue"]),
    "renamed sheets": (
        lambda good: workbook({f"perdue {n}": rows for n, rows in enumerate(good.sheets.values())}), ["perdue 0"]
    ),
    "missing column": (lambda good: good.without_column(), ["column"]),
    "duplicated column": (lambda good: good.with_column_twice(), ["twice", "allowed"]),
    "columns alone": (lambda good: good.with_rows(lambda rows: rows[: good.header + 1]), ["no line"]),
    "million-character cell": (
        lambda good: good.with_cells(lambda cell: "9" * 1_000_000 if cell == good.code else cell),
        ["1,000,000 characters", "allowed"],
    ),
    "renamed column": (
        lambda good: good.with_cells(lambda cell: f"{cell} bis" if cell == good.column else cell), ["sheet"]
    ),
    "code without its zero": (
        lambda good: good.with_cells(lambda cell: good.code.lstrip("0") if cell == good.code else cell),
        ["leading zero", "allowed"],
    ),
    "code as a number": (
        lambda good: good.with_cells(lambda cell: "1.00E+04" if cell == good.code else cell),
        ["written as numbers", "allowed"],
    ),
}  # fmt: skip


def book_defects(*without: str):
    """Parametrise a test over the defects of workbooks, without some that cannot touch the format."""
    return pytest.mark.parametrize("defect", [name for name in BOOK_DEFECTS if name not in _with_numbers(without)])


def refuses_book(module, folder: Path, good: GoodBook, defect: str) -> str:
    """Spoil a workbook, check that one `BadInput` names the file and the defect, and return its message."""
    return _refused(module, folder, *BOOK_DEFECTS[defect], good)
