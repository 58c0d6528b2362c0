"""What each role may do: all addresses and all callbacks are walked, none is chosen; who did it is always who signed
in."""

import json
import re

import pytest
from dash import html
from flask import g

from dashboard import shell
from dashboard.accounts import permissions
from dashboard.accounts.admission import Admission
from dashboard.accounts.roles import MAY, Action, Actor, Role, allowed
from dashboard.accounts.settings import AccountSettings
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.settings import Settings
from dashboard.state import read
from geodata.workspace import open_workspace
from tests.dashboard.accounts.conftest import PUBLIC

CALLBACK = "/_dash-update-component"


def answering(app) -> dict:
    """Callbacks that the server answers, by what the table calls them."""
    return {key: about["callback"] for key, about in app.callback_map.items() if "callback" in about}


def test_nobody_may_do_what_nobody_allowed():
    assert not allowed(None, Action.READ, "a")
    assert not allowed(Actor("x", "X", {"b": Role.ADMINISTRATOR}), Action.READ, "a")
    assert allowed(None, Action.OPEN, "a")
    for role in Role:
        for action in Action:
            assert allowed(Actor("x", "X", {"a": role}), action, "a") == (action is Action.OPEN or action in MAY[role])


def test_every_address_and_every_callback_is_in_the_table_and_no_other(app):
    rules = {rule.rule for rule in app.server.url_map.iter_rules()}
    assert permissions.unlisted(rules, answering(app).values()) == []
    named = {f"{one.__module__}:{one.__name__}" for one in answering(app).values()}
    assert set(permissions.CALLBACKS) == named
    assert {rule for rule in permissions.ROUTES if not rule.startswith(("/accounts/", "/_root"))} <= rules


def test_a_callback_that_is_not_listed_is_refused_to_all_and_named_in_the_log(
    store, database, tmp_path, monkeypatch, caplog
):
    monkeypatch.delitem(permissions.CALLBACKS, "dashboard.pages.besoin.callbacks:contest")
    app = create_app(store, open_workspace(str(tmp_path / "w.sqlite")), Settings(db=str(database)))
    assert "callbacks:contest" in caplog.text
    key, about = of_name(app.callback_map, "contest")
    assert app.server.test_client().post(CALLBACK, json=body_of(key, about)).status_code == 403


def test_an_address_that_is_not_listed_is_refused_to_all(app, monkeypatch):
    monkeypatch.delitem(permissions.ROUTES, "/export/carte.csv")
    assert app.server.test_client().get("/export/carte.csv").status_code == 403


def body_of(key: str, about: dict, value=None) -> dict:
    """A question to a callback, every field with the same value."""
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in key.strip(".").split("...")]

    def items(part: str) -> list:
        return [{"id": one["id"], "property": one["property"], "value": value} for one in about[part]]

    shown = outputs if key.startswith("..") else outputs[0]
    changed = [f"{one['id']}.{one['property']}" for one in about["inputs"][:1]]
    return {"output": key, "outputs": shown, "inputs": items("inputs"), "state": items("state"),
            "changedPropIds": changed}  # fmt: skip


def of_name(callbacks: dict, name: str) -> tuple[str, dict]:
    return next((k, a) for k, a in callbacks.items() if getattr(a.get("callback"), "__name__", "") == name)


def post(browser, body: dict):
    return browser.post(CALLBACK, json=body, base_url=PUBLIC, headers={"Sec-Fetch-Site": "same-origin"})


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_may_ask_what_the_table_gives_it_and_nothing_else(server, role):
    browser = server.browser() if role is None else server.member(role)
    callbacks = server.hosted.apps["agence"].callback_map
    refused = set()
    for key, about in callbacks.items():
        if "callback" in about and post(browser, body_of(key, about)).status_code in (401, 403):
            refused.add(f"{about['callback'].__module__}:{about['callback'].__name__}")
    may = MAY[role] if role else frozenset()
    assert refused == {name for name, action in permissions.CALLBACKS.items() if action not in may}


@pytest.mark.parametrize("role", [None, *Role])
def test_each_address_answers_only_who_may_ask_it(server, role):
    browser = server.browser() if role is None else server.member(role)
    may = (MAY[role] if role else frozenset()) | {Action.OPEN}
    for rule in server.flask.url_map.iter_rules():
        action = permissions.of_route(rule.rule)
        address = re.sub(r"<[^>]*>", "x", rule.rule)
        # The first is asked above; the others ask nothing of anybody.
        if rule.rule == CALLBACK or address.startswith("/accounts/"):
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status = browser.open(address, method=method, base_url=PUBLIC).status_code
            assert (status in (401, 403)) == (action not in may), (rule.rule, status)


def kind_of(id: str | dict) -> str:
    """What names a component in the table of callbacks: its identifier, or its type among several."""
    several = json.loads(id) if isinstance(id, str) and id.startswith("{") else id
    return several["type"] if isinstance(several, dict) else several


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", ["/besoin?s=commune:S1001", "/territoire?s=epci:S11", "/scenarios", "/fiches"])
def test_what_a_role_may_not_press_is_off_and_its_form_says_why_before_its_fields(server, role, address):
    app = server.hosted.apps["agence"]
    pressed = {
        kind_of(one["id"])
        for about in app.callback_map.values()
        if "callback" in about and permissions.of_callback(about["callback"]) is Action.WRITE
        for one in about["inputs"]
        if one["property"] == "n_clicks"
    }
    facts = Facts(server.hosted.stores["agence"], server.hosted.workspaces["agence"])
    choice = read(*address.partition("?")[::2])[0]
    with app.server.test_request_context(address):
        g.admission, g.space = server.hosted.admission, "agence"
        g.actor = Actor("x", "Une chargée de planification", {"agence": role})
        page = html.Div(shell.layout(facts, choice))
    named = [one for one in page._traverse() if isinstance(one, html.Button) and getattr(one, "id", None)]
    buttons = [one for one in named if kind_of(one.id) in pressed]
    assert buttons
    for one in buttons:
        assert one.disabled is (role is Role.READER), one.id
    # Read aloud and by the finger, in the order of the page: said once before the first button of a form.
    said = 0
    for one in page._traverse():
        said += isinstance(one, html.P) and "donne le rôle de chargé de planification" in str(one.children)
        assert role is not Role.READER or one not in buttons or said, one.id
    forms = {"/besoin": 1, "/territoire": 1, "/scenarios": 4, "/fiches": 2}[address.partition("?")[0]]
    assert said == (forms if role is Role.READER else 0)


