"""Among whom: residents by age that shares and means are weighted with, where a file does not say it itself."""

from collections.abc import Mapping, Sequence

import pandas as pd

from geodata.territory import FRANCE, Level

RESIDENTS_AGES = (*(f"{age:02d}_{age + 4:02d}" for age in range(0, 95, 5)), "95_plus")
"""The five-year ages of the reference table, from birth."""

_CENSUS = {
    "pop": "residents",
    "pop_0_19": "residents_0_19",
    "pop_20_64": "residents_20_64",
    "pop_65p": "residents_65_plus",
    "res_principales": "main_residences_2021",
}
_BANDS = {
    **{f"{low}_{high}": (low, high) for low, high in ((15, 19), (15, 24), (15, 64), (20, 24), (20, 64), (25, 39))},
    **{f"{low}_{high}": (low, high) for low, high in ((25, 49), (40, 54), (50, 64), (55, 64), (65, 79))},
    **{f"{low}_plus": (low, 199) for low in (15, 65, 75, 80)},
}


def residents(
    departements: pd.DataFrame, ages: Sequence[str] | None = None, sexes: Sequence[str] = ("women", "men")
) -> pd.Series:
    """Residents of some ages (None: all) and sexes, by département (`etl.sources.reference.departements`)."""
    columns = departements.columns
    wanted = [
        c for s in sexes for c in columns if c.startswith(f"{s}_") and (ages is None or c.removeprefix(f"{s}_") in ages)
    ]
    return departements[wanted].sum(axis=1, min_count=1)


def ages_between(low: int, high: int) -> list[str]:
    """The five-year ages of the reference table from `low` to `high` years."""
    return [age for age in RESIDENTS_AGES if low <= int(age[:2]) <= high]


def of_departements(departements: pd.DataFrame) -> pd.DataFrame:
    """Residents by département: `residents`, and `residents_15_24`, `residents_75_plus` ... of the published bands."""
    bands = {f"residents_{band}": residents(departements, ages_between(*ends)) for band, ends in _BANDS.items()}
    return pd.DataFrame({"residents": residents(departements), **bands})


def by_level(
    census: pd.DataFrame, iris: pd.DataFrame, counts: pd.DataFrame, departements: pd.DataFrame
) -> Mapping[str, pd.DataFrame]:
    """Residents by level: IRIS and communes of the base census, départements and above of the reference table.

    `census` counts by commune code of the census, `counts` by commune code of today: a file may use either.
    """
    both = pd.concat([census, counts.loc[counts.index.difference(census.index)]])
    people = of_departements(departements)
    return {
        "iris": iris.rename(columns=_CENSUS),
        Level.COMMUNE.value: both.rename(columns=_CENSUS),
        Level.DEPARTEMENT.value: people,
        Level.REGION.value: people.groupby(departements["region"]).sum(),
        Level.FRANCE.value: people.sum().to_frame(FRANCE).T,
    }
