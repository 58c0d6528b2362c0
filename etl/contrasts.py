"""What sets a territory apart from the one above it and from its twins, the error common to both cancelling."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import ndtr, ndtri

from etl.country import Country
from etl.share_laws import Law
from geodata.methods.residuals import Residuals
from geodata.methods.smallarea import (
    spread,
)


def parents(country: Country, level: str, above: str) -> np.ndarray:
    """For each territory of `level`, the position of the territory of `above` that holds most of its residents."""
    own, up = country.groups[level], country.groups[above]
    inside = (own.of_commune >= 0) & (up.of_commune >= 0)
    residents = np.add.reduce(country.tables, axis=1)[inside]
    shape = (len(own.codes), len(up.codes))
    return csr_array((residents, (own.of_commune[inside], up.of_commune[inside])), shape=shape).argmax(axis=1)


def contrast(country: Country, by_level: dict[str, Law], level: str, above: str, local: Residuals) -> pd.DataFrame:
    """Difference of share with the territory above: see `difference`.

    A territory that is the whole of the one above differs by exactly 0, with no probability to give.
    """
    here, there, parent = by_level[level], by_level[above], parents(country, level, above)
    covariance = local.log_covariance(here.weights, there.weights, parent)
    return difference(here.shares, here.log_variance, there.shares[parent], there.log_variance[parent], covariance)


def contrast_with_twins(by_level: dict[str, Law], level: str, twin: np.ndarray, local: Residuals) -> pd.DataFrame:
    """Difference of share with the plain mean of its twins, `twin` (territories, twins) their positions (-1: none).

    A territory without twin has no difference.
    """
    law, has = by_level[level], twin >= 0
    count = has.sum(axis=1).astype(float)
    row, column = np.nonzero(has)
    mean_of = csr_array((1 / count[row], (row, twin[row, column])), shape=(len(twin), len(twin)))
    shares = np.nan_to_num(law.shares)
    base = np.where(count[:, None] > 0, mean_of @ shares, np.nan)
    cases = mean_of * shares[:, 0]
    weights = csr_array(cases / np.maximum(cases.sum(axis=1), np.finfo(float).tiny)[:, None]) @ law.weights
    variance, covariance = local.log_variance(weights), local.log_covariance(law.weights, weights)
    return difference(law.shares, law.log_variance, base, variance, covariance)


def difference(
    shares: np.ndarray,
    log_variance: np.ndarray,
    base: np.ndarray,
    base_log_variance: np.ndarray,
    covariance: np.ndarray,
) -> pd.DataFrame:
    """Difference of two shares, taken at the same rates on both sides so that what is common cancels.

    `shares` and `base` are (territories, 1 + 2 dimension), at the rates of the stencil. Columns `mean, low, high`
    (difference at the central rates, 90 % interval) and `p_above`: the ratio of the two is log-normal, to second order
    in the rates, the communes' residuals a part of it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = log_variance + base_log_variance
        # Rounding may leave a hair where the two territories are one.
        local = np.sqrt(np.where(apart - 2 * covariance > 1e-9 * apart, apart - 2 * covariance, 0))
        mean, sd = spread(np.log(shares / base))
        # Residuals of mean 1 have a logarithm of mean - variance / 2.
        mean, sd = mean + (base_log_variance - log_variance) / 2, np.hypot(sd, local)
        p_above = ndtr(mean / sd)
    centre, reach = base[:, 0], ndtri(0.95) * sd
    low, high = centre * np.expm1(mean - reach), centre * np.expm1(mean + reach)
    return pd.DataFrame({"mean": shares[:, 0] - centre, "low": low, "high": high, "p_above": p_above})
