"""Illness and death by département and above, from official files: what is read beside the estimate, never in it.

Two figures of each long illness: the share of residents treated for it, as published, and that share at the ages of the
whole country (direct standardisation), so that an old département is not read as an ill one.
"""

from collections.abc import Iterator

import pandas as pd

from etl.indicators.figures import Measures
from etl.people import RESIDENTS_AGES, residents
from etl.rejects import reject_frame
from etl.sources import cnam, mortality
from geodata.indicator_catalogue import ILLNESSES, Illness
from geodata.sentences import sentence

COUNTED_ONCE = ("diabetes", "respiratory", "liver", "other_long")
"""Illnesses whose group is a single line of the classification: the only ones that an extract without sub-groups (no
`top`) tells, since it adds up the patients and the residents of every line of a group."""

_ADDED = sentence("patients_added_up")


def illness_measures(ill: pd.DataFrame, departements: pd.DataFrame) -> tuple[list[Measures], pd.DataFrame]:
    """Measures of the CNAM's mapping, a vintage each: `patients_diabetes`, `people_diabetes`, `standardised_diabetes`
    by (level, code); and the rejects. `departements` is the reference table, for the ages of the country."""
    weight = pd.Series({age: float(residents(departements, (age,)).sum()) for age in RESIDENTS_AGES})
    by_vintage: dict[str, list[pd.Series]] = {}
    refused = []
    for illness in ILLNESSES:
        rows = ill[(ill["group"] == illness.group) & (ill["pathology"] == ill["group"]) & (ill["sex"] == "all")]
        is_added = (rows["top"] == "") & (illness.id not in COUNTED_ONCE)
        if is_added.any():
            refused.append((illness.group, illness.group, _ADDED))
        for vintage, all_rows in rows[~is_added].groupby("vintage"):
            same = _of_one_file(all_rows)
            if left := len(all_rows) - len(same):
                why = sentence("ages_of_another_file", count=left, vintage=str(vintage))
                refused.append((illness.group, illness.group, why))
            by_vintage.setdefault(str(vintage), []).extend(_of_illness(same, illness, weight))
    tables = [
        Measures(cnam.SOURCE.id, vintage, above=pd.concat(columns, axis=1).rename_axis(["level", "code"]))
        for vintage, columns in sorted(by_vintage.items())
    ]
    return tables, reject_frame(cnam.SOURCE.id, refused)


def _of_one_file(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each place, the lines of the file that tells most of it (`top` is that of its layout): ages of two files are
    no share."""
    lines = rows.groupby(["level", "code", "top"])["age"].transform("size")
    return rows[lines == lines.groupby([rows["level"], rows["code"]]).transform("max")]


def _of_illness(rows: pd.DataFrame, illness: Illness, weight: pd.Series) -> Iterator[pd.Series]:
    everybody = rows[rows["age"] == "all"].drop_duplicates(["level", "code"]).set_index(["level", "code"])
    yield everybody["patients"].rename(f"patients_{illness.id}")
    yield everybody["people"].rename(f"people_{illness.id}")
    yield _at_the_ages_of_the_country(rows, weight).rename(f"standardised_{illness.id}")


def _at_the_ages_of_the_country(rows: pd.DataFrame, weight: pd.Series) -> pd.Series:
    """Share of residents treated, were their ages those of the country, by (level, code).

    An age whose patients are secret (fewer than eleven) counts as none: its definition says so.
    """
    ages = rows[rows["age"].isin(weight.index)].drop_duplicates(["level", "code", "age"])
    # Fewer than eleven patients are kept secret: none of them changes a share of thousands, as the definition says.
    rates = (ages["patients"].fillna(0.0) / ages["people"]).set_axis(
        pd.MultiIndex.from_frame(ages[["level", "code", "age"]])
    )
    table = rates.unstack("age").reindex(columns=weight.index)
    # An age without a line is one without a patient; a place that tells of few ages tells nothing of the others.
    table = table[table.notna().mean(axis=1) > 0.5].fillna(0.0)
    return (table * weight / weight.sum()).sum(axis=1)


def death_measures(deaths: pd.DataFrame) -> list[Measures]:
    """Standardised mortality of all causes and both sexes by département, a vintage each."""
    rows = deaths[(deaths["sex"] == "all") & (deaths["chapter"] == "all") & deaths["value"].notna()]
    return [
        Measures(
            mortality.SOURCE.id,
            str(vintage),
            above=same.drop_duplicates("code")
            .assign(level="departement")
            .set_index(["level", "code"])[["value"]]
            .rename(columns={"value": "standardised_mortality"}),
        )
        for vintage, same in rows.groupby("vintage")
    ]
