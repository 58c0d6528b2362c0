"""Numbers, dates and intervals as each language writes them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import ceil, floor

from babel.dates import format_date, format_datetime, get_timezone
from babel.lists import format_list
from babel.numbers import format_decimal

from dashboard.i18n import words
from geodata.estimate import LIKELY, SURE, SURELY_NOT, UNLIKELY

NARROW = "\u202f"
"""Narrow no-break space: before % and between thousands in French."""

WIDE_INTERVAL = 0.04
"""From this width on an interval is said in whole points in a sentence; tables keep one decimal."""


def colon(lang: str) -> str:
    """Between a name and what is said of it: French has a space before."""
    return "\u00a0: " if lang == "fr" else ": "


def percent(share: float, lang: str, decimals: int = 1) -> str:
    """12,4 % or 12.4%."""
    return _points(share, lang, decimals) + _sign(lang)


def threshold(share: float, lang: str) -> str:
    """A threshold without useless decimals: 10 %, 12,5 %."""
    return format_decimal(round(share * 100, 1), "#,##0.#", locale=lang) + _sign(lang)


def interval(low: float, high: float, lang: str) -> str:
    """Between 9 and 16 %: whole points when the interval is wide, one decimal when it is narrow."""
    return _in_points(low, high, lang) if high - low >= WIDE_INTERVAL else _between(low, high, lang, 1)


def whole_interval(low: float, high: float, lang: str) -> str:
    """Between 9 and 14 %: whole points; one decimal only where both ends are nearest to the same one."""
    if round(low * 100) == round(high * 100):
        return _between(low, high, lang, 1)
    return _in_points(low, high, lang)


def _in_points(low: float, high: float, lang: str) -> str:
    """Ends rounded outward: 9.7 to 13.2 is between 9 and 14, so that a line inside the interval stays inside."""
    down, up = floor(round(low * 100, 6)), ceil(round(high * 100, 6))
    return _between(down / 100, up / 100, lang, 0)


def _between(low: float, high: float, lang: str, decimals: int) -> str:
    return between(_points(low, lang, decimals), percent(high, lang, decimals), lang)


def between(low: str, high: str, lang: str) -> str:
    """Between two ends as they are written: between 9 and 16 %."""
    _ = words(lang)
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}


def number(value: float, lang: str, decimals: int = 0) -> str:
    """1 100 or 1,100."""
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals)) if exact.is_finite() else exact
    return _written(str(rounded), lang, decimals)


@lru_cache(maxsize=16_384)
def _written(rounded: str, lang: str, decimals: int) -> str:
    """A map's thousands of figures are few once rounded, and writing one costs more than rounding it."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(rounded), pattern, locale=lang)


def enumerated(words_: Sequence[str], lang: str) -> str:
    """15, 20 et 30; 15, 20, and 30 as English (CLDR) writes it."""
    return format_list(words_, locale=lang)


def moment(when: str, lang: str) -> str:
    """A day and an hour of Paris from an ISO 8601 time: "24 novembre 2026 à 17:35"."""
    pattern = {"fr": "d MMMM y 'à' HH:mm", "en": "d MMMM y 'at' HH:mm"}[lang]
    written = format_datetime(datetime.fromisoformat(when), pattern, tzinfo=get_timezone(_PARIS), locale=lang)
    return _first_of_month(written, lang)


def long_day(when: str, lang: str) -> str:
    """A day from an ISO date, or the day in Paris of an ISO 8601 time: "1er décembre 2026"."""
    at = datetime.fromisoformat(when)
    at = at if at.tzinfo is None else at.astimezone(get_timezone(_PARIS))
    return _first_of_month(format_date(at.date(), "d MMMM y", locale=lang), lang)


def _first_of_month(written: str, lang: str) -> str:
    return re.sub(r"^1 ", "1er ", written) if lang == "fr" else written


_PARIS = "Europe/Paris"


def today(lang: str) -> str:
    """Today in figures: 25/11/2026."""
    return day(date.today().isoformat(), lang)


def day(when: str, lang: str) -> str:
    """A day, or a month, in figures; what is neither (a year, a quarter) as it is."""
    if month := re.fullmatch(r"(\d{4})-(\d{2})", when):
        return f"{month[2]}/{month[1]}"
    try:
        date_ = date.fromisoformat(when)
    except ValueError:
        return when
    return format_date(date_, "dd/MM/yyyy", locale=lang)


def period(vintage: str | None, lang: str) -> str:
    """What a source speaks of, as its files state it: years and days, or that they state none."""
    _ = words(lang)
    return ", ".join(day(one, lang) for one in vintage.split(", ")) if vintage else _("undated")


def chances(probability: float, lang: str) -> str:
    """A probability in words, on the same side of each class limit as the probability itself.

    0.97 -> "97 chances sur 100"; 0.78 -> "près de 8 chances sur 10", since 8 out of 10 would belong to another class.
    Hundredths are rounded towards one half, as tables do: 0.041 -> "5 chances sur 100".
    """
    _ = words(lang)
    if probability > 0.99:
        return _("more than 99 chances in 100")
    if probability < 0.01:
        return _("less than 1 chance in 100")
    if probability >= SURE or probability <= SURELY_NOT:
        hundredths = floor(probability * 100 + 1e-9) if probability >= SURE else ceil(probability * 100 - 1e-9)
        return _.plural("%(count)s chance in 100", "%(count)s chances in 100", hundredths) % {"count": hundredths}
    tenths = round(probability * 10)
    label = _.plural("%(count)s chance in 10", "%(count)s chances in 10", tenths) % {"count": tenths}
    if tenths == 10 * LIKELY and probability < LIKELY:
        return _("nearly %(chances)s") % {"chances": label}
    if tenths == 10 * UNLIKELY and probability > UNLIKELY:
        return _("a little more than %(chances)s") % {"chances": label}
    return label


def _points(share: float, lang: str, decimals: int) -> str:
    return number(share * 100, lang, decimals)


def _sign(lang: str) -> str:
    return f"{NARROW}%" if lang == "fr" else "%"
