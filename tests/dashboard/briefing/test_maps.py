"""Drawings: paths by hand, symbols that do not pile up, classes that a grey copy tells apart."""

import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from dashboard.briefing import maps
from dashboard.briefing.maps import _Frame, _path, _simplified, backdrop, classes_map, fill, locator, map_svg
from geodata.classes import FILL
from geodata.estimate import Verdict
from geodata.service import Family
from geodata.territory import FRANCE, Level

NOTHING = pd.DataFrame({"family": [], "lon": [], "lat": []})


def frame(*geometries) -> _Frame:
    return _Frame.around(list(geometries), 100, 100, margin=0)


def test_a_square_as_a_path():
    """From (0, 0) to (10, 10) on a drawing of 100: y goes down, the closing point is left to `z`."""
    square = MultiPolygon([box(0, 0, 10, 10)])
    assert _path(square, frame(square)) == "M100 100l0-100-100 0 0 100z"


def test_a_speck_is_nothing_or_a_mark():
    land, speck = MultiPolygon([box(0, 0, 1000, 1000)]), MultiPolygon([box(500, 500, 500.1, 500.1)])
    assert _path(speck, frame(land)) == ""
    assert _path(speck, frame(land), smallest=6) == "M47 47h6v6h-6z"


def test_neighbours_keep_one_border():
    left, right = MultiPolygon([box(0, 0, 5, 10)]), MultiPolygon([box(5, 0, 10, 10)])
    simple = _simplified([left, right], frame(left, right))
    assert simple[0].intersection(simple[1]).length == pytest.approx(10)


def test_a_map_of_communes(store):
    outlines = store.outlines(Level.COMMUNE, Level.EPCI, "S11")
    verdicts = {"S1001": Verdict.ABOVE, "S1002": Verdict.BELOW}
    drawn = classes_map(
        outlines, verdicts, {"S1001": 21_000.0}, NOTHING, here="S1002", width=900, height=800
    )  # fmt: skip
    assert [(area.code, area.verdict) for area in drawn.areas] == [
        ("S1001", Verdict.ABOVE), ("S1002", Verdict.BELOW), ("S1003", Verdict.NOT_PUBLISHED),
    ]  # fmt: skip
    assert drawn.here == drawn.areas[1].path
    # The territory itself is named first; a name that meets it is left out.
    assert [(label.name, label.is_here) for label in drawn.labels] == [("Sainte-Épreuve", True)]
    # Three squares side by side: the drawing is as low as they are.
    assert drawn.height < 900 / 2
    assert map_svg(drawn).count("<path") >= 4


def test_a_territory_without_outline_has_no_map(store):
    outlines = store.outlines(Level.COMMUNE, Level.EPCI, "S11").assign(geom=None)
    assert classes_map(outlines, {}, {}, NOTHING, here=None, width=900, height=800) is None
    assert locator(backdrop(outlines, width=100, height=100), outlines) is None


def test_services_near_one_another_are_one_symbol_by_family(store):
    outlines = store.outlines(Level.COMMUNE, Level.EPCI, "S11")
    near = pd.DataFrame({"family": [Family.CITIZEN] * 50, "lon": [1.05] * 50, "lat": [43.55] * 50})
    draw = lambda services: classes_map(outlines, {}, {}, services, here=None, width=900, height=800)  # noqa: E731
    (alone,) = draw(near).symbols
    both = draw(pd.concat([near, near.assign(family=Family.PROFESSIONAL)])).symbols
    assert {symbol.family for symbol in both} == {Family.CITIZEN, Family.PROFESSIONAL}
    assert len({(symbol.x, symbol.y) for symbol in both}) == 2
    assert alone.family is Family.CITIZEN
    # A service without a position is not drawn, and breaks nothing.
    assert draw(near.assign(lon=float("nan"))).symbols == ()


def test_overseas_territories_are_beside_the_mainland(store):
    regions = store.outlines(Level.REGION, Level.FRANCE, FRANCE)
    drawn = locator(backdrop(regions, store.country().insets, width=300, height=300), regions[regions["code"] == "R9"])
    assert len(drawn.areas) == 2
    assert drawn.here


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def test_a_grey_copy_tells_the_classes_apart():
    """Plain fills differ in lightness; the classes that a grey copy would mix have different lines over them."""
    plain = [v for v in Verdict if fill(v) == FILL[v]]
    assert plain == [Verdict.ABOVE, Verdict.LIKELY_ABOVE]
    assert abs(luminance(FILL[plain[0]]) - luminance(FILL[plain[1]])) > 0.25
    assert abs(luminance(FILL[Verdict.BELOW]) - luminance(FILL[Verdict.LIKELY_BELOW])) > 0.25
    lines = {verdict: maps._LINES[verdict][0] for verdict in Verdict if verdict not in plain}
    assert lines[Verdict.BELOW] == lines[Verdict.LIKELY_BELOW]
    assert len(set(lines.values())) == 3


def test_each_family_has_its_shape():
    shapes = {maps.symbol_svg(family, 0, 0).split()[0] for family in Family}
    assert shapes == {"<circle", "<rect", "<path"}


def test_names_cannot_break_a_drawing():
    assert "<b>" not in maps.words_svg("<b>&", 0, 0)
