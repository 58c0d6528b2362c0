"""Words for an observed figure on the map: its classes, what is not known of it, and what it can bear."""

from collections.abc import Mapping, Sequence

from dashboard.i18n import title_column, title_of, words
from dashboard.text.labels import count_of, kind
from dashboard.text.numbers import colon, number, percent
from dashboard.text.territory import value, vintage
from geodata.bands import Cut
from geodata.disclosure import three_digits
from geodata.estimate import Kind
from geodata.indicator import COVERED, THIN_BELOW, Unpublished
from geodata.observed import COMPARATORS, ComparatorFigure, EarlierFigure, Observed
from geodata.territory import Level


def the_estimate(lang: str) -> str:
    """The first choice of what the map shows."""
    _ = words(lang)
    return _("The estimate of isolation")


def title(declared: Mapping, lang: str) -> str:
    """Name of an indicator, from its row of the catalogue."""
    return declared[title_column(lang)]


def band(low: str, high: str, lang: str) -> str:
    """A class between two written figures."""
    _ = words(lang)
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def no_data(lang: str) -> str:
    """The class of what nobody tells."""
    _ = words(lang)
    return _("Not known")


def how(cut: Cut, is_sides: bool, lang: str) -> str:
    """How the classes are made."""
    _ = words(lang)
    if is_sides:
        return _(
            "Sides of life on which the territory is in the most exposed quarter of comparable ones (same level, same "
            "density); not told with fewer than five known. Observed figures, never the estimate."
        )
    made = {
        Cut.FIFTHS: _("Classes of as many territories each, of those shown."),
        Cut.NATURAL: _("Classes cut where values are far from one another (Fisher and Jenks)."),
        Cut.LINE: _("Above the line or not; the country’s value until you write yours."),
    }[cut]
    return made + " " + _("Hatched: not known. The threshold and the assumptions of the estimate change nothing here.")


def circles(lang: str) -> str:
    """What the circles are."""
    _ = words(lang)
    return _("Circles: how many people, by their area.")


def line_bands(line: str, lang: str) -> tuple[str, str]:
    """The two sides of a line."""
    _ = words(lang)
    return _("%(line)s or less") % {"line": line}, _("more than %(line)s") % {"line": line}


def ordering(title_: str, figure: str, period: str, kind_: str, lang: str) -> str:
    """A figure beside a territory: its name, its amount, its period and how it came to be."""
    about = ", ".join(filter(None, [vintage(period, lang), kind(Kind(kind_), lang).lower()]))
    return f"{title_}{colon(lang)}{figure} ({about})."


def sides_title(lang: str) -> str:
    """What the map shows when it counts factors."""
    return sides_declared()[title_column(lang)]


def sides_declared() -> dict[str, str]:
    """The number of factors, as a row of the catalogue."""
    return {
        "title": "Facteurs qui se cumulent",
        "title_en": "Factors that add up",
        "definition": "Nombre de côtés de la vie où le territoire est dans le quart le plus exposé de ses semblables",
        "definition_en": "Sides of life on which the territory is in the most exposed quarter of comparable ones",
        "unit": "side",
    }


def side_band(count: int, most: int, lang: str) -> str:
    """A class of the number of factors."""
    _ = words(lang)
    if count == most:
        return _("%(count)s factors or more") % {"count": number(count, lang)}
    return _.plural("%(count)s factor", "%(count)s factors", count) % {"count": number(count, lang)}


def sides(exposed: float, known: float, lang: str) -> str:
    """ "4 sur 7 connus"."""
    _ = words(lang)
    if exposed != exposed:
        return _("not told: %(known)s known") % {"known": number(known, lang)}
    return _("%(exposed)s of %(known)s known") % {"exposed": number(exposed, lang), "known": number(known, lang)}


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
        return missing_reason(reason, lang)
    return thin(lang) if is_thin else None


def thin(lang: str) -> str:
    """Said of a census figure of few residents."""
    _ = words(lang)
    return _("Fewer than %(count)s residents: a census figure over five years, to be read with care") % {
        "count": number(THIN_BELOW, lang)
    }


