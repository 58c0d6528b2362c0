"""Cumulative risk factors: what is observed of a territory on each side of life that isolation is tied to.

Observed or derived figures only, never the estimate. A factor speaks through the first of its indicators that is known
of the territory itself, else through the first that its département lends; what nobody publishes stays unknown.
"""

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from geodata.indicator import Direction, Side
from geodata.indicator_catalogue import CATALOGUE, DENSITY
from geodata.territory import Level

INDICATORS: dict[Side, tuple[str, ...]] = {
    side: tuple(i.id for i in CATALOGUE if i.side is side and i.direction is Direction.HIGHER) for side in Side
}
INDICATORS[Side.PLACE] += (DENSITY.id,)
"""Indicators of each factor, the one preferred first. Density is shown, never counted as above or below: surveys
disagree on whether town or country isolates more, and twins are of the same density class by construction."""

_ORDER: dict[str, int] = {level: rank for rank, level in enumerate(Level)}
_FINEST = -1
"""IRIS lie below every level shown."""


@dataclass(frozen=True)
class RiskFactor:
    """One factor of a territory. `value` is None where nobody publishes it; `unit` share, person_per_km2 ...

    `observed_at` is the level at which the value was observed: above the territory's own it is lent, and neither
    `twins_value` nor `is_above` is given; nor are they where fewer than half of the twins have a value. `is_above`:
    higher than the plain mean of the twins; `is_above_france`: higher than the country's value.
    """

    risk: Side
    indicator: str | None
    title: str | None
    title_en: str | None
    unit: str | None
    kind: str | None
    vintage: str | None
    source: str | None
    observed_at: str | None
    is_lent: bool
    value: float | None
    twins_value: float | None
    france_value: float | None
    is_above: bool | None
    is_above_france: bool | None


def risk_factors(
    level: Level, own: pd.DataFrame, twins: pd.DataFrame, france: pd.DataFrame, *, count: int
) -> tuple[RiskFactor, ...]:
    """Every factor of a territory of `level` that has `count` twins, unknown ones included.

    `own` is `Store.values` of the territory, to which the rows its département lends may be added; `twins` those of all
    its twins together; `france` those of the country. Each has `id, value, resolved_at` and the indicator's columns.
    """
    rows = own.to_dict("records")
    # Figures of different years are not compared.
    among: dict[tuple[str, str], list[float]] = {}
    for row in twins[["id", "vintage", "resolved_at", "value"]].itertuples(index=False):
        if not _is_lent(row.resolved_at, level):
            among.setdefault((row.id, row.vintage), []).append(float(row.value))
    there = {(row.id, row.vintage): float(row.value) for row in france[["id", "vintage", "value"]].itertuples()}
    return tuple(_factor(risk, level, rows, among, there, count) for risk in Side)


def _is_lent(resolved_at: str, level: Level) -> bool:
    """Whether a value of a territory of `level` is that of a larger one."""
    return _ORDER.get(resolved_at, _FINEST) > _ORDER[level]


def _factor(risk: Side, level: Level, own: list[dict], twins: dict, france: dict, count: int) -> RiskFactor:
    indicator = INDICATORS[risk]
    rows = [row for row in own if row["id"] in indicator]
    if not rows:
        empty: dict[str, Any] = {f.name: None for f in fields(RiskFactor)}
        empty |= {"risk": risk, "is_lent": False}
        return RiskFactor(**empty)
    row = min(rows, key=lambda row: (_is_lent(row["resolved_at"], level), indicator.index(row["id"])))
    is_lent, value = _is_lent(row["resolved_at"], level), float(row["value"])
    here = twins.get((row["id"], row["vintage"]), [])
    is_comparable = not is_lent and 2 * len(here) >= max(count, 1)
    twins_value = sum(here) / len(here) if is_comparable else None
    france_value = france.get((row["id"], row["vintage"]))
    counted = row["id"] != DENSITY.id
    return RiskFactor(
        risk=risk,
        indicator=row["id"],
        title=row["title"],
        title_en=row["title_en"],
        unit=row["unit"],
        kind=row["kind"],
        vintage=row["vintage"],
        source=row["source"],
        observed_at=row["resolved_at"],
        is_lent=is_lent,
        value=value,
        twins_value=twins_value,
        france_value=france_value,
        is_above=value > twins_value if counted and twins_value is not None else None,
        is_above_france=value > france_value if counted and france_value is not None and level != "france" else None,
    )
