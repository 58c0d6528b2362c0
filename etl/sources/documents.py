"""JSON documents (also GeoJSON, gzipped, or in a zip) read as text, with one clear `BadInput` when they are damaged."""

import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import ijson
import pandas as pd

from etl.intake import HEAD, Candidate
from etl.sources.tables import COMMUNE, LONGEST_CELL
from geodata.errors import BadInput
from geodata.source import Snapshot

_GZIP = b"\x1f\x8b"


def mentions(candidate: Candidate, *keys: str) -> bool:
    """Whether every key stands in the first 64 KB of a JSON document, at any depth: for `recognises`."""
    if candidate.kind != "json":
        return False
    with _opened(candidate.path, candidate.member) as file:
        head = file.read(HEAD).decode("utf-8", errors="replace")
    found = set(re.findall(r'"((?:[^"\\]|\\.)*)"\s*:', head))
    return set(keys) <= found


def read_document(snapshot: Snapshot):
    """A whole JSON document. Raises `BadInput` naming the file, the line and what was found."""
    path = snapshot.path
    with _opened(path) as file:
        content = file.read()
    if not content.strip():
        raise BadInput(f"{path.name} is empty. Take it again from {snapshot.source.page}")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not UTF-8 (byte {error.start}), as JSON must be: take it again.") from error
    except json.JSONDecodeError as error:
        page = " It is a web page." if content.lstrip()[:1] == b"<" else ""
        raise BadInput(
            f"{path.name}, line {error.lineno}, column {error.colno}: not JSON ({error.msg}).{page} The file is "
            f"corrupt or truncated: take it again from {snapshot.source.page}"
        ) from error


def stream(snapshot: Snapshot, prefix: str) -> Iterator[dict]:
    """Objects of a long document one by one, in order; `prefix` as ijson writes it (`pmej.item`). Raises `BadInput`."""
    with _opened(snapshot.path) as file:
        try:
            yield from ijson.items(file, prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _damaged(snapshot, error) from error


def refuse_lost_zeros(codes: pd.Series, name: str, what: str) -> None:
    """Raise `BadInput` when a file's commune codes went through a spreadsheet: none has its leading zero any more.

    A stray short code (1 in 100 at most) is a matter of its row: `tidy` refuses the row.
    """
    lost = codes[codes.str.fullmatch(COMMUNE.without_zero)]
    if len(lost) > len(codes) / 100 and not codes.str.startswith("0").any():
        raise BadInput(
            f"{name}: {what}: {len(lost):,} codes have lost their leading zero (line {lost.index[0]} « {lost.iloc[0]} "
            f"»); allowed: {COMMUNE.words}. A spreadsheet does this: take the file again."
        )


def read_scalar(snapshot: Snapshot, prefix: str):
    """The first value at `prefix` of a long document, None when there is none."""
    with _opened(snapshot.path) as file:
        try:
            return next(ijson.items(file, prefix, use_float=True), None)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _damaged(snapshot, error) from error


def objects(value, name: str, what: str) -> list[dict]:
    """`value` when it is a list of objects. Raises `BadInput` saying what the document should hold."""
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    raise BadInput(f"{name}: a list of {what} is expected, « {json.dumps(value)[:60]} » was found.")


def text_frame(records: Iterable[Mapping], name: str, required: Sequence[str], optional: Sequence[str] = ()):
    """Frame of text, one row a record, indexed by its number from 1 (`line`); nested values stay JSON.

    Raises `BadInput` when no record has a required key, when there is no record, or when a text is absurdly long.
    """
    records = list(records)
    if not records:
        raise BadInput(f"{name}: no record; at least one is expected.")
    known = {key for record in records for key in record}
    if missing := [key for key in required if key not in known]:
        raise BadInput(
            f"{name}, record 1: key {', '.join(missing)} is missing from every record. Found: "
            f"{', '.join(sorted(known))[:200]}."
        )
    kept = [*required, *(key for key in optional if key in known)]
    index = pd.RangeIndex(1, len(records) + 1, name="line")
    frame = pd.DataFrame(
        {key: [as_text(record.get(key)) for record in records] for key in kept}, index=index, dtype=str
    )
    for key in kept:
        lengths = frame[key].str.len()
        if lengths.max() > LONGEST_CELL:
            raise BadInput(
                f"{name}, record {lengths.idxmax()}, key {key}: {lengths.max():,} characters; at most {LONGEST_CELL:,} "
                "are allowed."
            )
    return frame


def _damaged(snapshot: Snapshot, error: Exception) -> BadInput:
    return BadInput(
        f"{snapshot.path.name}: not JSON ({str(error)[:200]}). The file is corrupt or truncated: take it again from "
        f"{snapshot.source.page}"
    )


def as_text(value) -> str:
    """A value of a document as text: nothing is the empty text, a list or an object stays JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@contextmanager
def _opened(path: Path, member: str = "") -> Iterator[BinaryIO]:
    """Bytes of a file, of what a gzip holds, or of a member of a zip (its first JSON by default)."""
    with open(path, "rb") as file:
        head = file.read(4)
    try:
        if head.startswith(b"PK"):
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(("json", "geojson"))]
                if not names:
                    raise BadInput(f"{path.name} holds no JSON: {', '.join(archive.namelist())[:200]}.")
                with archive.open(member or names[0]) as file:
                    yield file
        else:
            with gzip.open(path, "rb") if head.startswith(_GZIP) else open(path, "rb") as file:
                yield file
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadInput(
            f"{path.name} cannot be unpacked ({error}): it is corrupt or truncated. Take it again."
        ) from error
