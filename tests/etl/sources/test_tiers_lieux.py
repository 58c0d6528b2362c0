"""Third places: decimal commas, no commune code, projects left out."""

import pytest

from etl.sources import tiers_lieux
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written

PLACES = """\
\ufeffID_UNIQUE;NOM;ADRESSE;CODPOST;VILLE;DEPARTEMENT_TL;LATITUDE;LONGITUDE;INTERNET;EMAIL;TELEPHONE;statut_lieu;familles_tiers_lieux
42;La Fabrique;1 rue;01000;Bourg-en-Bresse;Ain;46,205;5,225;https://x.fr;contact@x.fr;0474000000;en activité;Tiers-lieu nourricier
43;Le Hangar;2 rue;97105;Basse-Terre;Guadeloupe;15,997;-61,726;;;;en activité;
44;Bientôt;3 rue;01000;Bourg;Ain;46,205;5,225;;;;en projet (pas encore ouvert);
45;Sans point;4 rue;01000;Bourg;Ain;;;;;;en activité;
46;Île Nue;4 rue;0;Ailleurs;;0;0;;;;en activité;
"""  # noqa: E501
GOOD = Good(PLACES.removeprefix("\ufeff"), column="NOM")


def test_open_places_with_a_point_are_services(tmp_path):
    accepted, rejected = tidied(tiers_lieux, tmp_path, PLACES)
    assert accepted["id"].tolist() == ["tiers_lieux--42", "tiers_lieux--43"]
    assert accepted[["lon", "lat"]].to_numpy().tolist() == [[5.225, 46.205], [-61.726, 15.997]]
    assert accepted[["code_insee", "seen_on"]].isna().all(axis=None)
    assert rejected["key"].tolist() == ["44", "45", "46"]
    assert "still a project" in rejected["reason"].tolist()[0]
    assert "neither commune code nor point" in rejected["reason"].tolist()[1]
    assert "its point 0.0, 0.0 is not" in rejected["reason"].tolist()[2]


def test_contacts_are_not_read(tmp_path):
    raw = tiers_lieux.read(written(tiers_lieux, tmp_path, PLACES))
    assert list(raw.columns) == ["ID_UNIQUE", "NOM", "LATITUDE", "LONGITUDE", "statut_lieu"]


@defects("code without its zero")  # there is no commune code
def test_spoilt_lists_are_refused(tmp_path, defect):
    refuses(tiers_lieux, tmp_path, GOOD, defect)


def test_swapped_axes_are_refused(tmp_path):
    swapped = PLACES.replace("LATITUDE;LONGITUDE", "LONGITUDE;LATITUDE")
    with pytest.raises(BadInput, match="columns LONGITUDE and LATITUDE are swapped on 3 rows"):
        tiers_lieux.read(written(tiers_lieux, tmp_path, swapped))
