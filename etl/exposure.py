"""Risk factors that the reference table holds in parts: its ages and rates made into shares, and carried above.

A région or the country has a figure when its départements have theirs: exact where it is a share of residents, a mean
weighted by residents where only the rate is published (`resolved_at` then says département). Official files add what
they tell of communes, and the disability allowance of départements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from etl.factors import Factors
from etl.sources import drees_minima
from geodata.estimate import Kind
from geodata.indicator import LIVING_ALONE_SHARE, SHARE_75_PLUS, SHARE_WOMEN_75_PLUS, Indicator
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

RESIDENTS_AGES = (*(f"{age:02d}_{age + 4:02d}" for age in range(0, 95, 5)), "95_plus")
"""The five-year ages of the reference table, from birth."""

CARRIED = ("poverty_rate", "unemployment_rate", "crude_mortality_rate", "standardised_mortality_rate")
"""Published rates that are also given to régions and the country, as means of their départements."""

INDICATORS = (SHARE_75_PLUS, SHARE_WOMEN_75_PLUS, LIVING_ALONE_SHARE)


def exposures(departements: pd.DataFrame) -> pd.DataFrame:
    """Rows of `indicator_value` from the reference table (`etl.sources.reference.departements`), indexed by code.

    The rates of `CARRIED` are given from the région up: départements have the published ones. A région without a figure
    for one of its départements has none. The country's is that of the départements whose
    figure is published: the population that the indicator's definition names.
    """
    parts = pd.concat({i.id: part for i, part in zip(INDICATORS, _parts(departements), strict=True)}, axis=1)
    for rate in CARRIED:
        people = residents(departements, _WORKING if rate == "unemployment_rate" else None)
        among = people.where(departements[rate].notna())
        parts[rate, "some"], parts[rate, "among"] = departements[rate] * among, among
    own = [i.id for i in INDICATORS]
    every = every_level(parts, departements["region"])
    is_published = (every["level"] == Level.DEPARTEMENT) & ~every["indicator"].isin(own)
    return every[~is_published].reset_index(drop=True)


def every_level(parts: pd.DataFrame, region: pd.Series) -> pd.DataFrame:
    """Rows of départements, régions and the country from `some` and `among` of each indicator by département."""
    return pd.concat(
        [
            _rows(parts, Level.DEPARTEMENT),
            _rows(parts.groupby(region).sum(min_count=1).where(parts.notna().groupby(region).all()), Level.REGION),
            _rows(parts.sum().to_frame(FRANCE).T, Level.FRANCE),
        ],
        ignore_index=True,
    )


_OF_COMMUNES = {
    "poverty_rate": Indicator(
        "poverty_rate_commune", "Taux de pauvreté au seuil de 60 %", "Poverty rate, 60 % threshold",
        "Personnes des ménages fiscaux sous 60 % du niveau de vie médian ; inconnu où le taux n'est qu'un maximum.",
        "share", Kind.OBSERVED, "", "",
    ),
    "unemployed_share_of_active": Indicator(
        "unemployed_share_of_active", "Part des chômeurs parmi les actifs", "Unemployed among the active",
        "Chômeurs au sens du recensement / actifs de 15 à 64 ans.", "share", Kind.DERIVED, "", "",
    ),
    "living_alone_share": Indicator(
        "living_alone_share_commune", "Part des 15 ans et plus vivant seuls",
        "Share of residents aged 15 and over living alone",
        "Habitants de 15 ans et plus seuls dans leur logement / habitants de 15 ans et plus.",
        "share", Kind.DERIVED, "", "",
    ),
}  # fmt: skip

DISABILITY = Indicator(
    "disability_allowance_share", "Allocataires de l'AAH parmi les 20 à 64 ans",
    "Disability allowance recipients among residents aged 20-64",
    "Allocataires de l'allocation aux adultes handicapés au 31 décembre / habitants de 20 à 64 ans en 2022.",
    "share", Kind.DERIVED, "", drees_minima.SOURCE.id,
)  # fmt: skip


def official_exposures(
    factors: Factors, observations: Mapping[str, pd.DataFrame], departements: pd.DataFrame
) -> tuple[list[Indicator], pd.DataFrame]:
    """What official files tell beyond the reference table: indicators, and rows of `indicator_value`.

    `factors` are those of communes, `observations` those of départements by source id. A file that is not there adds
    nothing; a poverty rate that is only a limit is left unknown.
    """
    columns = ["code", "indicator", "value", "level", "resolved_at"]
    told, frames = [], [pd.DataFrame(columns=columns).astype({"value": float})]
    for column, values in _of_communes(factors.frame).items():
        origin = factors.origin[factors.origin["column"].str.startswith(column)].iloc[0]
        told.append(replace(_OF_COMMUNES[column], vintage=origin["vintage"], source=origin["source"]))
        rows = values.dropna().rename("value").rename_axis("code").reset_index()
        level = Level.COMMUNE.value
        frames.append(rows.assign(indicator=told[-1].id, level=level, resolved_at=level))
    if drees_minima.SOURCE.id in observations:
        allowance = observations[drees_minima.SOURCE.id]
        allowance = allowance[allowance["measure"] == "aah_recipients"].set_index("code")
        told.append(replace(DISABILITY, vintage=allowance["vintage"].max()))
        some = allowance["value"].reindex(departements.index)
        adults = residents(departements, _WORKING[1:]).where(some.notna())
        parts = pd.concat({DISABILITY.id: pd.DataFrame({"some": some, "among": adults})}, axis=1)
        frames.append(every_level(parts, departements["region"]))
    return told, pd.concat(frames, ignore_index=True)


def _of_communes(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """The shares of communes that factors tell, those of `_OF_COMMUNES`."""
    found = {c: frame[c] for c in ("poverty_rate", "unemployed_share_of_active") if c in frame}
    if "poverty_rate_is_ceiling" in frame and "poverty_rate" in found:
        # Only a printed limit is hidden: where nothing is said of a limit, the rate is the rate.
        found["poverty_rate"] = found["poverty_rate"].mask(frame["poverty_rate_is_ceiling"].fillna(False).astype(bool))
    bands = [c.removeprefix("living_alone_share_") for c in frame if c.startswith("living_alone_share_")]
    if bands and all(f"age_{band}" in frame for band in bands):
        people = frame[[f"age_{band}" for band in bands]].set_axis(bands, axis=1)
        shares = frame[[f"living_alone_share_{band}" for band in bands]].set_axis(bands, axis=1)
        # An age without residents has no share and nobody living alone.
        alone = (shares * people).mask(people == 0, 0.0)
        found["living_alone_share"] = alone.sum(axis=1, skipna=False) / people.sum(axis=1, skipna=False)
    return found


def _parts(departements: pd.DataFrame) -> list[pd.DataFrame]:
    """Some residents and those among whom they are counted, by département, for each of `INDICATORS`."""
    everybody = residents(departements)
    alone = sum(
        departements[f"living_alone_share_{band}"] * residents(departements, ages) for band, ages in _ALONE.items()
    )
    adults = residents(departements, [age for ages in _ALONE.values() for age in ages])
    pairs = (
        (residents(departements, _OLD), everybody),
        (residents(departements, _OLD, ("women",)), everybody),
        (alone, adults.where(alone.notna())),
    )
    return [pd.DataFrame({"some": some, "among": among}) for some, among in pairs]


def residents(
    departements: pd.DataFrame, ages: Sequence[str] | None = None, sexes: Sequence[str] = ("women", "men")
) -> pd.Series:
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
