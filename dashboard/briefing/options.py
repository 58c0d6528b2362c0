"""Plans with sites in a territory, or that reach its people: what a briefing says is planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.briefing.content import Option
from geodata.disclosure import round_people, round_range
from geodata.errors import BadInput
from geodata.memory import remembered
from geodata.plan import Plan
from geodata.planning import Reached, case, reached
from geodata.request import Public, Request
from geodata.survey import older_range
from geodata.territory import Level, Perimeter, Territory

if TYPE_CHECKING:
    from geodata.store import Store
    from geodata.workspace import Version

MOST_OPTIONS = 3


def options(store: "Store", territory: Territory, plans: Sequence["Version"]) -> tuple[Option, ...]:
    """Plans with sites here or that reach people here: the decided ones first, then the last saved."""
    rows = []
    for saved in sorted(plans, key=lambda v: (v.is_decided, v.saved_on), reverse=True):
        if saved.content["plan"] is None:
            continue
        request, plan, reach = _planned(store, store.version(), saved.plan, saved.version, _Content(saved.content))
        names = saved.content.get("names", {})
        here = _communes(store, territory)
        sites = [site for site in plan.sites if site.id in names and names[site.id]["code_insee"] in here]
        counts = None if reach is None else reach.within(here)
        if not sites and not (counts and counts[0]):
            continue
        places = tuple(dict.fromkeys(names[site.id]["commune"] for site in sites))
        ends = (None, None) if counts is None else _ends(store, territory, request, counts)
        rows.append(
            Option(
                saved.plan, saved.version, saved.name, saved.is_decided, request.public, request.minutes, len(sites),
                places, _printed(counts and counts[0]), *ends, _printed(plan.reached),
            )
        )  # fmt: skip
    return tuple(rows[:MOST_OPTIONS])


def _printed(people: float | None) -> int | None:
    return None if people is None else _whole(round_people(people))


def _whole(rounded: float | np.ndarray) -> int | None:
    return None if np.isnan(rounded) else int(rounded)


def _ends(
    store: "Store", territory: Territory, request: Request, counts: tuple[float, float | None, float | None]
) -> tuple[int | None, int | None]:
    """The ends of people reached here; where these are all those of the territory, its own range.

    That of a few plausible situations is a little off, and a sheet would tell two ranges of one number.
    """
    people, low, high = counts
    if low is None or high is None:
        return None, None
    estimate = store.estimate(territory.level, territory.code, request.question)
    if request.public is Public.ISOLATED and _printed(people) == estimate.people:
        return estimate.people_low, estimate.people_high
    older = store.estimates_of([(territory.level, territory.code)], request.question)["people_70_plus"].iloc[0]
    if request.public is Public.ISOLATED_70 and _printed(people) == older:
        low, high = older_range(older, estimate) or (low, high)
    lowest, highest = round_range(low, high)
    return _whole(lowest), _whole(highest)


@dataclass(frozen=True, eq=False)
class _Content:
    """The content of a saved plan, out of the key of what is remembered: a version never changes."""

    value: dict

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content)

    def __hash__(self) -> int:
        return 0


@remembered
def _planned(
    store: "Store", version: str, plan: str, number: int, content: _Content
) -> tuple[Request, Plan, "Reached | None"]:
    """A saved plan and whom it reaches, commune by commune; None where this build cannot count them any more."""
    request, plan_record = Request.from_dict(content.value["request"]), Plan.from_dict(content.value["plan"])
    try:
        return request, plan_record, reached(case(store, request), request.public, plan_record)
    except BadInput:
        return request, plan_record, None


def _communes(store: "Store", territory: Territory) -> frozenset[str]:
    if territory.level is Level.COMMUNE:
        return frozenset({territory.code})
    return frozenset(store.territories(Level.COMMUNE, Perimeter(territory.level, territory.code))["code"])
