"""Rows that every reader of services accepts or refuses in the same way."""

import numpy as np
import pandas as pd
import pytest

from etl.reading.service_frame import COLUMNS, accept
from etl.rejects import with_words
from etl.sources import finess_csv

TOULOUSE = {"code_insee": "31555", "lon": 1.44, "lat": 43.6}


def rows(*changes: dict) -> pd.DataFrame:
    good = {"key": "310000001", "name": "PHARMACIE  DU\nCAPITOLE ", "code": "620", "seen_on": "2026", **TOULOUSE}
    listed = [{**good, "key": f"31000000{number}", **change} for number, change in enumerate(changes, start=1)]
    return pd.DataFrame(listed, index=range(2, 2 + len(changes))).rename_axis("line")


def accepted_and_reasons(*changes: dict):
    accepted, rejected = accept(rows(*changes), finess_csv.SOURCE, "finess")
    return accepted, with_words(rejected).set_index("row")["reason"].to_dict()


def test_a_service_is_accepted_in_the_one_shape():
    accepted, reasons = accepted_and_reasons({})
    assert list(accepted.columns) == list(COLUMNS)
    assert reasons == {}
    service = accepted.iloc[0]
    assert service["id"] == "finess--310000001"
    assert service["name"] == "PHARMACIE DU CAPITOLE"
    assert (service["category"], service["code_insee"], service["source"]) == ("pharmacie", "31555", "finess")
    assert (service["lon"], service["lat"]) == (1.44, 43.6)
    assert np.isnan([service["weekly_hours"], service["capacity"], service["quantity"]]).all()


def test_a_service_without_name_is_called_by_its_category():
    accepted, _ = accepted_and_reasons({"name": " "})
    assert accepted["name"].tolist() == ["Pharmacie"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code_insee": "1053"}, "« 1053 » is not a commune code: five characters, leading zero kept"),
        ({"code_insee": "20004"}, "is not a commune code"),
        ({"code_insee": "97123"}, "« 97123 » is outside the 101 départements"),
        ({"code_insee": "98818"}, "is outside the 101 départements"),
        ({"code_insee": "", "lon": np.nan, "lat": np.nan}, "neither commune code nor point"),
        ({"code_insee": "", "lon": 43.6, "lat": 1.44}, "no commune code, and its point 43.6, 1.44 is not longitude"),
        ({"key": ""}, "no identifier"),
    ],
)
def test_what_cannot_be_placed_or_told_apart_is_refused(change, message):
    accepted, reasons = accepted_and_reasons({}, change)
    assert len(accepted) == 1
    assert message in reasons["3"]


def test_an_identifier_given_twice_is_refused_the_second_time():
    accepted, reasons = accepted_and_reasons({"key": "310000009"}, {"key": "310000009"})
    assert len(accepted) == 1
    assert reasons == {"3": "this identifier is already on a line above"}


def test_a_point_outside_france_is_refused_alone():
    accepted, reasons = accepted_and_reasons({"lon": 43.6, "lat": 1.44}, {"lon": np.nan})
    assert accepted["code_insee"].tolist() == ["31555", "31555"]
    assert accepted[["lon", "lat"]].isna().all(axis=None)
    assert list(reasons) == ["2"]
    assert "kept in its commune" in reasons["2"]


def test_a_point_alone_is_enough():
    accepted, reasons = accepted_and_reasons({"code_insee": ""})
    assert accepted["code_insee"].isna().all()
    assert reasons == {}


def test_codes_of_no_category_are_counted_once_a_code():
    accepted, rejected = accept(
        rows({}, {"code": "462"}, {"code": "999"}, {"code": "462"}), finess_csv.SOURCE, "finess"
    )
    assert len(accepted) == 1
    assert rejected["key"].tolist() == ["462", "999"]
    assert with_words(rejected)["reason"].str.startswith("2 row(s)").tolist() == [True, False]
