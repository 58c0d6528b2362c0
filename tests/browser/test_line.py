"""A line that moves: the map follows the hand without a request, and never says anything but the server would."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard import text
from dashboard.facts import Facts
from dashboard.pages.carte.view import rows
from dashboard.state import MESHES, Choice, Line
from dashboard.table import records
from geodata.bands import Cut, cut
from geodata.estimate import MISSES
from geodata.territory import Level
from geodata.threshold import TENTHS
from tests.browser.conftest import INVENTED

pytestmark = pytest.mark.browser

LINES = [int(line) for line in np.linspace(TENTHS[0], TENTHS[-1], 40)]
CLASSES = """([rows, lines]) => lines.map(line => rows.map(row => reliance.classAt(row, line)))"""
BANDS = """([rows, lines]) => lines.map(line => rows.map(row => reliance.bandAt(row, line)))"""
COUNTS = """() => reliance.ORDER.map(v => document.getElementById(`carte-count-threshold-${v}`).innerText)"""
PAINTED = """() => reliance.ORDER.map(v => reliance.outlines().filter(o => o.fill === v).length)"""


def test_the_browser_and_the_server_give_every_commune_the_same_class(page, visit, world):
    visit(page, world.communes)
    facts = Facts(world.store)
    for miss in (MISSES[1], MISSES[-1]):
        choice = Choice(region=world.region, mesh=Level.COMMUNE, line=Line.THRESHOLD, miss=miss)
        sent = records(rows(facts, choice))
        found = page.evaluate(CLASSES, [sent, LINES])
        for line, classes in zip(LINES, found, strict=True):
            told = facts.rows(replace(choice, threshold=line / 1000))
            assert dict(zip([row["code"] for row in sent], classes, strict=True)) == dict(
                zip(told["code"], told["verdict"], strict=True)
            )


def test_the_browser_and_the_server_give_every_commune_the_same_side_of_a_line(page, visit, world):
    visit(page, world.communes)
    facts = Facts(world.store)
    choice = Choice(region=world.region, indicator="share_75_plus", cut=Cut.LINE)
    choice = next(one for one in (replace(choice, mesh=mesh) for mesh in MESHES) if facts.is_held(one))
    values = facts.observed(choice)["value"]
    sent = [{} if np.isnan(value) else {"value": value} for value in values]
    classes = page.evaluate(BANDS, [sent, LINES])
    assert len(set(values.dropna())) > 1
    for line, bands in zip(LINES, classes, strict=True):
        assert bands == [f"band-{one}" for one in cut(values.to_numpy(float), Cut.LINE, line / 1000)[1]]


class Silence:
    """Keeps the questions of a page from the server until `end`: what is on screen meanwhile is the browser's own."""

    def __init__(self, page):
        self.kept: list | None = []
        page.route("**/_dash-update-component*", self._keep)

    def _keep(self, route) -> None:
        if self.kept is None:
            route.continue_()
        else:
            self.kept.append(route)

    def end(self, control: str) -> int:
        """Let them go, and say how many of them a control asked."""
        kept, self.kept = self.kept, None
        for route in kept:
            route.continue_()
        return sum(f"{control}.data" in route.request.post_data_json["changedPropIds"] for route in kept)


def _counts(world, threshold: float) -> list[str]:
    found = Facts(world.store).counts(Choice(region=world.region, mesh=Level.COMMUNE, threshold=threshold))
    return [text.number(count, "fr") for count in found[Line.THRESHOLD].values()]


def test_a_moved_line_repaints_counts_and_words_without_the_server(page, visit, world):
    visit(page, world.communes)
    page.locator("#carte-table .ag-row").first.wait_for()
    page.wait_for_load_state("networkidle")
    silence = Silence(page)
    field = page.locator("#carte-threshold")
    field.press("ArrowUp")
    # The hand rests, the server is asked, and the line is moved on before it has answered.
    page.wait_for_timeout(400)
    field.press("ArrowUp")
    field.press("ArrowUp")
    expected = _counts(world, 0.13)
    page.wait_for_function(f"e => ({COUNTS})().join() === e", arg=",".join(expected))
    assert [text.number(count, "fr") for count in page.evaluate(PAINTED)] == expected
    assert (
        "dépasse-t-elle 13\u202f% ?" in page.locator("h1").inner_text()
        or "13\u202f%" in page.locator("h1").inner_text()
    )
    assert page.locator("#carte-line-head").inner_text() == "> 13\u202f%"
    assert "counts-threshold" in page.locator("#carte-legend").get_attribute("class")
    before = page.locator("h1").inner_text()
    classes = page.locator("#carte-table [col-id=verdict].verdict").all_inner_texts()[:3]
    # The hand rests: one question goes out, and its answer changes nothing that was said.
    page.wait_for_function("() => document.querySelector('.carte').classList.contains('asking')")
    page.wait_for_timeout(400)
    assert silence.end("carte-threshold-asked") >= 1
    page.wait_for_function("() => location.search.includes('t=13') && !document.querySelector('.asking')")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(COUNTS) == expected and page.locator("h1").inner_text() == before
    assert page.locator("#carte-table [col-id=verdict].verdict").all_inner_texts()[:3] == classes


@INVENTED
def test_the_slider_moves_the_same_line_and_a_line_put_back_is_as_before(page, visit, world):
    visit(page, world.communes + "&q=threshold&v=undecided")
    page.wait_for_load_state("networkidle")
    seen = [page.locator(one).inner_text() for one in ("h1", "#carte-count", "#carte-line-head")]
    thumb = page.get_by_role("slider")
    thumb.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('carte-threshold').value.startsWith('10,5')")
    page.wait_for_function("() => location.search.includes('t=10.5') && !document.querySelector('.asking')")
    thumb.press("ArrowLeft")
    page.wait_for_function("() => !location.search.includes('t=10.5') && !document.querySelector('.asking')")
    assert [page.locator(one).inner_text() for one in ("h1", "#carte-count", "#carte-line-head")] == seen


def test_the_line_of_an_observed_share_moves_without_the_server(page, visit, world):
    visit(page, world.communes + "&i=share_75_plus&cl=line&l=10")
    page.wait_for_load_state("networkidle")
    silence = Silence(page)
    page.locator("#carte-own-line").press("ArrowUp")
    page.wait_for_function("() => document.getElementById('carte-word-band-5').innerText === 'plus de 11,0\u202f%'")
    choice = Choice(region=world.region, mesh=Level.COMMUNE, indicator="share_75_plus", cut=Cut.LINE, own_line=0.11)
    bands = Facts(world.store).observed(choice)["band"]
    for band in (5, 1):
        shown = page.locator(f"#carte-count-band-{band}").inner_text()
        assert shown == text.number(int((bands == band).sum()), "fr")
    page.wait_for_timeout(400)
    assert silence.end("carte-own-line-asked") == 1
    page.wait_for_function("() => location.search.includes('l=11') && !document.querySelector('.asking')")
    assert page.locator("#carte-word-band-5").inner_text() == "plus de 11,0\u202f%"
