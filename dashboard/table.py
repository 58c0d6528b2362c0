"""The table that is the map: column definitions and rows for AG Grid. Frames in, plain data out."""

import math

import dash_ag_grid as dag
import pandas as pd

from dashboard import text
from dashboard.i18n import words
from dashboard.palette import SYMBOL
from dashboard.state import Choice
from geodata.disclosure import MIN_PEOPLE
from geodata.estimate import Verdict
from geodata.territory import Level

_DECIMALS = {"share": 4, "low": 4, "high": 4, "p_above": 4, "p_above_national": 4, "minutes": 1}
"""Decimals sent to the screen: one more than are shown."""


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


def grid(identifier: str, rows: pd.DataFrame, choice: Choice) -> dag.AgGrid:
    """The grid of a page. Sorted by name: a ranking by point estimate would promise what the data do not hold."""
    return dag.AgGrid(
        id=identifier,
        columnDefs=columns(choice),
        rowData=records(rows),
        filterModel=filter_model(choice),
        selectedRows={"ids": [choice.selected[1]] if choice.selected else []},
        getRowId="params.data.code",
        className="ag-theme-quartz table",
        defaultColDef=COLUMN,
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "localeText": locale_text(choice.lang),
            "ensureDomOrder": True,
            "suppressCellFocus": False,
            "animateRows": False,
            "rowHeight": 32,
        },
        eventListeners={"cellKeyDown": ["selectOnEnter(params)"]},
        style={"height": "100%", "width": "100%"},
    )


def columns(choice: Choice) -> list[dict]:
    """Column definitions for a question; minutes exist for communes only."""
    _ = words(choice.lang)
    line = text.threshold(choice.threshold, choice.lang)
    few, to = _quoted(_("fewer than %(count)s") % {"count": MIN_PEOPLE}), _quoted(_("to"))
    defined = [
        {
            "field": "name",
            "headerName": _("Name"),
            "pinned": "left",
            "width": 230,
            "comparator": {"function": "byName"},
        },
        {"field": "code", "headerName": _("Code"), "width": 112},
        {
            "field": "verdict",
            "headerName": _("Class"),
            "width": 215,
            "valueFormatter": {"function": f"verdictWord(params.value, {_literal(verdict_words(choice.lang))})"},
            "comparator": {"function": "byVerdict"},
            "filter": "agTextColumnFilter",
            "filterParams": {"maxNumConditions": len(Verdict)},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
        _number("share", _("Expected share"), "share(params.value)", 105),
        {
            "field": "low",
            "headerName": _("90% interval"),
            "width": 120,
            "type": "rightAligned",
            "valueFormatter": {"function": "interval(params.data)"},
        },
        _number("p_above", _("Probability > %(line)s") % {"line": line}, "chances(params.value)", 125),
        _number("p_above_national", _("Probability > France"), "chances(params.value)", 125),
        _number("residents", _("Residents 15+"), "whole(params.value)", 110),
        {
            "field": "people",
            "headerName": _("Isolated people (range)"),
            "width": 200,
            "type": "rightAligned",
            "valueFormatter": {"function": f"people(params.data, {few}, {to})"},
        },
    ]
    if choice.mesh == Level.COMMUNE:
        defined.append(_number("minutes", _("Minutes to a town hall"), "minutes(params.value)", 130))
    defined.append({"field": "reason", "headerName": _("Note"), "width": 320, "sortable": False})
    return defined


def records(rows: pd.DataFrame) -> list[dict]:
    """Rows as the grid reads them: missing values absent, shares rounded to one more decimal than shown."""
    plain = rows.round(_DECIMALS).astype(object).to_dict("records")
    return [{key: value for key, value in row.items() if not _is_missing(value)} for row in plain]


def with_reasons(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same rows with reasons in words."""
    return rows.assign(
        reason=[text.reason(r, lang).capitalize() if isinstance(r, str) else None for r in rows["reason"]]
    )


def filter_model(choice: Choice) -> dict:
    """AG Grid's filter that leaves the chosen classes."""
    conditions = [{"filterType": "text", "type": "equals", "filter": verdict.value} for verdict in choice.verdicts]
    if not conditions:
        return {}
    return {
        "verdict": {"filterType": "text", "operator": "OR", "conditions": conditions}
        if len(conditions) > 1
        else conditions[0]
    }


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
    }


def _number(field: str, header: str, formatter: str, width: int) -> dict:
    return {
        "field": field,
        "headerName": header,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": {"function": formatter},
    }


def _is_missing(value) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _literal(mapping: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in mapping.items()) + "}"
