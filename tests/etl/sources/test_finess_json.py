"""FINESS+ as JSON: every trap of the file, one establishment each."""

import gzip
import json

import pytest

from etl.rejects import with_words
from etl.sources import finess_json
from geodata.errors import BadInput
from tests.etl.sources.files import real, tidied, written

HERE = {
    "coordonneeX": "873766.07",
    "coordonneeY": "6570414.61",
    "directionLatitude": "46.211257",
    "directionLongitude": "5.254203",
    "cleInInteropBAN": "01053_1950_00062",
}
CLINIC = (5.254203, 46.211257)


def establishment(number: int, *, code="620", state="A", closed=None, commune="01053", point=HERE) -> dict:
    general = {"egeId": str(number), "nomEgeCourt": "CLINIQUE CONVERT ", "numFinessEge": f"{number:09d}"}
    postal = {"usageAdresse": "02", "cogCommune": "69123", "coordonneesGeographique": {"coordonneeX": "1"}}
    place = {"usageAdresse": "03", "cogCommune": commune} | ({"coordonneesGeographique": point} if point else {})
    return {
        "informationsGeneralesEGE": general | ({"dateFermeture": closed} if closed else {}),
        "categorieentiteGeographiqueExercice": code,
        "adresse": [postal, place],
        "contact": [{"telecom": {"telephone": "0428631234"}}],
        "etatObjet": state,
    }


def document(*establishments: dict) -> str:
    return json.dumps(
        {
            "schemaVersion": "v1.0.0",
            "generatedAt": "2026-03-09T15:49:37.615611300Z",
            "gcc": [],
            "gco": [],
            "pmej": [{"informationsGeneralesPMEJ": {"siren": "1"}, "ege": [one]} for one in establishments],
        }
    )


def point_of(tmp_path, point: dict | None, commune: str = "01053"):
    accepted, rejected = tidied(
        finess_json, tmp_path, document(establishment(1, point=point, commune=commune)), "finess.json"
    )
    return accepted.loc[0, ["lon", "lat"]].astype(float).round(4).tolist(), rejected


def test_an_open_establishment_is_a_service_at_its_place(tmp_path):
    accepted, rejected = tidied(finess_json, tmp_path, document(establishment(10780195)), "finess.json")
    service = accepted.iloc[0]
    assert (service["id"], service["name"]) == ("finess_ans--010780195", "CLINIQUE CONVERT")
    assert (service["category"], service["code_insee"]) == ("pharmacie", "01053")
    assert (service["lon"], service["lat"]) == CLINIC
    assert service["seen_on"] == "2026-03-09"
    assert rejected.empty


@pytest.mark.parametrize(
    "change",
    [
        {"directionLatitude": "5.254203", "directionLongitude": "46.211257"},
        {"directionLatitude": "", "directionLongitude": ""},
        {"directionLatitude": "", "directionLongitude": "", "coordonneeX": "6570414.61", "coordonneeY": "873766.07"},
        {"directionLatitude": None, "directionLongitude": "0"},
        {"directionLatitude": "6570414.61", "directionLongitude": "873766.07", "coordonneeX": "", "coordonneeY": ""},
        {"directionLatitude": "", "directionLongitude": "", "coordonneeX": "5.254203", "coordonneeY": "46.211257"},
    ],
)
def test_swapped_or_mixed_coordinates_are_judged_by_their_values(tmp_path, change):
    found, _ = point_of(tmp_path, HERE | change)
    assert found == pytest.approx(CLINIC, abs=2e-3)


def test_metres_overseas_are_read_in_the_system_of_the_département(tmp_path):
    found, _ = point_of(tmp_path, {"coordonneeX": "1795384.4", "coordonneeY": "657242.9"}, commune="97105")
    assert found == pytest.approx((-61.526, 16.234), abs=1e-2)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (None, "1 open establishment(s) without coordinates that fit"),
        (HERE | {"cleInInteropBAN": "01053"}, "1 point(s) are centres of communes"),
        ({"coordonneeX": "0", "coordonneeY": "0"}, "1 open establishment(s) without coordinates that fit"),
    ],
)
def test_without_a_precise_point_the_commune_is_kept_and_it_is_said(tmp_path, point, message):
    accepted, rejected = tidied(finess_json, tmp_path, document(establishment(1, point=point)), "finess.json")
    assert accepted["code_insee"].tolist() == ["01053"]
    assert accepted["lon"].isna().all()
    assert rejected["reason"].str.contains(message, regex=False).sum() == 1


def test_closed_establishments_homes_and_unknown_codes_are_no_services(tmp_path):
    listed = [
        establishment(1),
        establishment(2, state="I"),
        establishment(3, closed="2019-03-03"),
        establishment(4, code="462"),
        establishment(5, code="321"),
        establishment(6, commune="97701"),
        establishment(1),
    ]
    packed = gzip.compress(document(*listed).encode())
    raw = finess_json.read(written(finess_json, tmp_path, packed, "finess.json.gz"))
    accepted, rejected = finess_json.tidy(raw)
    assert (len(raw), len(accepted)) == (7, 1)
    reasons = with_words(rejected).set_index("key")["reason"]
    assert reasons["etatObjet"].startswith("2 closed")
    assert {"462", "321", "000000006", "000000001"} <= set(reasons.index)


def test_contacts_are_not_read(tmp_path):
    raw = finess_json.read(written(finess_json, tmp_path, document(establishment(1)), "finess.json"))
    assert not raw.astype(str).apply(lambda column: column.str.contains("0428631234")).any(axis=None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not JSON"),
        ("<!DOCTYPE html>", "not JSON"),
        (document(establishment(1))[:-40], "not JSON"),
        (gzip.compress(document(establishment(1)).encode(), mtime=0)[:-20], "corrupt, truncated"),
        (document(), "no record"),
        (document(establishment(1)).replace("numFinessEge", "numero"), "key numFinessEge is missing"),
        (document(establishment(1)).replace("CLINIQUE CONVERT", "X" * 1_000_000), "1,000,001 characters"),
        (document(establishment(1)).replace('"01053"', '"1053"'), "lost their leading zero (line 1 « 1053 »)"),
    ],
)
def test_spoilt_documents_are_refused_by_name(tmp_path, content, message):
    with pytest.raises(BadInput, match=r"finess\.json") as refused:
        finess_json.read(written(finess_json, tmp_path, content, "finess.json"))
    assert message in str(refused.value)


def test_the_official_example(shared_data):
    path = shared_data / "services" / "finess" / "finess-structures-journalier-20260309.sample.json"
    raw, accepted, rejected = real(finess_json, path)
    assert (len(raw), len(accepted)) == (2, 1)
    assert accepted.loc[0, ["id", "category", "code_insee"]].tolist() == ["finess_ans--010780195", "hopital", "01053"]
    assert (accepted.loc[0, "lon"], accepted.loc[0, "lat"]) == CLINIC
    assert rejected["reason"].str.startswith("1 closed").all()
