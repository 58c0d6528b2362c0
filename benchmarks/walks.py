"""What a planner does, counted in actions and seconds: `python -m benchmarks.walks --db FILE.gpkg`.

The seconds are those of the machine between the first action and the answer: reading and thinking are the planner's. An
action is a click, a key that decides, or a text typed in one go. The yearly refresh (C9) is two commands: the second of
two builds, then what changed between them. Prints Markdown.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from benchmarks.screen import launched
from benchmarks.serving import served

PAINTED = "() => performance.getEntriesByName('reliance-painted').length > 0 && reliance.isDrawn()"


def stands(page: Page, root: str) -> int:
    """C1: four letters of a name, Enter, the sentence."""
    page.goto(root)
    page.wait_for_function(PAINTED)
    begin(page)
    page.locator("#carte-search").click()
    page.keyboard.type("auch", delay=40)
    page.keyboard.press("Enter")
    page.locator("#carte-card h2", has_text="Auch").wait_for()
    return 3


def listed(page: Page, root: str) -> int:
    """C2: EPCI of a région above 10 %, the table and its CSV."""
    page.goto(f"{root}/?r=76")
    page.wait_for_function(PAINTED)
    begin(page)
    page.locator(".area-legend input[value='above']").check()
    page.wait_for_function("() => document.getElementById('carte-csv').href.includes('v=above')")
    with page.expect_download():
        page.locator("#carte-csv").click()
    return 2


def crossed(page: Page, root: str) -> int:
    """C3: need against responses, the services counted for one row."""
    page.goto(root)
    page.wait_for_function(PAINTED)
    begin(page)
    page.get_by_role("link", name="Besoin et réponses").click()
    page.locator("#besoin-table .ag-row").first.wait_for()
    page.locator("#besoin-table .ag-row").first.click()
    page.locator("#besoin-card details").first.wait_for()
    return 2


def contested(page: Page, root: str) -> int:
    """C4: a team that the lists do not know, told with who says so and why; the need is crossed again."""
    page.goto(f"{root}/besoin?r=76&m=commune&s=commune:09042")
    page.locator("#besoin-card details").first.wait_for()
    begin(page)
    page.get_by_text("Contester : corriger les services de cette commune").click()
    page.get_by_label("Catégorie de service").first.click()
    page.get_by_role("option", name="Équipe citoyenne contre l").click()
    page.get_by_label("Qui le dit (une fonction, pas un nom)").fill("Délégation départementale")
    page.get_by_label("Pourquoi, et comment cela a été vérifié").fill("Permanence visitée.")
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.get_by_text("Permanence visitée.").first.wait_for()
    page.get_by_text("Service indiqué par l’agence").first.wait_for(state="attached")
    return 6


def placed(page: Page, root: str) -> int:
    """C5: where ten teams should go, first list on screen."""
    page.goto(f"{root}/scenarios?r=76")
    page.locator("#plan-propose").wait_for()
    begin(page)
    page.get_by_label("Je ne connais aucune équipe en place").check()
    page.locator("#plan-propose").click()
    _wait_sites(page, 10)
    return 2


def compared(page: Page, root: str) -> int:
    """C6: a second plan, set beside the first with the map of their differences."""
    placed(page, root)
    page.locator("#plan-cancel").wait_for(state="hidden")
    first = page.url.split("p=")[1].split("&")[0]
    begin(page)
    page.get_by_label("Nouvelles équipes").fill("15")
    page.locator("#plan-propose").click()
    _wait_sites(page, 15)
    page.get_by_role("textbox", name="Comparer").click()
    page.get_by_role("option", name=f"({first[:4]})").first.click()
    page.get_by_text("Deux plans côte à côte").wait_for()
    return 4


def _wait_sites(page: Page, count: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('#plan-sites tbody')[0]?.rows.length === n", arg=count)


def printed(page: Page, root: str) -> int:
    """C7: the briefing of an EPCI from its profile."""
    page.goto(f"{root}/territoire?s=epci:243100518")
    page.locator(".verdict-sentence").wait_for()
    begin(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Fiche de synthèse (PDF)").click()
    download.value.path()
    return 1


def explained(page: Page, root: str) -> int:
    """C8: how a figure was computed."""
    page.goto(f"{root}/territoire?s=epci:243100518")
    page.locator(".verdict-sentence").wait_for()
    begin(page)
    page.get_by_role("link", name="Comment est-ce calculé").first.click()
    page.locator("#estimation").wait_for()
    return 1


def reopened(page: Page, root: str) -> int:
    """C11: a link opens the same view."""
    begin(page)
    page.goto(f"{root}/?r=76&t=12&s=epci:243100518")
    page.locator("#carte-card h2", has_text="Toulouse").wait_for()
    return 1


def first_visit(page: Page, root: str) -> int:
    """C12: whoever has never come, from the home page to a first PDF with what the page itself offers."""
    begin(page)
    page.goto(root)
    page.wait_for_function(PAINTED)
    page.get_by_role("button", name="Masquer").click()
    page.locator("#carte-search").click()
    page.keyboard.type("auch", delay=40)
    page.keyboard.press("Enter")
    page.locator("#carte-card h2", has_text="Auch").wait_for()
    page.get_by_role("link", name="Profil complet").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fiche de synthèse (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    return 6


_started: dict[Page, float] = {}


def begin(page: Page) -> None:
    """The planner begins now."""
    _started[page] = time.perf_counter()


WALKS: dict[str, Callable[[Page, str], int]] = {
    "C1 where a territory stands": stands,
    "C2 list those above 10 %, with its CSV": listed,
    "C3 need against services, one row opened": crossed,
    "C4 a commune contested, need crossed again": contested,
    "C5 where ten teams should go, first list": placed,
    "C6 another plan, the two compared": compared,
    "C7 a briefing of two pages": printed,
    "C8 how this was computed": explained,
    "C11 look at what I see": reopened,
    "C12 a newcomer's first PDF, from the home page": first_visit,
}


def main(arguments: list[str] | None = None) -> None:
    """Serve, walk, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walks", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    parser.add_argument("--no-refresh", action="store_true", help="leave the two builds of C9 out")
    options = parser.parse_args(arguments)
    with served(options.db) as (root, _process), sync_playwright() as playwright:
        browser = launched(playwright)
        print("| Task | actions | seconds, fastest of two |\n|---|---|---|")
        for name, walk in WALKS.items():
            seconds = []
            for _ in range(2):
                page = browser.new_page(viewport={"width": 1400, "height": 900}, accept_downloads=True)
                actions = walk(page, root)
                seconds.append(time.perf_counter() - _started.pop(page))
                page.close()
            print(f"| {name} | {actions} | {min(seconds):.1f} |", flush=True)
        browser.close()
    if not options.no_refresh:
        print(f"| C9 yearly refresh: build, then what changed | 2 | {refreshed():.0f} |")


def refreshed() -> float:
    """Seconds of C9 on the base sources: the country built anew, compared with what was served."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = f"{folder}/old.gpkg", f"{folder}/new.gpkg"
        build = [sys.executable, "-m", "etl", "build", "--data", "var/data", "--db"]
        subprocess.run([*build, old], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = time.perf_counter()
        subprocess.run([*build, new], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        report = [sys.executable, "-m", "etl", "diff", "--db", new, "--against", old]
        subprocess.run(report, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - before


if __name__ == "__main__":
    main()
