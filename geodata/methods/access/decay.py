"""How much a service counts at so many minutes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geodata.errors import BadInput
from geodata.methods.travel import (
    BOUNDARY_MIN,
)

NEGLIGIBLE = 1e-12
"""A smaller weight is zero: else a service that one place barely reaches would be all for that place."""


@dataclass(frozen=True)
class Decay:
    """How much a service counts at so many minutes: `weight` turns an array of minutes into weights.

    1 is full weight, a weight is zero or more, and one under `NEGLIGIBLE` is zero.
    `breaks_min` are the minutes where the weight jumps or bends: they are needed to compute from coordinates, and a
    missing one is an error rather than an approximation.
    """

    name: str
    weight: Callable[[np.ndarray], np.ndarray]
    breaks_min: tuple[float, ...] = ()

    def __call__(self, minutes: np.ndarray) -> np.ndarray:
        return self.weight(minutes)


step = Decay("step", np.ones_like)
"""Everything within the catchment counts the same (the original 2SFCA of Luo & Wang 2003)."""


def gaussian(sigma_min: float) -> Decay:
    """exp(-t² / 2 sigma²), t in minutes: 1 at 0, 0.61 at `sigma_min` (> 0), 0.14 at twice that."""
    if not sigma_min > 0:
        raise BadInput(f"gaussian decay: sigma_min={sigma_min}; a positive number of minutes is expected.")
    return Decay(f"gaussian {sigma_min:g} min", lambda minutes: np.exp(-0.5 * np.square(minutes / sigma_min)))


def drees(limits_min: tuple[float, float, float] = (5, 10, 15)) -> Decay:
    """1 up to the first limit, 0.3 up to the second, 0.1 up to the third (inclusive), 0 beyond.

    Weights and default limits of the APL of general practitioners as first published (Barlet, Coldefy, Collin,
    Lucas-Gabrielli 2012, DREES, Études et recherches 124). The APL now looks 20 minutes far: pass other limits.
    """
    if not 0 <= limits_min[0] < limits_min[1] < limits_min[2]:
        raise BadInput(f"DREES decay: limits_min={limits_min}; three rising limits in minutes are expected.")
    weights = np.array([1.0, 0.3, 0.1, 0.0])
    limits = np.asarray(limits_min) + BOUNDARY_MIN
    name = "drees " + "/".join(f"{limit:g}" for limit in limits_min) + " min"
    return Decay(name, lambda minutes: weights[np.searchsorted(limits, minutes)], tuple(map(float, limits_min)))


def weights_at(decay: Callable[[np.ndarray], ArrayLike], minutes: np.ndarray) -> np.ndarray:
    """Weights of an array of minutes, same shape. Raises `BadInput` for a decay that does not give one a time."""
    weights = np.asarray(decay(minutes), float)
    if weights.shape != minutes.shape:
        raise BadInput(f"decay: {minutes.shape} minutes gave {weights.shape} weights; one weight a time is expected.")
    if (wrong := ~(np.isfinite(weights) & (weights >= 0))).any():
        raise BadInput(f"decay: weights must be zero or more; at {minutes[wrong][0]:g} minutes: {weights[wrong][0]:g}.")
    return np.where(weights < NEGLIGIBLE, 0.0, weights)
