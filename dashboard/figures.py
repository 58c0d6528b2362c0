"""Figures made of strips: one line a thing compared, with marks on a common scale. Records in, an SVG picture out.

The same record is drawn in HTML on screen (`components.strips`), in SVG to be taken away, and is given as rows.
"""

import textwrap
from dataclasses import dataclass
from html import escape

import pandas as pd

from geodata.classes import FILL
from geodata.estimate import Verdict

FONT = "'Source Sans 3', 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
INK, SOFT, LINE, RANGE = "#16202b", "#46525f", "#d5dae0", "#8a97a5"

WIDTH, MARGIN, ROW = 960, 28, 50
BAR_LEFT, BAR_WIDTH = 330, 330
"""Pixels: the label stands left of the bar, what is said of it right."""


@dataclass(frozen=True)
class Mark:
    """`range` and `part` go from `at` to `to`; `point`, `twins`, `threshold`, `national` and `zero` stand at `at`.

    Both are fractions of the width."""

    kind: str
    at: float
    to: float | None = None

    @property
    def end(self) -> float:
        """Where it ends: `to`, or where it stands."""
        return self.at if self.to is None else self.to


@dataclass(frozen=True)
class Strip:
    """One line: its label, a detail under it, what its marks say in words."""

    label: str
    detail: str
    wording: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Figure:
    """`ticks` pair a fraction of the width with its label, `keys` a kind of mark with its meaning; `notes` are what is
    stamped under the picture; `rows` hold the same figures, unrounded."""

    name: str
    title: str
    subtitle: str
    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, str], ...]
    keys: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    rows: pd.DataFrame


def svg(figure: Figure) -> str:
    """The picture: title, strips, scale, keys, then the notes, so that it says alone what it is."""
    parts = [_text(MARGIN, 44, figure.title, 22, weight=600), _text(MARGIN, 70, figure.subtitle, 15, SOFT)]
    y = 92
    for strip in figure.strips:
        parts += _strip(strip, y)
        y += ROW
    parts += [_text(_x(at), y + 14, label, 12, SOFT, "middle") for at, label in figure.ticks]
    y += 26 if figure.ticks else 6
    x = MARGIN
    for kind, words in figure.keys:
        parts += _mark(Mark(kind, 0, 0.05 if kind in _AREAS else None), y, at=x + 4)
        parts.append(_text(x + 30, y + 22, words, 13, SOFT))
        x += 46 + 7 * len(words)
    y += 44 if figure.keys else 8
    for line in (part for note in figure.notes for part in textwrap.wrap(note, 138)):
        parts.append(_text(MARGIN, y, line, 12, SOFT))
        y += 17
    height = y + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="{escape(FONT)}"><title>{escape(figure.title)}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


_AREAS = ("range", "part")


def _strip(strip: Strip, y: float) -> list[str]:
    lines = textwrap.wrap(strip.label, 36)[:2] or [""]
    written = [_text(MARGIN, y + 14 + 16 * i, line, 15, weight=600) for i, line in enumerate(lines)]
    if strip.detail and len(lines) == 1:
        written.append(_text(MARGIN, y + 31, textwrap.shorten(strip.detail, 46, placeholder="…"), 12, SOFT))
    scale = f'<rect x="{BAR_LEFT}" y="{y + 15}" width="{BAR_WIDTH}" height="2" fill="{LINE}"/>'
    parts = [
        _text(BAR_LEFT + BAR_WIDTH + 20, y + 14 + 16 * i, line, 13.5)
        for i, line in enumerate(textwrap.wrap(strip.wording, 40)[:3])
    ]
    return [*written, scale, *(part for mark in strip.marks for part in _mark(mark, y)), *parts]


def _mark(mark: Mark, y: float, at: float | None = None) -> list[str]:
    left = _x(mark.at) if at is None else at
    match mark.kind:
        case "range" | "part":
            x, width = left, BAR_WIDTH * (mark.end - mark.at)
            x, width = (x + width, -width) if width < 0 else (x, width)
            fill = (
                RANGE if mark.kind == "range" else FILL[Verdict.LIKELY_ABOVE if mark.end >= mark.at else Verdict.BELOW]
            )
            return [f'<rect x="{x:.1f}" y="{y + 11}" width="{max(width, 1):.1f}" height="10" rx="2" fill="{fill}"/>']
        case "point":
            return [f'<rect x="{left - 2:.1f}" y="{y + 8}" width="4" height="16" rx="2" fill="{INK}"/>']
        case "twins":
            return [f'<circle cx="{left:.1f}" cy="{y + 16}" r="5" fill="#ffffff" stroke="{INK}" stroke-width="2"/>']
    colour = {"threshold": FILL[Verdict.ABOVE], "national": FILL[Verdict.BELOW]}.get(mark.kind, SOFT)
    dash = ' stroke-dasharray="4 3"' if mark.kind == "national" else ""
    return [f'<path d="M{left:.1f} {y + 4}v24" stroke="{colour}" stroke-width="2"{dash}/>']


def _x(at: float) -> float:
    return BAR_LEFT + BAR_WIDTH * at


def _text(
    x: float, y: float, words: str, size: float, fill: str = INK, anchor: str = "start", weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )
