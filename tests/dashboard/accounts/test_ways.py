"""The other ways to be known: a plain provider, a trusted proxy, and one reader on this machine."""

import os
import re
import subprocess
import sys

import oidc_provider_mock
import pytest
import requests

from dashboard.accounts.__main__ import main
from dashboard.accounts.register import Identity, open_register
from dashboard.accounts.roles import Role
from dashboard.accounts.settings import AccountSettings, Auth
from dashboard.app import create_app
from dashboard.settings import Settings
from geodata.errors import UsageError
from geodata.workspace import open_workspace
from tests.conftest import PROJECT
from tests.dashboard.accounts.conftest import PUBLIC, Server, with_oidc
from tests.dashboard.accounts.strict import CLIENT, SECRET

OIDC = {"RELIANCE_AUTH": "oidc", "RELIANCE_OIDC_ISSUER": "https://id.example", "RELIANCE_OIDC_CLIENT_ID": "c",
        "RELIANCE_OIDC_CLIENT_SECRET": "s", "RELIANCE_PUBLIC": "https://carte.example/"}  # fmt: skip


# -- a provider that is not ProConnect -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(database, tmp_path_factory):
    with oidc_provider_mock.run_server_in_thread() as running:
        address = f"http://localhost:{running.server_port}"
        user = {"email": "k@ars.example", "name": "Nom de Keycloak"}
        requests.put(f"{address}/users/k1", json=user, timeout=10).raise_for_status()
        folder = tmp_path_factory.mktemp("plain")

        class Plain:
            issuer = requests.get(f"{address}/.well-known/openid-configuration", timeout=10).json()["issuer"]

        yield Server(with_oidc(Plain, database, folder))


def back_from(plain, browser) -> str:
    begun = plain.get(browser, "/accounts/begin?wanted=/methode")
    answer = requests.post(begun.headers["Location"], data={"sub": "k1"}, allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"].removeprefix(PUBLIC)


def test_any_provider_found_by_discovery_signs_people_in(plain):
    refused = plain.get(plain.browser(), back_from(plain, browser := plain.browser()))
    assert refused.status_code == 403
    plain.get(browser, back_from(plain, browser))
    person = plain.register.named("k@ars.example")[0]
    plain.register.grant(person.id, "agence", Role.READER, by="test")
    answer = plain.get(browser, back_from(plain, browser))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/methode")
    assert plain.get(browser, "/export/carte.csv").status_code == 200


def test_a_provider_that_does_not_answer_says_so_in_words(database, tmp_path):
    class Gone:
        issuer = "http://127.0.0.1:9"

    server = Server(with_oidc(Gone, database, tmp_path))
    answer = server.get(server.browser(), "/accounts/begin")
    assert answer.status_code == 403 and "Vous n’êtes pas connecté" in answer.text


# -- a proxy ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxied(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxied")
    accounts = AccountSettings(auth=Auth.PROXY, url=str(folder / "accounts.sqlite"), proxy="192.0.2.1")
    server = Server(Settings(db=str(database), workspace=str(folder / "w.sqlite"), public=PUBLIC, accounts=accounts))
    person = server.register.arrive(Identity("proxy", "m.martin", "m.martin"))
    server.register.grant(person.id, "agence", Role.READER, by="test")
    return server


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("192.0.2.1", [("X-Remote-User", "m.martin")], 200),
        ("192.0.2.1", [], 401),
        ("192.0.2.1", [("X-Remote-User", "")], 401),
        ("192.0.2.1", [("X-Remote-User", "unknown")], 403),
        # Only the header of the one proxy is believed, and only when it stands alone.
        ("192.0.2.2", [("X-Remote-User", "m.martin")], 401),
        ("127.0.0.1", [("X-Remote-User", "m.martin"), ("X-Forwarded-For", "192.0.2.1")], 401),
        ("192.0.2.1", [("X-Remote-User", "m.martin"), ("X-Remote-User", "boss")], 401),
        ("192.0.2.1", [("X-Remote-User", "m.martin,boss")], 401),
        ("192.0.2.1", [("X-Forwarded-User", "m.martin")], 401),
    ],
)
def test_only_the_trusted_proxy_says_who_comes(proxied, address, headers, status):
    asked = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": address}, "headers": headers}
    assert proxied.browser().get("/export/carte.csv", **asked).status_code == status


