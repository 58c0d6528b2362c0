"""Many briefings at once: in parallel, with progress, stopped and taken up again at will, ending in one archive.

A file is made once: a run that is taken up again keeps those that carry the same build, question and language. What a
territory's own error prevents is a line of the index; what prevents every file (no room, no right) stops the run.
"""

import csv
import io
import logging
import math
import multiprocessing
import os
import zipfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.briefing import files
from dashboard.briefing.brief import brief, link
from dashboard.briefing.content import Briefing
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.record import from_json
from dashboard.i18n import words
from dashboard.spreadsheet import BOM, disarmed
from dashboard.state import Choice
from dashboard.text.labels import verdict
from geodata.errors import BadInput, GeodataError, OutputUnavailable
from geodata.estimate import Verdict
from geodata.processes import end_with_parent
from geodata.territory import Level

if TYPE_CHECKING:
    from geodata.store import Store
    from geodata.workspace import Correction, Remark, Version

_AHEAD = 4
"""Briefings handed to each process in advance: few, so that stopping is quick."""
_EACH = 12
"""A process takes as long to begin as so many briefings take to print: for fewer, no other one is begun."""


@dataclass(frozen=True)
class Order:
    """Briefings to print: one a code, in `folder`. `within` names the archive; `content_hash` is that of the build.
    `merge` is empty for one PDF a territory, or one of `files.MERGED` for one file of all of them."""

    level: Level
    within: str
    codes: tuple[str, ...]
    folder: Path
    printed_on: str
    lang: str
    choice: Choice
    issuer: Issuer
    address: str
    content_hash: str
    plans: tuple["Version", ...] = ()
    corrections: tuple["Correction", ...] = ()
    remarks: tuple["Remark", ...] = ()
    merge: str = ""

    @property
    def archive(self) -> Path:
        """Where the finished batch is: an archive, or one file where it is merged."""
        return self.folder / f"reliance_{self.level}_{self.within}_{self.printed_on}.{self.merge or 'zip'}"

    def remark(self, code: str) -> "Remark | None":
        """What the agency wrote on one of the sheets."""
        return next((one for one in self.remarks if (one.level, one.code) == (self.level, code)), None)


@dataclass(frozen=True)
class Line:
    """One territory of the index. `file` is None, and `error` says why, where there is no briefing."""

    code: str
    name: str
    verdict: Verdict | None
    file: str | None
    error: str


def run(
    order: Order,
    open_store: Callable[[], "Store"],
    *,
    workers: int | None = None,
    is_lasting: bool = False,
    progress: Callable[[int, int], None] = lambda done, count: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Line, ...] | None:
    """Print the order and write its archive; None when it was cancelled: finished files stay.

    Few briefings are printed by this process, unless it `is_lasting`: it would keep some 200 MB that another one gives
    back. `open_store` is called once in each process. `progress` is told how many are done of how many. Raises
    `OutputUnavailable` when a file cannot be written.
    """
    files.folder(order.folder)
    count = processes(len(order.codes), workers)
    lines: dict[str, Line] = {}
    is_here = count == 1 and not is_lasting
    with closing(_print_here(order, open_store) if is_here else _print_beside(order, open_store, count)) as lists:
        for finished in lists:
            lines |= {line.code: line for line in finished}
            progress(len(lines), len(order.codes))
            if is_cancelled():
                return None
    index = tuple(lines[code] for code in order.codes)
    files.write(order.archive, merged(order, index) if order.merge else archive(order, index))
    return index


def processes(briefings: int, most: int | None) -> int:
    """How many print so many briefings; `most` is None for as many as there are processors."""
    return min(most or os.cpu_count() or 1, math.ceil(briefings / _EACH))


def merged(order: Order, index: Sequence[Line]) -> bytes:
    """One file of all the briefings that could be made, in the order of the codes. Raises `BadInput` without one."""
    paths = [order.folder / line.file for line in index if line.file]
    if not paths:
        raise BadInput(f"no briefing could be made: {index[0].error if index else 'no territory was given'}")
    briefings = [from_json(Briefing, path.read_text(encoding="utf-8")) for path in paths]
    _ = words(order.lang)
    title = _("Social isolation: %(count)s briefings") % {"count": len(briefings)}
    body = files.merged(briefings, order.merge, title, order.lang)
    for path in paths:
        path.unlink()
    return body


