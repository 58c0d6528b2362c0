"""What adds up: on how many sides of life a territory is among the most exposed of comparable ones.

A side speaks through the first indicator of the catalogue that is known of the territory itself and has a direction.
Exposed: in the most exposed quarter of the territories of its level and density class of which the same indicator, of
the same vintage, is known. The estimate is never in it; a modelled share of living alone is, and says that it is
modelled. Fewer than `ENOUGH` sides known, and no number is told. Flip-tested: with a fifth in place of a quarter, and
with the whole level in place of the class.
"""

import numpy as np
import pandas as pd

from geodata.indicator import Direction, Side
from geodata.territory import Level

QUARTER, FIFTH = 0.25, 0.20

ENOUGH = 5
"""Sides of life that must be known for a number to be told."""

PEERS = 20
"""Territories needed for a quarter of them to mean something."""

COUNTED = tuple(side for side in Side if side is not Side.GENDER)
"""Older women are the same people as advanced age: they are shown, not counted twice."""

WHOLE_LEVEL = "all"


def density_classes(territory: pd.DataFrame, residents: pd.Series) -> pd.Series:
    """Density class by (level, code): a commune's own, above it the class of most of its residents.

    `territory` has level, code, density, epci, tvs, departement, region; `residents` is by commune.
    """
    communes = territory[(territory["level"] == Level.COMMUNE) & territory["density"].notna()].set_index("code")
    classes = {Level.COMMUNE.value: communes["density"]}
    # A commune without a census weighs nothing in the class of what holds it.
    people = residents.reindex(communes.index).fillna(0.0)
    for level in (Level.EPCI, Level.TVS, Level.DEPARTEMENT, Level.REGION):
        # No resident of a class that is not there.
        sums = people.groupby([communes[level.value], communes["density"]]).sum().unstack().fillna(0.0)
        if len(sums):
            classes[level.value] = sums.idxmax(axis=1)
    return pd.concat(classes, names=["level", "code"])


def cumulation_rows(
    definitions: pd.DataFrame, values: pd.DataFrame, territory: pd.DataFrame, residents: pd.Series
) -> pd.DataFrame:
    """Rows of table `cumulation`: every territory below the country of which one side at least is known.

    `definitions` and `values` are rows of `indicator` and `indicator_value`.
    """
    speaking = _speaking(definitions, values)
    classes = density_classes(territory, residents)
    speaking["peers"] = classes.reindex(pd.MultiIndex.from_frame(speaking[["level", "code"]])).to_numpy()
    speaking = speaking[speaking["peers"].notna()]
    for name, share, among in (
        ("is_exposed", QUARTER, "peers"), ("fifth", FIFTH, "peers"), ("whole", QUARTER, None),
        ("whole_fifth", FIFTH, None),
    ):  # fmt: skip
        speaking[name] = is_exposed(speaking, share, among)
    # A side without enough peers is not known of it.
    speaking = speaking[speaking["is_exposed"].notna()]
    places = speaking.groupby("place", sort=True)
    counts = places[["is_exposed", "fifth", "whole", "whole_fifth"]].sum()
    count = places.size()
    enough = count >= ENOUGH
    exposed = speaking[speaking["is_exposed"] == 1.0].groupby("place")["side"].agg(";".join)
    rows = pd.DataFrame(
        {
            "level": places["level"].first(),
            "code": places["code"].first(),
            "exposed": counts["is_exposed"].where(enough),
            "known": count,
            "sides": exposed.reindex(count.index).fillna(""),
            "known_sides": places["side"].agg(";".join),
            "indicators": places["indicator"].agg(";".join),
            "peers": places["peers"].first(),
            "exposed_low": counts.min(axis=1).where(enough),
            "exposed_high": counts.max(axis=1).where(enough),
        }
    )
    return rows.reset_index(drop=True)


def _speaking(definitions: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The value that speaks for each side of each territory, higher meaning more exposed, sides in their order."""
    directed = definitions[(definitions["direction"] != Direction.SHOWN) & definitions["side"].isin(COUNTED)]
    directed = directed.set_index("id")
    named = values["indicator"].astype("category")
    rows = values[named.isin(directed.index) & values["value"].notna() & (values["level"] != Level.FRANCE)]
    indicators = directed.loc[rows["indicator"]]
    order = {side.value: n for n, side in enumerate(Side)}
    place = pd.factorize(rows["level"].str.cat(rows["code"], sep=" "), sort=True)[0]
    sign = np.where(indicators["direction"] == Direction.LOWER, -1.0, 1.0)
    rows = rows.assign(place=place, side=indicators["side"].to_numpy(), weight=rows["value"].to_numpy() * sign)
    # The newest vintage of the first indicator of each side of each place.
    newest = -pd.factorize(rows["vintage"], sort=True)[0]
    first = np.lexsort((newest, indicators["position"].to_numpy(), rows["side"].map(order).to_numpy(), place))
    rows = rows.iloc[first].drop_duplicates(["place", "side"])
    return rows[["place", "level", "code", "side", "indicator", "vintage", "weight"]].reset_index(drop=True)


def is_exposed(rows: pd.DataFrame, share: float, among: str | None) -> pd.Series:
    """1.0 where a value is in the top `share` of its peers, 0.0 where it is not, NaN where they are too few.

    Equal values are treated alike: those at the line are exposed only if all of them fit in the share.
    """
    keys = ["level", "indicator", "vintage"] + ([among] if among else [])
    groups = rows.groupby(keys)["weight"]
    rank = groups.rank(ascending=False, method="max")
    size = groups.transform("size")
    return (rank <= share * size).astype(float).where(size >= PEERS)
