"""What is remembered between two questions: all that changes only with the build."""

from functools import wraps

from geodata.kept import kept
from geodata.store import Store


class Reader:
    """Reads a store; answers marked `by_build` are forgotten when another build is served."""

    def __init__(self, store: Store):
        self.store = store

    @property
    def version(self) -> str:
        """Content hash of the build being served."""
        return self.store.version()


def by_build(read):
    """Mark a method that reads the build alone, by positional arguments: its answers are kept."""
    ask = kept(lambda reader, version, *arguments: read(reader, *arguments))

    @wraps(read)
    def answer(reader: Reader, *arguments):
        return ask(reader, reader.version, *arguments)

    return answer
