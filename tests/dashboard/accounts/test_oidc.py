"""Signing in: by ProConnect's rules, against a provider that keeps them all; by those of any other; and every way to
fail."""

import base64
import html
import json
import re
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask
from joserfc.jwk import RSAKey

from dashboard.accounts import provider as provider_module
from dashboard.accounts.roles import Role
from tests.dashboard.accounts.conftest import PUBLIC, Server, query_of, with_oidc
from tests.dashboard.accounts.strict import CLIENT, SECRET

# -- the fixture is as strict as what it stands for ------------------------------------------------------------------


def library(provider, **options):
    oauth = OAuth(Flask("library"))
    oauth.app.secret_key = "x"
    about = f"{provider.issuer}/.well-known/openid-configuration"
    return oauth.app, oauth.register("p", client_id=CLIENT, client_secret=SECRET, server_metadata_url=about, **options)


def test_the_defaults_of_the_library_fail_on_the_strict_provider(provider):
    app, client = library(provider, client_kwargs={"scope": "openid email"})
    with app.test_request_context("/"):
        # State and nonce are too short.
        sent = client.create_authorization_url(f"{PUBLIC}/accounts/callback")
        assert (len(sent["state"]), len(sent["nonce"])) == (30, 20)
        assert requests.get(sent["url"], timeout=10).text == "Y000400"
        long = {"state": "s" * 43, "nonce": "n" * 43}
        sent = client.create_authorization_url(f"{PUBLIC}/accounts/callback", **long)
        code = query_of(requests.get(sent["url"], allow_redirects=False, timeout=10).headers["Location"])["code"]
        # The secret is sent in a header.
        with pytest.raises(OAuthError, match="invalid_client"):
            client.fetch_access_token(f"{PUBLIC}/accounts/callback", code=code)


def test_the_defaults_of_the_library_lose_the_token_and_do_not_read_who_came(provider):
    options = {"scope": "openid email", "token_endpoint_auth_method": "client_secret_post"}
    app, client = library(provider, client_kwargs=options)
    with app.test_request_context("/"):
        sent = client.create_authorization_url(f"{PUBLIC}/accounts/callback", state="s" * 43, nonce="n" * 43)
        code = query_of(requests.get(sent["url"], allow_redirects=False, timeout=10).headers["Location"])["code"]
        token = client.fetch_access_token(f"{PUBLIC}/accounts/callback", code=code)
        # A minute of life is counted as none.
        assert token.is_expired(leeway=60) and not token.is_expired(leeway=0)
        client.client_kwargs["leeway"] = 0
        with pytest.raises(ValueError):
            client.userinfo(token=token)


