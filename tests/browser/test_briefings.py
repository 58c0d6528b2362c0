"""A newcomer gets a first briefing: a territory found on the page itself, its PDF one click away."""

import pytest

from tests.browser.conftest import INVENTED

pytestmark = pytest.mark.browser


@INVENTED
def test_find_a_territory_and_take_its_pdf(page, world):
    page.goto(world.address(path="/fiches"))
    box = page.get_by_label("Chercher un territoire").first
    box.fill(world.typed)
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    link = page.get_by_role("link", name="Deux pages (PDF)")
    link.wait_for()
    assert f"s=commune:{world.code}" in page.url
    with page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename.startswith(f"reliance_commune_{world.code}_")
    page.go_back()
    page.get_by_text("ses fiches seront ici").wait_for()
