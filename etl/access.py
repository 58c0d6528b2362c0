"""What each commune can reach: the nearest service of each category, how far lists are complete, and shared supply."""

import numpy as np
import pandas as pd
import shapely

from geodata import schema
from geodata.access_model import ACCESS, COUNTED_ELSEWHERE, KINDS, MIN_PEERS, PER, VARIANTS, AccessModel, supply_weight
from geodata.completeness import best_states
from geodata.methods.access import NO_POINT, e2sfca, nearest
from geodata.methods.need import lists, ranks
from geodata.methods.travel import TRAVEL
from geodata.minutes import MOST_COMPLETE_MINUTES, MOST_MINUTES
from geodata.service import KIND, ONE_A_COMMUNE, Completeness
from geodata.territory import Level


def nearest_by_category(
    services: pd.DataFrame,
    territory: pd.DataFrame,
    completeness: pd.DataFrame,
    origins: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows of table `access`: from a point of each commune's surface, and on its land only (no bridge, no trip).

    `origins`: other places to leave from than communes, by code (lon, lat, land, departement).

    For the communes of the départements where something is known of the category; of a list that is not complete, the
    nearest service may look further than it is: `complete_min` says up to where an absence is certain. A row that would
    neither show a service within `MOST_MINUTES` nor prove that there is none is left out: it says nothing.
    """
    communes = _communes(territory)
    states = best_states(completeness)
    supply = service_points(services, communes)
    origins = communes if origins is None else origins
    ends = _complete_min(origins, communes, states)
    frames = []
    for category in states.columns:
        state = origins["departement"].map(states[category])
        listed = origins[state.notna() & (state != Completeness.ABSENT)]
        members = supply.loc[supply["category"] == category, ["lon", "lat", "land"]]
        nearest_one = nearest(listed[["lon", "lat", "land"]], members, model=TRAVEL, within="land")
        columns = {"category": category, "state": state[listed.index], "complete_min": ends[category][listed.index]}
        nearest_one = nearest_one.assign(**columns)
        says = (
            (nearest_one["travel_min"] <= MOST_MINUTES)
            | (nearest_one["complete_min"] > 0)
            | (nearest_one["reason"] == NO_POINT)
        )
        frames.append(nearest_one[says].rename_axis("code_insee").reset_index())
    return pd.concat(frames, ignore_index=True)


def service_points(services: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
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
    """Rows of table `family_access`, over the categories that count as a response of their family.

    For the communes where something is known of `KINDS` kinds of service at least: one kind is not a family.

    `demand`: by commune, `residents` and `people` (expected isolated), missing where not known: such communes count
    nobody.
    """
    communes = _communes(territory)
    supply = service_points(services, communes)
    people = communes[["lon", "lat", "land", "density"]].join(demand[["residents", "people"]])
    by_category = dict(iter(access.groupby("category", sort=True)))
    frames = []
    for family, ids in categories[categories["counts"] == 1].groupby("family", sort=True)["id"]:
        own = {category: by_category[category] for category in sorted(ids) if category in by_category}
        if own:
            closest = _closest(own, communes.index)
            ranked = closest[_kinds(own, closest.index) >= KINDS].join(_scores(family, own, supply, people))
            frames.append(ranked.assign(family=family).rename_axis("code_insee").reset_index())
    if not frames:
        return pd.DataFrame(columns=[column.name for column in schema.family_access.columns])
    rows = pd.concat(frames, ignore_index=True)
    return rows.sort_values(["code_insee", "family"], kind="stable", ignore_index=True)


def _kinds(access: dict[str, pd.DataFrame], codes: pd.Index) -> pd.Series:
    """How many kinds of service of a family something is known of in each commune."""
    kinds = pd.concat(
        [
            pd.DataFrame({"code_insee": rows["code_insee"], "kind": KIND.get(category, category)})
            for category, rows in access.items()
        ]
    )
    return kinds.groupby("code_insee")["kind"].nunique().reindex(codes, fill_value=0)


def _closest(access: dict[str, pd.DataFrame], codes: pd.Index) -> pd.DataFrame:
    """Nearest service over some categories (equal times: the first category) and the largest `complete_min`, for the
    communes where one of them is known. `access`: rows by category."""
    service = np.full(len(codes), None, dtype=object)
    travel, complete, is_known = np.full(len(codes), np.inf), np.zeros(len(codes)), np.zeros(len(codes), bool)
    for rows in access.values():
        at = codes.get_indexer(rows["code_insee"])
        minutes = rows["travel_min"].to_numpy(float)
        is_closer = minutes < travel[at]
        travel[at[is_closer]] = minutes[is_closer]
        service[at[is_closer]] = rows["service"].to_numpy(object)[is_closer]
        complete[at] = np.maximum(complete[at], rows["complete_min"].to_numpy(float))
        is_known[at] = True
    frame = pd.DataFrame(
        {"service": service, "travel_min": np.where(np.isinf(travel), np.nan, travel), "complete_min": complete},
        index=codes,
    )
    return frame[is_known]


def _communes(territory: pd.DataFrame) -> pd.DataFrame:
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


def _complete_min(origins: pd.DataFrame, communes: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Minutes from each origin to the nearest commune whose list is not complete, by category."""
    points, places = origins[["lon", "lat", "land"]], communes[["lon", "lat", "land"]]
    is_complete = states == Completeness.COMPLETE
    ends, seen = {}, {}
    for category in states.columns:
        complete = tuple(is_complete.index[is_complete[category]])
        if complete not in seen:
            inside = origins["departement"].isin(complete)
            outside = places[~communes["departement"].isin(complete) & places["lon"].notna()]
            minutes = nearest(points, outside, model=TRAVEL, within="land")["travel_min"]
            # Without a point nothing is certain; without an incomplete place that a road leads to, everything is.
            seen[complete] = (
                minutes.fillna(MOST_COMPLETE_MINUTES)
                .clip(upper=MOST_COMPLETE_MINUTES)
                .where(inside & points["lon"].notna(), 0.0)
            )
        ends[category] = seen[complete]
    return pd.DataFrame(ends)


def _scores(family: str, access: dict[str, pd.DataFrame], supply: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Score and ranks of the communes that have complete lists of `KINDS` kinds in the whole catchment."""
    counted = [category for category in access if category not in (*COUNTED_ELSEWHERE, *ONE_A_COMMUNE)]
    is_complete = pd.DataFrame(False, index=people.index, columns=counted)
    for category in counted:
        rows = access[category]
        covered = rows.loc[rows["complete_min"] > ACCESS.catchment_min, "code_insee"]
        is_complete.loc[covered, category] = True
    number, lists_ = lists(is_complete)
    tables = []
    for k, categories in enumerate(lists_):
        if len({KIND.get(category, category) for category in categories}) < KINDS:
            continue
        its = supply[supply["category"].isin(categories)]
        its = its.groupby(["lon", "lat", "land"], as_index=False)["supply"].sum()
        scores = {model.name: _shared(people, its, model) for model in (ACCESS, *VARIANTS)}
        pool = is_complete[list(categories)].all(axis=1)
        for density in sorted(people.loc[number == k, "density"].dropna().unique()):
            among = pool & (people["density"] == density)
            own = (number == k) & among
            table = pd.DataFrame({name: _ranked(score, own, among) for name, score in scores.items()})
            tables.append(
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
    # A family without any complete list has no score; what another family has stays a number.
    kinds = {"score": float, "peers": object, "rank": float, "rank_low": float, "rank_high": float}
    return pd.concat(tables) if tables else pd.DataFrame(columns=list(kinds)).astype(kinds)


def _shared(people: pd.DataFrame, supply: pd.DataFrame, model: AccessModel) -> pd.Series:
    # Where nobody was counted, nobody shares the services: the commune itself has no score to defend.
    demand = people[["lon", "lat", "land"]].assign(demand=people[model.demand].fillna(0.0))
    shared = e2sfca(demand, supply, model.travel, catchment=model.catchment_min, decay=model.decay, within="land")
    return shared * PER


def _ranked(score: pd.Series, own: pd.Series, among: pd.Series) -> pd.Series:
    """Rank of the communes `own` in `among`; missing when too few have a score."""
    scored = score[among].dropna()
    scores = score[own]
    if len(scored) < MIN_PEERS:
        return pd.Series(np.nan, index=scores.index)
    return pd.Series(ranks(scores.to_numpy(), scored.to_numpy()), index=scores.index).where(scores.notna())
