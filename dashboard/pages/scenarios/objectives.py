"""Objectives of the regional plan, on the page Scénarios: made from the plan on screen, followed at each build."""

from contextlib import suppress

import dash_mantine_components as dmc
from dash import html

from dashboard import components, text
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids
from dashboard.pages.scenarios.shared import names, table
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from geodata.errors import BadInput, StaleVersion
from geodata.objective import Objective, Reading, access
from geodata.workspace import SavedObjective


def layout(facts: Facts, choice: Choice) -> list:
    """What an objective is, the form that makes one, and those of this workspace."""
    _ = words(choice.lang)
    return [
        html.H2(_("Objectives of the regional plan")),
        html.P(
            _(
                "An objective follows access: the share of people within reach of a team in place. It cannot measure "
                "the effect of an action on isolation itself, which is estimated from the make-up of the population "
                "and does not know what is done locally."
            ),
            className="hint",
        ),
        *components.only_reads(choice.lang),
        html.Div(
            [
                dmc.TextInput(id=ids.OBJECTIVE_NAME, label=_("Objective"), value=""),
                dmc.TextInput(
                    id=ids.OBJECTIVE_AXIS, label=_("Line of the regional plan (or of the CESE) it answers"), value=""
                ),
                dmc.NumberInput(
                    id=ids.OBJECTIVE_TARGET,
                    label=_("Target in each département (%)"),
                    value=60,
                    **components.limited(1, 100, choice.lang),
                ),
                dmc.NumberInput(
                    id=ids.OBJECTIVE_YEAR,
                    label=_("By the year"),
                    value=2028,
                    thousandSeparator="",
                    **components.limited(2000, 2100, choice.lang, text.between("2000", "2100", choice.lang)),
                ),
                components.planner_button(choice.lang, _("Make it from the plan on screen"), id=ids.OBJECTIVE_ADD),
            ],
            className="plan-bar",
        ),
        html.Div(id=ids.OBJECTIVE_MESSAGE, role="alert"),
        html.Div(listed(facts, choice.lang), id=ids.OBJECTIVES, className="prose-tables"),
    ]


def made(shown: plan_search.Shown, facts: Facts, *, target: float, year: int, axis: str) -> Objective:
    """An objective whose baseline is today's access and which the plan on screen serves."""
    return Objective(
        request=shown.request,
        target=target,
        year=year,
        axis=axis,
        baseline=access(facts.case(shown.request), shown.request),
        data_hash=facts.version,
        plans=(shown.id,),
    )


def listed(facts: Facts, lang: str) -> list:
    """One table an objective: baseline, value in the build of today, target."""
    _ = words(lang)
    objectives = facts.workspace.objectives.list()
    return [_followed(facts, one, lang) for one in objectives] or [html.P(_("No objective yet."), className="nature")]


def _read(facts: Facts, saved: SavedObjective) -> tuple[Objective, dict[str, float]]:
    """The objective and its shares in the build of today, kept with the earlier ones the first time it is read.

    No share where today's database can no longer tell.
    """
    objective = Objective.from_dict(saved.content)
    try:
        now = access(facts.case(objective.request), objective.request)
    except BadInput:
        return objective, {}
    read = objective.read(Reading(facts.version, facts.store.build().get("date", ""), now))
    if read is not objective:
        # Another session may read the same build at the same time: one of them writes, both say the same.
        with suppress(StaleVersion):
            facts.workspace.objectives.write(saved.id, read.to_dict(), revision=saved.revision, who=saved.written_by)
    return read, now


def _followed(facts: Facts, saved: SavedObjective, lang: str) -> html.Div:
    _ = words(lang)
    objective, now = _read(facts, saved)
    between = [one for one in objective.readings if one.data_hash != facts.version]
    rows = [
        [
            names(facts).get(code, code),
            text.percent(share, lang, 0),
            *(text.percent(one.shares[code], lang, 0) if code in one.shares else "–" for one in between),
            text.percent(now[code], lang, 0) if code in now else "–",
            text.percent(objective.target, lang, 0),
            _state(now.get(code), objective.target, lang),
        ]
        for code, share in objective.baseline.items()
    ]
    head = [
        _("Département"),
        _("At the start (database %s)") % objective.data_hash[:8],
        *(_("Build of %(day)s (database %(hash)s)") % {"day": r.day, "hash": r.data_hash[:8]} for r in between),
        _("Today (database %s)") % facts.version[:8],
        _("Target"),
        _("State"),
    ]
    sentence = _(
        "%(axis)s · %(share)s of the %(who)s within %(minutes)s of a team, by %(year)s · served by: %(plans)s"
    ) % {
        "axis": objective.axis,
        "share": text.percent(objective.target, lang, 0),
        "who": plan_text.people_of(objective.request.public, lang),
        "minutes": plan_text.minutes(objective.request.minutes, lang),
        "year": objective.year,
        "plans": ", ".join(facts.workspace.plans.get(plan).name for plan in objective.plans),
    }
    return html.Div(
        [
            html.H3(saved.name),
            html.P(sentence),
            html.P(plan_text.in_place(objective.request, facts.titles(lang), lang), className="nature"),
            None if now else components.alert(_("Today's database can no longer tell this objective.")),
            table(_("Share within reach of a team in place, by département"), head, rows),
        ]
    )


def _state(share: float | None, target: float, lang: str) -> str:
    _ = words(lang)
    if share is None:
        return _("not known")
    return _("reached") if share >= target else _("not reached")
