"""Access to urgent care on 31 December 2019 (Drees): travel time by commune, with Insee's road distances (METRIC).

Layout: a workbook, sheet `BASECOM_URGENCES_2019`, an empty first column, columns on row 6. Times are minutes by car,
the mean of peak and off-peak hours; an empty time could not be computed (islands).
"""

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    count,
    observe,
    places,
)
from etl.reading.tables import COMMUNE, Layout
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="drees_urgent_care",
    title="Diagnostic d'accès aux soins de médecine d'urgence au 31 décembre 2019",
    producer="Drees",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.drees.solidarites-sante.gouv.fr/",
    tier=Tier.OFFICIAL,
    description="Temps d'accès en voiture aux urgences, au SMUR ou à un médecin correspondant du SAMU.",
)

_POPULATION = "Population 2017"
_MINUTES = {"tps_SU_SMUR": "urgent_care_min", "tps_SU_SMUR_MCS": "urgent_care_or_doctor_min"}

LAYOUT = Layout(
    ("Code commune Insee", _POPULATION, *_MINUTES),
    codes={"Code commune Insee": COMMUNE},
    wanted=lambda column: False,
    sheets=r"BASECOM_URGENCES_\d{4}",
)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by commune: minutes to urgent care, and residents of 2017; and the rejects."""
    where, rejects = places(raw["Code commune Insee"], SOURCE.id, COMMUNE)
    year = raw.attrs["sheet"].rpartition("_")[2]
    measures = {column: Measure(id_, "minute", year) for column, id_ in _MINUTES.items()}
    measures[_POPULATION] = count("population", _POPULATION[-4:])
    observations, refused = observe(raw, SOURCE.id, where, measures)
    return observations, all_rejects([rejects, refused])
