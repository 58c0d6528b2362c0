"""Far territories beside the mainland on national maps, so that none is lost off the edge.

Each such zone has a frame of the same size west of the mainland and is drawn to fit it: shapes are right, scales
differ, and every screen that uses insets says so. Screen drawing only: never compute with these coordinates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Inset:
    """A frame (centre in degrees where it is drawn) for a zone (its own centre and half-height in degrees)."""

    zone: str
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


def to_inset(geometry: BaseGeometry, zone: str | None, insets: Sequence[Inset]) -> BaseGeometry:
    """The geometry where a national map with these insets draws it; a zone without one stays where it is."""
    inset = next((inset for inset in insets if inset.zone == zone), None)
    if inset is None:
        return geometry
    return shapely.transform(geometry, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1], inset)))


def move(lon: ArrayLike, lat: ArrayLike, inset: Inset) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of a zone drawn in its frame: angles are kept, a degree of longitude being shorter up north."""
    stretch = np.cos(np.radians(inset.zone_lat)) / np.cos(np.radians(inset.lat))
    x = inset.lon + (np.asarray(lon) - inset.zone_lon) * inset.scale * stretch
    y = inset.lat + (np.asarray(lat) - inset.zone_lat) * inset.scale
    return x, y
