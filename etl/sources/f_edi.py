"""F-EDI 2021, the French European deprivation index of communes (Santé publique France, Odissé).

Layout of the copy that is held: `CODGEO; LIBGEO; F_EDI_2021`, decimal point, mainland communes and the municipal
arrondissements of Paris, Lyon and Marseille. The index has no unit; it is centred on 0 and higher is more deprived. It
is an ecological index of the census and not a share: it never enters the estimate.
"""

import re

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    observe,
    places,
)
from etl.reading.tables import COMMUNE, Layout
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="f_edi",
    title="Indice européen de défavorisation, version française (F-EDI) 2021, par commune",
    producer="Santé publique France",
    licence=Licence.OPEN_LICENCE_2,
    page="https://odisse.santepubliquefrance.fr/explore/dataset/french-european-deprivation-index-f-edi-2021-par-commune/",
    tier=Tier.OFFICIAL,
    description="Indice écologique de défavorisation sociale des communes de métropole.",
)

_INDEX = re.compile(r"F_EDI_(\d{4})")

LAYOUT = Layout(
    ("CODGEO", "F_EDI_2021"),
    codes={"CODGEO": COMMUNE},
    wanted=lambda column: _INDEX.fullmatch(column) is not None,
)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations `deprivation_index` by commune and arrondissement; and the rejects."""
    where, rejects = places(raw["CODGEO"], SOURCE.id, COMMUNE)
    index = Measure("deprivation_index", "index", "2021", low=-100, high=100)
    observations, refused = observe(raw, SOURCE.id, where, {"F_EDI_2021": index})
    return observations, all_rejects([rejects, refused])
