"""What the agency writes on the sheet of a territory: the form, and what happens when it is kept."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import components
from dashboard.briefing.sheet import state
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.fiches import ids
from dashboard.state import Choice
from geodata.errors import BadInput, StaleVersion
from geodata.workspace import Remark


def section(facts: Facts, choice: Choice) -> html.Section:
    """The form; hidden, and still there for the callbacks, without a territory."""
    _ = words(choice.lang)
    title = _("What the agency adds to the sheet")
    return html.Section(
        [
            html.H2(title),
            html.P(_("Printed on page 2, with its state: draft, or validated by whom.")),
            *components.only_reads(choice.lang),
            html.Div(fields(facts, choice), id=ids.REMARK),
            html.Div(id=ids.REMARK_MESSAGE, role="status"),
            html.Div(
                [
                    components.planner_button(choice.lang, _("Keep the draft"), id=ids.DRAFT),
                    components.planner_button(choice.lang, _("Validate"), id=ids.VALIDATE),
                ],
                className="sheets-actions",
            ),
        ],
        id=ids.REMARK_SECTION,
        className="panel",
        hidden=is_hidden(facts, choice),
        **{"aria-label": title},
    )


def is_hidden(facts: Facts, choice: Choice) -> bool:
    """A remark is about a territory, and needs a place where it is kept."""
    return choice.selected is None or not facts.has_workspace


def fields(facts: Facts, choice: Choice) -> list:
    """What is written on the sheet of the selected territory, to be changed."""
    _ = words(choice.lang)
    remark = None if is_hidden(facts, choice) else facts.workspace.remarks.get(*choice.place)
    return [
        dcc.Store(id=ids.REVISION, data=remark.revision if remark else 0),
        html.P(_state(remark, choice.lang), className="nature"),
        dmc.Textarea(
            id=ids.TEXT, label=_("A paragraph (600 characters)"), value=remark.text if remark else "", autosize=True,
            minRows=3,
        ),
        dmc.Textarea(
            id=ids.EXISTS, label=_("What exists and is funded (400 characters)"), value=remark.exists if remark else "",
            autosize=True, minRows=2,
        ),
        dmc.TextInput(
            id=ids.WHO, label=_("Your role"), placeholder=_("A role, not a person: project officer, delegate…")
        ),
    ]  # fmt: skip


def _state(remark: Remark | None, lang: str) -> str:
    _ = words(lang)
    if remark is None:
        return _("Nothing is written yet.")
    return state(remark, lang)


def keep(
    facts: Facts, choice: Choice, text: str, exists: str, who: str, revision: int, *, is_validated: bool
) -> tuple[bool, Component]:
    """Write it: whether it was kept, and what to say. Nothing of another writer is lost."""
    _ = words(choice.lang)
    try:
        facts.workspace.remarks.write(
            *choice.place, text or "", exists or "", who=who or "", revision=revision, is_validated=is_validated
        )
    except StaleVersion:
        sentence = _("Somebody wrote on this sheet since you opened it: open it again, nothing was written over.")
        return False, components.alert(sentence)
    except BadInput:
        return False, components.alert(_("Write your role; a paragraph has 600 characters at most, what exists 400."))
    done = _("Validated: the sheet says so.") if is_validated else _("Kept as a draft.")
    return True, components.alert(done, kind="info")
