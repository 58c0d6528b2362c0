"""Districts of the selected city: their outlines over the map, their figures in a table that a keyboard reaches.

Isolation stays with the city. Where the map shows an observed figure, a district has the class that it would have among
the territories of the map; beside the estimate it has an outline alone.
"""

from dataclasses import replace

import dash_leaflet as dl
import numpy as np
import pandas as pd
import shapely
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import components, maps, text
from dashboard.facts import SIDES, Facts, is_too_wide
from dashboard.i18n import title_column, words
from dashboard.pages.carte import observed
from dashboard.state import Choice
from dashboard.text import inside as inside_text
from dashboard.text import observed as observed_text
from dashboard.text.numbers import colon
from geodata.bands import banded
from geodata.indicator_catalogue import POPULATION
from geodata.territory import Level, Part

_FINE = 4
"""Decimals of a degree drawn: 11 metres."""


def layer(facts: Facts, choice: Choice) -> list[dl.GeoJSON]:
    """Outlines of the districts of the selected city; none for another territory."""
    rows = _rows(facts, choice)
    rows = rows[rows["geom"].notna()]
    if rows.empty or is_too_wide(choice):
        return []
    shapes = shapely.set_precision(rows["geom"].to_numpy(object), 10**-_FINE, mode="pointwise")
    classes = _classes(facts, choice, rows)
    figures = _figure_words(facts, choice, rows)
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {
                "code": row.code,
                "city": choice.place[1],
                "name": row.name,
                "class": class_,
                "told": figure,
                "chosen": row.code == choice.district,
            },
        }
        for row, shape, class_, figure in zip(rows.itertuples(), shapes, classes, figures, strict=True)
    ]
    return [maps.districts(features)]


def section(facts: Facts, choice: Choice) -> list[Component]:
    """The districts of the selected city in a table; nothing for another territory."""
    rows = _rows(facts, choice)
    if rows.empty:
        return []
    _ = words(choice.lang)
    declared, figures = _declared(facts, choice, rows), _figure_words(facts, choice, rows)
    caption = _("Districts of the city")
    residents = [
        inside_text.figure_words(count, "person", is_secret, choice.lang)
        for count, is_secret in zip(rows["residents"], rows["secret_residents"], strict=True)
    ]
    lines = [
        [_link(row, choice), *cells]
        for row, cells in zip(rows.to_dict("records"), zip(residents, figures, strict=True), strict=True)
    ]
    head = [
        text.capitalised(text.part(Part.DISTRICT, choice.lang)),
        _("Residents"),
        declared[title_column(choice.lang)],
    ]
    return [
        html.H3(caption),
        *([_looked_at(facts, choice)] if choice.district else []),
        html.P(inside_text.whole_city(choice.lang), className="nature"),
        components.table(caption, head, lines),
        *(html.P(line, className="nature") for line in _origins(facts, choice, declared)),
    ]


def _rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    if choice.selected is None or choice.selected[0] != Level.COMMUNE:
        return pd.DataFrame(columns=["geom"])
    return facts.parts(Part.DISTRICT, *choice.place)


def _declared(facts: Facts, choice: Choice, rows: pd.DataFrame) -> dict:
    """The figure that is told: the map's own; beside the estimate, which no district has, the most telling one."""
    if choice.indicator not in ("", SIDES):
        return facts.declared(choice.indicator)
    return facts.declared(next((one for one in inside_text.FIRST if one in rows), POPULATION.id))


def _figure_words(facts: Facts, choice: Choice, rows: pd.DataFrame) -> list[str]:
    """The figure of each district in words, or why it is not known."""
    declared = _declared(facts, choice, rows)
    name = declared["id"]
    if name not in rows:
        return [observed_text.no_data(choice.lang)] * len(rows)
    pairs = zip(rows[name], rows[f"secret_{name}"], strict=True)
    return [inside_text.figure_words(figure, declared["unit"], is_secret, choice.lang) for figure, is_secret in pairs]


def _classes(facts: Facts, choice: Choice, rows: pd.DataFrame) -> list[str]:
    """The class that the map paints on each district; "" beside the estimate."""
    if choice.indicator in ("", SIDES):
        return [""] * len(rows)
    figures = rows[choice.indicator] if choice.indicator in rows else pd.Series(np.nan, rows.index)
    limits = facts.observed(choice).attrs["limits"]
    return observed.painted(facts, choice, banded(figures.to_numpy(float), np.array(limits), choice.cut))


def _looked_at(facts: Facts, choice: Choice) -> html.P:
    """The district that is looked at and who lives there."""
    district = facts.district(choice.district)
    name = dcc.Link(district.name, href=_profile(choice, district.code))
    return html.P([html.Strong(name), colon(choice.lang), inside_text.residents(district, choice.lang)])


def _profile(choice: Choice, code: str) -> str:
    return replace(choice, page="/territoire", district=code).href


def _link(row: dict, choice: Choice) -> Component:
    name = dcc.Link(row["name"] or row["code"], href=_profile(choice, row["code"]))
    return html.Strong(name, **{"aria-current": "true"}) if row["code"] == choice.district else name


def _origins(facts: Facts, choice: Choice, declared: dict) -> list[str]:
    wanted = [POPULATION.id, declared["id"]]
    return inside_text.origins(
        facts.part_values(Part.DISTRICT, *choice.place), wanted, facts.source_titles(), choice.lang
    )
