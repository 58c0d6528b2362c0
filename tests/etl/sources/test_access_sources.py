"""Access to care and services as producers publish it: APL, urgent care, distance from everyday services."""

import pytest

from etl.reading.observations import NOT_AVAILABLE, wide
from etl.sources import drees_apl, drees_urgent_care, far_from_services, urgent_distance
from tests.etl.sources.files import (
    Good,
    GoodBook,
    book_defects,
    defects,
    real,
    refuses,
    refuses_book,
    tidied,
    workbook,
)

APL_CSV = """\
code;lib_com;apl_mg2018;apl_mg2018_65;pop2016;apl_mg2016;apl_inf2016;apl_sf2016;apl_mk2016;tx_4G_max
01001;L'Abergement-Clémenciat;2.396;2.112;761.7;2.305;110.971;15.859;52.507;0.99
01002;L'Abergement-de-Varey;2.721;2.634;241.6;;101.517;10.108;56.113;0.74
"""
APL_SHEET = [
    ["Indicateur d'accessibilité potentielle localisée (APL) 2024 aux médecins généralistes"],
    [],
    ["Millésime : 2024"],
    ["Code commune INSEE", "Commune", "APL aux médecins généralistes",
     "APL aux médecins généralistes de 65 ans ou moins ", "Population totale 2022"],
    ["", "", "En nombre de consultations/visites accessibles", "En nombre de consultations", ""],
    ["01001", "L'Abergement-Clémenciat", 2.3, 2.1, 859],
    ["75101", "Paris 1er", 3.1, 2.8, 15000],
    ["Champ", "", "", "", ""],
]  # fmt: skip
APL = {"Paramètres": [["x"]], "APL 2023": [["old"]], "APL 2024": APL_SHEET}
URGENT = [
    ["", "Diagnostic d'accès aux soins de médecine d'urgence"],
    [],
    ["", "Code commune Insee", "Libellé commune", "Département", "Population 2017", "typ_equip", "tps_SU_SMUR",
     "tps_SU_SMUR_MCS"],
    ["", "01001", "L'Abergement-Clémenciat", "01", 776, "HeliSMUR", 31, 30.5],
    ["", "97615", "Pamandzi", "9F", 11442, "SU_SMUR", "", ""],
    ["", "ZZ", "?", "01", 1, "", 1, 1],
]  # fmt: skip
FAR_TITLES = ["Part de la population éloignée des équipements intermédiaires, 2021",
              "Part de la population éloignée des équipements de proximité, 2021"]  # fmt: skip
FAR = [
    ["code_insee", "nom", "scale", *FAR_TITLES],
    ["01002", "L'Abergement-de-Varey", "Commune", 0, 100],
    ["01005", "Ambérieux", "Commune", "N/A - résultat non disponible", 3.5],
    [1, "Ain", "Département", 2.1, 2.1],
    [76, "Occitanie", "Région", 4.8, 5.2],
    ["X", "Bassin", "Bassin de vie", 1, 1],
]
DISTANCES = """\
Unnamed: 0,code_insee,nom_standard,dep_code,grille_densite,distance_urgence_km
2813,9001,Aigues-Juntes,9,7,11.967
2814,31555,Toulouse,31,1,0.9
2815,31556,Tournefeuille,32,9,0.9
"""


def test_apl_of_the_csv_has_the_year_of_each_column(tmp_path):
    accepted, rejected = tidied(drees_apl, tmp_path, APL_CSV)
    values = accepted[accepted["code"] == "01001"].set_index(["measure", "vintage"])["value"]
    assert values["apl_general_practitioners", "2018"] == 2.396
    assert values["apl_general_practitioners", "2016"] == 2.305
    assert values["apl_general_practitioners_under_65", "2018"] == 2.112
    assert values["apl_nurses", "2016"] == 110.971
    missing = accepted[(accepted["code"] == "01002") & accepted["value"].isna()]
    assert missing[["measure", "state"]].to_numpy().tolist() == [["apl_general_practitioners", NOT_AVAILABLE]]
    assert rejected.empty


def test_apl_of_the_workbook_is_the_newest_sheet_without_its_row_of_units(tmp_path):
    accepted, rejected = tidied(drees_apl, tmp_path, workbook(APL), "apl.xlsx")
    assert wide(accepted, "commune").loc["01001"].to_dict() == {
        "apl_general_practitioners": 2.3,
        "apl_general_practitioners_under_65": 2.1,
    }
    assert wide(accepted, "arrondissement").index.tolist() == ["75101"]
    assert set(accepted["vintage"]) == {"2024"}
    assert rejected["key"].tolist() == ["Champ"]


