"""What two lines of one file cannot both say."""

from collections.abc import Callable, Hashable, Mapping

from etl.agency.cells import Row


def given_twice(rows: Mapping[int, Row], key: Callable[[Row], Hashable], what: str) -> dict[int, str]:
    """Lines whose key stands on a line above, with the reason; `what` is the key in French."""
    first: dict[Hashable, int] = {}
    return {
        line: f"{what} est déjà à la ligne {first[key(row)]}"
        for line, row in rows.items()
        if first.setdefault(key(row), line) != line
    }
