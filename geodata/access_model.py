"""The judgements behind every access score: travel, decay, catchment and demand, as versioned data written with it.

They move the answer far more than the arithmetic (`docs/benchmarks.md`), so each score comes with the range of ranks
that the variants give.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata.methods.access import Decay, drees, gaussian, step
from geodata.methods.travel import TRAVEL, TravelModel

RESIDENTS, ISOLATED = "residents", "people"
"""What shares the services: residents of 15 and over, or those expected to be isolated (columns of `Store.demand`)."""


@dataclass(frozen=True)
class AccessModel:
    """How services are shared between those who can reach them. `name` holds the version."""

    name: str
    travel: TravelModel
    decay: Decay
    catchment_min: float
    demand: str


CATCHMENT_MIN, SIGMA_MIN = 30.0, 15.0

ACCESS = AccessModel("e2sfca-1", TRAVEL, gaussian(SIGMA_MIN), CATCHMENT_MIN, RESIDENTS)
"""The score that is shown: a service counts 0.61 at `SIGMA_MIN`, 0.14 at twice that, nothing beyond the catchment."""


def _detour(factor: float) -> TravelModel:
    """Roads longer, or slower, than those of the model by `factor`: the extremes of detours and speeds published."""
    return replace(TRAVEL, name=f"{TRAVEL.name} x {factor:g}", slope=TRAVEL.slope * factor)


VARIANTS = (
    replace(ACCESS, name="e2sfca-1 step", decay=step),
    replace(ACCESS, name="e2sfca-1 drees", decay=drees((10, 20, 30))),
    replace(ACCESS, name="e2sfca-1 isolated", demand=ISOLATED),
    replace(ACCESS, name="e2sfca-1 slower", travel=_detour(1.2)),
    replace(ACCESS, name="e2sfca-1 faster", travel=_detour(1 / 1.2)),
)
"""Other defensible choices, one at a time: the flip test ranges over them."""

KINDS = 2
"""Kinds of service that must be known for a family to be judged, and listed whole for its score."""

MIN_PEERS = 40
"""Fewer comparable communes make no quarter."""

COUNTED_ELSEWHERE = ("psychiatrie_ambulatoire", "hebergement_personnes_agees", "soins_domicile_handicap")
"""Categories of one nomenclature that gather several of another: left out of the score, else counted twice."""

PER = 10_000
"""People that a score is counted for."""


def supply_weight(services: pd.DataFrame) -> pd.Series:
    """What a service is worth: its opening hours, else its places, over the mean of its category; 1 where not known.

    A row that counts several services is worth as many. Hours and places are then in one unit, a service of average
    size, so that categories add up.
    """
    worth = pd.Series(np.nan, index=services.index)
    for column in ("weekly_hours", "capacity"):
        amount = services[column].astype(float)
        mean = amount.groupby(services["category"]).transform("mean")
        worth = worth.fillna(amount / mean.where(mean > 0))
    return worth.fillna(1.0) * services["quantity"].astype(float).fillna(1.0)
