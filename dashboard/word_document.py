"""Documents that Word opens: A4, headings, tables whose head is repeated, pictures with their words. No sentence."""

import io
import re
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Row

_LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def document(title: str, lang: str) -> Document:
    """An empty document in a language."""
    out = docx.Document()
    # A property holds 255 characters.
    out.core_properties.title, out.core_properties.language = title[:255], _LANGUAGES[lang]
    out.styles.element.find(".//" + qn("w:lang")).set(qn("w:val"), _LANGUAGES[lang])
    section = out.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    out.styles["Normal"].font.size = Pt(11)
    return out


def footer(out: Document, words: str) -> None:
    """The same words and the number of the page at the foot of every page."""
    line = out.sections[0].footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.add_run(f"{words} · ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = line.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def picture(out: Document, png: bytes, words: str, width_mm: float) -> None:
    """A picture with what it says to those who do not see it."""
    shape = out.add_picture(io.BytesIO(png), width=Mm(width_mm))
    shape._inline.docPr.set("descr", words)


def legend(out: Document, keys: Sequence[tuple[bytes, str]]) -> None:
    """What the colours of a picture mean: each as a small picture beside its words."""
    line = out.add_paragraph()
    for png, words in keys:
        shape = line.add_run().add_picture(io.BytesIO(png), height=Mm(_KEY_MM))
        shape._inline.docPr.set("descr", "")
        # Words stay beside their colour.
        line.add_run(f" {words}".replace(" ", "\u00a0") + "   ")


_KEY_MM = 3


def table(
    out: Document, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float] | None = None
) -> None:
    """A table at the end of the document, its columns in these parts of the width, else as their words need; no row is
    cut by a page."""
    added = out.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    added.autofit = False
    _fill(added.rows[0], head)
    # A reader that speaks the table repeats its head.
    added.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        line = added.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        _fill(line, row)
    section = out.sections[0]
    width, left, right = ((one or 0) for one in (section.page_width, section.left_margin, section.right_margin))
    whole = width - left - right
    parts = widths or [_need(column) for column in zip(head, *rows, strict=True)]
    if len(head) > _MANY:
        for cell in (cell for line in added.rows for cell in line.cells):
            cell.paragraphs[0].runs[0].font.size = Pt(8)
    for column, part in zip(added.columns, parts, strict=True):
        column.width = int(whole * part / sum(parts))  # LibreOffice reads the columns', Word the cells'
        for cell in column.cells:
            cell.width = column.width


_MANY = 6
"""Columns from which a table is in small print."""

_LONGEST = 30
"""Characters of a line of a column: what is longer runs over several."""


def _need(cells: Sequence[str]) -> float:
    """How wide a column is beside others: no word cut, and lines for its longer cells. In characters, margins in."""
    longest_word = max((len(word) for cell in cells for word in re.split(r"[\s-]+", cell)), default=1)
    mean = sum(map(len, cells)) / len(cells)
    return max(1.3 * longest_word, 0.7 * min(mean, _LONGEST)) + 3  # a head is in bold


def bullets(out: Document, lines: Sequence[str], *, is_numbered: bool = False) -> None:
    """A list at the end of the document."""
    for line in lines:
        out.add_paragraph(line, style="List Number" if is_numbered else "List Bullet")


def _fill(row: _Row, cells: Sequence[str]) -> None:
    for cell, words in zip(row.cells, cells, strict=True):
        cell.text = words
