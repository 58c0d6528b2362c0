"""An official file that somebody gives: recognised by what it holds, kept in the data folder under its own name."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from etl.reading.intake import intake
from geodata.errors import BadInput, OutputUnavailable
from geodata.sentences import sentence
from geodata.source import Snapshot

FOLDER = "given"
"""Folder of such files, in the data folder."""


def take(path: Path, data: Path, modules: Sequence) -> tuple[Path, Snapshot]:
    """Keep a copy of `path` for the next build, and say which source it is: `modules` are its possible readers.

    Raises `BadInput` with the reason when nobody reads it: nothing is kept then. A file of the same name is replaced.
    """
    if not path.is_file():
        raise BadInput(sentence("file_not_there", file=path))
    name = re.sub(r"[^\w.-]", "_", path.name).lstrip(".") or "file"
    try:
        (data / FOLDER).mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=data / FOLDER, prefix=".") as folder:
            beside = Path(folder) / name
            shutil.copyfile(path, beside)
            files_by_module, unread = intake(Path(folder), modules)
            snapshots = [snapshot for several in files_by_module.values() for snapshot in several]
            if not snapshots:
                why = unread[0].why if unread else sentence("holds_no_table")
                raise BadInput(sentence("about", subject=path.name, problem=why))
            os.replace(beside, data / FOLDER / name)
    except OSError as error:
        if isinstance(error, BadInput):
            raise
        why = sentence("folder_not_written", folder=data / FOLDER, error=error.strerror)
        raise OutputUnavailable(why) from error
    return data / FOLDER / name, snapshots[0]
