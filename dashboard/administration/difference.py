"""What a candidate changes, counted from the rows that `etl diff` listed."""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from dashboard import text
from dashboard.i18n import words
from dashboard.text import need
from geodata import schema
from geodata.estimate import Verdict
from geodata.response import Quadrant
from geodata.territory import Level

SHOWN = 40
_NAMED = ("build", "source", "commune", "verdict", "gap")


@dataclass(frozen=True)
class Classes:
    """Territories whose class changes (name, before, after), and how many go from one class to another."""

    territories: tuple[tuple[str, str, str], ...]
    moves: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Difference:
    """Rows of each table (title, new, missing, changed); what else changed, in words."""

    tables: tuple[tuple[str, int, int, int], ...]
    sources: tuple[tuple[str, str, str], ...]
    communes: tuple[tuple[str, str], ...]
    verdicts: Classes
    gaps: Classes

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the date of the build changes."""
        return not (self.tables or self.sources or self.communes or self.verdicts.territories or self.gaps.territories)


Class = TypeVar("Class", bound=StrEnum)


def read_difference(path: Path, lang: str) -> Difference | None:
    """The difference that was written at `path`; None when there is none."""
    if not path.is_file():
        return None
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    counted = Counter((row["about"], row["change"]) for row in rows if row["about"] not in _NAMED)
    tables = {
        about: (counted[about, "new"], counted[about, "missing"], counted[about, "changed"]) for about, _ in counted
    }
    of = {about: [row for row in rows if row["about"] == about] for about in _NAMED}
    return Difference(
        tuple((_title(name, lang), *counts) for name, counts in sorted(tables.items())),
        tuple((row["key"], row["before"], row["after"]) for row in of["source"]),
        tuple((f"{row['key']} {row['before']}", row["after"]) for row in of["commune"]),
        _classes(of["verdict"], Verdict, text.verdict, lang),
        _classes(of["gap"], Quadrant, need.quadrant, lang),
    )


def _classes(rows: list[dict], kind: type[Class], word: Callable[[Class, str], str], lang: str) -> Classes:
    def name(key: str) -> str:
        level, _, place = key.partition(" ")
        code, _, called = place.partition(" ")
        return f"{called} ({text.level(Level(level), lang)}, {code})"

    say = {one.value: word(one, lang) for one in kind}
    changed = [(name(row["key"]), say[row["before"]], say[row["after"]]) for row in rows]
    moves = Counter((before, after) for _, before, after in changed)
    return Classes(tuple(changed), tuple((*move, count) for move, count in moves.most_common()))


def _title(name: str, lang: str) -> str:
    """What a table holds, as the dictionary says it."""
    table = schema.metadata.tables.get(name)
    say = words(lang)
    return say(table.comment) if table is not None and table.comment else name
