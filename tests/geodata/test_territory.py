"""Codes: leading zeros, Corsica, overseas."""

import pytest
from pyproj import CRS

from geodata.countries.france import COUNTRY, EPSG, Zone, departement_of, zone_of
from geodata.errors import BadInput
from geodata.territory import Level


@pytest.mark.parametrize(
    ("code", "departement", "zone"),
    [
        ("01004", "01", Zone.METROPOLE),
        ("2A004", "2A", Zone.METROPOLE),
        ("2B033", "2B", Zone.METROPOLE),
        ("75056", "75", Zone.METROPOLE),
        ("97105", "971", Zone.GUADELOUPE),
        ("97411", "974", Zone.LA_REUNION),
        ("97608", "976", Zone.MAYOTTE),
    ],
)
def test_departement_and_zone_of_a_commune(code, departement, zone):
    assert departement_of(code) == departement
    assert zone_of(departement) is zone


@pytest.mark.parametrize("code", ["01004", "2A004", "2B033", "97105", "75111"])
def test_codes_are_accepted_as_they_are(code):
    assert COUNTRY.check(Level.COMMUNE, code) == code


@pytest.mark.parametrize("code", ["1004", "010040", "2C004", "2a004", "2A04", "O1004", "", "01 04"])
def test_a_wrong_code_is_refused_with_what_was_expected(code):
    with pytest.raises(BadInput) as refusal:
        COUNTRY.check(Level.COMMUNE, code)
    assert f"« {code} » is not a commune code: five characters are expected" in str(refusal.value)
    assert "leading zero" in str(refusal.value)


@pytest.mark.parametrize("zone", Zone)
def test_projections_are_in_metres_and_made_for_their_zone(zone):
    crs = CRS.from_epsg(EPSG[zone])
    assert {axis.unit_name for axis in crs.axis_info} == {"metre"}
    places = {
        Zone.METROPOLE: (2.35, 48.85), Zone.GUADELOUPE: (-61.5, 16.2), Zone.MARTINIQUE: (-61.0, 14.6),
        Zone.GUYANE: (-52.3, 4.9), Zone.LA_REUNION: (55.5, -21.1), Zone.MAYOTTE: (45.2, -12.8),
    }  # fmt: skip
    lon, lat = places[zone]
    west, south, east, north = crs.area_of_use.bounds
    assert west < lon < east
    assert south < lat < north
