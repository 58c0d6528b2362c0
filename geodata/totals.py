"""People expected in several territories together, with the range of their sum.

Intervals do not add up: errors that territories share widen a sum, those of their own cancel. The sum is taken inside
each plausible situation (`geodata.plausible`), then its range over all of them.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from geodata.disclosure import round_people, round_range
from geodata.estimate import INTERVAL, Total
from geodata.memory import remembered
from geodata.plausible import PARTS, situations
from geodata.question import DEFAULT_QUESTION, Question
from geodata.store import Store
from geodata.territory import Level

DRAWS = 200
"""The ends of the range are then known to some 3 % of the total."""


def total(store: Store, level: Level, codes: Collection[str], question: Question = DEFAULT_QUESTION) -> Total:
    """The total of some territories of a level, without the communes that have no estimate."""
    communes = _communes(store, store.version(), question.law)
    own = communes.index if level == Level.COMMUNE else communes[level.value]
    communes = communes[own.isin(codes) & communes["people"].notna()]
    people = communes["people"].to_numpy(float)
    ends = [np.nan, np.nan]
    if len(communes) and communes[PARTS].notna().all(axis=None):
        sums = np.concatenate([block.sum(axis=0) for block in situations(communes, people, DRAWS)])
        ends = np.quantile(sums, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2]).tolist()
    counts = [round_people(people.sum()), *round_range(*ends)]
    return Total(len(codes), *(None if np.isnan(count) else int(count) for count in counts))


@remembered
def _communes(store: Store, version: str, question: Question) -> pd.DataFrame:
    """Every commune, where an EPCI may hold some of another région than its own."""
    return store.demand(question=question)
