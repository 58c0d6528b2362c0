"""The only state of the application: one `Choice`, read from the address and written back to it.

An address says only what differs from the defaults, so that links stay short. A value that cannot be read is replaced
by its default and reported as a `Notice`: a reader sees it, nothing fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from geodata.bands import Cut
from geodata.errors import BadInput
from geodata.estimate import MISSES, Verdict
from geodata.minutes import DEFAULT_MINUTES, LEAST_MINUTES, MOST_MINUTES
from geodata.profile import COMPARATORS
from geodata.question import DEFAULT_DEFINITION, DEFAULT_SCENARIO, Question
from geodata.response import Quadrant
from geodata.service import Family
from geodata.territory import FRANCE, Level, Perimeter, perimeter
from geodata.threshold import MAX_PERCENT, MIN_PERCENT, THRESHOLD
from geodata.translations import LANGUAGES

MESHES = (Level.COMMUNE, Level.EPCI, Level.TVS, Level.DEPARTEMENT)
PERIMETERS = (Level.EPCI, Level.TVS, Level.DEPARTEMENT)
"""Territories smaller than a région in which one may look."""


class SecondMap(StrEnum):
    """What the second map of need and responses shows: both crossed, or the responses alone."""

    CROSSED = "crossed"
    RESPONSES = "responses"


class Line(StrEnum):
    """What the shares are compared with: the threshold, or the national share, which separates places better."""

    THRESHOLD = "threshold"
    NATIONAL = "national"


@dataclass(frozen=True)
class Notice:
    """A value of the address that was replaced by its default. `field` is the key in the address."""

    field: str
    value: str


class NotAsked(BadInput):
    """A file was asked for by an address that holds a value which cannot be asked for."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(f"{notice.field}={notice.value} cannot be asked of this database.")
        self.notice = notice


@dataclass(frozen=True)
class Choice:
    """Everything a reader chose. `threshold` is a share; `selected` is (level, code); empty tuples mean no filter.

    `against` is what the selected territory is compared with; `is_flipping` shows what depends on assumptions. `plan`
    and `other`, the one it is compared with, are (identifier, version); version 0 is the work in progress. `minutes` of
    travel and `families` decide what counts as a response; `quadrants` filters need crossed with responses.
    `indicator` is the observed figure that the map shows in place of the estimate; "" for the estimate.
    `cut` is how its values make classes and `own_line` the reader's line for a share (None: the national one);
    `has_circles` draws how many people it counts. `columns` of the table are shown, () for the usual ones.
    `perimeter` is (level, code) of a territory smaller than a région outside which nothing is listed. `district` is the
    code of the district that is looked at in the selected city; "" for the whole city.
    """

    page: str = "/"
    region: str = FRANCE
    perimeter: tuple[Level, str] | None = None
    mesh: Level = Level.EPCI
    line: Line = Line.NATIONAL
    threshold: float = THRESHOLD
    miss: float = 1.0
    definition: str = DEFAULT_DEFINITION
    scenario: str = DEFAULT_SCENARIO
    verdicts: tuple[Verdict, ...] = ()
    categories: tuple[str, ...] = ()
    selected: tuple[Level, str] | None = None
    district: str = ""
    against: str = COMPARATORS[0]
    is_flipping: bool = False
    plan: tuple[str, int] | None = None
    other: tuple[str, int] | None = None
    minutes: float = DEFAULT_MINUTES
    families: tuple[Family, ...] = tuple(Family)
    quadrants: tuple[Quadrant, ...] = ()
    beside: SecondMap = SecondMap.CROSSED
    indicator: str = ""
    columns: tuple[str, ...] = ()
    cut: Cut = Cut.FIFTHS
    own_line: float | None = None
    has_circles: bool = False
    others: tuple[tuple[Level, str], ...] = ()
    lang: str = "fr"

    @property
    def place(self) -> tuple[Level, str]:
        """Level and code of the selected territory. Raises `BadInput` where none is selected."""
        if self.selected is None:
            raise BadInput("no territory is selected: choose one.")
        return self.selected

    @property
    def query(self) -> str:
        """The part of the address after the path: "" or "?r=76&m=commune..."."""
        texts = {key: write(getattr(self, name)) for key, (name, _, write) in _FIELDS.items()}
        default = {key: write(getattr(_DEFAULT, name)) for key, (name, _, write) in _FIELDS.items()}
        if texts["t"] != default["t"]:
            default["q"] = Line.THRESHOLD.value
        changed = {key: text for key, text in texts.items() if text != default[key]}
        return "?" + urlencode(changed, quote_via=quote, safe=":,") if changed else ""

    @property
    def href(self) -> str:
        """Path and query."""
        return self.page + self.query

    @property
    def question(self) -> Question:
        """What is asked of the estimate."""
        return Question(self.definition, self.scenario, self.threshold, self.miss)

    @property
    def within(self) -> Perimeter:
        """Where the territories shown lie: the perimeter, else the région, else the country."""
        return Perimeter(*self.perimeter) if self.perimeter else perimeter(self.region)

    @property
    def of_table(self) -> "Choice":
        """The part of the choice that decides the rows of the table and their classes."""
        kept = replace(self, verdicts=(), categories=(), selected=None, others=(), plan=None, other=None, district="")
        kept = replace(kept, quadrants=(), beside=_DEFAULT.beside)
        return replace(kept, against=_DEFAULT.against, is_flipping=_DEFAULT.is_flipping)


