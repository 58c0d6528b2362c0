"""Who says so: sources, their licences, and the exact bytes that were read."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path


class Licence(StrEnum):
    """Terms under which a source may be reused."""

    OPEN_LICENCE_2 = "Licence Ouverte 2.0"
    ODBL = "ODbL 1.0"
    AGENCY = "agency"


class Tier(StrEnum):
    """Where a file comes from: a package, a producer's address, an agency's desk, the repository itself, or nowhere
    (invented for tests)."""

    BASE = "base"
    OFFICIAL = "official"
    AGENCY = "agency"
    REFERENCE = "reference"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Source:
    """A published data set: who made it, when, under which terms, and the page where a person finds it."""

    id: str
    title: str
    producer: str
    licence: Licence
    vintage: str
    page: str
    tier: Tier
    description: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one file of a source, as they were taken: never edited."""

    source: Source
    path: Path
    sha256: str
    size: int
    taken_on: date | None = None
