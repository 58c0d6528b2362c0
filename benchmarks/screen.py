"""What a planner waits for, in Debian's Chromium without a GPU: `python -m benchmarks.screen --db FILE.gpkg`.

Serves the app on a free port, then measures the first map of a region (bytes transferred, time to painted), the second
visit, and the time to recolour when the threshold changes. Prints Markdown.
"""

import argparse
import socket
import statistics
import subprocess
import sys
import time
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from geodata.store import open_store

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REGIONS = {"76": "Occitanie", "53": "Bretagne"}
_PAINTED = """() => {
  const canvas = [...document.querySelectorAll('.leaflet-overlay-pane canvas')];
  return canvas.some(c => c.width && [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].some(v => v));
}"""
_PICTURE = """() => [...document.querySelectorAll('.leaflet-overlay-pane canvas')].map(c => c.toDataURL()).join()"""


def first_map(browser: Browser, address: str) -> tuple[float, float, int]:
    """Seconds to painted on a cold visit and on a warm one, and bytes transferred by the cold one."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page, received = context.new_page(), []
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    cold = _painted(page, address)
    page.wait_for_timeout(1000)
    transferred = int(sum(received))
    warm = _painted(page, address)
    context.close()
    return cold, warm, transferred


def _painted(page: Page, address: str) -> float:
    before = time.perf_counter()
    page.goto(address)
    page.wait_for_function(_PAINTED, timeout=60_000)
    return time.perf_counter() - before


def recolour(browser: Browser, address: str, times: int = 7) -> float:
    """Median seconds from a change of threshold to another picture on the map."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.wait_for_function(_PAINTED, timeout=60_000)
    page.wait_for_timeout(2000)
    field = page.locator("#carte-threshold").first
    measured = []
    for step in range(times):
        before_picture = page.evaluate(_PICTURE)
        before = time.perf_counter()
        field.press("ArrowUp" if step % 2 == 0 else "ArrowDown")
        page.wait_for_function(f"before => ({_PICTURE})() !== before", arg=before_picture, timeout=30_000, polling=40)
        measured.append(time.perf_counter() - before)
        page.wait_for_timeout(800)
    page.close()
    return statistics.median(measured)


def main(arguments: list[str] | None = None) -> None:
    """Serve, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screen", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    options = parser.parse_args(arguments)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "app.py", "--db", options.db, "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        started = _wait_for(root)
        print(f"Server answering {started:.1f} s after its start.\n")
        print("| Communes of | outlines | first map | painted, cold | painted, warm | recolour, median |")
        print("|---|---|---|---|---|---|")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for region, name in REGIONS.items():
                address = f"{root}/?r={region}&m=commune"
                cold, warm, transferred = first_map(browser, address)
                milliseconds = 1000 * recolour(browser, address)
                print(
                    f"| {name} | {_outlines(options.db, region) / 1e3:.0f} KB | {transferred / 1e6:.2f} MB | "
                    f"{cold:.1f} s | {warm:.1f} s | {milliseconds:.0f} ms |"
                )
            browser.close()
    finally:
        server.terminate()


def _wait_for(root: str) -> float:
    before = time.perf_counter()
    while time.perf_counter() - before < 60:
        try:
            urlopen(root, timeout=5).read()
            return time.perf_counter() - before
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{root} does not answer")


def _outlines(db: str, region: str) -> int:
    store = open_store(db)
    layers = store.screen_layers()
    one = layers[(layers["level"] == "commune") & (layers["within"] == region)].iloc[0]
    return len(store.screen_layer("commune", region, one["fingerprint"]))


if __name__ == "__main__":
    main()
