"""What is told beside a plan: why its sites, what other aims would give, what more teams would bring."""

from dataclasses import asdict, dataclass
from typing import Any

from geodata.plan import Aim


@dataclass(frozen=True)
class Reason:
    """`places`: the communes where most of the people live whom a site reaches first (see `Site.reached`), the most
    peopled first; `elsewhere`: the share of these people who live in another département; `second`: name of the place
    that would replace it best; `travel`: how the minutes to it are known."""

    places: tuple[str, ...]
    elsewhere: float
    second: str | None
    travel: str

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Reason":
        records: dict[str, Any] = {**written, "places": tuple(written["places"])}
        return cls(**records)


@dataclass(frozen=True)
class Other:
    """The best plan found for an aim, under the same rules, and its proven gap. `worst_tenth_min` is None where no trip
    longer than the minutes is known."""

    aim: Aim
    reached: float
    accompanied: float | None
    worst_tenth_min: float | None
    gap: float


@dataclass(frozen=True)
class Point:
    """So many teams, without the floors, newly reach `reached` people; none could reach more than `bound`."""

    teams: int
    reached: float
    bound: float


@dataclass(frozen=True)
class Within:
    """As many teams as are asked for, without the floors, newly reach `reached` people within so many minutes; none
    could reach more than `bound`."""

    minutes: float
    reached: float
    bound: float


@dataclass(frozen=True)
class TradeOffs:
    """The other aims of a plan, the plan's own first, and the curves of people reached against teams and against
    minutes. `free`: the sites that as many teams would have without the floors, None where there is none."""

    others: tuple[Other, ...]
    curve: tuple[Point, ...]
    free: tuple[str, ...] | None = None
    by_minutes: tuple[Within, ...] = ()

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "TradeOffs":
        others = tuple(Other(**one | {"aim": Aim(one["aim"])}) for one in written["others"])
        free = written.get("free")
        curve = tuple(Point(**one) for one in written["curve"])
        by_minutes = tuple(Within(**one) for one in written.get("by_minutes", ()))
        return cls(others, curve, None if free is None else tuple(free), by_minutes)
