"""Health tables by département: pathologies with their secret, death rates with their causes."""

import pytest

from etl.reading.observations import PUBLISHED, SECRET
from etl.sources import cnam, mortality
from tests.etl.sources.files import Good, cells, defects, real, refuses, tidied

OFFICIAL = """\
annee;patho_niv1;patho_niv2;patho_niv3;top;cla_age_5;sexe;region;dept;Ntop;Npop;prev;Niveau prioritaire;tri
2022;Maladies psychiatriques;Troubles névrotiques;;PSY_NEV_CAT;tsage;9;76;31;50260;1399180;3.592;2;40
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;00-04;1;76;09;;3570;;1,2,3;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;95et+;2;76;999;1010;38120;2,65;1,2,3;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;tsage;9;99;999;4100000;68000000;6.03;1,2,3;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;tsage;9;F;31;10;100;10;1;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;enfants;9;76;31;10;100;10;1;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;tsage;3;76;31;10;100;10;1;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;05-09;9;76;31;200;100;10;1;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;10-14;9;76;31;beaucoup;100;10;1;2
2022;Diabète;Diabète;Diabète;DIA_CAT_CAT;tsage;9;99;999;4100000;68000000;6.03;1,2,3;2
"""
EXTRACT = """\
annee,dept,libelle_classe_age,patho_niv1,Npop,Ntop,prev_calculee
2023,9,de 5 à 9 ans,Cancers,8000,20.0,0.25
2023,31,plus de 95 ans,"Hospitalisations (avec ou sans pathologies, traitements ou maternité)",7000,3460.0,49.43
"""
DEATHS = """\
annee,departement,sexe,cause,indicateur,valeur
2023,01,Hommes,2. Tumeurs,Taux standardisé de mortalité par âge et sexe pour 100 000 habitants,324.4
2023,2A,Tous sexes,Toutes causes,Taux standardisé de mortalité par âge et sexe pour 100 000 habitants,
2023,01,Garçons,2. Tumeurs,Taux standardisé de mortalité par âge et sexe pour 100 000 habitants,24.4
2023,20,Femmes,Tumeurs,Nombre de décès,-3
"""


def test_people_treated_by_place_age_and_sex(tmp_path):
    accepted, rejected = tidied(cnam, tmp_path, OFFICIAL)
    columns = ["level", "code", "pathology", "age", "sex", "patients", "share", "state"]
    assert cells(accepted[columns]) == [
        ["departement", "31", "Troubles névrotiques", "all", "all", 50260, pytest.approx(0.03592), PUBLISHED],
        ["departement", "09", "Diabète", "00_04", "men", None, None, SECRET],
        ["region", "76", "Diabète", "95_plus", "women", 1010, pytest.approx(0.0265), PUBLISHED],
        ["france", "FR", "Diabète", "all", "all", 4100000, pytest.approx(0.0603), PUBLISHED],
    ]
    assert rejected[["row", "reason"]].to_numpy().tolist() == [
        ["6", "region and dept are not a place (999: whole région, 99 and 999: France)"],
        ["7", "age is not a five-year class"],
        ["8", "sexe is not 1 (men), 2 (women) or 9 (all)"],
        ["9", "Ntop, Npop or prev is negative, or more patients than people"],
        ["10", "Ntop, Npop or prev is not a number"],
        ["11", "the same place, year, pathology, age and sex is already on a line above"],
    ]


def test_the_extract_of_occitanie_gets_its_zero_back(tmp_path):
    accepted, rejected = tidied(cnam, tmp_path, EXTRACT)
    assert accepted[["code", "age", "sex", "patients"]].to_numpy().tolist() == [
        # Men, women and both are added there: each person twice.
        ["09", "05_09", "all", 10],
        ["31", "95_plus", "all", 1730],
    ]
    assert rejected.empty


def test_death_rates_keep_their_cause_and_their_unit(tmp_path):
    accepted, rejected = tidied(mortality, tmp_path, DEATHS)
    assert cells(accepted[["code", "sex", "chapter", "value"]]) == [
        ["01", "men", "2", 324.4],
        ["2A", "all", "all", None],
    ]
    assert set(accepted["unit"]) == {"deaths per 100,000 inhabitants"}
    assert rejected[["row", "key"]].to_numpy().tolist() == [["4", "01"], *[["5", "20"]] * 4]


@defects()
def test_a_malformed_export_of_pathologies_is_refused(tmp_path, defect):
    refuses(cnam, tmp_path, Good(OFFICIAL, column="Ntop", code="09"), defect)


@defects("code without its zero")
def test_a_malformed_extract_of_pathologies_is_refused(tmp_path, defect):
    refuses(cnam, tmp_path, Good(EXTRACT, column="prev_calculee", delimiter=","), defect)


@defects()
def test_malformed_death_rates_are_refused(tmp_path, defect):
    refuses(mortality, tmp_path, Good(DEATHS, column="valeur", code="01", delimiter=","), defect)


def test_the_real_files_have_the_noted_rows(shared_data):
    raw, accepted, rejected = real(cnam, shared_data / "census" / "sante" / "cnam_pathologies_occitanie_2015_2023.csv")
    assert (len(raw), len(accepted), len(rejected)) == (33_964, 33_964, 0)
    assert accepted["code"].nunique() == 13
    sample = shared_data / "census" / "formats_officiels" / "cnam_effectifs_echantillon_865.csv"
    raw, accepted, rejected = real(cnam, sample)
    assert (len(raw), len(accepted), len(rejected)) == (866, 852, 14)
    for name, rows in (("mortalite_2023_standardise_all.csv", 5_454), ("toutes_causes.csv", 1_410)):
        raw, accepted, rejected = real(mortality, shared_data / "census" / "sante" / name)
        assert (len(raw), len(accepted), len(rejected)) == (rows, rows, 0)
        assert accepted["code"].nunique() == 101
