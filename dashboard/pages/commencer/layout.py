"""The whole view of a choice, drawn in one answer; one callback brings the changes."""

from dash import dcc, html

from dashboard import components, search, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.mapped import region_select, segmented
from dashboard.pages.commencer import ids, moves, view
from dashboard.state import Choice
from dashboard.text import priority
from geodata.territory import Level


def layout(known: Facts, choice: Choice) -> list:
    """The question, the settings, then the lists."""
    choice, notices = known.checked(choice)
    choice = moves.settled(known, choice)
    _ = words(choice.lang)
    return [
        dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
        html.Div(
            [
                html.H1(priority.title(choice.lang)),
                html.P(
                    _(
                        "Territories in a few lists, by the rule written above each; every line says why. These are "
                        "modelled probabilities and observed factors side by side: to be checked with those who know "
                        "the place."
                    )
                ),
                html.Section(
                    [
                        search.box(ids.SEARCH, choice.lang),
                        region_select(ids.REGION, known, choice),
                        segmented(
                            ids.MESH, _("Mesh"), mesh_options(moves.meshes(known, choice), choice.lang), choice.mesh
                        ),
                        components.threshold(ids.THRESHOLD, choice),
                        components.minutes(ids.MINUTES, choice),
                        components.scenario(ids.SCENARIO, known.scenarios(), choice),
                    ],
                    className="panel start-settings",
                    **{"aria-label": _("Settings")},
                ),
                html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                html.Div(view.tiers(known, choice), id=ids.TIERS, className="start-tiers"),
            ],
            className="start-page",
        ),
    ]


def mesh_options(meshes: tuple[Level, ...], lang: str) -> list[tuple[str, str]]:
    """Meshes of the perimeter, as (value, word)."""
    return [(level.value, text.levels(level, lang)) for level in meshes]
