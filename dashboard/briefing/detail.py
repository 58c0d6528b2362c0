"""How much page 2 holds: everything when there is room, less when names are long. What is left out is counted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """Most lines of each list; `name` is the longest name of a service, a place or a plan, in characters."""

    gaps: int
    options: int
    pathways: int
    sources: int
    name: int
    has_twins: bool


FULL = Detail(gaps=5, options=3, pathways=5, sources=4, name=44, has_twins=True)

DETAILS = (
    FULL,
    Detail(gaps=5, options=2, pathways=3, sources=3, name=40, has_twins=True),
    Detail(gaps=5, options=2, pathways=2, sources=2, name=36, has_twins=False),
    Detail(gaps=4, options=1, pathways=1, sources=2, name=30, has_twins=False),
    Detail(gaps=3, options=1, pathways=0, sources=1, name=24, has_twins=False),
)
"""Tried in this order until both pages hold. Page 1 has room for its longest lines."""
