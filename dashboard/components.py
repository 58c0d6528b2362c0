"""Small factories shared by the pages: a badge, a bar, a source line, an alert. Records in, components out."""

import dash_mantine_components as dmc
from dash import html

from dashboard import text
from dashboard.i18n import words
from dashboard.palette import SYMBOL
from geodata.estimate import Estimate, Verdict
from geodata.territory import Level

SCALE_MAX = 0.25
"""Right end of the interval bar, a share; it moves right for a territory beyond it."""


def swatch(verdict: Verdict) -> html.Span:
    """Colour and hatch of a class, with its symbol; the word always stands beside it."""
    return html.Span(SYMBOL[verdict], className=f"swatch swatch-{verdict}", **{"aria-hidden": "true"})


def badge(verdict: Verdict, lang: str) -> html.Span:
    """Symbol, colour and word of a class."""
    return html.Span([swatch(verdict), html.Span(text.verdict(verdict, lang))], className="badge")


def verdicts(estimate: Estimate, against: Verdict, lang: str) -> list[html.P]:
    """Both answers: against the threshold, and against the national share where it is known."""
    _ = words(lang)
    line = _("Threshold of %(t)s") % {"t": text.threshold(estimate.threshold, lang)}
    asked = [(line, estimate.verdict)]
    if estimate.p_above_national is not None and estimate.level != Level.FRANCE:
        asked.append((_("National share"), against))
    return [
        html.P([badge(verdict, lang), html.Span(question, className="asked")], className="verdict-line")
        for question, verdict in asked
    ]


def alert(sentence: str, title: str | None = None, kind: str = "error") -> dmc.Alert:
    """One readable message."""
    return dmc.Alert(
        sentence, title=title, color={"error": "orange", "info": "blue"}[kind], variant="light", className="alert"
    )


def interval_bar(estimate: Estimate, national: Estimate, lang: str) -> html.Div | None:
    """The 90 % interval against the threshold and the national share; None when there is no interval."""
    if estimate.low is None:
        return None
    _ = words(lang)
    top = max(SCALE_MAX, estimate.high * 1.1, estimate.threshold * 1.1)
    at = lambda share: f"{100 * share / top:.2f}%"  # noqa: E731
    ticks = [
        _tick(at(share), text.percent(share, lang, 0)) for share in (0, 0.05, 0.10, 0.15, 0.20, 0.25) if share <= top
    ]
    marks = [
        html.Span(className="bar-line bar-threshold", style={"left": at(estimate.threshold)}),
        html.Span(
            className="bar-range",
            style={"left": at(estimate.low), "width": f"{100 * (estimate.high - estimate.low) / top:.2f}%"},
        ),
        html.Span(className="bar-point", style={"left": at(estimate.share)}),
    ]
    keys = [
        html.Span(
            [
                html.Span(className="key key-threshold"),
                _("threshold %(t)s") % {"t": text.threshold(estimate.threshold, lang)},
            ]
        )
    ]
    if national.share is not None and estimate.level != national.level:
        marks.insert(0, html.Span(className="bar-line bar-national", style={"left": at(national.share)}))
        keys.append(
            html.Span(
                [html.Span(className="key key-national"), _("France %(n)s") % {"n": text.percent(national.share, lang)}]
            )
        )
    label = _("Interval bar: %(share)s, %(interval)s") % {
        "share": text.percent(estimate.share, lang),
        "interval": text.interval(estimate.low, estimate.high, lang),
    }
    return html.Div(
        [
            html.Div(marks, className="bar", role="img", **{"aria-label": label}),
            html.Div(ticks, className="bar-ticks", **{"aria-hidden": "true"}),
            html.Div(keys, className="bar-keys", **{"aria-hidden": "true"}),
        ],
        className="interval-bar",
    )


def _tick(left: str, label: str) -> html.Span:
    return html.Span(label, style={"left": left})


def source_line(kind: str, definition: str, sources: list[str], version: str, lang: str, method: str) -> html.P:
    """Kind, definition, sources and build: what stands under every figure."""
    _ = words(lang)
    return html.P(
        [
            html.Strong(kind),
            f" · {definition} · ",
            _("Sources: %(sources)s") % {"sources": " ; ".join(sources)},
            " · ",
            _("database %(version)s") % {"version": version[:8]},
            " · ",
            html.A(_("How was this computed?"), href=method),
        ],
        className="source-line",
    )
