"""Supply within reach, shared between those who can reach it: the enhanced two-step floating catchment area."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from geodata.errors import BadInput
from geodata.methods.access.coordinates import from_points, ratio_of
from geodata.methods.access.decay import weights_at
from geodata.methods.travel import (
    BOUNDARY_MIN,
    TravelModel,
    listed,
)


def e2sfca(
    demand: pd.Series | pd.DataFrame,
    supply: pd.Series | pd.DataFrame,
    travel: TravelModel | pd.DataFrame | sparse.sparray | sparse.spmatrix,
    *,
    catchment: float,
    decay: Callable[[np.ndarray], np.ndarray],
    within: str | None = None,
) -> pd.Series:
    """Enhanced two-step floating catchment area (Luo & Qi 2009, Health & Place 15(4)).

    1. ratio of supply j = supply_j / sum over the demand i within `catchment` of decay(t_ij) x demand_i
    2. access of demand i = sum over the supply j within `catchment` of decay(t_ij) x ratio_j

    in units of supply per unit of demand. `catchment` is in minutes and inclusive, `decay` a `Decay` or any function
    from an array of minutes to weights. `demand` and `supply` are amounts (>= 0) by id: a series, or a frame with a
    column `demand` (`supply`). `travel` is one of

    - pairs: a frame with `origin`, `destination` (ids) and `minutes`, one row a pair; a pair that is absent is out of
      reach. `geodata.methods.travel.travel` makes one, a road engine may make a better one;
    - a sparse matrix (demand x supply, in the order of both) of minutes: an entry that is not stored is out of reach, a
      stored zero is the same place;
    - a `TravelModel`: both frames also have `lon` and `lat` (WGS 84, degrees), and the sums are made from coordinates
      without storing the pairs. Weights are interpolated to 1e-10 of themselves.

    `within` names a column of both frames, text codes that must be equal (the zone: no road crosses the sea).

    Returns a series named `access` on the index of `demand`; `attrs` holds `catchment_min`, `decay` and, where known,
    `method` (name of the travel model). Supply that no demand reaches serves nobody (ratio 0), and demand that reaches
    no supply has access 0, not NaN; so access x demand adds up to the supply that somebody reaches. With coordinates, a
    demand without a point has access NaN and counts around no supply. Raises `BadInput` listing every problem.
    """
    amounts = _amounts(demand, "demand"), _amounts(supply, "supply")
    if not catchment >= 0:
        raise BadInput(f"catchment of {catchment} minutes: zero or more is expected.")
    if isinstance(travel, TravelModel):
        method: str | None = travel.name
        access = from_points(demand, supply, amounts, travel, catchment, decay, within)
    else:
        minutes, method = _minutes(travel, demand.index, supply.index)
        access = _from_pairs(amounts, _weights(minutes, catchment, decay, _zones(demand, supply, within)))
    scores = pd.Series(access, index=demand.index, name="access")
    scores.attrs = {"catchment_min": catchment, "decay": getattr(decay, "name", repr(decay)), "method": method}
    return scores


def _amounts(values: pd.Series | pd.DataFrame, role: str) -> np.ndarray:
    if isinstance(values, pd.DataFrame):
        if role not in values:
            raise BadInput(f"{role}: no column `{role}`; it holds the amount of each id (1 where each counts once).")
        values = values[role]
    if not isinstance(values, pd.Series) or not pd.api.types.is_numeric_dtype(values):
        raise BadInput(f"{role}: a series of numbers by id, or a frame with a column `{role}`, is expected.")
    amounts = values.to_numpy(float, na_value=np.nan)
    problems = []
    if values.index.has_duplicates:
        problems.append(f"repeated ids: {listed(values.index[values.index.duplicated()].unique())}")
    if (wrong := ~(np.isfinite(amounts) & (amounts >= 0))).any():
        problems.append(f"amounts that are missing, infinite or negative: {listed(values.index[wrong])}")
    if problems:
        raise BadInput(f"{role}: " + "; ".join(problems) + ". Decide what an unknown amount is before calling.")
    return amounts


_PAIRS_AT_ONCE = 250_000


def _minutes(
    travel: pd.DataFrame | sparse.sparray, demand: pd.Index, supply: pd.Index
) -> tuple[sparse.csr_array, str | None]:
    """Minutes as a matrix (demand x supply), and the name of the travel model where the pairs tell it."""
    if sparse.issparse(travel):
        matrix, method = sparse.csr_array(travel), None
        if matrix.shape != (len(demand), len(supply)):
            raise BadInput(f"travel: a matrix of {len(demand)} x {len(supply)} is expected, found {matrix.shape}.")
    elif isinstance(travel, pd.DataFrame):
        matrix = _matrix(travel, demand, supply)
        method = " + ".join(sorted(map(str, travel["method"].unique()))) if "method" in travel else None
    else:
        raise BadInput(f"travel: pairs, a sparse matrix or a TravelModel is expected, found {type(travel).__name__}.")
    if not (matrix.data >= 0).all():
        raise BadInput("travel: minutes must be known and zero or more; leave out the pairs that are out of reach.")
    return matrix, method


def _matrix(pairs: pd.DataFrame, demand: pd.Index, supply: pd.Index) -> sparse.csr_array:
    if absent := [column for column in ("origin", "destination", "minutes") if column not in pairs]:
        raise BadInput(f"travel: missing columns {', '.join(absent)}; pairs have origin, destination and minutes.")
    rows, columns = _rows(pairs["origin"], demand), _rows(pairs["destination"], supply)
    problems = [
        f"{label} not in {role}: {listed(pairs.loc[positions < 0, label].unique())}"
        for label, role, positions in (("origin", "demand", rows), ("destination", "supply", columns))
        if (positions < 0).any()
    ]
    if problems:
        raise BadInput("travel: " + "; ".join(problems) + ". Keep only the pairs between the ids given.")
    minutes = pairs["minutes"].to_numpy(float, na_value=np.nan)
    matrix = sparse.coo_array((minutes, (rows, columns)), shape=(len(demand), len(supply))).tocsr()
    if matrix.nnz < len(pairs):
        repeated = pairs.loc[pairs.duplicated(["origin", "destination"]), ["origin", "destination"]]
        raise BadInput(f"travel: repeated pairs, which would count twice: {listed(repeated.itertuples(index=False))}")
    return matrix


def _rows(labels: pd.Series, ids: pd.Index) -> np.ndarray:
    """Position in `ids` of each label, -1 where it is not there."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return np.append(ids.get_indexer(labels.cat.categories), -1).astype(np.int32)[labels.cat.codes]
    return ids.get_indexer(labels).astype(np.int32)


