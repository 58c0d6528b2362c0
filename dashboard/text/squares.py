"""Words for squares of population: how far their residents are from services, and what is not told."""

import numpy as np

from dashboard import text
from dashboard.i18n import words
from geodata.indicator import SECRET_BELOW
from geodata.square_groups import BEYOND, NO_DATA


def what(side_m: int, producer: str, vintage: str | None, lang: str) -> str:
    """What is drawn, of whom and from which grid."""
    _ = words(lang)
    side = _("1 km") if side_m == 1000 else _("%(side)s m") % {"side": text.number(side_m, lang)}
    return _(
        "Each square of %(side)s where people live (%(producer)s %(vintage)s), by minutes by car to the nearest known "
        "service. Squares say who lives where and how far; isolation is told of communes, never of squares."
    ) % {"side": side, "producer": producer, "vintage": vintage or _("undated")}


def grouping(withheld: int, lang: str) -> str:
    """Why neighbouring squares have one value, and how many residents are told of nowhere."""
    _ = words(lang)
    sentence = _(
        "Squares are put together until a group holds %(least)s residents; trips start from its square with the most "
        "residents."
    ) % {"least": text.number(SECRET_BELOW, lang)}
    if not withheld:
        return sentence
    few = _.plural(
        "%(count)s resident lives where too few do: no minutes are told.",
        "%(count)s residents live where too few do: no minutes are told.",
        withheld,
    )
    return f"{sentence} {few % {'count': text.number(withheld, lang)}}"


def left_out(names: list[str], lang: str) -> str:
    """Communes whose squares are not drawn; "" for none."""
    _ = words(lang)
    if not names:
        return ""
    sentence = _.plural(
        "No square that can be used in %(count)s commune, in grey: %(names)s.",
        "No square that can be used in %(count)s communes, in grey: %(names)s.",
        len(names),
    )
    return sentence % {"count": text.number(len(names), lang), "names": ", ".join(names)}


def minutes(value: int, complete_min: int, lang: str) -> str:
    """Minutes of a group: at most so many where the list is not whole up to there."""
    _ = words(lang)
    if value == NO_DATA:
        return _("not known")
    if value == 0:
        return _("less than 1 min")
    if value == BEYOND:
        return (
            _("more than %(minutes)s min") % {"minutes": text.number(complete_min, lang)}
            if complete_min
            else _("not known")
        )
    if complete_min < value - 1:
        return _("%(minutes)s min at most") % {"minutes": text.number(value, lang)}
    return _("%(minutes)s min") % {"minutes": text.number(value, lang)}


def where(km: float, bearing: float, lang: str) -> str:
    """A place seen from the point of its commune; `bearing` in degrees from the north, clockwise."""
    _ = words(lang)
    sides = [_("north"), _("north-east"), _("east"), _("south-east")]
    sides += [_("south"), _("south-west"), _("west"), _("north-west")]
    if km < 0.5:
        return _("at its centre")
    side = sides[int(np.round(bearing / 45)) % len(sides)]
    return _("%(km)s km to the %(side)s") % {"km": text.number(km, lang, 1), "side": side}


def browser(lang: str) -> dict[str, str]:
    """Words that the browser writes itself."""
    _ = words(lang)
    return {
        "near": _("within %s min"),
        "far": _("more than %s min"),
        "unknown": _("not known"),
        "under": _("less than 1 min"),
        "minutes": _("%s min"),
        "atMost": _("%s min at most"),
        "residents": _("%s residents"),
        "about": _("About %s residents"),
        "few": _("Fewer than %s residents: nothing is told of them") % text.number(SECRET_BELOW, lang),
        "nobody": _("Point at the map to read a square."),
    }
