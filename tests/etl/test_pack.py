"""Official files as a wheel: installed without network, put back byte for byte, built into the same database."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import pytest

from etl import build as recipe
from etl import pack as packs
from etl.__main__ import READERS
from etl.publishing.publish import content_hash, publish
from etl.reading.intake import intake
from geodata.errors import BadInput, ChecksumMismatch, UsageError
from geodata.store import open_store
from tests.conftest import DATE
from tests.etl.sources.test_france_services import LIST_2024


@pytest.fixture(scope="module")
def held(tmp_path_factory, synthetic_snapshots):
    """A data folder with an official file, and the database that was built from it."""
    folder = tmp_path_factory.mktemp("held")
    data = folder / "data"
    (data / "lists").mkdir(parents=True)
    (data / "lists" / "liste été.csv").write_text(LIST_2024)
    official, _ = intake(data, READERS)
    tables = recipe.build(synthetic_snapshots, official)
    publish(tables, str(folder / "built.gpkg"), date=DATE)
    return data, open_store(str(folder / "built.gpkg")), content_hash(tables)


@pytest.fixture(scope="module")
def wheel(held, tmp_path_factory):
    data, store, _ = held
    return packs.pack(intake(data, READERS)[0], data, store, tmp_path_factory.mktemp("out"), name="essai")


@pytest.fixture(scope="module")
def folder(wheel, tmp_path_factory):
    """Where pip puts the wheel, without network."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--target", target, wheel]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target / "reliance_data_essai"


def test_a_database_built_from_the_pack_has_the_same_hash(held, folder, tmp_path, synthetic_snapshots, monkeypatch):
    data, _, expected = held
    monkeypatch.syspath_prepend(str(folder.parent))
    assert packs.installed_packs() == {"essai": folder}
    restored = packs.restore(folder, tmp_path)
    assert restored[0].read_bytes() == (data / "lists" / "liste été.csv").read_bytes()
    official, _ = intake(tmp_path, READERS)
    assert content_hash(recipe.build(synthetic_snapshots, official)) == expected


def test_what_must_travel_with_the_files_does(wheel, folder):
    row = json.loads((folder / "pack.json").read_text())["files"][0]
    assert row["source"] == "france_services" and row["licence"] == "Licence Ouverte 2.0"
    assert row["page"].startswith("https://") and len(row["sha256"]) == 64 and row["producer"]
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(n for n in archive.namelist() if n.endswith("METADATA"))).decode()
        refused = list(csv.DictReader(io.StringIO(archive.read("reliance_data_essai/refused.csv").decode())))
    assert row["title"] in metadata and "License: Licence Ouverte 2.0" in metadata
    assert len(refused) == row["rejected"] > 0 and {line["source"] for line in refused} == {"france_services"}


def test_the_same_files_make_the_same_wheel(held, wheel, tmp_path):
    data, store, _ = held
    again = packs.pack(intake(data, READERS)[0], data, store, tmp_path, name="essai")
    assert again.read_bytes() == wheel.read_bytes()


def test_a_file_that_the_database_did_not_read_is_not_packed(held, tmp_path):
    _, store, _ = held
    (tmp_path / "autre.csv").write_text(LIST_2024 + "\n")
    with pytest.raises(BadInput, match="build it again"):
        packs.pack(intake(tmp_path, READERS)[0], tmp_path, store, tmp_path / "out", name="essai")
    with pytest.raises(BadInput, match="no official file"):
        packs.pack({}, tmp_path, store, tmp_path / "out", name="essai")
    with pytest.raises(UsageError, match="no name"):
        packs.pack({}, tmp_path, store, tmp_path / "out", name="../x")


def test_a_pack_that_was_changed_is_refused(folder, tmp_path):
    about = json.loads((folder / "pack.json").read_text())
    changed = tmp_path / "changed"
    changed.mkdir()
    (changed / "files").symlink_to(folder / "files")
    about["files"][0]["sha256"] = "0" * 64
    (changed / "pack.json").write_text(json.dumps(about))
    with pytest.raises(ChecksumMismatch):
        packs.restore(changed, tmp_path / "data")
    about["files"][0]["path"] = "../../out.csv"
    (changed / "pack.json").write_text(json.dumps(about))
    with pytest.raises(BadInput, match="outside"):
        packs.restore(changed, tmp_path / "data")
    assert not (tmp_path / "out.csv").exists()
