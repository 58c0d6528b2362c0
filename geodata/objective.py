"""An objective of the regional health plan (PRS) that can be followed: a share of people within reach of a team.

It follows access, which moves when a team opens. It never follows isolation itself: that is modelled from who lives
where, so it does not know what is done locally and cannot tell the effect of an action.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from geodata.errors import BadInput
from geodata.planning import Case, within_reach
from geodata.request import Request


@dataclass(frozen=True)
class Reading:
    """The shares by département read in one build (`data_hash`), and the day of it."""

    data_hash: str
    day: str
    shares: dict[str, float]


@dataclass(frozen=True)
class Objective:
    """In each département, `target` (a share) of the people of `request.public` within `request.minutes` of a team, by
    `year`. `axis`: the line of the plan that it answers. `baseline`: the share by département in the build
    `data_hash`, with the teams in place known then. `plans`: identifiers of the plans that serve it. `readings`: one
    for each build that was read since, in order."""

    request: Request
    target: float
    year: int
    axis: str
    baseline: dict[str, float]
    data_hash: str
    plans: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise BadInput(f"target={self.target!r}: a share above 0 and at most 1 is expected.")
        if not 2000 <= self.year <= 2100:
            raise BadInput(f"year={self.year!r}: a year from 2000 to 2100 is expected.")
        if not self.axis.strip():
            raise BadInput("axis: say which line of the regional plan the objective answers.")

    def read(self, reading: Reading) -> "Objective":
        """The objective with one more reading; itself when this build was read already."""
        if reading.data_hash in {self.data_hash, *(one.data_hash for one in self.readings)}:
            return self
        return replace(self, readings=(*self.readings, reading))

    def to_dict(self) -> dict:
        """The objective as JSON writes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Objective":
        """The objective that `to_dict` wrote."""
        records: dict[str, Any] = {
            "request": Request.from_dict(written["request"]),
            "plans": tuple(written["plans"]),
            "readings": tuple(Reading(**one) for one in written.get("readings", ())),
        }
        return cls(**written | records)


def access(case: Case, request: Request) -> dict[str, float]:
    """Share of the people of each département within the minutes of a team in place, by code.

    Raises `BadInput` when no team in place is known: the share is then unknown, not zero.
    """
    if not request.existing and not request.own_teams:
        raise BadInput("no team in place is known: choose categories or list teams, an unknown baseline is not zero.")
    demand = case.demand(request.public)
    people = demand.groupby(case.communes["departement"]).sum()
    near = demand.where(demand.index.isin(within_reach(case, case.existing)), 0.0)
    near = near.groupby(case.communes["departement"]).sum()
    return {code: float(near[code] / total) for code, total in people.items() if total > 0}
