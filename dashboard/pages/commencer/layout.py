"""The whole view of a choice, drawn in one answer; one callback brings the changes."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import components, search
from dashboard.facts import SIDES, Facts
from dashboard.i18n import words
from dashboard.map_controls import mesh_options, perimeter_select, region_select, segmented
from dashboard.pages.commencer import controls, ids, view
from dashboard.state import Choice
from dashboard.text import observed, priority


def layout(facts: Facts, choice: Choice) -> list:
    """The question, the settings, then the lists."""
    choice, notices = facts.checked(choice)
    choice = controls.settled(facts, choice)
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
                        search.box(ids.SEARCH, facts.store.country(), choice.lang),
                        region_select(ids.REGION, facts, choice),
                        perimeter_select(ids.PERIMETER, facts, replace(choice, perimeter=controls.perimeter(choice))),
                        segmented(
                            ids.MESH, _("Mesh"), mesh_options(controls.meshes(facts, choice), choice.lang), choice.mesh
                        ),
                        components.threshold(ids.THRESHOLD, choice),
                        components.minutes(ids.MINUTES, choice),
                        components.scenario(ids.SCENARIO, facts.scenarios(), choice),
                        dmc.Select(
                            id=ids.INDICATOR,
                            label=_("Inside a list, by"),
                            data=orders(facts, choice),
                            value=choice.indicator,
                            allowDeselect=False,
                            searchable=True,
                            comboboxProps={"withinPortal": False},
                        ),
                    ],
                    className="panel start-settings",
                    **{"aria-label": _("Settings")},
                ),
                html.Div(components.notices(notices, choice.lang), id=ids.NOTICES),
                html.Div(view.tiers(facts, choice), id=ids.TIERS, className="start-tiers"),
            ],
            className="start-page",
        ),
    ]


def orders(facts: Facts, choice: Choice) -> list[dict]:
    """In which order a list may be: by name, by how many factors add up, by any indicator of the catalogue."""
    _ = words(choice.lang)
    first = [("", _("name")), (SIDES, observed.sides_title(choice.lang))]
    rows = facts.indicators().to_dict("records")
    options = [*first, *((row["id"], observed.title(row, choice.lang)) for row in rows)]
    return [{"value": one, "label": label} for one, label in options]
