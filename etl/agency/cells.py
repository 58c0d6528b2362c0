"""What one cell of an agency's file may hold: types for the rows of each kind, with reasons in French."""

import difflib
import re
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from etl.agency.personal import cell_problem
from etl.categories import categories
from etl.reading.coordinates import BOXES
from etl.reading.service_frame import COMMUNE
from geodata.spreadsheet import FORMULA

LONGEST_TEXT = 200
"""Characters of a cell of text."""


_GARBLED = re.compile(r"Ã[\u0080-\u00bf\u0152-\u2122]|â€|Â[\u00a0-\u00bf]|\ufffd")
"""UTF-8 read as an older encoding: Ã© for é."""


def refused(reason: str, **values: object) -> PydanticCustomError:
    """The error of one cell or row: `reason` in French, `{name}` standing for its value."""
    return PydanticCustomError("agency", reason, values)


def shown(text: str) -> str:
    """A cell as a message quotes it: short, whatever was in it."""
    return text if len(text) <= 40 else text[:37] + "..."


def _text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        raise refused("{length} caractères ; {most} au plus", length=len(value), most=LONGEST_TEXT)
    if value.startswith(FORMULA):
        raise refused(
            "« {text} » commence par « {first} » : un tableur l'exécuterait comme une formule", text=shown(value),
            first=value[0],
        )  # fmt: skip
    if _GARBLED.search(value):
        raise refused("« {text} » : texte abîmé par un autre encodage ; enregistrez en UTF-8", text=shown(value))
    if problem := cell_problem(value):
        raise refused("{problem}", problem=problem)
    return value


def _identifier(value: str) -> str:
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
    text = value.removesuffix(" 00:00:00")
    try:
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
            raise ValueError
        day = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        raise refused("« {text} » n'est pas une date : 2026, 2026-05 ou 2026-05-12", text=shown(value)) from None
    if day.year < 1990 or day > date.today():
        raise refused("« {text} » : une date de 1990 à aujourd'hui est attendue", text=text)
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
        return self


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
