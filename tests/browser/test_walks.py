"""What a planner does, in a real browser."""

import csv
import io
import re

import pytest

from dashboard import text
from dashboard.facts import Facts
from dashboard.state import Choice, Line, read
from geodata.estimate import Verdict
from geodata.question import Question
from geodata.territory import FRANCE, Level
from tests.browser.conftest import INVENTED

pytestmark = pytest.mark.browser


def sentence(world, level: Level, code: str, threshold: float | None = None) -> str:
    """What is said of a territory against a threshold; against the national share, the first question, without one."""
    question = Question() if threshold is None else Question(threshold=threshold)
    asked = world.store.estimate(Level.FRANCE, FRANCE, question).share if threshold is None else None
    national = None if level == Level.FRANCE else asked
    return text.verdict_sentence(world.store.estimate(level, code, question), "fr", national)


def card_sentence(page) -> str:
    return page.locator("#carte-card .sentence").inner_text()


def wait_card_sentence(page, expected: str) -> None:
    page.wait_for_function("e => document.querySelector('#carte-card .sentence')?.innerText === e", arg=expected)


def wait_address(page, part: str) -> None:
    page.wait_for_function("p => location.search.includes(p)", arg=part)


def wait_place(page, end: str) -> None:
    page.wait_for_function("e => document.querySelector('.place')?.innerText.endsWith(e)", arg=end)


def wait_selected(page, code: str) -> None:
    page.wait_for_function(
        "c => dash_ag_grid.getApiAsync('carte-table').then(api => api.getSelectedRows()[0]?.code === c)", arg=code
    )


def mesh(page, title: str) -> None:
    """Choose a mesh in the control that shows them all; closed lists hold the same words."""
    page.locator(".mantine-SegmentedControl-label", has_text=title).first.click()


def inside(page, code: str) -> list[float]:
    """A point of the page inside a territory: the centre of its bounds, or the nearest point of a grid that hits it."""
    return page.evaluate(
        """code => {
            const map = reliance.leaflet, layer = reliance.outline(code), bounds = layer._pxBounds;
            const frame = document.getElementById('carte-map').getBoundingClientRect();
            const size = bounds.getSize(), middle = bounds.min.add(size.divideBy(2));
            const steps = [0, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3];
            for (const dx of steps) for (const dy of steps) {
                const point = middle.add([dx * size.x, dy * size.y]);
                if (layer._containsPoint(point)) {
                    const seen = map.layerPointToContainerPoint(point);
                    return [frame.left + seen.x, frame.top + seen.y];
                }
            }
        }""",
        code,
    )


@INVENTED
def test_search_by_keyboard_then_read_the_sentence(page, visit, world):
    visit(page, world.address())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    search = page.get_by_label("Chercher un territoire").first
    search.focus()
    page.keyboard.type(world.typed)
    page.locator(".territory-option").first.wait_for()
    page.keyboard.press("Enter")
    wait_card_sentence(page, sentence(world, Level.COMMUNE, world.code))
    wait_address(page, f"s=commune:{world.code}")
    assert f"r={world.region}&m=commune" in page.url
    wait_selected(page, world.code)
    wait_place(page, "Communes")


def test_four_keys_to_an_epci(page, visit, world):
    """Search, type, Enter: the acceptance scenario C1 allows three actions."""
    visit(page, world.address())
    name = world.store.territory(Level.EPCI, world.epci).name
    page.get_by_label("Chercher un territoire").first.click()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    wait_card_sentence(page, sentence(world, Level.EPCI, world.epci))


@INVENTED
def test_switching_the_mesh_moves_the_selection_up(page, visit, world):
    visit(page, world.communes + f"&s=commune:{world.code}")
    mesh(page, "EPCI")
    wait_address(page, f"s=epci:{world.epci}")
    wait_card_sentence(page, sentence(world, Level.EPCI, world.epci))
    wait_selected(page, world.epci)
    wait_place(page, "EPCI")


