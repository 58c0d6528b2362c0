"""Files of a briefing: what each is called, what each holds, and how it is written so that none is ever half there."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from dashboard.briefing import annex, diagnostic, rows
from dashboard.briefing.brief import brief
from dashboard.briefing.content import Briefing
from dashboard.briefing.diagnostic import Diagnostic
from dashboard.briefing.record import to_json
from dashboard.briefing.render import fitted, print_sheets, to_pdf, to_slide
from dashboard.briefing.sheet import sheet
from dashboard.spreadsheet import csv_bytes, xlsx_bytes
from geodata.errors import OutputUnavailable, UsageError
from geodata.territory import Level

PART = ".part"
"""Ending of a file that is being written; one that stays behind belongs to nobody."""


def name(level: Level, code: str, printed_on: str, ending: str = "pdf", kind: str = "briefing") -> str:
    """reliance_epci_200034023_2026-11-25.pdf; another kind than a briefing is named after `reliance`."""
    head = "reliance" if kind == "briefing" else f"reliance_{kind}"
    return f"{head}_{level}_{code}_{printed_on}.{ending}"


def body(record: Briefing | Diagnostic, ending: str, lang: str, kind: str = "briefing") -> bytes:
    """The file of a document. Raises `UsageError` for an ending that its kind has not."""
    return kind_of(kind, ending).endings[ending](record, lang)


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
    return xlsx_bytes(rows.tables([briefing], lang), title=briefing.territory.name, made_on=made_on)


ENDINGS: dict[str, Callable[[Briefing, str], bytes]] = {
    "pdf": to_pdf,
    "docx": annex.to_docx,
    "xlsx": _workbook,
    "csv": lambda briefing, lang: csv_bytes(rows.facts(briefing, lang)),
    "json": lambda briefing, lang: to_json(briefing).encode(),
}
"""What a briefing can be written as: the two pages, their text for a word processor, their figures, their record."""


@dataclass(frozen=True)
class Kind:
    """A kind of document: how its facts are asked of the store (as `brief`), and what it can be written as."""

    ask: Callable
    endings: dict[str, Callable]


KINDS = {
    "briefing": Kind(brief, ENDINGS),
    "slide": Kind(brief, {"pdf": to_slide}),
    diagnostic.KIND: Kind(
        diagnostic.diagnostic,
        {
            "pdf": diagnostic.to_pdf,
            "docx": annex.diagnostic_docx,
            "json": lambda record, lang: to_json(record).encode(),
        },
    ),
}
"""Two pages on a territory; page 1 and the first steps as a slide of 16:9; the diagnosis of residents of 60 and over of
a département."""


def kind_of(kind: str, ending: str) -> Kind:
    """The kind by its name. Raises `UsageError` where it cannot be written with this ending."""
    file_kind = KINDS[kind]
    if ending not in file_kind.endings:
        raise UsageError(
            f"a name ending in .{', .'.join(file_kind.endings)} is expected for --kind {kind}, not .{ending}."
        )
    return file_kind


# -- several in one --------------------------------------------------------------------------------------------------


def merged(briefings: Sequence[Briefing], ending: str, title: str, lang: str) -> bytes:
    """Several briefings in one file, `ending` one of `MERGED`, in their order."""
    if ending == "pdf":
        return print_sheets([fitted(briefing, lang)[0] for briefing in briefings], title)
    if ending == "docx":
        return annex.settled(annex.documents([sheet(briefing, lang) for briefing in briefings], title))
    made_on = datetime.fromisoformat(briefings[0].printed_on)
    return xlsx_bytes(rows.tables(briefings, lang), title=title, made_on=made_on)


MERGED = ("pdf", "docx", "xlsx")
"""What several briefings can be written as in one file."""
