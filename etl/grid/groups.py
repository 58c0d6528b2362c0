"""Squares grouped until each group holds enough residents to be told of.

The lightest group of a commune joins the nearest other one until all hold `LEAST` residents, or one is left. Groups
never go beyond their commune: whatever is told of communes and of wider territories is a sum of whole groups, so that
no subtraction gives less than a group.
"""

import numpy as np
import pandas as pd
from numba import njit

from geodata.indicator import SECRET_BELOW

LEAST = SECRET_BELOW


def groups_of(cells: pd.DataFrame, *, least: int = LEAST) -> np.ndarray:
    """Number of the group of each cell (`code_insee`, x, y, residents, sorted by commune), from 0 in order of rows.

    A commune of fewer residents than `least` is one group, which stays under it.
    """
    codes = cells["code_insee"].to_numpy(object)
    starts = np.append(np.flatnonzero(np.append(True, codes[1:] != codes[:-1])), len(codes))
    place = (cells[axis].to_numpy(float) for axis in ("x", "y"))
    first = _joined(starts, *place, cells["residents"].to_numpy("int64"), least)
    return np.unique(first, return_inverse=True)[1]


@njit(cache=True, nogil=True)
def _joined(starts: np.ndarray, east: np.ndarray, north: np.ndarray, residents: np.ndarray, least: int) -> np.ndarray:
    """The first cell of the group of each cell."""
    group = np.arange(len(east))
    weight, size = residents.copy(), np.ones(len(east))
    x, y = east.copy(), north.copy()
    alive = np.ones(len(east), np.bool_)
    for k in range(len(starts) - 1):
        first, last = starts[k], starts[k + 1]
        while True:
            lightest = -1
            for i in range(first, last):
                if alive[i] and weight[i] < least and (lightest < 0 or weight[i] < weight[lightest]):
                    lightest = i
            if lightest < 0:
                break
            nearest, best = -1, np.inf
            for i in range(first, last):
                if alive[i] and i != lightest:
                    apart = (x[i] / size[i] - x[lightest] / size[lightest]) ** 2
                    apart += (y[i] / size[i] - y[lightest] / size[lightest]) ** 2
                    if apart < best:
                        nearest, best = i, apart
            if nearest < 0:
                break
            kept, gone = min(lightest, nearest), max(lightest, nearest)
            for i in range(gone, last):
                if group[i] == gone:
                    group[i] = kept
            weight[kept] += weight[gone]
            size[kept] += size[gone]
            x[kept] += x[gone]
            y[kept] += y[gone]
            alive[gone] = False
    return group


def grouped(cells: pd.DataFrame, group: np.ndarray) -> pd.DataFrame:
    """A row a group, in their order: `code_insee`, `land`, `lon`, `lat`, `side_m`, `source` of its square with the most
    residents, from which its trips start; `residents`, `imputed` (residents of imputed squares) and `cells` of all."""
    people = cells["residents"].to_numpy("int64")
    count = int(group.max()) + 1
    order = np.lexsort((np.arange(len(group)), -people, group))
    most = order[np.searchsorted(group[order], np.arange(count))]
    imputed = np.where(cells["is_imputed"].to_numpy(bool), people, 0)
    return (
        cells.iloc[most][["code_insee", "land", "lon", "lat", "side_m", "source"]]
        .assign(
            residents=np.bincount(group, people).astype("int64"),
            imputed=np.bincount(group, imputed).astype("int64"),
            cells=np.bincount(group),
        )
        .reset_index(drop=True)
    )
