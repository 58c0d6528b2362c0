"""Cells of communes that have no square: their IRIS, each at one point of its own outline.

Some two thousand people at one place: coarser than squares, which come first, finer than one point for a whole city.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj

from etl.grid.cells import COLUMNS, SUM_WITHIN, Cells
from etl.population import largest_remainder
from etl.rejects import reject_frame
from etl.sources import iris_2021
from geodata.countries.france import COUNTRY
from geodata.sentences import sentence
from geodata.territory import Level, Part

NO_SIDE = 0
"""Side of a cell that is no square."""


def with_iris(
    cells: Cells, part: pd.DataFrame, people: pd.Series, territory: pd.DataFrame, residents: pd.Series
) -> Cells:
    """The cells, and those of communes that have none and whose inhabited IRIS all have an outline.

    `part`: rows of table `part`; `people`: residents of IRIS in the census, by code; `residents`: those of communes, by
    code, shared out among their IRIS as they are among squares. A commune of which an IRIS has no outline, or whose
    IRIS count half or twice its residents, keeps its one point, and is told.
    """
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    iris = part[part["kind"] == Part.IRIS].assign(people=lambda frame: frame["code"].map(people))
    is_open = iris["commune"].isin(communes.index) & ~iris["commune"].isin(cells.frame["code_insee"])
    frames, rejects = [], []
    # One point needs an outline: a country without any file of outlines is not told commune by commune.
    some = iris[is_open & (iris["people"] > 0)]
    for commune, own in some[some["commune"].isin(some.loc[some["lon"].notna(), "commune"])].groupby("commune"):
        bare = int(own["lon"].isna().sum())
        counted, census = own["people"].sum(), residents.get(commune, 0)
        if bare:
            why = sentence("iris_partly_drawn", count=bare, all=len(own))
            rejects.append((commune, commune, why))
        elif census > 0 and SUM_WITHIN[0] <= counted / census <= SUM_WITHIN[1]:
            frames.append(_cells(own, communes.loc[commune], int(census)))
        else:
            why = sentence("iris_apart", iris=int(counted), census=int(census))
            rejects.append((commune, commune, why))
    if not frames and not rejects:
        return cells
    # A frame without a row has no types of its own.
    given = [frame for frame in (cells.frame, *frames) if len(frame)]
    frame = pd.concat(given, ignore_index=True) if given else cells.frame
    return replace(
        cells,
        frame=frame.sort_values("code_insee", kind="stable", ignore_index=True),
        rejects=pd.concat([cells.rejects, reject_frame(iris_2021.SOURCE.id, rejects)], ignore_index=True),
        stated={iris_2021.SOURCE.id: iris_2021.SOURCE.vintage},
    )


def _cells(iris: pd.DataFrame, commune: pd.Series, census: int) -> pd.DataFrame:
    """Cells of the IRIS of one commune, by code."""
    iris = iris.sort_values("code")
    crs = COUNTRY.epsg(commune["zone"])
    east, north = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(iris["lon"], iris["lat"])
    weights = iris["people"].to_numpy(float)
    return pd.DataFrame(
        {
            "crs": crs,
            "side_m": NO_SIDE,
            "x": np.round(east).astype("int64"),
            "y": np.round(north).astype("int64"),
            "code_insee": commune.name,
            "land": commune["land"],
            "lon": iris["lon"].to_numpy(),
            "lat": iris["lat"].to_numpy(),
            "residents": largest_remainder(census, weights / weights.sum()),
            "is_imputed": False,
            "source": iris_2021.SOURCE.id,
        }
    )[COLUMNS]
