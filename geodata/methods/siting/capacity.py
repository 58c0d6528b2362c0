"""Capacitated maximal covering (Current & Storbeck 1988): where teams that can accompany only so many people should go.

The people accompanied by a choice of sites are those of the best assignment (`geodata.methods.siting.assignment`).
Choices come from `capacity_search`, what none exceeds from `capacity_bound`, a proof at the end from branch and bound.
"""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from geodata.methods.siting.bound import TOLERANCE
from geodata.methods.siting.capacitated import Capacitated
from geodata.methods.siting.capacity_bound import Prices, could_better, relax, upper_bound
from geodata.methods.siting.capacity_search import greedy, rebuilt, swap
from geodata.methods.siting.reaching import Clock

_WHOLE = 20_000
"""Pairs of a problem that branch and bound may get through."""


def answers(problem: Capacitated, reached: list[int] | None, clock: Clock) -> Iterator[tuple[list[int], float, bool]]:
    """Better and better choices (candidates, repeated where several teams are), bounds, and whether a search proved
    them. `reached`: a choice that holds, best at people reached; it is kept where nothing accompanies more."""
    rules = problem.rules
    held = [one for one in (reached, greedy(problem)) if one is not None and rules.holds(one)]
    if not held:
        return
    sites = max(held, key=problem.value)
    start = Prices(
        np.zeros(len(problem.demand)), np.zeros(len(rules.demand)), 0.0, np.zeros(len(rules.floor_teams)),
        np.zeros(len(rules.floor_people)),
    )  # fmt: skip
    everybody = float(problem.demand.sum()) - problem.before
    bound = min(upper_bound(problem, start).value, everybody)

    def is_closed() -> bool:
        return bound - problem.accompanied(sites) <= TOLERANCE * bound

    yield sites, bound, False
    # Where every team is full whatever the sites, the best at people reached is the best of all.
    if is_closed():
        return
    sites = max(sites, swap(problem, sites, lambda: not clock.left(0.3)), key=problem.value)
    yield sites, bound, False
    steps = 3_000
    for relaxed in relax(problem, sites, steps, lambda: not clock.left(0.7)):
        bound = min(bound, relaxed.bound)
        guided = greedy(problem, favour=np.maximum(relaxed.shares, 1e-6))
        if rules.holds(guided) and problem.value(guided) > problem.value(sites):
            sites = guided
        yield sites, bound, False
        if is_closed():
            return
    sites = max(sites, swap(problem, sites, lambda: not clock.left(0.85)), key=problem.value)
    yield sites, bound, False
    if is_closed():
        return
    for better in rebuilt(problem, sites, lambda: not clock.left(0.9)):
        sites = better
        yield sites, bound, False
        if is_closed():
            return
    could = could_better(problem, relaxed.prices, problem.accompanied(sites))
    could[sites] = True
    pairs = problem.catchment[: problem.candidates][could].nnz
    if pairs <= _WHOLE and clock.left():
        incumbent, proved = solve(problem, sites, could, clock.left())
        if rules.holds(incumbent) and problem.value(incumbent) > problem.value(sites):
            sites = incumbent
        is_searched = proved < bound
        yield sites, max(min(bound, proved), problem.accompanied(sites)), is_searched