def archive(order: Order, index: Sequence[Line]) -> bytes:
    """The archive: every briefing and `index.csv`; dated as the briefings are, so that it can be made again alike."""
    printed = date.fromisoformat(order.printed_on)
    midnight = (printed.year, printed.month, printed.day, 0, 0, 0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for line in index:
            if line.file:
                book.writestr(zipfile.ZipInfo(line.file, midnight), (order.folder / line.file).read_bytes())
        book.writestr(zipfile.ZipInfo("index.csv", midnight), index_csv(index, order.lang))
    return out.getvalue()


def index_csv(index: Sequence[Line], lang: str) -> bytes:
    """One row a territory: code, name, class, file, why there is none."""
    _ = words(lang)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Code"), _("Name"), _("Class"), _("File"), _("Error")])
    for line in index:
        class_ = verdict(line.verdict, lang) if line.verdict else ""
        writer.writerow([line.code, disarmed(line.name), class_, line.file or "", disarmed(line.error)])
    return (BOM + out.getvalue()).encode()


def _print_here(order: Order, open_store: Callable[[], "Store"]) -> Generator[list[Line], None, None]:
    """Lines one by one, printed by this process."""
    store = open_store()
    for code in order.codes:
        yield [_print(order, store, code)]


def _print_beside(order: Order, open_store: Callable[[], "Store"], count: int) -> Generator[list[Line], None, None]:
    """Lines as `count` processes print them, none of them after a second without one: a batch is cancelled between two.

    Processes of their own, not copies of this one: it may hold threads and open databases.
    """
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _prepare, (order, open_store)) as pool:
        waiting = list(reversed(order.codes))
        running: set[Future] = set()
        try:
            while waiting or running:
                while waiting and len(running) < _AHEAD * count:
                    running.add(pool.submit(_print_held, waiting.pop()))
                finished, running = wait(running, timeout=1, return_when=FIRST_COMPLETED)
                yield [future.result() for future in finished]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


# -- in each process -------------------------------------------------------------------------------------------------

_held: list[tuple[Order, "Store"]] = []
"""What one process of the pool works with: its order and its open store."""


def _prepare(order: Order, open_store: Callable[[], "Store"]) -> None:
    end_with_parent()
    _held[:] = [(order, open_store())]


def _print_held(code: str) -> Line:
    return _print(*_held[0], code)


def _print(order: Order, store: "Store", code: str) -> Line:
    # A merged file is made of records, in the end.
    ending = "json" if order.merge else "pdf"
    path = order.folder / files.name(order.level, code, order.printed_on, ending)
    try:
        estimate = store.estimate(order.level, code, order.choice.question)
        if order.merge or not is_done(order, code, path):
            briefing = brief(
                store,
                order.level,
                code,
                choice=order.choice,
                printed_on=order.printed_on,
                issuer=order.issuer,
                address=order.address,
                plans=order.plans,
                corrections=order.corrections,
                remark=order.remark(code),
            )
            files.write(path, files.body(briefing, ending, order.lang))
    except OutputUnavailable:
        raise
    except GeodataError as error:
        return Line(code, "", None, None, str(error))
    except Exception as error:
        # A defect that one territory meets stops no other.
        logging.getLogger(__name__).exception("defect in the briefing of %s %s", order.level, code)
        return Line(code, "", None, None, f"{type(error).__name__}: {error}"[:200])
    return Line(code, estimate.name, estimate.verdict, path.name, "")


def is_done(order: Order, code: str, path: Path) -> bool:
    """Whether a whole file of the same build, question and language is there: its metadata say so in clear."""
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return False
    marks = (f"sha256:{order.content_hash}", f"lang:{order.lang}", f"view:{link(order.choice, order.level, code)}")
    return all(escape(mark, quote=False).encode() in written for mark in marks)
