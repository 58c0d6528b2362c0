"""The page of the method, part by part, in a real browser."""

import pytest

from tests.browser.conftest import INVENTED
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.browser


@INVENTED
def test_a_folded_table_comes_when_it_is_opened_by_the_keyboard(page, world):
    page.goto(world.address("", "/methode"))
    part = page.locator("#completude details")
    part.wait_for()
    assert part.locator("table").count() == 0
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    part.locator("table tbody tr").first.wait_for()
    assert part.get_by_role("status").count() == 0
    assert violations(page) == []
    page.keyboard.press("Enter")
    assert not part.evaluate("e => e.open")


def test_refused_rows_come_when_they_are_looked_at(page, world):
    page.goto(world.address("", "/methode"))
    page.locator("#telecharger").wait_for()
    page.evaluate("document.getElementById('methode-rejects').scrollIntoView()")
    page.locator("#methode-rejects .ag-row").first.wait_for()
    assert page.locator("#methode-rejects [role=status]").count() == 0
    assert violations(page) == []


@INVENTED
def test_a_table_whose_library_is_awaited_says_so(page, world):
    held, is_held = [], True
    page.route("**/dash_ag_grid/**", lambda route: held.append(route) if is_held else route.continue_())
    page.goto(world.address("", "/methode"))
    message = page.locator("#methode-rejects").get_by_role("status")
    message.wait_for(state="attached")
    assert message.inner_text() == "Chargement…"
    page.evaluate("document.getElementById('methode-rejects').scrollIntoView()")
    page.wait_for_timeout(300)
    is_held = False
    while held:
        held.pop().continue_()
    page.locator("#methode-rejects .ag-row").first.wait_for()
    assert page.locator("#methode-rejects p[role=status]").count() == 0
