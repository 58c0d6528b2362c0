"""What the page does: find a territory; start a batch, follow it, stop it. A batch's state is in the workspace."""

from dataclasses import replace

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, search
from dashboard.accounts.current_user import check_own
from dashboard.computations import sheet_batch
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.jobs import is_lost
from dashboard.pages.fiches import export, ids, layout, remark
from dashboard.state import read
from geodata.errors import UnknownRecord
from geodata.territory import Level
from geodata.workspace import JobState


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, facts)
    search.register(app, facts, ids.SEARCH)

    @app.callback(
        Output(ids.LOCATION, "search"),
        Output(ids.TERRITORY, "children"),
        Output(ids.SEARCH, "value"),
        Input(ids.LOCATION, "search"),
        Input(ids.SEARCH, "value"),
        State(URL, "pathname"),
        prevent_initial_call=True,
    )
    def choose(query: str, place: str | None, path: str) -> tuple:
        if path != layout.PATH:
            raise PreventUpdate
        choice, _notices = facts.checked(read(layout.PATH, query)[0])
        if place:
            level, code = place.split(":")
            choice = replace(choice, selected=(Level(level), code))
        new = no_update if choice.query == (query or "") else choice.query
        return new, layout.one(facts, choice), None if place else no_update

    @app.callback(
        Output(ids.REMARK, "children"),
        Output(ids.REMARK_SECTION, "hidden"),
        Output(ids.REMARK_MESSAGE, "children"),
        Input(ids.LOCATION, "search"),
        State(URL, "pathname"),
        prevent_initial_call=True,
    )
    def show_remark(query: str, path: str) -> tuple:
        if path != layout.PATH:
            raise PreventUpdate
        choice, _notices = facts.checked(read(layout.PATH, query)[0])
        return remark.fields(facts, choice), remark.is_hidden(facts, choice), None

    @app.callback(
        Output(ids.REMARK, "children", allow_duplicate=True),
        Output(ids.REMARK_MESSAGE, "children", allow_duplicate=True),
        Input(ids.DRAFT, "n_clicks"),
        Input(ids.VALIDATE, "n_clicks"),
        State(ids.TEXT, "value"),
        State(ids.EXISTS, "value"),
        State(ids.WHO, "value"),
        State(ids.REVISION, "data"),
        State(ids.LOCATION, "search"),
        prevent_initial_call=True,
    )
    def write(
        _draft: int | None, _validate: int | None, text: str, exists: str, who: str, revision: int, query: str
    ) -> tuple:
        choice, _notices = facts.checked(read(layout.PATH, query)[0])
        if choice.selected is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        is_validated = ctx.triggered_id == ids.VALIDATE
        is_kept, sentence = remark.keep(facts, choice, text, exists, who, revision, is_validated=is_validated)
        # What could not be kept stays in the form.
        return remark.fields(facts, choice) if is_kept else no_update, sentence

    @app.callback(
        Output(ids.JOB, "data"),
        Output(ids.MESSAGE, "children"),
        Input(ids.PRINT, "n_clicks"),
        State(ids.REGION, "value"),
        State(ids.LEVEL, "value"),
        State(ids.MERGE, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, region: str | None, level: str, merge: str, query: str) -> tuple:
        if not clicks:
            raise PreventUpdate
        choice, _notices = read(layout.PATH, query)
        choice, _notices = facts.checked(choice)
        _ = words(choice.lang)
        if not region:
            return no_update, components.alert(_("Choose a region first."))
        return sheet_batch.start(facts, export.settings(), choice, Level(level), region, merge or "").id, ""

    @app.callback(
        Output(ids.JOB, "data", allow_duplicate=True),
        Input(ids.CANCEL, "n_clicks"),
        State(ids.JOB, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, job: str | None) -> str:
        if not clicks or not job:
            raise PreventUpdate
        check_own(facts.workspace.jobs.get(job).client)
        facts.workspace.jobs.cancel(job)
        return job

    @app.callback(
        Output(ids.STATUS, "children"),
        Output(ids.CANCEL, "hidden"),
        Output(ids.POLL, "disabled"),
        Input(ids.POLL, "n_intervals"),
        Input(ids.JOB, "data"),
        State(URL, "search"),
    )
    def follow(_ticks: int | None, job: str | None, query: str) -> tuple:
        choice, _notices = read(layout.PATH, query)
        try:
            record = facts.workspace.jobs.get(job) if job else None
        except UnknownRecord:
            # The browser remembers a batch of another workspace.
            record = None
        is_open = record is not None and record.state in (JobState.WAITING, JobState.RUNNING) and not is_lost(record)
        before = facts.workspace.jobs.before(record.id) if record and record.state is JobState.WAITING else 0
        return layout.status(record, choice.lang, before), not is_open, not is_open
