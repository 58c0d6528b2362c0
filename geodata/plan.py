"""A plan: where new teams go, whom they reach, and how far from the best possible that can be."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Aim(StrEnum):
    """What the best plan is best at."""

    REACHED = "reached"
    """Most people newly within the minutes of a team (maximal covering; Church & ReVelle 1974)."""

    ACCOMPANIED = "accompanied"
    """Most people newly accompanied, each by one team that reaches them and none by more than its capacity (capacitated
    maximal covering; Current & Storbeck 1988); among equals, the most people reached."""

    WORST_TENTH = "worst_tenth"
    """Fewest minutes, on average, for the tenth of the people farthest from any team: between p-centre and p-median
    (Ogryczak & Zawadzki 2002, conditional median)."""


class BoundBy(StrEnum):
    """What proves that no plan does better than `Plan.bound`."""

    PRICES = "prices"
    """Lagrangian prices, checked in plain numpy on the whole problem."""

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
    FLOOR_OVER_CAPACITY = "floor_over_capacity"
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
    """The new teams at one place. Amounts are in units of the demand (people), not rounded.

    `rank` counts from 1: sites are in the order in which to open them, each reaching the most people that existing
    and earlier sites do not. `reached` counts those, so that `reached` adds up to the plan's without double counting;
    `within` counts everybody within the minutes, and `overlap` is the difference. `teams` is how many teams it holds,
    `accompanied` how many people they accompany (None without a capacity) and `cost` what they cost.

    `second` is the candidate that would take its place best if this one could not open, None when there is none, and
    `second_loss` how many fewer people the plan would then newly reach; where the aim is the worst served tenth,
    `second_min` is how many minutes that tenth would have more, and `second_loss` None.

    `share_of_draws` is the share of the draws in which this candidate is chosen (see `mclp`), None without draws.
    """

    id: str
    rank: int
    group: str | None
    is_forced: bool
    reached: float
    within: float
    cost: float | None
    share_of_draws: float | None
    teams: int = 1
    accompanied: float | None = None
    second: str | None = None
    second_loss: float | None = None
    second_min: float | None = None

    @property
    def overlap(self) -> float:
        return self.within - self.reached


@dataclass(frozen=True)
class Coverage:
    """The people of one group of areas (a département), reached by existing sites, by new ones, or by none.

    `reached_low` and `reached_high` are quantiles of `reached` over the draws, as in `Plan`; `inside` is the part of
    the people reached by a site, existing or new, of the group itself; `accompanied` those whom new teams accompany,
    None without a capacity.
    """

    group: str
    people: float
    reached_before: float
    reached: float
    unserved: float
    teams: int
    inside: float | None = None
    accompanied: float | None = None
    reached_low: float | None = None
    reached_high: float | None = None

    @property
    def share(self) -> float:
        """Share of the people reached by any site; 1 where there is nobody."""
        return 1 - self.unserved / self.people if self.people else 1.0

    @property
    def share_inside(self) -> float:
        """Share of the people reached by a site of the group itself; that of any site in plans that do not tell."""
        if self.inside is None:
            return self.share
        return self.inside / self.people if self.people else 1.0


@dataclass(frozen=True)
class FloorKept:
    """What a floor asks of one group and what the plan gives it: teams, and a share of its people.

    `share` is None where no share is asked for.
    """

    name: str
    group: str
    teams_least: int
    teams: int
    share_least: float
    share: float | None

    @property
    def is_kept(self) -> bool:
        return self.teams >= self.teams_least and (self.share is None or self.share >= self.share_least - 1e-6)


@dataclass(frozen=True)
class Regret:
    """What this plan loses, as a share of what the best plan found for each draw does there: on average over the
    draws, and in the one in twenty where it loses the most."""

    mean: float
    high: float


@dataclass(frozen=True)
class Plan:
    """Where `teams` new teams go, and what they do for people within `minutes` (inclusive).

    People: `reached_before` by existing sites, `reached` by the new ones only, `unserved` by none, adding up to
    `people`; `overlap` are those whom two sites or more reach, each counted once; `unreachable` is the part of
    `unserved` that no site could reach. `reached_low` and `reached_high` are the 5 % and 95 % quantiles of `reached`
    over the draws for these very sites, None without draws. `accompanied` are those whom new teams of `capacity` people
    accompany, None without a capacity. `worst_tenth_min` is the mean time to the nearest team of the tenth of the
    people farthest from one; people whom no pair joins to a team count as `farthest_min`, the longest time given.

    `bound`: no plan that keeps to the request does better at `aim`; `gap` is the share of it that this plan may miss.
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
    aim: Aim = Aim.REACHED
    capacity: float | None = None
    accompanied: float | None = None
    worst_tenth_min: float | None = None
    farthest_min: float | None = None
    floors: tuple[FloorKept, ...] = ()
    regret: Regret | None = None

    @property
    def value(self) -> float:
        """What `bound` bounds: people, or minutes for the worst served tenth."""
        values = {
            Aim.REACHED: self.reached,
            Aim.ACCOMPANIED: self.accompanied,
            Aim.WORST_TENTH: self.worst_tenth_min,
        }
        value = values[self.aim]
        assert value is not None, f"a plan for {self.aim} tells what it is best at"
        return value

    @property
    def gap(self) -> float:
        """At most this share of the best possible is missed."""
        best, worst = (self.bound, self.value) if self.aim != Aim.WORST_TENTH else (self.value, self.bound)
        return float(1 - worst / best) if best > worst else 0.0

    @property
    def team_count(self) -> int:
        """New teams placed, several at some sites perhaps."""
        return sum(site.teams for site in self.sites)

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
                "aim": Aim(written.get("aim", Aim.REACHED)),
                "floors": tuple(FloorKept(**floor) for floor in written.get("floors", ())),
                "regret": Regret(**written["regret"]) if written.get("regret") else None,
            }
        )
