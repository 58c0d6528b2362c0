"""Charts: where things stand on the axis."""

import re

import pytest

from dashboard.briefing.charts import Bar, Push, axis_end, pushes_svg, strip_svg

HERE = Bar("Ici", 0.10, 0.08, 0.12, True, "8–12 %")


@pytest.mark.parametrize(
    ("high", "threshold", "end"), [(0.12, 0.10, 0.15), (0.151, 0.10, 0.20), (0.03, 0.10, 0.15), (0.99, 0.10, 1.0)]
)
def test_the_axis_ends_on_a_round_share_beyond_everything(high, threshold, end):
    assert axis_end([Bar("x", high / 2, 0, high, True, "")], threshold) == end


def test_the_line_and_a_share_on_it_stand_at_the_same_place():
    svg = strip_svg([HERE], 0.10, "10 %", ("0 %", "15 %"))
    line = re.search(r'd="M(\d+) \d+V', svg).group(1)
    assert f'<circle cx="{line}"' in svg


def test_what_raises_goes_right_and_what_lowers_goes_left():
    svg = pushes_svg([Push("a", 0.01), Push("b", -0.005)], "-", "+")
    (x1, w1), (x2, w2) = [tuple(map(int, match)) for match in re.findall(r'<rect x="(\d+)" y="\d+" width="(\d+)"', svg)]
    assert x1 == pytest.approx(x2 + w2, abs=1)
    assert w1 == pytest.approx(2 * w2, abs=1)


def test_the_scale_of_the_bars_is_the_same_on_every_sheet():
    """A twentieth of a point is a sliver, not a full bar; a longer one than the scale is cut and pointed."""
    (small,) = re.findall(r'<rect [^>]*width="(\d+)"', pushes_svg([Push("a", 0.0006)], "-", "+"))
    (full,) = re.findall(r'<rect [^>]*width="(\d+)"', pushes_svg([Push("a", 0.02)], "-", "+"))
    assert int(small) < 0.1 * int(full)
    assert "18z" in pushes_svg([Push("a", 0.02)], "-", "+") and "18z" not in pushes_svg([Push("a", 0.009)], "-", "+")
