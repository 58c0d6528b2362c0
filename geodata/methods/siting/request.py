"""What is asked of `geodata.methods.siting.mclp`: checked, put in the order of the ids, and turned into arrays."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.errors import BadInput, Infeasible
from geodata.methods.siting.problem import NEGLIGIBLE, Problem
from geodata.methods.travel import BOUNDARY_MIN, listed
from geodata.plan import Conflict, ConflictKind


@dataclass(frozen=True)
class Floor:
    """At least so many new `teams` in every group, and at least this `share` of the people of every group reached.

    The share counts the people within reach of existing sites too.
    """

    teams: int = 0
    share: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class SitingRequest:
    """What `mclp` is asked: at most `teams` new sites within `minutes` (inclusive) of the most people.

    - `demand`: people (>= 0) by area: expected isolated people, or residents.
    - `travel`: pairs with `origin` (area), `destination` (candidate site) and `minutes`, as
      `geodata.methods.travel.travel` makes them from points; a pair that is absent is out of reach, and every
      destination is a candidate. Or a sparse matrix (areas x areas, in the order of `demand`), when every area is a
      candidate: an entry that is not stored is out of reach, a stored zero is the same place.
    - `existing`: candidates that are open already; whom they reach is not newly reached, and they take no team.
      `forced`: candidates that must be chosen; `excluded`: candidates that must not.
    - `by`: group (a département) of every area and of every candidate that may be chosen, for the table of the plan and
      for `floor`, which holds in every group that has people.
    - `cost` (> 0, by candidate) and `budget`, together: what the chosen sites may cost in all.
    - `draws`: (areas x draws) demands, each of which could be the true one. Once the plan is found, each draw is solved
      by the better of two heuristics, greedy with exact one-swap and exact one-swap from the plan's sites, and
      `Site.share_of_draws` counts these answers. This takes time beyond `seconds`.
    - `seconds`: how long to look for the plan; checked between steps, so that the last answer may be a little late. A
      search that it cuts says `STOPPED_BY_CLOCK`; any other (`math.inf`) gives the same plan at each call.
    """

    demand: pd.Series
    travel: pd.DataFrame | sparse.sparray | sparse.spmatrix
    teams: int
    minutes: float
    existing: Collection = ()
    forced: Collection = ()
    excluded: Collection = ()
    by: pd.Series | None = None
    floor: Floor | None = None
    cost: pd.Series | None = None
    budget: float | None = None
    draws: pd.DataFrame | None = None
    seconds: float = 5.0


@dataclass(frozen=True, eq=False)
class CheckedRequest:
    """A request that can be answered. Areas and sites are rows in the order of their ids; `existing`, `forced` and
    `allowed` (the candidates left to choose among) are rows of `sites`, in that order; groups are rows of `groups`."""

    areas: pd.Index
    sites: pd.Index
    reach: sparse.csr_array
    demand: np.ndarray
    draws: np.ndarray | None
    teams: int
    minutes: float
    existing: np.ndarray
    forced: np.ndarray
    allowed: np.ndarray
    groups: pd.Index
    area_group: np.ndarray
    site_group: np.ndarray
    floor: Floor
    cost: np.ndarray
    budget: float

    @cached_property
    def floor_teams(self) -> np.ndarray:
        """(groups,) new teams that each group must have: a floor holds where there are people."""
        return np.where(self.people(self.demand) > 0, self.floor.teams, 0)

    def people(self, demand: np.ndarray) -> np.ndarray:
        """(groups,) sums of `demand` (areas,); one group when none is asked for."""
        return np.bincount(self.area_group, demand, max(len(self.groups), 1))

    def problem(self, demand: np.ndarray) -> Problem:
        """What remains to choose, its sites being those `allowed`, for the people of `demand`."""
        whole = Problem(
            reach=self.reach,
            demand=demand,
            teams=self.teams,
            cost=self.cost,
            budget=self.budget,
            area_group=self.area_group,
            site_group=self.site_group,
            floor_teams=self.floor_teams,
            floor_people=self.floor.share * self.people(demand),
        )
        before = whole.covered(self.existing)
        whole = replace(
            whole,
            reach=self.reach[~before],
            demand=demand[~before],
            area_group=self.area_group[~before],
            floor_people=whole.lacking(before),
        )
        rest = whole.after(self.forced, teams=self.teams - len(self.forced))
        return rest.only(np.isin(np.delete(np.arange(len(self.sites)), self.forced), self.allowed))

    def times_reached(self, sites: np.ndarray) -> np.ndarray:
        """(areas,) how many of `sites` reach each area."""
        is_open = np.zeros(len(self.sites))
        is_open[sites] = 1
        return self.reach @ is_open


def checked(request: SitingRequest) -> CheckedRequest:
    """What `mclp` works on. Raises `BadInput` for what cannot be understood, `Infeasible` for what cannot be done,
    with every problem of its kind."""
    wrong: list[str] = []
    _check_numbers(wrong, request)
    demand = _amounts(wrong, "demand", request.demand)
    if demand is None or wrong:
        raise _bad(wrong)
    travel = _pairs(wrong, request.travel, demand.index) if sparse.issparse(request.travel) else request.travel
    demand = demand.sort_index()
    reach, sites = _reach(wrong, travel, demand.index, request.minutes)
    if reach is None:
        raise _bad(wrong)
    ids = {"existing": request.existing, "forced": request.forced, "excluded": request.excluded}
    chosen = {name: _rows(wrong, name, values, sites) for name, values in ids.items()}
    allowed = np.setdiff1d(np.arange(len(sites)), np.concatenate(list(chosen.values())))
    payable = np.union1d(allowed, chosen["forced"])
    groups, area_group, site_group = _groups(wrong, request.by, request.floor, demand.index, sites, payable)
    prices = _cost(wrong, request.cost, request.budget, sites, payable)
    drawn = _draws(wrong, request.draws, demand.index)
    if wrong:
        raise _bad(wrong)
    valid = CheckedRequest(
        areas=demand.index,
        sites=sites,
        reach=reach,
        demand=demand.to_numpy(float),
        draws=drawn,
        teams=int(request.teams),
        minutes=float(request.minutes),
        existing=chosen["existing"],
        forced=chosen["forced"],
        allowed=allowed,
        groups=groups,
        area_group=area_group,
        site_group=site_group,
        floor=request.floor or Floor(),
        cost=prices,
        budget=np.inf if request.budget is None else float(request.budget),
    )
    if conflicts := list(_conflicts(valid, chosen["excluded"])):
        raise Infeasible("siting: " + "; ".join(c.sentence for c in conflicts) + ".", tuple(conflicts))
    return valid


def _bad(wrong: list[str]) -> BadInput:
    return BadInput("siting: " + "; ".join(wrong) + ".")


# ------------------------------------------------------------------------------------------------------------ numbers


def _check_numbers(wrong: list[str], request: SitingRequest) -> None:
    teams, minutes, budget, seconds, floor = (
        request.teams,
        request.minutes,
        request.budget,
        request.seconds,
        request.floor,
    )
    if not _is_whole(teams) or teams < 1:
        wrong.append(f"teams={teams!r}: a whole number of new teams, one or more, is expected")
    if not _is_number(minutes) or not 0 <= minutes < np.inf:
        wrong.append(f"minutes={minutes!r}: zero or more is expected")
    if not _is_number(seconds) or not seconds > 0:
        wrong.append(f"seconds={seconds!r}: a positive time is expected")
    if budget is not None and not (_is_number(budget) and 0 <= budget < np.inf):
        wrong.append(f"budget={budget!r}: zero or more is expected")
    if floor is not None:
        if not _is_whole(floor.teams) or floor.teams < 0:
            wrong.append(f"floor: teams={floor.teams!r}; a whole number, zero or more, is expected")
        if not _is_number(floor.share) or not 0 <= floor.share <= 1:
            wrong.append(f"floor: share={floor.share!r}; a share from 0 to 1 is expected")


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _amounts(wrong: list[str], name: str, values) -> pd.Series | None:
    """A series of amounts by id as floats, or None and what is wrong with it."""
    if not isinstance(values, pd.Series) or not pd.api.types.is_numeric_dtype(values):
        wrong.append(f"{name}: a series of numbers by id is expected")
        return None
    amounts = pd.Series(values.to_numpy(float, na_value=np.nan), index=values.index)
    before = len(wrong)
    if amounts.index.has_duplicates:
        wrong.append(f"{name}: repeated ids: {listed(amounts.index[amounts.index.duplicated()].unique())}")
    if (bad := ~(np.isfinite(amounts) & (amounts >= 0))).any():
        wrong.append(
            f"{name}: missing, infinite or negative: {listed(amounts.index[bad])} (decide what an unknown one is)"
        )
    return amounts if len(wrong) == before else None


# ------------------------------------------------------------------------------------------------------------- places


def _reach(wrong: list[str], travel, areas: pd.Index, minutes: float) -> tuple[sparse.csr_array | None, pd.Index]:
    """Ones (areas, sites) where a site is within the minutes, and the ids of the sites, in order."""
    if not isinstance(travel, pd.DataFrame):
        if not wrong:
            wrong.append(f"travel: pairs or a sparse matrix is expected, found {type(travel).__name__}")
        return None, areas
    if absent := [column for column in ("origin", "destination", "minutes") if column not in travel]:
        wrong.append(f"travel: missing columns {', '.join(absent)}; pairs have origin, destination and minutes")
        return None, areas
    times = travel["minutes"].to_numpy(float, na_value=np.nan)
    destinations = travel["destination"]
    is_coded = isinstance(destinations.dtype, pd.CategoricalDtype)
    sites = pd.Index(destinations.cat.categories if is_coded else destinations.unique()).sort_values()
    row, column = _codes(travel["origin"], areas), _codes(destinations, sites)
    if (row < 0).any():
        unknown = travel.loc[row < 0, "origin"].unique()
        wrong.append(f"travel: origins that are not in demand: {listed(unknown)}; keep the pairs of these areas")
    if (column < 0).any():
        wrong.append("travel: missing destinations")
    if not (times >= 0).all():
        wrong.append("travel: minutes that are missing or negative; leave out the pairs that are out of reach")
    if wrong:
        return None, sites
    near = times <= minutes + BOUNDARY_MIN
    ones = np.ones(np.count_nonzero(near))
    reach = sparse.coo_array((ones, (row[near], column[near])), shape=(len(areas), len(sites))).tocsr()
    if reach.nnz < len(ones):
        pairs = travel.loc[near, ["origin", "destination"]]
        wrong.append(f"travel: repeated pairs: {listed(pairs[pairs.duplicated()].itertuples(index=False, name=None))}")
        return None, sites
    return reach, sites


def _pairs(wrong: list[str], matrix, areas: pd.Index) -> pd.DataFrame | None:
    if matrix.shape != (len(areas), len(areas)):
        wrong.append(
            f"travel: a matrix of {len(areas)} x {len(areas)} is expected (every area is a candidate), found "
            f"{matrix.shape}; give pairs when candidates are other places"
        )
        return None
    stored = sparse.coo_array(matrix)
    row, column = (pd.Categorical.from_codes(codes, areas) for codes in (stored.row, stored.col))
    return pd.DataFrame({"origin": row, "destination": column, "minutes": stored.data})


def _codes(labels: pd.Series, ids: pd.Index) -> np.ndarray:
    """Row in `ids` of each label, -1 where it has none."""
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return np.append(ids.get_indexer(labels.cat.categories), -1)[labels.cat.codes]
    return ids.get_indexer(labels)


def _rows(wrong: list[str], name: str, ids: Collection, sites: pd.Index) -> np.ndarray:
    labels = pd.Index(list(ids)).unique()
    rows = sites.get_indexer(labels)
    if (rows < 0).any():
        wrong.append(f"{name}: not among the destinations of travel: {listed(labels[rows < 0])}")
    return np.sort(rows[rows >= 0])


# ----------------------------------------------------------------------------------------- groups, costs and draws


def _groups(wrong, by, floor, areas, sites, payable) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """Names of the groups, and the group of each area and of each site (0 where nothing depends on it)."""
    none = pd.Index([], dtype=object), np.zeros(len(areas), int), np.zeros(len(sites), int)
    if by is None:
        if floor is not None:
            wrong.append("floor: `by` is needed, the group of every area and candidate")
        return none
    if not isinstance(by, pd.Series) or by.index.has_duplicates:
        wrong.append("by: a series of groups with one row an id is expected")
        return none
    by = by.dropna()
    if len(missing := areas.union(sites[payable]).difference(by.index)):
        wrong.append(f"by: no group for {listed(missing)}")
        return none
    groups = pd.Index(pd.concat([by.loc[areas], by.loc[sites[payable]]]).unique()).sort_values()
    return groups, groups.get_indexer(by.loc[areas]), np.maximum(groups.get_indexer(by.reindex(sites)), 0)


def _cost(wrong, cost, budget, sites, payable) -> np.ndarray:
    none = np.zeros(len(sites))
    if (cost is None) != (budget is None):
        wrong.append("cost and budget go together: one was given without the other")
        return none
    if cost is None or (amounts := _amounts(wrong, "cost", cost)) is None:
        return none
    if len(missing := sites[payable].difference(amounts.index)):
        wrong.append(f"cost: none for the candidates {listed(missing)}")
    if (amounts == 0).any():
        wrong.append(f"cost: zero for {listed(amounts.index[amounts == 0])}; a positive cost is expected")
    # What is left without a cost is not payable: existing sites cost nothing more.
    return amounts.reindex(sites).fillna(0).to_numpy(float)


def _draws(wrong, draws, areas) -> np.ndarray | None:
    if draws is None:
        return None
    if not isinstance(draws, pd.DataFrame) or draws.empty or draws.index.has_duplicates:
        wrong.append("draws: a frame with one row an area and one column a draw is expected")
        return None
    if len(missing := areas.difference(draws.index)):
        wrong.append(f"draws: no row for the areas {listed(missing)}")
        return None
    values = draws.loc[areas].to_numpy(float, na_value=np.nan)
    if (bad := ~(np.isfinite(values) & (values >= 0)).all(axis=1)).any():
        wrong.append(f"draws: missing, infinite or negative for the areas {listed(areas[bad])}")
    return values


# ----------------------------------------------------------------------------------------------------- contradictions


def _conflicts(request: CheckedRequest, excluded: np.ndarray) -> Iterator[Conflict]:
    """What cannot be done, in words. (That floors of people cannot hold together is for the search to find.)"""
    forced, sites = request.forced, request.sites
    if len(both := np.intersect1d(forced, excluded)):
        sentence = f"forced and excluded: {listed(sites[both])}; keep them in one list"
        yield Conflict(ConflictKind.FORCED_AND_EXCLUDED, sentence, tuple(sites[both]))
    if len(both := np.intersect1d(forced, request.existing)):
        sentence = f"forced where a site exists already: {listed(sites[both])}; a new team there reaches nobody new"
        yield Conflict(ConflictKind.FORCED_WHERE_EXISTING, sentence, tuple(sites[both]))
    if len(forced) > request.teams:
        sentence = f"{len(forced)} forced sites but {request.teams} teams; force fewer or place more"
        yield Conflict(ConflictKind.FORCED_OVER_TEAMS, sentence, tuple(sites[forced]), len(forced), request.teams)
    if (spent := request.cost[forced].sum()) > request.budget:
        sentence = f"the forced sites cost {spent:g}, over the budget of {request.budget:g}"
        yield Conflict(ConflictKind.FORCED_OVER_BUDGET, sentence, tuple(sites[forced]), float(spent), request.budget)
    affordable = request.allowed[request.cost[request.allowed] <= request.budget - spent]
    possible = np.union1d(forced, affordable) if len(forced) < request.teams else forced
    before = request.times_reached(request.existing) > 0
    after = request.times_reached(possible) > 0
    if not request.demand[after & ~before].any():
        within = f"{request.minutes:g} minutes" + (" and the budget" if np.isfinite(request.budget) else "")
        sentence = f"no candidate reaches anyone new within {within}; widen them or the candidates"
        yield Conflict(ConflictKind.NOBODY_NEW, sentence, asked=request.minutes)
    yield from _conflicts_of_floor_teams(request, possible)
    people = request.people(request.demand)
    most = np.divide(request.people(np.where(before | after, request.demand, 0)), people, where=people > 0, out=people)
    for group in np.flatnonzero((people > 0) & (most < request.floor.share - NEGLIGIBLE)):
        sentence = (
            f"floor: a share of {request.floor.share:g} in {request.groups[group]}, where all candidates together "
            f"reach {most[group]:.3f}"
        )
        place = (request.groups[group],)
        yield Conflict(ConflictKind.FLOOR_OVER_REACH, sentence, place, request.floor.share, float(most[group]))


def _conflicts_of_floor_teams(request: CheckedRequest, possible: np.ndarray) -> Iterator[Conflict]:
    floor = request.floor_teams
    count = np.bincount(request.site_group[possible], minlength=len(floor))
    for group in np.flatnonzero(count < floor):
        sentence = f"floor: {floor[group]} teams in {request.groups[group]}, which has {count[group]} candidates"
        asked, place = int(floor[group]), (request.groups[group],)
        yield Conflict(ConflictKind.FLOOR_OVER_CANDIDATES, sentence, place, asked, int(count[group]))
    opened = np.bincount(request.site_group[request.forced], minlength=len(floor))
    if (needed := np.maximum(floor, opened).sum()) > request.teams:
        sentence = f"floor: {needed} teams are needed to have {request.floor.teams} in every group, not {request.teams}"
        yield Conflict(ConflictKind.FLOOR_OVER_TEAMS, sentence, asked=int(needed), possible=request.teams)
    money = request.cost[request.forced].sum()
    for group in np.flatnonzero(floor > opened):
        costs = request.cost[request.allowed][request.site_group[request.allowed] == group]
        money += np.sort(costs)[: floor[group] - opened[group]].sum()
    if floor.any() and money > request.budget:
        sentence = f"floor: the cheapest sites that meet it cost {money:g}, over the budget of {request.budget:g}"
        yield Conflict(ConflictKind.FLOOR_OVER_BUDGET, sentence, asked=float(money), possible=request.budget)
