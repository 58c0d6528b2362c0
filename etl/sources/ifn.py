"""Digital fragility index by IRIS (Mednum, 2020): access and skills, scores relative to the country (100 = mean).

Layout: Parquet or csv, `code_iris`, four themes, two axes, the whole score (its column ends in a space), and the
residents. The higher the score, the more fragile. Scores are relative: they have no unit and are never averaged as
shares.
"""

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    count,
    observe,
    places,
)
from etl.reading.tables import IRIS, Layout, year_of_name
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="ifn",
    title="Indice de fragilité numérique",
    producer="La Mednum",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.fragilite-numerique.fr/",
    tier=Tier.OFFICIAL,
    description="Accès au numérique et compétences, par IRIS, relativement à la France (100).",
)

_SCORES = {
    "SCORE GLOBAL ": "digital_fragility",
    "GLOBAL ACCES": "digital_fragility_access",
    "GLOBAL COMPETENCES": "digital_fragility_skills",
}

LAYOUT = Layout(("code_iris", *_SCORES, "Population"), codes={"code_iris": IRIS}, wanted=lambda column: False)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by IRIS: three scores and the residents they speak of; and the rejects."""
    where, rejects = places(raw["code_iris"], SOURCE.id, IRIS, "iris")
    year = year_of_name(raw)
    measures = {column: Measure(id_, "index", year) for column, id_ in _SCORES.items()}
    measures["Population"] = count("population", year)
    observations, refused = observe(raw, SOURCE.id, where, measures)
    return observations, all_rejects([rejects, refused])
