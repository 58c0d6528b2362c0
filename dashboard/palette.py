"""Hatches and symbols of the decision classes, which say them without their colour (`geodata.classes`), and colours of
families of services: one place, for screen and paper."""

from geodata.classes import FILL
from geodata.estimate import Verdict
from geodata.response import Quadrant, Together
from geodata.service import Family

HATCH = {Verdict.UNDECIDED: "#8b8b86", Verdict.NOT_PUBLISHED: "#8b8b86"}
"""Colour of the lines (undecided) or dots (not published) drawn over the fill."""

SYMBOL = {
    Verdict.ABOVE: "▲",
    Verdict.LIKELY_ABOVE: "△",
    Verdict.UNDECIDED: "◇",
    Verdict.LIKELY_BELOW: "▽",
    Verdict.BELOW: "▼",
    Verdict.NOT_PUBLISHED: "✕",
}

FAMILY = {Family.CITIZEN: "#00695c", Family.INSTITUTIONAL: "#4a148c", Family.PROFESSIONAL: "#7a3e00"}
"""Marker colour of each family; the shape is a disc, a square and a triangle in this order."""


QUADRANT = {
    Quadrant.FEW: "#54278f",
    Quadrant.PRESENT: "#cbc3e3",
    Quadrant.UNKNOWN: "#f1eff6",
    Quadrant.LESS_NEED: "#dde4ea",
}
"""Need crossed with responses: the colours of responses where the need is probable, never those of the need, so that
one colour means one thing on both maps. What is not decided or not published looks as it does among the classes."""

QUADRANT_FILL = QUADRANT | {
    Quadrant.UNDECIDED: FILL[Verdict.UNDECIDED],
    Quadrant.NOT_PUBLISHED: FILL[Verdict.NOT_PUBLISHED],
}
"""The plain colour of every quadrant, for software that draws no hatch."""

NO_DATA = "#f4f4f2"
"""Fill under the lines of what is not known."""

ANSWER = {Together.FEW: "#54278f", Together.PRESENT: "#cbc3e3", Together.UNKNOWN: NO_DATA}
"""Responses alone."""

BAND = (NO_DATA, "#f0f4d8", "#c0dfb0", "#7cbf9f", "#3a8f8a", "#12566b")
"""Fifths of an observed figure, from the lowest; before them what is not known. More is darker."""

NO_DATA_INK = "#7a6a5a"
"""Colour of the lines drawn over what is not known for want of data."""

MINUTES = {"near": "#cbc3e3", "far": "#8d76bd", "farther": "#54278f", "unknown": "#bdb3a8"}
"""Squares by minutes to a service: the colours of responses, and that of what is not known, without lines: a square may
be one pixel."""

OUTSIDE, OUTSIDE_LINE = "#f7f8f9", "#d9dee3"
"""Fill and outline of a territory that a map shows and its table does not hold."""

LINE, NOT_PUBLISHED_LINE = "#ffffff", "#a9a9a3"
"""Outlines of territories: white, grey around what is white itself."""


def css_variables() -> str:
    """The palette as CSS custom properties, read by the style sheet and by the map."""
    fills = {f"fill-{verdict}": colour for verdict, colour in FILL.items()}
    hatches = {f"hatch-{verdict}": colour for verdict, colour in HATCH.items()}
    fills |= {f"fill-{quadrant}": colour for quadrant, colour in QUADRANT.items()}
    fills |= {f"fill-answer-{answer}": colour for answer, colour in ANSWER.items()}
    hatches |= {f"hatch-{Quadrant.UNKNOWN}": NO_DATA_INK, f"hatch-answer-{Together.UNKNOWN}": NO_DATA_INK}
    fills |= {f"fill-band-{i}": colour for i, colour in enumerate(BAND)}
    hatches |= {"hatch-band-0": NO_DATA_INK}
    families = {f"family-{family}": colour for family, colour in FAMILY.items()}
    fills |= {"fill-outside": OUTSIDE} | {f"minutes-{state}": colour for state, colour in MINUTES.items()}
    lines = {"line-outside": OUTSIDE_LINE, "line-territory": LINE, f"line-{Verdict.NOT_PUBLISHED}": NOT_PUBLISHED_LINE}
    colours = fills | hatches | families | lines
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in colours.items()) + "}"
