"""The address decides; every control only writes a new address."""

from dataclasses import replace

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import map_controls, pictures, search, table, text
from dashboard.facts import ORDER, Facts
from dashboard.map_address import follow
from dashboard.map_controls import if_new
from dashboard.pages.carte import controls, districts, export, ids, observed, view
from dashboard.pages.carte.advice import advice
from dashboard.pages.carte.card import card, compared, nearest
from dashboard.state import Choice, Line, read


def register(app: Dash, facts: Facts) -> None:
    """The address decides; every control only writes a new address."""
    export.register(app.server, facts)

    follow(app, facts, ids, controls, view.file_href, is_first=True)

    @app.callback(
        output={
            "answer": Output(ids.ANSWER, "data"),
            "counts": [Output(view.count_id(line, verdict), "children") for line in Line for verdict in ORDER],
            "line": Output(ids.LINE_HEAD, "children"),
            "legend": Output(ids.LEGEND, "className"),
            "classes": Output(ids.CLASSES, "hidden"),
            "controls": [Output(ids.OF_ESTIMATE, "hidden"), Output(ids.OF_INDICATOR, "hidden")],
            "bands": Output(ids.BANDS, "children"),
            "advice": Output(ids.ADVICE, "children"),
            "flipped": Output(ids.FLIPPED, "children"),
            "miss": Output(ids.MISS_RULE, "children"),
            "headline": Output(ids.HEADLINE, "children"),
            "stamp": Output(ids.STAMP, "data"),
            "moved": Output(ids.MOVED, "data"),
            "source": Output(ids.SOURCE, "children"),
        },
        inputs={"query": Input(ids.QUESTION, "data")},
        prevent_initial_call=True,
    )
    def ask(query: str) -> dict:
        choice, _ = read(ids.PATH, query)
        with facts.store.one_build():
            return answers(choice)

    def answers(choice: Choice) -> dict:
        counts = facts.counts(choice)
        return {
            "answer": view.answer(facts, choice),
            "counts": [view.count(counts, line, verdict, choice) for line in Line for verdict in ORDER],
            "line": view.line_words(choice),
            "legend": view.legend_class(choice),
            "classes": bool(choice.indicator),
            "controls": [bool(choice.indicator), not choice.indicator],
            "bands": observed.legend(facts, choice),
            "advice": advice(facts, choice),
            "flipped": view.flipped(facts, choice),
            "miss": text.miss_rule(choice.miss, choice.lang),
            "headline": view.headline(facts, choice),
            "stamp": view.stamp(facts, choice),
            "moved": view.moved(facts, choice),
            "source": view.source_line(facts, choice),
        }

    @app.callback(
        Output(ids.TABLE, "rowData"),
        Output(ids.TABLE, "columnDefs"),
        # After the answer, so that the map is painted first: the table is the longer of the two.
        Input(ids.ANSWER, "data"),
        Input(ids.LOOKED, "data"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def tabulate(_answer: dict | None, is_looked_at: bool | None, query: str) -> tuple:
        if not is_looked_at:
            raise PreventUpdate
        choice, _ = read(ids.PATH, query)
        with facts.store.one_build():
            return table.records(view.rows(facts, choice).drop(columns="turns", errors="ignore")), view.columns(
                facts, choice
            )

    @app.callback(
        Output(ids.COUNT, "children"),
        Output(ids.TABLE, "filterModel"),
        Input(ids.QUESTION, "data"),
        Input(ids.VERDICTS, "value"),
        State(ids.TABLE, "filterModel"),
        prevent_initial_call=True,
    )
    def count(query: str, verdicts: list[str], filtered: dict | None) -> tuple:
        choice, _ = read(ids.PATH, query)
        choice = controls.changed(facts, choice, ids.VERDICTS, verdicts)
        # A filter given again, even unchanged, would scroll the table back to its top.
        return view.count_sentence(facts, choice), if_new(view.filter_model(choice), filtered or {})

    @app.callback(
        Output(ids.OUTLINES, "children"),
        Output(ids.TOO_WIDE, "children"),
        Input(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def draw(query: str) -> tuple:
        choice, _ = read(ids.PATH, query)
        return view.outlines(facts, choice), map_controls.too_wide(choice)

    @app.callback(
        Output(ids.SERVICES, "children"),
        Output(ids.CATEGORIES, "placeholder"),
        Input(ids.PLACE, "data"),
        Input(ids.CATEGORIES, "value"),
        prevent_initial_call=True,
    )
    def show_services(query: str, categories: list[str] | None) -> tuple:
        choice, _ = read(ids.PATH, query)
        choice = replace(choice, categories=tuple(categories or ()))
        return view.services(facts, choice), view.placeholder(choice)

    @app.callback(
        Output(ids.CARD, "children"),
        Output(ids.COMPARED, "children"),
        Output(ids.DISTRICTS, "children"),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.AGAINST, "value"),
        prevent_initial_call=True,
    )
    def say(query: str, selected: str | None, against: str) -> tuple:
        choice, _ = read(ids.PATH, query)
        choice = replace(choice, against=against or choice.against)
        choice = map_controls.with_selected(choice, selected)
        with facts.store.one_build():
            content = [*card(facts, choice), *districts.section(facts, choice)]
            return content, compared(facts, choice), districts.layer(facts, choice)

    @app.callback(
        Output(ids.NEAREST, "children"),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        prevent_initial_call=True,
    )
    def find(query: str, selected: str | None) -> list:
        return nearest(facts, map_controls.with_selected(read(ids.PATH, query)[0], selected))

    search.register(app, facts, ids.SEARCH)
    app.clientside_callback(
        ClientsideFunction("reliance", "paint"),
        # A callback without an output is not called when the page is drawn.
        Output(ids.PAINTED, "data"),
        Input(ids.ANSWER, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.VERDICTS, "value"),
        Input(ids.FLIP, "checked"),
        State(ids.WORDS, "data"),
        State(ids.MOVED, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("reliance", "moveLine"),
        Input(ids.FIELD, "value"),
        Input(ids.SLIDER, "value"),
        Input(ids.OWN_FIELD, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("reliance", "followLine"),
        Input(ids.THRESHOLD, "data"),
        Input(ids.OWN_LINE, "data"),
        prevent_initial_call=True,
    )
    table.filter_by_name(app, ids.TABLE, ids.FILTER, ids.FILTERED)
    pictures.register(app, png=ids.PNG, svg=ids.SVG, stamp=ids.STAMP)
