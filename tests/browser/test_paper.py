"""What a browser prints of "Par où commencer": the rows, counts and reasons of the screen and of the file."""

import csv
import io
import re
import unicodedata
from collections import Counter

import pytest

from dashboard.pages.commencer.view import LISTED
from tests.browser.conftest import INVENTED
from tests.dashboard.briefing.reading import pages

pytestmark = pytest.mark.browser

NOT_LISTED = "Hors des listes"


NARROW = {"width": 703, "height": 1032}
"""Pixels of an A4 sheet between its margins: fewer than those under which a screen is a telephone's."""

ROWS = """() => [...document.querySelectorAll('.need-maps > div')].map(
  side => [...side.children].flatMap(part => {
    const box = part.getBoundingClientRect();
    return [Math.round(box.top), Math.round(box.bottom)];
  })
)"""


WHOLE = """frames => frames.map(frame => {
  const [outer, inner] = [frame, frame.querySelector('.leaflet-container')].map(one => one.getBoundingClientRect());
  return inner.width > 100 && inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
})"""


@INVENTED
def test_the_map_stands_beside_its_key_on_a_low_sheet(page, visit, world):
    visit(page, world.communes)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": NARROW["height"], "height": NARROW["width"]})
    key, map_, card = (
        page.locator(part).evaluate("one => one.getBoundingClientRect().toJSON()")
        for part in (".area-legend", ".area-map", ".area-card")
    )
    assert key["right"] <= map_["left"] and abs(key["top"] - map_["top"]) < 10
    # Both on the first sheet, whole.
    assert map_["bottom"] <= NARROW["width"] and card["top"] >= max(key["bottom"], map_["bottom"])


@INVENTED
def test_both_maps_of_need_stand_side_by_side_on_a_narrow_sheet(page, world):
    page.goto(world.address(f"?r={world.region}", "/besoin"))
    page.locator(".need-maps .map-legend").nth(1).wait_for()
    page.emulate_media(media="print")
    page.set_viewport_size(NARROW)
    (title, _end, top, bottom, legend, last), right = page.evaluate(ROWS)
    assert (title, top, bottom, legend) == (right[0], *right[2:5])
    assert bottom - top == 340 and legend - bottom < 10
    # The whole map as it was on the screen, made smaller; no key is cut.
    assert page.locator(".need-maps .map-frame").evaluate_all(WHOLE) == [True, True]
    panel = page.locator(".area-map").evaluate("one => one.getBoundingClientRect().bottom")
    assert max(last, right[5]) <= panel + 1
    # Nothing stands empty under the legends.
    whole = page.locator(".need-maps").evaluate("one => one.getBoundingClientRect().bottom")
    assert whole - max(last, right[5]) < 10


def squashed(text: str) -> str:
    """Lines are cut otherwise on paper, and letters joined."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def test_the_lists_on_paper_are_those_of_the_screen_and_of_the_file(page, world):
    page.goto(world.address(f"?r={world.region}&m=commune", "/commencer"))
    page.locator(".start-list li").first.wait_for()
    # Longer than a page, as a real one is.
    page.add_style_tag(content="@media print { .start-list li { min-height: 6cm } }")
    screen = squashed(page.locator("main").inner_text())
    address = page.get_by_role("link", name="Tableau (CSV)").get_attribute("href")
    written = page.request.get(world.address(path=address)).text().lstrip("\ufeff")
    page.emulate_media(media="print")
    sheets = [squashed(sheet) for sheet in pages(page.pdf(format="A4"))]
    paper = "".join(sheets)
    rows = list(csv.DictReader(io.StringIO(written), delimiter=";"))
    assert len(sheets) > 1 and len(rows) > 3
    listed = Counter()
    for place in rows:
        listed[place["liste"]] += 1
        # A page says how many more the file has.
        if place["liste"] != NOT_LISTED and listed[place["liste"]] <= LISTED:
            assert squashed(place["pourquoi"]) in screen and squashed(place["pourquoi"]) in paper, place["nom"]
    for title, count in Counter(place["liste"] for place in rows).items():
        counted = re.compile(re.escape(squashed(title)) + rf".{{0,400}}?(?<!\d){count}communes?")
        assert counted.search(screen) and counted.search(paper), title
    # A list is cut by pages: kept whole, it would leave the one before it empty.
    inside = page.locator(".start-tier").evaluate_all("all => all.map(one => getComputedStyle(one).breakInside)")
    assert set(inside) == {"auto"}
