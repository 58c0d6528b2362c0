"""The files of one source, read one after the other: what is wrong with one never stops the others.

What is said of a whole file (refused, changing nothing, mostly not understood) is a reject whose row is `WHOLE` and
whose key is the file's name. The vintage is a fact of each file: what its rows state, else the date in its name, else
unknown; never a constant of the reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import pandas as pd

from etl.reading.tables import date_of_name
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.source import Snapshot

WHOLE = "file"
"""The row of a reject that speaks of the whole file."""

REFUSED = "the file is refused: "
"""How the reject of a file that was left out begins."""

_MOST_VINTAGES = 3

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class FileRead:
    """One file: its snapshot with its vintage, the rows accepted, the rejects."""

    snapshot: Snapshot
    rows: pd.DataFrame
    rejects: pd.DataFrame


def read_files(module, snapshots: Sequence[Snapshot]) -> tuple[list[FileRead], pd.DataFrame]:
    """What `module` makes of each file, and the rejects of the files that it refuses whole."""
    read, refused = read_each(module, snapshots, partial(_read, module))
    return [file for _, file in read], refused


def read_each(
    module, snapshots: Sequence[Snapshot], read: Callable[[Snapshot], Made]
) -> tuple[list[tuple[Snapshot, Made]], pd.DataFrame]:
    """What `read` makes of each file of `module`'s source, and the rejects of the files that it refuses whole."""
    done, refused = [], []
    for snapshot in snapshots:
        try:
            done.append((snapshot, read(snapshot)))
        except BadInput as error:
            refused.append((WHOLE, snapshot.path.name, f"{REFUSED}{error}"))
    return done, reject_frame(module.SOURCE.id, refused)


def about_file(file: FileRead, *notes: str) -> pd.DataFrame:
    """Rejects that say something of a whole file."""
    return reject_frame(file.snapshot.source.id, [(WHOLE, file.snapshot.path.name, note) for note in notes])


def refuse_left_out(rejects: pd.DataFrame) -> None:
    """Raise `BadInput` telling every file that was refused whole: a strict build does not go on without it."""
    left = rejects[(rejects["row"] == WHOLE) & rejects["reason"].str.startswith(REFUSED)]
    if len(left):
        told = "\n".join(f"- {row.key}: {row.reason.removeprefix(REFUSED)}" for row in left.itertuples())
        raise BadInput(f"files of the data folder cannot be used: repair them, or take them out of it.\n{told}")


def _read(module, snapshot: Snapshot) -> FileRead:
    raw = module.read(snapshot)
    rows, rejects = module.tidy(raw)
    named = date_of_name(str(raw.attrs.get("file", ""))) or date_of_name(snapshot.path.name)
    if "seen_on" in rows and rows["seen_on"].isna().all():
        rows = rows.assign(seen_on=named or None)
    vintage = _stated(rows) or (module.vintage(raw) if hasattr(module, "vintage") else "") or named
    found = FileRead(replace(snapshot, vintage=vintage), rows, rejects)
    notes = [f"{member} is the same kind of table: not read" for member in raw.attrs.get("not_read", ())]
    if len(rows) == 0:
        notes.append("the file is accepted and changes nothing: none of its rows is used")
    elif "quantity" in rows and rows["quantity"].isna().all() and len(rows) < len(raw) / 2:
        notes.append(f"only {len(rows)} of its {len(raw)} rows make a service: is it the list that is meant?")
    return replace(found, rejects=pd.concat([rejects, about_file(found, *notes)], ignore_index=True))


def _stated(rows: pd.DataFrame) -> str:
    """The vintage that rows state: the years of figures, the newest date of services; empty when none does."""
    if "vintage" in rows:
        years = sorted({str(year) for year in rows["vintage"].dropna()} - {""})
        return ", ".join(years) if len(years) <= _MOST_VINTAGES else f"{years[0]}-{years[-1]}"
    dates = rows["seen_on"].dropna() if "seen_on" in rows else pd.Series(dtype=str)
    dates = dates[dates.str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    return "" if dates.empty else dates.max()
