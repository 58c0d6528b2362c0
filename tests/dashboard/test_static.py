"""Scripts and styles: kept by browsers, pressed once, the library of tables left for later."""

import re
import time

import brotli

BR = {"Accept-Encoding": "gzip, br"}


def _sources(client) -> list[str]:
    return re.findall(r'<script src="([^"]+)"', client.get("/").text)


def test_a_script_is_kept_for_a_year_and_pressed_for_its_second_reader(client):
    for part in ("/assets/map.js", "/dash_renderer."):
        address = next(one for one in _sources(client) if part in one)
        plain = client.get(address).data
        first = client.get(address, headers=BR)
        for _ in range(100):
            again = client.get(address, headers=BR)
            if len(again.data) < len(first.data):
                break
            time.sleep(0.1)
        assert again.headers["Content-Encoding"] == "br" and brotli.decompress(again.data) == plain
        assert len(again.data) < len(first.data)
        assert "max-age=31536000" in again.headers["Cache-Control"]
        assert client.get(address).data == plain


def test_the_library_of_tables_is_named_and_not_loaded(client):
    page = client.get("/").text
    assert not [one for one in _sources(client) if "dash_ag_grid" in one]
    address = re.search(r'<meta name="grid" content="([^"]+)"', page)[1]
    assert client.get(address).status_code == 200