@INVENTED
def test_changing_the_threshold_changes_everything_that_depends_on_it(page, visit, world):
    visit(page, world.communes + f"&s=commune:{world.code}")
    box = page.get_by_label("Seuil (% de personnes isolées)")
    box.fill("12,5")
    box.press("Enter")
    wait_address(page, "t=12.5")
    wait_card_sentence(page, sentence(world, Level.COMMUNE, world.code, 0.125))
    counts = Facts(world.store).counts(Choice(region=world.region, mesh=Level.COMMUNE, threshold=0.125))
    for verdict, count in counts[Line.THRESHOLD].items():
        shown = page.locator(f"#carte-count-threshold-{verdict}")
        page.wait_for_function(
            "([i, t]) => document.getElementById(i).innerText === t",
            arg=[shown.get_attribute("id"), text.number(count, "fr")],
        )
    assert "12,5" in page.locator(".headline h1").inner_text()


@INVENTED
def test_a_link_opens_the_same_view(page, visit, world):
    query = f"?r={world.region}&m=commune&q=national&t=12&v=undecided,not_published&s=commune:{world.code}"
    visit(page, world.address(query))
    wait_card_sentence(page, sentence(world, Level.COMMUNE, world.code))
    assert page.get_by_label("Seuil (% de personnes isolées)").input_value().startswith("12")
    assert page.locator(".area-legend input:checked").count() == 2
    choice, _ = read("/", query)
    expected = len(Facts(world.store).filtered_rows(choice))
    page.wait_for_function(
        "n => dash_ag_grid.getApiAsync('carte-table').then(api => api.getDisplayedRowCount() === n)", arg=expected
    )
    assert page.url == world.address(query)


@INVENTED
def test_back_and_forward(page, visit, world):
    visit(page, world.address())
    first = card_sentence(page)
    mesh(page, "Départements")
    wait_address(page, "m=departement")
    page.evaluate("code => dash_clientside.set_props('carte-search', {value: `epci:${code}`})", world.epci)
    wait_card_sentence(page, sentence(world, Level.EPCI, world.epci))
    page.go_back()
    wait_card_sentence(page, first)
    wait_address(page, "m=departement")
    wait_place(page, "Départements")
    page.go_forward()
    wait_card_sentence(page, sentence(world, Level.EPCI, world.epci))


@INVENTED
def test_pages_and_back(page, visit, world):
    visit(page, world.communes)
    page.get_by_role("link", name="Méthode et données").first.click()
    page.get_by_role("heading", level=1, name="Méthode et données").wait_for()
    assert page.title() == "Méthode et données · Reliance"
    page.go_back()
    wait_place(page, "Communes")


def test_the_csv_is_the_table(page, visit, world):
    visit(page, world.communes)
    page.get_by_label("On ne peut pas trancher").check()
    wait_address(page, "v=undecided")
    page.wait_for_function("() => document.getElementById('carte-csv').href.includes('v=undecided')")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tableau (CSV)").click()
    assert re.fullmatch(
        r"reliance_.*_communes_moyenne-nationale_on-ne-peut-pas-trancher_\w{8}\.csv", download.value.suggested_filename
    )
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    page.wait_for_function(
        "n => dash_ag_grid.getApiAsync('carte-table').then(api => api.getDisplayedRowCount() === n)", arg=len(rows)
    )
    on_screen = page.evaluate(
        """() => dash_ag_grid.getApiAsync('carte-table').then(api => {
            const fields = ['code', 'share', 'low', 'p_above', 'residents'];
            const rows = [];
            api.forEachNodeAfterFilterAndSort(rowNode =>
                rows.push(fields.map(colKey => api.getCellValue({ rowNode, colKey, useFormatter: true }))));
            return rows;
        })"""
    )
    assert [row["code"] for row in rows] == [cells[0] for cells in on_screen]
    number = lambda cell: float(cell.rstrip("%").replace(",", "."))  # noqa: E731
    for row, (_, share, interval, chances, residents) in zip(rows, on_screen, strict=True):
        # Half a decimal, and what the file keeps of it: 10.85 % may be written 10.8 or 10.9.
        assert abs(number(share.rstrip("\u202f%")) - number(row["part_attendue"])) <= 0.0501
        low, high = number(row["borne_basse"]), number(row["borne_haute"])
        shown_low, shown_high = map(number, interval.rstrip("\u202f%").split(" – "))
        assert abs(shown_low - low) <= 0.0501 and abs(shown_high - high) <= 0.0501
        probability, said = number(row["probabilite_seuil"]), number(chances.rstrip("\u202f%").lstrip("<> "))
        assert abs(said - probability) <= 1.0
        assert [said >= limit for limit in (80, 95)] == [probability >= limit for limit in (80, 95)]
        assert residents == text.number(number(row["habitants"]), "fr")


