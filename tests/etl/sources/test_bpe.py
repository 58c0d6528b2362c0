"""BPE: every layout gives the same counts; persons are counted, never pointed at."""

import pandas as pd
import pytest

from etl.reading.candidate import peek
from etl.sources import bpe
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, real, refuses, tidied, workbook, written, zipped

MELODI = """\
"GEO";"GEO_OBJECT";"FACILITY_DOM";"FACILITY_SDOM";"FACILITY_TYPE";"BPE_MEASURE";"TIME_PERIOD";"OBS_VALUE"
"01053";"COM";"D";"D3";"D307";"FACILITIES";2024;14
"01053";"COM";"D";"D2";"D265";"FACILITIES";2024;41
"01053";"COM";"A";"A2";"A207";"FACILITIES";2024;2
"01053";"COM";"A";"A2";"A208";"FACILITIES";2024;1
"2A004";"COM";"F";"F3";"F307";"FACILITIES";2024;3
"01004";"COM";"D";"D3";"D307";"FACILITIES";2024;0
"01004";"COM";"D";"D6";"D607";"FACILITIES";2024;4
"01004";"COM";"D";"D3";"D307";"FACILITIES";2024;-1
"67";"DEP";"F";"F1";"F105";"FACILITIES";2024;3
"""
POINTS = """\
AN;NOMRS;DEPCOM;TYPEQU;STATUT_DIFFUSION;LAMBERT_X;LAMBERT_Y;LONGITUDE;LATITUDE;QUALITE_XY;EPSG;QUALITE_GEOLOC
2023;MAIRIE DE BOURG;01053;A129;O;870262.2;6571540.8;5.20918;46.22229;B;2154;11
2023;DR DUPONT JEANNE;01053;D265;O;870262.2;6571540.8;5.20918;46.22229;B;2154;11
2023;CABINET MARTIN;01053;D265;O;870262.2;6571540.8;5.20918;46.22229;B;2154;12
2023;PHARMACIE CACHEE;01053;D307;P;870262.2;6571540.8;_Z;_Z;B;2154;11
2023;PHARMACIE DU PORT;97105;D307;O;657242.9;1795384.4;;;B;5490;21
2023;BIBLIOTHEQUE;97611;F307;O;;;;;_Z;4471;_Z
2023;BIBLIOTHEQUE;01004;F307;O;870262.2;6571540.8;5.20918;46.22229;M;2154;33
2023;COIFFEUR;01004;A501;O;870262.2;6571540.8;5.20918;46.22229;B;2154;11
"""
CLASSIC = """\
REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP
84;01;01053;01053_0101;2019;D307;2
84;01;01053;01053_0102;2019;D307;3
84;01;01053;01053_0102;2019;C101;1
84;01;01004;01004_0101;2019;D404;beaucoup
"""
GOOD_POINTS = Good(POINTS, column="LAMBERT_X", code="01053")
GOOD_CLASSIC = Good(CLASSIC, column="DEPCOM", code="01053")


def counts(accepted: pd.DataFrame) -> dict:
    counted = accepted[accepted["quantity"].notna()]
    return counted.set_index(["code_insee", "category"])["quantity"].astype(int).to_dict()


def test_counts_by_commune_in_the_melodi_layout(tmp_path):
    accepted, rejected = tidied(bpe, tmp_path, MELODI)
    assert counts(accepted) == {
        ("01053", "pharmacie"): 14,
        ("01053", "medecin_generaliste"): 41,
        ("01053", "point_poste"): 3,
        ("2A004", "bibliotheque"): 3,
    }
    assert accepted["lon"].isna().all()
    assert set(accepted["seen_on"]) == {"2024"}
    assert accepted["id"].tolist()[0] == "bpe--01053-medecin_generaliste"
    reasons = rejected.set_index("key")["reason"]
    assert reasons["DEP FACILITIES"].startswith("1 row(s)")
    assert "in no category" in reasons["D607"]
    assert "« -1 » is not a count" in reasons["01004 D307"]


