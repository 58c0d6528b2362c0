"""Where to start: territories put in tiers by a written rule, never ranked.

The more certain the need, the less else is asked. Two things are asked for beside it: responses that are few
(`geodata.need`), and sides of life that add up (`geodata.cumulation`). Territories of which nothing can be decided and
that hold many people have a tier of their own: a list of probable needs alone would lose them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from geodata.estimate import LIKELY, SURE, Verdict
from geodata.response import Quadrant
from geodata.territory import Level

VERY_LIKELY = 0.90
"""Between the two cut-offs of the verdicts (`LIKELY`, `SURE`)."""

ADDING_UP = 3
"""Sides of life among the most exposed quarter from which they are said to add up: judgement. Of seven known, chance
alone would give one or two."""

SHARE_HELD = 0.5
"""Share of the people expected in undecided territories that the tier of the large ones holds."""


class Tier(StrEnum):
    """Where a territory falls. The order is that of the page."""

    FIRST = "first"
    """Surely above, robust, and responses are few or sides add up."""

    NEXT = "next"
    """Very likely above, and responses are few or sides add up; or surely, but not robust."""

    PROBABLE = "probable"
    """Likely above, without more."""

    MANY = "many"
    """Undecided, and among those that together hold half of the people expected in undecided territories."""

    NONE = "none"
    """In no list: undecided with fewer people, lesser need, or not published."""


@dataclass(frozen=True)
class Priority:
    """One territory and what decided its tier; None is what is not known or may not be printed.

    `sides` are values of `geodata.indicator.Side`; people are rounded counts, as in `geodata.estimate.Estimate`.
    """

    level: Level
    code: str
    name: str
    tier: Tier
    verdict: Verdict
    p_above: float | None
    robust: bool | None
    quadrant: Quadrant
    exposed: int | None
    known: int
    sides: tuple[str, ...]
    residents: int | None
    share: float | None
    people: int | None
    people_low: int | None
    people_high: int | None
    reason: str | None


def tiers(rows: pd.DataFrame) -> np.ndarray:
    """`Tier` codes of territories of one level and one perimeter, in their order.

    Columns read: `verdict`, `p_above` (NaN: not published), `quadrant`, `exposed` (NaN: too few sides known), `robust`
    (True, False, None: not tested, or decided by no scenario) and `people` (NaN: not to be printed). What is not known
    never lifts a territory.
    """
    p = rows["p_above"].to_numpy(float)
    sides = rows["exposed"].to_numpy(float)
    is_more = (rows["quadrant"] == Quadrant.FEW).to_numpy() | (np.nan_to_num(sides) >= ADDING_UP)
    is_robust = np.array([value is True or value is np.True_ for value in rows["robust"]], dtype=bool)
    # NaN compares as False: what is not published is in no tier.
    conditions = [(p >= SURE) & is_more & is_robust, (p >= VERY_LIKELY) & is_more, p >= LIKELY, _is_many(rows)]
    choices = [Tier.FIRST.value, Tier.NEXT.value, Tier.PROBABLE.value, Tier.MANY.value]
    return np.select(conditions, choices, Tier.NONE.value).astype(object)


def _is_many(rows: pd.DataFrame) -> np.ndarray:
    """The fewest undecided territories that hold `HELD` of the people of all; equal ones are treated alike."""
    undecided = (rows["verdict"] == Verdict.UNDECIDED).to_numpy()
    people = np.where(undecided, np.nan_to_num(rows["people"].to_numpy(float)), 0.0)
    largest = np.sort(people)[::-1]
    total = largest.sum()
    if total == 0:
        return np.zeros(len(rows), dtype=bool)
    least = largest[np.searchsorted(np.cumsum(largest), SHARE_HELD * total)]
    return undecided & (people >= least)


def records(table: pd.DataFrame) -> list[Priority]:
    """The rows of `geodata.priority_table.priorities`, in their order."""
    return [_record(row) for row in table.to_dict("records")]


def _record(row: dict) -> Priority:
    whole = ("exposed", "residents", "people", "people_low", "people_high")
    counts: dict[str, Any] = {name: None if pd.isna(row[name]) else round(row[name]) for name in whole}
    shares: dict[str, Any] = {name: None if pd.isna(row[name]) else float(row[name]) for name in ("p_above", "share")}
    return Priority(
        level=Level(row["level"]),
        code=row["code"],
        name=row["name"],
        tier=Tier(row["tier"]),
        verdict=Verdict(row["verdict"]),
        robust=None if row["robust"] is None else bool(row["robust"]),
        quadrant=Quadrant(row["quadrant"]),
        known=int(row["known"]),
        sides=tuple(row["sides"]),
        reason=row["reason"] if isinstance(row["reason"], str) else None,
        **shares,
        **counts,
    )
