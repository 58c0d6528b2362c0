"""The whole page, drawn in one answer; callbacks only bring changes."""

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, maps
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids, objectives, view, work
from dashboard.state import Choice, written_plan
from dashboard.text import plan as said
from geodata.request import COMMUNES, Aim, Request
from geodata.territory import FRANCE, Level

PATH = "/scenarios"
_POLL_MS = 500


def layout(known: Facts, choice: Choice) -> list:
    """Request, plan, map, sites, versions, comparison, objectives."""
    choice, _ = known.checked(choice)
    _ = words(choice.lang)
    shown = view.view(known, choice)
    asked = work.opened(known, choice.plan).request if choice.plan else None
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.REVISION, data=shown.revision),
        dcc.Store(id=ids.PAINT, data=shown.paint),
        dcc.Store(id=ids.PAINTED),
        dcc.Interval(id=ids.POLL, interval=_POLL_MS, disabled=shown.is_still),
        html.Div(
            [
                html.H1(_("Where to place new teams"), className="plan-title"),
                html.Section(
                    _request(known, asked, choice), className="panel plan-request", **{"aria-label": _("Request")}
                ),
                html.Section(
                    [
                        html.Div(
                            [
                                _map(shown),
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
                        html.Button(
                            _("Stop and keep this list"),
                            id=ids.CANCEL,
                            className="button",
                            type="button",
                            hidden=shown.is_still,
                        ),
                        html.Div(id=ids.SAID, role="alert"),
                        html.Div(shown.card, id=ids.CARD),
                    ],
                    className="panel plan-card",
                    **{"aria-label": _("Plan")},
                ),
                html.Section(
                    [_change(choice), html.Div(shown.sites, id=ids.SITES, className="prose-tables")],
                    id=ids.CHANGE,
                    className="panel plan-sites",
                    hidden=not shown.sites,
                    **{"aria-label": _("Sites")},
                ),
                html.Section(
                    [_save(known, choice, shown), html.Div(shown.versions, id=ids.VERSIONS, className="prose-tables")],
                    className="panel plan-save",
                    **{"aria-label": _("Save, compare, share")},
                ),
                html.Section(
                    objectives.layout(known, choice),
                    className="panel plan-objectives",
                    **{"aria-label": _("Objectives of the regional plan")},
                ),
            ],
            className="plan-page",
        ),
    ]


def _request(known: Facts, asked: Request | None, choice: Choice) -> list:
    _ = words(choice.lang)
    lang = choice.lang
    region = asked.region if asked else (None if choice.region == FRANCE else choice.region)
    asked = asked or Request(region or "")
    options = components.category_options(known.categories(), lang)
    own = "\n".join(f"{team.code_insee} {team.name}" for team in asked.own_teams)
    return [
        html.H2(_("Request")),
        dmc.Select(
            id=ids.REGION,
            label=_("Region"),
            placeholder=_("Choose a region"),
            data=[{"value": code, "label": name} for code, name in known.regions()],
            value=region,
            searchable=True,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        dmc.MultiSelect(
            id=ids.DEPARTEMENTS,
            label=_("Départements (none: the whole region)"),
            data=departement_options(known, region),
            value=list(asked.departements),
            comboboxProps={"withinPortal": False},
            clearable=True,
            clearButtonProps={"aria-label": _("Whole region")},
        ),
        html.Div(
            [
                dmc.NumberInput(
                    id=ids.TEAMS, label=_("New teams"), value=asked.teams, min=1, max=500, allowDecimal=False
                ),
                dmc.NumberInput(
                    id=ids.MINUTES, label=_("Minutes by car"), value=asked.minutes, min=1, max=120, allowDecimal=False
                ),
            ],
            className="plan-pair",
        ),
        dmc.Select(
            id=ids.AIM,
            label=_("Reach as many as possible of the"),
            data=[{"value": one.value, "label": said.aim(one, lang)} for one in Aim],
            value=asked.aim.value,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        html.Fieldset(
            [
                html.Legend(_("Teams in place already")),
                dmc.MultiSelect(
                    id=ids.EXISTING,
                    label=_("Services that count as teams"),
                    data=options,
                    value=list(asked.existing),
                    searchable=True,
                    comboboxProps={"withinPortal": False},
                    clearable=True,
                    clearButtonProps={"aria-label": _("No service counts as a team")},
                ),
                dmc.Textarea(
                    id=ids.OWN_TEAMS,
                    label=_("Teams you know of: one a line, Insee code then name"),
                    placeholder="31555 Équipe citoyenne",
                    value=own,
                    autosize=True,
                    minRows=2,
                    maxRows=6,
                ),
                dmc.Checkbox(
                    id=ids.NONE_KNOWN,
                    label=_("No team in place is known to me"),
                    checked=asked.says_none_known,
                    size="sm",
                ),
            ],
            className="plan-fieldset",
        ),
        dmc.Select(
            id=ids.CANDIDATES,
            label=_("Possible sites"),
            data=[{"value": COMMUNES, "label": _("All communes")}, *options],
            value=asked.candidates,
            searchable=True,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        html.Details(
            [
                html.Summary(_("Rules: floors, imposed or excluded sites, budget")),
                html.Div(
                    [
                        dmc.NumberInput(
                            id=ids.FLOOR_TEAMS,
                            label=_("Teams at least in each département"),
                            value=asked.floor_teams,
                            min=0,
                            max=50,
                            allowDecimal=False,
                        ),
                        dmc.NumberInput(
                            id=ids.FLOOR_SHARE,
                            label=_("Share within reach at least (%)"),
                            value=round(asked.floor_share * 100),
                            min=0,
                            max=100,
                        ),
                    ],
                    className="plan-pair",
                ),
                dmc.TextInput(
                    id=ids.FORCED,
                    label=_("Imposed sites: names or Insee codes, separated by commas"),
                    value=", ".join(asked.forced),
                ),
                dmc.TextInput(
                    id=ids.EXCLUDED,
                    label=_("Excluded sites: names or Insee codes, separated by commas"),
                    value=", ".join(asked.excluded),
                ),
                html.Div(
                    [
                        dmc.NumberInput(id=ids.COST, label=_("Cost of a team (€)"), value=asked.cost or "", min=0),
                        dmc.NumberInput(id=ids.BUDGET, label=_("Budget (€)"), value=asked.budget or "", min=0),
                    ],
                    className="plan-pair",
                ),
                dmc.Textarea(
                    id=ids.COSTS,
                    label=_("Where a team costs something else: one site a line, name or Insee code ; amount"),
                    placeholder="Foix ; 45000",
                    value="\n".join(f"{one.site} ; {one.cost:g}" for one in asked.costs),
                    autosize=True,
                    minRows=1,
                    maxRows=6,
                ),
            ],
            className="plan-rules",
        ),
        html.Button(_("Propose sites"), id=ids.PROPOSE, className="button button-main", type="button"),
    ]


def departement_options(known: Facts, region: str | None) -> list[dict]:
    """Départements of a région, for a control."""
    found = known.store.territories(Level.DEPARTEMENT, region) if region else None
    return (
        [] if found is None else [{"value": row.code, "label": f"{row.code} {row.name}"} for row in found.itertuples()]
    )


def _map(shown: view.View) -> dl.Map:
    return maps.leaflet(
        ids.MAP,
        [
            dl.LayerGroup(shown.outlines, id=ids.OUTLINES),
            dl.LayerGroup(shown.marks, id=ids.MARKS),
        ],
    )


def _change(choice: Choice) -> html.Div:
    _ = words(choice.lang)
    return html.Div(
        [
            html.H2(_("Sites")),
            html.Div(
                [
                    dmc.TextInput(
                        id=ids.PLACE,
                        label=_("Commune where to add or move a team (name, Insee code, or a click on the map)"),
                        value="",
                        className="plan-place",
                    ),
                    html.Button(_("Add a team there"), id=ids.ADD, className="button", type="button"),
                    html.Button(
                        _("Search again around the locked teams"), id=ids.AGAIN, className="button", type="button"
                    ),
                ],
                className="plan-bar",
            ),
            html.Div(id=ids.SAID_SITES, role="alert"),
        ],
    )


def _save(known: Facts, choice: Choice, shown: view.View) -> html.Div:
    _ = words(choice.lang)
    plans = plan_options(known)
    name = work.opened(known, choice.plan).name if choice.plan else ""
    return html.Div(
        [
            html.H2(_("Save, compare, share")),
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
                    html.Button(_("Bring in a plan (JSON)"), id=ids.IMPORT, className="button", type="button"),
                    dcc.Store(id=ids.IMPORTED),
                ],
                className="plan-bar",
            ),
            html.Div(id=ids.SAID_SAVE, role="alert"),
        ],
    )


def _keep(plans: list[dict], name: str, choice: Choice) -> list:
    """What is done with the plan on screen."""
    _ = words(choice.lang)
    return [
        html.Div(
            [
                dmc.TextInput(id=ids.NAME, label=_("Name of the plan"), value=name),
                dmc.TextInput(
                    id=ids.WHO,
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
                html.Button(_("Save a version"), id=ids.SAVE, className="button button-main", type="button"),
                html.Button(_("Keep as a copy"), id=ids.COPY, className="button", type="button"),
            ],
            className="plan-bar",
        ),
        html.Div(
            [
                dmc.Select(
                    id=ids.OTHER,
                    label=_("Compare with"),
                    data=plans,
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


def plan_options(known: Facts) -> list[dict]:
    """Plans and versions, for a control."""
    options = []
    for plan in known.workspace.plans.list():
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
    identifier = written_plan(choice.plan)
    return [
        html.A(word, href=f"/export/plan/{identifier}.{ending}?lang={choice.lang}", className="button", download=True)
        for word, ending in (("CSV", "csv"), ("GeoPackage", "gpkg"), ("JSON", "json"), ("Word", "docx"))
    ]


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Scenarios")
