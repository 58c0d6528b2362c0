"""What sets two shares apart, and where a share stands among others."""

from collections.abc import Mapping
from itertools import combinations
from math import factorial

import numpy as np

from geodata.methods.smallarea.rates import proportions
from geodata.methods.smallarea.tables import CountMargin, try_spree


def contributions(
    own: np.ndarray, other: np.ndarray, rates: np.ndarray, factors: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Part of each factor in the difference of share between areas and their comparators, (areas,) by factor.

    `own` and `other` are tables (areas, cells), `rates` (cells,); `factors` maps each factor to the category of every
    cell. The comparator's table is fitted to the area's margins of some factors, the factor of interest added last, and
    its effect averaged over all orders (Shapley 1953; the decomposition of Das Gupta 1993). What the margins do not
    explain is `structure`: the way factors combine. The parts add up to the difference exactly.
    """
    own, other = proportions(own), proportions(other)
    used = (own + other).any(axis=0)
    own, other, rates = own[:, used], other[:, used], rates[used]
    margins = {}
    for name, codes in factors.items():
        belongs = (codes[used][:, None] == np.arange(codes.max() + 1)).astype(float)
        if np.abs((own - other) @ belongs).max() > 1e-12:
            margins[name] = CountMargin(name, codes[used], own @ belongs)
    names = list(margins)
    # A cell that only the area has must be reachable from the comparator's table.
    start = np.where((other == 0) & (own > 0), 1e-9, other)
    value = {}
    for size in range(len(names) + 1):
        for swapped in combinations(names, size):
            # Parts add up whether or not a fit has come to its end.
            fitted = try_spree(start, [margins[n] for n in swapped], tolerance=1e-6, max_rounds=200)[0]
            value[frozenset(swapped)] = (fitted if swapped else other) @ rates
    parts = {name: np.zeros(len(own)) for name in factors}
    for name in names:
        part = parts[name]
        others = [n for n in names if n != name]
        for size in range(len(names)):
            weight = factorial(size) * factorial(len(names) - size - 1) / factorial(len(names))
            for before in combinations(others, size):
                part += weight * (value[frozenset((*before, name))] - value[frozenset(before)])
    parts["structure"] = own @ rates - value[frozenset(names)]
    return parts


def ranks(shares: np.ndarray, level: float = 0.90) -> tuple[np.ndarray, np.ndarray]:
    """Central interval of each area's rank (1: highest share) over the draws, (areas,) each.

    `shares` is (areas, draws), the areas' own residuals included. An area whose share is NaN has a NaN rank.
    """
    rows = np.flatnonzero(~np.isnan(shares).any(axis=1))
    inside = shares[rows]
    rank = np.empty(inside.shape, dtype=np.int32)
    for draw, column in enumerate(inside.T):
        rank[np.argsort(-column, kind="stable"), draw] = np.arange(1, len(rows) + 1)
    rank.sort(axis=1)
    tail = int((0.5 - level / 2) * shares.shape[1])
    low, high = np.full((2, len(shares)), np.nan)
    low[rows], high[rows] = rank[:, tail], rank[:, -1 - tail]
    return low, high
