"""The whole page for a choice: search and settings on the left, the territory on the right.

One after the other, as on a phone and for the keyboard: search, what the territory is told to be, settings, the rest.
"""

from dataclasses import replace

from dash import dcc, html

from dashboard import components, search, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.territoire import ids, sections, team
from dashboard.state import Choice
from geodata.territory import FRANCE, Level

PATH = "/territoire"


def layout(known: Facts, choice: Choice) -> list:
    """Search, head of the selected territory, settings, its other sections, what the team wrote about it."""
    choice, notices = known.checked(choice)
    head, body = told(known, choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.ASKED, data=choice.query),
        html.Div(
            [
                html.Div(search.box(ids.SEARCH, choice.lang), className="territoire-search"),
                html.Div(
                    [
                        html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                        html.Div(head, id=ids.HEAD, **{"aria-live": "polite"}),
                    ],
                    className="territoire-here",
                ),
                html.Section(
                    [
                        components.scenario(ids.SCENARIO, known.scenarios(), choice),
                        components.threshold(ids.THRESHOLD, choice),
                        components.minutes(ids.MINUTES, choice),
                    ],
                    className="area-controls panel territoire-settings",
                    **{"aria-label": _("Settings")},
                ),
                html.Div(
                    [html.Div(body, id=ids.BODY), team.section(known, choice)],
                    className="territoire-body",
                ),
            ],
            className="territoire",
        ),
    ]


def told(known: Facts, choice: Choice) -> tuple[list, list]:
    """The head and the other sections of the selected territory, or an invitation to choose one."""
    if choice.selected is None:
        return _empty(known, choice), []
    head, *others = sections.every(known, choice)
    return [head], others


def _empty(known: Facts, choice: Choice) -> list:
    """No territory yet: how to choose one, and the régions to start from."""
    _ = words(choice.lang)
    places = [(Level.FRANCE, FRANCE, _("Whole country"))]
    places += [(Level.REGION, code, name) for code, name in known.regions()]
    links = [
        html.Li(dcc.Link(name, href=replace(choice, page=PATH, selected=(level, code)).href))
        for level, code, name in places
    ]
    return [
        html.Section(
            [
                html.H1(_("The profile of a territory")),
                html.P(
                    _(
                        "Type the name of a commune, of a group of communes, of a département or of a region in the "
                        "box, or a postcode: its profile says where it stands, beside which others, why, and which "
                        "services answer."
                    ),
                    className="sentence",
                ),
                html.H2(text.levels(Level.REGION, choice.lang)),
                html.Ul(links, className="plain place-list"),
            ],
            className="panel territoire-empty",
        )
    ]
