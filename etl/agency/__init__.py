"""Files that an agency hands in itself: read, validated row by row, kept whole or not at all.

`geodata.agency` says what each kind holds; here one module a kind has the `Row` that a line of it must make, and what
rows contradict in one another (`contradictions`).
"""

from etl.agency import corrections, services, survey, survey_answers, survey_territories, teams, territories
from geodata.agency import AgencyKind

MODULES = {
    AgencyKind.SERVICES: services,
    AgencyKind.TEAMS: teams,
    AgencyKind.TERRITORIES: territories,
    AgencyKind.CORRECTIONS: corrections,
    AgencyKind.SURVEY: survey,
    AgencyKind.SURVEY_TERRITORIES: survey_territories,
    AgencyKind.SURVEY_ANSWERS: survey_answers,
}
