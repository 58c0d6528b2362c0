"""Census files in the wide layout: two sets of age bands, vintages in the column names, weights, arrondissements."""

import pytest

from etl.reading.observations import NOT_AVAILABLE, PUBLISHED, wide
from etl.sources import insee_rp_wide
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, workbook, written, zipped

COMMUNES = """\
CODGEO;C22_MEN;C22_MENPSEUL;C22_MENFAMMONO;P22_POP15P;P22_POP1519;P22_POP80P;P22_POP1519_PSEUL;P22_POP80P_PSEUL;P16_POP80P
01001;353.42;73.617;24.527;696.993;40;43.981;0;15.9908;40
2A004;30000;12000;3000;60000;3500;4500;200;1900;4100
13201;19000;9500;1800;33000;2000;1500;150;800;1400
55039;;;;;;;;;
"""
IRIS = """\
IRIS;COM;TYP_IRIS;LAB_IRIS;P22_POP15P;P22_POP1524;P22_POP2554;P22_POP5579;P22_POP80P;P22_POP15P_PSEUL;P22_POP1524_PSEUL;\
P22_POP2554_PSEUL;P22_POP5579_PSEUL;P22_POP80P_PSEUL
010010000;01001;Z;5;697;66;328;259;44;71;4;19;32;16
"""
GOOD = Good(COMMUNES, column="C22_MEN", code="01001")


def test_a_commune_file_gives_its_own_bands_and_its_newest_vintage(tmp_path):
    accepted, rejected = tidied(insee_rp_wide, tmp_path, COMMUNES)
    communes = wide(accepted, "commune")
    assert communes.loc["01001", "living_alone_80_plus"] == 15.9908
    assert communes.loc["2A004", "population_15_19"] == 3500
    assert communes.loc["2A004", "single_parent_households"] == 3000
    assert list(wide(accepted, "arrondissement").index) == ["13201"]
    assert set(accepted["vintage"]) == {"2022"}
    assert rejected.empty


def test_an_empty_figure_is_missing_not_zero(tmp_path):
    accepted, _ = tidied(insee_rp_wide, tmp_path, COMMUNES)
    dead = accepted[accepted["code"] == "55039"]
    assert dead["value"].isna().all()
    assert set(dead["state"]) == {NOT_AVAILABLE}
    alive = accepted[(accepted["code"] == "01001") & (accepted["measure"] == "living_alone_15_19")]
    assert alive[["value", "state"]].to_numpy().tolist() == [[0.0, PUBLISHED]]


def test_an_iris_file_gives_the_other_bands_also_from_a_zip(tmp_path):
    archive = zipped({"base-ic.csv": IRIS, "meta_base-ic.csv": "COD_VAR;LIB_VAR\nIRIS;Code\n"})
    accepted, rejected = tidied(insee_rp_wide, tmp_path, archive, "reçu.zip")
    values = wide(accepted, "iris").loc["010010000"]
    bands = ["15_24", "25_54", "55_79", "80_plus"]
    assert [values[f"living_alone_{band}"] for band in bands] == [4, 19, 32, 16]
    assert values["living_alone_15_plus"] == 71
    assert rejected.empty


def test_the_workbook_of_older_vintages_is_the_same_table(tmp_path):
    titles = [["Recensement"], ["Couples"], [], [], ["Code", "Ménages"]]
    sheet = [*titles, ["CODGEO", "C16_MEN", "P16_POP80P_PSEUL"], ["01001", 310, 12.5]]
    accepted, _ = tidied(insee_rp_wide, tmp_path, workbook({"Liste": [["x"]], "COM": sheet}), "base.xlsx")
    assert wide(accepted, "commune").loc["01001"].to_dict() == {"households": 310, "living_alone_80_plus": 12.5}
    assert set(accepted["vintage"]) == {"2016"}


