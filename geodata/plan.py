"""A plan: where new teams go, whom they reach, and how far from the best possible that can be."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class BoundBy(StrEnum):
    """What proves that no plan reaches more than `Plan.bound`."""

    PRICES = "prices"
    """Lagrangian prices, checked by `geodata.methods.siting.bound.upper_bound` on the whole problem."""

    SEARCH = "search"
    """Branch and bound (HiGHS, tolerance 1e-6) over every candidate that the prices do not rule out."""


class Deviation(StrEnum):
    """Where a plan departs from what was asked, or what its reader has to know."""

    FEWER_TEAMS = "fewer_teams"
    """Fewer sites than teams: nobody new is within reach of one more, or the budget is spent."""

    STOPPED_BY_CLOCK = "stopped_by_clock"
    """The search was cut by its seconds: the same request may give other sites on another run."""

    UNREACHABLE = "unreachable"
    """Some people are within reach of no site, existing or allowed (`Plan.unreachable`)."""


class ConflictKind(StrEnum):
    """How a request contradicts itself."""

    FORCED_AND_EXCLUDED = "forced_and_excluded"
    FORCED_WHERE_EXISTING = "forced_where_existing"
    FORCED_OVER_TEAMS = "forced_over_teams"
    FORCED_OVER_BUDGET = "forced_over_budget"
    NOBODY_NEW = "nobody_new"
    FLOOR_OVER_CANDIDATES = "floor_over_candidates"
    FLOOR_OVER_TEAMS = "floor_over_teams"
    FLOOR_OVER_BUDGET = "floor_over_budget"
    FLOOR_OVER_REACH = "floor_over_reach"
    FLOOR_IMPOSSIBLE = "floor_impossible"
    FLOOR_NOT_FOUND = "floor_not_found"


@dataclass(frozen=True)
class Conflict:
    """One contradiction: its words in English, the sites or groups concerned, what was asked and what is possible."""

    kind: ConflictKind
    sentence: str
    places: tuple[str, ...] = ()
    asked: float | None = None
    possible: float | None = None


@dataclass(frozen=True)
class Site:
    """One new team. Amounts are in units of the demand (people), not rounded.

    `rank` counts from 1: sites are in the order in which to open them, each reaching the most people that existing
    and earlier sites do not. `reached` counts those, so that `reached` adds up to the plan's without double counting;
    `within` counts everybody within the minutes, and `overlap` is the difference. `share_of_draws` is the share of
    the draws in which this candidate is chosen (see `mclp`), None without draws.
    """

    id: str
    rank: int
    group: str | None
    is_forced: bool
    reached: float
    within: float
    cost: float | None
    share_of_draws: float | None

    @property
    def overlap(self) -> float:
        return self.within - self.reached


@dataclass(frozen=True)
class Coverage:
    """The people of one group of areas (a département), reached by existing sites, by new ones, or by none."""

    group: str
    people: float
    reached_before: float
    reached: float
    unserved: float
    teams: int

    @property
    def share(self) -> float:
        """Share of the people reached by any site; 1 where there is nobody."""
        return 1 - self.unserved / self.people if self.people else 1.0


@dataclass(frozen=True)
class Plan:
    """Where `teams` new teams go so that the most people are newly within `minutes` (inclusive).

    People: `reached_before` by existing sites, `reached` by the new ones only, `unserved` by none, adding up to
    `people`; `overlap` are those whom two sites or more reach, each counted once; `unreachable` is the part of
    `unserved` that no site could reach. `reached_low` and `reached_high` are the 5 % and 95 % quantiles of `reached`
    over the draws for these very sites, None without draws.

    `bound`: no plan that keeps to the request newly reaches more; `gap` is the share of it that this plan may miss.
    """

    sites: tuple[Site, ...]
    teams: int
    minutes: float
    existing: tuple[str, ...]
    people: float
    reached_before: float
    reached: float
    overlap: float
    unserved: float
    unreachable: float
    reached_low: float | None
    reached_high: float | None
    groups: tuple[Coverage, ...]
    bound: float
    bound_by: BoundBy
    seconds: float
    deviations: tuple[Deviation, ...]

    @property
    def gap(self) -> float:
        """At most this share of the best possible `reached` is missed."""
        return float(1 - self.reached / self.bound) if self.bound > self.reached else 0.0

    @property
    def share(self) -> float:
        """Share of the people reached by any site; 1 where there is nobody."""
        return 1 - self.unserved / self.people if self.people else 1.0

    @property
    def lowest(self) -> Coverage | None:
        """The group with the smallest share reached, None without groups."""
        return min(self.groups, key=lambda coverage: coverage.share, default=None)

    def to_dict(self) -> dict:
        """The plan as JSON writes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Plan":
        """The plan that `to_dict` wrote."""
        return cls(
            **written
            | {
                "sites": tuple(Site(**site) for site in written["sites"]),
                "groups": tuple(Coverage(**coverage) for coverage in written["groups"]),
                "existing": tuple(written["existing"]),
                "bound_by": BoundBy(written["bound_by"]),
                "deviations": tuple(Deviation(deviation) for deviation in written["deviations"]),
            }
        )
