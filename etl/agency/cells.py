"""What one cell of an agency's file may hold: types for the rows of each kind, with reasons in French."""

import difflib
import re
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from etl.agency.dates import day_of
from etl.agency.personal import GDPR, cell_problem, names_a_person
from etl.categories import categories
from etl.reading.coordinates import BOXES, zone_of
from etl.reading.service_frame import COMMUNE, ELSEWHERE
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


def refused(reason: str, **values: object) -> PydanticCustomError:
    """The error of one cell or row: `reason` in French, `{name}` standing for its value."""
    return PydanticCustomError("agency", reason, values)


def shown(text: str) -> str:
    """A cell as a message quotes it: short, whatever was in it."""
    return text if len(text) <= 40 else text[:37] + "..."


def _text(value: str, info: ValidationInfo) -> str:
    if len(value) > LONGEST_TEXT:
        raise refused("{length} caractères ; {most} au plus", length=len(value), most=LONGEST_TEXT)
    if is_formula(value):
        raise refused(
            "« {text} » commence par « {first} » : un tableur l'exécuterait comme une formule", text=shown(value),
            first=value[0],
        )  # fmt: skip
    if _GARBLED.search(value):
        raise refused("« {text} » : texte abîmé par un autre encodage ; enregistrez en UTF-8", text=shown(value))
    if problem := cell_problem(value):
        raise refused("{problem}", problem=problem)
    if names_a_person(value) and not (info.context or {}).get("is_place"):
        raise refused(
            "désigne une personne ({law}). Si c'est le nom d'un lieu, confirmez-le avec --not-a-person et le numéro de "
            "la ligne",
            law=GDPR,
        )  # fmt: skip
    return value


def _identifier(value: str) -> str:
    if _SPOILT_NUMBER.fullmatch(value):
        raise refused(
            "« {text} » est un identifiant qu'un tableur a écrit comme un nombre : mettez la colonne au format Texte",
            text=shown(value),
        )  # fmt: skip
    if not re.fullmatch(r"[\w][\w.:/-]{0,79}", value):
        raise refused(
            "« {text} » n'est pas un identifiant : 80 lettres, chiffres, points, tirets au plus, sans espace",
            text=shown(value),
        )
    if problem := cell_problem(value, is_identifier=True):
        raise refused("{problem}", problem=problem)
    return value


def _commune(value: str) -> str:
    if re.fullmatch(r"\d{4}(\.0)?", value) and re.fullmatch(COMMUNE, "0" + value[:4]):
        raise refused(
            "« {text} » a perdu son zéro de tête : 0{code} ? Mettez la colonne au format Texte",
            text=value, code=value[:4],
        )  # fmt: skip
    if re.fullmatch(rf"({COMMUNE})[.,]0+|\d[.,]\d+E\+\d+", value):
        raise refused(
            "« {text} » est un code qu'un tableur a écrit comme un nombre : mettez la colonne au format Texte",
            text=shown(value),
        )  # fmt: skip
    value = value.upper()
    if re.fullmatch(ELSEWHERE, value):
        raise refused("« {text} » est hors des 101 départements", text=value)
    if not re.fullmatch(COMMUNE, value):
        raise refused(
            "« {text} » n'est pas un code commune : cinq caractères, zéro de tête compris (01004, 2A004, 97105)",
            text=shown(value),
        )
    return value


@cache
def families() -> dict[str, str]:
    """Family of every category of service."""
    known = categories()
    return dict(zip(known["id"], known["family"], strict=True))


def _category(value: str) -> str:
    if value not in families():
        near = difflib.get_close_matches(value, families(), n=3, cutoff=0.5)
        hint = f" ; peut-être {', '.join(near)}" if near else ""
        raise refused("« {text} » n'est pas une catégorie de service{hint}", text=shown(value), hint=hint)
    return value


def _day(value: str) -> str:
    text = day_of(value)
    if text is None:
        raise refused(
            "« {text} » n'est pas une date : 2026, 2026-05, 2026-05-12, 12/05/2026 ou mai 2026", text=shown(value)
        )
    day = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    if day.year < 1990 or day > date.today():
        raise refused("« {text} » : une date de 1990 à aujourd'hui est attendue", text=shown(value))
    return text


def _number(value: str | float | None) -> float | None:
    """A number as French or English spreadsheets write it; an empty cell is not known, never zero."""
    if not isinstance(value, str):
        return value
    try:
        return float(re.sub(r"[\s\u00a0\u202f]", "", value).replace(",", "."))
    except ValueError:
        raise refused("« {text} » n'est pas un nombre", text=shown(value)) from None


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
                raise refused("{name} : « {text} », une formule en erreur", name=name, text=text)
        return cells


class PlacedRow(Row):
    """A line that stands somewhere: in a commune, at a point, or both."""

    code_insee: Commune | None = None
    lon: Number | None = None
    lat: Number | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> "PlacedRow":
        if (self.lon is None) != (self.lat is None):
            raise refused("une coordonnée sans l'autre : donnez lon et lat, ou aucune des deux")
        if self.lon is None and self.code_insee is None:
            raise refused("ni commune ni point : le lieu ne peut pas être placé")
        if self.lon is not None and not _in_france(self.lon, self.lat):
            swapped = " ; longitude et latitude sont inversées" if _in_france(self.lat, self.lon) else ""
            raise refused(
                "le point lon {lon}, lat {lat} n'est pas sur le territoire des 101 départements{swapped}",
                lon=self.lon, lat=self.lat, swapped=swapped,
            )  # fmt: skip
        if self.lon is not None and self.code_insee is not None and not _in_box(zone_of(self.code_insee), self):
            raise refused(
                "le point lon {lon}, lat {lat} n'est pas dans la même partie de la France que la commune {code}",
                lon=self.lon, lat=self.lat, code=self.code_insee,
            )  # fmt: skip
        return self


def _in_box(zone: str, row: PlacedRow) -> bool:
    west, south, east, north = BOXES[zone]
    return west <= row.lon <= east and south <= row.lat <= north


def _in_france(lon: float, lat: float) -> bool:
    return any(west <= lon <= east and south <= lat <= north for west, south, east, north in BOXES.values())


def reason(error: dict) -> str:
    """One error of pydantic in French: column, then what is wrong and what is allowed."""
    limits = error.get("ctx", {})
    words = {
        "missing": "valeur manquante",
        "string_type": "valeur manquante",
        "float_type": "valeur manquante",
        "greater_than_equal": f"{limits.get('ge')} ou plus est attendu",
        "less_than_equal": f"{limits.get('le')} ou moins est attendu",
        "greater_than": f"plus de {limits.get('gt')} est attendu",
        "less_than": f"moins de {limits.get('lt')} est attendu",
        "finite_number": "un nombre fini est attendu",
        "int_from_float": "un nombre entier est attendu",
        "multiple_of": "un nombre entier est attendu",
        "literal_error": f"valeur non admise ; admis : {str(limits.get('expected', '')).replace(' or ', ' ou ')}",
        "enum": f"valeur non admise ; admis : {str(limits.get('expected', '')).replace(' or ', ' ou ')}",
        "agency": error["msg"],
    }
    column = ".".join(str(part) for part in error["loc"])
    text = words.get(error["type"], error["msg"])
    return f"{column} : {text}" if column else text
