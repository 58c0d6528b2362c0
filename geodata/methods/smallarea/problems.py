"""Lists of problems, for a message that a person can follow."""

from collections.abc import Sequence

import numpy as np


def listing(title: str, problems: Sequence[str], most: int = 20) -> str:
    """A title and its problems, one a line; how many more there are."""
    shown = "".join(f"\n- {p}" for p in problems[:most])
    return f"{title}:{shown}" + (f"\n- and {len(problems) - most} more" if len(problems) > most else "")


def first(positions: np.ndarray, most: int = 10) -> str:
    """The first positions of many."""
    return ", ".join(map(str, positions[:most])) + (" ..." if len(positions) > most else "")
