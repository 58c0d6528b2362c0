"""Characters that the typeface lacks, and PDFs asked at the same moment."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pikepdf
import pytest

from dashboard.briefing import batch
from dashboard.briefing.batch import Order
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.render import fitted, print_sheet, to_pdf
from dashboard.briefing.typeface import printable
from dashboard.state import Choice
from geodata.store import open_store
from geodata.territory import Level
from tests.dashboard.briefing.test_content import ask


def test_what_the_typeface_draws_stays_as_it_is():
    record = {"name": "L’Haÿ-les-Roses : 10\u202f% ; œuvre — é", "count": 3, "lines": ["a\nb"]}
    assert printable(record) == record


def test_what_it_lacks_is_replaced_and_logged_once(caplog):
    with caplog.at_level(logging.WARNING):
        assert printable(["Plan 🚀️", "e\u0301quipe 中"]) == ["Plan ?", "équipe ?"]
        assert printable("L’Haÿ\u2011les\u2011Roses") == "L’Haÿ-les-Roses"
    assert [record.getMessage().partition("lacks them: ")[2] for record in caplog.records] == [
        "U+4E2D, U+FE0F, U+1F680"
    ]


def test_a_briefing_with_an_emoji_is_printed(store):
    written = replace(fitted(ask(store, Level.EPCI, "S11"), "fr")[0], title="Équipes 🚀 mobiles")
    with pikepdf.open(io.BytesIO(print_sheet(written))) as book:
        assert str(book.docinfo["/Title"]) == "Équipes ? mobiles"


def test_briefings_asked_at_the_same_moment_are_all_printed(store):
    record = ask(store, Level.EPCI, "S11")
    with ThreadPoolExecutor(4) as threads:
        printed = list(threads.map(lambda _: to_pdf(record, "fr"), range(8)))
    assert len(set(printed)) == 1


@pytest.fixture
def broken(monkeypatch):
    """One territory meets a defect of the program."""
    true = batch.brief

    def brief(store, level, code, **options):
        if code == "S12":
            raise RuntimeError("a defect")
        return true(store, level, code, **options)

    monkeypatch.setattr(batch, "brief", brief)


def test_a_defect_in_one_sheet_is_a_line_of_the_index(broken, database, tmp_path):
    order = Order(
        Level.EPCI, "R1", ("S11", "S12"), tmp_path, "2026-11-25", "fr", Choice(), Issuer(), "http://x", "hash"
    )
    lines = batch.run(order, partial(open_store, str(database)))
    assert [(line.file is None, line.error) for line in lines] == [(False, ""), (True, "RuntimeError: a defect")]
