"""Notes of the team about a territory: what is written, the form to write more, the button to withdraw one."""

import dash_mantine_components as dmc
from dash import html

from dashboard import components, text
from dashboard.accounts.current_user import may_end
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.territoire import ids
from dashboard.state import Choice
from geodata.workspace import Note


def section(facts: Facts, choice: Choice) -> html.Section:
    """The notes and the form; hidden, and still there for the callbacks, without a territory."""
    _ = words(choice.lang)
    title = _("Notes of the team")
    return html.Section(
        [
            html.H2(title),
            html.P(
                _("About the territory, never about a person: no name, nothing that lets somebody be recognised."),
                className="warning",
            ),
            html.Div(written(facts, choice), id=ids.NOTES, **{"aria-live": "polite"}),
            html.Div(id=ids.MESSAGE, role="alert"),
            html.Div(
                [
                    *components.only_reads(choice.lang),
                    components.signature(
                        ids.WHO,
                        choice.lang,
                        label=_("Your role"),
                        placeholder=_("A role, not a person: project officer, delegate…"),
                    ),
                    dmc.Textarea(id=ids.NOTE, label=_("What the team knows of this place"), autosize=True, minRows=2),
                    components.planner_button(choice.lang, _("Keep the note"), id=ids.WRITE),
                    html.P(
                        _("Everyone who uses this dashboard can read it, with its date; the journal says so too."),
                        className="nature",
                    ),
                ],
                className="team-form",
            ),
        ],
        id=ids.TEAM,
        className="panel territoire-team",
        hidden=is_hidden(facts, choice),
        **{"aria-label": title},
    )


def is_hidden(facts: Facts, choice: Choice) -> bool:
    """Notes are about a territory, and need a place where they are kept."""
    return choice.selected is None or not facts.has_workspace


def written(facts: Facts, choice: Choice) -> list:
    """Every note on the selected territory, the last one first."""
    if is_hidden(facts, choice):
        return []
    _ = words(choice.lang)
    name = facts.store.territory(*choice.place).name
    notes = facts.notes(*choice.place)
    if not notes:
        return [html.P(_("%(name)s: no note yet.") % {"name": name})]
    return [
        html.H3(_("%(name)s: what is written") % {"name": name}),
        html.Ul(
            [
                html.Li(
                    [
                        html.P(note.text, className="note-text"),
                        html.P(f"{note.who} · {text.moment(note.when, choice.lang)}", className="nature"),
                        *([_withdraw(note, choice.lang)] if may_end(note.who) else []),
                    ]
                )
                for note in reversed(notes)
            ],
            className="plain team-notes",
        ),
    ]


def _withdraw(note: Note, lang: str) -> html.Button:
    _ = words(lang)
    word = _("Withdraw this note")
    return components.planner_button(
        lang,
        word,
        id={"type": ids.WITHDRAW, "note": note.id},
        className="button button-small",
        **{"aria-label": f"{word} : {note.who}, {text.moment(note.when, lang)}"},
    )
