"""Workbooks of the Drees with a sheet a benefit: a title, then a row a département and a column a year.

The columns stand under `N° Dep, Libelle Dep` or `Code département, Département`, sometimes over two rows (the benefit,
then the year); totals and notes follow the départements. The newest year of each sheet is read. Overseas codes may be
numbers, those of Corsica 20A and 20B. `nd`, `ns`, `-`: not available. What is not a département (the whole of Corsica,
20; the two parts of the Rhône, 69D and 69M, beside their sum) is refused with its name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.observations import all_rejects, count, observe_long
from etl.reading.tables import (
    DEPARTEMENT,
    cell_problems,
    given_twice,
    refuse,
    sheet_cells,
    workbooks,
)
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence
from geodata.source import Snapshot, Source

_CODES = ("N° Dep", "Code département")
_YEAR = re.compile(r"((?:19|20)\d\d)(?: ?\(\d\)|\*+)?")
_HEADER_ROWS = 12
_CORSICA = {"20A": "2A", "20B": "2B"}


@dataclass(frozen=True)
class YearSheets:
    """Which sheets of a workbook are read (a pattern of names), how their titles begin, and what each one counts."""

    source: Source
    sheets: str
    titles: Mapping[str, str]

    def recognises(self, candidate: Candidate) -> bool:
        """A workbook with a sheet that has one of the titles."""
        return any(self._measure(candidate, sheet) for sheet in candidate.sheets)

    def read(self, snapshot: Snapshot) -> pd.DataFrame:
        """The newest year of each sheet, as text: `measure, code, label, year, value`, indexed by sheet and row."""
        books = workbooks(snapshot)
        if not books:
            about = {"title": self.source.title, "page": self.source.page}
            raise BadInput(sentence("not_a_workbook", file=snapshot.path.name, **about))
        tables, problems = [], []
        for sheet in books[0].sheets:
            if measure := self._measure(books[0], sheet):
                rows, wrong = _newest_year(sheet_cells(books[0], sheet), sheet)
                tables.append(rows.assign(measure=measure))
                problems += wrong
        if not tables:
            sheets = ", ".join(books[0].sheets[:8])
            problems.append(sentence("no_sheet_of_titles", titles=", ".join(self.titles), sheets=sheets))
        refuse(snapshot.path.name, problems)
        return pd.concat(tables)

    def tidy(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Observations by `departement`; and the rejects: totals, notes, lines without a code, absent sheets."""
        is_place = raw["code"] != ""
        other = [(line, row["label"][:40], sentence("total_or_note")) for line, row in raw[~is_place].iterrows()]
        read = set(raw["measure"])
        other += [("all", title, sentence("no_sheet")) for title, id_ in self.titles.items()
                  if id_ not in read]  # fmt: skip
        rows = raw[is_place].assign(code=raw["code"].replace(_CORSICA), value=raw["value"].replace("-", "nd"))
        measures = [count(id_, year) for id_, year in zip(rows["measure"], rows["year"], strict=True)]
        observations, rejects = observe_long(
            rows,
            self.source.id,
            "code",
            "value",
            pd.Series(measures, index=rows.index),
            pd.Series("departement", index=rows.index),
            {"departement": DEPARTEMENT},
        )
        return observations, all_rejects([reject_frame(self.source.id, other), rejects])

    def _measure(self, book: Candidate, sheet: str) -> str | None:
        if not re.match(self.sheets, sheet):
            return None
        title = " ".join(book.top(sheet, 1)[0])
        return next((id_ for start, id_ in self.titles.items() if title.strip().startswith(start)), None)


def _newest_year(rows: list[list[str]], sheet: str) -> tuple[pd.DataFrame, list[Sentence]]:
    """The lines under the columns, down to the first empty one; and the problems met."""
    empty = pd.DataFrame(columns=["code", "label", "year", "value"])
    header = next((n for n, row in enumerate(rows[:_HEADER_ROWS]) if set(_CODES) & set(row)), None)
    if header is None:
        problem = sentence("no_column_of_codes", columns=" / ".join(_CODES), rows=_HEADER_ROWS)
        return empty, [sentence("at_sheet", sheet=sheet, problem=problem)]
    code = next(rows[header].index(name) for name in _CODES if name in rows[header])
    # Sheets of benefits in several parts have their years on the row below.
    years, first = max(
        ((_years(rows[number]), number + 1) for number in (header, header + 1) if number < len(rows)),
        key=lambda pair: len(pair[0]),
    )
    if not years:
        problem = sentence("no_column_of_year")
        return empty, [sentence("at_sheet_row", sheet=sheet, row=header + 1, problem=problem)]
    column, year = max(years.items(), key=lambda pair: (pair[1], pair[0]))
    end = next((n for n in range(first, len(rows)) if not any(rows[n])), len(rows))
    index = pd.Index([f"{sheet.strip()}, row {n + 1}" for n in range(first, end)], name="line", dtype="str")
    body = [(rows[n][code], [*rows[n], ""][code + 1] or rows[n][0], year, rows[n][column]) for n in range(first, end)]
    frame = pd.DataFrame(body, columns=empty.columns, index=index, dtype="str")
    problems = given_twice(rows[header], sentence("at_row", row=header + 1)) + cell_problems(
        frame, {"code": DEPARTEMENT}
    )
    return frame, [sentence("at_sheet", sheet=sheet, problem=problem) for problem in problems]


def _years(row: list[str]) -> dict[int, str]:
    """Position and year of the columns that are years, footnote marks left out."""
    return {position: match[1] for position, cell in enumerate(row) if (match := _YEAR.fullmatch(cell))}