def missing_reason(reason: str | None, lang: str) -> str:
    """Why a figure is not known."""
    _ = words(lang)
    reasons: dict[str | None, str] = {
        None: _("No file tells it here"),
        Unpublished.COVERAGE: _("Less than %(share)s of the territory is known") % {"share": percent(COVERED, lang, 0)},
        Unpublished.SECRET: _("Too few people: statistical secrecy"),
        Unpublished.CENSORED: _("Its producer only gives a limit that it does not pass"),
    }
    return reasons[reason]


# -- a territory's own figures ---------------------------------------------------------------------------------------


def amount(figure: Observed, lang: str) -> str:
    """How many people or households a share is made of, to three digits; else the figure itself."""
    if figure.unit == "share" and figure.counted is not None:
        return number(three_digits(figure.counted), lang)
    return value(figure.value, figure.unit, lang)


def counts(figure: Observed, declared: Mapping, lang: str) -> str:
    """What the amount counts, with the share: "habitants de 80 ans et plus seuls dans leur logement (40 %)"."""
    if figure.unit != "share" or figure.counted is None:
        return title(declared, lang)
    share = percent(figure.value, lang)
    if lang != "fr":
        return f"({title(declared, lang)}: {share})"
    what = declared["numerator"]
    return f"{what[:1].lower()}{what[1:]} ({share})"


def beside(figure: Observed, lang: str) -> str:
    """The figure of each comparator, then period and kind."""
    _ = words(lang)
    parts = [
        f"{_short(one.comparator, lang)} {value(one.value, figure.unit, lang)}{_differs(one, lang)}"
        for one in figure.beside
    ]
    parts.append(f"{vintage(figure.vintage, lang)}, {kind(Kind(figure.kind), lang).lower()}")
    return " · ".join(parts)


def _short(comparator: str, lang: str) -> str:
    _ = words(lang)
    return {"city": _("city"), "twins": _("twins"), "departement": _("département"), "national": _("France")}[
        comparator
    ]


def _differs(one: ComparatorFigure, lang: str) -> str:
    """Said only where the difference is larger than the figure can bear."""
    _ = words(lang)
    word = {1: _("more here"), -1: _("less here")}.get(one.difference or 0)
    return f" ({word})" if word else ""


def _since(before: EarlierFigure, unit: str, lang: str) -> str:
    """The period before; whether it has moved since, where the figure can bear to say so."""
    _ = words(lang)
    word = {1: _("has risen since"), -1: _("has fallen since")}.get(before.difference or 0)
    was = f"{vintage(before.vintage, lang)}{colon(lang)}{value(before.value, unit, lang)}"
    return f"{was} ({word})" if word else was


def line(figure: Observed, lang: str, beside_: Sequence[str] = COMPARATORS) -> list[str]:
    """A row: name, here, those it is set beside, period and kind; a dash for what is not known."""
    others = {one.comparator: f"{value(one.value, figure.unit, lang)}{_differs(one, lang)}" for one in figure.beside}
    parts = [vintage(figure.vintage, lang), kind(Kind(figure.kind), lang)]
    if figure.is_thin:
        parts.append(thin(lang))
    here = value(figure.value, figure.unit, lang)
    if figure.unit == "share" and figure.counted is not None:
        here += f" ({number(three_digits(figure.counted), lang)})"
    if figure.before is not None:
        here += " · " + _since(figure.before, figure.unit, lang)
    return [title_of(figure, lang), here, *(others.get(one, "–") for one in beside_), " · ".join(parts)]


def people_title(indicator: str, title: str, lang: str) -> str:
    """What a figure in people counts, for a share of which the numerator is printed; `title` for the others."""
    _ = words(lang)
    return {
        "population_65_plus": _("Aged 65 and over"),
        "population_20_64": _("Aged 20 to 64"),
        "living_alone_share_80_plus": _("80 and over, living alone"),
        "living_alone_share": _("15 and over, living alone"),
        "share_75_plus": _("Aged 75 and over"),
        "unemployed_share_of_active": _("Unemployed (census)"),
    }.get(indicator, title)
