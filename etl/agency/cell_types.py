"""What one cell of an agency's file may hold: types for the rows of each kind."""

import difflib
import re
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from etl.agency.dates import day_of
from etl.agency.personal import PERSONAL_DATA, cell_problem, names_a_person
from etl.categories import categories
from etl.reading.coordinates import BOXES, zone_of
from etl.reading.service_frame import COMMUNE, ELSEWHERE
from geodata.country import Country
from geodata.sentences import Sentence, sentence
from geodata.spreadsheet import is_formula

LONGEST_TEXT = 200
"""Characters of a cell of text."""


_GARBLED = re.compile(
    r"Ã[\u0080-\u00bf\u0152-\u2122]|â€|Â[\u00a0-\u00bf]|\ufffd|[\u0080-\u009f]"
    r"|[├┬][\u00a0-\u00ff\u2500-\u259f]|ÔÇ|√[\u00a0-\u00ff\u2018-\u2122\u2202-\u2264]|‚Ä"
)
"""UTF-8 read as an older encoding: Ã©, ├® or √© for é; control signs."""

ERRORS = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NOM\s?\?|NULL!|NUL!|NUM!|NOMBRE!|REF!|VALUE!|VALEUR!|SPILL!|CALC!)")
"""What a spreadsheet writes in a cell that it could not calculate, in English and in French."""

_SPOILT_NUMBER = re.compile(r"\d(?:[.,]\d+)?E\+\d+")


def refusal(code: str, /, **values: object) -> PydanticCustomError:
    """The error of one cell or row, as the sentence of a code."""
    return _refused(sentence(code, **values))


def _refused(why: Sentence) -> PydanticCustomError:
    return PydanticCustomError("agency", "refused", {"why": why})


def excerpt(text: str) -> str:
    """A cell as a message quotes it: 40 characters at most."""
    return text if len(text) <= 40 else text[:37] + "..."


def _text(value: str, info: ValidationInfo) -> str:
    if len(value) > LONGEST_TEXT:
        raise refusal("text_too_long", length=len(value), most=LONGEST_TEXT)
    if is_formula(value):
        raise refusal("cell_formula", text=excerpt(value), sign=value[0])
    if _GARBLED.search(value):
        raise refusal("cell_garbled", text=excerpt(value))
    if problem := cell_problem(value):
        raise _refused(problem)
    if names_a_person(value) and not (info.context or {}).get("is_place"):
        raise refusal("cell_names_a_person", law=PERSONAL_DATA)
    return value


def _identifier(value: str) -> str:
    if _SPOILT_NUMBER.fullmatch(value):
        raise refusal("identifier_as_number", text=excerpt(value))
    if not re.fullmatch(r"[\w][\w.:/-]{0,79}", value):
        raise refusal("not_an_identifier", text=excerpt(value))
    if problem := cell_problem(value, is_identifier=True):
        raise _refused(problem)
    return value


def _commune(value: str, info: ValidationInfo) -> str:
    country = (info.context or {}).get("country")
    if country is not None:
        return _of_country(value, country)
    if re.fullmatch(r"\d{4}(\.0)?", value) and re.fullmatch(COMMUNE, "0" + value[:4]):
        raise refusal("code_without_zero", text=value, code=value[:4])
    if re.fullmatch(rf"({COMMUNE})[.,]0+|\d[.,]\d+E\+\d+", value):
        raise refusal("code_as_number", text=excerpt(value))
    value = value.upper()
    if re.fullmatch(ELSEWHERE, value):
        raise refusal("elsewhere", code=value)
    if not re.fullmatch(COMMUNE, value):
        raise refusal("not_a_commune_of_service", code=excerpt(value))
    return value


def _of_country(value: str, country: Country) -> str:
    """The code of a place of the smallest level of a country that has codes of its own."""
    mesh = country.meshes[0]
    if not re.fullmatch(mesh.codes, value):
        raise _refused(mesh.expected)
    return value


