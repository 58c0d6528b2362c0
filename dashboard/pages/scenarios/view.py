"""What the page shows of a plan: every part of it, in one record."""

from dataclasses import dataclass

import dash_ag_grid as dag
import pandas as pd
from dash import html

from dashboard import components, text
from dashboard import table as grid
from dashboard.computations import plan_search
from dashboard.computations.plan_search import Shown
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids
from dashboard.pages.scenarios.card import card
from dashboard.pages.scenarios.plan_map import communes_states, difference, legend, marks, outlines, paint, state_words
from dashboard.pages.scenarios.shared import names
from dashboard.pages.scenarios.tables import sites, versions
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from geodata.errors import BadInput
from geodata.methods.siting import measured
from geodata.planning import siting
from geodata.workspace import JobState


@dataclass(frozen=True)
class View:
    """Content of each part of the page, in the order in which callbacks write it."""

    status: list
    card: list
    legend: list
    outlines: list
    marks: list
    paint: dict
    sites: list
    versions: list
    revision: int | None
    is_still: bool

    @property
    def outputs(self) -> tuple:
        """The parts as a callback gives them; what is still neither asks again nor can be stopped, and what works on a
        list of sites is hidden until there is one."""
        return (*vars(self).values(), self.is_still, bool(self.outlines), *(not self.sites,) * 3)


def view(facts: Facts, choice: Choice) -> View:
    """The page for the plan of an address, or without one."""
    if choice.plan is None:
        return _nothing(facts, choice)
    shown, other, state = _opened(facts, choice, choice.plan)
    return View(
        status=_status(facts, shown, choice),
        card=card(facts, shown, other, choice),
        legend=legend(state, shown, other, choice.lang),
        outlines=outlines(facts, shown.request.region),
        marks=marks(facts, shown, other, choice.lang),
        paint=paint(state, other is not None, choice.lang),
        sites=sites(facts, shown, choice),
        versions=versions(facts, shown, choice),
        revision=shown.revision,
        is_still=not shown.is_running,
    )


def _opened(facts: Facts, choice: Choice, plan: tuple[str, int]) -> tuple[Shown, Shown | None, pd.Series | None]:
    """The plan of an address, the one it is compared with, and the state of each commune; None without an answer."""
    shown = plan_search.opened(facts, plan)
    # A plan is not compared with itself.
    other = plan_search.opened(facts, choice.other) if choice.other and choice.other != plan else None
    state = communes_states(facts, shown) if shown.is_answered and shown.data_hash == facts.version else None
    if other and other.is_answered and state is not None and other.data_hash == facts.version:
        state = difference(state, communes_states(facts, other))
    return shown, other, state


def communes_table(facts: Facts, choice: Choice) -> list:
    """The table that is the map: every commune with its state."""
    _ = words(choice.lang)
    if choice.plan is None:
        return []
    shown, other, state = _opened(facts, choice, choice.plan)
    if state is None:
        return [html.P(_("Nothing to show: this plan has no answer on today's data."), className="nature")]
    communes = facts.case(shown.request).communes.loc[state.index]
    state_names = state_words(other is not None, choice.lang)
    rows = {
        "code": state.index,
        "name": communes["name"].to_numpy(),
        "departement": communes["departement"].map(names(facts)).to_numpy(),
        "state": state.map(state_names).map(text.capitalised).to_numpy(),
    }
    head = [_("Commune"), _("Département"), _("State")]
    return [
        dag.AgGrid(
            id=ids.COMMUNES_TABLE,
            columnDefs=[
                {"field": field, "headerName": word, "flex": 1, "filter": True}
                for field, word in zip(("name", "departement", "state"), head, strict=True)
            ],
            rowData=pd.DataFrame(rows).sort_values("name").to_dict("records"),
            defaultColDef=grid.COLUMN,
            dashGridOptions=grid.options(choice.lang),
            className="ag-theme-quartz",
            style={"height": "420px"},
        )
    ]


