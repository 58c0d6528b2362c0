"""GeoPackage geometries: the header of the standard, there and back."""

import struct

import numpy as np
import pytest
import shapely

from geodata.geometry import SRID, from_geopackage, to_geopackage

SHAPES = [
    shapely.Point(2.35, 48.85),
    shapely.MultiPolygon([shapely.box(0, 1, 2, 3), shapely.box(5, 5, 6, 6)]),
    shapely.MultiPolygon(),
    None,
]


def test_there_and_back():
    back = from_geopackage(to_geopackage(SHAPES))
    assert back[3] is None
    for shape, again in zip(SHAPES[:3], back[:3], strict=True):
        assert shapely.equals_identical(shape, again)


@pytest.mark.parametrize(
    ("shape", "flags", "envelope"),
    [
        (SHAPES[0], 0b00000001, ()),  # little endian, no envelope
        (SHAPES[1], 0b00000011, (0, 6, 1, 6)),  # with its envelope: west, east, south, north
        (SHAPES[2], 0b00010001, ()),  # empty
    ],
)
def test_the_header_is_the_one_of_clause_2_1_3(shape, flags, envelope):
    (blob,) = to_geopackage([shape])
    magic, version, found, srid = struct.unpack("<2sBBi", blob[:8])
    assert (magic, version, found, srid) == (b"GP", 0, flags, SRID)
    assert struct.unpack(f"<{len(envelope)}d", blob[8 : 8 + 8 * len(envelope)]) == envelope
    assert shapely.from_wkb(blob[8 + 8 * len(envelope) :]).equals(shape)


def test_an_envelope_of_another_writer_is_skipped():
    """QGIS may write three or four dimensions of envelope."""
    wkb = shapely.to_wkb(SHAPES[0])
    for code, numbers in ((2, 6), (3, 6), (4, 8)):
        blob = struct.pack("<2sBBi", b"GP", 0, 1 | code << 1, SRID) + struct.pack(f"<{numbers}d", *range(numbers)) + wkb
        assert from_geopackage([blob])[0].equals(SHAPES[0])


def test_no_geometry_at_all():
    assert to_geopackage([]) == []
    assert from_geopackage(np.array([], dtype=object)).tolist() == []
