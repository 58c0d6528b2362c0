"""What an indicator is: what is measured, on whom, which side of life it tells of, and how it goes up a level."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Sides of life that isolation is tied to."""

    AGE = "age"
    GENDER = "gender"
    LIVING_ALONE = "living_alone"
    PLACE = "place"
    ILLNESS = "illness"
    DISABILITY = "disability"
    INCOME = "income"
    ACTIVITY = "activity"
    DIGITAL = "digital"
    MORTALITY = "mortality"


class Direction(StrEnum):
    """Which end of an indicator means more exposed; what is only `SHOWN` is never counted as exposed or not."""

    HIGHER = "higher"
    LOWER = "lower"
    SHOWN = "shown"


class Way(StrEnum):
    """How an indicator goes up a level."""

    COUNT = "count"
    """A number: the sum of the numbers inside."""

    SHARE = "share"
    """Numerators over denominators, each summed: never a mean of shares."""

    MEAN = "mean"
    """An index or a distance: a mean weighted by the indicator's own population, which it says."""

    PUBLISHED = "published"
    """A median, for one: only what the producer publishes at each level, never worked out from the levels below."""


class Unpublished(StrEnum):
    """Why an indicator has no value where something is known of it."""

    COVERAGE = "coverage"
    """Too little of the territory is covered, see `COVERED`."""

    SECRET = "secret"
    """Fewer people or households than the indicator's `least`."""

    CENSORED = "censored"
    """Its producer only prints a limit that the figure does not pass."""


COVERED = 0.90
"""Share of a territory that must be known for its figure to be published: judgement. What is missing of a tenth of the
residents moves a share by a tenth of the gap between them and the others, at most a point where that gap is ten."""

SECRET_BELOW = 11
"""Smallest denominator of a published share: the threshold of French tax data."""


CENSUS_SOURCES = ("insee_rp", "insee_melodi", "rp_reconstructed")
"""Sources of the census by commune; for a same vintage the first is preferred."""

THIN_BELOW = 2_000
"""Residents of a commune under which a census figure carries a warning: five years of surveys, few people."""


@dataclass(frozen=True)
class Indicator:
    """One indicator, declared once in `geodata.indicator_catalogue`.

    `unit` is share, person, household, person_per_km2 ...; shares are fractions. A value is numerator / denominator,
    times `scale`. `least`: the smallest denominator that may be published.
    """

    id: str
    title: str
    title_en: str
    definition: str
    definition_en: str
    numerator: str
    denominator: str
    unit: str
    side: Side | None
    direction: Direction
    way: Way
    scale: float = 1.0
    least: int = SECRET_BELOW


RURAL_BELOW, DENSE_FROM = 300, 1500
"""Density classes, residents per km2: the cut-offs of Eurostat's degree of urbanisation, applied here to whole
communes for want of the 1 km grid."""
