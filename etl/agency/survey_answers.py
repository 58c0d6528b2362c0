"""An agency's own survey: one anonymous answer a line."""

from typing import Annotated, Literal

from pydantic import Field

from etl.agency.cell_types import Day, Identifier, Number, Text
from etl.agency.cell_types import Row as AnyRow
from etl.agency.survey import Mode
from geodata.model_cells import ACTIVITIES
from geodata.sentences import Sentence
from geodata.survey import DEFINITIONS

YesNo = Literal["oui", "non"]


class Row(AnyRow):
    """One answer: nothing that could single out a person, and no sex, which the model does not know."""

    definition: Literal[tuple(d.id for d in DEFINITIONS)]  # type: ignore[valid-type]  # pydantic reads the words of the model
    isolated: YesNo
    age_band: Literal["15-24", "25-39", "40-59", "60-69", "70+"]
    activity: Literal[ACTIVITIES]  # type: ignore[valid-type]  # the same
    living_alone: YesNo
    level: Literal["commune", "epci"]
    code: Identifier
    weight: Annotated[Number, Field(gt=0)] | None = None
    mode: Mode
    wave: Day
    source: Text


def contradictions(rows: dict[int, Row]) -> dict[int, Sentence]:
    """Two answers may say the same: no line is refused for another."""
    return {}
