"""Joint tables of residents by age, activity, living alone and income, from published margins only.

The national table is the one of maximum entropy among those that have the published margins: starting from equal cells
with structural zeros, iterative proportional fitting adds what is published and nothing else (SPREE; Purcell & Kish
1980). A département's table is the national one fitted to what is published for the département. Crosses that nobody
publishes (unemployment x living alone, for one) stay as independent as the margins allow.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from geodata.errors import BadInput
from geodata.methods.smallarea import CountMargin, Margin, ShareMargin, spree
from geodata.model_cells import FINE, FIVE_YEAR_AGES, CellSpace


@dataclass(frozen=True)
class Assumption:
    """One thing the joint table takes for true, and whether it is published, derived or judged."""

    text: str
    kind: str


ASSUMPTIONS = (
    Assumption("Residents by five-year age of each département, 1 January 2022 (Insee).", "published"),
    Assumption(
        "Active and in employment at 15-24, 25-54, 55-64 (census 2019), constant within each band.", "published"
    ),
    Assumption("Students and retired among the inactive of 15-64 (census 2019); the rest are at home.", "derived"),
    Assumption("Students are under 30, the retired 55 and over; everybody is retired from 65 on.", "judgement"),
    Assumption("Living alone by age (census 2022), constant within each published band.", "published"),
    Assumption(
        "Low income is being under the poverty line (60 % of the median): 14.9 % of residents (Filosofi 2021), spread "
        "over ages as in 2018 and over living alone as in 2021 (ERFS).",
        "derived",
    ),
    Assumption("Those of 15-17 are as often poor as those of 18-24.", "judgement"),
    Assumption("High income is being above the eighth decile: 20 % of residents by construction.", "derived"),
    Assumption(
        "Where a file tells manual workers, half of what their rate says is left (SD a quarter) once ages, activity "
        "and income have told their part; where none does, a commune has the country's part of them.",
        "judgement",
    ),
    Assumption(
        "Crosses that are not published are as independent as the margins allow (maximum entropy).", "judgement"
    ),
    Assumption(
        "A département's unemployment, employment and poverty rates, measured otherwise than the national table, move "
        "its odds by the ratio of the département's odds to France's.",
        "judgement",
    ),
)

HIGH_INCOME = 0.20


def age_label(band: str) -> str:
    """`25_39` -> `25-39`, `80_plus` -> `80+`: column names to age labels."""
    return band.replace("_plus", "+").replace("_", "-")


def national_joint(national: pd.DataFrame, residents_by_age: np.ndarray) -> np.ndarray:
    """The national joint table on `FINE`, (cells,), in residents.

    `national` is the table of published figures (`table, sex, age, activity_or_category, value, vintage, note`);
    `residents_by_age` (14,) counts the country's residents by five-year age from 15-19 to 80+.
    Raises `BadInput` naming every figure that is missing.
    """
    value = _Figures(national)
    space = FINE
    active, inactive = ("employed", "unemployed"), ("student", "retired", "at_home")
    margins: list[Margin] = [CountMargin("age", space.codes("age"), np.asarray(residents_by_age, dtype=float)[None])]

    def share(name: str, rate: float, yes: Any, **among: Any) -> None:
        margins.append(ShareMargin(name, space.where(**yes), space.where(**among), np.array([rate])))

    for band in ("15_24", "25_54", "55_64"):
        age = age_label(band)
        people = [value("activity_counts", band, c) for c in ("population", "active", "in_employment")]
        share(f"active {age}", people[1] / people[0], {"activity": active}, age=age)
        share(f"in employment {age}", people[2] / people[1], {"activity": "employed"}, age=age, activity=active)
    parts = {c: value("activity_shares", "15_64", c) for c in ("student", "retired", "other_inactive")}
    for name in ("student", "retired"):
        rate = parts[name] / sum(parts.values())
        share(f"{name} among the inactive", rate, {"activity": name}, age="15-64", activity=inactive)
    for band in ("15_19", "20_24", "25_39", "40_54", "55_64", "65_79", "80_plus"):
        rate = value("living_alone_share", band, "living_alone")
        share(f"living alone {age_label(band)}", rate, {"living_alone": "alone"}, age=age_label(band))

    level = value("poverty_rate", "all", "all", note="Filosofi")
    adults = value("poverty_rate", "18_plus", "all")
    for band, age in {
        "18_24": "15-24",
        "25_29": "25-29",
        "30_39": "30-39",
        "40_49": "40-49",
        "50_64": "50-64",
        "65_plus": "65+",
    }.items():
        share(f"poor {age}", level * value("poverty_rate", band, "all") / adults, {"income": "low"}, age=age)
    everyone = value("poverty_rate", "all", "all", vintage=2021, note="renewed")
    for band, category, age in (
        ("reference_under_65", "living_alone", "15-64"),
        ("reference_65_plus", "living_alone_or_single_parent", "65+"),
    ):
        rate = level * value("poverty_rate", band, category, vintage=2021) / everyone
        share(f"poor, living alone {age}", rate, {"income": "low"}, age=age, living_alone="alone")
    share("high income", HIGH_INCOME, {"income": "high"})
    value.complain()
    return spree(np.ones(len(space)), margins)[0]


class _Figures:
    """Reads one published figure at a time and remembers those that are missing."""

    def __init__(self, national: pd.DataFrame) -> None:
        self.national = national
        self.missing: list[str] = []

    def __call__(
        self, table: str, age: str, category: str, *, vintage: int | None = None, note: str | None = None
    ) -> float:
        n = self.national
        rows = n[
            (n["table"] == table) & (n["sex"] == "all") & (n["age"] == age) & (n["activity_or_category"] == category)
        ]
        if vintage is not None:
            rows = rows[rows["vintage"].astype(str) == str(vintage)]
        if note is not None:
            rows = rows[rows["note"].fillna("").str.contains(note)]
        if len(rows) != 1:
            wanted = ", ".join(str(w) for w in (table, age, category, vintage, note) if w is not None)
            self.missing.append(f"{wanted}: {len(rows)} rows where one is expected")
            return 0.5
        return float(rows["value"].iloc[0])

    def complain(self) -> None:
        if self.missing:
            raise BadInput("The table of national figures is not the one expected:\n- " + "\n- ".join(self.missing))


_ACTIVE: dict[str, str | tuple[str, ...]] = {"activity": ("employed", "unemployed")}
# What a column of shares speaks of: factor, cells concerned, population among which, whether it moves odds only.
_Categories = dict[str, str | tuple[str, ...]]
_COLUMNS: tuple[tuple[str, str, _Categories, _Categories, bool], ...] = (
    (r"living_alone_share_(?P<band>\w+)", "living_alone", {"living_alone": "alone"}, {}, False),
    (r"unemployment_rate_(?P<band>\w+)", "activity", {"activity": "unemployed"}, _ACTIVE, True),
    (r"employment_rate_(?P<band>15_64)", "activity", {"activity": "employed"}, {}, True),
    (r"unemployed_share_of_active", "activity", {"activity": "unemployed"}, _ACTIVE, False),
    (r"(?P<category>student|at_home)_share_(?P<band>15_64)", "activity", {}, {}, False),
    (r"poverty_rate", "income", {"income": "low"}, {}, True),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ShareColumn:
    """One column of published shares: its factor, the cells it speaks of and the targets it sets, NaN where empty."""

    column: str
    factor: str
    yes: np.ndarray
    among: np.ndarray
    moves_odds: bool


def share_column(column: str, space: CellSpace = FINE) -> ShareColumn | None:
    """What a column of shares speaks of, or None when it is not a column of the model."""
    for pattern, factor, yes, among, moves_odds in _COLUMNS:
        match = re.fullmatch(pattern, column)
        if not match:
            continue
        parts = match.groupdict()
        among = dict(among)
        if parts.get("category"):
            yes = {"activity": parts["category"]}
        if parts.get("band"):
            # Nobody over 64 is active here: an open band of activity stops at 64.
            band = parts["band"].replace("plus", "64") if factor == "activity" else parts["band"]
            among["age"] = age_label(band)
        inside = space.where(**among)
        return ShareColumn(column, factor, inside & space.where(**yes), inside, moves_odds)
    return None


WORKERS = "worker_share"
"""Column of shares that moves the whole share of a commune, and no cell of its table."""


def is_share(column: str) -> bool:
    """Whether the estimate knows what to do with a column of shares by commune."""
    return column == WORKERS or share_column(column) is not None


def target(share: ShareColumn, published: np.ndarray, france: float, joint: np.ndarray) -> np.ndarray:
    """The share to fit, NaN where nothing is published.

    A rate measured as in the national table is taken as it is; another one moves the national odds by the ratio of the
    territory's odds to France's, so that only the contrast is borrowed from it.
    """
    if not share.moves_odds:
        return published
    level = joint[share.yes].sum() / joint[share.among].sum()
    with np.errstate(divide="ignore"):
        return expit(logit(level) + logit(published) - logit(france))


FACTORS = ("age", "activity", "living_alone", "income")


@dataclass(frozen=True, eq=False)
class DepartementTables:
    """Joint tables of the départements on `FINE` and, by factor, the level that tells it.

    `tables` (départements, cells) in residents; `resolved_at` is a frame départements x factors; `france` holds
    France's value of each column that moves odds; `joint` is the national table.
    """

    codes: pd.Index
    tables: np.ndarray
    resolved_at: pd.DataFrame
    france: dict[str, float]
    joint: np.ndarray


def residents_by_age(reference: pd.DataFrame) -> np.ndarray:
    """Residents of each département by five-year age from 15-19 to 80+, both sexes, (départements, 14)."""
    columns = []
    for age in FIVE_YEAR_AGES:
        bands = [age.replace("-", "_")] if age != "80+" else ["80_84", "85_89", "90_94", "95_plus"]
        columns.append(reference[[f"{sex}_{b}" for sex in ("women", "men") for b in bands]].sum(axis=1))
    return np.column_stack(columns).astype(float)


def residents_under_15(reference: pd.DataFrame) -> np.ndarray:
    """Residents of each département under 15, (départements,)."""
    bands = ("00_04", "05_09", "10_14")
    return reference[[f"{sex}_{b}" for sex in ("women", "men") for b in bands]].sum(axis=1).to_numpy(float)


def departement_tables(reference: pd.DataFrame, national: pd.DataFrame) -> DepartementTables:
    """Fit the national joint table to what is published for each département.

    `reference` is indexed by département code, with `region`, residents by sex and five-year age, and columns of shares
    (`share_column`). An empty share takes the region's mean where other départements of the region publish it, else
    France's; `resolved_at` says so.
    """
    ages = residents_by_age(reference)
    joint = national_joint(national, ages.sum(axis=0))
    margins: list[Margin] = [CountMargin("age", FINE.codes("age"), ages)]
    resolved = pd.DataFrame("departement", index=reference.index, columns=list(FACTORS))
    france = {}
    for column in reference.columns:
        share = share_column(column)
        if share is None:
            continue
        # Residents of the ages concerned weigh the means.
        concerned = np.unique(FINE.codes("age")[share.among])
        weight = pd.Series(ages[:, concerned].sum(axis=1), index=reference.index)
        values, level = _fill(reference[column].astype(float), weight, reference["region"])
        france[column] = float(np.average(values, weights=weight))
        margins.append(
            ShareMargin(column, share.yes, share.among, target(share, values.to_numpy(), france[column], joint))
        )
        resolved[share.factor] = _coarsest(resolved[share.factor], level)
    published_factors = {share.factor for c in reference.columns if (share := share_column(c))}
    for factor in set(FACTORS) - {"age"} - published_factors:
        resolved[factor] = "france"
    return DepartementTables(reference.index, spree(joint, margins), resolved, france, joint)


def _fill(values: pd.Series, weight: pd.Series, region: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Values with the region's or France's weighted mean where empty, and the level each one comes from."""
    is_known = values.notna()
    if not is_known.any():
        raise BadInput(f"The reference column {values.name} is empty everywhere: remove it, or fill it in.")
    mean = float(np.average(values[is_known], weights=weight[is_known]))
    sums = (values * weight).where(is_known).groupby(region).transform("sum")
    weights = weight.where(is_known, 0).groupby(region).transform("sum")
    regional = (sums / weights).where(weights > 0)
    level = pd.Series(np.select([is_known, regional.notna()], ["departement", "region"], "france"), index=values.index)
    return values.fillna(regional).fillna(mean), level


LEVEL_ORDER = {"commune": 0, "epci": 1, "departement": 2, "region": 3, "france": 4}


def _coarsest(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.where(one.map(LEVEL_ORDER) >= other.map(LEVEL_ORDER), other)
