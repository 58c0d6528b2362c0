"""The search box of a territory: names with or without accents, "St" for "Saint", Insee codes, postcodes."""

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.state import read
from geodata.country import Country
from geodata.territory import Level, Part


def box(identifier: str, country: Country, lang: str) -> dmc.Select:
    """The box. `search.js` follows every input whose identifier ends in `-search`."""
    _ = words(lang)
    return dmc.Select(
        id=identifier,
        # Said, not left out: Mantine empties the text when the value goes from nothing to null.
        value=None,
        label=_("Find a territory"),
        placeholder=_("Name, postcode or %(code)s") % {"code": text.code_of_place(country, lang)},
        searchable=True,
        clearable=True,
        selectFirstOptionOnChange=True,
        filter={"function": "answersToQuery"},
        renderOption={"function": "territoryOption"},
        data=[],
        rightSection="⌕",
        comboboxProps={"withinPortal": False, "transitionProps": {"duration": 0}},
        clearButtonProps={"aria-label": _("Clear the search")},
        maxDropdownHeight=440,
    )


def register(app: Dash, facts: Facts, identifier: str) -> None:
    """Answer what is typed in a box."""

    @app.callback(
        Output(identifier, "data"),
        Input(identifier, "searchValue"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def search(typed: str, query: str) -> list[dict]:
        if not typed:
            raise PreventUpdate
        choice = read("/", query)[0]
        return options(facts, typed, choice.lang, choice.region)


def options(facts: Facts, typed: str, lang: str, region: str | None = None) -> list[dict]:
    """Answers to a text, those of the région shown first. `query` lets the browser drop answers to an earlier one."""
    _ = words(lang)
    hits = facts.store.search(typed, region=region)
    if hits.empty:
        nothing = _("No territory has this name or code")
        return [{"value": "nothing", "label": nothing, "query": typed, "detail": "", "disabled": True}]
    return [
        {
            # A district answers as a commune does: pages then look at it in its city.
            "value": f"{Level.COMMUNE if row.level == Part.DISTRICT else row.level}:{row.code}",
            "label": " → ".join(filter(None, [row.alias, text.short_name(row.name)])),
            "query": typed,
            "detail": " · ".join(
                filter(
                    None,
                    [
                        text.kind_of_place(row.level, lang),
                        facts.place(
                            Level.COMMUNE if row.level == Part.DISTRICT else row.level,
                            _text_or_none(row.departement),
                            _text_or_none(row.region),
                        ),
                        row.code,
                    ],
                )
            ),
        }
        for row in hits.itertuples()
    ]


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
