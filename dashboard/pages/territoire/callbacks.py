"""The address decides; the search box and the settings only write a new address."""

from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, map_controls, search
from dashboard.accounts.current_user import check_own
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.map_controls import if_new
from dashboard.pages.territoire import export, ids, team
from dashboard.pages.territoire.layout import PATH, content, others, written
from dashboard.state import Choice, read
from geodata.survey import scenario_of
from geodata.territory import Level


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, facts)
    search.register(app, facts, ids.SEARCH)

    @app.callback(
        Output(ids.LOCATION, "search"),
        Output(ids.QUERY, "data"),
        Output(ids.SEARCH, "value"),
        Output(ids.SCENARIO, "value"),
        Output(ids.THRESHOLD, "value"),
        Output(ids.MINUTES, "value"),
        Output(ids.NOTICES, "children"),
        Output(ids.OTHERS, "data"),
        Output(ids.OTHERS, "value"),
        Input(ids.LOCATION, "search"),
        Input(ids.SEARCH, "value"),
        Input(ids.SCENARIO, "value"),
        Input(ids.THRESHOLD, "value"),
        Input(ids.MINUTES, "value"),
        Input(ids.OTHERS, "value"),
        State(URL, "pathname"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def choose(
        query: str,
        place: str | None,
        scenario: str | None,
        threshold: float | None,
        minutes: float | None,
        beside: list[str] | None,
        path: str,
        shown: str | None,
    ) -> tuple:
        if path != PATH:
            raise PreventUpdate
        current, notices = read(PATH, query)
        current, replaced = facts.checked(current)
        moved: dict[str, Any] = {
            ids.SEARCH: place,
            ids.SCENARIO: scenario,
            ids.THRESHOLD: threshold,
            ids.MINUTES: minutes,
        }
        moved[ids.OTHERS] = beside
        new, _ = facts.checked(changed(current, ctx.triggered_id, moved.get(ctx.triggered_id)))
        if new == current and ctx.triggered_id in (ids.THRESHOLD, ids.MINUTES):
            # A number that cannot be asked for is left to who types it: it may be the beginning of another.
            raise PreventUpdate
        line = round(new.threshold * 100, 1)
        return (
            no_update if new.query == (query or "") else new.query,
            no_update if new.query == shown else new.query,
            None if place else no_update,
            no_update if new.scenario == scenario else new.scenario,
            no_update if line == threshold else line,
            no_update if new.minutes == minutes else new.minutes,
            components.notices(notices + replaced, new.lang),
            others(facts, new),
            if_new(written(new), beside or []),
        )

    @app.callback(
        Output(ids.HEAD, "children"),
        Output(ids.BODY, "children"),
        Output(ids.TEAM, "hidden"),
        Output(ids.NOTES, "children"),
        Output(ids.MESSAGE, "children", allow_duplicate=True),
        Input(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def draw(query: str) -> tuple:
        choice, _ = facts.checked(read(PATH, query)[0])
        return *content(facts, choice), team.is_hidden(facts, choice), team.written(facts, choice), None

    @app.callback(
        Output(ids.NOTES, "children", allow_duplicate=True),
        Output(ids.NOTE, "value"),
        Output(ids.MESSAGE, "children"),
        Input(ids.WRITE, "n_clicks"),
        State(ids.WHO, "value"),
        State(ids.NOTE, "value"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def write(clicks: int | None, who: str | None, note: str | None, query: str) -> tuple:
        choice, _ = facts.checked(read(PATH, query)[0])
        if not clicks or choice.selected is None:
            raise PreventUpdate
        _ = words(choice.lang)
        if not (who and note and who.strip() and note.strip()):
            sentence = _("A note says what is known, and the role of who writes it.")
            return no_update, no_update, components.alert(sentence, kind="info")
        facts.workspace.notes.add(*choice.place, note, who=who)
        return team.written(facts, choice), "", None

    @app.callback(
        Output(ids.NOTES, "children", allow_duplicate=True),
        Output(ids.MESSAGE, "children", allow_duplicate=True),
        Input({"type": ids.WITHDRAW, "note": ALL}, "n_clicks"),
        State(ids.WHO, "value"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def withdraw(_clicks: list, who: str | None, query: str) -> tuple:
        # Buttons that were just drawn come here too, not pressed yet.
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        choice, _ = facts.checked(read(PATH, query)[0])
        _ = words(choice.lang)
        if not (who and who.strip()):
            return no_update, components.alert(_("Write your role: the journal says who withdrew a note."), kind="info")
        note = ctx.triggered_id["note"]
        check_own(next((one.who for one in facts.notes(*choice.place) if one.id == note), ""))
        facts.workspace.notes.withdraw(note, who=who)
        done = _("The note is no longer shown; the journal says who withdrew it and when.")
        return team.written(facts, choice), components.alert(done, kind="info")


def changed(choice: Choice, trigger: str | None, value: Any) -> Choice:
    """The choice after one control was moved."""
    if value in (None, ""):
        return choice
    match trigger:
        case ids.SEARCH:
            level, code = value.split(":")
            return replace(choice, selected=(Level(level), code), district="")
        case ids.SCENARIO:
            return replace(choice, scenario=value, definition=scenario_of(value).definition)
        case ids.THRESHOLD:
            return map_controls.asking(choice, value)
        case ids.MINUTES:
            return map_controls.travelling(choice, value)
        case ids.OTHERS:
            places = [one.split(":") for one in value]
            return replace(choice, others=tuple((Level(level), code) for level, code in places))
    return choice
