"""A local extension of a survey, as `python -m etl import survey` accepted it: rates beside the published ones."""

import pandas as pd

from etl.agency.accepted import is_accepted_file, read_accepted, split
from etl.reading.candidate import Candidate
from geodata.agency import AgencyKind
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="agence_enquete",
    title="Extension locale d'une enquête",
    producer="Agence régionale de santé et ses partenaires",
    licence=Licence.AGENCY,
    page="python -m etl import survey",
    tier=Tier.AGENCY,
    description="Taux mesurés localement, montrés à côté des taux publiés.",
)


def recognises(candidate: Candidate) -> bool:
    """Whether the file is an accepted list of rates."""
    return is_accepted_file(candidate, AgencyKind.SURVEY)


read = read_accepted


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with the columns of the template, numbers as numbers, indexed by line; and the rejects."""
    rows, refused = split(raw, SOURCE.id)
    return rows.astype({"rate": float, "national": float, "respondents": float}), refused


def vintage(raw: pd.DataFrame) -> str:
    """The newest wave of the file."""
    return raw["wave"].max()
