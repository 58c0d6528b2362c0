"""Filosofi: five layouts, secret and censored figures, cities listed twice, declared and disposable income apart."""

import pytest

from etl.reading.observations import (
    CENSORED,
    NOT_AVAILABLE,
    PUBLISHED,
    SECRET,
    wide,
)
from etl.sources import filosofi
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, real, refuses, tidied, written

COMMUNES = """\
CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;PIMP21;TP6021;TP60AGE121;TP60TOL121;D121;D921;RD21
01001;346;895;25820;s;s;s;s;s;s;s
01004;6855;15092;21660;50,0;17,0;17,0;5,0;11890;36450;3,1
01005;700;1700;27000;60,0;5,0;s;s;15000;40000;2,6
55039;nd;nd;nd;nd;nd;nd;nd;nd;nd;nd
75056;1007247;1958437;29730;66,0;15,0;19,0;7,0;10240;71950;7,0
75101;8000;14000;36000;70,0;16,0;20,0;8,0;11000;90000;8,2
"""
DISTRIBUTION = """\
\ufeffCODGEO;LIBGEO;NBMEN19;NBPERS19;NBUC19;Q119;Q219;Q319
75;Paris;1039000;2000000;1400000,5;18000;28790;45000
01;Ain;264074;629120;423377,7;17690;23490;31430
11;Île-de-France;5001831;11997450;8042224,7;16240;24060;34370
75;Nouvelle-Aquitaine;2700000;5800000;3900000,1;16000;21640;28000
200000172;CC Faucigny-Glières;11223;27070;18148,7;18780;25520;35110
1;France métropolitaine;27937964;62973019;43338321,3;16090;21930;29270
"""
IRIS = """\
IRIS;LIBIRIS;COM;LIBCOM;DISP_TP6019;DISP_MED19;DISP_NOTE19
010040101;Les Pérouses;01004;Ambérieu-en-Bugey;20,5;19400;0
010040102;Longeray-Gare;01004;Ambérieu-en-Bugey;;17490;0
"""
GOOD = Good(COMMUNES, column="TP6021", code="01001")


def states_of(accepted, code):
    return accepted[accepted["code"] == code].set_index("measure")["state"]


def test_rates_are_fractions_and_censored_at_five_percent(tmp_path):
    accepted, rejected = tidied(filosofi, tmp_path, COMMUNES)
    rates = wide(accepted, "commune")["poverty_rate"]
    assert (rates["01004"], rates["01005"]) == (0.17, 0.05)
    assert states_of(accepted, "01004")[["poverty_rate", "poverty_rate_owners"]].tolist() == [PUBLISHED, CENSORED]
    assert states_of(accepted, "01005")["poverty_rate"] == CENSORED
    assert states_of(accepted, "01005")["first_decile_income"] == PUBLISHED
    assert rejected.empty


def test_each_column_has_its_measure(tmp_path):
    accepted, _ = tidied(filosofi, tmp_path, COMMUNES)
    assert wide(accepted, "commune").loc["01004"].dropna().to_dict() == {
        "tax_households": 6855, "people_in_tax_households": 15092, "median_income": 21660,
        "share_taxed_households": 0.5, "poverty_rate": 0.17, "poverty_rate_reference_under_30": 0.17,
        "poverty_rate_owners": 0.05, "first_decile_income": 11890, "ninth_decile_income": 36450,
    }  # fmt: skip


def test_secret_is_missing_never_zero(tmp_path):
    accepted, _ = tidied(filosofi, tmp_path, COMMUNES)
    assert states_of(accepted, "01001")[["median_income", "poverty_rate"]].tolist() == [PUBLISHED, SECRET]
    assert set(states_of(accepted, "55039")) == {NOT_AVAILABLE}
    missing = accepted[accepted["state"].isin([SECRET, NOT_AVAILABLE])]
    assert missing["value"].isna().all()


def test_a_city_and_its_arrondissements_are_two_levels(tmp_path):
    accepted, _ = tidied(filosofi, tmp_path, COMMUNES)
    assert wide(accepted, "commune")["people_in_tax_households"].sum() == 895 + 15_092 + 1_700 + 1_958_437
    assert wide(accepted, "arrondissement")["people_in_tax_households"].to_dict() == {"75101": 14_000}


