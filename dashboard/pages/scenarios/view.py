"""What the page shows of a plan: its sentences, its map, its sites, the plan it is compared with."""

from dataclasses import dataclass

import dash_ag_grid as dag
import pandas as pd
from dash import html

from dashboard import components, maps, text
from dashboard import table as grid
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids, work
from dashboard.pages.scenarios.work import Shown
from dashboard.state import Choice
from dashboard.text import plan as said
from dashboard.text import travel
from geodata.planning import states
from geodata.request import Request
from geodata.territory import FRANCE, Level
from geodata.workspace import JobState

MOST_MARKS = 500
"""Teams in place drawn on the map at most."""


@dataclass(frozen=True)
class View:
    """Content of each part of the page, in the order in which callbacks write it."""

    status: list
    card: list
    legend: list
    outlines: list
    marks: list
    paint: dict
    sites: list
    versions: list
    revision: int | None
    is_still: bool

    @property
    def outputs(self) -> tuple:
        """The parts as a callback gives them; what is still neither asks again nor can be stopped, and what works on a
        list of sites is hidden until there is one."""
        return (*vars(self).values(), self.is_still, bool(self.outlines), *(not self.sites,) * 3)


def view(known: Facts, choice: Choice) -> View:
    """The page for the plan of an address, or without one."""
    if choice.plan is None:
        return _nothing(known, choice)
    shown, other, state = _opened(known, choice)
    return View(
        status=_status(known, shown, choice),
        card=_card(known, shown, other, choice),
        legend=_legend(state, shown, other, choice.lang),
        outlines=_outlines(known, shown.request.region),
        marks=_marks(known, shown, other, choice.lang),
        paint=_paint(state, other is not None, choice.lang),
        sites=_sites(known, shown, choice),
        versions=_versions(known, shown, choice),
        revision=shown.revision,
        is_still=not shown.is_running,
    )


def _opened(known: Facts, choice: Choice) -> tuple[Shown, Shown | None, pd.Series | None]:
    """The plan of an address, the one it is compared with, and the state of each commune; None without an answer."""
    shown = work.opened(known, choice.plan)
    other = work.opened(known, choice.other) if choice.other else None
    state = _states(known, shown) if shown.plan and shown.data_hash == known.version else None
    if other and other.plan and state is not None and other.data_hash == known.version:
        state = difference(state, _states(known, other))
    return shown, other, state


def communes_table(known: Facts, choice: Choice) -> list:
    """The table that is the map: every commune with its state."""
    _ = words(choice.lang)
    shown, other, state = _opened(known, choice)
    if state is None:
        return [html.P(_("Nothing to show: this plan has no answer on today's data."), className="nature")]
    communes = known.case(shown.request).communes.loc[state.index]
    said_of = state_words(other is not None, choice.lang)
    rows = {
        "code": state.index,
        "name": communes["name"].to_numpy(),
        "departement": communes["departement"].map(names(known)).to_numpy(),
        "state": state.map(said_of).map(text.capitalised).to_numpy(),
    }
    head = [_("Commune"), _("Département"), _("State")]
    return [
        dag.AgGrid(
            id=ids.COMMUNES_TABLE,
            columnDefs=[
                {"field": field, "headerName": word, "flex": 1, "filter": True}
                for field, word in zip(("name", "departement", "state"), head, strict=True)
            ],
            rowData=pd.DataFrame(rows).sort_values("name").to_dict("records"),
            defaultColDef=grid.COLUMN,
            dashGridOptions=grid.options(choice.lang),
            className="ag-theme-quartz",
            style={"height": "420px"},
        )
    ]


def difference(first: pd.Series, second: pd.Series) -> pd.Series:
    """For each commune: reached by both plans (`both`), by the `first` or the `second` only, or by none."""
    reached = pd.DataFrame({"first": first != "none", "second": second.reindex(first.index) != "none"})
    both = reached["first"] & reached["second"]
    found = pd.Series("none", index=first.index)
    found[reached["first"]], found[reached["second"]] = "first", "second"
    found[both] = "both"
    return found