def test_counts_by_iris_are_summed_in_the_classic_layout(tmp_path):
    accepted, rejected = tidied(bpe, tmp_path, zipped({"varmod.csv": "a;b\n1;2\n", "bpe19.csv": CLASSIC}), "bpe19.zip")
    assert counts(accepted) == {("01053", "pharmacie"): 5}
    assert "« beaucoup » is not a count" in rejected.set_index("key").loc["01004 D404", "reason"]


def test_counts_in_a_workbook_by_domain(tmp_path):
    rows = [
        ["BPE 2020 - Base permanente des équipements : services santé"],
        ["CODGEO", "Libellé commune ou ARM", "Pharmacie", "Urgences"],
        ["CODGEO", "LIBGEO", "NB_D307", "NB_D106"],
        ["01053", "Bourg-en-Bresse", 14, 1],
        ["01004", "Ambérieu-en-Bugey", 3, 0],
    ]
    accepted, rejected = tidied(bpe, tmp_path, workbook({"Variables": [["VARIABLE"]], "COM": rows}), "equip.xlsx")
    assert counts(accepted) == {("01004", "pharmacie"): 3, ("01053", "pharmacie"): 14, ("01053", "urgences"): 1}
    assert set(accepted["seen_on"]) == {"2020"}
    assert rejected.empty


def test_a_commune_given_twice_in_a_wide_table_is_counted_once(tmp_path):
    accepted, rejected = tidied(bpe, tmp_path, "CODGEO,NB_D201\n58062,3\n58062,3\n01004,24\n")
    assert counts(accepted) == {("01004", "medecin_generaliste"): 24, ("58062", "medecin_generaliste"): 3}
    assert accepted["seen_on"].isna().all()
    assert rejected[["row", "key"]].to_numpy().tolist() == [["3", "58062"]]


def test_points_are_degrees_as_published_or_computed_in_the_stated_system(tmp_path):
    accepted, _ = tidied(bpe, tmp_path, POINTS)
    located = accepted.set_index("id")
    assert located.loc["bpe--01053-A129-1", ["lon", "lat"]].tolist() == [5.20918, 46.22229]
    assert located.loc["bpe--01053-D307-1", ["lon", "lat"]].astype(float).round(5).tolist() == [5.20918, 46.22229]
    assert located.loc["bpe--97105-D307-1", "lon"] < -61
    assert located.loc["bpe--97611-F307-1", ["lon", "lat"]].isna().all()


def test_a_point_put_at_random_in_its_commune_is_not_used(tmp_path):
    accepted, rejected = tidied(bpe, tmp_path, POINTS)
    assert accepted.set_index("id").loc["bpe--01004-F307-1", ["lon", "lat"]].isna().all()
    assert rejected.set_index("key").loc["QUALITE_GEOLOC 33", "reason"].startswith("1 point(s) placed at random")


def test_health_professionals_are_counted_never_named_nor_pointed_at(tmp_path):
    raw = bpe.read(written(bpe, tmp_path, POINTS))
    assert not raw["NOMRS"].str.contains("DUPONT|MARTIN").any()
    accepted, _ = bpe.tidy(raw)
    doctors = accepted[accepted["category"] == "medecin_generaliste"]
    assert counts(doctors) == {("01053", "medecin_generaliste"): 2}
    assert doctors["lon"].isna().all()


def test_a_firm_that_asks_not_to_be_diffused_has_no_name(tmp_path):
    accepted, _ = tidied(bpe, tmp_path, POINTS)
    names = accepted.set_index("id")["name"]
    assert names["bpe--01053-D307-1"] == "Pharmacie"
    assert names["bpe--97105-D307-1"] == "PHARMACIE DU PORT"


@defects()
def test_spoilt_points_are_refused(tmp_path, defect):
    refuses(bpe, tmp_path, GOOD_POINTS, defect)


@defects("million-character cell")  # it is put in REG, which is not read
def test_spoilt_counts_are_refused(tmp_path, defect):
    refuses(bpe, tmp_path, GOOD_CLASSIC, defect)