@INVENTED
def test_the_table_by_keyboard_alone(page, visit, world):
    visit(page, world.communes)
    # Rows come after the picture.
    page.locator("#carte-table .ag-row").nth(1).wait_for()
    page.locator("#carte-table .ag-header-cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('s=commune:')")
    code = re.search(r"s=commune:(\w+)", page.url).group(1)
    rows = Facts(world.store).rows(Choice(region=world.region, mesh=Level.COMMUNE))
    assert code == rows["code"].iloc[1]
    wait_card_sentence(page, sentence(world, Level.COMMUNE, code))


def test_a_click_on_the_map_selects_the_row(page, visit, world):
    visit(page, world.address(f"?r={world.region}"))
    spot = inside(page, world.epci)
    page.mouse.move(*spot)
    page.locator(".map-tooltip").wait_for()
    assert world.store.territory(Level.EPCI, world.epci).name in page.locator(".map-tooltip").inner_text()
    page.mouse.click(*spot)
    wait_card_sentence(page, sentence(world, Level.EPCI, world.epci))
    wait_selected(page, world.epci)


def test_the_map_wears_the_colours_of_the_classes(page, visit, world):
    """The canvas holds the fill of the class of a territory at its centre (undecided and unpublished are hatched)."""
    visit(page, world.address(f"?r={world.region}"))
    rows = Facts(world.store).rows(Choice(region=world.region))
    plain = rows[rows["verdict"].isin([Verdict.ABOVE, Verdict.LIKELY_ABOVE, Verdict.LIKELY_BELOW, Verdict.BELOW])]
    for row in plain.head(6).itertuples():
        seen, wanted = page.evaluate(
            """([[x, y], verdict]) => {
                const canvas = document.querySelector('#carte-map canvas');
                const box = canvas.getBoundingClientRect();
                const scale = canvas.width / box.width;
                const pixel = canvas.getContext('2d').getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1);
                const hex = [...pixel.data].slice(0, 3).map(v => v.toString(16).padStart(2, '0'));
                return ['#' + hex.join(''), reliance.fill(verdict)];
            }""",
            [inside(page, row.code), row.verdict],
        )
        assert seen == wanted, row
    # Reading pixels makes Chromium advise; nothing in the application reads any.
    page.console_lines.clear()


@INVENTED
def test_services_appear_on_the_map(page, visit, world):
    visit(page, world.address(f"?r={world.region}&c=mairie"))
    page.wait_for_function(
        "() => Object.values(reliance.leaflet._layers).some(l => l.options.family !== undefined)", timeout=20_000
    )


def test_overseas_territories_stay_on_the_national_map(page, visit, world):
    visit(page, world.address())
    labels = page.locator(".inset-label span")
    assert labels.count() == len(Facts(world.store).overseas())
    frame = page.locator("#carte-map").bounding_box()
    for label in labels.all():
        box = label.bounding_box()
        assert frame["x"] <= box["x"] and box["y"] >= frame["y"]


