"""The table that is the map: column definitions and rows for AG Grid. Frames in, plain data out."""

from collections.abc import Sequence

import dash_ag_grid as dag
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard import text
from dashboard.i18n import words
from dashboard.palette import SYMBOL
from dashboard.state import Choice, Line
from dashboard.text import response
from geodata.disclosure import MIN_PEOPLE
from geodata.estimate import Verdict
from geodata.territory import Level

_DECIMALS = {"share": 8, "low": 8, "high": 8, "p_above": 6, "p_above_national": 6, "minutes": 1}
"""Decimals sent to the screen: enough that a number rounded twice is the number rounded once."""


COLUMN = {
    "sortable": True,
    "resizable": True,
    "suppressMovable": True,
    "suppressHeaderMenuButton": True,
    "suppressHeaderFilterButton": True,
    "wrapHeaderText": True,
    "autoHeaderHeight": True,
}
"""What every column of every grid can do."""


def grid(identifier: str, defined: list[dict], rows: pd.DataFrame | None, filters: dict, choice: Choice) -> dag.AgGrid:
    """The grid of a page. Sorted by name: a ranking by point estimate would promise what the data do not hold.

    Rows that are None are asked for by the browser when the table is on screen: a store `<identifier>-looked` says so.
    """
    return dag.AgGrid(
        id=identifier,
        columnDefs=defined,
        **({} if rows is None else {"rowData": records(rows)}),
        filterModel=filters,
        selectedRows={"ids": [choice.selected[1]] if choice.selected else []},
        getRowId="params.data.code",
        className="ag-theme-quartz table",
        defaultColDef=COLUMN,
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            **options(choice.lang),
            "suppressCellFocus": False,
            "animateRows": False,
            "alwaysShowHorizontalScroll": True,
            "rowHeight": 32,
        },
        eventListeners={"cellKeyDown": ["selectOnEnter(params)"]},
        style={"height": "100%", "width": "100%"},
    )


def options(lang: str) -> dict:
    """What every table has in common."""
    return {
        "localeText": locale_text(lang),
        "ensureDomOrder": True,
        # Arrows move in the table, Tab leaves it: thousands of cells do not stand before what follows.
        "tabToNextCell": {"function": "leaveTable()"},
        "tabToNextHeader": {"function": "leaveTable()"},
    }


def usual(choice: Choice) -> tuple[str, ...]:
    """Columns shown until a reader chooses others: those that answer the line asked about, within 1400 pixels."""
    chances = "p_above_national" if choice.line is Line.NATIONAL else "p_above"
    return "departement", "verdict", "share", "low", "people", chances, "profile"


