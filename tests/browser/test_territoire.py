"""The profile of a territory, its files, the way to it from the map and back, in a real browser."""

import itertools

import pytest

from geodata.territory import Level
from tests.browser.conftest import INVENTED, in_states
from tests.browser.test_accessibility import is_sound_at_every_width, violations
from tests.browser.test_walks import sentence, wait_address, wait_selected

pytestmark = pytest.mark.browser

SENTENCE = "e => document.querySelector('.verdict-sentence')?.innerText === e"


def wait_profile(page, world, level: Level, code: str, threshold: float | None = None) -> None:
    page.wait_for_function(SENTENCE, arg=sentence(world, level, code, threshold))


@INVENTED
def test_search_settings_and_back(page, world):
    page.goto(world.address(path="/territoire"))
    page.get_by_role("heading", level=1, name="Le profil d’un territoire").wait_for()
    page.get_by_label("Chercher un territoire").first.click()
    page.keyboard.type(world.typed)
    page.keyboard.press("Enter")
    wait_profile(page, world, Level.COMMUNE, world.code)
    wait_address(page, f"s=commune:{world.code}")
    box = page.get_by_label("Seuil (% de personnes isolées)")
    box.fill("12,5")
    box.press("Enter")
    wait_profile(page, world, Level.COMMUNE, world.code, 0.125)
    page.go_back()
    wait_profile(page, world, Level.COMMUNE, world.code)
    page.go_back()
    page.get_by_role("heading", level=1, name="Le profil d’un territoire").wait_for()


def test_from_the_map_to_the_profile_and_to_a_twin(page, visit, world):
    visit(page, world.address(f"?s=epci:{world.epci}"))
    # A table that goes within the millisecond of its first selection warns on the console.
    wait_selected(page, world.epci)
    page.locator("#carte-card").get_by_role("link", name="Profil complet").click()
    wait_profile(page, world, Level.EPCI, world.epci)
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.locator("section[aria-label='Ses territoires jumeaux'] summary").first.click()
    page.locator("section[aria-label='Ses territoires jumeaux'] .section-body").wait_for()
    twin = page.locator("section[aria-label='Ses territoires jumeaux'] table a").first
    name = twin.inner_text()
    twin.click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    page.get_by_role("link", name="Voir sur la carte").click()
    page.locator("#carte-card h2", has_text=name).wait_for()


@INVENTED
def test_a_section_comes_when_it_is_opened_by_the_keyboard(page, world):
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    section = page.locator("#chiffres")
    section.wait_for()
    assert section.locator("table").count() == 0
    section.locator("summary").focus()
    page.keyboard.press("Enter")
    section.locator("table tbody tr").first.wait_for()
    assert section.get_by_role("status").count() == 0
    assert violations(page) == []
    page.keyboard.press("Enter")
    assert not section.locator("details").first.evaluate("e => e.open")


@INVENTED
def test_a_section_follows_the_question(page, world):
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    page.locator("#limites summary").click()
    page.locator("#limites .section-body li").first.wait_for()
    box = page.get_by_label("Seuil (% de personnes isolées)")
    box.fill("12,5")
    box.press("Enter")
    page.locator("#limites .held[id*='t=12.5']").wait_for(state="attached")
    page.locator("#limites summary").click()
    page.locator("#limites .held[id*='t=12.5'] .section-body li").first.wait_for()


@INVENTED
def test_an_address_leads_to_a_section(page, world):
    page.goto(world.address(f"?s=epci:{world.epci}#limites", "/territoire"))
    page.locator("#limites .section-body li").first.wait_for()
    assert page.locator("#limites").bounding_box()["y"] < 900
    assert page.evaluate("document.activeElement.closest('section').id") == "limites"
    page.evaluate("location.hash = '#jumeaux'")
    page.locator("#jumeaux .section-body").wait_for()


@INVENTED
def test_paper_holds_every_section(page, world):
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    wait_profile(page, world, Level.EPCI, world.epci)
    page.evaluate("() => { window.print = () => { window.isPrinted = true } }")
    assert page.locator(".held-printed > .loading").count()
    page.keyboard.press("Control+p")
    page.wait_for_function("() => window.isPrinted")
    assert not page.locator(".held-printed > .loading").count()
    page.emulate_media(media="print")
    assert page.locator("#limites details").evaluate("e => !e.open")
    assert page.locator("#limites .section-body li").first.is_visible()


