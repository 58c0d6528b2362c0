"""Benefits: family benefits by IRIS with their secret, minimum incomes and social aid by département, newest year."""

import pytest

from etl.reading.observations import PUBLISHED, SECRET, wide
from etl.sources import caf, drees_minima, drees_social_aid
from geodata.errors import BadInput
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
    written,
)

CAF = """\
CODGEO;NOTE;A;PERCOU;AI;AM;ACSSENF;ACAVENF;AAAH;APPA;ARSAS
010040101;0;485;1155;227;64;20;174;46;150;64
2A0040101;3;;;;;;;;;
010040101;0;1;1;1;1;1;1;1;1;1
"""
DISABILITY = [
    ["Tableau 1 Répartition des allocataires de l'AAH par département au 31 décembre de chaque année depuis 1995 "],
    [],
    ["", "N° Dep", "Libelle Dep", 2016, "2016 (1)", 2018, 2019],
    ["", "01", "Ain", 4900, 4950, 5100, 5200],
    ["", "20A", "Corse-du-Sud", 3300, 3310, 3400, 3449],
    ["", "", "France métropolitaine", 8200, 8260, 8500, 8649],
    ["", 971, "Guadeloupe*", 10000, 10100, 10165, "nd"],
    [],
    ["", "Sources : CNAF", "", "", "", "", ""],
]
INCOME_SUPPORT = [
    ["Tableau 11 Répartition des allocataires du RSA par département au 31 décembre de chaque année depuis 2009"],
    [],
    ["", "N° Dep", "Libelle Dep", "Total RSA socle", "", "Total RSA", ""],
    ["", "", "", 2014, "2015 (2)", 2018, 2019],
    ["", "01", "Ain", 7974, 8205, 7671, 7690],
    ["", "976", "Mayotte", "-", "-", 5617, 5406],
]
MINIMA = {"Sommaire": [["Minima sociaux"]], "Tableau 1": DISABILITY, "Tableau 11": INCOME_SUPPORT, "Tableau 2": [["x"]]}
CARE = [
    ["Tableau 4 - Bénéficiaires de l'APA (à domicile et en établissement), payés au titre du mois de décembre"],
    [],
    ["Code région", "Code département", "Département", "2019", "2020"],
    ["84", "01", "Ain", 10634, 10518],
    ["94", "20", "Collectivité de Corse", 10366, 10802],
    ["94", "2A", "Corse-du-Sud", "", ""],
    ["84", "69", "Département du Rhône", 31000, 31428],
    ["84", "69D", "Nouveau Rhône", 8700, 8784],
    ["TOTAL estimé France entière", "", "", 1337821, 1318168],
]
AID = {"Sommaire": [["Aide sociale"]], "Tab4-pa": CARE}


def test_family_benefits_have_their_secret_and_the_year_of_the_file_name(tmp_path):
    accepted, rejected = tidied(caf, tmp_path, CAF, "data_CAF_2020_IRIS.csv")
    values = wide(accepted, "iris")
    assert values.loc["010040101", "caf_recipients_single_parent"] == 64
    assert accepted.groupby("code")["state"].unique().map(list).to_dict() == {
        "010040101": [PUBLISHED],
        "2A0040101": [SECRET],
    }
    assert set(accepted["vintage"]) == {"2020"}
    assert rejected["reason"].tolist() == ["010040101 is already on a line above"]
    unnamed, _ = tidied(caf, tmp_path, CAF, "allocataires.csv")
    assert set(unnamed["vintage"]) == {""}


