"""Servers where people sign in: the strict provider, and browsers that follow it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.test import Client, TestResponse

from dashboard.accounts.roles import Role
from dashboard.accounts.settings import AccountSettings, Auth
from dashboard.hosting import hosted
from dashboard.settings import Settings
from tests.dashboard.accounts.strict import CLIENT, SECRET, strict

PUBLIC = "https://carte.ars.example"


@pytest.fixture(scope="module")
def provider():
    with strict() as one:
        yield one


class Server:
    """A server with accounts: its parts, and browsers for it."""

    def __init__(self, settings: Settings):
        self.hosted = hosted(settings)
        self.flask = next(iter(self.hosted.apps.values())).server
        self.register = self.hosted.admission.register
        self.folder = Path(settings.workspace).parent

    def browser(self):
        """A browser that was never here."""
        return Client(self.hosted.application, TestResponse)

    def get(self, browser, address: str, **options):
        return browser.get(address, base_url=PUBLIC, headers={"Sec-Fetch-Mode": "navigate"}, **options)

    def sent_to_provider(self, browser, wanted: str = "/") -> str:
        """Begin, and what the provider sends the browser back to."""
        begun = self.get(browser, f"/accounts/begin?wanted={wanted}")
        assert begun.status_code == 302, begun.text
        answer = requests.get(begun.headers["Location"], allow_redirects=False, timeout=10)
        assert answer.status_code in (302, 303), answer.text
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{PUBLIC}/accounts/callback"
        return f"{back.path}?{back.query}"

    def sign_in(self, browser, wanted: str = "/"):
        """The answer of our callback."""
        return self.get(browser, self.sent_to_provider(browser, wanted))

    def member(self, role: Role, space: str = "agence"):
        """A browser that is signed in with a role."""
        browser = self.browser()
        self.sign_in(browser)
        person = self.register.named("p@ars.example")[0]
        self.register.grant(person.id, space, role, by="test")
        assert self.sign_in(browser).status_code == 302
        return browser


def with_oidc(provider, database, folder, *, spaces: str = "", **more) -> Settings:
    accounts = AccountSettings(
        auth=Auth.OIDC,
        url=str(folder / "accounts.sqlite"),
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        provider="ProConnect",
        **more,
    )
    return Settings(
        db=str(database), workspace=str(folder / "w.sqlite"), public=PUBLIC, prefix="/", accounts=accounts,
        spaces=spaces, sirets=("13000846800018",), agency="ARS inventée",
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(provider, database, tmp_path_factory):
    return Server(with_oidc(provider, database, tmp_path_factory.mktemp("accounts")))


@pytest.fixture
def person(provider):
    """What the provider says, as it was again afterwards."""
    kept = dict(provider.person)
    yield provider.person
    provider.person.clear()
    provider.person.update(kept)
    provider.claims, provider.person_claims, provider.signed_with = {}, {}, None


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
