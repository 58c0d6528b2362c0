"""From two points to a travel time: crow-fly distance, turned into road minutes by a fitted model.

Points are frames indexed by id with columns `lon` and `lat` (WGS 84, degrees) and, where land is cut by the sea, a
column of group codes that both ends of a trip must share. A model is versioned data: its name goes with every result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from geodata.errors import BadInput

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the Earth (Moritz 2000, Geodetic Reference System 1980)."""

BOUNDARY_MIN = 1e-9
"""A time equal to a limit up to this rounding is at the limit, and a limit is inclusive."""

_SHOWN = 5


@dataclass(frozen=True)
class TravelError:
    """How far a model was from measured road times, for crow-fly distances in `from_km` <= d < `to_km`.

    `median_relative` and `p90_relative` are quantiles of |modelled - measured| / measured; `rmse_min`, `median_min` and
    `p90_min` are in minutes; `bias_min` is the mean of modelled - measured.
    """

    from_km: float
    to_km: float
    pairs: int
    median_relative: float
    p90_relative: float
    rmse_min: float
    median_min: float
    p90_min: float
    bias_min: float


@dataclass(frozen=True)
class TravelModel:
    """Road minutes = max(0, `intercept_min` + `slope` * km ** `exponent`), km being the crow-fly distance.

    `intercept_min` is at most 0 and the two others positive, so that the same place is at 0 minutes and minutes never
    fall as distance grows; anything else raises `BadInput`. `name` holds the version: change one, change the other.
    """

    name: str
    intercept_min: float
    slope: float
    exponent: float
    source: str
    error: tuple[TravelError, ...] = ()
    validity: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.intercept_min <= 0 < self.slope < np.inf and 0 < self.exponent < np.inf):
            raise BadInput(
                f"travel model {self.name}: intercept_min={self.intercept_min}, slope={self.slope}, "
                f"exponent={self.exponent}; the intercept must be at most 0 (the same place is at 0 minutes), "
                "the slope and the exponent positive (further is never faster)."
            )

    def minutes(self, distance_km: ArrayLike) -> np.ndarray:
        """Road minutes for crow-fly kilometres (array or number)."""
        return np.maximum(0.0, self.intercept_min + self.slope * np.power(distance_km, self.exponent))

    def radius_km(self, minutes: ArrayLike) -> np.ndarray:
        """The inverse: the longest crow-fly distance that takes at most `minutes` (>= 0, array or number)."""
        return np.power((np.asarray(minutes, float) - self.intercept_min) / self.slope, 1 / self.exponent)[()]


TRAVEL = TravelModel(
    name="crow-fly-gironde-1",
    intercept_min=-1.57,
    slope=2.15,
    exponent=0.83,
    source=(
        "Fitted on 2,500 random pairs of points in Gironde whose road times were computed by INSEE's metric-osrm 0.9.5 "
        "(car, OpenStreetMap network, no congestion), DREES comparison of distance tools, 2021"
    ),
    error=(
        TravelError(0, np.inf, 2500, 0.077, 0.252, 7.75, 3.66, 10.33, 0.36),
        TravelError(0, 5, 25, 0.348, 0.722, 2.91, 1.11, 4.12, -0.89),
        TravelError(5, 10, 59, 0.171, 0.492, 2.51, 1.49, 3.68, 0.75),
        TravelError(10, 20, 193, 0.146, 0.359, 5.96, 2.42, 5.69, 0.37),
        TravelError(20, 40, 662, 0.115, 0.323, 8.79, 3.66, 9.15, 0.11),
        TravelError(40, 80, 1182, 0.065, 0.191, 7.78, 3.83, 11.07, 0.52),
        TravelError(80, np.inf, 379, 0.048, 0.135, 7.28, 4.64, 11.73, 0.30),
    ),
    validity=(
        "weak under 10 km: 84 of the 2,500 pairs, median relative error 35 % under 5 km and 17 % from 5 to 10 km",
        "not valid in mountains: Gironde is flat",
        "knows no water: an estuary, a strait or a lake between two points is crossed as if it were land",
        "car without congestion or parking: too fast in large cities, meaningless for people without a car",
        "errors are those of the pairs it was fitted on, one département: expect more elsewhere",
    ),
)
"""The model used when no road network is loaded."""


