"""France Tiers-Lieux, national census of third places (`bdftl-2023-01-fiche-identite.csv`, `bdftl-2026-01-...`).

`;`, UTF-8, one row a place, decimal commas. There is no commune code, only a postcode and a town: a place without
point cannot be placed and is refused. Places that are still a project are refused too. E-mail addresses, telephones and
social networks are not read. The file bears no date.
"""

import pandas as pd

from etl.reading import coordinates
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from etl.reading.tables import Layout
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="tiers_lieux",
    title="Recensement des tiers-lieux en France",
    producer="France Tiers-Lieux",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/recensement-des-tiers-lieux-en-france-2026/",
    tier=Tier.OFFICIAL,
    description="Tiers-lieux recensés, déclaratif.",
)

_STATES = ("statut_lieu", "état du projet")

LAYOUT = Layout(("ID_UNIQUE", "NOM", "LATITUDE", "LONGITUDE"), wanted=_STATES.__contains__)

recognises = LAYOUT.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The places as published, as text; only the columns this reader uses. Raises `BadInput`."""
    raw = LAYOUT.read(snapshot)
    coordinates.refuse_swapped(raw, "LONGITUDE", "LATITUDE", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    is_project = pd.Series(False, index=raw.index)
    for column in _STATES:
        if column in raw:
            is_project |= raw[column].str.contains("projet", case=False, regex=False)
    rejects = reject_frame(
        SOURCE.id,
        [(line, key, sentence("still_a_project")) for line, key in raw.loc[is_project, "ID_UNIQUE"].items()],
    )
    rows = raw[~is_project]
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["ID_UNIQUE"],
                "name": rows["NOM"],
                "code": "tiers_lieu",
                "code_insee": "",
                "lon": numbers(rows["LONGITUDE"]),
                "lat": numbers(rows["LATITUDE"]),
                "seen_on": "",
            }
        ),
        SOURCE,
        "tiers_lieux",
    )
    return accepted, pd.concat(
        [rejects, not_numbers(rows, SOURCE.id, "ID_UNIQUE", "LONGITUDE", "LATITUDE"), rejected], ignore_index=True
    )
