"""What is let in and what is refused: other sites, other names, bodies too large, addresses that are none."""

import json
import logging
import re

import pytest

from dashboard import gate, logs
from dashboard.app import create_app
from dashboard.settings import Settings
from geodata.errors import UsageError
from geodata.store import open_store
from geodata.workspace import open_workspace
from tests.dashboard import synthetic

CALLBACK = "/_dash-update-component"
QUESTION = {
    "output": "..shell.children...shown.data..",
    "outputs": [{"id": "shell", "property": "children"}, {"id": "shown", "property": "data"}],
    "inputs": [
        {"id": "url", "property": "pathname", "value": "/methode"},
        {"id": "url", "property": "search", "value": ""},
    ],
    "changedPropIds": ["url.pathname"],
    "state": [{"id": "shown", "property": "data", "value": None}],
}


def question(app) -> dict:
    """The question of the router, with the identifiers that it has."""
    return next(
        QUESTION | {
            "output": output,
            "outputs": [
                {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2]}
                for part in output.strip(".").split("...")
            ],
            "inputs": [one | {"value": "/methode" if one["property"] == "pathname" else ""} for one in about["inputs"]],
            "state": [one | {"value": None} for one in about["state"]],
        }
        for output, about in app.callback_map.items()
        if [one["property"] for one in about["inputs"]] == ["pathname", "search"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_a_question_of_another_site_is_refused(app, client, headers, status):
    answer = client.post(CALLBACK, json=question(app), headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "autre site" in answer.text


def test_every_method_that_may_change_something_is_checked(client):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/", "/methode", "/export/carte.csv", CALLBACK):
            assert client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:8050", 200), ("[::1]:8050", 200), ("carte.example", 200), ("autre.example", 200),
     ("evil.example", 400), ("localhost.evil.example", 400), ("", 400)],
)  # fmt: skip
def test_only_our_names_are_answered(store, workspace, database, host, status):
    settings = Settings(db=str(database), public="https://carte.example/", hosts="autre.example, x.example")
    server = create_app(store, workspace, settings).server
    assert server.test_client().get("/methode", headers={"Host": host}).status_code == status


def test_exports_bear_the_public_address_whatever_name_was_asked(store, workspace, database):
    server = create_app(store, workspace, Settings(db=str(database), public="https://carte.example/")).server
    text = server.test_client().get("/export/carte.csv?r=R1", headers={"Host": "10.0.0.1"}).text
    assert "https://carte.example/?r=R1" in text and "10.0.0.1" not in text


def test_a_body_too_large_is_refused_before_it_is_read(client):
    answer = client.post(CALLBACK, data=b"x" * (gate.MOST_BYTES + 1), content_type="application/json")
    assert answer.status_code == 413 and "Mo au plus" in answer.text


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"output": 3}', '{"output": "none.children"}',
     json.dumps({"output": "x" * 100_000}), json.dumps(QUESTION | {"inputs": [{}] * 1000})],
)  # fmt: skip
def test_a_body_that_is_no_question_is_refused_in_one_line(client, body, caplog):
    with caplog.at_level(logging.INFO):
        answer = client.post(CALLBACK, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert all(len(logs.Line().format(record)) < 1_000 for record in caplog.records)


def test_a_line_of_the_log_is_bounded_and_holds_no_password():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "postgresql://u:secret@h/d " + "y" * 10**6, (), None)
    line = json.loads(logs.Line().format(record))
    assert len(line["message"]) <= logs.LONGEST + 3 and "secret" not in line["message"]


@pytest.mark.parametrize("path", ["/nothing", "/export/nothing.csv", "/wp-login.php", "/export/nothing/else"])
def test_an_unknown_address_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/methode", "/territoire", "/scenarios", "/fiches", "/besoin", "/commencer", "/accessibilite"]
)
def test_every_page_is_found(client, path):
    assert client.get(path).status_code == 200


