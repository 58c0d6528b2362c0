"""Words for what lies inside a commune: a district, its services, IRIS."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.i18n import title_column, title_of, words
from dashboard.text.labels import kind, part
from dashboard.text.numbers import colon, number
from dashboard.text.observed import missing_reason
from dashboard.text.response import short_minutes
from dashboard.text.territory import value, vintage
from geodata.district import District, Standing
from geodata.estimate import Kind
from geodata.indicator import SECRET_BELOW
from geodata.observed import Observed
from geodata.territory import Part

FIRST = (
    *("living_alone_share_80_plus", "share_75_plus", "living_alone_share", "poverty_rate", "share_65_plus"),
    *("household_without_car_share", "one_person_household_share", "caf_alone_share", "median_income"),
)
"""Figures to tell first of a place inside a city, the most telling of isolation first."""


def whole_city(lang: str) -> str:
    """Whose isolation is told on the page of a district, and why."""
    _ = words(lang)
    return _(
        "Isolation is estimated for the whole city, never by district: no survey was asked by district, and ages alone "
        "would hide what sets districts apart."
    )


def whole(district: District, lang: str) -> str:
    """The title over what is told of the whole city."""
    _ = words(lang)
    return _("The whole city: %(name)s") % {"name": district.city}


def residents(district: District, lang: str) -> str:
    """How many people live there, and how many are older."""
    _ = words(lang)
    if district.residents is None:
        return _("Its residents are not known in the census that was read.")
    counted = {"count": number(district.residents, lang), "year": district.vintage}
    if district.aged is None:
        return _("%(count)s residents (census of %(year)s).") % counted
    return _("%(count)s residents, of whom %(aged)s aged 65 and over (census of %(year)s).") % {
        **counted,
        "aged": number(district.aged, lang),
    }


def figures(district: District, most: int, lang: str) -> str:
    """The most telling figures of a district beside its city's, in one sentence; "" where none is known."""
    own = {figure.indicator: figure for figure in district.figures}
    shown = [own[one] for one in FIRST if one in own][:most]
    return " ".join(
        f"{title_of(figure, lang)}{colon(lang)}{value(figure.value, figure.unit, lang)}{_beside(figure, lang)}."
        for figure in shown
    )


def minutes_to(family: str, lang: str) -> str:
    """Name of the minutes of a place inside a city to a family of services."""
    _ = words(lang)
    return _("Minutes by car: %(family)s") % {"family": family}


def from_squares(producer: str, vintage_: str | None, lang: str) -> str:
    """Whose minutes those of an IRIS are, and from which squares."""
    _ = words(lang)
    return _(
        "Minutes by car to the nearest known service: those of the median resident, from the groups of squares that "
        "lie in the IRIS (%(producer)s %(vintage)s). Modelled."
    ) % {"producer": producer, "vintage": vintage_ or _("undated")}


def _beside(figure: Observed, lang: str) -> str:
    _ = words(lang)
    city = next((one for one in figure.beside if one.comparator == "city"), None)
    return "" if city is None else _(" (city: %(value)s)") % {"value": value(city.value, figure.unit, lang)}


def rest_of_sheet(district: District, lang: str) -> str:
    """Whose figures the rest of a sheet tells."""
    _ = words(lang)
    return _(
        "Isolation, map, comparisons and what can be done are those of the whole city (%(city)s), never of a district."
    ) % {"city": district.city}


def unplaced(district: District, lang: str) -> str:
    """Services of which nobody can say whether they stand here; "" for none."""
    _ = words(lang)
    if not district.unplaced:
        return ""
    sentence = _.plural(
        "%(count)s service of the city is known by the city alone: it is not counted here.",
        "%(count)s services of the city are known by the city alone: they are not counted here.",
        district.unplaced,
    )
    return sentence % {"count": number(district.unplaced, lang)}


def standing(line: Standing, title: str, lang: str) -> list[str]:
    """A row: category, how many are located there, the nearest from a point of the district and its minutes."""
    _ = words(lang)
    inside = number(line.inside, lang)
    if not line.inside:
        inside = _("none located") if line.is_complete else _("not known")
    if line.nearest is None:
        return [title, inside, _("not known")]
    if line.travel_min is None:
        return [title, inside, _("%(name)s, somewhere in the city") % {"name": line.nearest}]
    return [title, inside, f"{line.nearest}, {short_minutes(line.travel_min, lang)}"]


def drawn(title: str, kind: Part, lang: str) -> str:
    """What the map of a city shows."""
    _ = words(lang)
    return _("Map by %(part)s: %(title)s") % {"part": part(kind, lang), "title": title}


def withheld(lang: str) -> str:
    """Said of what is too small to be told."""
    _ = words(lang)
    return _(
        "Nothing is told of fewer than %(least)s people, nor what subtracting the others would give. Observed figures: "
        "they are already in those of the commune."
    ) % {"least": number(SECRET_BELOW, lang)}


def origin(title: str, period: str, kind_: str, source: str, lang: str) -> str:
    """Where a column comes from: title, period, kind, source."""
    return f"{title}{colon(lang)}{vintage(period, lang)}, {kind(Kind(kind_), lang).lower()}, {source}."


def origins(values: pd.DataFrame, wanted: Sequence[str], titles: Mapping[str, str], lang: str) -> list[str]:
    """The same of each of the `wanted` columns that `values` of parts hold; `titles` of sources by identifier."""
    first = values[values["id"].isin(wanted)].drop_duplicates("id").to_dict("records")
    return [origin(row[title_column(lang)], row["vintage"], row["kind"], titles[row["source"]], lang) for row in first]


def figure_words(figure: float, unit: str, is_secret: bool, lang: str) -> str:
    """A figure of a part in words; that it is withheld or not known."""
    if is_secret:
        return missing_reason("secret", lang)
    return value(None if pd.isna(figure) else figure, unit, lang)


def most(shown: int, all_: int, lang: str) -> str:
    """Said where a table is cut."""
    _ = words(lang)
    return _("The first %(shown)s of %(all)s; the file has them all.") % {
        "shown": number(shown, lang),
        "all": number(all_, lang),
    }