@defects("code without its zero", "rows of another delimiter")
def test_spoilt_melodi_counts_are_refused(tmp_path, defect):
    refuses(bpe, tmp_path, Good(MELODI.replace('"', ""), column="OBS_VALUE"), defect)


def test_melodi_communes_that_lost_their_zero_are_refused(tmp_path):
    with pytest.raises(
        BadInput, match=r"liste\.csv: column GEO: 8 codes have lost their leading zero \(line 2 « 1053 »"
    ):
        bpe.read(
            written(
                bpe, tmp_path, MELODI.replace('"01053"', "1053").replace('"01004"', "1004").replace("2A004", "1004")
            )
        )


def test_swapped_axes_are_refused(tmp_path):
    swapped = POINTS.replace("LONGITUDE;LATITUDE", "LATITUDE;LONGITUDE")
    with pytest.raises(BadInput, match=r"liste\.csv: columns LONGITUDE and LATITUDE are swapped on 5 rows \(row 2"):
        bpe.read(written(bpe, tmp_path, swapped))


def test_other_insee_files_are_left_to_others(tmp_path):
    for content in ("CODGEO;MED21\n01001;20000\n", "REF_AREA;TYPEQU;TIME_PERIOD;NB_EQPMT\n01;A101;2021;2\n"):
        assert not bpe.recognises(peek(written(bpe, tmp_path, content).path))


# -------------------------------------------------------------------------------------------------------- real files


@pytest.mark.parametrize(
    ("file", "read", "totals"),
    [
        (
            "equip-serv-sante-com-2020.xlsx",
            34_965,
            {"pharmacie": 21_580, "urgences": 698, "maternite": 489, "maison_sante": 1_514, "centre_sante": 2_210},
        ),
        # The note sums to 58,034: commune 58062 is there twice with its 3 doctors, and counted once here.
        ("bpe2019_doctor_D201_commune.csv", 9_529, {"medecin_generaliste": 58_034 - 3}),
        ("bpe2019_maternity_D107_commune.csv", 421, {"maternite": 516}),
    ],
)
def test_real_counts_equal_those_of_the_notes(shared_data, file, read, totals):
    raw, accepted, _ = real(bpe, shared_data / "services" / "bpe" / file)
    assert len(raw) == read
    summed = accepted.groupby("category")["quantity"].sum()
    assert summed[list(totals)].to_dict() == totals


def test_real_points_of_2021(shared_data):
    raw, accepted, rejected = real(bpe, shared_data / "services" / "bpe" / "bpe21_detail_sample.csv")
    assert len(raw) == 20_000
    listed = accepted["category"].value_counts()
    assert (listed["hebergement_personnes_agees"], listed["psychiatrie_ambulatoire"]) == (752, 162)
    assert rejected.set_index("key").loc["G102", "reason"].startswith("12,442 row(s)")
    assert accepted["lon"].notna().all()


def test_real_schools_are_counted_and_left_out(shared_data):
    raw, accepted, rejected = real(bpe, shared_data / "services" / "bpe" / "bpe18_enseignement.csv")
    assert pd.to_numeric(raw["NB_EQUIP"]).sum() == 74_601
    assert accepted.empty
    assert len(rejected) == 28


def test_the_official_sample_of_2024_holds_départements_only(shared_data):
    raw, accepted, rejected = real(bpe, shared_data / "services" / "bpe" / "DS_BPE_2024_data.format_sample.csv")
    assert (len(raw), len(accepted)) == (5, 0)
    assert rejected["reason"].str.startswith("5 row(s) of DEP FACILITIES").all()


def test_of_two_years_in_one_file_the_newest_is_counted(tmp_path):
    text = "DEPCOM;AN;TYPEQU;NB_EQUIP\n01053;2020;D307;4\n01053;2021;D307;3\n01004;2020;D307;1\n"
    accepted, rejected = tidied(bpe, tmp_path, text)
    assert accepted[["code_insee", "quantity", "seen_on"]].to_numpy().tolist() == [["01053", 3, "2021"]]
    assert rejected["reason"].tolist() == ["2 row(s) of 2020: the file also has 2021, which is used"]
