"""Page "Accessibilité": what was checked, how, and what was not."""

from dash import Dash, dcc, html

from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.page import Page
from dashboard.state import Choice


def layout(facts: Facts, choice: Choice) -> list:
    """Plain text: state, what was audited, what was not, how to reach someone."""
    _ = words(choice.lang)
    sections = [
        (
            _("State"),
            [
                _(
                    "This application is designed after the RGAA 4.1 and the WCAG 2.1 at level AA. No one has yet gone "
                    "through every criterion: without such an audit, the law calls it not compliant."
                ),
            ],
            [],
        ),
        (
            _("What was checked"),
            [_("By the automatic tests of every version, in a real browser, in the pages and states listed here:")],
            [
                _("the rules of axe-core on every page at 1400, 1024 and 390 pixels, on messages and forms at 1400;"),
                _("the main tasks by keyboard alone: find a territory, list those above a line, read its services;"),
                _("nothing runs off a screen of 390 pixels, nor at a zoom of 200%;"),
                _("the order of focus, the skip link, and that a change of page or of selection is announced;"),
                _("the language of the page and of passages in another one; animations stop when the system asks."),
            ],
        ),
        (
            _("What was not"),
            [],
            [
                _("no test with people who use screen readers, magnifiers, voice control or switches;"),
                _("no complete pass over the 106 criteria of the RGAA by a person trained for it;"),
                _("files of other software (Word, spreadsheets, GIS) were not examined as documents."),
            ],
        ),
        (
            _("Known limits"),
            [],
            [
                _(
                    "the outlines of a map cannot be reached by keyboard or screen reader: the table on the same page "
                    "holds the same territories, classes and figures, and selects them;"
                ),
                _("services drawn on a map are read in the profile of a territory and in its files;"),
                _(
                    "titles of sources are in French on the English pages, parameters of the build in English on the "
                    "French ones."
                ),
            ],
        ),
        (
            _("A difficulty?"),
            [
                _(
                    "Write to the agency that gave you this address: it can give you the same figures in another form. "
                    "Without an answer, the Défenseur des droits can be asked: defenseurdesdroits.fr."
                )
            ],
            [],
        ),
    ]
    return [
        html.Div(
            [
                html.H1(_("Accessibility: not compliant, not yet audited")),
                *(
                    html.Section(
                        [
                            html.H2(title),
                            *(html.P(paragraph) for paragraph in paragraphs),
                            *([html.Ul([html.Li(item) for item in items])] if items else []),
                        ],
                        **{"aria-label": title},
                    )
                    for title, paragraphs, items in sections
                ),
                html.P(dcc.Link(_("Go to the map"), href=f"/{choice.query}")),
            ],
            className="prose prose-alone",
        )
    ]


def register(app: Dash, facts: Facts) -> None:
    """Nothing on this page changes after it is drawn."""


def title(lang: str) -> str:
    """Title of the document and of the link."""
    _ = words(lang)
    return _("Accessibility: not compliant, not yet audited")


PAGE = Page("accessibilite", "/accessibilite", title, layout, register, is_in_navigation=False)
