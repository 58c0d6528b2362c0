"""Words for an observed figure on the map: its classes, what is not known of it, and what it can bear."""

from dashboard.i18n import words
from dashboard.text.labels import count_of
from dashboard.text.numbers import number, percent
from geodata.indicator import COVERED, THIN_BELOW, Unpublished
from geodata.territory import Level


def the_estimate(lang: str) -> str:
    """The first choice of what the map shows."""
    _ = words(lang)
    return _("The estimate of isolation")


def band(low: str, high: str, lang: str) -> str:
    """A class between two written figures."""
    _ = words(lang)
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def not_known(lang: str) -> str:
    """The class of what nobody tells."""
    _ = words(lang)
    return _("Not known")


def how(lang: str) -> str:
    """How the classes are made."""
    _ = words(lang)
    return _(
        "Classes of as many territories each, of those shown. Hatched: not known. The threshold and the assumptions of "
        "the estimate change nothing here."
    )


def count_sentence(mesh: Level, count: int, known: int, lang: str) -> str:
    """How many territories, and of how many the figure is known."""
    _ = words(lang)
    return _("%(count)s; the figure is known for %(known)s. It may be sorted.") % {
        "count": count_of(mesh, count, lang),
        "known": number(known, lang),
    }


def note(value: float, reason: str | None, is_thin: bool, lang: str) -> str | None:
    """What must be known beside a figure, or why there is none."""
    if value != value:
        return untold(reason, lang)
    return thin(lang) if is_thin else None


def thin(lang: str) -> str:
    """Said of a census figure of few residents."""
    _ = words(lang)
    return _("Fewer than %(count)s residents: a census figure over five years, to be read with care") % {
        "count": number(THIN_BELOW, lang)
    }


def untold(reason: str | None, lang: str) -> str:
    """Why a figure is not known."""
    _ = words(lang)
    return {
        None: _("No file tells it here"),
        Unpublished.COVERAGE: _("Less than %(share)s of the territory is known") % {"share": percent(COVERED, lang, 0)},
        Unpublished.SECRET: _("Too few people: statistical secrecy"),
        Unpublished.CENSORED: _("Its producer only gives a limit that it does not pass"),
    }[reason]
