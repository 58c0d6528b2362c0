"""Figures of what lies inside communes: districts and IRIS, each by its own, added up nowhere.

Nothing under `SECRET_BELOW` people is told, and nothing that subtracting the others of the same place would give: where
one is withheld, the next smallest are too, until those withheld hold enough together.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from etl.indicators.aggregation import COLUMNS
from etl.indicators.figures import Measures, Reading, fractions, possible
from etl.rejects import reject_frame
from geodata.estimate import Kind
from geodata.indicator import SECRET_BELOW, Unpublished, Way
from geodata.indicator_catalogue import POPULATION
from geodata.territory import Level, Part

_PEOPLE = {Part.DISTRICT.value: Level.COMMUNE.value, Part.IRIS.value: "iris"}
"""Which residents are the denominators of a part: those of the census codes, which have districts, or of IRIS."""


def part_values(
    tables: Iterable[Measures], readings: Sequence[Reading], people: Mapping[str, pd.DataFrame], table: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of table `indicator_value` of the parts of communes, and the rejects.

    `tables`: measures by code of a part; `readings` the preferred first; `people` of `etl.people.by_level`; `table`:
    rows of table `part`. Of each indicator the newest vintage alone, of two sources the first.
    """
    frames, rejects = [], [reject_frame("", [])]
    for measures in tables:
        seen: set[str] = set()
        for rank, reading in enumerate(readings):
            if reading.source != measures.source or reading.indicator.id in seen or not _is_kept(reading, measures):
                continue
            shares = fractions(reading, measures.fine, people.get(_PEOPLE[measures.fine_level]))
            if shares is None:
                continue
            seen.add(reading.indicator.id)
            shares, refused = possible(reading, shares, measures.vintage)
            rejects.append(refused)
            frames.append(_rows(shares, reading, measures).assign(rank=rank))
    if not frames:
        return pd.DataFrame(columns=COLUMNS), pd.concat(rejects, ignore_index=True)
    rows = pd.concat(frames, ignore_index=True).dropna(subset=["value"])
    held = table.assign(level=table["kind"], group=table["code"].str[:5].where(table["kind"] == Part.IRIS))
    # A district is published beside its IRIS: those of one district hide each other, not those of the whole city.
    held["group"] = held["group"].fillna(held["commune"])
    rows = rows.merge(held[["level", "code", "group"]], on=["level", "code"])
    newest = rows.groupby(["level", "indicator"])["vintage"].transform("max")
    rows = rows[rows["vintage"] == newest].sort_values(["level", "indicator", "code", "rank"], kind="stable")
    rows = rows.drop_duplicates(["level", "indicator", "code"]).reset_index(drop=True)
    return _without_secrets(rows)[COLUMNS], pd.concat(rejects, ignore_index=True)


def _is_kept(reading: Reading, measures: Measures) -> bool:
    """Of IRIS, residents and what tells of a side of life: other counts are the numerators of shares."""
    indicator = reading.indicator
    return measures.fine_level != Part.IRIS or indicator.side is not None or indicator is POPULATION


def _rows(shares: pd.DataFrame, reading: Reading, measures: Measures) -> pd.DataFrame:
    indicator = reading.indicator
    is_own_kind = indicator.way in (Way.COUNT, Way.PUBLISHED)
    return pd.DataFrame(
        {
            "level": measures.fine_level,
            "indicator": indicator.id,
            "code": shares.index,
            "vintage": measures.vintage,
            "value": shares["value"].to_numpy(float),
            "numerator": shares["some"].to_numpy(float),
            "denominator": shares["among"].to_numpy(float),
            "coverage": 1.0,
            "resolved_at": measures.fine_level,
            "kind": (reading.kind if is_own_kind else Kind.DERIVED).value,
            "source": reading.source,
            "error": np.nan,
            "reason": None,
            "size": (shares["some"] if indicator.way is Way.COUNT else shares["among"]).to_numpy(float),
            "least": SECRET_BELOW if indicator.way is Way.COUNT else indicator.least,
        }
    )


def _without_secrets(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with what is too small, or could be found by subtraction, withheld."""
    group = rows["indicator"] + rows["level"] + rows["group"]
    hidden = is_withheld(rows["size"], group, rows["least"])
    shown = rows.assign(reason=rows["reason"].mask(hidden, Unpublished.SECRET.value))
    for column in ("value", "numerator", "denominator"):
        shown[column] = shown[column].mask(hidden)
    return shown


def is_withheld(sizes: pd.Series, groups: pd.Series, least: pd.Series) -> pd.Series:
    """Whether each size is withheld: it is under `least` (nobody at all is no secret), or those of its group that are
    would not hold `least` together. A size that is not known hides nothing."""
    small = (sizes > 0) & (sizes < least)
    hidden = small.copy()
    for _, group in sizes[groups.isin(groups[small])].groupby(groups):
        missing = float(least[group.index[0]]) - group[small[group.index]].sum()
        others = group[~small[group.index] & (group > 0)].sort_values(kind="stable")
        before = others.cumsum() - others
        hidden[others.index[before < missing]] = True
    return hidden
