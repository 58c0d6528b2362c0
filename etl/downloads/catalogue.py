"""Official files that can be taken from their producers: `catalogue.csv` is the one place to edit.

No address was opened when it was written down: each stands as public code, or a maintained public catalogue, states it.
`trust` says which; an entry of trust `page` has no known address, only the page where a person finds the file.
"""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from geodata.errors import BadInput, UsageError

CATALOGUE_CSV = files("etl.downloads") / "catalogue.csv"


class Trust(StrEnum):
    """How far an address can be trusted."""

    CATALOGUE = "catalogue"
    """In a maintained public catalogue (DoReMIFaSol, Insee), with the checksum of the file then."""

    CODE = "code"
    """Read in public code that downloads it."""

    PAGE = "page"
    """Only the page is known, not the address of the file."""


class Form(StrEnum):
    """What the bytes of a file are."""

    CSV = "csv"
    ZIP = "zip"
    XLSX = "xlsx"
    JSON = "json"
    GZ = "gz"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Entry:
    """One file: where it is, the page where a person finds it, what it is.

    `reader` is the id of the source whose reader takes it (empty: none does yet); `member` the file inside the archive
    (empty: any); `checksum` is `md5:...` or `sha256:...`, empty when nobody states it.
    """

    id: str
    reader: str
    title: str
    address: str
    page: str
    file: str
    member: str
    vintage: str
    licence: str
    form: Form
    checksum: str
    trust: Trust


@cache
def catalogue(path: Traversable = CATALOGUE_CSV) -> tuple[Entry, ...]:
    """Every entry. Raises `BadInput` listing every cell that is not allowed."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if problems := [f"line {line}: {problem}" for line, row in enumerate(rows, start=2) for problem in _problems(row)]:
        raise BadInput("catalogue.csv cannot be used:\n" + "\n".join(f"- {problem}" for problem in problems))
    return tuple(
        Entry(**{name: text for name, text in row.items() if name not in ("format", "trust")},
              form=Form(row["format"]), trust=Trust(row["trust"]))
        for row in rows
    )  # fmt: skip


def entry_of(name: str) -> Entry:
    """The entry with this id. Raises `UsageError` listing the ids that exist."""
    for entry in catalogue():
        if entry.id == name:
            return entry
    raise UsageError(f"« {name} » is not in the catalogue. There are: {', '.join(entry.id for entry in catalogue())}.")


def _problems(row: dict[str, str]) -> list[str]:
    problems = []
    if not re.fullmatch(r"[a-z0-9_]+", row["id"]):
        problems.append(f"id « {row['id']} »: lower-case letters, digits and _")
    for name, kind in (("format", Form), ("trust", Trust)):
        if row[name] not in tuple(kind):
            problems.append(f"{name} « {row[name]} »: one of {', '.join(kind)}")
    if not row["page"].startswith("https://"):
        problems.append(f"page « {row['page']} »: an address is expected")
    if bool(row["address"]) == (row["trust"] == Trust.PAGE):
        problems.append("an address is given, unless only the page is known")
    if row["checksum"] and not re.fullmatch(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", row["checksum"]):
        problems.append(f"checksum « {row['checksum']} »: md5:... or sha256:...")
    return problems
