"""What a planner asks for: whom to reach, with how many teams, from where, under which rules. No database here."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from geodata.errors import BadInput
from geodata.minutes import DEFAULT_MINUTES
from geodata.plan import Aim
from geodata.question import DEFAULT_DEFINITION, DEFAULT_SCENARIO, Question

COMMUNES = "communes"
"""Candidates: a point of every commune. Anything else is a category of services."""


TOWNS = "towns"
"""Candidates: the most peopled commune of each EPCI, and those of so many residents that no larger one is near."""

EQUIPPED = "equipped"
"""Candidates: communes with a town hall, and a library, a community centre or a shared place, where a team can meet."""

SLACK = {Aim.REACHED: 0.01, Aim.ACCOMPANIED: 0.01, Aim.WORST_TENTH: 0.05}
"""Share of what a plan is best at that is given up, at most, for larger towns: who reads a plan expects the town.
Minutes are not known to 5 % (`geodata.methods.travel`)."""

CAR = "car"
"""The only way to travel that is counted: no source here tells the timetables of public transport, and on foot nothing
beyond a commune would be within reach of its one point."""


class Public(StrEnum):
    """Whom to reach."""

    ISOLATED = "isolated"
    """Expected isolated people (modelled)."""

    ISOLATED_70 = "isolated_70"
    """Those aged 70 and over (modelled)."""

    RESIDENTS = "residents"
    """Residents of the definition's ages (observed)."""

    RESIDENTS_65 = "residents_65"
    """Residents aged 65 and over (observed)."""


MODELLED = (Public.ISOLATED, Public.ISOLATED_70)


@dataclass(frozen=True)
class OwnTeam:
    """An existing team that the planner knows of and no source lists, at its commune."""

    name: str
    code_insee: str


@dataclass(frozen=True)
class SiteCost:
    """What a team costs at one candidate, where it is not what a team costs elsewhere."""

    site: str
    cost: float


class FloorBy(StrEnum):
    """What each has a floor of its own."""

    DEPARTEMENT = "departement"
    EPCI = "epci"
    TVS = "tvs"


class FloorPublic(StrEnum):
    """Whom the share of a floor counts."""

    SAME = "same"
    """Those whom the plan is for."""

    OLDEST = "oldest"
    """Residents aged 75 and over (census)."""

    EXPOSED = "exposed"
    """Those whom the plan is for who live in the quarter of the communes where the most sides of life add up."""


@dataclass(frozen=True)
class Request:
    """What is asked. `departements`: those of the région to plan for, all when empty. `existing`: categories whose
    services count as teams in place; `own_teams` are added to them. When both are empty nothing is known of teams in
    place and `says_none_known` is the planner's word that the plan may start from there.

    `aim` is what the best plan is best at, for the people of `public`. `capacity`: people that one team accompanies
    (none: the plan only tells who is within reach); `team`: the kind of team that it is the figure of
    (`geodata.team.KINDS`), or "". `teams_at_site`: how many one site may hold.

    `candidates` is `towns` (of `least_residents` residents of the definition's ages), `equipped`, `communes` or a
    category; `forced`, `excluded` and `opened` are candidates: the last are teams of the plan that opened, which no
    later answer moves. `floor_teams`, and `floor_share` (a fraction) of `floor_public`, are the least of every
    `floor_by`, counting sites inside it unless `floor_anywhere`. `cost` (of one team), `costs` (of one team at some
    sites) and `budget` are in the same money; `cost` and `budget` go together, and `costs` with them.
    """

    region: str
    teams: int = 10
    minutes: float = DEFAULT_MINUTES
    departements: tuple[str, ...] = ()
    public: Public = Public.ISOLATED
    aim: Aim = Aim.REACHED
    team: str = ""
    capacity: float | None = None
    teams_at_site: int = 1
    travel: str = CAR
    candidates: str = TOWNS
    least_residents: int = 2_000
    existing: tuple[str, ...] = ()
    own_teams: tuple[OwnTeam, ...] = ()
    says_none_known: bool = False
    floor_teams: int = 0
    floor_share: float = 0.0
    floor_by: FloorBy = FloorBy.DEPARTEMENT
    floor_public: FloorPublic = FloorPublic.SAME
    floor_anywhere: bool = False
    forced: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    cost: float | None = None
    costs: tuple[SiteCost, ...] = ()
    budget: float | None = None
    definition: str = DEFAULT_DEFINITION
    scenario: str = DEFAULT_SCENARIO

    @property
    def question(self) -> Question:
        """Under which definition and scenario people are counted."""
        return Question(self.definition, self.scenario)

    def cost_at(self, site: str) -> float | None:
        """What a team costs at a site; None when money is not counted."""
        return next((one.cost for one in self.costs if one.site == site), self.cost)

    def to_dict(self) -> dict:
        """The request as JSON writes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Request":
        """The request that `to_dict` wrote. Raises `BadInput` for what it cannot hold."""
        names = {f.name for f in fields(cls)}
        if unknown := sorted(set(written) - names):
            raise BadInput(f"request: {', '.join(unknown)} is not known; {', '.join(sorted(names))} are.")
        try:
            given: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in written.items()
            }
            teams = tuple(OwnTeam(**team) for team in given.get("own_teams", ()))
            costs = tuple(SiteCost(**cost) for cost in given.get("costs", ()))
            given |= {"own_teams": teams, "costs": costs} | _enums(given)
            return cls(**given)
        except (TypeError, ValueError) as error:
            raise BadInput(f"request: {error}. Give it back as it was exported.") from error


def _enums(given: dict) -> dict:
    """The words of a request that are from a list. A plan written when floors counted sites anywhere, and `aim` was the
    public, is read as it was."""
    aim, public = given.get("aim", Aim.REACHED), given.get("public", Public.ISOLATED)
    is_old = "public" not in given
    if is_old and aim in list(Public):
        aim, public = Aim.REACHED, aim
    return {
        "aim": Aim(aim),
        "public": Public(public),
        "floor_by": FloorBy(given.get("floor_by", FloorBy.DEPARTEMENT)),
        "floor_public": FloorPublic(given.get("floor_public", FloorPublic.SAME)),
        "floor_anywhere": bool(given.get("floor_anywhere", is_old)),
    }
