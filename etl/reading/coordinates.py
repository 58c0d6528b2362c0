"""Points as producers publish them: text, two decimal signs, several projections, sometimes one axis for the other."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj

from etl.reading.numbers import numbers
from geodata.countries.france import EPSG, Zone
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence

BOXES = {
    "metropole": (-5.5, 41.2, 9.8, 51.3),
    "antilles": (-63.3, 14.2, -60.7, 18.3),
    "guyane": (-54.8, 2.0, -51.5, 6.0),
    "la_reunion": (55.1, -21.5, 56.0, -20.8),
    "mayotte": (44.9, -13.1, 45.4, -12.5),
}
"""West, south, east, north (WGS 84) of the land of the 101 départements."""

_OVERSEAS = {"971": "antilles", "972": "antilles", "973": "guyane", "974": "la_reunion", "976": "mayotte"}

ALLOWED = sentence("land_of_france")


@dataclass(frozen=True)
class Land:
    """Where points may be: the boxes that hold them, and the same in words."""

    boxes: tuple[tuple[float, float, float, float], ...]
    allowed: Sentence

    def holds(self, lon: pd.Series, lat: pd.Series) -> pd.Series:
        """Whether each point lies there; False where a coordinate is missing."""
        inside = np.zeros(len(lon), dtype=bool)
        for west, south, east, north in self.boxes:
            inside |= ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).to_numpy()
        return pd.Series(inside, index=lon.index)


FRANCE = Land(tuple(BOXES.values()), ALLOWED)
ANYWHERE = Land(((-180, -90, 180, 90),), sentence("on_the_globe"))
"""Of a list whose services are placed by outlines: those of no territory are refused there."""

PROJECTED = tuple(sorted(set(EPSG.values())))
"""Projected systems a point may be given in: Lambert-93 and the UTM zones of the overseas départements."""


def zone_of(code_insee: str) -> str:
    """Which of `BOXES` a commune lies in."""
    return _OVERSEAS.get(code_insee[:3], "metropole")


def in_france(lon: pd.Series, lat: pd.Series) -> pd.Series:
    """Whether each point lies in one of `BOXES`; False where a coordinate is missing."""
    return FRANCE.holds(lon, lat)


def refuse_swapped(rows: pd.DataFrame, lon: str, lat: str, name: str) -> None:
    """Raise `BadInput` when most of the points of a file have longitude and latitude one for the other.

    A single swapped point is a matter of its row: `tidy` refuses the point and keeps the service in its commune.
    """
    x, y = numbers(rows[lon]), numbers(rows[lat])
    swapped = in_france(y, x) & ~in_france(x, y)
    if swapped.sum() > (x.notna() & y.notna()).sum() / 2:
        line = swapped.idxmax()
        point = {"lon": lon, "lat": lat, "x": rows.at[line, lon], "y": rows.at[line, lat]}
        count = int(swapped.sum())
        raise BadInput(sentence("coordinates_swapped", file=name, count=count, row=line, allowed=ALLOWED, **point))


def to_wgs84(x: pd.Series, y: pd.Series, epsg: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Longitude and latitude of projected points; `epsg` is the code of each one's system.

    NaN where a coordinate is missing or the system is not one of `PROJECTED`.
    """
    lon = pd.Series(np.nan, index=x.index)
    lat = lon.copy()
    for code in PROJECTED:
        here = (epsg == code) & x.notna() & y.notna()
        if here.any():
            transformer = pyproj.Transformer.from_crs(code, 4326, always_xy=True)
            # Infinite where the point is outside the domain of the projection.
            own_lon, own_lat = transformer.transform(x[here].to_numpy(), y[here].to_numpy())
            lon[here], lat[here] = own_lon, own_lat
    is_finite = np.isfinite(lon) & np.isfinite(lat)
    return lon.where(is_finite), lat.where(is_finite)


def epsg_of(code_insee: pd.Series) -> pd.Series:
    """Projected system in use in the département of a commune: Lambert-93 on the mainland."""
    system = {zone.value: code for zone, code in EPSG.items()}
    return code_insee.str[:3].map(system).fillna(EPSG[Zone.METROPOLE]).astype(int)
