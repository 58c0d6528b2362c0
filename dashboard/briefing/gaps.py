"""Gaps of a briefing: weak families, missing functions of pathways, and places inside in need."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.briefing.content import Gap
from dashboard.briefing.outlines import mesh_of
from dashboard.state import Choice
from dashboard.text.labels import short_name
from geodata.memory import remembered
from geodata.need import need_table
from geodata.question import Question
from geodata.response import WEAK, Link, Quadrant, Responses
from geodata.territory import FRANCE, Level, Territory

if TYPE_CHECKING:
    from geodata.store import Store
    from geodata.workspace import Correction


def in_need(
    store: "Store", territory: Territory, codes: pd.Series, choice: Choice, corrections: tuple["Correction", ...]
) -> list[Gap]:
    """Places inside where the need is likely and the responses few, those with the most people first."""
    if territory.level is Level.COMMUNE:
        return []
    within = FRANCE if territory.level is Level.FRANCE or territory.region is None else territory.region
    mesh, question = mesh_of(territory.level), choice.question
    table = _crossed(store, store.version(), mesh, within, question, choice.minutes, corrections)
    communes = table[table["code"].isin(codes)].sort_values(
        "people", ascending=False, kind="stable", na_position="last"
    )
    return [
        Gap(None, short_name(row.name), None, (), None if pd.isna(row.people) else int(row.people))
        for row in communes.itertuples(index=False)
    ]


@remembered
def _crossed(
    store: "Store",
    version: str,
    level: Level,
    region: str,
    question: Question,
    minutes: float,
    corrections: tuple["Correction", ...],
) -> pd.DataFrame:
    """Places of a région where the need is likely and the responses few: asked once for all briefings of a batch."""
    table = need_table(store, level, region, question, minutes=minutes, corrections=corrections)
    return table.loc[table["quadrant"] == Quadrant.FEW, ["code", "name", "people"]]


def gaps(answered: Responses, places: Sequence[Gap]) -> tuple[Gap, ...]:
    """Families that are weak, then functions that are missing, then places: all of them."""
    families = [Gap(line.family, None, None, (), None) for line in answered.families if line.response in WEAK]
    missing: list[Gap] = []
    named: set[tuple[str, ...]] = set()
    for pathway in answered.pathways:
        # A function that two pathways lack is named once.
        functions = [r.function for r in pathway.of_state(Link.MISSING) if r.function.categories not in named]
        named.update(function.categories for function in functions)
        if functions:
            missing.append(Gap(None, None, pathway.pathway, tuple(functions), None))
    return (*families, *missing, *places)
