"""What an address or a field may ask for, and what is said of what it may not."""

from dashboard.i18n import words
from dashboard.text.numbers import between, number, threshold
from dashboard.text.response import short_minutes
from geodata.minutes import LEAST_MINUTES, MOST_MINUTES
from geodata.threshold import MAX_PERCENT, MIN_PERCENT


def allowed(field: str, lang: str) -> str | None:
    """Between which ends the value of a key of the address may lie; None where it has none."""
    if field == "t":
        return between(number(MIN_PERCENT, lang), threshold(MAX_PERCENT / 100, lang), lang)
    if field == "min":
        return between(number(LEAST_MINUTES, lang), short_minutes(MOST_MINUTES, lang), lang)
    return None


def refused(value: str, ends: str, lang: str) -> str:
    """100 is not possible: between 1 and 50 %."""
    _ = words(lang)
    return _("%(value)s is not possible: %(ends)s.") % {"value": value, "ends": ends}


def notice_sentence(field: str, value: str, lang: str) -> str:
    """What is said of a value of the address that cannot be asked for."""
    _ = words(lang)
    address = f"{field} = {value}"
    if (ends := allowed(field, lang)) is not None:
        return refused(address, ends, lang)
    return _("The address holds a value that is not known here (%(said)s).") % {"said": address}
