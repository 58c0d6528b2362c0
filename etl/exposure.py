"""Risk factors that the reference table holds in parts: its ages and rates made into shares, and carried above.

A région or the country has a figure when its départements have theirs: exact where it is a share of residents, a mean
weighted by residents where only the rate is published (`resolved_at` then says département).
"""

import pandas as pd

from geodata.indicator import LIVING_ALONE_SHARE, SHARE_75_PLUS, SHARE_WOMEN_75_PLUS
from geodata.territory import FRANCE, Level

_OLD = ("75_79", "80_84", "85_89", "90_94", "95_plus")
_ALONE = {
    "15_19": ("15_19",),
    "20_24": ("20_24",),
    "25_39": ("25_29", "30_34", "35_39"),
    "40_54": ("40_44", "45_49", "50_54"),
    "55_64": ("55_59", "60_64"),
    "65_79": ("65_69", "70_74", "75_79"),
    "80_plus": ("80_84", "85_89", "90_94", "95_plus"),
}
_WORKING = tuple(f"{age}_{age + 4}" for age in range(15, 65, 5))

CARRIED = ("poverty_rate", "unemployment_rate", "crude_mortality_rate")
"""Published rates that are also given to régions and the country, as means of their départements."""

INDICATORS = (SHARE_75_PLUS, SHARE_WOMEN_75_PLUS, LIVING_ALONE_SHARE)


def exposures(departements: pd.DataFrame) -> pd.DataFrame:
    """Rows of `indicator_value` from the reference table (`etl.sources.reference.departements`), indexed by code.

    A région without a figure for one of its départements has none. The country's is that of the départements whose
    figure is published: the population that the indicator's definition names.
    """
    parts = pd.concat({i.id: part for i, part in zip(INDICATORS, _parts(departements), strict=True)}, axis=1)
    for rate in CARRIED:
        people = _residents(departements, _WORKING if rate == "unemployment_rate" else None)
        among = people.where(departements[rate].notna())
        parts[rate, "some"], parts[rate, "among"] = departements[rate] * among, among
    region = departements["region"]
    own = [i.id for i in INDICATORS]
    return pd.concat(
        [
            _rows(parts[own], Level.DEPARTEMENT),
            _rows(parts.groupby(region).sum(min_count=1).where(parts.notna().groupby(region).all()), Level.REGION),
            _rows(parts.sum().to_frame(FRANCE).T, Level.FRANCE),
        ],
        ignore_index=True,
    )


def _parts(departements: pd.DataFrame) -> list[pd.DataFrame]:
    """Some residents and those among whom they are counted, by département, for each of `INDICATORS`."""
    everybody = _residents(departements)
    alone = sum(
        departements[f"living_alone_share_{band}"] * _residents(departements, ages) for band, ages in _ALONE.items()
    )
    adults = _residents(departements, [age for ages in _ALONE.values() for age in ages])
    pairs = (
        (_residents(departements, _OLD), everybody),
        (_residents(departements, _OLD, ("women",)), everybody),
        (alone, adults.where(alone.notna())),
    )
    return [pd.DataFrame({"some": some, "among": among}) for some, among in pairs]


def _residents(departements: pd.DataFrame, ages=None, sexes=("women", "men")) -> pd.Series:
    """Residents of some ages (None: all) and sexes, by département."""
    columns = departements.columns
    wanted = [
        c for s in sexes for c in columns if c.startswith(f"{s}_") and (ages is None or c.removeprefix(f"{s}_") in ages)
    ]
    return departements[wanted].sum(axis=1, min_count=1)


def _rows(parts: pd.DataFrame, level: Level) -> pd.DataFrame:
    shares = parts.xs("some", axis=1, level=1) / parts.xs("among", axis=1, level=1)
    rows = shares.rename_axis(index="code", columns="indicator").stack().dropna().rename("value").reset_index()
    return rows.assign(level=level.value, resolved_at=Level.DEPARTEMENT.value)
