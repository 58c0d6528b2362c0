"""Care pathways: what a person meets, function by function, each served by any of a set of categories of service."""

from dataclasses import dataclass
from enum import StrEnum


class Pathway(StrEnum):
    """For whom a chain of functions is."""

    OLDER_PEOPLE = "older_people"
    CARERS = "carers"
    CANCER = "cancer"
    MENTAL_HEALTH = "mental_health"
    DISABILITY = "disability"


@dataclass(frozen=True)
class Function:
    """One function of a pathway, in the order a person meets them.

    Any of `categories` or of `also` serves it; complete lists of all `categories`, empty within reach, prove that it is
    missing. `files` are those that tell of `categories`, in words; `source` says who asks for the function.
    """

    pathway: Pathway
    id: str
    title: str
    title_en: str
    categories: tuple[str, ...]
    also: tuple[str, ...]
    files: str
    justification: str
    source: str
