"""Services that an agency knows: one a line."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.agency.cell_types import CategoryId, Count, Day, Identifier, Number, PlacedRow, Text, families, refusal
from etl.agency.repeated import given_twice
from geodata.sentences import Sentence


class Row(PlacedRow):
    """One service."""

    id: Identifier
    name: Text
    category: CategoryId
    family: Literal["citizen", "institutional", "professional"] | None = None
    publics: Text | None = None
    capacity: Count | None = None
    weekly_hours: Annotated[Number, Field(ge=0, le=168)] | None = None
    seen_on: Day
    source: Text

    @model_validator(mode="after")
    def _family_is_that_of_the_category(self) -> "Row":
        own = families()[self.category]
        if self.family is not None and self.family != own:
            raise refusal("family_of_another", family=self.family, category=self.category, own=own)
        return self


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    return given_twice(rows, lambda row: row.id, "identifier_on_line")
