"""Services that a planner sets against isolation: three families, their categories, and one service."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Who answers: inhabitants and volunteers, public front doors, or care and support professionals."""

    CITIZEN = "citizen"
    INSTITUTIONAL = "institutional"
    PROFESSIONAL = "professional"


@dataclass(frozen=True)
class Category:
    """A kind of service. `id` is stable and appears in addresses; `title` is what a French reader sees."""

    id: str
    title: str
    title_en: str
    family: Family


TOWN_HALL = "mairie"
"""The category whose list is whole in every build."""


class Completeness(StrEnum):
    """What is known of a category in a département: "no data" is never "no service"."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    ABSENT = "absent"
    STALE = "stale"


@dataclass(frozen=True)
class Service:
    """One place of service. `weekly_hours` is None when the timetable is unknown, never zero for that reason."""

    id: str
    name: str
    category: str
    family: Family
    code_insee: str
    lon: float | None
    lat: float | None
    weekly_hours: float | None
    source: str
    seen_on: str | None
