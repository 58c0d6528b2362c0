"""Territories: levels, codes, nesting and the zone (coordinate system, view) each one belongs to."""

from dataclasses import dataclass
from enum import StrEnum

FRANCE = "FR"
"""How an address and a layer of outlines name the whole of the country that a database is of, whichever it is."""


class Level(StrEnum):
    """Meshes of the national planning system, smallest first."""

    COMMUNE = "commune"
    EPCI = "epci"
    TVS = "tvs"
    """Area of an agency, made of whole communes (territoire de vie-santé, bassin): only where it handed them in."""

    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"


TWIN_LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)
"""Levels with enough territories for some to be alike."""


class Part(StrEnum):
    """What lies inside a commune, outside the nesting: nothing is ever summed from it."""

    DISTRICT = "district"
    """Arrondissement municipal of Paris, Lyon or Marseille."""

    IRIS = "iris"
    """Insee's unit of about 2,000 residents, where a commune is divided."""


@dataclass(frozen=True)
class Territory:
    """One territory of one level.

    `departement` and `region` are codes; an EPCI that straddles several holds those of most of its residents.
    """

    level: Level
    code: str
    name: str
    departement: str | None
    region: str | None
    epci: str | None
    zone: str


@dataclass(frozen=True)
class Inside:
    """One part of a commune; `name` is None where only its code is known."""

    kind: Part
    code: str
    name: str | None
    commune: str


@dataclass(frozen=True)
class Perimeter:
    """Where a question looks: the territories that lie in one of `level`, itself included."""

    level: Level
    code: str


def perimeter(within: "str | Perimeter") -> Perimeter:
    """`FR`, the code of a région, or a perimeter already."""
    if isinstance(within, Perimeter):
        return within
    return Perimeter(Level.FRANCE if within == FRANCE else Level.REGION, within)
