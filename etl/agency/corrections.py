"""What people of the field say of the services listed: one statement a line."""

from etl.agency.between import given_twice
from etl.agency.cells import CategoryId, Commune, Day, Text
from etl.agency.cells import Row as AnyRow
from geodata.workspace import Statement


class Row(AnyRow):
    """One statement. `service` None speaks of the whole category in the commune."""

    code_insee: Commune
    category: CategoryId
    service: Text | None = None
    statement: Statement
    who: Text
    said_on: Day | None = None
    why: Text


def between(rows: dict[int, Row]) -> dict[int, str]:
    """Lines refused for what another line says, with the reason."""
    return given_twice(rows, lambda row: (row.code_insee, row.category, row.service), "l'objet de cette affirmation")
