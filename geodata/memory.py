"""What a process remembers of a build between two questions: one store for all answers, within one budget of bytes."""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from itertools import islice
from threading import Condition
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from cachetools.keys import hashkey

P = ParamSpec("P")
Owner = TypeVar("Owner")
T = TypeVar("T")

MOST_BYTES = 96 * 1024 * 1024
"""Room for what every page asks of the country at once; the answer asked longest ago leaves first."""

_SAMPLE = 100

_answers: LRUCache = LRUCache(MOST_BYTES, getsizeof=lambda weighed: weighed[1])
_changed = Condition()


def remembered(read: Callable[Concatenate[Owner, str, P], T]) -> Callable[Concatenate[Owner, str, P], T]:
    """Remember what a question answered; asked twice at the same moment, it is worked out once.

    The question is a function of who is asked, of the build (`Store.version`), then of positional arguments that can be
    keys. Its answer is shared: nobody changes it. An answer heavier than `MOST_BYTES` is not kept.
    """

    @cached(_answers, key=partial(hashkey, read), condition=_changed)
    def weighed(owner: Owner, version: str, *arguments: P.args, **named: P.kwargs) -> tuple[T, int]:
        value = read(owner, version, *arguments, **named)
        return value, size_of(value)

    @wraps(read)
    def answer(owner: Owner, version: str, *arguments: P.args, **named: P.kwargs) -> T:
        return weighed(owner, version, *arguments, **named)[0]

    return answer


def forget(version: str) -> None:
    """Let go of all that was read of a build."""
    with _changed:
        for key in [key for key in _answers if key[2] == version]:
            del _answers[key]


def size_of(value: Any) -> int:
    """Bytes that a value takes, more or less: a long collection is weighed by a hundred of its members."""
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=True).sum())
    if isinstance(value, pd.Series | pd.Index):
        return int(value.memory_usage(deep=True))
    if isinstance(value, np.ndarray):
        # One text stands in many cells.
        texts = {id(cell): sys.getsizeof(cell) for cell in value.flat} if value.dtype == object else {}
        return value.nbytes + sum(texts.values())
    if is_dataclass(value):
        return sys.getsizeof(value) + sum(size_of(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return sys.getsizeof(value) + _of_members(value.items())
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return sys.getsizeof(value) + _of_members(value)
    return sys.getsizeof(value)


def _of_members(members: Collection) -> int:
    count = len(members)
    weighed = [size_of(member) for member in islice(members, 0, None, max(1, count // _SAMPLE))]
    return sum(weighed) * count // len(weighed) if weighed else 0
