"""The whole page, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, maps, text
from dashboard.basemap import Basemap
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids, objectives, view
from dashboard.pages.scenarios.form import form
from dashboard.state import Choice, written_plan

PATH = "/scenarios"
_POLL_MS = 500


def layout(facts: Facts, choice: Choice) -> list:
    """Request, plan, map, sites, versions, comparison, objectives."""
    choice, notices = facts.checked(choice)
    _ = words(choice.lang)
    shown = view.view(facts, choice)
    request = plan_search.opened(facts, choice.plan).request if choice.plan else None
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.REVISION, data=shown.revision),
        dcc.Store(id=ids.PAINT, data=shown.paint),
        dcc.Store(id=ids.PAINTED),
        dcc.Store(id=ids.TICK),
        dcc.Store(id=ids.ANSWERED_TICK),
        dcc.Interval(id=ids.POLL, interval=_POLL_MS, disabled=shown.is_still),
        html.Div(
            [
                html.Div(
                    [html.H1(_("Where to place new teams")), *components.notices(notices, choice.lang)],
                    className="plan-title",
                ),
                html.Section(
                    form(facts, request, choice), className="panel plan-request", **{"aria-label": _("Request")}
                ),
                html.Section(
                    [
                        html.Div(
                            [
                                _map(shown, facts.basemap),
                                html.P(
                                    _("The communes of the region are drawn here with the plan."),
                                    id=ids.NO_MAP,
                                    className="map-empty",
                                    hidden=bool(shown.outlines),
                                ),
                            ],
                            className="map-frame",
                        ),
                        html.Div(shown.legend, id=ids.LEGEND),
                        html.Button(
                            _("Show the communes as a table"),
                            id=ids.SHOW_COMMUNES,
                            className="button",
                            type="button",
                            hidden=not shown.sites,
                        ),
                        html.Div(id=ids.COMMUNES),
                    ],
                    className="panel plan-map-panel",
                    **{"aria-label": _("Map")},
                ),
                html.Section(
                    [
                        html.Div(shown.status, id=ids.STATUS, role="status"),
                        components.planner_button(
                            choice.lang, _("Stop and keep this list"), id=ids.CANCEL, hidden=shown.is_still
                        ),
                        html.Div(id=ids.MESSAGE, role="alert"),
                        html.Div(shown.card, id=ids.CARD),
                    ],
                    className="panel plan-card",
                    **{"aria-label": _("Plan")},
                ),
                html.Section(
                    [_change(facts, choice), html.Div(shown.sites, id=ids.SITES, className="prose-tables")],
                    id=ids.CHANGE,
                    className="panel plan-sites",
                    hidden=not shown.sites,
                    **{"aria-label": _("Sites")},
                ),
                html.Section(
                    [_save(facts, choice, shown), html.Div(shown.versions, id=ids.VERSIONS, className="prose-tables")],
                    className="panel plan-save",
                    **{"aria-label": _("Save, compare, share")},
                ),
                html.Section(
                    objectives.layout(facts, choice),
                    className="panel plan-objectives",
                    **{"aria-label": _("Objectives of the regional plan")},
                ),
            ],
            className="plan-page",
        ),
    ]


def _map(shown: view.View, basemap: Basemap | None) -> dl.Map:
    return maps.leaflet(
        ids.MAP,
        [
            dl.LayerGroup(shown.outlines, id=ids.OUTLINES),
            dl.LayerGroup(shown.marks, id=ids.MARKS),
        ],
        basemap,
    )


def _change(facts: Facts, choice: Choice) -> html.Div:
    _ = words(choice.lang)
    return html.Div(
        [
            html.H2(_("Sites")),
            *components.only_reads(choice.lang),
            html.Div(
                [
                    dmc.TextInput(
                        id=ids.PLACE,
                        label=_("Commune where to add or move a team (name, %(code)s, or a click on the map)")
                        % {"code": text.code_of_place(facts.store.country(), choice.lang)},
                        value="",
                        className="plan-place",
                    ),
                    components.planner_button(choice.lang, _("Add a team there"), id=ids.ADD),
                    components.planner_button(choice.lang, _("Search again around the locked teams"), id=ids.AGAIN),
                ],
                className="plan-bar",
            ),
            html.Div(id=ids.SITES_MESSAGE, role="alert"),
        ],
    )


def _save(facts: Facts, choice: Choice, shown: view.View) -> html.Div:
    _ = words(choice.lang)
    plans = plan_options(facts)
    name = plan_search.opened(facts, choice.plan).name if choice.plan else ""
    return html.Div(
        [
            html.H2(_("Save, compare, share")),
            *components.only_reads(choice.lang),
            html.Div(_keep(plans, name, choice), id=ids.KEEP, hidden=not shown.sites),
            html.Div(
                [
                    dmc.Select(
                        id=ids.OPEN,
                        label=_("Open a plan"),
                        data=plans,
                        value=None,
                        searchable=True,
                        comboboxProps={"withinPortal": False},
                        className="plan-place",
                    ),
                    components.planner_button(choice.lang, _("Bring in a plan (JSON)"), id=ids.IMPORT),
                    dcc.Store(id=ids.IMPORTED),
                ],
                className="plan-bar",
            ),
            html.Div(id=ids.SAVE_MESSAGE, role="alert"),
        ],
    )


def _keep(plans: list[dict], name: str, choice: Choice) -> list:
    """What is done with the plan on screen."""
    _ = words(choice.lang)
    return [
        html.Div(
            [
                dmc.TextInput(
                    id=ids.NAME,
                    label=_("Name of the plan"),
                    value=name,
                    attributes={"input": {"maxLength": plan_search.MOST_LETTERS}},
                ),
                components.signature(
                    ids.WHO,
                    choice.lang,
                    label=_("Your role"),
                    description=_("A role, not a person: project officer, delegate…"),
                    value="",
                    persistence=True,
                    persistence_type="local",
                ),
            ],
            className="plan-pair",
        ),
        dmc.Textarea(
            id=ids.WHY,
            label=_("Justification (needed to mark the plan as decided)"),
            value="",
            autosize=True,
            minRows=2,
        ),
        html.Div(
            [
                dmc.Checkbox(id=ids.DECIDED, label=_("This plan is decided"), checked=False, size="sm"),
                components.planner_button(
                    choice.lang, _("Save a version"), id=ids.SAVE, className="button button-main"
                ),
                components.planner_button(choice.lang, _("Keep as a copy"), id=ids.COPY),
            ],
            className="plan-bar",
        ),
        html.Div(
            [
                dmc.Select(
                    id=ids.OTHER,
                    label=_("Compare with"),
                    # A plan is not compared with itself.
                    data=[one for one in plans if one["value"] != written_plan(choice.plan)],
                    value=written_plan(choice.other) or None,
                    searchable=True,
                    clearable=True,
                    clearButtonProps={"aria-label": _("Stop comparing")},
                    comboboxProps={"withinPortal": False},
                    className="plan-place",
                ),
                html.Div(downloads(choice), id="plan-downloads", className="plan-bar"),
            ],
            className="plan-bar",
        ),
    ]


def plan_options(facts: Facts) -> list[dict]:
    """Plans and versions, for a control."""
    options = []
    for plan in plan_search.listed(facts):
        options.append({"value": plan.id, "label": f"{plan.name} ({plan.id[:4]})"})
        options += [
            {"value": f"{plan.id}.{number}", "label": f"{plan.name} ({plan.id[:4]}) · v{number}"}
            for number in range(plan.version, 0, -1)
        ]
    return options


def downloads(choice: Choice) -> list:
    """Files of the plan on screen."""
    if choice.plan is None:
        return []
    _ = words(choice.lang)
    identifier = written_plan(choice.plan)
    return [
        html.A(word, href=f"/export/plan/{identifier}.{ending}?lang={choice.lang}", className="button", download=True)
        for word, ending in (
            *(("PDF", "pdf"), (_("Picture for slides"), "png"), ("Word", "docx"), ("Excel", "xlsx")),
            *(("CSV", "csv"), ("GeoPackage", "gpkg"), ("JSON", "json")),
        )
    ]


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Scenarios")
