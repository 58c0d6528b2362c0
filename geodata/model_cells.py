"""The cells of the small-area model: combinations of age, activity, living alone, income and density class.

A `CellSpace` lists the combinations that can exist (nobody retired at 20, no student at 70) and does the index
arithmetic on them. Two spaces are used: `FINE` has five-year ages, so that any published age band is a union of its
categories; `SURVEY` has the ages at which the surveys publish something, and each of its cells is a sum of fine cells.
The type of place belongs to the whole commune, so an area's table has no axis for it: a cell's rate is looked up in the
columns of the commune's types, which is the same sum.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from geodata.errors import BadInput

FIVE_YEAR_AGES = (*(f"{a}-{a + 4}" for a in range(15, 80, 5)), "80+")
SURVEY_AGES = ("15-24", "25-39", "40-59", "60-69", "70-74", "75-79", "80+")
"""The published bands are 15-24, 25-39, 40-59, 60-69 and 70+; 75+ and 80+ are told apart for the telephone age curve
and for "mort sociale"."""

ACTIVITIES = ("employed", "unemployed", "student", "retired", "at_home")
ALONE = ("alone", "not_alone")
INCOMES = ("low", "middle", "high")
DENSITIES = ("rural", "intermediate", "dense")
"""Types of place of the survey: outside an urban unit, in one under 100,000 residents, in a larger one."""


def age_from(label: str) -> int:
    """First year of an age label: `15-24` -> 15, `80+` -> 80."""
    return int(label.rstrip("+").split("-")[0])


def age_to(label: str) -> float:
    """Last year of an age label: `15-24` -> 24, `80+` -> infinity."""
    return np.inf if label.endswith("+") else int(label.split("-")[1])


@dataclass(frozen=True, eq=False)
class CellSpace:
    """The combinations of categories that can exist.

    `factors` maps each factor to its categories; `index` (cells x factors) holds category numbers, first factor
    slowest.
    """

    factors: Mapping[str, tuple[str, ...]]
    index: np.ndarray

    def __len__(self) -> int:
        return len(self.index)

    def codes(self, factor: str) -> np.ndarray:
        """Category number of each cell for one factor, shape (cells,)."""
        return self.index[:, list(self.factors).index(factor)]

    def labels(self) -> list[tuple[str, ...]]:
        """The categories of each cell, in the order of the factors."""
        return [tuple(c[i] for c, i in zip(self.factors.values(), row, strict=True)) for row in self.index]

    def where(self, **categories: str | Sequence[str]) -> np.ndarray:
        """Cells whose category is the one given, or one of those given: `where(age="15-24", income=("low", "high"))`.

        An age may also be a band that is a union of the space's ages (`"70+"`, `"15-64"`). Raises `BadInput` for a
        factor or category that does not exist.
        """
        mask = np.ones(len(self), dtype=bool)
        for factor, wanted in categories.items():
            wanted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            if factor not in self.factors:
                raise BadInput(f"There is no factor « {factor} » here; the factors are {', '.join(self.factors)}.")
            numbers = [n for w in wanted for n in self._numbers(factor, w)]
            mask &= np.isin(self.codes(factor), numbers)
        return mask

    def _numbers(self, factor: str, category: str) -> list[int]:
        names = self.factors[factor]
        if category in names:
            return [names.index(category)]
        if factor == "age":
            inside = [
                i for i, n in enumerate(names) if age_from(n) >= age_from(category) and age_to(n) <= age_to(category)
            ]
            if (
                inside
                and age_from(names[inside[0]]) == age_from(category)
                and age_to(names[inside[-1]]) == age_to(category)
            ):
                return inside
        raise BadInput(
            f"« {category} » is not a category of {factor}, nor a union of them; they are {', '.join(names)}."
        )

    def partition(self, *factors: str) -> tuple[np.ndarray, list[tuple[str, ...]]]:
        """Number of the combination of `factors` that each cell belongs to, and the name of each combination."""
        sizes = [len(self.factors[f]) for f in factors]
        flat = np.ravel_multi_index([self.codes(f) for f in factors], sizes)
        present, codes = np.unique(flat, return_inverse=True)
        names = [
            tuple(self.factors[f][i] for f, i in zip(factors, np.unravel_index(k, sizes), strict=True)) for k in present
        ]
        return codes, names

    def margin(self, *factors: str) -> np.ndarray:
        """0/1 operator (combinations x cells): `margin("age") @ table` is the table's margin by age."""
        codes, names = self.partition(*factors)
        return (codes == np.arange(len(names))[:, None]).astype(float)


def cell_space(factors: Mapping[str, tuple[str, ...]], exists: Callable[..., bool] = lambda **_: True) -> CellSpace:
    """Every combination of `factors` for which `exists(age=..., activity=..., ...)` is true."""
    names, categories = list(factors), list(factors.values())
    rows = [
        numbers
        for numbers in product(*(range(len(c)) for c in categories))
        if exists(**{n: c[i] for n, c, i in zip(names, categories, numbers, strict=True)})
    ]
    if not rows:
        raise BadInput("No combination of categories exists: the structural zeros leave no cell.")
    return CellSpace(dict(factors), np.array(rows))


def can_exist(age: str, activity: str, **_: str) -> bool:
    """Structural zeros of age x activity (judgement, stated in the method).

    Students up to 29, retired from 55; from 65 on everybody counts as retired, because no published table used here
    tells apart those who still work or never did.
    """
    if age_from(age) >= 65:
        return activity == "retired"
    if activity == "student":
        return age_from(age) < 30
    if activity == "retired":
        return age_from(age) >= 55
    return True


def can_exist_in_survey(age: str, activity: str, **_: str) -> bool:
    """The same zeros seen through wider ages: a cell exists when one of its five-year cells does."""
    return any(
        can_exist(a, activity) for a in FIVE_YEAR_AGES if age_from(a) >= age_from(age) and age_to(a) <= age_to(age)
    )


FINE = cell_space({"age": FIVE_YEAR_AGES, "activity": ACTIVITIES, "living_alone": ALONE, "income": INCOMES}, can_exist)
SURVEY = cell_space(
    {"age": SURVEY_AGES, "activity": ACTIVITIES, "living_alone": ALONE, "income": INCOMES}, can_exist_in_survey
)
SURVEY_BY_DENSITY = cell_space(
    {"age": SURVEY_AGES, "activity": ACTIVITIES, "living_alone": ALONE, "income": INCOMES, "density": DENSITIES},
    can_exist_in_survey,
)
"""Cell c of `SURVEY` in density class d is cell `3 * c + d` here."""


def coarsen(fine: CellSpace, coarse: CellSpace) -> np.ndarray:
    """The coarse cell each fine cell belongs to, shape (fine cells,): same factors, wider ages."""
    position = {label: i for i, label in enumerate(coarse.labels())}
    ages = coarse.factors["age"]
    wide = {
        a: next(w for w in ages if age_from(w) <= age_from(a) and age_to(a) <= age_to(w)) for a in fine.factors["age"]
    }
    return np.array([position[(wide[age], *rest)] for age, *rest in fine.labels()])
