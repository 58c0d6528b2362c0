"""Departures of communes from what their residents' composition tells, which neighbours share in part.

The share of commune i is multiplied by exp(u_i - v_i / 2), of mean 1: u_i is normal with variance v_i, the sum of a
part common to each territory that holds the commune (région, département, EPCI) and of a part of its own. So a group
of communes averages out its communes' own parts, and not what they share.

Arrays in, arrays out. `weights` are (areas, communes), rows that add up to 1: the communes' parts in an area's
expected cases. Sums of log-normals are exact in their two first moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from geodata.methods.smallarea import local_draws

SHARED_BY = ("region", "departement", "epci")
"""Levels whose communes depart together from what composition tells."""

SIZE, POWER = 2_000, 0.25
"""A commune's own variance is constant up to SIZE residents, then falls as their number to this power."""


@dataclass(frozen=True, eq=False)
class Residuals:
    """Law of the residuals. `classes` (levels, communes) numbers the territory of each level that a commune is in (-1:
    none, so shared with nobody); `shared` (levels,) is the variance of each level, `own` (communes,) that of each
    commune's own part."""

    classes: np.ndarray
    shared: np.ndarray
    own: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """Variance of each commune's residual, (communes,)."""
        return self.own + np.sum(self.shared)

    @cached_property
    def _together(self) -> list[tuple[float, csr_array]]:
        """e^c - 1 of the covariance c of two communes, as a sum over the territories that hold both: what each weighs,
        and who is in it (communes, territories)."""
        pieces = []
        levels = [k for k, variance in enumerate(self.shared) if variance > 0]
        for size in range(1, len(levels) + 1):
            for chosen in combinations(levels, size):
                weight = float(np.prod(np.expm1(self.shared[list(chosen)])))
                pieces.append((weight, _membership(self.classes[list(chosen)])))
        return pieces

    @cached_property
    def _alone(self) -> np.ndarray:
        return np.expm1(self.own) * np.exp(np.sum(self.shared))

    def log_variance(self, weights: csr_array) -> np.ndarray:
        """Variance of the logarithm of each area's residual, (areas,)."""
        total = weights.power(2) @ self._alone
        for factor, members in self._together:
            total = total + factor * (weights @ members).power(2).sum(axis=1)
        return np.log1p(total)

    def log_covariance(self, weights: csr_array, others: csr_array, of: np.ndarray | None = None) -> np.ndarray:
        """Covariance of the logarithms of each area's residual and of another's, (areas,).

        The other of area k is row `of[k]` of `others`, row k where `of` is None.
        """
        total = _products(weights, others * self._alone, of)
        for factor, members in self._together:
            total = total + factor * _products(weights @ members, others @ members, of)
        return np.log1p(total)

    def drawn(self, points: int, *, seed: int = 0) -> np.ndarray:
        """Draws of the residuals of mean 1, (communes, points); a territory has the same in any call."""
        counts = (self.classes.max(axis=1, initial=-1) + 1).tolist()
        communes = self.classes.shape[1]
        own = np.sqrt(self.own)[:, None] * local_draws(0, communes, points, seed=seed)
        first = communes
        for codes, count, variance in zip(self.classes, counts, self.shared, strict=True):
            noise = local_draws(first, first + count + communes, points, seed=seed)
            # A commune in no territory of the level departs alone.
            own += np.sqrt(variance) * noise[np.where(codes < 0, count + np.arange(communes), codes)]
            first += count + communes
        return np.exp(own - self.variance[:, None] / 2)


def nested_residuals(
    classes: Sequence[np.ndarray], residents: np.ndarray, log_sd: float, spatial_share: float
) -> Residuals:
    """Residuals of total variance `log_sd`² in a small commune, of which `spatial_share` is shared, in equal parts by
    the levels of `classes`; the rest is a commune's own and falls with its `residents` (SIZE, POWER)."""
    levels = np.array(classes, dtype=int).reshape(len(classes), len(residents))
    shared = np.full(len(levels), spatial_share * log_sd**2 / max(len(levels), 1))
    size = np.maximum(np.asarray(residents, dtype=float), SIZE) / SIZE
    return Residuals(levels, shared, (1 - spatial_share) * log_sd**2 * size**-POWER)


def _membership(codes: np.ndarray) -> csr_array:
    """0/1 matrix (communes, territories): communes together where all their codes are the same, and known."""
    communes = codes.shape[1]
    alone = (codes < 0).any(axis=0)
    codes = np.where(alone, -1 - np.arange(communes), codes)
    # Codes side by side as one number: sorting numbers is faster than sorting columns.
    joined = np.zeros(communes, dtype=np.int64)
    for row in codes - codes.min(axis=1, keepdims=True):
        joined = joined * (row.max() + 1) + row
    number = np.unique(joined, return_inverse=True)[1]
    return csr_array((np.ones(communes), (np.arange(communes), number)))


def _products(one: csr_array, other: csr_array, of: np.ndarray | None) -> np.ndarray:
    if of is None:
        return np.asarray((one * other).sum(axis=1)).ravel()
    one, wide = one.tocoo(), other.toarray()
    return np.bincount(one.row, one.data * wide[of[one.row], one.col], minlength=one.shape[0])
