"""What is remembered between two questions: all that changes only with the build."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from geodata.memory import remembered
from geodata.store import Store

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound="Reader")


class Reader:
    """Reads a store; answers marked `by_build` are forgotten when another build is served."""

    def __init__(self, store: Store):
        self.store = store

    @property
    def version(self) -> str:
        """Content hash of the build being served."""
        return self.store.version()


def by_build(read: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Mark a method that reads the build alone, by positional arguments: its answers are kept."""

    def of_version(reader: R, version: str, *arguments: P.args, **named: P.kwargs) -> T:
        return read(reader, *arguments, **named)

    ask = remembered(of_version)

    @wraps(read)
    def answer(reader: R, *arguments: P.args, **named: P.kwargs) -> T:
        return ask(reader, reader.version, *arguments, **named)

    return answer
