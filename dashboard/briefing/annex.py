"""The text of a briefing as a document that Word opens, for pasting into a regional plan: same words, same order."""

import io
import zipfile
from datetime import datetime

from docx.document import Document

from dashboard import word
from dashboard.briefing.content import Briefing
from dashboard.briefing.sheet import Sheet, sheet


def to_docx(briefing: Briefing, lang: str = "fr") -> bytes:
    """The document of a briefing in one language; the same bytes for the same words."""
    return _settled(document(sheet(briefing, lang)))


def document(written: Sheet) -> Document:
    """The words of a briefing with headings, lists and tables that a reader of screens can walk."""
    front, back = written.front, written.back
    out = word.document(written.title, written.lang)
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
    word.bullets(out, tiles or (front.no_people,))
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
        word.bullets(out, lines)
    out.add_heading(back.title, 1)
    out.add_heading(back.services_title, 2)
    word.table(out, back.services_head, back.services)
    out.add_paragraph(back.services_note)
    word.bullets(out, back.pathways)
    for title, lines in ((back.gaps_title, back.gaps), (back.options_title, back.options)):
        out.add_heading(title, 2)
        word.bullets(out, lines)
    out.add_heading(back.actors_title, 2)
    word.table(out, back.actors_head, tuple((actor.who, actor.what) for actor in back.actors))
    for title, lines in ((back.contact_title, back.contact), (back.limits_title, back.limits)):
        out.add_heading(title, 2)
        word.bullets(out, lines)
    out.add_heading(back.sources_title, 2)
    for line in (*back.sources, back.link):
        out.add_paragraph(line)
    return out


def _describe(out: Document, written: Sheet) -> None:
    about = out.core_properties
    about.author, about.comments = written.agency, written.description
    about.keywords = "; ".join(written.keywords)[:255]
    about.created = about.modified = datetime.fromisoformat(written.printed_on)


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
