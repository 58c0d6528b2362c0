"""Contest what is listed: a service that is not there, or one that is there and was not listed."""

import dash_mantine_components as dmc
from dash import html

from dashboard import text
from dashboard.facts import Facts
from dashboard.i18n import title_column, words
from dashboard.pages.besoin import ids
from dashboard.state import Choice
from dashboard.text import need
from geodata.service import Family
from geodata.territory import Level
from geodata.workspace import Statement


def form(known: Facts, code: str | None, choice: Choice) -> html.Details:
    """The form of one commune; hidden, and still there for the callbacks, without one."""
    _ = words(choice.lang)
    portal = {"withinPortal": False}
    return html.Details(
        [
            html.Summary(_("Contest: correct the services of this commune")),
            html.Div(
                [
                    dmc.Select(
                        id=ids.CATEGORY,
                        label=_("Category of service"),
                        data=_categories(known, choice.lang),
                        searchable=True,
                        comboboxProps=portal,
                    ),
                    dmc.RadioGroup(
                        html.Div(
                            [
                                dmc.Radio(value=s.value, label=need.statement(s.value, choice.lang), size="xs")
                                for s in (Statement.ASSERT, Statement.RETRACT)
                            ],
                            className="checks",
                        ),
                        id=ids.STATEMENT,
                        label=_("What is true"),
                        value=Statement.ASSERT.value,
                    ),
                    dmc.Select(
                        id=ids.SERVICE,
                        label=_("Which service (leave empty for the whole category)"),
                        data=[],
                        searchable=True,
                        clearable=True,
                        comboboxProps=portal,
                        clearButtonProps={"aria-label": _("The whole category")},
                    ),
                    dmc.TextInput(id=ids.WHO, label=_("Who says so (role, not a name)")),
                    dmc.Textarea(id=ids.WHY, label=_("Why, and how it was checked"), autosize=True, minRows=2),
                    html.Button(_("Record the correction"), id=ids.SEND, type="button", className="button"),
                    html.P(
                        _("It is written in the journal with its date, changes the result at once, and can be taken "
                          "back by saying the opposite. Published lists are not changed."),
                        className="nature",
                    ),
                ],
                className="contest",
            ),
        ],
        id=ids.CONTEST,
        hidden=code is None,
    )  # fmt: skip


def _categories(known: Facts, lang: str) -> list[dict]:
    present, title = known.categories(), title_column(lang)
    return [
        {
            "group": text.family(family, lang),
            "items": [
                {"value": row["id"], "label": row[title]}
                for row in present[present["family"] == family].to_dict("records")
            ],
        }
        for family in Family
        if (present["family"] == family).any()
    ]


def services(known: Facts, code: str, category: str) -> list[dict]:
    """Services of a category listed in a commune."""
    listed = known.store.services_in(Level.COMMUNE, code, categories=[category]).sort_values(["name", "id"])
    return [
        {"value": row.id, "label": f"{row.name} ({row.source})"}
        for row in listed[["id", "name", "source"]].itertuples(index=False)
    ]
