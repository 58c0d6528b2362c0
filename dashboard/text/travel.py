"""Travel times in words: how they were computed, and how far they may be from the truth."""

from dashboard import text
from dashboard.i18n import words
from geodata.methods.roads import CAR
from geodata.methods.travel import TRAVEL

_EVERY, _NEAR = TRAVEL.error[0], TRAVEL.error[1]


def sentence(method: str, lang: str) -> str:
    """The method and its error, for a result. `method`: names of the models, ` + ` between."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    said = []
    if crow_fly:
        said.append(
            _(
                "Minutes by car are computed from straight lines (model %(model)s): half of them are more than "
                "%(median)s away from the time by road, more than %(near)s under %(km)s km, and they are too short "
                "in mountains."
            )
            % {
                "model": crow_fly,
                "median": text.percent(_EVERY.median_relative, lang, decimals=0),
                "near": text.percent(_NEAR.median_relative, lang, decimals=0),
                "km": text.number(_NEAR.to_km, lang),
            }
        )
    if by_road:
        low, high = CAR.against_another
        said.append(
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
    return " ".join(said)


def short(method: str, lang: str) -> str:
    """The method and its error, for the line under a figure."""
    _ = words(lang)
    crow_fly, by_road = _models(method, lang)
    said = []
    if crow_fly:
        error = text.percent(_EVERY.median_relative, lang, decimals=0)
        said.append(
            _("travel as the crow flies (%(model)s, median error %(error)s)") % {"model": crow_fly, "error": error}
        )
    if by_road:
        said.append(_("travel by road (%(model)s, not compared with measured times)") % {"model": by_road})
    return " + ".join(said)


def _models(method: str, lang: str) -> tuple[str, str]:
    """Names of the crow-fly models and of the others; the database says in French that an extract has no date."""
    _ = words(lang)
    names = method.replace("date inconnue", _("date not known")).split(" + ")
    crow_fly = [name for name in names if name.startswith("crow-fly")]
    return " + ".join(crow_fly), " + ".join(name for name in names if name not in crow_fly)
