"""The files of one source, read one after the other: what is wrong with one never stops the others.

What is said of a whole file (refused, changing nothing, mostly not understood) is a reject whose row is `WHOLE` and
whose key is the file's name. The vintage is a fact of each file: what its rows state, else the date in its name, else
unknown; never a constant of the reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from etl.reading.tables import date_of_name
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import Sentence, read_sentence, sentence
from geodata.source import Snapshot

WHOLE = "file"
"""The row of a reject that speaks of the whole file."""

REFUSED = "file_refused"
"""The sentence of a file that was left out."""

_MOST_VINTAGES = 3

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class FileRead:
    """One file: its snapshot with its vintage, the rows accepted, the rejects."""

    snapshot: Snapshot
    rows: pd.DataFrame
    rejects: pd.DataFrame


def read_files(module: Any, snapshots: Sequence[Snapshot]) -> tuple[list[FileRead], pd.DataFrame]:
    """What `module` makes of each file, and the rejects of the files that it refuses whole."""
    read, refused = read_each(module, snapshots, partial(_read, module))
    return [file for _, file in read], refused


def read_each(
    module: Any, snapshots: Sequence[Snapshot], read: Callable[[Snapshot], Made]
) -> tuple[list[tuple[Snapshot, Made]], pd.DataFrame]:
    """What `read` makes of each file of `module`'s source, and the rejects of the files that it refuses whole."""
    done, refused = [], []
    for snapshot in snapshots:
        try:
            done.append((snapshot, read(snapshot)))
        except BadInput as error:
            refused.append((WHOLE, snapshot.path.name, sentence(REFUSED, problem=error.why)))
    return done, reject_frame(module.SOURCE.id, refused)


def about_file(file: FileRead, *notes: Sentence) -> pd.DataFrame:
    """Rejects that say something of a whole file."""
    return reject_frame(file.snapshot.source.id, [(WHOLE, file.snapshot.path.name, note) for note in notes])


def refuse_left_out(rejects: pd.DataFrame) -> None:
    """Raise `BadInput` telling every file that was refused whole: a strict build does not go on without it."""
    left = rejects[(rejects["row"] == WHOLE) & (rejects["reason"] == REFUSED)]
    if len(left):
        files = tuple(
            sentence("about", subject=row.key, problem=dict(read_sentence(REFUSED, row.details).values)["problem"])
            for row in left.itertuples()
        )
        raise BadInput(sentence("files_unusable", files=files))


def _read(module: Any, snapshot: Snapshot) -> FileRead:
    raw = module.read(snapshot)
    rows, rejects = module.tidy(raw)
    named = date_of_name(str(raw.attrs.get("file", ""))) or date_of_name(snapshot.path.name)
    if "seen_on" in rows and rows["seen_on"].isna().all():
        rows = rows.assign(seen_on=named or None)
    vintage = _stated(rows) or (module.vintage(raw) if hasattr(module, "vintage") else "") or named
    file = FileRead(replace(snapshot, vintage=vintage), rows, rejects)
    notes = [sentence("second_table", member=member) for member in raw.attrs.get("not_read", ())]
    if len(rows) == 0:
        notes.append(sentence("changes_nothing_no_row"))
    elif "quantity" in rows and rows["quantity"].isna().all() and len(rows) < len(raw) / 2:
        notes.append(sentence("few_services", count=len(rows), all=len(raw)))
    return replace(file, rejects=pd.concat([rejects, about_file(file, *notes)], ignore_index=True))


def _stated(rows: pd.DataFrame) -> str:
    """The vintage that rows state: the years of figures, the newest date of services; empty when none does."""
    if "vintage" in rows:
        years = sorted({str(year) for year in rows["vintage"].dropna().unique()} - {""})
        return ", ".join(years) if len(years) <= _MOST_VINTAGES else f"{years[0]}-{years[-1]}"
    dates = rows["seen_on"].dropna() if "seen_on" in rows else pd.Series(dtype=str)
    dates = dates[dates.str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    return "" if dates.empty else dates.max()
