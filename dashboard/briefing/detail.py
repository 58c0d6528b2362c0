"""How much each page holds: everything when there is room, less when names are long. Lists of page 2 count the rest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FrontDetail:
    """Most lines and bars of "why here", most strengths and gaps."""

    factors: int
    points: int


@dataclass(frozen=True)
class BackDetail:
    """Most lines of each list; `name` is the longest name of a service, a place or a plan, in characters."""

    gaps: int
    options: int
    pathways: int
    sources: int
    name: int
    has_twins: bool


FRONTS = (
    FrontDetail(factors=4, points=3),
    FrontDetail(factors=3, points=3),
    FrontDetail(factors=3, points=2),
    FrontDetail(factors=2, points=2),
)
BACKS = (
    BackDetail(gaps=5, options=3, pathways=5, sources=4, name=44, has_twins=True),
    BackDetail(gaps=5, options=2, pathways=5, sources=3, name=40, has_twins=False),
    BackDetail(gaps=5, options=2, pathways=2, sources=2, name=36, has_twins=False),
    BackDetail(gaps=4, options=1, pathways=1, sources=2, name=30, has_twins=False),
    BackDetail(gaps=3, options=1, pathways=0, sources=1, name=24, has_twins=False),
)
"""Tried in this order, each page by itself, until both hold."""