@cache
def families() -> dict[str, str]:
    """Family of every category of service."""
    catalogue = categories()
    return dict(zip(catalogue["id"], catalogue["family"], strict=True))


def _category(value: str) -> str:
    if value in families():
        return value
    if near := difflib.get_close_matches(value, families(), n=3, cutoff=0.5):
        raise refusal("not_a_category_near", text=excerpt(value), near=", ".join(near))
    raise refusal("not_a_category", text=excerpt(value))


def _day(value: str) -> str:
    text = day_of(value)
    if text is None:
        raise refusal("not_a_date", text=excerpt(value))
    day = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    if day.year < 1990 or day > date.today():
        raise refusal("date_out_of_range", text=excerpt(value))
    return text


def _number(value: str | float | None) -> float | None:
    """A number as French or English spreadsheets write it; an empty cell is not known, never zero."""
    if not isinstance(value, str):
        return value
    try:
        return float(re.sub(r"[\s\u00a0\u202f]", "", value).replace(",", "."))
    except ValueError:
        raise refusal("cell_not_a_number", text=excerpt(value)) from None


Text = Annotated[str, AfterValidator(_text)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Commune = Annotated[str, AfterValidator(_commune)]
CategoryId = Annotated[str, AfterValidator(_category)]
Day = Annotated[str, AfterValidator(_day)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Count = Annotated[Number, Field(ge=0)]


class Row(BaseModel):
    """One line of a file. Text in, empty cells as None; unknown columns never come this far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_cell_is_in_error(cls, cells: dict[str, str]) -> dict[str, str]:
        for name, text in cells.items():
            if isinstance(text, str) and ERRORS.fullmatch(text.strip()):
                raise refusal("cell_in_error", column=name, text=text)
        return cells


class PlacedRow(Row):
    """A line that stands somewhere: in a commune, at a point, or both."""

    code_insee: Commune | None = None
    lon: Number | None = None
    lat: Number | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> "PlacedRow":
        if self.lon is None or self.lat is None:
            if self.lon is not self.lat:
                raise refusal("lone_coordinate")
            if self.code_insee is None:
                raise refusal("not_placed")
            return self
        if not _in_france(self.lon, self.lat):
            is_swapped = _in_france(self.lat, self.lon)
            raise refusal("point_swapped" if is_swapped else "point_outside", lon=self.lon, lat=self.lat)
        if self.code_insee is not None and not _in_box(zone_of(self.code_insee), self.lon, self.lat):
            raise refusal("point_elsewhere", lon=self.lon, lat=self.lat, code=self.code_insee)
        return self


def _in_box(zone: str, lon: float, lat: float) -> bool:
    west, south, east, north = BOXES[zone]
    return west <= lon <= east and south <= lat <= north


def _in_france(lon: float, lat: float) -> bool:
    return any(_in_box(zone, lon, lat) for zone in BOXES)


_OF_PYDANTIC = {
    "missing": "value_missing",
    "string_type": "value_missing",
    "float_type": "value_missing",
    "finite_number": "finite_number",
    "int_from_float": "whole_number",
    "multiple_of": "whole_number",
}
_LIMITS = {"ge": "at_least", "le": "at_most", "gt": "more_than", "lt": "less_than"}


def reason(error: ErrorDetails) -> Sentence:
    """One error of pydantic: column, then what is wrong and what is allowed."""
    why = _why(error["type"], error.get("ctx", {}), error["msg"])
    column = ".".join(str(part) for part in error["loc"])
    return sentence("about", subject=column, problem=why) if column else why


def _why(kind: str, values: dict[str, Any], message: str) -> Sentence:
    if kind == "agency":
        return values["why"]
    if kind in _OF_PYDANTIC:
        return sentence(_OF_PYDANTIC[kind])
    if kind in ("literal_error", "enum"):
        return sentence("not_admitted", allowed=values["expected"].replace(" or ", ", "))
    for name, code in _LIMITS.items():
        if name in values:
            return sentence(code, limit=f"{values[name]:g}")
    return sentence("cell_not_understood", error=message)
