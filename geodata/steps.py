"""First steps against isolation: which ones a territory's own gaps call for, by whom, and what says that they work.

Two tables beside this module: `steps.csv`, one line a step, and `evidence.csv`, one line a finding with its grade and
its publication. A step is proposed at its `levels`, in its `settings` (any, where none is named), where one of `when`
holds, which says why here, or one of `or_when`, which does not; those that say why come first, then the order of the
table, gaps that are established first. Where fewer are called for, those that are a `last` resort follow, but where
the contrary of one of `when` holds. Of those that do the same `act`, the first alone is proposed. Where no study is
known of any of the first ones, one of which there is takes the place of the last, where that one answers no gap and
stands in the same rank: both say why here, or neither does. `epci` is "with"
where a step of a commune needs its EPCI, "without" where it is for a commune that has none: an island by itself.
"""

import csv
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from geodata.indicator import DENSE_FROM, RURAL_BELOW
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

CITY_FROM = 20_000
"""Residents from which a commune has districts of its own: judgement."""

ALONE = "epci:none"
"""The condition of a commune without EPCI: islands of one commune may stay out (CGCT, art. L. 5210-1-1)."""

CONTRARY = {"above": "below", "below": "above", "weak": "present", "missing": "present"}
"""Kinds of condition that cannot both hold of one thing."""

GAPS = ("weak:", "missing:")
"""Beginnings of the conditions that complete lists establish."""


class Setting(StrEnum):
    """Where a step is taken: what suits a village is absurd in a city. The first three are communes, by residents and
    density; the others are wider territories, by density alone."""

    VILLAGE = "village"
    TOWN = "town"
    CITY = "city"
    RURAL = "rural"
    URBAN = "urban"


class Grade(StrEnum):
    """What is known of an effect on isolation or loneliness."""

    MODERATE = "moderate"
    LOW = "low"
    LEGAL = "legal"
    """Asked for by law; its effect was not measured."""

    OBSERVED = "observed"
    """A survey says whom to look for, not what works."""

    NONE = "none"


STUDIED = (Grade.MODERATE, Grade.LOW)
"""What a study says that works."""


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

    @property
    def is_studied(self) -> bool:
        """Whether a study says that it works."""
        return self.evidence.grade in STUDIED


def steps(level: Level, holds: Set[str], faint: Set[str] = frozenset(), most: int = FIRST) -> tuple[Step, ...]:
    """The first steps of a level, of those called for by one of the conditions that hold: `weak:citizen`,
    `missing:meet` (a function of a pathway), `present:citizen`, `present:meet`, `side:age` (exposed), `most:flats`
    (more than most of its like), `above:age`, `below:age`, `size:small`, `setting:city`, `ALONE`. Those that are
    `faint` hold by too little to say why."""
    first, called, last = [], [], []
    barred = "with" if ALONE in holds else "without"
    for row in _table("steps.csv"):
        settings = row["settings"].split()
        if row["epci"] == barred or level not in row["levels"].split():
            continue
        if settings and holds.isdisjoint(f"setting:{s}" for s in settings):
            continue
        when = row["when"].split()
        if why := [condition for condition in when if condition in holds and condition not in faint]:
            first.append((row, why[0]))
        elif not holds.isdisjoint([*when, *row["or_when"].split()]):
            called.append((row, ""))
        elif row["last"] and holds.isdisjoint(map(_contrary, when)):
            last.append((row, ""))
    proposed: dict[str, tuple[int, Step]] = {}
    for rank, rows in enumerate((first, called, last)):
        for row, because in rows:
            proposed.setdefault(row["act"] or row["id"], (rank, _step(row, because)))
    return _with_a_study(list(proposed.values()), most)


def _with_a_study(ranked: list[tuple[int, Step]], most: int) -> tuple[Step, ...]:
    """The first of the steps, each with its rank: one of which a study is known among them where it fits as well."""
    first = [step for _rank, step in ranked[:most]]
    others = [step for rank, step in ranked[most:] if rank == ranked[most - 1][0] and step.is_studied]
    answers_gap = first[-1].because.startswith(GAPS) if first else False
    if others and not answers_gap and not any(step.is_studied for step in first):
        first[-1] = others[0]
    return tuple(first)


def _contrary(condition: str) -> str | None:
    kind, _sep, name = condition.partition(":")
    return f"{CONTRARY[kind]}:{name}" if kind in CONTRARY else None


def _step(row: dict[str, str], because: str) -> Step:
    words = {name: row[name] for name in ("id", "title", "title_en", "who", "who_en", "asks", "asks_en")}
    return Step(**words, evidence=_evidence()[row["evidence"]], because=because)


def circumstances(level: Level, residents: float | None, density: float | None) -> tuple[str, ...]:
    """The conditions on size and setting that hold; `density` in residents per km2. A commune whose
    residents are not known is placed by density alone, as a town where that is not known either; a wider territory
    without density is rural."""
    setting = f"setting:{_setting(level, residents, density)}"
    if residents is None:
        return (setting, "size:any")
    low, high = SIZES.get(level, (0, 0))
    name = "small" if residents < low else "medium" if residents < high else "large"
    return (setting, f"size:{name}", "size:any")


def _setting(level: Level, residents: float | None, density: float | None) -> Setting:
    if level is not Level.COMMUNE:
        return Setting.URBAN if density is not None and density >= RURAL_BELOW else Setting.RURAL
    is_dense = density is not None and density >= DENSE_FROM
    if residents is None:
        is_rural = density is not None and density < RURAL_BELOW
        return Setting.CITY if is_dense else Setting.VILLAGE if is_rural else Setting.TOWN
    if residents < SIZES[Level.COMMUNE][1]:
        return Setting.VILLAGE
    return Setting.CITY if is_dense or residents >= CITY_FROM else Setting.TOWN


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
