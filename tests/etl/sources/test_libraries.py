"""Public libraries: headers of two editions, CSV and JSON, what is no place left out."""

import json

import pytest

from etl.sources import libraries
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written

LISTED = """\
Code_bib;Statut;Type_adresse;nom_de_l_etablissement;Adresse;CP;Ville;code_departement;Telephone;Amplitude_horaire;Latitude;Longitude
AI01;Bibliothèque municipale;Bâtiment ouvert;Médiathèque Vailland;1 rue;01000;Bourg-en-Bresse;01;0474000000;34,5;46,205;5,225
AI02;Bibliothèque municipale;Bâtiment ouvert;Bibliobus de l'Ain;1 rue;01000;Bourg-en-Bresse;01;;10;46.205;5.225
AI03;Bibliothèque municipale;Bâtiment fermé;Ancienne bibliothèque;1 rue;01000;Bourg;01;;0;46.205;5.225
AI04;Bibliothèque municipale;Bâtiment ouvert;Bibliothèque sans point;1 rue;01000;Bourg;01;;4;;
AI05;Bibliothèque municipale;Bâtiment ouvert;Point lecture;1 rue;01000;Bourg;01;;0;46.3;5.3
"""  # noqa: E501
GOOD = Good(LISTED, column="Latitude")


def test_open_libraries_are_services_with_their_hours(tmp_path):
    accepted, rejected = tidied(libraries, tmp_path, LISTED)
    assert accepted["id"].tolist() == ["bibliotheques--AI01", "bibliotheques--AI05"]
    assert set(accepted["category"]) == {"bibliotheque"}
    assert accepted["weekly_hours"].fillna(-1).tolist() == [34.5, -1]
    reasons = rejected.set_index("key")["reason"].to_dict()
    assert reasons["AI02"] == "a mobile library has no fixed place"
    assert reasons["AI03"] == "not open to readers: Bâtiment fermé"
    assert "neither commune code nor point" in reasons["AI04"]


def test_the_json_edition_with_its_commune_codes(tmp_path):
    record = {
        "code_bib": "AI01", "nom_de_l_etablissement": "Médiathèque", "latitude": None, "longitude": None,
        "code_insee_commune": "01053", "type_adresse": "Bâtiment ouvert", "amplitude_horaire": 34.5, "telephone": "04",
    }  # fmt: skip
    accepted, rejected = tidied(libraries, tmp_path, json.dumps([record]), "bib.json")
    assert accepted.loc[0, ["code_insee", "weekly_hours"]].tolist() == ["01053", 34.5]
    assert rejected.empty


@defects("code without its zero")  # the CSV has no commune code
def test_spoilt_lists_are_refused(tmp_path, defect):
    refuses(libraries, tmp_path, GOOD, defect)


def test_swapped_axes_are_refused(tmp_path):
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped on 4 rows"):
        libraries.read(written(libraries, tmp_path, LISTED.replace("Latitude;Longitude", "Longitude;Latitude")))
