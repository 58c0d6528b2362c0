"""Colours and symbols of the decision classes and of the families of services: one place, for screen and paper.

Orange and blue stay apart for every kind of colour blindness; the lightness differs from class to class, so that a
grey print can be read; the hatch and the symbol say it without colour.
"""

from geodata.estimate import Verdict
from geodata.response import Quadrant, Together
from geodata.service import Family

FILL = {
    Verdict.ABOVE: "#c8570b",
    Verdict.LIKELY_ABOVE: "#f6b77c",
    Verdict.UNDECIDED: "#e4e4e1",
    Verdict.LIKELY_BELOW: "#93bbdd",
    Verdict.BELOW: "#1b4470",
    Verdict.NOT_PUBLISHED: "#ffffff",
}
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
    Quadrant.FEW: "#c8570b",
    Quadrant.PRESENT: "#f6b77c",
    Quadrant.UNKNOWN: "#fbe3cc",
    Quadrant.LESS_NEED: "#93bbdd",
}
"""Need crossed with responses; what is not decided or not published looks as it does among the classes."""

ANSWER = {Together.FEW: "#54278f", Together.PRESENT: "#cbc3e3", Together.UNKNOWN: "#f4f4f2"}
"""Responses alone."""

BAND = ("#f4f4f2", "#f0f4d8", "#c0dfb0", "#7cbf9f", "#3a8f8a", "#12566b")
"""Fifths of an observed figure, from the lowest; before them what is not known. More is darker."""

NOT_KNOWN_INK = "#7a6a5a"
"""Colour of the lines drawn over what is not known for want of data."""


def css_variables() -> str:
    """The palette as CSS custom properties, read by the style sheet and by the map."""
    fills = {f"fill-{verdict}": colour for verdict, colour in FILL.items()}
    hatches = {f"hatch-{verdict}": colour for verdict, colour in HATCH.items()}
    fills |= {f"fill-{quadrant}": colour for quadrant, colour in QUADRANT.items()}
    fills |= {f"fill-answer-{answer}": colour for answer, colour in ANSWER.items()}
    hatches |= {f"hatch-{Quadrant.UNKNOWN}": NOT_KNOWN_INK, f"hatch-answer-{Together.UNKNOWN}": NOT_KNOWN_INK}
    fills |= {f"fill-band-{i}": colour for i, colour in enumerate(BAND)}
    hatches |= {"hatch-band-0": NOT_KNOWN_INK}
    families = {f"family-{family}": colour for family, colour in FAMILY.items()}
    return ":root{" + "".join(f"--{name}:{colour};" for name, colour in (fills | hatches | families).items()) + "}"
