"""Maps on paper: outlines and services become plain drawings in tenths of a millimetre, and drawings become SVG.

A class is told by its colour, its lightness and its hatch, a family of services by its shape: a grey copy can be read.
Drawings hold no coordinates of the ground, only paths, and go to JSON as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.palette import BAND, FAMILY, HATCH, NO_DATA_INK
from geodata.classes import FILL
from geodata.estimate import Verdict
from geodata.insets import Inset, to_inset
from geodata.service import Family

FONT = "Source Sans Pro"
LABEL = 39
"""Height of a name on a map: 11 points, in tenths of a millimetre."""

CELL = 75
"""Services of one family within a square of this side are drawn as one symbol: more would hide the classes."""

MOST_LABELS = 4

_DETAIL = 1.0
"""Details under this size, in tenths of a millimetre, are simplified away."""

_SHIFT = {Family.CITIZEN: (-10, 0), Family.INSTITUTIONAL: (10, 0), Family.PROFESSIONAL: (0, -14)}
"""Where a family's symbol stands around the middle of its services when another family is near."""


@dataclass(frozen=True)
class Area:
    """One territory drawn: its class and its outline as an SVG path."""

    code: str
    name: str
    verdict: Verdict
    path: str


@dataclass(frozen=True)
class Symbol:
    """At least one service of a family stands near this point."""

    family: Family
    x: int
    y: int


@dataclass(frozen=True)
class Label:
    """A name written on a map, centred; `is_here` for that of the territory itself."""

    name: str
    x: int
    y: int
    is_here: bool = False


