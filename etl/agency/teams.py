"""Citizen teams, which no public list knows: one a line."""

from typing import Annotated

from pydantic import Field

from etl.agency.cell_types import Day, Identifier, Number, PlacedRow, Text
from etl.agency.repeated import given_twice
from geodata.sentences import Sentence


class Row(PlacedRow):
    """One team, at the place where it meets."""

    id: Identifier
    name: Text
    network: Text | None = None
    volunteers: Annotated[Number, Field(ge=0, multiple_of=1)] | None = None
    seen_on: Day
    source: Text


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    return given_twice(rows, lambda row: row.id, "identifier_on_line")
