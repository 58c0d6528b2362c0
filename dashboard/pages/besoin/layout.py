"""The whole view of a choice, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, map_controls, maps, provenance, search, table, text
from dashboard.facts import Facts, is_too_wide
from dashboard.i18n import words
from dashboard.map_controls import mesh_options, perimeter_select, region_select, segmented
from dashboard.pages.besoin import ids, view
from dashboard.pages.besoin.card import card
from dashboard.pages.besoin.export import stamp
from dashboard.state import Choice, SecondMap
from dashboard.text import need
from geodata.response import Quadrant
from geodata.service import Family
from geodata.territory import FRANCE


def layout(facts: Facts, choice: Choice) -> list:
    """The whole view of a choice, drawn in one answer; callbacks only bring changes."""
    choice, notices = facts.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.QUESTION, data=choice.of_table.query),
        dcc.Store(id=ids.PLACE, data=map_controls.place(facts, choice)),
        dcc.Store(id=ids.SELECTED, data=map_controls.selected(choice)),
        dcc.Store(id=ids.CLICKED),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.FILTERED),
        dcc.Store(id=ids.CHANGED, data=len(facts.corrections())),
        dcc.Store(id=ids.WORDS, data=view.browser_words(choice)),
        dcc.Store(id=ids.STAMP, data=stamp(facts, choice)),
        html.Div(
            # In the order of the screen: what is typed, settings and legend, maps, card, rows.
            [
                html.Div(
                    [
                        search.box(ids.SEARCH, facts.store.country(), choice.lang),
                        html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                    ],
                    className="area-search",
                ),
                html.Div(
                    [
                        components.fold(_("Settings"), _controls(facts, choice), className="area-controls panel"),
                        components.fold(_("Legend"), _legend(facts, choice), className="area-legend panel"),
                    ],
                    className="area-side",
                ),
                html.Section(_maps(facts, choice), className="area-map panel", **{"aria-label": _("Maps")}),
                html.Section(
                    [
                        # Beside the card: the card is drawn again once the correction is in it.
                        html.Div(id=ids.SAVED, role="status", className="saved"),
                        html.Div(id=ids.EFFECT, role="status", className="saved"),
                        html.Div(card(facts, choice), id=ids.CARD, className="card-said", **{"aria-live": "polite"}),
                    ],
                    className="area-card panel need-card",
                    **{"aria-label": _("Selected territory")},
                ),
                html.Section(
                    _table(facts, choice),
                    className="area-table panel",
                    **{"aria-label": _("Table: the same territories as the maps")},
                ),
                html.Div(
                    provenance.modelled_line(facts, choice, has_minutes=True), id=ids.SOURCE, className="area-source"
                ),
            ],
            className="carte besoin",
        ),
    ]


def _controls(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        region_select(ids.REGION, facts, choice),
        perimeter_select(ids.PERIMETER, facts, choice),
        segmented(
            ids.MESH,
            _("Mesh"),
            mesh_options(facts.meshes(FRANCE), choice.lang),
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
        components.scenario(ids.SCENARIO, facts.scenarios(), choice),
    ]


def _legend(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    counts = view.counts(facts, choice)
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
                html.Span(view.count(counts, quadrant, choice), id=ids.count(quadrant), className="count"),
            ],
            className="legend-row",
        )
        for quadrant in Quadrant
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
            [(SecondMap.CROSSED.value, _("Need and responses")), (SecondMap.RESPONSES.value, _("Responses"))],
            choice.beside.value,
        ),
        html.P(
            _("Hatched: not known. No data is never counted as no service."),
            className="saturation",
        ),
    ]


def _maps(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(html.Div(view.headline(facts, choice), id=ids.HEADLINE), className="headline"),
        html.Div(view.missing_lists(facts, choice), id=ids.MISSING_LISTS),
        html.Div(
            [
                html.Div(
                    [
                        html.H2(view.need_title(choice), id=ids.NEED_TITLE),
                        _map(ids.NEED_MAP, ids.NEED_OUTLINES, facts, choice, "need"),
                        html.Ul(view.need_legend(facts, choice), id=ids.NEED_LEGEND, className="map-legend"),
                    ]
                ),
                html.Div(
                    [
                        html.H2(view.answer_title(choice), id=ids.ANSWER_TITLE),
                        _map(ids.ANSWER_MAP, ids.ANSWER_OUTLINES, facts, choice, "answer"),
                        html.Ul(view.answer_legend(facts, choice), id=ids.ANSWER_LEGEND, className="map-legend"),
                    ]
                ),
            ],
            className="need-maps",
        ),
        html.Div(map_controls.too_wide(choice), id=ids.TOO_WIDE),
    ]


def _map(identifier: str, outlines: str, facts: Facts, choice: Choice, side: str) -> html.Div:
    return html.Div(
        maps.leaflet(
            identifier,
            [
                dl.LayerGroup(view.outlines(facts, choice, side), id=outlines),
            ],
            facts.basemap,
        ),
        className="map-frame",
    )


def _table(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    columns = view.columns(choice)
    return [
        html.Div(
            [
                html.P(
                    [
                        html.Span(view.count_sentence(facts, choice), id=ids.COUNT),
                        " ",
                        html.Span(view.people_sentence(facts, choice), id=ids.PEOPLE),
                    ],
                    className="count-sentence",
                    **{"aria-live": "polite"},
                ),
                components.table_tools(
                    ids.FILTER, ids.COLUMNS, table.column_options(columns), table.visible(columns), choice.lang
                ),
                *components.table_files(
                    ids.FILES,
                    lambda ending: view.file_href(choice, ending),
                    "/export/sources.csv",
                    is_too_wide(choice),
                    choice.lang,
                ),
                *components.map_files(ids.PNG, ids.SVG, is_too_wide(choice), choice.lang),
            ],
            className="table-bar",
        ),
        html.Div(
            table.grid(ids.TABLE, columns, view.rows(facts, choice), view.filter_model(choice), choice),
            className="table-frame",
        ),
    ]
