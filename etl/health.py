"""Illness and death by département and above, from official files: what is read beside the estimate, never in it.

Two figures of each long illness: the share of residents treated for it, as published, and that share at the ages of the
whole country (direct standardisation), so that an old département is not read as an ill one.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from etl.exposure import RESIDENTS_AGES, every_level, residents
from etl.rejects import reject_frame
from etl.sources import cnam, mortality
from geodata.indicator import ILLNESSES, STANDARDISED_MORTALITY, Illness, Indicator
from geodata.territory import Level

SOURCES = (cnam.SOURCE.id, mortality.SOURCE.id)

COUNTED_ONCE = ("diabetes", "respiratory", "liver", "other_long")
"""Illnesses whose group is a single line of the classification: the only ones that an extract without sub-groups (no
`top`) tells, since it adds up the patients and the residents of every line of a group."""

_ADDED = "patients and residents of several lines are added up in this extract: no share can be read in it"
_ROW = ["level", "code", "indicator", "value", "resolved_at"]


def health_figures(
    observations: Mapping[str, pd.DataFrame], departements: pd.DataFrame
) -> tuple[list[Indicator], pd.DataFrame, pd.DataFrame]:
    """Indicators, rows of `indicator_value` and rejects, from what is loaded of the CNAM and of the CépiDc.

    `observations` by source id; `departements` is the reference table (residents by age, région). A file that is not
    there adds nothing.
    """
    told, frames, rejects = [], [pd.DataFrame(columns=_ROW).astype({"value": float})], [reject_frame("", [])]
    if cnam.SOURCE.id in observations:
        ill = observations[cnam.SOURCE.id]
        for illness in ILLNESSES:
            found, refused = _illness(ill, illness, departements)
            rejects.append(refused)
            for indicator, rows in found:
                told.append(indicator)
                frames.append(rows)
    if mortality.SOURCE.id in observations:
        indicator, rows = _mortality(observations[mortality.SOURCE.id], departements)
        told.append(indicator)
        frames.append(rows)
    return told, pd.concat(frames, ignore_index=True), pd.concat(rejects, ignore_index=True)


# -- illness ---------------------------------------------------------------------------------------------------------


def _illness(ill: pd.DataFrame, illness: Illness, departements: pd.DataFrame):
    """((indicator, rows) as treated and at the country's ages; rejects): the newest year that tells of it."""
    rows = ill[(ill["group"] == illness.group) & (ill["pathology"] == ill["group"]) & (ill["sex"] == "all")]
    is_added = (rows["top"] == "") & (illness.id not in COUNTED_ONCE)
    refused = [(illness.group, illness.group, _ADDED)] if is_added.any() else []
    rows = rows[~is_added]
    rows = rows[rows["vintage"] == rows["vintage"].max()]
    refused = reject_frame(cnam.SOURCE.id, refused)
    if rows.empty:
        return (), refused
    rows = _with_regions(rows, departements)
    everybody = rows[rows["age"] == "all"].set_index(["level", "code"])
    crude = (everybody["patients"] / everybody["people"]).dropna()
    vintage = rows["vintage"].iloc[0]
    return (
        (replace(illness.treated, vintage=vintage), _values(crude, illness.treated.id)),
        (
            replace(illness.standardised, vintage=vintage),
            _values(_at_the_ages_of_the_country(rows, departements), illness.standardised.id),
        ),
    ), refused


def _with_regions(rows: pd.DataFrame, departements: pd.DataFrame) -> pd.DataFrame:
    """The rows, and those of the régions that are not published and whose départements all are."""
    inside = rows[rows["level"] == Level.DEPARTEMENT]
    region = departements["region"]
    complete = region.groupby(region).agg(lambda codes: codes.index.isin(inside["code"]).all())
    wanted = set(complete.index[complete]) - set(rows.loc[rows["level"] == Level.REGION, "code"])
    inside = inside.assign(code=inside["code"].map(region))
    inside = inside[inside["code"].isin(wanted)]
    sums = inside.groupby(["code", "age", "vintage"], as_index=False)[["patients", "people"]].sum(min_count=1)
    return pd.concat([rows, sums.assign(level=Level.REGION.value)], ignore_index=True)


def _at_the_ages_of_the_country(rows: pd.DataFrame, departements: pd.DataFrame) -> pd.Series:
    """Share of residents treated, were their ages those of the country, by (level, code).

    An age whose patients are secret (fewer than eleven) counts as none: its definition says so.
    """
    weight = pd.Series({age: float(residents(departements, (age,)).sum()) for age in RESIDENTS_AGES})
    ages = rows[rows["age"].isin(weight.index)]
    # Fewer than eleven patients are kept secret: none of them changes a share of thousands, as the definition says.
    rates = (ages["patients"].fillna(0.0) / ages["people"]).set_axis(
        pd.MultiIndex.from_frame(ages[["level", "code", "age"]])
    )
    table = rates.unstack("age").reindex(columns=weight.index)
    # An age without a line is one without a patient; a place that tells of few ages tells nothing of the others.
    table = table[table.notna().mean(axis=1) > 0.5].fillna(0.0)
    return (table * weight / weight.sum()).sum(axis=1)


def _values(values: pd.Series, indicator: str) -> pd.DataFrame:
    rows = values.rename("value").rename_axis(["level", "code"]).reset_index()
    return rows.assign(indicator=indicator, resolved_at=rows["level"])[_ROW]


# -- death -----------------------------------------------------------------------------------------------------------


def _mortality(deaths: pd.DataFrame, departements: pd.DataFrame) -> tuple[Indicator, pd.DataFrame]:
    """The newest year of all causes and both sexes; above, means weighted by residents (`exposures` does the same)."""
    rows = deaths[(deaths["sex"] == "all") & (deaths["chapter"] == "all") & deaths["value"].notna()]
    rows = rows[rows["vintage"] == rows["vintage"].max()].drop_duplicates("code")
    indicator = replace(STANDARDISED_MORTALITY, vintage=rows["vintage"].max() if len(rows) else "")
    rate = rows.set_index("code")["value"].reindex(departements.index)
    among = residents(departements).where(rate.notna())
    parts = pd.concat({indicator.id: pd.DataFrame({"some": rate * among, "among": among})}, axis=1)
    return indicator, every_level(parts, departements["region"])[_ROW]
