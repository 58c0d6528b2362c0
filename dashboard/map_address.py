"""A page with a map and a table follows its reader: the address decides, every control only writes a new address."""

from collections.abc import Callable
from types import ModuleType

from dash import Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from dashboard import components, map_controls, table
from dashboard.facts import Facts, is_too_wide
from dashboard.ids import ALERT, URL
from dashboard.map_controls import if_new
from dashboard.state import Choice, read


def follow(
    app: Dash,
    facts: Facts,
    ids: ModuleType,
    controls: ModuleType,
    file_href: Callable[[Choice, str], str],
    *,
    is_first: bool = False,
) -> None:
    """Add the callback by which a page follows its address and its controls.

    `ids` and `controls` are the page's; `file_href` gives the address of its file of an ending. The page `is_first`
    when it is also drawn by its own callbacks as the application opens.
    """
    properties = [(control, controls.VALUE.get(control, "value")) for control in controls.CONTROLS]

    @app.callback(
        output={
            "query": Output(ids.LOCATION, "search"),
            "values": [Output(*control) for control in properties],
            "question": Output(ids.QUESTION, "data"),
            "place": Output(ids.PLACE, "data"),
            "selected": Output(ids.SELECTED, "data"),
            "searched": Output(ids.SEARCH, "value"),
            "files": [Output(one, "href") for one in ids.FILES],
            # Never an empty map with live files.
            "hidden": [Output(one, "hidden") for one in (*ids.FILES, ids.PNG, ids.SVG)],
            "notices": Output(ids.NOTICES, "children"),
            # With their values: a control lets go what it is given before it is offered, as a reader would.
            "inside": Output(ids.PERIMETER, "data"),
            "columns": Output(ids.COLUMNS, "data"),
        },
        inputs={
            "query": Input(ids.LOCATION, "search"),
            "values": [Input(*control) for control in properties],
            "searched": Input(ids.SEARCH, "value"),
            "clicked": Input(ids.CLICKED, "data"),
            "rows": Input(ids.TABLE, "selectedRows"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={
            "path": State(URL, "pathname"),
            "inside": State(ids.PERIMETER, "data"),
            "columns": State(ids.COLUMNS, "data"),
            "question": State(ids.QUESTION, "data"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
        },
        prevent_initial_call=not is_first,
    )
    def choose(
        query: str,
        values: list,
        searched: str | None,
        clicked: str | None,
        rows: list[dict] | None,
        cleared: int | None,
        path: str,
        inside: list,
        columns: list,
        question: str | None,
        place: str | None,
        selected: str | None,
    ) -> dict:
        if path != ids.PATH and not is_first:
            raise PreventUpdate
        choice, notices = read(ids.PATH, query)
        current, replaced = facts.checked(choice)
        moved = dict(zip(controls.CONTROLS, values, strict=True))
        new = current
        if ctx.triggered_id != ids.LOCATION and question == current.of_table.query:
            # The browser drops an answer that another move overtakes: what the first one moved is still to be done.
            shown = zip(controls.CONTROLS, controls.control_values(facts, current), strict=True)
            for control in [
                one for one, before in shown if moved[one] not in (None, before) and one != ctx.triggered_id
            ]:
                new = controls.changed(facts, new, control, moved[control])
        moved |= {ids.SEARCH: searched, ids.CLICKED: clicked, ids.TABLE: rows, ids.CLEAR: cleared}
        new, refused = facts.checked(controls.changed(facts, new, ctx.triggered_id, moved.get(ctx.triggered_id)))
        if new == current and ctx.triggered_id in controls.NUMBERS:
            # One that cannot be asked for is left to who types it: it may be the beginning of another.
            raise PreventUpdate
        set_props(ALERT, {"children": None})
        return {
            "query": if_new(new.query, query or ""),
            "values": [
                if_new(value, now) for value, now in zip(controls.control_values(facts, new), values, strict=True)
            ],
            "question": if_new(new.of_table.query, question),
            "place": if_new(map_controls.place(facts, new), place),
            "selected": if_new(map_controls.selected(new), selected),
            "searched": None if searched else no_update,
            "files": [file_href(new, ending) for ending in components.FILES],
            "hidden": [is_too_wide(new)] * (len(ids.FILES) + 2),
            "notices": components.notices(notices + replaced + refused, new.lang),
            "inside": if_new(map_controls.perimeter_options(facts, new), inside),
            "columns": if_new(table.column_options(controls.columns(facts, new)), columns),
        }
