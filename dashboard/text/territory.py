"""Words of the page of one territory that are not a sentence of the profile itself: units, vintages, what is refused.

Pure functions of a record and a language.
"""

import re

from dashboard.i18n import title_of, words
from dashboard.text.labels import level
from dashboard.text.numbers import interval, number, percent, period
from geodata.profile import Profile
from geodata.risk import RiskFactor
from geodata.territory import Level

_MONTHS = {"January": "janvier", "July": "juillet", "December": "décembre"}


def against(comparator: str, lang: str) -> str:
    """A comparator, as a control or a label shows it."""
    _ = words(lang)
    return {
        "twins": _("Its twin territories"),
        "departement": _("Its département"),
        "region": _("Its region"),
        "national": _("The whole country"),
    }[comparator]


def value(amount: float | None, unit: str | None, lang: str) -> str:
    """An observed figure with its unit; a dash when it is not known."""
    if amount is None:
        return "–"
    _ = words(lang)
    if unit == "share":
        return percent(amount, lang)
    if unit == "person_per_km2":
        return _("%(count)s people per km²") % {"count": number(amount, lang)}
    if unit in ("person", "household"):
        return number(amount, lang)
    if unit == "euro":
        return _("€%(amount)s") % {"amount": number(amount, lang)}
    return number(amount, lang, 1)


def unit(value_: str, lang: str) -> str:
    """A unit in words; one of a French file's own titles where it has no word here."""
    _ = words(lang)
    return {
        "share": _("share"),
        "person": _("people"),
        "household": _("households"),
        "euro": _("euros"),
        "minute": _("minutes"),
        "kilometre": _("kilometres"),
        "index": _("index"),
        "person_per_km2": _("people per km²"),
        "person_per_household": _("people per household"),
        "association_per_1000": _("associations per 1,000 residents"),
        "deaths per 1,000 inhabitants": _("deaths per 1,000 residents"),
        "deaths per 100,000 inhabitants": _("deaths per 100,000 residents"),
        "consultations a year per standardised inhabitant": _("consultations a year per standardised resident"),
        "full-time equivalents per 100,000 standardised inhabitants": _(
            "full-time equivalents per 100,000 standardised residents"
        ),
    }.get(value_, value_)


def vintage(published: str, lang: str) -> str:
    """A reference period: those that are not plain years are written in English in the database."""
    _ = words(lang)
    if lang != "fr" or not published:
        return period(published, lang)
    french = re.sub(r"^1 (\w+) (\d{4})$", lambda m: f"1er {_MONTHS.get(m[1], m[1])} {m[2]}", published)
    return french.replace("(annual mean)", _("(annual mean)"))


def observed(factor: RiskFactor, lang: str) -> str:
    """What stands under the name of a risk factor: indicator, vintage, and who lends it."""
    _ = words(lang)
    if factor.value is None:
        return _("nobody publishes it at this level")
    title = title_of(factor, lang)
    label = f"{title}, {vintage(factor.vintage or '', lang)}"
    if factor.is_lent and factor.observed_at:
        label += " · " + _("value of its %(level)s") % {"level": level(Level(factor.observed_at), lang)}
    return label


def standing(factor: RiskFactor, has_twins: bool, lang: str) -> str:
    """Whether a risk factor is higher here than for the twins, or than in the country for a place without twins."""
    _ = words(lang)
    if factor.value is None:
        return _("not known")
    if factor.is_lent:
        return _("lent by its département: not compared")
    is_above = factor.is_above if has_twins else factor.is_above_france
    if is_above is None:
        return _("not compared")
    return _("higher here") if is_above else _("not higher here")


def risk_label(factor: RiskFactor, lang: str) -> str:
    """The figure of a risk factor beside those it is compared with."""
    if factor.value is None:
        return ""
    _ = words(lang)
    parts = [value(factor.value, factor.unit, lang)]
    if factor.twins_value is not None:
        parts.append(_("twins %(value)s") % {"value": value(factor.twins_value, factor.unit, lang)})
    if factor.france_value is not None:
        parts.append(_("France %(n)s") % {"n": value(factor.france_value, factor.unit, lang)})
    return " · ".join(parts)


def share_label(low: float | None, share: float | None, high: float | None, lang: str) -> str:
    """A share with its interval, short; a share never goes without."""
    if share is None or low is None or high is None:
        return "–"
    return f"{percent(share, lang)}, {interval(low, high, lang)}"


def rank_sentence(profile: Profile, lang: str) -> str | None:
    """Why there is no rank: the interval of ranks is most of the table."""
    if profile.rank_low is None or profile.rank_high is None:
        return None
    _ = words(lang)
    return _(
        "Its rank among territories of its level lies anywhere between %(low)s and %(high)s: a ranking would be "
        "chance, so there is none here."
    ) % {"low": number(profile.rank_low, lang), "high": number(profile.rank_high, lang)}


def bounds_sentence(profile: Profile, lang: str) -> str | None:
    """What the published rates alone allow; the interval counts other doubts, and may lie within or go beyond."""
    if profile.bound_low is None or profile.bound_high is None:
        return None
    _ = words(lang)
    return _(
        "Taken as exact and combined in any way, the published rates allow a share here %(interval)s. These bounds "
        "suppose no model; the range of the expected share also counts the survey's error and what is peculiar to a "
        "place: it may go beyond them, without contradiction."
    ) % {"interval": interval(profile.bound_low, profile.bound_high, lang)}


def refusals(lang: str) -> list[str]:
    """What the page does not say, on purpose."""
    _ = words(lang)
    return [
        _("No rank by estimated share: the intervals overlap, the order would be chance."),
        _("No arrow between two years: a modelled estimate moves with its inputs, not only with the place."),
        _("No other mesh in the same table: intervals of communes and of départements do not have the same width."),
        _(
            "Nothing for fewer than 50 residents aged 15 and over, no number of people under 15: too small to mean "
            "anything. Nothing here is secret: it is modelled from published figures."
        ),
        _("No measure of an action: the estimate does not know what is done locally."),
    ]
