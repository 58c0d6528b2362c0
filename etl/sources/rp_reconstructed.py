"""Census 2022 of mainland communes and IRIS, reconstructed from rounded shares: for want of Insee's own files.

The public observatory that holds them publishes shares of the census bases by IRIS, rounded to 0.01 %; counts were made
again as share x population. Checked against the official commune base: the share of people of 80 and over living alone
differs by 0.16 point at the 5th and 95th percentiles, 0.53 at most, in the 2,051 communes of 5,000 residents and over.
80,271 residents (0.12 %) of communes merged in 2025 are missing. Every figure is marked `reconstructed`.

Commune file: csv, columns named after the official IRIS base, and `P22_POP1554_PSEUL` which Insee does not publish
(those of 15-54 living alone, by difference). IRIS file: Parquet, `code`.
"""

import pandas as pd

from etl.reading.observations import RECONSTRUCTED
from etl.reading.tables import (
    COMMUNE,
    IRIS,
    Layout,
    Layouts,
)
from etl.sources import insee_rp_wide
from etl.sources.insee_rp_wide import is_known
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="rp_reconstructed",
    title="Recensement 2022 des communes et des IRIS de métropole, reconstitué à partir de parts arrondies",
    producer="Insee (recensement 2022), reconstitution",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/8647008",
    tier=Tier.OFFICIAL,
    description="Habitants et personnes vivant seules par âge, ménages : effectifs recalculés, non publiés tels quels.",
)

_FIGURES = ("P22_POP", "P22_POP80P_PSEUL", "P22_POP1554_PSEUL", "C22_MENPSEUL")

LAYOUTS = Layouts(
    Layout(("CODGEO", *_FIGURES), codes={"CODGEO": COMMUNE}, wanted=is_known),
    Layout(("code", *_FIGURES), codes={"code": IRIS}, wanted=is_known),
)
recognises = LAYOUTS.recognises
read = LAYOUTS.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by `commune` and `arrondissement`, or by `iris`, all `reconstructed`; and the rejects."""
    return insee_rp_wide.tidy(raw.rename(columns={"code": "IRIS"}), SOURCE.id, RECONSTRUCTED)
