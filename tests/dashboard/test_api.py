"""Outlines, services and downloads by address; headers; errors in words."""

import json
import sqlite3

import brotli
import geobuf
import pytest

from dashboard import export
from dashboard.app import create_app
from dashboard.settings import Settings
from geodata.agency import AgencyKind
from geodata.errors import DatabaseUnavailable, UsageError
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard import synthetic


@pytest.fixture
def outlines(facts) -> str:
    return f"/geo/{facts.fingerprint(Level.COMMUNE, 'R1')}/commune/R1.pbf"


def test_outlines_are_sent_as_stored_and_kept_forever(client, outlines):
    answer = client.get(outlines, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    features = geobuf.decode(brotli.decompress(answer.data))["features"]
    assert {f["properties"]["code"] for f in features} == {c[0] for c in synthetic.COMMUNES if c[0].startswith("S")}


def test_outlines_are_opened_for_a_browser_without_brotli(client, outlines):
    answer = client.get(outlines, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert len(geobuf.decode(answer.data)["features"]) == 9


@pytest.mark.parametrize("path", ["/geo/0/commune/R1.pbf", "/geo/0/quartier/R1.pbf", "/services/x/R0.json"])
def test_what_does_not_exist_is_404_in_words(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "n’est pas dans la base" in answer.text


def test_a_page_has_one_address_and_a_slash_leads_to_it(client):
    answer = client.get("/territoire/?s=epci:S11&lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/territoire?s=epci:S11&lang=en")
    assert client.get("/besoin/", follow_redirects=True).status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/nulle-part/").status_code == 404


def test_names_of_a_map_begin_with_the_most_peopled(client, facts):
    answer = client.get(f"/noms/{facts.version}/epci/R1.json")
    names = answer.get_json()
    assert [name for name, *_ in names][:2] == ["Saint-Étienne-la-Synthétique", "L'Haÿ-Fictif"]
    assert all(-180 < lon < 180 and -90 < lat < 90 and kind == 0 for _, lon, lat, kind in names)
    assert len(names) == 9, "a place without a census is named too"
    departements = client.get(f"/noms/{facts.version}/departement/FR.json").get_json()
    assert {name for name, *_ in departements} == {"Département synthétique", "Autre département synthétique"}
    assert client.get(f"/noms/{facts.version}/commune/R0.json").status_code == 404


def test_services_are_light_points(client, facts):
    address = f"/services/{facts.version}/R1.json?categories=mairie,association,infirmier"
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    points = json.loads(brotli.decompress(answer.data))["features"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(points) == 10, "the nurse has no position"
    association = next(p["properties"] for p in points if p["properties"]["family"] == "citizen")
    assert association["name"] == "=Association <b>fictive</b>"
    assert association["commune"] == "Saint-Étienne-la-Synthétique"
    assert set(association) == {"id", "name", "category", "family", "hours", "commune"}


def test_services_of_the_country_are_drawn_in_insets(client, facts):
    answer = client.get(f"/services/{facts.version}/FR.json?categories=mairie", headers={"Accept-Encoding": "identity"})
    west = min(f["geometry"]["coordinates"][0] for f in answer.get_json()["features"])
    assert west < -7


def test_services_of_another_build_are_not_kept(client):
    answer = client.get("/services/older/R1.json?categories=mairie")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_category_is_refused(client, facts):
    answer = client.get(f"/services/{facts.version}/R1.json?categories=nimbus")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/", "/export/carte.csv", "/_dash-layout", "/geo/0/commune/R1.pbf", "/nowhere"])
def test_security_headers_are_on_every_answer(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy and "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"


def test_the_page_says_its_language(client):
    assert '<html lang="fr">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="fr">' in client.get("/?lang=%22%3E%3Cscript%3E").text


def test_the_csv_has_a_name_and_follows_the_address(client):
    answer = client.get("/export/carte.csv?r=R1&m=commune&v=below")
    assert (
        "reliance_territoire-synthetique_communes_moyenne-nationale_en-dessous_"
        in answer.headers["Content-Disposition"]
    )
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and "Basse-Fictive" in lines[1]


def test_formulas_are_disarmed_in_downloads(client):
    assert ";'+Formule;" in client.get("/export/carte.csv?r=R1&m=commune").text
    assert ";'=cmd" in client.get("/export/rejets.csv").text


def test_an_unknown_scenario_is_said_in_words(client):
    answer = client.get("/export/carte.csv?sc=moon")
    assert answer.status_code == 404
    assert "scénario" in answer.text


@pytest.mark.parametrize("name", ["carte.csv", "carte.gpkg", "besoin.csv", "commencer.csv"])
def test_no_file_answers_another_question_than_the_one_asked(client, name):
    answer = client.get(f"/export/{name}?r=99")
    assert answer.status_code == 404
    assert "territoire" in answer.text
    assert client.get(f"/export/{name}?t=soon").status_code == 400


def test_rejects_of_one_source(client):
    text = client.get("/export/rejets.csv?source=synthetic_services").text
    assert "ni code de commune ni point" in text and "=cmd" not in text


def test_rejects_are_told_in_the_language_of_the_reader(facts, monkeypatch):
    every = facts.store.rejects()
    told = every.assign(reason="commune_above", details="{}")
    monkeypatch.setattr(type(facts.store), "rejects", lambda store, source: told)
    french, english = (export.rejects(facts, None, lang) for lang in ("fr", "en"))
    assert list(french) == ["numero", "source", "ligne", "identifiant", "motif"] and len(french) == len(every) > 0
    assert set(french["motif"]) == {"cette commune figure déjà sur une ligne précédente"}
    assert set(english["motif"]) == {"this commune is already on a line above"}


def test_a_database_that_goes_away_is_said_in_words_and_why_in_the_log(tmp_path, workspace, caplog):
    path = synthetic.write(tmp_path / "gone.gpkg")
    app = create_app(open_store(str(path)), workspace, Settings(db=str(path)))
    path.unlink()
    answer = app.server.test_client().get("/export/carte.csv?r=R1")
    assert answer.status_code == 503
    assert "ne peut pas être lue" in answer.text
    (line,) = [one.getMessage() for one in caplog.records if one.name == "dashboard.errors"]
    assert "unable to open database file" in line


def test_a_database_of_another_version_is_refused_at_the_start(tmp_path, workspace):
    path = synthetic.write(tmp_path / "old.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE estimate DROP COLUMN var_local")
    with pytest.raises(DatabaseUnavailable, match="etl build"):
        create_app(open_store(str(path)), workspace, Settings(db=str(path)))


def test_settings_come_from_the_environment_then_the_command_line():
    environ = {"RELIANCE_DB": "a.gpkg", "RELIANCE_PORT": "9000"}
    assert Settings.from_env(environ).port == 9000
    given = Settings.from_env(environ, ["--port", "9001"])
    assert (given.db, given.workspace, given.port) == ("a.gpkg", "workspace.sqlite", 9001)
    assert Settings.from_env({}, ["--db", "far/a.gpkg"]).workspace == "far/workspace.sqlite"
    assert Settings.from_env({"RELIANCE_WORKSPACE": "b.sqlite"}).workspace == "b.sqlite"
    assert Settings.from_env({"RELIANCE_DB": "postgresql://x/y"}).workspace == "var/workspace.sqlite"
    assert Settings(host="0.0.0.0", port=1).address == "http://127.0.0.1:1/"
    with pytest.raises(UsageError, match="RELIANCE_PORT"):
        Settings.from_env({"RELIANCE_PORT": "many"})
    with pytest.raises(DatabaseUnavailable, match="etl build"):
        open_store("/nowhere/x.gpkg")


@pytest.mark.parametrize("kind", list(AgencyKind))
def test_templates_of_agency_files(client, kind):
    book = client.get(f"/export/modele/{kind}.xlsx")
    assert book.data.startswith(b"PK") and f"modele_{kind}.xlsx" in book.headers["Content-Disposition"]
    assert client.get(f"/export/modele/{kind}.csv").data.decode("utf-8-sig").count(";") > 1
    assert client.get(f"/export/modele/{kind}.pdf").status_code == 400
