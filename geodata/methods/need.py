"""Need against responses: the rules, on arrays. Three answers everywhere: yes, no, and not known.

A service that is listed proves a presence, whatever the list is worth. Only a complete list proves an absence, and only
as far as it goes: `complete_min` is the time to the nearest place whose list is not complete (0: the place itself).
Weights are people; a limit is inclusive.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geodata.estimate import Verdict
from geodata.methods.travel import BOUNDARY_MIN
from geodata.response import WEAK, Link, Quadrant, Response, Together

QUARTER = 0.25
"""A score is low when at least three quarters of the comparable places do better."""

HALF = 0.5
"""A larger territory has what at least half of its residents have."""

_NEED = (Verdict.ABOVE, Verdict.LIKELY_ABOVE)
_LESS_NEED = (Verdict.BELOW, Verdict.LIKELY_BELOW)


def within_reach(travel_min: ArrayLike, complete_min: ArrayLike, *, minutes: float) -> np.ndarray:
    """1 where the nearest known service is within `minutes`, 0 where a complete list says that none is, else NaN.

    `travel_min` is NaN where no service is known or none can be reached; any shape, kept.
    """
    travel, complete = np.asarray(travel_min, float), np.asarray(complete_min, float)
    is_reached = travel <= minutes + BOUNDARY_MIN
    is_absence_certain = complete > minutes + BOUNDARY_MIN
    return np.where(is_reached, 1.0, np.where(is_absence_certain, 0.0, np.nan))


def family_response(reach: ArrayLike, rank: ArrayLike, *, quarter: float = QUARTER) -> np.ndarray:
    """`Response` codes: far when out of reach, scarce when reached and in the lowest `quarter` of comparable places,
    unknown as `reach` is.

    `rank` is the share of comparable places that do no better, NaN where none can be compared: the reach decides
    alone there.
    """
    reach = np.asarray(reach, float)
    is_scarce = (reach == 1) & is_lowest(rank, quarter=quarter)
    codes = (Response.FAR.value, Response.SCARCE.value, Response.PRESENT.value)
    return np.select([reach == 0, is_scarce, reach == 1], codes, Response.UNKNOWN.value)


def response_above(far: ArrayLike, scarce: ArrayLike, present: ArrayLike) -> np.ndarray:
    """`Response` codes of larger territories from the shares of their residents in each state, arrays of one shape.

    Far where at least half is far, scarce where far and scarce together are at least half: one word, whose shares are
    told with it. Half is enough for what is wanting, then for what is there.
    """
    far, scarce, present = (np.asarray(share, float) for share in (far, scarce, present))
    enough = HALF - 1e-12
    codes = (Response.FAR.value, Response.SCARCE.value, Response.PRESENT.value)
    return np.select([far >= enough, far + scarce >= enough, present >= enough], codes, Response.UNKNOWN.value)


def is_lowest(rank: ArrayLike, *, quarter: float = QUARTER) -> np.ndarray:
    """Whether a rank is in the lowest `quarter`; False where there is no rank."""
    return np.asarray(rank, float) < quarter - 1e-12


def link_state(reach: ArrayLike) -> np.ndarray:
    """`Link` codes of a `within_reach`."""
    reach = np.asarray(reach, float)
    return np.select([reach == 1, reach == 0], [Link.PRESENT.value, Link.MISSING.value], Link.UNKNOWN.value)


def function_state(present: ArrayLike, missing: ArrayLike, is_main: ArrayLike) -> Link:
    """State of a function of a pathway, served by any of its categories.

    `present` and `missing` are the shares of people who have each category within reach or, by a complete list, surely
    not (0 or 1 for a commune); `is_main` marks the categories whose absence proves that of the function. It is missing
    when every main category is missing for at least half of the people and all categories together cannot reach half
    of them: what some reach by one and others by another adds up at most.
    """
    within, beyond = np.nan_to_num(np.asarray(present, float)), np.nan_to_num(np.asarray(missing, float))
    proves = np.asarray(is_main, bool)
    if (within >= HALF - 1e-12).any():
        return Link.PRESENT
    is_out = proves.any() and (beyond[proves] >= HALF - 1e-12).all()
    return Link.MISSING if is_out and within.sum() < HALF - 1e-12 else Link.UNKNOWN


def few(responses: np.ndarray) -> np.ndarray:
    """1 where at least half of the families are weak, 0 where they cannot be, NaN where the unknown ones decide.

    `responses`: codes, (families, places).
    """
    responses = np.asarray(responses)
    weak = np.isin(responses, WEAK).sum(axis=0)
    unknown = (responses == Response.UNKNOWN).sum(axis=0)
    enough = len(responses) / 2
    return np.where(weak >= enough, 1.0, np.where(weak + unknown < enough, 0.0, np.nan))


def together(responses: np.ndarray) -> np.ndarray:
    """`Together` codes of the families of `responses`, (families, places) -> places."""
    is_few = few(responses)
    return np.select([is_few == 1, is_few == 0], [Together.FEW.value, Together.PRESENT.value], Together.UNKNOWN.value)


def could_be_few(responses: np.ndarray, is_ranked: np.ndarray) -> np.ndarray:
    """Whether half of the families are weak, or present with a supply that is compared with none: perhaps scarce.

    `responses`: codes, `is_ranked`: whether a score is compared, both (families, places).
    """
    responses = np.asarray(responses)
    perhaps = np.isin(responses, WEAK) | ((responses == Response.PRESENT) & ~np.asarray(is_ranked, bool))
    return perhaps.sum(axis=0) >= len(responses) / 2


def quadrant(verdict: ArrayLike, is_few: ArrayLike) -> np.ndarray:
    """`Quadrant` codes: a need is probable when the verdict is above or likely above; `is_few` as `few` gives it."""
    verdict, is_few = np.asarray(verdict), np.asarray(is_few, float)
    is_need = np.isin(verdict, [v.value for v in _NEED])
    return np.select(
        [
            is_need & (is_few == 1),
            is_need & (is_few == 0),
            is_need,
            verdict == Verdict.UNDECIDED.value,
            np.isin(verdict, [v.value for v in _LESS_NEED]),
        ],
        [q.value for q in (Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN, Quadrant.UNDECIDED, Quadrant.LESS_NEED)],
        Quadrant.NOT_PUBLISHED.value,
    )


def articulation(reach: np.ndarray) -> np.ndarray:
    """How many families are within reach, (families, places) -> places; NaN where one is not known."""
    return np.asarray(reach, float).sum(axis=0)


def shares(values: ArrayLike, weights: ArrayLike, groups: ArrayLike, count: int, codes: Sequence) -> np.ndarray:
    """Share of the weight of each group that has each of `codes`, (codes, groups); NaN for a group without weight.

    `groups` are integers from 0 to `count` - 1; a missing weight counts nothing.
    """
    values = np.asarray(values)
    return np.stack([mean_share(values == code, weights, groups, count) for code in codes])


def mean_share(values: ArrayLike, weights: ArrayLike, groups: ArrayLike, count: int) -> np.ndarray:
    """Weighted mean of the shares `values` (0-1) in each group; NaN for a group without weight, see `shares`."""
    weights = np.nan_to_num(np.asarray(weights, float))
    total = np.bincount(groups, weights, count)
    sums = np.bincount(groups, weights * np.asarray(values), count)
    return np.divide(sums, total, out=np.full(count, np.nan), where=total > 0)


def of_most(yes: ArrayLike, no: ArrayLike, codes: tuple[str, str, str]) -> np.ndarray:
    """The first code where at least half has `yes`, the second where at least half has `no`, else the third.

    For a response the first is the worse one: half without is enough to say so.
    """
    return np.select([np.asarray(yes) >= HALF - 1e-12, np.asarray(no) >= HALF - 1e-12], codes[:2], codes[2])


def ranks(scores: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Share of `among` that are others and do no better than each of `scores`, which are among them.

    Equal places count: where most have nothing, having nothing is not to be in the lowest quarter.
    """
    ordered = np.sort(among)
    # Scores are sums made in another order: equal ones must stay equal.
    return (np.searchsorted(ordered, scores + 1e-9 * np.abs(scores), side="right") - 1) / len(ordered)


def lists(is_complete: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Number of the list of complete categories of each row, and the lists; `is_complete` has a column a category."""
    rows, numbers = np.unique(is_complete.to_numpy(bool), axis=0, return_inverse=True)
    return numbers.ravel(), [tuple(is_complete.columns[row]) for row in rows]
