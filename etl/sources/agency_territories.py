"""An agency's own areas (territoires de vie-santé, bassins), as `python -m etl import territories` accepted them."""

import pandas as pd

from etl.agency.accepted import is_accepted_file, read_accepted, split
from etl.reading.candidate import Candidate
from geodata.agency import AgencyKind
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="agence_territoires",
    title="Territoires de vie-santé ou bassins de l'agence",
    producer="Agence régionale de santé",
    licence=Licence.AGENCY,
    page="python -m etl import territories",
    tier=Tier.AGENCY,
    description="Listes de communes remises par l'agence ; une commune n'est que d'un territoire.",
)


def recognises(candidate: Candidate) -> bool:
    """Whether the file is an accepted list of communes by area."""
    return is_accepted_file(candidate, AgencyKind.TERRITORIES)


read = read_accepted


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with `code`, `name`, `code_insee`, indexed by line; and the rejects."""
    rows, refused = split(raw, SOURCE.id)
    return rows[["code", "name", "code_insee"]], refused


def vintage(raw: pd.DataFrame) -> str:
    """The newest date of the file."""
    return raw["seen_on"].max()
