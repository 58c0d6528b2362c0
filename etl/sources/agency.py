"""An agency's own services and citizen teams, as `python -m etl import services|teams` accepted them.

The category is named by the agency itself; a team is always the category `equipe_citoyenne`, its number of volunteers
its capacity. What the agency says comes before any other source (`etl.duplicates.PRIORITY`).
"""

import pandas as pd

from etl.agency.accepted import is_accepted_file, read_accepted, split
from etl.reading.candidate import Candidate
from etl.reading.numbers import numbers
from etl.reading.service_frame import accept
from geodata.agency import AgencyKind
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="agence",
    title="Services et équipes citoyennes connus de l'agence",
    producer="Agence régionale de santé et ses partenaires",
    licence=Licence.AGENCY,
    page="python -m etl import services | teams",
    tier=Tier.AGENCY,
    description="Fichiers remis par l'agence, validés ligne par ligne ; ni nom de personne, ni registre.",
)


def recognises(candidate: Candidate) -> bool:
    """Whether the file is an accepted list of services or of teams."""
    return is_accepted_file(candidate, AgencyKind.SERVICES, AgencyKind.TEAMS)


read = read_accepted


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows, refused = split(raw, SOURCE.id)
    is_team = "volunteers" in rows
    accepted, rejected = accept(
        pd.DataFrame(
            {
                "key": rows["id"],
                "name": rows["name"],
                "code": "equipe_citoyenne" if is_team else rows["category"],
                "code_insee": rows["code_insee"],
                "lon": numbers(rows["lon"]),
                "lat": numbers(rows["lat"]),
                "seen_on": rows["seen_on"],
                "capacity": numbers(rows["volunteers" if is_team else "capacity"]),
                "weekly_hours": float("nan") if is_team else numbers(rows["weekly_hours"]),
            }
        ),
        SOURCE,
        "agence",
    )
    return accepted, pd.concat([refused, rejected], ignore_index=True)
