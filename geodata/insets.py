"""Overseas territories beside the mainland on national maps, so that none is lost off the edge.

Each overseas zone has a frame of the same size west of the mainland and is drawn to fit it: shapes are right, scales
differ, and every screen that uses insets says so. Screen drawing only: never compute with these coordinates.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from geodata.territory import Zone


@dataclass(frozen=True)
class Inset:
    """A frame (centre in degrees where it is drawn) for a zone (its own centre and half-height in degrees)."""

    zone: Zone
    lon: float
    lat: float
    zone_lon: float
    zone_lat: float
    zone_half_height: float

    @property
    def scale(self) -> float:
        """Degrees of latitude drawn for one degree of latitude of the zone."""
        return HALF_HEIGHT / self.zone_half_height


HALF_HEIGHT = 0.72
_LON = -8.2

INSETS: tuple[Inset, ...] = (
    Inset(Zone.GUADELOUPE, _LON, 49.9, -61.41, 16.17, 0.38),
    Inset(Zone.MARTINIQUE, _LON, 48.0, -61.02, 14.64, 0.28),
    Inset(Zone.GUYANE, _LON, 46.1, -53.11, 3.93, 1.95),
    Inset(Zone.LA_REUNION, _LON, 44.2, 55.53, -21.13, 0.29),
    Inset(Zone.MAYOTTE, _LON, 42.3, 45.16, -12.82, 0.22),
)
_BY_ZONE = {inset.zone: inset for inset in INSETS}


def to_inset(geometry: BaseGeometry, zone: Zone) -> BaseGeometry:
    """The geometry where a national map draws it; the mainland stays where it is."""
    if zone not in _BY_ZONE:
        return geometry
    inset = _BY_ZONE[zone]
    return shapely.transform(geometry, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1], inset)))


def move(lon: ArrayLike, lat: ArrayLike, inset: Inset) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of a zone drawn in its frame: angles are kept, a degree of longitude being shorter up north."""
    stretch = np.cos(np.radians(inset.zone_lat)) / np.cos(np.radians(inset.lat))
    x = inset.lon + (np.asarray(lon) - inset.zone_lon) * inset.scale * stretch
    y = inset.lat + (np.asarray(lat) - inset.zone_lat) * inset.scale
    return x, y