def test_what_is_written_is_signed_by_who_signed_in_whatever_the_fields_say(server):
    """Every callback that writes is asked with another's name in every field that it has."""
    browser = server.member(Role.PLANNER)
    workspace = server.hosted.workspaces["agence"]
    callbacks = server.hosted.apps["agence"].callback_map
    forged = "Directrice générale"
    before = len(workspace.audit.list())

    def ask(name: str, **fields):
        key, about = of_name(callbacks, name)
        body = body_of(key, about, forged)
        for item in (*body["inputs"], *body["state"]):
            if item["id"] in fields:
                item["value"] = fields[item["id"]]
        return post(browser, body)

    query = "?s=epci:S11"
    assert (
        ask("write", **{"territoire-write": 1, "territoire-asked": query, "territoire-note": "Un mot."}).status_code
        == 200
    )
    assert (
        ask(
            "contest",
            **{
                "besoin-send": 1,
                "besoin-category": "mairie",
                "besoin-statement": "assert",
                "besoin-service": None,
                "besoin-why": "Vu.",
                "besoin-selected": "commune:97401",
                "besoin-question": "",
            },
        ).status_code
        == 200
    )
    request = {"region": "R1"}
    plan = {
        "format": "reliance-plan-1",
        "name": "Plan",
        "content": {"request": request, "proposal": None, "plan": None, "locked": [], "data_hash": ""},
        "versions": [],
    }
    ask("bring", **{"plan-imported": {"text": json.dumps(plan)}, "url": ""})
    lines = workspace.audit.list()[before:]
    assert len(lines) >= 2
    assert {line.who for line in lines} == {"Prénom Inventé"}
    assert all(one.who == "Prénom Inventé" for one in workspace.notes.list("epci", "S11"))


def test_nobody_ends_what_another_one_wrote(server, person):
    writer = server.member(Role.PLANNER)
    workspace = server.hosted.workspaces["agence"]
    note = workspace.notes.add("epci", "S12", "De quelqu’un d’autre", who="Quelqu’un d’autre")
    callbacks = server.hosted.apps["agence"].callback_map

    def withdraw():
        key, about = next(
            (k, a) for k, a in callbacks.items() if getattr(a.get("callback"), "__name__", "") == "withdraw"
        )
        body = body_of(key, about, "x")
        pressed = {"type": "territoire-withdraw", "note": note.id}
        body["inputs"] = [[{"id": pressed, "property": "n_clicks", "value": 1}]]
        body["changedPropIds"] = [json.dumps(pressed, separators=(",", ":"), sort_keys=True) + ".n_clicks"]
        next(one for one in body["state"] if one["id"] == "territoire-asked")["value"] = "?s=epci:S12"
        return post(writer, body)

    assert "Seul son auteur" in withdraw().text
    assert note in workspace.notes.list("epci", "S12")
    number = server.register.named("p@ars.example")[0].id
    server.register.grant(number, "agence", Role.ADMINISTRATOR, by="test")
    withdraw()
    assert note not in workspace.notes.list("epci", "S12")


def test_limits_are_by_account(server):
    browser = server.member(Role.PLANNER)
    number = server.register.named("p@ars.example")[0].id
    key, about = next(
        (k, a)
        for k, a in server.hosted.apps["agence"].callback_map.items()
        if k.startswith("..sheet-job.data...sheet-said")
    )
    body = body_of(key, about)
    fields = {"sheet-print": 1, "sheet-region": "R1", "sheet-level": "epci", "sheet-merge": "", "url": ""}
    for item in (*body["inputs"], *body["state"]):
        item["value"] = fields[item["id"]]
    assert post(browser, body).status_code == 200
    assert server.hosted.workspaces["agence"].jobs.list()[0].client == f"account:{number}"


def test_where_nobody_signs_in_pages_hold_nothing_of_accounts(app, store, database, tmp_path, client):
    """The page of a server without accounts is the page of one that knows of none."""
    admission = Admission(AccountSettings(), {"agence": ""})
    other = create_app(
        store, open_workspace(str(tmp_path / "w.sqlite")), Settings(db=str(database)), admission=admission
    )
    for address in ("/", "/besoin", "/scenarios", "/fiches", "/_dash-layout", "/_dash-dependencies"):
        # Dash gives each of its applications a number of its own.
        pages = [re.sub(r'"end_id":"[^"]*"', "", c.get(address).text) for c in (other.server.test_client(), client)]
        assert pages[0] == pages[1]
    for page in ("/", "/territoire", "/scenarios", "/besoin", "/fiches"):
        key, about = next((k, a) for k, a in app.callback_map.items() if k.startswith("..shell.children"))
        body = body_of(key, about, "")
        body["inputs"][0]["value"], body["state"][0]["value"] = page, None
        text = client.post(CALLBACK, json=body).text
        assert (
            "Administration" not in text and "signout" not in text and '"refused"' not in text and "Signé" not in text
        )
