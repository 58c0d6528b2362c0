"""A request to `geodata.methods.siting.mclp` checked, value by value, and turned into arrays."""

from collections.abc import Collection
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy import sparse

from geodata.errors import BadInput, Infeasible
from geodata.methods.siting.arrays import CheckedFloor, CheckedRequest
from geodata.methods.siting.conflicts import conflicts
from geodata.methods.siting.request import Floor, SitingRequest
from geodata.methods.travel import BOUNDARY_MIN, listed
from geodata.plan import Aim


def checked(request: SitingRequest, *, possible: bool = True) -> CheckedRequest:
    """What `mclp` works on. Raises `BadInput` for what cannot be understood and, where it must be `possible`,
    `Infeasible` for what cannot be done, with every problem of its kind."""
    wrong: list[str] = []
    _check_numbers(wrong, request)
    demand = _amounts(wrong, "demand", request.demand)
    if demand is None or wrong:
        raise _bad(wrong)
    travel = _pairs(wrong, request.travel, demand.index) if sparse.issparse(request.travel) else request.travel
    demand = demand.sort_index()
    times, sites = _times(wrong, travel, demand.index)
    if times is None:
        raise _bad(wrong)
    ids = {"existing": request.existing, "forced": request.forced, "excluded": request.excluded}
    chosen = {name: _rows(wrong, name, values, sites) for name, values in ids.items()}
    times_forced = np.bincount(chosen["forced"], minlength=1)
    if _is_whole(request.teams_at_site) and times_forced.max() > request.teams_at_site:
        over = sites[np.flatnonzero(times_forced > request.teams_at_site)]
        wrong.append(f"forced: more than {request.teams_at_site} teams at {listed(over)}; raise teams_at_site")
    allowed = np.setdiff1d(np.arange(len(sites)), np.concatenate(list(chosen.values())))
    payable = np.union1d(allowed, chosen["forced"])
    groups, area_group, site_group = _groups(wrong, request.by, demand.index, sites, payable)
    capacity = np.inf if request.capacity is None else float(request.capacity)
    aim = _aim(request)
    floors = _floors(wrong, request, aim, demand.index, sites)
    prices = _cost(wrong, request.cost, request.budget, sites, payable)
    size = _size(wrong, request, sites[allowed])
    drawn = _draws(wrong, request.draws, demand.index)
    if wrong:
        raise _bad(wrong)
    near = times.copy()
    near.data = (times.data <= request.minutes + BOUNDARY_MIN).astype(float)
    near.eliminate_zeros()
    valid = CheckedRequest(
        areas=demand.index,
        sites=sites,
        reach=near,
        minutes_to=times,
        demand=demand.to_numpy(float),
        draws=drawn,
        teams=int(request.teams),
        minutes=float(request.minutes),
        aim=aim,
        capacity=capacity,
        teams_at_site=int(request.teams_at_site),
        existing=chosen["existing"],
        forced=chosen["forced"],
        allowed=allowed,
        groups=groups,
        area_group=area_group,
        site_group=site_group,
        floors=floors,
        cost=prices,
        budget=np.inf if request.budget is None else float(request.budget),
        size=size,
        slack=float(request.slack),
    )
    if possible and (impossible := tuple(conflicts(valid, chosen["excluded"]))):
        raise Infeasible("siting: " + "; ".join(conflict.sentence for conflict in impossible) + ".", impossible)
    return valid


def _aim(request: SitingRequest) -> Aim:
    is_limited = request.capacity is not None and np.isfinite(request.capacity)
    if request.aim is None:
        return Aim.ACCOMPANIED if is_limited else Aim.REACHED
    # Without a limit, whoever is reached is accompanied.
    return Aim.REACHED if request.aim == Aim.ACCOMPANIED and not is_limited else Aim(request.aim)


def _bad(wrong: list[str]) -> BadInput:
    return BadInput("siting: " + "; ".join(wrong) + ".")


# ------------------------------------------------------------------------------------------------------------ numbers


def _check_numbers(wrong: list[str], request: SitingRequest) -> None:
    teams, minutes, budget, seconds = request.teams, request.minutes, request.budget, request.seconds
    if not _is_whole(teams) or teams < 1:
        wrong.append(f"teams={teams!r}: a whole number of new teams, one or more, is expected")
    if not _is_number(minutes) or not 0 <= minutes < np.inf:
        wrong.append(f"minutes={minutes!r}: zero or more is expected")
    if not _is_number(seconds) or not seconds > 0:
        wrong.append(f"seconds={seconds!r}: a positive time is expected")
    if budget is not None and not (_is_number(budget) and 0 <= budget < np.inf):
        wrong.append(f"budget={budget!r}: zero or more is expected")
    if request.capacity is not None and not (_is_number(request.capacity) and request.capacity > 0):
        wrong.append(f"capacity={request.capacity!r}: more than zero people by team is expected")
    if not _is_whole(request.teams_at_site) or request.teams_at_site < 1:
        wrong.append(f"teams_at_site={request.teams_at_site!r}: a whole number, one or more, is expected")
    if not _is_number(request.slack) or not 0 <= request.slack < 1:
        wrong.append(f"slack={request.slack!r}: a share from 0 to 1 is expected")
    if request.aim is not None and request.aim not in list(Aim):
        wrong.append(f"aim={request.aim!r}: one of {', '.join(Aim)} is expected")
    for floor in floors_of(request):
        if not isinstance(floor, Floor):
            wrong.append(f"floors: {floor!r}; floors are Floor(teams=..., share=...)")
            continue
        if not _is_whole(floor.teams) or floor.teams < 0:
            wrong.append(f"{floor.name}: teams={floor.teams!r}; a whole number, zero or more, is expected")
        for name, share in (("share", floor.share), ("own_share", floor.own_share)):
            if not _is_number(share) or not 0 <= share <= 1:
                wrong.append(f"{floor.name}: {name}={share!r}; a share from 0 to 1 is expected")