def names(known: Facts) -> dict[str, str]:
    """Names of départements, by code."""
    return {code: name for (level, code), name in known.names().items() if level == Level.DEPARTEMENT}


def reference(known: Facts, shown: Shown) -> str:
    """Name and version of a plan."""
    return shown.name + (f" · v{shown.version}" if shown.version else "")


# -- parts -----------------------------------------------------------------------------------------------------------


def _nothing(known: Facts, choice: Choice) -> View:
    _ = words(choice.lang)
    intro = [
        html.H2(_("What this page answers")),
        html.P(
            _(
                "Say how many teams, for whom and how far. The answer lists the sites that bring the most people "
                "within reach, each person counted once, with the proof of how good it is."
            )
        ),
        html.P(
            _("A plan says where people are likely to be; those who know the place decide. Move any site by hand."),
            className="hint",
        ),
    ]
    return View(
        [], intro, [], _outlines(known, choice.region), [], _paint(None, False, choice.lang), [], [], None, True
    )


def _status(known: Facts, shown: Shown, choice: Choice) -> list:
    _ = words(choice.lang)
    job = shown.job
    if shown.is_running and job.state == JobState.WAITING:
        return [components.alert(text.waiting(known.workspace.jobs.before(job.id), choice.lang), kind="info")]
    if shown.is_running:
        done = round(job.progress * 100)
        doing = _("Looking for a better list") if job.progress < 0.6 else _("Testing the list against the uncertainty")
        return [
            html.Div(
                [
                    html.Span(f"{doing} · {text.percent(job.progress, choice.lang, 0)}", id="plan-progress-words"),
                    html.Progress(value=str(done), max="100", **{"aria-labelledby": "plan-progress-words"}),
                ],
                className="plan-progress",
            )
        ]
    if job is not None and job.state == JobState.FAILED:
        sites = known.case(shown.request).sites["name"].to_dict() if job.answer else {}
        reasons = [said.conflict(one, names(known) | sites, choice.lang) for one in work.conflicts(job)]
        sentence = " ".join(reasons) or _("The computation failed; the message is in the server's log.")
        return [components.alert(sentence, _("This request cannot be met"))]
    if shown.plan is None:
        return [components.alert(_("The computation was interrupted before its first answer: ask again."), kind="info")]
    if shown.data_hash != known.version:
        return [
            components.alert(
                _(
                    "The database has changed since this plan (%(then)s, now %(now)s). It is shown as it was computed; "
                    "ask again to compute it on today's data."
                )
                % {"then": shown.data_hash[:8], "now": known.version[:8]},
                kind="info",
            )
        ]
    return []


def _card(known: Facts, shown: Shown, other: Shown | None, choice: Choice) -> list:
    _ = words(choice.lang)
    lang, request = choice.lang, shown.request
    if shown.plan is None:
        return [html.H2(reference(known, shown))]
    plan = shown.plan
    if other is not None and other.plan is not None:
        return comparison(known, shown, other, lang)
    equity = said.equity(plan, names(known), lang)
    case = known.case(request) if shown.data_hash == known.version else None
    caveats = [said.in_place(request, known.titles(lang), lang)]
    if case is not None:
        untold = {departement for _category, departement in case.untold}
        caveats += [said.untold(len(untold), lang)] if untold else []
        caveats += [said.unplaced(case.unplaced, lang)] if case.unplaced else []
        caveats += [said.left_out(case.left_out, lang)] if case.left_out else []
    return [
        html.H2(reference(known, shown)),
        html.P(_decided(shown, lang), className="where"),
        html.P(said.headline(plan, request, lang), className="sentence"),
        html.P(said.loss(plan, shown.proposal, lang), className="plan-loss") if shown.is_edited else None,
        html.P(proof(shown, lang), className="compared"),
        _figures(shown, lang),
        html.P(equity, className="compared") if equity else None,
        html.Ul([html.Li(one) for one in said.deviations(plan, request, names(known), lang)], className="plan-list"),
        html.H3(_("What to know")),
        html.Ul([html.Li(one) for one in [*caveats, said.kind(request, lang)]], className="plan-list"),
        html.P(travel.sentence(case.travel_method, lang), className="nature") if case is not None else None,
        html.P(
            _("database %(version)s") % {"version": shown.data_hash[:8]},
            className="nature",
        ),
    ]


