"""France: communes, EPCI, areas of the agencies, départements and régions; its mainland and five overseas zones."""

from enum import StrEnum

from geodata.country import Country, Mesh
from geodata.insets import Inset
from geodata.territory import FRANCE, Level

COG_VINTAGE = "2025-01-01"
"""Date of the Code officiel géographique that every code of the database follows."""


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

_LON = -8.2

INSETS = (
    Inset(Zone.GUADELOUPE.value, _LON, 49.9, -61.41, 16.17, 0.38),
    Inset(Zone.MARTINIQUE.value, _LON, 48.0, -61.02, 14.64, 0.28),
    Inset(Zone.GUYANE.value, _LON, 46.1, -53.11, 3.93, 1.95),
    Inset(Zone.LA_REUNION.value, _LON, 44.2, 55.53, -21.13, 0.29),
    Inset(Zone.MAYOTTE.value, _LON, 42.3, 45.16, -12.82, 0.22),
)
"""Where national maps draw overseas zones, west of the mainland."""

_DEPARTEMENT = r"9[78]\d|\d\d|2[AB]"

COUNTRY = Country(
    code=FRANCE,
    title="France",
    title_en="France",
    edition=COG_VINTAGE,
    meshes=(
        Mesh(
            Level.COMMUNE,
            "commune",
            "commune",
            r"(?:\d\d|2[AB])\d{3}",
            "cinq caractères, zéro de tête compris : 01004, 2A004, 97105",
            "five characters are expected, digits only (01004) or 2A/2B and three digits (2A004). A leading zero is "
            "often lost by a spreadsheet: format the column as text.",
            "code Insee",
            "Insee code",
        ),
        Mesh(
            Level.EPCI,
            "EPCI",
            "EPCI",
            r"\d{9}",
            "numéro SIREN, neuf chiffres",
            "a SIREN number of nine digits is expected.",
        ),
        Mesh(Level.TVS, "territoire de l'agence", "area of the agency", r".+"),
        Mesh(Level.DEPARTEMENT, "département", "département", _DEPARTEMENT),
        Mesh(Level.REGION, "région", "région", r"\d\d"),
    ),
    projections=tuple((zone.value, epsg) for zone, epsg in EPSG.items()),
    insets=INSETS,
    parent=_DEPARTEMENT,
    recipe="geodata.survey",
)


def departement_of(code_insee: str) -> str | None:
    """Département code of a commune: two characters, three overseas (`97105` -> `971`, `2A004` -> `2A`)."""
    return COUNTRY.parent_of(code_insee)


def zone_of(departement: str) -> Zone:
    """Zone of a département code."""
    return Zone(departement) if departement.startswith("97") else Zone.METROPOLE
