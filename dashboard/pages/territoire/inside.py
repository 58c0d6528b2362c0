"""Inside a city: the district that is looked at, the districts beside it, IRIS. Observed figures only."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import components, text
from dashboard.briefing import maps
from dashboard.facts import Facts
from dashboard.i18n import title_column, words
from dashboard.pages.territoire import squares
from dashboard.pages.territoire.section import section
from dashboard.palette import BAND
from dashboard.state import Choice
from dashboard.text import inside as inside_text
from dashboard.text import observed as observed_text
from dashboard.text import squares as squares_text
from dashboard.text import territory as territory_text
from geodata.bands import fifths
from geodata.disclosure import is_disclosable
from geodata.estimate import Kind
from geodata.indicator_catalogue import POPULATION
from geodata.need import FAMILIES, Squares
from geodata.observed import OF_DISTRICT
from geodata.service import Family
from geodata.square_groups import BEYOND, NO_DATA
from geodata.territory import Level, Part

PICTURE = "/export/territoire/dans-la-ville.svg"
"""Address of the map: takes the query of the page."""

WIDTH, HEIGHT = 920, 760

MOST_FIGURES, MOST_ROWS = 4, 200

FILES = {Part.DISTRICT: "arrondissements", Part.IRIS: "iris"}
_LEVELS = (Level.COMMUNE, Level.EPCI)


def head(facts: Facts, choice: Choice, actions: list) -> html.Section:
    """The district that is looked at: who lives there, its figures, what stands in it, where it lies in its city;
    `actions` are its buttons."""
    _ = words(choice.lang)
    lang, district = choice.lang, facts.district(choice.district)
    where = [text.capitalised(text.part(Part.DISTRICT, lang)), district.city, district.code]
    titles = facts.titles(lang)
    rows = [inside_text.standing(line, titles[line.category], lang) for line in district.services]
    figures = [observed_text.line(figure, lang, OF_DISTRICT) for figure in district.figures]
    return html.Section(
        [
            html.Div(
                [
                    html.Div([html.H1(district.name), html.P(" · ".join(where), className="where")]),
                    html.Div(actions, className="actions"),
                ],
                className="territoire-title",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(inside_text.residents(district, lang), className="sentence"),
                            html.P(inside_text.figures(district, MOST_FIGURES, lang)),
                            html.P(
                                [
                                    inside_text.whole_city(lang),
                                    " ",
                                    dcc.Link(district.city, href=replace(choice, district="").href),
                                ],
                                className="nature",
                            ),
                        ],
                        className="territoire-said",
                    ),
                    html.Div(picture(facts, choice), className="territoire-picture"),
                ],
                className="territoire-opening",
            ),
            html.Div(
                [
                    section(
                        _("Figures of the district"),
                        [
                            components.table(
                                _("The district beside its city and the country"),
                                [_("Figure"), _("Here"), _("Whole city"), _("France"), _("Period and kind")],
                                figures,
                            )
                        ],
                        None,
                        choice,
                        files="arrondissement",
                        is_open=True,
                    ),
                    section(
                        _("Services of the district"),
                        [
                            components.table(
                                _("Located inside, and the nearest from there"),
                                [_("Kind of service"), _("Located inside"), _("Nearest")],
                                rows,
                            )
                            if rows
                            else html.P(_("No list that was read tells of services here.")),
                            *([html.P(inside_text.unplaced(district, lang))] if district.unplaced else []),
                            html.P(
                                _("Minutes from a point of the district, by straight line and the model of trips."),
                                className="nature",
                            ),
                        ],
                        None,
                        choice,
                        files="services-arrondissement",
                        is_open=True,
                    ),
                ],
                className="sections",
            ),
            html.H2(inside_text.whole(district, lang)),
        ],
        className="panel territoire-head",
        **{"aria-label": district.name},
    )


def sections(facts: Facts, choice: Choice) -> dict[str, Callable[[], html.Section]]:
    """Districts and IRIS of a commune or of an EPCI, each in a table; none where there is nothing to tell apart."""
    if choice.selected is None or choice.selected[0] not in _LEVELS:
        return {}
    kinds = [kind for kind in Part if len(rows(facts, kind, choice))]
    return {FILES[kind]: partial(part_section, facts, kind, choice) for kind in kinds}


def part_section(facts: Facts, kind: Part, choice: Choice) -> html.Section:
    """One table, with its file."""
    _ = words(choice.lang)
    lang, all_ = choice.lang, rows(facts, kind, choice)
    declared = shown_figures(facts, kind, choice)
    caption = {
        Part.DISTRICT: _("Districts of the city"),
        Part.IRIS: _("In the city: IRIS by IRIS"),
    }[kind]
    has_cities = all_["city"].nunique() > 1
    reach = _reach(facts, kind, choice)
    families = [family for family in FAMILIES if (reach[f"minutes_{family}"] != NO_DATA).any()]
    cells = [
        [
            _name(row, kind, choice),
            *([row["city"]] if has_cities else []),
            inside_text.figure_words(row["residents"], "person", row["secret_residents"], lang),
            *(
                inside_text.figure_words(row[one["id"]], one["unit"], row[f"secret_{one['id']}"], lang)
                for one in declared
            ),
            *(_minutes(reach, row["code"], family, lang) for family in families),
        ]
        for row in all_.head(MOST_ROWS).to_dict("records")
    ]
    head_ = [text.capitalised(text.part(kind, lang)), *([_("Commune")] if has_cities else []), _("Residents")]
    head_ += [one[title_column(lang)] for one in declared]
    head_ += [inside_text.minutes_to(text.short_family(family, lang), lang) for family in families]
    body = [html.P(inside_text.withheld(lang), className="nature")]
    if mapped(facts, choice) is kind and not choice.district:
        body += picture(facts, choice)
    body.append(components.table(caption, head_, cells))
    body.append(html.P(_origin(facts, kind, choice), className="nature"))
    if families and (given := _squares(facts, choice)):
        body.append(html.P(inside_text.from_squares(given.producer, given.vintage, lang), className="nature"))
    if len(all_) > MOST_ROWS:
        body.append(html.P(inside_text.most(MOST_ROWS, len(all_), lang)))
    return section(caption, body, None, choice, files=FILES[kind], summary=text.number(len(all_), lang))


def _origin(facts: Facts, kind: Part, choice: Choice) -> str:
    """Period, kind and source of each figure of the table."""
    wanted = [POPULATION.id, *(one["id"] for one in shown_figures(facts, kind, choice))]
    values = facts.part_values(kind, *choice.place)
    return " ".join(inside_text.origins(values, wanted, facts.source_titles(), choice.lang))


def _squares(facts: Facts, choice: Choice) -> Squares | None:
    return facts.squares(*choice.place) if choice.place[0] in squares.DRAWN else None


def _reach(facts: Facts, kind: Part, choice: Choice) -> pd.DataFrame:
    """Minutes of the median resident of each IRIS, where outlines and squares are given (see `medians_inside`). Those
    of a district are told from its point, service by service."""
    given = _squares(facts, choice) if kind is Part.IRIS else None
    if given is None:
        return pd.DataFrame(columns=[f"minutes_{family}" for family in FAMILIES])
    return squares.medians_inside(given, rows(facts, kind, choice).set_index("code")["geom"])


def _minutes(reach: pd.DataFrame, code: str, family: Family, lang: str) -> str:
    if code not in reach.index:
        return squares_text.minutes(NO_DATA, 0, lang)
    return squares_text.minutes(reach.at[code, f"minutes_{family}"], reach.at[code, f"told_{family}"], lang)


def _name(row: dict, kind: Part, choice: Choice) -> Component | str:
    name = row["name"] or row["code"]
    if kind is Part.DISTRICT:
        city = (Level.COMMUNE, row["commune"])
        return dcc.Link(name, href=replace(choice, selected=city, district=row["code"]).href)
    return name if name == row["code"] else f"{name} ({row['code']})"


# -- what is told ----------------------------------------------------------------------------------------------------


def rows(facts: Facts, kind: Part, choice: Choice) -> pd.DataFrame:
    """The parts of the selected territory (IRIS: of the district that is looked at), by code: see `Facts.parts`."""
    parts = facts.parts(kind, *choice.place)
    is_inside = kind is Part.IRIS and choice.district
    return parts[parts["code"].str.startswith(choice.district)] if is_inside else parts


def shown_figures(facts: Facts, kind: Part, choice: Choice) -> list[dict]:
    """The figures that are known of these parts, the most telling first."""
    values = facts.part_values(kind, *choice.place)
    values = set(values.loc[values["value"].notna(), "id"])
    catalogue = facts.indicators().set_index("id", drop=False)
    return [catalogue.loc[one].to_dict() for one in inside_text.FIRST if one in values][:MOST_FIGURES]


def mapped(facts: Facts, choice: Choice) -> Part | None:
    """The parts that have outlines to draw: districts before IRIS, IRIS first inside a district."""
    kinds = (Part.IRIS, Part.DISTRICT) if choice.district else tuple(Part)
    for kind in kinds:
        if shown_figures(facts, kind, choice) and rows(facts, kind, choice)["geom"].notna().any():
            return kind
    return None


def picture(facts: Facts, choice: Choice) -> list:
    """The map with its legend; nothing where there is no outline."""
    kind = mapped(facts, choice)
    if kind is None:
        return []
    declared, _drawn, _bands, limits = _banded(facts, kind, choice)
    lang = choice.lang
    ends = [territory_text.value(limit, declared["unit"], lang) for limit in limits]
    pairs = list(pairwise(ends)) or [(ends[0], ends[0])]
    keys = [
        html.Li([html.Span(className="swatch", style={"background": BAND[i]}), observed_text.band(*pair, lang)])
        for i, pair in enumerate(pairs, start=1)
    ]
    caption = inside_text.drawn(declared[title_column(lang)], kind, lang)
    return [
        html.Img(src=PICTURE + choice.query, alt=caption, className="territoire-map"),
        html.P(caption, className="nature"),
        html.Ul(keys, className="map-legend"),
    ]


def drawing(facts: Facts, choice: Choice) -> str | None:
    """The map as SVG; None where there is no outline."""
    kind = mapped(facts, choice)
    if kind is None:
        return None
    _declared, drawn, bands, _limits = _banded(facts, kind, choice)
    here = choice.district if kind is Part.DISTRICT else None
    return maps.bands_svg(drawn, bands, here=here, width=WIDTH, height=HEIGHT)


def _banded(facts: Facts, kind: Part, choice: Choice) -> tuple[dict, pd.DataFrame, dict[str, int], np.ndarray]:
    """The figure that is drawn (the map's own, where it is known here), the parts, their fifths and the limits."""
    table, shown = rows(facts, kind, choice), shown_figures(facts, kind, choice)
    declared = next((one for one in shown if one["id"] == choice.indicator), shown[0])
    limits, band = fifths(table[declared["id"]].to_numpy(float))
    return declared, table, dict(zip(table["code"], band.tolist(), strict=True)), limits


def file_rows(facts: Facts, name: str, choice: Choice) -> pd.DataFrame:
    """Rows of a file: a table of parts, or the figures or services of the district that is looked at."""
    lang = choice.lang
    if name == "services-arrondissement":
        titles = facts.titles(lang)
        return pd.DataFrame(
            [
                {
                    "categorie": titles[line.category],
                    "famille": text.family(Family(line.family), lang),
                    "situes_dedans": line.inside if line.inside or line.is_complete else None,
                    "le_plus_proche": line.nearest,
                    "minutes": line.travel_min,
                    "liste_complete": "oui" if line.is_complete else "non",
                }
                for line in facts.district(choice.district).services
            ]
        )
    kind = next(kind for kind, file in FILES.items() if file == name)
    parts = facts.parts(kind, *choice.place).set_index("code")
    values = facts.part_values(kind, *choice.place)
    values = values[values["code"].isin(rows(facts, kind, choice)["code"])]
    figures = pd.DataFrame(
        {
            "code": values["code"].to_numpy(),
            "nom": values["code"].map(parts["name"]).to_numpy(),
            "commune": values["code"].map(parts["city"]).to_numpy(),
            "indicateur": values[title_column(lang)].to_numpy(),
            "valeur": values["value"].to_numpy(float),
            "effectif": values["numerator"]
            .where(is_disclosable(values["numerator"], values["denominator"]))
            .to_numpy(float),
            "unite": [territory_text.unit(unit, lang) for unit in values["unit"]],
            "millesime": values["vintage"].to_numpy(),
            "source_de_la_valeur": values["source"].replace(facts.source_titles()).to_numpy(),
            "nature": [text.kind(Kind(kind), lang) for kind in values["kind"]],
            "raison": [None if pd.isna(why) else observed_text.missing_reason(why, lang) for why in values["reason"]],
        }
    )
    return pd.concat([figures, _reach_rows(facts, kind, choice, parts)], ignore_index=True)


def _reach_rows(facts: Facts, kind: Part, choice: Choice, parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of a file of parts that tell minutes of the median resident."""
    reach, given, lang = _reach(facts, kind, choice), _squares(facts, choice), choice.lang
    if given is None:
        return pd.DataFrame()
    titles, frames = facts.source_titles(), []
    source = ", ".join(titles[source] for source in given.sources)
    for family in FAMILIES:
        minutes = reach[f"minutes_{family}"]
        timed = minutes[minutes != NO_DATA]
        frames.append(
            pd.DataFrame(
                {
                    "code": timed.index,
                    "nom": timed.index.map(parts["name"]),
                    "commune": timed.index.map(parts["city"]),
                    "indicateur": inside_text.minutes_to(text.short_family(family, lang), lang),
                    "valeur": timed.where(timed < BEYOND).to_numpy(float),
                    "unite": "min",
                    "millesime": given.vintage,
                    "source_de_la_valeur": source,
                    "nature": text.kind(Kind.MODELLED, lang),
                    "raison": [
                        None if value < BEYOND else _minutes(reach, code, family, lang) for code, value in timed.items()
                    ],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
