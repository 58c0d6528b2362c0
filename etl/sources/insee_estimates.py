"""Population estimates of 1 January by département, sex and five-year age (`estim-pop-dep-sexe-aq`, Insee).

A workbook in Strict OOXML (openpyxl sees no sheet in it): a sheet a year, sexes on row 4, ages on row 5, then a row a
département, subtotals and notes. The newest year is read. Also read: the same figures as a long csv
(`DEP; LIBELLE; SEXE; AGE; POP_2022`).

Measures are named as in the reference tables: `women_00_04 ... women_95_plus`, `men_...`, `population_...`.
"""

import re
from collections.abc import Iterable

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.observations import (
    Measure,
    all_rejects,
    count,
    observe,
    observe_long,
    places,
)
from etl.reading.tables import (
    DEPARTEMENT,
    CodeKind,
    Layout,
    cell_problems,
    given_twice,
    refuse,
    sheet_cells,
    workbooks,
)
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="insee_estimates",
    title="Estimations de population par département, sexe et âge quinquennal",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/8721456",
    tier=Tier.OFFICIAL,
    description="Habitants au 1er janvier, par sexe et âge de cinq en cinq ans, 101 départements.",
)

_TITLE = "Estimation de population au 1er janvier, par département, sexe et âge quinquennal"
_SEX_ROW, _AGE_ROW = 4, 5
_SEXES = {"Ensemble": "population", "Hommes": "men", "Femmes": "women", "T": "population", "H": "men", "F": "women"}
_TOTALS = {"France métropolitaine": "FM", "France métropolitaine et DOM": "FR"}
_FRANCE = CodeKind("kind_country", "FM|FR", r"(?!)")
_LONG = Layout(
    ("DEP", "LIBELLE", "SEXE", "AGE"),
    codes={"DEP": DEPARTEMENT},
    header_problems=lambda columns: (
        [] if _figures(columns) else [sentence("no_column_like", where=sentence("at_line", line=1), columns="POP_2022")]
    ),
)


def recognises(candidate: Candidate) -> bool:
    """A workbook whose sheets are years of these estimates, or the long csv."""
    if year := _newest_sheet(candidate):
        rows = candidate.top(year, _AGE_ROW)
        return bool(rows) and rows[0][:1] == [_TITLE]
    return _LONG.recognises(candidate) and bool(_figures(candidate.columns))


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The newest year as text: a row a département (columns `Hommes, 0 à 4 ans` ...), or a row a figure for the csv."""
    books = workbooks(snapshot)
    if not books:
        return _LONG.read(snapshot)
    years = [(year, book) for book in books if (year := _newest_sheet(book))]
    if not years:
        sheets = ", ".join(books[0].sheets[:8])
        raise BadInput(sentence("no_sheet_of_year", file=snapshot.path.name, sheets=sheets, page=SOURCE.page))
    year, book = years[0]
    rows = sheet_cells(book, year)
    name = f"{snapshot.path.name}, sheet {year}"
    columns = _columns(rows, name)
    body = [row[: len(columns)] for row in rows[_AGE_ROW:]]
    frame = pd.DataFrame(body, columns=columns, dtype="str")
    frame.index = pd.RangeIndex(_AGE_ROW + 1, _AGE_ROW + 1 + len(frame), name="line")
    frame = frame[(frame != "").any(axis=1)]
    refuse(name, cell_problems(frame, {"DEP": DEPARTEMENT}))
    frame.attrs = {"file": snapshot.path.name, "sheet": year, "titles": ()}
    return frame


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by `departement`, and `france` (FR, FM) where the file gives it; and the rejects."""
    if "SEXE" in raw:
        return _tidy_long(raw)
    codes = raw["DEP"].map(_TOTALS).fillna(raw["DEP"])
    is_total = raw["DEP"].isin(_TOTALS)
    is_note = ~is_total & (raw["LIBELLE"] == "")
    measures = {c: m for c in raw.columns[2:] if (m := _in_column(c, raw.attrs["sheet"]))}
    pieces, rejects = [], [
        reject_frame(SOURCE.id, [(line, text[:40], sentence("subtotal_or_note"))
                                 for line, text in raw.loc[is_note, "DEP"].items()])
    ]  # fmt: skip
    for part, kind, level in ((~is_total & ~is_note, DEPARTEMENT, "departement"), (is_total, _FRANCE, "france")):
        where, refused = places(codes[part], SOURCE.id, kind, level)
        observations, wrong = observe(raw, SOURCE.id, where, measures)
        pieces.append(observations)
        rejects += [refused, wrong]
    return pd.concat(pieces, ignore_index=True), all_rejects(rejects)


def _tidy_long(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    figures = _figures(raw.columns)
    year = figures.removeprefix("POP_")
    measure = pd.Series([_measure(s, a, year) for s, a in zip(raw["SEXE"], raw["AGE"], strict=True)], index=raw.index)
    unrecognised = raw[measure.isna()]
    recognised = raw[measure.notna()]
    level = pd.Series("departement", index=recognised.index)
    observations, rejects = observe_long(
        recognised, SOURCE.id, "DEP", figures, measure[recognised.index], level, {"departement": DEPARTEMENT}
    )
    not_read = [
        (line, row["DEP"], sentence("not_sex_and_age", code=f"{row['SEXE']}, {row['AGE']}"))
        for line, row in unrecognised.iterrows()
    ]
    return observations, all_rejects([reject_frame(SOURCE.id, not_read), rejects])


def _figures(columns: Iterable[str]) -> str:
    """The column of residents of the newest year, empty when there is none."""
    return max((column for column in columns if re.fullmatch(r"POP_\d{4}", column)), default="")


def _newest_sheet(candidate: Candidate) -> str:
    return max((sheet for sheet in candidate.sheets if re.fullmatch(r"\d{4}", sheet)), default="")


def _columns(rows: list[list[str]], name: str) -> list[str]:
    """`DEP, LIBELLE`, then sex and age of each column: the sex is written once, above its first age."""
    sexes, ages = (rows[_SEX_ROW - 1], rows[_AGE_ROW - 1]) if len(rows) >= _AGE_ROW else ([], [])
    columns, sex = ["DEP", "LIBELLE"], ""
    for above, age in zip(sexes[2:], ages[2:], strict=False):
        sex = above or sex
        columns.append(f"{sex}, {age}")
    missing = [
        sentence("no_age_under_sex", row=_AGE_ROW, column=f"{sex}, 0 à 4 ans", sexes=_SEX_ROW)
        for sex in ("Ensemble", "Hommes", "Femmes")
        if f"{sex}, 0 à 4 ans" not in columns
    ]
    # A column without an age is the padding of a spreadsheet.
    twice = given_twice([column for column in columns if not column.endswith(", ")], sentence("at_row", row=_AGE_ROW))
    refuse(name, twice + missing)
    return columns


def _in_column(column: str, year: str) -> Measure | None:
    """The measure of a column `sex, age` (`_columns`)."""
    sex, _, age = column.partition(", ")
    return _measure(sex, age, year)


def _measure(sex: str, age: str, year: str) -> Measure | None:
    """`Hommes, 95 ans et plus` is `men_95_plus`; None for a total or a label of another table."""
    if sex not in _SEXES:
        return None
    if band := re.fullmatch(r"(\d+) à (\d+) ans", age):
        return count(f"{_SEXES[sex]}_{int(band[1]):02d}_{int(band[2]):02d}", year)
    if plus := re.fullmatch(r"(\d+) ans et plus", age):
        return count(f"{_SEXES[sex]}_{plus[1]}_plus", year)
    return count(_SEXES[sex], year) if age == "Total" else None
