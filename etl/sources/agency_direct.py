"""An agency's own survey of its territories, as `python -m etl import` accepted it: rates, or anonymous answers."""

import pandas as pd

from etl.agency.accepted import is_accepted_file, read_accepted, split
from etl.reading.candidate import Candidate
from geodata.agency import AgencyKind
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="agence_enquete_territoires",
    title="Enquête de l'agence dans ses territoires",
    producer="Agence régionale de santé et ses partenaires",
    licence=Licence.AGENCY,
    page="python -m etl import survey_territories",
    tier=Tier.AGENCY,
    description="Taux par territoire ou réponses anonymes, montrés à côté des parts modélisées.",
)

KINDS = (AgencyKind.SURVEY_TERRITORIES, AgencyKind.SURVEY_ANSWERS)


def recognises(candidate: Candidate) -> bool:
    """Whether the file is an accepted list of rates by territory, or of answers."""
    return is_accepted_file(candidate, *KINDS)


read = read_accepted


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with the columns of their template and `agency_kind`, indexed by line; and the rejects."""
    return split(raw, SOURCE.id)


def vintage(raw: pd.DataFrame) -> str:
    """The newest wave of the file."""
    return raw["wave"].max()
