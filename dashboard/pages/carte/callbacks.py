"""The address decides; every control only writes a new address."""

from dataclasses import replace

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props

from dashboard import components, facts, mapped, pictures, search, table
from dashboard.facts import Facts
from dashboard.ids import ALERT
from dashboard.mapped import if_new
from dashboard.pages.carte import export, ids, moves, observed, parts
from dashboard.pages.carte.card import card, compared
from dashboard.state import Line, read
from geodata.territory import Level


def register(app: Dash, known: Facts) -> None:
    """The address decides; every control only writes a new address."""
    export.register(app.server, known)

    @app.callback(
        output={
            "query": Output(ids.LOCATION, "search"),
            "values": [Output(control, moves.VALUE.get(control, "value")) for control in moves.CONTROLS],
            "question": Output(ids.QUESTION, "data"),
            "place": Output(ids.PLACE, "data"),
            "selected": Output(ids.SELECTED, "data"),
            "found": Output(ids.SEARCH, "value"),
            "csv": Output(ids.CSV, "href"),
            "gpkg": Output(ids.GPKG, "href"),
            "notices": Output(ids.NOTICES, "children"),
        },
        inputs={
            "query": Input(ids.LOCATION, "search"),
            "values": [Input(control, moves.VALUE.get(control, "value")) for control in moves.CONTROLS],
            "found": Input(ids.SEARCH, "value"),
            "clicked": Input(ids.CLICKED, "data"),
            "rows": Input(ids.TABLE, "selectedRows"),
            "cleared": Input(ids.CLEAR, "n_clicks"),
        },
        state={
            "question": State(ids.QUESTION, "data"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
        },
    )
    def choose(query, values, found, clicked, rows, cleared, question, place, selected):
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
            "csv": parts.file_href(new, "csv"),
            "gpkg": parts.file_href(new, "gpkg"),
            "notices": components.notices(notices + replaced + refused, new.lang),
        }

    @app.callback(
        output={
            "answer": Output(ids.ANSWER, "data"),
            "counts": [Output(parts.count_id(line, verdict), "children") for line in Line for verdict in facts.ORDER],
            "line": Output(ids.LINE_HEAD, "children"),
            "legend": Output(ids.LEGEND, "className"),
            "classes": Output(ids.CLASSES, "hidden"),
            "bands": Output(ids.BANDS, "children"),
            "saturation": Output(ids.SATURATION, "children"),
            "flipped": Output(ids.FLIPPED, "children"),
            "headline": Output(ids.HEADLINE, "children"),
            "stamp": Output(ids.STAMP, "data"),
            "source": Output(ids.SOURCE, "children"),
        },
        inputs={"query": Input(ids.QUESTION, "data")},
        prevent_initial_call=True,
    )
    def ask(query):
        choice, _ = read(moves.PATH, query)
        with known.store.one_build():
            return answers(choice)

    def answers(choice):
        found = known.counts(choice)
        return {
            "answer": {"rows": table.records(parts.rows(known, choice)), "columns": parts.columns(known, choice)},
            "counts": [parts.count(found, line, verdict, choice) for line in Line for verdict in facts.ORDER],
            "line": parts.line_words(choice),
            "legend": parts.legend_class(choice),
            "classes": bool(choice.indicator),
            "bands": observed.legend(known, choice),
            "saturation": parts.saturation(known, choice),
            "flipped": parts.flipped(known, choice),
            "headline": parts.headline(known, choice),
            "stamp": parts.stamp(known, choice),
            "source": parts.source_line(known, choice),
        }

    @app.callback(
        Output(ids.COUNT, "children"),
        Output(ids.TABLE, "filterModel"),
        Input(ids.QUESTION, "data"),
        Input(ids.VERDICTS, "value"),
        State(ids.TABLE, "filterModel"),
        prevent_initial_call=True,
    )
    def count(query, verdicts, filtered):
        choice, _ = read(moves.PATH, query)
        choice = moves.changed(known, choice, ids.VERDICTS, verdicts)
        # A filter given again, even unchanged, would scroll the table back to its top.
        return parts.count_sentence(known, choice), if_new(parts.filter_model(choice), filtered or {})

    @app.callback(
        Output(ids.OUTLINES, "children"),
        Output(ids.TOO_WIDE, "children"),
        Input(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def draw(query):
        choice, _ = read(moves.PATH, query)
        return parts.outlines(known, choice), mapped.too_wide(choice)

    @app.callback(
        Output(ids.SERVICES, "children"),
        Output(ids.CATEGORIES, "placeholder"),
        Input(ids.PLACE, "data"),
        Input(ids.CATEGORIES, "value"),
        prevent_initial_call=True,
    )
    def show_services(query, categories):
        choice, _ = read(moves.PATH, query)
        choice = replace(choice, categories=tuple(categories or ()))
        return parts.services(known, choice), parts.placeholder(choice)

    @app.callback(
        Output(ids.CARD, "children"),
        Output(ids.COMPARED, "children"),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.AGAINST, "value"),
        prevent_initial_call=True,
    )
    def say(query, selected, against):
        choice, _ = read(moves.PATH, query)
        choice = replace(choice, against=against or choice.against)
        if selected:
            level, code = selected.split(":")
            choice = replace(choice, selected=(Level(level), code))
        with known.store.one_build():
            return card(known, choice), compared(known, choice)

    search.register(app, known, ids.SEARCH)
    app.clientside_callback(
        ClientsideFunction("reliance", "paint"),
        # A callback without an output is not called when the page is drawn.
        Output(ids.PAINTED, "data"),
        Input(ids.ANSWER, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.VERDICTS, "value"),
        Input(ids.FLIP, "checked"),
        State(ids.TABLE, "rowData"),
        State(ids.WORDS, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("reliance", "tabulate"),
        Output(ids.TABLE, "rowData"),
        Output(ids.TABLE, "columnDefs"),
        Input(ids.ANSWER, "data"),
        prevent_initial_call=True,
    )
    pictures.register(app, png=ids.PNG, svg=ids.SVG, stamp=ids.STAMP)
