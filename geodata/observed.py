"""A territory's own observed figures beside those of its twins, of its département and of the country.

Only figures of the territory itself: what a larger one lends says nothing of it. A difference is told only where it is
larger than the figure can bear: half a point at least, and what chance alone moves in a share of so many people.
"""

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import pandas as pd

from geodata.disclosure import is_disclosable
from geodata.estimate import Kind
from geodata.indicator import THIN_BELOW
from geodata.territory import Level, Part

if TYPE_CHECKING:
    # Sentences are made from these records and know no database.
    from geodata.store import Store

LEAST = 0.005
"""Half a point: under it two shares are the same, whatever the number of people (censuses round, years differ)."""

SURE, HALF_OF_90 = 1.96, 1.645

COMPARATORS = ("twins", "departement", "national")
OF_DISTRICT = ("city", "national")
"""Whom a district is set beside: it has no twin."""

_ORDER = {level: rank for rank, level in enumerate(Level)}
_FINEST = -1
"""IRIS lie below every level shown."""


@dataclass(frozen=True)
class ComparatorFigure:
    """The same figure of a comparator: of twins, their plain mean. `difference` is 1 where the territory's is higher,
    -1 where it is lower, 0 where they do not differ by more than the figure bears; None where that is not told."""

    comparator: str
    value: float
    difference: int | None


@dataclass(frozen=True)
class EarlierFigure:
    """The same figure of the territory in the period before, from the same source and worked out from the same level.
    `difference` is 1 where it has risen since, -1 where it has fallen, 0 and None as in `ComparatorFigure`."""

    vintage: str
    value: float
    difference: int | None


@dataclass(frozen=True)
class Observed:
    """A figure of the territory itself, in the unit of its indicator. `counted`: people or households that a share is
    made of; None where only a value is told, or where they or the others are too few. `is_thin`: a census figure of few
    residents. `before`: None where no earlier period can be set beside it."""

    indicator: str
    title: str
    title_en: str
    unit: str
    side: str
    kind: str
    vintage: str
    source: str
    value: float
    counted: float | None
    is_thin: bool
    beside: tuple[ComparatorFigure, ...]
    before: EarlierFigure | None = None


def observed(store: "Store", level: Level, code: str) -> tuple[Observed, ...]:
    """Figures of the territory itself that tell of a side of life, in the order of the catalogue.

    Raises `UnknownTerritory`.
    """
    territory = store.territory(level, code)
    code = territory.code
    twins = list(store.twins(level, code)["twin"])
    above = {
        "departement": (Level.DEPARTEMENT, territory.departement),
        "national": (Level.FRANCE, store.country().code),
    }
    above = {name: place for name, place in above.items() if place[1] and _ORDER[place[0]] > _ORDER[level]}
    wider = [(of, of_code) for of, of_code in above.values() if of_code]
    values = store.values_of([(level, code), *((level, twin) for twin in twins), *wider])
    is_own = values["resolved_at"].map(_ORDER).fillna(_FINEST) <= values["level"].map(_ORDER)
    values = values[values["side"].notna() & is_own]
    by_place = {key: rows.set_index(["id", "vintage"]) for key, rows in values.groupby(["level", "code"])}
    own = by_place.get((level, code))
    if own is None:
        return ()
    others = {name: by_place.get(place) for name, place in above.items()}
    likes = [by_place[level, twin] for twin in twins if (level, twin) in by_place]
    population = store.values(level, code).set_index("id")["value"].get("population")
    is_thin = level == Level.COMMUNE and population is not None and population < THIN_BELOW
    rows = own.reset_index().to_dict("records")
    earlier = {row["id"]: row for row in store.earlier(level, code).to_dict("records")}
    return tuple(_figure(row, others, likes, len(twins), is_thin, earlier.get(row["id"])) for row in rows)


