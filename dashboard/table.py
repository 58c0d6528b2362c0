"""The table that is the map: column definitions and rows for AG Grid. Frames in, plain data out."""

import dash_ag_grid as dag
import pandas as pd

from dashboard import text
from dashboard.i18n import words
from dashboard.palette import SYMBOL
from dashboard.state import Choice
from geodata.disclosure import MIN_PEOPLE
from geodata.estimate import Verdict
from geodata.territory import Level

_DECIMALS = {"share": 6, "low": 6, "high": 6, "p_above": 6, "p_above_national": 6, "minutes": 1}
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
            "alwaysShowHorizontalScroll": True,
            "rowHeight": 32,
        },
        eventListeners={"cellKeyDown": ["selectOnEnter(params)"]},
        style={"height": "100%", "width": "100%"},
    )


def columns(choice: Choice) -> list[dict]:
    """Column definitions for a question; minutes exist for communes only."""
    _ = words(choice.lang)
    line = text.threshold(choice.threshold, choice.lang)
    age = text.min_age(choice.definition)
    holds, moves = _quoted(_("robust")), _quoted(_("changes side"))
    few, to = _quoted(_("fewer than %(count)s") % {"count": MIN_PEOPLE}), _quoted(_("to"))
    refused = {"sortable": False, "headerTooltip": _("Not sorted: the intervals overlap, a ranking would be chance")}
    defined = [
        {
            "field": "name",
            "headerName": _("Name"),
            "pinned": "left",
            "tooltipField": "name",
            "width": 200,
            "comparator": {"function": "byName"},
        },
        {
            "field": "verdict",
            "headerName": _("Class"),
            "width": 226,
            "valueFormatter": {"function": f"verdictWord(params.value, {_literal(verdict_words(choice.lang))})"},
            "comparator": {"function": "byVerdict"},
            "filter": "agTextColumnFilter",
            "filterParams": {"maxNumConditions": len(Verdict)},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
        {
            "field": "robust",
            # A truth value would be drawn as a box to tick.
            "cellDataType": False,
            "headerName": _("Robust at %(line)s") % {"line": line},
            "width": 138,
            "valueFormatter": {"function": f"robust(params.value, {holds}, {moves})"},
            "headerTooltip": _("Robust: on the same side under every set of assumptions of this definition"),
        },
        _number("share", _("Expected share"), "share(params.data)", 92) | refused,
        _number("low", _("90% interval"), "interval(params.data)", 116) | refused,
        _number("p_above", _("Probability > %(line)s") % {"line": line}, "chances(params.value)", 102),
        _number("p_above_national", _("Probability > France"), "chances(params.value)", 102),
        _number("people", _("People concerned (range)"), f"people(params.data, {few}, {to}, {MIN_PEOPLE})", 190),
        _number("residents", _("Residents aged %(age)s+") % {"age": age}, "whole(params.value)", 110),
    ]
    if choice.mesh == Level.COMMUNE:
        defined.append(_number("minutes", _("Minutes to a town hall"), "minutes(params.value)", 110))
    defined.append({"field": "code", "headerName": _("Code"), "width": 104})
    defined.append(
        {
            "field": "profile",
            "headerName": _("Profile"),
            "width": 130,
            "sortable": False,
            "cellRenderer": "ProfileLink",
            "cellRendererParams": {"level": choice.mesh.value, "said": _("Whole profile")},
        }
    )
    defined.append({"field": "reason", "headerName": _("Note"), "width": 340, "sortable": False})
    return defined


def records(rows: pd.DataFrame) -> list[dict]:
    """Rows as the grid reads them: missing values absent."""
    found: list[dict] = [{} for _ in range(len(rows))]
    for name, column in rows.round(_DECIMALS).items():
        for record, value, is_missing in zip(
            found, column.astype(object).tolist(), column.isna().tolist(), strict=True
        ):
            if not is_missing:
                record[name] = value
    return found


def in_words(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same rows with names as an index writes them and reasons in words."""
    return rows.assign(
        name=rows["name"].map(text.index_name),
        reason=[text.capitalised(text.reason(r, lang)) if isinstance(r, str) else None for r in rows["reason"]],
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
        "page": _("Page"),
        "to": _("to"),
        "of": _("of"),
        "firstPage": _("First page"),
        "previousPage": _("Previous page"),
        "nextPage": _("Next page"),
        "lastPage": _("Last page"),
    }


def _number(field: str, header: str, formatter: str, width: int) -> dict:
    return {
        "field": field,
        "headerName": header,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": {"function": formatter},
    }


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _literal(mapping: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in mapping.items()) + "}"
