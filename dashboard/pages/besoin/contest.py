"""Contest what is listed: a service that is not there, or one that is there and was not listed."""

import dash_mantine_components as dmc
from dash import html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import title_column, words
from dashboard.pages.besoin import ids
from dashboard.state import Choice
from dashboard.text import need
from geodata.service import Family
from geodata.territory import Level
from geodata.workspace import Statement


def form(facts: Facts, code: str | None, choice: Choice) -> html.Details:
    """The form of one commune; hidden, and still there for the callbacks, without one."""
    _ = words(choice.lang)
    portal = {"withinPortal": False}
    return html.Details(
        [
            html.Summary(_("Contest: correct the services of this commune")),
            html.Div(
                [
                    *components.only_reads(choice.lang),
                    dmc.Select(
                        id=ids.CATEGORY,
                        label=_("Category of service"),
                        data=_categories(facts, choice.lang),
                        searchable=True,
                        comboboxProps=portal,
                    ),
                    dmc.RadioGroup(
                        html.Div(
                            [
                                dmc.Radio(value=s.value, label=need.statement(s.value, choice.lang), size="xs")
                                for s in (Statement.ASSERT, Statement.RETRACT, Statement.COUNT)
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
                    html.P(id=ids.COUNTED, className="nature"),
                    dmc.NumberInput(
                        id=ids.QUANTITY,
                        label=_("How many there are"),
                        description=_("Only where the number is corrected"),
                        min=1,
                        allowDecimal=False,
                    ),
                    components.signature(ids.WHO, choice.lang, label=_("Who says so (role, not a name)")),
                    dmc.Textarea(id=ids.WHY, label=_("Why, and how it was checked"), autosize=True, minRows=2),
                    components.planner_button(choice.lang, _("Record the correction"), id=ids.SEND),
                    html.P(
                        _("It is written in the journal with its date at once; the result follows within seconds. "
                          "Saying the opposite takes it back. Published lists are not changed."),
                        className="nature",
                    ),
                ],
                className="contest",
            ),
        ],
        id=ids.CONTEST,
        hidden=code is None,
    )  # fmt: skip


def _categories(facts: Facts, lang: str) -> list[dict]:
    present, title = facts.categories(), title_column(lang)
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


def services(facts: Facts, code: str, category: str) -> list[dict]:
    """Services of a category listed in a commune."""
    listed = facts.store.services_in(Level.COMMUNE, code, categories=[category]).sort_values(["name", "id"])
    titles = facts.source_titles()
    return [
        {"value": row.id, "label": f"{row.name} ({titles.get(row.source, row.source)})"}
        for row in listed[["id", "name", "source"]].itertuples(index=False)
    ]


def counted(facts: Facts, code: str, category: str, lang: str) -> str:
    """Said of services that their source only counts: they have no name, and are contested together."""
    _ = words(lang)
    several = facts.counted(code, category)
    if several.empty:
        return ""
    source = facts.source_titles().get(several["source"].iloc[0], several["source"].iloc[0])
    count = int(several["quantity"].sum())
    return _.plural(
        "%(source)s counts %(count)s of them here, without a name: the number can be corrected.",
        "%(source)s counts %(count)s of them here, without names: the number can be corrected, not each of them.",
        count,
    ) % {"source": source, "count": text.number(count, lang)}
