"""The typeface of the briefings, and what of a text it can print: a character it lacks never stops a briefing."""

import logging
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
INSTEAD = "?"
"""Printed where the typeface has no drawing."""

_USED = ("Regular", "Bold")
_HYPHENS = frozenset("\u2010\u2011")
_SPACING = frozenset("\n\t")


def printable(value: Any) -> Any:
    """`value`, a record of texts, lists and objects, with each character that the typeface lacks replaced by `?`.

    Accents written apart are joined first; marks that only change the drawing before them (an emoji's variant) go.
    What was replaced is logged, once a record.
    """
    lacking: set[str] = set()
    drawn = _drawn(value, lacking)
    if lacking:
        names = ", ".join(f"U+{ord(character):04X}" for character in sorted(lacking))
        logging.getLogger(__name__).warning("replaced in a briefing, the typeface lacks them: %s", names)
    return drawn


def _drawn(value: Any, lacking: set[str]) -> Any:
    if isinstance(value, str):
        return _text(value, lacking)
    if isinstance(value, dict):
        return {key: _drawn(one, lacking) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_drawn(one, lacking) for one in value]
    return value


def _text(text: str, lacking: set[str]) -> str:
    drawable = _characters()
    if drawable.issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    missing = set(composed) - drawable
    lacking |= missing - _HYPHENS
    return composed.translate({ord(one): _instead(one) for one in missing})


def _instead(character: str) -> str:
    if character in _HYPHENS:
        return "-"
    return "" if unicodedata.category(character) in ("Cf", "Mn") else INSTEAD


@cache
def _characters() -> frozenset[str]:
    """What every weight that the template uses can draw."""
    from fontTools.ttLib import TTFont  # takes a twentieth of the start of a server to import

    drawn = [set(TTFont(FONTS / f"SourceSansPro-{weight}.otf", lazy=True).getBestCmap()) for weight in _USED]
    return frozenset(map(chr, set.intersection(*drawn))) | _SPACING
