"""Need crossed with the responses, for every territory of a level."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.methods import need
from geodata.minutes import DEFAULT_MINUTES
from geodata.need.reach import FAMILIES, check, grouped, reach_of
from geodata.question import DEFAULT_QUESTION, Question
from geodata.response import (
    Quadrant,
)
from geodata.service import Family
from geodata.store import Store
from geodata.territory import FRANCE, Level, Perimeter
from geodata.workspace import Correction


def need_table(
    store: Store,
    level: Level,
    within: str | Perimeter = FRANCE,
    question: Question = DEFAULT_QUESTION,
    *,
    minutes: float = DEFAULT_MINUTES,
    families: Sequence[Family] = FAMILIES,
    corrections: Sequence[Correction] = (),
) -> pd.DataFrame:
    """Need crossed with the responses of some `families`, one row by territory of a level in a perimeter.

    The columns of `Store.estimates`, then `quadrant`, `is_robust` (None where the need is not probable or nothing is
    known), `is_scarcity_known` (whether the quadrant holds whatever the supply that is compared with none turns out to
    be; None where the need is not probable), `articulation` (families within reach among the three, missing when one
    is not known), and for each of the three families, `_citizen` and so on: `response`, `travel_min` (communes only),
    `timed` (whether these minutes mean something: `geodata.response.is_timed`) and `service` (the nearest), `rank`
    among comparable communes (communes only), `reached` and `reached_people`, the shares of residents and of expected
    isolated people known to be within `minutes` (missing where nothing is known of anybody), and `untold`, the share of
    residents for whom it is not known.

    Raises `BadInput` for minutes or families that cannot be asked, `UnknownScenario`.
    """
    check(minutes, families)
    table = store.estimates(level, within, question).reset_index(drop=True)
    reach = reach_of(store, store.version(), question.law, tuple(corrections))
    here = grouped(reach, level, table["code"])
    chosen = [FAMILIES.index(family) for family in families]
    responses = here.responses(minutes)
    verdict = table["verdict"].to_numpy(object)
    table["quadrant"] = need.quadrant(verdict, need.few(responses[chosen]))
    table["is_robust"] = here.robust(table["quadrant"], verdict, minutes, chosen)
    could_be_few = need.could_be_few(responses[chosen], here.ranked()[chosen])
    is_need = table["quadrant"].isin([Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN]).to_numpy()
    is_certain = (table["quadrant"] == Quadrant.FEW).to_numpy() | ~could_be_few
    table["is_scarcity_known"] = np.where(is_need, is_certain, None)
    within_reach = here.within(minutes)
    residents, people = (here.people(minutes, who) for who in ("residents", "people"))
    is_commune = level == Level.COMMUNE
    table["articulation"] = need.articulation(
        here.spread(within_reach, np.nan) if is_commune else here.reached(residents)
    )
    for i, family in enumerate(FAMILIES):
        table[f"response_{family}"] = responses[i]
        if is_commune:
            table[f"travel_min_{family}"] = here.spread(here.reach.travel, np.nan)[i]
            table[f"timed_{family}"] = here.spread(here.reach.timed, True)[i]
            table[f"service_{family}"] = here.spread(here.reach.service, None)[i]
            table[f"rank_{family}"] = here.spread(here.reach.rank, np.nan)[i]
        no, yes = residents[:, i]
        # Where nothing is known of anybody, nobody being reached is no figure.
        has_data = yes + no > 0
        table[f"reached_{family}"] = np.where(has_data, yes, np.nan)
        table[f"reached_people_{family}"] = np.where(has_data, people[1, i], np.nan)
        table[f"untold_{family}"] = 1 - yes - no
    return table
