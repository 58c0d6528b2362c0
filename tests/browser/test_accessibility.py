"""axe-core finds nothing, on every page, wide, narrow and on a phone. States of a page are walked with the page."""

import pytest

from tests.browser.conftest import INVENTED, SIZES, in_states

pytestmark = pytest.mark.browser

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

# What is sound stays in the browser: to send it all costs twice what axe-core does.
VIOLATIONS = """() => axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(
    ({ id, nodes }) => [id, nodes.slice(0, 4).map(({ html }) => html.slice(0, 160))]))"""


def violations(page) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    return [f"{rule}: {places}" for rule, places in page.evaluate(VIOLATIONS)]


def is_sound_at_every_width(page) -> None:
    """A page once opened, wide, narrow and as on a phone: axe finds nothing, and nothing runs off the window."""
    for size in SIZES:
        page.set_viewport_size(size)
        page.wait_for_timeout(400)
        assert violations(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size


FULL = ("?r={region}&m=commune&s=commune:{code}&c=mairie&v=above",)


@in_states("query", [("",), FULL, ("?m=commune",)], real=[FULL])
def test_the_map_page(page, world, query):
    page.goto(world.address(query.format(region=world.region, code=world.code)))
    page.locator("#carte-table .ag-root").wait_for()
    page.wait_for_function("() => performance.getEntriesByName('reliance-painted').length > 0")
    page.wait_for_function("() => !document.querySelector('.late')")
    is_sound_at_every_width(page)


@INVENTED
def test_the_open_search_box(page, visit, world):
    visit(page, world.address())
    page.get_by_label("Chercher un territoire").first.click()
    page.keyboard.type(world.typed)
    page.locator(".territory-option").first.wait_for()
    assert violations(page) == []


START, METHOD = ("/commencer", "?r={region}", ".start-tier"), ("/methode", "", "#telecharger")


@in_states(
    "path query drawn",
    [
        START,
        ("/territoire", "?s=commune:{code}", ".verdict-sentence"),
        ("/scenarios", "?r={region}", "#plan-propose"),
        ("/fiches", "?s=commune:{code}", "main h1"),
        METHOD,
    ],
    real=[START, METHOD],
)
def test_every_other_page(page, world, path, query, drawn):
    """The page of need is walked with its own settings (`test_need`)."""
    page.goto(world.address(query.format(region=world.region, code=world.code), path))
    page.locator(drawn).first.wait_for()
    is_sound_at_every_width(page)


@INVENTED
@pytest.mark.parametrize(
    ("path", "query", "drawn"), [("/methode", "?lang=en", "#telecharger"), ("/accessibilite", "", "main h1")]
)
def test_pages_that_are_the_same_for_every_country(page, world, path, query, drawn):
    page.goto(world.address(query, path))
    page.locator(drawn).first.wait_for()
    is_sound_at_every_width(page)


@INVENTED
def test_an_unknown_page(page, world):
    page.goto(world.address("", "/nulle-part"))
    page.locator("main h1").wait_for()
    is_sound_at_every_width(page)
    # The browser tells of the 404 that the address deserves, and of nothing else.
    assert len(page.console_lines) == 1 and "404" in page.console_lines.pop()


FOCUS = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const box = focused.getBoundingClientRect();
    // What a panel or a table scrolls out of sight inside itself stands where that panel does.
    const frame = focused.closest(".table-frame, .leaflet-container")?.getBoundingClientRect() ?? box;
    return { said: focused.outerHTML.slice(0, 120), top: frame.top + scrollY, bottom: frame.bottom + scrollY };
}"""


SELECTED = "?r={region}&m=commune&s=commune:{code}"


@in_states(
    "path query",
    [(path, query) for path in ("/", "/besoin") for query in ("?r={region}", SELECTED)],
    real=[("/", SELECTED)],
)
def test_on_a_phone_tab_only_goes_down_the_page(phone, world, path, query):
    """Controls side by side may differ by their heights; nothing reached later lies above what was reached before."""
    phone.goto(world.address(query.format(region=world.region, code=world.code), path))
    # Below the screen: the table comes when it is looked at.
    phone.locator(".table-frame").first.scroll_into_view_if_needed()
    phone.locator(".ag-row").first.wait_for()
    phone.evaluate("scrollTo(0, 0)")
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
