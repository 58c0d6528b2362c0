"""A local extension of a survey: one rate of one category a line."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.agency.cell_types import Day, Number, Text, refusal
from etl.agency.cell_types import Row as AnyRow
from etl.agency.repeated import given_twice
from geodata.model_cells import SURVEY_BY_DENSITY
from geodata.sentences import Sentence
from geodata.survey import DEFINITIONS

FACTORS = ("age", "activity", "income", "density")
FEWEST_RESPONDENTS = 30
"""Judgement: under it a rate is not worth showing, and could be about persons."""

Rate = Annotated[Number, Field(gt=0, lt=1)]
Mode = Literal["online", "telephone", "face-to-face"]


class Row(AnyRow):
    """One rate beside the national rate of its wave."""

    definition: Literal[tuple(d.id for d in DEFINITIONS)]  # type: ignore[valid-type]  # pydantic reads the words of the model
    factor: Literal[FACTORS]  # type: ignore[valid-type]  # the same
    category: Text
    rate: Rate
    national: Rate
    respondents: Annotated[Number, Field(ge=FEWEST_RESPONDENTS, multiple_of=1)]
    wave: Day
    mode: Mode
    population: Text
    source: Text
    note: Text | None = None

    @model_validator(mode="after")
    def _category_is_of_the_model(self) -> "Row":
        try:
            is_known = bool(SURVEY_BY_DENSITY.where(**{self.factor: self.category}).any())
        except ValueError:
            is_known = False
        if not is_known:
            allowed = ", ".join(SURVEY_BY_DENSITY.factors[self.factor])
            raise refusal("category_of_factor", category=self.category, factor=self.factor, allowed=allowed)
        return self


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Lines refused for what another line says, with the reason."""
    return given_twice(rows, lambda row: (row.definition, row.factor, row.category, row.wave), "rate_on_line")
