"""A generated grid around real communes, for tests and measurements: it is nobody's data, and is never published.

Squares of 200 m whose centre stands in the commune, nearer to its point more often, as many as a country has for its
residents; the residents of a commune spread over them, to the unit. Seeded: the same territories and seed give the same
grid. `etl.build` never makes one, and its files have no layout that a reader recognises.
"""

import numpy as np
import pandas as pd
import pyproj
import shapely

from etl.population import largest_remainder
from etl.sources.insee_squares import SIDE_M
from geodata.territory import Level

SOURCE_ID = "generated"

INHABITED = 2_300_000
"""About the number of squares of 200 m where somebody lives in France."""

_CRS = {"metropole": 3035, "974": 2975, "972": 5490}
"""Projection of Insee's squares by zone; it publishes none for the others."""

_NEAR_KM = 1.5


def generated_squares(
    territory: pd.DataFrame, residents: pd.Series, *, seed: int, most: int = INHABITED
) -> pd.DataFrame:
    """Squares (`crs, side_m, x, y, residents, is_imputed, communes`) of the communes of `territory`.

    `residents` are those of communes, by code; `most` is the number of squares aimed at, were there room for as many in
    each commune. A commune too small to hold the centre of a square has none.
    """
    communes = territory[(territory["level"] == Level.COMMUNE) & territory["geom"].notna()].set_index("code")
    communes = communes[communes["zone"].isin(_CRS)].sort_index()
    # A commune that is not counted has no square.
    people = residents.reindex(communes.index).fillna(0).astype("int64")
    room = communes["area_km2"].to_numpy(float) * 1e6 / SIDE_M**2
    wanted = _shared(people.to_numpy(float), np.minimum(room, people), most)
    rng = np.random.default_rng(seed)
    frames = []
    for zone, group in communes.groupby("zone", sort=True):
        to_grid = pyproj.Transformer.from_crs(4326, _CRS[zone], always_xy=True)
        outlines = shapely.transform(
            group["geom"].to_numpy(dtype=object), lambda xy, to_grid=to_grid: np.column_stack(to_grid.transform(*xy.T))
        )
        east, north = to_grid.transform(group["lon"].to_numpy(float), group["lat"].to_numpy(float))
        for i, code in enumerate(group.index):
            count = int(wanted[communes.index.get_loc(code)])
            x, y = _inside(outlines[i]) if count else (np.zeros(0, int), np.zeros(0, int))
            if not len(x):
                continue
            km = np.hypot((x + 0.5) * SIDE_M - east[i], (y + 0.5) * SIDE_M - north[i]) / 1000
            # The largest of independent Gumbel draws: squares without return, nearer ones more often.
            liking = rng.gumbel(size=len(x)) - km / _NEAR_KM
            chosen = np.sort(np.argsort(-liking, kind="stable")[: min(count, len(x))])
            weight = rng.lognormal(0, 1, len(chosen)) * np.exp(-km[chosen] / _NEAR_KM)
            # Somebody lives in each square; the others spread by weight.
            spread = 1 + largest_remainder(int(people[code]) - len(chosen), weight / weight.sum())
            frames.append((np.full(len(chosen), _CRS[zone]), x[chosen], y[chosen], spread))
    crs, x, y, spread = (np.concatenate(part) for part in zip(*frames, strict=True))
    return pd.DataFrame(
        {
            "crs": crs.astype("int32"),
            "side_m": np.int32(SIDE_M),
            "x": x.astype("int32"),
            "y": y.astype("int32"),
            "residents": spread.astype(float),
            "is_imputed": False,
            "communes": "",
        }
    )


def _shared(people: np.ndarray, most_each: np.ndarray, total: int) -> np.ndarray:
    """Squares of each commune: in proportion to its residents, at most `most_each`, about `total` together."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(most_each, middle * people).sum() < total else (low, middle)
    return np.where(people > 0, np.maximum(np.floor(np.minimum(most_each, high * people)), 1), 0)


def _inside(outline: shapely.Geometry) -> tuple[np.ndarray, np.ndarray]:
    """The squares whose centre stands in an outline, row by row from the south-west."""
    west, south, east, north = np.floor(np.array(outline.bounds) / SIDE_M).astype(int)
    x, y = (part.ravel() for part in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    shapely.prepare(outline)
    is_in = shapely.contains_xy(outline, (x + 0.5) * SIDE_M, (y + 0.5) * SIDE_M)
    return x[is_in], y[is_in]
