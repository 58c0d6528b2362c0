"""FINESS as CSV: the legacy files without header, and the files re-exposed with one."""

import pandas as pd
import pytest

from etl.sources import finess_csv
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, real, refuses, tidied, written

FIRST = "finess;etalab;111;2026-05-12\n"
FLEYRIAT = (
    "structureet;010000024;010780054;CH DE FLEYRIAT;CENTRE HOSPITALIER DE BOURG-EN-BRESSE FLEYRIAT;;;900;RTE;DE PARIS;"
    ";;451;01;AIN;01440 VIRIAT;0474454647;0474454114;355;Centre Hospitalier (C.H.);1102;Centres Hospitaliers;"
    "26010004500012;8610Z;03;ARS établissements Publics de santé dotation globale;1;Etablissement public de santé;"
    "1979-02-13;1979-02-13;2020-02-04;\n"
)
PLACE_OF_LIFE = (
    'structureet;980501506;980501498;"LIEU DE VIE ""MAVOUNA MEMA 1""";"LIEU DE VIE ET D\'ACCUEIL ""MAVOUNA MEMA 1""";'
    "ASSOCIATION MESSO;;12;R;ANCIEN TERRAIN DE FOOT;;;606;9F;MAYOTTE;97620 CHIRONGUI;0269666815;;462;"
    "Lieux de Vie et d'Accueil;4605;Etablissements et services multi-clientèles;82967998400015;;08;"
    "Président du Conseil Départemental;;;2019-04-01;2019-03-18;2025-05-07;\n"
)
CAYENNE = (
    FLEYRIAT.replace("010000024", "970302287").replace(";451;01;AIN;", ";302;9C;GUYANE;").replace(";355;", ";500;")
)
CORSICA = (
    FLEYRIAT.replace("010000024", "2A0000014")
    .replace(";451;01;AIN;", ";004;2A;CORSE DU SUD;")
    .replace(";355;", ";620;")
)
POINTS = (
    "geolocalisation;010000024;870262.2;6571540.8;"
    "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole);2026-05-04\n"
    "geolocalisation;970302287;349500.0;545700.0;"
    "1,ATLASANTE,96,BAN,EPSG:2972 RGFG95 / UTM zone 22N (Guyane);2026-05-04\n"
    "geolocalisation;2A0000014;1180000;6110000;1,ATLASANTE,.,ADMIN-EXPRESS-2023,EPSG:2154 RGF93;2026-05-04\n"
)
LEGACY = FIRST + FLEYRIAT + PLACE_OF_LIFE + CAYENNE + CORSICA + POINTS

ESTABLISHMENTS = """\
numero_finess_etablissement;raison_sociale;rslongue;code_commune;departement;categetab;siret;coordxet;coordyet;dateouv;longitude;latitude;code_insee
300017910;HJ PSY GEN;HJ PSY ADULTES BOURDALOUE CHU NIMES;189;30;101;;809551.7;6304644.3;1989-12-31;4.36193;43.83230;30189
090000001;PHARMACIE DU PONT;;225;09;620;;587186.9;6225284.3;2020-01-01;1.61483;43.11791;09225
300000002;SAMSAH CABA;;007;30;445;;;;2025-12-16;;;30007
300000003;LIEU DE VIE;;007;30;462;;809551.7;6304644.3;2025-12-16;4.36193;43.83230;30007
"""  # noqa: E501
EQUIPMENT = """\
nofinessej;nofinesset;libde_equipement;libta_equipement;raison_sociale;capinstot;client;longitude;latitude;code_insee
1;090000001;Accueil pour Personnes Âgées;Accueil de Jour;EHPAD DU PONT;6;Personnes Alzheimer ou maladies apparentées;1.61483;43.11791;09225
1;090000001;Accueil temporaire pour Personnes Âgées;Accueil de Jour;EHPAD DU PONT;4;Personnes Agées dépendantes;1.61483;43.11791;09225
1;090000001;Accueil temporaire pour Personnes Âgées;Hébergement Complet Internat;EHPAD DU PONT;2;Personnes Agées dépendantes;1.61483;43.11791;09225
1;090000001;Pôles d'activité et de soins adaptés;Accueil de Jour;EHPAD DU PONT;14;Personnes Alzheimer ou maladies apparentées;1.61483;43.11791;09225
1;090000009;Plateforme d'accompagnement et de répit des aidants (PFR);Accueil de Jour;PFR;0;Aidants / aidés Personnes âgées;1.61483;43.11791;09225
"""  # noqa: E501
ACTIVITIES = """\
numero_finess_etablissement;rsej;activite;libactivite;forme;libforme;raison_sociale;longitude;latitude;code_insee
300016680;CHU NIMES;04;Psychiatrie;03;Hospitalisation à temps partiel de jour;HJ MONTAURY;4.34731;43.83443;30189
300016680;CHU NIMES;04;Psychiatrie;01;Hospitalisation complète;HJ MONTAURY;4.34731;43.83443;30189
300780038;CHU NIMES;18;Traitement du cancer;15;Forme non précisée;CHU CAREMEAU;4.34731;43.83443;30189
"""
GOOD = Good(ESTABLISHMENTS, column="categetab", code="09225")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_legacy_lines_give_services_with_their_points(tmp_path, encoding):
    accepted, rejected = tidied(finess_csv, tmp_path, LEGACY.encode(encoding))
    services = accepted.set_index("id")
    assert services["category"].to_dict() == {
        "finess--010000024": "hopital",
        "finess--970302287": "ehpad",
        "finess--2A0000014": "pharmacie",
    }
    assert services["code_insee"].tolist() == ["01451", "97302", "2A004"]
    assert services.loc["finess--010000024", ["lon", "lat"]].astype(float).round(5).tolist() == [5.20918, 46.22229]
    assert -53 < services.loc["finess--970302287", "lon"] < -52
    assert set(accepted["seen_on"]) == {"2026-05-12"}
    reasons = rejected.set_index("key")["reason"]
    assert "domicile" in reasons["462"]
    assert reasons["sourcecoordet"].startswith("1 point(s) are centres of communes")
    assert services.loc["finess--2A0000014", ["lon", "lat"]].isna().all()


