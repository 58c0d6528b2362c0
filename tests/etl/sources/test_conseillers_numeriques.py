"""Employers of conseillers numériques: an object keyed by name, codes as numbers or text."""

import json

import pytest

from etl.sources import conseillers_numeriques
from geodata.errors import BadInput
from tests.etl.sources.files import real, tidied, written

ONE = {
    "Siret": 84009530100015, "Nb de conseillers attribués": 3, "Nb de conseillers en formation": 0,
    "Code postal": "03160", "Code commune Insee": "03218",
    "Investissement estimatif de l'état": "112 286,48", "Label France Services": "non",
}  # fmt: skip
TWO = ONE | {"Siret": 24400085700049, "Nb de conseillers attribués": 1, "Code commune Insee": 40075}
ELSEWHERE = ONE | {"Siret": 84243879800014, "Code commune Insee": 97801}
LISTED = json.dumps({"BOCAGE NUMERIQUE": ONE, "COTE LANDES NATURE": TWO, "MARTIN": ELSEWHERE}, ensure_ascii=False)


def test_a_structure_is_a_service_without_point_and_its_posts_are_a_capacity(tmp_path):
    accepted, rejected = tidied(conseillers_numeriques, tmp_path, LISTED, "cnum.json")
    assert accepted["id"].tolist()[0] == "conseillers_numeriques--84009530100015"
    assert accepted["name"].tolist() == ["BOCAGE NUMERIQUE", "COTE LANDES NATURE"]
    assert accepted["code_insee"].tolist() == ["03218", "40075"]
    assert accepted["capacity"].tolist() == [3, 1]
    assert accepted["lon"].isna().all()
    assert "« 97801 » is outside" in rejected["reason"].tolist()[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("<html></html>", "web page"),
        (LISTED[:-20], "not JSON"),
        ("[]", "keyed by the names of structures"),
        ('{"A": 3}', "a list of objects is expected"),
        ("{}", "no record"),
        (LISTED.replace("Siret", "SIRET"), "key Siret is missing"),
        (LISTED.replace('"03218"', "3218"), "lost their leading zero (line 1 « 3218 »)"),
        (LISTED.replace('"03218"', f'"{"0" * 1_000_000}"'), "1,000,000 characters"),
    ],
)
def test_spoilt_documents_are_refused(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"cnum\.json") as refused:
        conseillers_numeriques.read(written(conseillers_numeriques, tmp_path, content, "cnum.json"))
    assert message in str(refused.value)


def test_the_real_file_equals_its_note(shared_data):
    path = shared_data / "services" / "france_services" / "conseillers_numeriques_structures_2023.json"
    raw, accepted, rejected = real(conseillers_numeriques, path)
    assert (len(raw), len(accepted), len(rejected)) == (2_485, 2_483, 2)
    assert raw["Nb de conseillers attribués"].astype(int).sum() == 3_437
