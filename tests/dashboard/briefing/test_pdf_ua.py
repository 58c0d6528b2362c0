"""PDF/UA-1 by page 0.11 (104 machine rules) on each kind of document, and on a file that has lost its tags.

Validated, never certified: order of reading and sense of alternatives are asked elsewhere, or need a person.
"""

import io
from dataclasses import replace

import page
import pikepdf
import pytest

from dashboard.briefing import diagnostic, files
from dashboard.briefing.brief import brief
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.render import to_pdf
from dashboard.state import Choice
from geodata.territory import FRANCE, Level
from tests.dashboard.briefing.test_examples import EXAMPLES, example

OPTIONS = {"choice": Choice(), "printed_on": "2026-11-25", "issuer": Issuer(), "address": "https://x.example"}


def is_valid(pdf: bytes) -> bool:
    return page.is_pdf_compliant_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_passes_the_machine_rules(name):
    assert is_valid(to_pdf(example(name), "fr"))


def test_slide_diagnosis_and_merged_sheets_pass_them(store):
    record = brief(store, Level.EPCI, "S11", **OPTIONS)
    assert is_valid(files.body(record, "pdf", "fr", "slide"))
    assert is_valid(files.merged([record, brief(store, Level.FRANCE, FRANCE, **OPTIONS)], "pdf", "Deux fiches", "fr"))
    assert is_valid(diagnostic.to_pdf(diagnostic.diagnostic(store, Level.DEPARTEMENT, "S1", **OPTIONS), "fr"))
    assert is_valid(to_pdf(replace(record, address="http://127.0.0.1"), "fr"))


def test_a_file_without_its_tags_fails(store):
    """The rules can say no."""
    pdf = to_pdf(brief(store, Level.EPCI, "S11", **OPTIONS), "fr")
    with pikepdf.open(io.BytesIO(pdf)) as book:
        del book.Root.StructTreeRoot
        del book.Root.MarkInfo
        bare = io.BytesIO()
        book.save(bare)
    assert is_valid(pdf) and not is_valid(bare.getvalue())
