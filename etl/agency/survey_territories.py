"""An agency's own survey: one rate of one territory a line."""

from typing import Annotated, Literal

from pydantic import Field

from etl.agency.cell_types import Day, Identifier, Number, Text
from etl.agency.cell_types import Row as AnyRow
from etl.agency.repeated import given_twice
from etl.agency.survey import Mode, Rate
from geodata.sentences import Sentence
from geodata.survey import DEFINITIONS

FEWEST_RESPONDENTS = 200
"""Fewer tell less than the model, and could be about persons."""


class Row(AnyRow):
    """One rate of the residents of one territory."""

    definition: Literal[tuple(d.id for d in DEFINITIONS)]  # type: ignore[valid-type]  # pydantic reads the words of the model
    level: Literal["commune", "epci", "tvs", "departement", "region"]
    code: Identifier
    rate: Rate
    respondents: Annotated[Number, Field(ge=FEWEST_RESPONDENTS, multiple_of=1)]
    design_effect: Annotated[Number, Field(ge=1)] | None = None
    mode: Mode
    wave: Day
    question: Text
    population: Text
    source: Text
    note: Text | None = None


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    return given_twice(rows, lambda row: (row.definition, row.level, row.code, row.wave), "rate_on_line")
