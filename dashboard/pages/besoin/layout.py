"""The whole view of a choice, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, mapped, maps, search, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.mapped import region_select, segmented
from dashboard.pages.besoin import ids, view
from dashboard.pages.besoin.card import card
from dashboard.pages.besoin.export import stamp
from dashboard.state import Beside, Choice
from dashboard.text import need
from geodata.response import Quadrant, Together
from geodata.service import Family
from geodata.territory import FRANCE


def layout(known: Facts, choice: Choice) -> list:
    """The whole view of a choice, drawn in one answer; callbacks only bring changes."""
    choice, notices = known.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.QUESTION, data=choice.question.query),
        dcc.Store(id=ids.PLACE, data=mapped.place(choice)),
        dcc.Store(id=ids.SELECTED, data=mapped.selected(choice)),
        dcc.Store(id=ids.CLICKED),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.CHANGED, data=len(known.corrections())),
        dcc.Store(id=ids.WORDS, data=view.browser_words(choice)),
        dcc.Store(id=ids.STAMP, data=stamp(known, choice)),
        html.Div(
            # In the order of reading: what is typed, its answer, settings, maps, rows.
            [
                html.Div(
                    [
                        search.box(ids.SEARCH, choice.lang),
                        html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                    ],
                    className="area-search",
                ),
                html.Section(
                    card(known, choice),
                    id=ids.CARD,
                    className="area-card panel need-card",
                    **{"aria-label": _("Selected territory"), "aria-live": "polite"},
                ),
                html.Div(
                    [
                        html.Section(
                            _controls(known, choice), className="area-controls panel", **{"aria-label": _("Settings")}
                        ),
                        html.Section(
                            _legend(known, choice), className="area-legend panel", **{"aria-label": _("Legend")}
                        ),
                    ],
                    className="area-side",
                ),
                html.Section(_maps(known, choice), className="area-map panel", **{"aria-label": _("Maps")}),
                html.Section(
                    _table(known, choice),
                    className="area-table panel",
                    **{"aria-label": _("Table: the same territories as the maps")},
                ),
                html.Div(view.source_line(known, choice), id=ids.SOURCE, className="area-source"),
            ],
            className="carte besoin",
        ),
    ]


def _controls(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        region_select(ids.REGION, known, choice),
        segmented(
            ids.MESH,
            _("Mesh"),
            [(level.value, text.levels(level, choice.lang)) for level in known.meshes(FRANCE)],
            choice.mesh.value,
        ),
        dmc.CheckboxGroup(
            html.Div(
                [
                    dmc.Checkbox(value=family.value, label=text.family(family, choice.lang), size="xs")
                    for family in Family
                ],
                className="checks",
            ),
            id=ids.FAMILIES,
            label=_("Families of services"),
            value=[family.value for family in choice.families],
        ),
        components.minutes(ids.MINUTES, choice),
        components.threshold(ids.THRESHOLD, choice),
        components.scenario(ids.SCENARIO, known.scenarios(), choice),
    ]


def _legend(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    found = view.counts(known, choice)
    lines = [
        html.Div(
            [
                dmc.Checkbox(
                    value=quadrant.value,
                    size="xs",
                    label=html.Span(
                        [
                            html.Span(
                                need.QUADRANT_SYMBOL[quadrant],
                                className=f"swatch swatch-{quadrant}",
                                **{"aria-hidden": "true"},
                            ),
                            text.capitalised(need.quadrant(quadrant, choice.lang)),
                        ],
                        title=need.quadrant_rule(quadrant, choice.lang),
                    ),
                ),
                html.Span(view.count(found, quadrant, choice), id=ids.count(quadrant), className="count"),
            ],
            className="legend-row",
        )
        for quadrant in Quadrant
    ]
    keys = [
        html.Span([html.Span(className=f"swatch swatch-answer-{r}"), need.answers(r, choice.lang)]) for r in Together
    ]
    return [
        html.H2(_("Need and responses")),
        dmc.CheckboxGroup(
            lines,
            id=ids.QUADRANTS,
            value=[quadrant.value for quadrant in choice.quadrants],
            **{"aria-label": _("Show only these quadrants in the table")},
        ),
        segmented(
            ids.BESIDE,
            _("The second map shows"),
            [(Beside.CROSSED.value, _("Need and responses")), (Beside.RESPONSES.value, _("Responses"))],
            choice.beside.value,
        ),
        html.Div(keys, className="answer-keys"),
        html.P(
            _("Hatched: not known. No data is never counted as no service."),
            className="saturation",
        ),
    ]


def _maps(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(html.Div(view.headline(known, choice), id=ids.HEADLINE), className="headline"),
        html.Div(view.unknown(known, choice), id=ids.UNKNOWN),
        html.Div(
            [
                html.Div([html.H2(_("Need")), _map(ids.NEED_MAP, ids.NEED_OUTLINES, known, choice, "need")]),
                html.Div(
                    [
                        html.H2(view.answer_title(choice), id=ids.ANSWER_TITLE),
                        _map(ids.ANSWER_MAP, ids.ANSWER_OUTLINES, known, choice, "answer"),
                    ]
                ),
            ],
            className="need-maps",
        ),
        html.Div(mapped.too_wide(choice), id=ids.TOO_WIDE),
    ]


def _map(identifier: str, outlines: str, known: Facts, choice: Choice, side: str) -> html.Div:
    return html.Div(
        maps.leaflet(
            identifier,
            [
                dl.LayerGroup(view.outlines(known, choice, side), id=outlines),
            ],
        ),
        className="map-frame",
    )


def _table(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(
            [
                html.P(
                    [
                        html.Span(view.count_sentence(known, choice), id=ids.COUNT),
                        " ",
                        html.Span(view.people_sentence(known, choice), id=ids.PEOPLE),
                    ],
                    className="count-sentence",
                    **{"aria-live": "polite"},
                ),
                *components.table_files(ids.CSV, ids.GPKG, lambda ending: view.file_href(choice, ending), choice.lang),
                *components.map_files(ids.PNG, ids.SVG, choice.lang),
            ],
            className="table-bar",
        ),
        html.Div(
            table.grid(ids.TABLE, view.columns(choice), view.rows(known, choice), view.filter_model(choice), choice),
            className="table-frame",
        ),
    ]
