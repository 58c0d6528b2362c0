"""The whole view of a choice, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, map_controls, maps, search, table, text
from dashboard.facts import ORDER, Facts, is_too_wide
from dashboard.i18n import words
from dashboard.map_controls import mesh_options, perimeter_select, region_select, segmented
from dashboard.pages.carte import districts, ids, intro, observed, view
from dashboard.pages.carte.advice import advice
from dashboard.pages.carte.card import card, compared, nearest
from dashboard.state import Choice, Line
from dashboard.text import territory as territory_text
from geodata.bands import Cut
from geodata.estimate import MISSES
from geodata.profile import COMPARATORS
from geodata.territory import FRANCE
from geodata.threshold import MAX_PERCENT, MIN_PERCENT


def layout(facts: Facts, choice: Choice) -> list:
    """The whole view of a choice, drawn in one answer; callbacks only bring changes."""
    choice, _ = facts.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.QUESTION, data=choice.of_table.query),
        dcc.Store(id=ids.PLACE, data=map_controls.place(facts, choice)),
        dcc.Store(id=ids.SELECTED, data=map_controls.selected(choice)),
        dcc.Store(id=ids.CLICKED),
        dcc.Store(id=ids.ANSWER, data=view.answer(facts, choice)),
        dcc.Store(id=ids.LOOKED),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.MOVED, data=view.moved(facts, choice)),
        dcc.Store(id=ids.THRESHOLD, data=round(100 * choice.threshold, 1)),
        dcc.Store(id=ids.OWN_LINE, data=observed.line_value(facts, choice)),
        dcc.Store(id=ids.FILTERED),
        dcc.Store(id=ids.STAMP, data=view.stamp(facts, choice)),
        dcc.Store(id=ids.WORDS, data=view.browser_words(choice.lang)),
        intro.band(choice.lang),
        intro.tour(facts.store.country(), choice.lang),
        html.Div(
            # In the order of the screen: what is typed, settings and legend, map, card, rows.
            [
                html.Div(search.box(ids.SEARCH, facts.store.country(), choice.lang), className="area-search"),
                html.Div(
                    [
                        html.Div(id=ids.NOTICES),
                        components.fold(_("Settings"), _controls(facts, choice), className="area-controls panel"),
                        components.fold(
                            _("Legend"), _legend(facts, choice), id=ids.LEGEND, className=view.legend_class(choice)
                        ),
                    ],
                    className="area-side",
                ),
                html.Section(_map(facts, choice), className="area-map panel", **{"aria-label": _("Map")}),
                html.Section(
                    _card(facts, choice), className="area-card panel", **{"aria-label": _("Selected territory")}
                ),
                html.Section(
                    _table(facts, choice),
                    className="area-table panel",
                    **{"aria-label": _("Table: the same territories as the map")},
                ),
                html.Div(
                    [html.Div(view.source_line(facts, choice), id=ids.SOURCE), _refusals(choice)],
                    className="area-source",
                ),
            ],
            className="carte",
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
        dmc.Select(
            id=ids.INDICATOR,
            label=_("What the map shows"),
            data=observed.options(facts, choice.lang),
            value=choice.indicator,
            allowDeselect=False,
            searchable=True,
            comboboxProps={"withinPortal": False},
        ),
        html.Div(
            [
                segmented(
                    ids.LINE,
                    _("Compare with"),
                    [(Line.NATIONAL.value, _("The national share")), (Line.THRESHOLD.value, _("A threshold"))],
                    choice.line.value,
                ),
                components.threshold(ids.FIELD, choice, debounce=False),
                _slider(choice),
                # Seldom changed: folded unless the address changes it, so that the legend stays on the first screen.
                html.Details(
                    [
                        html.Summary(_("Definition and assumptions")),
                        dmc.Select(
                            id=ids.MISS,
                            label=_("Missing a territory costs, beside keeping one by mistake"),
                            data=[
                                {"value": f"{cost:g}", "label": text.capitalised(text.miss(cost, choice.lang))}
                                for cost in MISSES
                            ],
                            value=f"{choice.miss:g}",
                            allowDeselect=False,
                            comboboxProps={"withinPortal": False},
                        ),
                        components.scenario(ids.SCENARIO, facts.scenarios(), choice),
                    ],
                    open=choice.miss != Choice.miss or choice.scenario != Choice.scenario,
                ),
            ],
            id=ids.OF_ESTIMATE,
            className="control-group",
            hidden=bool(choice.indicator),
        ),
        html.Div(
            [
                segmented(
                    ids.CUT,
                    _("Classes"),
                    [
                        (Cut.FIFTHS.value, _("Fifths")),
                        (Cut.NATURAL.value, _("Natural")),
                        (Cut.LINE.value, _("A line")),
                    ],
                    choice.cut.value,
                ),
                dmc.NumberInput(
                    id=ids.OWN_FIELD,
                    label=_("Where the share passes (%): the country’s, or yours"),
                    value=observed.line_value(facts, choice),
                    step=1,
                    decimalScale=1,
                    decimalSeparator="," if choice.lang == "fr" else ".",
                    clampBehavior="blur",
                    **components.limited(0.1, 99.9, choice.lang),
                ),
                dmc.Switch(
                    id=ids.CIRCLES, label=_("How many people, as circles"), checked=choice.has_circles, size="xs"
                ),
            ],
            id=ids.OF_INDICATOR,
            className="control-group",
            hidden=not choice.indicator,
        ),
        dmc.MultiSelect(
            id=ids.CATEGORIES,
            label=_("Services on the map"),
            placeholder=view.placeholder(choice),
            data=components.category_options(facts.categories(), choice.lang),
            value=list(choice.categories),
            clearable=True,
            comboboxProps={"withinPortal": False},
            clearButtonProps={"aria-label": _("Hide all services")},
        ),
    ]


def _slider(choice: Choice) -> dmc.Slider:
    """The same line as the field, under the hand."""
    _ = words(choice.lang)
    return dmc.Slider(
        id=ids.SLIDER,
        value=round(100 * choice.threshold, 1),
        min=MIN_PERCENT,
        max=MAX_PERCENT,
        step=0.5,
        label=None,
        size="sm",
        updatemode="drag",
        thumbLabel=_("Move the threshold"),
        className="line-slider",
    )


def _card(facts: Facts, choice: Choice) -> list:
    """The sentence follows the selection; the comparator and the link to the profile stay."""
    _ = words(choice.lang)
    return [
        html.Div(
            [*card(facts, choice), *districts.section(facts, choice)],
            id=ids.CARD,
            className="card-said",
            **{"aria-live": "polite"},
        ),
        html.Div(nearest(facts, choice), id=ids.NEAREST, className="card-nearest", **{"aria-live": "polite"}),
        html.Div(
            [
                dmc.Select(
                    id=ids.AGAINST,
                    label=_("Compare this territory with"),
                    data=[{"value": one, "label": territory_text.against(one, choice.lang)} for one in COMPARATORS],
                    value=choice.against,
                    allowDeselect=False,
                    size="xs",
                    comboboxProps={"withinPortal": False},
                ),
                html.Div(compared(facts, choice), id=ids.COMPARED, **{"aria-live": "polite"}),
            ],
            className="card-compared",
        ),
    ]


def _refusals(choice: Choice) -> html.Details:
    _ = words(choice.lang)
    return html.Details(
        [
            html.Summary(_("What this map does not say, and why")),
            html.Ul([html.Li(line) for line in territory_text.refusals(choice.lang)]),
        ],
        className="refusals",
    )


def _map(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    return [
        html.Div(
            [
                html.Div(view.headline(facts, choice), id=ids.HEADLINE),
                html.Button(_("Guided tour"), className="button tour-start", type="button"),
            ],
            className="headline",
        ),
        html.Div(advice(facts, choice), id=ids.ADVICE, className="advice", **{"aria-live": "polite"}),
        html.Div(
            [
                maps.leaflet(
                    ids.MAP,
                    [
                        dl.LayerGroup(view.outlines(facts, choice), id=ids.OUTLINES),
                        dl.LayerGroup(districts.layer(facts, choice), id=ids.DISTRICTS),
                        dl.LayerGroup(view.services(facts, choice), id=ids.SERVICES),
                    ],
                    facts.basemap,
                ),
                html.Div(map_controls.too_wide(choice), id=ids.TOO_WIDE),
            ],
            className="map-frame",
        ),
    ]


def _legend(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    counts = facts.counts(choice)
    rows = [
        html.Div(
            [
                dmc.Checkbox(
                    value=verdict.value,
                    size="xs",
                    label=html.Span([components.swatch(verdict), text.capitalised(text.verdict(verdict, choice.lang))]),
                ),
                *(
                    html.Span(
                        view.count(counts, line, verdict, choice), id=view.count_id(line, verdict), className="count"
                    )
                    for line in Line
                ),
            ],
            className="legend-row",
        )
        for verdict in ORDER
    ]
    classes = [
        html.Div(
            [
                html.H2(_("Decision classes")),
                html.Span(view.line_words(choice), id=ids.LINE_HEAD, className="count"),
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
        html.P(view.flipped(facts, choice), id=ids.FLIPPED, className="saturation", **{"aria-live": "polite"}),
        html.P(text.miss_rule(choice.miss, choice.lang), id=ids.MISS_RULE, className="saturation"),
    ]
    return [
        html.Div(classes, id=ids.CLASSES, hidden=bool(choice.indicator)),
        html.Div(observed.legend(facts, choice), id=ids.BANDS, **{"aria-live": "polite"}),
    ]


def _table(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    columns = view.columns(facts, choice)
    return [
        html.Div(
            [
                html.P(
                    view.count_sentence(facts, choice),
                    id=ids.COUNT,
                    className="count-sentence",
                    **{"aria-live": "polite"},
                ),
                components.table_tools(
                    ids.FILTER, ids.COLUMNS, table.column_options(columns), table.visible(columns), choice.lang
                ),
                *components.table_files(
                    ids.FILES,
                    lambda ending: view.file_href(choice, ending),
                    view.sources_href(choice),
                    is_too_wide(choice),
                    choice.lang,
                ),
                *components.map_files(ids.PNG, ids.SVG, is_too_wide(choice), choice.lang),
            ],
            className="table-bar",
        ),
        html.Div(
            table.grid(ids.TABLE, columns, None, view.filter_model(choice), choice),
            className="table-frame",
        ),
    ]
