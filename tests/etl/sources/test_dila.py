"""The directory of public offices, in the API's shape (JSON in text) and in the bulk one (nested)."""

import json

import pytest

from etl.sources import dila
from geodata.errors import BadInput
from tests.etl.sources.files import tidied, written

WEEK = [
    {
        "nom_jour_debut": "Lundi", "nom_jour_fin": "Vendredi", "valeur_heure_debut_1": "08:30:00",
        "valeur_heure_fin_1": "12:00:00", "valeur_heure_debut_2": "13:30:00", "valeur_heure_fin_2": "17:00:00",
        "commentaire": "",
    }
]  # fmt: skip
ADDRESSES = [
    {"type_adresse": "Adresse postale", "longitude": "", "latitude": ""},
    {"type_adresse": "Adresse", "numero_voie": "1 place", "longitude": "5.7357", "latitude": "45.1866"},
]
PERSONS = [{"personne": {"nom": "DUPONT", "prenom": "Jeanne"}, "fonction": "Maire"}]


def service(number: int, name: str, *types: str, commune="38185", hours=WEEK, addresses=ADDRESSES) -> dict:
    return {
        "id": f"id-{number}",
        "nom": name,
        "pivot": [{"type_service_local": kind, "code_insee_commune": [commune]} for kind in types],
        "adresse": addresses,
        "plage_ouverture": hours,
        "code_insee_commune": commune,
        "adresse_courriel": "jeanne.dupont@grenoble.fr",
        "affectation_personne": PERSONS,
        "date_modification": "2026-03-01 10:00:00",
    }


SERVICES = [
    service(1, "Mairie - Grenoble", "mairie"),
    service(2, "Mairie déléguée - Avressieux", "mairie", commune="01053", hours=[], addresses=[]),
    service(3, "Centre communal d'action sociale et CLIC", "ccas", "clic"),
    service(4, "Tribunal", "ti"),
    service(5, "Mairie - Nouméa", "mairie", commune="98818"),
    service(6, "Agence", "cpam", hours=[{"nom_jour_debut": "Tous les jours", "valeur_heure_debut_1": "8:00"}]),
]


def in_text(services: list[dict]) -> str:
    """As the API exports them: nested fields are JSON written in text."""
    return json.dumps([{k: json.dumps(v) if isinstance(v, list) else v for k, v in one.items()} for one in services])


@pytest.mark.parametrize("content", [in_text(SERVICES), json.dumps({"service": SERVICES})], ids=["api", "bulk"])
def test_offices_are_services_of_each_of_their_types(tmp_path, content):
    accepted, rejected = tidied(dila, tmp_path, content, "annuaire.json")
    assert accepted.set_index("id")["category"].to_dict() == {
        "dila--id-1": "mairie",
        "dila--id-2": "mairie_deleguee",
        "dila--id-3": "ccas",
        "dila--id-3-clic": "clic",
        "dila--id-6": "cpam",
    }
    first = accepted.iloc[0]
    assert (first["lon"], first["lat"], first["code_insee"]) == (5.7357, 45.1866, "38185")
    assert (first["weekly_hours"], first["seen_on"]) == (35.0, "2026-03-01")
    assert accepted["lon"].isna().tolist() == [False, True, False, False, False]
    assert accepted["weekly_hours"].isna().tolist() == [False, True, False, False, True]
    reasons = rejected["reason"].tolist()
    assert reasons[0].startswith("1 timetable(s) not understood, as on line 6")
    assert any("code « ti »" in reason for reason in reasons)
    assert any("« 98818 » is outside" in reason for reason in reasons)


def test_names_of_persons_and_addresses_are_not_read(tmp_path):
    raw = dila.read(written(dila, tmp_path, in_text(SERVICES), "annuaire.json"))
    text = raw.to_csv()
    assert "DUPONT" not in text
    assert "@" not in text
    assert "1 place" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html>", "web page"),
        (in_text(SERVICES)[:-30], "not JSON"),
        ("[]", "no record"),
        ('{"message": "too many"}', "a list is expected, alone or under the key « service »"),
        (in_text(SERVICES).replace("code_insee_commune", "code_commune"), "key code_insee_commune is missing"),
        (in_text([service(1, "x" * 1_000_000, "mairie")]), "key nom: 1,000,000 characters"),
        (in_text([service(1, "M", "mairie", commune="1053")]), "lost their leading zero (line 1 « 1053 »)"),
        (json.dumps([service(1, "M", "mairie") | {"adresse": "[{"}]), "record 1, key adresse: a JSON list is expected"),
    ],
)
def test_spoilt_documents_are_refused(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"annuaire\.json") as refused:
        dila.read(written(dila, tmp_path, content, "annuaire.json"))
    assert message in str(refused.value)


def test_swapped_axes_are_refused(tmp_path):
    swapped = [{"type_adresse": "Adresse", "longitude": "45.1866", "latitude": "5.7357"}]
    content = in_text([service(1, "Mairie", "mairie", addresses=swapped)])
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped on 1 rows"):
        dila.read(written(dila, tmp_path, content, "annuaire.json"))
