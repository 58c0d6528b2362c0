"""Areas of an agency made of whole communes (territoires de vie-santé, bassins): one commune a line."""

from etl.agency.cell_types import Commune, Day, Identifier, Text
from etl.agency.cell_types import Row as AnyRow
from etl.agency.repeated import given_twice
from geodata.sentences import Sentence, sentence


class Row(AnyRow):
    """One commune of one area."""

    code: Identifier
    name: Text
    code_insee: Commune
    seen_on: Day
    source: Text


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    refused = given_twice(rows, lambda row: row.code_insee, "commune_on_line")
    names: dict[str, tuple[int, str]] = {}
    for line, row in rows.items():
        first, name = names.setdefault(row.code, (line, row.name))
        if name != row.name:
            refused.setdefault(line, sentence("name_of_area", name=row.name, code=row.code, other=name, line=first))
    return refused
