"""The address decides; every control only writes a new address. A correction is written in the workspace."""

from dataclasses import replace

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from dashboard import components, mapped, pictures, search, table
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import ALERT, URL
from dashboard.mapped import if_new
from dashboard.pages.besoin import export, ids, moves, view
from dashboard.pages.besoin.card import card
from dashboard.pages.besoin.contest import services
from dashboard.state import read
from geodata.response import Quadrant
from geodata.territory import Level
from geodata.workspace import Statement


def register(app: Dash, known: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, known)
    search.register(app, known, ids.SEARCH)

    @app.callback(
        output={
            "query": Output(ids.LOCATION, "search"),
            "values": [Output(control, "value") for control in moves.CONTROLS],
            "question": Output(ids.QUESTION, "data"),
            "place": Output(ids.PLACE, "data"),
            "selected": Output(ids.SELECTED, "data"),
            "found": Output(ids.SEARCH, "value"),
            "files": [Output(ids.CSV, "href"), Output(ids.GPKG, "href")],
            "notices": Output(ids.NOTICES, "children"),
        },
        inputs={
            "query": Input(ids.LOCATION, "search"),
            "values": [Input(control, "value") for control in moves.CONTROLS],
            "found": Input(ids.SEARCH, "value"),
            "clicked": Input(ids.CLICKED, "data"),
            "rows": Input(ids.TABLE, "selectedRows"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={
            "path": State(URL, "pathname"),
            "question": State(ids.QUESTION, "data"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
        },
        prevent_initial_call=True,
    )
    def choose(query, values, found, clicked, rows, cleared, path, question, place, selected):
        if path != moves.PATH:
            raise PreventUpdate
        asked, notices = read(moves.PATH, query)
        current, replaced = known.checked(asked)
        moved = dict(zip(moves.CONTROLS, values, strict=True))
        moved |= {ids.SEARCH: found, ids.CLICKED: clicked, ids.TABLE: rows, ids.CLEAR: cleared}
        new, refused = known.checked(moves.changed(known, current, ctx.triggered_id, moved.get(ctx.triggered_id)))
        set_props(ALERT, {"children": None})
        return {
            "query": if_new(new.query, query or ""),
            "values": [if_new(value, now) for value, now in zip(moves.control_values(new), values, strict=True)],
            "question": if_new(new.question.query, question),
            "place": if_new(mapped.place(new), place),
            "selected": if_new(mapped.selected(new), selected),
            "found": None if found else no_update,
            "files": [view.file_href(new, "csv"), view.file_href(new, "gpkg")],
            "notices": components.notices(notices + replaced + refused, new.lang),
        }

    @app.callback(
        output={
            "rows": Output(ids.TABLE, "rowData"),
            "columns": Output(ids.TABLE, "columnDefs"),
            "counts": [Output(ids.count(quadrant), "children") for quadrant in Quadrant],
            "headline": Output(ids.HEADLINE, "children"),
            "unknown": Output(ids.UNKNOWN, "children"),
            "people": Output(ids.PEOPLE, "children"),
            "source": Output(ids.SOURCE, "children"),
        },
        inputs={"query": Input(ids.QUESTION, "data"), "changed": Input(ids.CHANGED, "data")},
        prevent_initial_call=True,
    )
    def ask(query, changed):
        choice, _ = read(moves.PATH, query)
        found = view.counts(known, choice)
        return {
            "rows": table.records(view.rows(known, choice)),
            "columns": view.columns(choice),
            "counts": [view.count(found, quadrant, choice) for quadrant in Quadrant],
            "headline": view.headline(known, choice),
            "unknown": view.unknown(known, choice),
            "people": view.people_sentence(known, choice),
            "source": view.source_line(known, choice),
        }

    @app.callback(
        Output(ids.COUNT, "children"),
        Output(ids.TABLE, "filterModel"),
        Output(ids.ANSWER_TITLE, "children"),
        Output(ids.STAMP, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.QUADRANTS, "value"),
        Input(ids.BESIDE, "value"),
        Input(ids.CHANGED, "data"),
        State(ids.TABLE, "filterModel"),
        prevent_initial_call=True,
    )
    def count(query, quadrants, beside, changed, filtered):
        choice, _ = read(moves.PATH, query)
        choice = moves.changed(known, choice, ids.QUADRANTS, quadrants)
        choice = moves.changed(known, choice, ids.BESIDE, beside)
        # A filter given again, even unchanged, would scroll the table back to its top.
        filters = if_new(view.filter_model(choice), filtered or {})
        return view.count_sentence(known, choice), filters, view.answer_title(choice), export.stamp(known, choice)

    @app.callback(
        Output(ids.NEED_OUTLINES, "children"),
        Output(ids.ANSWER_OUTLINES, "children"),
        Output(ids.TOO_WIDE, "children"),
        Input(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def draw(query):
        choice, _ = read(moves.PATH, query)
        return *(view.outlines(known, choice, side) for side in ("need", "answer")), mapped.too_wide(choice)

    @app.callback(
        Output(ids.CARD, "children"),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.CHANGED, "data"),
        prevent_initial_call=True,
    )
    def say(query, selected, changed):
        choice, _ = read(moves.PATH, query)
        if selected:
            level, code = selected.split(":")
            choice = replace(choice, selected=(Level(level), code))
        return card(known, choice)

    @app.callback(
        Output(ids.CHANGED, "data"),
        Input(ids.SEND, "n_clicks"),
        State(ids.CATEGORY, "value"),
        State(ids.STATEMENT, "value"),
        State(ids.SERVICE, "value"),
        State(ids.WHO, "value"),
        State(ids.WHY, "value"),
        State(ids.SELECTED, "data"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def contest(clicks, category, statement, service, who, why, selected, query):
        if not clicks or not selected:
            raise PreventUpdate
        choice = read(moves.PATH, query)[0]
        _ = words(choice.lang)
        if not (category and (who or "").strip() and (why or "").strip()):
            sentence = _("A correction says which category, who says so and why.")
            set_props(ALERT, {"children": components.alert(sentence, kind="info")})
            return no_update
        code = selected.split(":")[1]
        known.contest(code, category, Statement(statement), who=who, why=why, service=service or None)
        return len(known.corrections())

    @app.callback(
        Output(ids.SERVICE, "data"),
        Output(ids.SERVICE, "value"),
        Input(ids.CATEGORY, "value"),
        State(ids.SELECTED, "data"),
        prevent_initial_call=True,
    )
    def offer(category, selected):
        if not category or not selected:
            return [], None
        return services(known, selected.split(":")[1], category), None

    pictures.register(app, png=ids.PNG, svg=ids.SVG, stamp=ids.STAMP)
    app.clientside_callback(
        ClientsideFunction("reliance", "paintNeed"),
        # A callback without an output is not called when the page is drawn.
        Output(ids.PAINTED, "data"),
        Input(ids.TABLE, "rowData"),
        Input(ids.SELECTED, "data"),
        Input(ids.QUADRANTS, "value"),
        Input(ids.BESIDE, "value"),
        State(ids.WORDS, "data"),
    )
