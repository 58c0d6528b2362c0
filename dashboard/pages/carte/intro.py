"""For a newcomer: what the tool is in two sentences, and a guided tour of six steps. `intro.js` moves through them."""

from dash import html

from dashboard import text
from dashboard.i18n import words
from geodata.country import Country
from geodata.estimate import Verdict

STEPS = 6


def band(lang: str) -> html.Section:
    """Shown until it is closed; the browser remembers that it was."""
    _ = words(lang)
    return html.Section(
        [
            html.P(
                [
                    html.Strong(_("Reliance answers three questions: ")),
                    _(
                        "where isolation is probably above a line, which services answer it, where new teams would "
                        "reach most people. Its figures are estimates with intervals; it says when it cannot tell."
                    ),
                ]
            ),
            html.Div(
                [
                    html.Button(
                        _("Guided tour in %(count)s steps") % {"count": STEPS},
                        className="button button-main tour-start",
                        type="button",
                    ),
                    html.Button(_("Hide this"), className="button intro-close", type="button"),
                ],
                className="intro-buttons",
            ),
        ],
        id="intro",
        hidden=True,
        className="intro",
        **{"aria-label": _("What this tool is for")},
    )


def tour(country: Country, lang: str) -> html.Dialog:
    """The steps, one shown at a time, each about a part of the page."""
    _ = words(lang)
    texts = [
        (
            ".area-search",
            _("Find a territory"),
            _(
                "Type four letters of a name, a postcode or the %(code)s, then Enter: the map, the sentence and the "
                "table move to it. Accents and hyphens do not matter."
            )
            % {"code": text.code_of_place(country, lang)},
        ),
        (
            ".area-controls",
            _("Ask your question"),
            _(
                "Choose a region and a mesh, the line to compare with, the definition of isolation and the services to "
                "draw. Everything you choose is in the address: copy the link and others see what you see."
            ),
        ),
        (
            ".area-map",
            _("Read the map"),
            _(
                "A colour is a decision, not a share: %(classes)s. Hatches mean that the data do not tell, dots that "
                "nothing is published."
            )
            % {"classes": ", ".join(text.verdict(one, lang) for one in Verdict if one is not Verdict.NOT_PUBLISHED)},
        ),
        (
            ".area-legend",
            _("Count and filter"),
            _(
                "The legend counts the territories of each class; tick a class to keep it alone in the table. Fade "
                "what is robust to see which territories depend on assumptions."
            ),
        ),
        (
            ".area-card",
            _("Read the sentence"),
            _(
                "The selected territory in one sentence: how likely, how many people, beside its twins. Its whole "
                "profile is one click away."
            ),
        ),
        (
            ".area-table",
            _("Take the list away"),
            _(
                "The table holds the same territories as the map and can be read with the keyboard alone. Take it as "
                "CSV or GeoPackage, the map as PNG or SVG: sources, date and settings are written in each file."
            ),
        ),
    ]
    steps = [
        html.Div([html.H2(title), html.P(sentence)], className="tour-step", hidden=True, **{"data-target": target})
        for target, title, sentence in texts
    ]
    return html.Dialog(
        [
            html.P(
                [_("Step"), " ", html.Span("1", className="tour-number"), f" / {STEPS}"],
                className="tour-count",
            ),
            html.Div(steps, **{"aria-live": "polite"}),
            html.Div(
                [
                    html.Button(_("Previous"), className="button tour-back", type="button"),
                    html.Button(_("Next"), className="button button-main tour-next", type="button"),
                    html.Button(_("Close the tour"), className="button tour-close", type="button"),
                ],
                className="intro-buttons",
            ),
        ],
        id="tour",
        className="tour",
        **{"aria-label": _("Guided tour")},
    )
