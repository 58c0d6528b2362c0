"""Family benefits by IRIS (Cnaf): households that receive something, and what they are made of, on 31 December.

Layout: `CODGEO; NOTE; A; PERCOU; AI; AM; ...`, a row an IRIS of the communes that have several. Small counts are
secret: the cell is empty (`NOTE` says why with a number that the producer explains apart). The file does not tell its
year: it is read from the file's name when that has one, and is empty otherwise.
"""

import pandas as pd

from etl.reading.observations import (
    all_rejects,
    count,
    observe,
    places,
)
from etl.reading.tables import IRIS, Layout, year_of_name
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="caf",
    title="Allocataires des Caf par IRIS",
    producer="Cnaf",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.caf.fr/",
    tier=Tier.OFFICIAL,
    description="Allocataires, personnes couvertes, isolés sans enfant, familles monoparentales, RSA, AAH.",
)

_COUNTS = {
    "A": ("caf_recipients", "household"),
    "PERCOU": ("caf_people_covered", "person"),
    "AI": ("caf_recipients_alone_without_child", "household"),
    "AM": ("caf_recipients_single_parent", "household"),
    "AAAH": ("caf_recipients_disability_allowance", "household"),
    "ARSAS": ("caf_recipients_income_support", "household"),
}
"""A: recipients; AI: alone, no child; AM: single parents; AAAH: disability (AAH); ARSAS: income support (RSA socle)."""

LAYOUT = Layout(("CODGEO", "NOTE", *_COUNTS), codes={"CODGEO": IRIS}, wanted=lambda column: False)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by IRIS; an empty cell is `secret`; and the rejects."""
    where, rejects = places(raw["CODGEO"], SOURCE.id, IRIS, "iris")
    year = year_of_name(raw)
    measures = {column: count(id_, year, unit) for column, (id_, unit) in _COUNTS.items()}
    observations, refused = observe(raw.replace("", "s"), SOURCE.id, where, measures)
    return observations, all_rejects([rejects, refused])
