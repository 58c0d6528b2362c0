"""Small tables of published official figures that ship with the product (`etl/reference`).

They are facts copied from official publications, each with its producer, publication and vintage. Reading them needs
neither network nor any other file. Everything is read as text first, then checked; one `BadInput` names every problem.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import pandas as pd

from geodata.errors import BadInput
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="reference",
    title="Chiffres officiels publiés par département et pour la France (tables de référence)",
    producer="Insee, Drees, Inserm-CépiDc",
    licence=Licence.OPEN_LICENCE_2,
    vintage="2019-2024",
    page="https://www.insee.fr/",
    tier=Tier.REFERENCE,
    description="Population par sexe et âge, chômage, pauvreté, vie seule, mortalité ; changements de communes.",
)

REFERENCE = files("etl") / "reference"

DEPARTEMENTS = (
    *(f"{number:02d}" for number in range(1, 96) if number != 20),
    *("2A", "2B"),
    *("971", "972", "973", "974", "976"),
)
"""The 101 département codes of the COG of 1 January 2025."""

COLUMNS_COLUMNS = (
    *("column", "title_fr", "title_en", "unit", "kind"),
    *("producer", "publication", "vintage", "population", "note"),
)
NATIONAL_COLUMNS = (
    *("table", "sex", "age", "activity_or_category", "value", "unit"),
    *("producer", "publication", "vintage", "population", "note"),
)
BRIDGES_COLUMNS = ("code_insee", "code_across", "bridge", "opened", "producer", "publication", "note")
CHANGES_COLUMNS = ("code_census", "code_cog2025", "event", "producer", "publication", "note")

PER_100_000 = "deaths per 100,000 inhabitants"
PER_1_000 = "deaths per 1,000 inhabitants"

Rule = tuple[str, Callable[[str], bool]]
"""What a cell may hold, in words and as a test on its text."""


def departements(folder: Traversable = REFERENCE) -> pd.DataFrame:
    """Published figures by département: 101 rows indexed by code (text), `name` and `region` text, the rest float64.

    Counts are persons, shares are 0-1, mortality is per 100,000 inhabitants; NaN means not published. What each
    column is, its source and its vintage: `departement_columns`.

    Raises BadInput when `departements.csv` does not follow `departements_columns.csv`.
    """
    units = departement_columns(folder)["unit"]
    rules = {column: _RULE_BY_UNIT[unit] for column, unit in units.items()}
    rules |= {"departement": _DEPARTEMENT, "region": _matching(r"\d{2}", "two digits"), "name": _FILLED}
    text, problems = _read(folder, "departements.csv", rules, key=["departement"])
    absent = [code for code in DEPARTEMENTS if code not in set(text.get("departement", DEPARTEMENTS))]
    if absent:
        problems.append(f"no row for {', '.join(absent)}; the file holds the 101 départements")
    _refuse("departements.csv", problems)
    figures = [column for column, unit in units.items() if unit != "text"]
    return _as_floats(text, figures).set_index("departement")


def departement_columns(folder: Traversable = REFERENCE) -> pd.DataFrame:
    """What each column of `departements` is: one row a column, indexed by `column`, all text.

    Raises BadInput when a unit or a kind is unknown, a source is empty or a column is described twice.
    """
    rules = dict.fromkeys(COLUMNS_COLUMNS, _FILLED) | {
        "unit": _one_of(_RULE_BY_UNIT),
        "kind": _one_of(("observed", "derived", "modelled")),
        "note": _ANYTHING,
    }
    text, problems = _read(folder, "departements_columns.csv", rules, key=["column"])
    _refuse("departements_columns.csv", problems)
    return text.set_index("column")


def national(folder: Traversable = REFERENCE) -> pd.DataFrame:
    """Published national figures, long: one row a figure, `value` float64 in `unit` (persons or share), the rest text.

    `all` in `sex`, `age` or `activity_or_category` means that the figure is not broken down by it. Figures of
    different tables, publications or vintages do not share their definitions: `population` and `note` say which.

    Raises BadInput when a cell is not allowed or a figure is given twice.
    """
    rules = dict.fromkeys(NATIONAL_COLUMNS, _FILLED) | {
        "sex": _one_of(("all", "women", "men")),
        "age": _matching(r"all|\d{2}_\d{2}|\d{2}_plus|reference_(under_65|65_plus)", "all, 15_24, 65_plus or alike"),
        "value": _ANYTHING,
        "unit": _one_of(("persons", "share")),
        "note": _ANYTHING,
    }
    key = ["table", "sex", "age", "activity_or_category", "publication", "vintage"]
    text, problems = _read(folder, "national.csv", rules, key)
    if "unit" in text:
        for unit, rule in (("persons", _number(0, decimals=False)), ("share", _number(0, 1))):
            problems += _cell_problems(text[text["unit"] == unit], {"value": rule})
    _refuse("national.csv", problems)
    return _as_floats(text, ["value"]).reset_index(drop=True)


def commune_changes(folder: Traversable = REFERENCE) -> pd.DataFrame:
    """Communes whose code differs between the 2021 census by IRIS (geography of 2023) and the COG of 1 January 2025.

    One row a pair, all text. The communes that hold the people of a census code are its rows here and, when the code
    is still one of a commune in 2025, that commune too (15141 is split between itself and four restored communes).

    Raises BadInput when a code or an event is not allowed or a pair is given twice.
    """
    rules = dict.fromkeys(CHANGES_COLUMNS, _FILLED) | {
        "code_census": _COMMUNE,
        "code_cog2025": _COMMUNE,
        "event": _one_of(("merger", "code_change", "restored")),
        "note": _ANYTHING,
    }
    text, problems = _read(folder, "commune_changes.csv", rules, key=["code_census", "code_cog2025"])
    _refuse("commune_changes.csv", problems)
    return text.reset_index(drop=True)


def bridges(folder: Traversable = REFERENCE) -> pd.DataFrame:
    """Road bridges over the sea between two communes whose lands do not touch, one row a pair, all text.

    Raises BadInput when a code or a year is not allowed or a pair is given twice.
    """
    rules = dict.fromkeys(BRIDGES_COLUMNS, _FILLED) | {
        "code_insee": _COMMUNE,
        "code_across": _COMMUNE,
        "opened": _matching(r"(19|20)\d{2}", "a year"),
        "note": _ANYTHING,
    }
    text, problems = _read(folder, "bridges.csv", rules, key=["code_insee", "code_across"])
    _refuse("bridges.csv", problems)
    return text.reset_index(drop=True)


def size() -> int:
    """Rows of the tables that a build reads."""
    return len(departements()) + len(national()) + len(commune_changes()) + len(bridges())


def _read(
    folder: Traversable, name: str, rules: Mapping[str, Rule], key: Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The file as text indexed by line number, and its problems; `rules` gives the columns in their order."""
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}: not UTF-8 (byte {error.start}); save it as UTF-8, comma-separated") from error
    header, *rows = list(csv.reader(lines)) or [[]]
    if len(set(header)) < len(header):
        raise BadInput(f"{name}, line 1: a column is there twice; allowed: {', '.join(rules)}")
    whole = {line: row for line, row in enumerate(rows, start=2) if len(row) == len(header)}
    frame = pd.DataFrame.from_dict(whole, orient="index", columns=header, dtype="str")
    ragged = [
        f"line {line}: {len(row)} cells; allowed: {len(header)}, as in the header"
        for line, row in enumerate(rows, start=2)
        if line not in whole
    ]
    problems = _header_problems(header, list(rules)) + ragged
    return frame, problems + _cell_problems(frame, rules) + _key_problems(frame, key)


