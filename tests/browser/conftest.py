"""A real browser before the application, on a free port, over the invented database and over the real country.

`RELIANCE_DB=path.gpkg pytest tests/browser` walks that database instead of the country built for the session's tests.
Without Chromium every walk is skipped.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from waitress.server import create_server

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.queue import WORK, serve
from dashboard.settings import Settings
from geodata.store import Store, open_store
from geodata.workspace import open_workspace
from tests.dashboard import synthetic

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: requirements-dev.txt")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


SIZES = ({"width": 1400, "height": 900}, {"width": 1024, "height": 768}, {"width": 390, "height": 844})
"""Windows: wide, narrow, a phone."""


@dataclass(frozen=True)
class World:
    """A served database and what a walk looks for in it."""

    url: str
    store: Store
    region: str
    typed: str
    code: str
    epci: str

    def address(self, query: str = "", path: str = "/") -> str:
        return f"{self.url}{path}{query}"

    @property
    def communes(self) -> str:
        """Address of the communes of the région of the walk."""
        return self.address(f"?r={self.region}&m=commune")


WALKS = {
    "synthetic": {"region": "R1", "typed": "ste epr", "code": "S1002", "epci": "S11"},
    "real": {"region": "76", "typed": "31555", "code": "31555", "epci": "243100518"},
}
"""The invented database, then the real one (Occitanie, Toulouse)."""


def _served(database: Path, folder: Path) -> tuple[object, str, Store]:
    store = open_store(str(database))
    workspace = open_workspace(str(folder / "workspace.sqlite"))
    settings = Settings(db=str(database), briefings=str(folder / "briefings"))
    app = create_app(store, workspace, settings)
    computing = (Facts(store, workspace), settings, list(WORK))
    threading.Thread(target=serve, args=computing, daemon=True).start()
    server = create_server(app.server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    return server, f"http://127.0.0.1:{server.effective_port}", store


@pytest.fixture(scope="session")
def served() -> Iterator[dict[str, tuple[object, str, Store]]]:
    """What this worker serves: one server a database, whatever the order of the walks."""
    opened: dict[str, tuple[object, str, Store]] = {}
    yield opened
    for server, _, _ in opened.values():
        server.close()


@pytest.fixture(scope="session", params=WALKS)
def world(request, once, served, tmp_path_factory) -> World:
    """A database that is served, and what a walk looks for in it."""
    name = request.param
    if name not in served:
        database = (
            once.file("invented.gpkg", synthetic.write) if name == "synthetic" else request.getfixturevalue("real_db")
        )
        served[name] = _served(database, tmp_path_factory.mktemp("workspace"))
    _, url, store = served[name]
    return World(url=url, store=store, **WALKS[name])


@pytest.fixture(scope="session")
def chromium():
    """One browser for every walk."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: sudo apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, world):
    """A page that fails its test when the console says an error or when anything asks another host."""
    yield from _watched(chromium, world, SIZES[0])


@pytest.fixture
def tablet(chromium, world):
    """The same at 1024 x 768."""
    yield from _watched(chromium, world, SIZES[1])


@pytest.fixture
def phone(chromium, world):
    """The same at 390 x 844."""
    yield from _watched(chromium, world, SIZES[2])


def _watched(chromium, world, size: dict[str, int]):
    context = chromium.new_context(viewport=size, accept_downloads=True)
    # A reader who has been here before: the explanation of the home page is closed.
    context.add_init_script("try { localStorage.setItem('reliance-intro-closed', '1') } catch {}")
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    said, strangers = [], []
    opened.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    local = ("data:", "blob:", world.url)
    opened.on("request", lambda r: None if r.url.startswith(local) else strangers.append(r.url))
    opened.console_said = said
    yield opened
    context.close()
    assert not strangers, f"requests to other hosts: {strangers}"
    assert not said, f"the console is not clean: {said}"


PAINTED = "() => performance.getEntriesByName('reliance-painted').length > 0 && reliance.isDrawn()"


@pytest.fixture
def visit():
    """Open an address of the map page and wait until its outlines are painted, then for its controls."""

    def visit(page, address: str):
        page.goto(address)
        page.wait_for_function(PAINTED)
        page.wait_for_function("() => !document.querySelector('.late')")

    return visit
