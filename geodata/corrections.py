"""What corrections of the agency change: services taken away or added, and what communes can then reach.

The last statement on a service, or on a category as a whole in a commune, is the one that holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.access_model import ACCESS, COUNTED_ELSEWHERE, PER, supply_weight
from geodata.memory import remembered
from geodata.methods.access import nearest, travel
from geodata.minutes import MOST_COMPLETE_MINUTES
from geodata.service import CORRECTION
from geodata.store import Store
from geodata.workspace import Correction, Statement


@dataclass(frozen=True, eq=False)
class Changes:
    """`access`: the rows that change, as `Store.access_of` gives them. `scores`: what to add to the score of a family,
    by commune and category. `gone`: services that are not there. `added`: services that were not listed. `inside`:
    services more or less, by commune and category. `categories`: those touched."""

    access: pd.DataFrame
    scores: pd.DataFrame
    gone: frozenset[str]
    added: pd.DataFrame
    inside: pd.DataFrame
    categories: tuple[str, ...]

    def over(self, rows: pd.DataFrame, code: str | None = None) -> pd.DataFrame:
        """`rows` of the table `access` with those that change in their place; `code`: of this commune only."""
        mine = self.access if code is None else self.access[self.access["code_insee"] == code]
        mine = mine[mine["category"].isin(self.categories)]
        keys = ["code_insee", "category"]
        kept = rows[~pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(mine[keys]))]
        return pd.concat([kept, mine], ignore_index=True) if len(mine) else kept


_COMPLETENESS = ["state", "complete_min"]
_ACCESS = [
    "code_insee",
    "category",
    "service",
    "distance_km",
    "travel_min",
    "position",
    *_COMPLETENESS,
    "method",
    "reason",
]
_ADDED = ["id", "name", "category", "family", "code_insee", "source", "origins", "seen_on", "position", "lon", "lat"]

NOTHING = Changes(
    pd.DataFrame(columns=_ACCESS),
    pd.DataFrame(columns=["code_insee", "category", "score"]),
    frozenset(),
    pd.DataFrame(columns=_ADDED),
    pd.DataFrame(columns=["code_insee", "category", "count"]),
    (),
)


def standing(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """The statements that hold, in the order in which they were made."""
    last = {(c.code_insee, c.category, c.service): c for c in sorted(corrections, key=lambda c: c.id)}
    return tuple(sorted(last.values(), key=lambda c: c.id))


def changes(store: Store, corrections: Sequence[Correction]) -> Changes:
    """What these corrections change in this build. Those on a commune or a category that it does not know change
    nothing."""
    category_ids = set(store.categories()["id"])
    communes = _communes(store, store.version()).index
    held = [c for c in standing(corrections) if c.category in category_ids and c.code_insee in communes]
    categories = tuple(sorted({c.category for c in held}))
    if not categories:
        return NOTHING
    # Category by category: another correction works out its own only.
    parts = [_of(store, store.version(), c, tuple(h for h in held if h.category == c)) for c in categories]
    tables = {
        name: pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("access", "scores", "added", "inside")
    }
    return Changes(gone=frozenset().union(*(part.gone for part in parts)), categories=categories, **tables)


@remembered
def _of(store: Store, version: str, category: str, held: tuple[Correction, ...]) -> Changes:
    """What corrections of one category change."""
    family = store.categories().set_index("id")["family"]
    communes = _communes(store, version)
    services = store.services(categories=(category,)).set_index("id")
    services["land"] = services["code_insee"].map(communes["land"])
    services["supply"] = supply_weight(services)
    gone = services.index[_is_gone(services, held)]
    recounted = _recounted(services, held)
    added = _added(held, services, communes, family)
    before = store.access(categories=(category,))
    moves = [
        _moves(services.loc[gone], -1.0, before, communes),
        _moves(added.set_index("id").assign(supply=1.0), 1.0, before, communes),
        _moves(services.loc[recounted.index].assign(supply=recounted["supply"]), 1.0, before, communes),
    ]
    inside = [
        services.loc[gone, ["code_insee", "category"]].assign(count=-services.loc[gone, "quantity"].fillna(1.0)),
        added[["code_insee", "category"]].assign(count=1.0),
        services.loc[recounted.index, ["code_insee", "category"]].assign(count=recounted["count"]),
    ]
    rows = _again(category, before, services, gone, added, communes)
    return Changes(rows, pd.concat(moves), frozenset(gone), added[_ADDED], pd.concat(inside), (category,))


@remembered
def _communes(store: Store, version: str) -> pd.DataFrame:
    """Where the people are: the same for every correction."""
    return store.demand()


def _is_gone(services: pd.DataFrame, held: Sequence[Correction]) -> np.ndarray:
    """Services retracted, alone or with their whole category in a commune; one that is asserted alone stays."""
    gone = np.zeros(len(services), bool)
    for c in held:
        whole = (services["code_insee"] == c.code_insee) & (services["category"] == c.category)
        if c.service is not None:
            gone[services.index == c.service] = c.statement is Statement.RETRACT
        elif c.statement is Statement.RETRACT:
            gone |= whole.to_numpy()
    return gone


def _recounted(services: pd.DataFrame, held: Sequence[Correction]) -> pd.DataFrame:
    """Services of which there are more or fewer than their source counts: `count` and `supply`, the difference.

    Where a commune has several such rows of a category, each is changed in proportion. Named services stay.
    """
    changed = []
    for c in held:
        if c.statement is Statement.COUNT:
            here = (services["code_insee"] == c.code_insee) & (services["category"] == c.category)
            rows = services.loc[here & services["quantity"].notna(), ["quantity", "supply"]].astype(float)
            # Of a row without anybody to count, nothing can be said in proportion.
            factor = c.quantity / rows["quantity"].sum() - 1 if rows["quantity"].sum() else 0.0
            changed.append(pd.DataFrame({"count": rows["quantity"] * factor, "supply": rows["supply"] * factor}))
    return pd.concat(changed) if changed else pd.DataFrame(columns=["count", "supply"], dtype=float)


def _added(
    held: Sequence[Correction], services: pd.DataFrame, communes: pd.DataFrame, family: pd.Series
) -> pd.DataFrame:
    """Services that are there and are not listed: at a point of their commune, of average size."""
    new = [c for c in held if c.statement is Statement.ASSERT and c.service not in services.index]
    rows = [
        {
            "id": f"{CORRECTION}--{c.id}",
            "name": c.service or "",
            "category": c.category,
            "family": family[c.category],
            "code_insee": c.code_insee,
            "source": CORRECTION,
            "origins": f"{CORRECTION}--{c.id}",
            "seen_on": c.when[:10],
            "position": "commune",
            **communes.loc[c.code_insee, ["lon", "lat", "land"]].to_dict(),
        }
        for c in new
    ]
    frame = pd.DataFrame(rows, columns=[*_ADDED, "land"])
    return frame[frame["lon"].notna()].astype({"lon": float, "lat": float})


def _again(
    category: str,
    before: pd.DataFrame,
    services: pd.DataFrame,
    gone: pd.Index,
    added: pd.DataFrame,
    communes: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of `access` of one category that change."""
    place = ["lon", "lat", "land"]
    own = before[before["category"] == category].set_index("code_insee")
    listed = services[(services["category"] == category) & services["lon"].notna()].drop(gone, errors="ignore")
    new = added[added["category"] == category].set_index("id")
    lost = own.index[own["service"].isin(gone)]
    reached = travel(
        communes.loc[communes["lon"].notna(), place],
        new[place],
        model=ACCESS.travel,
        limit_min=MOST_COMPLETE_MINUTES,
        within="land",
    )
    near = reached.sort_values("minutes").drop_duplicates("origin").set_index("origin")["minutes"]
    had = own["travel_min"].reindex(near.index).fillna(np.inf)
    closer = near.index[near < had].astype(str)
    touched = communes.index[communes.index.isin(lost) | communes.index.isin(closer)]
    supply = pd.concat([listed[[*place, "position"]], new[[*place, "position"]]]).rename_axis("service")
    nearest_one = nearest(communes.loc[touched, place], supply, model=ACCESS.travel, within="land")
    values = own[_COMPLETENESS].reindex(touched)
    return (
        nearest_one.assign(
            category=category,
            position=nearest_one["service"].map(supply["position"]),
            state=values["state"].fillna("partial"),
            # A category that no source tells of here: its absence is never certain.
            complete_min=values["complete_min"].fillna(0.0),
        )
        .rename_axis("code_insee")
        .reset_index()[_ACCESS]
    )