def _refuse(name: str, problems: Sequence[str]) -> None:
    if problems:
        raise BadInput(f"{name} cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))


def _header_problems(header: Sequence[str], expected: Sequence[str]) -> list[str]:
    missing = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    problems = []
    if missing:
        problems.append(f"line 1: missing columns {', '.join(missing)}")
    if unknown:
        problems.append(f"line 1: columns that nothing describes {', '.join(unknown)}")
    if not problems and list(header) != list(expected):
        problems.append("line 1: the columns are not in the documented order")
    return problems


def _cell_problems(frame: pd.DataFrame, rules: Mapping[str, Rule]) -> list[str]:
    return [
        f"line {line}, column {column}: {cell!r}; allowed: {allowed}"
        for column, (allowed, accepts) in rules.items()
        if column in frame
        for line, cell in frame[column].items()
        if not accepts(cell)
    ]


def _key_problems(frame: pd.DataFrame, key: Sequence[str]) -> list[str]:
    if not set(key) <= set(frame):
        return []
    again = frame.loc[frame.duplicated(list(key)), list(key)]
    name = ", ".join(key)
    return [f"line {line}, column {name}: {', '.join(row)} is already above" for line, *row in again.itertuples()]


def _as_floats(text: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    numbers = {column: pd.to_numeric(text[column].replace("", None)).astype("float64") for column in columns}
    return text.assign(**numbers)


def _one_of(values: Sequence[str] | Mapping[str, object]) -> Rule:
    return f"one of {', '.join(values)}", lambda cell: cell in values


def _matching(pattern: str, words: str) -> Rule:
    return words, lambda cell: re.fullmatch(pattern, cell) is not None


def _number(low: float, high: float = float("inf"), decimals: bool = True, may_be_empty: bool = False) -> Rule:
    pattern = re.compile(r"\d+(\.\d+)?" if decimals else r"\d+")
    words = f"{'a number' if decimals else 'an integer'} from {low:g}" + f" to {high:g}" * (high < float("inf"))

    def accepts(cell: str) -> bool:
        if cell == "":
            return may_be_empty
        return pattern.fullmatch(cell) is not None and low <= float(cell) <= high

    return words + ", or empty" * may_be_empty, accepts


_DEPARTEMENT: Rule = ("01 to 95 but 20, 2A, 2B, 971 to 974, 976, leading zero kept", DEPARTEMENTS.__contains__)
_COMMUNE: Rule = _matching(
    r"(0[1-9]|[13-8]\d|2[1-9AB]|9[0-5])\d{3}|97[12346]\d{2}", "a commune code of five characters, leading zero kept"
)
_ANYTHING: Rule = ("any text", lambda cell: True)
_FILLED: Rule = ("any text, not empty", lambda cell: cell.strip() != "")
_RULE_BY_UNIT: dict[str, Rule] = {
    "text": _FILLED,
    "persons": _number(0, decimals=False),
    "share": _number(0, 1, may_be_empty=True),
    PER_100_000: _number(0, 100_000, may_be_empty=True),
    PER_1_000: _number(0, 1_000, may_be_empty=True),
}