@INVENTED
def test_communes_of_the_country_ask_for_a_region(page, world):
    page.goto(world.address("?m=commune"))
    page.get_by_text("Les communes se regardent une région à la fois").wait_for()


def test_the_picture_of_the_map(page, visit, world):
    visit(page, world.address(f"?r={world.region}"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Carte (PNG)").click()
    assert re.fullmatch(r"reliance_.*_epci_moyenne-nationale_\w{8}\.png", download.value.suggested_filename)
    body = download.value.path().read_bytes()
    assert body.startswith(b"\x89PNG") and len(body) > 20_000


@INVENTED
def test_another_language(page, visit, world):
    visit(page, world.communes)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.locator(".leaflet-control-zoom-in").get_attribute("title") == "Zoomer"
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", level=1, name=re.compile("Where is the share of isolated people")).wait_for()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    page.wait_for_function("() => document.querySelector('.leaflet-control-zoom-in')?.title === 'Zoom in'")
    assert "lang=en" in page.url and f"r={world.region}" in page.url


@INVENTED
def test_a_silent_server_is_said(page, visit, world):
    visit(page, world.communes)
    page.route("**/_dash-update-component*", lambda route: route.abort())
    mesh(page, "EPCI")
    page.get_by_text("Le serveur ne répond pas").wait_for()
    page.unroute("**/_dash-update-component*")
    mesh(page, "Départements")
    page.get_by_text("Le serveur ne répond pas").wait_for(state="hidden")
    page.console_lines.clear()


@INVENTED
def test_a_bad_address_is_said_and_the_page_works(page, visit, world):
    visit(page, world.address("?r=nowhere&t=900&s=commune:00000"))
    page.get_by_text("t = 900").wait_for()
    page.get_by_text("r = nowhere").wait_for()
    assert card_sentence(page) == sentence(world, Level.FRANCE, "FR")


@INVENTED
def test_a_phone_reads_top_down(phone, visit, world):
    visit(phone, world.communes)
    order = [".area-search", ".area-controls", ".area-legend", ".area-map", ".area-card", ".area-table"]
    tops = [phone.locator(part).bounding_box()["y"] for part in order]
    assert tops == sorted(tops)


def test_a_desktop_needs_no_scrolling(page, visit, world):
    """Search, settings, map, legend and the first rows of the table are above the fold at 1400 x 900."""
    visit(page, world.communes)
    for part in (".area-search", ".area-controls", "#carte-map", ".legend-row >> nth=6"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 900, part
    assert page.locator("#carte-table .ag-row").nth(3).bounding_box()["y"] < 860


@INVENTED
def test_districts_of_a_city_are_drawn_over_it_and_one_is_chosen(page, visit, world):
    visit(page, world.address("?r=R1&m=commune&s=commune:S1001&i=share_75_plus&cl=line&l=10"))
    drawn = """() => {
        const found = [];
        reliance.leaflet.eachLayer(one => one.options.district && found.push(one));
        return found.map(one => [one.feature.properties.code, one.options.fillColor, one.options.weight]);
    }"""
    page.wait_for_function(f"() => ({drawn})().length === 2")
    (west, pale, thin), (east, dark, _) = page.evaluate(drawn)
    assert (west, east) == ("S1901", "S1902") and pale != dark and thin < 1
    # Nearer than the région: its city fills the map, whichever came first.
    page.wait_for_function("() => reliance.outline('S1001')._pxBounds.getSize().y > reliance.leaflet.getSize().y / 3")
    page.wait_for_load_state("networkidle")
    page.mouse.click(*inside(page, "S1001"))
    wait_address(page, "ar=")
    page.wait_for_function(f"() => ({drawn})().some(one => one[2] === 3)")
    link = page.locator("#carte-card").get_by_role("link", name="2e arrondissement").last
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="2e arrondissement").wait_for()
