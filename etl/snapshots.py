"""Files already in the data folder, with their checksums. Nothing here touches the network."""

import hashlib
from pathlib import Path
from typing import Protocol

from geodata.errors import ChecksumMismatch, SourceUnavailable
from geodata.sentences import sentence
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
        package = f"{module.PACKAGE}=={module.VERSION}"
        raise SourceUnavailable(sentence("base_missing", file=path, data=folder.parent, package=package))
    actual = checksum(path)
    if actual != module.SHA256:
        announced = {"found": actual, "announced": module.SHA256}
        raise ChecksumMismatch(sentence("base_other_bytes", file=path, **announced, data=folder.parent))
    return Snapshot(module.SOURCE, path, actual, path.stat().st_size)


def wheel_name(module: Package) -> str:
    """File name of a base package."""
    return f"{module.PACKAGE.replace('-', '_')}-{module.VERSION}-py3-none-any.whl"


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
