"""The choice of teams that can accompany only so many people each: its people, its sites, what is best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from geodata.methods.siting.arrays import CheckedRequest
from geodata.methods.siting.assignment import Assignment
from geodata.methods.siting.problem import Problem, merged

REACHED = 1e-6
"""What a person reached counts beside one accompanied: among equals, a choice reaches the most people."""


@dataclass(frozen=True, eq=False)
class Capacitated:
    """Choose teams among the candidates of `rules`, which holds their number, the budget, the floors and whom they
    newly reach, to accompany the most people.

    `reach`: (areas, sites) CSR of ones, the candidates first, then the sites that are open already, which hold `fixed`
    (sites,) teams each. `demand`: (areas,) people. `before`: people whom the existing teams accompany.
    """

    rules: Problem
    reach: sparse.csr_array
    catchment: sparse.csr_array
    demand: np.ndarray
    capacity: float
    teams_at_site: int
    fixed: np.ndarray
    before: float

    @property
    def candidates(self) -> int:
        return len(self.rules.cost)

    def assignment(self, sites: Iterable[int] = ()) -> Assignment:
        """Whom the open sites, and these candidates, accompany."""
        open_already = np.repeat(np.arange(len(self.fixed)), self.fixed)
        return Assignment(self.catchment, self.demand, self.capacity).reopen([*open_already, *sites])

    def accompanied(self, sites: Iterable[int]) -> float:
        """People newly accompanied once teams open at `sites`."""
        return self.assignment(sites).total - self.before

    def value(self, sites: Sequence[int]) -> float:
        """What is best: people accompanied, then people reached."""
        return self.accompanied(sites) + REACHED * self.rules.reached(sites)


def capacitated(request: CheckedRequest, demand: np.ndarray) -> Capacitated:
    """The choice that a request leaves, for the people of `demand`."""
    opened, teams = np.unique(np.concatenate([request.existing, request.forced]), return_counts=True)
    order = np.concatenate([request.allowed, opened])
    fixed = np.concatenate([np.zeros(len(request.allowed), np.int64), teams])
    areas = len(demand)
    plain = Problem(
        *(request.reach[:, order].tocsr(), demand, 1, np.zeros(len(order)), np.inf, np.zeros(len(order), int)),
        *(np.zeros(1, int), np.zeros(areas, int), np.zeros(areas), np.zeros(1)),
    )
    small, _ = merged(plain)
    catchment = small.reach.T.tocsr()
    before = np.isin(order, request.existing).nonzero()[0]
    already = Assignment(catchment, small.demand, request.capacity).reopen(before).total
    return Capacitated(
        rules=request.problem(demand),
        reach=small.reach,
        catchment=catchment,
        demand=small.demand,
        capacity=request.capacity,
        teams_at_site=request.teams_at_site,
        fixed=fixed,
        before=already,
    )
