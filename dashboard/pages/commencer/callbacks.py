"""The address decides; every control only writes a new address."""

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, map_controls, search
from dashboard.facts import Facts
from dashboard.ids import URL
from dashboard.map_controls import if_new, mesh_options
from dashboard.pages.commencer import controls, export, ids, view
from dashboard.state import read


def register(app: Dash, facts: Facts) -> None:
    """Add the callback and the downloads."""
    export.register(app.server, facts)
    search.register(app, facts, ids.SEARCH)

    @app.callback(
        output={
            "query": Output(ids.LOCATION, "search"),
            "values": [Output(control, "value") for control in controls.CONTROLS],
            "meshes": Output(ids.MESH, "data"),
            "inside": Output(ids.PERIMETER, "data"),
            "searched": Output(ids.SEARCH, "value"),
            "notices": Output(ids.NOTICES, "children"),
            "tiers": Output(ids.TIERS, "children"),
        },
        inputs={
            "query": Input(ids.LOCATION, "search"),
            "values": [Input(control, "value") for control in controls.CONTROLS],
            "searched": Input(ids.SEARCH, "value"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={"path": State(URL, "pathname"), "inside": State(ids.PERIMETER, "data")},
        prevent_initial_call=True,
    )
    def choose(query: str, values: list, searched: str | None, cleared: int | None, path: str, inside: list) -> dict:
        if path != controls.PATH:
            raise PreventUpdate
        choice, notices = read(controls.PATH, query)
        current, replaced = facts.checked(choice)
        current = controls.settled(facts, current)
        moved = dict(zip(controls.CONTROLS, values, strict=True)) | {ids.SEARCH: searched, ids.CLEAR: cleared}
        new, refused = facts.checked(controls.changed(facts, current, ctx.triggered_id, moved.get(ctx.triggered_id)))
        new = controls.settled(facts, new)
        if new == current and ctx.triggered_id != ids.LOCATION:
            raise PreventUpdate
        options = mesh_options(controls.meshes(facts, new), new.lang)
        return {
            "query": if_new(new.query, query or ""),
            "values": [if_new(value, now) for value, now in zip(controls.control_values(new), values, strict=True)],
            "meshes": [{"value": value, "label": word} for value, word in options],
            "inside": if_new(map_controls.perimeter_options(facts, new), inside),
            "searched": None if searched else no_update,
            "notices": components.notices(notices + replaced + refused, new.lang),
            "tiers": view.tiers(facts, new),
        }