def travel_error(
    model: TravelModel, distance_km: np.ndarray, minutes: np.ndarray, *, from_km: float = 0, to_km: float = np.inf
) -> TravelError:
    """Error of `model` against measured road `minutes` (> 0), over the pairs with `from_km` <= distance < `to_km`."""
    among = (distance_km >= from_km) & (distance_km < to_km)
    if not among.any():
        raise BadInput(f"no pair between {from_km} and {to_km} km: widen the class or bring more pairs.")
    measured = minutes[among]
    gap = model.minutes(distance_km[among]) - measured
    relative = np.abs(gap) / measured
    return TravelError(
        from_km,
        to_km,
        int(among.sum()),
        median_relative=float(np.median(relative)),
        p90_relative=float(np.quantile(relative, 0.9)),
        rmse_min=float(np.sqrt(np.mean(gap**2))),
        median_min=float(np.median(np.abs(gap))),
        p90_min=float(np.quantile(np.abs(gap), 0.9)),
        bias_min=float(gap.mean()),
    )


def travel(
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    model: TravelModel,
    limit_min: float,
    within: str | None = None,
) -> pd.DataFrame:
    """Every trip from a demand point to a supply point that takes at most `limit_min` minutes (inclusive).

    `demand` and `supply` are points (see the module); `within` names a column of both whose codes must be equal, so
    that no trip crosses the sea. Returns one row a pair, by origin then destination in the order of the inputs:
    `origin`, `destination` (categorical ids), `distance_km` (crow-fly), `minutes`, `method` (the model's name).

    A list of pairs cannot say "unknown", so a point without coordinates raises `BadInput`, in demand and in supply.
    """
    origins, destinations = demand_and_supply(demand, supply, within, may_miss=False)
    reach = chord(model.radius_km(_limit(limit_min) + BOUNDARY_MIN))
    pieces = []
    for from_rows, to_rows in by_zone(origins, destinations):
        tree = cKDTree(destinations.xyz[to_rows])
        near = cKDTree(origins.xyz[from_rows]).sparse_distance_matrix(tree, reach, output_type="ndarray")
        pieces.append((from_rows[near["i"]], to_rows[near["j"]], near["v"]))
    i, j, v = (np.concatenate(part) for part in zip(*pieces, strict=True)) if pieces else (np.zeros(0, int),) * 3
    order = np.lexsort((j, i))
    i, j, distance_km = i[order], j[order], kilometres(v[order])
    return pd.DataFrame(
        {
            "origin": pd.Categorical.from_codes(i, demand.index),
            "destination": pd.Categorical.from_codes(j, supply.index),
            "distance_km": distance_km,
            "minutes": model.minutes(distance_km),
            "method": pd.Categorical.from_codes(np.zeros(len(i), np.int8), [model.name]),
        }
    )


# ------------------------------------------------------------------------------------------------ points on the sphere


@dataclass(frozen=True, eq=False)
class Points:
    """Checked points: radians, unit vectors (n, 3), integer zone codes; NaN where `is_located` is false."""

    lon: np.ndarray
    lat: np.ndarray
    xyz: np.ndarray
    zone: np.ndarray
    is_located: np.ndarray


def great_circle_km(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> np.ndarray:
    """Crow-fly kilometres between points in degrees, on a sphere of radius `EARTH_RADIUS_KM`.

    2 R asin(c / 2), c being the chord between the two unit vectors (the haversine formula written with vectors). On
    the WGS 84 ellipsoid the distance differs by at most 0.6 %.
    """
    gap = _unit_vectors(np.radians(lon_a), np.radians(lat_a)) - _unit_vectors(np.radians(lon_b), np.radians(lat_b))
    return kilometres(np.sqrt((gap**2).sum(axis=-1)))


def chord(distance_km: ArrayLike) -> np.ndarray:
    """Chord on the unit sphere that spans a great-circle distance; 2, the diameter, beyond half a turn."""
    return 2 * np.sin(np.minimum(np.asarray(distance_km, float) / EARTH_RADIUS_KM, np.pi) / 2)[()]


def kilometres(chords: ArrayLike) -> np.ndarray:
    """Great-circle distance spanned by chords of the unit sphere."""
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.asarray(chords) / 2, 1.0))


