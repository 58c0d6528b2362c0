"""Everything set against the need of one territory: families, pathways, categories, the services that were counted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geodata.completeness import best_states, over
from geodata.corrections import Changes
from geodata.memory import remembered
from geodata.methods import need
from geodata.minutes import DEFAULT_MINUTES, REACH_MINUTES
from geodata.need.concerned import people_concerned
from geodata.need.links import category_links, category_rows, nearest_service, pathway_responses
from geodata.need.reach import FAMILIES, Grouped, Reach, changes_of, check, grouped, reach_of
from geodata.question import DEFAULT_QUESTION, Question
from geodata.response import (
    FamilyResponse,
    Quadrant,
    Response,
    Responses,
)
from geodata.service import Completeness
from geodata.store import Store
from geodata.store.reader import of_one_build
from geodata.territory import Level
from geodata.workspace import Correction


@of_one_build
def responses(
    store: Store,
    level: Level,
    code: str,
    question: Question = DEFAULT_QUESTION,
    *,
    minutes: float = DEFAULT_MINUTES,
    corrections: Sequence[Correction] = (),
) -> Responses:
    """Everything set against the need of one territory. Raises `UnknownTerritory`, `UnknownScenario`, `BadInput`."""
    check(minutes, FAMILIES)
    territory = store.territory(level, code)
    estimate = store.estimate(level, code, question)
    corrections = tuple(corrections)
    reach = reach_of(store, store.version(), question.law, corrections)
    here = grouped(reach, level, [code])
    verdict = np.array([estimate.verdict.value], dtype=object)
    codes = here.responses(minutes)
    quadrant = need.quadrant(verdict, need.few(codes))
    robust = here.robust(pd.Series(quadrant), verdict, minutes, list(range(len(FAMILIES))))[0]
    changed = changes_of(store, store.version(), corrections)
    links = category_rows(store, level, code, question, here.reach.communes["residents"], minutes, changed)
    nearest = [_nearest(here.reach, i) for i in range(len(FAMILIES))]
    ids = [service for service, _ in nearest] + links["service"].tolist()
    services = _described(store, [i for i in ids if isinstance(i, str)], changed)
    categories = store.categories()
    all_links = category_links(categories, links, services)
    return Responses(
        territory=territory,
        minutes=float(minutes),
        quadrant=Quadrant(quadrant[0]),
        families=_families(store, code, here, float(minutes), codes[:, 0], nearest, services, categories, changed),
        pathways=pathway_responses(store, all_links, links, people_concerned(store, level, code)),
        articulation=_articulation(here, minutes),
        is_robust=None if robust is None else bool(robust),
        travel_method=" + ".join(store.travel_methods()),
        corrections=tuple(str(c.id) for c in corrections if c.code_insee in here.reach.communes.index),
        links=all_links,
    )


def _families(
    store: Store,
    code: str,
    here: Grouped,
    minutes: float,
    codes: np.ndarray,
    nearest: list[tuple[str | None, float | None]],
    services: dict[str, dict],
    categories: pd.DataFrame,
    changed: Changes,
) -> tuple[FamilyResponse, ...]:
    reach, is_commune = here.reach, here.level == Level.COMMUNE
    list_states = _list_states(store, sorted(reach.communes["departement"].dropna().unique()), categories)
    inside = _inside(store, here.level, code, reach, changed, categories)
    shares = {
        time: {who: here.people(time, who)[:, :, 0] for who in ("residents", "people")}
        for time in sorted({*REACH_MINUTES, minutes})
    }
    states = here.states(need.family_response(here.within(minutes), reach.rank))[:, :, 0]
    ranked = here.ranked()[:, 0]
    families = []
    for i, family in enumerate(FAMILIES):
        own = categories.loc[(categories["family"] == family) & categories["counts"], "id"]
        by_state = {state: tuple(c for c in own if list_states[c] == state) for state in Completeness}
        there = int(inside[own].sum())
        rank, rank_low, rank_high = (
            _one(values[i]) if is_commune else None for values in (reach.rank, reach.rank_low, reach.rank_high)
        )
        no, yes = shares[minutes]["residents"][:, i]
        far, scarce, _present = np.nan_to_num(states[:, i])
        squares = here.squares(i)
        # Nobody knows in which squares of a commune isolated people live.
        is_spread = squares is not None and is_commune
        far = np.nan_to_num(no) if is_spread else far
        families.append(
            FamilyResponse(
                family=family,
                response=Response(codes[i]),
                inside=there if there or by_state[Completeness.COMPLETE] else None,
                nearest=nearest_service(services, *nearest[i]),
                score=_one(reach.score[i]) if is_commune else None,
                is_lowest_quarter=None if rank is None else bool(need.is_lowest(rank)),
                within=tuple(
                    (time, _certain(of["residents"][:, i]), None if is_spread else _certain(of["people"][:, i]))
                    for time, of in shares.items()
                ),
                partial=by_state[Completeness.PARTIAL] + by_state[Completeness.STALE],
                unknown=by_state[Completeness.ABSENT],
                complete=by_state[Completeness.COMPLETE],
                unknown_share=None if np.isnan(yes) else float(1 - yes - no),
                rank=rank,
                rank_low=rank_low,
                rank_high=rank_high,
                far_share=float(far),
                scarce_share=float(scarce),
                is_compared=bool(ranked[i]),
                squares=squares,
            )
        )
    return tuple(families)


def _nearest(reach: Reach, family: int) -> tuple[str | None, float | None]:
    travel = reach.travel[family]
    if not len(travel) or np.isnan(travel).all():
        return None, None
    row = int(np.nanargmin(travel))
    return reach.service[family, row], float(travel[row])


def _described(store: Store, ids: Sequence[str], changed: Changes) -> dict[str, dict]:
    """Services by identifier, those that the agency added among them."""
    listed = store.services_of(sorted(set(ids)))
    return {row["id"]: row for row in [*listed.to_dict("records"), *changed.added.to_dict("records")]}


@remembered
def _states(store: Store, version: str) -> pd.DataFrame:
    return best_states(store.completeness())


def _list_states(store: Store, departements: Sequence[str], categories: pd.DataFrame) -> dict[str, Completeness]:
    """What is known of each category in these départements: complete or absent when it is so in all, else partial."""
    here = (
        _states(store, store.version())
        .reindex(index=departements, columns=categories["id"])
        .astype(object)
        .fillna(Completeness.ABSENT.value)
    )
    return {category: over(here[category]) for category in here.columns}


def _inside(
    store: Store, level: Level, code: str, reach: Reach, changed: Changes, categories: pd.DataFrame
) -> pd.Series:
    """How many services of each category are listed in a territory, corrections taken into account."""
    moved = changed.inside[changed.inside["code_insee"].isin(reach.communes.index)]
    listed = store.service_counts(level, code).add(moved.groupby("category")["count"].sum(), fill_value=0)
    # How many are listed: whether that is all of them is told apart.
    return listed.reindex(categories["id"]).fillna(0)


def _articulation(here: Grouped, minutes: float) -> int | None:
    within = here.within(minutes)
    alone = len(here.reach.communes) == 1
    reached = within[:, 0] if alone else here.reached(here.people(minutes, "residents")[:, :, 0])
    total = need.articulation(reached[:, None])[0]
    return None if np.isnan(total) else int(total)


def _certain(shares: np.ndarray) -> float | None:
    """Share within reach of a (out, within) pair; None where nothing is known of anybody."""
    no, yes = shares
    return None if np.isnan(yes) or yes + no == 0 else float(yes)


def _one(values: np.ndarray) -> float | None:
    return None if len(values) != 1 or np.isnan(values[0]) else float(values[0])
