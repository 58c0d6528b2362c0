"""La Poste's contact points: offices on one side, agencies and relays on the other."""

import pytest

from etl.sources import la_poste
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written

SITES = """\
Identifiant_du_site;Libellé_du_site;Caractéristique_du_site;Complément_d_adresse;Adresse;Lieu_dit;Code_postal;Localité;Pays;Latitude;Longitude;Numéro_de_téléphone
00028A;BOURG EN BRESSE PRINCIPAL;Bureau de poste;;1 rue;;01000;BOURG EN BRESSE;France;46.205;5.225;3631
00029A;VIRIAT AP;Agence postale communale;;1 rue;;01440;VIRIAT;France;46.25;5.21;3631
00030A;CEYZERIAT RP;Relais poste commerçant;;1 rue;;01250;CEYZERIAT;France;46.18;5.32;3631
00031A;ARMEES;Point colis;;1 rue;;01250;CEYZERIAT;France;46.18;5.32;3631
00032A;MONACO;Bureau de poste;;1 rue;;98000;MONACO;Monaco;;;3631
"""
GOOD = Good(SITES, column="Latitude")


def test_offices_agencies_and_relays_are_two_categories(tmp_path):
    accepted, rejected = tidied(la_poste, tmp_path, SITES)
    assert accepted.set_index("id")["category"].to_dict() == {
        "la_poste--00028A": "bureau_poste",
        "la_poste--00029A": "point_poste",
        "la_poste--00030A": "point_poste",
    }
    assert rejected["key"].tolist() == ["point", "00032A"]


def test_a_commune_code_is_used_where_the_edition_has_one(tmp_path):
    lines = SITES.splitlines()
    coded = "\n".join([lines[0].replace("Pays", "Code INSEE"), lines[1].replace("France", "01053")]) + "\n"
    accepted, _ = tidied(la_poste, tmp_path, coded)
    assert accepted["code_insee"].tolist() == ["01053"]


@defects("code without its zero")  # there is no commune code
def test_spoilt_lists_are_refused(tmp_path, defect):
    refuses(la_poste, tmp_path, GOOD, defect)


def test_swapped_axes_are_refused(tmp_path):
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped on 4 rows"):
        la_poste.read(written(la_poste, tmp_path, SITES.replace("Latitude;Longitude", "Longitude;Latitude")))
