"""What a planner waits for, in Debian's Chromium without a GPU: `python -m benchmarks.screen --db FILE.gpkg`.

Every page: time to usable, processor time of the page and bytes until then, cold and warm. The map of a région: from
the key that moves the line to the picture, beside a Plotly choropleth of the same outlines in one run. Fastest of
`REPEAT`. Prints Markdown. On a busy machine read processor seconds and ratios.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import brotli
import geobuf
import plotly
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.serving import served
from geodata.store import Store, open_store
from geodata.territory import Level
from tests.browser.chromium import MISSING, installed

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REGIONS = {"76": "Occitanie", "53": "Bretagne", "44": "Grand Est"}
"""The last has the most communes: no page draws those of the whole country."""
REPEAT = 3
INDICATORS = ("share_65_plus", "persons_per_household", "second_home_share", "vacant_dwelling_share", "flat_share")
SHOWN = {"4,446 communes of Occitanie": "?r=76&m=commune", "1,253 EPCI of France": "?m=epci"}
USABLE = {
    "Carte, France, EPCI": ("/", "#carte-map"),
    "Carte, Occitanie, communes": ("/?r=76&m=commune", "#carte-map"),
    "the same with its controls": ("/?r=76&m=commune", "input#carte-threshold"),
    "Besoin et réponses, Occitanie": ("/besoin?r=76", "main h1"),
    "Territoire": ("/territoire?s=epci:243100518", "main h1"),
    "Scénarios, Occitanie": ("/scenarios?r=76", "#plan-propose"),
    "Méthode et données": ("/methode", "#telecharger"),
    "Accessibilité": ("/accessibilite", "main h1"),
}
"""Address of a page, and what is there when it can be used."""

_PAINTED = """() => {
  const canvas = [...document.querySelectorAll('.leaflet-overlay-pane canvas')];
  return canvas.some(c => c.width && [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].some(v => v));
}"""


def visit(browser: Browser, address: str, usable: Callable[[Page], None]) -> list[tuple[float, float, int, int]]:
    """Of a cold visit, then of a warm one: seconds to usable, processor seconds of the page's thread and bytes until
    then, bytes in all."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page, received = context.new_page(), []
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    measured = []
    for _ in range(2):
        received.clear()
        before = time.perf_counter()
        page.goto(address)
        usable(page)
        seconds, until = time.perf_counter() - before, int(sum(received))
        work = processor(client)
        page.wait_for_timeout(4000)
        measured.append((seconds, work, until, int(sum(received))))
    context.close()
    return measured


