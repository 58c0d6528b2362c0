"""A base map under the maps: seen, named, and asked of this server alone."""

import threading

import pytest
from waitress.server import create_server

from dashboard.app import create_app
from dashboard.settings import Settings
from geodata.store import open_store
from geodata.workspace import open_workspace
from tests.browser.conftest import SIZES, World, watched
from tests.dashboard import synthetic
from tests.dashboard.archive import archive


@pytest.fixture(scope="module")
def on_ground(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ground")
    database, ground = synthetic.write(folder / "invented.gpkg"), archive(folder / "fond.pmtiles")
    store, workspace = open_store(str(database)), open_workspace(str(folder / "workspace.sqlite"))
    app = create_app(store, workspace, Settings(db=str(database), basemap=str(ground)))
    server = create_server(app.server, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield World(f"http://127.0.0.1:{server.effective_port}", store, "R1", "", "S1002", "S11")
    server.close()


@pytest.fixture
def page(window, on_ground):
    yield from watched(window, on_ground, SIZES[0])


@pytest.mark.parametrize("path, count", [("/", 1), ("/besoin", 2)])
def test_the_base_map_is_seen_and_named_on_every_map(page, on_ground, path, count):
    page.goto(on_ground.address("?r=R1&m=commune", path))
    page.wait_for_function(
        "count => document.querySelectorAll('.map').length === count && [...document.querySelectorAll('.map')].every("
        "map => [...map.querySelectorAll('img.leaflet-tile')].some(tile => tile.naturalWidth > 0))",
        arg=count,
    )
    assert page.locator(".leaflet-control-attribution").all_inner_texts() == ["© Carte inventée"] * count
    # Classes stand over it, and let a little of it through.
    classes = page.locator(".leaflet-overlay-pane canvas").first
    assert 0.7 < float(classes.evaluate("canvas => getComputedStyle(canvas).opacity")) < 1
