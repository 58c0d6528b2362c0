"""The address is the only state: it holds any choice, stays short, and never fails."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.state import LANGUAGES, MESHES, Choice, Line, read
from geodata.estimate import Verdict
from geodata.territory import Level

codes = st.text("0123456789ABab_-", min_size=1, max_size=9)
choices = st.builds(
    Choice,
    region=codes,
    mesh=st.sampled_from(MESHES),
    line=st.sampled_from(Line),
    threshold=st.integers(10, 500).map(lambda tenths: round(tenths / 1000, 4)),
    definition=codes,
    scenario=codes,
    verdicts=st.lists(st.sampled_from(Verdict), unique=True).map(tuple),
    categories=st.lists(codes, unique=True).map(tuple),
    district=st.just("") | codes,
    selected=st.none() | st.tuples(st.sampled_from(Level), codes),
    lang=st.sampled_from(LANGUAGES),
)


@given(choices)
def test_a_choice_written_in_the_address_is_read_back(choice):
    assert read(choice.page, choice.query) == (choice, ())


def test_defaults_leave_the_address_empty():
    assert Choice().query == ""
    assert Choice(region="76", mesh=Level.COMMUNE).query == "?r=76&m=commune"
    assert Choice(line=Line.THRESHOLD).query == "?q=threshold"


def test_naming_another_line_asks_about_it():
    assert read("/", "?t=12.5")[0] == Choice(threshold=0.125, line=Line.THRESHOLD)
    assert Choice(threshold=0.125, line=Line.THRESHOLD).query == "?t=12.5"
    assert read("/", Choice(threshold=0.125).query)[0] == Choice(threshold=0.125)
    assert read("/", "")[0].line == Line.NATIONAL


@given(st.text(max_size=80))
def test_no_address_fails(query):
    choice, _ = read("/", "?" + query)
    assert read(choice.page, choice.query)[0] == choice


def test_unknown_values_fall_back_and_are_reported():
    choice, notices = read("/", "?m=quartier&t=abc&q=8&lang=de&v=huge&s=moon:1&r=76")
    assert choice == Choice(region="76")
    assert [(n.field, n.value) for n in notices] == [
        ("m", "quartier"),
        ("t", "abc"),
        ("q", "8"),
        ("lang", "de"),
        ("v", "huge"),
        ("s", "moon:1"),
    ]


def test_a_threshold_outside_its_range_is_reported():
    for percent in ("0", "51", "-3", "nan", "inf"):
        choice, notices = read("/", f"?t={percent}")
        assert choice.threshold == 0.10
        assert len(notices) == 1


def test_a_french_decimal_comma_is_read():
    assert read("/", "?t=12,5")[0].threshold == 0.125
