"""Who says so: sources, their licences, and the exact bytes that were read."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Licence(StrEnum):
    """Terms under which a source may be reused."""

    OPEN_LICENCE_2 = "Licence Ouverte 2.0"
    CC_BY_4 = "CC BY 4.0"
    ODBL = "ODbL 1.0"
    GISCO = "© EuroGeographics, GISCO"
    CDLA_PERMISSIVE_2 = "CDLA Permissive 2.0"
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
    """A published data set: who made it, under which terms, and the page where a person finds it.

    `vintage` is that of sources whose bytes are known in advance (packages, reference tables); it is empty for the
    others, whose vintage is a fact of each file.
    """

    id: str
    title: str
    producer: str
    licence: Licence
    page: str
    tier: Tier
    description: str = ""
    vintage: str = ""


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one file of a source, as they were taken: never edited. `vintage`: what it states, or empty."""

    source: Source
    path: Path
    sha256: str
    size: int
    vintage: str = ""