def test_minimum_incomes_are_those_of_the_newest_year(tmp_path):
    accepted, rejected = tidied(drees_minima, tmp_path, workbook(MINIMA), "minima.xlsx")
    values = wide(accepted, "departement")
    assert values["aah_recipients"].dropna().to_dict() == {"01": 5200, "2A": 3449}
    assert values["rsa_recipients"].dropna().to_dict() == {"01": 7690, "976": 5406}
    assert set(accepted["vintage"]) == {"2019"}
    is_absent = rejected["reason"] == "no sheet has this title: not read"
    assert rejected.loc[is_absent, "key"].str.extract(r"(ASS|vieillesse|minima sociaux)$")[0].notna().all()
    assert is_absent.sum() == 3
    left = rejected.loc[~is_absent, ["row", "key"]]
    assert left.to_numpy().tolist() == [["Tableau 1, row 6", "France métropolitaine"]]


def test_social_aid_keeps_the_whole_of_a_split_departement(tmp_path):
    accepted, rejected = tidied(drees_social_aid, tmp_path, workbook(AID), "aide.xlsx")
    assert wide(accepted, "departement")["apa_recipients"].dropna().to_dict() == {"01": 10518, "69": 31428}
    assert rejected.loc[rejected["row"] != "all", "key"].tolist() == ["TOTAL estimé France entière", "20", "69D"]


def test_the_order_of_columns_does_not_matter(tmp_path):
    turned = [[*row[::-1]] if len(row) > 1 else row for row in CARE]
    accepted, _ = tidied(drees_social_aid, tmp_path, workbook(AID | {"Tab4-pa": turned}), "aide.xlsx")
    assert wide(accepted, "departement")["apa_recipients"].dropna().to_dict() == {"01": 10518, "69": 31428}
    bare = [row if len(row) < 2 else [row[4], row[1]] for row in CARE]
    accepted, _ = tidied(drees_social_aid, tmp_path, workbook(AID | {"Tab4-pa": bare}), "aide.xlsx")
    assert wide(accepted, "departement")["apa_recipients"].dropna().to_dict() == {"01": 10518, "69": 31428}


@defects()
def test_a_malformed_file_of_family_benefits_is_refused(tmp_path, defect):
    refuses(caf, tmp_path, Good(CAF, column="PERCOU", code="010040101"), defect)


@book_defects()
def test_a_malformed_workbook_of_minimum_incomes_is_refused(tmp_path, defect):
    refuses_book(drees_minima, tmp_path, GoodBook(MINIMA, "Tableau 1", "N° Dep", "01"), defect)


@book_defects()
def test_a_malformed_workbook_of_social_aid_is_refused(tmp_path, defect):
    refuses_book(drees_social_aid, tmp_path, GoodBook(AID, "Tab4-pa", "Code département", "01"), defect)


def test_a_sheet_without_years_is_refused_by_its_name(tmp_path):
    spoilt = {**AID, "Tab4-pa": [row[:3] for row in CARE]}
    with pytest.raises(BadInput, match="sheet Tab4-pa, row 3: no column is a year"):
        drees_social_aid.read(written(drees_social_aid, tmp_path, workbook(spoilt), "aide.xlsx"))


def test_the_real_files_have_the_noted_recipients(shared_data):
    folder = shared_data / "census"
    for year, rows, recipients, people in (
        (2019, 13_424, 7_660_194, 17_067_191),
        (2020, 13_444, 7_860_363, 17_277_201),
    ):
        raw, accepted, rejected = real(caf, folder / "caf" / f"data_CAF_{year}_IRIS.csv")
        assert len(raw) == rows
        assert wide(accepted, "iris")[["caf_recipients", "caf_people_covered"]].sum().tolist() == [recipients, people]
        assert rejected.empty
    _, accepted, rejected = real(drees_minima, folder / "drees" / "drees_minima_sociaux_departements.xlsx")
    assert wide(accepted, "departement")["aah_recipients"].sum() == 1_221_474
    assert len(rejected) == 19
    aid = folder / "drees" / "drees_aide_sociale_beneficiaires_1996-2020.xlsx"
    _, accepted, rejected = real(drees_social_aid, aid)
    assert wide(accepted, "departement")["apa_recipients"].sum() == 1_318_168 - 10_802
    assert len(rejected) == 30
