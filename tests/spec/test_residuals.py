"""Departures that neighbours share: worked examples by hand, and draws against the exact moments."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from geodata.methods.residuals import POWER, SIZE, Residuals, nested_residuals

ALONE = np.array([[-1, -1, -1, -1]])


def weights(*rows) -> csr_array:
    rows = np.array(rows, dtype=float)
    return csr_array(rows / rows.sum(axis=1, keepdims=True))


def test_what_is_its_own_averages_out():
    """Four communes with the same expected cases: a quarter of the variance of one. A commune alone keeps all."""
    found = Residuals(ALONE, np.zeros(1), np.full(4, 0.15**2))
    one, four = found.log_variance(weights([1, 0, 0, 0], [5, 5, 5, 5]))
    assert one == pytest.approx(0.15**2)
    assert four == pytest.approx(np.log1p(np.expm1(0.15**2) / 4))


def test_what_is_shared_does_not():
    found = Residuals(np.zeros((1, 4), dtype=int), np.array([0.15**2]), np.zeros(4))
    one, four = found.log_variance(weights([1, 0, 0, 0], [5, 5, 5, 5]))
    assert one == pytest.approx(four) == pytest.approx(0.15**2)


def test_two_levels_by_hand():
    """Two communes of one EPCI and a third of the same région: e^c - 1 of each pair, weighted."""
    region, epci, own = 0.02, 0.01, 0.03
    found = Residuals(np.array([[0, 0, 0], [0, 0, 1]]), np.array([region, epci]), np.full(3, own))
    w = np.array([0.5, 0.3, 0.2])
    c = np.array([[region + epci + own, region + epci, region], [region + epci, region + epci + own, region]])
    c = np.vstack([c, [region, region, region + epci + own]])
    by_hand = w @ np.expm1(c) @ w
    assert found.log_variance(weights(w)) == pytest.approx(np.log1p(by_hand))
    pair = np.expm1(c)[0] @ w
    assert found.log_covariance(weights([1, 0, 0]), weights(w)) == pytest.approx(np.log1p(pair))
    assert found.log_covariance(weights([1, 0, 0]), weights([0, 0, 1], w), np.array([1])) == pytest.approx(
        np.log1p(pair)
    )


def test_a_commune_in_no_territory_shares_nothing():
    found = Residuals(np.array([[0, 0, -1, -1]]), np.array([0.02]), np.zeros(4))
    inside, outside = found.log_variance(weights([1, 1, 0, 0], [0, 0, 1, 1]))
    assert inside == pytest.approx(0.02)
    assert outside == pytest.approx(np.log1p(np.expm1(0.02) / 2))


def test_draws_have_these_moments():
    found = Residuals(np.array([[0, 0, 1, -1], [0, 1, 1, 2]]), np.array([0.03, 0.02]), np.array([0.01, 0.02, 0, 0.04]))
    drawn = found.drawn(200_000, seed=3)
    assert found.drawn(16, seed=3).tobytes() == found.drawn(16, seed=3).tobytes() != found.drawn(16, seed=4).tobytes()
    assert drawn.mean(axis=1) == pytest.approx(np.ones(4), abs=4e-3)
    assert np.log(drawn).var(axis=1) == pytest.approx(found.variance, rel=0.02)
    areas = weights([1, 1, 0, 0], [3, 1, 2, 1])
    sums = areas @ drawn
    assert np.log1p(sums.var(axis=1)) == pytest.approx(found.log_variance(areas), rel=0.03)
    assert np.cov(sums)[0, 1] == pytest.approx(np.expm1(found.log_covariance(areas, areas[[1, 0]]))[0], rel=0.04)


def test_a_large_commune_departs_less():
    """Up to SIZE residents the whole variance; four times as many, its own part divided by 4 to the power."""
    classes = [np.array([0, 0, 1]), np.array([0, 1, 2])]
    found = nested_residuals(classes, np.array([50, SIZE, 4 * SIZE]), 0.15, 0.4)
    assert found.shared == pytest.approx([0.2 * 0.15**2] * 2)
    assert found.variance[:2] == pytest.approx([0.15**2] * 2)
    assert found.own[2] == pytest.approx(0.6 * 0.15**2 / 4**POWER)
