"""What a planner asks for: whom to reach, with how many teams, from where, under which rules. No database here."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from geodata.errors import BadInput
from geodata.survey import DEFAULT, FIVE_NETWORKS

COMMUNES = "communes"
"""Candidates: a point of every commune. Anything else is a category of services."""


class Aim(StrEnum):
    """Whom to reach."""

    ISOLATED = "isolated"
    """Expected isolated people (modelled)."""

    ISOLATED_70 = "isolated_70"
    """Those aged 70 and over (modelled)."""

    RESIDENTS = "residents"
    """Residents of the definition's ages (observed)."""

    RESIDENTS_65 = "residents_65"
    """Residents aged 65 and over (observed)."""


MODELLED = (Aim.ISOLATED, Aim.ISOLATED_70)


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


@dataclass(frozen=True)
class Request:
    """What is asked. `departements`: those of the région to plan for, all when empty. `existing`: categories whose
    services count as teams in place; `own_teams` are added to them. When both are empty nothing is known of teams in
    place and `says_none_known` is the planner's word that the plan may start from there.

    `candidates` is `communes` or a category; `forced` and `excluded` are candidates. `floor_share` is a fraction;
    `cost` (of one team), `costs` (of one team at some sites) and `budget` are in the same money; `cost` and `budget` go
    together, and `costs` with them.
    """

    region: str
    teams: int = 10
    minutes: float = 20.0
    departements: tuple[str, ...] = ()
    aim: Aim = Aim.ISOLATED
    candidates: str = COMMUNES
    existing: tuple[str, ...] = ()
    own_teams: tuple[OwnTeam, ...] = ()
    says_none_known: bool = False
    floor_teams: int = 0
    floor_share: float = 0.0
    forced: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    cost: float | None = None
    costs: tuple[SiteCost, ...] = ()
    budget: float | None = None
    definition: str = FIVE_NETWORKS.id
    scenario: str = DEFAULT.id

    def cost_at(self, site: str) -> float | None:
        """What a team costs at a site; None when money is not counted."""
        return next((one.cost for one in self.costs if one.site == site), self.cost)

    def to_dict(self) -> dict:
        """The request as JSON writes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Request":
        """The request that `to_dict` wrote. Raises `BadInput` for what it cannot hold."""
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(written) - known):
            raise BadInput(f"request: {', '.join(unknown)} is not known; {', '.join(sorted(known))} are.")
        try:
            given = {key: tuple(value) if isinstance(value, list) else value for key, value in written.items()}
            teams = tuple(OwnTeam(**team) for team in given.get("own_teams", ()))
            costs = tuple(SiteCost(**cost) for cost in given.get("costs", ()))
            return cls(**given | {"own_teams": teams, "costs": costs, "aim": Aim(given.get("aim", Aim.ISOLATED))})
        except (TypeError, ValueError) as error:
            raise BadInput(f"request: {error}. Give it back as it was exported.") from error
