"""Documents that Word opens: language, headings and tables whose head a reader of screens repeats. No sentence."""

from collections.abc import Sequence

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Row

_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def document(title: str, lang: str) -> Document:
    """An empty document in a language."""
    out = docx.Document()
    # A property holds 255 characters.
    out.core_properties.title, out.core_properties.language = title[:255], _LANGUAGES[lang]
    out.styles.element.find(".//" + qn("w:lang")).set(qn("w:val"), _LANGUAGES[lang])
    return out


def table(out: Document, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table at the end of the document."""
    added = out.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    _fill(added.rows[0], head)
    # A reader that speaks the table repeats its head.
    added.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        _fill(added.add_row(), row)


def bullets(out: Document, lines: Sequence[str]) -> None:
    """A list at the end of the document."""
    for line in lines:
        out.add_paragraph(line, style="List Bullet")


def _fill(row: _Row, cells: Sequence[str]) -> None:
    for cell, words in zip(row.cells, cells, strict=True):
        cell.text = words
