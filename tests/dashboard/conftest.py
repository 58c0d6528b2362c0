"""The invented database, opened, and the application over it."""

import pytest

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.settings import Settings
from geodata.store import open_store
from geodata.translations import Words
from geodata.workspace import open_workspace
from tests.dashboard import synthetic


@pytest.fixture
def translated(monkeypatch):
    """Whatever a test shows in French is in the catalogue: nobody reads a sentence as the code writes it."""
    said, counted = Words.__call__, Words.plural

    def one(self, message):
        assert self.lang == "en" or message in self.single, f"not in the French catalogue: {message!r}"
        return said(self, message)

    def one_of_two(self, single, many, count):
        assert self.lang == "en" or (single, many) in self.many, f"not in the French catalogue: {single!r}, {many!r}"
        return counted(self, single, many, count)

    monkeypatch.setattr(Words, "__call__", one)
    monkeypatch.setattr(Words, "plural", one_of_two)


@pytest.fixture(scope="session")
def database(once):
    return once.file("invented.gpkg", synthetic.write)


@pytest.fixture(scope="session")
def store(database):
    return open_store(str(database))


@pytest.fixture(scope="session")
def facts(store, workspace):
    return Facts(store, workspace)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    return open_workspace(str(tmp_path_factory.mktemp("workspace") / "workspace.sqlite"))


@pytest.fixture(scope="session")
def app(store, workspace, database):
    return create_app(store, workspace, Settings(db=str(database)))


@pytest.fixture
def client(app):
    return app.server.test_client()
