"""Page "Méthode et données": what the figures are, where they come from, and everything that was refused."""

from collections.abc import Callable

from dash import html

from dashboard import collapsible
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.methode import agence
from dashboard.pages.methode.about import agency_files, build, cite, downloads
from dashboard.pages.methode.data import completeness, dictionary, journeys, rejects, responses, snapshots
from dashboard.pages.methode.data import sources as read_sources
from dashboard.pages.methode.figures import classes, estimate, hypotheses, measured, survey_rates
from dashboard.state import Choice
from geodata.errors import BadInput

Section = tuple[str, str, Callable[[], list]]
"""Anchor, title, what it says."""


def sections(facts: Facts, choice: Choice) -> list[Section]:
    """Plain text, then tables generated from the database and its declaration."""
    _ = words(choice.lang)
    return [
        ("definition", _("What is measured"), lambda: measured(facts, choice)),
        ("estimation", _("What the estimate is, and is not"), lambda: estimate(choice)),
        ("classes", _("Decision classes"), lambda: classes(choice)),
        ("hypotheses", _("Definitions and assumptions"), lambda: hypotheses(facts, choice)),
        (
            "enquete",
            _("Published rates that are used"),
            lambda: [
                *survey_rates(choice),
                *agence.local_rates(facts, choice),
                *agence.direct_estimates(facts, choice),
            ],
        ),
        ("sources", _("Sources"), lambda: read_sources(facts, choice)),
        ("fichiers", _("Files that were read"), lambda: snapshots(facts, choice)),
        ("rejets", _("Rows refused or repaired"), lambda: rejects(facts, choice)),
        ("reponses", _("What counts as a response"), lambda: responses(facts, choice)),
        ("trajets", _("Minutes by car"), lambda: journeys(facts, choice)),
        ("completude", _("What is known of the services"), lambda: completeness(facts, choice)),
        (
            "agence",
            _("Your agency's own files"),
            lambda: [*agency_files(choice), *agence.columns(facts, choice)],
        ),
        ("dictionnaire", _("Data dictionary"), lambda: dictionary(choice)),
        ("construction", _("How this database was built"), lambda: build(facts, choice)),
        ("citer", _("How to cite"), lambda: cite(facts, choice)),
        ("telecharger", _("Downloads"), lambda: downloads(facts, choice)),
    ]


def layout(facts: Facts, choice: Choice) -> list:
    """The whole page, but what is folded in it: that is sent when it is opened."""
    _ = words(choice.lang)
    parts = sections(facts, choice)
    return [
        html.Div(
            [
                html.Nav(
                    html.Ul([html.Li(html.A(title, href=f"#{anchor}")) for anchor, title, _content in parts]),
                    className="contents",
                    **{"aria-label": _("On this page")},
                ),
                html.Div(
                    [
                        html.H1(_("Method and data")),
                        *(
                            html.Section(
                                [html.H2(title, id=f"{anchor}-titre"), *_closed(anchor, content(), choice)],
                                id=anchor,
                                **{"aria-labelledby": f"{anchor}-titre"},
                            )
                            for anchor, title, content in parts
                        ),
                    ],
                    className="prose",
                ),
            ],
            className="methode",
        )
    ]


def _closed(anchor: str, content: list, choice: Choice) -> list:
    """What a section says, each of its folded parts without what it holds."""
    for number, part in enumerate(_folded(content)):
        collapsible.close(part, f"{anchor}-{number}", choice)
    return content


def opened(facts: Facts, choice: Choice, names: list[str]) -> dict[str, list]:
    """What folded parts hold, by the names that the layout gave them. Raises `BadInput` when there is none."""
    contents = {own: content for own, _title, content in sections(facts, choice)}
    sections_opened = {}
    for name in names:
        anchor, _, number = name.rpartition("-")
        parts = _folded(contents[anchor]()) if anchor in contents and number.isdigit() else []
        if not number.isdigit() or int(number) >= len(parts):
            raise BadInput(f"this page has no part « {name[:40]} ».")
        sections_opened[name] = collapsible.holds(parts[int(number)])
    return sections_opened


def _folded(content: list) -> list[html.Details]:
    return [part for part in html.Div(content)._traverse() if isinstance(part, html.Details)]
