"""Reference tables of places: communes and their parts, past codes, zones, IRIS, density."""

from etl.sources import cog, cog_iris, cog_passage, cog_zones, density_grid
from tests.etl.sources.files import (
    Good,
    GoodBook,
    book_defects,
    cells,
    defects,
    real,
    refuses,
    refuses_book,
    tidied,
    workbook,
)

COMMUNES = """\
TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT
COM,01001,84,01,01D,012,5,ABERGEMENT CLEMENCIAT,Abergement-Clémenciat,L'Abergement-Clémenciat,0108,
COM,01015,84,01,01D,011,1,ARBOYS EN BUGEY,Arboys en Bugey,Arboys en Bugey,0104,
COMD,01015,,,,,1,ARBIGNIEU,Arbignieu,Arbignieu,,01015
ARM,13201,93,13,13D,133,0,MARSEILLE 1,Marseille 1er,Marseille 1er Arrondissement,1398,13055
COMD,01059,,,,,1,BONS,Bons,Bons,,
XXX,01060,84,01,01D,012,5,X,X,X,0108,
COM,01001,84,01,01D,012,5,ABERGEMENT,Abergement,Abergement,0108,
"""
HISTORY = "DEPCOM_HIST;DEPCOM\n01001;01001\n01003;01165\n15031;15031\n15031;15027\nZZ;01001\n"
ANNUAL = [
    ["Table de passage annuelle"],
    [],
    ["NIVGEO", "CODGEO_2003", "CODGEO_2022", "CODGEO_2025", "LIBGEO_2025"],
    ["COM", "01001", "01001", "01001", "A"],
    ["COM", "01015", "01015", "01015", "B"],
    ["COM", "01340", "01340", "01015", "B"],
    ["COM", "", "01999", "01015", "B"],
]
ZONES = """\
DEPCOM;ZE2020;LIB_ZE2020;UU2020;LIB_UU2020;BV2022;LIB_BV2022
01001;8405;Bourg-en-Bresse;01000;Hors unité;01093;Châtillon
29083;ZZZZZZZZZ;;29000;Hors unité;29039;Concarneau
01001;8405;Bourg-en-Bresse;01000;Hors unité;01093;Châtillon
"""
IRIS = """\
CODE_IRIS;LIB_IRIS;TYP_IRIS;GRD_QUART;DEPCOM;LIBCOM;UU2020;REG;DEP
010010000;L'Abergement-Clémenciat (commune non irisée);Z;0100100;01001;L'Abergement-Clémenciat;01000;84;01
010040101;Les Pérouses;H;0100401;01004;Ambérieu-en-Bugey;01303;84;01
010040102;Longeray;Q;0100401;01004;Ambérieu-en-Bugey;01303;84;01
010040103;Ailleurs;H;0100401;01005;Ambérieux;01303;84;01
"""
DENSITY = [
    ["Grille de densité"], [], [], [], ["CODGEO", "LIBGEO", "DENS", "LIBDENS"],
    ["75056", "Paris", 1, "Grands centres urbains"], ["01004", "Ambérieu", 4, "Petites villes"],
    ["01001", "L'Abergement", 6, "Rural à habitat dispersé"], ["01002", "X", 8, "?"],
]  # fmt: skip


def test_places_are_a_code_and_a_kind(tmp_path):
    accepted, rejected = tidied(cog, tmp_path, COMMUNES)
    assert cells(accepted[["code", "kind", "parent"]]) == [
        ["01001", "commune", None],
        ["01015", "commune", None],
        ["01015", "delegated", "01015"],
        ["13201", "arrondissement", "13055"],
    ]
    assert accepted["departement"].isna().tolist() == [False, False, True, False]
    assert rejected[["key", "reason"]].to_numpy().tolist() == [
        ["01059", "COMPARENT is not a commune code"],
        ["01060", "TYPECOM is not one of COM, ARM, COMD, COMA"],
        ["01001", "this place is already on a line above"],
    ]


def test_a_past_code_leads_to_one_commune_or_is_marked_split(tmp_path):
    accepted, rejected = tidied(cog_passage, tmp_path, HISTORY)
    assert accepted.to_numpy().tolist() == [
        ["01001", "01001", False],
        ["01003", "01165", False],
        ["15031", "15027", True],
        ["15031", "15031", True],
    ]
    assert rejected["key"].tolist() == ["ZZ"]


def test_the_annual_table_gives_the_code_of_today_for_every_year(tmp_path):
    accepted, _ = tidied(cog_passage, tmp_path, workbook({"COM": ANNUAL, "Documentation": [["x"]]}), "passage.xlsx")
    assert accepted[["code_former", "code"]].to_numpy().tolist() == [
        ["01001", "01001"],
        ["01015", "01015"],
        ["01340", "01015"],
        ["01999", "01015"],
    ]


