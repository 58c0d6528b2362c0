"""Squares of population in a real browser: coloured again without a request, and what the pointer reads."""

import pytest

from tests.browser.conftest import SIZES, World, _served, watched
from tests.dashboard import synthetic

pytestmark = pytest.mark.browser

MOVE = """minutes => {
  const range = document.querySelector('.squares input[type=range]');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(range, minutes);
  range.dispatchEvent(new Event('input', { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def gridded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("squares")
    path = synthetic.write(folder / "squares.gpkg", "squares-in-a-browser")
    synthetic.add_squares(path)
    server, url, store = _served(path, folder)
    yield World(url=url, store=store, region="R1", typed="", code="S1004", epci="S12")
    server.close()


@pytest.fixture
def page(window, gridded):
    """A page over the country with squares."""
    yield from watched(window, gridded, SIZES[0])


def test_minutes_move_without_a_request(page, gridded):
    page.goto(gridded.address(f"?s=commune:{gridded.code}", path="/territoire"))
    page.get_by_role("heading", name="Où les habitants sont loin des services").click()
    legend = page.locator(".squares .map-legend")
    legend.get_by_text("1\u202f488 habitants").wait_for()
    requests = []

    def listener(request):
        requests.append(request.url)

    page.on("request", listener)
    page.evaluate(MOVE, 10)
    legend.get_by_text("en 10 min au plus (1\u202f200 habitants)").wait_for()
    legend.get_by_text("plus de 10 min (288 habitants)").wait_for()
    legend.get_by_text("plus de 20 min (12 habitants)").wait_for()
    page.remove_listener("request", listener)
    assert requests == []
    canvas = page.locator(".squares canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] / 16, "y": box["height"] * 7 / 8})
    page.locator(".squares-said", has_text="Environ 1\u202f000 habitants").wait_for()
    assert "Institutions 4 min" in page.locator(".squares-said").inner_text()
