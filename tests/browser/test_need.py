"""Walks through "Besoin et réponses": maps and table agree, a gap opens what was counted and can be contested."""

import pytest

from dashboard.facts import Facts
from dashboard.pages.besoin import ids, view
from dashboard.state import read
from geodata.response import Quadrant
from tests.browser.conftest import INVENTED, in_states
from tests.browser.test_accessibility import is_sound_at_every_width

pytestmark = pytest.mark.browser

PAINTED = "() => performance.getEntriesByName('reliance-need-painted').length > 0"


def opened(page, world, query: str):
    page.goto(world.address(query, "/besoin"))
    page.wait_for_function(PAINTED)
    page.locator("#besoin-table .ag-row").first.wait_for()
    return page


RESPONSES = ("?r={region}&m=commune&s=commune:{code}&min=15&w=responses",)


@in_states("query", [("?r={region}",), RESPONSES], real=[RESPONSES])
def test_axe_finds_nothing(page, world, query):
    is_sound_at_every_width(opened(page, world, query.format(region=world.region, code=world.code)))


def test_counts_on_screen_are_those_of_the_table(page, world):
    query = f"?r={world.region}&m=commune&min=15"
    opened(page, world, query)
    counts = view.counts(Facts(world.store), read(ids.PATH, query)[0])
    for quadrant, count in counts.items():
        shown = page.locator(f"#besoin-count-{quadrant}").inner_text()
        assert int("".join(c for c in shown if c.isdigit())) == count


@INVENTED
def test_other_minutes_change_the_address_the_counts_and_the_maps(page, world):
    opened(page, world, f"?r={world.region}&m=commune")
    box = page.get_by_label("Minutes en voiture, au plus")
    box.fill("10")
    box.press("Enter")
    page.wait_for_function("() => location.search.includes('min=10')")
    counts = view.counts(Facts(world.store), read(ids.PATH, page.url.split("?")[1])[0])
    few = f"{counts[Quadrant.FEW]}"
    page.wait_for_function(
        "([i, t]) => document.getElementById(i).innerText.replace(/\\D/g, '') === t",
        arg=[f"besoin-count-{Quadrant.FEW}", few],
    )


@pytest.mark.parametrize(
    ("path", "label", "typed", "key", "message"),
    [
        (
            "/besoin",
            "Minutes en voiture, au plus",
            "100",
            "min=60",
            "100 min n’est pas possible : entre 5 et 60 minutes.",
        ),
        ("/", "Seuil (% de personnes isolées)", "0", "t=1", "0 % n’est pas possible : entre 1 et 50 %."),
    ],
)
@INVENTED
def test_a_number_outside_its_ends_is_told_beside_its_field(page, world, path, label, typed, key, message):
    page.goto(world.address(f"?r={world.region}", path))
    page.locator(".ag-row").first.wait_for()
    box = page.get_by_label(label).first
    box.fill(typed)
    box.blur()
    page.wait_for_function("key => location.search.includes(key)", arg=key)
    content = page.locator(".mantine-InputWrapper-error").inner_text()
    assert " ".join(content.split()) == message
    box.fill("20")
    box.blur()
    page.locator(".mantine-InputWrapper-error").wait_for(state="detached")


def test_a_row_opens_the_services_that_were_counted(page, world):
    opened(page, world, f"?r={world.region}&m=commune")
    page.locator("#besoin-table .ag-row").first.click()
    page.wait_for_function("() => location.search.includes('s=commune:')")
    page.locator("#besoin-card details").first.wait_for()
    card = page.locator("#besoin-card").inner_text()
    # A base build lists town halls only: nothing counts as a response there, and the card says that it is not known.
    assert "Services comptés" in card or "réponses non connues" in card


@INVENTED
def test_both_maps_move_together(page, world):
    opened(page, world, f"?r={world.region}")
    page.wait_for_timeout(800)
    page.locator("#besoin-need-map .leaflet-control-zoom-in").click()
    page.wait_for_timeout(600)
    transforms = page.evaluate(
        "() => ['need', 'answer'].map((s) => document.querySelector(`#besoin-${s}-map canvas`).width > 0)"
    )
    assert transforms == [True, True]


@INVENTED
@pytest.mark.parametrize(("kind", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_the_picture_of_both_maps(page, world, kind, start):
    query = f"?r={world.region}"
    opened(page, world, query)
    page.wait_for_timeout(800)
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Carte ({kind})").click()
    assert download.value.suggested_filename.startswith("reliance_besoin-reponses_")
    body = download.value.path().read_bytes()
    assert body.startswith(start) and len(body) > 4_000
    if kind == "SVG":
        drawn = body.decode()
        assert drawn.count("<clipPath") == 2 and "Besoin croisé avec les réponses" in drawn
        assert drawn.count("<path d=") >= 2 * len(
            view.rows(Facts(world.store), read(ids.PATH, f"?r={world.region}")[0])
        )


@INVENTED
def test_a_commune_is_contested_and_the_journal_says_so(page, world):
    opened(page, world, "?r=R9&m=commune&fa=professional&s=commune:97402")
    page.get_by_text("Contester : corriger les services de cette commune").click()
    page.get_by_label("Catégorie de service").first.click()
    page.get_by_role("option", name="Infirmier").click()
    page.get_by_label("Qui le dit (une fonction, pas un nom)").fill("Délégation départementale")
    page.get_by_label("Pourquoi, et comment cela a été vérifié").fill("Cabinet visité.")
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.get_by_text("par Délégation départementale.").wait_for()
    page.get_by_text("Cabinet visité.").first.wait_for()
    page.get_by_text("1 correction", exact=True).wait_for()
    # The nurse told by the agency stands in the commune: the table and the card follow at once.
    page.get_by_text("Service indiqué par l’agence").first.wait_for(state="attached")


@INVENTED
def test_a_correction_without_its_reason_is_refused_in_words(page, world):
    opened(page, world, f"?r={world.region}&m=commune&s=commune:{world.code}")
    page.get_by_text("Contester : corriger les services de cette commune").click()
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.get_by_text("Rien n’est encore enregistré : il manque un champ.").wait_for()
    page.get_by_text("Pourquoi, en quelques mots.").wait_for()
