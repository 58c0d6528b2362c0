"""France Services: one list, whose header and format change from year to year."""

import json

import pytest

from etl.sources import france_services
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, real, refuses, tidied, written

LIST_2024 = """\
"id_fs","insee_dep","lib_fs","adresse","complement_adresse","insee_com","code_postal","lib_com","latitude","longitude","mail","telephone","h_lundi","h_mardi","h_mercredi","h_jeudi","h_vendredi","h_samedi","prise_rdv","commentaire","type_fs","format_fs","groupe_fs","labellisation_fs"
"1","01","France services de Valserhône","5 Rue",,"01033","01200","Valserhône",46.1060711578546,5.8260084241619,"x@ccpb01.fr","04 50 56 87 49","13:30 - 17:00","09:00 - 12:00 / 13:30 - 17:00",,,,,"Non",,"Principal","Fixe",,"Espace labellisé 01/01/2020"
"3","02","Bus France services Thiérache","6 Rue",,"02361","02120","Guise",49.90147,3.626688,"y@cctso.fr","07 85 78 24 48","09:30 - 16:30","Selon planning",,,,,"Non","deux
lignes","Principal","Bus_équivalent",,"Espace labellisé 23/05/2024"
"4","97","Saint-Martin","6 Rue",,"97801","97150","Saint-Martin",18.07,-63.08,,,,,,,,,"Non",,"Principal","Fixe",,"Espace labellisé 01/05/2024"
"""  # noqa: E501
LIST_2023 = """\
matricule,departement,lib_france_services,insee_com,latitude,longitude,h_lundi,itinerance
7,01,Valserhône,01033,46.105,5.825,9:00 - 12:00,Non
8,02,Bus de Guise,02361,49.901,3.626,,Oui
"""
FEATURE = {
    "MATRICULE": 1, "DEPARTEMENT": "1", "lib_france_services": "Valserhône", "insee_com": "01033",
    "LATITUDE": 46.105747, "LONGITUDE": 5.825644, "CONTACT.MAIL": "franceservices@ccpb01.fr",
    "h_lundi": "9:00 - 12:00 / 13:30 - 17:00", "h_samedi": "-", "ITINERANCE": "",
    "Labellisation": "Espace labellisé 01/2020",
}  # fmt: skip
GOOD = Good(LIST_2023, column="insee_com", code="01033", delimiter=",")


def geojson(*properties: dict) -> str:
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": p} for p in properties]}
    )


def test_the_list_of_2024(tmp_path):
    accepted, rejected = tidied(france_services, tmp_path, LIST_2024)
    assert accepted["id"].tolist() == ["france_services--1", "france_services--3"]
    assert accepted["category"].tolist() == ["france_services", "france_services_itinerant"]
    assert accepted["name"].tolist()[0] == "France services de Valserhône"
    assert accepted["weekly_hours"].fillna(-1).tolist() == [10.0, -1]
    assert set(accepted["seen_on"]) == {"2024-05-23"}
    assert rejected["reason"].tolist()[0].startswith("1 timetable(s) not understood, as on line 3")
    assert "« 97801 » is outside" in rejected["reason"].tolist()[1]


def test_older_lists_are_read_by_the_names_of_their_columns(tmp_path):
    accepted, _ = tidied(france_services, tmp_path, LIST_2023)
    assert accepted["category"].tolist() == ["france_services", "france_services_itinerant"]
    assert accepted["name"].tolist() == ["France Services Valserhône", "France Services Bus de Guise"]
    assert accepted["weekly_hours"].fillna(-1).tolist() == [3.0, -1]
    assert accepted["seen_on"].isna().all()


def test_the_geojson_of_2021(tmp_path):
    content = geojson(FEATURE, FEATURE | {"MATRICULE": 2, "insee_com": "2B14"})
    accepted, rejected = tidied(france_services, tmp_path, content, "fs.geojson")
    assert accepted.loc[0, ["id", "code_insee", "seen_on"]].tolist() == ["france_services--1", "01033", "2020-01"]
    assert accepted.loc[0, "weekly_hours"] == 6.5
    assert "« 2B14 » is not a commune code" in rejected["reason"].tolist()[0]


def test_addresses_of_e_mail_are_not_read(tmp_path):
    for name, content in (("a.csv", LIST_2024), ("a.geojson", geojson(FEATURE))):
        raw = france_services.read(written(france_services, tmp_path, content, name))
        assert not raw.apply(lambda column: column.str.contains("@")).any(axis=None)


@defects()
def test_spoilt_lists_are_refused(tmp_path, defect):
    refuses(france_services, tmp_path, GOOD, defect)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (geojson(), "no record"),
        (geojson({"nom": "x"}), "key MATRICULE, lib_france_services, insee_com, LATITUDE, LONGITUDE is missing"),
        ('{"features": 3}', "a list of objects is expected"),
        (geojson(FEATURE)[:-30], "not JSON"),
    ],
)
def test_spoilt_geojson_is_refused(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"fs\.geojson") as refused:
        france_services.read(written(france_services, tmp_path, content, "fs.geojson"))
    assert message in str(refused.value)


def test_swapped_axes_are_refused(tmp_path):
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped on 2 rows"):
        france_services.read(
            written(france_services, tmp_path, LIST_2023.replace("latitude,longitude", "longitude,latitude"))
        )


def test_the_real_list_of_2024_equals_its_note(shared_data):
    raw, accepted, rejected = real(
        france_services, shared_data / "services" / "france_services" / "liste-fs-20240801.csv"
    )
    assert len(raw) == 2_845
    assert (raw["format_fs"] == "Bus_équivalent").sum() == 134
    assert accepted["category"].value_counts().to_dict() == {"france_services": 2_680, "france_services_itinerant": 163}
    assert rejected["reason"].str.contains("97801").sum() == 2
    assert accepted["lon"].notna().all()
    assert accepted["weekly_hours"].notna().sum() > 2_700


def test_the_real_geojson_of_2021_equals_its_note(shared_data):
    path = shared_data / "services" / "france_services" / "france_services_2021-04.geojson"
    raw, accepted, rejected = real(france_services, path)
    assert (len(raw), len(accepted)) == (908, 906)
    assert rejected["reason"].str.contains("is not a commune code").sum() == 2
