"""What people of the field say of the services listed: one statement a line."""

from etl.agency.cell_types import CategoryId, Commune, Count, Day, Text
from etl.agency.cell_types import Row as AnyRow
from etl.agency.repeated import given_twice
from geodata.sentences import Sentence, sentence
from geodata.workspace import Statement


class Row(AnyRow):
    """One statement. `service` None speaks of the whole category in the commune."""

    code_insee: Commune
    category: CategoryId
    service: Text | None = None
    statement: Statement
    quantity: Count | None = None
    who: Text
    said_on: Day | None = None
    why: Text


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    refused = given_twice(rows, lambda row: (row.code_insee, row.category, row.service), "subject_on_line")
    return refused | {line: reason for line, row in rows.items() if (reason := _of_number(row))}


def _of_number(row: Row) -> Sentence | None:
    """What is wrong with the number of a statement."""
    is_count = row.statement is Statement.COUNT
    if is_count and (row.service or not row.quantity or row.quantity % 1):
        return sentence("count_without_number")
    return sentence("number_without_count") if row.quantity is not None and not is_count else None
