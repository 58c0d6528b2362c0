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
        ("/commencer", "?r={region}", ".start-tier"),
        ("/territoire", "?s=commune:{code}", ".verdict-sentence"),
        ("/scenarios", "?r={region}", "#plan-propose"),
        ("/fiches", "?s=commune:{code}", "main h1"),
        ("/methode", "", "#methode-rejects .ag-row"),
        ("/methode", "?lang=en", "#methode-rejects .ag-row"),
        ("/accessibilite", "", "main h1"),
    ],
)
def test_every_other_page(request, world, width, path, query, drawn):
    is_sound(
        request.getfixturevalue(width), world.address(query.format(region=world.region, code=world.code), path), drawn
    )


@pytest.mark.parametrize("width", ["page", "tablet", "phone"])
def test_an_unknown_page(request, world, width):
    opened = request.getfixturevalue(width)
    is_sound(opened, world.address("", "/nulle-part"), "main h1")
    # The browser tells of the 404 that the address deserves, and of nothing else.
    assert len(opened.console_said) == 1 and "404" in opened.console_said.pop()


def is_sound(opened, address: str, drawn: str) -> None:
    opened.goto(address)
    opened.locator(drawn).first.wait_for()
    opened.wait_for_timeout(400)
    assert violations(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


FOCUS = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const box = focused.getBoundingClientRect();
    // What a panel or a table scrolls out of sight inside itself stands where that panel does.
    const frame = focused.closest(".table-frame, .leaflet-container")?.getBoundingClientRect() ?? box;
    return { said: focused.outerHTML.slice(0, 120), top: frame.top + scrollY, bottom: frame.bottom + scrollY };
}"""


@pytest.mark.parametrize("path", ["/", "/besoin"])
@pytest.mark.parametrize("query", ["?r={region}", "?r={region}&m=commune&s=commune:{code}"])
def test_on_a_phone_tab_only_goes_down_the_page(phone, world, path, query):
    """Controls side by side may differ by their heights; nothing reached later lies above what was reached before."""
    phone.goto(world.address(query.format(region=world.region, code=world.code), path))
    phone.locator(".ag-row").first.wait_for()
    phone.wait_for_load_state("networkidle")
    # The row of the selected territory brings its card once more: a key pressed meanwhile would lose its place.
    phone.wait_for_timeout(2000)
    before = None
    for _ in range(250):
        phone.keyboard.press("Tab")
        now = phone.evaluate(FOCUS)
        if now is None:
            break
        if before and "skip-link" not in before["said"]:
            assert now["bottom"] > before["top"], f"{now['said']} is above {before['said']}"
        before = now
    assert "footer-link" in before["said"], "the walk did not reach the end of the page"