def columns(choice: Choice) -> list[dict]:
    """Column definitions for a question; minutes exist for communes only."""
    _ = words(choice.lang)
    line = text.threshold(choice.threshold, choice.lang)
    age = text.min_age(choice.definition)
    holds, moves = quoted(_("robust")), quoted(_("changes side"))
    few, to = quoted(_("fewer than %(count)s") % {"count": MIN_PEOPLE}), quoted(_("to"))
    refused = {"sortable": False, "headerTooltip": _("Not sorted: the intervals overlap, a ranking would be chance")}
    defined = [
        name_column(choice.lang),
        *departement_column(choice),
        {
            "field": "verdict",
            "headerName": _("Class"),
            "width": 214,
            "valueGetter": {"function": "verdictNow(params)"},
            "valueFormatter": {"function": f"verdictWord(params.value, {literal(verdict_words(choice.lang))})"},
            "comparator": {"function": "byVerdict"},
            "filter": "agTextColumnFilter",
            "filterParams": {"maxNumConditions": len(Verdict)},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
        number_column("share", _("Expected share"), "share(params.data)", 84) | refused,
        number_column("low", _("90% interval"), "interval(params.data)", 100) | refused,
        number_column("people", _("People concerned (range)"), f"people(params.data, {few}, {to}, {MIN_PEOPLE})", 184),
        number_column("p_above", _("Probability > %(line)s") % {"line": line}, "chances(params.value)", 90),
        number_column("p_above_national", _("Probability > France"), "chances(params.value)", 90),
        {
            "field": "robust",
            # A truth value would be drawn as a box to tick.
            "cellDataType": False,
            "headerName": _("Robust"),
            "width": 138,
            "valueFormatter": {"function": f"robust(params.value, {holds}, {moves})"},
            "headerTooltip": _("Robust: on the same side under every set of assumptions of this definition"),
        },
        number_column("residents", _("Residents aged %(age)s+") % {"age": age}, "whole(params.value)", 110),
    ]
    if choice.mesh == Level.COMMUNE:
        defined.append(number_column("minutes", _("Minutes to a town hall"), minutes("here", choice.lang), 110))
    defined.append({"field": "code", "headerName": _("Code"), "width": 104})
    defined.append(profile_column(choice))
    defined.append({"field": "reason", "headerName": _("Note"), "width": 340, "sortable": False})
    return shown(defined, usual(choice), choice)


def shown(defined: list[dict], first: Sequence[str], choice: Choice) -> list[dict]:
    """The columns with those that are not chosen hidden; the name is always there."""
    kept = {"name", *(choice.columns or first)}
    return [column | {"hide": column["field"] not in kept} for column in defined]


def column_options(defined: Sequence[dict]) -> list[dict]:
    """What may be shown beside the name, for a control."""
    return [{"value": one["field"], "label": one["headerName"]} for one in defined if one["field"] != "name"]


def visible(defined: Sequence[dict]) -> list[str]:
    """The columns that are shown, for a control."""
    return [one["field"] for one in defined if one["field"] != "name" and not one["hide"]]


def departement_column(choice: Choice) -> list[dict]:
    """Where a territory lies; nothing where the rows are départements."""
    _ = words(choice.lang)
    if choice.mesh == Level.DEPARTEMENT:
        return []
    return [{"field": "departement", "headerName": _("Département"), "width": 110, "tooltipField": "departement"}]


def name_column(lang: str) -> dict:
    """The name, always in view."""
    _ = words(lang)
    return {
        "field": "name",
        "headerName": _("Name"),
        "pinned": "left",
        "tooltipField": "name",
        "width": 178,
        "comparator": {"function": "byName"},
    }


def profile_column(choice: Choice) -> dict:
    """The link to the profile of the territory."""
    _ = words(choice.lang)
    return {
        "field": "profile",
        "headerName": _("Profile"),
        "width": 60,
        "sortable": False,
        "cellRenderer": "ProfileLink",
        "cellRendererParams": {"level": choice.mesh.value, "said": _("See it")},
    }


def minutes(here: str, lang: str) -> str:
    """How `table.js` writes the minutes of a column; the field `here` says where they mean nothing."""
    return f"minutes(params.value, params.data.{here}, {quoted(response.short_minutes(None, lang))})"


def number_column(field: str, header: str, formatter: str, width: int) -> dict:
    """A number, written by a function of `table.js`."""
    return {
        "field": field,
        "headerName": header,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": {"function": formatter},
    }


def records(rows: pd.DataFrame) -> list[dict]:
    """Rows as the grid reads them: missing values absent."""
    rows_: list[dict] = [{} for _ in range(len(rows))]
    for name, column in rows.round(_DECIMALS).items():
        for record, value, is_missing in zip(
            rows_, column.astype(object).tolist(), column.isna().tolist(), strict=True
        ):
            if not is_missing:
                record[name] = value
    return rows_


def in_words(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same rows with names as an index writes them and reasons in words."""
    return rows.assign(
        name=rows["name"].map(text.short_name),
        reason=[text.capitalised(text.reason(r, lang)) if isinstance(r, str) else None for r in rows["reason"]],
    )


def filter_model(choice: Choice) -> dict:
    """AG Grid's filter that leaves the chosen classes."""
    return filter_on("verdict", choice.verdicts)


def filter_on(field: str, values: Sequence[str]) -> dict:
    """AG Grid's filter that leaves the rows whose `field` is one of `values`; every row when there is none."""
    conditions = [{"filterType": "text", "type": "equals", "filter": str(value)} for value in values]
    if not conditions:
        return {}
    several = {"filterType": "text", "operator": "OR", "conditions": conditions}
    return {field: several if len(conditions) > 1 else conditions[0]}


def verdict_words(lang: str) -> dict[str, str]:
    """Symbol and word of each class."""
    return {verdict.value: f"{SYMBOL[verdict]} {text.verdict(verdict, lang)}" for verdict in Verdict}


def locale_text(lang: str) -> dict[str, str]:
    """AG Grid's own words, those a reader or a screen reader can meet here."""
    _ = words(lang)
    return {
        "noRowsToShow": _("No territory to show"),
        "loadingOoo": _("Loading..."),
        "ariaSortableColumn": _("Press Enter to sort"),
        "ariaRowSelect": _("Press Space to select this row"),
        "ariaRowDeselect": _("Press Space to deselect this row"),
        "ariaRowToggleSelection": _("Press Space to select this row"),
        "ariaColumn": _("Column"),
        "ariaLabelColumnMenu": _("Column menu"),
        "page": _("Page"),
        "to": _("to"),
        "of": _("of"),
        "firstPage": _("First page"),
        "previousPage": _("Previous page"),
        "nextPage": _("Next page"),
        "lastPage": _("Last page"),
        "thousandSeparator": text.NARROW if lang == "fr" else ",",
        "decimalSeparator": "," if lang == "fr" else ".",
    }


def quoted(word: str) -> str:
    """A word as the browser's functions read it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(mapping: dict[str, str]) -> str:
    """Words by code, as the browser's functions read them."""
    return "{" + ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in mapping.items()) + "}"


def filter_by_name(app: Dash, table: str, box: str, done: str) -> None:
    """Rows whose name, département or code contains what is typed in a box; accents and capitals do not count."""
    app.clientside_callback(
        ClientsideFunction("reliance", "filterRows"),
        # A callback without an output is not called.
        Output(done, "data"),
        Input(box, "value"),
        State(table, "id"),
        prevent_initial_call=True,
    )