# -- nobody signs in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "headers", "is_open", "status"),
    [("127.0.0.1", {}, False, 200), ("::1", {}, False, 200), ("10.0.0.5", {}, False, 403), ("127.0.0.1", {}, True, 403),
     ("127.0.0.1", {"X-Forwarded-For": "10.0.0.5"}, False, 403), ("127.0.0.1", {"Host": "carte.example"}, False, 403),
     ("127.0.0.1", {"Host": "localhost:8050"}, False, 200), ("::1", {"Host": "[::1]:8050"}, False, 200)],
)  # fmt: skip
def test_without_accounts_only_who_is_at_this_machine_administers(
    store, database, tmp_path, address, headers, is_open, status
):
    settings = Settings(
        db=str(database), workspace=str(tmp_path / "w.sqlite"), data=str(tmp_path), open=is_open, hosts="carte.example"
    )
    server = create_app(store, open_workspace(settings.workspace), settings).server
    options = {"environ_base": {"REMOTE_ADDR": address}, "headers": headers}
    assert server.test_client().get("/administration", **options).status_code == status
    assert server.test_client().get("/export/carte.csv", **options).status_code == 200


def started(*arguments: str, **environ: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELIANCE_")}
    command = [sys.executable, "app.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=kept | environ, capture_output=True, text=True, timeout=120)


def test_other_machines_are_refused_without_accounts(tmp_path):
    done = started("--host", "0.0.0.0", "--db", str(tmp_path / "x.gpkg"))
    assert done.returncode == 2 and "no account is configured" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"RELIANCE_AUTH": "magic"}, "local, proxy, oidc"), ({"RELIANCE_OIDC_CLIENT_SECRET": ""}, "CLIENT_SECRET"),
     ({"RELIANCE_OIDC_ISSUER": "http://id.example"}, "https://"), ({"RELIANCE_AUTH": "proxy"}, "RELIANCE_PROXY"),
     ({"RELIANCE_PUBLIC": "http://carte.example"}, "https"),
     ({"RELIANCE_AUTH": "proxy", "RELIANCE_PROXY": "name"}, "in digits")],
)  # fmt: skip
def test_settings_that_would_let_somebody_in_are_refused(changed, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        Settings.from_env(OIDC | changed)


def test_with_accounts_other_machines_are_let_to_the_sign_in():
    assert Settings.from_env(OIDC, ["--host", "0.0.0.0"]).accounts.auth is Auth.OIDC
    assert SECRET not in repr(AccountSettings(client_id=CLIENT, client_secret=SECRET))


# -- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path, monkeypatch):
    url = str(tmp_path / "accounts.sqlite")
    monkeypatch.setenv("RELIANCE_ACCOUNTS", url)
    return open_register(url)


def test_the_first_administrator_is_made_by_a_command(register, capsys):
    assert main(["grant", "a@ars.example", "--role", "administrator"]) == 0
    person = register.arrive(Identity("https://id", "1", "A", email="a@ars.example"))
    assert register.actor_of(person.id).roles == {"agence": Role.ADMINISTRATOR}
    assert main(["list"]) == 0 and "administrator" in capsys.readouterr().out
    assert main(["remove", "a@ars.example"]) == 0
    assert register.actor_of(person.id).roles == {}
    assert [event.action for event in register.events("agence")] == ["remove", "accept", "invite"]


def test_one_address_of_two_persons_is_not_enough(register, capsys):
    for issuer in ("https://one", "https://two"):
        register.arrive(Identity(issuer, "1", "A", email="a@ars.example"))
    assert main(["grant", "a@ars.example", "--role", "reader"]) == 2
    assert "give a number" in capsys.readouterr().err
    assert main(["grant", "2", "--role", "reader"]) == 0
    assert [person.id for person in register.members("agence")] == [2]


@pytest.mark.parametrize("who", ["nobody", "a b@x.fr", "@x.fr", "99"])
def test_nobody_unknown_is_given_a_role(register, who):
    assert main(["grant", who, "--role", "reader"]) == 3


def test_the_register_is_the_same_in_postgresql(postgresql):
    with postgresql.database() as url:
        register = open_register(url)
        person = register.arrive(Identity("https://id", "1", "A", email="a@ars.example"))
        register.grant(person.id, "agence", Role.PLANNER, by="test")
        secret = register.open_session(person.id)
        assert open_register(url).actor(secret).roles == {"agence": Role.PLANNER}
        register.remove(person.id, "agence", by="test")
        assert register.actor(secret) is None
