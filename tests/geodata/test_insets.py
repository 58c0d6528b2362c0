"""Overseas frames on national maps: west of the mainland, apart from each other, shapes kept."""

from itertools import combinations

import numpy as np
import pytest
import shapely

from geodata.countries.france import INSETS, Zone
from geodata.insets import HALF_HEIGHT, move, to_inset

WEST_OF_MAINLAND = -5.15
"""Longitude of Ouessant, the westernmost point of the mainland (IGN)."""

ids = {"ids": lambda inset: inset.zone}


def frame(inset) -> shapely.Polygon:
    """Where a zone whose outline is as wide as it is high is drawn, in degrees."""
    half_width = HALF_HEIGHT / np.cos(np.radians(inset.lat))
    return shapely.box(inset.lon - half_width, inset.lat - HALF_HEIGHT, inset.lon + half_width, inset.lat + HALF_HEIGHT)


def test_there_is_a_frame_for_each_overseas_zone_and_none_for_the_mainland():
    assert {inset.zone for inset in INSETS} == set(Zone) - {Zone.METROPOLE}
    point = shapely.Point(2.35, 48.85)
    assert to_inset(point, Zone.METROPOLE, INSETS).equals(point)


@pytest.mark.parametrize("inset", INSETS, **ids)
def test_the_centre_of_a_zone_is_the_centre_of_its_frame(inset):
    centre = to_inset(shapely.Point(inset.zone_lon, inset.zone_lat), inset.zone, INSETS)
    assert (centre.x, centre.y) == pytest.approx((inset.lon, inset.lat))


@pytest.mark.parametrize("inset", INSETS, **ids)
def test_shapes_are_kept(inset):
    """At the centre, a kilometre east is drawn as long as a kilometre north: angles are true."""
    degree_north, degree_east = 1.0, 1 / np.cos(np.radians(inset.zone_lat))
    x, y = move(
        np.array([inset.zone_lon, inset.zone_lon + degree_east]),
        np.array([inset.zone_lat, inset.zone_lat + degree_north]),
        inset,
    )
    drawn_east = (x[1] - x[0]) * np.cos(np.radians(inset.lat))
    drawn_north = y[1] - y[0]
    assert drawn_east == pytest.approx(drawn_north)
    assert drawn_north == pytest.approx(inset.scale)


@pytest.mark.parametrize("inset", INSETS, **ids)
def test_north_stays_up_and_east_stays_right(inset):
    x, y = move([0.0, 1.0], [0.0, 1.0], inset)
    assert x[1] > x[0]
    assert y[1] > y[0]


@pytest.mark.parametrize("inset", INSETS, **ids)
def test_a_zone_fits_the_height_of_its_frame(inset):
    top = to_inset(shapely.Point(inset.zone_lon, inset.zone_lat + inset.zone_half_height), inset.zone, INSETS)
    assert top.y == pytest.approx(inset.lat + HALF_HEIGHT)


def test_frames_lie_west_of_the_mainland_and_apart():
    frames = [frame(inset) for inset in INSETS]
    assert all(one.bounds[2] < WEST_OF_MAINLAND for one in frames)
    assert all(one.bounds[1] > 41 for one in frames)  # no further south than Corsica
    assert not any(one.intersects(other) for one, other in combinations(frames, 2))


def test_the_outline_given_is_not_changed():
    outline = shapely.box(-61.8, 15.8, -61.0, 16.5)
    moved = to_inset(outline, Zone.GUADELOUPE, INSETS)
    assert outline.equals(shapely.box(-61.8, 15.8, -61.0, 16.5))
    assert not moved.equals(outline)