def processor(client) -> float:
    """Processor seconds of the page's thread since it was opened."""
    return next(m["value"] for m in client.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")


def there(selector: str) -> Callable[[Page], None]:
    """A page is usable when this is there; a map when its outlines are painted."""

    def usable(page: Page) -> None:
        if selector == "#carte-map":
            page.wait_for_function(_PAINTED, timeout=60_000)
        else:
            page.locator(selector).first.wait_for(timeout=60_000)

    return usable


def best(browser: Browser, address: str, usable: Callable[[Page], None]) -> str:
    """Cells of a table: fastest cold and warm times, processor times, bytes until usable and in all."""
    runs = [visit(browser, address, usable) for _ in range(REPEAT)]
    cells = []
    for visits in zip(*runs, strict=True):
        seconds, work, until, whole = (min(column) for column in zip(*visits, strict=True))
        cells.append(f"{seconds:.1f} s | {work:.2f} s | {until / 1e6:.2f} MB | {whole / 1e6:.2f} MB")
    return " | ".join(cells)


_MOVED = """() => {
  const field = document.getElementById("carte-threshold");
  window.moved = [];
  addEventListener("keydown", async () => {
    const before = performance.now();
    const painted = performance.getEntriesByName("reliance-painted").length;
    while (performance.getEntriesByName("reliance-painted").length === painted)
      await new Promise(done => setTimeout(done));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    moved.push(performance.now() - before);
  }, true);
  field.focus();
}"""


def move(browser: Browser, address: str, times: int = 9) -> tuple[float, float, int]:
    """Median milliseconds from a key in the field of the line to the frame that shows it, processor milliseconds of the
    page's thread for each key, and questions sent before the hand rests."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address)
    page.wait_for_function(_PAINTED, timeout=60_000)
    page.wait_for_timeout(4000)
    page.evaluate(_MOVED)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    before = processor(client)
    for step in range(times):
        page.keyboard.press("ArrowUp" if step % 2 == 0 else "ArrowDown")
        page.wait_for_function("n => moved.length > n", arg=step, timeout=30_000, polling=5)
    work, sent = processor(client) - before, len(requests)
    measured = page.evaluate("moved")
    page.close()
    return statistics.median(measured), 1000 * work / times, sent


_SHOWN = """async search => {
  const painted = performance.getEntriesByName("reliance-painted").length, before = performance.now();
  dash_clientside.set_props("carte-url", { search });
  while (performance.getEntriesByName("reliance-painted").length === painted)
    await new Promise(done => setTimeout(done));
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - before;
}"""


def show(browser: Browser, address: str, query: str) -> tuple[float, float, float]:
    """Of each of `INDICATORS` put in the address of an open map: median and longest milliseconds to the frame that
    shows it, and processor milliseconds of the page's thread."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address + query)
    page.wait_for_function(_PAINTED, timeout=60_000)
    page.wait_for_timeout(4000)
    measured, work = [], []
    for indicator in INDICATORS:
        before = processor(client)
        measured.append(page.evaluate(_SHOWN, f"{query}&i={indicator}"))
        work.append(processor(client) - before)
        # What comes after the picture is not the next one's.
        page.wait_for_timeout(2500)
    page.close()
    return statistics.median(measured), max(measured), 1000 * statistics.median(work)


def repaint(browser: Browser, address: str) -> float:
    """Median seconds to paint other classes on every outline, in the browser alone: what Plotly's `restyle` does."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.wait_for_function(_PAINTED, timeout=60_000)
    page.wait_for_timeout(1000)
    measured = page.evaluate(
        """async () => {
            const classes = ["above", "likely_above", "likely_below", "below"];
            const measured = [];
            for (let step = 0; step < 5; step++) {
                const before = performance.now();
                reliance.outlines().forEach(({ layer }, i) =>
                    layer.setStyle({ fillColor: reliance.fill(classes[(i + step) % 4]) }));
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                measured.push((performance.now() - before) / 1000);
            }
            return measured;
        }"""
    )
    page.close()
    return statistics.median(measured)


# -- the same région in Plotly ---------------------------------------------------------------------------------------


def choropleth(folder: Path, outlines: dict, codes: list[str]) -> str:
    """Address of a page that draws the outlines with `go.Choropleth`; its base map, which it fetches, is left empty."""
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    (folder / "plotly.js").write_bytes(script.read_bytes())
    figure = {
        "data": [
            {
                "type": "choropleth", "geojson": outlines, "featureidkey": "properties.code", "locations": codes,
                "z": [i % 5 for i in range(len(codes))], "showscale": False,
            }
        ],
        "layout": {"geo": {"visible": False, "fitbounds": "locations"}, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}},
    }  # fmt: skip
    (folder / "figure.json").write_text(json.dumps(figure))
    (folder / "index.html").write_text(
        """<!DOCTYPE html><div id="map" style="width:1000px;height:700px"></div><script src="plotly.js"></script>
        <script>fetch("figure.json").then(r => r.json()).then(f => Plotly.newPlot("map", f.data, f.layout))</script>"""
    )
    return "http://plotly.test/index.html"


def beside_plotly(browser: Browser, store: Store, region: str) -> tuple[float, int, float]:
    """Seconds to painted, bytes (Brotli, as the application sends them) and median seconds to recolour."""
    layers = store.screen_layers()
    one = layers[(layers["level"] == Level.COMMUNE) & (layers["within"] == region)].iloc[0]
    body = store.screen_layer(Level.COMMUNE, region, one["fingerprint"])
    outlines = geobuf.decode(brotli.decompress(body))
    codes = [feature["properties"]["code"] for feature in outlines["features"]]
    empty = {"type": "GeometryCollection", "geometries": []}
    names = ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
    topology = json.dumps({"type": "Topology", "arcs": [], "objects": dict.fromkeys(names, empty)})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = choropleth(folder, outlines, codes)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.route("**/*topojson*", lambda route: route.fulfill(body=topology, content_type="application/json"))
        page.route("**/*_110m.json", lambda route: route.fulfill(body=topology, content_type="application/json"))
        page.route("http://plotly.test/**", lambda route: route.fulfill(path=folder / route.request.url.split("/")[-1]))
        before = time.perf_counter()
        page.goto(address)
        page.wait_for_function(
            "n => document.querySelectorAll('.choroplethlayer path').length >= n", arg=len(codes), timeout=120_000
        )
        painted = time.perf_counter() - before
        measured = page.evaluate(
            """async count => {
                const measured = [];
                for (let step = 0; step < 5; step++) {
                    const before = performance.now();
                    await Plotly.restyle("map", {z: [Array.from({length: count}, (_, i) => (i + step) % 5)]});
                    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                    measured.push((performance.now() - before) / 1000);
                }
                return measured;
            }""",
            len(codes),
        )
        page.close()
        size = sum(len(brotli.compress((folder / f).read_bytes(), quality=4)) for f in ("plotly.js", "figure.json"))
    return painted, size, statistics.median(measured)


def launched(playwright: Playwright) -> Browser:
    """The browser that is measured; ends with what to install where there is none."""
    if (path := installed()) is None:
        sys.exit(MISSING)
    return playwright.chromium.launch(executable_path=str(path), args=FLAGS)


def main(arguments: list[str] | None = None) -> None:
    """Serve, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screen", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg")
    options = parser.parse_args(arguments)
    store = open_store(options.db)
    with served(options.db) as (root, _process), sync_playwright() as playwright:
        browser = launched(playwright)
        head = "usable | processor | bytes until then | in all"
        print(f"| Page | cold: {head} | warm: {head} |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name, (path, selector) in USABLE.items():
            print(f"| {name} | {best(browser, root + path, there(selector))} |", flush=True)
        print(
            "\n| Communes of | from the key to the picture | processor a key | questions | painted again | "
            "Plotly: first painted | bytes | again |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for region, name in REGIONS.items():
            address = f"{root}/?r={region}&m=commune"
            (milliseconds, work, sent), again_here = move(browser, address), 1000 * repaint(browser, address)
            painted, size, again = beside_plotly(browser, store, region)
            print(
                f"| {name} | {milliseconds:.0f} ms | {work:.0f} ms | {sent} | {again_here:.0f} ms | {painted:.1f} s | "
                f"{size / 1e6:.2f} MB | {1000 * again:.0f} ms |",
                flush=True,
            )
        print("\n| An indicator put on the map of | median | longest | processor of the page |\n|---|---|---|---|")
        for name, query in SHOWN.items():
            median, longest, work = show(browser, f"{root}/", query)
            print(f"| {name} | {median:.0f} ms | {longest:.0f} ms | {work:.0f} ms |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
