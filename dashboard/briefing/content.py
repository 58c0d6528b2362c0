"""The record of a briefing: facts only, which go to JSON. What is not known is None or an empty tuple."""

from dataclasses import dataclass

from dashboard.briefing.issuer import Issuer
from dashboard.briefing.maps import Locator, Map
from geodata.actors import Actor
from geodata.district import District
from geodata.estimate import Estimate, Kind, Verdict
from geodata.pathway import Function, Pathway
from geodata.profile import Profile
from geodata.response import FamilyResponse, Responses
from geodata.service import Family
from geodata.steps import Step
from geodata.territory import Level, Territory
from geodata.workspace.records import Remark

LEVELS = tuple(Level)
"""Levels that a briefing is about: all of them."""

NEAREST = (Level.COMMUNE, Level.EPCI, Level.TVS)
"""Levels at which the nearest service means something: of a département it is the first by alphabet."""


@dataclass(frozen=True)
class Observed:
    """A figure in people, and how it came to be (`kind`): counted, or worked out from published shares. `coverage`: the
    share of the territory's residents that it tells of."""

    indicator: str
    title: str
    title_en: str
    value: float
    vintage: str
    source: str
    kind: Kind
    coverage: float


@dataclass(frozen=True)
class FamilyLine:
    """What page 2 says of a family beside its response: `seen_on` is the last date at which a source saw one of those
    that stand in the territory, `category` that of the nearest service and `is_near` whether that one stands in a
    commune of the territory; both None where the nearest means nothing (départements and wider) or is not known."""

    response: FamilyResponse
    seen_on: str | None
    category: str | None
    is_near: bool | None


@dataclass(frozen=True)
class Gap:
    """Something that complete sources show to be missing: a family, responses in a place where the need is likely, or
    functions of a pathway.

    `people`: of a place, the people expected isolated in it, rounded; None when not known or too few to be printed.
    Nobody is counted beside a family; whom a function is for stands with its pathway (`PathwayResponse.concerned`).
    """

    family: Family | None
    place: str | None
    pathway: Pathway | None
    functions: tuple[Function, ...]
    people: int | None


@dataclass(frozen=True)
class Option:
    """What a saved plan would do here: `teams` of its sites stand in the territory, at `places`. Of the people whom the
    whole plan newly brings within `minutes` of a team (`everywhere`), `reached` live here; both rounded, None when too
    few to be printed or not countable on this build. `low, high` hold 9 times in 10; None for people counted."""

    plan: str
    version: int
    name: str
    is_decided: bool
    aim: str
    minutes: float
    teams: int
    places: tuple[str, ...]
    reached: int | None
    low: int | None
    high: int | None
    everywhere: int | None


@dataclass(frozen=True)
class Sides:
    """On how many sides of life the territory is among the most exposed of comparable ones (`geodata.cumulation`).
    `exposed` is None where too few are known; `sides` name them, `all_known` those that are known."""

    exposed: int | None
    known: int
    sides: tuple[str, ...]
    all_known: tuple[str, ...]


@dataclass(frozen=True)
class SourceLine:
    """A source that the build read."""

    title: str
    producer: str
    vintage: str | None
    id: str = ""


@dataclass(frozen=True)
class CategoryTitle:
    """The name of a category in both languages."""

    id: str
    title: str
    title_en: str


@dataclass(frozen=True)
class Briefing:
    """Everything that two pages say of one territory. `parents` are the names of those that hold it, the nearest first;
    `around` is the level of the territories drawn on the map and `mapped_in` the name of the one they lie in; `choice`
    is the path and query of the page that shows the same view, after `address`. `district` is what is known of the
    district that was asked for, where the rest is of its whole city. `counted` are observed figures in people, and
    `counted_of_city` those of the city of a district, of which page 2 speaks; `associations` how many of those that
    help, care or gather are registered here (None: no list), `gaps` all of them, `places` how many territories lie
    inside, `conditions` what called for `steps`, and `remark` what the agency wrote.
    """

    profile: Profile
    national: Estimate
    against_national: Verdict
    parents: tuple[str, ...]
    district: District | None
    population: Observed | None
    counted: tuple[Observed, ...]
    people_70: int | None
    sides: Sides
    responses: Responses
    families: tuple[FamilyLine, ...]
    associations: int | None
    gaps: tuple[Gap, ...]
    places: int
    options: tuple[Option, ...]
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]
    actors: tuple[Actor, ...]
    remark: Remark | None
    categories: tuple[CategoryTitle, ...]
    around: Level
    mapped_in: str
    map: Map | None
    locator: Locator | None
    survey: str
    sources: tuple[SourceLine, ...]
    licences: tuple[str, ...]
    content_hash: str
    cog_vintage: str
    built_on: str | None
    is_synthetic: bool
    issuer: Issuer
    address: str
    choice: str
    printed_on: str
    counted_of_city: tuple[Observed, ...] = ()

    @property
    def territory(self) -> Territory:
        """The territory that the briefing is about."""
        return self.profile.territory
