"""What a newcomer meets, and what stands around every page: explanation, tour, link, keyboard, host, zoom."""

import csv
import io

import pytest

from dashboard import text
from dashboard.pages import PAGES
from geodata.territory import Level
from tests.browser.conftest import INVENTED, PAINTED
from tests.browser.test_accessibility import violations
from tests.browser.test_walks import sentence, wait_address, wait_card_sentence

pytestmark = pytest.mark.browser

PATHS = [page.path for page in PAGES]


@pytest.fixture
def newcomer(chromium, world):
    """A browser that has never been here."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, permissions=["clipboard-write"])
    opened = context.new_page()
    opened.goto(world.address())
    opened.wait_for_function(PAINTED)
    yield opened
    context.close()


@INVENTED
def test_the_explanation_is_closed_once_and_for_all(newcomer):
    newcomer.get_by_text("Reliance répond à trois questions").wait_for()
    assert violations(newcomer) == []
    newcomer.get_by_role("button", name="Masquer").click()
    newcomer.get_by_text("Reliance répond à trois questions").wait_for(state="hidden")
    newcomer.reload()
    newcomer.wait_for_function(PAINTED)
    assert newcomer.get_by_text("Reliance répond à trois questions").is_hidden()


@INVENTED
def test_the_tour_by_keyboard(newcomer):
    newcomer.get_by_role("button", name="Visite guidée en 6 étapes").focus()
    newcomer.keyboard.press("Enter")
    tour = newcomer.get_by_role("dialog", name="Visite guidée")
    tour.wait_for()
    assert tour.get_by_role("heading").inner_text() == "Chercher un territoire"
    assert violations(newcomer) == []
    for number in range(2, 7):
        newcomer.keyboard.press("Enter")
        newcomer.wait_for_function("n => document.querySelector('.tour-number').textContent === n", arg=str(number))
    assert newcomer.locator(".tour-target.area-table").count() == 1
    assert newcomer.evaluate("document.activeElement.className").endswith("tour-close")
    newcomer.keyboard.press("Escape")
    tour.wait_for(state="hidden")
    newcomer.locator(".tour-target").wait_for(state="detached")


@INVENTED
def test_the_link_of_the_view_is_copied(newcomer):
    newcomer.get_by_role("button", name="Copier le lien").click()
    newcomer.get_by_text("Lien copié").wait_for()


@INVENTED
@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_its_landmarks_and_says_that_its_data_are_invented(page, world, path):
    page.goto(world.address(path=path))
    page.get_by_role("heading", level=1).wait_for()
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).first.is_visible(), landmark
    assert page.get_by_role("banner").get_by_text("Données artificielles").is_visible()
    assert page.locator("h1").count() == 1
    # A window of 1280 zoomed twice is one of 640: nothing runs off it.
    page.set_viewport_size({"width": 640, "height": 450})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def press_until(page, condition: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the focused element answers; a keyboard user has nothing else."""
    for _ in range(most):
        if page.evaluate(f"(e => {condition})(document.activeElement)"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"never reached by {key}: {condition}")


def test_where_a_territory_stands_by_keyboard_alone(page, visit, world):
    """C1: search, sentence, comparison, whole profile."""
    visit(page, world.address())
    press_until(page, "e.id === 'carte-search'")
    page.keyboard.type(world.typed)
    page.keyboard.press("Enter")
    wait_card_sentence(page, sentence(world, Level.COMMUNE, world.code))
    press_until(page, "e.textContent === 'Profil complet' && e.closest('#carte-card')")
    page.keyboard.press("Enter")
    page.locator(".verdict-sentence").wait_for()
    assert page.evaluate("document.activeElement.id") == "contenu"
    press_until(page, "e.tagName === 'SUMMARY' && e.closest('section')?.ariaLabel.includes('Sa part')")
    page.keyboard.press("Enter")
    press_until(page, "e.textContent.startsWith('CSV') && e.closest('section').ariaLabel.includes('Sa part')")


