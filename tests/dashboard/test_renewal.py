"""A database replaced under a running server: read in the background, the old one answers meanwhile, never both at
once."""

import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard import renewal
from dashboard.hosting import hosted
from dashboard.settings import Settings
from geodata.errors import DatabaseUnavailable
from geodata.store import open_store
from tests.dashboard import synthetic

OLD, NEW, WAIT_S = "a" * 64, "b" * 64, 20


@pytest.fixture
def place(tmp_path):
    return synthetic.write(tmp_path / "isolation.gpkg", OLD)


@pytest.fixture
def publish(place, tmp_path):
    """Put another build in the place of the one that is served, as a build does."""

    def put(content_hash=NEW):
        os.replace(synthetic.write(tmp_path / "coming.gpkg", content_hash), place)

    return put


@pytest.fixture
def store(place):
    store = open_store(str(place))
    store.hold(4)
    return store


def nothing() -> None:
    """Warms nothing."""


def test_the_old_build_answers_until_the_new_one_was_read(store, publish):
    publish()
    assert store.version() == OLD
    read = []
    assert store.renew(lambda: read.append((store.version(), len(store.categories()))))
    assert read[0][0] == NEW and read[0][1] > 0
    assert store.version() == NEW
    assert not store.renew(nothing)


def test_who_asks_while_it_is_read_is_answered_by_the_old_one(store, publish):
    publish()
    seen = []

    def warm():
        other = threading.Thread(target=lambda: seen.append(store.version()))
        other.start()
        other.join(WAIT_S)
        assert store.version() == NEW

    store.renew(warm)
    assert seen == [OLD]


def test_a_request_begun_before_ends_on_its_own_build(store, publish):
    with store.pinned():
        publish()
        store.renew(nothing)
        assert store.version() == OLD
        assert len(store.categories()) > 0
    assert store.version() == NEW


def test_a_request_asks_once_which_build_answers(store, monkeypatch):
    asked, ask = [], store._rows
    monkeypatch.setattr(store, "_rows", lambda query: asked.append(query) or ask(query))
    with store.pinned():
        assert store.version() == store.version() == OLD
    with store.pinned():
        assert store.version() == OLD
    assert len(asked) == 1


def test_connections_to_a_build_that_was_left_are_closed(store, publish):
    def open_files():
        links = [os.path.realpath(fd) for fd in Path("/proc/self/fd").iterdir()]
        return [link for link in links if link.endswith("isolation.gpkg (deleted)")]

    with store.pinned():
        publish()
        store.renew(nothing)
        assert open_files()
    assert not open_files()


def test_a_new_build_that_cannot_be_read_is_not_served(store, place, tmp_path, publish):
    (tmp_path / "spoilt.gpkg").write_bytes(b"no database" * 1000)
    os.replace(tmp_path / "spoilt.gpkg", place)
    with pytest.raises((sa.exc.DBAPIError, DatabaseUnavailable)):
        store.renew(lambda: store.search("a"))
    assert store.version() == OLD
    publish()
    assert store.renew(nothing) and store.version() == NEW


def test_a_database_that_is_taken_away_answers_no_longer(store, place, publish):
    place.unlink()
    assert not store.renew(nothing)
    with pytest.raises((sa.exc.DBAPIError, DatabaseUnavailable)):
        store.version()
    publish()
    assert store.renew(nothing) and store.version() == NEW


def test_a_server_serves_the_new_build_once_it_was_read(place, publish, tmp_path, monkeypatch):
    monkeypatch.setattr(renewal, "_PERIOD_S", 0.05)
    settings = Settings.from_env({"RELIANCE_DB": str(place), "RELIANCE_WORKSPACE": str(tmp_path / "w.sqlite")})
    server = hosted(settings)
    (store,), (app,) = server.stores.values(), server.apps.values()
    begun, go, warm = threading.Event(), threading.Event(), server._warm
    monkeypatch.setattr(
        type(server), "_warm", lambda self, name: (begun.set(), go.wait(WAIT_S), warm(name)), raising=True
    )
    server.keep_up()
    client = app.server.test_client()

    def named() -> str:
        return client.get("/export/sources.csv").headers["Content-Disposition"]

    assert OLD[:8] in named()
    publish()
    assert begun.wait(WAIT_S)
    assert OLD[:8] in named(), "it is being read: the old one answers"
    go.set()
    until = time.monotonic() + WAIT_S
    while store.version() != NEW and time.monotonic() < until:
        time.sleep(0.05)
    assert NEW[:8] in named()
