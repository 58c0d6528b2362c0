"""What stands under the figures of a page: what they are, their build, their sources."""

from dataclasses import replace

from dash import html

from dashboard import export, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.state import Choice
from dashboard.text import travel
from geodata.estimate import Kind


def modelled_line(facts: Facts, choice: Choice, *, has_minutes: bool = False) -> html.Div:
    """The line under estimated shares, and under minutes of travel where the page has some."""
    definition = text.assumptions(choice.question, choice.lang)
    if has_minutes:
        definition = [*definition, travel.short(" + ".join(facts.store.travel_methods()), choice.lang)]
    kind = text.kind(Kind.MODELLED, choice.lang)
    return source_line(facts, choice, kind, " · ".join(definition), export.sources(facts, choice))


def source_line(facts: Facts, choice: Choice, kind: str, definition: str, sources: list[str]) -> html.Div:
    """Kind, definition, build and sources: what stands under every figure. A region has some thirty sources: folded."""
    lang = choice.lang
    _ = words(lang)
    count = _.plural("%(count)s source", "%(count)s sources", len(sources)) % {"count": text.number(len(sources), lang)}
    return html.Div(
        [
            html.P(
                [
                    html.Strong(kind),
                    f" · {definition} · ",
                    _("database %(version)s") % {"version": facts.version[:8]},
                    " · ",
                    html.A(_("How was this computed?"), href=replace(choice, page="/methode").href),
                ]
            ),
            html.Details([html.Summary(count), html.Ul([html.Li(source) for source in sources])]),
        ],
        className="source-line",
    )
