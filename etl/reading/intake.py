"""Which reader reads which file: files found in a folder are recognised by what they hold, never by their names.

Every reader module says whether a `Candidate` is its own (`recognises(candidate) -> bool`, which looks at it only);
`intake` asks all modules about all files of a folder: about the file itself first, then about each file inside a zip,
which belongs to a module when one of its members does. `etl.reading.tables` opens the right member again.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from etl.reading.candidate import PUBLISHED, Candidate, Unrecognised, peek, unread_file
from etl.reading.opening import LEFT_BY_A_DESKTOP
from etl.snapshots import checksum
from geodata.errors import BadInput
from geodata.sentences import Sentence, sentence
from geodata.source import Snapshot, Source

IGNORED = {".md", ".rst", ".pdf", ".doc", ".docx", ".odt", ".whl", ".part", ".py", ".sha256"}
"""Notes, documentation and packages: never data files."""


def intake(folder: Path, modules: Sequence) -> tuple[dict[str, list[Snapshot]], list[Unrecognised]]:
    """Snapshots of the files under `folder` by source id (files in order of path), and the files that nobody reads.

    `modules` have `SOURCE` and `recognises`. Every module has its list, empty when no file is its own. A file with the
    very bytes of an earlier one, or that two modules claim, is not read twice: it is among the unrecognised. A module
    with a `LAYOUT` (or `LAYOUTS`) also knows its table when a column of it is missing, renamed or wrongly separated.
    """
    snapshots: dict[str, list[Snapshot]] = {module.SOURCE.id: [] for module in modules}
    unrecognised = []
    seen: dict[str, Path] = {}
    for path in _files(folder):
        if path.name.startswith(LEFT_BY_A_DESKTOP):
            unrecognised.append(Unrecognised(path, sentence("left_by_a_program")))
            continue
        if _is_dangling(path):
            why = sentence("link_to_nothing", target=str(path.readlink()))
            unrecognised.append(Unrecognised(path, why, is_spoilt=path.suffix.lower() in PUBLISHED))
            continue
        try:
            candidate = peek(path)
            owners = [module for module in modules if owns(module, candidate)]
        except BadInput as error:
            unrecognised.append(unread_file(path, path.name, error))
            continue
        unrecognised += candidate.unread
        if len(owners) != 1:
            spoilt = None if owners else _why_spoilt(candidate, modules)
            unrecognised.append(Unrecognised(path, spoilt or _why_nobody(candidate, owners), bool(spoilt)))
            continue
        sha256 = checksum(path)
        if sha256 in seen:
            unrecognised.append(Unrecognised(path, sentence("same_bytes", file=seen[sha256].name)))
            continue
        seen[sha256] = path
        source = owners[0].SOURCE
        snapshots[source.id].append(_snapshot(source, path, sha256))
    return snapshots, unrecognised


def refuse_spoilt(unrecognised: Iterable[Unrecognised]) -> None:
    """Raise `BadInput` telling every file that is damaged or spoilt: a strict build does not go on without it."""
    if spoilt := [file for file in unrecognised if file.is_spoilt]:
        raise BadInput(sentence("files_unreadable", files=tuple(file.line for file in spoilt)))


def _snapshot(source: Source, path: Path, sha256: str) -> Snapshot:
    return Snapshot(source, path, sha256, path.stat().st_size)


def _why_spoilt(candidate: Candidate, modules: Iterable) -> Sentence | None:
    """What is wrong with a file that is nearly a known table; None when it is near to none."""
    for module in modules:
        layout = getattr(module, "LAYOUTS", None) or getattr(module, "LAYOUT", None)
        if layout and any(layout.nearly(part) for part in (candidate, *candidate.inside)):
            try:
                module.read(_snapshot(module.SOURCE, candidate.path, ""))
            except BadInput as error:
                return sentence("nearly_of_source", title=module.SOURCE.title, problem=error.why)
    return None


def owns(module: Any, candidate: Candidate) -> bool:
    """Whether the file, or a member of the zip, is of this module."""
    return any(module.recognises(part) for part in (candidate, *candidate.inside))


def _files(folder: Path) -> list[Path]:
    """Visible files under a folder, in order of path. A folder that a link leads to is read too, each folder once; a
    link that leads nowhere is among them, so that it is told."""
    seen: set[str] = set()
    kept = []
    for place, folders, files in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(place, name) for name in files if not name.startswith("."))
        read = (path for path in paths if path.suffix.lower() not in IGNORED)
        kept += [path for path in read if path.is_file() or _is_dangling(path)]
    return sorted(kept)


def _is_dangling(path: Path) -> bool:
    """Whether a path is a link that leads to nothing."""
    return path.is_symlink() and not path.exists()


def _why_nobody(candidate: Candidate, owners: Iterable) -> Sentence:
    if claims := ", ".join(module.SOURCE.id for module in owners):
        return sentence("several_readers", claims=claims)
    what = {
        "text": ("columns_of_nobody", candidate.columns),
        "parquet": ("columns_of_nobody", candidate.columns),
        "workbook": ("sheets_of_nobody", candidate.sheets),
        "json": ("keys_of_nobody", candidate.keys),
        "zip": ("members_of_nobody", candidate.members),
        "osm": ("roads_of_nobody", ()),
        "geopackage": ("layers_of_nobody", candidate.members),
    }
    code, names = what[candidate.kind]
    shown = ", ".join(name[:60] for name in names[:8]) + (" ..." if len(names) > 8 else "")
    return sentence(code, names=shown)