def test_the_list_above_the_line_by_keyboard_alone(page, visit, world):
    """C2: filter on classes, the table counts what the file holds."""
    # Against the national share hardly any place is likely above: classes of the threshold.
    visit(page, world.communes + "&q=threshold")
    press_until(page, "e.closest('.area-legend') && e.value === 'likely_above'")
    page.keyboard.press("Space")
    wait_address(page, "v=likely_above")
    press_until(page, "e.id === 'carte-csv' && e.href.includes('likely_above')")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert {row["classe"] for row in rows} == {"dépasse probablement"}
    page.wait_for_function(
        "n => dash_ag_grid.getApiAsync('carte-table').then(api => api.getDisplayedRowCount() === n)", arg=len(rows)
    )
    assert page.locator("#carte-count").inner_text().startswith(text.number(len(rows), "fr"))


def test_what_depends_on_assumptions(page, visit, world):
    # Other sets of assumptions are compared on the threshold.
    visit(page, world.communes + "&q=threshold")
    page.get_by_role("switch", name="Estomper ce qui est robuste").click()
    wait_address(page, "f=1")
    content = page.locator("#carte-flipped").inner_text()
    page.wait_for_function(
        """() => {
            const faded = reliance.outlines().filter(({ layer }) => layer.options.fillOpacity < 1).length;
            return dash_ag_grid.getApiAsync('carte-table').then(api => {
                let robust = 0;
                api.forEachNode(node => (robust += node.data.robust === true));
                return robust === faded;
            });
        }"""
    )
    assert "changent de côté" in content
    assert violations(page) == []


@INVENTED
def test_a_territory_beside_another_comparator(page, visit, world):
    visit(page, world.communes + f"&s=commune:{world.code}")
    page.get_by_role("textbox", name="Comparer ce territoire à").click()
    page.get_by_role("option", name="La France entière").click()
    wait_address(page, "a=national")
    page.locator("#carte-compared", has_text="France entière").wait_for()


def test_the_map_in_lines_and_its_outlines(page, visit, world):
    visit(page, world.address(f"?r={world.region}"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Carte (SVG)").click()
    drawn = download.value.path().read_text()
    assert download.value.suggested_filename.endswith(".svg") and drawn.count("<path") > 2
    assert "Sources" in drawn and "base" in drawn
    with page.expect_download() as download:
        page.get_by_role("link", name="Contours (GeoPackage)").click()
    assert download.value.path().read_bytes().startswith(b"SQLite format 3")


@INVENTED
def test_need_against_services_by_keyboard_alone(page, world):
    """C3: one quadrant, one row, the services that were counted, "no data" apart."""
    page.goto(world.address(f"?r={world.region}&m=commune", "/besoin"))
    page.locator("#besoin-table .ag-row").first.wait_for()
    quadrant = page.locator(".area-legend input").first.get_attribute("value")
    press_until(page, f"e.value === '{quadrant}' && e.closest('.area-legend')", most=90)
    page.keyboard.press("Space")
    wait_address(page, quadrant)
    page.keyboard.press("Space")
    press_until(page, "e.closest('#besoin-table .ag-header')", most=120)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_address(page, "s=commune:")
    page.locator("#besoin-card summary").first.wait_for()
    page.wait_for_load_state("networkidle")
    press_until(page, "e.matches('#besoin-card summary')", most=160)
    was_open = page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is not was_open


@INVENTED
def test_controls_come_after_the_first_picture_and_leave_the_map_as_it_is(page, world):
    held = []
    page.route("**/dash_mantine_components/**", lambda route: held.append(route))
    page.goto(world.communes)
    page.wait_for_function(PAINTED)
    page.wait_for_function("() => document.querySelectorAll('.late').length > 10")
    assert page.locator("input#carte-threshold").count() == 0
    # The label of a control stands in its place.
    assert page.locator(".late", has_text="Seuil (% de personnes isolées)").is_visible()
    page.evaluate("document.querySelector('#carte-map').dataset.first = 'yes'")
    before = page.locator("#carte-map").bounding_box()
    for route in held:
        route.continue_()
    page.locator("input#carte-threshold").wait_for()
    page.wait_for_function("() => !document.querySelector('.late')")
    assert page.locator("#carte-map").get_attribute("data-first") == "yes"
    assert page.locator("#carte-map").bounding_box() == before