def read(page: str | None, query: str | None) -> tuple[Choice, tuple[Notice, ...]]:
    """The choice an address stands for, and the values that had to be replaced."""
    given, notices = {}, []
    for key, values in parse_qs((query or "").lstrip("?"), keep_blank_values=False).items():
        if key not in _FIELDS:
            continue
        name, parse, _ = _FIELDS[key]
        try:
            given[name] = parse(values[-1])
        except ValueError:
            notices.append(Notice(key, values[-1]))
    if given.get("threshold", _DEFAULT.threshold) != _DEFAULT.threshold:
        # An address that names another line asks about it.
        given = {"line": Line.THRESHOLD} | given
    return replace(_DEFAULT, page=page or "/", **given), tuple(notices)


def _mesh(text: str) -> Level:
    level = Level(text)
    if level not in MESHES:
        raise ValueError(text)
    return level


def _percent(text: str) -> float:
    percent = round(float(text.replace(",", ".")), 1)
    if not MIN_PERCENT <= percent <= MAX_PERCENT:
        raise ValueError(text)
    return round(percent / 100, 4)


def _miss(text: str) -> float:
    cost = float(text.replace(",", "."))
    if cost not in MISSES:
        raise ValueError(text)
    return cost


def _own_line(text: str) -> float | None:
    """Any share but none and all."""
    percent = round(float(text.replace(",", ".")), 1)
    if not 0 < percent < 100:
        raise ValueError(text)
    return round(percent / 100, 4)


def _minutes(text: str) -> float:
    minutes = round(float(text.replace(",", ".")))
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise ValueError(text)
    return float(minutes)


def _families(text: str) -> tuple[Family, ...]:
    """At least one, in the order of the families."""
    given = _several(Family)(text)
    return tuple(family for family in Family if family in given) or tuple(Family)


def _lang(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError(text)
    return text


def _selected(text: str) -> tuple[Level, str] | None:
    if not text:
        return None
    level, _, code = text.partition(":")
    return Level(level), _code(code)


def _other(text: str) -> tuple[Level, str]:
    level, _, code = text.partition(":")
    return Level(level), _code(code)


def _perimeter(text: str) -> tuple[Level, str] | None:
    result = _selected(text)
    if result is not None and result[0] not in PERIMETERS:
        raise ValueError(text)
    return result


def _code(text: str) -> str:
    if not text or not all(c.isalnum() or c in "_-" for c in text):
        raise ValueError(text)
    return text


def _against(text: str) -> str:
    if text not in COMPARATORS:
        raise ValueError(text)
    return text


def _yes(text: str) -> bool:
    if text != "1":
        raise ValueError(text)
    return True


def plan_of(text: str | None) -> tuple[str, int] | None:
    """A plan and its version as an address writes them: "ab12" or "ab12.3"."""
    if not text:
        return None
    identifier, _, version = text.partition(".")
    return _code(identifier), int(version or 0)


def written_plan(plan: tuple[str, int] | None) -> str:
    """The other way round; "" for no plan."""
    return "" if plan is None else f"{plan[0]}.{plan[1]}" if plan[1] else plan[0]


T = TypeVar("T")


def _several(parse: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    return lambda text: tuple(dict.fromkeys(parse(item) for item in text.split(",") if item))


def _write_selected(selected: tuple[Level, str] | None) -> str:
    return "" if selected is None else f"{selected[0].value}:{selected[1]}"


_FIELDS: dict[str, tuple[str, Callable[[str], Any], Callable[[Any], str]]] = {
    "r": ("region", _code, str),
    "z": ("perimeter", _perimeter, _write_selected),
    "m": ("mesh", _mesh, str),
    "q": ("line", Line, str),
    "t": ("threshold", _percent, lambda share: f"{round(share * 100, 1):g}"),
    "x": ("miss", _miss, "{:g}".format),
    "d": ("definition", _code, str),
    "sc": ("scenario", _code, str),
    "v": ("verdicts", _several(Verdict), ",".join),
    "c": ("categories", _several(_code), ",".join),
    "s": ("selected", _selected, _write_selected),
    "ar": ("district", _code, str),
    "a": ("against", _against, str),
    "f": ("is_flipping", _yes, lambda is_on: "1" if is_on else ""),
    "p": ("plan", plan_of, written_plan),
    "p2": ("other", plan_of, written_plan),
    "min": ("minutes", _minutes, "{:g}".format),
    "fa": ("families", _families, ",".join),
    "k": ("quadrants", _several(Quadrant), ",".join),
    "w": ("beside", SecondMap, str),
    "i": ("indicator", _code, str),
    "cl": ("cut", Cut, str),
    "l": ("own_line", _own_line, lambda share: "" if share is None else f"{round(share * 100, 1):g}"),
    "ci": ("has_circles", _yes, lambda is_on: "1" if is_on else ""),
    "co": ("columns", _several(_code), ",".join),
    "b": ("others", _several(_other), lambda places: ",".join(map(_write_selected, places))),
    "lang": ("lang", _lang, str),
}
"""Key in the address: (field, how it is read, how it is written)."""

_DEFAULT = Choice()
