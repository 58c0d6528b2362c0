"""Headers that change case, accents and separators from one edition to the next: columns matched by plain name."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from etl.reading.tables import Layout, plain
from geodata.sentences import Sentence, sentence


def plain_layout(required: Mapping[str, Sequence[str]], wanted: Callable[[str], bool]) -> Layout:
    """A layout that needs one column of each group of plain names, and keeps those that `wanted` accepts too."""

    def missing(columns: Sequence[str]) -> list[str]:
        present = {plain(column) for column in columns}
        return [" or ".join(names) for names in required.values() if not present & set(names)]

    def problems(columns: Sequence[str]) -> list[Sentence]:
        present = ", ".join(columns)[:200]
        return [sentence("column_not_among", names=names, columns=present) for names in missing(columns)]

    accepted = {name for names in required.values() for name in names}
    return Layout(
        (),
        is_mine=lambda columns: not missing(columns),
        wanted=lambda column: plain(column) in accepted or wanted(plain(column)),
        header_problems=problems,
        groups=tuple(required.values()),
    )


def group_columns(raw: pd.DataFrame, required: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Columns by plain name, the required ones by the name of their group."""
    groups = {name: group for group, names in required.items() for name in names}
    return raw.rename(columns=lambda column: groups.get(plain(column), plain(column)))
