"""The sections of a sheet: one order, in the PDF and in the document for Word."""

import io

import docx
import pytest

from dashboard.briefing.annex import WHOLE_BACK, WHOLE_FRONT, to_docx
from dashboard.briefing.render import fitted
from dashboard.briefing.sections import page_one, page_two
from dashboard.briefing.sheet import sheet
from geodata.response import Response
from tests.dashboard.briefing.reading import flat, pages
from tests.dashboard.briefing.test_examples import example


@pytest.mark.parametrize("name", ["above", "synthetic"])
def test_the_pdf_prints_every_section_in_their_order(name):
    written, pdf = fitted(example(name), "fr")
    printed = [flat(page) for page in pages(pdf)]
    for page, sections in zip(printed, (page_one(written.front, "fr"), page_two(written.back, "fr")), strict=True):
        at = 0
        for title in filter(None, (flat(section.title) for section in sections)):
            found = page.find(title, at)
            assert found >= 0, f"{title} does not follow on the page"
            at = found + len(title)


def test_acronyms_stand_under_no_body_and_bodies_under_their_heading():
    """France has no body of its own, and its steps name some."""
    for name, has_bodies in (("country", False), ("above", True)):
        written = sheet(example(name), "fr")
        by_title = {one.title: one.bullets for one in page_two(written.back, "fr")}
        assert (written.back.actors_title in by_title) is has_bodies
        assert by_title[written.back.acronyms_title] == written.back.acronyms
        assert len(by_title.get(written.back.actors_title, ())) == len(example(name).actors)


def test_what_is_not_known_of_answers_stands_under_its_own_heading():
    record = example("above")
    assert all(one.response is Response.UNKNOWN for one in record.responses.families)
    sentence = "Ce qui répond ici n’est pas connu"
    assert f"Atouts et manques {flat(sentence)}" in flat(pages(fitted(record, "fr")[1])[0])
    paragraphs = [p.text for p in docx.Document(io.BytesIO(to_docx(record))).paragraphs]
    at = next(number for number, text in enumerate(paragraphs) if text.startswith(sentence))
    assert paragraphs[at - 1] == "Atouts et manques"


def test_the_document_for_word_has_the_same_sections():
    briefing = example("above")
    written = sheet(briefing, "fr", WHOLE_FRONT, WHOLE_BACK)
    paragraphs = [
        p.text for p in docx.Document(io.BytesIO(to_docx(briefing))).paragraphs if p.style.name == "Heading 2"
    ]
    sections = (*page_one(written.front, "fr"), *page_two(written.back, "fr"))
    assert paragraphs == [section.title for section in sections if section.title]
    assert any(title.startswith("Carte") for title in paragraphs)
