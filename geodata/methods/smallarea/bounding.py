"""The widest range of shares that the published rates allow, whatever the cells' own."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from geodata.methods.smallarea.rates import Targets, check_targets, explain, proportions


def bounds(tables: np.ndarray, joint: np.ndarray, targets: Targets) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest share of each area over all cell rates in [0, 1] that agree with the published rates.

    Two linear programmes an area (HiGHS, some 2 ms each): min and max of sum(w r) subject to sum(joint r) = rate x
    residents over each published category. No assumption on how factors combine, so no tighter than the data.
    `tables` is (areas, cells), `joint` (cells,). Raises `CalibrationError` naming the rates that contradict each other.
    """
    programme = _Programme(joint, targets)
    solved = [programme.solve(w) for w in proportions(tables)]
    low, high = _as_shares(np.array([s.low for s in solved]), np.array([s.high for s in solved]))
    # Where there is no room the two may cross by a rounding.
    return low, np.maximum(low, high)


def outer_bounds(
    tables: np.ndarray, joint: np.ndarray, targets: Targets, *, typical: int = 64
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that contain those of `bounds`, for many areas at once.

    By weak duality the prices of any area's programme bound every other area: the programmes are solved for `typical`
    areas only, chosen far apart in composition, and each area keeps the tightest bound their prices give it.
    """
    programme, weights = _Programme(joint, targets), proportions(tables)
    used = np.asarray(weights.any(axis=0))
    inside = np.ascontiguousarray(weights[:, used])
    solved = [programme.solve(weights[i]) for i in _far_apart(inside, typical)]
    low = -programme.above(inside, used, -np.array([s.low_prices for s in solved]), -1)
    high = programme.above(inside, used, np.array([s.high_prices for s in solved]), 1)
    return _as_shares(low, high)


def _as_shares(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


@dataclass(frozen=True, eq=False)
class _Solved:
    low: float
    high: float
    low_prices: np.ndarray
    high_prices: np.ndarray


class _Programme:
    """The linear programme shared by all areas: only its objective changes from one to the next."""

    def __init__(self, joint: np.ndarray, targets: Targets) -> None:
        self.targets, self.joint = targets, np.asarray(joint, dtype=float)
        check_targets(self.joint, targets)
        self.equations = targets.cells * (self.joint / self.joint.sum())
        self.right = self.equations.sum(axis=1) * targets.rates

    def solve(self, weights: np.ndarray) -> _Solved:
        """Both bounds of one area and the price of each published rate at them."""
        from scipy.optimize import linprog  # here: a quarter of a second that most processes need not

        ends = [
            linprog(sign * weights, A_eq=self.equations, b_eq=self.right, bounds=(0, 1), options={"presolve": False})
            for sign in (1, -1)
        ]
        if any(end.status != 0 for end in ends):
            explain(self.joint, self.targets)
        low, high = ends
        return _Solved(low.fun, -high.fun, low.eqlin.marginals, -high.eqlin.marginals)

    def above(self, weights: np.ndarray, used: np.ndarray, prices: np.ndarray, sign: float) -> np.ndarray:
        """Upper bound of sum(sign w r) for every area, the least that these `prices` (sets, equations) give.

        One set of prices gives: the right side at these prices, plus what each cell yields over its cost.
        """
        cost = prices @ self.equations
        fixed = prices @ self.right + np.maximum(-cost[:, ~used], 0).sum(axis=1)
        # The positive part of x is (|x| + x) / 2.
        apart = cdist(sign * weights, cost[:, used], "cityblock")
        over = (apart + sign * weights.sum(axis=1)[:, None] - cost[:, used].sum(axis=1)) / 2
        return (fixed + over).min(axis=1)


def _far_apart(points: np.ndarray, count: int) -> list[int]:
    """Positions of `count` rows, each the farthest from those before it (the first: from the mean)."""
    chosen: list[int] = []
    distance = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    for _ in range(min(count, len(points))):
        chosen.append(int(distance.argmax()))
        apart = ((points - points[chosen[-1]]) ** 2).sum(axis=1)
        distance = apart if len(chosen) == 1 else np.minimum(distance, apart)
    return chosen
