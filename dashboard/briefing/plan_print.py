"""A plan as a PDF of two A4 pages (PDF/UA-1) and as a picture for a slide (16:9)."""

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import typst

from dashboard.briefing.plan import PlanSheet, shortened
from dashboard.briefing.render import with_logo
from dashboard.briefing.typeface import FONTS, printable

TEMPLATES = Path(__file__).parent / "templates"
_FEWER = (None, 40, 30, 24, 20, 17, 15, 13, 11, 9, 7, 5, 3)
"""Sites printed, fewer and fewer, until two pages hold them; the files hold all."""

_DOTS_PER_INCH = 150
_ONE_AT_A_TIME = threading.Lock()


def to_pdf(sheet: PlanSheet) -> bytes:
    """The PDF, with as many sites as two pages hold, and the curves where the first one holds them."""
    for most in _FEWER:
        try:
            return _compiled(shortened(sheet, most), "plan.typ", format="pdf", pdf_standards="ua-1")
        except typst.TypstError as error:
            if "too long" not in error.message or most == _FEWER[-1]:
                raise
            if "page 1" in error.message and sheet.curves:
                return to_pdf(replace(sheet, curves=()))
    raise AssertionError("unreachable")


def to_png(sheet: PlanSheet) -> bytes:
    """The picture: headline, map, figures, on 1920 x 1080 points."""
    return _compiled(sheet, "plan_slide.typ", format="png", ppi=_DOTS_PER_INCH)


def _compiled(sheet: PlanSheet, template: str, **how: Any) -> bytes:
    inputs = {"sheet": json.dumps(printable(with_logo(sheet)), ensure_ascii=False)}
    if how["format"] == "pdf":
        printed_on = date.fromisoformat(sheet.printed_on)
        how["timestamp"] = datetime(printed_on.year, printed_on.month, printed_on.day, tzinfo=UTC)
    with _ONE_AT_A_TIME:
        # One page or a whole document: never several pictures.
        return cast(bytes, _compiler(template).compile(sys_inputs=inputs, **how))


@lru_cache(maxsize=2)
def _compiler(template: str) -> typst.Compiler:
    """Fonts of the machine are never used."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(input=str(TEMPLATES / template), font_paths=fonts, ignore_system_fonts=True)
