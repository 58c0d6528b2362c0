"""axe-core finds nothing, on every page, wide, narrow and on a phone. States of a page are walked with the page."""

import pytest

pytestmark = pytest.mark.browser

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")


def violations(page) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [f"{v['id']}: {[node['html'][:160] for node in v['nodes'][:4]]}" for v in found]


@pytest.mark.parametrize("width", ["page", "tablet", "phone"])
@pytest.mark.parametrize("query", ["", "?r={region}&m=commune&s=commune:{code}&c=mairie&v=above", "?m=commune"])
def test_the_map_page(request, world, width, query):
    opened = request.getfixturevalue(width)
    opened.goto(world.address(query.format(region=world.region, code=world.code)))
    opened.locator("#carte-table .ag-root").wait_for()
    opened.wait_for_function("() => performance.getEntriesByName('reliance-painted').length > 0")
    opened.wait_for_timeout(400)
    assert violations(opened) == []


def test_the_open_search_box(page, visit, world):
    visit(page, world.address())
    page.get_by_label("Chercher un territoire").first.click()
    page.keyboard.type(world.typed)
    page.locator(".territory-option").first.wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("width", ["page", "tablet", "phone"])
@pytest.mark.parametrize(
    ("path", "query", "drawn"),
    [
        ("/besoin", "?r={region}&m=commune&s=commune:{code}", "#besoin-table .ag-row"),
        ("/territoire", "?s=commune:{code}", ".verdict-sentence"),
        ("/scenarios", "?r={region}", "#plan-propose"),
        ("/fiches", "?s=commune:{code}", "main h1"),
        ("/methode", "", "#methode-rejects .ag-row"),
        ("/methode", "?lang=en", "#methode-rejects .ag-row"),
        ("/accessibilite", "", "main h1"),
        ("/nulle-part", "", "main h1"),
    ],
)
def test_every_other_page(request, world, width, path, query, drawn):
    opened = request.getfixturevalue(width)
    opened.goto(world.address(query.format(region=world.region, code=world.code), path))
    opened.locator(drawn).first.wait_for()
    opened.wait_for_timeout(400)
    assert violations(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