def test_levels_above_are_told_by_code_and_label(tmp_path):
    accepted, rejected = tidied(filosofi, tmp_path, DISTRIBUTION)
    median = accepted[accepted["measure"] == "median_income"].set_index(["level", "code"])["value"]
    assert median.to_dict() == {
        ("departement", "75"): 28790, ("departement", "01"): 23490, ("region", "11"): 24060, ("region", "75"): 21640,
        ("epci", "200000172"): 25520, ("metropole", "1"): 21930,
    }  # fmt: skip
    assert set(accepted["vintage"]) == {"2019"}
    assert rejected.empty


def test_iris_files_of_disposable_and_of_declared_income_have_their_own_names(tmp_path):
    disposable, _ = tidied(filosofi, tmp_path, IRIS)
    assert wide(disposable, "iris")["poverty_rate"].dropna().to_dict() == {"010040101": 0.205}
    declared, _ = tidied(filosofi, tmp_path, "IRIS;DEC_TP6021;DEC_MED21\n010040101;29,0;19330\n010040102;ns;so\n")
    assert wide(declared, "iris").loc["010040101"].to_dict() == {
        "declared_median_income": 19330,
        "declared_poverty_rate": 0.29,
    }


def test_wrong_rows_are_refused_one_by_one(tmp_path):
    _, rejected = tidied(filosofi, tmp_path, "CODGEO;MED21;TP6021\n01004;21660;170,0\nxx;1;1\n01004;1;1\n")
    assert rejected[["row", "key"]].to_numpy().tolist() == [["2", "01004"], ["3", "xx"], ["4", "01004"]]
    assert rejected["reason"][0] == "TP6021: « 170,0 »; allowed: a number from 0 to 100, or a known mark"


def test_two_vintages_in_one_file_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"columns of several vintages \(2020, 2021\)"):
        filosofi.read(written(filosofi, tmp_path, "CODGEO;MED21;TP6020\n01004;21660;17,0\n"))


@defects("missing column", "renamed column")
def test_a_malformed_file_is_refused(tmp_path, defect):
    refuses(filosofi, tmp_path, GOOD, defect)


@pytest.mark.parametrize(
    ("name", "rows", "level", "people"),
    [
        ("cc_filosofi_2021_COM.csv", 34_909, "commune", 63_569_561),
        ("FILO2019_DISP_COM.csv", 31_361, "commune", 63_948_356),
        ("FILO2019_DISP_DEP.csv", 98, "departement", 64_164_815),
        ("FILO2019_DISP_EPCI.csv", 1_240, "epci", 64_159_205),
        ("FILO2019_DISP_REG.csv", 15, "region", 64_164_796),
        ("FILO2019_DISP_METROPOLE.csv", 1, "metropole", 62_973_019),
    ],
)
def test_the_real_files_have_the_noted_people(shared_data, name, rows, level, people):
    raw, accepted, rejected = real(filosofi, shared_data / "census" / "filosofi" / name)
    assert len(raw) == rows
    assert wide(accepted, level)["people_in_tax_households"].sum() == people
    assert rejected.empty


def test_the_real_communes_have_the_noted_rates(shared_data):
    _, accepted, _ = real(filosofi, shared_data / "census" / "filosofi" / "cc_filosofi_2021_COM.csv")
    everywhere = accepted[accepted["value"].notna()].groupby("measure").size()
    assert everywhere["median_income"] == 31_304
    assert everywhere["poverty_rate"] == 4_397
    assert everywhere["poverty_rate_reference_75_plus"] == 575
    assert (accepted.loc[accepted["measure"] == "poverty_rate", "state"] == CENSORED).sum() == 132


@pytest.mark.parametrize(
    ("name", "rows", "measure", "figures"),
    [
        ("BASE_TD_FILO_DISP_IRIS_2019.csv", 12_481, "poverty_rate", 9_654),
        ("BASE_TD_FILO_IRIS_2021_DEC.csv", 16_026, "declared_median_income", 14_490),
    ],
)
def test_the_real_iris_files_have_the_noted_figures(shared_data, name, rows, measure, figures):
    raw, accepted, rejected = real(filosofi, shared_data / "census" / "filosofi" / name)
    assert len(raw) == rows
    assert wide(accepted, "iris")[measure].notna().sum() == figures
    assert rejected.empty
