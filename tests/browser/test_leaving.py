"""A reader leaves a page while its map still moves: nothing looks for a map that is gone (the console stays clean)."""

import pytest

from tests.browser.conftest import INVENTED

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page):
    """A reader who asks for no less motion: other walks do, which draws fewer frames."""
    page.emulate_media(reduced_motion="no-preference")
    return page


ALWAYS_ZOOMING = """() => {
    const map = reliance.leaflet;
    const zoom = () => map._mapPane && map.setZoom(map.getZoom() > 6 ? 5 : 7, { animate: true });
    map.on("zoomend", zoom);
    map.on("unload", () => (window.wasZooming = map._animatingZoom));
    zoom();
}"""
LONGER_THAN_A_ZOOM = "() => new Promise((done) => setTimeout(done, 400))"


def leave(page) -> None:
    page.get_by_role("link", name="Méthode et données").first.click()
    page.wait_for_function("() => location.pathname === '/methode' && !document.getElementById('carte-map')")


def test_leaving_while_the_map_zooms(page, visit, world):
    visit(page, world.communes)
    page.evaluate(ALWAYS_ZOOMING)
    leave(page)
    assert page.evaluate("() => 'wasZooming' in window")
    page.evaluate(LONGER_THAN_A_ZOOM)
    assert page.console_lines == []


@INVENTED
def test_leaving_before_the_outlines_arrive(page, world):
    held = []
    page.route("**/geo/**", lambda route: held.append(route))
    with page.expect_request("**/geo/**"):
        page.goto(world.communes)
    leave(page)
    for route in held:
        route.continue_()
    page.evaluate(LONGER_THAN_A_ZOOM)
    assert page.console_lines == []
