"""The text of briefings as a document that Word opens, for pasting into a regional plan: same words, same order."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

from docx.document import Document

from dashboard import word_document
from dashboard.briefing import diagnostic
from dashboard.briefing.content import Briefing
from dashboard.briefing.detail import BackDetail, FrontDetail
from dashboard.briefing.diagnostic import Diagnostic
from dashboard.briefing.front import Key
from dashboard.briefing.render import picture
from dashboard.briefing.sections import Section, page_one, page_two
from dashboard.briefing.sheet import Sheet, sheet

_EVERYTHING = 10_000
WHOLE_FRONT = FrontDetail(factors=_EVERYTHING, points=_EVERYTHING)
WHOLE_BACK = BackDetail(
    gaps=_EVERYTHING,
    options=_EVERYTHING,
    pathways=_EVERYTHING,
    sources=_EVERYTHING,
    name=_EVERYTHING,
    scenarios=_EVERYTHING,
    has_twins=True,
)
"""A document has room for all that two pages cut."""

_WIDE_MM = 100


def to_docx(briefing: Briefing, lang: str = "fr") -> bytes:
    """The document of a briefing in one language; the same bytes for the same words."""
    written = sheet(briefing, lang, WHOLE_FRONT, WHOLE_BACK)
    return settled(documents([written], written.title))


def diagnostic_docx(record: Diagnostic, lang: str = "fr") -> bytes:
    """The document of a diagnosis in one language; the same bytes for the same words."""
    written = diagnostic.document(record, lang)
    out = word_document.document(written.title, lang)
    _describe(out, written)
    word_document.footer(out, f"{written.agency} · {written.day}")
    if written.banner:
        out.add_paragraph(written.banner, style="Intense Quote")
    out.add_heading(written.title, 1)
    out.add_paragraph(written.subtitle)
    for section in written.sections:
        _section(out, section)
    return settled(out)


def documents(sheets: Sequence[Sheet], title: str) -> Document:
    """The words of briefings, one after the other, with headings, lists, tables and drawings."""
    first = sheets[0]
    out = word_document.document(title, first.lang)
    _describe(out, first)
    word_document.footer(out, f"{first.agency} · {first.day}")
    for number, written in enumerate(sheets):
        if number:
            out.add_page_break()
        _write(out, written)
    return out


def _write(out: Document, written: Sheet) -> None:
    front, back = written.front, written.back
    out.add_paragraph(" · ".join(filter(None, [written.agency, written.kicker, written.day, written.mark])))
    if written.banner:
        out.add_paragraph(written.banner, style="Intense Quote")
    out.add_heading(front.name, 1)
    out.add_paragraph(f"{front.place}. {front.residents}.")
    if front.district:
        out.add_paragraph().add_run(front.district).bold = True
    for section in page_one(front, written.lang):
        _section(out, section)
    out.add_heading(back.title, 1)
    for section in page_two(back, written.lang):
        _section(out, section)


def _section(out: Document, section: Section) -> None:
    if section.title:
        out.add_heading(section.title, 2)
    if section.lead:
        out.add_paragraph().add_run(section.lead).bold = True
    if section.figure is not None:
        word_document.picture(out, picture(section.figure.svg), section.figure.alt, _WIDE_MM)
        if section.keys:
            legend(out, section.keys)
    for line in section.paragraphs:
        out.add_paragraph(line)
    word_document.bullets(out, section.bullets, is_numbered=section.is_numbered)
    if section.rows:
        word_document.table(out, section.head, section.rows, section.widths or None)


def legend(out: Document, keys: Sequence[Key]) -> None:
    """What the colours of a map mean."""
    word_document.legend(out, [(picture(key.svg), key.words) for key in keys])


def _describe(out: Document, written: Sheet | diagnostic.Document) -> None:
    about = out.core_properties
    about.author, about.comments = written.agency, written.description
    about.keywords = "; ".join(written.keywords)[:255]
    about.created = about.modified = datetime.fromisoformat(written.printed_on)


def settled(out: Document) -> bytes:
    """The bytes of a document, with one date for every member of the archive."""
    drafted, kept = io.BytesIO(), io.BytesIO()
    out.save(drafted)
    with zipfile.ZipFile(drafted) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.infolist():
            after.writestr(
                zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), before.read(member), zipfile.ZIP_DEFLATED
            )
    return kept.getvalue()
