"""What the page does: find a territory; start a batch, follow it, stop it. A batch's state is in the workspace."""

from dataclasses import replace

from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.jobs import is_lost
from dashboard.pages.fiches import export, ids, layout, work
from dashboard.state import read
from geodata.errors import UnknownRecord
from geodata.territory import Level
from geodata.workspace import JobState


def register(app: Dash, known: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, known)
    search.register(app, known, ids.SEARCH)

    @app.callback(
        Output(ids.LOCATION, "search"),
        Output(ids.TERRITORY, "children"),
        Output(ids.SEARCH, "value"),
        Input(ids.LOCATION, "search"),
        Input(ids.SEARCH, "value"),
        State(URL, "pathname"),
        prevent_initial_call=True,
    )
    def choose(query: str, found: str | None, path: str):
        if path != layout.PATH:
            raise PreventUpdate
        choice, _notices = known.checked(read(layout.PATH, query)[0])
        if found:
            level, code = found.split(":")
            choice = replace(choice, selected=(Level(level), code))
        new = no_update if choice.query == (query or "") else choice.query
        return new, layout.one(known, choice), None if found else no_update

    @app.callback(
        Output(ids.JOB, "data"),
        Output(ids.SAID, "children"),
        Input(ids.PRINT, "n_clicks"),
        State(ids.REGION, "value"),
        State(ids.LEVEL, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, region: str | None, level: str, query: str):
        if not clicks:
            raise PreventUpdate
        choice, _notices = read(layout.PATH, query)
        choice, _notices = known.checked(choice)
        _ = words(choice.lang)
        if not region:
            return no_update, components.alert(_("Choose a region first."))
        return work.start(known, export.settings(), choice, Level(level), region).id, ""

    @app.callback(
        Output(ids.JOB, "data", allow_duplicate=True),
        Input(ids.CANCEL, "n_clicks"),
        State(ids.JOB, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, job: str | None):
        if not clicks or not job:
            raise PreventUpdate
        known.workspace.jobs.cancel(job)
        return job

    @app.callback(
        Output(ids.STATUS, "children"),
        Output(ids.CANCEL, "hidden"),
        Output(ids.POLL, "disabled"),
        Input(ids.POLL, "n_intervals"),
        Input(ids.JOB, "data"),
        State(URL, "search"),
    )
    def follow(_ticks: int | None, job: str | None, query: str):
        choice, _notices = read(layout.PATH, query)
        try:
            found = known.workspace.jobs.get(job) if job else None
        except UnknownRecord:
            # The browser remembers a batch of another workspace.
            found = None
        is_open = found is not None and found.state in (JobState.WAITING, JobState.RUNNING) and not is_lost(found)
        before = known.workspace.jobs.before(job) if is_open and found.state is JobState.WAITING else 0
        return layout.status(found, choice.lang, before), not is_open, not is_open
