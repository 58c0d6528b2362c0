"""Residents of 15-19 among those of 0-19, commune by commune: the base census does not cut at 15.

Students live where they study, and what a département publishes spreads them over all its communes. So the proportion
of the département moves with a commune's types of place, its ages, its size and the persons of a household (fitted and
validated by `benchmarks.teenagers`); the communes of a département still add up to it.
"""

import numpy as np
import pandas as pd
from scipy.special import logit

from etl.indicators.modelled import calibrate
from etl.place_types import PLACES

_FEATURES = ("under_20", "over_64", "log_residents", "log_persons")
FEATURES = (*_FEATURES, "under_20_squared", "over_64_squared", "log_persons_squared")

COEFFICIENTS = pd.DataFrame(
    {
        "rural": (0.21068, 2.35196, 1.37407, -0.00788, -2.05173, -4.44621, -1.63997, 1.29894),
        "town": (2.14319, 1.2683, 2.53937, -0.0088, -5.91948, -1.30757, -3.87273, 3.22367),
        "city": (2.08681, 19.81564, -1.62015, 0.0098, -10.48842, -35.38027, 4.67935, 5.6756),
    },
    index=["constant", *FEATURES],
)
"""Printed by `benchmarks.teenagers`: what is added to the logit of the département's proportion, each type of place in
its part. On départements left out, adults of communes of 10,000 residents or more are missed by 0.9 % and not 1.4."""


RANGES = {"under_20": (0.05, 0.4), "over_64": (0.05, 0.5), "log_persons": (0.4, 1.1)}
"""What is looked at is taken no further than this: a commune of a boarding school is like no other."""


def teenagers(communes: pd.DataFrame, proportion: np.ndarray) -> np.ndarray:
    """Proportion of 15-19 among residents of 0-19, (communes,).

    `communes` has `departement`, the parts in each type of place, three ages and, where they are known, `households`
    (main residences); without them the département's `proportion` (communes,) stands.
    """
    proportions = np.array(proportion, dtype=float)
    if "households" not in communes:
        return proportions
    table = features(communes)
    is_known = (table.notna().all(axis=1) & communes["pop_0_19"].gt(0)).to_numpy()
    proportions[is_known] = on_line(
        communes[is_known], proportions[is_known], logit_shift(communes[is_known], table[is_known])
    )
    return proportions


def on_line(communes: pd.DataFrame, proportion: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """The `proportion` of each département moved on the logit line, its communes adding up to it still."""
    line, people = logit(proportion) + moved, communes["pop_0_19"].to_numpy(float)
    proportions = np.empty(len(communes))
    for at in communes.groupby("departement").indices.values():
        proportions[at] = calibrate(line[at], people[at], proportion[at[0]])
    return proportions


def features(communes: pd.DataFrame) -> pd.DataFrame:
    """Predictors of the proportion, (communes x FEATURES); missing without residents or households."""
    people = communes[["pop_0_19", "pop_20_64", "pop_65_plus"]].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "under_20": communes["pop_0_19"] / people,
                "over_64": communes["pop_65_plus"] / people,
                "log_residents": np.log(people),
                "log_persons": np.log(people / communes["households"]),
            },
            dtype=float,
        ).replace([np.inf, -np.inf], np.nan)
    table = table.assign(**{name: table[name].clip(*ends) for name, ends in RANGES.items()})
    return table.assign(**{name: table[name.removesuffix("_squared")] ** 2 for name in FEATURES[len(_FEATURES) :]})


def logit_shift(communes: pd.DataFrame, table: pd.DataFrame, coefficients: pd.DataFrame = COEFFICIENTS) -> np.ndarray:
    """What is added to the logit of the département's proportion, (communes,)."""
    design = table[list(FEATURES)].assign(constant=1.0)[coefficients.index].to_numpy()
    return (communes[list(PLACES)].to_numpy(float) * (design @ coefficients[list(PLACES)].to_numpy())).sum(axis=1)
