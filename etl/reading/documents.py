"""JSON documents (also GeoJSON, gzipped, or in a zip) read as text, with one clear `BadInput` when they are damaged."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import ijson
import pandas as pd

from etl.reading.candidate import Candidate, peek
from etl.reading.opening import HEAD, open_bytes
from etl.reading.tables import COMMUNE, LONGEST_CELL, shortened_codes
from geodata.errors import BadInput
from geodata.sentences import Sentence, in_line, sentence
from geodata.source import Snapshot

_PLAIN = (".json", ".geojson")
"""Endings of a document that is not packed."""


def mentions(candidate: Candidate, *keys: str, at_end: bool = False) -> bool:
    """Whether every key stands in the first 64 KB of a JSON document, at any depth: for `recognises`.

    `at_end`: or in its last ones, where it is not packed: a long outline may stand before what it is named by.
    """
    if candidate.kind != "json":
        return False
    with _opened(candidate.path, candidate.member) as file:
        ends = file.read(HEAD)
        if at_end and not candidate.member and candidate.suffix in _PLAIN:
            file.seek(max(len(ends), candidate.path.stat().st_size - HEAD))
            ends += file.read(HEAD)
    present = set(re.findall(r'"((?:[^"\\]|\\.)*)"\s*:', ends.decode("utf-8", errors="replace")))
    return set(keys) <= present


def is_document(snapshot: Snapshot) -> bool:
    """Whether the file is JSON, packed or not. Raises `BadInput` when nothing can be read of it."""
    whole = peek(snapshot.path)
    return any(part.kind == "json" for part in (whole, *whole.inside))


def read_document(snapshot: Snapshot) -> Any:
    """A whole JSON document. Raises `BadInput` naming the file, the line and what was found."""
    path = snapshot.path
    with _opened(path) as file:
        content = file.read()
    if not content.strip():
        raise BadInput(sentence("document_empty", file=path.name, page=snapshot.source.page))
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(sentence("json_not_utf8_at", file=path.name, byte=error.start)) from error
    except json.JSONDecodeError as error:
        code = "page_not_json_at" if content.lstrip()[:1] == b"<" else "file_not_json_at"
        place = {"line": error.lineno, "column": error.colno, "error": error.msg}
        raise BadInput(sentence(code, file=path.name, page=snapshot.source.page, **place)) from error


def stream(snapshot: Snapshot, prefix: str) -> Iterator[dict]:
    """Objects of a long document one by one, in order; `prefix` as ijson writes it (`pmej.item`). Raises `BadInput`."""
    with _opened(snapshot.path) as file:
        try:
            yield from ijson.items(file, prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _damaged(snapshot, error) from error


def records(snapshot: Snapshot, *names: str) -> Iterator[dict]:
    """Objects of a long list one by one: the document itself, or what it holds under one of `names`.

    Raises `BadInput` saying what the document should hold.
    """
    with _opened(snapshot.path) as file:
        is_list = file.read(HEAD).decode("utf-8-sig", errors="replace").lstrip()[:1] == "["
    whole = peek(snapshot.path)
    keys = {key for part in (whole, *whole.inside) for key in part.keys}
    held = next((name for name in names if name in keys), "")
    if not is_list and not held:
        raise BadInput(sentence("list_expected", file=snapshot.path.name, key=names[0]))
    for record in stream(snapshot, "item" if is_list else f"{held}.item"):
        if not isinstance(record, Mapping):
            raise BadInput(sentence("objects_expected", file=snapshot.path.name, text=str(record)[:60]))
        yield record


def refuse_lost_zeros(codes: pd.Series, name: str, where: Sentence) -> None:
    """Raise `BadInput` when a file's commune codes went through a spreadsheet: none has its leading zero any more, or
    they are written as numbers (31555.0).

    A stray short code (1 in 100 at most) is a matter of its row: `tidy` refuses the row.
    """
    spoilt = codes[codes.str.fullmatch(COMMUNE.spoilt)]
    is_number = spoilt.str.contains(".", regex=False) | spoilt.str.contains(",", regex=False)
    if len(spoilt) > len(codes) / 100 and (is_number.any() or not codes.str.startswith("0").any()):
        raise BadInput(sentence("about", subject=name, problem=in_line(shortened_codes(where, spoilt, COMMUNE))))


def read_scalar(snapshot: Snapshot, prefix: str) -> Any:
    """The first value at `prefix` of a long document, None when there is none."""
    with _opened(snapshot.path) as file:
        try:
            return next(ijson.items(file, prefix, use_float=True), None)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _damaged(snapshot, error) from error


def objects(value: Any, name: str) -> list[dict]:
    """`value` when it is a list of objects. Raises `BadInput` saying what the document should hold."""
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return value
    raise BadInput(sentence("objects_expected", file=name, text=json.dumps(value)[:60]))


def text_frame(
    records: Iterable[Mapping], name: str, required: Sequence[str], optional: Sequence[str] = ()
) -> pd.DataFrame:
    """Frame of text, one row a record, indexed by its number from 1 (`line`); nested values stay JSON.

    Raises `BadInput` when no record has a required key, when there is no record, or when a text is absurdly long.
    """
    cells: dict[str, list[str]] = {key: [] for key in (*required, *optional)}
    keys: set[str] = set()
    for record in records:
        keys |= record.keys()
        for key, column in cells.items():
            column.append(as_text(record.get(key)))
    if not keys:
        raise BadInput(sentence("no_record", file=name))
    if missing := [key for key in required if key not in keys]:
        present = ", ".join(sorted(keys))[:200]
        raise BadInput(sentence("key_missing", file=name, keys=", ".join(missing), found=present))
    kept = [*required, *(key for key in optional if key in keys)]
    index = pd.RangeIndex(1, len(cells[kept[0]]) + 1, name="line")
    frame = pd.DataFrame({key: cells[key] for key in kept}, index=index, dtype=str)
    for key in kept:
        lengths = frame[key].str.len()
        if lengths.max() > LONGEST_CELL:
            size = {"record": lengths.idxmax(), "length": lengths.max(), "most": LONGEST_CELL}
            raise BadInput(sentence("value_too_long", file=name, key=key, **size))
    return frame


def _damaged(snapshot: Snapshot, error: Exception) -> BadInput:
    about = {"file": snapshot.path.name, "page": snapshot.source.page}
    if isinstance(error, UnicodeDecodeError) or "UTF8" in str(error):
        return BadInput(sentence("json_not_utf8_page", **about))
    return BadInput(sentence("file_not_json", error=str(error)[:200], **about))


def as_text(value: Any) -> str:
    """A value of a document as text: nothing is the empty text, a list or an object stays JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@contextmanager
def _opened(path: Path, member: str = "") -> Iterator[IO[bytes]]:
    """Bytes of a file, of what a gzip or a bzip2 holds, or of a member of a zip (its first JSON by default)."""
    with open(path, "rb") as file:
        is_zip = file.read(2) == b"PK"
    if is_zip and not member:
        whole = peek(path)
        member = next((part.member for part in whole.inside if part.kind == "json"), "")
        if not member:
            raise BadInput(sentence("no_json_inside", file=path.name, members=", ".join(whole.members)[:200]))
    with open_bytes(path, member) as file:
        yield file
