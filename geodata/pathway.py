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
class Titles:
    """What a pathway is called, in French and in English."""

    title: str
    title_en: str


TITLES = {
    Pathway.OLDER_PEOPLE: Titles("Personnes âgées à domicile", "Older people at home"),
    Pathway.CARERS: Titles("Proches aidants", "Family carers"),
    Pathway.CANCER: Titles("Cancer et longue maladie", "Cancer and long illness"),
    Pathway.MENTAL_HEALTH: Titles("Santé mentale", "Mental health"),
    Pathway.DISABILITY: Titles("Handicap", "Disability"),
}

PUBLIC = {
    Pathway.OLDER_PEOPLE: "share_75_plus",
    Pathway.CANCER: "illness_cancer",
    Pathway.MENTAL_HEALTH: "illness_psychiatric",
    Pathway.DISABILITY: "disability_allowance_share",
}
"""Indicator whose numerator counts the public of a pathway."""


@dataclass(frozen=True)
class Prevalence:
    """A national share of some residents, `of` which indicators count; `title` is what it counts and at which rate."""

    share: float
    of: tuple[str, ...]
    title: str
    title_en: str
    vintage: str
    source: str


PREVALENCE = {
    Pathway.CARERS: Prevalence(
        share=1 / 6,
        of=("population_20_64", "population_65_plus"),
        title="proches aidants de 20 ans et plus, au taux national d’un adulte sur six",
        title_en="carers aged 20 and over, at the national rate of one adult in six",
        vintage="2021",
        source="Drees, Études et résultats n° 1255",
    )
}
"""Public that no file of a territory counts. One adult in six helps a relative who is old or disabled (8.8 million,
survey Vie quotidienne et santé 2021: Thomas Blavet, Drees, February 2023). The rate peaks at one in four between 55 and
64 and is higher overseas: neither is applied, the rates by age not being printed in what was read."""


@dataclass(frozen=True)
class Concerned:
    """Whom a pathway is for in a territory: its own public, never the isolated people.

    `people` as it is printed: three digits of a count, two where a prevalence is applied. `title` says what is counted;
    `share` is that of the residents it is counted among, None with a prevalence. `source` is a title.
    """

    people: int
    share: float | None
    title: str
    title_en: str
    kind: str
    vintage: str
    source: str


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
