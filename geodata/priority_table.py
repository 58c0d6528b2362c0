"""The tiers of `geodata.priority`, asked of the store for the territories of a perimeter."""

import pandas as pd

from geodata.priority import tiers
from geodata.question import DEFAULT_QUESTION, Question
from geodata.store import Store
from geodata.territory import FRANCE, Level, Perimeter


def priorities(
    store: Store,
    need: pd.DataFrame,
    level: Level,
    within: str | Perimeter = FRANCE,
    question: Question = DEFAULT_QUESTION,
) -> pd.DataFrame:
    """The tier of every territory of a level in a perimeter, with all that decided it.

    `need` is their `geodata.need.need_table`, of the same build (see `Store.one_build`) and question. Its columns, then
    `robust` (of the estimate, see `Store.flips`), `exposed`, `known`, `sides` and `known_sides` (see
    `Store.cumulation`), `tier`.
    """
    table = need.set_index("code", drop=False)
    flips = store.flips(level, within, question).set_index("code")
    adding = store.cumulation(level, within).set_index("code")
    table = table.join(adding[["exposed", "known", "sides", "known_sides"]])
    table["robust"] = flips["robust"].reindex(table.index).astype(object)
    return table.assign(tier=tiers(table)).reset_index(drop=True)
