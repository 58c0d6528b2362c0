"""What the page does: ask, follow a computation, edit, save, compare, make objectives. Every change is in the workspace
and in the address, nothing in the browser."""

from dataclasses import replace

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components
from dashboard.accounts.current_user import check_own
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.pages.scenarios import asking, editing, export, ids, layout, objectives
from dashboard.pages.scenarios.outputs import AGAIN, VIEW, choice_of, who_of, with_plans
from dashboard.pages.scenarios.view import communes_table, view
from dashboard.state import plan_of


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, facts)
    app.clientside_callback(
        ClientsideFunction("reliance", "paintPlan"), Output(ids.PAINTED, "data"), Input(ids.PAINT, "data")
    )
    _follow(app, facts)
    asking.register(app, facts)
    editing.register(app, facts)
    _objectives(app, facts)
    _communes(app, facts)


def _follow(app: Dash, facts: Facts) -> None:
    @app.callback(
        *VIEW,
        Output("plan-downloads", "children"),
        Output(ids.OPEN, "data"),
        Output(ids.OTHER, "data"),
        Output(ids.NAME, "value"),
        Input(URL, "search"),
        State(URL, "pathname"),
        prevent_initial_call=True,
    )
    def show(query: str, path: str) -> tuple:
        if path != layout.PATH:
            raise PreventUpdate
        choice = choice_of(query)
        options = layout.plan_options(facts)
        name = plan_search.opened(facts, choice.plan).name if choice.plan else ""
        return *view(facts, choice).outputs, layout.downloads(choice), options, options, name

    # At once, in the browser: an answer that comes late would take away what was said since.
    app.clientside_callback(
        ClientsideFunction("reliance", "unsayPlan"),
        *(Output(one, "children") for one in (ids.MESSAGE, ids.SITES_MESSAGE, ids.SAVE_MESSAGE, ids.OBJECTIVE_MESSAGE)),
        Input(URL, "search"),
        prevent_initial_call=True,
    )

    app.clientside_callback(
        ClientsideFunction("reliance", "askOfPlan"),
        Output(ids.TICK, "data"),
        Input(ids.POLL, "n_intervals"),
        State(ids.ANSWERED_TICK, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        *AGAIN,
        Output(ids.ANSWERED_TICK, "data"),
        Input(ids.TICK, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def poll(tick: int | None, query: str) -> tuple:
        choice = choice_of(query)
        if choice.plan is None:
            raise PreventUpdate
        # While it runs only what moves is sent again: outlines stay.
        return *replace(view(facts, choice), outlines=no_update).outputs, tick

    @app.callback(
        Output(ids.STATUS, "children", allow_duplicate=True),
        Input(ids.CANCEL, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, query: str) -> list:
        choice = choice_of(query)
        if not clicks or choice.plan is None:
            raise PreventUpdate
        _ = words(choice.lang)
        job = plan_search.opened(facts, choice.plan).job
        if job is not None:
            check_own(job.client)
            facts.workspace.jobs.cancel(job.id)
        return [components.alert(_("Stopped: the best list found so far is kept."), kind="info")]

    @app.callback(
        Output(ids.LOCATION, "href"),
        Input(ids.OPEN, "value"),
        Input(ids.OTHER, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def go(plan: str | None, other: str | None, query: str) -> str:
        choice = choice_of(query)
        if ctx.triggered_id == ids.OPEN:
            if not plan:
                raise PreventUpdate
            return with_plans(choice, plan=plan_of(plan), other=None).href
        if choice.plan is None:
            raise PreventUpdate
        # A plan is not compared with itself.
        second = plan_of(other)
        return with_plans(choice, other=None if second == choice.plan else second).href


def _communes(app: Dash, facts: Facts) -> None:
    @app.callback(
        Output(ids.COMMUNES, "children"),
        Input(ids.SHOW_COMMUNES, "n_clicks"),
        Input(ids.PAINT, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def communes(_clicks: int | None, _painted: dict | None, query: str) -> list:
        choice = choice_of(query)
        # Another plan empties the table: it is drawn when it is asked for.
        if ctx.triggered_id != ids.SHOW_COMMUNES or choice.plan is None:
            return []
        return communes_table(facts, choice)


def _objectives(app: Dash, facts: Facts) -> None:
    @app.callback(
        Output(ids.OBJECTIVES, "children"),
        Output(ids.OBJECTIVE_MESSAGE, "children", allow_duplicate=True),
        Input(ids.OBJECTIVE_ADD, "n_clicks"),
        State(URL, "search"),
        State(ids.OBJECTIVE_NAME, "value"),
        State(ids.OBJECTIVE_AXIS, "value"),
        State(ids.OBJECTIVE_TARGET, "value"),
        State(ids.OBJECTIVE_YEAR, "value"),
        State(ids.WHO, "value"),
        prevent_initial_call=True,
    )
    def add(
        clicks: int | None,
        query: str,
        name: str,
        axis: str,
        target: float | None,
        year: float | None,
        who: str,
    ) -> tuple:
        choice = choice_of(query)
        if not clicks:
            raise PreventUpdate
        _ = words(choice.lang)
        if choice.plan is None or not (name or "").strip() or not (axis or "").strip() or not target or not year:
            missing = _(
                "Open a plan, then give the objective a name, a line of the regional plan, a target and a year."
            )
            return no_update, components.alert(missing)
        shown = plan_search.opened(facts, choice.plan)
        if not shown.request.existing and not shown.request.own_teams:
            message = _(
                "An objective starts from the teams in place, and this plan knows none: list them in the request "
                "first. An unknown start is not zero."
            )
            return no_update, components.alert(message)
        objective = objectives.made(shown, facts, target=float(target) / 100, year=int(year), axis=axis)
        facts.workspace.objectives.create(name, objective.to_dict(), who=who_of(who, choice.lang))
        return objectives.listed(facts, choice.lang), None
