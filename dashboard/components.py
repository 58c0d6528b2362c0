"""Small factories shared by the pages: a badge, a bar, a source line, an alert. Records in, components out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html

from dashboard import text
from dashboard.accounts.current_user import may_write, signed_in
from dashboard.facts import NO_NATIONAL
from dashboard.figures import Figure, Mark
from dashboard.i18n import title_column, words
from dashboard.palette import SYMBOL
from dashboard.state import Choice, Notice
from dashboard.text import limits, response, travel
from geodata.estimate import Estimate, Verdict, national_verdict
from geodata.minutes import LEAST_MINUTES, MOST_MINUTES
from geodata.service import Family
from geodata.survey import Scenario
from geodata.territory import Level
from geodata.threshold import MAX_PERCENT, MIN_PERCENT

SCALE_MAX = 0.25
"""Right end of the interval bar, a share; it moves right for a territory beyond it."""


def swatch(verdict: Verdict) -> html.Span:
    """Colour and hatch of a class, with its symbol; the word always stands beside it."""
    return html.Span(SYMBOL[verdict], className=f"swatch swatch-{verdict}", **{"aria-hidden": "true"})


def badge(verdict: Verdict, lang: str) -> html.Span:
    """Symbol, colour and word of a class."""
    return html.Span([swatch(verdict), html.Span(text.verdict(verdict, lang))], className="badge")


def verdicts(estimate: Estimate, lang: str, *, is_national: bool, is_robust: bool | None = None) -> list[html.P]:
    """Both answers: against the threshold, robust or not, and against the national share where it is known; the one
    that is asked about first."""
    _ = words(lang)
    line = _("Threshold of %(t)s") % {"t": text.threshold(estimate.threshold, lang)}
    lines = [(line, estimate.verdict, robust(is_robust, lang))]
    if estimate.p_above_national is not None and estimate.level != Level.FRANCE:
        lines.append((_("National share"), national_verdict(estimate), None))
    return [
        html.P([badge(verdict, lang), html.Span(question, className="asked"), holds], className="verdict-line")
        for question, verdict, holds in (reversed(lines) if is_national else lines)
    ]


def signature(id: str, lang: str, **field: Any) -> dmc.TextInput:
    """Who says so: the role that is typed, or, where people sign in, the name that signs and that nobody types."""
    name = signed_in()
    if name is None:
        return dmc.TextInput(id=id, **field)
    _ = words(lang)
    return dmc.TextInput(id=id, label=_("Signed"), value=name, readOnly=True)


def planner_button(lang: str, word: str, className: str = "button", **properties: Any) -> html.Button:
    """A button that changes what is kept, or takes the machine: off for whoever only reads here, which `only_reads`
    says once a form."""
    return html.Button(word, className=className, type="button", disabled=not may_write(), **properties)


def only_reads(lang: str) -> list[html.P]:
    """Why the buttons of a form are off, before its fields: no keyboard or finger reaches a button that is off, and
    nobody writes a note that cannot be kept. Nothing for whoever may write."""
    _ = words(lang)
    reason = _("Your role only reads here. An administrator gives the role of planner.")
    return [] if may_write() else [html.P(reason, className="nature")]


def alert(sentence: str, title: str | None = None, kind: str = "error") -> dmc.Alert:
    """One readable message."""
    return dmc.Alert(
        sentence, title=title, color={"error": "orange", "info": "blue"}[kind], variant="light", className="alert"
    )


def notices(notices: tuple[Notice, ...], lang: str) -> list:
    """Values of an address that were replaced, said to the reader."""
    _ = words(lang)
    national = _("The comparison with the national share was not computed under these assumptions: see the threshold.")
    default = _("The default is shown instead.")
    mesh = _("The mesh of the territories that are here is shown instead.")
    sentences = [
        national
        if one == NO_NATIONAL
        else f"{limits.notice_sentence(one.field, one.value, lang)} {mesh if one.field == 'm' else default}"
        for one in notices
    ]
    return [alert(sentence, kind="info") for sentence in sentences]


def limited(low: float, high: float, lang: str, ends: str | None = None) -> dict:
    """The ends of a field of numbers, and what it says of a number outside them (`shell.js`); `ends` with their unit
    where they have one."""
    low_, high_ = (text.number(end, lang, int(end != int(end))) for end in (low, high))
    limits_in_words = ends or text.between(low_, high_, lang)
    return {
        "min": low,
        "max": high,
        "data-least": low,
        "data-most": high,
        "data-refused": limits.refused("%s", limits_in_words, lang),
    }


def robust(is_robust: bool | None, lang: str) -> html.Span | None:
    """Whether the class holds under every set of assumptions; nothing where there is nothing to compare."""
    if is_robust is None:
        return None
    _ = words(lang)
    label = _("robust") if is_robust else _("depends on assumptions")
    return html.Span(label, className="robust" if is_robust else "robust robust-not")


def loading(lang: str) -> html.P:
    """Stands where something is awaited."""
    _ = words(lang)
    return html.P(_("Loading..."), role="status", className="loading")


def fold(title: str, body: list, **options: Any) -> html.Section:
    """A part of a page that a phone folds (`shell.js`), with its title; open and without its title elsewhere."""
    inside = html.Details([html.Summary(title), html.Div(body, className="fold-body")], open=True, className="fold")
    return html.Section(inside, **{"aria-label": title}, **options)


def threshold(identifier: str, choice: Choice, debounce: int | bool = 200) -> dmc.NumberInput:
    """The line that shares are compared with; told `debounce` milliseconds after it moved."""
    _ = words(choice.lang)
    return dmc.NumberInput(
        id=identifier,
        label=_("Threshold (% isolated)"),
        value=round(choice.threshold * 100, 1),
        step=1,
        decimalScale=1,
        decimalSeparator="," if choice.lang == "fr" else ".",
        suffix=" %" if choice.lang == "fr" else "%",
        debounce=debounce,
        clampBehavior="blur",
        **limited(MIN_PERCENT, MAX_PERCENT, choice.lang, limits.allowed("t", choice.lang)),
    )


def minutes(identifier: str, choice: Choice) -> dmc.NumberInput:
    """How far a service may be."""
    _ = words(choice.lang)
    return dmc.NumberInput(
        id=identifier,
        label=_("Minutes by car, at most"),
        value=choice.minutes,
        step=5,
        allowDecimal=False,
        suffix=" min",
        debounce=200,
        clampBehavior="blur",
        **limited(LEAST_MINUTES, MOST_MINUTES, choice.lang, limits.allowed("min", choice.lang)),
    )


def scenario(identifier: str, held: list[Scenario], choice: Choice) -> html.Div:
    """Assumptions to choose from; hidden, and still there for the callbacks, when the database holds one only."""
    _ = words(choice.lang)
    groups: dict[str, list[dict]] = {}
    for one in held:
        option = {"value": one.id, "label": text.scenario(one.id, choice.lang)}
        groups.setdefault(text.definition(one.definition, choice.lang), []).append(option)
    return html.Div(
        dmc.Select(
            id=identifier,
            label=_("Definition and assumptions"),
            data=[{"group": title, "items": items} for title, items in groups.items()],
            value=choice.scenario,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        hidden=len(held) < 2,
    )


def table(caption: str, head: list, rows: list[list]) -> html.Div:
    """A plain table that a keyboard can scroll."""
    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(html.Tr([html.Th(cell, scope="col") for cell in head])),
                html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows]),
            ]
        ),
        className="table-scroll",
        tabIndex=0,
        role="group",
        **{"aria-label": caption},
    )


def interval_bar(estimate: Estimate, national: Estimate, lang: str) -> html.Div | None:
    """The 90 % interval against the threshold and the national share; None when there is no interval."""
    if estimate.share is None or estimate.low is None or estimate.high is None:
        return None
    _ = words(lang)
    top = max(SCALE_MAX, estimate.high * 1.1, estimate.threshold * 1.1)
    threshold = _("threshold %(t)s") % {"t": text.threshold(estimate.threshold, lang)}
    marks = [
        Mark("threshold", estimate.threshold / top),
        Mark("range", estimate.low / top, estimate.high / top),
        Mark("point", estimate.share / top),
    ]
    keys = [("threshold", threshold)]
    if national.share is not None and estimate.level != national.level:
        marks.insert(0, Mark("national", national.share / top))
        keys.append(("national", _("France %(n)s") % {"n": text.percent(national.share, lang)}))
    label = _("Interval bar: %(share)s, %(interval)s") % {
        "share": text.percent(estimate.share, lang),
        "interval": text.interval(estimate.low, estimate.high, lang),
    }
    shares = [share for share in (0, 0.05, 0.10, 0.15, 0.20, 0.25) if share <= top]
    return html.Div(
        [
            html.Div(_marks(marks), className="bar", role="img", **{"aria-label": label}),
            _ticks([(share / top, text.percent(share, lang, 0)) for share in shares]),
            _keys(keys),
        ],
        className="interval-bar",
    )


def strips(figure: Figure) -> html.Div:
    """A figure on screen: what each strip says is written beside it, so the marks add nothing to hear."""
    rows = [
        html.Li(
            [
                html.Div([html.Strong(strip.label), html.Span(strip.detail)], className="strip-label"),
                html.Div(_marks(strip.marks), className="bar", **{"aria-hidden": "true"}),
                html.Div(strip.wording, className="strip-said"),
            ],
            className="strip",
        )
        for strip in figure.strips
    ]
    scale = [html.Div(_ticks(figure.ticks), className="strip strip-scale")] if figure.ticks else []
    return html.Div([html.Ul(rows, className="plain"), *scale, _keys(figure.keys)], className="strips")


def table_tools(filter_id: str, columns_id: str, options: list[dict], shown: list[str], lang: str) -> html.Div:
    """What a reader does to a table: keep the rows of a name, choose columns. `table.js` filters."""
    _ = words(lang)
    return html.Div(
        [
            dmc.TextInput(
                id=filter_id,
                placeholder=_("Keep the names that contain…"),
                size="xs",
                className="table-filter",
                **{"aria-label": _("Keep the names, départements or codes that contain")},
            ),
            html.Details(
                [
                    html.Summary(_("Columns and sorting")),
                    html.P(
                        _(
                            "A title sorts its column. The expected share and its interval are not sorted: the "
                            "intervals overlap, an order would be chance. People follow the size of the territory "
                            "first of all."
                        ),
                        className="table-sorting",
                    ),
                    dmc.MultiSelect(
                        id=columns_id,
                        data=options,
                        value=shown,
                        size="xs",
                        hidePickedOptions=True,
                        comboboxProps={"withinPortal": False},
                        **{"aria-label": _("Columns of the table")},
                    ),
                ],
                className="table-columns",
            ),
        ],
        className="table-tools",
    )


def table_files(
    ids: Sequence[str], href: Callable[[str], str], sources: str, is_hidden: bool, lang: str
) -> list[html.A]:
    """Links to the rows of a table as CSV, as a workbook and with their outlines (`ids`, in this order), and to their
    sources; `href` gives the address of an ending. Hidden where the table is empty."""
    _ = words(lang)
    names = (("CSV", _("Table (CSV)")), ("Excel", _("Table (Excel)")), ("GeoPackage", _("Outlines (GeoPackage)")))
    files = zip(ids, FILES, names, strict=True)
    return [
        *(
            html.A(
                short,
                id=one,
                href=href(ending),
                hidden=is_hidden,
                className="button",
                download=True,
                **{"aria-label": label},
            )
            for one, ending, (short, label) in files
        ),
        html.A(_("Sources"), href=sources, className="button", download=True),
    ]


FILES = ("csv", "xlsx", "gpkg")
"""Endings of the files of a table."""


def map_files(png: str, svg: str, is_hidden: bool, lang: str) -> list[html.Button]:
    """Buttons that make a picture of the maps on screen, in points and in lines (`pictures`)."""
    _ = words(lang)
    return [
        html.Button(kind, id=one, hidden=is_hidden, className="button", type="button", **{"aria-label": label})
        for kind, one, label in (("PNG", png, _("Map (PNG)")), ("SVG", svg, _("Map (SVG)")))
    ]


def downloads(links: list[tuple[str, str]], of: str, lang: str) -> html.P:
    """Files of a figure: (kind, address). A picture in points is made by the browser from the one in lines."""
    _ = words(lang)
    made = {"PNG": {"className": "file file-png"}}
    return html.P(
        [html.Span(_("Take away:"), className="visually-hidden")]
        + [
            html.A(
                [kind, html.Span(f" – {of}", className="visually-hidden")],
                href=address,
                download=True,
                **made.get(kind, {"className": "file"}),
            )
            for kind, address in links
        ],
        className="files",
    )


def _marks(marks: Iterable[Mark]) -> list[html.Span]:
    return [html.Span(className=f"mark mark-{_direction(mark)}", style=_place(mark)) for mark in marks]


def _direction(mark: Mark) -> str:
    return mark.kind if mark.kind != "part" else "more" if mark.end >= mark.at else "less"


def _place(mark: Mark) -> dict:
    left, right = sorted((mark.at, mark.at if mark.to is None else mark.to))
    place = {"left": f"{100 * left:.2f}%"}
    return place if mark.to is None else place | {"width": f"{100 * (right - left):.2f}%"}


def _ticks(ticks: Iterable[tuple[float, str]]) -> html.Div:
    labels = [html.Span(label, style={"left": f"{100 * at:.2f}%"}) for at, label in ticks]
    return html.Div(labels, className="bar-ticks", **{"aria-hidden": "true"})


def _keys(keys: Iterable[tuple[str, str]]) -> html.Div:
    labels = [html.Span([html.Span(className=f"key key-{kind}"), label]) for kind, label in keys]
    return html.Div(labels, className="bar-keys", **{"aria-hidden": "true"})


def how(choice: Choice, part: str = "methode") -> html.A:
    """The link that stands beside a figure: how it is computed."""
    _ = words(choice.lang)
    return html.A(_("How is this computed?"), href=f"{replace(choice, page='/methode').href}#{part}", className="how")


def minutes_note(method: str, choice: Choice) -> html.P:
    """How minutes are known, and where their models are told."""
    return html.P([travel.sentence(method, choice.lang), " ", how(choice, "trajets")], className="nature")


def counting(choice: Choice) -> html.P:
    """Which services of a family count as its response, and where the list is."""
    _ = words(choice.lang)
    where = replace(choice, page="/methode").href + "#reponses"
    return html.P(
        [response.counting(choice.lang), " ", html.A(_("Which categories count"), href=where)], className="nature"
    )


def category_options(categories: pd.DataFrame, lang: str) -> list[dict]:
    """Categories of services for a control, under their family."""
    title = title_column(lang)
    groups = []
    for family in Family:
        items = categories[categories["family"] == family]
        if len(items):
            options = [{"value": row.id, "label": getattr(row, title)} for row in items.itertuples()]
            groups.append({"group": text.family(family, lang), "items": options})
    return groups
