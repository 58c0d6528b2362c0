"""Points: decimal commas, several projections, and axes that are one for the other."""

import numpy as np
import pandas as pd
import pytest

from etl.reading import coordinates
from geodata.errors import BadInput

PREFECTURES = pd.DataFrame(
    {
        "code_insee": ["31555", "97105", "97302", "97411", "97611", "97209"],
        "lon": [1.4437, -61.7262, -52.3350, 55.4481, 45.2279, -61.0730],
        "lat": [43.6043, 15.9971, 4.9372, -20.8789, -12.7806, 14.6104],
        "epsg": [2154, 5490, 2972, 2975, 4471, 5490],
    },
    index=[2, 3, 4, 5, 6, 7],
)


def test_a_comma_or_a_point_makes_a_number_and_nothing_else_does():
    text = pd.Series(["43,5", " 1.25 ", "", "_Z", "12 rue"])
    assert coordinates.numbers(text).tolist()[:2] == [43.5, 1.25]
    assert coordinates.numbers(text).isna().tolist() == [False, False, True, True, True]


def test_each_territory_has_its_own_projection():
    assert coordinates.epsg_of(PREFECTURES["code_insee"]).tolist() == PREFECTURES["epsg"].tolist()


def test_the_hospital_of_fleyriat_is_where_its_lambert_coordinates_say():
    # FINESS, geolocalisation;010000024;870262.2;6571540.8;...EPSG:2154; published elsewhere at 5.20918, 46.22229.
    one = [pd.Series([value]) for value in (870262.2, 6571540.8, 2154.0)]
    lon, lat = coordinates.to_wgs84(*one)
    assert (lon.round(5)[0], lat.round(5)[0]) == (5.20918, 46.22229)


def test_points_of_the_antilles_are_not_read_as_mainland_ones():
    lon, lat = coordinates.to_wgs84(pd.Series([657242.9]), pd.Series([1795384.4]), pd.Series([5490.0]))
    assert coordinates.in_france(lon, lat).all()
    assert lon[0] < -61


def test_an_unknown_system_or_a_missing_coordinate_gives_no_point():
    lon, lat = coordinates.to_wgs84(pd.Series([1.0, np.nan]), pd.Series([1.0, 2.0]), pd.Series([32631.0, 2154.0]))
    assert lon.isna().all()
    assert lat.isna().all()


def test_an_absurd_projected_point_is_not_in_france():
    lon, lat = coordinates.to_wgs84(pd.Series([600000.0]), pd.Series([1.0e12]), pd.Series([2154.0]))
    assert not coordinates.in_france(lon, lat).any()


def test_france_is_the_101_departements():
    assert coordinates.in_france(PREFECTURES["lon"], PREFECTURES["lat"]).all()
    assert not coordinates.in_france(PREFECTURES["lat"], PREFECTURES["lon"]).any()
    elsewhere = pd.DataFrame({"lon": [0.0, -56.17, 166.4, np.nan], "lat": [0.0, 46.78, -22.3, 45.0]})
    assert not coordinates.in_france(elsewhere["lon"], elsewhere["lat"]).any()


def test_a_file_whose_axes_are_swapped_is_refused_by_row_and_column():
    rows = PREFECTURES.astype({"lon": str, "lat": str})
    coordinates.refuse_swapped(rows, "lon", "lat", "points.csv")
    with pytest.raises(BadInput, match=r"points\.csv: columns lat and lon are swapped on 6 rows \(row 2: .*Allowed"):
        coordinates.refuse_swapped(rows, "lat", "lon", "points.csv")
