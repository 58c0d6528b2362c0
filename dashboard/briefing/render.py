"""From the words of briefings to PDF: tagged (PDF/UA-1), the same bytes for the same words."""

import base64
import json
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import typst

from dashboard.briefing.content import Briefing
from dashboard.briefing.detail import BACKS, FRONTS, SLIDES, BackDetail, FrontDetail, back_without
from dashboard.briefing.sheet import Sheet, sheet
from dashboard.briefing.typeface import FONTS, printable

if TYPE_CHECKING:
    from dashboard.briefing.diagnostic import Document
    from dashboard.briefing.plan import PlanSheet

TEMPLATES = Path(__file__).parent / "templates"
BRIEFING, SLIDE, DOCUMENT = "briefing.typ", "slide.typ", "document.typ"
Detail = TypeVar("Detail", FrontDetail, BackDetail)
_TOO_LONG = re.compile(r"page (\d) is too long")
_ONE_AT_A_TIME = threading.Lock()
"""A compiler is used by one thread at a time; one a thread would read the fonts again for each."""


class TooLong(ValueError):
    """These words do not hold on page `page`."""

    def __init__(self, title: str, page: int):
        super().__init__(f"« {title} » does not hold on its page {page}.")
        self.page = page


def to_pdf(briefing: Briefing, lang: str = "fr") -> bytes:
    """The PDF of a briefing in one language: as much as two pages hold. Raises `TooLong` when the least does not."""
    return fitted(briefing, lang)[1]


def fitted(briefing: Briefing, lang: str) -> tuple[Sheet, bytes]:
    """The most words that two pages hold, and their PDF. Raises `TooLong` when the least does not."""

    # A page that is searched asks for what the end asks for again.
    @cache
    def does_hold(page: int, on_front: FrontDetail, on_back: BackDetail) -> bool:
        return page_holds(sheet(briefing, lang, on_front, on_back), page)

    on_front = FRONTS[_first(FRONTS, lambda detail: does_hold(1, detail, BACKS[0]))]
    written = sheet(briefing, lang, on_front, fullest(lambda detail: does_hold(2, on_front, detail)))
    return written, print_sheet(written)


def page_holds(written: Sheet, page: int) -> bool:
    """Whether these very words hold on one of the two pages: nothing is drawn, which takes a fifth of the time."""
    try:
        compiled(BRIEFING, _sheets([written], written.title) | {"page": str(page)}, written.printed_on)
    except TooLong:
        return False
    return True


def fullest(holds: Callable[[BackDetail], bool]) -> BackDetail:
    """Page 2 with as little given up as can be: what a large cut leaves room for is taken back, the most missed
    first."""
    gone = list(range(_first(BACKS, holds)))
    for number in reversed(gone[:-1]):
        fewer = [other for other in gone if other != number]
        if holds(back_without(fewer)):
            gone = fewer
    return back_without(gone)


def _first(details: Sequence[Detail], holds: Callable[[Detail], bool]) -> int:
    """Which of `details`, each with less than the one before, is the first with which a page holds; else the last."""
    if holds(details[0]):
        return 0
    candidate = bisect_left(details, True, lo=1, hi=len(details) - 1, key=holds)
    # Saying how many were cut may take the line that the cut gave.
    return next((number for number in range(candidate, len(details)) if holds(details[number])), len(details) - 1)


def print_sheet(written: Sheet) -> bytes:
    """The PDF of these very words. Raises `TooLong` when they do not hold on two pages."""
    return print_sheets([written], written.title)


def print_sheets(written: Sequence[Sheet], title: str) -> bytes:
    """One PDF of several sheets, each on its two pages. Raises `TooLong` when one does not hold on them."""
    return compiled(BRIEFING, _sheets(written, title), written[0].printed_on)


def _sheets(written: Sequence[Sheet], title: str) -> dict:
    return {"sheets": [with_logo(one) for one in written], "title": title}


def to_slide(briefing: Briefing, lang: str = "fr") -> bytes:
    """Page 1 and first steps as one slide of 16:9: as much as it holds. Raises `TooLong` when the least does not."""
    for less, on_back in SLIDES:
        written = sheet(briefing, lang, less, on_back)
        try:
            return compiled(SLIDE, {"sheet": with_logo(written), "title": written.title}, written.printed_on)
        except TooLong:
            if (less, on_back) == SLIDES[-1]:
                raise
    raise AssertionError("unreachable")


def compiled(template: str, inputs: dict, printed_on: str) -> bytes:
    """The PDF of a template for its inputs: texts as they are, others as JSON. Raises `TooLong`."""
    printed = date.fromisoformat(printed_on)
    midnight = datetime(printed.year, printed.month, printed.day, tzinfo=UTC)
    passed = {
        name: printable(value) if isinstance(value, str) else json.dumps(printable(value), ensure_ascii=False)
        for name, value in inputs.items()
    }
    try:
        with _ONE_AT_A_TIME:
            # A document is one file.
            return cast(
                bytes,
                _compiler(template).compile(format="pdf", sys_inputs=passed, pdf_standards="ua-1", timestamp=midnight),
            )
    except typst.TypstError as error:
        if match := _TOO_LONG.search(error.message):
            raise TooLong(inputs["title"], int(match[1])) from None
        raise


def picture(svg: str) -> bytes:
    """A drawing as a PNG for a word processor, 150 dots an inch."""
    page = b'#set page(width: auto, height: auto, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg")'
    with _ONE_AT_A_TIME:
        return typst.compile(
            page, format="png", ppi=150, sys_inputs={"svg": svg}, font_paths=_fonts(), ignore_system_fonts=True
        )


def with_logo(written: "Sheet | PlanSheet | Document") -> dict:
    """What a template reads of a record that has a `logo`. Typst has no base 64: the logo is a list of bytes."""
    record = asdict(written)
    if written.logo is not None:
        record["logo"]["data"] = list(base64.b64decode(written.logo.data))
    return record


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@lru_cache(maxsize=4)
def _compiler(template: str) -> typst.Compiler:
    """One for all files of a process: fonts and template are read once. Fonts of the machine are never used."""
    return typst.Compiler(input=str(TEMPLATES / template), font_paths=_fonts(), ignore_system_fonts=True)
