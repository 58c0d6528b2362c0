"""Numbers of people that could each be the true ones, commune by commune, so that any sum of them has its range.

The law of each territory is published by the build; that of a sum of several is not, whose errors go together. They are
drawn here for communes, as far as the build tells how errors are shared.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import expit

from geodata.methods.residuals import SHARED_BY
from geodata.survey import DEFAULT

PARTS = ["logit_mean", "var_common", "var_model", "var_local"]
"""Columns of `Store.demand` that tell how uncertain the people of a commune are."""

BLOCK = 50
"""Situations drawn at once: 35,000 communes take 14 MB for each array."""

_SEED = 2028


def situations(rows: pd.DataFrame, counted: np.ndarray, draws: int, *, block: int = BLOCK) -> Iterator[np.ndarray]:
    """`draws` plausible situations, `block` at a time: (communes, situations) numbers of people.

    `rows`: communes as `Store.demand` gives them, `PARTS` all known; `counted`: (communes,) their expected people.
    Each situation moves all communes together by the error on the national figure, those of a same density class
    together by the error on the rates, and each one by what is particular to it, with the variances of the build; a
    part of the latter is shared by neighbours, as in the estimate (`geodata.methods.residuals`). How the errors on
    rates go together between two communes is not published with it: the density class stands for that. Older people
    follow the share of their commune: their own uncertainty is not in the build.
    """
    generator = np.random.Generator(np.random.Philox(_SEED))
    classes, _ = pd.factorize(rows["density"].astype(str), sort=True)
    shared = _shared(rows)
    sd = {name: np.sqrt(rows[f"var_{name}"].to_numpy())[:, None] for name in ("common", "model", "local")}
    mean = rows["logit_mean"].to_numpy()[:, None]
    for first in range(0, draws, block):
        many = min(block, draws - first)
        common = generator.standard_normal((1, many))
        model = generator.standard_normal((len(np.unique(classes)), many))[classes]
        local = _local(len(rows), *shared, many, generator)
        share = expit(mean + sd["common"] * common + sd["model"] * model + sd["local"] * local)
        yield counted[:, None] * share / expit(mean)


def _shared(rows: pd.DataFrame) -> tuple[np.ndarray, list[np.ndarray]]:
    """Part of what is particular to each commune that its neighbours share, and who they are at each level."""
    shared = DEFAULT.spatial_share * DEFAULT.residual_log_sd**2 / (1 - expit(rows["logit_mean"].to_numpy())) ** 2
    local = rows["var_local"].to_numpy()
    part = np.minimum(np.divide(shared, local, where=local > 0, out=np.zeros(len(rows))), 1.0)
    # A commune in no territory of the level departs alone.
    levels = [rows[level].where(rows[level].notna(), rows.index.to_series()) for level in SHARED_BY]
    return part, [pd.factorize(level, sort=True)[0] for level in levels]


def _local(
    rows: int, part: np.ndarray, groups: list[np.ndarray], draws: int, generator: np.random.Generator
) -> np.ndarray:
    """Standard normal departures of the communes, (communes, draws), shared in part by région, département, EPCI."""
    local = np.sqrt(1 - part)[:, None] * generator.standard_normal((rows, draws))
    for codes in groups:
        local += np.sqrt(part / len(groups))[:, None] * generator.standard_normal((codes.max() + 1, draws))[codes]
    return local
