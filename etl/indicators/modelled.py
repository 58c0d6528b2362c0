"""People and households of one by commune where no census file tells: modelled from dwellings and ages.

Commune by commune the base census has residents by three ages and dwellings, and persons per household say much of how
many live alone. Coefficients were fitted on the census 2022 of the mainland (`benchmarks.modelled`, which also says
how they were validated) and stand in `etl/reference/living_alone_model.csv`; each département is shifted so that its
communes meet its published figure. Where a département publishes none (overseas) nothing is modelled. Every value
carries its standard error, fitted on départements left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from etl.indicators.figures import NOTHING_PUBLISHED, Figure
from etl.people import ages_between, residents
from etl.sources import reference
from geodata.errors import BadInput
from geodata.estimate import Kind
from geodata.indicator_catalogue import BY_ID
from geodata.territory import Level

FILE = "living_alone_model.csv"
RATIO, FLOOR, PER_HOUSEHOLD = "published_ratio", "error_variance", "error_variance_by_unit"

_FEATURES = ("log_persons", "under_20", "over_64", "flats", "second_homes", "vacant")
TERMS = (*_FEATURES, *(f"{name}_squared" for name in _FEATURES))
"""What the model looks at, and the squares."""

EDGE = 0.5
"""People added on both sides before a share goes to the logit line: none of ten is not minus infinity."""


def features(counts: pd.DataFrame) -> pd.DataFrame:
    """Terms by commune from the base census; missing where no resident or no main residence is counted."""
    homes, households, people = counts["logements"], counts["res_principales"], counts["pop"]
    table = pd.DataFrame(
        {
            "log_persons": np.log((people / households).where((people > 0) & (households > 0))),
            "under_20": counts["pop_0_19"] / people,
            "over_64": counts["pop_65p"] / people,
            "flats": counts["appartements"] / homes,
            "second_homes": counts["res_secondaires"] / homes,
            "vacant": counts["logements_vacants"] / homes,
        }
    )
    squares = (table**2).add_suffix("_squared")
    return pd.concat([table, squares], axis=1).assign(residents=people.astype(float)).replace([np.inf, -np.inf], np.nan)


def to_line(share: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Shares on the logit line, drawn a little inwards."""
    return logit((share * among + EDGE) / (among + 2 * EDGE))


def line(terms: pd.DataFrame, coefficients: dict[str, float]) -> np.ndarray:
    """The model's line of each commune, up to its département's constant."""
    return terms[list(coefficients)].to_numpy(float) @ np.array(list(coefficients.values()))


def calibrate(line: np.ndarray, among: np.ndarray, share: float) -> np.ndarray:
    """Shares whose weighted mean is `share`: the line shifted by one constant."""
    from scipy.optimize import brentq  # here: a quarter of a second that most commands need not

    def gap(shift: float) -> float:
        return float(np.average(expit(line + shift), weights=among)) - share

    # With the smallest shift no share is above the one wanted, with the largest none is below.
    smallest, largest = logit(share) - line.max() - 1e-9, logit(share) - line.min() + 1e-9
    return expit(line + brentq(gap, smallest, largest, xtol=1e-12))


@dataclass(frozen=True)
class Target:
    """What is modelled. `among`: those of whom it is a share, by commune of the base census and département;
    `published`: the département's figure that the reference table leads to, `is_exact` when it is the very figure and
    not one that a fitted ratio brings to it; `observed`: share and weight in the counts of a census file, to fit on."""

    indicator: str
    among: Callable[[pd.DataFrame, pd.DataFrame, pd.Series], pd.Series]
    published: Callable[[pd.DataFrame, pd.DataFrame, pd.Series], pd.Series]
    observed: Callable[[pd.DataFrame], tuple[pd.Series, pd.Series]]
    is_exact: bool


def _adults(counts: pd.DataFrame, departements: pd.DataFrame, departement: pd.Series) -> pd.Series:
    """Residents of 15 and over: those of 0-19 are in the proportion of the département."""
    children = residents(departements, ages_between(0, 14)) / residents(departements, ages_between(0, 19))
    return counts["pop"] - counts["pop_0_19"] * departement.map(children)