def test_each_answer_has_a_number_and_keeps_that_of_the_proxy(client):
    assert len(client.get("/healthz").headers["X-Request-ID"]) == 16
    assert (
        client.get("/healthz", headers={"X-Request-ID": "abcdef0123456789"}).headers["X-Request-ID"]
        == "abcdef0123456789"
    )
    assert client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["X-Request-ID"] != "a b\tc"


def test_health_follows_the_database_and_the_workspace(tmp_path):
    database = synthetic.write(tmp_path / "x.gpkg")
    folder = tmp_path / "written"
    workspace = open_workspace(str(folder / "workspace.sqlite"))
    client = create_app(open_store(str(database)), workspace, Settings(db=str(database))).server.test_client()
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    folder.rename(tmp_path / "gone")
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 503)
    assert "workspace: WorkspaceUnavailable" in client.get("/readyz").text
    database.unlink()
    assert client.get("/healthz").status_code == 503


def test_measures_count_answers_and_computations(client):
    client.get("/methode")
    text = client.get("/metrics").text
    assert 'reliance_answers_total{method="GET",status="200"}' in text
    assert 'reliance_jobs{state="running"}' in text


def test_other_machines_are_let_in_only_when_told():
    with pytest.raises(UsageError, match="no account is configured"):
        Settings.from_env({}, ["--host", "0.0.0.0"])
    assert Settings.from_env({"RELIANCE_OPEN": "1"}, ["--host", "0.0.0.0"]).host == "0.0.0.0"
    assert Settings.from_env({}, ["--host", "0.0.0.0", "--open"]).open
    for host in ("127.0.0.1", "localhost", "::1"):
        assert Settings.from_env({}, ["--host", host]).host == host


@pytest.fixture
def mounted(store, workspace, database):
    """The application under a path, as a proxy that strips it, or keeps it, sees it."""
    return create_app(store, workspace, Settings(db=str(database), public="https://h.example/r/", prefix="/r/"))


@pytest.mark.parametrize("sent", ["", "/r"])
def test_every_address_that_leaves_bears_the_prefix(mounted, sent):
    client = mounted.server.test_client()
    page = client.get(f"{sent}/methode").text
    assert all(address.startswith("/r/") for address in re.findall(r'(?:src|href)="(/[^"]*)"', page))
    assert r'"requests_pathname_prefix":"\u002fr\u002f"' in page and " /r/export/carte.csv" in page
    for path in ("/r/", "/r/methode", "/r/territoire", "/r/scenarios", "/r/fiches", "/r/besoin", "/r/none"):
        asked = question(mounted)
        asked["inputs"][0]["value"] = path
        answer = client.post(f"{sent}{CALLBACK}", json=asked)
        assert answer.status_code == 200
        links = re.findall(r'"(?:href|src|url)":"(/[^"]*)"', answer.text)
        assert links and all(link.startswith("/r/") for link in links)
        assert not any(link.startswith("/r/r/") for link in links)
        assert answer.json["response"]["shown"]["data"]["page"] == path.removeprefix("/r")
    assert client.get(f"{sent}/export/carte.csv").text.count("https://h.example/r/") > 1


def test_the_page_under_the_prefix_is_drawn_at_once(mounted):
    answer = mounted.server.test_client().get("/r/_dash-layout", headers={"Referer": "https://h.example/r/besoin"})
    drawn = {part["props"]["id"]: part["props"] for part in answer.get_json()["props"]["children"]}
    assert drawn["shown"]["data"]["page"] == "/besoin"


def test_the_prefix_alone_leads_to_the_application(mounted):
    answer = mounted.server.test_client().get("/r")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/r/")


def test_the_prefix_is_the_path_of_the_public_address():
    assert Settings.from_env({}, ["--public", "https://h.example/reliance"]).prefix == "/reliance/"
    assert Settings.from_env({}, []).prefix == "/"
    with pytest.raises(UsageError, match="is not a path"):
        Settings.from_env({"RELIANCE_PREFIX": "/a/../b"}, [])
