"""Files of a briefing: what each is called, what each holds, and how it is written so that none is ever half there."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from dashboard.briefing import annex, rows
from dashboard.briefing.content import Briefing
from dashboard.briefing.record import to_json
from dashboard.briefing.render import to_pdf
from dashboard.spreadsheet import csv_bytes, xlsx_bytes
from geodata.errors import OutputUnavailable
from geodata.territory import Level

PART = ".part"
"""Ending of a file that is being written; one that stays behind belongs to nobody."""


def name(level: Level, code: str, printed_on: str, ending: str = "pdf") -> str:
    """reliance_epci_200034023_2026-11-25.pdf."""
    return f"reliance_{level}_{code}_{printed_on}.{ending}"


def body(briefing: Briefing, ending: str, lang: str) -> bytes:
    """The file of a briefing: `ending` is one of `ENDINGS`."""
    return ENDINGS[ending](briefing, lang)


def write(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader finds the whole file, the one before, or none. Raises `OutputUnavailable`."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=PART, delete=False) as file:
            part = Path(file.name)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                part.chmod(0o644)
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise unwritable(path, error) from error


def folder(path: Path) -> Path:
    """The folder, made when it is not there, without what a killed run left behind. Raises `OutputUnavailable`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        for part in path.glob(f"*{PART}"):
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def unwritable(path: Path, error: OSError) -> OutputUnavailable:
    """The error of a file that cannot be written, in words."""
    return OutputUnavailable(
        f"{path} cannot be written ({error.strerror or error}). Files that were finished are whole and are kept: make "
        "room or give another place with --out, then run the same command again."
    )


def _workbook(briefing: Briefing, lang: str) -> bytes:
    made_on = datetime.fromisoformat(briefing.printed_on)
    return xlsx_bytes(rows.tables(briefing, lang), title=briefing.territory.name, made_on=made_on)


ENDINGS: dict[str, Callable[[Briefing, str], bytes]] = {
    "pdf": to_pdf,
    "docx": annex.to_docx,
    "xlsx": _workbook,
    "csv": lambda briefing, lang: csv_bytes(rows.facts(briefing, lang)),
    "json": lambda briefing, lang: to_json(briefing).encode(),
}
"""What a briefing can be written as: the two pages, their text for a word processor, their figures, their record."""