def _households(counts: pd.DataFrame, departements: pd.DataFrame, departement: pd.Series) -> pd.Series:
    return counts["res_principales"].astype(float)


def _alone(departements: pd.DataFrame) -> pd.Series:
    bands = {"15_19": (15, 19), "20_24": (20, 24), "25_39": (25, 39), "40_54": (40, 54), "55_64": (55, 64)}
    bands |= {"65_79": (65, 79), "80_plus": (80, 199)}
    return sum(
        departements[f"living_alone_share_{band}"] * residents(departements, ages_between(*ends))
        for band, ends in bands.items()
    )


def _alone_among_adults(departements: pd.DataFrame, counts: pd.DataFrame, departement: pd.Series) -> pd.Series:
    return _alone(departements) / residents(departements, ages_between(15, 199))


def _alone_among_households(departements: pd.DataFrame, counts: pd.DataFrame, departement: pd.Series) -> pd.Series:
    """Who lives alone is a household: the published share of the adults counted, over the main residences counted."""
    adults = _adults(counts, departements, departement).groupby(departement).sum()
    alone = adults * _alone_among_adults(departements, counts, departement).reindex(adults.index)
    return alone / counts["res_principales"].groupby(departement).sum()


TARGETS = (
    Target("living_alone_share", _adults, _alone_among_adults,
           lambda census: (census["living_alone_15_plus"] / census["population_15_plus"], census["population_15_plus"]),
           is_exact=True),
    Target("one_person_household_share", _households, _alone_among_households,
           lambda census: (census["one_person_households"] / census["households"], census["households"]),
           is_exact=False),
)  # fmt: skip


@cache
def coefficients(folder: Traversable = reference.REFERENCE) -> dict[str, dict[str, float]]:
    """Terms and their values by indicator, as `benchmarks.modelled` fitted them. Raises `BadInput`."""
    with folder.joinpath(FILE).open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype={"indicator": str, "term": str, "value": float})
    by_indicator = {
        str(i): dict(zip(rows["term"], rows["value"], strict=True)) for i, rows in table.groupby("indicator")
    }
    wanted = {*TERMS, RATIO, FLOOR, PER_HOUSEHOLD}
    for target in TARGETS:
        if set(by_indicator.get(target.indicator, ())) != wanted:
            raise BadInput(f"{FILE}: {target.indicator} must have the terms {', '.join(sorted(wanted))}, once each.")
    return by_indicator


def modelled_figures(
    counts: pd.DataFrame, departements: pd.DataFrame, departement: pd.Series, vintage: str
) -> list[Figure]:
    """Both indicators by commune of today, for the départements whose figure is published.

    `counts`: the base census; `departement` of each of its communes; `departements`: the reference table.
    """
    terms, figures = features(counts), []
    for target in TARGETS:
        fitted = coefficients()[target.indicator]
        slopes = {term: fitted[term] for term in TERMS}
        among = target.among(counts, departements, departement)
        totals = target.published(departements, counts, departement) * fitted[RATIO]
        can = terms.notna().all(axis=1) & (among > 0) & departement.map(totals).between(0, 1, inclusive="neither")
        pieces = []
        for code, here in terms[can].groupby(departement[can]):
            weights = among[here.index].to_numpy(float)
            pieces.append(pd.Series(calibrate(line(here, slopes), weights, float(totals[code])), index=here.index))
        if not pieces:
            continue
        share = pd.concat(pieces)
        among = among[share.index]
        communes = pd.DataFrame(
            {
                "some": share * among,
                "among": among,
                "known": 1.0,
                "error": np.sqrt(fitted[FLOOR] + fitted[PER_HOUSEHOLD] / among),
            }
        )
        figures.append(
            Figure(
                BY_ID[target.indicator], reference.SOURCE.id, vintage, communes, NOTHING_PUBLISHED,
                Level.COMMUNE.value, Kind.MODELLED,
            )
        )  # fmt: skip
    return figures
