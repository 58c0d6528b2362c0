"""ANCT, structures that employ conseillers numériques (people who help others use the internet).

A JSON object keyed by the name of the structure; postal and commune codes are numbers or text. The commune is that of
the employer: where advisers receive people is often elsewhere. `capacity` is the number of posts attributed.
"""

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.documents import (
    mentions,
    objects,
    read_document,
    refuse_lost_zeros,
    text_frame,
)
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="conseillers_numeriques",
    title="Structures employant des conseillers numériques",
    producer="Agence nationale de la cohésion des territoires",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/organizations/cartographie-nationale-des-lieux-de-mediation-numerique/",
    tier=Tier.OFFICIAL,
    description="Employeurs de conseillers numériques et postes attribués.",
)

_KEYS = ("Siret", "Nb de conseillers attribués", "Code commune Insee")


def recognises(candidate: Candidate) -> bool:
    """Whether the document lists employers of conseillers numériques."""
    return mentions(candidate, *_KEYS)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """One row a structure, as published, as text. Raises `BadInput`."""
    document = read_document(snapshot)
    if not isinstance(document, dict):
        raise BadInput(sentence("object_of_structures", file=snapshot.path.name))
    records = objects(list(document.values()), snapshot.path.name)
    named = [{**record, "Structure": name} for name, record in zip(document, records, strict=True)]
    raw = text_frame(named, snapshot.path.name, ("Structure", *_KEYS))
    refuse_lost_zeros(raw["Code commune Insee"], snapshot.path.name, sentence("at_key", key="Code commune Insee"))
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    posts = numbers(raw["Nb de conseillers attribués"])
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": raw["Siret"],
                "name": raw["Structure"],
                "code": "structure",
                "code_insee": raw["Code commune Insee"],
                "lon": float("nan"),
                "lat": float("nan"),
                "capacity": posts,
                "seen_on": "",
            }
        ),
        SOURCE,
        "conseillers_numeriques",
    )
    unread = not_numbers(raw, SOURCE.id, "Siret", "Nb de conseillers attribués")
    return accepted, pd.concat([unread, rejected], ignore_index=True)