@dataclass(frozen=True)
class Map:
    """Territories in their classes with the services on them. `here` is drawn thicker: the territory among others."""

    width: int
    height: int
    areas: tuple[Area, ...]
    here: str
    symbols: tuple[Symbol, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Locator:
    """Where the territory lies (`here`) among others."""

    width: int
    height: int
    areas: tuple[str, ...]
    here: str


# -- geometry to drawing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """From metres (or degrees) to tenths of a millimetre, y downwards."""

    west: float
    north: float
    scale: float
    left: float
    top: float

    @classmethod
    def around(cls, geometries: np.ndarray, width: int, height: int, margin: int = 6) -> "_Frame":
        west, south, east, north = shapely.total_bounds(geometries)
        scale = min((width - 2 * margin) / max(east - west, 1e-9), (height - 2 * margin) / max(north - south, 1e-9))
        left, top = ((width - (east - west) * scale) / 2, (height - (north - south) * scale) / 2)
        return cls(west, north, scale, left, top)

    def place(self, xy: np.ndarray) -> np.ndarray:
        at = np.column_stack([xy[:, 0] - self.west, self.north - xy[:, 1]]) * self.scale
        return np.rint(at + np.array([self.left, self.top])).astype(int)


def classes_map(
    outlines: pd.DataFrame,
    verdicts: Mapping[str, Verdict],
    residents: Mapping[str, float],
    services: pd.DataFrame,
    *,
    here: str | None,
    width: int,
    height: int,
) -> Map | None:
    """The map of some territories of one zone; None when none has an outline.

    `outlines` as `Store.outlines`; `services` as `Store.services_in` (none drawn when empty); `here` is the code of the
    one drawn thicker. The most peopled are named, as far as there is room.
    """
    drawn = outlines[outlines["geom"].notna()]
    if drawn.empty:
        return None
    project = _projection(drawn["crs"].iloc[0])
    frame, paths, height = _laid(drawn, project, width, height)
    codes, names = list(drawn["code"]), list(drawn["name"])
    areas = tuple(
        Area(code, name, verdicts.get(code, Verdict.NOT_PUBLISHED), path)
        for code, name, path in zip(codes, names, paths, strict=True)
        if path
    )
    points = frame.place(project(drawn[["lon", "lat"]].to_numpy(float)))
    labels = _labels(codes, names, points, residents, width, height, here)
    outline = paths[codes.index(here)] if here in codes else ""
    return Map(width, height, areas, outline, _symbols(services, project, frame, width, height), labels)


def bands_svg(
    outlines: pd.DataFrame, bands: Mapping[str, int], *, here: str | None, width: int, height: int
) -> str | None:
    """Places of one zone (code, zone, geom) painted by the band of an observed figure, 0 where it is not known, as SVG;
    `here` is drawn thicker. None when none has an outline."""
    drawn = outlines[outlines["geom"].notna()]
    if drawn.empty:
        return None
    _frame, paths, height = _laid(drawn, _projection(drawn["crs"].iloc[0]), width, height)
    shapes = [
        f'<path d="{path}" fill="{BAND[band] if band else "url(#unknown)"}" stroke="#111" stroke-width="1" '
        'stroke-linejoin="round"/>'
        for band, path in sorted(
            ((bands.get(code, 0), path) for code, path in zip(drawn["code"], paths, strict=True) if path),
        )
    ]
    own = dict(zip(drawn["code"], paths, strict=True)).get(here or "")
    if own:
        shapes.append(f'<path d="{own}" fill="none" stroke="#111" stroke-width="9" stroke-linejoin="round"/>')
    return svg(width, height, f"<defs>{_UNKNOWN}</defs>" + "".join(shapes))


_UNKNOWN = (
    '<pattern id="unknown" width="14" height="14" patternUnits="userSpaceOnUse">'
    f'<rect width="14" height="14" fill="{BAND[0]}"/>'
    f'<path d="M0 14L14 0" stroke="{NO_DATA_INK}" stroke-width="2"/></pattern>'
)


def _laid(
    drawn: pd.DataFrame, project: Callable[[np.ndarray], np.ndarray], width: int, height: int
) -> tuple["_Frame", list[str], int]:
    """Where outlines stand on paper: the frame, a path for each, and the height that they need."""
    shapes = shapely.transform(drawn["geom"].to_numpy(object), project)
    height = min(height, _height(shapes, width))
    frame = _Frame.around(shapes, width, height)
    return frame, [_path(shape, frame) for shape in _simplified(shapes, frame)], height


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What a locator shows around a territory: drawn once for all those that lie in it."""

    width: int
    height: int
    paths: tuple[str, ...]
    frame: _Frame
    place: Callable[[pd.DataFrame], np.ndarray]


def backdrop(outlines: pd.DataFrame, insets: Sequence[Inset] = (), *, width: int, height: int) -> Backdrop | None:
    """The outlines (as `Store.outlines`) among which territories are located; None when there are none.

    Territories of several zones stand in `insets` beside the main one.
    """
    around = outlines[outlines["geom"].notna()]
    if around.empty:
        return None
    has_insets = around["zone"].nunique() > 1
    place = partial(_in_insets, insets=insets) if has_insets else partial(_projected, crs=around["crs"].iloc[0])
    shapes = place(around)
    frame = _Frame.around(shapes, width, height, margin=3)
    paths = tuple(filter(None, (_path(shape, frame) for shape in _simplified(shapes, frame))))
    return Backdrop(width, height, paths, frame, place)


def locator(behind: Backdrop | None, here: pd.DataFrame) -> Locator | None:
    """Where `here` (as `Store.outlines`) lies; None when there is nothing to draw."""
    own = here[here["geom"].notna()]
    if behind is None or own.empty:
        return None
    drawn = "".join(_path(shape, behind.frame, smallest=6) for shape in behind.place(own))
    return Locator(behind.width, behind.height, behind.paths, drawn)


def _height(shapes: np.ndarray, width: int, margin: int = 6) -> int:
    """The height of a drawing as wide as `width` allows: a long territory leaves no blank above and below it."""
    west, south, east, north = shapely.total_bounds(shapes)
    return int((width - 2 * margin) * (north - south) / max(east - west, 1e-9)) + 2 * margin


Projection = Callable[[np.ndarray], np.ndarray]
"""From (longitude, latitude) to metres."""


@lru_cache
def _projection(crs: int) -> Projection:
    """A projection (EPSG), for arrays of (longitude, latitude)."""
    to = pyproj.Transformer.from_crs(4326, int(crs), always_xy=True)
    return lambda lonlat: np.column_stack(to.transform(lonlat[:, 0], lonlat[:, 1]))


def _projected(rows: pd.DataFrame, crs: int) -> np.ndarray:
    return shapely.transform(rows["geom"].to_numpy(object), _projection(crs))


def _in_insets(rows: pd.DataFrame, insets: Sequence[Inset]) -> np.ndarray:
    """A plain view of the whole country with its insets, a degree of longitude as long as at 46.5° north."""
    drawn = zip(rows["geom"], rows["zone"], strict=True)
    moved = np.array([to_inset(geometry, zone, insets) for geometry, zone in drawn], dtype=object)
    return shapely.transform(moved, lambda lonlat: lonlat * (np.cos(np.radians(46.5)), 1.0))


def _simplified(shapes: np.ndarray, frame: _Frame) -> np.ndarray:
    """Neighbours keep the same border."""
    return shapely.coverage_simplify(shapes, _DETAIL / frame.scale)


def _path(geometry: BaseGeometry, frame: _Frame, smallest: int = 0) -> str:
    """The rings of a polygon as a path; one too small to be seen becomes a square of side `smallest`."""
    parts = [_ring(frame.place(shapely.get_coordinates(ring))) for ring in _rings(geometry)]
    path = "".join(parts)
    if path or not smallest:
        return path
    x, y = frame.place(shapely.get_coordinates(geometry.representative_point()))[0]
    return f"M{x - smallest // 2} {y - smallest // 2}h{smallest}v{smallest}h-{smallest}z"


def _rings(geometry: BaseGeometry) -> Sequence[BaseGeometry]:
    polygons = shapely.get_parts(geometry)
    return shapely.get_rings(polygons)


def _ring(points: np.ndarray) -> str:
    """A closed relative path; "" when fewer than three points are left on the grid."""
    kept = points[np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])]
    if len(kept) < 4:
        return ""
    steps = np.diff(kept[:-1], axis=0).ravel().tolist()
    # A minus sign separates numbers by itself.
    written = " ".join(map(str, steps)).replace(" -", "-")
    return f"M{kept[0, 0]} {kept[0, 1]}l{written}z"


def _symbols(services: pd.DataFrame, project: Projection, frame: _Frame, width: int, height: int) -> tuple[Symbol, ...]:
    located = services.dropna(subset=["lon", "lat"])
    if located.empty:
        return ()
    at = frame.place(project(located[["lon", "lat"]].to_numpy(float)))
    rows = pd.DataFrame({"family": located["family"].to_numpy(), "x": at[:, 0], "y": at[:, 1]})
    rows = rows[rows["x"].between(0, width) & rows["y"].between(0, height)]
    rows = rows.assign(column=rows["x"] // CELL, row=rows["y"] // CELL)
    middle = rows.groupby(["row", "column", "family"])[["x", "y"]].mean().round().astype(int).reset_index()
    shares_its_cell = middle.duplicated(["row", "column"], keep=False)
    return tuple(
        Symbol(
            Family(family), int(x) + (_SHIFT[family][0] if moved else 0), int(y) + (_SHIFT[family][1] if moved else 0)
        )
        for family, x, y, moved in zip(middle["family"], middle["x"], middle["y"], shares_its_cell, strict=True)
    )


def _labels(
    codes: list[str],
    names: list[str],
    points: np.ndarray,
    residents: Mapping[str, float],
    width: int,
    height: int,
    here: str | None,
) -> tuple[Label, ...]:
    """The name of `here`, then of the most peopled places, that do not meet one another; of none whose residents are
    not known."""
    peopled = [i for i, code in enumerate(codes) if code == here or residents.get(code, 0) > 0]
    order = sorted(peopled, key=lambda i: (codes[i] != here, -residents.get(codes[i], 0)))
    kept: list[tuple[Label, float]] = []
    for i in order[: 4 * MOST_LABELS]:
        half = len(names[i]) * LABEL * 0.25
        if 2 * half > width:
            continue
        x = int(min(max(points[i, 0], half), width - half))
        y = int(min(max(points[i, 1], LABEL), height - LABEL // 2))
        if all(abs(y - other.y) > LABEL or abs(x - other.x) > half + wide for other, wide in kept):
            kept.append((Label(names[i], x, y, codes[i] == here), half))
        if len(kept) == MOST_LABELS:
            break
    return tuple(label for label, _ in kept)


# -- drawing to SVG --------------------------------------------------------------------------------------------------


def map_svg(drawn: Map, part: float = 1.0) -> str:
    """The map: classes, borders, symbols of services, names. A map that is printed in a `part` of its size has the name
    of the territory alone, larger: the others would be too small to read."""
    shapes = [
        f'<path d="{area.path}" fill="{fill(area.verdict)}" stroke="#111" stroke-width="1" stroke-linejoin="round"/>'
        for area in drawn.areas
    ]
    if drawn.here:
        shapes.append(f'<path d="{drawn.here}" fill="none" stroke="#111" stroke-width="7" stroke-linejoin="round"/>')
    else:
        whole = "".join(area.path for area in drawn.areas)
        shapes.insert(0, f'<path d="{whole}" fill="none" stroke="#222" stroke-width="5" stroke-linejoin="round"/>')
    shapes += [symbol_svg(symbol.family, symbol.x, symbol.y) for symbol in drawn.symbols]
    shapes += [_name(label, part) for label in drawn.labels if part == 1 or label.is_here]
    return svg(drawn.width, drawn.height, hatches() + "".join(shapes))


def locator_svg(drawn: Locator) -> str:
    """The locator: pale neighbours, the territory in black."""
    around = "".join(f'<path d="{path}" fill="#d9d9d6" stroke="#fff" stroke-width="2"/>' for path in drawn.areas)
    here = f'<path d="{drawn.here}" fill="#111" stroke="#111" stroke-width="4" stroke-linejoin="round"/>'
    return svg(drawn.width, drawn.height, around + here)


def swatch_svg(verdict: Verdict) -> str:
    """A class as the legend shows it."""
    box = f'<rect x="1" y="1" width="58" height="34" fill="{fill(verdict)}" stroke="#222" stroke-width="2"/>'
    return svg(60, 36, hatches() + box)


def key_svg(family: Family) -> str:
    """A family as the legend shows it."""
    return svg(36, 36, symbol_svg(family, 18, 18, 1.3))


def svg(width: int, height: int, body: str) -> str:
    """A drawing in tenths of a millimetre."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width / 10:g}mm" height="{height / 10:g}mm" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )


