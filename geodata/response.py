"""What stands against the need of one territory: its services by family, its care pathways, and what is not known.

Nouns only; `geodata.need` computes them from the store. "Not known" is a state of its own: it is never a gap.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geodata.pathway import Concerned, Function, Pathway
from geodata.service import Family
from geodata.territory import Territory


def is_timed(travel_min: Any, position: Any) -> Any:
    """Whether minutes mean something, of one service or of a column of them: none do inside a commune to a service that
    is known by its commune alone, for it was put at the very point from which they are counted."""
    return (travel_min != 0) | (position == "point")


class Response(StrEnum):
    """Response of one family: within reach and not few, farther than the minutes asked, within reach but in the lowest
    quarter of comparable places, or not known for want of a complete source. Far and few are two facts."""

    PRESENT = "present"
    FAR = "far"
    SCARCE = "scarce"
    UNKNOWN = "unknown"


WEAK = (Response.FAR, Response.SCARCE)
"""Responses that are found wanting."""


class Together(StrEnum):
    """The responses of several families taken together."""

    FEW = "few"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Quadrant(StrEnum):
    """Need crossed with responses. The first three are probable needs (above or likely above the line)."""

    FEW = "need_few"
    PRESENT = "need_present"
    UNKNOWN = "need_unknown"
    UNDECIDED = "undecided"
    LESS_NEED = "less_need"
    NOT_PUBLISHED = "not_published"


class Link(StrEnum):
    """A category of service, or a function of a pathway: within reach, missing from complete lists, or not known."""

    PRESENT = "present"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Counted:
    """A service that was counted. `origins` are the identifiers that each source gives it; `travel_min` from the
    territory's point (its communes' nearest for a larger territory), None when it stands inside without a distance."""

    id: str
    name: str
    category: str
    family: Family
    code_insee: str
    source: str
    origins: tuple[str, ...]
    seen_on: str | None
    position: str
    travel_min: float | None

    @property
    def timed_min(self) -> float | None:
        """Minutes that mean something (`is_timed`); None where all that is known is that it stands here."""
        return self.travel_min if is_timed(self.travel_min, self.position) else None


@dataclass(frozen=True)
class FromSquares:
    """What residents reach from the squares where they live, rather than from one point of their commune.

    `shares` pairs minutes with the share of residents that reach the family in that time; `covered` is the share of
    residents whose commune has squares (1 for a commune), the only ones that `shares` and `median_min` speak of;
    `median_min` is None where half of them reach none within an hour (whole minutes above the commune). `squares` is
    their number, `side_m` their side, `imputed` the share of residents in those that their producer imputed in part;
    `iris` is the number of IRIS, each at one point, that stand for squares where a commune has none.
    """

    shares: tuple[tuple[float, float], ...]
    median_min: float | None
    covered: float
    squares: int
    side_m: int
    imputed: float
    producer: str
    vintage: str | None
    iris: int = 0


@dataclass(frozen=True)
class FamilyResponse:
    """One family, over its categories that count as a response. `inside`: services standing in the territory (None: not
    known); `nearest`: None when none is reachable or known; `score` is the E2SFCA one and `is_lowest_quarter` compares
    it with territories of the same density class.

    `far_share` and `scarce_share` are the shares of residents who live where the family is surely too far, and where it
    is within reach but in the lowest quarter: what `response` rests on; `is_compared` whether the quarter is known
    where most of them live. `within` pairs minutes with the share of residents and of expected isolated people that
    reach the family in that time, for every level (a commune: 0 or 1, or a share of its residents where `squares` says
    where they live); they are what is certain: for `unknown_share` of the residents nothing can be said at the minutes
    shown.
    `complete`, `partial` and `unknown` are the categories whose sources are complete,
    incomplete or absent here. `rank` is the share of comparable communes that do no better, and `rank_low, rank_high`
    its range over the variants of the access model; for communes only.
    """

    family: Family
    response: Response
    inside: int | None
    nearest: Counted | None
    score: float | None
    is_lowest_quarter: bool | None
    within: tuple[tuple[float, float | None, float | None], ...]
    partial: tuple[str, ...]
    unknown: tuple[str, ...]
    complete: tuple[str, ...] = ()
    unknown_share: float | None = None
    rank: float | None = None
    rank_low: float | None = None
    rank_high: float | None = None
    far_share: float = 0.0
    scarce_share: float = 0.0
    is_compared: bool = False
    squares: FromSquares | None = None


@dataclass(frozen=True)
class CategoryLink:
    """One category with its state and the nearest service when there is one."""

    category: str
    state: Link
    nearest: Counted | None


@dataclass(frozen=True)
class FunctionResponse:
    """One function of a pathway and the categories that may serve it, main ones first.

    `is_listed`: whether any list of this database, in any département, tells of one of its main categories; where none
    does, the function is not known anywhere and `function.files` says what to add.
    """

    function: Function
    state: Link
    links: tuple[CategoryLink, ...]
    is_listed: bool

    @property
    def nearest(self) -> Counted | None:
        """The nearest service that serves it; None when none is known within reach."""
        present = [link.nearest for link in self.links if link.state is Link.PRESENT and link.nearest is not None]
        return min(present, key=lambda counted: (counted.travel_min or 0.0, counted.id), default=None)


@dataclass(frozen=True)
class PathwayResponse:
    """A care pathway, function by function, in the order a person meets them; `concerned` is None where nobody counts
    its public in the territory."""

    pathway: Pathway
    functions: tuple[FunctionResponse, ...]
    concerned: Concerned | None = None

    def of_state(self, state: Link) -> tuple[FunctionResponse, ...]:
        """Functions in this state."""
        return tuple(function for function in self.functions if function.state is state)


@dataclass(frozen=True)
class Responses:
    """Everything set against the need of one territory, at `minutes` of travel.

    `articulation`: how many of the three families are within reach, None when one is not known. `is_robust`: the
    quadrant stays the same with other minutes and another quarter; None when nothing can be compared. `corrections`
    are the identifiers of the agency's corrections taken into account. `links`: every category of the database, its
    state and the nearest service that was counted.
    """

    territory: Territory
    minutes: float
    quadrant: Quadrant
    families: tuple[FamilyResponse, ...]
    pathways: tuple[PathwayResponse, ...]
    articulation: int | None
    is_robust: bool | None
    travel_method: str
    corrections: tuple[str, ...]
    links: tuple[CategoryLink, ...] = ()

    def family(self, family: Family) -> FamilyResponse:
        """The response of one family."""
        return next(f for f in self.families if f.family is family)
