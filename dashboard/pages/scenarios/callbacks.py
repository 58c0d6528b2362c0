"""What the page does: ask, follow a computation, edit, save, compare, make objectives. Every change is in the workspace
and in the address, nothing in the browser."""

import re
from dataclasses import replace

import pandas as pd
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.pages.scenarios import export, ids, layout, objectives, work
from dashboard.pages.scenarios.view import communes_table, view
from dashboard.state import Choice, plan_of, read
from dashboard.text import plan as said
from geodata.errors import BadInput, Infeasible
from geodata.names import normalise
from geodata.request import Aim, OwnTeam, Request, SiteCost
from geodata.workspace import SavedPlan, Version

_VIEW = (
    Output(ids.STATUS, "children"),
    Output(ids.CARD, "children"),
    Output(ids.LEGEND, "children"),
    Output(ids.OUTLINES, "children"),
    Output(ids.MARKS, "children"),
    Output(ids.PAINT, "data"),
    Output(ids.SITES, "children"),
    Output(ids.VERSIONS, "children"),
    Output(ids.REVISION, "data"),
    Output(ids.POLL, "disabled"),
    Output(ids.CANCEL, "hidden"),
    Output(ids.NO_MAP, "hidden"),
    Output(ids.SHOW_COMMUNES, "hidden"),
    Output(ids.CHANGE, "hidden"),
    Output(ids.KEEP, "hidden"),
)
_AGAIN = tuple(Output(one.component_id, one.component_property, allow_duplicate=True) for one in _VIEW)


def register(app: Dash, known: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, known)
    app.clientside_callback(
        ClientsideFunction("reliance", "paintPlan"), Output(ids.PAINTED, "data"), Input(ids.PAINT, "data")
    )
    _follow(app, known)
    _ask(app, known)
    _edit(app, known)
    _keep(app, known)
    _bring(app, known)
    _objectives(app, known)
    _communes(app, known)


def _choice(query: str | None) -> Choice:
    return read(layout.PATH, query)[0]


def _who(role: str | None, lang: str) -> str:
    _ = words(lang)
    return (role or "").strip() or _("a user")


