"""The address decides; every control only writes a new address."""

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, search
from dashboard.facts import Facts
from dashboard.ids import URL
from dashboard.mapped import if_new
from dashboard.pages.commencer import export, ids, moves, view
from dashboard.pages.commencer.layout import mesh_options
from dashboard.state import read


def register(app: Dash, known: Facts) -> None:
    """Add the callback and the downloads."""
    export.register(app.server, known)
    search.register(app, known, ids.SEARCH)

    @app.callback(
        output={
            "query": Output(ids.LOCATION, "search"),
            "values": [Output(control, "value") for control in moves.CONTROLS],
            "meshes": Output(ids.MESH, "data"),
            "found": Output(ids.SEARCH, "value"),
            "notices": Output(ids.NOTICES, "children"),
            "tiers": Output(ids.TIERS, "children"),
        },
        inputs={
            "query": Input(ids.LOCATION, "search"),
            "values": [Input(control, "value") for control in moves.CONTROLS],
            "found": Input(ids.SEARCH, "value"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={"path": State(URL, "pathname")},
        prevent_initial_call=True,
    )
    def choose(query, values, found, cleared, path):
        if path != moves.PATH:
            raise PreventUpdate
        asked, notices = read(moves.PATH, query)
        current, replaced = known.checked(asked)
        current = moves.settled(known, current)
        moved = dict(zip(moves.CONTROLS, values, strict=True)) | {ids.SEARCH: found, ids.CLEAR: cleared}
        new, refused = known.checked(moves.changed(known, current, ctx.triggered_id, moved.get(ctx.triggered_id)))
        new = moves.settled(known, new)
        if new == current and ctx.triggered_id != ids.LOCATION:
            raise PreventUpdate
        options = mesh_options(moves.meshes(known, new), new.lang)
        return {
            "query": if_new(new.query, query or ""),
            "values": [if_new(value, now) for value, now in zip(moves.control_values(new), values, strict=True)],
            "meshes": [{"value": value, "label": word} for value, word in options],
            "found": None if found else no_update,
            "notices": components.notices(notices + replaced + refused, new.lang),
            "tiers": view.tiers(known, new),
        }
