"""First steps against isolation: which ones a territory's own gaps call for, by whom, and what says that they work.

Two tables beside this module: `steps.csv`, one line a step, and `evidence.csv`, one line a finding with its grade and
its publication. A step is proposed at its `levels` where one of `when` holds, which says why here, or one of `or_when`,
which does not; the order of the table is the order in which they are proposed, gaps that are established first.
"""

import csv
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from geodata.territory import Level

FOLDER = Path(__file__).parent

FIRST = 3
"""Steps that are proposed."""

SIZES = {
    Level.COMMUNE: (300, 2_000),
    Level.EPCI: (15_000, 50_000),
    Level.TVS: (15_000, 50_000),
}
"""Residents from which a territory is no longer small, and from which it is large: judgement. Half of the communes have
fewer than 500 residents; 2,000 is the level at which estimates are acted upon."""


class Grade(StrEnum):
    """What is known of an effect on isolation or loneliness."""

    MODERATE = "moderate"
    LOW = "low"
    LEGAL = "legal"
    """Asked for by law; its effect was not measured."""

    OBSERVED = "observed"
    """A survey says whom to look for, not what works."""

    NONE = "none"


@dataclass(frozen=True)
class Evidence:
    """A finding in both languages, its grade, its publication in short and in full ("" where there is none)."""

    grade: Grade
    finding: str
    finding_en: str
    source: str
    reference: str


@dataclass(frozen=True)
class Step:
    """A first step: what, who, what it asks, in both languages, and what says that it works. `because` is the condition
    that called for it, "" where that one says nothing of why."""

    id: str
    title: str
    title_en: str
    who: str
    who_en: str
    asks: str
    asks_en: str
    evidence: Evidence
    because: str


def steps(level: Level, holds: Set[str], most: int = FIRST) -> tuple[Step, ...]:
    """The first steps of a level, of those called for by one of the conditions that hold: `weak:citizen`,
    `missing:meet` (a function of a pathway), `side:age` (exposed), `above:age`, `below:age`, `size:small`."""
    chosen = []
    for row in _table("steps.csv"):
        called = [condition for condition in row["when"].split() if condition in holds]
        if not called and not holds.isdisjoint(row["or_when"].split()):
            called = [""]
        if called and level in row["levels"].split():
            words = {name: row[name] for name in ("id", "title", "title_en", "who", "who_en", "asks", "asks_en")}
            chosen.append(Step(**words, evidence=_evidence()[row["evidence"]], because=called[0]))
    return tuple(chosen[:most])


def size(level: Level, residents: float | None) -> tuple[str, ...]:
    """The conditions on size that hold."""
    if residents is None:
        return ("size:any",)
    low, high = SIZES.get(level, (0, 0))
    name = "small" if residents < low else "medium" if residents < high else "large"
    return (f"size:{name}", "size:any")


@lru_cache(maxsize=1)
def _evidence() -> dict[str, Evidence]:
    return {
        row["id"]: Evidence(Grade(row["grade"]), row["finding"], row["finding_en"], row["source"], row["reference"])
        for row in _table("evidence.csv")
    }


@lru_cache(maxsize=2)
def _table(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
