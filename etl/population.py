"""Census counts brought to today's communes: mergers summed, arrondissements rolled up, splits shared out."""

import numpy as np
import pandas as pd

from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.territory import Level


def lineage(census_codes: pd.Index, communes: pd.DataFrame, parts: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Where the residents of each census commune live today.

    `communes`: index = today's codes, column `residents_2018`; `parts`: code, commune (delegated, associated,
    arrondissements); `changes`: code_census, code_cog2025, event. Returns code_census, code, weight, event; the
    weights of a census commune add up to 1. A census commune that leads nowhere, or partly to a commune that is not in
    `communes`, or to several whose sizes are unknown, has no row.

    A restored commune takes its share of its former commune in proportion to both municipal populations of 2018.
    """
    parent = parts.drop_duplicates("code").set_index("code")["commune"]
    changed = changes.groupby("code_census")["code_cog2025"].agg(list)
    restored = set(changes.loc[changes["event"] == "restored", "code_census"])
    moved, today = set(changed.index), set(communes.index)
    rows = []
    for code in census_codes:
        if code in moved:
            # The commune that others left goes on under its own code.
            heirs = sorted({*changed[code], *({code} & restored)})
            event = "split" if code in restored else "merger"
        elif code in today:
            heirs, event = [code], "same"
        else:
            heirs, event = [parent.get(code)], "merger"
        if len(heirs) == 1 and heirs[0] in today:
            rows.append((code, heirs[0], 1.0, event))
        elif len(heirs) > 1 and (total := communes["residents_2018"].reindex(heirs).sum(skipna=False)) > 0:
            rows += [(code, heir, communes.at[heir, "residents_2018"] / total, event) for heir in heirs]
    return pd.DataFrame(rows, columns=["code_census", "code", "weight", "event"])


def to_today(counts: pd.DataFrame, lineage: pd.DataFrame, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by today's commune (index `code`, integers), and the rejects.

    Shares are integers by largest remainder, so that every column keeps its total to the unit. A census commune
    absent from the lineage is rejected with its residents.
    """
    is_known = counts.index.isin(lineage["code_census"])
    rejects = reject_frame(
        source,
        [
            (code, code, sentence("census_commune_lost", code=code, count=row.iloc[0]))
            for code, row in counts[~is_known].iterrows()
        ],
    )
    shared = []
    for code, heirs in lineage.groupby("code_census", sort=False):
        if len(heirs) > 1:
            shares = np.column_stack([largest_remainder(v, heirs["weight"].to_numpy()) for v in counts.loc[code]])
            shared.append(pd.DataFrame(shares, index=heirs["code"], columns=counts.columns))
    single = lineage[~lineage["code_census"].duplicated(keep=False)].set_index("code_census")["code"]
    moved = counts.loc[single.index].set_axis(single.to_numpy())
    return pd.concat([moved, *shared]).rename_axis("code").groupby(level=0).sum().astype("int64"), rejects


def largest_remainder(total: int, weights: np.ndarray) -> np.ndarray:
    """Integers proportional to `weights` (they sum to 1) that add up to `total`; ties go to the first."""
    exact = total * np.asarray(weights, dtype=float)
    parts = np.floor(exact).astype("int64")
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: int(total - parts.sum())]] += 1
    return parts


def former_communes(lineage: pd.DataFrame) -> pd.Series:
    """The commune that each restored one was part of at the census, by code."""
    return lineage[lineage["event"] == "split"].drop_duplicates("code").set_index("code")["code_census"]


def density_of_former_commune(territory: pd.DataFrame, lineage: pd.DataFrame) -> pd.DataFrame:
    """Give a commune without outline, hence without density class, that of the commune it was part of at the census."""
    classes = territory.loc[territory["level"] == Level.COMMUNE].set_index("code")["density"].dropna()
    inherited = former_communes(lineage).map(classes)
    is_commune = territory["level"] == Level.COMMUNE
    missing = is_commune & territory["density"].isna()
    return territory.assign(
        density=territory["density"].where(~missing, territory["code"].map(inherited)).astype(object)
    )
