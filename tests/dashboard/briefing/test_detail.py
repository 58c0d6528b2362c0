"""What a page gives up: the least missed first, and nothing that it had room for."""

from dataclasses import asdict

import pytest

from dashboard.briefing.detail import BACKS, BackDetail, back_without
from dashboard.briefing.render import fullest

LINES = {"steps": 5, "questions": 3, "gaps": 2, "options": 2, "pathways": 1, "sources": 1, "scenarios": 1}
"""Lines that one of each takes on a page; names, twins and associations take none here."""


def lines(detail: BackDetail) -> int:
    return sum(high * asdict(detail)[name] for name, high in LINES.items())


@pytest.mark.parametrize("room", range(lines(BACKS[-1]), lines(BACKS[0]) + 1))
def test_nothing_that_was_given_up_would_still_hold(room):
    kept = fullest(lambda detail: lines(detail) <= room)
    assert lines(kept) <= room
    first = next(detail for detail in BACKS if lines(detail) <= room)
    assert all(asdict(kept)[name] >= asdict(first)[name] for name in LINES)


def test_a_large_cut_gives_back_what_was_cut_before_it():
    """One line short, the second question goes (three lines): two lines are free again, and the last gap comes back."""
    short = lines(back_without(range(12))) - 1
    kept = fullest(lambda detail: lines(detail) <= short)
    assert (kept.questions, kept.gaps) == (2, 2)


def test_a_cut_that_gains_nothing_is_gone_past():
    """Page 2 holds after 8 cuts, no more after 9, and again after 10: what is kept holds."""
    good = {*BACKS[8:9], *BACKS[10:]}
    assert fullest(lambda detail: detail in good) in good


def test_a_page_that_holds_everything_gives_up_nothing():
    assert fullest(lambda detail: True) == BACKS[0]


def test_a_page_that_holds_nothing_gives_up_everything():
    assert fullest(lambda detail: False) == BACKS[-1]