def test_minutes_to_urgent_care_are_missing_on_islands(tmp_path):
    accepted, rejected = tidied(drees_urgent_care, tmp_path, workbook({"BASECOM_URGENCES_2019": URGENT}), "u.xlsx")
    values = wide(accepted, "commune")
    assert values.loc["01001", ["urgent_care_min", "urgent_care_or_doctor_min"]].tolist() == [31, 30.5]
    assert values.loc["97615", ["urgent_care_min"]].isna().all()
    assert rejected["key"].tolist() == ["ZZ"]


def test_shares_far_from_services_at_three_levels(tmp_path):
    accepted, rejected = tidied(far_from_services, tmp_path, workbook({"Data": FAR, "Indic6": [["Libellé"]]}), "f.xlsx")
    values = accepted.set_index(["level", "code", "measure"])
    assert values.at[("commune", "01002", "share_far_from_local_services"), "value"] == 1.0
    assert values.at[("departement", "01", "share_far_from_intermediate_services"), "value"] == 0.021
    assert values.at[("region", "76", "share_far_from_local_services"), "value"] == pytest.approx(0.052)
    assert values.at[("commune", "01005", "share_far_from_intermediate_services"), "state"] == NOT_AVAILABLE
    assert rejected["reason"].tolist() == ["scale is not one of Commune, Département, Région"]


def test_crow_fly_kilometres_get_their_zero_back_where_codes_agree(tmp_path):
    accepted, rejected = tidied(urgent_distance, tmp_path, DISTANCES)
    assert wide(accepted, "commune")["urgent_care_distance_km"].to_dict() == {"09001": 11.967, "31555": 0.9}
    assert rejected["key"].tolist() == ["31556 in 32"]


@defects()
def test_a_malformed_apl_csv_is_refused(tmp_path, defect):
    refuses(drees_apl, tmp_path, Good(APL_CSV, column="apl_mg2018", code="01001"), defect)


@book_defects()
def test_a_malformed_apl_workbook_is_refused(tmp_path, defect):
    refuses_book(drees_apl, tmp_path, GoodBook(APL, "APL 2024", "Commune", "01001"), defect)


@book_defects()
def test_a_malformed_urgent_care_workbook_is_refused(tmp_path, defect):
    sheets = {"BASECOM_URGENCES_2019": URGENT}
    refuses_book(drees_urgent_care, tmp_path, GoodBook(sheets, "BASECOM_URGENCES_2019", "tps_SU_SMUR", "01001"), defect)


@book_defects()
def test_a_malformed_workbook_of_far_services_is_refused(tmp_path, defect):
    refuses_book(far_from_services, tmp_path, GoodBook({"Data": FAR}, "Data", "scale", "01002"), defect)


# Its codes have lost their zero already, and its first column is not read.
@defects("code without its zero", "million-character cell")
def test_a_malformed_table_of_distances_is_refused(tmp_path, defect):
    refuses(urgent_distance, tmp_path, Good(DISTANCES, column="dep_code", delimiter=","), defect)


def test_the_real_files_have_the_noted_figures(shared_data):
    drees = shared_data / "census" / "drees"
    raw, accepted, rejected = real(drees_apl, drees / "drees_apl_2016_2018_couverture_mobile_communes.csv")
    # Seventeen communes are said to be covered more than whole.
    assert (len(raw), len(rejected)) == (34_832, 17)
    newest = accepted[(accepted["measure"] == "apl_general_practitioners") & (accepted["vintage"] == "2018")]
    people = accepted[accepted["measure"] == "population"].set_index("code")["value"]
    mean = (newest.set_index("code")["value"] * people).sum() / people.sum()
    assert (round(people.sum() / 1e6, 2), round(mean, 2)) == (61.10, 3.88)

    urgent = drees / "drees_diagnostic_acces_soins_urgents_2019_communes.xlsx"
    raw, accepted, rejected = real(drees_urgent_care, urgent)
    assert (len(raw), len(rejected)) == (35_010, 0)
    values = accepted.pivot(index="code", columns="measure", values="value")
    assert values["population"].sum() == 66_780_471
    assert values.loc[values["urgent_care_min"] > 30, "population"].sum() == 3_922_440

    access = shared_data / "services" / "acces"
    raw, accepted, rejected = real(far_from_services, access / "eloignement_equipements_2021.xlsx")
    assert (len(raw), len(rejected)) == (35_064, 0)
    assert accepted.groupby("level")["code"].nunique().to_dict() == {
        "commune": 34_945, "departement": 101, "region": 18,
    }  # fmt: skip
    raw, accepted, rejected = real(urgent_distance, access / "distances_communes_urgences_occitanie.csv")
    assert (len(raw), len(rejected)) == (4_453, 0)
