"""Territories: levels, official codes, nesting and the zone (coordinate system, view) each one belongs to."""

from dataclasses import dataclass
from enum import StrEnum

from geodata.errors import BadInput

COG_VINTAGE = "2025-01-01"
"""Date of the Code officiel géographique that every code of the database follows."""

FRANCE = "FR"


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


class Zone(StrEnum):
    """The mainland with Corsica, or an overseas département: its own projection and its own view on the map."""

    METROPOLE = "metropole"
    GUADELOUPE = "971"
    MARTINIQUE = "972"
    GUYANE = "973"
    LA_REUNION = "974"
    MAYOTTE = "976"


EPSG = {
    Zone.METROPOLE: 2154,
    Zone.GUADELOUPE: 5490,
    Zone.MARTINIQUE: 5490,
    Zone.GUYANE: 2972,
    Zone.LA_REUNION: 2975,
    Zone.MAYOTTE: 4471,
}
"""Official projected coordinate system of each zone, metres (décret 2000-1276, arrêté du 5 mars 2019)."""


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
    zone: Zone


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


def departement_of(code_insee: str) -> str:
    """Département code of a commune: two characters, three overseas (`97105` -> `971`, `2A004` -> `2A`)."""
    return code_insee[:3] if code_insee.startswith(("97", "98")) else code_insee[:2]


def zone_of(departement: str) -> Zone:
    """Zone of a département code."""
    return Zone(departement) if departement.startswith("97") else Zone.METROPOLE


def check_code_insee(code: str) -> str:
    """Return `code` when it has the form of a commune code, else raise `BadInput` saying what was expected."""
    is_corsica = code[:2] in ("2A", "2B") and code[2:].isdigit()
    if len(code) == 5 and (code.isdigit() or is_corsica):
        return code
    raise BadInput(
        f"« {code} » is not a commune code: five characters are expected, digits only (01004) or 2A/2B and "
        "three digits (2A004). A leading zero is often lost by a spreadsheet: format the column as text."
    )
