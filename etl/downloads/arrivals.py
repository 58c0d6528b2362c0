"""A file that has just come, by the network or by hand: is it what the catalogue announces, and where it is kept.

`DIR/official/ID/FILE` is the file that the build reads. When other bytes come, the old ones are not overwritten: they
move to `.superseded` beside it, which the build does not look into, and `.snapshots.csv` keeps one line a snapshot.
"""

import csv
import hashlib
import os
import shutil
import zipfile
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path

from etl.downloads.catalogue import Entry, Form
from etl.snapshots import checksum
from geodata.errors import BadInput, ChecksumMismatch
from geodata.sentences import Sentence, sentence

FOLDER = "official"
SUPERSEDED, JOURNAL = ".superseded", ".snapshots.csv"

_PAGES = (b"<!doctype html", b"<html", b"<head", b"<!doctype")
_MAGIC = {Form.ZIP: (b"PK",), Form.XLSX: (b"PK",), Form.GZ: (b"\x1f\x8b",), Form.PARQUET: (b"PAR1",)}


class Change(StrEnum):
    """What an arrival changed."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"


@dataclass(frozen=True)
class JournalLine:
    """One line of the journal: which bytes came, from where, when, with what the server says to recognise them."""

    file: str
    sha256: str
    size: str
    taken_on: str
    origin: str
    vintage: str
    licence: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Arrival:
    """Where the file is, what it changed, and where the bytes it took the place of went."""

    entry: Entry
    path: Path
    change: Change
    sha256: str
    superseded: Path | None = None


def folder_of(entry: Entry, data: Path) -> Path:
    """Folder of an entry's files in the data folder; made when it is not there."""
    folder = data / FOLDER / entry.id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def journal(entry: Entry, data: Path) -> list[JournalLine]:
    """Every snapshot that came, the last one last."""
    path = folder_of(entry, data) / JOURNAL
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return [JournalLine(**row) for row in csv.DictReader(file)]


def problem_of(entry: Entry, path: Path) -> Sentence | None:
    """Why a file is not what the catalogue announces, whatever its checksum; None when it is."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head.strip():
        return sentence("is_empty")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(_PAGES):
        return sentence("is_web_page", form=entry.form)
    magic = _MAGIC.get(entry.form)
    if magic is not None and not head.startswith(magic):
        return sentence("is_no_form", form=entry.form)
    if entry.form is Form.JSON and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return sentence("is_no_form", form="JSON")
    if entry.form is Form.CSV and b"\0" in head:
        return sentence("is_no_text")
    return _archive_problem(entry, path) if magic == (b"PK",) else None


def _archive_problem(entry: Entry, path: Path) -> Sentence | None:
    try:
        with zipfile.ZipFile(path) as archive:
            if (broken := archive.testzip()) is not None:
                return sentence("member_corrupt", member=broken)
            names = archive.namelist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        return sentence("archive_corrupt", error=error)
    if entry.member and not any(Path(name).name == entry.member for name in names):
        return sentence("member_not_held", member=entry.member, members=", ".join(names[:8]))
    return None


def check_announced(entry: Entry, path: Path) -> None:
    """Raise `ChecksumMismatch` when the catalogue states a checksum and the bytes have another."""
    if not entry.checksum:
        return
    algorithm, announced = entry.checksum.split(":")
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, algorithm).hexdigest()
    if digest != announced:
        bytes_ = {"algorithm": algorithm, "found": digest, "announced": announced}
        raise ChecksumMismatch(sentence("source_other_bytes", source=entry.id, **bytes_, page=entry.page))


def place(entry: Entry, beside: Path, data: Path, origin: str, *, etag: str = "", last_modified: str = "") -> Arrival:
    """Put the file `beside`, already checked, in its place; it is moved. The bytes it replaces stay as a snapshot.

    There is no moment without a whole file under the name that the build reads.
    """
    folder = folder_of(entry, data)
    target, sha256, size = folder / entry.file, checksum(beside), beside.stat().st_size
    superseded, change = None, Change.NEW
    taken = journal(entry, data)
    if target.is_file():
        before = checksum(target)
        change = Change.UNCHANGED if before == sha256 else Change.CHANGED
        if change is Change.CHANGED:
            superseded = _keep_aside(target, before)
    os.replace(beside, target)
    line = JournalLine(
        entry.file,
        sha256,
        str(size),
        date.today().isoformat(),
        origin,
        entry.vintage,
        entry.licence,
        etag,
        last_modified,
    )
    # The same bytes under new headers: the headers are what the next call asks with.
    _write_journal(folder, [*(taken[:-1] if change is Change.UNCHANGED else taken), line])
    return Arrival(entry, target, change, sha256, superseded)


def hand_in(entry: Entry, path: Path, data: Path, *, accept_changed: bool = False) -> Arrival:
    """Take a local copy. Raises `BadInput` when it is not what the catalogue announces; the copy is left as it is."""
    if not path.is_file():
        raise BadInput(sentence("file_not_there", file=path))
    if problem := problem_of(entry, path):
        raise BadInput(sentence("not_the_source", file=path, title=entry.title, problem=problem, page=entry.page))
    if not accept_changed:
        check_announced(entry, path)
    beside = folder_of(entry, data) / f".{entry.file}.{os.getpid()}.part"
    try:
        shutil.copyfile(path, beside)
        return place(entry, beside, data, str(path.resolve()))
    finally:
        beside.unlink(missing_ok=True)


def _keep_aside(target: Path, sha256: str) -> Path:
    folder = target.parent / SUPERSEDED
    folder.mkdir(exist_ok=True)
    aside = folder / f"{sha256[:12]}-{target.name}"
    if not aside.exists():
        # A second name for the same bytes: nothing is copied, and the first name is never missing.
        try:
            os.link(target, aside)
        except OSError:
            shutil.copyfile(target, aside)
    return aside


def _write_journal(folder: Path, lines: list[JournalLine]) -> None:
    beside = folder / f"{JOURNAL}.{os.getpid()}.part"
    with open(beside, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(JournalLine)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)
    os.replace(beside, folder / JOURNAL)
