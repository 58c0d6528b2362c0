"""Europe: local administrative units (LAU) in NUTS regions of Eurostat, drawn and measured in EPSG:3035.

Its levels are LAU, NUTS 3, NUTS 2, NUTS 1 and the whole: Europe, or the one country that a database is of. No survey of
isolation with factors of an estimate is given: residents, services and access are told, no share of isolated people.
"""

from geodata.country import Country, Mesh
from geodata.territory import Level

_NUTS = "[A-Z]{2}"

COUNTRY = Country(
    code="EU",
    title="Europe",
    title_en="Europe",
    edition="",
    meshes=(
        Mesh(Level.COMMUNE, "unité administrative locale (LAU)", "local administrative unit (LAU)", _NUTS + r"_[\w-]+",
             "pays et code national : FR_31555", "country, underscore and national code (FR_31555) are expected.",
             "code LAU", "LAU code"),
        Mesh(Level.EPCI, "région NUTS 3", "NUTS 3 region", _NUTS + "[0-9A-Z]{3}"),
        Mesh(Level.DEPARTEMENT, "région NUTS 2", "NUTS 2 region", _NUTS + "[0-9A-Z]{2}"),
        Mesh(Level.REGION, "région NUTS 1", "NUTS 1 region", _NUTS + "[0-9A-Z]"),
    ),
    projections=(("europe", 3035),),
)  # fmt: skip
