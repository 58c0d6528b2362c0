"""Several planners at once: `python -m benchmarks.load --db FILE.gpkg`.

Records the callbacks that a browser sends during a walk through the pages, then sends them again to gunicorn with two
workers, from one reader and from twenty. Prints the server's time of each callback, errors, and memory a worker.
"""

import argparse
import statistics
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.screen import launched
from benchmarks.serving import served

WORKERS = 2
SECONDS = 15
Callback = tuple[str, bytes, str]
"""Name (its outputs), body, address of the page that sent it."""


def record(root: str) -> list[Callback]:
    """Every callback of a short walk: map, threshold, selection, search, profile, method."""
    calls: list[Callback] = []

    def keep(request) -> None:
        if "/_dash-update-component" in request.url:
            calls.append((request.post_data_json["output"], request.post_data_buffer, request.frame.url))

    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.on("request", keep)
        _walk(page, root)
        browser.close()
    return calls


def _walk(page: Page, root: str) -> None:
    page.goto(f"{root}/?r=76&m=commune")
    page.locator("#carte-table .ag-row").first.wait_for()
    page.wait_for_timeout(1500)
    field = page.locator("#carte-threshold").first
    for _ in range(3):
        field.press("ArrowUp")
        page.wait_for_timeout(1200)
    page.locator("#carte-table .ag-row .ag-cell").first.click()
    page.wait_for_timeout(1200)
    page.locator("#carte-search").first.click()
    page.keyboard.type("toulouse", delay=60)
    page.wait_for_timeout(800)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.locator("#carte-card").get_by_role("link", name="Profil complet").click()
    page.locator("#territoire-threshold").first.wait_for()
    page.locator("#territoire-threshold").first.press("ArrowUp")
    page.wait_for_timeout(1500)
    page.get_by_role("link", name="Méthode et données").first.click()
    page.wait_for_timeout(1500)


def send(connection: HTTPConnection, callback: Callback) -> tuple[float, int]:
    """Seconds and status of one callback."""
    _name, body, page = callback
    before = time.perf_counter()
    headers = {"Content-Type": "application/json", "Referer": page, "Accept-Encoding": "gzip"}
    connection.request("POST", "/_dash-update-component", body, headers)
    answer = connection.getresponse()
    answer.read()
    return time.perf_counter() - before, answer.status


def reader(host: str, callbacks: list[Callback], start: int, until: float) -> list[tuple[str, float, int]]:
    """One reader sends callbacks one after the other until the time is over."""
    connection, measured, at = HTTPConnection(host, timeout=60), [], start
    while time.perf_counter() < until:
        callback = callbacks[at % len(callbacks)]
        measured.append((callback[0], *send(connection, callback)))
        at += 1
    connection.close()
    return measured


def load(host: str, callbacks: list[Callback], readers: int) -> list[tuple[str, float, int]]:
    """What `readers` at once were answered during `SECONDS`."""
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(readers) as pool:
        answers = [pool.submit(reader, host, callbacks, 3 * i, until) for i in range(readers)]
        return [measured for answer in answers for measured in answer.result()]


def memory(master: int) -> list[tuple[float, float]]:
    """Megabytes of each worker: its own, and with its part of what is shared."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    workers = []
    for child in children:
        lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()[1:]
        sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
        workers.append((sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Pss"]))
    return workers


def main(arguments: list[str] | None = None) -> None:
    """Serve, record, send again, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    options = parser.parse_args(arguments)
    with served(options.db, workers=WORKERS) as (root, master):
        host = root.removeprefix("http://")
        before = memory(master)
        callbacks = record(root)
        runs = {readers: load(host, callbacks, readers) for readers in (1, 20)}
        after = memory(master)
    print("| Callback | 1 reader: median | 20 readers: median | 20 readers: 95 % under |")
    print("|---|---|---|---|")
    times = {readers: defaultdict(list) for readers in runs}
    for readers, run in runs.items():
        for name, seconds, _status in run:
            times[readers][name].append(1000 * seconds)
    for name in sorted(times[1], key=lambda n: -statistics.median(times[1][n])):
        many = sorted(times[20][name])
        print(
            f"| `{_short(name)}` | {statistics.median(times[1][name]):.0f} ms | {statistics.median(many):.0f} ms | "
            f"{many[int(0.95 * (len(many) - 1))]:.0f} ms |"
        )
    for readers, run in runs.items():
        errors = sum(status >= 400 for _name, _seconds, status in run)
        print(f"\n{readers} reader(s): {len(run) / SECONDS:.0f} callbacks a second, {errors} errors.")
    for label, measured in (("at the start", before), ("after the load", after)):
        sizes = ", ".join(f"{own:.0f} MB of its own ({pss:.0f} with its part of the shared)" for own, pss in measured)
        print(f"\nMemory a worker {label}: {sizes}.")


def _short(name: str) -> str:
    """The first output of a callback."""
    return name.strip(".").split("...")[0]


if __name__ == "__main__":
    main()
