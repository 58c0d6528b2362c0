"""The question of a table, and the order of its rows."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.state import Choice
from dashboard.text.labels import proper_name
from geodata.bands import Cut
from geodata.estimate import Verdict
from geodata.names import normalise
from geodata.territory import Level

ORDER = tuple(Verdict)
"""Classes from above to not published: the order of the legend."""

SIDES = "sides"
"""What the map shows in place of an indicator: how many factors add up."""

MOST_SIDES = 4
"""Number of factors from which a territory is in the last class."""

COLUMNS = [
    "code",
    "name",
    "departement",
    "verdict",
    "share",
    "low",
    "high",
    "p_above",
    "p_above_national",
    "residents",
    "people",
    "people_low",
    "people_high",
    "minutes",
    "here",
    "robust",
    "reason",
]


def table_question(choice: Choice, **fixed: Any) -> Choice:
    """The part of a choice that decides the estimates of a table, whatever the language, the columns and the observed
    figure shown."""
    shown = {"lang": "fr", "columns": (), "indicator": "", "cut": Cut.FIFTHS, "own_line": None, "has_circles": False}
    return replace(choice.of_table, **(shown | fixed))


def by_name(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by name, then by code, with what they are sorted by in `order`."""
    return frame.assign(order=frame["name"].map(sort_key)).sort_values(["order", "code"])


def is_too_wide(choice: Choice) -> bool:
    """Communes are shown one région at a time: 35,000 rows and outlines help nobody."""
    return choice.mesh == Level.COMMUNE and choice.within.level == Level.FRANCE


@lru_cache(maxsize=50_000)
def sort_key(name: str) -> str:
    """What a name is sorted by: asked for the same 36,000 names at every change of threshold."""
    return normalise(proper_name(name))
