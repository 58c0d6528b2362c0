"""What callbacks of the page write, read and answer alike."""

from dataclasses import replace
from typing import Any

from dash import Output, no_update

from dashboard import components
from dashboard.i18n import words
from dashboard.pages.scenarios import ids, layout
from dashboard.state import Choice, read

VIEW = (
    Output(ids.STATUS, "children"),
    Output(ids.CARD, "children"),
    Output(ids.LEGEND, "children"),
    Output(ids.OUTLINES, "children"),
    Output(ids.MARKS, "children"),
    Output(ids.PAINT, "data"),
    Output(ids.SITES, "children"),
    Output(ids.VERSIONS, "children"),
    Output(ids.REVISION, "data"),
    Output(ids.POLL, "disabled"),
    Output(ids.CANCEL, "hidden"),
    Output(ids.NO_MAP, "hidden"),
    Output(ids.SHOW_COMMUNES, "hidden"),
    Output(ids.CHANGE, "hidden"),
    Output(ids.KEEP, "hidden"),
)
AGAIN = tuple(Output(one.component_id, one.component_property, allow_duplicate=True) for one in VIEW)


def choice_of(query: str | None) -> Choice:
    return read(layout.PATH, query)[0]


def who_of(role: str | None, lang: str) -> str:
    _ = words(lang)
    return (role or "").strip() or _("a user")


def with_plans(choice: Choice, **plans: Any) -> Choice:
    """The same page and language with another `plan` or `other`."""
    kept = Choice(page=layout.PATH, plan=choice.plan, other=choice.other, lang=choice.lang)
    return replace(kept, **plans)


def unchanged(sentence: str) -> tuple:
    return (*(no_update,) * len(VIEW), components.alert(sentence))
