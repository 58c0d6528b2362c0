"""The text of a briefing as a document that Word opens, for pasting into a regional plan: same words, same order."""

import io
import zipfile
from datetime import datetime

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Row

from dashboard.briefing.content import Briefing
from dashboard.briefing.sheet import Sheet, sheet

_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def to_docx(briefing: Briefing, lang: str = "fr") -> bytes:
    """The document of a briefing in one language; the same bytes for the same words."""
    return _settled(document(sheet(briefing, lang)))


def document(written: Sheet) -> Document:
    """The words of a briefing with headings, lists and tables that a reader of screens can walk."""
    front, back = written.front, written.back
    out = docx.Document()
    _describe(out, written)
    out.add_paragraph(f"{written.agency} · {written.kicker} · {written.day}")
    if written.banner:
        out.add_paragraph(written.banner, style="Intense Quote")
    out.add_heading(front.name, 1)
    out.add_paragraph(f"{front.place}. {front.residents}.")
    out.add_heading(front.answer_title, 2)
    out.add_paragraph().add_run(f"{front.verdict} ({front.line})").bold = True
    for sentence in (*front.answer, front.definition):
        out.add_paragraph(sentence)
    out.add_heading(front.people_title, 2)
    tiles = tuple(f"{tile.label}: {tile.value} ({tile.note})" for tile in front.tiles)
    _list(out, tiles or (front.no_people,))
    out.add_heading(front.position_title, 2)
    for figure in (front.strip, front.map):
        if figure is not None:
            out.add_paragraph(figure.alt)
    for sentence in front.position:
        out.add_paragraph(sentence)
    out.add_heading(front.why_title, 2)
    if front.pushes is not None:
        out.add_paragraph(front.pushes.alt)
    for title, lines in (
        (None, front.why),
        (front.strengths_title, front.strengths),
        (front.gaps_title, front.gaps),
    ):
        if title:
            out.add_heading(title, 2)
        _list(out, lines)
    out.add_heading(back.title, 1)
    out.add_heading(back.services_title, 2)
    _table(out, back.services_head, back.services)
    out.add_paragraph(back.services_note)
    _list(out, back.pathways)
    for title, lines in ((back.gaps_title, back.gaps), (back.options_title, back.options)):
        out.add_heading(title, 2)
        _list(out, lines)
    out.add_heading(back.actors_title, 2)
    _table(out, back.actors_head, tuple((actor.who, actor.what) for actor in back.actors))
    for title, lines in ((back.contact_title, back.contact), (back.limits_title, back.limits)):
        out.add_heading(title, 2)
        _list(out, lines)
    out.add_heading(back.sources_title, 2)
    for line in (*back.sources, back.link):
        out.add_paragraph(line)
    return out


def _describe(out: Document, written: Sheet) -> None:
    about = out.core_properties
    about.title, about.language, about.author = written.title, _LANGUAGES[written.lang], written.agency
    about.comments = written.description
    about.keywords = "; ".join(written.keywords)[:255]
    about.created = about.modified = datetime.fromisoformat(written.printed_on)
    out.styles.element.find(".//" + qn("w:lang")).set(qn("w:val"), _LANGUAGES[written.lang])


def _list(out: Document, lines: tuple[str, ...]) -> None:
    for line in lines:
        out.add_paragraph(line, style="List Bullet")


def _table(out: Document, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = out.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    _fill(table.rows[0], head)
    # A reader that speaks the table repeats its head.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        _fill(table.add_row(), row)


def _fill(row: _Row, cells: tuple[str, ...]) -> None:
    for cell, words_ in zip(row.cells, cells, strict=True):
        cell.text = words_


def _settled(out: Document) -> bytes:
    """The bytes of a document, with one date for every member of the archive."""
    drafted, settled = io.BytesIO(), io.BytesIO()
    out.save(drafted)
    with zipfile.ZipFile(drafted) as before, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.infolist():
            after.writestr(
                zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), before.read(member), zipfile.ZIP_DEFLATED
            )
    return settled.getvalue()
