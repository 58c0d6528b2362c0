"""Travel times in words: how they were computed, and how far they may be from the truth."""

import re

from dashboard import text
from dashboard.i18n import words
from geodata.methods.roads import CAR
from geodata.methods.travel import TRAVEL

_CROW_FLY = "crow-fly"
"""How names of models of straight lines begin."""

_OVERALL, _NEAR = TRAVEL.error[0], TRAVEL.error[1]


def sentence(method: str, lang: str) -> str:
    """The method and its error in one short sentence, beside a result. `method`: names of the models, ` + ` between."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    if crow_fly and by_road:
        template = _(
            "Minutes by car, by road where roads are loaded, from straight lines elsewhere (within %(error)s of the "
            "road one time in two)."
        )
    elif by_road:
        template = _("Minutes by car, by road (never compared with measured times).")
    else:
        template = _(
            "Minutes by car, from straight lines (within %(error)s of the road one time in two, less sure nearby and "
            "in mountains)."
        )
    return template % {"error": text.percent(_OVERALL.median_relative, lang, decimals=0)}


def details(method: str, lang: str) -> str:
    """The models by name, the days of their extracts and all that is known of their errors, for the page of the
    method."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    parts = []
    if crow_fly:
        parts.append(
            _(
                "Minutes by car are computed from straight lines (model %(model)s): half of them are more than "
                "%(median)s away from the time by road, more than %(near)s under %(km)s km, and they are too short "
                "in mountains."
            )
            % {
                "model": crow_fly,
                "median": text.percent(_OVERALL.median_relative, lang, decimals=0),
                "near": text.percent(_NEAR.median_relative, lang, decimals=0),
                "km": text.number(_NEAR.to_km, lang),
            }
        )
    if by_road:
        low, high = CAR.against_another
        parts.append(
            _(
                "Where roads were loaded, minutes follow them (model %(model)s): eight trips in ten take %(low)s to "
                "%(high)s longer than another engine says; they were never compared with measured times."
            )
            % {
                "model": by_road,
                "low": text.percent(low - 1, lang, decimals=0),
                "high": text.percent(high - 1, lang, decimals=0),
            }
        )
    return " ".join(parts)


def short(method: str, lang: str) -> str:
    """The method and its error, for the line under a figure."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    parts = []
    if crow_fly:
        error = text.percent(_OVERALL.median_relative, lang, decimals=0)
        parts.append(_("travel as the crow flies (median error %(error)s)") % {"error": error})
    if by_road:
        parts.append(_("travel by road (not compared with measured times)"))
    return " + ".join(parts)


def kind(method: str, lang: str) -> str:
    """How minutes are known, without the names of the models."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    if crow_fly and by_road:
        return _("by road from the communes whose roads are loaded, from straight lines from the others")
    return _("by road") if by_road else _("from straight lines")


def is_by_road(method: str) -> bool:
    """Whether some of the minutes are by road."""
    return any(not name.startswith(_CROW_FLY) for name in method.split(" + "))


def _models(method: str, lang: str) -> tuple[str, str]:
    """Names of the crow-fly models and of the others, with the days of extracts as people write them; the database says
    in French that an extract has no date."""
    _ = words(lang)
    sentence = re.sub(r"\d{4}-\d\d-\d\d", lambda date: text.day(date[0], lang), method)
    names = sentence.replace("date inconnue", _("date not known")).split(" + ")
    crow_fly = [name for name in names if name.startswith(_CROW_FLY)]
    return " + ".join(crow_fly), " + ".join(name for name in names if name not in crow_fly)
