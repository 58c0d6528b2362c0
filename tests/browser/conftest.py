"""A real browser before the application, on a free port, over the invented database and over the real country.

`RELIANCE_DB=path.gpkg pytest tests/browser` walks that database instead of the country built for the session's tests.
Without Chromium every walk is skipped.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from waitress.server import create_server

from dashboard import static
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.queue import WORK, serve
from dashboard.settings import Settings
from geodata.store import Store, open_store
from geodata.workspace import open_workspace
from tests.browser.chromium import MISSING, installed
from tests.dashboard import synthetic

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: requirements-dev.txt")

ARGUMENTS = [
    "--no-sandbox",
    "--process-per-site",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives some seconds: code that is made faster for minutes to come costs a fifth of its processor time.
    "--js-flags=--no-opt --no-maglev --always-sparkplug",
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

WIDEST = "real or else synthetic"
"""What a walk without a mark of its own is over: the real country, the invented one where that cannot be had."""

INVENTED = pytest.mark.parametrize("world", ["synthetic"], indirect=True)
"""Marks a walk of what no database changes (a tour, a refused field, a file read back), or of what another walk asserts
of the real country: the invented one is enough."""


def in_states(names: str, states: Sequence[tuple], *, real: Sequence[tuple]) -> pytest.MarkDecorator:
    """Marks a walk of every one of `states` of a page in the invented country, and of `real` in the real one too, which
    has more lines and longer names."""
    cases = [("synthetic", *state) for state in states] + [("real", *state) for state in real]
    return pytest.mark.parametrize(["world", *names.split()], cases, indirect=["world"])


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


@pytest.fixture(scope="package", autouse=True)
def pressed_in_a_moment() -> Iterator[None]:
    """Scripts take two seconds of processor a megabyte to be pressed for the second window of each server; what they
    become then is tested in `tests/dashboard/test_static.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static, "QUALITY", 4)
        yield


@pytest.fixture(scope="session")
def served() -> Iterator[dict[str, tuple[object, str, Store]]]:
    """What this worker serves: one server a database, whatever the order of the walks."""
    opened: dict[str, tuple[object, str, Store]] = {}
    yield opened
    for server, _, _ in opened.values():
        server.close()


@pytest.fixture(scope="session", params=[WIDEST])
def world(request, once, served, tmp_path_factory) -> World:
    """A database that is served, and what a walk looks for in it."""
    name = "synthetic" if request.param == "synthetic" else "real"
    database: Path | None = None
    if name == "real":
        try:
            database = request.getfixturevalue("real_db")
        except pytest.skip.Exception:
            if request.param != WIDEST:
                raise
            name = "synthetic"
    if name not in served:
        database = database or once.file("invented.gpkg", synthetic.write)
        served[name] = _served(database, tmp_path_factory.mktemp("workspace"))
    _, url, store = served[name]
    return World(url=url, store=store, **WALKS[name])


@pytest.fixture(scope="session")
def chromium():
    """One browser for every walk."""
    path = installed()
    if path is None:
        pytest.skip(MISSING)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(path), args=ARGUMENTS)
        yield browser
        browser.close()


class Window:
    """One window for the walks of a worker, each of which finds it empty: a new one would read and compile every script
    again, half of the processor time of a page."""

    def __init__(self, chromium):
        self._chromium, self._page = chromium, None

    def page(self, size: dict[str, int]):
        """An empty page of a size, nobody's mouse over it. Another window where the last walk broke this one."""
        if self._page is None:
            context = self._chromium.new_context(accept_downloads=True, reduced_motion="reduce")
            # A reader who has been here before: the explanation of the home page is closed.
            context.add_init_script("try { localStorage.setItem('reliance-intro-closed', '1') } catch {}")
            self._page = context.new_page()
            self._page.set_default_timeout(60_000)
            # At every frame otherwise, each of which is drawn for the question.
            self._page.wait_for_function = partial(self._page.wait_for_function, polling=50)
        self._page.set_viewport_size(size)
        self._page.mouse.move(0, 0)
        return self._page

    def leave(self, listeners: dict) -> None:
        """Hear what the page still says, then go: requests given up on the way would say more. Routes, cookies and the
        media that it was drawn for are forgotten."""
        try:
            self._page.evaluate("0")
            for event, listener in listeners.items():
                self._page.remove_listener(event, listener)
            self._page.unroute_all(behavior="ignoreErrors")
            self._page.emulate_media(media="null", reduced_motion="reduce")
            self._page.context.clear_cookies()
            self._page.goto("about:blank")
        except playwright.Error:
            self._page.context.close()
            self._page = None


@pytest.fixture(scope="session")
def window(chromium):
    """The window that this worker walks in."""
    return Window(chromium)


@pytest.fixture
def page(window, world):
    """A page that fails its test when the console says an error or when anything asks another host."""
    yield from watched(window, world, SIZES[0])


@pytest.fixture
def tablet(window, world):
    """The same at 1024 x 768."""
    yield from watched(window, world, SIZES[1])


@pytest.fixture
def phone(window, world):
    """The same at 390 x 844."""
    yield from watched(window, world, SIZES[2])


def watched(window: Window, world: World, size: dict[str, int]):
    opened = window.page(size)
    said, strangers = [], []
    local = ("data:", "blob:", world.url)
    listeners = {
        "console": lambda m: said.append(m.text) if m.type in ("error", "warning") else None,
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda r: None if r.url.startswith(local) else strangers.append(r.url),
        # After the last assertion of a walk nothing else would tell: the window is only opened anew.
        "crash": lambda _page: said.append("the page crashed"),
    }
    for event, listener in listeners.items():
        opened.on(event, listener)
    opened.console_lines = said
    yield opened
    window.leave(listeners)
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
