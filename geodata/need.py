"""Need against existing services, for one territory or for all of a level: `responses` and `gap_table`.

A family is judged on its categories that count as a response to isolation; a pathway on the functions that any of its
categories serve. A commune is
asked from a point on its surface. Above it, people are added up: a territory has what at least half of its
residents have, and no average of minutes is ever made. What the agency corrects changes the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from geodata.access_model import SHOWN_UP_TO_MIN
from geodata.completeness import best_states, over
from geodata.corrections import Changes, changes
from geodata.errors import BadInput
from geodata.estimate import THRESHOLD
from geodata.methods import need as gap
from geodata.pathway import Function, Pathway
from geodata.response import (
    MINUTES,
    CategoryLink,
    Counted,
    FamilyResponse,
    FunctionResponse,
    Link,
    PathwayResponse,
    Quadrant,
    Response,
    Responses,
)
from geodata.service import Completeness, Family
from geodata.store import DEFAULT_DEFINITION, DEFAULT_SCENARIO, Store
from geodata.territory import FRANCE, Level, Perimeter
from geodata.workspace import Correction

REACH_MINUTES = (15.0, 30.0)
"""Times for which the share of people within reach is always told."""

FLIP_MINUTES = (15.0, 20.0, 30.0)
FLIP_QUARTERS = (0.20, 0.25, 0.30)
"""What the flip test asks again with, beside the minutes shown; ranks go over the variants of the access model."""

FAMILIES = tuple(Family)

RESPONSES = (Response.FAR.value, Response.SCARCE.value, Response.PRESENT.value)
"""States whose shares of residents are added up above the commune; the rest is not known."""


@dataclass(frozen=True, eq=False)
class _Reach:
    """What each commune of the country can reach. Arrays are (families, communes), NaN or None where nothing is known.

    `communes`: name, epci, tvs, departement, region, residents and people, by code.
    """

    communes: pd.DataFrame
    service: np.ndarray
    travel: np.ndarray
    complete: np.ndarray
    score: np.ndarray
    peers: np.ndarray
    rank: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray

    def of(self, rows: np.ndarray) -> "_Reach":
        """Only some communes."""
        arrays = {
            name: getattr(self, name)[:, rows]
            for name in ("service", "travel", "complete", "score", "peers", "rank", "rank_low", "rank_high")
        }
        return _Reach(self.communes.iloc[rows], **arrays)


def gap_table(
    store: Store,
    level: Level,
    within: str | Perimeter = FRANCE,
    *,
    minutes: float = MINUTES,
    definition: str = DEFAULT_DEFINITION,
    scenario: str = DEFAULT_SCENARIO,
    threshold: float = THRESHOLD,
    families: Sequence[Family] = FAMILIES,
    corrections: Sequence[Correction] = (),
) -> pd.DataFrame:
    """Need crossed with the responses of some `families`, one row by territory of a level in a perimeter.

    The columns of `Store.estimates`, then `quadrant`, `is_robust` (None where the need is not probable or nothing is
    known), `is_scarcity_known` (whether the quadrant holds whatever the supply that is compared with none turns out to
    be; None where the need is not probable), `articulation` (families within reach among the three, missing when one
    is not known), and for each of the three families, `_citizen` and so on: `response`, `travel_min` (communes only)
    and `service` (the nearest), `rank` among comparable communes (communes only), `reached` and `reached_people`, the
    shares of residents and of expected isolated people known to be within `minutes`, and `untold`, the share of
    residents for whom it is not known.

    Raises `BadInput` for minutes or families that cannot be asked, `UnknownScenario`.
    """
    _check(minutes, families)
    asked = {"definition": definition, "scenario": scenario}
    table = store.estimates(level, within, **asked, threshold=threshold).reset_index(drop=True)
    reach = _reach(store, store.version(), definition, scenario, tuple(corrections))
    reach, groups = _grouped(reach, level, table["code"])
    count = len(table)
    chosen = [FAMILIES.index(family) for family in families]
    responses = _responses(reach, groups, count, level, minutes=minutes, quarter=gap.QUARTER, rank=reach.rank)
    verdict = table["verdict"].to_numpy(object)
    table["quadrant"] = gap.quadrant(verdict, gap.few(responses[chosen]))
    table["is_robust"] = _robust(table["quadrant"], verdict, reach, groups, count, level, minutes, chosen)
    could_be_few = gap.could_be_few(responses[chosen], _is_ranked(reach, groups, count)[chosen])
    is_need = table["quadrant"].isin([Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN]).to_numpy()
    is_certain = (table["quadrant"] == Quadrant.FEW).to_numpy() | ~could_be_few
    table["is_scarcity_known"] = np.where(is_need, is_certain, None)
    within_reach = gap.within_reach(reach.travel, reach.complete, minutes=minutes)
    reached = {name: _shares(within_reach, reach.communes[name], groups, count) for name in ("residents", "people")}
    table["articulation"] = gap.articulation(
        np.select([reached["residents"][1] >= gap.HALF, reached["residents"][0] >= gap.HALF], [1.0, 0.0], np.nan)
        if level != Level.COMMUNE
        else _spread(within_reach, groups, count, np.nan)
    )
    for i, family in enumerate(FAMILIES):
        table[f"response_{family}"] = responses[i]
        if level == Level.COMMUNE:
            table[f"travel_min_{family}"] = _spread(reach.travel, groups, count, np.nan)[i]
            table[f"service_{family}"] = _spread(reach.service, groups, count, None)[i]
            table[f"rank_{family}"] = _spread(reach.rank, groups, count, np.nan)[i]
        no, yes = reached["residents"][:, i]
        table[f"reached_{family}"] = yes
        table[f"reached_people_{family}"] = reached["people"][1, i]
        table[f"untold_{family}"] = 1 - yes - no
    return table


def responses(
    store: Store,
    level: Level,
    code: str,
    *,
    minutes: float = MINUTES,
    definition: str = DEFAULT_DEFINITION,
    scenario: str = DEFAULT_SCENARIO,
    threshold: float = THRESHOLD,
    corrections: Sequence[Correction] = (),
) -> Responses:
    """Everything set against the need of one territory. Raises `UnknownTerritory`, `UnknownScenario`, `BadInput`."""
    _check(minutes, FAMILIES)
    territory = store.territory(level, code)
    estimate = store.estimate(level, code, definition=definition, scenario=scenario, threshold=threshold)
    corrections = tuple(corrections)
    country = _reach(store, store.version(), definition, scenario, corrections)
    reach, groups = _grouped(country, level, pd.Series([code]))
    found = _responses(reach, groups, 1, level, minutes=minutes, quarter=gap.QUARTER, rank=reach.rank)
    verdict = np.array([estimate.verdict.value], dtype=object)
    quadrant = gap.quadrant(verdict, gap.few(found))
    chosen = list(range(len(FAMILIES)))
    robust = _robust(pd.Series(quadrant), verdict, reach, groups, 1, level, minutes, chosen)[0]
    changed = _changes(store, store.version(), corrections)
    links = _links(store, level, code, reach, minutes, definition, scenario, changed)
    nearest = [_nearest(reach, i) for i in range(len(FAMILIES))]
    ids = [service for service, _ in nearest] + links["service"].tolist()
    services = _described(store, [i for i in ids if isinstance(i, str)], changed)
    categories = store.categories()
    known = _known(store, sorted(reach.communes["departement"].dropna().unique()), categories)
    inside = _inside(store, level, code, reach, changed, categories)
    times = sorted({*REACH_MINUTES, float(minutes)})
    told = {
        time: {name: _shares(_at(reach, time), reach.communes[name], groups, 1) for name in ("residents", "people")}
        for time in times
    }
    states = _states_above(gap.family_response(_at(reach, minutes), reach.rank), reach, groups, 1)
    families = []
    for i, family in enumerate(FAMILIES):
        own = categories.loc[(categories["family"] == family) & categories["counts"], "id"]
        by_state = {state: tuple(c for c in own if known[c] == state) for state in Completeness}
        partial = by_state[Completeness.PARTIAL] + by_state[Completeness.STALE]
        there = int(inside[own].sum())
        rank = [_one(array[i]) for array in (reach.rank, reach.rank_low, reach.rank_high)]
        rank = rank if level == Level.COMMUNE else [None] * 3
        no, yes = told[float(minutes)]["residents"][:, i, 0]
        far, scarce, _present = np.nan_to_num(states[:, i, 0])
        families.append(
            FamilyResponse(
                family=family,
                response=Response(found[i, 0]),
                inside=there if there or by_state[Completeness.COMPLETE] else None,
                nearest=_counted(services, *nearest[i]),
                score=_one(reach.score[i]) if level == Level.COMMUNE else None,
                is_lowest_quarter=None if rank[0] is None else bool(gap.is_lowest(rank[0])),
                within=tuple(
                    (time, *(_certain(told[time][name][:, i, 0]) for name in ("residents", "people"))) for time in times
                ),
                partial=partial,
                unknown=by_state[Completeness.ABSENT],
                complete=by_state[Completeness.COMPLETE],
                unknown_share=None if np.isnan(yes) else float(1 - yes - no),
                rank=rank[0],
                rank_low=rank[1],
                rank_high=rank[2],
                far_share=float(far),
                scarce_share=float(scarce),
            )
        )
    every = _every_link(categories, links, services)
    listed = _listed_anywhere(store, store.version())
    return Responses(
        territory=territory,
        minutes=float(minutes),
        quadrant=Quadrant(quadrant[0]),
        families=tuple(families),
        pathways=_pathways(store.pathway_functions(), every, links, listed),
        articulation=_articulation(_at(reach, float(minutes)), reach, groups),
        is_robust=None if robust is None else bool(robust),
        travel_method=" + ".join(store.travel_methods()),
        corrections=tuple(str(c.id) for c in corrections if c.code_insee in reach.communes.index),
        links=every,
    )


# -- what communes can reach -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _read(store: Store, version: str, definition: str, scenario: str) -> _Reach:
    communes = store.demand(definition=definition, scenario=scenario)
    rows = store.family_access()
    at = pd.Index(FAMILIES).get_indexer(rows["family"]), communes.index.get_indexer(rows["code_insee"])

    def array(column: str, missing) -> np.ndarray:
        found = np.full((len(FAMILIES), len(communes)), missing, dtype=object if missing is None else float)
        found[at] = rows[column]
        return found

    return _Reach(
        communes=communes[["name", "epci", "tvs", "departement", "region", "residents", "people"]],
        service=array("service", None),
        travel=array("travel_min", np.nan),
        complete=array("complete_min", 0.0),
        score=array("score", np.nan),
        peers=array("peers", None),
        rank=array("rank", np.nan),
        rank_low=array("rank_low", np.nan),
        rank_high=array("rank_high", np.nan),
    )


@lru_cache(maxsize=8)
def _reach(store: Store, version: str, definition: str, scenario: str, corrections: tuple[Correction, ...]) -> _Reach:
    reach = _read(store, version, definition, scenario)
    if not corrections:
        return reach
    changed = _changes(store, version, corrections)
    return _with(reach, store, changed)


@lru_cache(maxsize=8)
def _changes(store: Store, version: str, corrections: tuple[Correction, ...]) -> Changes:
    return changes(store, corrections)


def _with(reach: _Reach, store: Store, changed: Changes) -> _Reach:
    """What communes reach once the services listed are corrected."""
    codes = reach.communes.index
    categories = store.categories().set_index("id")
    # Without a family here, a category that does not count moves nothing.
    family = categories.loc[categories["counts"], "family"]
    service, travel = reach.service.copy(), reach.travel.copy()
    touched = changed.access["code_insee"].unique()
    rows = changed.over(store.access_of(touched))
    closest = rows.assign(family=rows["category"].map(family)).dropna(subset="family")
    closest = closest.sort_values(["travel_min", "service"], kind="stable")
    for row in closest.drop_duplicates(["code_insee", "family"]).itertuples():
        at = FAMILIES.index(Family(row.family)), codes.get_loc(row.code_insee)
        service[at], travel[at] = row.service, row.travel_min
    arrays = {name: getattr(reach, name).copy() for name in ("score", "rank", "rank_low", "rank_high")}
    for name, moves in changed.scores.groupby(changed.scores["category"].map(family)):
        i = FAMILIES.index(Family(name))
        moved = moves.groupby("code_insee")["score"].sum()
        at = codes.get_indexer(moved.index)
        at, moved = at[~np.isnan(reach.score[i, at])], moved[~np.isnan(reach.score[i, at])]
        arrays["score"][i, at] += moved.to_numpy()
        for peers in set(reach.peers[i, at]):
            among = np.flatnonzero(reach.peers[i] == peers)
            among = among[np.argsort(reach.score[i, among], kind="stable")]
            own = at[reach.peers[i, at] == peers]
            # Read on the comparable communes as they are: a few corrections move hardly any of them.
            new = np.interp(arrays["score"][i, own], reach.score[i, among], reach.rank[i, among])
            shift = new - reach.rank[i, own]
            for rank in ("rank", "rank_low", "rank_high"):
                arrays[rank][i, own] = np.clip(arrays[rank][i, own] + shift, 0, 1)
    return replace(reach, service=service, travel=travel, **arrays)


def _grouped(reach: _Reach, level: Level, codes: pd.Series) -> tuple[_Reach, np.ndarray]:
    """The communes of the territories `codes`, and the position in `codes` of the territory of each."""
    communes = reach.communes
    if level == Level.FRANCE:
        return reach, np.zeros(len(communes), int)
    own = communes.index if level == Level.COMMUNE else communes[level.value]
    groups = pd.Index(codes).get_indexer(own)
    rows = np.flatnonzero(groups >= 0)
    return reach.of(rows), groups[rows]


def _at(reach: _Reach, minutes: float) -> np.ndarray:
    return gap.within_reach(reach.travel, reach.complete, minutes=minutes)


def _responses(
    reach: _Reach, groups: np.ndarray, count: int, level: Level, *, minutes: float, quarter: float, rank: np.ndarray
) -> np.ndarray:
    """`Response` codes, (families, territories)."""
    own = gap.family_response(_at(reach, minutes), rank, quarter=quarter)
    if level == Level.COMMUNE:
        return _spread(own, groups, count, Response.UNKNOWN.value)
    far, scarce, present = _states_above(own, reach, groups, count)
    return gap.response_above(far, scarce, present)


def _states_above(own: np.ndarray, reach: _Reach, groups: np.ndarray, count: int) -> np.ndarray:
    """Shares of residents in each of `RESPONSES`, (states, families, territories)."""
    found = [gap.shares(row, reach.communes["residents"], groups, count, RESPONSES) for row in own]
    return np.stack(found, axis=1)


def _robust(
    shown: pd.Series,
    verdict: np.ndarray,
    reach: _Reach,
    groups: np.ndarray,
    count: int,
    level: Level,
    minutes: float,
    chosen: list[int],
) -> np.ndarray:
    """Whether the quadrant stays the same; None where need or response leave nothing to compare.

    Responses only get weaker as a rank falls or the quarter widens, so both ends tell for what lies between.
    """
    same = np.ones(count, bool)
    ends = ((max(FLIP_QUARTERS), reach.rank_low), (min(FLIP_QUARTERS), reach.rank_high))
    for time in sorted({*FLIP_MINUTES, float(minutes)}):
        for quarter, rank in ends:
            other = _responses(reach, groups, count, level, minutes=time, quarter=quarter, rank=rank)
            same &= gap.quadrant(verdict, gap.few(other[chosen])) == shown.to_numpy()
    told = shown.isin([Quadrant.FEW.value, Quadrant.PRESENT.value]).to_numpy()
    return np.where(told, same, None)


def _is_ranked(reach: _Reach, groups: np.ndarray, count: int) -> np.ndarray:
    """Whether most residents live in a commune whose score is compared, (families, territories)."""
    residents = reach.communes["residents"]
    return np.array(
        [gap.shares(~np.isnan(rank), residents, groups, count, (True,))[0] >= gap.HALF for rank in reach.rank]
    )


def _shares(within_reach: np.ndarray, weights: pd.Series, groups: np.ndarray, count: int) -> np.ndarray:
    """Share of people out of reach and within reach, (2, families, territories)."""
    found = [gap.shares(row, weights, groups, count, (0.0, 1.0)) for row in within_reach]
    return np.stack(found, axis=1)


def _spread(values: np.ndarray, groups: np.ndarray, count: int, missing) -> np.ndarray:
    """Values of communes in the order of the table, (families, communes)."""
    found = np.full((len(values), count), missing, dtype=values.dtype if missing is not None else object)
    found[:, groups] = values
    return found


def _check(minutes: float, families: Sequence[Family]) -> None:
    if not 0 < minutes <= SHOWN_UP_TO_MIN:
        raise BadInput(f"minutes={minutes}: more than 0 and at most {SHOWN_UP_TO_MIN:g} minutes of travel.")
    if not families:
        raise BadInput(f"families: at least one of {', '.join(FAMILIES)} is expected.")


# -- one territory ---------------------------------------------------------------------------------------------------


def _links(
    store: Store,
    level: Level,
    code: str,
    reach: _Reach,
    minutes: float,
    definition: str,
    scenario: str,
    changed: Changes,
) -> pd.DataFrame:
    """By category: state of the link, the shares of residents for whom it is `present` and `missing`, nearest service
    and its minutes."""
    columns = ["category", "state", "present", "missing", "service", "travel_min"]
    if level == Level.COMMUNE:
        rows = changed.over(store.access_of([code]), code)
        reach = gap.within_reach(rows["travel_min"], rows["complete_min"], minutes=minutes)
        return rows.assign(state=gap.link_state(reach), present=reach == 1, missing=reach == 0)[columns]
    rows = store.links(level, code, minutes=minutes, definition=definition, scenario=scenario)
    residents = reach.communes["residents"]
    if changed.categories:
        rows = rows[~rows["category"].isin(changed.categories)]
        again = changed.over(store.access(categories=changed.categories))
        again = again[again["code_insee"].isin(residents.index)]
        near = gap.within_reach(again["travel_min"], again["complete_min"], minutes=minutes)
        # Residents that are not known count nobody, here as in the shares.
        weight = again["code_insee"].map(residents).fillna(0.0)
        again = again.assign(present=weight * (near == 1), missing=weight * (near == 0))
        first = again.sort_values(["travel_min", "service"], kind="stable").drop_duplicates("category")
        summed = again.groupby("category", as_index=False)[["present", "missing"]].sum()
        rows = pd.concat([rows, summed.merge(first[["category", "service", "travel_min"]], on="category")])
    total = residents.sum()
    present, missing = (rows[name].to_numpy(float) / total if total else np.nan for name in ("present", "missing"))
    codes = (Link.MISSING.value, Link.PRESENT.value, Link.UNKNOWN.value)
    return rows.assign(state=gap.of_most(missing, present, codes), present=present, missing=missing)[columns]


def _every_link(categories: pd.DataFrame, links: pd.DataFrame, services: dict[str, dict]) -> tuple[CategoryLink, ...]:
    """One link a category; a category that no row tells of is not known."""
    rows = links.set_index("category").to_dict("index")
    nothing = {"state": Link.UNKNOWN, "service": None, "travel_min": None}
    told = [(category, rows.get(category, nothing)) for category in categories["id"]]
    return tuple(
        CategoryLink(category, Link(row["state"]), _counted(services, row["service"], row["travel_min"]))
        for category, row in told
    )


def _pathways(
    functions: Sequence[Function], every: Sequence[CategoryLink], links: pd.DataFrame, listed: frozenset[str]
) -> tuple[PathwayResponse, ...]:
    """Each pathway, function by function; a category that this database does not hold serves nothing."""
    by_category = {link.category: link for link in every}
    shares = links.set_index("category")[["present", "missing"]]

    def response(function: Function) -> FunctionResponse:
        own = [*function.categories, *function.also]
        told = shares.reindex(own)
        is_main = [category in function.categories for category in own]
        return FunctionResponse(
            function,
            gap.function_state(told["present"], told["missing"], is_main),
            tuple(by_category[category] for category in own if category in by_category),
            not listed.isdisjoint(function.categories),
        )

    found = [response(function) for function in functions]
    return tuple(PathwayResponse(p, tuple(r for r in found if r.function.pathway is p)) for p in Pathway)


@lru_cache(maxsize=4)
def _listed_anywhere(store: Store, version: str) -> frozenset[str]:
    """Categories that a list tells of in some département."""
    told = store.completeness()
    return frozenset(told.loc[told["state"] != Completeness.ABSENT.value, "category"])


def _nearest(reach: _Reach, family: int) -> tuple[str | None, float | None]:
    travel = reach.travel[family]
    if not len(travel) or np.isnan(travel).all():
        return None, None
    row = int(np.nanargmin(travel))
    return reach.service[family, row], float(travel[row])


def _described(store: Store, ids: Sequence[str], changed: Changes) -> dict[str, dict]:
    """Services by identifier, those that the agency added among them."""
    listed = store.services_of(sorted(set(ids)))
    return {row["id"]: row for row in [*listed.to_dict("records"), *changed.added.to_dict("records")]}


def _counted(services: dict[str, dict], service, travel_min) -> Counted | None:
    row = services.get(service)
    if row is None:
        return None
    return Counted(
        id=row["id"],
        name=row["name"],
        category=row["category"],
        family=Family(row["family"]),
        code_insee=row["code_insee"],
        source=row["source"],
        origins=tuple(str(row["origins"]).split(";")),
        seen_on=row["seen_on"] if isinstance(row["seen_on"], str) else None,
        position=row["position"],
        travel_min=None if pd.isna(travel_min) else float(travel_min),
    )


@lru_cache(maxsize=4)
def _states(store: Store, version: str) -> pd.DataFrame:
    return best_states(store.completeness())


def _known(store: Store, departements: Sequence[str], categories: pd.DataFrame) -> dict[str, Completeness]:
    """What is known of each category in these départements: complete or absent when it is so in all, else partial."""
    here = (
        _states(store, store.version())
        .reindex(index=departements, columns=categories["id"])
        .astype(object)
        .fillna(Completeness.ABSENT.value)
    )
    return {category: over(here[category]) for category in here.columns}


def _inside(
    store: Store, level: Level, code: str, reach: _Reach, changed: Changes, categories: pd.DataFrame
) -> pd.Series:
    """How many services of each category are listed in a territory, corrections taken into account."""
    moved = changed.inside[changed.inside["code_insee"].isin(reach.communes.index)]
    listed = store.service_counts(level, code).add(moved.groupby("category")["count"].sum(), fill_value=0)
    # How many are listed: whether that is all of them is told apart.
    return listed.reindex(categories["id"]).fillna(0)


def _articulation(within_reach: np.ndarray, reach: _Reach, groups: np.ndarray) -> int | None:
    if len(reach.communes) == 1:
        found = within_reach[:, 0]
    else:
        no, yes = _shares(within_reach, reach.communes["residents"], groups, 1)[:, :, 0]
        found = np.select([yes >= gap.HALF, no >= gap.HALF], [1.0, 0.0], np.nan)
    total = gap.articulation(found[:, None])[0]
    return None if np.isnan(total) else int(total)


def _certain(found: np.ndarray) -> float | None:
    """Share within reach of a (out, within) pair; None where nothing is known of anybody."""
    no, yes = found
    return None if np.isnan(yes) or yes + no == 0 else float(yes)


def _one(values: np.ndarray) -> float | None:
    return None if len(values) != 1 or np.isnan(values[0]) else float(values[0])
