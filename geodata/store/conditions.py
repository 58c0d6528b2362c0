"""Conditions of the store's queries: where a territory lies, which estimate is asked for."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from geodata import schema
from geodata.question import Question
from geodata.territory import FRANCE, Level, Perimeter, perimeter


def is_one_of(table: Any, places: Sequence[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """Condition: the row's (level, code) is one of `places`; of the widest level, `FR` is its only one."""
    by_level: dict[str, list[str]] = {}
    for level, code in places:
        by_level.setdefault(str(level), []).append(code)
    return sa.or_(
        sa.false(),
        *(
            (table.level == level) & (sa.true() if level == Level.FRANCE and FRANCE in codes else table.code.in_(codes))
            for level, codes in by_level.items()
        ),
    )


def answers(question: Question) -> sa.ColumnElement[bool]:
    """Condition: the estimate is of the question's definition and scenario."""
    e = schema.estimate.c
    return (e.definition == question.definition) & (e.scenario == question.scenario)


def in_perimeter(query: sa.Select, within: str | Perimeter) -> sa.Select:
    """Rows of territories that lie in a perimeter, or are it."""
    of, t = perimeter(within), schema.territory.c
    if of.level == Level.FRANCE:
        return query
    return query.where((t[_PARENTS[of.level]] == of.code) | ((t.level == of.level) & (t.code == of.code)))


_PARENTS = {Level.EPCI: "epci", Level.TVS: "tvs", Level.DEPARTEMENT: "departement", Level.REGION: "region"}


def lying_in(query: sa.Select, level: Level, of: Level, code: str) -> sa.Select:
    """Rows of territories of `level` that lie in the territory (`of`, `code`)."""
    if of == Level.FRANCE:
        return query
    return query.where(schema.territory.c["code" if of == level else _PARENTS[of]] == code)
