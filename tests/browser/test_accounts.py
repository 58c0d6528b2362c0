"""Signing in, writing under one's name, administering, signing out: in a real browser, with the strict provider."""

import threading

import pytest
from waitress.server import create_server

from dashboard.accounts.register import open_register
from dashboard.accounts.roles import Role
from dashboard.hosting import hosted
from dashboard.settings import Settings
from tests.browser.test_accessibility import violations
from tests.dashboard import synthetic
from tests.dashboard.accounts.strict import CLIENT, SECRET, strict
from tests.dashboard.test_nginx import free

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """Address of a server with accounts, and its register."""
    folder, port = tmp_path_factory.mktemp("signed"), free()
    database = synthetic.write(folder / "synthetic.gpkg")
    with strict() as provider:
        environ = {
            "RELIANCE_AUTH": "oidc",
            "RELIANCE_OIDC_ISSUER": provider.issuer,
            "RELIANCE_OIDC_CLIENT_ID": CLIENT,
            "RELIANCE_OIDC_CLIENT_SECRET": SECRET,
            "RELIANCE_OIDC_NAME": "ProConnect",
            "RELIANCE_DB": str(database),
            "RELIANCE_WORKSPACE": str(folder / "workspace.sqlite"),
        }
        settings = Settings.from_env(environ, ["--port", str(port)])
        server = create_server(hosted(settings).application, host="127.0.0.1", port=port, threads=8)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{port}", open_register(settings.accounts.url)
        server.close()


@pytest.mark.parametrize("width", [1400, 390])
def test_a_planner_signs_in_writes_and_signs_out(chromium, signed, width):
    address, register = signed
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.set_default_timeout(30_000)
    problems = []
    page.on("console", lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None)

    page.goto(f"{address}/territoire?s=epci:S11")
    assert violations(page) == []
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    if not register.members("agence"):
        page.get_by_text("Vous n’avez pas accès").wait_for()
        assert violations(page) == []
        register.grant(register.named("p@ars.example")[0].id, "agence", Role.ADMINISTRATOR, by="test")
        page.goto(f"{address}/territoire?s=epci:S11")
        page.get_by_role("link", name="S’identifier avec ProConnect").click()

    note = f"Un mot à {width}"
    page.locator("#territoire-note").fill(note)
    page.locator("#territoire-write").click()
    written = page.locator(".team-notes li", has_text=note)
    written.wait_for()
    assert "Prénom Inventé" in written.inner_text()
    assert violations(page) == []

    page.get_by_role("link", name="Administration").click()
    for name in ("Données", "Membres", "File d’attente", "Journal", "Ce qui change"):
        page.get_by_role("link", name=name, exact=True).click()
        page.locator("h1").wait_for()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{address}/accounts/signedout?state=*")
    page.goto(f"{address}/territoire")
    page.get_by_role("link", name="S’identifier avec ProConnect").wait_for()
    assert not problems
    context.close()
