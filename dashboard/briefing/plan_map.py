"""The map of a plan on paper: what its teams bring within reach, borders of départements, sites numbered in order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from dashboard.briefing.maps import LABEL, _Frame, _height, _path, _projection, svg, words_svg

NEW, BEFORE, NONE = "#1b4470", "#9db4c8", "#f3ead9"


@dataclass(frozen=True)
class Dot:
    """A site: its number in the order of opening, and where it stands."""

    rank: int
    lon: float
    lat: float


def plan_map(
    communes: pd.DataFrame, borders: pd.DataFrame, states: pd.Series, dots: list[Dot], *, width: int, height: int
) -> str | None:
    """An SVG. `communes`, `borders`: outlines as `Store.outlines`; `states`: of each commune, as
    `geodata.planning.states`, empty when it is not known on today's data. None when there is no outline."""
    drawn = borders[borders["geom"].notna()]
    if drawn.empty:
        return None
    project = _projection(drawn["crs"].iloc[0])
    shapes = shapely.transform(drawn["geom"].to_numpy(object), project)
    height = min(height, _height(shapes, width))
    frame = _Frame.around(shapes, width, height)
    tolerance = 1.0 / frame.scale
    ground = "".join(_path(shape, frame) for shape in shapely.coverage_simplify(shapes, tolerance))
    parts = [f'<path d="{ground}" fill="{NONE}"/>']
    here = communes[communes["geom"].notna()]
    for state, colour in (("before", BEFORE), ("new", NEW)):
        codes = here["code"].isin(states.index[states == state])
        if codes.any():
            whole = shapely.union_all(shapely.transform(here.loc[codes, "geom"].to_numpy(object), project))
            path = _path(shapely.simplify(whole, tolerance), frame)
            parts.append(f'<path d="{path}" fill="{colour}" fill-rule="evenodd"/>')
    parts.append(f'<path d="{ground}" fill="none" stroke="#ffffff" stroke-width="6"/>')
    parts.append(f'<path d="{ground}" fill="none" stroke="#222222" stroke-width="2.5"/>')
    if dots:
        at = frame.place(project(np.array([[dot.lon, dot.lat] for dot in dots])))
        for dot, (x, y) in zip(dots, at, strict=True):
            parts.append(f'<circle cx="{x}" cy="{y}" r="24" fill="#ffffff" stroke="#111111" stroke-width="3"/>')
            parts.append(words_svg(str(dot.rank), x, y + LABEL / 3, anchor="middle", bold=True))
    return svg(width, height, "".join(parts))


def swatch(colour: str) -> str:
    """A colour as the legend shows it."""
    box = f'<rect x="1" y="1" width="58" height="34" fill="{colour}" stroke="#222" stroke-width="2"/>'
    return svg(60, 36, box)
