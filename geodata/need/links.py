"""Categories and pathways of one territory: what is within reach, missing or not known."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geodata.corrections import Changes
from geodata.memory import remembered
from geodata.methods import need
from geodata.pathway import Concerned, Function, Pathway
from geodata.question import Question
from geodata.response import (
    CategoryLink,
    Counted,
    FunctionResponse,
    Link,
    PathwayResponse,
)
from geodata.service import Completeness, Family
from geodata.store import Store
from geodata.territory import Level


def category_rows(
    store: Store,
    level: Level,
    code: str,
    question: Question,
    residents: pd.Series,
    minutes: float,
    changed: Changes,
) -> pd.DataFrame:
    """By category: state of the link, the shares of residents for whom it is `present` and `missing`, nearest service
    and its minutes. `residents` are those of the territory's communes, by code."""
    columns = ["category", "state", "present", "missing", "service", "travel_min"]
    if level == Level.COMMUNE:
        rows = changed.over(store.access_of([code]), code)
        near = need.within_reach(rows["travel_min"], rows["complete_min"], minutes=minutes)
        return rows.assign(state=need.link_state(near), present=near == 1, missing=near == 0)[columns]
    rows = store.links(level, code, question, minutes=minutes)
    if changed.categories:
        rows = rows[~rows["category"].isin(changed.categories)]
        again = changed.over(store.access(categories=changed.categories))
        again = again[again["code_insee"].isin(residents.index)]
        near = need.within_reach(again["travel_min"], again["complete_min"], minutes=minutes)
        # Residents that are not known count nobody, here as in the shares.
        weight = again["code_insee"].map(residents).fillna(0.0)
        again = again.assign(present=weight * (near == 1), missing=weight * (near == 0))
        first = again.sort_values(["travel_min", "service"], kind="stable").drop_duplicates("category")
        summed = again.groupby("category", as_index=False)[["present", "missing"]].sum()
        rows = pd.concat([rows, summed.merge(first[["category", "service", "travel_min"]], on="category")])
    total = residents.sum()
    present, missing = (rows[name].to_numpy(float) / total if total else np.nan for name in ("present", "missing"))
    codes = (Link.MISSING.value, Link.PRESENT.value, Link.UNKNOWN.value)
    return rows.assign(state=need.of_most(missing, present, codes), present=present, missing=missing)[columns]


def category_links(
    categories: pd.DataFrame, links: pd.DataFrame, services: dict[str, dict]
) -> tuple[CategoryLink, ...]:
    """One link a category; a category that no row tells of is not known."""
    rows = links.set_index("category").to_dict("index")
    nothing = {"state": Link.UNKNOWN, "service": None, "travel_min": None}
    return tuple(
        CategoryLink(category, Link(row["state"]), nearest_service(services, row["service"], row["travel_min"]))
        for category in categories["id"]
        for row in [rows.get(category, nothing)]
    )


def pathway_responses(
    store: Store, links: Sequence[CategoryLink], rows: pd.DataFrame, public: Mapping[Pathway, Concerned]
) -> tuple[PathwayResponse, ...]:
    """Each pathway, function by function; a category that this database does not hold serves nothing."""
    by_category = {link.category: link for link in links}
    shares, listed = rows.set_index("category")[["present", "missing"]], _listed_anywhere(store, store.version())

    def response(function: Function) -> FunctionResponse:
        own = [*function.categories, *function.also]
        states = shares.reindex(own)
        is_main = [category in function.categories for category in own]
        return FunctionResponse(
            function,
            need.function_state(states["present"], states["missing"], is_main),
            tuple(by_category[category] for category in own if category in by_category),
            not listed.isdisjoint(function.categories),
        )

    answers = [response(function) for function in store.pathway_functions()]
    return tuple(
        PathwayResponse(p, tuple(r for r in answers if r.function.pathway is p), public.get(p)) for p in Pathway
    )


@remembered
def _listed_anywhere(store: Store, version: str) -> frozenset[str]:
    """Categories that a list tells of in some département."""
    states = store.completeness()
    return frozenset(states.loc[states["state"] != Completeness.ABSENT.value, "category"])


def nearest_service(services: dict[str, dict], service: Any, travel_min: Any) -> Counted | None:
    """The nearest service as it is shown; None where there is none."""
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
