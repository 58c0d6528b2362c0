"""What a session of tests makes once, whichever of its parallel workers comes first."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T = TypeVar("T")


@dataclass(frozen=True)
class Once:
    """The folder that the workers of one session share; it ends with the session."""

    folder: Path

    def file(self, name: str, write: Callable[[Path], object]) -> Path:
        """The file or folder of this name. The first worker has `write` make it at a path; the others wait for it.

        It takes its name when it is whole, so nobody sees half of it. Where `write` raises or skips, the next tries.
        """
        path, draft = self.folder / name, self.folder / "draft" / name
        with FileLock(self.folder / f"{name}.lock"):
            if not path.exists():
                draft.parent.mkdir(exist_ok=True)
                write(draft)
                draft.rename(path)
        return path

    def value(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns in the first worker. Each worker has a copy of its own."""
        path = self.file(f"{name}.pickle", lambda draft: draft.write_bytes(pickle.dumps(make())))
        return pickle.loads(path.read_bytes())
