"""The whole page for a choice: files of one territory, then the batch with its progress."""

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, search, text
from dashboard.briefing.content import LEVELS
from dashboard.briefing.files import ENDINGS
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.jobs import is_lost
from dashboard.pages.fiches import ids, remark
from dashboard.state import Choice
from geodata.countries import is_french
from geodata.territory import FRANCE, Level
from geodata.workspace import Job, JobState

PATH = "/fiches"
_POLL_MS = 1000
_BATCH_LEVELS = (Level.EPCI, Level.TVS, Level.COMMUNE, Level.DEPARTEMENT)


def title(lang: str) -> str:
    """Name of the page."""
    _ = words(lang)
    return _("Briefings")


def layout(facts: Facts, choice: Choice) -> list:
    """Files of the selected territory, then the batch."""
    choice, _notices = facts.checked(choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.JOB, storage_type="session"),
        dcc.Interval(id=ids.POLL, interval=_POLL_MS),
        html.Div(
            [
                html.H1(_("Two-page briefings")),
                html.P(
                    _(
                        "Two pages on one territory for an elected official: what is known, what can be done, who can "
                        "act. Accessible PDF, text for a word processor, figures for a spreadsheet."
                    )
                ),
                html.Section(
                    [
                        html.H2(_("One territory")),
                        search.box(ids.SEARCH, facts.store.country(), choice.lang),
                        html.Div(one(facts, choice), id=ids.TERRITORY, className="sheets-one", role="status"),
                    ],
                    className="panel",
                    **{"aria-label": _("One territory")},
                ),
                remark.section(facts, choice),
                html.Section(
                    _batch(facts, choice),
                    className="panel",
                    hidden=not is_french(facts.store.build()),
                    **{"aria-label": _("A whole region")},
                ),
            ],
            className="sheets-page",
        ),
    ]


def one(facts: Facts, choice: Choice) -> list:
    """Files of the selected territory, or how to choose one."""
    _ = words(choice.lang)
    if not is_french(facts.store.build()):
        return [html.P(text.no_sheet(choice.lang))]
    if choice.selected is None or choice.selected[0] not in LEVELS:
        return [html.P(_("Find a commune, an EPCI, a département or a region: its files will be here."))]
    name = facts.store.territory(*choice.selected).name
    says = {
        "pdf": _("Two pages (PDF)"),
        "docx": _("Text (Word)"),
        "xlsx": _("Figures (Excel)"),
        "csv": _("Figures (CSV)"),
        "json": _("Record (JSON)"),
    }
    links = [
        html.Li(html.A(says[ending], href=f"/export/briefing.{ending}{choice.query}", download=True))
        for ending in ENDINGS
    ]
    others = {"slide": _("Page 1 as a slide (PDF)")}
    if choice.selected[0] is Level.DEPARTEMENT:
        others["diagnostic60"] = _("Diagnosis of residents of 60 and over (PDF)")
    links += [
        html.Li(html.A(words_, href=f"/export/briefing.pdf{choice.query}&kind={kind}", download=True))
        for kind, words_ in others.items()
    ]
    return [html.P(html.Strong(name)), html.Ul(links)]


def _batch(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    lang = choice.lang
    return [
        html.H2(_("A whole region")),
        html.P(
            _("One PDF a territory, in one archive with its index. About a third of a second each: it runs beside you.")
        ),
        *components.only_reads(lang),
        dmc.Select(
            id=ids.REGION,
            label=_("Region"),
            placeholder=_("Choose a region"),
            data=[{"value": code, "label": name} for code, name in facts.regions()],
            value=None if choice.region == FRANCE else choice.region,
            searchable=True,
            comboboxProps={"withinPortal": False},
        ),
        dmc.Select(
            id=ids.LEVEL,
            label=_("Territories"),
            data=[
                {"value": level, "label": text.levels(level, lang)}
                for level in _BATCH_LEVELS
                if level in facts.meshes(FRANCE)
            ],
            value=Level.EPCI,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        dmc.Select(
            id=ids.MERGE,
            label=_("Files"),
            data=[
                {"value": "", "label": _("One PDF a territory, in one archive")},
                {"value": "pdf", "label": _("One PDF of all of them")},
                {"value": "docx", "label": _("One Word document")},
                {"value": "xlsx", "label": _("One Excel workbook")},
            ],
            value="",
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        html.Div(
            [
                components.planner_button(choice.lang, _("Print the briefings"), id=ids.PRINT),
                components.planner_button(choice.lang, _("Stop"), id=ids.CANCEL, hidden=True),
            ],
            className="sheets-actions",
        ),
        html.Div([html.Div(id=ids.MESSAGE, role="alert"), html.Div(id=ids.STATUS, role="status")]),
    ]


def status(job: Job | None, lang: str, before: int = 0) -> list:
    """Where a batch is: its progress, its archive, or why there is none."""
    _ = words(lang)
    if job is None:
        return []
    if job.state is JobState.WAITING:
        return [html.P(text.waiting(before, lang))]
    if job.state is JobState.RUNNING and not is_lost(job):
        done = _("%(share)s of the briefings are printed") % {"share": text.percent(job.progress, lang, 0)}
        bar = html.Progress(value=f"{job.progress:.3f}", max="1", **{"aria-label": done})
        return [bar, html.P(done)]
    if job.state is JobState.DONE and job.answer:
        link = html.A(_("Download the archive"), href=f"/export/briefings/{job.id}.zip", download=True)
        ready, failed = job.answer["count"], job.answer["failed"]
        sentence = _.plural("%(count)s briefing is ready.", "%(count)s briefings are ready.", ready)
        lost = _("Briefings that could not be made: %(count)s. The index says why.")
        return [
            html.P([sentence % {"count": text.number(ready, lang)}, " ", link]),
            *([html.P(lost % {"count": text.number(failed, lang)})] if failed else []),
        ]
    if job.state is JobState.CANCELLED:
        return [html.P(_("Stopped. Nothing was kept."))]
    return [html.P(_("The batch stopped before its end: start it again. What happened is in the server's log."))]
