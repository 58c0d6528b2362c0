"""The tiers of `geodata.priority`, asked of the store for the territories of a perimeter."""

from collections.abc import Sequence

import pandas as pd

from geodata.estimate import THRESHOLD
from geodata.need import FAMILIES, gap_table
from geodata.priority import tiers
from geodata.response import MINUTES
from geodata.service import Family
from geodata.store import DEFAULT_DEFINITION, DEFAULT_SCENARIO, Store
from geodata.territory import FRANCE, Level, Perimeter
from geodata.workspace import Correction


def priorities(
    store: Store,
    level: Level,
    within: str | Perimeter = FRANCE,
    *,
    minutes: float = MINUTES,
    definition: str = DEFAULT_DEFINITION,
    scenario: str = DEFAULT_SCENARIO,
    threshold: float = THRESHOLD,
    families: Sequence[Family] = FAMILIES,
    corrections: Sequence[Correction] = (),
) -> pd.DataFrame:
    """The tier of every territory of a level in a perimeter, with all that decided it.

    The columns of `geodata.need.gap_table`, then `robust` (of the estimate, see `Store.flips`), `exposed`, `known`,
    `sides` and `known_sides` (see `Store.cumulation`), `tier`. Raises what `gap_table` raises.
    """
    asked = {"definition": definition, "scenario": scenario, "threshold": threshold}
    with store.one_build():
        table = gap_table(
            store, level, within, minutes=minutes, families=families, corrections=corrections, **asked
        ).set_index("code", drop=False)
        flips = store.flips(level, within, **asked).set_index("code")
        adding = store.cumulation(level, within).set_index("code")
    table = table.join(adding[["exposed", "known", "sides", "known_sides"]])
    table["robust"] = flips["robust"].reindex(table.index).astype(object)
    return table.assign(tier=tiers(table)).reset_index(drop=True)