def fill(verdict: Verdict) -> str:
    """Paint of a class: plain, or the pattern of `hatches`."""
    return f"url(#{verdict.value})" if verdict in _LINES else FILL[verdict]


_LINES = {
    Verdict.UNDECIDED: ("M0 14L14 0M-2 2L2-2M12 16L16 12", HATCH[Verdict.UNDECIDED]),
    Verdict.LIKELY_BELOW: ("M0 7H14", "#ffffff"),
    Verdict.BELOW: ("M0 7H14", "#ffffff"),
    Verdict.NOT_PUBLISHED: ("M5 7H8", HATCH[Verdict.NOT_PUBLISHED]),
}
"""Lines over the fill: slanted where nothing can be decided, level below the line, dots where nothing is published.
Above the line the fill is plain; of two classes of one side the surer is the darker."""


def hatches() -> str:
    """Patterns of the classes that have one."""
    patterns = [
        f'<pattern id="{verdict.value}" width="14" height="14" patternUnits="userSpaceOnUse">'
        f'<rect width="14" height="14" fill="{FILL[verdict]}"/>'
        f'<path d="{lines}" stroke="{colour}" stroke-width="2.6" fill="none"/></pattern>'
        for verdict, (lines, colour) in _LINES.items()
    ]
    return f"<defs>{''.join(patterns)}</defs>"


