"""How much each page holds: everything when there is room, less when names are long. Lists of page 2 count the rest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FrontDetail:
    """Most lines of what adds up and bars, most strengths and gaps; the part of the map's width that is kept."""

    factors: int
    points: int
    map: float = 1.0


@dataclass(frozen=True)
class BackDetail:
    """Most lines of each list; `name` is the longest name of a service, a place or a plan, in characters."""

    gaps: int
    options: int
    pathways: int
    sources: int
    name: int
    has_twins: bool
    has_roles: bool = True
    has_acronyms: bool = True
    has_associations: bool = True
    questions: int = 3
    steps: int = 3


FRONTS = (
    FrontDetail(factors=3, points=3),
    FrontDetail(factors=3, points=2),
    FrontDetail(factors=2, points=2),
    FrontDetail(factors=2, points=2, map=0.8),
    FrontDetail(factors=1, points=1, map=0.65),
    FrontDetail(factors=1, points=1, map=0.5),
    FrontDetail(factors=0, points=1, map=0.5),
)
BACKS = (
    BackDetail(gaps=5, options=3, pathways=2, sources=3, name=44, has_twins=True),
    BackDetail(gaps=4, options=2, pathways=0, sources=2, name=40, has_twins=False),
    BackDetail(gaps=3, options=2, pathways=0, sources=1, name=36, has_twins=False),
    BackDetail(gaps=3, options=2, pathways=0, sources=1, name=36, has_twins=False, has_roles=False),
    BackDetail(gaps=2, options=1, pathways=0, sources=1, name=30, has_twins=False, has_roles=False, has_acronyms=False),
    BackDetail(
        gaps=1,
        options=1,
        pathways=0,
        sources=0,
        name=24,
        has_twins=False,
        has_roles=False,
        has_acronyms=False,
        has_associations=False,
        questions=1,
        steps=2,
    ),
)
"""Tried in this order, each page by itself, until both hold."""
