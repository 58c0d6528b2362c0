"""Read a briefing back as its readers do: the text of its pages, its tags in order, its numbers."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pypdfium2 import raw

_CUT = "\x02"
"""What PDFium reads for the hyphen at the end of a line."""


def pages(pdf: bytes | Path) -> list[str]:
    """The text of each page in the order of its content, every kind of space a plain one."""
    with pypdfium2.PdfDocument(pdf) as book:
        read = [page.get_textpage().get_text_bounded() for page in book]
    return [plain(text.replace(_CUT, "-").replace("\r\n", "\n")) for text in read]


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    with pypdfium2.PdfDocument(pdf) as book:
        return [page.get_size() for page in book]


def letter_heights(pdf: bytes) -> set[float]:
    """Height of every letter as it is printed, in points."""
    with pypdfium2.PdfDocument(pdf) as book:
        return {height for page in book for height in _letter_heights(page.get_textpage())}


def _letter_heights(text: pypdfium2.PdfTextPage) -> Iterator[float]:
    matrix = raw.FS_MATRIX()
    for place in range(text.count_chars()):
        if chr(raw.FPDFText_GetUnicode(text, place)).strip():
            raw.FPDFText_GetMatrix(text, place, matrix)
            yield round(raw.FPDFText_GetFontSize(text, place) * abs(matrix.d), 2)


def pictures(pdf: bytes | Path) -> list[tuple[float, float]]:
    """Width and height of every picture of the first page, in points."""
    with pypdfium2.PdfDocument(pdf) as book:
        bounds = [one.get_bounds() for one in book[0].get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
    return [(right - left, top - bottom) for left, bottom, right, top in bounds]


def headings(pdf: bytes) -> list[str]:
    """Its bookmarks."""
    with pypdfium2.PdfDocument(pdf) as book:
        return [mark.get_title() for mark in book.get_toc()]


def plain(text: str) -> str:
    """Every kind of space a plain one."""
    return re.sub(r"[\u202f\u00a0]", " ", text)


def flat(text: str) -> str:
    """On one line, so that a sentence cut at the end of a line is found."""
    return re.sub(r"\s+", " ", text).replace("’", "'").replace("- ", "-")


@dataclass(frozen=True)
class Tag:
    """One element of the structure tree: its role, its alternative text and its depth."""

    role: str
    alt: str | None
    depth: int


def tags(pdf: bytes) -> list[Tag]:
    """The structure tree, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        found: list[Tag] = []
        _walk(book.Root.StructTreeRoot.K, 0, found)
        return found


def _walk(node, depth: int, names: list[Tag]) -> None:
    if isinstance(node, pikepdf.Array):
        for child in node:
            _walk(child, depth, names)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        names.append(Tag(str(node.S)[1:], str(node.Alt) if "/Alt" in node else None, depth))
        if "/K" in node:
            _walk(node.K, depth + 1, names)


NUMBER = {
    "fr": re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\d])|\d+(?:,\d+)?"),
    "en": re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d])|\d+(?:\.\d+)?"),
}
"""A number as each language writes it: 1 100 or 1,100; 12,4 or 12.4."""


def numbers(text: str, lang: str) -> list[str]:
    """Numbers of a text, as written there."""
    return NUMBER[lang].findall(text)
