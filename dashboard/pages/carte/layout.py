"""The whole view of a choice, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, facts, mapped, maps, search, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.mapped import region_select, segmented
from dashboard.pages.carte import ids, intro, observed, parts
from dashboard.pages.carte.card import card, compared
from dashboard.state import Choice, Line
from dashboard.text import territory as said
from geodata.profile import COMPARATORS
from geodata.territory import FRANCE


def layout(known: Facts, choice: Choice) -> list:
    """The whole view of a choice, drawn in one answer; callbacks only bring changes."""
    choice, _ = known.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.QUESTION, data=choice.question.query),
        dcc.Store(id=ids.PLACE, data=mapped.place(choice)),
        dcc.Store(id=ids.SELECTED, data=mapped.selected(choice)),
        dcc.Store(id=ids.CLICKED),
        dcc.Store(id=ids.ANSWER),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.STAMP, data=parts.stamp(known, choice)),
        dcc.Store(id=ids.WORDS, data=parts.browser_words(choice.lang)),
        intro.band(choice.lang),
        intro.tour(choice.lang),
        html.Div(
            # In the order of reading: what is typed, its answer, settings, map, rows.
            [
                html.Div([search.box(ids.SEARCH, choice.lang), html.Div(id=ids.NOTICES)], className="area-search"),
                html.Section(
                    _card(known, choice), className="area-card panel", **{"aria-label": _("Selected territory")}
                ),
                html.Div(
                    [
                        html.Section(
                            _controls(known, choice), className="area-controls panel", **{"aria-label": _("Settings")}
                        ),
                        html.Section(
                            _legend(known, choice),
                            id=ids.LEGEND,
                            className=parts.legend_class(choice),
                            **{"aria-label": _("Legend")},
                        ),
                    ],
                    className="area-side",
                ),
                html.Section(_map(known, choice), className="area-map panel", **{"aria-label": _("Map")}),
                html.Section(
                    _table(known, choice),
                    className="area-table panel",
                    **{"aria-label": _("Table: the same territories as the map")},
                ),
                html.Div(
                    [html.Div(parts.source_line(known, choice), id=ids.SOURCE), _refusals(choice)],
                    className="area-source",
                ),
            ],
            className="carte",
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
        dmc.Select(
            id=ids.INDICATOR,
            label=_("What the map shows"),
            data=observed.options(known, choice.lang),
            value=choice.indicator,
            allowDeselect=False,
            searchable=True,
            comboboxProps={"withinPortal": False},
        ),
        segmented(
            ids.LINE,
            _("Compare with"),
            [(Line.THRESHOLD.value, _("A threshold")), (Line.NATIONAL.value, _("The national share"))],
            choice.line.value,
        ),
        components.threshold(ids.THRESHOLD, choice),
        components.scenario(ids.SCENARIO, known.scenarios(), choice),
        dmc.MultiSelect(
            id=ids.CATEGORIES,
            label=_("Services on the map"),
            placeholder=parts.placeholder(choice),
            data=components.category_options(known.categories(), choice.lang),
            value=list(choice.categories),
            clearable=True,
            comboboxProps={"withinPortal": False},
            clearButtonProps={"aria-label": _("Hide all services")},
        ),
    ]


def _card(known: Facts, choice: Choice) -> list:
    """The sentence follows the selection; the comparator and the link to the profile stay."""
    _ = words(choice.lang)
    return [
        html.Div(card(known, choice), id=ids.CARD, className="card-said", **{"aria-live": "polite"}),
        html.Div(
            [
                dmc.Select(
                    id=ids.AGAINST,
                    label=_("Compare this territory with"),
                    data=[{"value": one, "label": said.against(one, choice.lang)} for one in COMPARATORS],
                    value=choice.against,
                    allowDeselect=False,
                    size="xs",
                    comboboxProps={"withinPortal": False},
                ),
                html.Div(compared(known, choice), id=ids.COMPARED, **{"aria-live": "polite"}),
            ],
            className="card-compared",
        ),
    ]


def _refusals(choice: Choice) -> html.Details:
    _ = words(choice.lang)
    return html.Details(
        [
            html.Summary(_("What this map does not say, and why")),
            html.Ul([html.Li(line) for line in said.refusals(choice.lang)]),
        ],
        className="refusals",
    )


def _map(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(
            [
                html.Div(parts.headline(known, choice), id=ids.HEADLINE),
                html.Button(_("Guided tour"), className="button tour-start", type="button"),
            ],
            className="headline",
        ),
        html.Div(
            [
                maps.leaflet(
                    ids.MAP,
                    [
                        dl.LayerGroup(parts.outlines(known, choice), id=ids.OUTLINES),
                        dl.LayerGroup(parts.services(known, choice), id=ids.SERVICES),
                    ],
                ),
                html.Div(mapped.too_wide(choice), id=ids.TOO_WIDE),
            ],
            className="map-frame",
        ),
    ]


def _legend(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    found = known.counts(choice)
    rows = [
        html.Div(
            [
                dmc.Checkbox(
                    value=verdict.value,
                    size="xs",
                    label=html.Span(
                        [components.swatch(verdict), text.capitalised(text.verdict(verdict, choice.lang))],
                        title=text.verdict_rule(verdict, choice.lang),
                    ),
                ),
                *(
                    html.Span(
                        parts.count(found, line, verdict, choice), id=parts.count_id(line, verdict), className="count"
                    )
                    for line in Line
                ),
            ],
            className="legend-row",
        )
        for verdict in facts.ORDER
    ]
    classes = [
        html.Div(
            [
                html.H2(_("Decision classes")),
                html.Span(parts.line_words(choice), id=ids.LINE_HEAD, className="count"),
                html.Span("> " + _("France"), className="count"),
            ],
            className="legend-row legend-head",
        ),
        dmc.CheckboxGroup(
            rows,
            id=ids.VERDICTS,
            value=[v.value for v in choice.verdicts],
            **{"aria-label": _("Show only these classes in the table")},
        ),
        dmc.Switch(
            id=ids.FLIP, label=_("Fade what is robust"), checked=choice.is_flipping, size="xs", className="flip-switch"
        ),
        html.P(parts.flipped(known, choice), id=ids.FLIPPED, className="saturation", **{"aria-live": "polite"}),
        html.P(parts.saturation(known, choice), id=ids.SATURATION, className="saturation"),
    ]
    return [
        html.Div(classes, id=ids.CLASSES, hidden=bool(choice.indicator)),
        html.Div(observed.legend(known, choice), id=ids.BANDS, **{"aria-live": "polite"}),
    ]


def _table(known: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(
            [
                html.P(
                    parts.count_sentence(known, choice),
                    id=ids.COUNT,
                    className="count-sentence",
                    **{"aria-live": "polite"},
                ),
                *components.table_files(ids.CSV, ids.GPKG, lambda ending: parts.file_href(choice, ending), choice.lang),
                *components.map_files(ids.PNG, ids.SVG, choice.lang),
            ],
            className="table-bar",
        ),
        html.Div(
            table.grid(
                ids.TABLE, parts.columns(known, choice), parts.rows(known, choice), parts.filter_model(choice), choice
            ),
            className="table-frame",
        ),
    ]