def _zones(
    demand: pd.DataFrame | pd.Series, supply: pd.DataFrame | pd.Series, within: str | None
) -> tuple[np.ndarray, np.ndarray] | None:
    if within is None:
        return None
    for frame, role in ((demand, "demand"), (supply, "supply")):
        if not isinstance(frame, pd.DataFrame) or within not in frame or frame[within].isna().any():
            raise BadInput(f"{role}: a frame with a column `{within}`, known for every id, is expected.")
    return demand[within].to_numpy(), supply[within].to_numpy()


def _weights(
    minutes: sparse.csr_array,
    catchment: float,
    decay: Callable[[np.ndarray], ArrayLike],
    zones: tuple[np.ndarray, np.ndarray] | None,
) -> sparse.csr_array:
    """Decay of each stored pair, 0 beyond the catchment or across zones."""
    is_reached = np.isfinite(minutes.data) & (minutes.data <= catchment + BOUNDARY_MIN)
    if zones is not None:
        origin, destination = zones
        is_reached &= np.repeat(origin, np.diff(minutes.indptr)) == destination[minutes.indices]
    weights = np.zeros(len(minutes.data))
    for start in range(0, len(weights), _PAIRS_AT_ONCE):  # a decay makes several arrays as long as what it is given
        part = slice(start, start + _PAIRS_AT_ONCE)
        weights[part][is_reached[part]] = weights_at(decay, minutes.data[part][is_reached[part]])
    return sparse.csr_array((weights, minutes.indices, minutes.indptr), shape=minutes.shape)


def _from_pairs(amounts: tuple[np.ndarray, np.ndarray], weights: sparse.csr_array) -> np.ndarray:
    demand, supply = amounts
    return weights @ ratio_of(supply, weights.T @ demand)