def test_the_file_without_points_gives_the_same_services_in_their_communes(tmp_path):
    accepted, _ = tidied(finess_csv, tmp_path, FIRST + FLEYRIAT + CAYENNE)
    assert accepted["code_insee"].tolist() == ["01451", "97302"]
    assert accepted["lon"].isna().all()


def test_quoted_cells_keep_their_quotes_and_telephones_are_not_read(tmp_path):
    raw = finess_csv.read(written(finess_csv, tmp_path, LEGACY))
    assert raw.loc[3, "rs"] == 'LIEU DE VIE "MAVOUNA MEMA 1"'
    assert not {"telephone", "telecopie"} & set(raw.columns)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (FIRST, "no structureet line"),
        (FIRST + FLEYRIAT.replace(";451;", ";"), "line 2: 31 cells, 32 allowed on a structureet line"),
        (FIRST + FLEYRIAT + POINTS.replace(";2026-05-04", ""), "line 3: 5 cells, 6 allowed on a geolocalisation line"),
        (FIRST + FLEYRIAT.replace("structureet", "structureej"), "line 2: it starts with « structureej »"),
        (FIRST + FLEYRIAT.replace(";", "|"), "line 2: it starts with « structureet|010000024|"),
        (
            FIRST + FLEYRIAT.replace("CH DE FLEYRIAT", "X" * 90_000),
            "line 2, column rs: a cell of 90,000 characters; at most 2000",
        ),
        (FIRST + FLEYRIAT.replace("CH DE FLEYRIAT", "X" * 1_000_000), "line 2: field larger than field limit"),
        (FIRST + FLEYRIAT.replace("CH DE FLEYRIAT", '"CH DE FLEYRIAT'), "line 2: unexpected end of data"),
        (
            FIRST + FLEYRIAT.replace(";451;01;AIN;", ";451;1;AIN;"),
            "codes have lost their leading zero (line 2 « 1451 »)",
        ),
    ],
)
def test_spoilt_legacy_files_are_refused_by_line(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"liste\.csv") as refused:
        finess_csv.read(written(finess_csv, tmp_path, content))
    assert message in str(refused.value)


def test_establishments_of_a_regional_extract(tmp_path):
    accepted, rejected = tidied(finess_csv, tmp_path, ESTABLISHMENTS)
    assert accepted["category"].tolist() == ["hopital", "pharmacie", "samsah"]
    assert accepted["name"].tolist()[0] == "HJ PSY ADULTES BOURDALOUE CHU NIMES"
    assert accepted["lon"].isna().tolist() == [False, False, True]
    assert set(accepted["seen_on"]) == {"2025-12-16"}
    assert rejected["key"].tolist() == ["462"]


def test_equipment_of_one_establishment_is_one_service_a_category(tmp_path):
    accepted, rejected = tidied(finess_csv, tmp_path, EQUIPMENT)
    capacity = accepted.set_index("id")["capacity"]
    assert capacity["finess--090000001-accueil_jour_personnes_agees"] == 10
    assert capacity["finess--090000001-hebergement_temporaire"] == 2
    assert pd.isna(capacity["finess--090000009-plateforme_repit"])
    assert len(accepted) == 3
    assert rejected["key"].str.startswith("Pôles d'activité").tolist() == [True]