def proof(shown: Shown, lang: str) -> str:
    """How good the list that was computed is; said to be about that one when another is kept."""
    _ = words(lang)
    gap = said.gap(shown.proposal, lang)
    return _("List that was computed. %s") % gap if shown.is_edited else gap


def _decided(shown: Shown, lang: str) -> str:
    _ = words(lang)
    state = _("Decided") if shown.is_decided else _("Draft, kept at each change")
    if shown.version and not shown.is_decided:
        state = _("Saved version")
    return _("%(state)s · %(who)s, %(when)s") % {
        "state": state,
        "who": shown.written_by,
        "when": text.moment(shown.written_on, lang),
    }


def figures(shown: Shown, lang: str) -> list[tuple[str, str]]:
    """The numbers of a plan, with their words."""
    _ = words(lang)
    plan = shown.plan
    rows = [
        (_("Teams placed"), text.number(len(plan.sites), lang)),
        (_("People to reach"), said.people(plan.people, lang)),
        (_("Within reach of a team in place"), _before(shown.request, plan.reached_before, lang)),
        (_("Newly within reach"), said.people(plan.reached, lang)),
        (_("Within reach of several teams, counted once"), said.people(plan.overlap, lang)),
        (_("Left out of reach"), said.people(plan.unserved, lang)),
        (_("Share within reach of any team"), text.percent(plan.share, lang, 0)),
    ]
    if shown.request.budget is not None:
        cost = sum(shown.request.cost_at(site.id) for site in plan.sites)
        rows.append((_("Cost (€)"), text.number(cost, lang)))
        rows.append((_("Budget (€)"), text.number(shown.request.budget, lang)))
    return rows


def _before(request: Request, people: float, lang: str) -> str:
    """People within reach already: unknown, not zero, when no team in place is known."""
    _ = words(lang)
    return said.people(people, lang) if request.existing or request.own_teams else _("not known")


def _figures(shown: Shown, lang: str) -> html.Dl:
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in figures(shown, lang)], className="plan-figures"
    )


def _outlines(known: Facts, region: str) -> list:
    fingerprint = None if region == FRANCE else known.fingerprint(Level.COMMUNE, region)
    return [] if fingerprint is None else [maps.plan_outlines(region, fingerprint)]


def _states(known: Facts, shown: Shown) -> pd.Series:
    return states(known.case(shown.request), shown.plan)


def state_words(is_comparison: bool, lang: str) -> dict[str, str]:
    """The state of a commune in words, in the order of the legend."""
    _ = words(lang)
    if is_comparison:
        return {
            "both": _("within reach in both plans"),
            "first": _("in the first plan only"),
            "second": _("in the second plan only"),
            "none": _("in neither"),
        }
    return {
        "new": _("newly within reach"),
        "before": _("within reach of a team in place"),
        "none": _("out of reach"),
    }


def _legend(state: pd.Series | None, shown: Shown, other: Shown | None, lang: str) -> list:
    if state is None:
        return []
    _ = words(lang)
    counts = state.value_counts()
    rows = [
        html.Li(
            [
                html.Span(className=f"plan-swatch plan-{name}", **{"aria-hidden": "true"}),
                html.Span(text.capitalised(word)),
                html.Span(text.count_of(Level.COMMUNE, int(counts.get(name, 0)), lang), className="count"),
            ]
        )
        for name, word in state_words(other is not None, lang).items()
        if name != "before" or shown.plan.existing
    ]
    marks = [("new", _("new team"))]
    if other is not None:
        marks = [("new", _("team of the first plan")), ("other", _("team of the second plan"))]
    elif shown.locked:
        marks.append(("locked", _("locked team")))
    if 0 < len(shown.plan.existing) <= MOST_MARKS:
        marks.append(("before", _("team in place")))
    rows += [
        html.Li([html.Span(className=f"plan-mark plan-mark-{kind}", **{"aria-hidden": "true"}), text.capitalised(word)])
        for kind, word in marks
    ]
    return [html.Ul(rows, className="plan-legend")]


