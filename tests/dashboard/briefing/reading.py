"""Read a briefing back as its readers do: the text of its pages, its tags in order, its numbers."""

import io
import re
from dataclasses import dataclass

import pikepdf
import pypdf


def pages(pdf: bytes) -> list[str]:
    """The text of each page in the order of its content, every kind of space a plain one."""
    return [plain(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


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