def test_activity_and_cars_are_read_too(tmp_path):
    text = (
        "CODGEO;P22_ACT1564;P22_CHOM1564;P22_ETUD1564;P22_RP;P22_RP_VOIT1P;P22_HCHOM1564\n01001;400;25;50;350;340;9\n"
    )
    accepted, _ = tidied(insee_rp_wide, tmp_path, text)
    assert wide(accepted, "commune").loc["01001"].to_dict() == {
        "active_15_64": 400,
        "unemployed_15_64": 25,
        "students_15_64": 50,
        "main_residences": 350,
        "main_residences_with_car": 340,
    }


@pytest.mark.parametrize(("workers", "vintage"), [("C21_POP15P_CS6", "2021"), ("C22_POP15P_STAT_GSEC16_26", "2022")])
def test_workers_are_read_in_both_classifications(tmp_path, workers, vintage):
    people = workers[:10]
    text = f"CODGEO;{people};{people}_CS7;{workers}\n01001;640;200;77.5\n01002;210;;-4\n01004;;9;\n"
    accepted, rejected = tidied(insee_rp_wide, tmp_path, text)
    values = wide(accepted, "commune")
    assert values.loc["01001"].to_dict() == {"told_15_plus": 640, "workers_15_plus": 77.5}
    assert values.loc["01004"].isna().all() and values["workers_15_plus"].notna().tolist() == [True, False, False]
    assert set(accepted["vintage"]) == {vintage}
    assert [f"{key}: {why}" for key, why in rejected[["key", "reason"]].to_numpy()] == [
        f"01002: {workers}: « -4 »; allowed: a number from 0, or a known mark"
    ]


def test_a_newer_classification_beside_an_older_one_is_read_for_the_newer(tmp_path):
    text = "CODGEO;C22_POP15P;C22_POP15P_STAT_GSEC16_26;C16_POP15P;C16_POP15P_CS6\n01001;640;77;600;99\n"
    accepted, _ = tidied(insee_rp_wide, tmp_path, text)
    assert wide(accepted, "commune").loc["01001"].to_dict() == {"told_15_plus": 640, "workers_15_plus": 77}


def test_wrong_rows_are_refused_one_by_one(tmp_path):
    text = "CODGEO;C22_MEN;P22_POP80P\n01001;353;44\nZZ999;1;1\n01001;1;1\n01002;-3;12 abc\n"
    accepted, rejected = tidied(insee_rp_wide, tmp_path, text)
    assert rejected[["row", "key", "reason"]].to_numpy().tolist() == [
        ["3", "ZZ999", "« ZZ999 » is not a commune code of five characters (01004, 2A004)"],
        ["4", "01001", "01001 is already on a line above"],
        ["5", "01002", "C22_MEN: « -3 »; allowed: a number from 0, or a known mark"],
        ["5", "01002", "P22_POP80P: « 12 abc »; allowed: a number from 0, or a known mark"],
    ]
    assert set(rejected["source"]) == {"insee_rp"}
    assert accepted.loc[accepted["code"] == "01002", "state"].tolist() == ["refused", "refused"]


def test_two_vintages_glued_together_are_refused(tmp_path):
    text = "CODGEO;P22_POP80P;P21_POP80P_PSEUL\n01001;44;16\n"
    with pytest.raises(BadInput, match="P21_POP80P_PSEUL is of 2021 and has no twin of 2022"):
        insee_rp_wide.read(written(insee_rp_wide, tmp_path, text))


@defects("missing column", "renamed column", "unknown delimiter")
def test_a_malformed_file_is_refused(tmp_path, defect):
    refuses(insee_rp_wide, tmp_path, GOOD, defect)


def test_a_file_without_code_or_figure_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"a column CODGEO / IRIS is missing"):
        insee_rp_wide.read(written(insee_rp_wide, tmp_path, COMMUNES.replace("CODGEO", "COMMUNE")))
    with pytest.raises(BadInput, match="no column of figures"):
        insee_rp_wide.read(written(insee_rp_wide, tmp_path, "CODGEO~P22_POP\n01001~859\n"))