def floors_of(request: SitingRequest) -> tuple[Floor, ...]:
    """The floors of a request, whether it gives one or several."""
    return (request.floors,) if isinstance(request.floors, Floor) else tuple(request.floors)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _amounts(wrong: list[str], name: str, values: object) -> pd.Series | None:
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


def _times(wrong: list[str], travel: object, areas: pd.Index) -> tuple[sparse.csr_array | None, pd.Index]:
    """Minutes (areas, sites) of the pairs given, and the ids of the sites, in order."""
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
    matrix = sparse.coo_array((times, (row, column)), shape=(len(areas), len(sites))).tocsr()
    if matrix.nnz < len(times):
        pairs = travel[["origin", "destination"]]
        wrong.append(f"travel: repeated pairs: {listed(pairs[pairs.duplicated()].itertuples(index=False, name=None))}")
        return None, sites
    return matrix, sites


def _pairs(wrong: list[str], matrix: sparse.sparray | sparse.spmatrix, areas: pd.Index) -> pd.DataFrame | None:
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
    """Rows of the ids, in order; only forced ones may come several times, once for each team."""
    labels = pd.Index(list(ids))
    labels = labels if name == "forced" else labels.unique()
    rows = sites.get_indexer(labels)
    if (rows < 0).any():
        wrong.append(f"{name}: not among the destinations of travel: {listed(labels[rows < 0].unique())}")
    return np.sort(rows[rows >= 0])


# ----------------------------------------------------------------------------------------- groups, costs and draws


def _groups(
    wrong: list[str], by: pd.Series | None, areas: pd.Index, sites: pd.Index, payable: np.ndarray
) -> tuple[pd.Index, np.ndarray, np.ndarray]:
    """Names of the groups, and the group of each area and of each site: -1 for one in place in no group of theirs."""
    none = pd.Index([], dtype=object), np.zeros(len(areas), int), np.zeros(len(sites), int)
    if by is None:
        return none
    if not isinstance(by, pd.Series) or by.index.has_duplicates:
        wrong.append("by: a series of groups with one row an id is expected")
        return none
    by = by.dropna()
    if len(missing := areas.union(sites[payable]).difference(by.index)):
        wrong.append(f"by: no group for {listed(missing)}")
        return none
    groups = pd.Index(pd.concat([by.loc[areas], by.loc[sites[payable]]]).unique()).sort_values()
    return groups, groups.get_indexer(by.loc[areas]), groups.get_indexer(by.reindex(sites))


def _floors(
    wrong: list[str], request: SitingRequest, aim: Aim, areas: pd.Index, sites: pd.Index
) -> tuple[CheckedFloor, ...]:
    floors = []
    given = floors_of(request)
    if sum(floor.teams > 0 for floor in given) > 1:
        wrong.append("floors: two ask for teams; keep one, the others ask for a share of people")
    for floor in given:
        by = request.by if floor.by is None else floor.by
        if not isinstance(by, pd.Series) or by.index.has_duplicates:
            wrong.append(f"{floor.name}: `by` is needed, the group of every area and candidate, one row an id")
            continue
        people = None
        if floor.people is not None and (people := _amounts(wrong, f"{floor.name}: people", floor.people)) is not None:
            if len(missing := areas.difference(people.index)):
                wrong.append(f"{floor.name}: people: no row for the areas {listed(missing)}")
                continue
            people = people.loc[areas].to_numpy(float)
        is_accompanied = aim == Aim.ACCOMPANIED if floor.accompanied is None else floor.accompanied
        if is_accompanied and floor.share and not np.isfinite(request.capacity or np.inf):
            is_accompanied = False
        if is_accompanied and floor.share and people is not None:
            wrong.append(
                f"{floor.name}: teams accompany the demand, not other people; count those within reach (accompanied="
                "False), or leave `people` out"
            )
        groups = pd.Index(by.reindex(areas).dropna().unique()).sort_values()
        if groups.empty:
            wrong.append(f"{floor.name}: `by` puts no area in a group, so that the floor asks for nothing")
            continue
        floors.append(
            CheckedFloor(
                name=floor.name,
                teams=int(floor.teams),
                own_share=float(floor.own_share),
                share=float(floor.share),
                is_inside=bool(floor.inside),
                is_accompanied=bool(is_accompanied),
                groups=groups,
                area_group=groups.get_indexer(by.reindex(areas)),
                site_group=groups.get_indexer(by.reindex(sites)),
                people=people,
            )
        )
    return tuple(floors)


def _cost(wrong: list[str], cost: object, budget: float | None, sites: pd.Index, payable: np.ndarray) -> np.ndarray:
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


def _size(wrong: list[str], request: SitingRequest, candidates: pd.Index) -> np.ndarray | None:
    """(candidates,) their size; None where nothing may be lost for larger ones."""
    if request.size is None or not request.slack or (size := _amounts(wrong, "size", request.size)) is None:
        return None
    if len(missing := candidates.difference(size.index)):
        wrong.append(f"size: none for the candidates {listed(missing)}")
    if not (kept := size.reindex(candidates).fillna(1.0)).gt(0).all():
        wrong.append(f"size: zero for {listed(kept.index[kept <= 0])}; a positive size is expected")
    return kept.to_numpy(float)


def _draws(wrong: list[str], draws: object, areas: pd.Index) -> np.ndarray | None:
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
