"""What two lines of one file cannot both say."""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from etl.agency.cell_types import Row
from geodata.sentences import Sentence, sentence

AnyRow = TypeVar("AnyRow", bound=Row)


def given_twice(rows: Mapping[int, AnyRow], key: Callable[[AnyRow], Hashable], code: str) -> dict[int, Sentence]:
    """Lines whose key stands on a line above, with the reason; `code` is the sentence that says so."""
    first: dict[Hashable, int] = {}
    return {
        line: sentence(code, line=first[key(row)])
        for line, row in rows.items()
        if first.setdefault(key(row), line) != line
    }
