"""The whole page for a choice: search and settings on the left, the territory on the right.

One after the other, as on a phone and for the keyboard: search, what the territory is told to be, settings, the rest.
"""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, search, text
from dashboard.facts import MOST_BESIDE, Facts
from dashboard.i18n import words
from dashboard.pages.territoire import ids, sections, team
from dashboard.state import Choice
from geodata.territory import FRANCE, Level

PATH = "/territoire"


def layout(facts: Facts, choice: Choice) -> list:
    """Search, head of the selected territory, settings, its other sections, what the team wrote about it."""
    choice, notices = facts.checked(choice)
    head, body = content(facts, choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        dcc.Store(id=ids.QUERY, data=choice.query),
        html.Div(
            [
                html.Div(search.box(ids.SEARCH, facts.store.country(), choice.lang), className="territoire-search"),
                html.Div(
                    [
                        html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                        html.Div(head, id=ids.HEAD, **{"aria-live": "polite"}),
                    ],
                    className="territoire-here",
                ),
                html.Section(
                    [
                        components.scenario(ids.SCENARIO, facts.scenarios(), choice),
                        components.threshold(ids.THRESHOLD, choice),
                        components.minutes(ids.MINUTES, choice),
                        dmc.MultiSelect(
                            id=ids.OTHERS,
                            label=_("Side by side with (three at most)"),
                            data=others(facts, choice),
                            value=written(choice),
                            maxValues=MOST_BESIDE,
                            searchable=True,
                            limit=60,
                            comboboxProps={"withinPortal": False},
                        ),
                    ],
                    className="area-controls panel territoire-settings",
                    **{"aria-label": _("Settings")},
                ),
                html.Div(
                    [html.Div(body, id=ids.BODY), team.section(facts, choice)],
                    className="territoire-body",
                ),
            ],
            className="territoire",
        ),
    ]


def others(facts: Facts, choice: Choice) -> list[dict]:
    """Territories that may stand beside the selected one."""
    if choice.selected is None or choice.selected[0] == Level.FRANCE:
        return []
    level = choice.selected[0]
    near = dict(facts.comparable(*choice.selected))
    # One that an address names may lie elsewhere.
    near |= {code: facts.store.territory(level, code).name for level, code in choice.others if code not in near}
    return [{"value": f"{level}:{code}", "label": text.short_name(name)} for code, name in near.items()]


def written(choice: Choice) -> list[str]:
    """Those chosen, as the control has them."""
    return [f"{level}:{code}" for level, code in choice.others]


def content(facts: Facts, choice: Choice) -> tuple[list, list]:
    """The head and the other sections of the selected territory, or an invitation to choose one."""
    if choice.selected is None:
        return _empty(facts, choice), []
    head, *others = sections.content(facts, choice)
    return [head], others


def _empty(facts: Facts, choice: Choice) -> list:
    """No territory yet: how to choose one, and the régions to start from."""
    _ = words(choice.lang)
    places = [(Level.FRANCE, FRANCE, _("Whole country"))]
    places += [(Level.REGION, code, name) for code, name in facts.regions()]
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