def symbol_svg(family: Family, x: int, y: int, size: float = 1.0) -> str:
    """A disc, a square or a triangle in white and the family's dark colour."""
    style = f'fill="{FAMILY[family]}" stroke="#fff" stroke-width="2.5"'
    r = 7 * size
    if family is Family.CITIZEN:
        return f'<circle cx="{x}" cy="{y}" r="{r:g}" {style}/>'
    if family is Family.INSTITUTIONAL:
        return f'<rect x="{x - r:g}" y="{y - r:g}" width="{2 * r:g}" height="{2 * r:g}" {style}/>'
    return f'<path d="M{x} {y - 1.2 * r:g}L{x + 1.2 * r:g} {y + r:g}H{x - 1.2 * r:g}z" {style}/>'


def _name(label: Label, part: float) -> str:
    size = round(LABEL / part)
    return words_svg(
        label.name, label.x, label.y + size // 3, anchor="middle", halo=True, bold=label.is_here, size=size
    )


def words_svg(
    words: str, x: float, y: float, *, anchor: str = "start", halo: bool = False, bold: bool = False, size: int = LABEL
) -> str:
    """Words of 11 points (`size` in the units of the drawing), on a white halo where they stand on something."""
    around = ' stroke="#fff" stroke-width="9" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{FONT}, sans-serif" font-size="{size}" text-anchor="{anchor}"'
        f' fill="#111"{weight}{around}>{escape(words)}</text>'
    )
