"""From the words of a briefing to its PDF: two A4 pages, tagged (PDF/UA-1), the same bytes for the same words."""

import base64
import json
import re
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import typst

from dashboard.briefing.content import Briefing
from dashboard.briefing.detail import BACKS, FRONTS
from dashboard.briefing.sheet import Sheet, sheet
from dashboard.briefing.typeface import FONTS, printable

TEMPLATE = Path(__file__).parent / "templates" / "briefing.typ"
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
    fronts, backs = iter(FRONTS), iter(BACKS)
    on_front, on_back = next(fronts), next(backs)
    while True:
        try:
            return print_sheet(sheet(briefing, lang, on_front, on_back))
        except TooLong as error:
            less = next(fronts if error.page == 1 else backs, None)
            if less is None:
                raise
            on_front, on_back = (less, on_back) if error.page == 1 else (on_front, less)


def print_sheet(written: Sheet) -> bytes:
    """The PDF of these very words. Raises `TooLong` when they do not hold on two pages."""
    try:
        return _compiled(written)
    except typst.TypstError as error:
        if found := _TOO_LONG.search(error.message):
            raise TooLong(written.title, int(found[1])) from None
        raise


def _compiled(written: Sheet) -> bytes:
    printed_on = date.fromisoformat(written.printed_on)
    midnight = datetime(printed_on.year, printed_on.month, printed_on.day, tzinfo=UTC)
    with _ONE_AT_A_TIME:
        return _compiler().compile(format="pdf", sys_inputs=_inputs(written), pdf_standards="ua-1", timestamp=midnight)


def _inputs(written: Sheet) -> dict[str, str]:
    """What the template reads. Typst has no base 64: the logo is a list of bytes."""
    record = printable(asdict(written))
    if written.logo is not None:
        record["logo"]["data"] = list(base64.b64decode(written.logo.data))
    return {"sheet": json.dumps(record, ensure_ascii=False)}


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """One for all briefings of a process: fonts and template are read once. Fonts of the machine are never used."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(input=str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
