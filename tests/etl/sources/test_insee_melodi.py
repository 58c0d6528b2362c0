"""The long layout: one row a figure, K for merged communes, several years, every dimension but ours at its total."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.reading.observations import (
    CENSORED,
    MERGED,
    PUBLISHED,
    SECRET,
    wide,
)
from etl.sources import insee_melodi
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, snapshot_of, tidied, written, zipped

ALONE = """\
"GEO";"GEO_OBJECT";"AGE";"COUPLE";"CIVIL_STATUS";"RP_MEASURE";"FREQ";"TIME_PERIOD";"OBS_STATUS";"OBS_VALUE"
"01001";"COM";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";15.99
"01001";"COM";"Y_GE80";"_T";"_T";"ONEPERS";"A";2017;"A";12.5
"01001";"COM";"Y_GE80";"1";"_T";"ONEPERS";"A";2023;"A";0
"01001";"COM";"Y15T24";"_T";"_T";"DWELLINGS_POPSIZE";"A";2023;"A";66.1
"01015";"COM";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"K";0
"13201";"ARM";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";700
"200000172";"EPCI";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";500
"01";"DEP";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";9000
"84";"REG";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";99000
"FM";"FRANCE";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";1716631
"8405";"ZE2020";"Y_GE80";"_T";"_T";"ONEPERS";"A";2023;"A";2000
"""
GOOD = Good(ALONE.replace('"', ""), column="OBS_VALUE", code="01001")


def test_the_newest_year_of_our_figures_at_every_level(tmp_path):
    accepted, rejected = tidied(insee_melodi, tmp_path, ALONE)
    alone = accepted[accepted["measure"] == "living_alone_80_plus"].set_index(["level", "code"])["value"]
    assert alone.dropna().to_dict() == {
        ("commune", "01001"): 15.99, ("arrondissement", "13201"): 700, ("epci", "200000172"): 500,
        ("departement", "01"): 9000, ("region", "84"): 99000, ("france", "FM"): 1716631,
    }  # fmt: skip
    assert wide(accepted, "commune").loc["01001", "people_in_households_15_24"] == 66.1
    assert set(accepted["vintage"]) == {"2023"}
    assert rejected["reason"].tolist() == [
        "1 rows of another year: 2023, the newest, is read",
        "1 rows of zonings that are not shown",
        "1 rows of figures that are not used",
    ]


def test_a_merged_commune_is_missing_not_zero(tmp_path):
    accepted, _ = tidied(insee_melodi, tmp_path, ALONE)
    merged = accepted[accepted["code"] == "01015"]
    assert merged["state"].tolist() == [MERGED]
    assert merged["value"].isna().all()


def test_households_cars_and_activity_are_told_by_their_dimensions(tmp_path):
    households = (
        "GEO;GEO_OBJECT;TPH;PCS;RP_MEASURE;TIME_PERIOD;OBS_STATUS;OBS_VALUE\n"
        "01001;COM;_T;_T;DWELLINGS;2023;A;353\n01001;COM;11;_T;DWELLINGS;2023;A;74\n"
        "01001;COM;MF21;_T;DWELLINGS;2023;A;25\n01001;COM;_T;7;DWELLINGS;2023;A;120\n"
    )
    accepted, _ = tidied(insee_melodi, tmp_path, zipped({"DS_data.csv": households, "DS_metadata.csv": "a;b\n1;2\n"}))
    assert wide(accepted, "commune").loc["01001"].to_dict() == {
        "households": 353,
        "one_person_households": 74,
        "single_parent_households": 25,
    }
    cars = (
        "GEO;GEO_OBJECT;RP_MEASURE;OCS;TDW;CARS;TIME_PERIOD;OBS_STATUS;OBS_VALUE\n"
        "01001;COM;DWELLINGS;DW_MAIN;_T;_T;2023;A;353\n01001;COM;DWELLINGS;DW_MAIN;_T;C0;2023;A;11\n"
        "01001;COM;DWELLINGS;_T;_T;_T;2023;A;400\n01001;COM;DWELLINGS;DW_MAIN;1;C0;2023;A;9\n"
    )
    accepted, _ = tidied(insee_melodi, tmp_path, cars)
    assert wide(accepted, "commune").loc["01001"].to_dict() == {
        "main_residences": 353,
        "main_residences_without_car": 11,
    }
    activity = (
        "GEO;GEO_OBJECT;SEX;AGE;EDUC;EMPSTA_ENQ;RP_MEASURE;FREQ;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n"
        "01001;COM;_T;Y15T64;_T;1T2;POP;A;A;2023;400\n01001;COM;_T;Y15T64;_T;2;POP;A;A;2023;25\n"
        "01001;COM;F;Y15T64;_T;2;POP;A;A;2023;12\n"
    )
    accepted, _ = tidied(insee_melodi, tmp_path, activity)
    assert wide(accepted, "commune").loc["01001"].to_dict() == {"active_15_64": 400, "unemployed_15_64": 25}


def test_filosofi_in_long_layout_has_its_secret_and_its_censored_rates(tmp_path):
    text = (
        "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;UNIT_MULT;CONF_STATUS;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n"
        "01004;COM;PR_MD60;PT;0;F;A;2021;17\n01005;COM;PR_MD60;PT;0;F;A;2021;5\n01001;COM;PR_MD60;PT;0;C;A;2021;\n"
        "01004;COM;MED_SL;EUR;0;F;A;2021;21660\n"
    )
    accepted, _ = tidied(insee_melodi, tmp_path, text)
    values = accepted[accepted["measure"] == "poverty_rate"].set_index("code")
    assert values["state"].to_dict() == {"01004": PUBLISHED, "01005": CENSORED, "01001": SECRET}
    assert values["value"].dropna().to_dict() == {"01004": 0.17, "01005": 0.05}


def test_parquet_is_the_same_table(tmp_path):
    path = tmp_path / "DS_RP_MENAGES_PRINC_2023.parquet"
    columns = {
        "GEO": ["01001", "01002"], "GEO_OBJECT": ["COM"] * 2, "AGE": ["Y_GE80"] * 2, "COUPLE": ["_T"] * 2,
        "RP_MEASURE": ["ONEPERS"] * 2, "TIME_PERIOD": ["2023-01-01"] * 2, "OBS_STATUS": ["A", "K"],
        "OBS_VALUE": [15.99, None],
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)
    accepted, _ = insee_melodi.tidy(insee_melodi.read(snapshot_of(insee_melodi, path)))
    assert accepted["state"].tolist() == [PUBLISHED, MERGED]


def test_wrong_rows_are_refused_one_by_one(tmp_path):
    text = (
        "GEO;GEO_OBJECT;AGE;RP_MEASURE;TIME_PERIOD;OBS_STATUS;OBS_VALUE\n"
        "01001;COM;Y_GE80;ONEPERS;2023;A;x\nABC;COM;Y_GE80;ONEPERS;2023;A;1\n01001;COM;Y_GE80;ONEPERS;2023;A;2\n"
    )
    _, rejected = tidied(insee_melodi, tmp_path, text)
    assert rejected["reason"].tolist() == [
        "OBS_VALUE: « x »; allowed: a number from 0, or a known mark",
        "« ABC » is not a commune code of five characters (01004, 2A004)",
        "01001 is already on a line above",
    ]


@defects()
def test_a_malformed_file_is_refused(tmp_path, defect):
    refuses(insee_melodi, tmp_path, GOOD, defect)


def test_a_file_that_does_not_say_what_it_measures_is_refused(tmp_path):
    with pytest.raises(BadInput, match="FILOSOFI_MEASURE / RP_MEASURE is missing"):
        insee_melodi.read(written(insee_melodi, tmp_path, ALONE.replace("RP_MEASURE", "BPE_MEASURE")))
