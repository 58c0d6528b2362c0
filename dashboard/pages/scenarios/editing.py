"""A plan changed by hand: sites, teams that opened, versions, copies, plans brought in."""

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, text
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.pages.scenarios import ids, layout
from dashboard.pages.scenarios.asking import Named
from dashboard.pages.scenarios.outputs import AGAIN, choice_of, unchanged, who_of, with_plans
from dashboard.pages.scenarios.view import view
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from geodata.errors import BadInput, Infeasible
from geodata.workspace import SavedPlan, Version


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks."""
    _edit(app, facts)
    _keep(app, facts)
    _bring(app, facts)


def _edit(app: Dash, facts: Facts) -> None:
    @app.callback(
        *AGAIN,
        Output(ids.SITES_MESSAGE, "children", allow_duplicate=True),
        Output(ids.SAVE_MESSAGE, "children", allow_duplicate=True),
        Input({"type": ids.ACT, "do": ALL, "site": ALL}, "n_clicks"),
        Input(ids.ADD, "n_clicks"),
        Input(ids.AGAIN, "n_clicks"),
        State(URL, "search"),
        State(ids.PLACE, "value"),
        State(ids.WHO, "value"),
        State(ids.REVISION, "data"),
        prevent_initial_call=True,
    )
    def change(
        _acts: list,
        _add: int | None,
        _again: int | None,
        query: str,
        place: str | None,
        who: str,
        revision: int | None,
    ) -> tuple:
        choice = choice_of(query)
        if choice.plan is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        _ = words(choice.lang)
        if revision is None:
            return _refused(_("A saved version does not change: open the work in progress, or keep a copy."))
        shown = plan_search.opened(facts, choice.plan)
        if not shown.is_answered or shown.is_running:
            raise PreventUpdate
        role = who_of(who, choice.lang)
        if ctx.triggered_id == ids.AGAIN:
            plan_search.start_again(facts, shown, revision=revision, who=role)
            return *view(facts, choice).outputs, None, None
        sites, locked, opened = list(shown.sites), list(shown.locked), list(shown.request.opened)
        do, old = ("add", "") if ctx.triggered_id == ids.ADD else (ctx.triggered_id["do"], ctx.triggered_id["site"])
        if do == "lock":
            locked = [one for one in locked if one != old] if old in locked else [*locked, old]
            plan_search.edit(facts, shown, revision=revision, who=role, locked=locked)
            return *view(facts, choice).outputs, None, None
        if do == "open":
            opened = [one for one in opened if one != old] if old in opened else [*opened, old]
            plan_search.edit(facts, shown, revision=revision, who=role, opened=opened)
            return *view(facts, choice).outputs, None, None
        if do in ("add", "move"):
            new = Named(plan_search.everywhere(facts, shown)).site((place or "").strip()) if place else None
            if new is None or sites.count(new) >= shown.request.teams_at_site:
                code = {"code": text.code_of_place(facts.store.country(), choice.lang)}
                return _refused(
                    _("Write the name or the %(code)s of one commune that has no team in this plan.") % code
                )
            at = sites.index(old) if old in sites else len(sites)
            sites = [*sites[:at], new, *sites[at + (do == "move") :]]
        else:
            sites.remove(old)
            if not sites:
                return _refused(_("A plan has one site at least: add another one before removing the last."))
        try:
            locked = [one for one in locked if one in sites]
            plan_search.edit(facts, shown, revision=revision, who=role, sites=sites, locked=locked)
        except Infeasible as error:
            named = facts.case(shown.request).sites["name"].to_dict()
            return _refused(" ".join(plan_text.conflict(one, named, choice.lang) for one in error.conflicts))
        return *view(facts, choice).outputs, None, None


def _refused(sentence: str) -> tuple:
    """An edit that is not made; what a save said before does not stay beside it."""
    return *unchanged(sentence), None


def _keep(app: Dash, facts: Facts) -> None:
    @app.callback(
        *AGAIN,
        Output(ids.SAVE_MESSAGE, "children", allow_duplicate=True),
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
    def save(
        clicks: int | None, query: str, name: str, who: str, why: str, is_decided: bool, revision: int | None
    ) -> tuple:
        choice = choice_of(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        _ = words(choice.lang)
        problem = None
        if revision is None:
            problem = _("A saved version does not change: open the work in progress, or keep a copy.")
        elif (shown := plan_search.opened(facts, choice.plan)).is_running or not shown.is_answered:
            problem = _("Wait for a list of sites, or stop the search, before saving.")
        elif not (who or "").strip():
            problem = _("Write your role: every version says who saved it.")
        elif not (name or "").strip():
            problem = _("Give the plan a name.")
        elif len(name.strip()) > plan_search.MOST_LETTERS:
            problem = _("The name of a plan holds %s letters at most.") % plan_search.MOST_LETTERS
        elif is_decided and not (why or "").strip():
            problem = _("A plan is decided with its justification: write why these sites.")
        if problem or revision is None:
            return *unchanged(problem or ""), no_update, no_update
        kept: Version = facts.workspace.plans.save(
            choice.plan[0], revision=revision, who=who, name=name, justification=why or "", is_decided=bool(is_decided)
        )
        done = _("Version %s is saved.") % kept.version
        options = layout.plan_options(facts)
        return *view(facts, choice).outputs, components.alert(done, kind="info"), options, options

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Input(ids.COPY, "n_clicks"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def copy(clicks: int | None, query: str, who: str) -> str:
        choice = choice_of(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        made = plan_search.copy(
            facts, plan_search.opened(facts, choice.plan), lang=choice.lang, who=who_of(who, choice.lang)
        )
        return with_plans(choice, plan=(made.id, 0)).href


def _bring(app: Dash, facts: Facts) -> None:
    app.clientside_callback(
        ClientsideFunction("reliance", "choosePlan"),
        Output(ids.IMPORTED, "data"),
        Input(ids.IMPORT, "n_clicks"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Output(ids.SAVE_MESSAGE, "children", allow_duplicate=True),
        Input(ids.IMPORTED, "data"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def bring(file: dict | None, query: str, who: str) -> tuple:
        if not file:
            raise PreventUpdate
        choice = choice_of(query)
        plan, problem = brought(facts, file["text"], who_of(who, choice.lang), choice.lang)
        if plan is None:
            return no_update, components.alert(problem or "")
        return Choice(page=layout.PATH, plan=(plan.id, 0), lang=choice.lang).href, None


def brought(facts: Facts, text: str, who: str, lang: str) -> tuple[SavedPlan | None, str | None]:
    """The plan that a file holds, or a sentence that says it holds none."""
    _ = words(lang)
    try:
        return plan_search.brought(facts, text, who=who), None
    except BadInput:
        # What is wrong inside is said in English, in words of the format: not to a reader.
        return None, _(
            "This file cannot be brought in: it is not a plan taken from this page (JSON), or a part of it is missing "
            "or was changed. Take the plan out again, and bring in the file as it is."
        )
