"""Crow-fly distance from each commune of Occitanie to the nearest emergency department, and its density level.

A table that a third party made of the commune list of data.gouv.fr (2025): `code_insee, dep_code, ..., grille_densite,
distance_urgence_km`. Distances are not by road. Codes have lost their zero in the making: it is given back where the
code agrees with the département's. The density level is Insee's grid (1-7) as that list has it.
"""

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    observe,
    places,
)
from etl.reading.tables import Layout, year_of_name
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="urgent_distance",
    title="Distance à vol d'oiseau aux urgences et grille de densité, communes d'Occitanie",
    producer="Insee et data.gouv.fr, calcul d'un tiers",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/",
    tier=Tier.OFFICIAL,
    description="Kilomètres à vol d'oiseau jusqu'au service d'urgences le plus proche.",
)

_COLUMNS = ("distance_urgence_km", "grille_densite")

LAYOUT = Layout(("code_insee", "dep_code", *_COLUMNS), wanted=lambda column: False)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by commune: kilometres and density level; a line whose codes disagree is refused."""
    code = raw["code_insee"].str.zfill(5)
    agrees = code.str[:2] == raw["dep_code"].str.zfill(2)
    where, rejects = places(code.where(agrees, raw["code_insee"] + " in " + raw["dep_code"]), SOURCE.id)
    year = year_of_name(raw)
    measures = (
        Measure("urgent_care_distance_km", "kilometre", year),
        Measure("density_level", "level", year, low=1, high=7),
    )
    observations, refused = observe(raw, SOURCE.id, where, dict(zip(_COLUMNS, measures, strict=True)))
    return observations, all_rejects([rejects, refused])