def of_district(store: "Store", code: str) -> tuple[Observed, ...]:
    """Figures of a district itself that tell of a side of life, beside its city's and the country's.

    Raises `UnknownTerritory`.
    """
    inside = store.part(Part.DISTRICT, code)
    above = {"city": (Level.COMMUNE, inside.commune), "national": (Level.FRANCE, store.country().code)}
    values = store.values_of([(Part.DISTRICT, code), *above.values()])
    by_place = {key: rows.set_index(["id", "vintage"]) for key, rows in values.groupby(["level", "code"])}
    own = values[(values["level"] == Part.DISTRICT) & values["side"].notna()]
    others = {name: by_place.get(place) for name, place in above.items()}
    return tuple(_figure(row, others, [], 0, False) for row in own.to_dict("records"))


def _figure(
    row: dict, others: dict, likes: list[pd.DataFrame], twins: int, is_thin: bool, earlier: dict | None = None
) -> Observed:
    key = (row["id"], row["vintage"])
    facts = {name: frame for name, frame in others.items() if frame is not None and key in frame.index}
    figures = {name: float(frame.loc[key, "value"]) for name, frame in facts.items()}
    like = [float(frame.loc[key, "value"]) for frame in likes if key in frame.index]
    if twins and 2 * len(like) >= twins:
        figures["twins"] = sum(like) / len(like)
    limit = None if is_thin else bears(row["unit"], float(row["value"]), row["denominator"], row["kind"], row["error"])
    return Observed(
        indicator=row["id"],
        title=row["title"],
        title_en=row["title_en"],
        unit=row["unit"],
        side=row["side"],
        kind=row["kind"],
        vintage=row["vintage"],
        source=row["source"],
        value=float(row["value"]),
        counted=float(row["numerator"]) if is_disclosable(row["numerator"], row["denominator"]) else None,
        is_thin=is_thin,
        beside=tuple(
            ComparatorFigure(name, figures[name], difference(float(row["value"]), figures[name], limit))
            for name in dict.fromkeys((*OF_DISTRICT, *COMPARATORS))
            if name in figures
        ),
        before=before_of(row, earlier, is_thin),
    )


def before_of(row: dict, earlier: dict | None, is_thin: bool) -> EarlierFigure | None:
    """The period before, where it is told by the same source in the same way; never of what is modelled. `row` and
    `earlier` are rows of `Store.values_of`. Chance moves both: a move is told beyond the sum of their variances."""
    alike = ("source", "kind", "resolved_at")
    if earlier is None or row["kind"] == Kind.MODELLED or any(row[one] != earlier[one] for one in alike):
        return None
    now, was = float(row["value"]), float(earlier["value"])
    of_now, of_then = _variance(now, row["denominator"]), _variance(was, earlier["denominator"])
    if row["unit"] != "share" or is_thin or of_now is None or of_then is None:
        return EarlierFigure(earlier["vintage"], was, None)
    return EarlierFigure(earlier["vintage"], was, difference(now, was, max(LEAST, SURE * sqrt(of_now + of_then))))


def bears(unit: str, value: float, denominator: float | None, kind: str, error: float | None) -> float | None:
    """The difference from another place that a figure can bear, in its unit; None where nobody can say: what is no
    share, or is modelled without an error."""
    if unit != "share":
        return None
    if kind == Kind.MODELLED:
        return None if error is None or pd.isna(error) else max(LEAST, HALF_OF_90 * error)
    variance = _variance(value, denominator)
    return None if variance is None else max(LEAST, SURE * sqrt(variance))


def _variance(share: float, denominator: float | None) -> float | None:
    """What chance moves in a share of so many people, squared; None where they are not known."""
    if denominator is None or pd.isna(denominator) or denominator <= 0 or not 0 <= share <= 1:
        return None
    return share * (1 - share) / denominator


def difference(value: float, other: float, limit: float | None) -> int | None:
    """1, -1 or 0 as `ComparatorFigure.difference` says; None without a limit."""
    if limit is None:
        return None
    return 0 if abs(value - other) <= limit else 1 if value > other else -1