def test_the_strict_provider_refuses_a_parameter_that_it_does_not_list(provider):
    parameters = {"client_id": CLIENT, "redirect_uri": f"{PUBLIC}/accounts/callback", "response_type": "code",
             "scope": "openid", "state": "s" * 43, "nonce": "n" * 43}  # fmt: skip
    assert (
        requests.get(f"{provider.issuer}/authorize", parameters, allow_redirects=False, timeout=10).status_code == 302
    )
    parameters |= {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    assert (
        requests.get(f"{provider.issuer}/authorize", parameters, allow_redirects=False, timeout=10).status_code == 400
    )


# -- signing in ------------------------------------------------------------------------------------------------------


def test_somebody_without_a_role_reads_the_rule_and_what_is_known_of_them(server):
    browser = server.browser()
    answer = server.sign_in(browser)
    assert answer.status_code == 403
    for part in ("Vous n’avez pas accès", "La règle", "Prénom Inventé", "ARS inventée", "13000846800018", "aucun"):
        assert part in answer.text, part
    # Recognised, and let into nothing.
    assert server.get(browser, "/export/carte.csv").status_code in (302, 401)


def test_an_unknown_browser_is_sent_to_the_sign_in_and_comes_back_to_its_page(server):
    browser = server.member(Role.READER)
    other = server.browser()
    sent = server.get(other, "/besoin?r=R1&t=12")
    assert sent.status_code == 302 and sent.headers["Location"].startswith("/accounts/signin?wanted=")
    shown = server.get(other, sent.headers["Location"])
    assert "S’identifier avec ProConnect" in shown.text
    begin = re.search(r'href="(/accounts/begin[^"]*)"', shown.text)[1].replace("&amp;", "&")
    assert query_of(begin)["wanted"] == "/besoin?r=R1&t=12"
    answer = server.sign_in(other, query_of(begin)["wanted"].replace("&", "%26").replace("?", "%3F"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/besoin?r=R1&t=12")
    assert (
        server.get(other, "/export/carte.csv").status_code
        == server.get(browser, "/export/carte.csv").status_code
        == 200
    )


def test_the_cookie_is_of_this_host_only_and_its_identifier_is_kept_nowhere(server):
    browser = server.member(Role.READER)
    cookie = next(line for line in server.sign_in(browser).headers.getlist("Set-Cookie") if "__Host-reliance=" in line)
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Domain" not in cookie
    secret = cookie.split("=", 1)[1].split(";")[0]
    assert len(base64.urlsafe_b64decode(secret + "==")) == 32
    kept = b"".join(path.read_bytes() for path in server.folder.glob("accounts.sqlite*"))
    assert secret.encode() not in kept


def test_each_sign_in_has_a_new_identifier_and_the_old_one_is_worth_nothing(server):
    browser = server.member(Role.READER)
    old = browser.get_cookie("__Host-reliance", domain="carte.ars.example").value
    server.sign_in(browser)
    assert browser.get_cookie("__Host-reliance", domain="carte.ars.example").value != old
    assert server.register.actor(old) is None


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(server, wanted):
    server.member(Role.READER)
    browser = server.browser()
    assert server.sign_in(browser, wanted).headers["Location"] == "/"


def test_another_state_is_refused(server):
    browser = server.browser()
    back = server.sent_to_provider(browser)
    answer = server.get(browser, back.replace("state=", "state=x"))
    assert answer.status_code == 403 and "Vous n’êtes pas connecté" in answer.text


def test_a_sign_in_that_was_begun_by_another_browser_is_refused(server):
    back = server.sent_to_provider(server.browser())
    victim = server.browser()
    assert server.get(victim, back).status_code == 403
    server.sent_to_provider(victim)
    assert server.get(victim, back).status_code == 403


def test_the_same_answer_of_the_provider_is_of_use_once(server):
    browser = server.browser()
    back = server.sent_to_provider(browser)
    cookie = browser.get_cookie("__Host-reliance-signin", domain="carte.ars.example").value
    server.get(browser, back)
    browser.set_cookie("__Host-reliance-signin", cookie, domain="carte.ars.example")
    assert server.get(browser, back).status_code == 403


def test_a_code_that_the_provider_gave_to_another_sign_in_is_refused(server):
    first, second = server.browser(), server.browser()
    one, two = server.sent_to_provider(first), server.sent_to_provider(second)
    mixed = two.replace(query_of(two)["code"], query_of(one)["code"])
    # The nonce is that of another browser.
    assert server.get(second, mixed).status_code == 403


def test_a_sign_in_that_took_too_long_is_refused(server):
    browser = server.browser()
    back = server.sent_to_provider(browser)
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
    with sqlite3.connect(server.folder / "accounts.sqlite") as base:
        base.execute("UPDATE sign_in SET ends_on = ?", (past,))
    assert server.get(browser, back).status_code == 403


LONG_AGO = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
"""The same for every process that runs these tests: they are named after it."""


@pytest.mark.parametrize(
    "claims",
    [{"exp": LONG_AGO}, {"aud": "another"}, {"iss": "https://evil.example"}, {"nonce": "n" * 43}, {"sub": "somebody"}],
    ids=str,
)
def test_an_identity_token_that_is_not_for_this_sign_in_is_refused(server, provider, person, claims):
    provider.claims = claims
    browser = server.browser()
    assert server.sign_in(browser).status_code == 403
    assert browser.get_cookie("__Host-reliance", domain="carte.ars.example") is None


@pytest.mark.parametrize(
    "claims", [{"exp": LONG_AGO}, {"aud": "another"}, {"iss": "https://evil.example"}, {"sub": "somebody"}], ids=str
)
def test_what_is_said_of_somebody_else_is_refused(server, provider, person, claims):
    provider.person_claims = claims
    assert server.sign_in(server.browser()).status_code == 403


def test_a_token_signed_with_another_key_is_refused(server, provider, person):
    provider.signed_with = RSAKey.generate_key(2048, {"kid": "k1"})
    assert server.sign_in(server.browser()).status_code == 403


def test_a_token_without_signature_is_refused(server, provider, person, monkeypatch):
    def unsigned(claims: dict) -> str:
        parts = ({"alg": "none"}, claims)
        return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."

    monkeypatch.setattr(provider, "sign", unsigned)
    assert server.sign_in(server.browser()).status_code == 403


def test_keys_that_the_provider_renewed_are_read_again(server, provider, monkeypatch):
    # The clock of a machine that has just been started is far under the hour for which keys are kept.
    monkeypatch.setattr(provider_module, "time", SimpleNamespace(monotonic=lambda: 5.0, time=time.time))
    server.member(Role.READER)
    monkeypatch.setattr(provider, "key", RSAKey.generate_key(2048, {"kid": "k2"}))
    assert server.sign_in(server.browser()).status_code == 302


def test_a_level_of_authentication_may_be_required(provider, person, database, tmp_path):
    demanding = Server(with_oidc(provider, database, tmp_path, acr=("eidas2", "eidas3")))
    demanding.register.invite("p@ars.example", "agence", Role.READER, by="test")
    answer = demanding.sign_in(demanding.browser())
    assert answer.status_code == 403 and "eidas2, eidas3" in answer.text and "eidas1" in answer.text
    provider.claims = {"acr": "eidas2"}
    assert demanding.sign_in(demanding.browser()).status_code == 302


# -- the end of a session --------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_here_and_at_the_provider(server, provider):
    browser = server.member(Role.READER)
    secret = browser.get_cookie("__Host-reliance", domain="carte.ars.example").value
    answer = browser.post("/accounts/signout", base_url=PUBLIC, headers={"Sec-Fetch-Site": "same-origin"})
    # No form may lead to another site (the content policy): the page goes on by itself.
    onward = html.unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)[1])
    assert onward.startswith(f"{provider.issuer}/session/end?")
    after = requests.get(onward, allow_redirects=False, timeout=10)
    assert after.headers["Location"].startswith(f"{PUBLIC}/accounts/signedout?state=")
    assert server.register.actor(secret) is None
    assert server.get(browser, "/export/carte.csv").status_code == 302
    assert "Vous êtes déconnecté" in server.get(browser, "/accounts/signedout").text


def test_another_site_signs_nobody_out(server):
    browser = server.member(Role.READER)
    browser.post("/accounts/signout", base_url=PUBLIC, headers={"Sec-Fetch-Site": "cross-site"})
    assert server.get(browser, "/export/carte.csv").status_code == 200


def test_a_session_ends_by_age(server):
    browser = server.member(Role.READER)
    past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat(timespec="seconds")
    with sqlite3.connect(server.folder / "accounts.sqlite") as base:
        base.execute("UPDATE session SET ends_on = ?", (past,))
    assert server.get(browser, "/").status_code == 302


def test_a_member_who_is_removed_is_out_at_the_next_request(server):
    browser = server.member(Role.PLANNER)
    person = server.register.named("p@ars.example")[0]
    server.register.remove(person.id, "agence", by="test")
    assert server.get(browser, "/export/carte.csv").status_code == 302
    with sqlite3.connect(server.folder / "accounts.sqlite") as base:
        assert base.execute("SELECT count(*) FROM session WHERE person = ?", (person.id,)).fetchone() == (0,)


def test_a_role_counts_from_the_moment_it_changes(server):
    browser = server.member(Role.READER)
    person = server.register.named("p@ars.example")[0]
    assert server.get(browser, "/administration").status_code == 403
    server.register.grant(person.id, "agence", Role.ADMINISTRATOR, by="test")
    assert server.get(browser, "/administration").status_code == 200
    server.register.grant(person.id, "agence", Role.READER, by="test")
    assert server.get(browser, "/administration").status_code == 403


# -- who somebody is -------------------------------------------------------------------------------------------------


def test_an_invitation_is_of_use_once_to_a_verified_address(server, person):
    server.register.invite("new@ars.example", "agence", Role.PLANNER, by="test")
    person.update(sub="n0", email="new@ars.example", email_verified=False)
    assert server.sign_in(server.browser()).status_code == 403
    person.update(sub="n1", email_verified=True)
    assert server.sign_in(server.browser()).status_code == 302
    # The same address from another account is another person.
    person.update(sub="n2")
    assert server.sign_in(server.browser()).status_code == 403


def test_two_persons_of_one_name_sign_differently(server, person):
    for number in (1, 2):
        person.update(sub=f"twin{number}", given_name="Jumelle", email=f"twin{number}@ars.example")
        server.sign_in(server.browser())
    assert server.register.named("twin1@ars.example")[0].name == "Jumelle Inventé"
    assert server.register.named("twin2@ars.example")[0].name == "Jumelle Inventé (2)"


def test_roles_never_come_from_the_provider(server, person):
    person.update(sub="boss", email="boss@ars.example", roles=["administrator"], groups=["administrator"])
    assert server.sign_in(server.browser()).status_code == 403