def _in_place(known: Facts, shown: Shown, lang: str) -> list[dict]:
    """Teams in place; none of a list so long that it would hide the map."""
    if shown.data_hash != known.version or len(shown.plan.existing) > MOST_MARKS:
        return []
    _ = words(lang)
    return [
        _feature(site.name, "before", _("team in place"), site.lon, site.lat)
        for site in known.case(shown.request).sites.loc[list(shown.plan.existing)].itertuples()
    ]


def _feature(name: str, kind: str, hover: str, lon: float, lat: float) -> dict:
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "said": hover},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def _marks(known: Facts, shown: Shown, other: Shown | None, lang: str) -> list:
    if shown.plan is None or not shown.names:
        return []
    _ = words(lang)

    def features(one: Shown, kind: str) -> list[dict]:
        return [
            _feature(
                one.names[site.id]["name"],
                "locked" if kind == "new" and site.id in one.locked else kind,
                _("newly reaches %(count)s people") % {"count": said.people(site.reached, lang)},
                one.names[site.id]["lon"],
                one.names[site.id]["lat"],
            )
            for site in one.plan.sites
        ]

    found = [*_in_place(known, shown, lang), *features(shown, "new")]
    found += features(other, "other") if other and other.plan and other.names else []
    # A layer of another list is another layer: dash-leaflet keeps the old marks of one that changes.
    return [maps.plan_teams(f"plan-teams-{shown.id}-{shown.version}-{shown.revision}-{len(found)}", found)]


def _paint(state: pd.Series | None, is_comparison: bool, lang: str) -> dict:
    _ = words(lang)
    by_state = {} if state is None else {name: " ".join(codes) for name, codes in state.groupby(state).groups.items()}
    browser = {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "map": _("Map of the plan: the tables hold the same"),
        "outside": _("not counted in this plan"),
    }
    capitalised = {name: text.capitalised(word) for name, word in state_words(is_comparison, lang).items()}
    return {"states": by_state, "words": browser | capitalised}


# -- tables ----------------------------------------------------------------------------------------------------------


def table(caption: str, head: list[str], rows: list[list]) -> html.Div:
    """A plain table that scrolls on a narrow screen."""
    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(html.Tr([html.Th(word, scope="col") for word in head])),
                html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows]),
            ]
        ),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def _sites(known: Facts, shown: Shown, choice: Choice) -> list:
    if shown.plan is None or not shown.names:
        return []
    _ = words(choice.lang)
    lang, plan, named = choice.lang, shown.plan, names(known)
    can_edit = shown.revision is not None and not shown.is_running and shown.data_hash == known.version
    head = [_("Order"), _("Site"), _("Département"), _("Newly reached"), _("Chosen in")]
    rows = []
    for site in plan.sites:
        place = shown.names[site.id]
        label = place["name"] if place["name"] == place["commune"] else f"{place['name']} ({place['commune']})"
        row = [
            str(site.rank),
            label,
            named.get(place["departement"], place["departement"]),
            said.people(site.reached, lang),
            said.certainty(site.share_of_draws, lang),
        ]
        rows.append([*row, _actions(site.id, label, site.id in shown.locked, lang)] if can_edit else row)
    by_departement = [
        [
            named.get(group.group, group.group),
            text.number(group.teams, lang),
            said.people(group.people, lang),
            _before(shown.request, group.reached_before, lang),
            said.people(group.reached, lang),
            said.people(group.unserved, lang),
            text.percent(group.share, lang, 0),
        ]
        for group in plan.groups
    ]
    return [
        table(
            _("Sites of the plan, in the order in which to open them"), head + ([_("Change")] if can_edit else []), rows
        ),
        html.P(
            _(
                "“Chosen in”: share of the situations compatible with the uncertainty of the estimate in which this "
                "site is in the best list found. A low share means that a neighbour would do as well."
            ),
            className="nature",
        ),
        table(
            _("By département"),
            [
                _("Département"),
                _("Teams"),
                _("People to reach"),
                _("By a team in place"),
                _("Newly reached"),
                _("Left out"),
                _("Share within reach"),
            ],
            by_departement,
        ),
    ]


