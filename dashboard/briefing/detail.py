"""How much each page holds: everything when there is room, less when names are long. Lists of page 2 count the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any


@dataclass(frozen=True)
class FrontDetail:
    """Most lines of what adds up and bars, most strengths and gaps; the part of the map's width that is kept."""

    factors: int
    points: int
    map: float = 1.0


@dataclass(frozen=True)
class BackDetail:
    """Most lines of each list; `name` is the longest name of a service, a place or a plan, in characters; `scenarios`
    the sets of assumptions that are named where they change the class; `is_public_sourced` tells where the count of a
    pathway's public comes from; `has_reasons` why each step here."""

    gaps: int
    options: int
    pathways: int
    sources: int
    name: int
    has_twins: bool
    scenarios: int = 3
    has_associations: bool = True
    questions: int = 3
    steps: int = 3
    is_public_sourced: bool = True
    has_reasons: bool = True


FRONTS = (
    FrontDetail(factors=3, points=3),
    FrontDetail(factors=3, points=2),
    FrontDetail(factors=2, points=2),
    FrontDetail(factors=2, points=2, map=0.8),
    FrontDetail(factors=1, points=1, map=0.65),
    FrontDetail(factors=1, points=1, map=0.5),
    FrontDetail(factors=0, points=1, map=0.5),
)
CUTS: tuple[dict[str, Any], ...] = (
    {"is_public_sourced": False},
    {"scenarios": 2, "has_twins": False},
    {"sources": 2},
    {"gaps": 4, "pathways": 1},
    {"sources": 1, "scenarios": 1},
    {"options": 2, "name": 40},
    {"pathways": 0},
    {"has_associations": False},
    {"gaps": 3, "name": 36},
    {"options": 1, "name": 30},
    {"gaps": 2},
    {"gaps": 1, "name": 24},
    {"questions": 2},
    {"steps": 2},
    {"questions": 1},
    {"options": 0},
    {"has_reasons": False},
    {"steps": 1},
)
"""What page 2 gives up, the least missed first: steps and questions last; never whom to turn to, nor what acronyms
mean."""


def back_without(cuts: Iterable[int]) -> BackDetail:
    """Page 2 once it has given up these of `CUTS`, in their order."""
    whole = BackDetail(gaps=5, options=3, pathways=2, sources=3, name=44, has_twins=True)
    return reduce(lambda detail, number: replace(detail, **CUTS[number]), sorted(cuts), whole)


BACKS = tuple(back_without(range(most)) for most in range(len(CUTS) + 1))
"""Each page takes the first of these with which it holds, by itself."""

_ON_SLIDE = (*FRONTS[1:3], FrontDetail(factors=1, points=1), FrontDetail(factors=0, points=0))
SLIDES = tuple(
    (front, replace(BACKS[-1], steps=steps, has_reasons=True)) for steps in (3, 2, 1, 0) for front in _ON_SLIDE
)
"""A slide gives up lines of what adds up and gaps first, then steps."""
