"""Batches: parallel, taken up again, never half a file; and what goes wrong, in words."""

import errno
import os
import zipfile
from dataclasses import replace
from functools import partial

import pytest

from dashboard.briefing import batch, files
from dashboard.briefing.batch import Order, is_done
from dashboard.briefing.issuer import Issuer
from dashboard.spreadsheet import BOM
from dashboard.state import Choice
from geodata.errors import OutputUnavailable
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard.synthetic import HASH

DAY = "2026-11-25"


@pytest.fixture(scope="module")
def order(tmp_path_factory) -> Order:
    return Order(
        Level.EPCI, "R1", ("S11", "S12", "S13"), tmp_path_factory.mktemp("batch"), DAY, "fr", Choice(), Issuer(),
        "http://x", HASH,
    )  # fmt: skip


@pytest.fixture(scope="module")
def printed(order, database):
    """Printed once, with a code that does not exist and what a killed run leaves behind."""
    (order.folder / f"reliance_epci_S11_{DAY}.pdf{files.PART}").write_bytes(b"%PDF half")
    steps = []
    changed = replace(order, codes=(*order.codes, "S99"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "_EACH", 2)
        index = batch.run(
            changed, partial(open_store, str(database)), workers=2, progress=lambda *done: steps.append(done)
        )
    return index, steps


def test_every_briefing_and_an_archive_with_its_index(order, printed):
    index, steps = printed
    names = [f"reliance_epci_{code}_{DAY}.pdf" for code in order.codes]
    assert sorted(path.name for path in order.folder.iterdir()) == sorted([*names, f"reliance_epci_R1_{DAY}.zip"])
    assert [line.file for line in index] == [*names, None]
    assert steps[-1] == (4, 4)
    with zipfile.ZipFile(order.archive) as book:
        assert book.testzip() is None
        assert sorted(book.namelist()) == sorted([*names, "index.csv"])
        head, *rows = book.read("index.csv").decode().removeprefix(BOM).splitlines()
    assert head == "Code;Nom;Classe;Fichier;Erreur"
    assert rows[0] == f"S11;CC du Nord synthétique;dépasse;{names[0]};"
    assert rows[3].startswith("S99;;;;no epci has the code")


def test_processes_print_what_this_one_does(order, printed, database, tmp_path):
    here = replace(order, folder=tmp_path / "here")
    assert batch.run(here, partial(open_store, str(database)), workers=1) == printed[0][:3]
    for line in printed[0][:3]:
        assert (here.folder / line.file).read_bytes() == (order.folder / line.file).read_bytes()


def test_a_run_taken_up_again_keeps_what_is_finished(order, printed, database):
    path = order.folder / f"reliance_epci_S12_{DAY}.pdf"
    before, body = path.stat().st_mtime_ns, path.read_bytes()
    (order.folder / f"reliance_epci_S11_{DAY}.pdf").unlink()
    batch.run(order, partial(open_store, str(database)), workers=1)
    assert path.stat().st_mtime_ns == before
    assert path.read_bytes() == body
    assert (order.folder / f"reliance_epci_S11_{DAY}.pdf").is_file()


@pytest.mark.parametrize(("briefings", "most", "count"), [(1, 4, 1), (12, 4, 1), (13, 4, 2), (300, 4, 4), (300, 1, 1)])
def test_no_process_is_begun_for_a_few_briefings(briefings, most, count):
    assert batch.processes(briefings, most) == count


def test_another_build_question_or_language_is_printed_again(order, printed):
    path = order.folder / f"reliance_epci_S12_{DAY}.pdf"
    assert is_done(order, "S12", path)
    for other in (
        replace(order, content_hash="another"),
        replace(order, lang="en"),
        replace(order, choice=Choice(threshold=0.12)),
        replace(order, choice=Choice(threshold=0.12, scenario="age_telephone")),
        replace(order, choice=Choice(minutes=30)),
    ):
        assert not is_done(other, "S12", path)
    assert not is_done(order, "S13", path)
    assert not is_done(order, "S12", path.with_name("none.pdf"))


def test_a_cancelled_run_ends_without_an_archive(order, database, tmp_path):
    changed = replace(order, folder=tmp_path / "cancelled")
    assert batch.run(changed, partial(open_store, str(database)), workers=1, is_cancelled=lambda: True) is None
    assert not changed.archive.exists()
    assert not list(changed.folder.glob(f"*{files.PART}"))


def test_a_folder_that_cannot_be_written_is_named(order, database, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputUnavailable, match="file cannot be written"):
        batch.run(replace(order, folder=tmp_path / "file"), partial(open_store, str(database)), workers=1)


def test_a_full_disk_leaves_the_file_before_and_no_half_one(tmp_path, monkeypatch):
    path = tmp_path / "a.pdf"
    files.write(path, b"whole")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        OutputUnavailable, match=r"a\.pdf cannot be written \(No space left on device\)\. Files that were"
    ):
        files.write(path, b"another, longer")
    assert [file.name for file in tmp_path.iterdir()] == ["a.pdf"]
    assert path.read_bytes() == b"whole"


def test_the_same_files_give_the_same_archive(order, printed):
    index, _ = printed
    assert batch.archive(order, index[:3]) == batch.archive(order, index[:3])
