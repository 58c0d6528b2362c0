"""The address decides; every control only writes a new address. A correction is written in the workspace."""

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, map_controls, pictures, provenance, search, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.map_address import follow
from dashboard.map_controls import if_new
from dashboard.pages.besoin import controls, export, ids, view
from dashboard.pages.besoin.card import card, effect
from dashboard.pages.besoin.contest import counted, services
from dashboard.state import read
from geodata.response import Quadrant
from geodata.workspace import Statement


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks and the downloads."""
    export.register(app.server, facts)
    search.register(app, facts, ids.SEARCH)

    follow(app, facts, ids, controls, view.file_href)

    @app.callback(
        output={
            "rows": Output(ids.TABLE, "rowData"),
            "columns": Output(ids.TABLE, "columnDefs"),
            "counts": [Output(ids.count(quadrant), "children") for quadrant in Quadrant],
            "headline": Output(ids.HEADLINE, "children"),
            "unknown": Output(ids.MISSING_LISTS, "children"),
            "need": [Output(ids.NEED_TITLE, "children"), Output(ids.NEED_LEGEND, "children")],
            "people": Output(ids.PEOPLE, "children"),
            "source": Output(ids.SOURCE, "children"),
        },
        inputs={"query": Input(ids.QUESTION, "data"), "changed": Input(ids.CHANGED, "data")},
        prevent_initial_call=True,
    )
    def ask(query: str, changed: int | None) -> dict:
        choice, _ = read(ids.PATH, query)
        counts = view.counts(facts, choice)
        return {
            "rows": table.records(view.rows(facts, choice)),
            "columns": view.columns(choice),
            "counts": [view.count(counts, quadrant, choice) for quadrant in Quadrant],
            "headline": view.headline(facts, choice),
            "unknown": view.missing_lists(facts, choice),
            "need": [view.need_title(choice), view.need_legend(facts, choice)],
            "people": view.people_sentence(facts, choice),
            "source": provenance.modelled_line(facts, choice, has_minutes=True),
        }

    @app.callback(
        Output(ids.COUNT, "children"),
        Output(ids.TABLE, "filterModel"),
        Output(ids.ANSWER_TITLE, "children"),
        Output(ids.ANSWER_LEGEND, "children"),
        Output(ids.STAMP, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.QUADRANTS, "value"),
        Input(ids.BESIDE, "value"),
        Input(ids.CHANGED, "data"),
        State(ids.TABLE, "filterModel"),
        prevent_initial_call=True,
    )
    def count(query: str, quadrants: list[str], beside: str, changed: int | None, filtered: dict | None) -> tuple:
        choice, _ = read(ids.PATH, query)
        choice = controls.changed(facts, choice, ids.QUADRANTS, quadrants)
        choice = controls.changed(facts, choice, ids.BESIDE, beside)
        # A filter given again, even unchanged, would scroll the table back to its top.
        filters = if_new(view.filter_model(choice), filtered or {})
        title, legend = view.answer_title(choice), view.answer_legend(facts, choice)
        return view.count_sentence(facts, choice), filters, title, legend, export.stamp(facts, choice)

    @app.callback(
        Output(ids.NEED_OUTLINES, "children"),
        Output(ids.ANSWER_OUTLINES, "children"),
        Output(ids.TOO_WIDE, "children"),
        Input(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def draw(query: str) -> tuple:
        choice, _ = read(ids.PATH, query)
        return *(view.outlines(facts, choice, side) for side in ("need", "answer")), map_controls.too_wide(choice)

    @app.callback(
        Output(ids.CARD, "children"),
        Output(ids.EFFECT, "children"),
        Output(ids.SAVED, "children", allow_duplicate=True),
        Input(ids.QUESTION, "data"),
        Input(ids.SELECTED, "data"),
        Input(ids.CHANGED, "data"),
        prevent_initial_call=True,
    )
    def say(query: str, selected: str | None, changed: int | None) -> tuple:
        choice, _ = read(ids.PATH, query)
        choice = map_controls.with_selected(choice, selected)
        if ctx.triggered_id == ids.CHANGED and choice.selected is not None:
            return card(facts, choice), effect(facts, choice), no_update
        # What was said of another territory goes with it.
        return card(facts, choice), None, None

    @app.callback(
        Output(ids.CHANGED, "data"),
        Output(ids.SAVED, "children"),
        Output(ids.CATEGORY, "error"),
        Output(ids.WHO, "error"),
        Output(ids.WHY, "error"),
        Output(ids.QUANTITY, "error"),
        Input(ids.SEND, "n_clicks"),
        State(ids.CATEGORY, "value"),
        State(ids.STATEMENT, "value"),
        State(ids.SERVICE, "value"),
        State(ids.WHO, "value"),
        State(ids.WHY, "value"),
        State(ids.QUANTITY, "value"),
        State(ids.SELECTED, "data"),
        State(ids.QUESTION, "data"),
        running=[(Output(ids.SEND, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def contest(
        clicks: int | None,
        category: str | None,
        statement: str,
        service: str | None,
        who: str | None,
        why: str | None,
        quantity: float | None,
        selected: str | None,
        query: str,
    ) -> tuple:
        if not clicks or not selected:
            raise PreventUpdate
        choice = read(ids.PATH, query)[0]
        _ = words(choice.lang)
        code = selected.split(":")[1]
        is_count = statement == Statement.COUNT
        wanted = ((category, _("Which category?")), (who, _("Who says so: a role.")), (why, _("Why, in a few words.")))
        faults = [None if (value or "").strip() else fault for value, fault in wanted]
        if is_count and category and facts.counted(code, category).empty:
            faults[0] = _("Nothing is only counted here: these services have names, contest them one by one.")
        faults.append(_("How many? A whole number, 1 at least.") if is_count and not quantity else None)
        if any(faults) or not (category and who and why):
            return no_update, components.alert(_("Nothing is recorded yet: a field is missing."), kind="info"), *faults
        before = len(facts.corrections())
        correction = facts.contest(
            code,
            category,
            Statement(statement),
            who=who,
            why=why,
            service=None if is_count else service or None,
            quantity=int(quantity) if is_count and quantity else None,
        )
        is_new = len(facts.corrections()) > before
        done = _("Recorded on %(when)s by %(who)s.") if is_new else _("Already recorded on %(when)s by %(who)s.")
        sentence = done % {"when": text.moment(correction.when, choice.lang), "who": correction.who}
        if is_new:
            sentence += " " + _("The result is being worked out again: a few seconds.")
        return len(facts.corrections()) if is_new else no_update, html.P(sentence), *faults

    @app.callback(
        Output(ids.SERVICE, "data"),
        Output(ids.SERVICE, "value"),
        Output(ids.COUNTED, "children"),
        Input(ids.CATEGORY, "value"),
        State(ids.SELECTED, "data"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def offer(category: str | None, selected: str | None, query: str) -> tuple:
        if not category or not selected:
            return [], None, ""
        code = selected.split(":")[1]
        lang = read(ids.PATH, query)[0].lang
        return services(facts, code, category), None, counted(facts, code, category, lang)

    table.filter_by_name(app, ids.TABLE, ids.FILTER, ids.FILTERED)
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
