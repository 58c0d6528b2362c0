"""What more teams, or more minutes, would bring within reach: two curves, for the page and for paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import text
from dashboard.briefing.maps import svg, words_svg
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from geodata.plan_story import TradeOffs
from geodata.request import Request

WIDTH, HEIGHT = 670, 290
"""In tenths of a millimetre."""

_INK, _GREY, _LINE = "#111", "#6b6b68", "#1b4470"


@dataclass(frozen=True)
class Curve:
    """A drawing, its title, and what it says to those who do not see it."""

    title: str
    svg: str
    alt: str


def curves(trade_offs: TradeOffs | None, request: Request, lang: str) -> tuple[Curve, ...]:
    """People newly within reach against teams, then against minutes; none before they are known."""
    _ = words(lang)
    if trade_offs is None:
        return ()
    teams: dict[float, float] = {point.teams: point.reached for point in trade_offs.curve}
    minutes = {point.minutes: point.reached for point in trade_offs.by_minutes}
    drawn = (
        (_("People newly within reach, by number of teams"), teams, request.teams, plan_text.teams),
        (_("The same number of teams, by minutes of travel"), minutes, request.minutes, plan_text.minutes),
    )
    is_free = trade_offs.free is not None
    return tuple(
        Curve(
            title + (_(" (without the floor)") if is_free else ""),
            curve_svg(list(points.items()), here, lang),
            _points_words(points, unit, lang),
        )
        for title, points, here, unit in drawn
        if len(points) > 1
    )


def _points_words(points: Mapping[float, float], unit: Callable, lang: str) -> str:
    parts = (f"{unit(at, lang)}{text.colon(lang)}{plan_text.people(reached, lang)}" for at, reached in points.items())
    return ", ".join(parts) + "."


def curve_svg(points: Sequence[tuple[float, float]], here: float, lang: str) -> str:
    """People (from nobody) against a number (in proportion). Written: every number, the people of the last
    and of that of the plan, whose point is full."""
    left, right, top, bottom = 16, WIDTH - 16, 70, HEIGHT - 56
    low, high = points[0][0], points[-1][0]
    most = max(max(people for _, people in points), 1.0)
    at = [
        (left + (right - left) * (number - low) / (high - low), bottom - (bottom - top) * people / most)
        for number, people in points
    ]
    drawn = [
        f'<path d="M{left} {bottom}H{right}" stroke="{_GREY}" stroke-width="3"/>',
        f'<path d="M{"L".join(f"{x:.0f} {y:.0f}" for x, y in at)}" fill="none" stroke="{_LINE}" stroke-width="6"/>',
    ]
    for (number, people), (x, y) in zip(points, at, strict=True):
        side = "start" if number == low else "end" if number == high else "middle"
        full = _INK if number == here else "#fff"
        drawn.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="11" fill="{full}" stroke="{_INK}" stroke-width="5"/>')
        drawn.append(words_svg(f"{number:g}", x, bottom + 46, anchor=side, bold=number == here))
        if number in (high, here):
            label = plan_text.people(people, lang)
            drawn.append(words_svg(label, x, y - 24, anchor=side, halo=True, bold=number == here))
    return svg(WIDTH, HEIGHT, "".join(drawn))
