"""Spatial access: the nearest service, and the supply within reach shared between those who can reach it.

`travel` (see `geodata.methods.travel`) turns points into travel times; `nearest` and `e2sfca` answer from them. A
limit is inclusive: 60 minutes includes 60. The travel model, the decay and the catchment move the answer far more than
the arithmetic: they are named on each result.
"""

from geodata.methods.access.catchment import e2sfca
from geodata.methods.access.coordinates import ratio_of, reached_amounts
from geodata.methods.access.decay import Decay, drees, gaussian, step
from geodata.methods.access.nearest_supply import NO_POINT, NO_SUPPLY, nearest
from geodata.methods.travel import TRAVEL, TravelModel, travel

__all__ = [
    "NO_POINT",
    "NO_SUPPLY",
    "TRAVEL",
    "Decay",
    "TravelModel",
    "drees",
    "e2sfca",
    "gaussian",
    "nearest",
    "ratio_of",
    "reached_amounts",
    "step",
    "travel",
]