def _moves(services: pd.DataFrame, sign: float, before: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """What services more (or less) add to the score of the communes that are scored on their category."""
    people = communes[communes["lon"].notna()]
    located = services[services["lon"].notna() & ~services["category"].isin(COUNTED_ELSEWHERE)]
    pairs = travel(
        people[["lon", "lat", "land"]],
        located[["lon", "lat", "land"]],
        model=ACCESS.travel,
        limit_min=ACCESS.catchment_min,
        within="land",
    )
    origin, to = (pairs[end].astype(str) for end in ("origin", "destination"))
    weight = pd.Series(ACCESS.decay(pairs["minutes"].to_numpy()), index=pairs.index, dtype=float)
    # As in the build: where nobody was counted, nobody shares the services.
    demand = origin.map(people[ACCESS.demand]).astype(float).fillna(0.0)
    # A service that nobody reaches has nobody around.
    around = (weight * demand).groupby(to).sum().reindex(located.index).fillna(0.0)
    shared = (located["supply"] / around).where(around > 0, 0.0).astype(float)
    moves = pd.DataFrame(
        {
            "code_insee": origin,
            "category": to.map(located["category"]),
            "score": sign * PER * weight * to.map(shared).astype(float),
        }
    )
    compared = before.loc[before["complete_min"] > ACCESS.catchment_min, ["code_insee", "category"]]
    return moves.merge(compared, on=["code_insee", "category"])
