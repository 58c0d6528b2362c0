"""Page "Méthode et données": what the figures are, where they come from, and everything that was refused."""

from dash import html

from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.methode import agence
from dashboard.pages.methode.about import agency_files, build, cite, downloads
from dashboard.pages.methode.data import completeness, dictionary, rejects, responses, snapshots, sources
from dashboard.pages.methode.figures import classes, estimate, hypotheses, measured, survey_rates
from dashboard.state import Choice


def layout(known: Facts, choice: Choice) -> list:
    """The whole page: plain text, then tables generated from the database and its declaration."""
    _ = words(choice.lang)
    sections = [
        ("definition", _("What is measured"), measured(known, choice)),
        ("estimation", _("What the estimate is, and is not"), estimate(choice)),
        ("classes", _("Decision classes"), classes(choice)),
        ("hypotheses", _("Definitions and assumptions"), hypotheses(known, choice)),
        (
            "enquete",
            _("Published rates that are used"),
            [*survey_rates(choice), *agence.local_rates(known, choice), *agence.direct_estimates(known, choice)],
        ),
        ("sources", _("Sources"), sources(known, choice)),
        ("fichiers", _("Files that were read"), snapshots(known, choice)),
        ("rejets", _("Rows refused or repaired"), rejects(known, choice)),
        ("reponses", _("What counts as a response"), responses(known, choice)),
        ("completude", _("What is known of the services"), completeness(known, choice)),
        ("agence", _("Your agency's own files"), [*agency_files(choice), *agence.columns(known, choice)]),
        ("dictionnaire", _("Data dictionary"), dictionary(choice)),
        ("construction", _("How this database was built"), build(known, choice)),
        ("citer", _("How to cite"), cite(known, choice)),
        ("telecharger", _("Downloads"), downloads(known, choice)),
    ]
    return [
        html.Div(
            [
                html.Nav(
                    html.Ul([html.Li(html.A(title, href=f"#{anchor}")) for anchor, title, _content in sections]),
                    className="contents",
                    **{"aria-label": _("On this page")},
                ),
                html.Div(
                    [
                        html.H1(_("Method and data")),
                        *(
                            html.Section(
                                [html.H2(title, id=f"{anchor}-titre"), *content],
                                id=anchor,
                                **{"aria-labelledby": f"{anchor}-titre"},
                            )
                            for anchor, title, content in sections
                        ),
                    ],
                    className="prose",
                ),
            ],
            className="methode",
        )
    ]