def demand_and_supply(
    demand: pd.DataFrame, supply: pd.DataFrame, within: str | None, *, may_miss: bool
) -> tuple[Points, Points]:
    """Check both frames and return their points; raises `BadInput` listing every problem of both.

    A supply must have a point. A demand may lack one when `may_miss`; half a point is no point.
    """
    problems = [
        *(f"demand: {problem}" for problem in _problems(demand, within, may_miss)),
        *(f"supply: {problem}" for problem in _problems(supply, within, False)),
    ]
    if problems:
        raise BadInput("; ".join(problems) + ". Points are lon and lat in WGS 84 degrees, one row an id.")
    from_zones, to_zones = _zone_codes(demand, supply, within)
    return _points(demand, from_zones), _points(supply, to_zones)


def by_zone(demand: Points, supply: Points) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Row numbers of the located demand and supply of each zone that has both."""
    for zone in np.intersect1d(demand.zone[demand.is_located], supply.zone):
        yield np.flatnonzero(demand.is_located & (demand.zone == zone)), np.flatnonzero(supply.zone == zone)


def listed(ids: Iterable[object]) -> str:
    """The first few ids, for a message."""
    ids = list(ids)
    return ", ".join(map(str, ids[:_SHOWN])) + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")


def _problems(frame: pd.DataFrame, within: str | None, may_miss: bool) -> list[str]:
    needed = ["lon", "lat"] + ([within] if within is not None else [])
    if not isinstance(frame, pd.DataFrame):
        return [f"a frame with columns {', '.join(needed)} is expected, found {type(frame).__name__}"]
    missing = [column for column in needed if column not in frame]
    if missing:
        return [f"missing columns: {', '.join(missing)}"]
    not_numbers = [column for column in ("lon", "lat") if not pd.api.types.is_numeric_dtype(frame[column])]
    if not_numbers and len(frame):
        return [f"{' and '.join(not_numbers)} must be numbers"]
    problems = []
    if frame.index.has_duplicates:
        problems.append(f"repeated ids: {listed(frame.index[frame.index.duplicated()].unique())}")
    lon, lat = (frame[column].to_numpy(float, na_value=np.nan) for column in ("lon", "lat"))
    outside = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    if outside.any():
        problems.append(f"coordinates outside ±180, ±90 degrees (projected metres?): {listed(frame.index[outside])}")
    unlocated = np.isnan(lon) | np.isnan(lat)
    if unlocated.any() and not may_miss:
        problems.append(f"no coordinates: {listed(frame.index[unlocated])} (leave them out, and say so)")
    if within is not None:
        is_text = _is_text(frame[within])
        if not (is_text | unlocated).all():
            problems.append(f"{within} must be a text code: {listed(frame.index[~(is_text | unlocated)])}")
    return problems


def _is_text(codes: pd.Series) -> np.ndarray:
    if isinstance(codes.dtype, pd.StringDtype | pd.CategoricalDtype):
        return codes.notna().to_numpy()
    return codes.map(lambda code: isinstance(code, str)).to_numpy(bool)


def _zone_codes(demand: pd.DataFrame, supply: pd.DataFrame, within: str | None) -> tuple[np.ndarray, np.ndarray]:
    if within is None:
        return np.zeros(len(demand), np.int64), np.zeros(len(supply), np.int64)
    here, there = demand[within].dtype, supply[within].dtype
    # Two unordered categoricals are equal in pandas whatever the order of their categories, and codes follow the order.
    if isinstance(here, pd.CategoricalDtype) and here == there and here.categories.equals(there.categories):
        return tuple(frame[within].cat.codes.to_numpy(np.int64) for frame in (demand, supply))
    codes = pd.factorize(np.concatenate([frame[within].to_numpy(object) for frame in (demand, supply)]), sort=False)[0]
    return codes[: len(demand)], codes[len(demand) :]


def _points(frame: pd.DataFrame, zone: np.ndarray) -> Points:
    lon, lat = (np.radians(frame[column].to_numpy(float, na_value=np.nan)) for column in ("lon", "lat"))
    return Points(lon, lat, _unit_vectors(lon, lat), zone, ~(np.isnan(lon) | np.isnan(lat)))


def _unit_vectors(lon: ArrayLike, lat: ArrayLike) -> np.ndarray:
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def _limit(minutes: float) -> float:
    if not minutes >= 0:
        raise BadInput(f"limit of {minutes} minutes: zero or more is expected.")
    return minutes
