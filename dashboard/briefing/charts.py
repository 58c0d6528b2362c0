"""Charts on paper: a territory beside others on one strip, and what moves its share. Plain values in, SVG out.

Written in them: the ends of the axis, the line, and the interval of each row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.briefing.maps import svg, words_svg

ROW = 62
"""Height of a row, in tenths of a millimetre."""

_INK, _GREY = "#111", "#6b6b68"
_UP, _DOWN = "#b34a05", "#1b4470"


@dataclass(frozen=True)
class Bar:
    """A share with its interval, and that interval in figures; `is_here` for the territory itself."""

    name: str
    share: float
    low: float
    high: float
    is_here: bool
    ends: str


@dataclass(frozen=True)
class Push:
    """A factor that raises (positive) or lowers the share against the twins', in shares."""

    name: str
    part: float


def strip_svg(bars: Sequence[Bar], threshold: float, line_label: str, ends: tuple[str, str], width: int = 820) -> str:
    """Intervals one under the other, the line across them. `line_label` names the line, `ends` the ends of the axis."""
    top = axis_end(bars, threshold)
    left, right, head = 300, width - 160, 70
    at = lambda share: left + (right - left) * share / top  # noqa: E731
    bottom = head + ROW * len(bars)
    line = at(threshold)
    anchor = "middle" if 130 < line - left < right - left - 60 else "start"
    drawn = [
        f'<path d="M{left} {bottom}H{right}" stroke="{_GREY}" stroke-width="3"/>',
        f'<path d="M{line:.0f} {head - 18}V{bottom}" stroke="{_INK}" stroke-width="4" stroke-dasharray="14 9"/>',
        words_svg(line_label, line, head - 30, anchor=anchor, bold=True),
        words_svg(ends[0], left, bottom + 44),
        words_svg(ends[1], right, bottom + 44, anchor="end"),
    ]
    for number, bar in enumerate(bars):
        y = head + ROW * number + ROW // 2
        colour, thick = (_INK, 24) if bar.is_here else (_GREY, 12)
        drawn.append(words_svg(bar.name, 0, y + 13, bold=bar.is_here))
        drawn.append(words_svg(bar.ends, width, y + 13, anchor="end", bold=bar.is_here))
        drawn.append(f'<path d="M{at(bar.low):.0f} {y}H{at(bar.high):.0f}" stroke="{colour}" stroke-width="{thick}"/>')
        drawn.append(
            f'<circle cx="{at(bar.share):.0f}" cy="{y}" r="13" fill="#fff" stroke="{colour}" stroke-width="7"/>'
        )
    return svg(width, bottom + 60, "".join(drawn))


def axis_end(bars: Sequence[Bar], threshold: float) -> float:
    """Right end of the axis: a round share beyond everything drawn."""
    furthest = max([threshold * 1.2, *(bar.high for bar in bars)])
    return next(end for end in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if end >= min(furthest, 1.0))


SCALE = 0.01
"""What the half width of the bars stands for, in shares, on every sheet: a longer bar is cut there and says so."""


def pushes_svg(pushes: Sequence[Push], less: str, more: str, width: int = 820) -> str:
    """Bars to the right for what raises the share, to the left for what lowers it; `less`, `more` name both ends of the
    scale, which is the same on every sheet."""
    left, right, head = 300, width - 30, 56
    middle = (left + right) / 2
    drawn = [
        words_svg(less, left, 36),
        words_svg(more, right, 36, anchor="end"),
        f'<path d="M{middle:g} {head - 8}V{head + ROW * len(pushes)}" stroke="{_GREY}" stroke-width="3"/>',
    ]
    for number, push in enumerate(pushes):
        y = head + ROW * number + 12
        wide = (right - left) / 2 * min(abs(push.part) / SCALE, 1)
        x, colour = (middle, _UP) if push.part > 0 else (middle - wide, _DOWN)
        drawn.append(words_svg(push.name, 0, y + 32))
        drawn.append(
            f'<rect x="{x:.0f}" y="{y}" width="{max(wide, 3):.0f}" height="36" fill="{colour}" stroke="{_INK}"/>'
        )
        if abs(push.part) > SCALE:
            end, point = (right, 16) if push.part > 0 else (left, -16)
            drawn.append(f'<path d="M{end} {y}l{point} 18l{-point} 18z" fill="{colour}"/>')
    return svg(width, head + ROW * len(pushes) + 6, "".join(drawn))
