"""The flip test: does the answer hold when the judgements behind it are changed one at a time?

A territory flips when its verdict changes side - above (surely or likely), undecided, below (surely or likely) - under
other assumptions than those shown, at the same line and for the same definition. It is robust when it never does; one
that is undecided under every set of assumptions has no answer that could be robust.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.estimate import cut_offs, probability_above, verdict_of
from geodata.question import Question
from geodata.threshold import FLIP_THRESHOLDS


@dataclass(frozen=True, eq=False)
class Laws:
    """The laws of some territories under every set of assumptions of the build.

    `sets` are (definition, scenario); `mean` and `sd`, on the logit scale, are (sets, territories), NaN where nothing
    may be published; so is `higher`, P(share > national share).
    """

    codes: pd.Index
    names: np.ndarray
    sets: list[tuple[str, str]]
    mean: np.ndarray
    sd: np.ndarray
    higher: np.ndarray


def flip_test(laws: Laws, question: Question, references: Sequence[str], *, is_national: bool = False) -> pd.DataFrame:
    """One row a territory: columns as in `Store.flips`.

    `references` are the scenarios that are the reference of their definition (another one each). `is_national` asks
    about the national share in place of the threshold.
    """
    shown = laws.sets.index((question.definition, question.scenario))
    same = [i for i, (d, _) in enumerate(laws.sets) if d == question.definition]
    others = [i for i, (d, s) in enumerate(laws.sets) if d != question.definition and s in references]
    rows = [*same, *others]
    p = probability_above(laws.mean[rows], laws.sd[rows], question.threshold)
    p = laws.higher[rows] if is_national else p
    lines = [probability_above(laws.mean[shown], laws.sd[shown], line) for line in FLIP_THRESHOLDS]
    names = [f"scenario:{laws.sets[i][1]}" for i in same] + [f"definition:{laws.sets[i][0]}" for i in others]
    names += [f"threshold:{line:.2f}" for line in FLIP_THRESHOLDS]
    likely, unlikely = cut_offs(question.miss)
    side = np.where(p >= likely, 1, np.where(p <= unlikely, -1, 0))[: len(same)]
    own = side[same.index(shown)]
    flips = (side != own).sum(axis=0)
    is_complete = ~np.isnan(p[: len(same)]).any(axis=0) & (len(same) > 1)
    robust = np.where(is_complete & ((own != 0) | (flips > 0)), flips == 0, None)
    verdicts = dict(zip(names, verdict_of(np.vstack([p, *lines]), question.miss).astype(object), strict=True))
    return pd.DataFrame(
        {
            "code": laws.codes,
            "name": laws.names,
            **verdicts,
            "flips": np.where(is_complete, flips, np.nan),
            "robust": robust,
        }
    )
