"""Squares of a commune in groups of enough residents, as table `square_group` holds them: one compact row a commune.

A group is the smallest thing of which anything is told below the commune: its residents and its minutes, never those of
one square. Groups lie inside communes, so that all that is told of communes and wider territories is a sum of groups.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.errors import BadInput
from geodata.minutes import MOST_MINUTES
from geodata.service import Family

FAMILIES = tuple(Family)

BEYOND = int(MOST_MINUTES) + 1
"""Whole minutes of a group that reaches no known service of a family within the longest time asked for."""

NO_DATA = 255
"""In place of minutes: nothing is known of the family in the commune."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Squares and groups of one commune. `x`, `y` (int, squares from the west and from the south of the commune) and
    `group` (number of the group) are of squares; `residents` (int) and `minutes` (uint8, families x groups: whole
    minutes rounded up, `BEYOND` or `NO_DATA`) of groups."""

    x: np.ndarray
    y: np.ndarray
    group: np.ndarray
    residents: np.ndarray
    minutes: np.ndarray

    def packed(self) -> bytes:
        """As the table holds them: squares then groups, little-endian, deflated."""
        parts = [(self.x, "<u2"), (self.y, "<u2"), (self.group, "<u2"), (self.residents, "<u4"), (self.minutes, "u1")]
        return zlib.compress(b"".join(np.ascontiguousarray(values).astype(kind).tobytes() for values, kind in parts), 9)


def unpacked(body: bytes, squares: int, groups: int) -> Groups:
    """The squares and groups of a row. Raises `BadInput` where its bytes are not those of so many."""
    sizes: Sequence[tuple[str, int]] = (
        *(("<u2", squares),) * 3, ("<u4", groups), ("u1", len(FAMILIES) * groups),
    )  # fmt: skip
    raw = zlib.decompress(body)
    if len(raw) != sum(np.dtype(kind).itemsize * count for kind, count in sizes):
        raise BadInput(f"a row of square_group holds {len(raw)} bytes, which are not {squares} squares.")
    unpacked_groups, at = [], 0
    for kind, count in sizes:
        unpacked_groups.append(np.frombuffer(raw, kind, count, at))
        at += unpacked_groups[-1].nbytes
    x, y, group, residents, minutes = unpacked_groups
    return Groups(
        x.astype(int), y.astype(int), group.astype(int), residents.astype(int), minutes.reshape(len(FAMILIES), groups)
    )