def test_authorised_activities_make_day_hospitals_and_cancer_centres(tmp_path):
    accepted, rejected = tidied(finess_csv, tmp_path, ACTIVITIES)
    assert accepted["category"].tolist() == ["hopital_jour_psychiatrie", "traitement_cancer"]
    assert rejected["key"].tolist() == ["04|01"]


@defects()
def test_spoilt_extracts_are_refused(tmp_path, defect):
    refuses(finess_csv, tmp_path, GOOD, defect)


def test_swapped_axes_are_refused(tmp_path):
    swapped = ESTABLISHMENTS.replace("longitude;latitude", "latitude;longitude")
    with pytest.raises(BadInput, match=r"columns longitude and latitude are swapped on 3 rows"):
        finess_csv.read(written(finess_csv, tmp_path, swapped))


# -------------------------------------------------------------------------------------------------------- real files


def test_real_establishments_of_occitanie_equal_the_note(shared_data):
    path = shared_data / "services" / "finess" / "etablissements_occitanie_2026-04.csv"
    raw, accepted, rejected = real(finess_csv, path)
    assert len(raw) == 10_007
    by_code = raw["categetab"].value_counts()
    assert (by_code["354"], by_code["460"], by_code["209"], by_code["207"]) == (252, 1_017, 4, 46)
    counts = accepted["category"].value_counts()
    expected = {
        "pharmacie": 1_888, "ehpad": 817, "aide_soins_domicile": 252 + 1_017 + 4, "cmp": 210, "maison_sante": 372,
        "centre_sante": 280, "residence_autonomie": 123, "accueil_jour_personnes_agees": 46, "clic": 13, "mdph": 13,
        "dac": 13, "cpts": 82,
    }  # fmt: skip
    assert counts[list(expected)].to_dict() == expected
    counted = rejected["reason"].str.extract(r"^(\d+) row", expand=False).astype(int).sum()
    assert len(accepted) + counted == 10_007
    assert rejected.set_index("key").loc["462", "reason"].startswith("139 row(s)")


def test_real_equipment_of_occitanie_equals_the_note(shared_data):
    raw, accepted, _ = real(finess_csv, shared_data / "services" / "finess" / "equipements_occitanie_2026-04.csv")
    assert (len(raw), raw["nofinesset"].nunique()) == (10_816, 4_896)
    day = raw[raw["libta_equipement"] == "Accueil de Jour"]
    alzheimer = day[day["client"] == "Personnes Alzheimer ou maladies apparentées"]
    assert (len(day), len(alzheimer)) == (1_314, 527)
    # Of the 527, 235 are PASA: they receive the residents of their EHPAD only and are no day centre.
    assert alzheimer["libde_equipement"].str.startswith("Pôles").sum() == 235
    assert (raw["libde_equipement"] == "Plateforme d'accompagnement et de répit des aidants (PFR)").sum() == 30
    counts = accepted["category"].value_counts()
    assert (counts["plateforme_repit"], counts["centre_ressources_territorial"]) == (27, 19)


def test_real_activities_of_occitanie(shared_data):
    path = shared_data / "services" / "finess" / "activites_soins_occitanie_2026-04.csv"
    raw, accepted, _ = real(finess_csv, path)
    assert len(raw) == 1_065
    assert accepted["category"].value_counts()["hopital_jour_psychiatrie"] == 140


@pytest.mark.parametrize("file", ["etalab-cs1100502", "etalab-cs1100507"])
def test_verbatim_legacy_lines(shared_data, file):
    path = shared_data / "services" / "finess" / f"{file}-stock-20260512.format_sample.csv"
    raw, accepted, rejected = real(finess_csv, path)
    assert (len(raw), len(accepted)) == (12, 5)
    # Saint-Barthélemy, Saint-Martin (twice) and Wallis-et-Futuna are outside the 101 départements.
    assert rejected["reason"].str.contains("outside the 101").sum() == 4


@pytest.mark.parametrize("change", [lambda column: column.replace("_", " "), str.upper, lambda column: column])
def test_establishments_are_read_whatever_separates_the_words_of_their_columns(tmp_path, change):
    expected, _ = tidied(finess_csv, tmp_path, GOOD.text)
    text = GOOD.with_header(lambda columns: [change(column) for column in columns])
    assert tidied(finess_csv, tmp_path, text)[0].equals(expected)


@pytest.mark.parametrize("lacks", ["", "dateouv"])
def test_establishments_with_columns_of_activities_are_still_establishments(tmp_path, lacks):
    expected, _ = tidied(finess_csv, tmp_path, GOOD.text)
    header, *rows = GOOD.text.strip().split("\n")
    header = header.replace("dateouv", "ouverture") if lacks else header
    text = "\n".join([f"{header};activite;forme", *(f"{row};;" for row in rows)])
    assert set(tidied(finess_csv, tmp_path, text)[0]["id"]) == set(expected["id"])
