"""An agency's base map: under the maps of the screen, at no other host, and nothing at all where none is given."""

import json

import pytest
from pmtiles.tile import TileType

from dashboard import basemap
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.pages import PAGES
from dashboard.settings import Settings
from dashboard.state import Choice
from geodata.errors import BadInput
from tests.dashboard.archive import TILES, archive, picture

TILES_ADDRESS = "https://tuiles.ars.example/plan/{z}/{x}/{y}.png"


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return archive(tmp_path_factory.mktemp("ground") / "fond.pmtiles")


def served(store, workspace, database, **given):
    return create_app(store, workspace, Settings(db=str(database), **given)).server.test_client()


def drawn(facts: Facts) -> list:
    return [
        json.loads(
            json.dumps([part.to_plotly_json() for part in page.layout(facts, Choice(page=page.path))], cls=_Plain)
        )
        for page in PAGES
    ]


class _Plain(json.JSONEncoder):
    def default(self, value):
        return value.to_plotly_json()


def without_ground(value):
    """A page without what a base map adds to it."""
    if isinstance(value, list):
        return [
            without_ground(one)
            for one in value
            if not (isinstance(one, dict) and one.get("type") in ("TileLayer", "AttributionControl"))
        ]
    if isinstance(value, dict):
        return {key: without_ground(one) for key, one in value.items()}
    return "map" if value == "map map-on-ground" else value


def test_without_a_base_map_pages_and_headers_have_nothing_of_it(store, workspace, database, client, ground):
    alone = drawn(Facts(store, workspace))
    on_ground = drawn(Facts(store, workspace, basemap.opened(str(ground), "")))
    assert without_ground(alone) == alone
    assert "map-on-ground" in json.dumps(on_ground) and "map-on-ground" not in json.dumps(alone)
    assert without_ground(on_ground) == alone
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:;" in policy
    assert client.get("/fond/0/0/0").status_code == 404
    with_archive = served(store, workspace, database, basemap=str(ground)).get("/")
    assert with_archive.headers["Content-Security-Policy"] == policy


def test_tiles_of_an_archive_come_from_this_server(store, workspace, database, ground):
    reader = served(store, workspace, database, basemap=str(ground))
    for z, x, y in TILES:
        answer = reader.get(f"/fond/{z}/{x}/{y}")
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", picture())
    for nothing in ("4/0/0", "9/0/0", "0/5/5"):
        assert reader.get(f"/fond/{nothing}").status_code == 204


def test_an_attribution_is_words_whatever_the_archive_says(ground, tmp_path):
    assert basemap.opened(str(ground), "").attribution == "© Carte inventée"
    assert basemap.opened(str(ground), "© IGN").attribution == "© IGN"
    told = "&lt;img src=x onerror=alert(1)&gt; Plan <script>alert(2)</script>"
    found = basemap.opened(str(archive(tmp_path / "a.pmtiles", attribution=told)), "")
    assert "<" not in found.attribution and "Plan" in found.attribution
    with pytest.raises(BadInput, match="RELIANCE_BASEMAP_ATTRIBUTION"):
        basemap.opened(str(archive(tmp_path / "b.pmtiles", attribution="")), "")


def test_the_address_of_another_server_may_give_pictures_and_nothing_else(store, workspace, database):
    given = {"basemap": TILES_ADDRESS, "basemap_attribution": "© IGN"}
    policy = served(store, workspace, database, **given).get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://tuiles.ars.example;" in policy
    assert policy.count("tuiles") == 1
    with pytest.raises(BadInput, match="ATTRIBUTION"):
        basemap.opened(TILES_ADDRESS, " ")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host/{z}/{x}/{y}.png",
        "https://host/{z}/{x}.png",
        "https://{s}.host/{z}/{x}/{y}.png",
        "https://host; script-src */{z}/{x}/{y}.png",
        "https://host/{z}/{x}/{y}.png?{k}",
    ],
)
def test_an_address_that_cannot_be_drawn_is_named_at_start(address):
    with pytest.raises(BadInput, match="base map"):
        basemap.opened(address, "© IGN")


def test_an_archive_that_cannot_be_drawn_is_named_at_start(ground, tmp_path):
    whole = ground.read_bytes()
    spoilt = {
        "missing": None,
        "empty": b"",
        "text": b"PK\3\4 this is no archive, whatever its name ends in, and it is longer than a header." * 3,
        "cut": whole[:-40],
        "header": whole[:60],
        "version": whole[:7] + b"\2" + whole[8:],
        "directory": whole[:127] + b"\0" * 60 + whole[187:],
    }
    for name, body in spoilt.items():
        path = tmp_path / f"{name}.pmtiles"
        if body is not None:
            path.write_bytes(body)
        with pytest.raises(BadInput, match=f"{name}.pmtiles"):
            basemap.opened(str(path), "© IGN")
    with pytest.raises(BadInput, match="vector"):
        basemap.opened(str(archive(tmp_path / "v.pmtiles", kind=TileType.MVT)), "© IGN")