def _follow(app: Dash, known: Facts) -> None:
    @app.callback(
        *_VIEW,
        Output("plan-downloads", "children"),
        Output(ids.OPEN, "data"),
        Output(ids.OTHER, "data"),
        Output(ids.NAME, "value"),
        *(Output(one, "children") for one in (ids.SAID, ids.SAID_SITES, ids.SAID_SAVE, ids.SAID_OBJECTIVE)),
        Input(URL, "search"),
        State(URL, "pathname"),
        prevent_initial_call=True,
    )
    def show(query: str, path: str):
        if path != layout.PATH:
            raise PreventUpdate
        choice = _choice(query)
        options = layout.plan_options(known)
        name = work.opened(known, choice.plan).name if choice.plan else ""
        return *view(known, choice).outputs, layout.downloads(choice), options, options, name, *(None,) * 4

    @app.callback(*_AGAIN, Input(ids.POLL, "n_intervals"), State(URL, "search"), prevent_initial_call=True)
    def poll(_ticks: int, query: str):
        choice = _choice(query)
        if choice.plan is None:
            raise PreventUpdate
        # While it runs only what moves is sent again: outlines stay.
        return replace(view(known, choice), outlines=no_update).outputs

    @app.callback(
        Output(ids.STATUS, "children", allow_duplicate=True),
        Input(ids.CANCEL, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, query: str):
        choice = _choice(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        _ = words(choice.lang)
        job = work.opened(known, choice.plan).job
        if job is not None:
            known.workspace.jobs.cancel(job.id)
        return [components.alert(_("Stopped: the best list found so far is kept."), kind="info")]

    @app.callback(
        Output(ids.LOCATION, "href"),
        Input(ids.OPEN, "value"),
        Input(ids.OTHER, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def go(plan: str | None, other: str | None, query: str):
        choice = _choice(query)
        if ctx.triggered_id == ids.OPEN:
            if not plan:
                raise PreventUpdate
            return _with(choice, plan=plan_of(plan), other=None).href
        if choice.plan is None:
            raise PreventUpdate
        return _with(choice, other=plan_of(other)).href


def _with(choice: Choice, **plans: tuple[str, int] | None) -> Choice:
    """The same page and language with another `plan` or `other`."""
    kept = Choice(page=layout.PATH, plan=choice.plan, other=choice.other, lang=choice.lang)
    return replace(kept, **plans)


def _ask(app: Dash, known: Facts) -> None:
    @app.callback(
        Output(ids.DEPARTEMENTS, "data"),
        Output(ids.DEPARTEMENTS, "value"),
        Input(ids.REGION, "value"),
        prevent_initial_call=True,
    )
    def departements(region: str | None):
        return layout.departement_options(known, region), []

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Output(ids.SAID, "children", allow_duplicate=True),
        Input(ids.PROPOSE, "n_clicks"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        *(
            State(name, "checked" if name == ids.NONE_KNOWN else "value")
            for name in (
                *(ids.REGION, ids.DEPARTEMENTS, ids.TEAMS, ids.MINUTES, ids.AIM, ids.EXISTING, ids.OWN_TEAMS),
                *(ids.NONE_KNOWN, ids.CANDIDATES, ids.FLOOR_TEAMS, ids.FLOOR_SHARE, ids.FORCED, ids.EXCLUDED),
                *(ids.COST, ids.COSTS, ids.BUDGET),
            )
        ),
        prevent_initial_call=True,
    )
    def propose(clicks: int | None, query: str, who: str, *form):
        if not clicks:
            raise PreventUpdate
        choice = _choice(query)
        request, problem = asked(known, form, choice.lang)
        if problem:
            return no_update, components.alert(problem)
        name = work.default_name(request, known.names()["region", request.region], choice.lang)
        plan = work.start(known, request, name=name, who=_who(who, choice.lang))
        return Choice(page=layout.PATH, plan=(plan.id, 0), lang=choice.lang).href, None


def asked(known: Facts, form: tuple, lang: str) -> tuple[Request | None, str | None]:
    """The request that the form holds, or what is missing in one sentence."""
    _ = words(lang)
    region, departements, teams, minutes, aim, existing, own, none_known, candidates, *rules = form
    floor_teams, floor_share, forced, excluded, cost, costs, budget = rules
    if not region:
        return None, _("Choose a region.")
    if not teams or not minutes:
        return None, _("Give a number of teams and a number of minutes.")
    if not existing and not (own or "").strip() and not none_known:
        return None, _(
            "Say which teams are in place already: choose services, list the teams you know of, or tick that none is "
            "known to you. A plan that forgets them would place new teams beside them."
        )
    if bool(cost) != bool(budget):
        return None, _("The cost of a team and the budget go together: give both or neither.")
    if (costs or "").strip() and not cost:
        return None, _("Give the cost of a team elsewhere, and the budget, beside the costs of some sites.")
    communes = known.store.demand(region)
    request = Request(
        region=region,
        departements=tuple(departements or ()),
        teams=int(teams),
        minutes=float(minutes),
        aim=Aim(aim),
        existing=tuple(existing or ()),
        says_none_known=bool(none_known),
        candidates=candidates,
        floor_teams=int(floor_teams or 0),
        floor_share=float(floor_share or 0) / 100,
        cost=float(cost) if cost else None,
        budget=float(budget) if budget else None,
    )
    teams_known, unread = [], []
    for line in filter(None, map(str.strip, (own or "").splitlines())):
        code, _blank, name = re.sub(r"[;,\t]", " ", line, count=1).partition(" ")
        if code.upper() in communes.index:
            teams_known.append(OwnTeam(name.strip() or communes.at[code.upper(), "name"], code.upper()))
        else:
            unread.append(line)
    if unread:
        return None, _("These teams have no commune of the region: %(lines)s. Write an Insee code, then a name.") % {
            "lines": " ; ".join(unread[:3])
        }
    request = Request(**{**vars(request), "own_teams": tuple(teams_known)})
    try:
        sites = known.case(request).sites
    except BadInput:
        return None, _("Nobody can be counted for this request in this database: choose other people to reach.")
    for key, typed in (("forced", forced), ("excluded", excluded)):
        found = {word: site_named(sites, word) for word in filter(None, map(str.strip, (typed or "").split(",")))}
        if missing := [word for word, site in found.items() if site is None]:
            return None, _("No possible site has the name or code: %(names)s.") % {"names": ", ".join(missing)}
        request = Request(**{**vars(request), key: tuple(found.values())})
    priced, unread = _priced(sites, costs or "")
    if unread:
        return None, _("These costs cannot be read: %(lines)s. Write a site, a semicolon, then an amount.") % {
            "lines": " / ".join(unread[:3])
        }
    return Request(**{**vars(request), "costs": priced}), None


def _priced(sites: pd.DataFrame, typed: str) -> tuple[tuple[SiteCost, ...], list[str]]:
    """What some sites cost, and the lines that cannot be read."""
    found, unread = {}, []
    for line in filter(None, map(str.strip, typed.splitlines())):
        name, _semicolon, amount = line.rpartition(";")
        site, amount = site_named(sites, name.strip()), re.sub(r"[\s€]", "", amount).replace(",", ".")
        if site is None or not re.fullmatch(r"\d+(\.\d+)?", amount) or not float(amount):
            unread.append(line)
        else:
            found[site] = SiteCost(site, float(amount))
    return tuple(found.values()), unread


def site_named(sites, typed: str) -> str | None:
    """The candidate with this identifier, Insee code or name; None when there is none, or several.

    A click on the map writes the name and the code: "Foix (09122)".
    """
    if typed in sites.index:
        return typed
    if written := re.search(r"\((\w{5})\)$", typed):
        typed = written[1]
    wanted = normalise(typed)
    for column in ("code_insee", "commune", "name"):
        hit = sites.index[sites[column].map(normalise) == wanted]
        if len(hit) == 1:
            return hit[0]
    return None


def _edit(app: Dash, known: Facts) -> None:
    @app.callback(
        *_AGAIN,
        Output(ids.SAID_SITES, "children", allow_duplicate=True),
        Output(ids.SAID_SAVE, "children", allow_duplicate=True),
        Input({"type": ids.ACT, "do": ALL, "site": ALL}, "n_clicks"),
        Input(ids.ADD, "n_clicks"),
        Input(ids.AGAIN, "n_clicks"),
        State(URL, "search"),
        State(ids.PLACE, "value"),
        State(ids.WHO, "value"),
        State(ids.REVISION, "data"),
        prevent_initial_call=True,
    )
    def change(_acts, _add, _again, query: str, place: str, who: str, revision: int | None):
        choice = _choice(query)
        if choice.plan is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        _ = words(choice.lang)
        if revision is None:
            return _refused(_("A saved version does not change: open the work in progress, or keep a copy."))
        shown = work.opened(known, choice.plan)
        if shown.plan is None or shown.is_running:
            raise PreventUpdate
        role = _who(who, choice.lang)
        if ctx.triggered_id == ids.AGAIN:
            work.start_again(known, shown, revision=revision, who=role)
            return *view(known, choice).outputs, None, None
        sites, locked = [site.id for site in shown.plan.sites], list(shown.locked)
        do, old = ("add", None) if ctx.triggered_id == ids.ADD else (ctx.triggered_id["do"], ctx.triggered_id["site"])
        if do == "lock":
            locked = [one for one in locked if one != old] if old in locked else [*locked, old]
            work.edit(known, shown, revision=revision, who=role, locked=locked)
            return *view(known, choice).outputs, None, None
        if do in ("add", "move"):
            new = site_named(known.case(shown.request).sites, (place or "").strip()) if place else None
            if new is None or new in sites:
                return _refused(_("Write the name or the Insee code of one commune that has no team in this plan."))
            sites = [*sites, new] if do == "add" else [new if site == old else site for site in sites]
        else:
            sites = [site for site in sites if site != old]
            if not sites:
                return _refused(_("A plan has one site at least: add another one before removing the last."))
        try:
            locked = [one for one in locked if one in sites]
            work.edit(known, shown, revision=revision, who=role, sites=sites, locked=locked)
        except Infeasible as error:
            named = known.case(shown.request).sites["name"].to_dict()
            return _refused(" ".join(said.conflict(one, named, choice.lang) for one in error.conflicts))
        return *view(known, choice).outputs, None, None


def _refused(sentence: str) -> tuple:
    """An edit that is not made; what a save said before does not stay beside it."""
    return *_unchanged(sentence), None


def _communes(app: Dash, known: Facts) -> None:
    @app.callback(
        Output(ids.COMMUNES, "children"),
        Input(ids.SHOW_COMMUNES, "n_clicks"),
        Input(ids.PAINT, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def communes(_clicks, _painted, query: str):
        choice = _choice(query)
        # Another plan empties the table: it is drawn when it is asked for.
        if ctx.triggered_id != ids.SHOW_COMMUNES or choice.plan is None:
            return []
        return communes_table(known, choice)


def _unchanged(sentence: str) -> tuple:
    return (*(no_update,) * len(_VIEW), components.alert(sentence))


def _keep(app: Dash, known: Facts) -> None:
    @app.callback(
        *_AGAIN,
        Output(ids.SAID_SAVE, "children", allow_duplicate=True),
        Output(ids.OPEN, "data", allow_duplicate=True),
        Output(ids.OTHER, "data", allow_duplicate=True),
        Input(ids.SAVE, "n_clicks"),
        State(URL, "search"),
        State(ids.NAME, "value"),
        State(ids.WHO, "value"),
        State(ids.WHY, "value"),
        State(ids.DECIDED, "checked"),
        State(ids.REVISION, "data"),
        prevent_initial_call=True,
    )
    def save(clicks, query: str, name: str, who: str, why: str, is_decided: bool, revision: int | None):
        choice = _choice(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        _ = words(choice.lang)
        problem = None
        if revision is None:
            problem = _("A saved version does not change: open the work in progress, or keep a copy.")
        elif (shown := work.opened(known, choice.plan)).is_running or shown.plan is None:
            problem = _("Wait for a list of sites, or stop the search, before saving.")
        elif not (who or "").strip():
            problem = _("Write your role: every version says who saved it.")
        elif not (name or "").strip():
            problem = _("Give the plan a name.")
        elif is_decided and not (why or "").strip():
            problem = _("A plan is decided with its justification: write why these sites.")
        if problem:
            return *_unchanged(problem), no_update, no_update
        kept: Version = known.workspace.plans.save(
            choice.plan[0], revision=revision, who=who, name=name, justification=why or "", is_decided=bool(is_decided)
        )
        done = _("Version %s is saved.") % kept.version
        options = layout.plan_options(known)
        return *view(known, choice).outputs, components.alert(done, kind="info"), options, options

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Input(ids.COPY, "n_clicks"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def copy(clicks, query: str, who: str):
        choice = _choice(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        made = work.copy(known, work.opened(known, choice.plan), lang=choice.lang, who=_who(who, choice.lang))
        return _with(choice, plan=(made.id, 0)).href


def _bring(app: Dash, known: Facts) -> None:
    app.clientside_callback(
        ClientsideFunction("reliance", "choosePlan"),
        Output(ids.IMPORTED, "data"),
        Input(ids.IMPORT, "n_clicks"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Output(ids.SAID_SAVE, "children", allow_duplicate=True),
        Input(ids.IMPORTED, "data"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def bring(file: dict | None, query: str, who: str):
        if not file:
            raise PreventUpdate
        choice = _choice(query)
        plan, problem = brought(known, file["text"], _who(who, choice.lang), choice.lang)
        if problem:
            return no_update, components.alert(problem)
        return Choice(page=layout.PATH, plan=(plan.id, 0), lang=choice.lang).href, None


def brought(known: Facts, text: str, who: str, lang: str) -> tuple[SavedPlan | None, str | None]:
    """The plan that a file holds, or a sentence that says it holds none."""
    _ = words(lang)
    try:
        return work.brought(known, text, who=who), None
    except BadInput:
        # What is wrong inside is said in English, in words of the format: not to a reader.
        return None, _(
            "This file cannot be brought in: it is not a plan taken from this page (JSON), or a part of it is missing "
            "or was changed. Take the plan out again, and bring in the file as it is."
        )


def _objectives(app: Dash, known: Facts) -> None:
    @app.callback(
        Output(ids.OBJECTIVES, "children"),
        Output(ids.SAID_OBJECTIVE, "children", allow_duplicate=True),
        Input(ids.OBJECTIVE_ADD, "n_clicks"),
        State(URL, "search"),
        State(ids.OBJECTIVE_NAME, "value"),
        State(ids.OBJECTIVE_AXIS, "value"),
        State(ids.OBJECTIVE_TARGET, "value"),
        State(ids.OBJECTIVE_YEAR, "value"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def add(clicks, query: str, name: str, axis: str, target, year, who: str):
        choice = _choice(query)
        if not clicks:
            raise PreventUpdate
        _ = words(choice.lang)
        if choice.plan is None or not (name or "").strip() or not (axis or "").strip() or not target or not year:
            missing = _(
                "Open a plan, then give the objective a name, a line of the regional plan, a target and a year."
            )
            return no_update, components.alert(missing)
        shown = work.opened(known, choice.plan)
        if not shown.request.existing and not shown.request.own_teams:
            unknown = _(
                "An objective starts from the teams in place, and this plan knows none: list them in the request "
                "first. An unknown start is not zero."
            )
            return no_update, components.alert(unknown)
        objective = objectives.made(shown, known, target=float(target) / 100, year=int(year), axis=axis)
        known.workspace.objectives.create(name, objective.to_dict(), who=_who(who, choice.lang))
        return objectives.listed(known, choice.lang), None