def _actions(site: str, label: str, is_locked: bool, lang: str) -> html.Div:
    _ = words(lang)
    buttons = [
        ("lock", _("Unlock") if is_locked else _("Lock")),
        ("move", _("Move")),
        ("remove", _("Remove")),
    ]
    return html.Div(
        [
            html.Button(
                word,
                id={"type": ids.ACT, "do": do, "site": site},
                className="button button-small",
                type="button",
                **{"aria-label": f"{word} : {label}"},
            )
            for do, word in buttons
        ],
        className="plan-actions",
    )


def _versions(known: Facts, shown: Shown, choice: Choice) -> list:
    _ = words(choice.lang)
    found = known.workspace.plans.versions(shown.id)
    if not found:
        return [html.P(_("No version saved yet: the work in progress is kept at each change."), className="nature")]
    rows = [
        [
            html.A(f"v{one.version}", href=_address(choice, (shown.id, one.version))),
            _("decided") if one.is_decided else _("saved"),
            one.saved_by,
            text.moment(one.saved_on, choice.lang),
            one.justification or "–",
        ]
        for one in found
    ]
    head = [_("Version"), _("State"), _("By"), _("When"), _("Justification")]
    listed = table(_("Versions of this plan"), head, rows)
    if not shown.version:
        return [listed]
    return [listed, html.P(html.A(_("Go back to the work in progress"), href=_address(choice, (shown.id, 0))))]


def _address(choice: Choice, plan: tuple[str, int]) -> str:
    return Choice(page=choice.page, plan=plan, lang=choice.lang).href


# -- comparison ------------------------------------------------------------------------------------------------------


def comparison(known: Facts, first: Shown, second: Shown, lang: str) -> list:
    """Two plans side by side."""
    _ = words(lang)
    both_plans = ((_("First plan"), first), (_("Second plan"), second))
    pairs = [
        (_("People counted"), said.aim(first.request.aim, lang), said.aim(second.request.aim, lang)),
        (_("Minutes"), f"{first.request.minutes:g}", f"{second.request.minutes:g}"),
    ]
    both = zip(dict(figures(first, lang)).items(), dict(figures(second, lang)).values(), strict=False)
    pairs += [(term, one, two) for (term, one), two in both]
    shared = {site.id for site in first.plan.sites} & {site.id for site in second.plan.sites}
    return [
        html.H2(_("Two plans side by side")),
        table(
            _("Figures of both plans"),
            [_("Figure"), *([title, html.Br(), reference(known, one)] for title, one in both_plans)],
            [list(pair) for pair in pairs],
        ),
        html.P(_in_both(known, first, second, lang), className="compared"),
        html.P(said.shared(len(shared), lang), className="compared"),
    ]


def _in_both(known: Facts, first: Shown, second: Shown, lang: str) -> str:
    """Unique people of each plan and of both, counted as the first one counts them."""
    _ = words(lang)
    if {first.data_hash, second.data_hash} != {known.version}:
        return _("The two plans were computed on other data: their people cannot be put together.")
    case = known.case(first.request)
    demand = case.demand(first.request.aim)
    found = difference(_states(known, first), _states(known, second))
    count = {state: said.people(float(demand[found == state].sum()), lang) for state in ("both", "first", "second")}
    return (
        _(
            "Counted once, as the first plan counts people: %(both)s within reach in both plans, %(first)s in the "
            "first only, %(second)s in the second only."
        )
        % count
    )