def test_zones_are_memberships_and_no_zone_is_no_row(tmp_path):
    accepted, rejected = tidied(cog_zones, tmp_path, ZONES)
    assert accepted[["commune", "kind", "vintage", "zone", "name"]].to_numpy().tolist() == [
        ["01001", "employment_zone", "2020", "8405", "Bourg-en-Bresse"],
        ["01001", "urban_unit", "2020", "01000", "Hors unité"],
        ["29083", "urban_unit", "2020", "29000", "Hors unité"],
        ["01001", "living_area", "2022", "01093", "Châtillon"],
        ["29083", "living_area", "2022", "29039", "Concarneau"],
    ]
    assert rejected["reason"].tolist() == ["01001 is already on a line above"]


def test_the_composition_of_epci_is_a_kind_of_zone(tmp_path):
    rows = [
        ["EPCI"],
        ["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP"],
        ["01001", "A", 200069193, "CC de la Dombes", "01"],
    ]
    accepted, _ = tidied(cog_zones, tmp_path, workbook({"EPCI": [["x"]], "Composition_communale": rows}), "epci.xlsx")
    assert accepted[["commune", "kind", "zone"]].to_numpy().tolist() == [["01001", "epci", "200069193"]]


def test_iris_are_in_their_commune(tmp_path):
    accepted, rejected = tidied(cog_iris, tmp_path, IRIS)
    assert accepted[["iris", "kind", "commune"]].to_numpy().tolist() == [
        ["010010000", "undivided", "01001"],
        ["010040101", "residential", "01004"],
    ]
    assert rejected["reason"].tolist() == [
        "TYP_IRIS is not one of H, A, D, Z",
        "the IRIS is not in its commune DEPCOM",
    ]


def test_seven_levels_of_density_are_three_classes(tmp_path):
    accepted, rejected = tidied(density_grid, tmp_path, workbook({"Maille communale": DENSITY}), "grille.xlsx")
    assert accepted.to_numpy().tolist() == [["75056", 1, "dense"], ["01004", 4, "intermediate"], ["01001", 6, "rural"]]
    assert rejected[["row", "reason"]].to_numpy().tolist() == [["9", "DENS is not a level from 1 to 7"]]


@defects()
def test_a_malformed_list_of_communes_is_refused(tmp_path, defect):
    refuses(cog, tmp_path, Good(COMMUNES, column="COMPARENT", code="01001", delimiter=","), defect)


@defects("missing column", "renamed column", "unknown delimiter")
def test_a_malformed_passage_table_is_refused(tmp_path, defect):
    refuses(cog_passage, tmp_path, Good(HISTORY, column="DEPCOM", code="01001"), defect)


@defects("missing column", "renamed column")
def test_malformed_zones_are_refused(tmp_path, defect):
    refuses(cog_zones, tmp_path, Good(ZONES, column="ZE2020", code="01001"), defect)


@defects()
def test_a_malformed_list_of_iris_is_refused(tmp_path, defect):
    refuses(cog_iris, tmp_path, Good(IRIS, column="TYP_IRIS", code="010010000"), defect)


@book_defects()
def test_a_malformed_density_grid_is_refused(tmp_path, defect):
    refuses_book(
        density_grid, tmp_path, GoodBook({"Maille communale": DENSITY}, "Maille communale", "DENS", "01001"), defect
    )


def test_the_real_tables_have_the_noted_rows(shared_data):
    zonages = shared_data / "census" / "zonages"
    raw, accepted, rejected = real(cog, zonages / "cogiter2025_communes_cog.csv")
    assert len(raw) == 37_548
    assert accepted["kind"].value_counts()[["commune", "arrondissement"]].tolist() == [34_875, 45]
    assert rejected.empty
    _, accepted, rejected = real(cog_passage, zonages / "cogiter2025_table_passage_com_historique.csv")
    assert len(accepted) == 39_161
    assert rejected.empty
    raw, accepted, rejected = real(cog_iris, zonages / "insee_iris_2021_reference.csv")
    assert (len(raw), len(accepted)) == (49_406, 49_406)
    assert rejected.empty


def test_the_real_zones_have_the_noted_numbers(shared_data):
    zonages = shared_data / "census" / "zonages"
    raw, epci, rejected = real(cog_zones, zonages / "cogiter2025_table_passage_com_epci.csv")
    assert len(raw) == 34_875
    assert len(epci) == 34_875 - 4
    _, zones, _ = real(cog_zones, zonages / "cogiter2025_table_passage_communes_zonages.csv")
    number = zones.groupby("kind")["zone"].nunique()
    assert (number["employment_zone"], number["living_area"]) == (306, 1_707)
    _, older, _ = real(cog_zones, zonages / "cogugaison_table_supracom_2024.csv")
    assert older["commune"].nunique() == 34_935
    assert rejected.empty
