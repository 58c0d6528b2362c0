"""The invented database, opened, and the application over it."""

import pytest

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.settings import Settings
from geodata.store import open_store
from geodata.workspace import open_workspace
from tests.dashboard import synthetic


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