def _nothing(facts: Facts, choice: Choice) -> View:
    _ = words(choice.lang)
    intro = [
        html.H2(_("What this page answers")),
        html.P(
            _(
                "Say how many teams, for whom and how far. The answer lists the sites that bring the most people "
                "within reach, each person counted once, with the proof of how good it is."
            )
        ),
        html.P(
            _("A plan says where people are likely to be; those who know the place decide. Move any site by hand."),
            className="hint",
        ),
    ]
    return View([], intro, [], outlines(facts, choice.region), [], paint(None, False, choice.lang), [], [], None, True)


def _status(facts: Facts, shown: Shown, choice: Choice) -> list:
    _ = words(choice.lang)
    job = shown.job
    if job and shown.is_running and job.state == JobState.WAITING:
        return [components.alert(text.waiting(facts.workspace.jobs.before(job.id), choice.lang), kind="info")]
    if job and shown.is_running:
        done = round(job.progress * 100)
        doing = _("Looking for a better list") if job.progress < 0.6 else _("Testing the list against the uncertainty")
        return [
            html.Div(
                [
                    html.Span(f"{doing} · {text.percent(job.progress, choice.lang, 0)}", id="plan-progress-words"),
                    html.Progress(value=str(done), max="100", **{"aria-labelledby": "plan-progress-words"}),
                ],
                className="plan-progress",
            )
        ]
    if job is not None and job.state == JobState.FAILED:
        sites = facts.case(shown.request).sites["name"].to_dict() if job.answer else {}
        reasons = [plan_text.conflict(one, names(facts) | sites, choice.lang) for one in plan_search.conflicts(job)]
        sentence = " ".join(reasons) or _("The computation failed; the message is in the server's log.")
        return [components.alert(sentence, _("This request cannot be met"))]
    if not shown.is_answered:
        return [components.alert(_("The computation was interrupted before its first answer: ask again."), kind="info")]
    if shown.data_hash != facts.version:
        return [
            components.alert(
                _(
                    "The database has changed since this plan (%(then)s, now %(now)s). It is shown as it was computed; "
                    "ask again to compute it on today's data."
                )
                % {"then": shown.data_hash[:8], "now": facts.version[:8]}
                + " "
                + _on_todays_data(facts, shown, choice.lang),
                kind="info",
            )
        ]
    return [components.alert(moved, kind="info")] if (moved := _moved(shown, choice.lang)) else []


def _on_todays_data(facts: Facts, shown: Shown, lang: str) -> str:
    """What the very sites of an older plan would do today."""
    _ = words(lang)
    try:
        case = facts.case(shown.request)
        gone = [site for site in dict.fromkeys(shown.sites) if site not in case.sites.index]
        kept = [site for site in shown.sites if site in case.sites.index]
        now = measured(siting(case, shown.request), kept) if kept else None
    except BadInput:
        return _("Its request can no longer be asked of this database.")
    sentence = ""
    if now is not None:
        sentence = _("Today the same sites would newly reach %(now)s people, in place of %(then)s.") % {
            "now": plan_text.people(now.reached, lang),
            "then": plan_text.people(shown.plan.reached, lang),
        }
    if gone:
        named = ", ".join(shown.names[site]["name"] for site in gone)
        sentence += " " + _("No longer possible sites: %(names)s.") % {"names": named}
    return sentence.strip()


def _moved(shown: Shown, lang: str) -> str | None:
    """What changed since the list that was there before it was asked again."""
    _ = words(lang)
    if shown.before is None or not shown.is_answered or shown.is_running:
        return None
    before, now = shown.before["sites"], {site.id: shown.names[site.id]["name"] for site in shown.plan.sites}
    gone = [name for site, name in before.items() if site not in now]
    new = [name for site, name in now.items() if site not in before]
    if not gone and not new:
        return _("Asked again: the same sites as before.")
    parts = [_("Asked again: %(count)s sites stay.") % {"count": len(set(now) & set(before))}]
    if new:
        parts.append(_("New: %(names)s.") % {"names": ", ".join(new)})
    if gone:
        parts.append(_("Gone: %(names)s.") % {"names": ", ".join(gone)})
    return " ".join(parts)
