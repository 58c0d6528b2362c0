"""Small-area estimation of a rare state from survey rates and census tables.

The chain: fit a joint table to each area's known margins (`spree`), find cell rates that reproduce the published ones
(`calibrate`), average them over each area's table (`poststratify`), hold the national figure (`benchmark`), and carry
what is not known through all of it (`draws`, `analytic`, `bounds`).

Arrays in, arrays out. A *table* is residents by cell; a *rate* is the share concerned among the residents of a cell.
Sums over cells are made so that an area's bytes do not depend on the areas computed beside it (`weighted_sum`).
"""

from geodata.methods.smallarea.bounding import bounds, outer_bounds
from geodata.methods.smallarea.comparing import contributions, ranks
from geodata.methods.smallarea.rates import TOLERANCE, Targets, benchmark, calibrate, poststratify, weighted_sum
from geodata.methods.smallarea.tables import CONTRADICTION, CountMargin, Margin, ShareMargin, spree, try_spree
from geodata.methods.smallarea.uncertainty import (
    Moments,
    RateModel,
    analytic,
    draws,
    interval,
    joint_scale,
    local_draws,
    normal_points,
    principal,
    rates_at,
    spread,
    stencil,
)

__all__ = [
    "CONTRADICTION",
    "TOLERANCE",
    "CountMargin",
    "Margin",
    "Moments",
    "RateModel",
    "ShareMargin",
    "Targets",
    "analytic",
    "benchmark",
    "bounds",
    "calibrate",
    "contributions",
    "draws",
    "interval",
    "joint_scale",
    "local_draws",
    "normal_points",
    "outer_bounds",
    "poststratify",
    "principal",
    "ranks",
    "rates_at",
    "spread",
    "spree",
    "stencil",
    "try_spree",
    "weighted_sum",
]
