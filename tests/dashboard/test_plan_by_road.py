"""A plan by road from end to end: a made extract in the data folder, a build, a plan, its page and its paper.

The artificial département is a grid of communes. The extract holds the roads of its eastern half: one road along each
row, joined at the eastern end alone, as by rivers without another bridge. In the other half minutes are from straight
lines.
"""

import json
import re

import numpy as np
import osmium
import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.briefing import plan_paper
from dashboard.briefing.issuer import Issuer
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.pages.scenarios import layout
from dashboard.queue import drain
from dashboard.settings import Settings
from dashboard.state import Choice
from etl import build as recipe
from etl.publishing.publish import publish
from etl.reading.intake import intake
from etl.sources import osm_roads
from geodata.methods.travel import TRAVEL
from geodata.request import Request
from geodata.store import open_store
from geodata.workspace import open_workspace
from tests.conftest import DATE
from tests.dashboard.briefing.reading import pages
from tests.dashboard.test_callbacks import texts

WEST, EAST = -1.42, -1.17
ROAD = "osm-car-1 (date inconnue)"
REQUEST = Request(
    "52", teams=3, minutes=12, says_none_known=True, candidates="communes", forced=("85016", "85021", "85026")
)
"""One site far from any road of the extract, one among them, one at their edge."""


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def roads(path, rows):
    """An extract with a road along each latitude of `rows`, and one that joins them in the east."""
    lons = np.arange(WEST, EAST, 0.001)
    with osmium.SimpleWriter(str(path)) as writer:
        for row, lat in enumerate(rows):
            for step, lon in enumerate(lons):
                writer.add_node(osmium.osm.mutable.Node(id=1 + row * 1_000 + step, location=(lon, lat)))
        ways = [[1 + row * 1_000 + step for step in range(len(lons))] for row in range(len(rows))]
        for number, members in enumerate([*ways, [way[-1] for way in ways]], start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=members, tags={"highway": "primary"}))


@pytest.fixture(scope="module")
def desk(synthetic_snapshots, synthetic_tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("roads")
    communes = synthetic_tables["territory"].query("level == 'commune' and departement == '85'")
    (folder / "data").mkdir()
    edges = communes["geom"].dropna().map(lambda outline: outline.bounds)
    low, high = min(one[1] for one in edges), max(one[3] for one in edges)
    rows = [low - 0.01, *sorted(communes["lat"].dropna().round(2).unique()), high + 0.01]
    roads(folder / "data" / "made.osm.pbf", rows)
    snapshots, unread = intake(folder / "data", [osm_roads])
    assert not unread
    publish(recipe.build(synthetic_snapshots, snapshots), str(folder / "roads.gpkg"), date=DATE)
    return Facts(open_store(str(folder / "roads.gpkg")), open_workspace(str(folder / "workspace.sqlite")))


@pytest.fixture(scope="module")
def shown(desk):
    plan = plan_search.start(desk, REQUEST, name="Par la route", who="chargée de mission")
    drain(desk, Settings())
    return plan_search.opened(desk, (plan.id, 0))


def test_the_build_keeps_trips_of_the_half_whose_roads_are_there(desk):
    known = desk.store.by_road()
    assert set(known["method"]) == {ROAD}
    assert {"85021", "85026"} <= set(known.index) and "85016" not in known.index
    assert (known["lon"] > WEST).all()


def test_a_river_without_a_bridge_keeps_neighbours_apart(desk):
    pairs = set(desk.case(REQUEST).pairs[["origin", "destination"]].itertuples(index=False, name=None))
    assert ("85027", "85026") in pairs, "along a row"
    assert ("85027", "85020") not in pairs and TRAVEL.minutes(7.3) < REQUEST.minutes, "7.2 km from one row to the next"


def test_each_site_says_on_the_page_on_paper_and_in_the_file_how_its_minutes_are_known(desk, shown):
    mixed = "par la route depuis les communes dont les routes sont chargées, en ligne droite depuis les autres"
    known = {"85016": "en ligne droite", "85021": "par la route", "85026": mixed}
    assert {site: shown.reason(site).travel for site in known} == {
        "85016": TRAVEL.name,
        "85021": ROAD,
        "85026": f"{TRAVEL.name} + {ROAD}",
    }
    parts = layout.layout(desk, Choice(page="/scenarios", plan=(shown.id, 0), lang="fr"))
    page = texts(json.loads(json.dumps(html.Div(parts), cls=PlotlyJSONEncoder)))
    pdf = plan_paper.pdf(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29")
    paper = " ".join(pages(pdf))
    rows = plan_paper.sites(desk.store, shown, "fr").set_index("code_insee")
    for site, how in known.items():
        assert rows.at[site, "minutes_connues"] == how
        for written in map(plain, (page, paper)):
            told = written.split(plain("Minutes jusqu’"), 1)[1]
            assert plain(how) in told
