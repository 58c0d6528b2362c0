"""What each commune can reach: the nearest service of each category, how far lists are complete, and shared supply."""

import numpy as np
import pandas as pd
import shapely

from geodata.access_model import (
    ACCESS,
    COUNTED_ELSEWHERE,
    KNOWN_UP_TO_MIN,
    MIN_PEERS,
    PER,
    VARIANTS,
    AccessModel,
    supply_weight,
)
from geodata.completeness import best_states
from geodata.methods.access import e2sfca, nearest
from geodata.methods.gap import lists, ranks
from geodata.methods.travel import TRAVEL
from geodata.service import Completeness
from geodata.territory import Level


def nearest_by_category(services: pd.DataFrame, territory: pd.DataFrame, completeness: pd.DataFrame) -> pd.DataFrame:
    """Rows of table `access`: from a point of each commune's surface, and on its land only (no bridge, no trip).

    For the communes of the départements where something is known of the category; of a list that is not complete, the
    nearest service may look further than it is: `complete_min` says up to where an absence is certain.
    """
    communes = _communes(territory)
    known = best_states(completeness)
    supply = located(services, communes)
    ends = _complete_min(communes, known)
    frames = []
    for category in known.columns:
        state = communes["departement"].map(known[category])
        asked = communes[state.notna() & (state != Completeness.ABSENT)]
        members = supply.loc[supply["category"] == category, ["lon", "lat", "land"]]
        found = nearest(asked[["lon", "lat", "land"]], members, model=TRAVEL, within="land")
        told = {"category": category, "state": state[asked.index], "complete_min": ends[category][asked.index]}
        frames.append(found.assign(**told).rename_axis("code_insee").reset_index())
    return pd.concat(frames, ignore_index=True)


def located(services: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Services that stand somewhere, by id: lon, lat, land, category, and what each `supply` is worth."""
    there = services[services["geom"].notna()]
    points = there["geom"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "lon": shapely.get_x(points),
            "lat": shapely.get_y(points),
            "land": there["code_insee"].map(communes["land"]).to_numpy(),
            "category": there["category"].to_numpy(),
            "supply": supply_weight(there).to_numpy(),
        },
        index=pd.Index(there["id"], name="service"),
    )


def by_family(
    access: pd.DataFrame,
    services: pd.DataFrame,
    categories: pd.DataFrame,
    territory: pd.DataFrame,
    demand: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of table `family_access`. `demand`: by commune, `residents` and `people` (expected isolated), missing where
    not known: such communes count nobody."""
    communes = _communes(territory)
    family = categories.set_index("id")["family"]
    rows = access.assign(family=access["category"].map(family))
    closest = rows.sort_values(["travel_min", "service"], kind="stable").drop_duplicates(["code_insee", "family"])
    closest = closest.set_index(["code_insee", "family"])[["service", "travel_min"]]
    complete = rows.groupby(["code_insee", "family"])["complete_min"].max()
    supply = located(services, communes)
    people = communes[["lon", "lat", "land", "density"]].join(demand[["residents", "people"]])
    scored = [_scores(name, rows[rows["family"] == name], supply, people) for name in sorted(rows["family"].unique())]
    return closest.join(complete).join(pd.concat(scored)).sort_index().reset_index()


def _communes(territory: pd.DataFrame) -> pd.DataFrame:
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


def _complete_min(communes: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Minutes from each commune to the nearest one whose list is not complete, by category."""
    points = communes[["lon", "lat", "land"]]
    is_complete = known == Completeness.COMPLETE
    ends, seen = {}, {}
    for category in known.columns:
        told = tuple(is_complete.index[is_complete[category]])
        if told not in seen:
            inside = communes["departement"].isin(told)
            outside = points[~inside & points["lon"].notna()]
            found = nearest(points, outside, model=TRAVEL, within="land")["travel_min"]
            # Without a point nothing is certain; without an incomplete place that a road leads to, everything is.
            seen[told] = (
                found.fillna(KNOWN_UP_TO_MIN).clip(upper=KNOWN_UP_TO_MIN).where(inside & points["lon"].notna(), 0.0)
            )
        ends[category] = seen[told]
    return pd.DataFrame(ends)


def _scores(family: str, access: pd.DataFrame, supply: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Score and ranks of the communes that have a complete list of some category in the whole catchment."""
    counted = access[~access["category"].isin(COUNTED_ELSEWHERE)]
    is_complete = counted.assign(told=counted["complete_min"] > ACCESS.catchment_min).pivot(
        index="code_insee", columns="category", values="told"
    )
    # A category without a row in a commune is not known there: no list.
    is_complete = is_complete.reindex(people.index).eq(True)
    number, every = lists(is_complete)
    found = []
    for k, categories in enumerate(every):
        if not categories:
            continue
        its = supply[supply["category"].isin(categories)]
        scores = {model.name: _shared(people, its, model) for model in (ACCESS, *VARIANTS)}
        pool = is_complete[list(categories)].all(axis=1)
        for density in sorted(people.loc[number == k, "density"].dropna().unique()):
            among = pool & (people["density"] == density)
            own = (number == k) & among
            table = pd.DataFrame({name: _ranked(score, own, among) for name, score in scores.items()})
            found.append(
                pd.DataFrame(
                    {
                        "score": scores[ACCESS.name][own],
                        "peers": f"{family} {density} {k}",
                        "rank": table[ACCESS.name],
                        "rank_low": table.min(axis=1, skipna=False),
                        "rank_high": table.max(axis=1, skipna=False),
                    }
                )
            )
    columns = ["score", "peers", "rank", "rank_low", "rank_high"]
    frame = pd.concat(found) if found else pd.DataFrame(columns=columns)
    frame.index = pd.MultiIndex.from_product([frame.index, [family]], names=["code_insee", "family"])
    return frame


def _shared(people: pd.DataFrame, supply: pd.DataFrame, model: AccessModel) -> pd.Series:
    # Where nobody was counted, nobody shares the services: the commune itself has no score to defend.
    demand = people[["lon", "lat", "land"]].assign(demand=people[model.demand].fillna(0.0))
    found = e2sfca(demand, supply, model.travel, catchment=model.catchment_min, decay=model.decay, within="land")
    return found * PER


def _ranked(score: pd.Series, own: pd.Series, among: pd.Series) -> pd.Series:
    """Rank of the communes `own` in `among`; missing when too few have a score."""
    told = score[among].dropna()
    asked = score[own]
    if len(told) < MIN_PEERS:
        return pd.Series(np.nan, index=asked.index)
    return pd.Series(ranks(asked.to_numpy(), told.to_numpy()), index=asked.index).where(asked.notna())
