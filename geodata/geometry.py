"""Geometry column type: one declaration, stored as each database expects it.

A GeoPackage stores a small header followed by WKB (OGC 12-128r18, clause 2.1.3); PostGIS stores its own geometry,
with a spatial index, and exchanges EWKB. Values are shapely geometries in WGS 84 (EPSG:4326).
"""

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry
from sqlalchemy.types import LargeBinary, TypeDecorator

SRID = 4326
_NO_ENVELOPE, _XY_ENVELOPE, _EMPTY = 0b00000001, 0b00000011, 0b00010001


class Geometry(TypeDecorator):
    """Shapely geometry of one kind (`POINT`, `MULTIPOLYGON`), in WGS 84."""

    impl = LargeBinary
    cache_ok = True
    spatial_index = False
    """GeoAlchemy2 makes none of its own: `geodata.schema` declares it, and a GeoPackage has another kind."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine:
        # GeoAlchemy2 also asks without a dialect, to know whether this is a raster.
        if getattr(dialect, "name", None) == "postgresql":
            import geoalchemy2  # here as in `geodata.postgresql`, which has imported it

            return dialect.type_descriptor(geoalchemy2.Geometry(self.kind, srid=SRID))
        return super().load_dialect_impl(dialect)

    def process_bind_param(self, value: BaseGeometry | None, dialect: sa.Dialect) -> str | bytes | None:
        if value is None:
            return None
        return to_postgis([value])[0] if dialect.name == "postgresql" else to_geopackage([value])[0]

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> BaseGeometry | None:
        if value is None:
            return None
        return shapely.from_wkb(bytes(value.data)) if dialect.name == "postgresql" else from_geopackage([value])[0]


def as_geometries(values: pd.Series) -> np.ndarray:
    """The geometries of a column: None where there is none, whatever pandas puts there."""
    return values.astype(object).where(values.notna(), None).to_numpy(dtype=object)


def to_postgis(geometries: ArrayLike) -> np.ndarray:
    """Hexadecimal EWKB of an array of geometries (None stays None)."""
    located = shapely.set_srid(np.asarray(geometries, dtype=object), SRID)
    return shapely.to_wkb(located, hex=True, include_srid=True)


def to_geopackage(geometries: ArrayLike) -> list[bytes | None]:
    """GeoPackage blobs of an array of geometries (None stays None); polygons carry their envelope."""
    array = np.asarray(geometries, dtype=object)
    bounds = shapely.bounds(array)
    return [_blob(*pair) for pair in zip(array, shapely.to_wkb(array, byte_order=1), bounds, strict=True)]


def _blob(geometry: BaseGeometry | None, wkb: bytes, bounds: np.ndarray) -> bytes | None:
    if geometry is None:
        return None
    if geometry.is_empty:
        return struct.pack("<2sBBi", b"GP", 0, _EMPTY, SRID) + wkb
    if geometry.geom_type == "Point":
        return struct.pack("<2sBBi", b"GP", 0, _NO_ENVELOPE, SRID) + wkb
    west, south, east, north = bounds
    return struct.pack("<2sBBi4d", b"GP", 0, _XY_ENVELOPE, SRID, west, east, south, north) + wkb


def from_geopackage(blobs: Iterable[bytes | None]) -> np.ndarray:
    """Geometries of an array of GeoPackage blobs (None stays None)."""
    sizes = {0: 8, 1: 40, 2: 56, 3: 56, 4: 72}
    wkb = [None if blob is None else bytes(blob)[sizes[(blob[3] >> 1) & 0b111] :] for blob in blobs]
    return shapely.from_wkb(np.array(wkb, dtype=object))