@INVENTED
def test_from_a_row_of_the_table(page, visit, world):
    visit(page, world.communes)
    row = page.locator("#carte-table .ag-row").first
    code = row.get_attribute("row-id")
    page.evaluate("dash_ag_grid.getApiAsync('carte-table').then(api => api.ensureColumnVisible('profile'))")
    page.locator(f"#carte-table .ag-row[row-id='{code}'] [col-id='profile'] a").click()
    wait_profile(page, world, Level.COMMUNE, code)
    assert "r=" in page.url


@pytest.mark.parametrize(("kind", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV", b"\xef\xbb\xbf")])
@INVENTED
def test_files_of_a_figure(page, world, kind, start):
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    section = page.locator("section[aria-label='Sa part à côté de celle des autres']")
    section.locator("summary").first.click()
    with page.expect_download() as download:
        section.get_by_role("link", name=kind).click()
    assert download.value.suggested_filename.endswith(kind.lower())
    assert f"_{world.epci.lower()}_comparaison_" in download.value.suggested_filename
    assert download.value.path().read_bytes().startswith(start)


OF_EPCI, OF_FRANCE = ("?s=epci:{epci}",), ("?s=france:FR&sc=loneliness",)


@in_states(
    "query",
    [("",), OF_EPCI, ("?s=departement:{departement}&lang=en",), ("?s=commune:00000&t=900",), OF_FRANCE],
    real=[OF_EPCI, OF_FRANCE],
)
def test_it_is_accessible_in_every_state(page, world, query):
    departement = world.store.territory(Level.EPCI, world.epci).departement
    page.goto(world.address(query.format(epci=world.epci, departement=departement), "/territoire"))
    page.get_by_role("heading", level=1).wait_for()
    is_sound_at_every_width(page)


@INVENTED
@pytest.mark.parametrize("width", ["tablet", "phone"])
def test_what_is_said_comes_before_the_settings(request, world, width):
    opened = request.getfixturevalue(width)
    opened.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    wait_profile(opened, world, Level.EPCI, world.epci)
    order = [".territoire-search", ".verdict-sentence", ".territoire-settings", "#territoire-body", "#territoire-team"]
    tops = [opened.locator(part).bounding_box()["y"] for part in order]
    assert tops == sorted(tops)
    # Keys go through the page in the order in which it is seen.
    follows = "([a, b]) => document.querySelector(a).compareDocumentPosition(document.querySelector(b)) & 4"
    assert all(opened.evaluate(follows, list(pair)) for pair in itertools.pairwise(order))


@INVENTED
def test_a_note_of_the_team(page, world):
    page.goto(world.address(f"?s=commune:{world.code}", "/territoire"))
    page.get_by_label("Ce que l’équipe sait de ce territoire").fill("Le café associatif rouvre en janvier")
    page.get_by_role("button", name="Garder la note").click()
    page.get_by_text("la fonction de qui l’écrit").wait_for()
    page.get_by_label("Votre fonction").fill("chargée de mission")
    page.get_by_role("button", name="Garder la note").click()
    page.locator("#territoire-notes li", has_text="chargée de mission · ").wait_for()
    assert violations(page) == []
    page.reload()
    page.locator("#territoire-notes", has_text="Le café associatif rouvre en janvier").wait_for()
    withdraw = page.get_by_role("button", name="Retirer cette note")
    withdraw.first.click()
    page.get_by_text("le journal dit qui a retiré une note").wait_for()
    page.get_by_label("Votre fonction").fill("déléguée")
    written = withdraw.count()
    withdraw.first.click()
    page.get_by_text("La note n’est plus affichée").wait_for()
    assert withdraw.count() == written - 1
    assert violations(page) == []


@INVENTED
def test_two_readers_keep_their_own_choices(page, chromium, world):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    other = context.new_page()
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    other.goto(world.address(f"?s=commune:{world.code}&t=15", "/territoire"))
    wait_profile(page, world, Level.EPCI, world.epci)
    wait_profile(other, world, Level.COMMUNE, world.code, 0.15)
    page.reload()
    wait_profile(page, world, Level.EPCI, world.epci)
    context.close()


@INVENTED
def test_print_leaves_the_controls_out(page, world):
    page.goto(world.address(f"?s=epci:{world.epci}", "/territoire"))
    wait_profile(page, world, Level.EPCI, world.epci)
    page.emulate_media(media="print")
    assert page.locator(".territoire-settings").is_hidden() and page.locator("#nav").is_hidden()
    assert page.locator(".verdict-sentence").is_visible()