def solve(problem: Capacitated, sites: list[int], could: np.ndarray, seconds: float) -> tuple[list[int], float]:
    """The best choice among the candidates that `could` be in it, and its bound, by branch and bound (HiGHS).

    Columns: teams of each site (whole), people of each pair, floor rows met.
    """
    import highspy

    rules, capacity = problem.rules, problem.capacity
    kept = np.concatenate([np.flatnonzero(could), np.flatnonzero(problem.fixed > 0)])
    new = int(could.sum())
    fixed = problem.fixed[kept]
    pairs = problem.catchment[kept].tocoo()
    n, areas, rows = len(pairs.data), len(problem.demand), np.flatnonzero(rules.counted > 0)
    site, area, ones = pairs.row, pairs.col, np.ones(n)
    at = np.arange(n)
    is_new = site < new
    reach = rules.reach[rows][:, could]

    def block(x: sparse.sparray, f: sparse.sparray, y: sparse.sparray) -> sparse.csr_array:
        return sparse.hstack([x, f, y], format="csr")

    def zero(count: int, width: int) -> sparse.csr_array:
        return sparse.csr_array((count, width))

    of_area = sparse.coo_array((ones, (area, at)), shape=(areas, n))
    of_site = sparse.coo_array((ones, (site, at)), shape=(len(kept), n))
    open_new = sparse.coo_array((np.full(new, capacity), (np.arange(new), np.arange(new))), shape=(len(kept), new))
    link = np.minimum(problem.demand[area], capacity)[is_new]
    links = sparse.coo_array((link, (np.arange(is_new.sum()), site[is_new])), shape=(is_new.sum(), new))
    of_link = sparse.coo_array((ones[is_new], (np.arange(is_new.sum()), at[is_new])), shape=(is_new.sum(), n))
    in_group = sparse.coo_array(
        (np.ones(new), (rules.site_group[could], np.arange(new))), shape=(len(rules.floor_teams), new)
    )
    in_floor = sparse.coo_array(
        (rules.counted[rows], (rules.area_floor[rows], np.arange(len(rows)))),
        shape=(len(rules.floor_people), len(rows)),
    )
    blocks: list[tuple[sparse.csr_array, np.ndarray | float, np.ndarray | float]] = [
        (block(zero(areas, new), of_area, zero(areas, len(rows))), -np.inf, problem.demand),
        (block(-open_new, of_site, zero(len(kept), len(rows))), -np.inf, fixed * capacity),
        (block(-links, of_link, zero(len(link), len(rows))), -np.inf, np.zeros(len(link))),
        (block(-reach, zero(len(rows), n), sparse.eye_array(len(rows))), -np.inf, np.zeros(len(rows))),
        (block(np.ones((1, new)), zero(1, n), zero(1, len(rows))), -np.inf, np.array([rules.teams])),
        (block(in_group, zero(in_group.shape[0], n), zero(in_group.shape[0], len(rows))), rules.floor_teams, np.inf),
        (block(zero(in_floor.shape[0], new), zero(in_floor.shape[0], n), in_floor), rules.floor_people, np.inf),
    ]
    if rules.is_budgeted:
        blocks.append(
            (block(rules.cost[could][None], zero(1, n), zero(1, len(rows))), -np.inf, np.array([rules.budget]))
        )
    matrix = sparse.vstack([one for one, _, _ in blocks], format="csr")
    lower = np.concatenate([np.broadcast_to(low, one.shape[0]) for one, low, _ in blocks]).astype(float)
    upper = np.concatenate([np.broadcast_to(high, one.shape[0]) for one, _, high in blocks]).astype(float)

    programme = highspy.HighsLp()
    programme.sense_ = highspy.ObjSense.kMaximize
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_ = np.concatenate([np.zeros(new), ones, np.zeros(len(rows))])
    programme.col_lower_ = np.zeros(matrix.shape[1])
    programme.col_upper_ = np.concatenate(
        [np.full(new, float(problem.teams_at_site)), problem.demand[area], np.ones(len(rows))]
    )
    programme.row_lower_, programme.row_upper_ = lower, upper
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    programme.integrality_ = [whole] * new + [part] * (n + len(rows))
    highs = highspy.Highs()
    highs.silent()
    for option, value in {"threads": 1, "mip_rel_gap": TOLERANCE / 2, "time_limit": max(seconds, 0.01)}.items():
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    highs.run()
    opened = np.rint(np.array(highs.getSolution().col_value)[:new]).astype(int)
    bound = highs.getInfo().mip_dual_bound - problem.before
    if not np.isfinite(bound):
        return sites, np.inf
    return np.repeat(np.flatnonzero(could), opened).tolist() if opened.any() else sites, bound * (1 + 1e-6)
