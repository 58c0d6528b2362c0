"""An objective of the regional health plan (PRS) that can be followed: a share of people within reach of a team.

It follows access, which moves when a team opens. It never follows isolation itself: that is modelled from who lives
where, so it does not know what is done locally and cannot tell the effect of an action.
"""

from dataclasses import asdict, dataclass

import numpy as np

from geodata.errors import BadInput
from geodata.planning import Case
from geodata.request import Request


@dataclass(frozen=True)
class Objective:
    """In each département, `target` (a share) of the people of `request.aim` within `request.minutes` of a team, by
    `year`. `axis`: the line of the plan that it answers. `baseline`: the share by département in the build
    `data_hash`, with the teams in place known then. `plans`: identifiers of the plans that serve it."""

    request: Request
    target: float
    year: int
    axis: str
    baseline: dict[str, float]
    data_hash: str
    plans: tuple[str, ...] = ()

    def __post_init__(self):
        if not 0 < self.target <= 1:
            raise BadInput(f"target={self.target!r}: a share above 0 and at most 1 is expected.")
        if not 2000 <= self.year <= 2100:
            raise BadInput(f"year={self.year!r}: a year from 2000 to 2100 is expected.")
        if not self.axis.strip():
            raise BadInput("axis: say which line of the regional plan the objective answers.")

    def to_dict(self) -> dict:
        """The objective as JSON writes it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict) -> "Objective":
        """The objective that `to_dict` wrote."""
        return cls(**written | {"request": Request.from_dict(written["request"]), "plans": tuple(written["plans"])})


def within_reach(case: Case, request: Request) -> dict[str, float]:
    """Share of the people of each département within the minutes of a team in place, by code."""
    demand = case.demand(request.aim)
    origins = case.pairs.loc[case.pairs["destination"].isin(case.existing), "origin"].astype(str)
    reached = np.where(demand.index.isin(origins), demand, 0.0)
    people = demand.groupby(case.communes["departement"]).sum()
    near = demand.mask(reached == 0, 0.0).groupby(case.communes["departement"]).sum()
    return {code: float(near[code] / total) for code, total in people.items() if total > 0}
